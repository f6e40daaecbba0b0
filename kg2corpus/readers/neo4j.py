"""Neo4j: `apoc.export.json`, `apoc.export.csv`, and the CSV files of `neo4j-admin database import`.

- JSON: nodes and relationships, one object a line. One array, or `{"nodes": ..., "rels": ...}`, is read up to 32 MiB, since it
  must be held as a whole. A file that begins with a relationship has no nodes: its ends say what is known of them.
- CSV of APOC: one file with the columns `_id, _labels, ..., _start, _end, _type, ...`. CSV of neo4j-admin: files of nodes with
  a column `:ID`, of relationships with `:START_ID` and `:END_ID`; the first line names the columns, `name:type`. Each file is a
  source of its own; ids are shared by (id space, id). What is most frequent in the first line of comma, tab, semicolon and bar
  parts the cells, `array` the values of a list. `type` and `relation` say what the rows are where no :LABEL or :TYPE does.
  Columns :IGNORE and cells without a value say nothing.

A node is an entity: its key is the property that `key` names, else `node:<id>`, or `<id space>:<id>`, after `prefix`. The first
property of `label` that has a text is its label, its labels are types; `description`, `alias`, `aliases` and `alt_label` are
what they say, other properties are facts. A relationship is a triple with its type as it stands; its properties are qualifiers.
Lists are several values; a map `a: {b: 1}` is the property `a_b`; points read `56.7, 12.78`; a text that is a date, or a date
with a time, is one (in neo4j-admin's CSV the column says so). The id of neo4j-admin is a property too only if `label` names it.
A position is the line, in one array or object the ordinal of the record. Held in memory are the names of properties and types,
and with `key` the keys of all nodes.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from ..errors import UserError, near
from ..types import Term, Triple
from . import _vocabulary as v
from ._common import Log, text_lines
from ._open import lines, open_bytes
from .graphml import DATATYPES, Property, PropertyGraph, literal

SUFFIXES = (".json", ".jsonl", ".csv")
LABEL = "name,title,label"
WHOLE = 1 << 25  # one array or object
_RECORD, _PARTS = re.compile(r'"type"\s*:\s*"(?:node|relationship)"'), re.compile(r'"(?:labels|label|properties)"\s*:')
_WHOLE = re.compile(r'\s*(?:\[|\{\s*"(?:nodes|rels|relationships)"\s*:)')
_COLUMN = re.compile(r"(?P<name>.*?)(?::(?P<kind>\w+(?:\[\])?)(?:\((?P<space>[^()]*)\))?(?:\{.*\})?)?", re.DOTALL)
_ROLES = ("ID", "LABEL", "START_ID", "END_ID", "TYPE", "IGNORE")
_APOC = {"_id": "ID", "_labels": "LABEL", "_start": "START_ID", "_end": "END_ID", "_type": "TYPE"}
_KINDS = {
    **DATATYPES,
    **dict.fromkeys(("string", "char", "point", "array"), ""),
    **{name: v.XSD + name for name in ("date", "time", "duration")},
    **dict.fromkeys(("datetime", "localdatetime"), v.XSD + "dateTime"),
    "localtime": v.XSD + "time",
}
_AXES = (("latitude", "longitude", "height"), ("x", "y", "z"))
_AXIS = re.compile(r"(\w+)\s*:\s*([-+.\deE]+)")
_DAYS, _HOURS = "([0-9]+Y)?([0-9]+M)?([0-9]+D)?", r"([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?"
_TIME = r"(?P<time>\d\d:\d\d)(?P<seconds>:\d\d(?:\.\d+)?)?(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?(?:\[[\w/+:-]+\])?"
_TEMPORAL = {
    v.XSD + "date": re.compile(r"(?P<date>\d{4}-\d\d-\d\d)", re.ASCII),
    v.XSD + "dateTime": re.compile(rf"(?P<date>\d{{4}}-\d\d-\d\dT){_TIME}", re.ASCII),
    v.XSD + "time": re.compile(f"(?P<date>){_TIME}", re.ASCII),
    v.XSD + "duration": re.compile(rf"(?P<date>-?P(?=[0-9T]){_DAYS}(T(?=[0-9]){_HOURS})?)"),
}
_UNSOUND = re.compile("[\ud800-\udfff\x00]")


class _Fault(Exception):
    """What is wrong with one record."""


def temporal(text: str, *datatypes: str) -> Term:
    """A date or time, in the form of XML Schema, of the first of the datatypes that the text fits; else a text.

    Neo4j leaves out seconds that are zero, writes zones as +0100, and names a zone in brackets, which is not kept.
    """
    for datatype in datatypes:
        if found := _TEMPORAL[datatype].fullmatch(text):
            part = found.groupdict()
            whole = part["date"]
            if "time" in part:
                zone = part["zone"] or ""
                zone = f"{zone[:3]}:{zone[3:].lstrip(':') or '00'}" if len(zone) > 1 else zone
                whole += part["time"] + (part["seconds"] or ":00") + zone
            with suppress(ValueError):
                if datatype != v.XSD + "duration":
                    datetime.fromisoformat(whole if part["date"] else f"2000-01-01T{whole}")
                return Term("literal", whole, datatype)
    return Term("literal", text)


def terms(name: str, value: Any) -> Iterator[Property]:
    """The values of a property as they stand in JSON; null gives one empty value."""
    if isinstance(value, list):
        for inner in value:
            yield from terms(name, inner)
    elif isinstance(value, dict):
        axes = next((a for a in _AXES if all(isinstance(value.get(k), int | float) for k in a[:2])), ())
        if axes:
            yield name, Term("literal", ", ".join(str(value[a]) for a in axes if value.get(a) is not None))
        else:
            for key, inner in value.items():
                yield from terms(f"{name}_{key}", inner)
    elif isinstance(value, bool | int | float):
        kind = "boolean" if isinstance(value, bool) else "integer" if isinstance(value, int) else "double"
        yield name, literal(str(value), v.XSD + kind)
    else:
        yield name, temporal(value or "", v.XSD + "date", v.XSD + "dateTime")


@dataclass
class _Export:
    """One file while it is read: nodes and relationships become triples. The options are those of `read`."""

    graph: PropertyGraph
    key: str
    prefix: str
    array: str
    type: str
    relation: str
    keys: dict[str, str] = field(default_factory=dict)
    alone: bool | None = None  # relationships without nodes?

    def entity(self, id_: str, space: str = "") -> str:
        return f"{self.prefix}{space or 'node'}:{id_}"

    def node(self, at: int, id_: str, types: Iterable[str], found: list[Property], space: str = "") -> Iterator[Triple]:
        key = self.entity(id_, space)
        if self.key:
            own = next((term.value.strip() for name, term in found if name == self.key and term.value.strip()), "")
            key = self.keys[id_] = self.prefix + own if own else key
        return self.graph.node(key, filter(None, map(str.strip, types)), found, at)

    def end(self, id_: str, space: str = "") -> str:
        if self.key and id_ not in self.keys:
            raise _Fault(f"node '{id_}' does not stand before its relationship, so its '{self.key}' (key=) is not known")
        return self.keys.get(id_) or self.entity(id_, space)

    def record(self, at: int, record: Any) -> Iterator[Triple]:
        """The triples of one JSON record."""
        kind = record.get("type") if isinstance(record, dict) else None
        if kind not in ("node", "relationship"):
            raise _Fault(f'expected an object with "type": "node" or "relationship", found {_shown(record)}')
        if self.alone is None:
            self.alone = kind == "relationship"
        found = [one for name, value in _part(record, "properties", dict, {}).items() for one in terms(name, value)]
        if not all(name.strip() for name, _ in found):
            raise _Fault("a property has no name")
        if kind == "node":
            labels = _part(record, "labels", list, [])
            if not all(isinstance(one, str) for one in labels):
                raise _Fault(f'"labels" is no list of texts but {_shown(labels)}')
            yield from self.node(at, _id(record), labels, found)
            return
        ends = [{**_part(record, name, dict, {}), "type": "node"} for name in ("start", "end")]
        label = _part(record, "label", str, "").strip()
        if not label:
            raise _Fault('the relationship has no "label"')
        for one in ends if self.alone else ():
            yield from self.record(at, one)
        yield from self.graph.edge(self.end(_id(ends[0])), label, self.end(_id(ends[1])), found, at)

    def row(self, at: int, row: list[str], columns: list[_Column], apoc: bool) -> Iterator[Triple]:
        """The triples of one row of CSV."""
        if len(row) != len(columns):
            raise _Fault(f"expected {len(columns)} columns, found {len(row)}")
        found: list[Property] = []
        cells: dict[str, tuple[str, str]] = {}  # role -> cell, id space
        names = {name.strip().casefold() for name in self.graph.label.split(",")}
        for column, cell in zip(columns, row, strict=True):
            if column.role and cell.strip():
                cells[column.role] = cell.strip(), column.space
            if cell.strip() and (not column.role or (column.role == "ID" and column.name.casefold() in names)):
                found += column.values(cell, self.array, apoc)
        if "ID" in cells:
            types = cells.get("LABEL", (self.type, ""))[0]
            apart = types.split(":" if types.startswith(":") else self.array)
            yield from self.node(at, cells["ID"][0], apart, found, cells["ID"][1])
            return
        relation = cells.get("TYPE", (self.relation, ""))[0]
        wanted = {"START_ID": "start", "END_ID": "end", "TYPE": "type"}
        if lacking := [name for role, name in wanted.items() if role not in cells and not (role == "TYPE" and relation)]:
            nodes = "neither the id of a node, nor a relationship: " if any(column.role == "ID" for column in columns) else ""
            raise _Fault(f"{nodes}no {' and no '.join(lacking)}")
        yield from self.graph.edge(self.end(*cells["START_ID"]), relation, self.end(*cells["END_ID"]), found, at)


def _shown(value: Any) -> str:
    return json.dumps(value)[:80]


def _part(record: dict[str, Any], name: str, kind: type, default: Any) -> Any:
    part = record.get(name)
    if part is not None and not isinstance(part, kind):
        wanted = {"dict": "an object", "list": "a list", "str": "a text"}[kind.__name__]
        raise _Fault(f'"{name}" is not {wanted} but {_shown(part)}')
    return default if part is None else part


def _id(record: dict[str, Any]) -> str:
    id_ = record.get("id")
    if isinstance(id_, bool) or not isinstance(id_, str | int) or not str(id_).strip():
        raise _Fault(f'the node has no "id" but {_shown(id_)}' if id_ is not None else 'the node has no "id"')
    return str(id_)


def _no_json(e: Exception) -> str:
    if isinstance(e, json.JSONDecodeError):
        return f"no JSON: {e.msg} (column {e.colno})"
    return "JSON nested too deeply" if isinstance(e, RecursionError) else f"no JSON that can be read: {e}"


def _lines(source: Path, log: Log) -> Iterator[tuple[int, Any]]:
    """The records of JSON Lines with their line numbers."""
    for at, text in text_lines(source, log):
        if text.strip():
            try:
                yield at, json.loads(text)
            except (ValueError, RecursionError) as e:
                log.fault(source.name, at, _no_json(e))


def _whole(f: IO[bytes], name: str) -> Iterator[tuple[int, Any]]:
    """The records of one array, or of the sections of one object, numbered from 1."""
    hint = "export it as JSON Lines (APOC's default), or convert it: jq -c '.[]', or jq -c '.nodes[], .rels[]'"
    if len(text := f.read(WHOLE + 1)) > WHOLE:
        raise UserError(f"{name}: one JSON array or object of more than {WHOLE >> 20} MiB", hint)
    try:
        document = json.loads(text.decode("utf-8", "surrogateescape").removeprefix("\ufeff"))
    except (ValueError, RecursionError) as e:
        line = f":{e.lineno}" if isinstance(e, json.JSONDecodeError) else ""
        raise UserError(f"{name}{line}: {_no_json(e)}", "correct it; nothing was written") from e
    sections = list(document.values()) if isinstance(document, dict) else [document]
    if not all(isinstance(part, list | dict) for part in sections):
        raise UserError(f"{name}: beside lists of nodes and relationships it holds something else", hint)
    yield from enumerate((one for part in sections for one in (part.values() if isinstance(part, dict) else part)), 1)


@dataclass(frozen=True)
class _Column:
    name: str
    role: str
    kind: str  # lower case; "" for none
    listed: bool
    space: str

    def values(self, cell: str, array: str, apoc: bool) -> Iterator[Property]:
        """The properties that a cell gives."""
        if self.kind == "point" and (axes := _AXIS.findall(cell)):
            with suppress(ValueError):
                yield from terms(self.name, {name: float(number) for name, number in axes})
                return
        if apoc and (cell[0] in "[{" or self.kind in ("", "array")):
            value: Any = cell
            if cell[0] in "[{":
                with suppress(ValueError):  # else a text that only begins so
                    value = json.loads(cell)
            yield from terms(self.name, value)
            return
        datatype = _KINDS.get(self.kind, "")
        for text in cell.split(array) if self.listed else [cell]:
            yield self.name, temporal(text, datatype) if datatype in _TEMPORAL else literal(text, datatype)


def _columns(line: str) -> tuple[list[_Column], str, bool]:
    """The columns that a first line names, what parts them, whether APOC wrote it; no columns if it is no such line."""
    delimiter = max(",\t;|", key=line.count)
    names = []
    with suppress(csv.Error, StopIteration):
        names = next(csv.reader([line], delimiter=delimiter))
    apoc = any(name.partition(":")[0] in ("_id", "_start") for name in names)
    columns = []
    for name in names:
        found = _COLUMN.fullmatch(name)
        bare, kind, space = (found["name"], found["kind"] or "", found["space"] or "") if found else (name, "", "")
        role = _APOC.get(bare, "") if apoc else kind if kind in _ROLES else ""
        plain = kind.removesuffix("[]").lower()
        if apoc and not role and plain not in _KINDS:
            bare, plain = name, ""  # a property with a colon in its name
        columns.append(_Column(bare.strip(), role, plain, kind.endswith("[]"), space))
    whole = {column.role for column in columns} & {"ID", "START_ID", "END_ID"}
    return (columns if "ID" in whole or len(whole) == 2 else []), delimiter, apoc


class _Feed:
    """The lines of a CSV file for its parser. `size` is that of the record so far."""

    def __init__(self, f: IO[bytes], name: str, longest: int) -> None:
        self.f, self.name, self.longest, self.size = f, name, longest, 0

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(lines(self.f, self.name, self.longest), 1):
            self.size += len(line)
            if self.size > self.longest:
                what = f"{self.name}:{number}: a record of more than {self.longest:,} bytes ends or goes on here"
                raise UserError(what, "a quotation mark may be missing; if such records are right, allow them with --max-line")
            yield line.decode("utf-8", "surrogateescape")


def _table(f: IO[bytes], line: str, export: _Export) -> Iterator[tuple[int, Iterator[Triple]]]:
    """The records of a CSV file with the numbers of their first lines."""
    name, log = export.graph.file, export.graph.log
    columns, delimiter, apoc = _columns(line)
    if not columns:
        what = f"{name}: no export of Neo4j: neither JSON, nor CSV whose first line has :ID, :START_ID and :END_ID, or _id"
        raise UserError(what, "use apoc.export.json, apoc.export.csv, or the files for neo4j-admin with their first lines")
    if export.key and not apoc:
        raise UserError(f"{name}: key= does not work for files of neo4j-admin", "what stands in their columns :ID is the key")
    for place, column in enumerate(columns, 1):
        if not column.name and not column.role:
            raise UserError(f"{name}:1: column {place} has no name", "name it, or make it :IGNORE")
        if column.kind and not column.role and column.kind not in _KINDS:
            hint = near(column.kind, {*_KINDS, *_ROLES})
            raise UserError(f"{name}:1: column '{column.name}' has the unknown type '{column.kind}'", hint)
    roles = [column.role for column in columns]
    if "ID" not in roles and "TYPE" not in roles and not export.relation:
        raise UserError(f"{name}:1: no column :TYPE", "say with relation= what its relationships are")
    if roles.count("ID") > 1:
        raise UserError(f"{name}:1: several columns :ID", "an id of several columns is not read: give each node one id")
    feed = _Feed(f, name, log.max_line)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        at, feed.size = reader.line_num + 1, 0
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as e:
            log.fault(name, at, f"no CSV: {e}")
            continue
        if row and at > 1:
            yield at, export.row(at, row, columns, apoc)


def _sound(triples: list[Triple]) -> list[Triple]:
    """The triples of a record, if all its texts can be stored."""
    for t in triples:
        for text in (t.subject, t.predicate, t.object.value, *(x for name, o in t.qualifiers for x in (name, o.value))):
            if odd := _UNSOUND.search(text):
                code = ord(odd[0])  # bytes that are no UTF-8 are decoded to 0xDC80 and up
                is_byte = 0xDC80 <= code <= 0xDCFF
                raise _Fault(f"not UTF-8: byte 0x{code - 0xDC00:02x}" if is_byte else f"U+{code:04X}, which is no character")
    return triples


def _start(head: bytes) -> str:
    return head.decode("utf-8", "replace").removeprefix("\ufeff")


def looks(head: bytes) -> bool:
    """Whether a file that begins so is one of these."""
    text = _start(head)
    if text.lstrip()[:1] in ("{", "["):
        return bool(_RECORD.search(text) and _PARTS.search(text))
    return bool(_columns(text.partition("\n")[0].rstrip("\r"))[0])


def read(
    source: Path, *, log: Log | None = None, label: str = LABEL, key: str = "", prefix: str = "", array: str = ";",
    type: str = "", relation: str = "",
) -> Iterator[Triple]:  # fmt: skip
    """The triples of one file. `label` are names of properties, parted by commas; the other options as said above."""
    if not array:
        raise UserError(f"{source.name}: array= is empty", "it is what parts the values of a list, such as ;")
    own = log or Log()
    export = _Export(PropertyGraph(source.name, own, label), key, prefix, array, type, relation)
    with open_bytes(source) as f:
        head = _start(f.read(1 << 16))
        f.seek(0)
        told = _table(f, head.partition("\n")[0].rstrip("\r"), export)
        if head.lstrip()[:1] in ("{", "["):
            records = _whole(f, source.name) if _WHOLE.match(head) else _lines(source, own)
            told = ((at, export.record(at, record)) for at, record in records)
        for at, triples in told:
            try:
                whole = _sound(list(triples))
            except (_Fault, RecursionError) as e:
                own.fault(source.name, at, str(e) if isinstance(e, _Fault) else "a value is nested too deeply")
            else:
                yield from whole
    export.graph.check(LABEL)
    if log is None:
        own.check()


_JSON = """{"type":"node","id":"1","labels":["Person"],"properties":{"name":"Ada","born":1815}}
{"type":"relationship","id":"7","label":"KNOWS","properties":{"since":[1833]},"start":{"id":"1"},"end":{"id":"2"}}
"""
_SINCE = (("since", Term("literal", "1833", v.XSD + "integer")),)
_ADA = [
    Triple("node:1", v.LABEL, Term("literal", "Ada"), 1),
    Triple("node:1", v.TYPE, Term("iri", "type:Person"), 1),
    Triple("node:1", "born", Term("literal", "1815", v.XSD + "integer"), 1),
    Triple("node:1", "KNOWS", Term("iri", "node:2"), 2, qualifiers=_SINCE),
]
SAMPLE: dict[str, tuple[str | dict[str, str], list[Triple]]] = {
    "people.jsonl": (_JSON, _ADA),
    "people.json": (f"[{','.join(_JSON.splitlines())}]", _ADA),
    "knows.csv": (":START_ID,:END_ID,:TYPE,since:int[]\n1,2,KNOWS,1833\n", _ADA[3:]),
}
