"""RDF 1.2 triple terms: what is said about a reifier becomes the qualifiers of the statement that it reifies.

`_:r rdf:reifies <<( s p o )>>` says nothing about the world by itself: where the source asserts `s p o` too, the other triples
of `_:r` qualify that statement; where it does not, they are left out and counted. Two reifiers of one triple make two
statements of one fact.
"""

from __future__ import annotations

import sqlite3

from .vocabulary import VALID_FROM, VALID_TO


def attach(conn: sqlite3.Connection) -> int:
    """Turn staged reifications into qualifiers of staged facts. Returns how many reified triples no statement asserts."""
    run = conn.execute
    if not run("SELECT 1 FROM stage_reifies LIMIT 1").fetchone():
        return 0
    last = run("SELECT coalesce(max(id), 0) FROM stage_extra").fetchone()[0]
    run(
        "CREATE TEMP TABLE reified AS SELECT ? + row_number() OVER (ORDER BY position, rowid) AS extra, reifier, uid, source,"
        " row_number() OVER (PARTITION BY uid, source ORDER BY position, rowid) AS n FROM stage_reifies",
        (last,),
    )
    run("CREATE INDEX reified_reifier ON reified (reifier)")
    run("CREATE INDEX stage_s ON stage (s)")
    run(
        "CREATE TEMP TABLE asserted AS SELECT rowid AS id, uid, source,"
        " row_number() OVER (PARTITION BY uid, source ORDER BY position, rowid) AS n"
        " FROM stage WHERE uid IN (SELECT uid FROM reified)"
    )
    run("CREATE INDEX asserted_uid ON asserted (uid, source, n)")
    lost = run(
        "SELECT count(*) FROM reified r WHERE NOT EXISTS"
        " (SELECT 1 FROM asserted a WHERE a.uid = r.uid AND a.source = r.source)"
    ).fetchone()[0]
    _qualifiers(conn)
    _place(conn)
    run("INSERT OR IGNORE INTO candidate SELECT o FROM stage WHERE s IN (SELECT reifier FROM reified)")
    run("DELETE FROM stage WHERE s IN (SELECT reifier FROM reified)")
    for ends in ("reifier", "s", "o"):
        run(f"INSERT OR IGNORE INTO candidate SELECT {ends} FROM stage_reifies")
    run("DROP INDEX stage_s")
    return int(lost)


def _qualifiers(conn: sqlite3.Connection) -> None:
    """What is said of each reifier, as staged qualifiers, with the validity that they give."""
    run = conn.execute
    run(
        "INSERT INTO stage_qualifier SELECT r.extra,"
        " row_number() OVER (PARTITION BY r.extra ORDER BY t.position, t.r, t.o) - 1, t.r, 'value', t.o"
        " FROM reified r JOIN stage t ON t.s = r.reifier AND t.source = r.source"
        " WHERE EXISTS (SELECT 1 FROM asserted a WHERE a.uid = r.uid AND a.source = r.source)"
    )
    run(
        "INSERT INTO stage_extra SELECT DISTINCT extra, '', '', '', '' FROM stage_qualifier"
        " WHERE extra IN (SELECT extra FROM reified)"
    )
    for column, keys in (("valid_from", VALID_FROM), ("valid_to", VALID_TO)):
        marks = ", ".join("?" * len(keys))
        run(
            f"UPDATE stage_extra SET {column} = v.key FROM (SELECT q.extra, max(n.key) AS key FROM stage_qualifier q"
            " JOIN reified USING (extra) JOIN node n ON n.id = q.object AND n.kind = 'literal'"
            f" JOIN relation t ON t.id = q.relation AND t.key IN ({marks}) GROUP BY q.extra) v WHERE v.extra = stage_extra.id",
            sorted(keys),
        )


def _place(conn: sqlite3.Connection) -> None:
    """The n-th reification goes to the n-th statement of the fact in its source; what is left over makes statements more."""
    run = conn.execute
    run("CREATE TEMP TABLE placed AS SELECT a.id, r.extra FROM reified r JOIN asserted a USING (uid, source, n)")
    run("CREATE UNIQUE INDEX placed_id ON placed (id)")
    # a named graph that the statement stands in is kept
    run(
        "UPDATE stage_extra SET graph = g.graph FROM placed p JOIN stage t ON t.rowid = p.id"
        " JOIN stage_extra g ON g.id = t.extra WHERE stage_extra.id = p.extra"
    )
    run(
        "INSERT INTO stage SELECT t.uid, t.s, t.r, t.o, t.source, t.file, t.position, r.extra FROM reified r"
        " JOIN asserted a ON a.uid = r.uid AND a.source = r.source AND a.n = 1 JOIN stage t ON t.rowid = a.id"
        " WHERE r.extra NOT IN (SELECT extra FROM placed)"
    )
    run("UPDATE stage SET extra = p.extra FROM placed p WHERE p.id = stage.rowid")
