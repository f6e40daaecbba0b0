"""Level 4, reason: how many objects a subject has, and how many subjects an object.

Around Bhutan (borders China and India): "Bhutan shares a border with India. Bhutan has a common border with China. That makes
two in all. So the number of neighbours of Bhutan is two."; question, "How many neighbours does Bhutan have?" Around the Swiss
franc: "The number of countries that use the Swiss franc as a currency is two." Only groups that are whole are counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Fact, Node, Subgraph
from ._draw import edges, worked_out

LEVEL = 4


def pick(
    graph: Graph, anchor: Node, rng: Random, *, most: int = 8, conclusions: float = 0.5, questions: float = 0.5
) -> Iterator[Subgraph]:
    """A relation of which the anchor has 2 to `most` objects, and one of which it has as many subjects.

    `conclusions` and `questions`: share of them of which the conclusion alone, and a question, come as well.
    """
    for into, form in ((False, "count"), (True, "inverse_count")):
        facts = edges(graph, anchor.uid, rng, into=into)
        found = [group for group in _by_relation(facts) if 1 < len(group) <= most and _whole(graph, group, into)]
        if found:
            group = rng.choice(found)
            rng.shuffle(group)
            yield from worked_out(anchor, [group], form, rng, conclusions=conclusions, questions=questions)


def _by_relation(facts: list[Fact]) -> list[list[Fact]]:
    found: dict[int, list[Fact]] = {}
    for fact in facts:
        found.setdefault(fact.relation.uid, []).append(fact)
    return list(found.values())


def _whole(graph: Graph, group: list[Fact], into: bool) -> bool:
    node = group[0].object if into else group[0].subject
    return graph.degree(node.uid, group[0].relation.uid)[into] == len(group)
