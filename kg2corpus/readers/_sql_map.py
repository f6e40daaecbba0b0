"""The mapping file of a database: what its tables, columns and foreign keys are in the graph. `docs/loading.md` shows one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from ..errors import near
from ._describe import Faulty
from ._describe import datatype as datatype_iri
from ._open import is_sqlite, no_mapping
from ._sql_database import ROWID, Database
from ._yaml import Faults, Value
from ._yaml import read as read_yaml

TOP = ("database", "base", "tables", "leave_out")
TABLE = ("key", "type", "label", "language", "description", "aliases", "columns", "links", "leave_out")
LINK_TABLE = ("subject", "relation", "object", "inverse", "qualifiers", "leave_out")
COLUMN = ("relation", "datatype", "unit", "language", "type", "split", "description")
LINK = ("columns", "to", "on", "relation", "inverse")
END = ("columns", "to", "on")
FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Reference:
    """Columns that refer to the row of another table in which the columns `on` have the same values."""

    columns: tuple[str, ...]
    to: str
    on: tuple[str, ...]
    line: int

    @property
    def name(self) -> str:
        """What a template calls it: its columns."""
        return ",".join(self.columns)


@dataclass(frozen=True)
class Link:
    """A reference that is a fact."""

    reference: Reference
    relation: str
    inverse: str


@dataclass(frozen=True)
class ColumnMap:
    """A column that is a fact: a literal, or with `type` an entity of that type named by its value."""

    name: str
    relation: str
    line: int
    datatype: str | None = None  # None: as the database has it; "": text
    unit: str = ""
    language: str = ""
    type: str = ""
    split: str = ""
    description: str = ""


@dataclass(frozen=True)
class Template:
    """A text with columns in braces. `parts` are texts and fields in turn; a field is (reference or "", column)."""

    parts: tuple[str | tuple[str, str], ...]

    def fields(self) -> list[tuple[str, str]]:
        """The columns that it takes."""
        return [part for part in self.parts if not isinstance(part, str)]


@dataclass(frozen=True)
class TableMap:
    """A table whose rows are entities, or, with `subject` and `object`, a link table, whose rows are facts."""

    name: str
    line: int
    key: tuple[str, ...]
    type: str = ""
    language: str = ""
    labels: tuple[Template, ...] = ()  # the first that says something
    description: Template | None = None
    aliases: tuple[str, ...] = ()
    columns: tuple[ColumnMap, ...] = ()
    links: tuple[Link, ...] = ()
    subject: Reference | None = None
    object: Reference | None = None
    relation: str = ""
    inverse: str = ""
    leave_out: tuple[str, ...] = ()

    @property
    def references(self) -> list[Reference]:
        """All that refers to other tables."""
        return [link.reference for link in self.links] + [end for end in (self.subject, self.object) if end]

    @property
    def templates(self) -> list[Template]:
        """All texts with columns in them."""
        return [*self.labels, *([self.description] if self.description else [])]

    def used(self) -> set[str]:
        """The columns that the mapping speaks of."""
        here = {column for t in self.templates for reference, column in t.fields() if not reference}
        referring = {column for reference in self.references for column in reference.columns}
        return {*self.key, *self.aliases, *(c.name for c in self.columns), *here, *referring, *self.leave_out}


@dataclass(frozen=True)
class Mapping:
    """A whole mapping. `base` begins the keys of all entities."""

    file: str
    database: str
    base: str
    tables: dict[str, TableMap]
    leave_out: tuple[str, ...]


def database_of(source: Path) -> str:
    """The database that a mapping file names: the file's first need. Raises UserError where it names none."""
    if is_sqlite(source):
        raise no_mapping(source)
    value, faults = read_yaml(source)
    database = faults.text(faults.section(value).get("database"))
    if not database and not faults.found:
        faults.add(1, "the key 'database' is missing: a file such as elements.db, or a URL")
    faults.check()
    return database


