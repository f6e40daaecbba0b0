"""Level 4, reason: what does not hold, because something else does.

Around Bhutan (in Asia) and Gibraltar (in Europe): "Europe is where Gibraltar (country) lies. By contrast, Bhutan counts as part
of Asia. Hence, it is not true that Bhutan lies in Europe."; question, "Is it right to say that Europe contains Bhutan?" Only
relations of which a subject has one object come, and only groups that are whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Fact, Node, Subgraph
from ._draw import edges, of_one_kind, single, worked_out

LEVEL = 4
TRIES = 8  # other subjects that are drawn


def pick(
    graph: Graph, anchor: Node, rng: Random, *, count: int = 2, conclusions: float = 0.3, questions: float = 0.7
) -> Iterator[Subgraph]:
    """Up to `count` facts of the anchor, each with one of another subject of the same kind and with another object.

    `conclusions` and `questions`: share of them of which the conclusion alone, and a question, come as well.
    """
    own = [f for f in edges(graph, anchor.uid, rng) if graph.is_functional(f.relation.uid)]
    own = [f for f in own if not f.object.literal and not f.relation.symmetric]
    for fact in rng.sample(own, min(count, len(own))):
        other = _other(graph, fact, rng)
        if other is not None:
            yield from worked_out(anchor, [[fact, other]], "negation", rng, conclusions=conclusions, questions=questions)


def _other(graph: Graph, fact: Fact, rng: Random) -> Fact | None:
    subjects = graph.subjects(fact.relation.uid)
    for _ in range(TRIES):
        other = single(graph, subjects[rng.randrange(len(subjects))], fact.relation)
        if other is None or not of_one_kind(fact.object, other.object):
            continue
        if len({end.uid for end in (fact.subject, fact.object, other.subject, other.object)}) == 4:
            return other
    return None
