"""What the data says of each relation, beside what is declared: how many, of which types, symmetric, transitive, inverses.

`measure` is a pure function of a snapshot's columns, in whole-column steps: a million facts take seconds. What it finds is
evidence and no declaration: a relation that is symmetric in every fact of this graph may still not be so. It becomes one when a
person puts it into a properties file (docs/properties.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from .columns import Columns, Ints, ints, whole
from .uid import digest

MANY = 1.5  # facts per subject (or object) on average, from which a relation counts as having many
TOP = 5  # types and datatypes shown
OVERLAP = 0.5  # share of a relation's facts from which another one is named as its inverse or as holding it
SUPPORT = 2  # facts that an overlap needs at least
SAMPLE = 2_000  # facts of a relation that transitivity is looked at from
FANOUT = 32  # next facts that each of them is followed to
CHUNK = 1 << 22  # rows of a join held at once

Shares = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Overlap:
    """Another relation (its row) that holds `support` of a relation's facts: turned round (inverse), or as they are (subset).

    `share` of the facts of the one, `other_share` of the facts of the other.
    """

    relation: int
    support: int
    share: float
    other_share: float


@dataclass(frozen=True)
class Measured:
    """One relation, by its row in the snapshot; shares are 0 to 1.

    `functional`: of the subjects, those with one object; `inverse_functional`: of the objects, those with one subject.
    `literal`: facts whose object is a literal. `domain` and `range`: subjects and objects (entities) with a type, the commonest
    types first; `datatypes`: literal facts by datatype. `symmetric`: facts between two entities that hold in both directions,
    None without such facts; `transitive`: of `paths` (a to b, b to c) those with a to c, None without paths; `sampled` if not
    all paths were looked at. `inverses` and `subset_of`: other relations, the largest share first.
    """

    relation: int
    facts: int
    subjects: int
    objects: int
    functional: float
    inverse_functional: float
    literal: float
    domain: Shares
    range: Shares
    datatypes: Shares
    symmetric: float | None
    both_ways: int
    transitive: float | None
    paths: int
    sampled: bool
    inverses: tuple[Overlap, ...]
    subset_of: tuple[Overlap, ...]

    @property
    def cardinality(self) -> str:
        return cardinality(self.facts, self.subjects, self.objects)


def cardinality(facts: int, subjects: int, objects: int) -> str:
    """How many subjects share an object, then how many objects a subject has: "1-1", "1-n", "n-1" or "n-m"; an average of
    1.5 and more is many."""
    left, right = facts / max(1, objects) >= MANY, facts / max(1, subjects) >= MANY
    return {(False, False): "1-1", (False, True): "1-n", (True, False): "n-1", (True, True): "n-m"}[left, right]


def measure(columns: Columns, rows: Ints | None = None, *, seed: int = 0) -> list[Measured]:
    """The characteristics of each relation that has facts, in order of key; `rows` (of `columns.facts`) limits them to a view.

    `seed` draws the facts that transitivity is looked at from, where a relation has more of them than 2,000.
    """
    edges = _edges(columns, rows)
    size = np.bincount(edges.relation, minlength=edges.relations)
    subjects, one_object = _ends(edges, edges.subject)
    objects, one_subject = _ends(edges, edges.object)
    literal = np.bincount(edges.relation[edges.literal], minlength=edges.relations)
    domain, range_ = _types(columns, edges, edges.subject), _types(columns, edges, edges.object, entities=True)
    datatypes = _datatypes(columns, edges)
    between = edges.of(~edges.literal & (edges.subject != edges.object))
    same, turned = _overlaps(edges, edges), _overlaps(between, between, turned=True)
    entity_facts = np.bincount(between.relation, minlength=edges.relations)
    paths, closed, sampled = _paths(between, seed)
    found = []
    for r in np.flatnonzero(size).tolist():
        both, pairs = turned.get((r, r), 0), int(entity_facts[r])
        found.append(
            Measured(
                relation=r,
                facts=int(size[r]),
                subjects=int(subjects[r]),
                objects=int(objects[r]),
                functional=_share(one_object[r], subjects[r]),
                inverse_functional=_share(one_subject[r], objects[r]),
                literal=_share(literal[r], size[r]),
                domain=domain.get(r, ()),
                range=range_.get(r, ()),
                datatypes=datatypes.get(r, ()),
                symmetric=_share(both, pairs) if pairs else None,
                both_ways=both,
                transitive=_share(closed[r], paths[r]) if paths[r] else None,
                paths=int(paths[r]),
                sampled=bool(sampled[r]),
                inverses=_others(r, turned, entity_facts),
                subset_of=_others(r, same, size),
            )
        )
    return found


@dataclass(frozen=True)
class _Edges:
    """Facts as arrays; `nodes` and `relations` are how many there are."""

    uid: Ints
    subject: Ints
    relation: Ints
    object: Ints
    literal: npt.NDArray[np.bool_]
    nodes: int
    relations: int

    def of(self, mask: npt.NDArray[np.bool_]) -> _Edges:
        """The facts that the mask says yes to."""
        parts = (self.uid[mask], self.subject[mask], self.relation[mask], self.object[mask], self.literal[mask])
        return _Edges(*parts, self.nodes, self.relations)


def _edges(columns: Columns, rows: Ints | None) -> _Edges:
    chosen = slice(None) if rows is None else rows
    uid, subject, relation, object_ = (
        ints(columns.facts, name)[chosen] for name in ("uid", "subject", "relation", "object")
    )
    literal = whole(columns.nodes.column("literal")).to_numpy(zero_copy_only=False)[object_]
    return _Edges(uid, subject, relation, object_, literal, columns.nodes.num_rows, columns.relations.num_rows)


def _share(part: int | np.integer, whole_: int | np.integer) -> float:
    return round(int(part) / max(1, int(whole_)), 4)


def _ends(edges: _Edges, end: Ints) -> tuple[Ints, Ints]:
    """Per relation: distinct nodes at one end, and those of them with one fact."""
    pairs, counts = np.unique(edges.relation * edges.nodes + end, return_counts=True)
    relation = pairs // max(1, edges.nodes)
    return np.bincount(relation, minlength=edges.relations), np.bincount(relation[counts == 1], minlength=edges.relations)


def _joined(starts: Ints, counts: Ints) -> Iterator[tuple[Ints, Ints]]:
    """(i, position) for each position starts[i] <= position < starts[i] + counts[i], CHUNK or so at a time."""
    if not len(counts):
        return
    total = np.cumsum(counts)
    cuts = np.searchsorted(total, np.arange(CHUNK, int(total[-1]), CHUNK))
    for part in np.split(np.arange(len(counts)), cuts):
        n = counts[part]
        row = np.repeat(part, n)
        yield row, np.repeat(starts[part] - (np.cumsum(n) - n), n) + np.arange(len(row))


def _tally(parts: Iterator[Ints]) -> tuple[Ints, Ints]:
    """Distinct codes and how often each came."""
    counted = [np.unique(part, return_counts=True) for part in parts]
    if not counted:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    codes, place = np.unique(np.concatenate([c for c, _ in counted]), return_inverse=True)
    counts = np.bincount(place.ravel(), weights=np.concatenate([n for _, n in counted]), minlength=len(codes))
    return codes, counts.astype(np.int64)


# types and datatypes


def _types(columns: Columns, edges: _Edges, end: Ints, *, entities: bool = False) -> dict[int, Shares]:
    """The commonest types of the distinct nodes at one end, with their shares."""
    if entities:
        edges, end = edges.of(~edges.literal), end[~edges.literal]
    lists = whole(columns.nodes.column("types"))
    names = lists.values.dictionary_encode()
    if not len(names.dictionary) or not len(end):
        return {}
    offsets, code = np.asarray(lists.offsets, np.int64), np.asarray(names.indices, np.int64)
    pairs = np.unique(edges.relation * edges.nodes + end)
    relation, node = np.divmod(pairs, edges.nodes)
    sizes = np.bincount(relation, minlength=edges.relations)
    many = len(names.dictionary)
    joined = _joined(offsets[node], offsets[node + 1] - offsets[node])
    codes, counts = _tally(relation[i] * many + code[position] for i, position in joined)
    return _commonest(codes // many, names.dictionary, codes % many, counts, sizes)


def _datatypes(columns: Columns, edges: _Edges) -> dict[int, Shares]:
    """Datatypes of literal facts: `string` without one, `langString` with a language."""
    edges = edges.of(edges.literal)
    if not len(edges.object):
        return {}
    column = whole(columns.nodes.column("datatype")).take(pa.array(edges.object)).dictionary_encode()
    tagged = whole(columns.nodes.column("language")).take(pa.array(edges.object))
    code = np.asarray(column.indices, np.int64)
    many = len(column.dictionary) + 1
    code[np.asarray(pa.compute.not_equal(tagged, ""))] = many - 1
    names = pa.array([name or "string" for name in column.dictionary.to_pylist()] + ["langString"], pa.large_string())
    codes, counts = np.unique(edges.relation * many + code, return_counts=True)
    sizes = np.bincount(edges.relation, minlength=edges.relations)
    return _commonest(codes // many, names, codes % many, counts, sizes)


def _commonest(relation: Ints, names: pa.Array, name: Ints, counts: Ints, sizes: Ints) -> dict[int, Shares]:
    found: dict[int, list[tuple[str, float]]] = {}
    by_name = names.to_pylist()
    shown = np.lexsort((name, -counts, relation))
    rank = np.arange(len(shown)) - np.searchsorted(relation[shown], relation[shown])
    for i in shown[rank < TOP].tolist():
        r = int(relation[i])
        found.setdefault(r, []).append((by_name[name[i]], _share(counts[i], sizes[r])))
    return {r: tuple(sorted(shares, key=lambda s: (-s[1], s[0]))) for r, shares in found.items()}


# relations that hold the same pairs


def _overlaps(edges: _Edges, among: _Edges, *, turned: bool = False) -> dict[tuple[int, int], int]:
    """(relation, other) -> facts of the one whose ends the other joins too, `turned`: the other way round."""
    key = among.subject * among.nodes + among.object
    order = np.argsort(key, kind="stable")
    key, relation = key[order], among.relation[order]
    wanted = edges.object * edges.nodes + edges.subject if turned else edges.subject * edges.nodes + edges.object
    start, end = np.searchsorted(key, wanted), np.searchsorted(key, wanted, side="right")
    some = np.flatnonzero(end - start > (0 if turned else 1))  # as it is, each fact finds itself
    many = max(1, edges.relations)
    joined = _joined(start[some], (end - start)[some])
    codes, counts = _tally(edges.relation[some[i]] * many + relation[position] for i, position in joined)
    pairs = zip((codes // many).tolist(), (codes % many).tolist(), counts.tolist(), strict=True)
    return {(p, q): n for p, q, n in pairs}


def _others(r: int, overlaps: dict[tuple[int, int], int], sizes: Ints) -> tuple[Overlap, ...]:
    """The other relations that hold a good part of this one's facts."""
    found = [
        Overlap(q, n, _share(n, sizes[r]), _share(n, sizes[q]))
        for (p, q), n in overlaps.items()
        if p == r != q and n >= SUPPORT and n >= OVERLAP * sizes[r]
    ]
    return tuple(sorted(found, key=lambda o: (-o.share, -o.other_share, o.relation)))[:TOP]


