"""Level 4, reason: what was earlier, and in which order: things of one kind by a date.

Around three persons: their dates of birth, then "By date of birth, from the earliest to the latest, the order is Ada, Alan and
Grace."; of two, "Ada has an earlier date of birth than Alan." Dates that are given to the year only are compared by their
years.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Node, Subgraph
from ._draw import worked_out
from ._values import ordered, sets_of

LEVEL = 4


def pick(
    graph: Graph,
    anchor: Node,
    rng: Random,
    *,
    count: int = 2,
    most: int = 4,
    conclusions: float = 0.5,
    questions: float = 0.5,
) -> Iterator[Subgraph]:
    """Up to `count` sets of 2 to `most` things, of which the anchor has the smallest uid, by relations of which all have one
    date.

    `conclusions` and `questions`: share of them of which the conclusion alone, and a question, come as well.
    """
    for group in sets_of(graph, anchor, rng, count=count, sizes=(2, most), dates=True):
        form = "comparison" if len(group) == 2 else "ordering"
        yield from worked_out(anchor, [ordered(group, rng)], form, rng, conclusions=conclusions, questions=questions)
