"""OWL as a graph: restrictions become plain relations, deprecated terms are left out.

`X rdfs:subClassOf [ owl:onProperty p ; owl:someValuesFrom Y ]` says that every X is related by p to some Y: the fact X p Y. The
same holds of `owl:hasValue`, of `owl:equivalentClass`, and of the members of an `owl:intersectionOf` (a named member is a
superclass). Other class expressions (cardinality, all values, unions, complements) have no plain relation; they are left out
and counted, with the blank nodes that they are made of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from .. import uid as uids
from .canonical import XSD
from .ingest import Apart, Ingest
from .terms import BLANK
from .vocabulary import BOTH, DEPRECATED, EQUIVALENT, FIRST, ON, OTHER_EXPRESSIONS, REST, SOME, SUBCLASS, VALUE

LEFT = "OWL class expression that is no plain relation"
OBSOLETE = "deprecated term (owl:deprecated)"


@dataclass(frozen=True, slots=True)
class _Expressions:
    """The blank nodes of class expressions, and what hangs on them, as numbers."""

    on: dict[int, int]
    filler: dict[int, int]
    lists: dict[int, int]
    first: dict[int, int]
    rest: dict[int, int]
    others: set[int]

    def members(self, cell: int) -> Iterator[int]:
        """The members of an RDF list; a list that runs in a circle ends where it began."""
        seen: set[int] = set()
        while cell in self.first and cell not in seen:
            seen.add(cell)
            yield self.first[cell]
            cell = self.rest.get(cell, -1)

    def nodes(self) -> set[int]:
        return {*self.on, *self.filler, *self.lists, *self.others, *self.first}


def flatten(ingest: Ingest) -> set[tuple[int, int]]:
    """Replace class expressions by facts. Returns what they are made of, and deprecated terms, which go from their source: as
    (number, source). Counts what is not said. Each source is looked at by itself, so that others make no difference."""
    rows, ingest.apart = sorted(ingest.apart, key=lambda row: (row[4], row[6])), []
    gone: set[tuple[int, int]] = set()
    kinds = ingest.names.terms.kinds()
    for source, some in groupby(rows, key=lambda row: ingest.places[row[4]][0]):
        mine = list(some)
        obsolete = _deprecated(ingest, mine)
        if obsolete:
            ingest.described.dropped[OBSOLETE] += len(obsolete)
        work = _Flattening(ingest, mine, kinds)
        if work.found.on or work.found.lists or work.found.others:
            ingest.stage(list(work.facts()))
            obsolete |= work.blank
            if work.left:
                ingest.described.dropped[LEFT] += len(work.left)
        gone |= {(number, source) for number in obsolete}
    ingest.stage(rows)
    return gone


def _deprecated(ingest: Ingest, rows: list[Apart]) -> set[int]:
    if DEPRECATED not in ingest.names.relations:
        return set()
    relation = ingest.names.relation(DEPRECATED)
    true = {
        uids.literal_uid(value, datatype, "", ingest.names.graph_id)
        for value in ("true", "1")
        for datatype in ("", XSD + "boolean")
    }
    return {s for _, s, r, o, *_ in rows if r == relation and ingest.names.terms.uid(o) in true}


class _Flattening:
    """One pass over the class expressions of a load."""

    def __init__(self, ingest: Ingest, rows: list[Apart], kinds: npt.NDArray[np.uint8]) -> None:
        self.ingest = ingest
        self.names = ingest.names
        self.rows = rows
        self.kinds = kinds
        self.found = self._collect()
        self.blank = self.found.nodes()
        self.left: set[int] = set()
        self.keys = list(ingest.names.relations)

    def _pairs(self, *keys: str) -> dict[int, int]:
        """subject -> object of the facts of these relations whose subject is a blank node."""
        among = {self.names.relations[key] for key in keys if key in self.names.relations}
        return {s: o for _, s, r, o, *_ in self.rows if r in among and self.kinds[s] == BLANK}

    def _collect(self) -> _Expressions:
        lists, others = self._pairs(BOTH), self._pairs(*OTHER_EXPRESSIONS)
        first, rest = self._pairs(FIRST), self._pairs(REST)
        todo, cells = [*lists.values(), *others.values()], set()
        while todo:  # only the lists of class expressions: others are part of the graph
            if (cell := todo.pop()) in first and cell not in cells:
                cells.add(cell)
                todo += [rest[cell]] if cell in rest else []
        filler = self._pairs(SOME, VALUE)
        return _Expressions(self._pairs(ON), filler, lists, {c: first[c] for c in cells}, rest, set(others))

    def facts(self) -> Iterator[Apart]:
        """Staged rows for what the expressions say about the classes that they stand under."""
        stands = {self.names.relations[key] for key in (SUBCLASS, EQUIVALENT) if key in self.names.relations}
        key_of: dict[int, str] = {}
        for row in self.rows:
            _, s, r, o, place, extra, position = row
            if r not in stands or o not in self.blank or s in self.blank:
                continue
            for property_, target in self._said(o, set()):
                if property_ is not None and property_ not in key_of:
                    key_of[property_] = self.names.texts({property_})[property_][0]
                relation = self.names.relation(SUBCLASS if property_ is None else key_of[property_])
                ends = (self.names.terms.uid(s), self.names.relation_uids[relation], self.names.terms.uid(target))
                uid = uids.fact_uid(*ends)
                yield uid, s, relation, target, place, extra, position

    def _said(self, node: int, seen: set[int]) -> Iterator[tuple[int | None, int]]:
        """(property, target) that an expression says, None for a superclass; what it cannot say goes to `left`."""
        e = self.found
        todo = [node]
        while todo:
            node = todo.pop()
            if node in seen:
                continue
            seen.add(node)
            property_, filler = e.on.get(node), e.filler.get(node)
            if property_ is not None and filler is not None and not {property_, filler} & self.blank:
                yield property_, filler
            elif node in e.lists:
                for member in e.members(e.lists[node]):
                    if member in self.blank:
                        todo.append(member)
                    else:
                        yield None, member
            else:
                self.left.add(node)
