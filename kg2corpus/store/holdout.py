"""Which facts and subjects a split keeps back: chosen by hashes of names and a seed, never by a model's result.

Everything works on twins, the units in which facts are held out: a fact and its inverse or symmetric readings are one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from .. import uid as uids
from ..columns import Ints, ints
from ..errors import UserError

if TYPE_CHECKING:
    from ..graph import Graph
    from ..types import Fact

T = TypeVar("T", bound=Hashable)
Mask = npt.NDArray[np.bool_]


def order(items: Iterable[int], what: str, seed: int) -> list[int]:
    """uids in an order drawn by seed and name alone."""
    return sorted(items, key=lambda item: (uids.digest("split", what, str(seed), uids.show(item)), item))


def quotas(sizes: Mapping[T, int], share: float) -> dict[T, int]:
    """How many of each stratum make up a share of all: each within one of its own share, the sum rounded half up
    (largest remainders)."""
    exact = {name: share * size for name, size in sizes.items()}
    given = {name: int(value) for name, value in exact.items()}
    rest = int(sum(exact.values()) + 0.5) - sum(given.values())
    by_remainder = sorted(exact, key=lambda name: (given[name] - exact[name], str(name)))
    for name in by_remainder[:rest]:
        given[name] += 1
    return given


def choose_subjects(
    graph: Graph, relations: Sequence[int], *, seed: int, subjects: int | None, facts: int | None, functional_only: bool
) -> list[int]:
    """The subjects of the scope in drawn order: those that have all the relations (each once if `functional_only`)."""
    fit = []
    for subject in order(graph.anchors(), "subject", seed):
        counts = Counter(f.relation.uid for f in graph.out(subject))
        chosen = {r: counts[r] for r in relations} if relations else counts
        if all(chosen.values()) and not (functional_only and any(n > 1 for n in chosen.values())):
            fit.append((subject, sum(chosen.values())))
        if subjects is not None and len(fit) == subjects:
            break
    if subjects is not None and len(fit) < subjects:
        kind = "each of the relations exactly once" if functional_only else "all of the relations"
        raise UserError(
            f"{subjects} subjects were asked for, {len(fit)} have {kind}",
            f"ask for {len(fit)} or fewer, or for fewer relations" if fit else "name other relations, or fewer of them",
        )
    return _within(fit, facts)


def _within(fit: Sequence[tuple[int, int]], facts: int | None) -> list[int]:
    """As many of the subjects, in order, as have at most so many facts together."""
    if facts is None:
        return [subject for subject, _ in fit]
    chosen, total = [], 0
    for subject, count in fit:
        if total + count <= facts:
            chosen.append(subject)
            total += count
    return chosen


def choose_qa_held_out(
    graph: Graph, subjects: Iterable[int], *, apart: frozenset[int] = frozenset(), seed: int, share: float
) -> tuple[frozenset[int], int]:
    """(a share of the subjects, stratified by their types; how many that is). None of those `apart`: there may be fewer."""
    strata: dict[str, list[int]] = defaultdict(list)
    for subject in order(subjects, "qa_held_out", seed):
        strata["\n".join(graph.node(subject).types)].append(subject)
    quota = quotas({name: len(members) for name, members in strata.items()}, share)
    free = {name: [subject for subject in members if subject not in apart] for name, members in strata.items()}
    return frozenset(s for name, members in free.items() for s in members[: quota[name]]), sum(quota.values())


def asked_about(facts: Iterable[Fact]) -> frozenset[int]:
    """The subjects of the facts in all their readings: those that questions about them can be about."""
    return frozenset(uid for fact in facts for uid in _asked((fact,)))


def choose_held_out(
    facts: Iterable[Fact], qa_held_out: frozenset[int], *, seed: int, share: float, min_values: int
) -> frozenset[int]:
    """A share of the twins, stratified by relation, of relations with at least `min_values` objects that are no names.

    A twin none of whose readings has a QA-held-out subject is drawn, so that the two kinds of holding out stay apart.
    Twins are preferred whose object keeps a train fact of the relation (so that it can stand among the choices of a
    fair question) and whose subject keeps a train fact of any kind; then the others, up to the relation's quota.
    """
    members: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts:
        members[fact.twin].append(fact)
    strata: dict[str, list[int]] = defaultdict(list)
    values: dict[str, set[int]] = defaultdict(set)
    objects: Counter[tuple[int, str]] = Counter()
    subjects: Counter[int] = Counter()
    joined = Counter(_ends(same[0]) for same in members.values())
    for twin, same in members.items():
        key = min(f.relation.key for f in same)
        strata[key].append(twin)
        values[key].update(f.object.uid for f in same)
        objects.update((node, key) for node in _taught(same))
        subjects.update(_asked(same))
    eligible = {
        key: twins
        for key, twins in strata.items()
        if len(values[key]) >= min_values and not members[twins[0]][0].relation.name_like
    }
    held: set[int] = set()
    for key, quota in sorted(quotas({key: len(twins) for key, twins in eligible.items()}, share).items()):
        drawn = [t for t in order(eligible[key], "held_out", seed) if not _asked(members[t]) & qa_held_out]
        held |= _draw(drawn, quota, key, members, objects, subjects, joined)
    return frozenset(held)


def _draw(
    drawn: Sequence[int],
    quota: int,
    key: str,
    members: Mapping[int, Sequence[Fact]],
    objects: Counter[tuple[int, str]],
    subjects: Counter[int],
    joined: Counter[frozenset[int]],
) -> set[int]:
    """Up to `quota` twins, in the order drawn: first those that leave both ends known, then the objects, the subjects, any;
    of all these before others those whose ends no other fact joins, for such a fact could not be said then."""
    held: set[int] = set()

    def objects_stay(twin: int) -> bool:
        return all(objects[node, key] > 1 for node in _taught(members[twin]))

    def subjects_stay(twin: int) -> bool:
        return all(subjects[s] > 1 for s in _asked(members[twin]))

    def alone(twin: int) -> bool:
        return all(joined[_ends(f)] == 1 for f in members[twin][:1])

    fair: list[list[Callable[[int], bool]]] = [[objects_stay, subjects_stay], [objects_stay], [subjects_stay], []]
    passes = [[*tests, alone] for tests in fair] + fair
    for tests in passes:
        for twin in drawn:
            if len(held) >= quota:
                return held
            if twin not in held and all(test(twin) for test in tests):
                held.add(twin)
                objects.subtract((node, key) for node in _taught(members[twin]))
                subjects.subtract(_asked(members[twin]))
    return held


def _ends(fact: Fact) -> frozenset[int]:
    return frozenset((fact.subject.uid, fact.object.uid))


def _turns(fact: Fact) -> bool:
    return fact.relation.symmetric or fact.relation.inverse is not None


def _asked(same: Sequence[Fact]) -> set[int]:
    """The subjects of a twin's readings: those that a question about it can be about."""
    return {f.subject.uid for f in same} | {f.object.uid for f in same if _turns(f)}


