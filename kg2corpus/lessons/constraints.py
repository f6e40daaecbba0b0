"""Level 4, reason: the only one that meets two conditions, each of which others meet as well.

Around Bhutan (borders India; uses the Indian rupee): "India is a neighbour of Bhutan. A currency of Bhutan is the Indian rupee.
Hence, Bhutan is the only country that borders India and that uses the Indian rupee as a currency."; question, "What is the only
country that ...?" Both groups are whole, and each has more than one.
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
    fan: int = 50,
    conclusions: float = 0.5,
    questions: float = 0.5,
) -> Iterator[Subgraph]:
    """Up to `count` pairs of conditions that the anchor alone meets.

    `fan`: most subjects that one condition alone may have; `conclusions` and `questions`: share of them of which the conclusion
    alone, and a question, come as well.
    """
    alone = joint(graph, anchor, rng, count=count, fan=fan, answers=range(1, 2))
    yield from worked_out(anchor, alone, "constraint", rng, conclusions=conclusions, questions=questions)
