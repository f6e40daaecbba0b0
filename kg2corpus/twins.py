"""Twins: facts that say the same through symmetric relations and declared inverses share the smallest of their uids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .types import Relation
from .uid import fact_uid, relation_uid


def related(rows: Sequence[Mapping[str, Any]]) -> tuple[Relation, ...]:
    """Relations from their rows. An inverse that only one declares holds for both; one not in the graph is left out."""
    uid_of = {r["key"]: r["uid"] for r in rows}
    inverse = {uid_of[r["inverse_key"]]: r["uid"] for r in reversed(rows) if r["inverse_key"] in uid_of}
    inverse |= {r["uid"]: uid_of[r["inverse_key"]] for r in rows if r["inverse_key"] in uid_of}
    return tuple(Relation(**{k: v for k, v in r.items() if k != "inverse_key"}, inverse=inverse.get(r["uid"])) for r in rows)


def readings(relations: Sequence[Mapping[str, Any]], graph_id: str) -> dict[int, frozenset[tuple[int, bool]]]:
    """For each relation row its other readings: (uid of a relation, whether subject and object change places).

    An inverse counts whichever of the two declares it and whether or not it occurs in the graph; declarations chain
    (the inverse of an inverse says the same), so a class of relations with one symmetric member is symmetric as a whole.
    """
    uid_of = {r["key"]: r["uid"] for r in relations}
    links: dict[int, set[tuple[int, bool]]] = {}
    for r in relations:
        if r["symmetric"]:
            links.setdefault(r["uid"], set()).add((r["uid"], True))
        if r["inverse_key"]:
            key = r["inverse_key"]
            other = uid_of[key] if key in uid_of else relation_uid(key, graph_id)
            links.setdefault(r["uid"], set()).add((other, True))
            links.setdefault(other, set()).add((r["uid"], True))
    found = {}
    for row, r in enumerate(relations):
        seen = {(r["uid"], False)}
        todo = [(r["uid"], False)]
        while todo:
            uid, turned = todo.pop()
            for other, turns in links.get(uid, ()):
                if (step := (other, turned != turns)) not in seen:
                    seen.add(step)
                    todo.append(step)
        if len(seen) > 1:
            found[row] = frozenset(seen)
    return found


def twin_column(
    uid: npt.NDArray[np.int64],
    subject: npt.NDArray[np.int64],
    relation: npt.NDArray[np.int64],
    object: npt.NDArray[np.int64],
    relations: Sequence[Mapping[str, Any]],
    graph_id: str,
) -> npt.NDArray[np.int64]:
    """The twin of each fact: the smallest uid of its readings, present in the graph or not (so that it stays the same
    when the other reading is loaded later). `subject` and `object` are uids, `relation` row numbers of `relations`."""
    twin = uid.copy()
    for row, found in readings(relations, graph_id).items():
        others = found - {(relations[row]["uid"], False)}  # of which the uid is known
        rows = np.flatnonzero(relation == row)
        ends = zip(uid[rows].tolist(), subject[rows].tolist(), object[rows].tolist(), strict=True)
        twin[rows] = [
            min(own, *(fact_uid(o, r, s) if turned else fact_uid(s, r, o) for r, turned in others)) for own, s, o in ends
        ]
    return twin
