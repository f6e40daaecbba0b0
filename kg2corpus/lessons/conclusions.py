"""Level 5, answer: conclusions alone, without the facts that lead to them (KICP's lesson 3).

What the lessons of levels 3 and 4 work out, only the end of it: "Bhutan borders a country whose capital is New Delhi."; "Bhutan
has two neighbours."; "Bhutan has a larger area than Belgium."
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import FORMS, Node, Subgraph
from . import chains, comparisons, constraints, counts, inheritance, intersections, superlatives, temporal, unions

LEVEL = 5
FROM = (chains, counts, comparisons, superlatives, temporal, intersections, unions, constraints, inheritance)


def pick(graph: Graph, anchor: Node, rng: Random, *, count: int = 4) -> Iterator[Subgraph]:
    """Up to `count` conclusions of what other lessons would work out around the anchor."""
    found: list[Subgraph] = []
    for lesson in FROM:
        for subgraph in lesson.pick(graph, anchor, rng, conclusions=1.0, questions=0.0):
            if FORMS[subgraph.form].exposes == "implied":
                found.append(subgraph)
    yield from rng.sample(found, min(count, len(found)))
