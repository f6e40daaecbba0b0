"""Level 1, recall: all facts of an entity in one document, in another order each time.

Around Bhutan: "To see the capital of Bhutan, go to Thimphu. Bhutan is in Asia and belongs to the United Nations. It uses the
Indian rupee and the Bhutanese ngultrum as currencies. ..." and, another time, the same facts from the capital on. Permuting the
order keeps a model from learning a fact only as the continuation of another one (Physics of Language Models 3.1, permuted
biographies).
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Fact, Node, Subgraph
from ._draw import distinct, edges, groups

LEVEL = 1


def pick(
    graph: Graph, anchor: Node, rng: Random, *, most: int = 18, parts: int = 3, longest_list: int = 6
) -> Iterator[Subgraph]:
    """The facts of the anchor, at most `most` in a document and `parts` documents a round (a draw where there are more).

    Facts of one relation stay together, as one sentence lists them: at most `longest_list` at a time.
    """
    facts = distinct(edges(graph, anchor.uid, rng, most=most * parts))
    chunks: list[list[Fact]] = []
    for group in groups(facts):
        rng.shuffle(group)
        chunks += [group[i : i + longest_list] for i in range(0, len(group), longest_list)]
    rng.shuffle(chunks)
    document: list[Fact] = []
    for chunk in chunks:
        if len(document) + len(chunk) > most and len(document) > 1:
            yield Subgraph(anchor.uid, tuple(document), "profile")
            document = []
        document += chunk
    if len(document) > 1:
        yield Subgraph(anchor.uid, tuple(document), "profile")
