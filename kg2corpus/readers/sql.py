"""SQL databases by a mapping file (YAML): a table is a type, a foreign key a relation, a column a literal.

The file names the database and says what its tables, columns and foreign keys are; `kg2corpus map` drafts one. A database is a
file of SQLite or a URL that SQLAlchemy knows (`postgresql+psycopg://me:${PGPASSWORD}@host/shop`); variables in braces come from
the environment. `docs/loading.md` shows a mapping with all its keys.

A position is the primary key of the row where that is one whole number, else the row's ordinal in the order of its key; the
member of the source is the table. Everything is read in one transaction, in the order of the keys. Memory: 2,000 rows.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ..errors import UserError
from ..types import Term, Triple
from . import _vocabulary as v
from ._common import Batch, Log, Row, to_triples
from ._sql_database import Database, opened
from ._sql_map import Mapping, database_of, parse
from ._sql_rows import Rows, Saying, is_blob, plain, type_key

SUFFIXES = (".yaml", ".yml")
_LOOKS = re.compile(rb"^(database|'database'|\"database\")[ \t]*:", re.MULTILINE)
SHOWN = 60  # characters of a value that are shown of a row


def looks(head: bytes) -> bool:
    """Does the file name a database?"""
    return _LOOKS.search(head) is not None


def read(source: Path, *, log: Log | None = None) -> Iterator[Triple]:
    """The triples of the tables that a mapping file names. Raises UserError for faults of the mapping and of the database."""
    own = log or Log()
    yield from to_triples(batches(source, own))
    if log is None:
        own.check()


def batches(source: Path, log: Log) -> Iterator[Batch]:
    """The fast path: rows, a table after the other; first what the mapping itself says."""
    with _mapped(source) as (database, mapping):
        tables = [Rows(database, mapping, table) for table in mapping.tables.values()]
        _count_the_rest(database.tables, mapping, tables, log)
        yield "", list(_schema(mapping, tables))
        for rows in tables:
            saying = Saying(rows, log)
            for part in rows.lists():
                yield rows.table.name, saying.list(part)


@contextmanager
def _mapped(source: Path) -> Iterator[tuple[Database, Mapping]]:
    with opened(database_of(source), source.parent, f"{source.name}: ") as database:
        yield database, parse(source, database)


def _schema(mapping: Mapping, tables: list[Rows]) -> Iterator[Row]:
    """What the mapping says about relations and types; positions are its lines."""
    said: set[tuple[str, str, str]] = set()

    def say(s: str, p: str, kind: Any, o: str, line: int) -> Iterator[Row]:
        if o and (s, p, o) not in said:
            said.add((s, p, o))
            yield s, p, kind, o, "", "", line, None

    ranges: dict[str, set[str | None]] = {}
    for rows in tables:
        for c in rows.table.columns:
            ranges.setdefault(c.relation, set()).add(None if c.type else rows.datatypes[c.name])
    for rows in tables:
        table = rows.table
        for name, line in [(table.type, table.line), *((c.type, c.line) for c in table.columns)]:
            yield from say(type_key(name), v.LABEL, "literal", "" if ":" in name else name, line)
        for c in table.columns:
            if len(ranges[c.relation]) == 1 and not c.type:
                yield from say(c.relation, v.RANGE, "iri", rows.datatypes[c.name] or "", c.line)
            yield from say(c.relation, v.UNIT, "literal", c.unit, c.line)
            yield from say(c.relation, v.DESCRIPTION, "literal", c.description, c.line)
        for link in table.links:
            yield from say(link.relation, v.INVERSE, "iri", link.inverse, link.reference.line)
        if table.subject:
            yield from say(table.relation, v.INVERSE, "iri", table.inverse, table.line)


def _count_the_rest(names: tuple[str, ...], mapping: Mapping, tables: list[Rows], log: Log) -> None:
    """Count what the mapping leaves aside: tables, and columns of those that it maps."""
    named = {*mapping.tables, *mapping.leave_out}
    for what, tables_ in (("leaves out", mapping.leave_out), ("does not name", [n for n in names if n not in named])):
        if tables_:
            log.notes[f"table that the mapping {what}: {_some(tables_)}"] += len(tables_)
    for rows in tables:
        table = rows.table
        there = rows.database.columns(table.name)
        for what, columns in (("leaves out", table.leave_out), ("does not name", there.keys() - table.used())):
            if columns:
                log.notes[f"column of {table.name} that the mapping {what}: {_some(columns)}"] += len(columns)


def _some(names: Iterable[str]) -> str:
    listed = sorted(names)
    return ", ".join(listed[:10]) + (", ..." if len(listed) > 10 else "")


def fingerprint(source: Path, options: Any = None) -> str:
    """sha256 of the mapping and of all rows that it takes: the same for the same content, wherever the database is."""
    whole = hashlib.sha256(source.read_bytes())
    with _mapped(source) as (database, mapping):
        for table in mapping.tables.values():
            whole.update(f"\0table {table.name}\n".encode())
            for part in Rows(database, mapping, table).lists():
                whole.update(repr([_fixed(row) for row in part]).encode("utf-8", "backslashreplace"))
    return whole.hexdigest()


def _fixed(row: Any) -> tuple[Any, ...]:
    return tuple(bytes(value) if isinstance(value, memoryview | bytearray) else value for value in row)


def place(source: Path, file: str, position: int) -> tuple[str, str]:
    """Where a statement stands, as a person finds it again, and the row itself; as much of it as the database still tells."""
    if not file:
        lines = source.read_text(encoding="utf-8").splitlines()
        return f"{source.name}:{position}", lines[position - 1] if position <= len(lines) else ""
    bare = f"{source.name}: table {file}, row {position}"
    try:
        with _mapped(source) as (database, mapping):
            if file not in mapping.tables:
                return bare, ""
            return _shown(Rows(database, mapping, mapping.tables[file]), position) or (bare, "")
    except UserError:  # the database is not there any more
        return bare, ""


def _shown(rows: Rows, position: int) -> tuple[str, str] | None:
    table, database = rows.table, rows.database
    columns = [c for c, kind in database.columns(table.name).items() if not is_blob(kind)]
    query = sa.select(*(database.raw(table.name, c, rows.here) for c in dict.fromkeys([*table.key, *columns])))
    if rows.numbered:
        query = query.where(rows.here.c[table.key[0]] == position)
    else:
        order = [rows.here.c[c] for c in table.key] or [rows.here.c[c] for r in table.references for c in r.columns]
        query = query.order_by(*order).offset(position - 1)
    found = next(database.rows(query.limit(1), 1), [])
    if not found:
        return None
    told = dict(zip(dict.fromkeys([*table.key, *columns]), map(plain, found[0]), strict=True))
    key = ", ".join(f"{c}={_short(told[c])}" for c in table.key) or f"row {position}"
    return f"{database.name}: table {table.name}, {key}", ", ".join(f"{c}={_short(told[c])}" for c in columns if told[c])


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN else flat[: SHOWN - 3] + "..."


_SAMPLE_MAP = """database: towns.db
base: "towns:"
tables:
  country:
    type: country
    label: name
  town:
    type: town
    label: name
    columns:
      people: {relation: population, unit: inhabitants}
    links:
      - {columns: [country], to: country, relation: country}
