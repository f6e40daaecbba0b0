"""Taking out of a store: the facts of a source that is replaced, those about what turns out to be a relation, and orphans.

What may have lost its last use is gathered in the temporary table `candidate` (ids of nodes), what is called differently now
in `touched` (uids); `sweep` and `refresh` bring the store in order.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import uid as uids
from ..columns import Ints, ints, whole
from .database import Sql
from .labels import choose
from .naming import label_from_key
from .schema import Tables

_NOTE = pa.schema(
    [("uid", pa.int64()), ("kind", pa.string()), ("rank", pa.int64()), ("text", pa.string()), ("language", pa.string())]
)
_NODE = pa.schema([("id", pa.int64()), ("uid", pa.int64()), ("key", pa.string()), ("kind", pa.string())])
_KINDS = pa.array(("label", "alias", "description"), pa.string())


def begin(sql: Sql) -> None:
    """Make the temporary tables."""
    for name in ("candidate", "lost", "schema_node"):
        sql.run(f"CREATE TEMP TABLE {name} (id BIGINT)")
    sql.run("CREATE TEMP TABLE undeclared (uid BIGINT)")


def forget_sources(sql: Sql, t: Tables, sources: Sequence[int]) -> int:
    """Take out what these sources (ids) say. Returns how many facts no source says any more."""
    among = f"({', '.join(map(str, sources))})"
    mine = f"source_id IN {among}"
    sql.run(f"INSERT INTO touched SELECT DISTINCT uid FROM {t.annotation} WHERE {mine}")
    sql.run(f"INSERT INTO undeclared SELECT DISTINCT uid FROM {t.annotation} WHERE {mine} AND kind = 'property'")
    sql.run(f"INSERT INTO candidate SELECT n.id FROM {t.node} n JOIN touched x ON x.uid = n.uid")
    for column in ("node_id", "type_id"):
        sql.run(f"INSERT INTO candidate SELECT {column} FROM {t.node_type} WHERE {mine}")
    sql.run(f"INSERT INTO candidate SELECT subject_id FROM {t.unvalued} WHERE {mine}")
    statements = f"(SELECT id FROM {t.statement} WHERE {mine})"
    told = f"object_id IS NOT NULL AND statement_id IN {statements}"
    sql.run(f"INSERT INTO candidate SELECT object_id FROM {t.qualifier} WHERE {told}")
    sql.run(f"INSERT INTO lost SELECT DISTINCT fact_id FROM {t.statement} WHERE {mine}")
    sql.run(f"DELETE FROM {t.qualifier} WHERE statement_id IN {statements}")
    for table in (t.statement, t.node_type, t.unvalued, t.annotation):
        sql.run(f"DELETE FROM {table} WHERE {mine}")
    sql.run(f"DELETE FROM {t.source} WHERE id IN {among}")
    sql.run(f"DELETE FROM lost WHERE id IN (SELECT fact_id FROM {t.statement})")
    return _drop_lost(sql, t)


def forget_schema(sql: Sql, t: Tables, declared: Ints) -> int:
    """Take out the facts whose subjects (uids) are relations by what is being loaded. Returns how many statements."""
    sql.run("DELETE FROM part_uid")
    sql.bulk("part_uid", {"uid": declared})
    sql.run(f"INSERT INTO schema_node SELECT n.id FROM {t.node} n JOIN part_uid p ON p.uid = n.uid")
    if not sql.one("SELECT count(*) FROM schema_node"):
        return 0
    sql.run("INSERT INTO candidate SELECT id FROM schema_node")
    mine = "IN (SELECT id FROM schema_node)"
    sql.run(f"INSERT INTO candidate SELECT type_id FROM {t.node_type} WHERE node_id {mine}")
    sql.run(f"DELETE FROM {t.node_type} WHERE node_id {mine}")
    sql.run(f"INSERT INTO lost SELECT id FROM {t.fact} WHERE subject_id {mine}")
    statements = f"(SELECT id FROM {t.statement} WHERE fact_id IN (SELECT id FROM lost))"
    told = f"object_id IS NOT NULL AND statement_id IN {statements}"
    sql.run(f"INSERT INTO candidate SELECT object_id FROM {t.qualifier} WHERE {told}")
    sql.run(f"DELETE FROM {t.qualifier} WHERE statement_id IN {statements}")
    count = int(sql.run(f"DELETE FROM {t.statement} WHERE fact_id IN (SELECT id FROM lost)").rowcount)
    _drop_lost(sql, t)
    return count


def _drop_lost(sql: Sql, t: Tables) -> int:
    for end in ("subject_id", "object_id"):
        sql.run(f"INSERT INTO candidate SELECT {end} FROM {t.fact} WHERE id IN (SELECT id FROM lost)")
    count = int(sql.run(f"DELETE FROM {t.fact} WHERE id IN (SELECT id FROM lost)").rowcount)
    sql.run("DELETE FROM lost")
    return count


def undeclared(sql: Sql, t: Tables) -> int:
    """How many relations of what was taken out nothing calls a relation any more."""
    sql.run(f"DELETE FROM undeclared WHERE uid IN (SELECT uid FROM {t.annotation} WHERE kind = 'property')")
    return int(sql.one("SELECT count(*) FROM undeclared"))


def _demote(sql: Sql, t: Tables, graph_id: str) -> None:
    """Remove relations without a use. What describes one of them, and does not call it a relation, describes an entity now."""
    used = " UNION ".join(f"SELECT relation_id FROM {table}" for table in (t.fact, t.qualifier, t.unvalued))
    keys = [key for (key,) in sql.run(f"SELECT key FROM {t.relation} WHERE id NOT IN ({used})")]
    sql.run(f"DELETE FROM {t.relation} WHERE id NOT IN ({used})")
    key_of = {uids.entity_uid(key, graph_id): key for key in keys}
    sql.run("DELETE FROM part_uid")
    sql.bulk("part_uid", {"uid": np.array(list(key_of), np.int64)})
    described = [
        uid
        for (uid,) in sql.run(
            f"SELECT DISTINCT a.uid FROM {t.annotation} a JOIN part_uid p ON p.uid = a.uid"
            f" WHERE NOT EXISTS (SELECT 1 FROM {t.annotation} b WHERE b.uid = a.uid AND b.kind = 'property')"
            f" AND NOT EXISTS (SELECT 1 FROM {t.node} n WHERE n.uid = a.uid)"
        )
    ]
    if described:
        first = 1 + int(sql.one(f"SELECT coalesce(max(id), 0) FROM {t.node}"))
        texts = dict.fromkeys(("label", "description", "datatype", "language"), "")
        made = {"id": np.arange(first, first + len(described)), "uid": np.array(described, np.int64)}
        sql.bulk(t.node.name, {**made, "key": pa.array([key_of[u] for u in described]), "kind": "entity", "named": 0, **texts})
        sql.bulk("touched", {"uid": np.array(described, np.int64)})


def sweep(sql: Sql, t: Tables, graph_id: str) -> None:
    """Remove the candidates that nothing uses: no fact, type or qualifier; and described, if at all, as relations. Also
    relations without a use, and named graphs without a statement."""
    _demote(sql, t, graph_id)
    keys = [key for (key,) in sql.run(f"SELECT key FROM {t.relation}")]
    predicates = np.array([uids.entity_uid(key, graph_id) for key in keys], np.int64)
    sql.run("DELETE FROM part_uid")
    sql.bulk("part_uid", {"uid": predicates})
    sql.run(f"INSERT INTO candidate SELECT n.id FROM {t.node} n JOIN part_uid p ON p.uid = n.uid")
    for table, column in (
        (t.fact, "subject_id"), (t.fact, "object_id"), (t.node_type, "node_id"), (t.node_type, "type_id"),
        (t.qualifier, "object_id"), (t.unvalued, "subject_id"),
    ):  # fmt: skip
        if sql.run("SELECT 1 FROM candidate LIMIT 1").fetchone():
            sql.run(f"DELETE FROM candidate WHERE id IN (SELECT {column} FROM {table} WHERE {column} IS NOT NULL)")
    described = (
        f"SELECT n.id FROM {t.node} n JOIN {t.annotation} a ON a.uid = n.uid WHERE n.uid NOT IN (SELECT uid FROM part_uid)"
        f" AND NOT EXISTS (SELECT 1 FROM {t.annotation} p WHERE p.uid = n.uid AND p.kind = 'property')"
        " AND n.id IN (SELECT id FROM candidate)"
    )
    sql.run(f"DELETE FROM candidate WHERE id IN ({described})")
    sql.run(f"DELETE FROM {t.alias} WHERE node_id IN (SELECT id FROM candidate)")
    sql.run(f"DELETE FROM {t.node} WHERE id IN (SELECT id FROM candidate)")
    sql.run(f"DELETE FROM {t.named_graph} WHERE id NOT IN (SELECT graph_id FROM {t.statement} WHERE graph_id IS NOT NULL)")


def refresh(sql: Sql, t: Tables, chain: Sequence[str]) -> None:
    """Choose label, description and aliases of the touched nodes anew, from all that the store knows."""
    among = "(SELECT uid FROM touched)"
    nodes = sql.fetch(f"SELECT id, uid, key, kind FROM {t.node} WHERE uid IN {among}", _NODE).sort_by("uid")
    if not nodes.num_rows:
        return
    notes = sql.fetch(
        f"SELECT DISTINCT uid, kind, rank, text, language FROM {t.annotation}"
        f" WHERE kind IN ('label', 'alias', 'description') AND uid IN {among}", _NOTE,
    )  # fmt: skip
    coded = pc.index_in(notes.column("kind"), value_set=_KINDS)
    names, aliases = choose(notes.set_column(1, "kind", coded), chain)
    uid, id_ = ints(nodes, "uid"), ints(nodes, "id")
    row_of = {u: i for i, u in enumerate(names.column("uid").to_pylist())}
    told = names.to_pylist()
    rows = []
    for node in nodes.to_pylist():
        name = told[row_of[node["uid"]]] if node["uid"] in row_of else {"label": "", "named": 0, "description": ""}
        label = name["label"] or (label_from_key(node["key"]) if node["kind"] == "entity" else "")
        rows.append((node["id"], label, name["named"], name["description"]))
    sql.run("CREATE TEMP TABLE renamed (id BIGINT, label TEXT, named INTEGER, description TEXT)")
    sql.bulk("renamed", dict(zip(("id", "label", "named", "description"), map(pa.array, zip(*rows, strict=True)), strict=True)))
    sets = "label = r.label, named = r.named, description = r.description"
    sql.run(f"UPDATE {t.node} SET {sets} FROM renamed r WHERE r.id = {t.node}.id")
    sql.run("DELETE FROM candidate")
    sql.bulk("candidate", {"id": id_})
    sql.run(f"DELETE FROM {t.alias} WHERE node_id IN (SELECT id FROM candidate)")
    at = np.searchsorted(uid, ints(aliases, "uid"))
    here = at < len(uid)
    here[here] = uid[at[here]] == ints(aliases, "uid")[here]
    some = aliases.filter(pa.array(here))
    sql.bulk(t.alias.name, {"node_id": id_[at[here]], **{name: whole(some.column(name)) for name in ("text", "language")}})


def blank_labels(sql: Sql, t: Tables) -> None:
    """A blank node without a label is called by its type, the first by label of several."""
    if not sql.run(f"SELECT 1 FROM {t.node} WHERE kind = 'blank' AND named = 0 LIMIT 1").fetchone():
        return
    found: dict[int, str] = {}
    for node, label in sql.run(
        f"SELECT b.id, k.label FROM {t.node} b JOIN {t.node_type} y ON y.node_id = b.id JOIN {t.node} k ON k.id = y.type_id"
        " WHERE b.kind = 'blank' AND b.named = 0 AND k.kind = 'entity'"
    ):
        found[node] = min(found.get(node, label), label)
    sql.run(f"UPDATE {t.node} SET label = 'unnamed node' WHERE kind = 'blank' AND named = 0")
    sql.many(f"UPDATE {t.node} SET label = ? WHERE id = ?", [(f"unnamed {label}", id_) for id_, label in found.items()])
