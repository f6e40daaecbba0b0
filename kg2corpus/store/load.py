"""Loading sources into a store.

A new store is built in a file beside it and renamed when whole; an existing one is changed in one transaction. So a load that
fails or is killed leaves the store as it was. Loading a content that the store holds already adds nothing.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .. import uid as uids
from ..errors import UserError
from ..killpoints import reach
from ..locks import exclusive
from ..progress import track
from ..readers._common import Log, read_batches
from ..readers._open import MAX_LINE
from . import connect, damaged, db_path, open_db, read_meta
from .finish import finish
from .ingest import Ingest
from .permute import permute, sentence
from .report import LoadReport, SourceReport
from .schema import FORMAT_VERSION, tables
from .sources import Source, gather, graph_name

__all__ = ["LoadReport", "SourceReport", "load"]


def load(
    sources: Sequence[Path],
    db: str,
    *,
    skip_bad: bool = False,
    permute_labels: int | None = None,
    name: str = "",
    format: str = "",
    options: Mapping[str, Any] | None = None,
    max_line: int | None = None,
) -> LoadReport:
    """Load files, folders, patterns and `-` into the store at `db` (a path, or `sqlite:///path`), which is made if need be.

    `skip_bad` leaves malformed lines out (of line formats) and counts them. `permute_labels`, a seed, makes a
    counterfactual copy (`store.permute`), in a new store only. `name` names a new graph; otherwise its first source does.
    `format` is a reader's name or a suffix, where the file's own does not say it; `options` go to the readers.
    Raises UserError, with nothing written, for missing or malformed sources.
    """
    if not sources:
        raise UserError("nothing to load", "give files or folders, such as data/countries")
    path = db_path(db)
    if not path.parent.is_dir():
        raise UserError(f"no such folder: {path.parent}", "make it first, or give another --db")
    aside = path.with_name(path.name + ".loading")
    with gather(sources, path.parent, format=format, options=options or {}) as (found, notes):
        log = Log(skip_bad, max_line=max_line or MAX_LINE, notes=notes)
        if path.exists():
            return _extend(found, db, path, log, permute_labels=permute_labels)
        with exclusive(aside.with_name(aside.name + ".lock"), f"building {path.name}"):
            _remove(aside)  # what a killed load left
            try:
                report = _build(found, path, aside, log, permute_labels=permute_labels, name=name)
                reach("load.before_rename")
                os.replace(aside, path)
            finally:
                _remove(aside)
    return report


def _remove(aside: Path) -> None:
    for left in aside.parent.glob(aside.name + "*"):
        if not left.name.endswith(".lock"):
            left.unlink()


def _build(found: list[Source], path: Path, aside: Path, whole: Log, *, permute_labels: int | None, name: str) -> LoadReport:
    """Make a whole new store in the file `aside`."""
    named = name or min(graph_name(s.place) for s in found)
    graph_id = "" if permute_labels is None else f"permuted-{permute_labels}"
    meta = {
        "format_version": str(FORMAT_VERSION),
        "graph_id": graph_id,
        "counterfactual": "" if permute_labels is None else sentence(named, permute_labels),
        "name": named,
        "name_given": name,
        "prefixes": "{}",
        "content": "",
    }
    engine = connect(aside, create=True)
    try:
        with engine.begin() as connection:
            tables.create_all(connection)
        with engine.connect() as connection:
            conn = _driver(connection.connection.driver_connection)
            for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -262144", "temp_store = FILE"):
                conn.execute(f"PRAGMA {pragma}")
            conn.execute("BEGIN")
            conn.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
            report = _fill(conn, found, str(path), graph_id, whole)
            if permute_labels is not None:
                report.permutation = permute(conn, permute_labels)
            report.counterfactual = meta["counterfactual"]
            conn.execute("COMMIT")
    except sqlite3.OperationalError as e:
        raise _failed(path, e) from e
    finally:
        engine.dispose()
    with aside.open("rb") as f:
        os.fsync(f.fileno())
    report.created = True
    return report


def _extend(found: list[Source], db: str, path: Path, whole: Log, *, permute_labels: int | None) -> LoadReport:
    """Add the sources that an existing store does not hold yet, in one transaction."""
    engine = open_db(db)
    try:
        meta = read_meta(engine)
        wanted = "" if permute_labels is None else f"permuted-{permute_labels}"
        with engine.connect() as connection:
            conn = _driver(connection.connection.driver_connection)
            known: dict[str, str] = dict(conn.execute("SELECT sha256, format FROM source").fetchall())
            for s in found:
                if known.get(s.sha256, s.format) != s.format:
                    before = f"{s.name}: {path} holds its content already, read as {known[s.sha256]} and not as {s.format}"
                    raise UserError(before, "give another --db, or the --format of then")
            new = [s for s in found if s.sha256 not in known]
            if meta["graph_id"] != wanted and (new or permute_labels is not None):
                raise _wrong_graph(path, meta["graph_id"], permute_labels)
            if new and wanted:
                hint = "load all sources together into a new store with --permute-labels"
                raise UserError(
                    f"{path} holds a permuted graph, which cannot grow: names of new entities would have to move too", hint
                )
            if not new:
                report = LoadReport(str(path), [SourceReport(s.name, s.format, known=True) for s in found])
                report.counterfactual = meta["counterfactual"]
                return report
            for pragma in ("cache_size = -262144", "temp_store = FILE"):
                conn.execute(f"PRAGMA {pragma}")
            conn.execute("BEGIN IMMEDIATE")
            try:
                report = _fill(conn, new, str(path), meta["graph_id"], whole)
                if not meta["name_given"]:
                    _rename(conn)
                reach("load.before_commit")
                conn.execute("COMMIT")
            except BaseException:
                if conn.in_transaction:
                    conn.execute("ROLLBACK")
                raise
            report.sources += [SourceReport(s.name, s.format, known=True) for s in found if s.sha256 in known]
            return report
    except sqlite3.OperationalError as e:
        raise _failed(path, e) from e
    except sqlite3.DatabaseError as e:
        if type(e) is not sqlite3.DatabaseError:  # its subclasses are faults of the statements, not of the file
            raise
        raise damaged(path, e) from e
    finally:
        engine.dispose()


def _fill(conn: sqlite3.Connection, found: list[Source], db: str, graph_id: str, whole: Log) -> LoadReport:
    """Read all sources and complete the tables; faults of all of them are raised together, before anything is finished.

    `whole` collects the faults, and says how to read.
    """
    report = LoadReport(db, [])
    ingest = Ingest(conn, graph_id)
    report.notes += whole.notes
    prefixes: dict[str, str] = json.loads(conn.execute("SELECT value FROM meta WHERE key = 'prefixes'").fetchone()[0])
    for one in found:
        log = Log(whole.skip_bad, max_line=whole.max_line)
        row = (one.name, one.sha256, one.format, one.place)
        id_ = conn.execute("INSERT INTO source (name, sha256, format, path) VALUES (?, ?, ?, ?)", row).lastrowid
        assert id_ is not None
        before = ingest.triples
        ingest.begin(one.sha256)
        for file, rows in track(read_batches(one.module, one.path, log, one.options), f"load {one.name}"):
            ingest.add(id_, file, rows)
            reach("load.reading")
        report.sources.append(SourceReport(one.name, one.format, triples=ingest.triples - before, bad=log.count))
        report.notes += log.notes
        report.bad += log.faults
        report.bad_count += log.count
        whole.faults += log.faults
        whole.count += log.count
        prefixes = {**log.prefixes, **prefixes}
    whole.check()
    reach("load.facts")
    counts = finish(conn, ingest)
    reach("load.finished")
    content = uids.show(
        uids.digest("content", graph_id, *(s for (s,) in conn.execute("SELECT sha256 FROM source ORDER BY sha256")))
    )
    meta = [("prefixes", json.dumps(prefixes, ensure_ascii=False, sort_keys=True)), ("content", content)]
    conn.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", meta)
    report.take(ingest, counts, conn)
    return report


def _rename(conn: sqlite3.Connection) -> None:
    """A graph without a given name is called after the first of its sources by name, in whatever order they came."""
    places = [place for (place,) in conn.execute("SELECT path FROM source")]
    conn.execute("UPDATE meta SET value = ? WHERE key = 'name'", (min(map(graph_name, places)),))


def _driver(connection: object) -> sqlite3.Connection:
    assert isinstance(connection, sqlite3.Connection)
    return connection


def _wrong_graph(path: Path, there: str, seed: int | None) -> UserError:
    if seed is not None and not there:
        return UserError(f"{path} holds a real graph; labels are permuted only into a new store", "give another --db")
    what = f"is permuted with seed {there.removeprefix('permuted-')}"
    return UserError(
        f"{path} {what}", "give another --db, or the same seed" if seed is not None else "give another --db for a real graph"
    )


def _failed(path: Path, e: sqlite3.OperationalError) -> Exception:
    if "locked" in str(e):
        return UserError(f"{path} is in use by another load", "wait for it to end")
    if not any(word in str(e) for word in ("full", "disk", "readonly", "unable to open")):
        return e
    return UserError(f"{path} could not be written: {e}", "check the free space and the permissions of its folder and of /tmp")
