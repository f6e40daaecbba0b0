"""Properties of relations that follow from the data: the datatype that all values share, and which relations are name-like.

A relation is name-like if its values are forms of its subjects' names (an official name, a code, a demonym), so that they
must move with the name when labels are permuted. It is declared so, or derived by this rule from a sample of its facts
(the SAMPLE lowest fact uids, which does not depend on the order of loading): all values are strings, at least TELLING of the
values are different, and at least MATCHING of them contain, abbreviate or begin like a label or alias of their subject.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter

from ..readers import _vocabulary as v
from .canonical import lexical

SAMPLE = 500
TELLING = 0.8
MATCHING = 0.6
LEAST = 5  # facts: with fewer, nothing is derived


def describe_relations(conn: sqlite3.Connection) -> None:
    """Set `datatype` where none is declared and `name_like` where the rule says so."""
    typed: dict[int, set[str]] = {}
    for relation, datatype in conn.execute(
        "SELECT DISTINCT f.relation_id, CASE WHEN o.kind = 'literal' THEN o.datatype ELSE 'entity' END"
        " FROM fact f JOIN node o ON o.id = f.object_id"
    ):
        typed.setdefault(relation, set()).add(datatype)
    strings = {r for r, kinds in typed.items() if kinds == {""}}
    for relation, kinds in typed.items():
        if len(kinds) == 1 and (shared := next(iter(kinds))) not in ("", "entity"):
            conn.execute("UPDATE relation SET datatype = ? WHERE id = ? AND datatype = ''", (shared, relation))
    for relation, facts in _sampled(conn, strings).items():
        rows = [(s, conn.execute("SELECT key FROM node WHERE id = ?", (o,)).fetchone()[0]) for s, o in facts]
        if (number := _number([value for _, value in rows])) and len(rows) >= LEAST:
            conn.execute("UPDATE relation SET datatype = ? WHERE id = ? AND datatype = ''", (number, relation))
        elif _name_like(conn, rows):
            conn.execute("UPDATE relation SET name_like = 1 WHERE id = ?", (relation,))


def _sampled(conn: sqlite3.Connection, relations: set[int]) -> dict[int, list[tuple[int, int]]]:
    """(subject id, object id) of the SAMPLE lowest fact uids of each of the relations, in one pass."""
    found: dict[int, list[tuple[int, int]]] = {relation: [] for relation in relations}
    open_ = set(relations)
    for relation, subject, object_ in conn.execute("SELECT relation_id, subject_id, object_id FROM fact ORDER BY uid"):
        if not open_:
            break
        if relation in open_:
            found[relation].append((subject, object_))
            if len(found[relation]) == SAMPLE:
                open_.remove(relation)
    return found


def _number(values: list[str]) -> str:
    """The number datatype that all the strings could have, else "". A leading zero or plus sign makes a code, not a number."""
    if any(re.match(r"\s*(?:\+|-?0\d)", value) for value in values):
        return ""
    for name in ("integer", "decimal", "double"):
        if values and all(lexical(value, v.XSD + name) is not None for value in values):
            return v.XSD + name
    return ""


def _name_like(conn: sqlite3.Connection, rows: list[tuple[int, str]]) -> bool:
    if len(rows) < LEAST or len({value for _, value in rows}) < TELLING * len(rows):
        return False
    matching = 0
    for subject, value in rows:
        names = conn.execute(
            "SELECT label FROM node WHERE id = ? AND named UNION SELECT text FROM alias WHERE node_id = ?", (subject, subject)
        ).fetchall()
        matching += any(resembles(value, name) for (name,) in names)
    return matching >= MATCHING * len(rows)


def resembles(value: str, name: str) -> bool:
    """Is the value a form of the name: one contains the other, they begin alike, or it abbreviates the name?"""
    a, b = value.casefold().strip(), name.casefold().strip()
    if not a or not b or len(a) > 4 * len(b) + 40:
        return False
    if a == b or (len(b) > 3 and b in a) or (len(a) > 3 and a in b):
        return True
    if len(a) > 3 and len(b) > 3 and a[:4] == b[:4]:
        return True
    letters = re.sub(r"[\W_]", "", value)
    return 2 <= len(letters) <= 5 and letters.isupper() and _abbreviates(letters.casefold(), b)


def _abbreviates(code: str, name: str) -> bool:
    """Do the code's letters occur in the name in this order, the first one at its beginning?"""
    if not name.startswith(code[0]):
        return False
    counted = Counter(code)
    if any(name.count(letter) < n for letter, n in counted.items()):
        return False
    rest = iter(name)
    return all(letter in rest for letter in code)
