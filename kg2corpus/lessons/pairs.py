"""Level 2, relate: two connected entities, each told, then how they relate (EntiGraph's pairs, with the graph as the source).

Around Bhutan and India (Bhutan borders India): "Bhutan is a UN member and uses Dzongkha as an official language. As for India,
it is called India at home too. It adjoins Myanmar. The two are linked: Bhutan has a common border with India." The anchor of a
pair is the smaller uid of the two. Pairs that nothing connects, drawn at random, are a control: EntiGraph pairs all entities of
a document, whether or not it relates them.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Fact, Node, Subgraph
from ._draw import above, distinct, edges, leads, told_of

LEVEL = 2


def pick(
    graph: Graph, anchor: Node, rng: Random, *, count: int = 3, told: int = 3, links: int = 2, unconnected: bool = False
) -> Iterator[Subgraph]:
    """Up to `count` neighbours of a larger uid: `links` facts that connect the two, then `told` facts of each of them.

    The links are of different relations and lead one way.

    With `unconnected`: as many other nodes of a larger uid that no fact connects with the anchor, and facts of both.
    """
    if unconnected:
        yield from _apart(graph, anchor, rng, count, told)
        return
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
        # a fact that leads back often says the same ("contains", "lies in"), so that it would be told twice
        one_way = {fact.relation.uid: fact for fact in connecting if fact.subject == connecting[0].subject}
        facts = [connecting[0], *(f for f in one_way.values() if f.relation != connecting[0].relation)][:links]
        first = told_of(graph, anchor.uid, {uid}, facts, rng, told)
        second = told_of(graph, uid, {anchor.uid}, facts + first, rng, told)
        if first and second:  # of a capital that only its country names there is nothing to tell
            yield Subgraph(anchor.uid, (*facts, *first, *second), "pair")


def _apart(graph: Graph, anchor: Node, rng: Random, count: int, told: int) -> Iterator[Subgraph]:
    anchors = graph.anchors()
    others = above(anchors, anchor.uid)
    for uid in (anchors[at] for at in rng.sample(others, min(count, len(others)))):
        if leads(graph, anchor.uid, uid) or leads(graph, uid, anchor.uid):
            continue
        first, second = (told_of(graph, one, {other}, (), rng, told) for one, other in ((anchor.uid, uid), (uid, anchor.uid)))
        second = [fact for fact in second if fact.twin not in {known.twin for known in first}]
        if first and second:
            yield Subgraph(anchor.uid, (first[0], second[0], *first[1:], *second[1:]), "overview")
