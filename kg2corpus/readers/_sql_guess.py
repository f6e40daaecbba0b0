"""What a draft of a mapping guesses: how rows are called, which columns refer to other tables, which tables are links.

A guess is a name or a measurement of the first 100,000 rows; `why` says which, for the person who reads the draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ._sql_database import ROWID, Database, Key
from ._sql_rows import is_blob

SAMPLED = 100_000
NAMES = ("name", "title", "label", "full_name", "fullname", "display_name", "caption", "term")
FIRST, LAST = ("firstname", "givenname", "forename"), ("lastname", "surname", "familyname")
VAGUE = ("id", "key", "code", "name", "uuid", "guid", "pk", "oid", "title")
SURROGATE = re.compile(r"(?i:(.*_)?(id|uuid|guid|pk|key|oid)|rowid)|.*[a-z]I[dD]")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
UNNAMED = "no column is a name: write a better one"


@dataclass
class Plan:
    """What the draft says of one table."""

    name: str
    key: tuple[str, ...]
    type: str
    links: list[tuple[Key, str]]  # with what is to be said about it
    label: str = ""
    why: str = ""
    lacking: bool = False  # rows whose label is empty

    def by_key(self) -> str:
        """The label that every row can have."""
        return f"{_bare(self.type)} {' '.join(f'{{{c}}}' for c in self.key)}"



def singular(name: str) -> str:
    """What one row is called: `order_lines` is "order line"."""
    import inflect

    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.rpartition(".")[2]).replace("_", " ").strip().lower() or name
    one = inflect.engine().singular_noun(words) if words.isascii() and words.replace(" ", "").isalpha() else ""
    return one or words



def row_key(database: Database, name: str) -> tuple[str, ...]:
    if key := database.primary_key(name):
        return key
    if database.lite:
        return (ROWID,)
    columns = database.columns(name)
    return tuple(c for c in columns if not is_blob(columns[c])) or tuple(columns)


# references


def declared(database: Database, plan: Plan, plans: dict[str, Plan]) -> Iterator[tuple[Key, str]]:
    for key in database.foreign_keys(plan.name):
        known = key.to in plans and key.on and set(key.on) <= database.columns(key.to).keys()
        if known and not is_blob(database.columns(plan.name)[key.columns[0]]):
            yield key, ""


def undeclared(database: Database, plan: Plan, plans: dict[str, Plan]) -> Iterator[tuple[Key, str]]:
    taken = {c for key, _ in plan.links for c in key.columns} | {c for k in database.foreign_keys(plan.name) for c in k.columns}
    columns = database.columns(plan.name)
    for column in columns:
        if column in taken or plan.key == (column,):
            continue
        for other in plans.values():
            if other.name == plan.name or len(other.key) != 1 or other.key == (ROWID,):
                continue
            (its,) = other.key
            called = {f"{n}_{its}".lower() for n in (other.type.replace(" ", "_"), other.name) if SURROGATE.fullmatch(its)}
            called |= set() if its.lower() in VAGUE else {its.lower()}
            alike = _alike(columns[column], database.columns(other.name)[its])
            if column.lower() in called and alike and _all_there(database, plan, column, other):
                yield Key((column,), other.name, (its,)), f"not declared; every value is in {other.name}.{its}"
                break


def _is_text(kind: sa.types.TypeEngine[Any]) -> bool:
    return isinstance(kind, sa.String) and not isinstance(kind, sa.Enum)


def _alike(one: sa.types.TypeEngine[Any], other: sa.types.TypeEngine[Any]) -> bool:
    """Can values of the two types be compared? Some servers refuse a text and a UUID."""
    numbers = isinstance(one, sa.Integer) and isinstance(other, sa.Integer)
    return type(one) is type(other) or numbers or (_is_text(one) and _is_text(other))


def _all_there(database: Database, plan: Plan, column: str, other: Plan) -> bool:
    here, there = database.selectable(plan.name), database.selectable(other.name, alias="other")
    filled = sa.select(here.c[column].label("c")).where(here.c[column].is_not(None)).limit(SAMPLED).subquery()
    joined = filled.outerjoin(there, filled.c.c == there.c[other.key[0]])
    count = sa.select(sa.func.count(filled.c.c)).select_from(joined)
    lacking = database.value(count.where(there.c[other.key[0]].is_(None)))
    return lacking == 0 and bool(database.value(sa.select(sa.func.count()).select_from(filled)))


def only_joins(database: Database, plan: Plan) -> bool:
    """Does the table only join two others?"""
    declared = [key for key, why in plan.links if not why]
    if len(declared) != 2 or set(declared[0].columns) & set(declared[1].columns):
        return False
    both = {c for key in declared for c in key.columns}
    key = set(database.primary_key(plan.name))
    alone = len(key) == 1 and all(SURROGATE.fullmatch(c) for c in key)
    return key == both or not key or (alone and any(set(u) == both for u in database.unique(plan.name)))


# names


def label(database: Database, plan: Plan) -> None:
    """Choose the label: a column called so, first and last name, one whose values all differ, else type and key."""
    columns = database.columns(plan.name)
    linked = {c for key, _ in plan.links for c in key.columns}
    texts = [c for c, kind in columns.items() if _is_text(kind) or (database.lite and isinstance(kind, sa.types.NullType))]
    texts = [c for c in texts if c not in linked and "{" not in c and "}" not in c]
    called = {c.lower(): c for c in reversed(texts)}
    one = plan.type.replace(" ", "_")
    wanted = [called[n] for n in (*NAMES, *(f"{one}{bar}{n}" for n in NAMES for bar in ("_", ""))) if n in called]
    for column in wanted:
        rows, filled, distinct, _ = _measure(database, plan.name, column)
        if filled or not rows:
            same = [f"{distinct:,} different names in {filled:,} rows"] if distinct < filled else []
            plan.label, plan.lacking = column, filled < rows
            plan.why = "; ".join(same + ([f"{rows - filled:,} rows without"] if filled < rows else []))
            return
    bare = {re.sub(r"[^a-z]", "", c.lower()): c for c in texts}
    parts = [next((bare[n] for n in names if n in bare), "") for names in (FIRST, LAST)]
    if all(parts):
        plan.label = " ".join(f"{{{part}}}" for part in parts)
        return
    whole = [c for c in texts if not (len(plan.key) > 1 and c in plan.key)]
    for column in [] if wanted else whole[:40]:
        rows, filled, distinct, length = _measure(database, plan.name, column)
        if rows > 1 and rows == filled == distinct and length <= 60:
            plan.label, plan.why = column, "no column is called a name; the values of this one all differ"
            return
    plan.label, plan.why = plan.by_key(), UNNAMED


def _bare(text: str) -> str:
    return text.replace("{", "(").replace("}", ")")


def _measure(database: Database, name: str, column: str) -> tuple[int, int, int, float]:
    """(rows, filled ones, different ones, mean length) of a text column in the first rows."""
    here = database.selectable(name)
    f = sa.func
    part = sa.select(f.nullif(here.c[column], "").label("c")).limit(SAMPLED).subquery()
    query = sa.select(f.count(), f.count(part.c.c), f.count(sa.distinct(part.c.c)), f.avg(f.length(sa.cast(part.c.c, sa.Text))))
    (found,) = next(database.rows(query.select_from(part), 1))
    return found[0], found[1], found[2], float(found[3] or 0)


def dates(database: Database, table: str, column: str) -> str:
    """The datatype of a column of texts that all are dates, or moments."""
    here = database.selectable(table)
    query = sa.select(here.c[column]).where(here.c[column].is_not(None)).limit(1000)
    values = [row[0] for part in database.rows(query, 1000) for row in part]
    for pattern, name in ((DATE, "date"), (MOMENT, "dateTime")):
        if values and all(isinstance(value, str) and pattern.fullmatch(value) for value in values):
            return name
    return ""
