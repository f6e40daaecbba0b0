"""N-Triples to measure loading with; the same bytes each time.

python tests/tools/big_nt.py big.nt                     a million: labelled entities, 40 relations, a fifth integers
python tests/tools/big_nt.py big.nt --triples 10M       ten million of the same kind
python tests/tools/big_nt.py big.nt --like wordnet31    copies of a real set (KG2CORPUS_DATA/kg), with its own degrees and texts

Of each copy of a real set but the first, one object in 25 is another node of the same set, drawn from all objects, so that
the copies differ and the skew of the degrees stays.
"""

from __future__ import annotations

import argparse
import os
import random
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
COMMENT = "http://www.w3.org/2000/01/rdf-schema#comment"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
ENTITIES = 0.18  # of the triples
REWIRED = 0.04
ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def synthetic(triples: int) -> Iterator[str]:
    """A graph of skewed degrees in which nothing else is as in real ones."""
    rng = random.Random(1)
    entities = int(triples * ENTITIES)
    for i in range(entities):
        yield f'<http://example.org/entity/Q{i}> <{LABEL}> "Entity number {i}"@en .\n'
    for _ in range(triples - entities):
        subject, object_ = int(entities * rng.random() ** 2), int(entities * rng.random() ** 3)
        relation = rng.randrange(40)
        value = f'"{rng.randrange(100000)}"^^<{INTEGER}>' if relation >= 32 else f"<http://example.org/entity/Q{object_}>"
        yield f"<http://example.org/entity/Q{subject}> <http://example.org/rel/p{relation}> {value} .\n"


def rows(name: str, file: str) -> list[list[str]]:
    """The cells of one file of a TSV set in the data folder, which may be packed as `<name>.tar.xz`."""
    folder = Path(os.environ["KG2CORPUS_DATA"]) / "kg"
    if (folder / name).is_dir():
        text = (folder / name / file).read_text(encoding="utf-8")
    else:
        with tarfile.open(folder / f"{name}.tar.xz") as tar:
            member = tar.extractfile(f"{name}/{file}")
            assert member is not None
            text = member.read().decode()
    return [line.split("\t") for line in text.split("\n") if line]


def copies(name: str, triples: int) -> Iterator[str]:
    """As many copies of a set as are needed, each under an IRI of its own: facts, labels, types and descriptions."""
    facts, described = rows(name, "triples.tsv"), rows(name, "entities.tsv")
    objects = [cells[2] for cells in facts if cells[3] != "literal"]
    rng = random.Random(1)
    left = triples
    for copy in range(triples):
        for line in _copy(copy, facts, described, objects, rng):
            if not left:
                return
            left -= 1
            yield line


def _copy(
    copy: int, facts: list[list[str]], described: list[list[str]], objects: list[str], rng: random.Random
) -> Iterator[str]:
    def node(key: str) -> str:
        return f"<http://example.org/{copy}/{quote(key, safe=':')}>"

    def text(value: str) -> str:
        return f'"{value.translate(ESCAPES)}"'

    for key, *cells in described:
        label, kind, description = (*cells, "", "", "")[:3]
        if label:
            yield f"{node(key)} <{LABEL}> {text(label)}@en .\n"
        for one in filter(None, kind.split("|")):
            yield f"{node(key)} <{TYPE}> <http://example.org/type/{quote(one)}> .\n"
        if description:
            yield f"{node(key)} <{COMMENT}> {text(description)}@en .\n"
    for subject, relation, value, kind, *_ in facts:
        if kind == "literal":
            object_ = text(value)
        else:
            object_ = node(rng.choice(objects) if copy and rng.random() < REWIRED else value)
        yield f"{node(subject)} <http://example.org/rel/{quote(relation)}> {object_} .\n"


def number(text: str) -> int:
    """1_000_000, 1M or 200k."""
    scale = {"k": 1_000, "M": 1_000_000}.get(text[-1:], 1)
    return int(text.rstrip("kM")) * scale


def write(path: Path, lines: Iterable[str]) -> None:
    """Write the file aside and rename it, so that one that is there is whole."""
    aside = path.with_name(path.name + ".part")
    with aside.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(lines)
    aside.replace(path)


def make(path: Path, triples: int, like: str = "") -> None:
    """Write `triples` N-Triples, synthetic or like a real set."""
    write(path, copies(like, triples) if like else synthetic(triples))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--triples", type=number, default=1_000_000)
    parser.add_argument("--like", default="", metavar="SET")
    given = parser.parse_args()
    make(given.path, given.triples, given.like)