def _taught(same: Sequence[Fact]) -> set[int]:
    """The objects of a twin's readings."""
    return {f.object.uid for f in same} | {f.subject.uid for f in same if _turns(f)}


Group = tuple[int, int]


def open_groups(graph: Graph, train: Mask, held: Mask) -> tuple[frozenset[Group], frozenset[Group]]:
    """The groups that the train facts do not complete, as (subject, relation) and as (object, relation).

    Those with a held-out member, and those of which the scope holds a part. Inverse and symmetric readings count: a
    held-out "A borders B" also opens (B, borders).
    """
    columns = graph.columns
    relation_uids = [r.uid for r in graph.relations()]
    row_of = {uid: row for row, uid in enumerate(relation_uids)}
    subject, relation, object_ = (ints(columns.facts, name) for name in ("subject", "relation", "object"))
    count = max(1, len(relation_uids))

    def keys(mask: Mask, of_object: bool, own: bool = False) -> Ints:
        found = [np.zeros(0, np.int64)]
        for row in np.unique(relation[mask]).tolist():
            rows = np.flatnonzero(mask & (relation == row))
            uid = relation_uids[row]
            for other, turns in {(uid, False)} if own else graph.readings(uid):
                if other in row_of:
                    ends = object_ if turns != of_object else subject
                    found.append(np.unique(ends[rows]) * count + row_of[other])
        return np.unique(np.concatenate(found))

    node_uids = ints(columns.nodes, "uid")

    def named(of_object: bool) -> frozenset[Group]:
        partly = np.intersect1d(keys(~train, of_object), keys(train, of_object, own=True))
        both = np.union1d(partly, keys(held, of_object))
        return frozenset((int(node_uids[key // count]), relation_uids[key % count]) for key in both.tolist())

    return named(False), named(True)
