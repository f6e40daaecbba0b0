"""Help for lessons on conditions that things meet together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from random import Random

from ..graph import Graph
from ..types import Fact, Node
from ._draw import edges


def joint(graph: Graph, anchor: Node, rng: Random, *, count: int, fan: int, answers: range) -> Iterator[list[Fact]]:
    """The facts of up to `count` pairs of conditions that the anchor meets, as the smallest uid of those that do, and `answers`
    of them in all; pairs with more or fewer count, but are left out.

    A condition is a relation and an object, met by 2 to `fan` subjects; neither of a pair chooses the same as the other. The
    facts of each answer are that of the first condition, then that of the second one.
    """
    met = [f for f in edges(graph, anchor.uid, rng) if not f.object.literal]
    met = [f for f in met if 1 < graph.degree(f.object.uid, f.relation.uid)[1] <= fan]
    pairs = [(a, b) for a, b in combinations(met, 2) if a.object.uid != b.object.uid]
    found = 0
    for one, other in rng.sample(pairs, min(len(pairs), 4 * count)):
        if found == count:
            return
        first = {f.subject.uid: f for f in graph.into(one.object.uid, one.relation.uid)}
        second = {f.subject.uid: f for f in graph.into(other.object.uid, other.relation.uid)}
        both = sorted(first.keys() & second.keys())
        if both[0] != anchor.uid or len(both) == len(first) or len(both) == len(second):
            continue
        found += 1
        if len(both) in answers:
            yield [f for uid in both for f in (first[uid], second[uid])]
