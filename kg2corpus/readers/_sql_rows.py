"""The rows of a mapped table: one query for each table, and what its rows say.

Tables that are referred to are joined, so that a reference to a row that is not there is seen, and the other row's names are at
hand. Rows come in the order of the key.
"""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from ..types import Term
from . import _vocabulary as v
from ._common import Extra, Log, Row
from ._sql_database import ROWID, Database
from ._sql_map import ColumnMap, Mapping, Reference, TableMap, Template
from ._vocabulary import XSD
from .tsv import escape

SIZE = 2000  # rows that are held at a time
DATATYPES: tuple[tuple[type[sa.types.TypeEngine[Any]], str], ...] = (
    (sa.Boolean, "boolean"),
    (sa.Integer, "integer"),
    (sa.Float, "double"),
    (sa.Numeric, "decimal"),
    (sa.DateTime, "dateTime"),
    (sa.Date, "date"),
    (sa.Time, "time"),
)
WHOLE = {XSD + "integer", XSD + "int", XSD + "long", XSD + "short"}
DATED = {XSD + "date", XSD + "dateTime", XSD + "time"}
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[ T]00:00(:00(\.0*)?)?")
_ZONE = re.compile(r"(?<=\d:\d\d:\d\d)(\.\d+)?[+-]\d\d$")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d.*)")


def datatype_of(kind: sa.types.TypeEngine[Any]) -> str | None:
    """The IRI of the datatype that a column's SQL type stands for: "" for text, None where the values must say it."""
    if isinstance(kind, sa.types.NullType):
        return None
    return next((XSD + name for of, name in DATATYPES if isinstance(kind, of)), "")


def is_blob(kind: sa.types.TypeEngine[Any]) -> bool:
    """Does a column hold bytes?"""
    return isinstance(kind, sa.LargeBinary | sa.types._Binary)


def by_number(database: Database, table: TableMap) -> bool:
    """Is the key of every row one whole number, which then is its position?"""
    if len(table.key) != 1:
        return False
    (column,) = table.key
    if column == ROWID:
        return True
    if not isinstance(database.columns(table.name)[column], sa.Integer):
        return False
    if not database.lite:
        return True
    here = database.selectable(table.name)
    other = sa.select(sa.literal(1)).select_from(here).where(sa.func.typeof(here.c[column]).not_in(("integer", "null")))
    return database.value(other.limit(1)) is None


class Rows:
    """The query of one table, and where its columns stand in a row."""

    def __init__(self, database: Database, mapping: Mapping, table: TableMap) -> None:
        self.database, self.mapping, self.table = database, mapping, table
        self.numbered = by_number(database, table)
        self.at: dict[tuple[str, str], int] = {}
        self.here = database.selectable(table.name)
        self._chosen: list[sa.ColumnElement[Any]] = []
        self.query = self._query()
        # how to write a column's values: datatype, else by the value
        self.datatypes = {c.name: self._datatype(c) for c in table.columns}

    def _datatype(self, column: ColumnMap) -> str | None:
        if column.datatype is not None:
            return column.datatype
        return datatype_of(self.database.columns(self.table.name)[column.name])

    def _query(self) -> sa.Select[Any]:
        database, table, joined = self.database, self.table, self.here
        for column in dict.fromkeys([*table.key, *sorted(table.used() - {*table.leave_out, ROWID})]):
            self._take("", column, database.raw(table.name, column, self.here))
        for reference in dict.fromkeys(table.references):
            other = database.selectable(reference.to, alias=f"to{len(self._chosen)}")
            there = zip(reference.columns, reference.on, strict=True)
            joined = joined.outerjoin(other, sa.and_(*(self.here.c[mine] == other.c[its] for mine, its in there)))
            fields = [column for t in table.templates for name, column in t.fields() if name == reference.name]
            for column in dict.fromkeys([*self.mapping.tables[reference.to].key, *fields]):
                self._take(self._name(reference), column, database.raw(reference.to, column, other))
        order = [self.here.c[c] for c in table.key] or [self.here.c[c] for r in table.references for c in r.columns]
        return sa.select(*self._chosen).select_from(joined).order_by(*order)

    def _name(self, reference: Reference) -> str:
        return f"{reference.name} to {reference.to}" if self.table.subject else reference.name

    def _take(self, reference: str, column: str, taken: sa.ColumnElement[Any]) -> None:
        if (reference, column) not in self.at:
            self.at[reference, column] = len(self._chosen)
            self._chosen.append(taken.label(f"c{len(self._chosen)}"))

    def lists(self) -> Iterator[list[Any]]:
        """The rows as the database gives them, in lists."""
        return self.database.rows(self.query, SIZE)

    def of(self, row: Any, column: str) -> Any:
        """The value of one of the table's own columns."""
        return row[self.at["", column]]

    def key(self, row: Any) -> str:
        """The key of the row's entity, "" where the columns of its key are all empty."""
        return self._key(self.table, [row[self.at["", c]] for c in self.table.key])

    def referred(self, row: Any, reference: Reference) -> str | None:
        """The key of the entity that a row refers to; "" where it refers to none, None where that one is not there."""
        if any(self.of(row, column) is None for column in reference.columns):
            return ""
        other = self.mapping.tables[reference.to]
        name = self._name(reference)
        return self._key(other, [row[self.at[name, c]] for c in other.key]) or None

    def _key(self, table: TableMap, values: list[Any]) -> str:
        if all(value is None for value in values):
            return ""
        return f"{self.mapping.base}{escape(table.name)}/" + "/".join(_in_key(plain(value)) for value in values)

    def said(self, row: Any, template: Template | None) -> str:
        """A template's text for a row, "" where all its columns are empty."""
        if template is None:
            return ""
        texts, empty = [], True
        for part in template.parts:
            if isinstance(part, str):
                texts.append(part)
                continue
            text = plain(row[self.at[part]])
            empty = empty and not text
            texts.append(text)
        return "" if empty else " ".join("".join(texts).split())


