"""Which relations a corpus leaves out: those marked as identifiers, codes, coordinates or syntax, and those that the
curriculum names.

They leave the scope of the split that the corpus is compiled with (and which it keeps), so that planning, checks and probes
agree: their facts are not said, do not count as train facts, and are not asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..columns import ints
from ..config import RelationSettings
from ..errors import UserError
from ..graph import Graph
from ..marks import marks
from ..store.split import NARROWED

if TYPE_CHECKING:
    from ..store.split import Split

EXCLUDED = "excluded"


def taught(settings: RelationSettings, graph: Graph, split: Split) -> tuple[Split, list[dict[str, Any]]]:
    """The split without the relations that are left out, and these: relation, key, kind, why, facts; by key.

    A relation that `include` names is never left out for its mark, and none is where the split names its relations. What is
    excluded goes with its inverse, which says the same. Raises UserError for an unknown relation, one that is both included and
    excluded or both weighed and left out, and if none is left.
    """
    left = _left_out(settings, graph, marked=settings.marked == "exclude" and not split.options.get("relations"))
    _check_weighed(settings, graph, left)
    if not left:
        return split, []
    relation, twin = ints(graph.columns.facts, "relation"), ints(graph.columns.facts, "twin")
    out = np.isin(relation, list(left))
    scope = frozenset(twin[~out].tolist()) - frozenset(twin[out].tolist())
    if split.scope is not None:
        scope &= split.scope
    if not scope:
        names = ", ".join(row["relation"] for row in left.values())
        raise UserError(f"every relation is left out: {names}", "teach some: --set relations.include=NAME, or marked=include")
    options = {**split.options, NARROWED: split.fingerprint}
    return replace(split, scope=scope, options=options), list(left.values())


def _check_weighed(settings: RelationSettings, graph: Graph, left: Mapping[int, dict[str, Any]]) -> None:
    from ..store.split import find_relation

    names = {row["key"]: row["kind"] for row in left.values()}
    for name in settings.weights:
        if kind := names.get(find_relation(graph, name).key):
            hint = f"teach it with --set relations.include={name}, or take its weight away"
            raise UserError(f"relations.weights: '{name}' is left out of the corpus ({kind})", hint)


def _left_out(settings: RelationSettings, graph: Graph, *, marked: bool) -> dict[int, dict[str, Any]]:
    """What is excluded, and if `marked` also what has a mark, by row."""
    from ..store.split import find_relation

    row_of = {r.uid: row for row, r in enumerate(graph.relations())}
    excluded, included = (
        {row_of[find_relation(graph, name).uid] for name in names} for names in (settings.exclude, settings.include)
    )
    if both := excluded & included:
        name = graph.relations()[min(both)].name
        raise UserError(f"the relation '{name}' is both included and excluded", "take it out of relations.include or .exclude")
    for row in list(excluded):
        uid = graph.relations()[row].uid
        excluded |= {row_of[other] for other, _ in graph.readings(uid) if other in row_of}
    found: dict[int, tuple[str, str]] = dict.fromkeys(excluded, (EXCLUDED, "the curriculum says so"))
    if marked:
        for row, mark in marks(graph.columns).items():
            if mark.kind != "plain" and row not in included:
                found.setdefault(row, (mark.kind, mark.why))
    size = np.bincount(ints(graph.columns.facts, "relation"), minlength=len(row_of))
    return {
        row: {"relation": r.name, "key": r.key, "kind": found[row][0], "why": found[row][1], "facts": int(size[row])}
        for row, r in enumerate(graph.relations())
        if row in found and size[row]
    }

