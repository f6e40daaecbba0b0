"""Relations whose values are names, descriptions or types of their subjects, because a source or a properties file says so.

`role: label` (or `rdfs:subPropertyOf rdfs:label`) makes labels of a relation's values, which are then no facts; `alias` and
`description` likewise, `type` makes types of its objects, and `subclass` says what rdfs:subClassOf says.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

import numpy as np
import pyarrow as pa

from .. import uid as uids
from ..columns import Ints, ints
from ..readers import _vocabulary as v
from .canonical import clean_label
from .descriptions import KIND, NOTE
from .ingest import FACT, Ingest
from .terms import LITERAL, fact_uids
from .vocabulary import NOTES, ROLES, SUBCLASS

KNOWN = (*ROLES, "type", "subclass")
Said = tuple[int, int, int]  # entity uid of a relation's key; how much it counts, the least the most; index of KNOWN


def role_of(uid: int, kind: str, text: str, rank: int) -> set[Said]:
    """What a note (of the kind `role` or `sub_property`) says about the role of a relation: one thing, or nothing.

    What people say in a properties file (rank -1) counts more than what a source says, and that more than what follows from
    rdfs:subPropertyOf.
    """
    if kind == "role":
        return {(uid, rank, KNOWN.index(text))} if text in KNOWN else set()
    role = NOTES[text][0] if text in NOTES else {v.TYPE: "type", SUBCLASS: "subclass"}.get(text, "")
    return {(uid, 1, KNOWN.index(role))} if role else set()


def chosen_roles(said: Set[Said]) -> dict[int, str]:
    """The role of each relation: of several that count the same the first of KNOWN, in whatever order they were read."""
    return {uid: KNOWN[role] for uid, _, role in sorted(said, reverse=True)}


def play(ingest: Ingest, roles: Mapping[int, str]) -> None:
    """Turn the staged facts of relations with a role (by entity uid of the relation's key) into what they are."""
    graph_id = ingest.names.graph_id
    playing = ((r, roles.get(uids.entity_uid(key, graph_id), "")) for key, r in ingest.names.relations.items())
    mine = {r: role for r, role in playing if role in KNOWN}
    if not mine:
        return
    ingest.roles = mine
    kinds = ingest.names.terms.kinds()
    numbers = np.fromiter(mine, np.int64, len(mine))
    for part in list(ingest.facts.parts()):
        c = {name: ints(part, name).astype(np.int64) for name in FACT.names}
        rows = np.flatnonzero(np.isin(c["r"], numbers))
        for r, role in mine.items():
            some = rows[c["r"][rows] == r]
            if role in ROLES:
                _notes(ingest, role, {name: column[some[kinds[c["o"][some]] == LITERAL]] for name, column in c.items()})
            elif role == "type":
                _types(ingest, {name: column[some[kinds[c["o"][some]] != LITERAL]] for name, column in c.items()})
            else:
                _subclasses(ingest, {name: column[some] for name, column in c.items()})


def _sources(ingest: Ingest, places: Ints) -> Ints:
    return np.array([source for source, _ in ingest.places], np.int64)[places]


def _notes(ingest: Ingest, role: str, c: dict[str, Ints]) -> None:
    kind, rank = ROLES[role]
    texts = ingest.names.texts(set(c["o"].tolist()))
    uid = ingest.names.terms.uids()
    rows = [
        (int(uid[s]), KIND[kind], rank, text, texts[o][2], source)
        for s, o, source in zip(c["s"].tolist(), c["o"].tolist(), _sources(ingest, c["place"]).tolist(), strict=True)
        if (text := clean_label(texts[o][0]))
    ]
    ingest.described.recognised[kind] += len(rows)
    ingest.described.dropped[f"empty {kind}"] += len(c["s"]) - len(rows)
    said = {row[0] for row in rows}
    for source in np.unique(_sources(ingest, c["place"])).tolist():
        mine = np.unique(c["s"][_sources(ingest, c["place"]) == source])
        ingest.described.spoken.append((source, mine[np.isin(uid[mine], list(said))]))
    if rows:
        columns = zip(*rows, strict=True)
        ingest.described.notes.add(pa.table([pa.array(v, f.type) for v, f in zip(columns, NOTE, strict=True)], schema=NOTE))


def _types(ingest: Ingest, c: dict[str, Ints]) -> None:
    sources = _sources(ingest, c["place"])
    for source in np.unique(sources).tolist():
        of = sources == source
        ingest.described.types.append((c["s"][of], c["o"][of], source))
    ingest.described.recognised["type"] += len(c["s"])


def _subclasses(ingest: Ingest, c: dict[str, Ints]) -> None:
    relation = ingest.names.relation(SUBCLASS)
    uid = ingest.names.terms.uids()
    of = np.full(len(c["s"]), ingest.names.relation_uids[relation], np.int64)
    made = {**c, "uid": fact_uids(uid[c["s"]], of, uid[c["o"]]), "r": np.full(len(of), relation)}
    ingest.facts.add(pa.table([pa.array(made[f.name], f.type) for f in FACT], schema=FACT))
