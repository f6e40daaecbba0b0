"""Level 5, answer: questions of every kind about the anchor, with all their answers, and some that have none here.

Around Bhutan: the questions of the lessons `facts` and `chains` and those of level 4, and "Question: Which city is the capital
of Antarctica? Answer: That is not known. It is known, however, that Antarctica is not one of the landlocked countries.", beside
a question that has an answer. That something is unknown is said only where most things of its kind have the relation, and
nothing of it is held out.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Node, Subgraph
from . import chains, comparisons, constraints, counts, facts, intersections, superlatives, temporal
from ._draw import edges, mixed, of_one_kind, single

LEVEL = 5
FROM = (counts, comparisons, superlatives, temporal, intersections, constraints)
TRIES = 6  # nodes of the same kind that are drawn


def pick(graph: Graph, anchor: Node, rng: Random, *, count: int = 4, unknown: float = 0.2) -> Iterator[Subgraph]:
    """Up to `count` questions of other lessons; `unknown`: share of the rounds with one that has no answer."""
    reasoned = (lesson.pick(graph, anchor, rng, conclusions=0.0, questions=1.0) for lesson in FROM)
    offers = facts.pick(graph, anchor, rng), chains.pick(graph, anchor, rng, questions=1.0), *reasoned
    yield from mixed(offers, "asked", rng, count)
    if rng.random() < unknown:
        yield from _unknown(graph, anchor, rng)


def _unknown(graph: Graph, anchor: Node, rng: Random) -> Iterator[Subgraph]:
    own = [f for f in edges(graph, anchor.uid, rng) if single(graph, anchor.uid, f.relation)]
    told = {relation.uid for relation in {f.relation for f in edges(graph, anchor.uid, rng)}}
    if not own or not anchor.types:
        return
    same = graph.of_type(anchor.types[0])
    for _ in range(TRIES):
        other = graph.node(same[rng.randrange(len(same))])
        for fact in edges(graph, other.uid, rng):
            usual = 2 * len(graph.subjects(fact.relation.uid)) > len(same)
            new = fact.relation.uid not in told and not graph.degree(anchor.uid, fact.relation.uid)[0]
            if usual and new and single(graph, other.uid, fact.relation) and of_one_kind(anchor, other):
                yield Subgraph(anchor.uid, (fact, rng.choice(own)), "unknown")
                return