def parse(source: Path, database: Database) -> Mapping:
    """The mapping, held against the database. Raises UserError with up to 100 faults, each with its line."""
    value, faults = read_yaml(source)
    top = faults.section(value, TOP)
    sections = faults.section(top.get("tables"))
    if not sections:
        faults.add(1, "the mapping has no tables: it would load nothing")
    lines = top["tables"].key_lines if sections else {}
    known = {*database.tables, *database.views}
    reading = _Reading(faults, database, {})
    for name in sections:
        if not database.has(name):
            faults.add(lines[name], f"there is no table '{name}' in {database.name}; {near(name, known)}")
        else:
            reading.keys[name] = reading.key_of(name, sections[name])
    tables = {name: reading.table(name, lines[name], sections[name]) for name in sections if name in reading.keys}
    leave_out = faults.texts(top.get("leave_out"))
    for name in leave_out:
        if name not in known:
            faults.add(top["leave_out"].line, f"leave_out: there is no table '{name}'; {near(name, known)}")
        elif name in sections:
            faults.add(lines[name], f"the table '{name}' is both mapped and left out")
    _units(tables.values(), faults)
    faults.check()
    return Mapping(source.name, database.name, faults.text(top.get("base")), tables, leave_out)


def _units(tables: Iterable[TableMap], faults: Faults) -> None:
    """A fault for each relation that has two units: a number could not be said."""
    known: dict[str, ColumnMap] = {}
    for column in (c for table in tables for c in table.columns if c.unit):
        first = known.setdefault(column.relation, column)
        if first.unit != column.unit:
            what = f"the relation '{column.relation}' has the unit '{column.unit}' here and '{first.unit}' on line {first.line}"
            faults.add(column.line, f"{what}; give one of them another relation")


