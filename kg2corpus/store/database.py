"""Where a store lies, and one way to talk to SQLite and to PostgreSQL: plain SQL with `?`, and whole columns in bulk.

`--db` is a path (`kg.db`, `sqlite:///kg.db`) or a URL (`postgresql+psycopg://me@host/kg`), with `#name` behind it for one of
several graphs of a store.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import URL, Engine, NullPool, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.schema import CreateIndex, CreateTable

from ..errors import UserError
from .schema import Tables, tables

_NAMED = re.compile(r"(.*)#([a-z][a-z0-9_]{0,30})", re.DOTALL)
PART = 1 << 15  # rows that are made at a time
AT_ONCE = 2_000  # variables of a statement: with many rows a statement, SQLite takes rows in four times as fast
HINT = "give a path such as kg.db, or postgresql+psycopg://user@host/database"


@dataclass(frozen=True)
class Place:
    """Where a store lies: the file of SQLite, or the URL of a server; and which of its graphs is meant ("" the only one)."""

    path: Path | None
    url: URL | None
    graph: str

    @property
    def tables(self) -> Tables:
        return tables(f"{self.graph}__" if self.graph else "")

    @property
    def shown(self) -> str:
        """The place for people; a password is not shown."""
        where = str(self.path) if self.url is None else self.url.render_as_string(hide_password=True)
        return f"{where}#{self.graph}" if self.graph else where


def place(db: str) -> Place:
    """What `--db` says. Raises UserError for what is no URL, and for databases other than SQLite and PostgreSQL."""
    found = None if Path(db).exists() else _NAMED.fullmatch(db)
    where, graph = (found[1], found[2]) if found else (db, "")
    if "://" not in where:
        return Place(Path(where), None, graph)
    try:
        url = make_url(where)
    except ArgumentError:
        raise UserError(f"not a database URL: {where}", HINT) from None
    if url.get_backend_name() == "sqlite" and url.database:
        return Place(Path(url.database), None, graph)
    if url.get_backend_name() != "postgresql":
        raise UserError(f"{url.get_backend_name()} stores are not supported: {url.render_as_string()}", HINT)
    return Place(None, url.set(drivername="postgresql+psycopg"), graph)


def engine_of(where: Place, *, create: bool = False) -> Engine:
    """An engine on a store's database. Of SQLite, transactions are opened by whoever writes (`BEGIN IMMEDIATE`)."""
    if where.url is not None:
        try:
            return create_engine(where.url, poolclass=NullPool)
        except (NoSuchModuleError, ImportError) as e:
            raise UserError(f"PostgreSQL needs psycopg: {e}", 'pip install "kg2corpus[postgres]"') from e
    assert where.path is not None
    uri = f"{where.path.resolve().as_uri()}?mode={'rwc' if create else 'rw'}"

    def connect_file() -> sqlite3.Connection:
        return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=5.0, check_same_thread=False)

    # no pool: a connection that is shared would take part in another's transaction
    return create_engine("sqlite://", creator=connect_file, poolclass=NullPool)


