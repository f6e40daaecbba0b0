"""Graphs of invented people with a known number of bits, to measure what an adapter holds and to test what counts bits.

After bioS of Physics of Language Models 3.3 (Allen-Zhu and Li, arXiv 2404.05405): every attribute of a person is drawn on its
own, all values of its pool as likely as each other; where a person works follows from the employer and costs nothing. What
differs: the names, fewer of which are possible; the seats of companies and the countries of cities are drawn, so that facts
form chains; and pronouns, one bit in the paper, are left out.

Draw number i of a relation is a hash of seed, relation and i, and the names are a keyed permutation of all that there could be:
so a person is the same whatever their number, memory stays flat, and no name comes twice.
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO, TypeAlias

import numpy as np
import numpy.typing as npt

from . import synth_names as names
from .errors import UserError, near
from .progress import track
from .uid import MASK, digest

CHUNK = 20_000
NAMES = len(names.FIRST) * len(names.MIDDLE) * len(names.LAST)
YEARS = 200  # from 1800 on; days up to the 28th, so that every month has them all
SITE = "https://example.org/synth/"
ENTROPY = "entropy.json"
Ints: TypeAlias = npt.NDArray[np.int64]


def _dates() -> tuple[str, ...]:
    years, months, days = range(1800, 1800 + YEARS), range(1, 13), range(1, 29)
    return tuple(f"{year}-{month:02d}-{day:02d}" for year in years for month in months for day in days)


POOLS: dict[str, Sequence[str]] = {
    "date": _dates(),
    "city": names.CITIES,
    "university": names.UNIVERSITIES,
    "field of study": names.MAJORS,
    "company": names.COMPANIES,
    "country": names.COUNTRIES,
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """A relation that everything of a type (`of`) has to one value of a pool. `follows`: the relation that decides it, and that
    of the value which gives it (the employer, and its seat); nothing is drawn then."""

    name: str
    label: str
    of: str
    pool: str
    description: str
    follows: tuple[str, str] | None = None


ATTRIBUTES = (
    Attribute("date_of_birth", "date of birth", "person", "date", "the day on which a person was born"),
    Attribute("place_of_birth", "place of birth", "person", "city", "the city in which a person was born"),
    Attribute("educated_at", "educated at", "person", "university", "where a person studied"),
    Attribute("academic_major", "academic major", "person", "field of study", "what a person studied"),
    Attribute("employer", "employer", "person", "company", "the company that a person works for"),
    Attribute("work_location", "work location", "person", "city", "the city of a person's employer",
              ("employer", "headquarters_location")),
    Attribute("headquarters_location", "headquarters location", "company", "city", "the city in which a company has its seat"),
    Attribute("country", "country", "city", "country", "the country in which a city lies"),
)  # fmt: skip
BY_NAME = {attribute.name: attribute for attribute in ATTRIBUTES}
OF_PEOPLE = [attribute.name for attribute in ATTRIBUTES if attribute.of == "person"]


def synth(people: int, out: Path, *, seed: int = 0, relations: Sequence[str] = ()) -> dict[str, Any]:
    """Write a graph of so many people: a folder that `load` takes (a TSV set with labels, types and datatypes), or, where the
    name ends in .tsv, one file of triples whose keys are the names. What it holds in bits lies beside it and is returned.

    `relations`: names of `ATTRIBUTES`; all if empty. Raises UserError for an unknown one, one whose source is left out, more
    people than there are names, and a place where something else lies.
    """
    chosen = _chosen(relations)
    if not 1 <= people <= NAMES:
        raise UserError(f"{people:,} people cannot be made", f"from 1 to {NAMES:,}: no name comes twice")
    found = {"seed": seed, **entropy(people, chosen)}
    bare = out.suffix == ".tsv"
    beside = out.with_name(f"{out.stem}.{ENTROPY}") if bare else out / ENTROPY
    if out.exists() and not beside.is_file():
        raise UserError(f"{out} is there already and was not made by synth", "choose another --out")
    aside = out.with_name(f".{out.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    _write(aside / ENTROPY, [json.dumps(found, indent=1) + "\n"])
    if bare:
        _write(aside / "triples.tsv", _lines(people, seed, chosen))
        (aside / "triples.tsv").replace(out)
        (aside / ENTROPY).replace(beside)
        aside.rmdir()
        return found
    _schema(aside, chosen)
    with _open(aside / "entities.tsv") as entities:
        _write(aside / "triples.tsv", _lines(people, seed, chosen, entities))
    if out.exists():
        shutil.rmtree(out)
    aside.rename(out)
    return found


def entropy(people: int, relations: Sequence[Attribute] = ATTRIBUTES) -> dict[str, Any]:
    """The bits of such a graph: log2 of the number of graphs that could have been drawn, each as likely as any other.

    Names: log2 of the ways to choose so many different ones. A relation: log2 of its pool for each fact; none where it follows
    from others. What the values of the pools are called was not drawn, and counts nothing.
    """
    rows: list[dict[str, Any]] = []
    for one in relations:
        facts, pool = people if one.of == "person" else len(POOLS[one.of]), len(POOLS[one.pool])
        each = 0.0 if one.follows else math.log2(pool)
        rows.append({"relation": one.name, "label": one.label, "of": one.of, "facts": facts, "pool": pool, "bits_each": each,
                     "bits": each * facts, "follows_from": list(one.follows or ())})  # fmt: skip
    of_names = math.lgamma(NAMES + 1) - math.lgamma(people + 1) - math.lgamma(NAMES - people + 1)
    bits = {"names": max(0.0, of_names / math.log(2)), "relations": math.fsum(row["bits"] for row in rows)}
    return {
        "people": people,
        "facts": sum(row["facts"] for row in rows),
        "possible_names": NAMES,
        "relations": rows,
        "bits": {**bits, "total": bits["names"] + bits["relations"]},
    }


def _chosen(relations: Sequence[str]) -> tuple[Attribute, ...]:
    for name in relations:
        if name not in BY_NAME:
            raise UserError(f"unknown relation '{name}'", near(name, BY_NAME))
    chosen = tuple(one for one in ATTRIBUTES if not relations or one.name in relations)
    have = {one.name for one in chosen}
    for one in chosen:
        if missing := [name for name in one.follows or () if name not in have]:
            hint = f"name what it follows from: --relations {','.join([*relations, *missing])}"
            raise UserError(f"'{one.name}' follows from {' and '.join(missing)}, left out here", hint)
    if have.isdisjoint(OF_PEOPLE):
        raise UserError(f"nothing is told of people by {', '.join(sorted(have))}", f"add some of {', '.join(OF_PEOPLE)}")
    return chosen


def _open(path: Path) -> TextIO:
    return open(path, "w", encoding="utf-8", newline="\n")


def _write(path: Path, lines: Iterable[str]) -> None:
    with _open(path) as file:
        file.writelines(lines)


def _schema(folder: Path, relations: Sequence[Attribute]) -> None:
    """`prefixes.tsv` and `relations.tsv`."""
    kinds = ["person", *(_prefix(kind) for kind in POOLS if kind != "date")]
    _write(folder / "prefixes.tsv", [f"_\t{SITE}\n", *(f"{kind}\t{SITE}{kind}/\n" for kind in kinds)])
    rows = [f"{r.name}\t{r.label}\t{r.description}\t{'date' if r.pool == 'date' else ''}\t\tfunctional\n" for r in relations]
    _write(folder / "relations.tsv", ["id\tlabel\tdescription\tdatatype\tunit\tproperties\n", *rows])


def _prefix(kind: str) -> str:
    return kind.replace(" ", "_")


def _lines(people: int, seed: int, relations: Sequence[Attribute], entities: TextIO | None = None) -> Iterator[str]:
    """The lines of triples. With a file for entities nodes have keys (person:17, city:Amberbridge) and are listed in it;
    without, nodes and relations are named."""
    keyed = entities is not None
    used = dict.fromkeys(kind for one in relations for kind in (one.of, one.pool) if kind != "person")
    keys = {kind: [f"{_prefix(kind)}:{name}" if keyed and kind != "date" else name for name in POOLS[kind]] for kind in used}
    if entities is not None:
        for kind in (kind for kind in used if kind != "date"):
            entities.writelines(f"{at}\t{name}\t{kind}\n" for at, name in zip(keys[kind], POOLS[kind], strict=True))
    ends = {}
    for one in relations:
        relation, what = one.name if keyed else one.label, "literal" if one.pool == "date" else "entity"
        ends[one.name] = [f"\t{relation}\t{at}\t{what}\n" for at in keys[one.pool]]
    drawn: dict[str, Ints] = {}
    for one in (one for one in relations if one.of != "person"):
        drawn[one.name] = _drawn(seed, one, np.arange(len(POOLS[one.of])))
        yield from (keys[one.of][i] + ends[one.name][value] for i, value in enumerate(drawn[one.name].tolist()))
    own = [one for one in relations if one.of == "person"]
    for start in track(range(0, people, CHUNK), "inventing people"):
        numbers = np.arange(start, min(people, start + CHUNK))
        called = _called(seed, numbers)
        at = [f"person:{number + 1}" for number in numbers.tolist()] if keyed else called
        if entities is not None:
            entities.writelines(f"{key}\t{name}\tperson\n" for key, name in zip(at, called, strict=True))
        for one in own:
            decides, gives = one.follows or ("", "")
            drawn[one.name] = drawn[gives][drawn[decides]] if one.follows else _drawn(seed, one, numbers)
        columns = [[ends[one.name][value] for value in drawn[one.name].tolist()] for one in own]
        yield from ("".join([key + end for end in row]) for key, *row in zip(at, *columns, strict=True))


def _drawn(seed: int, one: Attribute, numbers: Ints) -> Ints:
    """The values, as places in the pool, of some of those that have the attribute."""
    return (_hashes("attribute", seed, one.name, numbers) % np.uint64(len(POOLS[one.pool]))).astype(np.int64)


def _called(seed: int, numbers: Ints) -> list[str]:
    """Names, none of which any other number has: a Feistel network over numbers, walked until inside those of names."""
    half = ((NAMES - 1).bit_length() + 1) // 2
    low, shift = np.uint64((1 << half) - 1), np.uint64(half)
    at = numbers.astype(np.uint64)
    outside = np.ones(len(at), dtype=bool)
    while outside.any():
        left, right = at[outside] >> shift, at[outside] & low
        for turn in range(4):
            left, right = right, left ^ (_hashes("name", seed, str(turn), right) & low)
        at[outside] = (left << shift) | right
        outside = at >= NAMES
    rest, last = np.divmod(at.astype(np.int64), len(names.LAST))
    first, middle = np.divmod(rest, len(names.MIDDLE))
    parts = zip(first.tolist(), middle.tolist(), last.tolist(), strict=True)
    return [f"{names.FIRST[f]} {names.MIDDLE[m]} {names.LAST[n]}" for f, m, n in parts]


def _hashes(what: str, seed: int, name: str, numbers: npt.NDArray[Any]) -> npt.NDArray[np.uint64]:
    """Random numbers by number: the splitmix64 generator (Steele, Lea, Flood, OOPSLA 2014) started at a digest of the names."""
    start = np.uint64(digest("synth", what, str(seed), name) & MASK)
    z = start + (numbers.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: npt.NDArray[np.uint64] = z ^ (z >> np.uint64(31))
    return mixed