class _Reading:
    """What the parts of a mapping share while they are read: where faults go, the database, the keys of its tables."""

    def __init__(self, faults: Faults, database: Database, keys: dict[str, tuple[str, ...]]) -> None:
        self.faults, self.database, self.keys = faults, database, keys

    def key_of(self, name: str, value: Value) -> tuple[str, ...]:
        given = (value.keys or {}).get("key")
        key = self.faults.texts(given)
        return self.columns(name, key, given.line if given else value.line) or self.database.primary_key(name)

    def table(self, name: str, line: int, value: Value) -> TableMap:
        f = self.faults
        if value.keys and ("subject" in value.keys or "object" in value.keys):
            return self.link_table(name, line, value)
        keys = f.section(value, TABLE)
        if not self.keys[name]:
            f.add(line, f"the table '{name}' has no primary key; say what identifies a row, as in key: [{self.any_key(name)}]")
        links = tuple(self.link(name, item) for item in f.items(keys.get("links")))
        references = {link.reference.name: link.reference for link in links}
        columns = keys.get("columns")
        mapped = f.section(columns)
        at = columns.key_lines if columns else {}
        return TableMap(
            name, line, self.keys[name],
            type=f.text(keys.get("type")),
            language=f.text(keys.get("language")),
            labels=tuple(t for item in f.items(keys.get("label")) if (t := self.template(name, item, references))),
            description=self.template(name, keys.get("description"), references),
            aliases=self.listed(name, keys.get("aliases")),
            columns=tuple(self.column(name, column, at[column], mapped[column]) for column in mapped),
            links=links,
            leave_out=self.listed(name, keys.get("leave_out")),
        )  # fmt: skip

    def link_table(self, name: str, line: int, value: Value) -> TableMap:
        f = self.faults
        keys = f.section(value, LINK_TABLE)
        ends = []
        for role in "subject", "object":
            if role not in keys:
                f.add(line, f"the link table '{name}' has no {role}; it needs a subject and an object")
            ends.append(self.reference(name, keys[role], END) if role in keys else None)
        if not (relation := f.text(keys.get("relation"))):
            f.add(line, f"the link table '{name}' has no relation")
        qualifiers = keys.get("qualifiers")
        mapped = f.section(qualifiers)
        at = qualifiers.key_lines if qualifiers else {}
        return TableMap(
            name, line, self.database.primary_key(name) or self.row_number(name),
            columns=tuple(self.column(name, column, at[column], mapped[column]) for column in mapped),
            subject=ends[0], object=ends[1], relation=relation, inverse=f.text(keys.get("inverse")),
            leave_out=self.listed(name, keys.get("leave_out")),
        )  # fmt: skip

    def link(self, table: str, value: Value) -> Link:
        keys = value.keys or {}
        if value.keys is not None and "relation" not in keys:
            self.faults.add(value.line, "this link has no relation")
        reference = self.reference(table, value, LINK)
        return Link(reference, self.faults.text(keys.get("relation")), self.faults.text(keys.get("inverse")))

    def reference(self, table: str, value: Value, known: Iterable[str]) -> Reference:
        f = self.faults
        keys = f.section(value, known)
        columns = self.listed(table, keys.get("columns"))
        to = f.text(keys.get("to"))
        if value.keys is not None and (not columns or not to):
            f.add(value.line, "columns (of this table) and to (another table) are wanted here")
        on: tuple[str, ...] = ()
        if to and to not in self.keys:
            f.add(keys["to"].line, f"the table '{to}' is not among the tables of this mapping; {near(to, self.keys)}")
        elif to:
            on = self.listed(to, keys.get("on")) or self.keys[to]
            if columns and len(columns) != len(on):
                what = f"{len(columns)} columns refer to {len(on)} of '{to}' ({', '.join(on)})"
                f.add(value.line, f"{what}; say to which, as in on: [{', '.join(on)}]")
            self.one_row(to, on, value.line)
        return Reference(columns, to, on, value.line)

    def column(self, table: str, name: str, line: int, value: Value) -> ColumnMap:
        f = self.faults
        self.columns(table, (name,), line)
        if value.keys is None:
            return ColumnMap(name, f.text(value) or name, line)
        keys = f.section(value, COLUMN)
        told = {key: f.text(keys.get(key)) for key in COLUMN if key != "datatype"}
        datatype: str | None = None
        try:
            datatype = datatype_iri(given) if (given := f.text(keys.get("datatype"))) else None
        except Faulty as e:
            f.add(keys["datatype"].line, str(e))
        if told["language"] and datatype:
            f.add(line, f"the column '{name}' has a language and a datatype; a text with a language has no other datatype")
        if told["type"] and (datatype or told["language"] or told["unit"]):
            f.add(line, f"the column '{name}' has a type, so its values are entities: no datatype, language or unit")
        told["relation"] = told["relation"] or name
        return ColumnMap(name, line=line, datatype=datatype, **told)

    def template(self, table: str, value: Value | None, references: dict[str, Reference]) -> Template | None:
        """A column's name alone, or a text with columns in braces: {name}, {author_id.name} of the row referred to."""
        text = self.faults.text(value)
        if not text or value is None:
            return None
        if text in self.database.columns(table) or ("{" not in text and "}" not in text):
            self.columns(table, (text,), value.line)
            return Template((("", text),))
        parts: list[str | tuple[str, str]] = []
        for i, part in enumerate(FIELD.split(text)):
            if i % 2 == 0:
                if "{" in part or "}" in part:
                    self.faults.add(value.line, f"a brace without its other one in '{text}'")
                parts += [part] if part else []
                continue
            parts.append(self.field(table, part, value.line, references))
        return Template(tuple(parts))

    def field(self, table: str, text: str, line: int, references: dict[str, Reference]) -> tuple[str, str]:
        reference, dot, column = text.rpartition(".")
        if not dot or text in self.database.columns(table):
            self.columns(table, (text,), line)
            return "", text
        if reference not in references:
            known = near(reference, references) if references else "this table has no links"
            self.faults.add(line, f"'{{{text}}}': no link has the columns '{reference}'; {known}")
        elif references[reference].to in self.keys:
            self.columns(references[reference].to, (column,), line)
        return reference, column

    def listed(self, table: str, value: Value | None) -> tuple[str, ...]:
        names = self.faults.texts(value)
        return self.columns(table, names, value.line if value else 0)

    def columns(self, table: str, names: tuple[str, ...], line: int) -> tuple[str, ...]:
        """The names, with a fault for each that is no column of the table."""
        there = self.database.columns(table)
        for name in names:
            if name not in there and not (name == ROWID and self.database.lite and table in self.database.tables):
                self.faults.add(line, f"the table '{table}' has no column '{name}'; {near(name, there)}")
        return names

    def row_number(self, name: str) -> tuple[str, ...]:
        return (ROWID,) if self.database.lite and name in self.database.tables else ()

    def any_key(self, name: str) -> str:
        return ", ".join(self.row_number(name) or self.database.columns(name))

    def one_row(self, table: str, on: tuple[str, ...], line: int) -> None:
        """A fault where several rows have the same values in the columns that are referred to."""
        database = self.database
        if set(on) in map(set, (database.primary_key(table), *database.unique(table), self.row_number(table))):
            return
        of = database.selectable(table)
        there = [of.c[c] for c in on if c in database.columns(table)]
        filled = sa.and_(sa.true(), *(c.is_not(None) for c in there))
        again = sa.select(sa.func.count()).select_from(of).where(filled).group_by(*there).having(sa.func.count() > 1).limit(1)
        if len(there) == len(on) and database.value(again):
            self.faults.add(line, f"several rows of '{table}' have the same {', '.join(on)}: which one is referred to?")
