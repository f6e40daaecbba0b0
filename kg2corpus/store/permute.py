"""A counterfactual copy: names move among the entities of a type, everything else stays, so that no model knows the facts.

Label, aliases, description and the facts of name-like relations (see `properties`) of an entity move together to another
entity with the same set of types, by a seeded derangement of each such group: nobody keeps its name if the group has two
members or more. Types keep their names, and so do blank nodes. The permutation depends on keys and the seed only.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import pyarrow as pa

from .. import uid as uids
from .database import Sql
from .schema import Tables


@dataclass(frozen=True)
class Permutation:
    """What was permuted: entities that got another's name, the keys of those alone in their group, name-like relations."""

    moved: int
    alone: tuple[str, ...]
    untyped: int
    name_like: tuple[str, ...]
    facts_moved: int


def sentence(name: str, seed: int) -> str:
    """What manifests and cards say of a permuted graph."""
    return (
        f"COUNTERFACTUAL: names were permuted among the entities of each type of '{name}' (seed {seed}); "
        "what this graph and everything made from it says about the world is false on purpose."
    )


def derange(names: list[str], rng: Random) -> list[int]:
    """A permutation without a fixed point (Sattolo's shuffle), in which nobody gets an equal name either, where that can be.

    Item i of the result is the index of the one whose name i gets.
    """
    order = list(range(len(names)))
    for i in range(len(order) - 1, 0, -1):
        j = rng.randrange(i)
        order[i], order[j] = order[j], order[i]
    for i in range(len(order)):
        if names[order[i]] == names[i]:
            _swap_away(i, order, names)
    return order


def _swap_away(i: int, order: list[int], names: list[str]) -> None:
    """Exchange i's gift with the first one that leaves both with another's name."""
    for j in range(len(order)):
        if order[j] != i and order[i] != j and names[order[j]] != names[i] and names[order[i]] != names[j]:
            order[i], order[j] = order[j], order[i]
            return


def permute(sql: Sql, t: Tables, seed: int) -> Permutation:
    """Permute the names in a complete store whose uids carry the graph id already."""
    groups = _groups(sql, t)
    giver: dict[int, int] = {}
    alone: list[str] = []
    for types, members in sorted(groups.items()):
        members.sort()
        if len(members) == 1:
            alone.append(members[0][0])
            continue
        rng = Random(uids.digest("permute-labels", str(seed), *types))
        for member, other in zip(members, derange([m[2] for m in members], rng), strict=True):
            giver[member[1]] = members[other][1]
    sql.run("CREATE TEMP TABLE moved (receiver BIGINT PRIMARY KEY, giver BIGINT UNIQUE)")
    sql.bulk("moved", {"receiver": pa.array(giver.keys(), pa.int64()), "giver": pa.array(giver.values(), pa.int64())})
    _move_names(sql, t)
    facts = _move_facts(sql, t)
    found = sorted((key, name) for key, name in sql.run(f"SELECT key, name FROM {t.relation} WHERE name_like"))
    return Permutation(len(giver), tuple(alone), len(groups.get((), [])), tuple(name for _, name in found), facts)


def _groups(sql: Sql, t: Tables) -> dict[tuple[str, ...], list[tuple[str, int, str]]]:
    """Entities (key, id, label) by their sorted type keys; types themselves and relations are left out."""
    types: dict[int, set[str]] = {}
    for id_, key in sql.run(f"SELECT y.node_id, k.key FROM {t.node_type} y JOIN {t.node} k ON k.id = y.type_id"):
        types.setdefault(id_, set()).add(key)
    groups: dict[tuple[str, ...], list[tuple[str, int, str]]] = {}
    apart = f"id NOT IN (SELECT type_id FROM {t.node_type})"
    for id_, key, label in sql.run(f"SELECT id, key, label FROM {t.node} WHERE kind = 'entity' AND {apart}"):
        groups.setdefault(tuple(sorted(types.get(id_, ()))), []).append((key, id_, label))
    return groups


def _move_names(sql: Sql, t: Tables) -> None:
    run = sql.run
    run(
        "CREATE TEMP TABLE gift AS"
        " SELECT m.receiver, n.label, n.description, n.named, n.uid AS giver_uid, r.uid AS receiver_uid"
        f" FROM moved m JOIN {t.node} n ON n.id = m.giver JOIN {t.node} r ON r.id = m.receiver"
    )
    run("CREATE UNIQUE INDEX gift_receiver ON gift (receiver)")
    run(
        f"UPDATE {t.node} SET label = g.label, description = g.description, named = g.named FROM gift g"
        f" WHERE g.receiver = {t.node}.id"
    )
    run(
        "CREATE TEMP TABLE old_alias AS"
        f" SELECT m.receiver, a.text, a.language FROM {t.alias} a JOIN moved m ON m.giver = a.node_id"
    )
    run(f"DELETE FROM {t.alias} WHERE node_id IN (SELECT giver FROM moved)")
    run(f"INSERT INTO {t.alias} (node_id, text, language) SELECT receiver, text, language FROM old_alias")
    notes = "('label', 'alias', 'description')"
    run(
        "CREATE TEMP TABLE old_note AS SELECT g.receiver_uid, a.kind, a.rank, a.text, a.language, a.source_id"
        f" FROM {t.annotation} a JOIN gift g ON g.giver_uid = a.uid WHERE a.kind IN {notes}"
    )
    run(f"DELETE FROM {t.annotation} WHERE kind IN {notes} AND uid IN (SELECT giver_uid FROM gift)")
    run(f"INSERT INTO {t.annotation} (uid, kind, rank, text, language, source_id) SELECT * FROM old_note")


def _move_facts(sql: Sql, t: Tables) -> int:
    """Give the name-like facts to the receivers of the names; statements keep to their fact and so to their source line."""
    rows = sql.run(
        f"SELECT f.id, s.id, r.id, o.id, s.uid, r.uid, o.uid FROM {t.fact} f"
        f" JOIN {t.relation} r ON r.id = f.relation_id AND r.name_like"
        f" JOIN {t.node} o ON o.id = f.object_id AND o.kind = 'literal'"
        f" JOIN moved m ON m.giver = f.subject_id JOIN {t.node} s ON s.id = m.receiver"
    ).fetchall()
    moved = [(id_, uids.fact_uid(s_uid, r_uid, o_uid), s, r, o) for id_, s, r, o, s_uid, r_uid, o_uid in rows]
    sql.many(f"DELETE FROM {t.fact} WHERE id = ?", [(row[0],) for row in moved])
    sql.many(f"INSERT INTO {t.fact} (id, uid, subject_id, relation_id, object_id) VALUES (?, ?, ?, ?, ?)", moved)
    return len(moved)
