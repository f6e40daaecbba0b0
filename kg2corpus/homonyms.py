"""What tells entities of one name apart: "Georgia" the country is "Georgia (country)", a Springfield "Springfield (Illinois)".

A pure function of the columns of a snapshot. Of the entities whose labels are equal (case and blanks aside) each gets a
qualifier that no other of them could have, by the first of these that gives one:

    type         a type that none of the others has: "country"
    description  if it is a few words and names no neighbour: "English explorer"
    fact         a neighbour through a telling relation, or a year: "Illinois", "1852"
    two          two of these together: "village, Bavaria"
    alias        another name, which none of the others has: "prairie fox"
    key          the last part of its key, which says least ("Q1428")

A relation is telling where a node has one value and several nodes share it (what it is part of, what kind it is); then come
relations with one value each; years of birth come before all. Symmetric relations, declared or in the data, tell of siblings
and opposites, and are not used. A qualifier may give facts away. These, its *basis*, are all
facts between the entity and the neighbours that the qualifier names: no split may hold one of them out.
What no fact speaks of is never named in a text and gets none. Only homonyms cost time, about 50 microseconds each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from .columns import Ints, fold, ints, whole
from .telling import Features, Offer, Table, codes

KINDS = ("type", "description", "fact", "two", "alias", "key")


def qualify(table: Table) -> tuple[list[str], list[list[int]], dict[str, int]]:
    """The qualifier of each node ("" for most), its basis (uids of facts), and how many were told apart by which means."""
    count = len(table.folded)
    qualifiers, bases = [""] * count, list[list[int]]([[]]) * count
    rows, groups = _groups(table)
    if not len(rows):
        return qualifiers, bases, {}
    features = Features(table, rows)
    means: Counter[str] = Counter()
    for group in groups:
        for member, (kind, parts) in _told_apart(features, group).items():
            qualifiers[rows[member]] = ", ".join(parts)
            bases[rows[member]] = features.basis(member, parts)
            means[kind] += 1
    return qualifiers, bases, {kind: means[kind] for kind in KINDS if means[kind]}


def _groups(table: Table) -> tuple[Ints, list[list[int]]]:
    """The rows of entities that share their label with another, ascending; and the groups, as places among these rows."""
    literal = whole(table.nodes.column("literal")).to_numpy(zero_copy_only=False)
    code = codes(table.folded)
    used = np.diff(ints(table.starts, "out")) + np.diff(ints(table.starts, "into")) > 0
    entity = np.flatnonzero(~literal & used)
    shared = np.bincount(code[entity], minlength=1 if not len(code) else code.max() + 1) > 1
    keys = table.nodes.column("key")
    rows = [
        row
        for row in entity[shared[code[entity]]].tolist()
        # blank nodes that nothing names are never named in a text
        if table.folded[row] and not (table.folded[row].startswith("unnamed ") and keys[row].as_py().startswith("_:"))
    ]
    groups: dict[int, list[int]] = {}
    for place, row in enumerate(rows):
        groups.setdefault(int(code[row]), []).append(place)
    return np.asarray(rows, dtype=np.int64), [group for group in groups.values() if len(group) > 1]


def _told_apart(features: Features, group: Sequence[int]) -> dict[int, tuple[str, Offer]]:
    """For each member by what means it is told apart, and the parts of its qualifier."""
    chosen: dict[int, tuple[str, Offer]] = {}
    owner: dict[Offer, int | None] = {}  # the one member that an offer fits; None if it fits several
    means: dict[str, Callable[[int], Iterable[Offer]]] = {
        "type": features.types,
        "description": features.descriptions,
        "fact": features.facts,
        "two": features.twos,
        "alias": features.aliases,
    }
    for kind, offers_of in means.items():
        offers = {m: [(_same(o), o) for o in offers_of(m) if not features.is_a_label(m, o)] for m in group}
        for member, mine in offers.items():
            for same, _ in mine:
                owner[same] = member if owner.setdefault(same, member) == member else None
        for member, mine in offers.items():
            if member not in chosen and (offer := next((o for same, o in mine if owner[same] == member), None)):
                chosen[member] = (kind, offer)
        if len(chosen) == len(group):
            return chosen
    taken = {_same(offer) for _, offer in chosen.values()}
    for member in group:
        if member not in chosen:
            keys = (k for k in features.keys(member) if not features.is_a_label(member, (k,)))
            key = next(k for k in keys if _same((k,)) not in taken)
            taken.add(_same((key,)))
            chosen[member] = ("key", (key,))
    return chosen


def _same(offer: Offer) -> Offer:
    return (fold(offer[0]),) if len(offer) == 1 else tuple(sorted(map(fold, offer)))
