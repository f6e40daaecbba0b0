"""Level 2, relate: a community of the graph told as one overview.

Around Bhutan, Thimphu, India and New Delhi (a community): what is told of each in turn, then what joins them. Communities are
those of Louvain's method (Blondel et al. 2008), found once for a graph; the anchor is the smallest uid of its community.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..communities import members
from ..graph import Graph
from ..types import Fact, Node, Subgraph
from ._draw import distinct, edges

LEVEL = 2


def pick(graph: Graph, anchor: Node, rng: Random, *, count: int = 2, nodes: int = 4, most: int = 12) -> Iterator[Subgraph]:
    """Up to `count` overviews of the anchor's community: `nodes` of its members with up to `most` facts of them together."""
    around = members(graph, anchor.uid)
    if len(around) < 3 or around[0] != anchor.uid:
        return
    for _ in range(count):
        chosen = {anchor.uid, *rng.sample(around[1:], min(nodes - 1, len(around) - 1))}
        told: list[Fact] = []
        for uid in sorted(chosen):
            facts = distinct(edges(graph, uid, rng))
            told += rng.sample(facts, min(max(1, most // nodes), len(facts)))
        facts = distinct(told)
        rng.shuffle(facts)
        # two subjects come first, and stay whatever else is taken out
        second = next((i for i, fact in enumerate(facts) if fact.subject.uid != facts[0].subject.uid), 0)
        if second and anchor.uid in {end.uid for f in facts for end in (f.subject, f.object)}:
            facts.insert(1, facts.pop(second))
            yield Subgraph(anchor.uid, tuple(facts), "overview")
