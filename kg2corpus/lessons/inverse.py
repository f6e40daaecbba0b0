"""Level 1, recall: each fact from the side of its object.

Around Thimphu (the capital of Bhutan): "Thimphu is the capital of Bhutan."; question, "Thimphu is the capital of which
country?" What was read in one direction only cannot be said in the other (the reversal curse; Physics of Language Models
3.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Node, Subgraph
from ._draw import distinct, edges

LEVEL = 1


def pick(graph: Graph, anchor: Node, rng: Random, *, most: int = 12, questions: float = 0.3) -> Iterator[Subgraph]:
    """The facts that have the anchor as their object, at most `most` a round; `questions`: share of them that are asked for
    their
    subject as well, where it is the only one."""
    for fact in distinct(edges(graph, anchor.uid, rng, most=most, into=True)):
        yield Subgraph(anchor.uid, (fact,), "inverse_statement")
        if rng.random() < questions and len(graph.into(anchor.uid, fact.relation.uid, limit=2)) == 1:
            yield Subgraph(anchor.uid, (fact,), "inverse_question")