def _in_key(text: str) -> str:
    return escape(text).replace("/", "%2F")


def plain(value: Any) -> str:
    """A value as text, for names and keys; "" for none and for bytes."""
    found = texts(value, "")
    return ", ".join(text for text, _ in found)


def texts(value: Any, datatype: str | None) -> list[tuple[str, str]]:
    """(lexical form, datatype) of a value, several for an array, none for NULL, bytes and text that is empty or blank."""
    if value is None or isinstance(value, bytes | bytearray | memoryview):
        return []
    if isinstance(value, list | tuple | set):
        return [found for item in value for found in texts(item, datatype)]
    text, own = _lexical(value)
    if datatype is None:
        return [(text, own)] if text.strip() else []
    if datatype in WHOLE and isinstance(value, float) and value.is_integer():
        text = str(int(value))
    elif datatype == XSD + "decimal" and isinstance(value, float) and math.isfinite(value):
        text = format(Decimal(text), "f")
    elif datatype == XSD + "dateTime":
        text = _ZONE.sub(r"\g<0>:00", _MOMENT.sub(r"\1T\2", text))
    elif datatype == XSD + "date":
        text = _MIDNIGHT.sub(r"\1", text)
    return [(text, datatype)] if text.strip() else []


def _fits(value: Any, datatype: str | None) -> bool:
    """May a value of SQLite, which puts any value into any column, be of the datatype that the column's type stands for?"""
    dated = datatype in DATED
    return not datatype or (dated if isinstance(value, str) else not dated)


def _lexical(value: Any) -> tuple[str, str]:
    """The text of a value, and the datatype that its kind stands for."""
    if isinstance(value, str):
        return value, ""
    if isinstance(value, bool):
        return str(value).lower(), XSD + "boolean"
    if isinstance(value, int):
        return str(value), XSD + "integer"
    if isinstance(value, float):
        special = "NaN" if math.isnan(value) else "INF" if value > 0 else "-INF"
        return repr(value) if math.isfinite(value) else special, XSD + "double"
    if isinstance(value, Decimal):
        return format(value, "f"), XSD + "decimal"
    for kind, name in ((datetime.datetime, "dateTime"), (datetime.date, "date"), (datetime.time, "time")):
        if isinstance(value, kind):
            return value.isoformat(), XSD + name
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True), ""
    return str(value), ""


