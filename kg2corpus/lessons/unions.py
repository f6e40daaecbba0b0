"""Level 4, reason: what either of two conditions chooses.

Around the Swiss franc and Zimbabwean bonds: "Anyone who shops in Liechtenstein can pay with the Swiss franc. The Swiss franc
circulates in Switzerland. Shops in Zimbabwe take Zimbabwean bonds. So Liechtenstein, Switzerland and Zimbabwe are countries
that use the Swiss franc or Zimbabwean bonds as a currency."; question, "Which are the countries that ..., or both?" Both groups
are whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Fact, Node, Subgraph
from ._draw import above, edges, worked_out

LEVEL = 4


def pick(
    graph: Graph,
    anchor: Node,
    rng: Random,
    *,
    count: int = 2,
    most: int = 6,
    fan: int = 50,
    conclusions: float = 0.5,
    questions: float = 0.5,
) -> Iterator[Subgraph]:
    """Up to `count` pairs of the anchor and another object of its relation with a larger uid, 3 to `most` subjects together.

    `fan`: most subjects that one of them alone may have; `conclusions` and `questions`: share of them of which the conclusion
    alone, and a question, come as well.
    """
    own = {f.relation.uid: f.relation for f in edges(graph, anchor.uid, rng, into=True)}
    small = [uid for uid in sorted(own) if graph.degree(anchor.uid, uid)[1] <= min(fan, most - 1)]
    for relation in rng.sample(small, min(count, len(small))):
        objects = graph.objects(relation)
        others = above(objects, anchor.uid)
        if not others:
            continue
        other = objects[rng.choice(others)]
        first = graph.into(anchor.uid, relation)
        if graph.node(other).literal or len(first) + graph.degree(other, relation)[1] > most:
            continue
        facts: list[Fact] = [*first, *graph.into(other, relation)]
        if len({f.subject.uid for f in facts}) > 2:
            yield from worked_out(anchor, [facts], "union", rng, conclusions=conclusions, questions=questions)
