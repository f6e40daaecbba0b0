"""OWL as a graph: restrictions become plain relations, deprecated terms are left out.

`X rdfs:subClassOf [ owl:onProperty p ; owl:someValuesFrom Y ]` says that every X is related by p to some Y: the fact X p Y. The
same holds of `owl:hasValue`, of `owl:equivalentClass`, and of the members of an `owl:intersectionOf` (a named member is a
superclass). Other class expressions (cardinality, all values, unions, complements) have no plain relation; they are left out
and counted, with the blank nodes that they are made of.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ..readers import _vocabulary as v
from .ingest import Ingest
from .staging import fact_uid, part

# a row of `stage`
Staged = tuple[int, int, int, int, int, str, int, int]

ON, SOME, VALUE = v.OWL + "onProperty", v.OWL + "someValuesFrom", v.OWL + "hasValue"
SUBCLASS, EQUIVALENT, BOTH = v.RDFS + "subClassOf", v.OWL + "equivalentClass", v.OWL + "intersectionOf"
FIRST, REST = v.RDF + "first", v.RDF + "rest"
OTHERS = tuple(
    v.OWL + name
    for name in (
        "allValuesFrom", "unionOf", "complementOf", "oneOf", "cardinality", "minCardinality", "maxCardinality", "onClass",
        "qualifiedCardinality", "minQualifiedCardinality", "maxQualifiedCardinality", "onDataRange", "hasSelf", "onDatatype",
        "withRestrictions",
    )
)  # fmt: skip
DEPRECATED = v.OWL + "deprecated"
LEFT = "OWL class expression that is no plain relation"
OBSOLETE = "deprecated term (owl:deprecated)"


@dataclass(frozen=True, slots=True)
class _Expressions:
    """The blank nodes of class expressions, and what hangs on them: node id -> node ids."""

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


def flatten(conn: sqlite3.Connection, ingest: Ingest) -> Counter[str]:
    """Replace staged class expressions by facts and drop deprecated terms. Returns what was left out, by reason."""
    dropped: Counter[str] = Counter()
    if DEPRECATED in ingest.relations:
        dropped[OBSOLETE] = _deprecated(conn, ingest.relation(DEPRECATED)[0])
    if any(key in ingest.relations for key in (ON, BOTH, *OTHERS)):
        dropped[LEFT] = _Flattening(conn, ingest).run()
    return +dropped


def _deprecated(conn: sqlite3.Connection, relation: int) -> int:
    """Drop every staged fact of a term that is marked so. Returns how many terms."""
    run = conn.execute
    run(
        "CREATE TEMP TABLE obsolete AS SELECT DISTINCT s AS id FROM stage JOIN node n ON n.id = o"
        " WHERE r = ? AND n.key IN ('true', '1')",
        (relation,),
    )
    count = int(run("SELECT count(*) FROM obsolete").fetchone()[0])
    among = "(SELECT id FROM obsolete)"
    run(f"INSERT OR IGNORE INTO candidate SELECT o FROM stage WHERE s IN {among}")
    run(f"INSERT OR IGNORE INTO candidate SELECT s FROM stage WHERE o IN {among}")
    run("INSERT OR IGNORE INTO candidate SELECT id FROM obsolete")
    run("INSERT OR IGNORE INTO schema_node SELECT id FROM obsolete")  # named or not, it goes
    run(f"DELETE FROM stage WHERE s IN {among} OR o IN {among}")
    run(f"DELETE FROM stage_type WHERE node IN {among}")
    return count


class _Flattening:
    """One pass over the staged class expressions of a load."""

    def __init__(self, conn: sqlite3.Connection, ingest: Ingest) -> None:
        self.conn = conn
        self.ingest = ingest
        self.found = self._collect()
        self.blank = self.found.nodes()
        self.left: set[int] = set()

    def run(self) -> int:
        """Returns the number of class expressions that are not said."""
        added = list(self._facts())
        self._remove()
        self.conn.executemany("INSERT INTO stage VALUES (?, ?, ?, ?, ?, ?, ?, ?)", added)
        return len(self.left)

    def _rows(self, *keys: str) -> list[tuple[int, int]]:
        """(subject, object) of staged facts of these relations whose subject is a blank node."""
        among = self._ids(*keys)
        query = f"SELECT s, o FROM stage JOIN node n ON n.id = s AND n.kind = 'blank' WHERE r IN {among} ORDER BY position"
        return self.conn.execute(query).fetchall()

    def _ids(self, *keys: str) -> str:
        known = (self.ingest.relations[key][0] for key in keys if key in self.ingest.relations)
        return f"({', '.join(map(str, known))})"

    def _collect(self) -> _Expressions:
        lists, others = dict(self._rows(BOTH)), dict(self._rows(*OTHERS))
        first, rest = dict(self._rows(FIRST)), dict(self._rows(REST))
        todo, cells = [*lists.values(), *others.values()], set()
        while todo:  # only the lists of class expressions: others are part of the graph
            if (cell := todo.pop()) in first and cell not in cells:
                cells.add(cell)
                todo += [rest[cell]] if cell in rest else []
        filler = dict(self._rows(SOME, VALUE))
        return _Expressions(dict(self._rows(ON)), filler, lists, {c: first[c] for c in cells}, rest, set(others))

    def _facts(self) -> Iterator[Staged]:
        """Staged rows for what the expressions say about the classes that they stand under."""
        query = (
            "SELECT s, o, source, file, position, extra FROM stage JOIN node n ON n.id = o AND n.kind = 'blank'"
            f" WHERE r IN {self._ids(SUBCLASS, EQUIVALENT)} ORDER BY source, position"
        )
        for s, o, source, file, position, extra in self.conn.execute(query).fetchall():
            if o not in self.blank or s in self.blank:
                continue
            for property_, target in self._said(o, set()):
                relation = self.ingest.relation(SUBCLASS if property_ is None else self._key(property_))
                uid = fact_uid(self._part(s), relation[2], self._part(target))
                yield uid, s, relation[0], target, source, file, position, extra

    def _said(self, node: int, seen: set[int]) -> Iterator[tuple[int | None, int]]:
        """(property, target) that an expression says, None for a superclass; what it cannot say goes to `left`."""
        e = self.found
        if node in seen:
            return
        seen.add(node)
        property_, filler = e.on.get(node), e.filler.get(node)
        if property_ is not None and filler is not None and not {property_, filler} & self.blank:
            yield property_, filler
        elif node in e.lists:
            for member in e.members(e.lists[node]):
                if member in self.blank:
                    yield from self._said(member, seen)
                else:
                    yield None, member
        else:
            self.left.add(node)

    def _key(self, node: int) -> str:
        key: str = self.conn.execute("SELECT key FROM node WHERE id = ?", (node,)).fetchone()[0]
        return key

    def _part(self, node: int) -> bytes:
        return part(self.conn.execute("SELECT uid FROM node WHERE id = ?", (node,)).fetchone()[0])

    def _remove(self) -> None:
        run = self.conn.execute
        run("CREATE TEMP TABLE expression (id INTEGER PRIMARY KEY)")
        self.conn.executemany("INSERT INTO expression VALUES (?)", ((node,) for node in self.blank))
        among = "(SELECT id FROM expression)"
        run(f"INSERT OR IGNORE INTO candidate SELECT o FROM stage WHERE s IN {among}")
        run("INSERT OR IGNORE INTO candidate SELECT id FROM expression")
        run(f"INSERT OR IGNORE INTO candidate SELECT type FROM stage_type WHERE node IN {among}")
        run(f"DELETE FROM stage WHERE s IN {among} OR o IN {among}")
        run(f"DELETE FROM stage_type WHERE node IN {among}")
