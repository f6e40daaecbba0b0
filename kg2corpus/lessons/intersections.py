"""Level 4, reason: what two conditions choose together, of all that each of them chooses.

Around Georgia (borders Armenia and Russia): "Armenia lies next to Georgia. Russia adjoins Georgia. A border separates
Azerbaijan from Armenia. From Azerbaijan, you can cross the border into Russia. This means that Georgia and Azerbaijan are
countries that border Armenia and Russia."; question, "Which are the countries that border Armenia and Russia?" All answers are
known: both groups are whole, and neither condition alone gives the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Node, Subgraph
from ._draw import worked_out
from ._joint import joint

LEVEL = 4


def pick(
    graph: Graph,
    anchor: Node,
    rng: Random,
    *,
    count: int = 2,
    most: int = 4,
    fan: int = 50,
    conclusions: float = 0.5,
    questions: float = 0.5,
) -> Iterator[Subgraph]:
    """Up to `count` pairs of conditions that the anchor, the smallest uid of them, and 1 to `most` - 1 others meet.

    `fan`: most subjects that one condition alone may have; `conclusions` and `questions`: share of them of which the conclusion
    alone, and a question, come as well.
    """
    several = joint(graph, anchor, rng, count=count, fan=fan, answers=range(2, most + 1))
    yield from worked_out(anchor, several, "intersection", rng, conclusions=conclusions, questions=questions)
