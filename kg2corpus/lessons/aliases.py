"""Level 1, recall: the other names of an entity, and facts of it under them.

Around Macau (also called Macao): "Macau is also called Macao. Macao has an area of 30 square kilometres. The Macanese pataca is
used as money in Macao." A name comes only if it names nothing else in the graph.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..lexicon.text import other_names
from ..types import Node, Subgraph
from ._draw import distinct, edges

LEVEL = 1


def pick(graph: Graph, anchor: Node, rng: Random, *, facts: int = 2) -> Iterator[Subgraph]:
    """The anchor, with up to `facts` facts told under one of its other names, if each of them is its own.

    What the anchor is called besides is left out: "the name Sahara Occidental refers to Taneẓroft Tutrimt" helps nobody.
    """
    names = other_names(anchor.label, anchor.aliases)
    if not names or any({node.uid for node in graph.find(name)} - {anchor.uid} for name in names):
        return
    found = [fact for fact in distinct(edges(graph, anchor.uid, rng)) if not fact.relation.name_like]
    if found:
        yield Subgraph(anchor.uid, tuple(rng.sample(found, min(facts, len(found)))), "alias")
