"""Level 4, reason: what was earlier, in which order, at the same time: things of one kind by a date, facts by their periods.

Around three persons: their dates of birth, then "By date of birth, from the earliest to the latest, the order is Ada, Alan and
Grace."; of two, "Ada has an earlier date of birth than Alan." Dates that are given to the year only are compared by their
years. Of two facts of one relation and one end, of which a statement says when each held (two mayors of a town): who they were,
"The period given for Ada is 1998 to 2005, that for Eve is 2003 to 2009. So the periods of Ada and Eve overlap."
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from random import Random

from ..graph import Graph
from ..lexicon.amounts import follows
from ..types import Fact, Node, Subgraph
from ._draw import edges, worked_out
from ._values import ordered, sets_of

LEVEL = 4
LOOKED_AT = 12  # facts of one group whose periods are compared with each other


def pick(
    graph: Graph,
    anchor: Node,
    rng: Random,
    *,
    count: int = 2,
    most: int = 4,
    conclusions: float = 0.5,
    questions: float = 0.5,
) -> Iterator[Subgraph]:
    """Up to `count` sets of 2 to `most` things, of which the anchor has the smallest uid, by relations of which all have one
    date; and up to `count` pairs of facts by their periods, of one relation and the same subject or object, the anchor.

    `conclusions` and `questions`: share of them of which the conclusion alone, and a question, come as well.
    """
    for group in sets_of(graph, anchor, rng, count=count, sizes=(2, most), dates=True):
        form = "comparison" if len(group) == 2 else "ordering"
        yield from worked_out(anchor, [ordered(group, rng)], form, rng, conclusions=conclusions, questions=questions)
    pairs = list(_periods(graph, anchor, rng))
    chosen = rng.sample(pairs, min(count, len(pairs)))
    yield from worked_out(anchor, chosen, "overlap", rng, conclusions=conclusions, questions=questions)


def _periods(graph: Graph, anchor: Node, rng: Random) -> Iterator[tuple[Fact, Fact]]:
    """Pairs of facts of which one is known to have begun before the other, the earlier one first."""
    for into in (False, True):
        by_relation: dict[int, list[Fact]] = {}
        for fact in edges(graph, anchor.uid, rng, into=into):
            if len(fact.periods) == 1:
                by_relation.setdefault(fact.relation.uid, []).append(fact)
        for facts in by_relation.values():
            for one, other in combinations(rng.sample(facts, min(LOOKED_AT, len(facts))), 2):
                if follows(one, other):
                    yield one, other
                elif follows(other, one):
                    yield other, one
