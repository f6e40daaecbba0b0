"""The SQL store: opening it and reading its meta table."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Engine, create_engine, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from ..errors import UserError, near
from .schema import FORMAT_VERSION, meta

__all__ = ["FORMAT_VERSION", "db_path", "open_db", "read_meta"]


def db_path(db: str) -> Path:
    """The file behind `--db`: a path, or a URL such as `sqlite:///kg.db`. Raises UserError for other databases."""
    if "://" not in db:
        return Path(db)
    try:
        url = make_url(db)
    except ArgumentError:
        raise UserError(f"not a database URL: {db}", "give a path such as kg.db, or sqlite:///kg.db") from None
    if url.get_backend_name() != "sqlite" or not url.database:
        raise UserError(
            f"{url.get_backend_name()} stores are not supported yet: {url.render_as_string()}", "give a path such as kg.db"
        )
    return Path(url.database)


def connect(path: Path, *, create: bool = False) -> Engine:
    """An engine on an SQLite file. Transactions are opened by whoever writes (`BEGIN IMMEDIATE`), reads need none."""
    mode = "rwc" if create else "rw"
    uri = f"{path.resolve().as_uri()}?mode={mode}"

    def connect_file() -> sqlite3.Connection:
        return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=5.0, check_same_thread=False)

    return create_engine("sqlite://", creator=connect_file)


def open_db(db: str) -> Engine:
    """Open an existing store. Raises UserError if it is missing, is not a store, or has another format version."""
    path = db_path(db)
    if not path.is_file():
        beside = [p.name for p in path.parent.glob("*.db")] if path.parent.is_dir() else []
        hint = f"in {path.parent}: {near(path.name, beside)}" if beside else "make one with: kg2corpus load FILE --db " + db
        raise UserError(f"no store at {path}", hint)
    engine = connect(path)
    try:
        found = read_meta(engine).get("format_version", "")
    except DatabaseError as e:
        engine.dispose()
        raise UserError(f"{path} is not a kg2corpus store: {e.orig}", "make one with: kg2corpus load FILE --db NEW.db") from e
    if found != str(FORMAT_VERSION):
        engine.dispose()
        raise UserError(
            f"{path} has store format {found or 'none'}, this version reads {FORMAT_VERSION}",
            "load the sources again into a new store",
        )
    return engine


def damaged(path: Path, e: Exception) -> UserError:
    """What to say of a store that SQLite stops reading in its midst."""
    what = f"{path} is damaged: {getattr(e, 'orig', e)}"
    return UserError(what, "take a backup of it, or load the sources again into a new store")


def read_meta(engine: Engine) -> dict[str, str]:
    """The meta table as a dict: format_version, graph_id, counterfactual, name, prefixes, content."""
    with engine.connect() as conn:
        return {row.key: row.value for row in conn.execute(select(meta))}
