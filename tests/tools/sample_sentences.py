"""Sentences for people to mark: would an educated native speaker accept it?

    python tests/tools/sample_sentences.py draw --data shared/data
    python tests/tools/sample_sentences.py agree docs/results/text/marks docs/results/text/marks-second

`draw` writes 200 sentences of each of six graphs, by a fixed seed, into docs/results/text/marks/GRAPH.tsv with the columns
sentence, origin (curated or derived) and mark (empty). The relations take turns, so that rare ones count as much as frequent
ones; what a corpus leaves out unless it is told otherwise (`kg2corpus.marks`) is left out. Each sentence says one fact, drawn
at random, by one of its wordings, drawn at random. Marks that are there already stay with their sentences. A reader fills in
`y` or `n`. `agree` compares two marked files, or two folders of them, line by line: Cohen's kappa, and how many sentences of
each origin both readers, and each alone, accept.
"""

from __future__ import annotations

import argparse
import csv
import math
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from kg2corpus.graph import Graph
from kg2corpus.lexicon import Lexicon, resolve
from kg2corpus.lexicon.names import nameless
from kg2corpus.marks import marks
from tests.tools.known_graphs import SAMPLED, graph_of
from tests.tools.results import RESULTS, write

SEED, COUNT = 9, 200
MARKS = RESULTS / "marks"
COLUMNS = ("sentence", "origin", "mark")
SLOTS = 1 << 16
TRIES = 50  # for a fact that can be said, of one relation


def draw(graph: Graph, lexicon: Lexicon, name: str, *, count: int = COUNT, seed: int = SEED) -> list[tuple[str, str]]:
    """(sentence, origin) of `count` facts, the relations in turn; fewer where a graph has not so many sentences."""
    rng = Random(f"{name} {seed}")
    marked = marks(graph.columns)
    relations = [r for row, r in enumerate(graph.relations()) if row not in marked or marked[row].kind == "plain"]
    rng.shuffle(relations)
    facts = {r.uid: [f.uid for f in graph.facts(r.uid)] for r in relations}
    found: dict[str, str] = {}
    for turn in range(count * TRIES):
        relation = relations[turn % len(relations)]
        if len(found) == count:
            break
        if not facts[relation.uid]:
            continue
        fact = graph.fact(rng.choice(facts[relation.uid]))
        if not nameless(fact) and lexicon.wordings(fact, "statement"):
            origin = lexicon.entry(relation).origin.split(" ")[0]
            found.setdefault(lexicon.say([fact], "statement", rng.randrange(SLOTS)), origin)
    rows = list(found.items())
    rng.shuffle(rows)
    return rows


def save(path: Path, rows: Sequence[tuple[str, str]]) -> int:
    """Write a file of marks; a sentence that stood in it keeps its mark. Returns how many did."""
    known = {row["sentence"]: row["mark"] for row in read(path)} if path.is_file() else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["\t".join(COLUMNS), *("\t".join((text, origin, known.get(text, ""))) for text, origin in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return sum(bool(known.get(text)) for text, _ in rows)


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a file of marks. Raises ValueError where it is none, or for a mark other than y, n and none."""
    with path.open(encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))
    for number, row in enumerate(rows, 2):
        if set(row) != set(COLUMNS) or (row["mark"] or "").strip() not in ("y", "n", ""):
            raise ValueError(f"{path}, line {number}: expected sentence, origin and a mark that is y, n or empty")
    return [{key: (value or "").strip() for key, value in row.items()} for row in rows]


def pairs(first: Path, second: Path) -> Iterator[tuple[str, str, str, str]]:
    """(graph, origin, first mark, second mark) of each sentence that both have marked. Raises ValueError where they differ."""
    names = sorted(p.name for p in first.glob("*.tsv")) if first.is_dir() else [""]
    for name in names:
        a, b = (read(folder / name if name else folder) for folder in (first, second))
        if [row["sentence"] for row in a] != [row["sentence"] for row in b]:
            raise ValueError(f"{name or first}: the two files have not the same sentences")
        for x, y in zip(a, b, strict=True):
            if x["mark"] and y["mark"]:
                yield Path(name or first).stem, x["origin"], x["mark"], y["mark"]


def kappa(marks: Sequence[tuple[str, str]]) -> float:
    """Cohen's kappa of two readers: agreement beyond what their shares of `y` would give by chance (1 where both are constant
    and equal)."""
    n = len(marks)
    agreed = sum(a == b for a, b in marks) / n
    yes = [sum(pair[i] == "y" for pair in marks) / n for i in (0, 1)]
    chance = yes[0] * yes[1] + (1 - yes[0]) * (1 - yes[1])
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)


def wilson(part: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson's score interval)."""
    z = 1.96
    share = part / n
    middle, half = share + z * z / (2 * n), z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def agreement(rows: Sequence[tuple[str, str, str, str]]) -> dict[str, Any]:
    """Kappa, and acceptance by origin and by graph and origin."""
    found: dict[str, Any] = {"sentences": len(rows), "kappa": round(kappa([row[2:] for row in rows]), 3), "accepted": []}
    kinds = [("all graphs", origin) for origin in sorted({row[1] for row in rows})]
    for graph, origin in [*kinds, *sorted({row[:2] for row in rows})]:
        mine = [(a, b) for g, o, a, b in rows if o == origin and graph in (g, "all graphs")]
        both = sum(pair == ("y", "y") for pair in mine)
        found["accepted"].append({
            "graph": graph, "origin": origin, "sentences": len(mine), "kappa": round(kappa(mine), 3),
            "first": round(sum(a == "y" for a, _ in mine) / len(mine), 3),
            "second": round(sum(b == "y" for _, b in mine) / len(mine), 3),
            "both": round(both / len(mine), 3), "interval": [round(end, 3) for end in wilson(both, len(mine))],
        })  # fmt: skip
    return found


def table(found: dict[str, Any]) -> str:
    """The same as Markdown."""
    rows = ["| graph | origin | sentences | first reader | second reader | both (95 %) | kappa |", "|---" * 7 + "|"]
    for r in found["accepted"]:
        both = f"{r['both']:.1%} ({r['interval'][0]:.0%} to {r['interval'][1]:.0%})"
        shares = f"{r['first']:.1%} | {r['second']:.1%} | {both} | {r['kappa']:.2f}"
        rows.append(f"| {r['graph']} | {r['origin']} | {r['sentences']} | {shares} |")
    return "\n".join([*rows, "", f"kappa over all: {found['kappa']:.2f}"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = parser.add_subparsers(dest="step", required=True)
    drawing = steps.add_parser("draw", help="write the sentences")
    drawing.add_argument("--data", type=Path, required=True)
    drawing.add_argument("--out", type=Path, default=MARKS)
    drawing.add_argument("--work", type=Path, help="a folder for the stores, kept for the next time")
    agreeing = steps.add_parser("agree", help="compare two readers")
    agreeing.add_argument("first", type=Path)
    agreeing.add_argument("second", type=Path)
    args = parser.parse_args()
    if args.step == "agree":
        found = agreement(list(pairs(args.first, args.second)))
        write("agreement", found)
        print(table(found))
        return
    with tempfile.TemporaryDirectory() as aside:
        for name in SAMPLED:
            graph = graph_of(name, args.data, args.work or Path(aside))
            rows = draw(graph, resolve(graph), name)
            kept = save(args.out / f"{name}.tsv", rows)
            print(f"{name}: {len(rows)} sentences, {kept} marked already")


if __name__ == "__main__":
    main()
