"""How much a document asks of its reader: a number computed from its subgraph and the graph, in steps.

    difficulty = steps + within / (1 + within)
    steps      = hops + operations
    within     = 0.5 hidden + 0.1 size + 0.25 answers + 0.1 fan_out + 0.5 rarity + 0.5 distractors

Before the point stand the steps that lead to the end, behind it how hard each of them is, so that no document of one step comes
to `HARD`. The number rises with every part (`Parts` says what each is) and is comparable within a graph. What a shortcut
answers (`shortcuts`) is no harder than one hop, whatever its subgraph looks like.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Set
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from math import log, log2
from typing import NamedTuple

import numpy as np

from .columns import ints
from .graph import Graph
from .lexicon.amounts import amount_of
from .shortcuts import solver
from .types import COMPUTED, FORMS, Fact, Node, Subgraph

HARD = 2.0  # a document from here on takes more than one step
LOOKED_AT = 8  # wrong answers of which the one that is most like the right one counts
KEPT = 1 << 17  # grades, and what is known of facts, that are kept: some 50 MB
YEAR = 12 * 31  # days of a date's amount
_OPERATIONS = {"": 0, "fan_out": 0, "inheritance": 0, "constraint": 2, "ordering": 2}  # those of the others: 1
_TASKS = {"unknown": 1, "correction": 1}


class Parts(NamedTuple):
    """What the difficulty of a document is made of; each is 0 or more, and more of it is harder.

    `hops`: facts that have to be joined one after the other (of a chain or a walk), else 1; `operations`: what is worked out
    beside that (counting, comparing, bringing two conditions together: 1; putting in order, and finding the only one: 2);
    `hidden`: 1 where it asks, 1 where it gives the end without the facts that lead there, 1 where the subject is asked for;
    `size`: log2 of its facts; `answers`: log2 of the answers that are asked for; `fan_out`: log2 of the objects that the
    relation of each fact has there (summed along a chain, else of the widest); `rarity`: from 0 (the graph is all about them)
    to 1 (stands in one fact), of its rarest entity and its rarest relation, on the average; `distractors`: from 0 to 1, how
    much the nearest wrong answer is like the right one.
    """

    hops: int = 1
    operations: int = 0
    hidden: int = 0
    size: float = 0.0
    answers: float = 0.0
    fan_out: float = 0.0
    rarity: float = 0.0
    distractors: float = 0.0

    @property
    def number(self) -> float:
        """The difficulty."""
        within = 0.5 * self.hidden + 0.1 * self.size + 0.25 * self.answers + 0.1 * self.fan_out
        within += 0.5 * self.rarity + 0.5 * self.distractors
        return round(self.hops + self.operations + min(within / (1 + within), 0.999), 3)

    def one_hop(self) -> Parts:
        """The same in one step."""
        return self._replace(hops=1, operations=0)


def of_form(subgraph: Subgraph) -> Parts:
    """The parts that the subgraph alone tells, without the graph around it."""
    form, facts = FORMS[subgraph.form], subgraph.facts
    hops = len(subgraph.way) if subgraph.form == "walk" else len(facts) if _joined(subgraph.form) else 1
    operations = _OPERATIONS.get(form.operator, 1) + _TASKS.get(subgraph.form, 0)
    alone = form.exposes != "stated" and (form.chain or operations > 0)
    hidden = int(form.asks) + int(alone) + int(form.inverse)
    return Parts(hops, operations, hidden, log2(len(facts)), log2(_answers(subgraph)))


def _joined(name: str) -> bool:
    """Whether the facts of a form are hops."""
    form = FORMS[name]
    return (form.chain and not form.operator and name != "tree") or form.operator == "inheritance"


def _answers(subgraph: Subgraph) -> int:
    form, facts = FORMS[subgraph.form], subgraph.facts
    if form.exposes != "asked" or _joined(subgraph.form) or subgraph.form == "unknown":
        return 1
    if form.operator in ("intersection", "union", "ordering"):
        return len({fact.subject.uid for fact in facts})
    return 1 if form.operator else len(facts)


class Graded(NamedTuple):
    """A subgraph's parts, the shortcut that answers it ("" for none), and its difficulty: with a shortcut that of one hop."""

    parts: Parts
    shortcut: str
    difficulty: float


@lru_cache(1)
def grader(graph: Graph) -> Callable[[Subgraph], Graded]:
    """Grades subgraphs of a graph; what it learns of entities and facts on the way is kept, in bounded memory, as is the grader
    of the last graph."""
    around, solved = _around(graph), solver(graph)

    @lru_cache(KEPT)
    def grade(form: str, anchor: int, *facts: int) -> Graded:
        subgraph = Subgraph(anchor, tuple(map(graph.fact, facts)), form)
        fan_out, rarity, distractors = around(subgraph)
        parts = of_form(subgraph)._replace(fan_out=fan_out, rarity=rarity, distractors=distractors)
        found = solved(subgraph) if parts.hops + parts.operations > 1 else ""
        return Graded(parts, found, (parts.one_hop() if found else parts).number)

    return lambda subgraph: grade(subgraph.form, subgraph.anchor, *(fact.uid for fact in subgraph.facts))


