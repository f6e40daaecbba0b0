"""A database as the reader of SQL sees it: opened for reading only, in one transaction; its tables, columns and keys.

A URL may name variables of the environment, as `postgresql+psycopg://me:${PGPASSWORD}@host/shop`: passwords stand nowhere else.
"""

from __future__ import annotations

import os
import re
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from ..errors import UserError, near
from ._open import is_sqlite

ROWID = "rowid"  # how SQLite calls the number that it gives to every row
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
# packages that are called otherwise than their drivers
PACKAGES = {"psycopg": '"psycopg[binary]"', "psycopg2": "psycopg2-binary", "mysqldb": "mysqlclient"}
# dialects in which a transaction sees one state of the database only if it asks for that
SNAPSHOT = {"postgresql": "REPEATABLE READ", "mysql": "REPEATABLE READ", "mariadb": "REPEATABLE READ"}


@dataclass(frozen=True)
class Key:
    """A foreign key: columns here, the table that they refer to, the columns there."""

    columns: tuple[str, ...]
    to: str
    on: tuple[str, ...]


class Database:
    """An open database. Nothing of it is read before it is asked for."""

    def __init__(self, connection: sa.Connection, name: str) -> None:
        self.connection, self.name = connection, name
        self._inspector = sa.inspect(connection)
        self._columns: dict[str, dict[str, sa.types.TypeEngine[Any]]] = {}

    @property
    def lite(self) -> bool:
        """Is it SQLite, whose columns hold values of any type?"""
        return self.connection.dialect.name == "sqlite"

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables, sorted; of SQLite without those in which a virtual table keeps its data."""
        names = set(self._inspector.get_table_names())
        if self.lite and sqlite3.sqlite_version_info >= (3, 37):
            rows = self.connection.exec_driver_sql("PRAGMA table_list").fetchall()
            names -= {row[1] for row in rows if row[2] == "shadow"}
        return tuple(sorted(names))

    @cached_property
    def schemas(self) -> tuple[str, ...]:
        """The names of schemas other than the one that is looked at, without those of the server itself."""
        own = {self._inspector.default_schema_name, "information_schema", "performance_schema", "mysql", "sys", "main", "temp"}
        return tuple(sorted(name for name in self._inspector.get_schema_names() if name not in own))

    @cached_property
    def views(self) -> tuple[str, ...]:
        """The names of the views, sorted."""
        return tuple(sorted(self._inspector.get_view_names()))

    def columns(self, table: str) -> dict[str, sa.types.TypeEngine[Any]]:
        """The columns of a table or view in their order, with their types."""
        if table not in self._columns:
            schema, name = self._parted(table)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # types that SQLAlchemy does not know: the values say what they are
                self._columns[table] = {c["name"]: c["type"] for c in self._inspector.get_columns(name, schema=schema)}
        return self._columns[table]

    def has(self, table: str) -> bool:
        """Is there such a table or view? One of another schema is named `schema.table`."""
        if table in self.tables or table in self.views:
            return True
        schema, name = self._parted(table)
        return schema is not None and schema in self._inspector.get_schema_names() and self._inspector.has_table(name, schema)

    def primary_key(self, table: str) -> tuple[str, ...]:
        """The columns of the primary key, () where there is none."""
        schema, name = self._parted(table)
        return tuple(self._inspector.get_pk_constraint(name, schema=schema)["constrained_columns"])

    def unique(self, table: str) -> list[tuple[str, ...]]:
        """The sets of columns that are declared as unique."""
        schema, name = self._parted(table)
        found = [tuple(c["column_names"]) for c in self._inspector.get_unique_constraints(name, schema=schema)]
        for index in self._inspector.get_indexes(name, schema=schema):
            if index.get("unique") and not index.get("dialect_options", {}).get(f"{self.connection.dialect.name}_where"):
                found.append(tuple(c for c in index["column_names"] if c is not None))
        return found

    def foreign_keys(self, table: str) -> list[Key]:
        """The declared foreign keys, in the order of the columns."""
        schema, name = self._parted(table)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            declared = self._inspector.get_foreign_keys(name, schema=schema)
        found = []
        for f in declared:
            other = f["referred_schema"]
            to = f"{other}.{f['referred_table']}" if other and other != schema else f["referred_table"]
            on = tuple(f["referred_columns"]) or (self.primary_key(to) if self.has(to) else ())
            found.append(Key(tuple(f["constrained_columns"]), to, on))
        order = list(self.columns(table))
        return sorted(found, key=lambda key: [order.index(c) for c in key.columns if c in order])

    def comment(self, table: str, column: str) -> str:
        """What the database itself says about a column."""
        schema, name = self._parted(table)
        told = {c["name"]: c.get("comment") for c in self._inspector.get_columns(name, schema=schema)}
        return " ".join((told.get(column) or "").split())

    def selectable(self, table: str, *, alias: str = "") -> sa.FromClause:
        """The table for a query. Its columns have no types, so that the values come as the driver gives them."""
        schema, name = self._parted(table)
        names = [*self.columns(table), *([ROWID] if self.lite and ROWID not in self.columns(table) else [])]
        plain = sa.table(name, *(sa.column(c) for c in names), schema=schema)
        return plain.alias(alias) if alias else plain

    def raw(self, table: str, column: str, of: sa.FromClause) -> sa.ColumnElement[Any]:
        """A column for a query; as text where the driver cannot take all values in, such as dates before Christ."""
        dated = isinstance(self.columns(table).get(column), sa.Date | sa.DateTime | sa.Interval)
        found: sa.ColumnElement[Any] = of.c[column]
        return sa.cast(found, sa.Text) if dated and self.connection.dialect.name == "postgresql" else found

    def rows(self, query: sa.Select[Any], size: int) -> Iterator[list[Any]]:
        """The rows of a query in lists of `size`, as the server hands them over: memory is that of one list."""
        with database_errors(self.name):
            result = self.connection.execution_options(stream_results=True, yield_per=size).execute(query)
            for part in result.partitions(size):
                yield list(part)

    def value(self, query: sa.Select[Any]) -> Any:
        """The first value of the first row."""
        with database_errors(self.name):
            return self.connection.execute(query).scalar()

    def _parted(self, table: str) -> tuple[str | None, str]:
        if table in self.tables or table in self.views or "." not in table:
            return None, table
        schema, _, name = table.partition(".")
        return schema, name


@contextmanager
def opened(text: str, folder: Path, where: str = "") -> Iterator[Database]:
    """The database that a file name (in `folder`, if it is no whole path) or a URL names, in one reading transaction.

    Raises UserError for a file that is missing or no database, a URL that is none, a driver that is not installed, and
    what the server says; `where` begins it.
    """
    try:
        url = _url(text, folder)
    except UserError as e:
        raise UserError(where + e.message, e.hint) from e
    name = url.render_as_string() if url.host else Path(url.database or "").name
    creator: dict[str, Any] = {}
    if url.get_backend_name() == "sqlite":
        creator["creator"] = _lite(folder / (url.database or ""))
    elif url.get_backend_name() in SNAPSHOT:
        creator["isolation_level"] = SNAPSHOT[url.get_backend_name()]
    try:
        engine = sa.create_engine("sqlite://" if "creator" in creator else url, **creator)
    except sa.exc.NoSuchModuleError as e:
        hint = "for example postgresql+psycopg://, mysql+pymysql://"
        raise UserError(f"{where}no driver for '{url.drivername}'", hint) from e
    except ImportError as e:
        package = PACKAGES.get(url.get_driver_name(), url.get_driver_name())
        raise UserError(f"{where}the driver of {url.drivername} is not installed: {e}", f"pip install {package}") from e
    try:
        with database_errors(name, url.password):
            connection = engine.connect()
        with connection:
            if "creator" in creator:
                connection.exec_driver_sql("BEGIN")  # the driver itself begins one for writing only
            elif url.get_backend_name() == "postgresql":
                connection.exec_driver_sql("SET TIME ZONE 'UTC'")  # times and dates as text are the same everywhere
                connection.exec_driver_sql("SET DateStyle = 'ISO'")
            with database_errors(name, url.password):
                yield Database(connection, name)
    finally:
        engine.dispose()


def _url(text: str, folder: Path) -> URL:
    if "://" not in text:
        _there(folder / text)
        return URL.create("sqlite", database=text)
    literal = _password(text)
    if literal:
        what = "a password stands in the database's URL"
        hint = "write ${NAME} in its place (on a command line in single quotes), and give it so: NAME=... kg2corpus ..."
        raise UserError(what, hint)
    try:
        url = make_url(_VARIABLE.sub(_from_environment, text))
    except (sa.exc.ArgumentError, ValueError):
        raise UserError("the database's URL is none", "for example postgresql+psycopg://me:${PGPASSWORD}@host/shop") from None
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise UserError("sqlite:// names no file", "give the file's name alone, such as elements.db")
        _there(folder / url.database)
    return url


def _password(text: str) -> str:
    """What stands in a URL as a password and is no variable."""
    try:
        url = make_url(_VARIABLE.sub("", text))
    except (sa.exc.ArgumentError, ValueError):
        return ""
    given = [str(value) for key, value in url.query.items() if "pass" in key.lower() or key.lower() == "pwd"]
    return (url.password or "") or next((value for value in given if value), "")


def _from_environment(found: re.Match[str]) -> str:
    from urllib.parse import quote

    value = os.environ.get(found[1])
    if value is None:
        hint = f"set it: {found[1]}=... kg2corpus ..."
        raise UserError(f"the database's URL names {found[1]}, which is not in the environment", hint)
    return quote(value, safe="")


def _there(path: Path) -> None:
    if path.is_dir():
        raise UserError(f"{path.resolve().name} is a folder and no database", "give the database's file, or a URL")
    if not path.is_file():
        beside = [p.name for p in path.parent.iterdir() if p.is_file()] if path.parent.is_dir() else []
        raise UserError(f"no database at {path}", f"in {path.parent}: {near(path.name, beside)}")
    if not is_sqlite(path):
        hint = "an SQLite file is wanted, or a URL such as postgresql+psycopg://me:${PGPASSWORD}@host/shop"
        raise UserError(f"{path.name} is no SQLite database", hint)
    if lacking := _cut_off(path):
        raise UserError(f"{path.name}: the file is cut off: {lacking:,} bytes are missing", "copy or fetch it again")


def _cut_off(path: Path) -> int:
    """The bytes by which a file is shorter than its header says; SQLite itself would read nothing where they are missing."""
    with path.open("rb") as f:
        head = f.read(100)
    size, pages = int.from_bytes(head[16:18], "big"), int.from_bytes(head[28:32], "big")
    if len(head) < 100 or head[24:28] != head[92:96] or path.with_name(path.name + "-wal").exists():
        return 0  # the header does not know
    return max(0, pages * (65536 if size == 1 else size) - path.stat().st_size)


def _lite(path: Path) -> Callable[[], sqlite3.Connection]:
    def connect() -> sqlite3.Connection:
        made = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
        made.text_factory = _text
        return made

    return connect


def _text(raw: bytes) -> str | bytes:
    """SQLite does not look at what it is given as text; what is none stays bytes, and is told with its row."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw


@contextmanager
def database_errors(name: str, password: object = None) -> Iterator[None]:
    """What a database says, as a UserError without the statement and without the password."""
    try:
        yield
    except sa.exc.SQLAlchemyError as e:
        said = " ".join(str(getattr(e, "orig", None) or e).split())
        if password:
            said = said.replace(str(password), "***")
        hint = "is the server up, and are name, user and password right?"
        if not isinstance(e, sa.exc.OperationalError | sa.exc.InterfaceError):
            hint = "leave the column out of the mapping (leave_out), or load a view of the table"
        if "malformed" in said or "not a database" in said:
            hint = "the file is damaged; take a backup of it"
        elif "locked" in said:
            hint = "another program writes to it; try again when it is done"
        elif "no such module" in said:
            hint = "a virtual table of an extension that is not there: take its table out of the mapping (leave_out)"
        raise UserError(f"{name}: {said}", hint) from e
