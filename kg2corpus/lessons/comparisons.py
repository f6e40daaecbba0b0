"""Level 4, reason: two things of one kind by a number.

Around Bhutan and Belgium: "Belgium has an area of 30,528 square kilometres. 38,394 square kilometres is the size of Bhutan. Of
the two figures, 38,394 square kilometres is the larger. Therefore, the area of Bhutan is larger than that of Belgium.";
question, "Of Belgium and Bhutan, which has the larger area?" Dates are compared by the lesson `temporal`.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Node, Subgraph
from ._draw import worked_out
from ._values import groups_of, ordered

LEVEL = 4


def pick(
    graph: Graph,
    anchor: Node,
    rng: Random,
    *,
    count: int = 2,
    conclusions: float = 0.5,
    questions: float = 0.5,
) -> Iterator[Subgraph]:
    """Up to `count` pairs of the anchor with one of a larger uid, by relations of which both have one number.

    `conclusions` and `questions`: share of them of which the conclusion alone, and a question, come as well.
    """
    pairs = (ordered(group, rng) for group in groups_of(graph, anchor, rng, count=count, size=2, dates=False))
    yield from worked_out(anchor, pairs, "comparison", rng, conclusions=conclusions, questions=questions)
