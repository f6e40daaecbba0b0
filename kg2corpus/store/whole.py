"""What makes a load whole or nothing: scratch folders, one transaction, and what the system says in words."""

from __future__ import annotations

import gc
import glob
import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .. import uid as uids
from ..errors import UserError
from ..locks import alive
from . import Store, damaged
from .database import Sql

SWITCH_S = 0.0001


def remove(aside: Path) -> None:
    """Remove a store that was being built, and what belongs to it, but for its lock."""
    for left in aside.parent.glob(glob.escape(aside.name) + "*"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        elif not left.name.endswith(".lock"):
            left.unlink()


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A folder for what outgrows memory, removed at the end; those that killed loads left go too."""
    own = f"{os.getpid()}.parts"  # not for a new store, which has one maker at a time
    like = glob.escape(folder.name.removesuffix(own)) + ("*.parts" if folder.name.endswith(own) else "")
    for left in folder.parent.glob(like):
        maker = re.search(r"(\d+)\.parts$", left.name)
        if maker is None or not alive(int(maker[1])):
            shutil.rmtree(left, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without Python's search for cycles among millions of names (4 to 9 % of a load of a million triples); a load searches
    among those objects that a chunk has left instead."""
    on, interval = gc.isenabled(), sys.getswitchinterval()
    gc.disable()
    # the thread that reads ahead asks for the interpreter often and for a moment only: it must not wait 5 ms each time
    sys.setswitchinterval(SWITCH_S)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        if on:
            gc.enable()


@contextmanager
def changing(store: Store) -> Iterator[Sql]:
    """A transaction that changes the store; one at a time."""
    with store.engine.connect() as connection:
        driver = connection.connection.driver_connection
        sql = Sql(driver)
        if sql.sqlite:
            for pragma in ("cache_size = -65536", "temp_store = FILE"):
                sql.run(f"PRAGMA {pragma}")
            sql.run("BEGIN IMMEDIATE")
        else:
            key = uids.digest("load", store.place.graph)
            if not sql.one("SELECT pg_try_advisory_xact_lock(?)", (key,)):
                raise UserError(f"{store.place.shown} is in use by another load", "wait for it to end")
        try:
            yield sql
            driver.commit()  # type: ignore[union-attr]
        except BaseException:
            if getattr(driver, "closed", False):  # the server is gone, and the transaction with it
                connection.invalidate()
            else:
                driver.rollback()  # type: ignore[union-attr]
            raise


@contextmanager
def failures(path: Path | str) -> Iterator[None]:
    """What the system says when a store cannot be written, in words."""
    try:
        yield
    except sqlite3.OperationalError as e:
        raise _failed(path, e) from e
    except sqlite3.DatabaseError as e:
        if type(e) is not sqlite3.DatabaseError:  # its subclasses are faults of the statements, not of the file
            raise
        raise damaged(path, e) from e
    except OSError as e:
        if not e.errno:
            raise
        raise UserError(f"{path} could not be written: {e.strerror}", "check the free space of its folder and of /tmp") from e
    except Exception as e:
        if not any(f"{c.__module__}.{c.__name__}" == "psycopg.OperationalError" for c in type(e).__mro__):
            raise
        what = f"{path} could not be written: {str(e).strip().partition(chr(10))[0]}"
        raise UserError(what, "nothing was changed; see that the server runs and has space, then load again") from e


def _failed(path: Path | str, e: sqlite3.OperationalError) -> Exception:
    if "no such table" in str(e) or "no such column" in str(e):
        return damaged(path, e)
    if "locked" in str(e):
        return UserError(f"{path} is in use by another load", "wait for it to end")
    if not any(word in str(e) for word in ("full", "disk", "readonly", "unable to open")):
        return e
    return UserError(f"{path} could not be written: {e}", "check the free space and the permissions of its folder and of /tmp")
