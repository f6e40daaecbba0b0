"""A draft of a mapping, from what the database declares and what its first rows show. It loads as it is.

Guesses are few (`_sql_guess`), and each is told in a comment beside it.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ..errors import UserError
from ._sql_database import ROWID, Database, Key, opened
from ._sql_guess import SURROGATE, UNNAMED, Plan, dates, declared, label, only_joins, row_key, singular, undeclared
from ._sql_rows import datatype_of, is_blob
from .tsv import escape

DESCRIPTIONS = ("description", "summary", "abstract", "definition", "about", "comment")
ALIASES = ("alias", "aliases", "abbreviation", "abbr", "acronym", "short_name", "synonym", "synonyms", "nickname")
# what frameworks keep for themselves
MACHINERY = re.compile(
    r"alembic_version|django_(migrations|session|content_type|admin_log)|schema_migrations|flyway_schema_history|"
    r"ar_internal_metadata|knex_migrations.*|databasechangelog.*|sqlite_stat\d|spatial_ref_sys"
)
_PLAIN = re.compile(r"[A-Za-z_][\w .()/-]*(?<! )")
HEAD = """\
# What the tables of {name} are in the graph. This is a draft: it loads as it is, and what it guessed is said beside it.
#   type          what a row is ("element"); label, description, aliases: how it is called
#   label         a column, or a text with columns in braces, also of a row referred to: "{{name}} of {{group_id.name}}";
#                 several as [name, symbol]: the first that is not empty
#   columns       column: relation; or column: {{relation: ..., unit: ..., datatype: ..., language: ...}};
#                 with type: ... the values become entities, with split: ", " a cell is parted first
#   links         foreign keys; inverse: ... names the relation of the other direction
#   leave_out     columns, and below tables, that say nothing about the world
# Relations are said by their names, so rename them as they should be read: en_pauling as "electronegativity".
"""


def draft(text: str, folder: Path | None = None) -> str:
    """The text of a mapping for the database that a file's name or a URL names. Raises UserError if it has no tables."""
    folder = folder or Path()
    with opened(text, folder) as database:
        names = [name for name in database.tables if not MACHINERY.fullmatch(name)]
        if not names and not database.views:
            raise UserError(f"{database.name} has no tables", "is it the right database, and may you see its tables?")
        if set(database.tables) >= {"meta", "node", "fact", "statement"} and "relation" in database.tables:
            raise UserError(f"{database.name} is a store of kg2corpus already", f"look at it: kg2corpus look --db {text}")
        plans = {name: Plan(name, row_key(database, name), singular(name), []) for name in names}
        for plan in plans.values():
            plan.links = [*declared(database, plan, plans), *undeclared(database, plan, plans)]
        referred = {key.to for plan in plans.values() for key, _ in plan.links}
        joins = {n for n, plan in plans.items() if n not in referred and only_joins(database, plan)}
        for plan in plans.values():
            label(database, plan)
        shared = Counter(c for n in names for c in database.columns(n))
        lines = [HEAD.format(name=database.name), f"database: {_q(text)}"]
        lines += [f"base: {_q(_base(text))}  # begins the keys of all entities; may be an IRI such as https://example.org/", ""]
        lines += ["tables:"] if names else ["tables: {}"]
        for plan in plans.values():
            lines += _link_table(database, plan) if plan.name in joins else _table(database, plan, plans, shared)
        lines += _views(database)
        if database.schemas:
            lines += ["", f"  # tables of other schemas ({', '.join(database.schemas)}) are named schema.table"]
        if left := [name for name in database.tables if name not in names]:
            lines += ["", "# kept by a program for itself", f"leave_out: [{', '.join(map(_q, left))}]"]
    return "\n".join(lines) + "\n"


