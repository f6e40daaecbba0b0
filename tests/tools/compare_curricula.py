"""What a model learns of the same graph from different curricula, at equal tokens and with the same training.

    python tests/tools/compare_curricula.py make  --db kg.db --work work --tokens 800k --curricula ladder raw one-wording
    python tests/tools/compare_curricula.py train --db kg.db --work work --out docs/results/curricula

`make` compiles and packs each curriculum with the split of the first one: it needs no GPU. `train` trains an adapter on each
and probes it, with the same settings of training for all, once with each of the `--seeds` (of the first weights and of the
questions), `--beside` each other.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "kg2corpus", "--quiet"]
TRAIN = ["rank=16", "alpha=32", "lr=1e-3", "batch=4", "schedule=cosine", "epochs=1", "warmup=0.03"]


def command(*arguments: object) -> None:
    """Run a command of kg2corpus, and end with it where it fails."""
    subprocess.run([*COMMAND, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def made(name: str, db: str, work: Path, tokens: str, model: str, block: int, split: Path | None) -> None:
    """The corpus of a curriculum and its blocks."""
    corpus = work / name / "corpus"
    sets = ["--set", f"tokens={tokens}"] + (["--split", str(split)] if split else [])
    command("compile", name, "--db", db, "--out", corpus, "--model", model, *sets)
    command("pack", corpus, "--out", work / name / "blocks", "--model", model, "--set", f"block={block}", "--set", "replay=0.1")


def trained(name: str, seed: int, db: str, work: Path, model: str, limit: int, sets: Sequence[str]) -> dict[str, Any]:
    """Train on the blocks of a curriculum and probe the adapter: the card, the figures and the seconds of both."""
    folder, began = work / name, time.monotonic()
    adapter, probes = folder / f"adapter-{seed}", folder / f"probes-{seed}"
    options: list[object] = [option for one in sets for option in ("--set", one)]
    command("train", folder / "blocks", "--out", adapter, "--model", model, "--seed", seed, *options)
    between = time.monotonic()
    options = ["--db", db, "--adapter", adapter, "--out", probes, "--model", model, "--limit", limit, "--seed", seed]
    command("probe", folder / "corpus", *options)
    card = json.loads((adapter / "kg2corpus.json").read_text(encoding="utf-8"))
    manifest = json.loads((folder / "corpus" / "manifest.json").read_text(encoding="utf-8"))
    return {
        "curriculum": name,
        "documents": manifest["documents"],
        "exposures": manifest["coverage"]["exposures"],
        **{key: card[key] for key in ("tokens", "steps", "seconds", "parameters", "device", "versions", "settings", "loss")},
        "seconds with probes": {"train": round(between - began, 1), "probe": round(time.monotonic() - between, 1)},
        "probes": json.loads((probes / "results.json").read_text(encoding="utf-8")),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["make", "train"])
    parser.add_argument("--curricula", nargs="*", default=[])
    parser.add_argument("--db", required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="a folder for the results of train")
    parser.add_argument("--tokens", default="800k")
    parser.add_argument("--block", type=int, default=256, help="tokens of a block")
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--seeds", type=int, nargs="*", default=[0], help="of training")
    parser.add_argument("--beside", type=int, default=1, help="how many are trained at once")
    parser.add_argument("--limit", type=int, default=100, help="questions of each task, split and wording")
    parser.add_argument("--set", action="append", default=[], help="a setting of training, for all")
    args = parser.parse_args()
    if args.step == "make":
        split = None
        for name in args.curricula:
            made(name, args.db, args.work, args.tokens, args.model, args.block, split)
            split = split or args.work / name / "corpus" / "split.json"
        (args.work / "order.json").write_text(json.dumps(args.curricula), encoding="utf-8")
        return
    names = args.curricula or json.loads((args.work / "order.json").read_text(encoding="utf-8"))
    args.out.mkdir(parents=True, exist_ok=True)

    def one(name: str, seed: int) -> None:
        found = trained(name, seed, args.db, args.work, args.model, args.limit, [*TRAIN, *args.set])
        (args.out / f"{name}-{seed}.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        print(name, seed, round(found["tokens"] / found["seconds"]), "tokens/s", flush=True)

    with ThreadPoolExecutor(args.beside) as pool:
        for run in [pool.submit(one, name, seed) for seed in args.seeds for name in names]:
            run.result()


if __name__ == "__main__":
    main()
