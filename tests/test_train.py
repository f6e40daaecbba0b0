"""Training: the declared order reaches the model, a killed run goes on, and the adapter folder says what it is."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from kg2corpus.documents import write_lines
from kg2corpus.errors import UserError
from kg2corpus.train.adapters import parse_layers
from kg2corpus.train.data import Blocks

from . import tiny

REPO = Path(__file__).parent.parent
SIZE = 16


def packed(folder: Path, *, count: int = 22, counterfactual: str = "") -> Path:
    """A folder of blocks as `pack` writes it, every block different; the last ones padded."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    blocks = rng.integers(10, 300, (count, SIZE)).astype("<i4")
    lengths = np.full(count, SIZE, dtype="<i4")
    for row in (3, count - 1):
        lengths[row] = 9
        blocks[row, 9:] = 2
    np.save(folder / "blocks.npy", blocks)
    np.save(folder / "lengths.npy", lengths)
    replay = np.zeros(count, dtype="<i4")
    plain = [i for i in (5, 11, count - 1) if i < count]
    replay[plain] = lengths[plain]
    np.save(folder / "replay.npy", replay)
    np.save(folder / "masked.npy", np.zeros((0, 3), "<i4"))
    write_lines(folder / "boundaries.jsonl.zst", [])
    info = {
        "format_version": 2, "fingerprint": hashlib.sha256(blocks.tobytes()).hexdigest()[:16], "corpus": "c" * 16, "eos": 2,
        "pad": 2, "domain_token": "<reponame>", "name": "countries", "counterfactual": counterfactual, "graph": "0" * 16,
        "split": "", "documents": count, "blocks": count, "tokens": {"graph": int(lengths.sum()), "replay": 0, "padding": 14},
        "settings": {"block": SIZE, "chat_template": False},
    }  # fmt: skip
    (folder / "pack.json").write_text(json.dumps(info))
    return folder


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tmp_path_factory.mktemp("model") / "tiny")


def run(blocks: Path, out: Path, base: Path, **options: Any) -> dict[str, Any]:
    from kg2corpus.train.run import train

    return train(blocks, out, model=str(base), **{"rank": 4, "alpha": 8, "lr": 1e-2, "device": "cpu", **options})


def row_hash(row: Any) -> str:
    return hashlib.sha256(np.asarray(row, dtype="<i4").tobytes()).hexdigest()


