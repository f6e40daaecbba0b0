"""Level 2, relate: two connected entities, each told, then how they relate (EntiGraph's pairs, with the graph as the source).

Around Bhutan and India (Bhutan borders India): "Bhutan is in Southern Asia. Its capital is Thimphu. India has the capital
New Delhi. It is in Asia. Bhutan borders India."  The anchor of a pair is the smaller uid of the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Fact, Node, Subgraph
from ._draw import distinct, edges, told_of

LEVEL = 2


def pick(graph: Graph, anchor: Node, rng: Random, *, count: int = 3, told: int = 3, links: int = 2) -> Iterator[Subgraph]:
    """Up to `count` neighbours of a larger uid: `links` facts that connect the two, then `told` facts of each of them."""
    near = edges(graph, anchor.uid, rng) + edges(graph, anchor.uid, rng, into=True)
    linked: dict[int, list[Fact]] = {}
    for fact in distinct(near):
        other = fact.object if fact.subject.uid == anchor.uid else fact.subject
        if not other.literal and other.uid > anchor.uid:
            linked.setdefault(other.uid, []).append(fact)
    others = sorted(linked)
    for uid in rng.sample(others, min(count, len(others))):
        connecting = linked[uid]
        rng.shuffle(connecting)
        facts = connecting[:links]
        first = told_of(graph, anchor.uid, {uid}, facts, rng, told)
        second = told_of(graph, uid, {anchor.uid}, facts + first, rng, told)
        if first and second:  # of a capital that only its country names there is nothing to tell
            yield Subgraph(anchor.uid, (*facts, *first, *second), "pair")
