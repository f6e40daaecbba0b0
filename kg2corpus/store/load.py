"""Loading sources into a store.

A new store is built in a file beside it and renamed when whole; an existing one is changed in one transaction. So a load that
fails or is killed leaves the store as it was. Loading a content that the store holds already adds nothing.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from .. import uid as uids
from ..errors import UserError
from ..killpoints import reach
from ..locks import exclusive
from ..progress import track
from ..readers._common import Log, choose, content_hash, read_batches, suffix
from . import connect, damaged, db_path, open_db, read_meta
from .finish import finish
from .ingest import Ingest
from .permute import permute, sentence
from .report import LoadReport, SourceReport
from .schema import FORMAT_VERSION, tables

__all__ = ["LoadReport", "SourceReport", "load"]


@dataclass(frozen=True)
class _Source:
    path: Path
    format: str
    module: ModuleType
    sha256: str

    @property
    def name(self) -> str:
        return self.path.resolve().name


def load(
    sources: Sequence[Path], db: str, *, skip_bad: bool = False, permute_labels: int | None = None, name: str = ""
) -> LoadReport:
    """Load files and folders into the store at `db` (a path, or `sqlite:///path`), which is made if it is not there.

    `skip_bad` leaves malformed lines out (of line formats) and counts them. `permute_labels`, a seed, makes a
    counterfactual copy (`store.permute`), in a new store only. `name` names a new graph; otherwise its first source does.
    Raises UserError, with nothing written, for missing or malformed sources.
    """
    if not sources:
        raise UserError("nothing to load", "give files or folders, such as data/countries")
    path = db_path(db)
    if not path.parent.is_dir():
        raise UserError(f"no such folder: {path.parent}", "make it first, or give another --db")
    found = _identify(sources)
    aside = path.with_name(path.name + ".loading")
    if path.exists():
        return _extend(found, db, path, skip_bad=skip_bad, permute_labels=permute_labels)
    with exclusive(aside.with_name(aside.name + ".lock"), f"building {path.name}"):
        _remove(aside)  # what a killed load left
        try:
            report = _build(found, path, aside, skip_bad=skip_bad, permute_labels=permute_labels, name=name)
            reach("load.before_rename")
            os.replace(aside, path)
        finally:
            _remove(aside)
    return report


def _identify(sources: Sequence[Path]) -> list[_Source]:
    """The sources with reader and hash, each content once."""
    found: dict[str, _Source] = {}
    for path in sources:
        reader, module = choose(path)
        sha256 = content_hash(module, path)
        found.setdefault(sha256, _Source(path, reader, module, sha256))
    return list(found.values())


def _remove(aside: Path) -> None:
    for left in aside.parent.glob(aside.name + "*"):
        if not left.name.endswith(".lock"):
            left.unlink()


def _build(
    found: list[_Source], path: Path, aside: Path, *, skip_bad: bool, permute_labels: int | None, name: str
) -> LoadReport:
    """Make a whole new store in the file `aside`."""
    named = name or min(_graph_name(s.path) for s in found)
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
            report = _fill(conn, found, str(path), graph_id, skip_bad=skip_bad)
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


def _extend(found: list[_Source], db: str, path: Path, *, skip_bad: bool, permute_labels: int | None) -> LoadReport:
    """Add the sources that an existing store does not hold yet, in one transaction."""
    engine = open_db(db)
    try:
        meta = read_meta(engine)
        wanted = "" if permute_labels is None else f"permuted-{permute_labels}"
        with engine.connect() as connection:
            conn = _driver(connection.connection.driver_connection)
            known = {sha for (sha,) in conn.execute("SELECT sha256 FROM source")}
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
                report = _fill(conn, new, str(path), meta["graph_id"], skip_bad=skip_bad)
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


def _fill(conn: sqlite3.Connection, found: list[_Source], db: str, graph_id: str, *, skip_bad: bool) -> LoadReport:
    """Read all sources and complete the tables; faults of all of them are raised together, before anything is finished."""
    report = LoadReport(db, [])
    ingest = Ingest(conn, graph_id)
    faults = Log(skip_bad=skip_bad)
    prefixes: dict[str, str] = json.loads(conn.execute("SELECT value FROM meta WHERE key = 'prefixes'").fetchone()[0])
    for one in found:
        log = Log(skip_bad=skip_bad)
        row = (one.name, one.sha256, one.format, str(one.path.resolve()))
        id_ = conn.execute("INSERT INTO source (name, sha256, format, path) VALUES (?, ?, ?, ?)", row).lastrowid
        assert id_ is not None
        before = ingest.triples
        ingest.begin(one.sha256)
        for file, rows in track(read_batches(one.module, one.path, log), f"load {one.name}"):
            ingest.add(id_, file, rows)
            reach("load.reading")
        report.sources.append(SourceReport(one.name, one.format, triples=ingest.triples - before, bad=log.count))
        report.notes += log.notes
        report.bad += log.faults
        report.bad_count += log.count
        faults.faults += log.faults
        faults.count += log.count
        prefixes = {**log.prefixes, **prefixes}
    faults.check()
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
    paths = [Path(path) for (path,) in conn.execute("SELECT path FROM source")]
    conn.execute("UPDATE meta SET value = ? WHERE key = 'name'", (min(map(_graph_name, paths)),))


def _graph_name(path: Path) -> str:
    name = path.resolve().name
    return name.removesuffix(".gz").removesuffix(suffix(path)) or name


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
