"""Every benchmark of the text in one command: results into docs/results/text, tables into docs/benchmarks.md.

    pip install sacrebleu
    python tests/tools/bench_text.py --data shared/data
    python tests/tools/bench_text.py --data shared/data --only human

`human`: BLEU and chrF++ against human text; `wordings`: distinct wordings by relation, and whose wordings are among ours;
`sentences`: draws the sentences that people mark; `speed`: tokens a second. Each is a tool of its own beside this one.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path

from kg2corpus.lexicon import resolve
from tests.tools import bench_say, human_text, sample_sentences, wordings
from tests.tools.known_graphs import SAMPLED, graph_of
from tests.tools.results import RESULTS, write

PAGE = RESULTS.parents[1] / "benchmarks.md"
PARTS = ("human", "wordings", "sentences", "speed")


def run(part: str, data: Path, work: Path) -> str:
    """Measure one part and write its figures; returns its table."""
    if part == "sentences":
        rows = ["| graph | sentences | curated | derived |", "|---|---|---|---|"]
        for name in SAMPLED:
            graph = graph_of(name, data, work)
            drawn = sample_sentences.draw(graph, resolve(graph), name)
            sample_sentences.save(sample_sentences.MARKS / f"{name}.tsv", drawn)
            curated = sum(origin == "curated" for _, origin in drawn)
            rows.append(f"| {name} | {len(drawn)} | {curated} | {len(drawn) - curated} |")
        return "\n".join(rows)
    if part == "human":
        found = human_text.run(data)
        write(part, found)
        return human_text.table(found)
    tool = wordings if part == "wordings" else bench_say
    found = tool.run(data, work)
    write(part, found)
    return tool.table(found)


def put(page: str, part: str, table: str) -> str:
    """The page with the table between the part's two marks. Raises ValueError where it has none."""
    marks = f"<!-- {part}: made by bench_text.py -->", f"<!-- {part}: end -->"
    between = re.compile(f"({re.escape(marks[0])}\n).*?({re.escape(marks[1])})", re.DOTALL)
    if not between.search(page):
        raise ValueError(f"the page has no place for the table '{part}'")
    return between.sub(lambda m: f"{m[1]}{table}\n{m[2]}", page)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="a folder for the stores, kept for the next time")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part; may be given again")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as aside:
        for part in args.only or PARTS:
            table = run(part, args.data, args.work or Path(aside))
            print(f"{part}\n\n{table}\n", flush=True)
            PAGE.write_text(put(PAGE.read_text(encoding="utf-8"), part, table), encoding="utf-8")


if __name__ == "__main__":
    main()