class Sql:
    """A driver's connection under one small interface: `?` for parameters, whole columns in and out."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver
        self.sqlite = isinstance(driver, sqlite3.Connection)

    def run(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """Run one statement; returns the driver's cursor, which can be iterated and has `rowcount`."""
        if self.sqlite:
            return self.driver.execute(sql, values)
        return self.driver.execute(sql.replace("%", "%%").replace("?", "%s") if values else sql, values or None)

    def one(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The first column of the first row."""
        return self.run(sql, values).fetchone()[0]

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each of the rows."""
        if self.sqlite:
            self.driver.executemany(sql, rows)
        else:
            with self.driver.cursor() as cursor:
                cursor.executemany(sql.replace("?", "%s"), list(rows))

    def bulk(self, table: str, columns: dict[str, Any]) -> int:
        """Append rows to a table: columns (Arrow or NumPy arrays, or one value for all rows) by name. Returns how many."""
        sized = next(c for c in columns.values() if not isinstance(c, str | int | bool | type(None)))
        count = len(sized)
        if not count:
            return 0
        if self.sqlite:
            self._insert(table, columns, count)
        else:
            self._copy(table, columns, count)
        return count

    def _insert(self, table: str, columns: dict[str, Any], count: int) -> None:
        """Many rows a statement; what is the same for all rows stands in its text."""
        varied = {name: c for name, c in columns.items() if not isinstance(c, str | int | bool | type(None))}
        row = "(" + ", ".join("?" if name in varied else _constant(c) for name, c in columns.items()) + ")"
        head = f"INSERT INTO {table} ({_listed(columns)}) VALUES "
        step = max(1, AT_ONCE // len(varied))
        many, width = head + ", ".join([row] * step), len(varied) * step

        def take_in(flat: list[Any], whole: int) -> None:
            self.driver.executemany(many, [flat[i : i + width] for i in range(0, whole, width)])
            if rest := len(flat) - whole:
                self.driver.execute(head + ", ".join([row] * (rest // len(varied))), flat[whole:])

        with ThreadPoolExecutor(1) as beside:  # SQLite takes rows in while the next ones are made
            taking: Future[None] | None = None
            for start in range(0, count, PART):
                part = min(count - start, PART)
                lists = [_python(c[start : start + part]) for c in varied.values()]
                flat = list(chain.from_iterable(zip(*lists, strict=True)))
                if taking is not None:
                    taking.result()
                taking = beside.submit(take_in, flat, part // step * width)
            if taking is not None:
                taking.result()

    def _copy(self, table: str, columns: dict[str, Any], count: int) -> None:
        """COPY in text form, made by whole-column operations."""
        command = f"COPY {table} ({_listed(columns)}) FROM STDIN"
        with self.driver.cursor() as cursor, cursor.copy(command) as copy:
            for start in range(0, count, PART):
                part = min(count - start, PART)
                cells = [_cells(c, start, part) for c in columns.values()]
                lines = pc.binary_join_element_wise(*cells, pa.scalar("\t", pa.large_string()))
                text = pc.binary_join_element_wise(lines, pa.scalar("", pa.large_string()), pa.scalar("\n", pa.large_string()))
                _, offsets, data = text.buffers()
                copy.write(memoryview(data)[: int(memoryview(offsets).cast("B").cast("q")[len(text)])])

    def fetch(self, sql: str, schema: pa.Schema, values: Sequence[Any] = ()) -> pa.Table:
        """The rows of a query as an Arrow table with this schema."""
        batches = []
        cursor = self.run(sql, values)
        while rows := cursor.fetchmany(1 << 15):
            arrays = [pa.array(c, f.type) for c, f in zip(zip(*rows, strict=True), schema, strict=True)]
            batches.append(pa.record_batch(arrays, schema=schema))
        return pa.Table.from_batches(batches, schema)

    def create(self, made: Tables, engine: Engine) -> None:
        """Make the tables, without indexes (`index` makes them when the rows are there, which is faster)."""
        for table in made.all.sorted_tables:
            self.run(str(CreateTable(table).compile(engine)))

    def index(self, made: Tables, engine: Engine) -> None:
        """Make the indexes."""
        for table in made.all.sorted_tables:
            for index in sorted(table.indexes, key=lambda i: str(i.name)):
                self.run(str(CreateIndex(index).compile(engine)))

    def names(self) -> set[str]:
        """The tables that there are."""
        if self.sqlite:
            return {name for (name,) in self.run("SELECT name FROM sqlite_master WHERE type = 'table'")}
        return {name for (name,) in self.run("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")}


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)  # some names are reserved words of PostgreSQL


def _constant(value: Any) -> str:
    if value is None:
        return "NULL"
    return f"'{value}'" if isinstance(value, str) else str(int(value))


def _python(column: Any) -> list[Any]:
    if isinstance(column, np.ndarray):
        values: list[Any] = column.tolist()
        return values
    if pa.types.is_string(column.type) and len(column) > 64:
        column = column.dictionary_encode()
        if 2 * len(column.dictionary) > len(column):
            column = column.dictionary_decode()
    if pa.types.is_dictionary(column.type):
        named = column.dictionary.to_pylist()
        return [named[code] for code in column.indices.to_numpy(zero_copy_only=False).tolist()]
    if pa.types.is_integer(column.type) and not column.null_count:
        return _python(column.to_numpy(zero_copy_only=False))
    values = column.to_pylist()
    return values


def _cells(column: Any, start: int, count: int) -> pa.Array:
    """Cells of COPY's text form as an array of strings; one value for all rows as an array too."""
    if isinstance(column, str | int | bool | type(None)):
        return pa.array(["\\N" if column is None else str(column)], pa.large_string()).take(pa.array([0] * count))
    part = column[start : start + count]
    part = part.combine_chunks() if isinstance(part, pa.ChunkedArray) else part
    array = part if isinstance(part, pa.Array) else pa.array(part)
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    texts = array.cast(pa.large_string())
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        for raw, said in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
            if pc.any(pc.match_substring(texts, raw)).as_py():
                texts = pc.replace_substring(texts, raw, said)
    return pc.fill_null(texts, "\\N") if texts.null_count else texts
