"""What a load read, brought to rest: class expressions flattened, triple terms attached, filters applied, and which nodes stay.

The result, `Settled`, is what `merge` writes. All of it is numbers and masks by number; texts stay where they were spilled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..columns import Ints, ints
from .descriptions import KIND
from .filters import Filters, Part, capped, ready
from .ingest import FACT, Ingest
from .ontology import flatten
from .reified import attach
from .roles import Said, chosen_roles, play, role_of
from .terms import LITERAL
from .vocabulary import NOTE_KINDS, ROLES

Mask = npt.NDArray[np.bool_]


class Pairs:
    """A set of (number, source)."""

    def __init__(self, pairs: Set[tuple[int, int]], count: int) -> None:
        self.any = bool(pairs)
        self._count = max(1, count)
        self._keys = np.array(sorted(source * self._count + number for number, source in pairs), np.int64)

    def hold(self, numbers: Ints, source: Ints | int) -> Mask:
        """Which of the numbers are in it, each with its source."""
        if not self.any:
            return np.zeros(len(numbers), np.bool_)
        return np.isin(source * self._count + numbers, self._keys)


@dataclass
class Settled:
    """`used` and `spoken` say by number which nodes stand in facts, and which something describes."""

    ingest: Ingest
    uid: Ints
    kind: npt.NDArray[np.uint8]
    gone: Pairs  # nodes (number, source) of which this source's facts, types and descriptions are not kept
    reifiers: Pairs  # the same of those that are subjects
    declared: Mask  # nodes that are relations, of which no fact is kept
    spoken: Mask
    sources: Ints  # of each place
    declared_now: Set[int]  # uids of what this load calls a relation
    datatype: Ints  # indexes of `Terms.datatypes` by number
    used_extras: Mask = field(default_factory=lambda: np.zeros(0, np.bool_))
    used_relations: Mask = field(default_factory=lambda: np.zeros(0, np.bool_))
    used: Mask = field(default_factory=lambda: np.zeros(0, np.bool_))
    parts: list[Part] = field(default_factory=list)  # filters
    max_degree: int = 0
    roles: dict[int, str] = field(default_factory=dict)  # of relations, by the entity uid of the key
    chosen: bool = False  # only a part of the graph is taken: what no fact speaks of is left out

    def facts(self, dropped: Counter[str] | None = None, *, in_order: bool = True) -> Iterator[dict[str, Ints]]:
        """The staged facts that are kept, part by part in order of uid, each part sorted by uid, place and position (or as
        they came, unless `in_order`). `dropped` counts what the filters leave out."""
        seen = (np.zeros(len(self.uid), np.int64), np.where(self.kind == LITERAL, np.iinfo(np.int64).min // 2, 0))
        for part in self.ingest.facts.parts():
            c = {name: ints(part, name).astype(np.int64, copy=False) for name in FACT.names}
            stay = ~self.declared[c["s"]]
            if self.gone.any or self.reifiers.any:
                source = self.sources[c["place"]]
                stay &= ~(self.gone.hold(c["s"], source) | self.gone.hold(c["o"], source) | self.reifiers.hold(c["s"], source))
            if self.ingest.roles:
                stay &= ~np.isin(c["r"], np.fromiter(self.ingest.roles, np.int64)) | self._plays_not(c)
            for one in self.parts:
                kept = one.keeps(c)
                if dropped is not None:
                    dropped[one.reason] += int(np.count_nonzero(stay & ~kept))
                stay &= kept
            order = _order(c) if in_order else np.arange(len(stay))
            order = order[stay[order]] if not stay.all() else order
            c = {name: column[order] for name, column in c.items()}
            if self.max_degree and len(order):
                kept = capped(c, self.max_degree, seen)
                if dropped is not None:
                    dropped[f"fact of a node that has {self.max_degree:,} already"] += int(np.count_nonzero(~kept))
                c = {name: column[kept] for name, column in c.items()}
            yield self._overridden(c)

    def _plays_not(self, c: dict[str, Ints]) -> Mask:
        """Facts of a relation with a role that are facts all the same: labels that are no text, types that are one."""
        literal = self.kind[c["o"]] == LITERAL
        texts = np.isin(c["r"], [r for r, role in self.ingest.roles.items() if role in ROLES])
        types = np.isin(c["r"], [r for r, role in self.ingest.roles.items() if role == "type"])
        return np.asarray((texts & ~literal) | (types & literal))

    def _overridden(self, c: dict[str, Ints]) -> dict[str, Ints]:
        """Statements that are reified have what is said about them as their extra."""
        told = self.ingest.overrides
        if told:
            seen: Counter[tuple[int, int]] = Counter()
            for i in np.flatnonzero(np.isin(c["uid"], np.array([uid for uid, _ in told], np.int64))).tolist():
                of = (int(c["uid"][i]), self.ingest.places[int(c["place"][i])][0])
                if seen[of] < len(told.get(of, ())):
                    c["extra"][i] = told[of][seen[of]]
                seen[of] += 1
        return c


def _order(c: dict[str, Ints]) -> Ints:
    """Rows in order of uid, place and position. Mostly they came in order of the last two."""
    order = np.argsort(c["uid"], kind="stable")
    uid = c["uid"][order]
    again = np.flatnonzero(uid[1:] == uid[:-1])
    place, position = (c[name][order] for name in ("place", "position"))
    later = (place[again] == place[again + 1]) & (position[again] <= position[again + 1])
    if np.all((place[again] < place[again + 1]) | later):
        return order
    return np.lexsort((c["position"], c["place"], c["uid"]))


def settle(ingest: Ingest, declared_before: Set[int], roles_before: Set[Said], filters: Filters) -> Settled:
    """Bring to rest what was read. `declared_before`: uids that the store knows as relations; `roles_before`: what it knows of
    their roles."""
    ingest.flush()
    ingest.names.terms.forget()
    declared_now: set[int] = set()
    said = set(roles_before)
    for part in ingest.described.notes.parts():
        kinds = ints(part, "kind")
        uid = ints(part, "uid")
        declared_now.update(uid[kinds == KIND["property"]].tolist())
        for row in np.flatnonzero((kinds == KIND["role"]) | (kinds == KIND["sub_property"])).tolist():
            text = part.column("text")[row].as_py()
            said |= role_of(int(uid[row]), NOTE_KINDS[kinds[row]], text, int(part.column("rank")[row].as_py()))
    roles = chosen_roles(said)
    gone = flatten(ingest)
    reifiers = attach(ingest)
    play(ingest, roles)
    uid = ingest.names.terms.uids()
    count = len(uid)

    declared_uids = declared_now | declared_before
    declared = np.isin(uid, np.fromiter(declared_uids, np.int64, len(declared_uids)))
    settled = Settled(
        ingest, uid, ingest.names.terms.kinds(), gone=Pairs(gone, count), reifiers=Pairs(reifiers, count), declared=declared,
        spoken=np.zeros(count, np.bool_), datatype=ingest.names.terms.datatype_codes(), roles=roles,
        sources=np.array([source for source, _ in ingest.places] or [0], np.int64), declared_now=declared_now,
    )  # fmt: skip
    for source, numbers in ingest.described.spoken:
        settled.spoken[numbers[~settled.gone.hold(numbers, source)]] = True
    about = sum(int(np.count_nonzero(declared[ints(part, "s")])) for part in ingest.facts.parts())
    if about:
        ingest.described.recognised["schema"] += about
    ingest.described.types = [_kept_types(settled, *one) for one in ingest.described.types]
    for part in ready(filters, ingest, settled.facts):
        settled.parts.append(part)
    settled.max_degree, settled.chosen = filters.max_degree, filters.chosen
    return settled


def _kept_types(settled: Settled, nodes: Ints, types: Ints, source: int) -> tuple[Ints, Ints, int]:
    dropped = settled.gone.hold(nodes, source) | settled.gone.hold(types, source) | settled.reifiers.hold(nodes, source)
    stay = ~(settled.declared[nodes] | dropped)
    return nodes[stay], types[stay], source


def mark_used(settled: Settled) -> None:
    """Find which nodes stand in what is kept: facts, types, qualifiers, statements without a value."""
    used = np.zeros(len(settled.uid), np.bool_)
    relations = np.zeros(len(settled.ingest.names.relations), np.bool_)
    extras = np.zeros(len(settled.ingest.extras), np.bool_)
    in_order = bool(settled.max_degree or settled.ingest.overrides)
    for part in settled.facts(settled.ingest.described.dropped, in_order=in_order):
        used[part["s"]] = True
        used[part["o"]] = True
        relations[part["r"]] = True
        extras[part["extra"]] = True
    if settled.chosen:
        types_ = settled.ingest.described.types
        settled.ingest.described.types = [(n[used[n]], types[used[n]], source) for n, types, source in types_]
        settled.ingest.unvalued = [row for row in settled.ingest.unvalued if used[row[0]]]
        settled.spoken[:] = False
    for nodes, types, _ in settled.ingest.described.types:
        used[nodes] = True
        used[types] = True
    for table in settled.ingest.qualifiers:
        told = table.filter(pa.array(extras[ints(table, "extra")]))
        objects = told.column("object").drop_null()
        used[objects.to_numpy()] = True
        relations[ints(told, "relation")] = True
    used[[row[0] for row in settled.ingest.unvalued]] = True
    relations[[row[1] for row in settled.ingest.unvalued]] = True
    settled.used, settled.used_relations, settled.used_extras = used, relations, extras

