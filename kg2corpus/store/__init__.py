"""The SQL store: opening it and reading its meta table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.exc import DatabaseError, OperationalError

from ..errors import UserError, near, unknown
from .database import Place, Sql, engine_of, place
from .schema import FORMAT_VERSION, Tables

__all__ = ["FORMAT_VERSION", "Store", "open_db", "place"]


@dataclass(frozen=True)
class Store:
    """An open store: its engine, and the tables of the graph that is meant."""

    place: Place
    engine: Engine

    @property
    def tables(self) -> Tables:
        return self.place.tables

    @contextmanager
    def sql(self) -> Iterator[Sql]:
        """A connection for plain SQL. Of PostgreSQL the transaction is committed at the end unless something is raised."""
        with self.engine.connect() as connection:
            yield Sql(connection.connection.driver_connection)
            if self.place.url is not None:
                connection.connection.driver_connection.commit()  # type: ignore[union-attr]

    def meta(self) -> dict[str, str]:
        """The meta table: format_version, graph_id, counterfactual, name, prefixes, languages, content."""
        with self.engine.connect() as conn:
            return {str(key): str(value) for key, value in conn.execute(select(self.tables.meta))}

    def close(self) -> None:
        self.engine.dispose()


def open_db(db: str) -> Store:
    """Open an existing store. Raises UserError if it is missing, is not a store, or has another format version."""
    where = place(db)
    if where.path is not None and where.path.is_dir():
        raise UserError(f"{where.path} is a folder, not a store", f"give a file, such as {where.path / 'kg.db'}")
    if where.path is not None and not where.path.is_file():
        path = where.path
        beside = [p.name for p in path.parent.glob("*.db")] if path.parent.is_dir() else []
        hint = f"in {path.parent}: {near(path.name, beside)}" if beside else "make one with: kg2corpus load FILE --db " + db
        raise UserError(f"no store at {path}", hint)
    store = Store(where, engine_of(where))
    try:
        found = _version(store)
    except BaseException:
        store.close()
        raise
    if found != str(FORMAT_VERSION):
        store.close()
        raise UserError(
            f"{where.shown} has store format {found or 'none'}, this version reads {FORMAT_VERSION}",
            "load the sources again into a new store",
        )
    return store


def _version(store: Store) -> str:
    where = store.place
    try:
        with store.sql() as sql:
            there = sql.names()
        graphs = sorted(name.removesuffix("meta").removesuffix("__") for name in there if name.endswith("meta"))
        if store.tables.meta.name in there:
            return store.meta().get("format_version", "")
    except sqlite3.DatabaseError as e:
        raise no_store(where, e) from e
    except OperationalError as e:
        if where.url is not None:
            what = f"{where.shown} cannot be reached: {_first_line(e)}"
            raise UserError(what, "is the server running, and the URL right?") from e
        raise no_store(where, e) from e
    except DatabaseError as e:
        raise no_store(where, e) from e
    if [name for name in graphs if name] and where.graph:
        raise unknown(f"graph in {where.shown.partition('#')[0]}:", where.graph, graphs)
    if graphs:
        named = ", ".join(f"{where.shown}#{graph}" for graph in graphs)
        raise UserError(f"{where.shown} has no graph without a name", f"name one of its graphs: {named}")
    what = "it has no such tables" if there else "it is empty"
    raise UserError(f"{where.shown} is not a kg2corpus store: {what}", "make one with: kg2corpus load FILE --db NEW.db")


def no_store(where: Place, e: Exception) -> UserError:
    what = f"{where.shown} is not a kg2corpus store: {_first_line(e)}"
    return UserError(what, "make one with: kg2corpus load FILE --db NEW.db")


def _first_line(e: Exception) -> str:
    return next(iter(str(getattr(e, "orig", e)).strip().splitlines()), type(e).__name__)


def damaged(where: Path | str, e: Exception) -> UserError:
    """What to say of a store that the database stops reading in its midst."""
    return UserError(
        f"{where} is damaged: {_first_line(e)}", "take a backup of it, or load the sources again into a new store"
    )
