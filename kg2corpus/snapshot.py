"""Snapshots: a store's graph as memory-mapped columnar files, made once and kept beside the store by content."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from .assemble import assemble
from .columns import FORMAT, content_fingerprint, provenance_fingerprint, save
from .errors import UserError
from .graph import Graph, UnknownUid
from .killpoints import reach

__all__ = ["Graph", "UnknownUid", "take"]


def take(db: str, folder: Path | None = None) -> Graph:
    """The graph of a store, from its snapshot in `<db>.snapshot/` (or below `folder`), which is made if need be.

    A snapshot's folder is named by the fingerprints of its content and of its sources, written aside and renamed when
    whole, so that one taken from another state of the store is never used and a killed process leaves none behind.
    Whether the store has changed since is seen from the database file's stamp.
    Raises UserError for a missing or foreign store, or where the folder cannot be written.
    """
    from sqlalchemy.exc import DatabaseError

    from .store import damaged, db_path, open_db
    from .store.rows import read_store

    engine = open_db(db)
    file = db_path(db)
    home = folder or file.with_name(f"{file.name}.snapshot")
    stamp = _stamp(file)
    if (known := _recall(home, stamp)) is not None:
        return known
    try:
        columns = assemble(read_store(engine))
    except DatabaseError as e:
        raise damaged(file, e) from e
    finally:
        engine.dispose()
    fingerprint = content_fingerprint(columns)
    target = home / f"{fingerprint}-{provenance_fingerprint(columns)}"
    try:
        home.mkdir(parents=True, exist_ok=True)
        _sweep(home)
        if (graph := _whole(target)) is None:
            aside = home / f".{target.name}.{os.getpid()}"
            shutil.rmtree(aside, ignore_errors=True)  # of an attempt of this process that failed, for example on a full disk
            aside.mkdir()
            save(columns, aside, fingerprint)
            reach("snapshot.before_rename")
            graph = _move(aside, target)
        # the file may have changed while it was read: only a stamp that still holds is worth remembering
        if stamp == _stamp(file):
            _write_aside(home / "stamp.json", json.dumps({"stamp": stamp, "snapshot": target.name}))
    except OSError as e:
        raise UserError(f"the snapshot cannot be written to {home}: {e.strerror}", "give a folder that can be written") from e
    return graph


def _stamp(file: Path) -> list[Any]:
    """What changes with every transaction on an SQLite file: size, time and inode of it and of its log, and the change
    counter in its header (bytes 24 to 27 of the file format)."""
    found: list[Any] = [FORMAT]
    for path in (file, Path(f"{file}-wal"), Path(f"{file}-journal")):
        if path.exists():
            status = path.stat()
            found.append([path.suffix, status.st_size, status.st_mtime_ns, status.st_ino])
    with open(file, "rb") as f:
        found.append(f.read(28)[24:].hex())
    return found


def _recall(home: Path, stamp: list[Any]) -> Graph | None:
    try:
        known = json.loads((home / "stamp.json").read_text("utf-8"))
        return _whole(home / known["snapshot"]) if known["stamp"] == stamp else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _whole(target: Path) -> Graph | None:
    """The snapshot, if it is there and can be read; a damaged one makes room for a new one."""
    if not target.is_dir():
        return None
    try:
        return Graph.open(target)
    except UserError:
        shutil.rmtree(target)
        return None


def _move(aside: Path, target: Path) -> Graph:
    try:
        aside.rename(target)
    except OSError:
        # another process made the same snapshot meanwhile: its bytes are as good
        if not target.is_dir():
            raise
        shutil.rmtree(aside)
    return Graph.open(target)


def _write_aside(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_text(text, "utf-8")
    aside.replace(path)


def _sweep(home: Path) -> None:
    """Remove what killed processes left behind: hidden entries whose last part is the id of a process that is gone."""
    for path in home.glob(".*.*"):
        pid = path.name.rsplit(".", 1)[-1]
        if pid.isdigit() and not _alive(int(pid)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
