"""The whole store as columns, read once and in bulk: what a snapshot is made of."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Select, select

from ..columns import FACT, NODE, PERIOD, RELATION, STATEMENT, UNIT, Ints, Raw, ints, lists, table_of, whole
from . import Store
from .schema import Tables

BATCH = 50_000
# qualifiers that give the unit of a quantity: Wikidata's, and that of KGTK's numbers
UNITS = ("http://wikiba.se/ontology#quantityUnit", "unit")


def read_store(store: Store) -> Raw:
    """All tables of a graph in one read transaction, database ids turned into row numbers; rows in the database's order."""
    s = store.tables
    with store.engine.connect() as db:
        # one state of the store for all tables, also while another process loads
        if store.place.url is None:
            db.exec_driver_sql("BEGIN")
        else:
            db = db.execution_options(isolation_level="REPEATABLE READ")
        meta = {str(key): str(value) for key, value in db.execute(select(s.meta.c.key, s.meta.c.value))}
        licences = {str(name): str(text) for name, text in db.execute(select(s.source.c.name, s.source.c.licence)) if text}
        facts = _read(db, s.fact, {"id": "id", "uid": "uid"} | {n: f"{n}_id" for n in FACT.names[1:]})
        nodes = _read(db, s.node, {"id": "id", "kind": "kind", **_same(NODE, without=("literal", "types", "aliases"))})
        # values and relations of qualifiers alone are in the store, but no part of the graph of facts
        entity = pc.not_equal(nodes.column("kind"), "literal")
        nodes = nodes.filter(pc.or_(entity, pc.is_in(nodes.column("id"), value_set=whole(facts.column("object")))))
        node_ids = ints(nodes, "id")
        nodes = nodes.append_column("literal", pc.equal(nodes.column("kind"), "literal"))
        nodes = nodes.append_column("types", _types(db, s, node_ids, whole(nodes.column("label"))))
        nodes = nodes.append_column("aliases", _aliases(db, s, node_ids))
        relations = _read(db, s.relation, {"id": "id", **_same(RELATION)})
        relations = relations.filter(pc.is_in(relations.column("id"), value_set=whole(facts.column("relation"))))
        for name, ids in (("subject", node_ids), ("relation", ints(relations, "id")), ("object", node_ids)):
            facts = _with_rows(facts, name, ids)
        statements = _read(db, s.statement, {"fact": "fact_id", "source": "source_id", "file": "file", "position": "position"})
        statements = _with_rows(statements, "fact", ints(facts, "id"))
        return Raw(
            nodes=nodes.select(NODE.names).cast(NODE),
            relations=relations.select(RELATION.names).cast(RELATION),
            facts=facts.select(FACT.names).cast(FACT),
            statements=_with_sources(db, s, statements),
            units=_units(db, s, ints(facts, "id")),
            periods=_periods(db, s, ints(facts, "id")),
            meta={
                **{name: meta.get(name, "") for name in ("graph_id", "counterfactual", "name")},
                "licences": json.dumps(licences, ensure_ascii=False, sort_keys=True),
            },
        )


def _same(schema: pa.Schema, without: tuple[str, ...] = ()) -> dict[str, str]:
    return {name: name for name in schema.names if name not in without}


def _read(db: Connection, table: Any, columns: dict[str, str]) -> pa.Table:
    """Columns of a table under new names, by primary key, in batches: only Arrow holds the whole table."""
    wanted = [table.c[column] for column in columns.values()]
    schema = pa.schema([(name, _arrow(c)) for name, c in zip(columns, wanted, strict=True)])
    query: Select[Any] = select(*wanted).order_by(*(table.primary_key or wanted[:1]))
    db.execute(select(1))  # begins the transaction that was asked for
    driver: Any = db.connection.driver_connection
    # the driver's own cursor: rows as SQLAlchemy makes them take twice the time
    cursor = driver.cursor() if isinstance(driver, sqlite3.Connection) else driver.cursor(name="kg2corpus_read")
    batches = []
    cursor.execute(str(query.compile(db.engine)))
    while rows := cursor.fetchmany(BATCH):
        arrays = [_array(v, f.type) for v, f in zip(zip(*rows, strict=True), schema, strict=True)]
        batches.append(pa.record_batch(arrays, schema=schema))
    cursor.close()
    return pa.Table.from_batches(batches, schema).combine_chunks()


def _array(values: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    return pa.array(map(bool, values), kind) if pa.types.is_boolean(kind) else pa.array(values, kind)


def _arrow(column: Any) -> pa.DataType:
    kind = column.type.python_type
    return pa.large_string() if kind is str else pa.bool_() if kind is bool else pa.int64()


def _with_rows(table: pa.Table, name: str, ids: Ints) -> pa.Table:
    """The table with database ids of a column replaced by row numbers (`ids` ascends)."""
    rows = np.searchsorted(ids, ints(table, name))
    return table.set_column(table.column_names.index(name), name, pa.array(rows, pa.int64()))


def _types(db: Connection, s: Tables, ids: Ints, labels: pa.Array) -> pa.Array:
    pairs = _read(db, s.node_type, {"node": "node_id", "type": "type_id"})
    pairs = _with_rows(_with_rows(pairs, "node", ids), "type", ids)
    return lists(ints(pairs, "node"), labels.take(whole(pairs.column("type"))), len(ids))


def _aliases(db: Connection, s: Tables, ids: Ints) -> pa.Array:
    pairs = _with_rows(_read(db, s.alias, {"node": "node_id", "text": "text"}), "node", ids)
    return lists(ints(pairs, "node"), whole(pairs.column("text")), len(ids))


def _units(db: Connection, s: Tables, ids: Ints) -> pa.Table:
    """The unit of each fact whose statements give one. Where they give several (5 metres, 5 feet), the first by name."""
    q, t, r = s.qualifier.c, s.statement.c, s.relation.c
    found = db.execute(
        select(t.fact_id, s.node.c.label)
        .select_from(
            s.qualifier.join(s.relation, r.id == q.relation_id)
            .join(s.statement, t.id == q.statement_id)
            .join(s.node, s.node.c.id == q.object_id)
        )
        .where(r.key.in_(UNITS))
    )
    unit: dict[int, str] = {}
    for fact, label in found:
        unit[fact] = min(unit.get(fact, label), label)
    return _with_rows(table_of(sorted(unit.items()), UNIT), "fact", ids)


def _periods(db: Connection, s: Tables, ids: Ints) -> pa.Table:
    """When facts held, as far as qualifiers of their statements say: each period of a fact once."""
    t = s.statement.c
    found = db.execute(
        select(t.fact_id, t.valid_from, t.valid_to).where((t.valid_from != "") | (t.valid_to != "")).distinct()
    )
    return _with_rows(table_of(sorted(map(tuple, found)), PERIOD), "fact", ids)


def _with_sources(db: Connection, s: Tables, statements: pa.Table) -> pa.Table:
    sources = _read(db, s.source, {"id": "id", "name": "name"})
    statements = _with_rows(statements, "source", ints(sources, "id"))
    names = whole(sources.column("name")).take(whole(statements.column("source")))
    return statements.set_column(1, "source", names).select(STATEMENT.names).cast(STATEMENT)
