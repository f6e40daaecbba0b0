"""Level 5, answer: statements of which one is wrong, to be found and put right.

Around Bhutan: "One of these statements is wrong: (a) Eastern Asia is the subregion that Bhutan belongs to. (b) Bhutan covers
38,394 square kilometres. (c) Bhutan is not a dependency. Answer: The mistake is in (a). In fact, Southern Asia is home to
Bhutan. By contrast, you will find Hong Kong in Eastern Asia." The wrong one has the object of another subject, of a relation of
which a subject has one object.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Node, Subgraph
from . import negation
from ._draw import distinct, edges, groups

LEVEL = 5


def pick(graph: Graph, anchor: Node, rng: Random, *, count: int = 1, statements: int = 3) -> Iterator[Subgraph]:
    """Up to `count` exercises of `statements` statements about the anchor, and one about the other subject."""
    for made in negation.pick(graph, anchor, rng, count=count, conclusions=0.0, questions=0.0):
        wrong, donor = made.facts
        others = [g for g in groups(distinct(edges(graph, anchor.uid, rng))) if g[0].relation != wrong.relation]
        chosen = [rng.choice(group) for group in rng.sample(others, min(statements - 1, len(others)))]
        chosen = [fact for fact in chosen if fact.twin != donor.twin]
        if len(chosen) == statements - 1:
            facts = [wrong, *chosen]
            rng.shuffle(facts)
            yield Subgraph(anchor.uid, (*facts, donor), "correction")
