"""Snapshots: a store's graph as memory-mapped columnar files, made once and kept beside the store by content."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import uid as uids
from .assemble import assemble
from .columns import FORMAT, content_fingerprint, provenance_fingerprint, save
from .errors import UserError
from .graph import Graph, UnknownUid
from .killpoints import reach

if TYPE_CHECKING:
    from .store import Store
    from .store.database import Place

__all__ = ["Graph", "UnknownUid", "take"]


def take(db: str, folder: Path | None = None) -> Graph:
    """The graph of a store, from its snapshot in `<db>.snapshot/` (or below `folder`), which is made if need be.

    Snapshots of a server's store lie in the user's cache (`_home`). A snapshot's folder is named by the fingerprints of its
    content and of its sources, written aside and renamed when
    whole, so that one taken from another state of the store is never used and a killed process leaves none behind.
    Whether the store has changed since is seen from its stamp.
    Raises UserError for a missing or foreign store, or where the folder cannot be written.
    """
    from sqlalchemy.exc import DatabaseError

    from .store import damaged, open_db
    from .store.rows import read_store

    store = open_db(db)
    home = folder or _home(store.place)
    stamp, told = _stamp(store), home / f"stamp{'-' if store.place.graph else ''}{store.place.graph}.json"
    if (known := _recall(home, told, stamp)) is not None:
        store.close()
        return known
    try:
        columns = assemble(read_store(store))
    except DatabaseError as e:
        raise damaged(store.place.shown, e) from e
    finally:
        store.close()
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
        # the store may have changed while it was read: only a stamp that still holds is worth remembering
        if stamp == _stamp(store):
            _write_aside(told, json.dumps({"stamp": stamp, "snapshot": target.name}))
    except OSError as e:
        raise UserError(f"the snapshot cannot be written to {home}: {e.strerror}", "give a folder that can be written") from e
    return graph


def _home(where: Place) -> Path:
    """Where the snapshots of a store lie: beside its file; of a server, in a folder of its own in the user's cache
    (KG2CORPUS_CACHE, else XDG_CACHE_HOME, else ~/.cache)."""
    if where.path is not None:
        return where.path.with_name(f"{where.path.name}.snapshot")
    assert where.url is not None
    base = os.environ.get("KG2CORPUS_CACHE") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    named = uids.show(uids.digest("store", where.url.set(password=None).render_as_string()))
    return Path(base) / "kg2corpus" / f"{where.url.database or 'store'}-{named}.snapshot"


def _stamp(store: Store) -> list[Any]:
    """What changes with every change of a store. Of an SQLite file, size, time and inode of it and of its log, and the change
    counter in its header (bytes 24 to 27 of the file format); of a server, what the graph's own tables say of it."""
    found: list[Any] = [FORMAT]
    file = store.place.path
    if file is None:
        return [*found, *sorted(store.meta().items())]
    for path in (file, Path(f"{file}-wal"), Path(f"{file}-journal")):
        if path.exists():
            status = path.stat()
            found.append([path.suffix, status.st_size, status.st_mtime_ns, status.st_ino])
    with open(file, "rb") as f:
        found.append(f.read(28)[24:].hex())
    return found


def _recall(home: Path, told: Path, stamp: list[Any]) -> Graph | None:
    try:
        known = json.loads(told.read_text("utf-8"))
        return _whole(home / known["snapshot"]) if known["stamp"] == json.loads(json.dumps(stamp)) else None
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