def write(database: str, out: Path) -> dict[str, Any]:
    """Write the draft to a file that is not there yet. Returns where, and how many tables it maps."""
    if out.exists():
        raise UserError(f"{out} is there already", "it may hold your changes: give another --out, or remove it first")
    if not out.parent.is_dir():
        raise UserError(f"no such folder: {out.parent}", "make it first, or give another --out")
    if out.suffix.lower() not in (".yaml", ".yml"):
        raise UserError(f"{out.name}: a mapping is a YAML file", "give it a name such as elements.map.yaml")
    named = database
    if "://" not in database:
        named = os.path.relpath(database, out.parent) if Path(database).exists() else database
    text = draft(named, out.parent)
    aside = out.with_name(out.name + ".writing")
    aside.write_text(text, encoding="utf-8")
    os.replace(aside, out)
    return {"mapping": str(out), "tables": len(re.findall(r"^  (?! |#)\S.*:", text, re.MULTILINE))}


def _base(text: str) -> str:
    bare = text.rstrip("/").rpartition("/")[2].partition("?")[0] if "://" in text else Path(text).stem
    return escape(bare or "db") + ":"


def _q(text: str) -> str:
    """A text as YAML: in quotation marks unless it is plain."""
    plain = _PLAIN.fullmatch(text) and text.lower() not in ("null", "true", "false", "yes", "no", "on", "off", "y", "n")
    return text if plain else json.dumps(text, ensure_ascii=False).replace("\x7f", "\\x7f").replace("\u2028", "\\u2028")


def _list(names: tuple[str, ...] | list[str]) -> str:
    return f"[{', '.join(map(_q, names))}]"


# lines


def _table(database: Database, plan: Plan, plans: dict[str, Plan], shared: Counter[str]) -> list[str]:
    columns = database.columns(plan.name)
    lines = [f"  {_q(plan.name)}:"]
    primary = database.primary_key(plan.name)
    if not primary:
        row = plan.key == (ROWID,)
        why = "the number that SQLite gives to a row, which may change with VACUUM" if row else "all columns; same rows are one"
        lines.append(f"    key: {_list(plan.key)}  # no primary key: {why}")
    lines.append(f"    type: {_q(plan.type)}")
    named = _q(_better(plan, plans))
    if plan.lacking:
        named = f"[{named}, {_q(plan.by_key())}]"
    lines.append(f"    label: {named}" + (f"  # {plan.why}" if plan.why else ""))
    free = [c for c in columns if c not in {x for key, _ in plan.links for x in key.columns} and c != plan.label]
    said = next((c for n in DESCRIPTIONS for c in free if c.lower() == n and datatype_of(columns[c]) == ""), "")
    aliases = [c for c in free if c.lower() in ALIASES and datatype_of(columns[c]) == ""]
    lines += [f"    description: {_q(said)}"] if said else []
    lines += [f"    aliases: {_list(aliases)}"] if aliases else []
    in_label = re.findall(r"\{([^{}.]+)\}", plan.label)
    surrogate = {c for c in primary if SURROGATE.fullmatch(c)}
    blobs = [c for c in free if is_blob(columns[c])]
    plain = [c for c in free if c not in {said, *aliases, *blobs, *surrogate} and not (c in in_label and c not in primary)]
    if plain:
        lines.append("    columns:")
        lines += [_column(database, plan.name, c, shared[c] > 1) for c in plain]
    if plan.links:
        lines.append("    links:")
        names: Counter[str] = Counter()
        for key, why in plan.links:
            lines.append(f"      - {_reference(key, plans, _role(key, plans, names))}" + (f"  # {why}" if why else ""))
    if blobs:
        lines.append(f"    leave_out: {_list(blobs)}  # bytes")
    return lines


def _better(plan: Plan, plans: dict[str, Plan]) -> str:
    """A label of type and key says also what the row belongs to, if that has a name."""
    if plan.why != UNNAMED:
        return plan.label
    for key, _ in plan.links:
        other = plans[key.to]
        if len(key.columns) == 1 and key.to != plan.name and "{" not in other.label and key.columns[0] not in plan.key:
            return f"{plan.label} of {{{key.columns[0]}.{other.label}}}"
    return plan.label


