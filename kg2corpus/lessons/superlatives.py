"""Level 4, reason: the first of several things of one kind by a number.

Around Finland, Vietnam, Romania, Belgium and Bhutan: their areas, then "The smallest of these is 30,528 square kilometres. This
means that among Finland, Vietnam, Romania, Belgium and Bhutan, the smallest area is that of Belgium."; question, "Which of
Vietnam, Finland, Belgium, Romania and Bhutan has the smallest area?" The things are named, so that what the graph does not hold
makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Node, Subgraph
from ._draw import worked_out
from ._values import first, sets_of

LEVEL = 4


def pick(
    graph: Graph,
    anchor: Node,
    rng: Random,
    *,
    count: int = 2,
    most: int = 5,
    conclusions: float = 0.5,
    questions: float = 0.5,
) -> Iterator[Subgraph]:
    """Up to `count` sets of 3 to `most` things, of which the anchor has the smallest uid, by relations of which all have one
    number.

    `conclusions` and `questions`: share of them of which the conclusion alone, and a question, come as well.
    """
    sets = (first(group, rng) for group in sets_of(graph, anchor, rng, count=count, sizes=(3, most), dates=False))
    yield from worked_out(anchor, sets, "superlative", rng, conclusions=conclusions, questions=questions)
