"""A split for people and for SQL: its sizes by kind and relation, and its members as rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import uid as uids
from ..columns import ints
from .compositions import chains
from .dropping import touching

if TYPE_CHECKING:
    from ..graph import Graph
    from ..types import Relation
    from .holdout import Mask
    from .split import Split

TRAIN, HELD, ENTITY, UNUSED = KINDS = ("train", "held_out", "of_held_out_entity", "out_of_scope")


def sides(split: Split, graph: Graph) -> dict[str, Mask]:
    """For each kind of fact the rows of it; every fact is of one kind."""
    train = split.mask(graph)
    held = np.isin(ints(graph.columns.facts, "twin"), np.fromiter(split.held_out, np.int64, len(split.held_out)))
    fallen = touching(graph, split.held_out_entities) & ~held
    return dict(zip(KINDS, (train, held, fallen, ~(train | held | fallen)), strict=True))


def summary(split: Split, graph: Graph) -> dict[str, Any]:
    """Sizes: facts of each kind, in all and by relation; subjects; entities with what falls with each; compositions by pair
    of relations; and what was counted while splitting."""
    kinds = sides(split, graph)
    relation = ints(graph.columns.facts, "relation")
    counts = {kind: np.bincount(relation[rows], minlength=len(graph.relations())) for kind, rows in kinds.items()}
    relations = [
        {"relation": r.name, "label": r.label, **{kind: int(counts[kind][i]) for kind in (TRAIN, HELD, ENTITY)}}
        for i, r in enumerate(graph.relations())
        if any(counts[kind][i] for kind in (TRAIN, HELD, ENTITY))
    ]
    train = kinds[TRAIN]
    return {
        "fingerprint": split.fingerprint,
        "facts": len(train),
        **{kind: int(rows.sum()) for kind, rows in kinds.items()},
        "subjects": len(np.unique(ints(graph.columns.facts, "subject")[train])),
        "qa_held_out_subjects": len(split.qa_held_out),
        "held_out_entities": len(split.held_out_entities),
        "held_out_compositions": len(split.held_out_compositions),
        "counted": dict(split.counted),
        "relations": relations,
        "entities": _entities(split, graph),
        "compositions": _compositions(split, graph),
    }


def _entities(split: Split, graph: Graph) -> list[dict[str, Any]]:
    """The held-out entities by label, with how many facts each is an end of: those that fall with it."""
    nodes = sorted((graph.node(uid) for uid in split.held_out_entities), key=lambda n: (n.label, n.uid))
    return [
        {
            "uid": uids.show(n.uid),
            "label": n.label,
            "types": list(n.types),
            "facts": len({*graph.out(n.uid), *graph.into(n.uid)}),
        }
        for n in nodes
    ]


def _compositions(split: Split, graph: Graph) -> list[dict[str, Any]]:
    """Pairs of relations with how many compositions are held out, of how many that could be."""
    if not split.held_out_compositions:
        return []
    found = chains(graph, split.mask(graph), apart=split.qa_held_out, min_values=split.options["min_values"])
    twin, label = ints(graph.columns.facts, "twin"), {r.key: _called(r) for r in graph.relations()}
    of: Counter[int] = Counter()
    held: Counter[int] = Counter()
    for number, one, other in zip(found.stratum.tolist(), twin[found.first].tolist(), twin[found.second].tolist(), strict=True):
        of[number] += 1
        held[number] += (min(one, other), max(one, other)) in split.held_out_compositions
    return [
        {"relations": [label[key] for key in found.names[number]], "held_out": held[number], "of": of[number]}
        for number in sorted(of)
    ]


def _called(relation: Relation) -> str:
    """The name of a relation; of one that is a number, as `P26`, its label."""
    digits = sum(c.isdigit() for c in relation.name)
    return relation.label if 2 * digits >= len(relation.name) else relation.name


Row = tuple[str, str, int]  # fingerprint of the split, kind, uid


def split_rows(split: Split, graph: Graph) -> Iterator[Row]:
    """The members of a split as rows: (fingerprint, kind, uid), by kind and uid.

    Of facts, each once: `train`, `held_out`, `of_held_out_entity`, `out_of_scope`; of nodes: `held_out_entity` and
    `qa_held_out_subject`; and `held_out_composition`, whose facts are in `composition_rows`.
    """
    fact = ints(graph.columns.facts, "uid")
    members = {kind: fact[rows].tolist() for kind, rows in sides(split, graph).items()}
    members |= {
        "held_out_entity": sorted(split.held_out_entities),
        "qa_held_out_subject": sorted(split.qa_held_out),
        "held_out_composition": sorted(map(composition_uid, split.held_out_compositions)),
    }
    for kind in sorted(members):
        yield from ((split.fingerprint, kind, uid) for uid in members[kind])


def composition_rows(split: Split, graph: Graph) -> Iterator[tuple[str, int, int]]:
    """(fingerprint, composition, fact) for each fact, in every reading that is in the graph, of the held-out compositions."""
    facts, twin = ints(graph.columns.facts, "uid"), ints(graph.columns.facts, "twin")
    wanted: dict[int, list[int]] = {one: [] for pair in split.held_out_compositions for one in pair}
    rows = np.flatnonzero(np.isin(twin, np.fromiter(wanted, np.int64, len(wanted))))
    for one, uid in zip(twin[rows].tolist(), facts[rows].tolist(), strict=True):
        wanted[one].append(uid)
    for pair in sorted(split.held_out_compositions, key=composition_uid):
        yield from ((split.fingerprint, composition_uid(pair), uid) for uid in sorted({u for one in pair for u in wanted[one]}))


def composition_uid(pair: tuple[int, int]) -> int:
    """The uid of a composition: a hash of the twins of its two facts."""
    return uids.digest("composition", *map(uids.show, sorted(pair)))