def _around(graph: Graph) -> Callable[[Subgraph], tuple[float, float, float]]:
    """The parts of a subgraph that depend on the graph: fan-out, rarity, distractors."""
    whole = log(max(2, len(graph)))
    told = np.bincount(ints(graph.columns.facts, "relation"), minlength=len(graph.relations())).tolist()
    of_relation = {r.uid: _rare(told[row], whole) for row, r in enumerate(graph.relations())}

    @lru_cache(KEPT)
    def of_entity(uid: int) -> float:
        return _rare(sum(graph.degree(uid)), whole)

    @lru_cache(KEPT)
    def fan(node: int, relation: int, into: bool) -> float:
        return log2(max(1, graph.degree(node, relation)[into]))

    @lru_cache(KEPT)
    def words(uid: int) -> frozenset[str]:
        node = graph.node(uid)
        return frozenset((*node.types, *node.label.casefold().split()))

    @lru_cache(KEPT)
    def likest(answer: int, relation: int, into: bool) -> float:
        own = words(answer)
        return max((_shared(own, words(uid)) for uid in _beside(graph, answer, relation, into)), default=0.0)

    @lru_cache(KEPT)
    def nearest(fact: int, into: bool) -> float:
        return _nearest(graph, graph.fact(fact), into)

    def parts(subgraph: Subgraph) -> tuple[float, float, float]:
        form, facts = FORMS[subgraph.form], subgraph.facts
        into = form.inverse or form.closed == "inverse"
        fans = [fan((f.object if into else f.subject).uid, f.relation.uid, into) for f in facts]
        entities = {node.uid for f in facts for node in (f.subject, f.object) if not node.literal}
        rarest = max(map(of_entity, entities)), max(of_relation[f.relation.uid] for f in facts)
        joined = _joined(subgraph.form)
        if form.operator in COMPUTED:
            pairs = pairwise(facts) if form.operator == "ordering" else ((facts[0], other) for other in facts[1:])
            near = max((_near(*pair) or 0.0 for pair in pairs), default=0.0)
        else:
            last = subgraph.way[-1] if joined else facts[0]
            answer = last.subject if into else last.object
            near = nearest(last.uid, into) if answer.literal else likest(answer.uid, last.relation.uid, into)
        return (sum(fans) if joined else max(fans)), sum(rarest) / 2, near

    return parts


def _rare(facts: int, whole: float) -> float:
    """1 for what stands in one fact, 0 for what stands in all."""
    return max(0.0, 1 - log(max(1, facts)) / whole)


def _beside(graph: Graph, answer: int, relation: int, into: bool) -> list[int]:
    """A few other ends of a relation, which an answer is likened to: those that follow it by uid."""
    others = graph.subjects(relation) if into else graph.objects(relation)
    at = bisect_right(others, answer)
    few = [*others[at : at + LOOKED_AT], *others[: max(0, at + LOOKED_AT - len(others))]]
    return [uid for uid in few if uid != answer]


def _nearest(graph: Graph, fact: Fact, into: bool) -> float:
    """How like an answer the likest of those beside it is."""
    answer = fact.subject if into else fact.object
    others = map(graph.node, _beside(graph, answer.uid, fact.relation.uid, into))
    return max((_alike(answer, other, fact) for other in others), default=0.0)


def _alike(one: Node, other: Node, fact: Fact) -> float:
    """Of values how near they are; else the share of types and words of the label that both have."""
    if one.literal and other.literal:
        near = _near(replace(fact, object=one), replace(fact, object=other))
        if near is not None:
            return near
    a, b = ({*node.types, *node.label.casefold().split()} for node in (one, other))
    return _shared(a, b)


def _shared(one: Set[str], other: Set[str]) -> float:
    both = len(one & other)
    return both / max(1, len(one) + len(other) - both)


def _near(one: Fact, other: Fact) -> float | None:
    """1 for the same amount, 0 for one that is far off (a multiple, many years); None where they cannot be compared."""
    a, b = amount_of(one), amount_of(other)
    if a is None or b is None or a[0] != b[0]:
        return None
    apart = abs(a[1] - b[1])
    if a[0] == "date":
        return float(1 / (1 + apart / YEAR))
    return max(0.0, 1 - float(apart / max(abs(a[1]), abs(b[1])))) if apart else 1.0
