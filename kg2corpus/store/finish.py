"""Second half of a load: facts and statements out of `stage`, and what needs everything: labels, relations, schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from .. import uid as uids
from ..readers import _vocabulary as v
from .ingest import Ingest, clash
from .naming import label_from_key, relation_label
from .ontology import flatten
from .properties import describe_relations
from .reified import attach

Candidate = tuple[str, int, str, str]  # kind, rank, text, language


def finish(conn: sqlite3.Connection, ingest: Ingest) -> dict[str, int]:
    """Complete the tables. Returns counts: facts new and known, statements, nodes, aliases, unnamed.

    The result depends on the sources of the store, and not on the order in which they were loaded.
    """
    run = conn.execute
    ingest.index_nodes()
    dropped = _drop_schema(conn, fresh=ingest.fresh)
    if dropped:
        ingest.recognised["schema"] += dropped
    ingest.dropped += flatten(conn, ingest)
    if lost := attach(conn):
        ingest.dropped["triple term (RDF 1.2) that the source does not assert"] += lost
    counts = _facts(conn)
    run("INSERT OR IGNORE INTO node_type SELECT node, type FROM stage_type")
    _sweep(conn, ingest.graph_id)
    _labels(conn, first=ingest.fresh)
    _labels_from_keys(conn)
    _blank_labels(conn)
    _relation_rows(conn, ingest.graph_id)
    describe_relations(conn)
    counts["nodes"] = run("SELECT count(*) FROM node WHERE id >= ?", (ingest.first_node,)).fetchone()[0]
    counts["aliases"] = run("SELECT count(*) FROM alias").fetchone()[0]
    return counts


def _drop_schema(conn: sqlite3.Connection, *, fresh: bool) -> int:
    """Take the triples about relations out of the facts, staged or stored. Returns how many were staged."""
    run = conn.execute
    run("CREATE TEMP TABLE candidate (id INTEGER PRIMARY KEY)")
    run("CREATE TEMP TABLE schema_node (id INTEGER PRIMARY KEY)")
    if fresh:
        run("INSERT INTO schema_node SELECT id FROM node WHERE uid IN (SELECT uid FROM annotation WHERE kind = 'property')")
    else:
        # whatever this load speaks of, and was called a relation by this load or by an earlier one
        for spoken in (
            "uid IN (SELECT uid FROM touched)",
            "id IN (SELECT s FROM stage)",
            "id IN (SELECT node FROM stage_type)",
        ):
            run(
                f"INSERT OR IGNORE INTO schema_node SELECT id FROM node WHERE {spoken}"
                " AND EXISTS (SELECT 1 FROM annotation a WHERE a.uid = node.uid AND a.kind = 'property')"
            )
    if not run("SELECT 1 FROM schema_node LIMIT 1").fetchone():
        return 0
    run("INSERT OR IGNORE INTO candidate SELECT id FROM schema_node")
    mine = "IN (SELECT id FROM schema_node)"
    run(f"INSERT OR IGNORE INTO candidate SELECT o FROM stage WHERE s {mine}")
    dropped = run(f"DELETE FROM stage WHERE s {mine}").rowcount
    if run("SELECT 1 FROM fact LIMIT 1").fetchone():
        run(f"INSERT OR IGNORE INTO candidate SELECT object_id FROM fact WHERE subject_id {mine}")
        spoken = f"SELECT t.id FROM statement t JOIN fact f ON f.id = t.fact_id WHERE f.subject_id {mine}"
        run(f"DELETE FROM qualifier WHERE statement_id IN ({spoken})")
        run(f"DELETE FROM statement WHERE fact_id IN (SELECT id FROM fact WHERE subject_id {mine})")
        run(f"DELETE FROM fact WHERE subject_id {mine}")
    run(f"INSERT OR IGNORE INTO candidate SELECT type FROM stage_type WHERE node {mine}")
    run(f"DELETE FROM stage_type WHERE node {mine}")
    run(f"DELETE FROM node_type WHERE node_id {mine}")
    return dropped


def _facts(conn: sqlite3.Connection) -> dict[str, int]:
    """Make facts and statements of what is staged, each fact once. Raises UserError if two facts have one uid."""
    run = conn.execute
    before = run("SELECT count(*) FROM fact").fetchone()[0]
    distinct = run("SELECT count(DISTINCT uid) FROM stage").fetchone()[0] if before else 0
    unknown = " WHERE uid NOT IN (SELECT uid FROM fact)" if before else ""
    new = run(
        "INSERT INTO fact (uid, subject_id, relation_id, object_id)"
        f" SELECT uid, min(s), min(r), min(o) FROM stage{unknown} GROUP BY uid ORDER BY uid"
    ).rowcount
    statements = _statements(conn)
    if statements != run("SELECT count(*) FROM stage").fetchone()[0]:
        raise clash("a fact", "another fact")
    return {"facts_new": new, "facts_known": distinct - new if before else 0, "statements": statements}


def _statements(conn: sqlite3.Connection) -> int:
    """A statement for each staged occurrence of a fact, with its qualifiers. Returns how many."""
    run = conn.execute
    last = run("SELECT coalesce(max(id), 0) FROM statement").fetchone()[0]
    staged = "FROM stage JOIN fact f ON f.uid = stage.uid AND f.subject_id = s AND f.relation_id = r AND f.object_id = o"
    order = "ORDER BY f.id, source, file, position, extra"
    if not run("SELECT 1 FROM stage_extra LIMIT 1").fetchone():  # most graphs: nothing is said about statements
        return run(
            "INSERT INTO statement (fact_id, source_id, file, position, rank, valid_from, valid_to)"
            f" SELECT f.id, source, file, position, '', '', '' {staged} {order}"
        ).rowcount
    run("INSERT OR IGNORE INTO named_graph (iri) SELECT DISTINCT graph FROM stage_extra WHERE graph <> '' ORDER BY graph")
    count = run(
        "INSERT INTO statement (fact_id, source_id, file, position, rank, graph_id, valid_from, valid_to)"
        " SELECT f.id, source, file, position, coalesce(e.rank, ''), g.id, coalesce(e.valid_from, ''), coalesce(e.valid_to, '')"
        f" {staged} LEFT JOIN stage_extra e ON e.id = extra LEFT JOIN named_graph g ON g.iri = e.graph {order}"
    ).rowcount
    # rows are inserted in this order, so a statement's id follows from its place in it
    run(
        "INSERT INTO qualifier SELECT ? + n, ordinal, relation, kind, object"
        f" FROM (SELECT extra, row_number() OVER ({order}) AS n {staged}) JOIN stage_qualifier q USING (extra)",
        (last,),
    )
    return count


def _sweep(conn: sqlite3.Connection, graph_id: str) -> None:
    """Remove nodes and relations that only the schema spoke of."""
    run = conn.execute
    # a predicate with a label is no entity, whether or not somebody declared it
    used = [(uids.entity_uid(key, graph_id),) for (key,) in run("SELECT key FROM relation")]
    conn.executemany("INSERT OR IGNORE INTO schema_node SELECT id FROM node WHERE uid = ?", used)
    run("INSERT OR IGNORE INTO candidate SELECT id FROM schema_node")
    used_in = (
        ("fact", "subject_id"), ("fact", "object_id"), ("node_type", "node_id"), ("node_type", "type_id"),
        ("qualifier", "object_id"), ("unvalued", "subject_id"),
    )  # fmt: skip
    for table, column in used_in:
        if run("SELECT 1 FROM candidate LIMIT 1").fetchone():
            run(f"DELETE FROM candidate WHERE id IN (SELECT {column} FROM {table} WHERE {column} IS NOT NULL)")
    run(
        "DELETE FROM candidate WHERE id NOT IN (SELECT id FROM schema_node) AND id IN"
        " (SELECT n.id FROM node n JOIN annotation a ON a.uid = n.uid)"
    )
    run("DELETE FROM alias WHERE node_id IN (SELECT id FROM candidate)")
    run("DELETE FROM node WHERE id IN (SELECT id FROM candidate)")
    run(
        "DELETE FROM relation WHERE id NOT IN (SELECT relation_id FROM fact UNION SELECT relation_id FROM qualifier"
        " UNION SELECT relation_id FROM unvalued)"
    )


def best(candidates: list[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    """(rank, text, language) by preference: English or untagged, then `en-GB` and the like, then others; then rank."""

    def place(candidate: tuple[int, str, str]) -> tuple[int, str, int, str]:
        rank, text, language = candidate
        if language in ("", "en"):
            return 0, "", rank, text
        return (1 if language.startswith("en-") else 2), language, rank, text

    return sorted(candidates, key=place)


def _noted(conn: sqlite3.Connection, *, kinds: str, touched: bool) -> Iterator[tuple[int, list[Candidate]]]:
    """(uid, what is said about it), by uid."""
    where = " AND uid IN (SELECT uid FROM touched)" if touched else ""
    rows = conn.execute(f"SELECT uid, kind, rank, text, language FROM annotation WHERE kind IN ({kinds}){where} ORDER BY uid")
    for uid, group in groupby(rows, key=itemgetter(0)):
        yield uid, [row[1:] for row in group]


def _labels(conn: sqlite3.Connection, *, first: bool) -> None:
    """Choose label, description and aliases of the nodes that the load said something about."""
    if not first:
        conn.execute("DELETE FROM alias WHERE node_id IN (SELECT id FROM node JOIN touched USING (uid))")
    nodes: list[tuple[str, str, int]] = []
    described: list[tuple[str, int]] = []
    aliases: list[tuple[str, str, int]] = []
    for uid, notes in _noted(conn, kinds="'label', 'alias', 'description'", touched=not first):
        named = best([n[1:] for n in notes if n[0] == "label"])
        also = [n[1:] for n in notes if n[0] == "alias"] + named[1:]
        told = best([n[1:] for n in notes if n[0] == "description"])
        label = named[0][1] if named else None
        if label is not None:
            nodes.append((label, told[0][1] if told else "", uid))
        elif told:
            described.append((told[0][1], uid))
        aliases += [(text, language, uid) for text, language in sorted({n[1:] for n in also}) if text != label]
        if len(nodes) + len(described) + len(aliases) > 20_000:
            _write_labels(conn, nodes, described, aliases)
    _write_labels(conn, nodes, described, aliases)


def _write_labels(
    conn: sqlite3.Connection,
    nodes: list[tuple[str, str, int]],
    described: list[tuple[str, int]],
    aliases: list[tuple[str, str, int]],
) -> None:
    conn.executemany("UPDATE node SET label = ?, named = 1, description = ? WHERE uid = ?", nodes)
    conn.executemany("UPDATE node SET description = ? WHERE uid = ?", described)
    conn.executemany("INSERT OR IGNORE INTO alias SELECT id, ?, ? FROM node WHERE uid = ?", aliases)
    nodes.clear()
    described.clear()
    aliases.clear()


def _labels_from_keys(conn: sqlite3.Connection) -> None:
    """An entity that nothing names is called by its key."""
    unnamed = conn.execute("SELECT id, key FROM node WHERE label = '' AND kind = 'entity' AND NOT named")
    while some := unnamed.fetchmany(20_000):
        conn.executemany("UPDATE node SET label = ? WHERE id = ?", [(label_from_key(key), id_) for id_, key in some])


def _blank_labels(conn: sqlite3.Connection) -> None:
    """A blank node without a label is called by its type."""
    if not conn.execute("SELECT 1 FROM node WHERE kind = 'blank' LIMIT 1").fetchone():
        return
    conn.execute(
        "UPDATE node SET label = 'unnamed ' || coalesce((SELECT min(t.label) FROM node_type y JOIN node t ON t.id = y.type_id"
        " WHERE y.node_id = node.id AND t.kind = 'entity'), 'node') WHERE kind = 'blank' AND NOT named"
    )


def _relation_rows(conn: sqlite3.Connection, graph_id: str) -> None:
    """Fill the relation table from what is said about each relation."""
    relations = conn.execute("SELECT id, key FROM relation").fetchall()
    by_uid = {uids.entity_uid(key, graph_id): (id_, key) for id_, key in relations}
    changed = []
    for uid, (id_, key) in by_uid.items():
        notes: list[Candidate] = conn.execute(
            "SELECT kind, rank, text, language FROM annotation WHERE uid = ? ORDER BY kind, rank, text", (uid,)
        ).fetchall()
        kinds = {n[0] for n in notes}
        named = best([n[1:] for n in notes if n[0] == "label"])
        told = best([n[1:] for n in notes if n[0] == "description"])
        ranges = [n[2] for n in notes if n[0] == "range" and n[2].startswith(v.XSD)]
        units = [n[2] for n in notes if n[0] == "unit"]
        inverses = [n[2] for n in notes if n[0] == "inverse"]
        label = named[0][1] if named else relation_label(key)
        symmetric = "symmetric" in kinds or key in inverses
        transitive, functional = "transitive" in kinds, "functional" in kinds
        name_like = any(n[0] == "name_like" and n[2] in ("true", "1") for n in notes)
        description, datatype, unit = told[0][1] if told else "", ranges[0] if ranges else "", units[0] if units else ""
        inverse = next((other for other in inverses if other != key), "")
        declared = (symmetric, transitive, functional, inverse, name_like)
        changed.append((label, description, datatype, unit, *declared, id_))
    conn.executemany(
        "UPDATE relation SET label = ?, description = ?, datatype = ?, unit = ?, symmetric = ?, transitive = ?, functional = ?,"
        " inverse_key = ?, name_like = ? WHERE id = ?",
        changed,
    )
