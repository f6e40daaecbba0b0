"""Level 2, relate: three connected entities, each told, then what joins them (EntiGraph's triples, with the graph as the
source).

Around Bhutan, India and Nepal (both border India): what is told of each, then what joins them: "Borders separate India from
Nepal and Bhutan." The anchor is the smallest uid of the three.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Fact, Node, Subgraph
from ._draw import distinct, edges, told_of

LEVEL = 2


def pick(graph: Graph, anchor: Node, rng: Random, *, count: int = 2, told: int = 2) -> Iterator[Subgraph]:
    """Up to `count` ways of two steps whose three nodes the anchor is the smallest of, with `told` facts of each of them."""
    for _ in range(count):
        way = _way(graph, anchor, rng)
        nodes = list(dict.fromkeys(end.uid for fact in way for end in (fact.subject, fact.object)))
        if len(way) < 2 or len(nodes) < 3 or min(nodes) != anchor.uid:
            continue
        facts: list[Fact] = list(way)
        for uid in nodes:
            own = told_of(graph, uid, {*nodes} - {uid}, facts, rng, told)
            facts += own
            if not own:  # nothing else is known of it
                break
        else:
            yield Subgraph(anchor.uid, tuple(facts), "overview")


def _way(graph: Graph, anchor: Node, rng: Random) -> list[Fact]:
    """Two facts that join the anchor with two other entities, in either direction."""
    way: list[Fact] = []
    at = anchor.uid
    for _ in range(2):
        near = edges(graph, at, rng) + edges(graph, at, rng, into=True)
        free = [f for f in distinct(near) if not f.object.literal and f.twin not in {known.twin for known in way}]
        if not free:
            return []
        way.append(rng.choice(free))
        if rng.random() < 0.5:  # on from the other end, or once more from the anchor
            at = way[-1].object.uid if way[-1].subject.uid == at else way[-1].subject.uid
    return way
