"""Level 4, reason: along a relation that carries on: what is below something is below all that this is below.

Around a petrel (a kind of seabird, which is a kind of bird): "A petrel is a kind of seabird. A seabird is a kind of bird.
So a petrel is a kind of bird."; question, "Is it true that a petrel is a kind of bird?" Only relations come that are
declared to carry on (transitive), such as subclass and part.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Fact, Node, Subgraph
from ._draw import edges, worked_out

LEVEL = 4


def pick(
    graph: Graph,
    anchor: Node,
    rng: Random,
    *,
    count: int = 2,
    longest: int = 4,
    conclusions: float = 0.5,
    questions: float = 0.5,
) -> Iterator[Subgraph]:
    """Up to `count` ways of 2 to `longest` steps up from the anchor; no node twice.

    `conclusions` and `questions`: share of them of which the conclusion alone, and a question, come as well.
    """
    first = [f for f in edges(graph, anchor.uid, rng) if f.relation.transitive and not f.object.literal]
    ways = (_way(graph, fact, rng, rng.randint(2, longest)) for fact in rng.sample(first, min(count, len(first))))
    longer = (way for way in ways if len(way) > 1)
    yield from worked_out(anchor, longer, "inheritance", rng, conclusions=conclusions, questions=questions)


def _way(graph: Graph, fact: Fact, rng: Random, longest: int) -> list[Fact]:
    way, seen = [fact], {fact.subject.uid, fact.object.uid}
    while len(way) < longest:
        at = way[-1].object.uid
        up = [f for f in edges(graph, at, rng) if f.relation == fact.relation and f.object.uid not in seen]
        if not up:
            break
        way.append(rng.choice(up))
        seen.add(way[-1].object.uid)
    return way
