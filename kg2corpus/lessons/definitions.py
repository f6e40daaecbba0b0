"""Level 1, recall: what something is, by its type or its description, then a few facts of it.

Around Bhutan: "Bhutan is a country. Its capital is Thimphu. Bhutan recognises Dzongkha as an official language." Where it had a
description that is no other name of it, it would be as well: "Bhutan: kingdom in the Himalayas. Its capital is Thimphu."
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Node, Subgraph
from ._draw import distinct, edges, groups

LEVEL = 1


def pick(graph: Graph, anchor: Node, rng: Random, *, facts: int = 2) -> Iterator[Subgraph]:
    """The anchor, if it has a type or a description, with up to `facts` facts of different relations."""
    if not (anchor.types or anchor.description):
        return
    found = groups(distinct(edges(graph, anchor.uid, rng)))
    chosen = rng.sample(found, min(facts, len(found)))
    if chosen:
        yield Subgraph(anchor.uid, tuple(rng.choice(group) for group in chosen), "definition")
