"""Relations whose facts follow from others, and so hold no bits of their own: exact functional dependencies in the data.

Three kinds are looked for, each over subjects that have one object of the relations concerned, and each without exception:

    the same      r(s, o) where r1(s, o)                       every such fact follows
    by object     r(s, o) where the object of r1(s) decides o  all but one for each object of r1, which make up the rule
    by path       r(s, o) where r1(s, m) and r2(m, o)          every such fact follows (the country of a city's region)

"By object" a key decides everything (no two people share a date of birth): the rule then is as long as the facts, and nothing
is gained. Declared inverses and symmetry need no search: `bits` counts what they say once.

The cost is bounded: of the relations with one object each the `LARGEST` are looked at, and a pair or path of them is compared
in full only where a sample of `SAMPLE` subjects does not rule it out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..columns import Ints
from ..uid import digest

LARGEST = 200
SAMPLE = 48
FEW = 5  # facts that must follow before it is taken for more than chance; they must save more than it takes to name the rule

How = Literal["the same", "by object", "by path"]


@dataclass(frozen=True)
class Dependency:
    """Relation `row` follows from the relations `by` for some subjects; `implied`: the facts that need not be told."""

    row: int
    by: tuple[int, ...]
    how: How
    implied: Ints


@dataclass(frozen=True)
class Single:
    """The facts of one relation, each of another subject: subjects ascending, their objects, and their rows in the whole."""

    subjects: Ints
    objects: Ints
    at: Ints

    def of(self, nodes: Ints) -> tuple[Ints, Ints]:
        """For each node the place of its fact, or -1; and its object, or -1."""
        place = np.searchsorted(self.subjects, nodes).clip(max=len(self.subjects) - 1)
        place = np.where(self.subjects[place] == nodes, place, -1)
        return place, np.where(place >= 0, self.objects[place], -1)


def dependencies(subject: Ints, relation: Ints, object_: Ints, worth: Mapping[int, float]) -> list[Dependency]:
    """One dependency at most for each relation: that which saves the most bits, where its facts are `worth` so many bits each.

    None leads back to itself over others. The facts are distinct; the columns are rows of nodes and relations.
    """
    singles = _singles(subject, relation, object_)
    about = _About.of(singles)
    found = [one for row in singles for one in _candidates(row, singles, about)]
    rule = 2 * math.log2(len(worth) + 1)
    found = [one for one in found if len(one.implied) >= FEW and len(one.implied) * worth.get(one.row, 0.0) > rule]
    chosen: dict[int, Dependency] = {}
    for one in sorted(found, key=lambda one: (-len(one.implied) * worth[one.row], one.row, one.by)):
        if one.row not in chosen and not any(_rests_on(by, one.row, chosen) for by in one.by):
            chosen[one.row] = one
    return [chosen[row] for row in sorted(chosen)]


def _rests_on(row: int, other: int, chosen: Mapping[int, Dependency]) -> bool:
    """Whether what a relation follows from leads to the other one."""
    return row == other or (row in chosen and any(_rests_on(by, other, chosen) for by in chosen[row].by))


def _singles(subject: Ints, relation: Ints, object_: Ints) -> dict[int, Single]:
    """The largest relations that give each subject one object."""
    order = np.lexsort((subject, relation))
    rows, starts = np.unique(relation[order], return_index=True)
    found: dict[int, Single] = {}
    for row, at in zip(rows.tolist(), np.split(order, starts[1:]), strict=True):
        own = subject[at]
        if len(at) >= FEW and (own[1:] != own[:-1]).all():
            found[row] = Single(own, object_[at], at)
    largest = sorted(found, key=lambda row: (-len(found[row].at), row))[:LARGEST]
    return {row: found[row] for row in sorted(largest)}


@dataclass(frozen=True)
class _About:
    """Which of the relations say something of a node: (subject, relation), by subject."""

    subjects: Ints
    relations: Ints

    @staticmethod
    def of(singles: Mapping[int, Single]) -> _About:
        none = np.zeros(0, dtype=np.int64)
        subjects = np.concatenate([none, *(one.subjects for one in singles.values())])
        relations = np.concatenate([none, *(np.full(len(one.at), row) for row, one in singles.items())])
        order = np.argsort(subjects, kind="stable")
        return _About(subjects[order], relations[order])

    def any(self, nodes: Ints) -> list[int]:
        """Those that say something of any of the nodes, ascending."""
        start, end = (np.searchsorted(self.subjects, nodes, side=side) for side in ("left", "right"))
        runs = [self.relations[a:b] for a, b in zip(start.tolist(), end.tolist(), strict=True) if a < b]
        found: list[int] = np.unique(np.concatenate(runs)).tolist() if runs else []
        return found


def _candidates(row: int, singles: Mapping[int, Single], about: _About) -> Iterator[Dependency]:
    own = singles[row]
    rng = np.random.default_rng(digest("dependencies", str(row)) % (1 << 63))
    drawn = np.sort(rng.choice(len(own.at), min(SAMPLE, len(own.at)), replace=False))
    subjects, objects = own.subjects[drawn], own.objects[drawn]
    for by in about.any(subjects):
        if by == row:
            continue
        other = singles[by]
        between = other.of(subjects)[1]
        have = between >= 0
        if have.sum() < min(2, len(drawn)):
            continue
        if _decides(between[have], objects[have]):
            yield from _by_object(row, own, by, other)
        for second in about.any(between[have]):
            if second not in (row, by):
                last = singles[second]
                end = last.of(between[have])[1]
                if (end >= 0).any() and (end[end >= 0] == objects[have][end >= 0]).all():
                    yield from _by_path(row, own, (by, second), (other, last))


def _decides(keys: Ints, values: Ints) -> bool:
    """Whether equal keys have equal values."""
    order = np.argsort(keys, kind="stable")
    k, v = keys[order], values[order]
    return bool((v[1:] == v[:-1])[k[1:] == k[:-1]].all())


def _by_object(row: int, own: Single, by: int, other: Single) -> Iterator[Dependency]:
    between = other.of(own.subjects)[1]
    have = np.flatnonzero(between >= 0)
    keys, values = between[have], own.objects[have]
    if (keys == values).all():
        yield Dependency(row, (by,), "the same", own.at[have])
    elif _decides(keys, values):
        _, first = np.unique(keys, return_index=True)  # one fact for each key is the rule
        yield Dependency(row, (by,), "by object", own.at[np.delete(have, first)])


def _by_path(row: int, own: Single, by: tuple[int, int], others: tuple[Single, Single]) -> Iterator[Dependency]:
    between = others[0].of(own.subjects)[1]
    end = others[1].of(between)[1]
    have = np.flatnonzero((between >= 0) & (end >= 0))
    if (end[have] == own.objects[have]).all():
        yield Dependency(row, by, "by path", own.at[have])
