"""Help for lessons on numbers and dates: facts that can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from random import Random

from ..graph import Graph
from ..lexicon.amounts import compared, value_of
from ..types import Fact, Node
from ._draw import above, edges, of_one_kind, single

TRIES = 8  # nodes drawn for each that is wanted


def groups_of(graph: Graph, anchor: Node, rng: Random, *, count: int, size: int, dates: bool) -> Iterator[list[Fact]]:
    """Up to `count` groups of `size` facts of one relation: that of the anchor, and those of nodes of its kind with larger
    uids.

    Each has one value only, all are numbers (in one unit, or in units of one dimension), or with `dates` dates; no two values
    are the same.
    """
    own = [f for f in edges(graph, anchor.uid, rng) if isinstance(value_of(f), tuple if dates else Decimal)]
    own = [f for f in own if not f.relation.kind and single(graph, anchor.uid, f.relation)]
    rng.shuffle(own)
    for fact in own[:count]:
        subjects = graph.subjects(fact.relation.uid)
        others = above(subjects, anchor.uid)
        group = [fact]
        for at in rng.sample(others, min(len(others), TRIES * (size - 1))):
            if len(group) == size:
                break
            other = single(graph, subjects[at], fact.relation)
            if other and _comparable(group, other):
                group.append(other)
        if len(group) == size:
            yield group


def sets_of(
    graph: Graph, anchor: Node, rng: Random, *, count: int, sizes: tuple[int, int], dates: bool
) -> Iterator[list[Fact]]:
    """Up to `count` groups as `groups_of` gives them, each of a size drawn from the least to the most."""
    least, most = sizes
    for _ in range(count):
        yield from groups_of(graph, anchor, rng, count=1, size=rng.randint(least, max(least, most)), dates=dates)


def _comparable(group: Sequence[Fact], other: Fact) -> bool:
    return of_one_kind(group[0].subject, other.subject) and all(compared(fact, other) for fact in group)


def ordered(facts: Sequence[Fact], rng: Random) -> list[Fact]:
    """From the most to the least, or the other way round by a draw."""
    found: list[Fact] = []
    for fact in facts:
        at = sum(compared(known, fact) > 0 for known in found)
        found.insert(at, fact)
    return found if rng.random() < 0.5 else found[::-1]


def first(facts: Sequence[Fact], rng: Random) -> list[Fact]:
    """The most (or, by a draw, the least) of them in front, the others in drawn order."""
    row = ordered(facts, rng)
    rest = row[1:]
    rng.shuffle(rest)
    return row[:1] + rest