def _column(database: Database, table: str, column: str, shared: bool) -> str:
    kind = database.columns(table)[column]
    measured = dates(database, table, column) if database.lite and datatype_of(kind) in ("", None) else ""
    comment = database.comment(table, column) if database.connection.dialect.supports_comments else ""
    keys = [f"relation: {_q(column)}", *([f"datatype: {measured}"] if measured else [])]
    keys += [f"description: {_q(comment)}"] if comment else []
    value = f"{{{', '.join(keys)}}}" if len(keys) > 1 else _q(column)
    note = "  # of several tables: rename it where it means something else" if shared else ""
    return f"      {_q(column)}: {value}{note}"


def _role(key: Key, plans: dict[str, Plan], names: Counter[str]) -> str:
    """The relation of a foreign key: its column without `_id`, else the type of what it refers to."""
    column = key.columns[-1]
    bare = re.sub(r"(?i)_?(id|code|key|fk|uuid|no|nr)$", "", column).rstrip("_") if len(key.columns) == 1 else ""
    same = bare.lower() == column.lower() and column in key.on  # atomic_number of another table's atomic_number
    name = plans[key.to].type if not bare or same else bare
    names[name] += 1
    return name if names[name] == 1 else f"{name} by {', '.join(key.columns)}"


def _reference(key: Key, plans: dict[str, Plan], relation: str = "") -> str:
    parts = [f"columns: {_list(key.columns)}", f"to: {_q(key.to)}"]
    parts += [f"on: {_list(key.on)}"] if key.on != plans[key.to].key else []
    parts += [f"relation: {_q(relation)}"] if relation else []
    return f"{{{', '.join(parts)}}}"


def _link_table(database: Database, plan: Plan) -> list[str]:
    first, second = (key for key, why in plan.links if not why)
    plans = {key.to: Plan(key.to, row_key(database, key.to), singular(key.to), []) for key in (first, second)}
    words = set(re.findall(r"[a-z]+", plan.type))
    ends = {w for p in plans.values() for w in re.findall(r"[a-z]+", f"{p.type} {p.name.lower()}")}
    own = first.to == second.to or words - ends
    relation = plan.name if own else plans[second.to].type
    columns = database.columns(plan.name)
    taken = {*first.columns, *second.columns, *(c for c in database.primary_key(plan.name) if SURROGATE.fullmatch(c))}
    rest = [c for c in columns if c not in taken]
    blobs = [c for c in rest if is_blob(columns[c])]
    lines = [f"  {_q(plan.name)}:  # a link table: each row is one fact, its other columns qualify it"]
    lines += [f"    subject: {_reference(first, plans)}", f"    relation: {_q(relation)}"]
    lines += [f"    object: {_reference(second, plans)}"]
    if qualifying := [c for c in rest if c not in blobs]:
        lines += ["    qualifiers:", *(_column(database, plan.name, c, False) for c in qualifying)]
    left = [*(c for c in columns if c in taken - {*first.columns, *second.columns}), *blobs]
    return lines + ([f"    leave_out: {_list(left)}"] if left else [])


def _views(database: Database) -> list[str]:
    if not database.views:
        return []
    lines = ["", "  # views, which mostly say again what the tables say; to load one, take the marks away and give its key"]
    for name in database.views:
        try:
            columns = list(database.columns(name))
        except (UserError, sa.exc.SQLAlchemyError):  # a view of a table that is not there any more
            lines.append(f"  # {_q(name)}:  # cannot be read")
            continue
        inner = [f"  key: {_list(columns[:1])}", f"  type: {_q(singular(name))}", "  columns:"]
        inner += [f"    {_q(c)}: {_q(c)}" for c in columns]
        lines += [f"  # {text}" for text in (f"{_q(name)}:", *inner)]
    return lines
