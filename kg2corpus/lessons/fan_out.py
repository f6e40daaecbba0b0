"""Level 3, compose: all objects of a relation, one by one, then together (KICP's compositions with several objects).

Around Bhutan (borders China and India): "Bhutan borders China. Bhutan borders India. So Bhutan borders China and India." Only
groups that are whole come, so that the list is all that there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import ALIASED, Fact, Node, Subgraph
from ._draw import edges, groups, renamable

LEVEL = 3


def pick(graph: Graph, anchor: Node, rng: Random, *, count: int = 2, most: int = 5, aliases: float = 0.0) -> Iterator[Subgraph]:
    """Up to `count` relations of which the anchor has 2 to `most` objects; `aliases`: share of them told under other names of
    the entities, where they have any, each by the same one in evidence and conclusion (KICP ties them)."""
    facts = edges(graph, anchor.uid, rng)
    found = [group for group in groups(facts) if 1 < len(group) <= most and _whole(graph, group)]
    for group in rng.sample(found, min(count, len(found))):
        rng.shuffle(group)
        aliased = aliases > 0 and rng.random() < aliases and renamable(graph, group)
        yield Subgraph(anchor.uid, tuple(group), ALIASED["fan_out"] if aliased else "fan_out")


def _whole(graph: Graph, group: list[Fact]) -> bool:
    return graph.degree(group[0].subject.uid, group[0].relation.uid)[0] == len(group)