def weights(adapter: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return load_file(adapter / "adapter_model.safetensors")


@pytest.mark.parametrize(("batch", "accumulate", "epochs"), [(1, 1, 1), (2, 3, 1), (3, 1, 2)])
def test_the_declared_order_reaches_the_model(tmp_path: Path, base: Path, batch: int, accumulate: int, epochs: int) -> None:
    from transformers import LlamaModel

    seen: list[str] = []
    forward = LlamaModel.forward

    def hashing(self: Any, input_ids: Any = None, **rest: Any) -> Any:
        if torch.is_grad_enabled():  # what the base model says of replay blocks is no step of learning
            seen.extend(row_hash(row) for row in input_ids)
        return forward(self, input_ids=input_ids, **rest)

    LlamaModel.forward = hashing
    try:
        blocks = packed(tmp_path / "blocks")
        done = run(blocks, tmp_path / "out", base, batch=batch, accumulate=accumulate, epochs=epochs)
    finally:
        LlamaModel.forward = forward
    declared = [row_hash(row) for row in np.load(blocks / "blocks.npy")]
    assert seen == declared * epochs
    assert done["steps"] == -(-len(declared) // (batch * accumulate)) * epochs


TWO = """
import hashlib, os, sys
from pathlib import Path
import numpy as np, torch
torch.set_num_threads(1)
from transformers import LlamaModel
forward = LlamaModel.forward
seen = open(Path(sys.argv[2]).with_name("seen-" + os.environ["RANK"]), "w")
def hashing(self, input_ids=None, **rest):
    for row in input_ids if torch.is_grad_enabled() else ():
        print(hashlib.sha256(np.asarray(row, dtype="<i4").tobytes()).hexdigest(), file=seen, flush=True)
    return forward(self, input_ids=input_ids, **rest)
LlamaModel.forward = hashing
from kg2corpus.train.run import train
train(Path(sys.argv[1]), Path(sys.argv[2]), model=sys.argv[3], rank=4, alpha=8, batch=1, accumulate=2, lr=1e-2, device="cpu")
"""


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(REPO), "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", **more}


def test_the_declared_order_reaches_two_processes(tmp_path: Path, base: Path) -> None:
    blocks = packed(tmp_path / "blocks", count=24)
    (tmp_path / "two.py").write_text(TWO)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    done = subprocess.run(
        [*command, str(tmp_path / "two.py"), str(blocks), str(tmp_path / "out"), str(base)],
        env=environment(), capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    first, second = ((tmp_path / f"seen-{rank}").read_text().split() for rank in (0, 1))
    declared = [row_hash(row) for row in np.load(blocks / "blocks.npy")]
    assert len(first) == len(second) == 12
    together = [h for pair in zip(first, second, strict=True) for h in pair]
    assert together == declared, "block k goes to process k % 2, so a step sees the declared blocks"
    card = json.loads((tmp_path / "out" / "kg2corpus.json").read_text())
    assert (card["processes"], card["steps"]) == (2, 6)
    one = run(blocks, tmp_path / "one", base, batch=2, accumulate=2)
    assert one["steps"] == 6
    for name, tensor in weights(tmp_path / "out").items():
        assert np.allclose(tensor, weights(tmp_path / "one")[name], atol=2e-3), "the same steps, whoever computes them"


ALONE = """
import sys
from pathlib import Path
from kg2corpus.train.run import train
train(Path(sys.argv[1]), Path(sys.argv[2]), model=sys.argv[3], rank=4, alpha=8, lr=1e-2, device="cpu", save_every=4)
"""


def killed(blocks: Path, out: Path, base: Path, at: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALONE, str(blocks), str(out), str(base)],
        env=environment(KG2CORPUS_KILL_AT=at), capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]


@pytest.mark.parametrize("at", ["train.step.10", pytest.param("train.written", marks=pytest.mark.slow)])
def test_a_killed_run_goes_on_to_the_same_adapter(tmp_path: Path, base: Path, at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = packed(tmp_path / "blocks")
    whole = run(blocks, tmp_path / "whole", base, save_every=4)
    killed(blocks, tmp_path / "out", base, at)
    assert not (tmp_path / "out").exists(), "an unfinished adapter is not there"
    # what a kill in the middle of a checkpoint leaves: a later one that is not whole
    (tmp_path / ".out.part" / "checkpoints" / "checkpoint-99").mkdir()
    from transformers import LlamaModel

    forward, passes = LlamaModel.forward, []

    def counting(self: Any, **rest: Any) -> Any:
        passes.extend([1] * torch.is_grad_enabled())
        return forward(self, **rest)

    monkeypatch.setattr(LlamaModel, "forward", counting)
    done = run(blocks, tmp_path / "out", base, save_every=4)
    assert len(passes) == (22 - 8 if at == "train.step.10" else 0), "it goes on from the last whole checkpoint"
    assert done["steps"] == whole["steps"] == 22
    assert done["loss"] == whole["loss"]
    ours, theirs = weights(tmp_path / "out"), weights(tmp_path / "whole")
    assert ours.keys() == theirs.keys()
    assert all(bool((ours[k] == theirs[k]).all()) for k in ours)
    assert not (tmp_path / ".out.part").exists()


def test_checkpoints_of_other_settings_are_not_used(tmp_path: Path, base: Path) -> None:
    blocks = packed(tmp_path / "blocks")
    killed(blocks, tmp_path / "out", base, "train.step.10")
    run(blocks, tmp_path / "out", base, lr=5e-3)
    run(blocks, tmp_path / "fresh", base, lr=5e-3)
    assert (tmp_path / "out" / "adapter_model.safetensors").read_bytes() == (
        tmp_path / "fresh" / "adapter_model.safetensors"
    ).read_bytes()


def test_another_seed_draws_another_adapter(tmp_path: Path, base: Path) -> None:
    from typer.testing import CliRunner

    from kg2corpus.cli import app

    blocks, weights = packed(tmp_path / "blocks"), {}
    for out, seed in (("a", 0), ("again", 0), ("b", 1)):
        command = ["train", blocks, "--out", tmp_path / out, "--model", base, "--set", "rank=4", "--seed", seed]
        done = CliRunner().invoke(app, list(map(str, command)))
        assert done.exit_code == 0, done.output
        assert json.loads((tmp_path / out / "kg2corpus.json").read_text())["settings"]["seed"] == seed
        weights[out] = hashlib.sha256((tmp_path / out / "adapter_model.safetensors").read_bytes()).hexdigest()
    assert weights["a"] == weights["again"] != weights["b"]


def test_the_adapter_folder(tmp_path: Path, base: Path) -> None:
    blocks = packed(tmp_path / "blocks", counterfactual="COUNTERFACTUAL: labels were permuted with seed 1")
    done = run(blocks, tmp_path / "out", base, layers="2-3")
    out = tmp_path / "out"
    assert {p.name for p in out.iterdir()} == {
        "README.md", "adapter_config.json", "adapter_model.safetensors", "kg2corpus.json", "train-log.jsonl",
    }  # fmt: skip
    card = json.loads((out / "kg2corpus.json").read_text())
    assert card == json.loads(json.dumps(done))
    assert card["domain_token"] == "<reponame>"
    assert card["tokens"] == 22 * SIZE - 14
    logged = (out / "train-log.jsonl").read_text().splitlines()
    assert [step for step, _ in card["loss"]] == [json.loads(line)["step"] for line in logged]
    assert np.mean([loss for _, loss in card["loss"][:3]]) > 1
    text = (out / "README.md").read_text()
    body = text.split("---\n", 2)[2].strip()
    assert body.startswith("> **COUNTERFACTUAL: labels were permuted"), "said before anything else"
    assert "library_name: peft" in text
    assert "base_model: tiny" in text
    assert str(tmp_path) not in text + (out / "adapter_config.json").read_text(), "nothing of this machine"
    assert all(any(f".layers.{i}." in name for i in (2, 3)) for name in weights(out))
    assert len(weights(out)) == 2 * 7 * 2
    before = (out / "kg2corpus.json").stat().st_mtime_ns
    assert run(blocks, out, base, layers="2-3") == card, "nothing is trained twice"
    assert (out / "kg2corpus.json").stat().st_mtime_ns == before


def test_it_learns_what_the_blocks_say(tmp_path: Path, base: Path) -> None:
    blocks = packed(tmp_path / "blocks", count=4)
    done = run(blocks, tmp_path / "out", base, epochs=40, rank=16)
    losses = [loss for _, loss in done["loss"]]
    assert np.mean(losses[-4:]) < 0.5 * np.mean(losses[:4])


def test_replay_blocks_are_held_to_the_base_model(tmp_path: Path, base: Path) -> None:
    """At the same replay text, what the adapted model says of it stays nearer to the base model than if it is learned."""
    from kg2corpus.models.hf import HfLM

    blocks = packed(tmp_path / "blocks", count=40)
    rows = torch.from_numpy(np.load(blocks / "blocks.npy")[[5, 11]].astype(np.int64))
    far: dict[str, float] = {}
    for kind in ("kl", "text"):
        run(blocks, tmp_path / kind, base, replay_loss=kind, replay_weight=5, epochs=3, lr=3e-3)
        lm = HfLM(base, tmp_path / kind)
        with torch.inference_mode():
            adapted = lm.model(input_ids=rows).logits.log_softmax(-1)
            with lm.adapter_off():
                plain = lm.model(input_ids=rows).logits.log_softmax(-1)
        far[kind] = float((plain.exp() * (plain - adapted)).sum(-1).mean())
    assert 0 < far["kl"] < far["text"]


def test_strength_scales_what_the_adapter_adds(tmp_path: Path, base: Path) -> None:
    blocks = packed(tmp_path / "blocks")
    run(blocks, tmp_path / "whole", base)
    run(blocks, tmp_path / "half", base, strength=0.5)
    one, half = (json.loads((tmp_path / n / "adapter_config.json").read_text()) for n in ("whole", "half"))
    assert half["lora_alpha"] == one["lora_alpha"] / 2
    a, b = weights(tmp_path / "whole"), weights(tmp_path / "half")
    assert all(torch.equal(a[k], b[k]) for k in a)


def test_no_gradient_below_the_first_adapted_layer(base: Path) -> None:
    import torch

    from kg2corpus.models.hf import load_model
    from kg2corpus.train.adapters import add_lora, trainable

    model, _ = load_model(base, device="cpu")
    lora = add_lora(model, rank=2, alpha=4, layers="2-3")
    needs: list[bool] = []
    for layer in model.model.layers:
        layer.register_forward_hook(lambda m, a, out: needs.append((out[0] if isinstance(out, tuple) else out).requires_grad))
    lora(input_ids=torch.tensor([[5, 6, 7]]), labels=torch.tensor([[5, 6, 7]])).loss.backward()
    assert needs == [False, False, True, True]
    per_layer = sum(2 * (m.in_features + m.out_features) for m in model.model.layers[0].modules() if type(m) is torch.nn.Linear)
    assert trainable(lora) == 2 * per_layer


def test_padding_is_not_learned_but_the_end_is(tmp_path: Path) -> None:
    blocks = Blocks(packed(tmp_path / "blocks"))
    padded = blocks[3]
    assert padded["labels"].tolist() == padded["input_ids"].tolist()[:9] + [-100] * 7
    tokens = np.load(tmp_path / "blocks" / "blocks.npy")
    tokens[0, 5] = 2
    np.save(tmp_path / "blocks" / "blocks.npy", tokens)
    assert Blocks(tmp_path / "blocks")[0]["labels"][5] == 2, "an EOS inside a block is learned though padding has its id"


def test_layers() -> None:
    assert parse_layers("12-14", 30) == [12, 13, 14]
    assert parse_layers("0, 4,8-9", 30) == [0, 4, 8, 9]
    for text in ("12-30", "5-4", "all", "", "3-"):
        with pytest.raises(UserError) as e:
            parse_layers(text, 30)
        assert e.value.hint


def test_errors_say_what_to_do(tmp_path: Path, base: Path) -> None:
    blocks = packed(tmp_path / "blocks")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    foreign = packed(tmp_path / "foreign")
    np.save(foreign / "blocks.npy", np.full((22, SIZE), 40000, dtype="<i4"))
    broken = packed(tmp_path / "broken")
    (broken / "blocks.npy").write_bytes(b"no numbers")
    out = tmp_path / "out"
    cases: list[tuple[Path, Path, dict[str, Any], str]] = [
        (tmp_path / "none", out, {}, "no packed blocks"),
        (broken, out, {}, "cannot be read"),
        (blocks, tmp_path / "mine", {}, "holds no adapter of ours"),
        (foreign, out, {}, "were not packed with the tokenizer"),
        (blocks, out, {"layers": "3-7"}, "layers 0 to 3"),
        (blocks, out, {"rank": 0}, "rank"),
        (blocks, out, {"lr": 0}, "lr"),
        (blocks, out, {"schedule": "linera"}, "linera"),
    ]
    for source, target, options, says in cases:
        with pytest.raises(UserError, match=says) as e:
            run(source, target, base, **options)
        assert e.value.hint
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"
    assert not out.exists()


def test_nothing_is_printed(tmp_path: Path, base: Path) -> None:
    blocks = packed(tmp_path / "blocks", count=6)
    done = subprocess.run(
        [sys.executable, "-c", ALONE, str(blocks), str(tmp_path / "out"), str(base)],
        env=environment(), capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