"""
_SAMPLE_SQL = """
CREATE TABLE country (code TEXT PRIMARY KEY, name TEXT);
CREATE TABLE town (id INTEGER PRIMARY KEY, name TEXT, people INT, country TEXT REFERENCES country);
INSERT INTO country VALUES ('BTN', 'Bhutan');
INSERT INTO town VALUES (7, 'Thimphu', 114551, 'BTN'), (9, 'Paro', NULL, 'BTN');
"""


def _sample(folder: Path) -> None:
    with sqlite3.connect(folder / "towns.db") as made:
        made.executescript(_SAMPLE_SQL)
    made.close()
    (folder / "towns.map.yaml").write_text(_SAMPLE_MAP, encoding="utf-8")


_INTEGER = v.XSD + "integer"
SAMPLE = {
    "towns.map.yaml": (
        _sample,
        [
            Triple("type:country", v.LABEL, Term("literal", "country"), 4),
            Triple("type:town", v.LABEL, Term("literal", "town"), 7),
            Triple("population", v.RANGE, Term("iri", _INTEGER), 11),
            Triple("population", v.UNIT, Term("literal", "inhabitants"), 11),
            Triple("towns:country/BTN", v.TYPE, Term("iri", "type:country"), 1, "country"),
            Triple("towns:country/BTN", v.LABEL, Term("literal", "Bhutan"), 1, "country"),
            Triple("towns:town/7", v.TYPE, Term("iri", "type:town"), 7, "town"),
            Triple("towns:town/7", v.LABEL, Term("literal", "Thimphu"), 7, "town"),
            Triple("towns:town/7", "population", Term("literal", "114551", _INTEGER), 7, "town"),
            Triple("towns:town/7", "country", Term("iri", "towns:country/BTN"), 7, "town"),
            Triple("towns:town/9", v.TYPE, Term("iri", "type:town"), 9, "town"),
            Triple("towns:town/9", v.LABEL, Term("literal", "Paro"), 9, "town"),
            Triple("towns:town/9", "country", Term("iri", "towns:country/BTN"), 9, "town"),
        ],
    )
}

