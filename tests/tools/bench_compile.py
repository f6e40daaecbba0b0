"""How fast a whole corpus is compiled, on one core, and which part of it takes the time.

    python tests/tools/bench_compile.py --data shared/data
    python tests/tools/bench_compile.py --data shared/data --case countries:ladder:tokens=1M

CPU seconds of `kg2corpus compile` with one worker: `plan` (all passes that measure, and the plan's files), `say` (documents
with spans, their files, the buckets' ledgers), `end` (the ledger of all buckets, card, manifest). Tokens are those of the
shipped model's tokenizer, counted outside. Figures of cases that are not run again stay.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from kg2corpus import api
from kg2corpus.compile import engines, planfiles, run
from kg2corpus.documents import read_corpus
from tests.tools.bench_say import counter
from tests.tools.known_graphs import graph_of
from tests.tools.results import RESULTS, write

CASES = (
    "countries:ladder:tokens=1M", "countries:forms:tokens=600k", "chemical-elements:forms:tokens=600k",
    "fb15k-237n:ladder:tokens=3M", "wordnet31:ladder:tokens=5M",
)  # fmt: skip
PARTS = {
    "plan": ((run, "Planner"), (run, "fitted"), (planfiles, "write")),
    "say": ((engines, "compile_bucket"),),
    "end": ((run, "finish"),),
}
BATCH = 4096


def timed(do: Callable[..., Any], part: str, seconds: dict[str, float]) -> Callable[..., Any]:
    """The same function, whose CPU seconds are added to those of a part."""

    def doing(*args: Any, **named: Any) -> Any:
        start = time.process_time()
        try:
            return do(*args, **named)
        finally:
            seconds[part] += time.process_time() - start

    return doing


def measure(case: str, data: Path, work: Path, count: Callable[[list[str]], int]) -> dict[str, Any]:
    """Compile a case (graph:curriculum:setting) and time its parts."""
    name, curriculum, *sets = case.split(":")
    graph_of(name, data, work)
    seconds = dict.fromkeys(PARTS, 0.0)
    own = [(module, function, getattr(module, function)) for parts in PARTS.values() for module, function in parts]
    try:
        for part, functions in PARTS.items():
            for module, function in functions:
                setattr(module, function, timed(getattr(module, function), part, seconds))
        with tempfile.TemporaryDirectory() as out:
            start = time.process_time()
            api.compile(curriculum, str(work / f"{name}.db"), Path(out) / "corpus", sets=sets)
            whole = time.process_time() - start
            texts = (document.text for document in read_corpus(Path(out) / "corpus"))
            documents = tokens = 0
            while batch := list(islice(texts, BATCH)):
                documents, tokens = documents + len(batch), tokens + count(batch)
    finally:
        for module, function, do in own:
            setattr(module, function, do)
    return {
        "documents": documents, "tokens": tokens, "cpu seconds": round(whole, 2),
        **{f"{part}, cpu seconds": round(seconds[part], 2) for part in PARTS},
        "say, tokens a second": round(tokens / seconds["say"]), "whole, tokens a second": round(tokens / whole),
    }  # fmt: skip


def table(found: dict[str, Any]) -> str:
    """The figures as Markdown."""
    rows = ["| case | documents | tokens | plan, s | say, s | end, s | say: k tokens/s | whole: k tokens/s |", "|---" * 8 + "|"]
    for case, r in found.items():
        parts = " | ".join(f"{r[f'{part}, cpu seconds']:.1f}" for part in PARTS)
        rates = " | ".join(f"{r[f'{what}, tokens a second'] / 1000:,.0f}" for what in ("say", "whole"))
        rows.append(f"| {case} | {r['documents']:,} | {r['tokens']:,} | {parts} | {rates} |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="a folder for the stores, kept for the next time")
    parser.add_argument("--case", action="append", help="graph:curriculum:setting; may be given again")
    args = parser.parse_args()
    path = RESULTS / "compile.json"
    found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    count = counter()
    with tempfile.TemporaryDirectory() as aside:
        for case in args.case or CASES:
            found[case] = measure(case, args.data, args.work or Path(aside), count)
            write("compile", found)
    print(table(found))


if __name__ == "__main__":
    main()
