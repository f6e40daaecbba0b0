"""The relation table: what the sources declare of each relation, and what follows from the data.

From the data follow the datatype that all values share, and which relations are name-like. A relation is name-like if its
values are forms of its subjects' names (an official name, a code, a demonym), so that they must move with the name when labels
are permuted. It is declared so, or derived by this rule from a sample of its facts (the SAMPLE lowest fact uids, which does not
depend on the order of loading): all values are strings, at least TELLING of the values are different, and at least MATCHING of
them contain, abbreviate or begin like a label or alias of their subject.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa

from .. import uid as uids
from ..readers import _vocabulary as v
from .canonical import lexical
from .database import Sql
from .labels import best
from .naming import relation_label
from .schema import Tables

SAMPLE = 500
TELLING = 0.8
MATCHING = 0.6
LEAST = 5  # facts: with fewer, nothing is derived
Note = tuple[str, int, str, str]  # kind, rank, text, language


def describe(sql: Sql, t: Tables, graph_id: str, chain: Sequence[str], met: Iterable[tuple[int, str]] | None) -> None:
    """Fill the columns of all relations. `met`: the kinds of objects that a load added, by relation id; None where facts
    were taken out, so that the kinds have to be found anew."""
    relations = sorted(sql.run(f"SELECT id, key, object_kinds FROM {t.relation}").fetchall(), key=lambda row: str(row[1]))
    kinds = _object_kinds(sql, t, relations, met)
    noted = _notes(sql, t, {uids.entity_uid(key, graph_id): id_ for id_, key, _ in relations})
    numbers, name_like = _derived(sql, t, {id_ for id_, found in kinds.items() if found == {""}})
    rows = []
    for id_, key, _ in relations:
        notes = noted.get(id_, [])
        said = {n[0] for n in notes}
        named = best([n[1:] for n in notes if n[0] == "label"], chain)
        told = best([n[1:] for n in notes if n[0] == "description"], chain)
        ranges = [n[2] for n in notes if n[0] == "range" and n[2].startswith(v.XSD)]
        units = [n[2] for n in notes if n[0] == "unit"]
        inverses = [n[2] for n in notes if n[0] == "inverse"]
        declared = [n[2] for n in notes if n[0] == "kind"]
        like = {n[2] for n in notes if n[0] == "name_like"}
        shared = next(iter(kinds[id_])) if len(kinds[id_]) == 1 else ""
        rows.append(
            (
                id_,
                named[0][1] if named else relation_label(key),
                told[0][1] if told else "",
                ranges[0] if ranges else "" if shared == "entity" else shared or numbers.get(id_, ""),
                units[0] if units else "",
                "symmetric" in said or key in inverses,
                "transitive" in said,
                "functional" in said,
                next((other for other in inverses if other != key), ""),
                bool(like & {"true", "1"}) or (id_ in name_like and not like),
                declared[0] if declared else "",
                json.dumps(sorted(kinds[id_])),
            )
        )
    columns = (
        "label", "description", "datatype", "unit", "symmetric", "transitive", "functional", "inverse_key", "name_like", "kind",
        "object_kinds",
    )  # fmt: skip
    sets = ", ".join(f'"{name}" = ?' for name in columns)
    sql.many(f"UPDATE {t.relation} SET {sets} WHERE id = ?", [(*row[1:], row[0]) for row in rows])


def _object_kinds(
    sql: Sql, t: Tables, relations: Sequence[tuple[int, str, str]], met: Iterable[tuple[int, str]] | None
) -> dict[int, set[str]]:
    kinds: dict[int, set[str]] = {id_: set() for id_, _, _ in relations}
    if met is None:
        found: Iterable[tuple[int, str]] = sql.run(
            "SELECT DISTINCT f.relation_id, CASE WHEN o.kind = 'literal' THEN o.datatype ELSE 'entity' END"
            f" FROM {t.fact} f JOIN {t.node} o ON o.id = f.object_id"
        ).fetchall()
    else:
        found = [*met, *((id_, kind) for id_, _, text in relations for kind in json.loads(text or "[]"))]
    for id_, kind in found:
        kinds[id_].add(kind)
    return kinds


def _notes(sql: Sql, t: Tables, id_of: dict[int, int]) -> dict[int, list[Note]]:
    """What is said about each relation, by its id. `id_of`: ids by the entity uid of the key."""
    sql.run("CREATE TEMP TABLE relation_uid (uid BIGINT)")
    sql.bulk("relation_uid", {"uid": np.array(list(id_of), np.int64)})
    found: dict[int, set[Note]] = defaultdict(set)
    for uid, *note in sql.run(
        f"SELECT a.uid, a.kind, a.rank, a.text, a.language FROM {t.annotation} a JOIN relation_uid r ON r.uid = a.uid"
    ):
        found[id_of[uid]].add((note[0], note[1], note[2], note[3]))
    sql.run("DROP TABLE relation_uid")
    return {id_: sorted(notes) for id_, notes in found.items()}


def _derived(sql: Sql, t: Tables, strings: set[int]) -> tuple[dict[int, str], set[int]]:
    """Of relations whose values are plain strings: the number datatype that they all could have, and which are name-like."""
    sampled = _sampled(sql, t, strings)
    facts = [(r, s, o) for r, some in sampled.items() for s, o in some]
    if not facts:
        return {}, set()
    sql.run("CREATE TEMP TABLE sampled (id BIGINT)")
    sql.bulk("sampled", {"id": pa.array(sorted({i for _, *ends in facts for i in ends}), pa.int64())})
    names: dict[int, set[str]] = defaultdict(set)
    for id_, label in sql.run(f"SELECT n.id, n.label FROM {t.node} n JOIN sampled x ON x.id = n.id WHERE n.named > 0"):
        names[id_].add(label)
    for id_, text in sql.run(f"SELECT a.node_id, a.text FROM {t.alias} a JOIN sampled x ON x.id = a.node_id"):
        names[id_].add(text)
    value = dict(sql.run(f"SELECT n.id, n.key FROM {t.node} n JOIN sampled x ON x.id = n.id").fetchall())
    sql.run("DROP TABLE sampled")
    numbers: dict[int, str] = {}
    like = set()
    for relation, some in sampled.items():
        if len(some) < LEAST:
            continue
        values = [value[o] for _, o in some]
        if number := _number(values):
            numbers[relation] = number
        elif _name_like([(names[s], text) for (s, _), text in zip(some, values, strict=True)]):
            like.add(relation)
    return numbers, like


def _sampled(sql: Sql, t: Tables, relations: set[int]) -> dict[int, list[tuple[int, int]]]:
    """(subject id, object id) of the SAMPLE lowest fact uids of each of the relations, in one pass."""
    found: dict[int, list[tuple[int, int]]] = {relation: [] for relation in sorted(relations)}
    open_ = set(relations)
    if not relations:
        return found
    among = ", ".join(map(str, sorted(relations)))
    rows = sql.run(f"SELECT relation_id, subject_id, object_id FROM {t.fact} WHERE relation_id IN ({among}) ORDER BY uid")
    for relation, subject, object_ in rows:
        if relation in open_:
            found[relation].append((subject, object_))
            if len(found[relation]) == SAMPLE:
                open_.remove(relation)
                if not open_:
                    break
    rows.close()
    return found


def _number(values: list[str]) -> str:
    """The number datatype that all the strings could have, else "". A leading zero or plus sign makes a code, not a number."""
    if any(re.match(r"\s*(?:\+|-?0\d)", value) for value in values):
        return ""
    for name in ("integer", "decimal", "double"):
        if values and all(lexical(value, v.XSD + name) is not None for value in values):
            return v.XSD + name
    return ""


def _name_like(rows: list[tuple[set[str], str]]) -> bool:
    """The rule, of (names of the subject, value)."""
    if len({value for _, value in rows}) < TELLING * len(rows):
        return False
    return sum(any(resembles(value, name) for name in names) for names, value in rows) >= MATCHING * len(rows)


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
