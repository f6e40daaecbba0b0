"""Level 2, relate: a tree of one relation, from the top down, as a list in steps.

Around Asia (Southern Asia and Eastern Asia are part of it, Bhutan of Southern Asia): "In this list, each entry is part of
the one above it. - Asia - Southern Asia - Bhutan - Eastern Asia". Only relations come of which a subject has one object, or
that are declared to carry on (transitive).
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Fact, Node, Subgraph
from ._draw import edges

LEVEL = 2


def pick(graph: Graph, anchor: Node, rng: Random, *, deep: int = 3, wide: int = 4, most: int = 14) -> Iterator[Subgraph]:
    """A tree under the anchor, by a relation that goes on for at least two steps: at most `deep` steps, `wide` nodes below each
    (a draw where there are more), `most` facts in all."""
    into = {f.relation.uid: f.relation for f in edges(graph, anchor.uid, rng, into=True)}
    relations = [r for uid, r in sorted(into.items()) if r.transitive or (graph.is_functional(uid) and not r.symmetric)]
    rng.shuffle(relations)
    for relation in relations:
        facts, level, seen = list[Fact](), [anchor.uid], {anchor.uid}
        depth = 0
        while level and depth < deep and len(facts) < most:
            below: list[Fact] = []
            for uid in level:
                under = [f for f in edges(graph, uid, rng, into=True) if f.relation == relation]
                for fact in rng.sample(under, min(wide, len(under))):
                    if fact.subject.uid not in seen and len(facts) + len(below) < most:
                        seen.add(fact.subject.uid)
                        below.append(fact)
            facts += below
            level = [fact.subject.uid for fact in below]
            depth += bool(below)
        if depth > 1:
            yield Subgraph(anchor.uid, tuple(facts), "tree")
            return
