"""Held-out compositions: chains of two train facts that no document brings together.

A chain goes from a node over another to a third, a -> b -> c. Only chains can be held out whose every hop is the one answer
of its node, in the whole graph and in every reading: those have a question with one answer, and no other chain says the
same. A composition is named by the twins of its two facts, so that it is the same one read backwards.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import uid as uids
from ..columns import Ints, ints
from ..errors import UserError
from .holdout import Mask, quotas

if TYPE_CHECKING:
    from ..graph import Graph

Pair = tuple[int, int]  # the twins of the two facts, ascending


@dataclass(frozen=True)
class Chains:
    """Chains as columns: rows of the first and the second fact, and the number of the pair of relations in `names`."""

    first: Ints
    second: Ints
    stratum: Ints
    names: tuple[tuple[str, str], ...]

    def __len__(self) -> int:
        return len(self.first)


def pair_of(one: int, other: int) -> Pair:
    """The name of the composition of two twins."""
    return (one, other) if one < other else (other, one)


def chains(graph: Graph, train: Mask, *, apart: frozenset[int] = frozenset(), min_values: int = 10) -> Chains:
    """The chains that can be held out, each composition once, in the order of their facts' uids.

    Both facts are of `train` and name no node of `apart`; no relation holds names, and the last has `min_values` objects at
    least (a name can be inferred, and one of few values guessed). Two objects of one subject make no chain: they stand in
    one list.
    """
    facts = graph.columns.facts
    subject, relation, object_ = (ints(facts, name) for name in ("subject", "relation", "object"))
    twin, node = ints(facts, "twin"), ints(graph.columns.nodes, "uid")
    literal = graph.columns.nodes.column("literal").to_numpy()
    ahead, back = _steps(graph)
    kept = np.isin(node, np.fromiter(apart, np.int64, len(apart)))
    named = np.array([r.name_like for r in graph.relations()], bool)
    fit = train & _only(subject, object_, ahead[relation], back[relation])
    fit &= ~named[relation] & ~kept[subject] & ~kept[object_] & (subject != object_)
    wide = np.array([len(graph.objects(r.uid)) >= min_values for r in graph.relations()], bool)
    ones = np.flatnonzero(fit & ~literal[object_])
    twos = np.flatnonzero(fit & wide[relation])
    twos = twos[np.argsort(subject[twos], kind="stable")]
    start = np.searchsorted(subject[twos], object_[ones])
    count = np.searchsorted(subject[twos], object_[ones], side="right") - start
    first = np.repeat(ones, count)
    second = twos[np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(start, count)]
    joined = (object_[second] != subject[first]) & (ahead[relation[second]] != back[relation[first]])
    first, second = first[joined], second[joined]
    low, high = np.minimum(twin[first], twin[second]), np.maximum(twin[first], twin[second])
    _, once = np.unique(np.stack([low, high]), axis=1, return_index=True)
    once.sort()
    first, second = first[once], second[once]
    return Chains(first, second, *_strata(graph, relation[first], relation[second], ahead, back))


def _steps(graph: Graph) -> tuple[Ints, Ints]:
    """For each relation the step from subject to object and the one from object to subject, as numbers that all readings of
    a fact share: "a borders b" is the same step both ways, "a contains b" and "b is in a" are the same two steps."""
    ahead, back = [], []
    number: dict[int, int] = {}
    for relation in graph.relations():
        readings = graph.readings(relation.uid)
        chosen = min(uid for uid, _ in readings)
        turns = {turned for uid, turned in readings if uid == chosen}
        one = 2 * number.setdefault(chosen, len(number))
        symmetric = len(turns) == 2
        ahead.append(one + (not symmetric and True in turns))
        back.append(one + (not symmetric and False in turns))
    return np.array(ahead, np.int64), np.array(back, np.int64)


def _only(subject: Ints, object_: Ints, ahead: Ints, back: Ints) -> Mask:
    """For each fact whether its object is all that its subject leads to by that step, in any reading of any fact."""
    start, step, end = np.concatenate([subject, object_]), np.concatenate([ahead, back]), np.concatenate([object_, subject])
    key = start * (int(step.max(initial=0)) + 1) + step
    order = np.lexsort((end, key))
    key, end = key[order], end[order]
    fresh = np.ones(len(key), bool)
    fresh[1:] = (key[1:] != key[:-1]) | (end[1:] != end[:-1])
    keys, counts = np.unique(key[fresh], return_counts=True)
    own = subject * (int(step.max(initial=0)) + 1) + ahead
    return np.asarray(counts[np.searchsorted(keys, own)] == 1) if len(keys) else np.zeros(0, bool)


def _strata(graph: Graph, first: Ints, second: Ints, ahead: Ints, back: Ints) -> tuple[Ints, tuple[tuple[str, str], ...]]:
    """The pair of relations of each chain, in the reading that gives the smaller steps: names that both directions share."""
    there = np.stack([ahead[first], ahead[second]], 1)
    again = np.stack([back[second], back[first]], 1)
    turned = (again[:, 0] < there[:, 0]) | ((again[:, 0] == there[:, 0]) & (again[:, 1] < there[:, 1]))
    _, place, stratum = np.unique(np.where(turned[:, None], again, there), axis=0, return_index=True, return_inverse=True)
    known = graph.relations()
    # the readings of one pair may come from several relations: the name is that of the smallest keys
    names: dict[int, tuple[str, str]] = {}
    for number, one, two in sorted(set(zip(stratum.ravel().tolist(), first.tolist(), second.tolist(), strict=True))):
        names[number] = min(names.get(number, (known[one].key, known[two].key)), (known[one].key, known[two].key))
    return stratum.ravel().astype(np.int64), tuple(names[number] for number in range(len(place)))


def choose_compositions(
    graph: Graph, train: Mask, *, seed: int, count: int, apart: frozenset[int], min_values: int
) -> frozenset[Pair]:
    """`count` compositions, stratified by pair of relations, that name no node of `apart`.

    Raises UserError where there are fewer, with what stands in the way.
    """
    if not count:
        return frozenset()
    found = chains(graph, train, apart=apart, min_values=min_values)
    if count > len(found):
        raise _too_many(graph, train, count, len(found), apart, min_values)
    twin = ints(graph.columns.facts, "twin")
    sizes = dict(enumerate(np.bincount(found.stratum, minlength=len(found.names)).tolist()))
    quota = quotas({found.names[number]: size for number, size in sizes.items()}, count / len(found))
    members: dict[int, list[Pair]] = defaultdict(list)
    wanted = np.array([quota[name] > 0 for name in found.names], bool)[found.stratum]
    columns = (found.stratum[wanted], twin[found.first[wanted]], twin[found.second[wanted]])
    for number, one, other in zip(*(column.tolist() for column in columns), strict=True):
        members[number].append(pair_of(one, other))
    chosen: set[Pair] = set()
    for number, some in members.items():
        chosen.update(sorted(some, key=lambda pair: _draw(pair, seed))[: quota[found.names[number]]])
    return frozenset(chosen)


def _draw(pair: Pair, seed: int) -> tuple[int, Pair]:
    return uids.digest("split", "held_out_composition", str(seed), *map(uids.show, pair)), pair


def _too_many(graph: Graph, train: Mask, count: int, most: int, apart: frozenset[int], min_values: int) -> UserError:
    what = f"{count:,} compositions were asked for, {most:,} can be held out"
    blocked = len(chains(graph, train, min_values=min_values)) - most if apart else 0
    if most or blocked:
        because = f": {blocked:,} chains name a subject that is never asked about" if blocked else ""
        return UserError(what + because, f"ask for {most:,} or fewer" + (", or lower qa_held_out" if blocked else ""))
    if min_values > 1 and (n := len(chains(graph, train, min_values=1))):
        return UserError(
            f"{what}: all {n:,} chains end in relations with fewer than {min_values} objects",
            "lower min_values, or ask for none",
        )
    return UserError(
        f"{what}: the train facts have no two in a row (a -> b -> c) of which each is the only one of its subject and relation",
        "widen the scope, for example with more relations, or ask for none",
    )


def ends_of(graph: Graph, compositions: frozenset[Pair]) -> list[tuple[int, int, int]]:
    """(an end, the node between, the other end) of each composition, ascending; none for twins that are not in this graph."""
    facts = graph.columns.facts
    node, twin = ints(graph.columns.nodes, "uid"), ints(facts, "twin")
    wanted = {one for pair in compositions for one in pair}
    rows = np.flatnonzero(np.isin(twin, np.fromiter(wanted, np.int64, len(wanted))))
    subject, object_ = node[ints(facts, "subject")[rows]], node[ints(facts, "object")[rows]]
    ends = {t: {s, o} for t, s, o in zip(twin[rows].tolist(), subject.tolist(), object_.tolist(), strict=True)}
    found: set[tuple[int, int, int]] = set()
    for one, other in compositions:
        for between in ends.get(one, set()) & ends.get(other, set()):
            for a in ends[one] - {between}:
                found.update((min(a, c), between, max(a, c)) for c in ends[other] - {between})
    return sorted(found)