class Saying:
    """Turns rows into triples, and counts what is left out."""

    def __init__(self, rows: Rows, log: Log) -> None:
        self.rows, self.table, self.log = rows, rows.table, log
        self.base = rows.mapping.base
        self.named: set[str] = set()  # entities made of values that are labelled already
        self.before: str | None = None
        self.ordinal = 0
        self.out: list[Row] = []

    def left(self, what: str) -> None:
        """Count what is left out of this table."""
        self.log.notes[f"{what} in the table {self.table.name}"] += 1

    def list(self, rows: list[Any]) -> list[Row]:
        """The triples of a list of rows."""
        self.out = []
        for row in rows:
            self.ordinal += 1
            position = self.of_number(row) if self.rows.numbered else self.ordinal
            if self.table.subject is None:
                self.entity(row, position)
            else:
                self.fact(row, position)
        return self.out

    def of_number(self, row: Any) -> int:
        value = self.rows.of(row, self.table.key[0])
        return int(value) if value is not None else 0

    def say(self, s: str, p: str, text: str, position: int, datatype: str = "", language: str = "") -> None:
        if "\0" in text:
            self.log.fault(self.table.name, position, f"{p}: a text with a NUL character")
        else:
            self.out.append((s, p, "literal", text, datatype, language, position, None))

    def point(self, s: str, p: str, o: str, position: int) -> None:
        self.out.append((s, p, "iri", o, "", "", position, None))

    def entity(self, row: Any, position: int) -> None:
        """What a row says of the entity that it is."""
        table, rows = self.table, self.rows
        key = rows.key(row)
        if not key:
            self.left("row without a key")
            return
        if key == self.before:
            self.left("row with the same key as another one, taken for the same entity,")
        self.before = key
        if table.type:
            self.typed(key, table.type, position)
        if label := next(filter(None, (rows.said(row, template) for template in table.labels)), ""):
            self.say(key, v.LABEL, label, position, "", table.language)
        elif table.labels:
            self.left("row without a label")
        if text := rows.said(row, table.description):
            self.say(key, v.DESCRIPTION, text, position, "", table.language)
        for column in table.aliases:
            if text := plain(rows.of(row, column)):
                self.say(key, v.ALT_LABEL, text, position, "", table.language)
        for column_ in table.columns:
            for kind, value, datatype in self.values(row, column_, position):
                self.out.append((key, column_.relation, kind, value, datatype, column_.language, position, None))
        for link in table.links:
            other = self.other(row, link.reference)
            if other:
                self.point(key, link.relation, other, position)

    def fact(self, row: Any, position: int) -> None:
        """The fact that a row of a link table is."""
        table = self.table
        assert table.subject is not None
        assert table.object is not None
        subject, object_ = self.other(row, table.subject), self.other(row, table.object)
        if not subject or not object_:
            return
        about = tuple(
            (c.relation, Term("literal" if kind == "literal" else "iri", value, datatype, c.language))
            for c in table.columns
            for kind, value, datatype in self.values(row, c, position)
        )
        extra = Extra(qualifiers=about) if about else None
        self.out.append((subject, table.relation, "iri", object_, "", "", position, extra))

    def other(self, row: Any, reference: Reference) -> str:
        """The entity that a row refers to, "" with a note where there is none."""
        found = self.rows.referred(row, reference)
        if found is None:
            self.left(f"reference ({', '.join(reference.columns)}) to a row of {reference.to} that is not there,")
        elif not found:
            self.left("empty cell (NULL)")
        return found or ""

    def values(self, row: Any, column: ColumnMap, position: int) -> Iterator[tuple[Any, str, str]]:
        """(kind, value, datatype) of what a cell holds."""
        value = self.rows.of(row, column.name)
        datatype = self.rows.datatypes[column.name]
        if column.datatype is None and self.rows.database.lite and not _fits(value, datatype):
            datatype = None
        found = texts(value, datatype)
        if not found:
            bytes_ = isinstance(value, bytes | bytearray | memoryview)
            self.left("empty cell (NULL)" if value is None else "cell of bytes that are no text" if bytes_ else "empty text")
        if column.split:
            found = [(part.strip(), kind) for text, kind in found for part in text.split(column.split) if part.strip()]
        for text, datatype in found:
            if "\0" in text:
                self.log.fault(self.table.name, position, f"{column.name}: a text with a NUL character")
            elif column.type:
                yield "iri", self.valued(text, column.type, position), ""
            else:
                yield "literal", text, "" if column.language else datatype

    def valued(self, text: str, kind: str, position: int) -> str:
        """The entity of that type that a value names."""
        key = f"{self.base}{escape(kind)}/{_in_key(text)}"
        if key not in self.named:
            if len(self.named) >= 100_000:
                self.named.clear()  # what is said again does no harm
            self.named.add(key)
            self.typed(key, kind, position)
            self.say(key, v.LABEL, text, position)
        return key

    def typed(self, key: str, kind: str, position: int) -> None:
        self.point(key, v.TYPE, type_key(kind), position)


def type_key(name: str) -> str:
    """The key of a type: a bare name such as `element` becomes `type:element`."""
    return name if ":" in name else f"type:{name}"
