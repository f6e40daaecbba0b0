"""Reads back what is said about the statements of facts: rank, named graph, validity, qualifiers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from . import Store
from .schema import Tables


@dataclass(frozen=True, slots=True)
class Statement:
    """One occurrence of a fact. `qualifiers` are (relation label, value), with "unknown" and "none" for values that are so."""

    source: str
    file: str
    position: int
    rank: str = ""
    graph: str = ""
    valid_from: str = ""
    valid_to: str = ""
    qualifiers: tuple[tuple[str, str], ...] = ()


def statements(store: Store, facts: Iterable[int]) -> dict[int, list[Statement]]:
    """The statements of each fact uid, in the order of source, file and position."""
    with store.engine.connect() as db:
        return {uid: _of(db, store.tables, uid) for uid in facts}


def _of(db: Connection, s: Tables, uid: int) -> list[Statement]:
    t, g = s.statement.c, s.named_graph.c
    found = db.execute(
        select(t.id, s.source.c.name, t.file, t.position, t.rank, g.iri, t.valid_from, t.valid_to)
        .select_from(
            s.statement.join(s.fact, s.fact.c.id == t.fact_id)
            .join(s.source, s.source.c.id == t.source_id)
            .outerjoin(s.named_graph, g.id == t.graph_id)
        )
        .where(s.fact.c.uid == uid)
    )
    return [
        Statement(source, file, position, rank, graph or "", begin, end, _qualifiers(db, s, id_))
        for id_, source, file, position, rank, graph, begin, end in sorted(found.all(), key=lambda r: (r[1], r[2], r[3], r[0]))
    ]


def _qualifiers(db: Connection, s: Tables, statement: int) -> tuple[tuple[str, str], ...]:
    q = s.qualifier.c
    rows = db.execute(
        select(s.relation.c.label, q.kind, s.node.c.label)
        .select_from(
            s.qualifier.join(s.relation, s.relation.c.id == q.relation_id).outerjoin(s.node, s.node.c.id == q.object_id)
        )
        .where(q.statement_id == statement)
        .order_by(q.ordinal)
    )
    said = {"novalue": "none", "somevalue": "unknown"}
    return tuple((relation, said.get(kind, value)) for relation, kind, value in rows)
