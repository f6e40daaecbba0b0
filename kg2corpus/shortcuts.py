"""A solver that takes shortcuts: what it answers is not hard, however many steps lead there.

It is given what a question names, an entity and relations, and answers by one hop alone, or by what is most frequent:

  ends of a chain      a fact that joins the two, whichever way round; or the most frequent object of the last relation, of all
                       its subjects or of those of one type ("which continent?": Africa)
  how many             the most frequent number of objects (subjects) of the relation, of all or of one type
  more and most        a value that is the greatest (smallest) of all that the relation has: who knows this one fact needs no
                       other
  meeting conditions   one condition that alone gives the same
  is it true           one fact that says it, or that rules it out; or the most frequent object

It never guesses among equals: what is most frequent must occur more than once, and of several the smallest uid is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from operator import itemgetter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .columns import Ints, ints, whole
from .graph import Graph
from .lexicon.amounts import amount_of
from .types import FORMS, Fact, Node, Subgraph

ONE_FACT = "one fact joins its two ends"
FREQUENT_OBJECT = "its answer is the most frequent object of the relation"
FREQUENT_COUNT = "its answer is the most frequent number"
FARTHEST = "one of its values is the greatest or smallest of the relation"
ONE_CONDITION = "one condition alone gives its answers"
SETTLED = "one fact settles it"
MOST = 2  # occurrences from which something is frequent


def solver(graph: Graph) -> Callable[[Subgraph], str]:
    """Names the shortcut that answers a subgraph, "" for none. What it counts of a relation is kept."""
    tables = _Tables(graph)

    def solve(subgraph: Subgraph) -> str:
        form, facts = FORMS[subgraph.form], subgraph.facts
        if form.operator in ("comparison", "superlative"):
            return FARTHEST if _farthest(tables, facts) else ""
        if form.operator in ("count", "inverse_count"):
            node = facts[0].object if form.operator == "inverse_count" else facts[0].subject
            usual = tables.usual_count(facts[0], node, into=form.operator == "inverse_count")
            return FREQUENT_COUNT if len(facts) in usual else ""
        if form.operator in ("intersection", "union", "constraint"):
            answers = len({fact.subject.uid for fact in facts})
            conditions = {(fact.object.uid, fact.relation.uid) for fact in facts}
            return ONE_CONDITION if any(graph.degree(*c)[1] == answers for c in conditions) else ""
        if form.operator == "negation" or subgraph.form == "correction":
            return SETTLED  # the fact that is true, of a relation of which there is one
        way = subgraph.way
        if form.operator == "ordering" or subgraph.form == "unknown" or len(way) < 2:
            return ""
        if tables.joined(way[0].subject.uid, way[-1].object.uid):
            return ONE_FACT
        return FREQUENT_OBJECT if way[-1].object.uid in tables.usual_objects(way[-1]) else ""

    return solve


def _farthest(tables: _Tables, facts: tuple[Fact, ...]) -> bool:
    """Whether the first of several is the first of all. Of two it is enough that the other is the last of all."""
    least, most = tables.range_of(facts[0])
    amounts = [tables.amount(fact) for fact in facts]
    values = [amount[1] for amount in amounts if amount is not None]
    if len(values) < len(facts):
        return False
    ends = {least, most}
    return values[0] in ends or (len(values) == 2 and values[1] in ends)


class _Tables:
    """What is most frequent in a graph, by relation, counted once and kept."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        facts = graph.columns.facts
        self.subject, self.relation, self.object = (ints(facts, name) for name in ("subject", "relation", "object"))
        self.row_of = {relation.uid: row for row, relation in enumerate(graph.relations())}
        self.kind = _first_types(whole(graph.columns.nodes.column("types")))
        self.uid = ints(graph.columns.nodes, "uid")
        self.ends = {
            "out": (ints(graph.columns.starts, "out").data, ints(facts, "out"), self.object),
            "into": (ints(graph.columns.starts, "into").data, ints(facts, "into"), self.subject),
        }
        self.amount = lru_cache(1 << 16)(amount_of)
        self.joined = lru_cache(1 << 16)(self._joined)
        self._objects = lru_cache(4096)(self._count_objects)
        self._counts = lru_cache(4096)(self._count_counts)
        self.range = lru_cache(4096)(self._measure)

    def _joined(self, one: int, other: int) -> bool:
        """Whether a fact has these two as its ends."""
        a, b = self.graph.row(one), self.graph.row(other)
        return any(self._leads(x, y) for x, y in ((a, b), (b, a)))

    def _leads(self, subject: int, object_: int) -> bool:
        runs = []
        for name, row, wanted in (("out", subject, object_), ("into", object_, subject)):
            starts, edges, far = self.ends[name]
            start, end = starts[row], starts[row + 1]
            runs.append((end - start, start, end, edges, far, wanted))
        size, start, end, edges, far, wanted = min(runs, key=itemgetter(0))  # from the side that has fewer
        return bool(size) and bool((far[edges[start:end]] == wanted).any())

    def usual_objects(self, fact: Fact) -> set[int]:
        """The most frequent object of the fact's relation, of all subjects and of those of the type of its subject."""
        found = self._objects(fact.relation.uid)
        rows = (found.get(code) for code in (-1, self._kind_of(fact.subject)))
        return {int(self.uid[row]) for row in rows if row is not None}

    def usual_count(self, fact: Fact, node: Node, *, into: bool) -> set[int]:
        """The most frequent number of objects (`into`: of subjects), of all nodes that have any and of those of its type."""
        found = self._counts(fact.relation.uid, into)
        return {found[code] for code in (-1, self._kind_of(node)) if code in found}

    def _kind_of(self, node: Node) -> int:
        kind = int(self.kind[self.graph.row(node.uid)])
        return -1 if kind < 0 else kind

    def _rows(self, relation: int) -> Ints:
        rows: Ints = np.flatnonzero(self.relation == self.row_of[relation])
        return rows

    def _count_objects(self, relation: int) -> dict[int, int]:
        rows = self._rows(relation)
        return _most_frequent(self.kind[self.subject[rows]], self.object[rows])

    def _count_counts(self, relation: int, into: bool) -> dict[int, int]:
        nodes, counts = np.unique((self.object if into else self.subject)[self._rows(relation)], return_counts=True)
        return _most_frequent(self.kind[nodes], counts)

    def range_of(self, fact: Fact) -> tuple[Fraction, Fraction]:
        """The least and the greatest amount of the fact's relation, of the dimension of its own."""
        amount = self.amount(fact)
        return self.range(fact.relation.uid, amount[0] if amount else "")

    def _measure(self, relation: int, dimension: str) -> tuple[Fraction, Fraction]:
        amounts = (amount_of(fact) for fact in self.graph.facts(relation))
        found = [amount[1] for amount in amounts if amount is not None and amount[0] == dimension] or [Fraction(0)]
        return min(found), max(found)


def _most_frequent(kinds: Ints, values: Ints) -> dict[int, int]:
    """By kind, and for all of them under -1, the value that occurs most often, if it does so more than once."""
    found: dict[int, int] = {}
    size = int(values.max(initial=0)) + 1
    keys = np.concatenate((values, (kinds[kinds >= 0] + 1) * size + values[kinds >= 0]))  # those of all come first
    pairs, counts = np.unique(keys, return_counts=True)
    kind, value = pairs // size - 1, pairs % size
    # of one kind the most frequent first, and of equally frequent ones the least
    for at in np.lexsort((value, -counts, kind)):
        if int(kind[at]) not in found and counts[at] >= MOST:
            found[int(kind[at])] = int(value[at])
    return found


def _first_types(types: pa.Array) -> Ints:
    """A number for the first type of each node; -1 where it has none."""
    sizes = pc.list_value_length(types).to_numpy(zero_copy_only=False)
    firsts = np.full(len(types), -1, dtype=np.int64)
    has = np.flatnonzero(sizes > 0)
    coded = pc.list_element(types.take(pa.array(has)), 0).dictionary_encode().indices if len(has) else pa.array([], pa.int64())
    firsts[has] = coded.to_numpy(zero_copy_only=False)
    return firsts
