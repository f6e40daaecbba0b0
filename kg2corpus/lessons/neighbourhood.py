"""Level 2, relate: a community of the graph told as one overview.

Around Bhutan, Thimphu, India and New Delhi (a community): what is told of each in turn, then what joins them. Communities are
those of Louvain's method (Blondel et al. 2008), found once for a graph; the anchor is the smallest uid of its community.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from ..communities import members
from ..graph import Graph
from ..types import Fact, Node, Subgraph
from ._draw import apart, edges

LEVEL = 2


def pick(graph: Graph, anchor: Node, rng: Random, *, count: int = 2, nodes: int = 4, most: int = 12) -> Iterator[Subgraph]:
    """Up to `count` overviews of the anchor's community: `nodes` of its members, each near another if it can be, with up
    to `most` facts of them together."""
    around = members(graph, anchor.uid)
    if len(around) < 3 or around[0] != anchor.uid:
        return
    for _ in range(count):
        chosen = _joined(graph, anchor.uid, around, rng, min(nodes, len(around)))
        told: list[Fact] = []
        for uid in chosen:
            facts = edges(graph, uid, rng)
            rng.shuffle(facts)
            facts = apart(facts)
            facts.sort(key=lambda fact: fact.object.uid not in chosen)  # what joins them first
            told += facts[: max(1, most // nodes)]
        facts = apart(told)
        rng.shuffle(facts)
        # two subjects come first, and stay whatever else is taken out
        second = next((i for i, fact in enumerate(facts) if fact.subject.uid != facts[0].subject.uid), 0)
        if second and anchor.uid in {end.uid for f in facts for end in (f.subject, f.object)}:
            facts.insert(1, facts.pop(second))
            yield Subgraph(anchor.uid, tuple(facts), "overview")


def _joined(graph: Graph, anchor: int, around: Sequence[int], rng: Random, count: int) -> list[int]:
    """The anchor and others of its community: each is a neighbour of one before it, or any of them where no other is near."""
    chosen, near = [anchor], set[int]()
    members = set(around)
    while len(chosen) < count:
        here = edges(graph, chosen[-1], rng) + edges(graph, chosen[-1], rng, into=True)
        near |= {end.uid for fact in here for end in (fact.subject, fact.object)} & members
        near -= set(chosen)
        chosen.append(rng.choice(sorted(near) or sorted(members - set(chosen))))
    return chosen
