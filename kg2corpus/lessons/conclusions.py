"""Level 5, answer: conclusions alone, without the facts that lead to them (KICP's lesson 3).

What the lessons of levels 3 and 4 work out, only the end of it: "Bhutan shares a border with a country where Hindi is
official."; "The number of countries that border Bhutan is two."; "Bhutan has a larger area than Belgium."
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from random import Random

from ..errors import UserError, near
from ..graph import Graph
from ..types import Node, Subgraph
from . import chains, comparisons, constraints, counts, inheritance, intersections, superlatives, temporal, unions
from ._draw import mixed

LEVEL = 5
FROM = (chains, counts, comparisons, superlatives, temporal, intersections, unions, constraints, inheritance)
NAMES = [lesson.__name__.rpartition(".")[2] for lesson in FROM]


def pick(
    graph: Graph,
    anchor: Node,
    rng: Random,
    *,
    count: int = 4,
    of: Collection[str] = (),
    longest: int = chains.HOPS,
    aliases: float = 0.0,
) -> Iterator[Subgraph]:
    """Up to `count` conclusions of what other lessons would work out around the anchor; `of`: of these lessons alone;
    `longest` and `aliases` are those of `chains`."""
    for name in of:
        if name not in NAMES:
            raise UserError(f"lesson 'conclusions': '{name}' draws no conclusions", near(name, NAMES))
    sources = [lesson for name, lesson in zip(NAMES, FROM, strict=True) if not of or name in of]
    own = {chains: {"longest": longest, "aliases": aliases}}
    offers = (lesson.pick(graph, anchor, rng, conclusions=1.0, questions=0.0, **own.get(lesson, {})) for lesson in sources)
    yield from mixed(offers, "implied", rng, count)