# transitivity


def _paths(edges: _Edges, seed: int) -> tuple[Ints, Ints, npt.NDArray[np.bool_]]:
    """Per relation: paths of two facts looked at, those that a third fact closes, and whether there were more.

    From SAMPLE facts drawn by their uids, each to FANOUT next ones drawn alike, so that a hub costs no more than others.
    """
    drawn = edges.uid ^ digest("transitive", str(seed))
    group = edges.relation * edges.nodes + edges.subject
    order = np.lexsort((drawn, group))  # facts of one subject and relation stand together, in a drawn order
    sorted_group, sorted_object = group[order], edges.object[order]
    following = edges.relation * edges.nodes + edges.object
    start = np.searchsorted(sorted_group, following)
    count = np.searchsorted(sorted_group, following, side="right") - start
    leads = np.flatnonzero(count)
    leads = leads[np.lexsort((drawn[leads], edges.relation[leads]))]
    relation = edges.relation[leads]
    first = leads[np.arange(len(leads)) - np.searchsorted(relation, relation) < SAMPLE]
    sampled = np.bincount(relation, minlength=edges.relations) > SAMPLE
    sampled |= np.bincount(edges.relation[first], weights=count[first] > FANOUT, minlength=edges.relations) > 0
    number = np.unique(group, return_inverse=True)[1].ravel()
    known = np.sort(number * edges.nodes + edges.object)
    paths, closed = np.zeros(edges.relations, np.int64), np.zeros(edges.relations, np.int64)
    for i, position in _joined(start[first], np.minimum(count[first], FANOUT)):
        fact, last = first[i], sorted_object[position]
        real = last != edges.subject[fact]  # there and back again says nothing
        fact, last = fact[real], last[real]
        wanted = number[fact] * edges.nodes + last
        place = np.searchsorted(known, wanted)
        hit = known[np.minimum(place, len(known) - 1)] == wanted
        paths += np.bincount(edges.relation[fact], minlength=edges.relations)
        closed += np.bincount(edges.relation[fact[hit]], minlength=edges.relations)
    return paths, closed, sampled
