"""What of the sources is kept: some relations, types, languages; at most so many facts a node; a sample; what is around a node.

Filters see what a load reads, before anything is written, and never what the store holds already. What they leave out is
counted by reason. Everything that is drawn is drawn by uid and seed, so that it does not depend on the order of the sources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import uid as uids
from ..columns import Ints, ints
from ..errors import UserError, near
from .descriptions import KIND
from .ingest import Ingest
from .labels import wanted
from .naming import label_from_key, local_part, relation_label, relation_name
from .terms import LITERAL

Mask = npt.NDArray[np.bool_]
HOPS = 2
NAMED = 20_000  # names among which the nearest is looked for
Facts = Callable[[], Iterator[dict[str, Ints]]]


@dataclass(frozen=True)
class Filters:
    """`relations`, `without_relations` and `types` are keys, names or labels; `languages` those whose texts are kept (texts
    without a language always are); `max_degree` facts per node and direction; `sample` a number of subjects, or a share of
    them below 1; `around` keys or labels of nodes from which `hops` facts (None: 2) are followed in both directions; `limit`
    triples that are read at most. `seed` is that of what is drawn."""

    relations: tuple[str, ...] = ()
    without_relations: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    max_degree: int = 0
    sample: float = 0
    around: tuple[str, ...] = ()
    hops: int | None = None
    limit: int = 0
    seed: int = 0

    @property
    def chosen(self) -> bool:
        """Whether only a part of the graph is taken, so that what no fact speaks of is left out too."""
        return bool(self.relations or self.without_relations or self.types or self.max_degree or self.sample or self.around)

    def given(self) -> dict[str, Any]:
        """What is not the default, for the identity of a source: the same file with another filter is another source."""
        defaults = {f.name: f.default for f in fields(self)}
        given = {name: value for name, value in asdict(self).items() if value != defaults[name]}
        if not (self.sample or self.max_degree):
            given.pop("seed", None)
        if self.hops == HOPS:
            given.pop("hops", None)
        return given

    def check(self) -> None:
        """Raise UserError for what makes no sense."""
        if self.sample < 0 or (self.sample >= 1 and self.sample != int(self.sample)):
            what = f"--sample {self.sample:g} is no number of subjects and no share of them"
            raise UserError(what, "for example 5000, or 0.1")
        for name in ("max_degree", "hops", "limit"):
            if (getattr(self, name) or 0) < 0:
                raise UserError(f"--{name.replace('_', '-')} {getattr(self, name)} is negative", "give a number from 0")
        if self.hops is not None and not self.around:
            raise UserError(f"--hops {self.hops} without --around: hops from where?", "name the node with --around")


@dataclass(frozen=True)
class Part:
    """A filter made ready: which rows of a part (columns by name) it keeps, and what it says of the others."""

    reason: str
    keeps: Callable[[dict[str, Ints]], Mask]


def ready(filters: Filters, ingest: Ingest, facts: Facts) -> Iterator[Part]:
    """The filters in the order in which they apply. `facts` gives what earlier ones keep."""
    kinds = ingest.names.terms.kinds()
    if filters.languages:
        other = _of_other_languages(ingest, filters.languages)
        yield Part("text of another language", lambda c: ~other[c["o"]])
    if filters.relations or filters.without_relations:
        wanted = _relations(ingest, filters.relations, filters.without_relations)
        yield Part("fact of a relation that was not chosen", lambda c: wanted[c["r"]])
    if filters.types:
        of_type = _of_types(ingest, filters.types)
        yield Part("fact whose subject has none of the types", lambda c: of_type[c["s"]])
    if filters.around:
        ball = _ball(ingest, filters.around, HOPS if filters.hops is None else filters.hops, facts)
        values = kinds == LITERAL
        yield Part("fact too far from what was asked for", lambda c: ball[c["s"]] & (ball[c["o"]] | values[c["o"]]))
    if filters.sample:
        drawn = _sample(ingest, filters.sample, filters.seed, facts)
        yield Part("fact whose subject is not in the sample", lambda c: drawn[c["s"]])


def capped(c: dict[str, Ints], most: int, seen: tuple[Ints, Ints]) -> Mask:
    """Which rows stay when each node may be the subject of `most` facts and the object of as many. Rows come in order of uid,
    part by part; `seen` counts the facts of the parts before, by number, and is updated. Literals may be shared by any."""
    keep = np.ones(len(c["s"]), np.bool_)
    first = np.ones(len(keep), np.bool_)
    first[1:] = c["uid"][1:] != c["uid"][:-1]
    rows = np.flatnonzero(first)
    for end, counted in zip(("s", "o"), seen, strict=True):
        node = c[end][rows]
        order = np.argsort(node, kind="stable")
        ordered = node[order]
        starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))[: len(ordered)]
        length = np.diff(np.concatenate((starts, [len(ordered)])))
        place = np.arange(len(ordered)) - np.repeat(starts, length) + counted[ordered]
        over = np.zeros(len(rows), np.bool_)
        over[order] = place >= most
        keep[rows[over]] = False
        counted[ordered[starts]] += length
    fact = np.cumsum(first) - 1
    kept: Mask = keep[rows][fact]
    return kept


def _of_other_languages(ingest: Ingest, languages: Sequence[str]) -> Mask:
    other = np.zeros(len(ingest.names.terms), np.bool_)
    for part in ingest.names.terms.new.parts():
        encoded = part.column("language").combine_chunks().dictionary_encode()
        wrong = np.array([not wanted(text, languages) for text in encoded.dictionary.to_pylist()], np.bool_)
        other[ints(part, "id")] = wrong[encoded.indices.to_numpy(zero_copy_only=False)]
    return other


def _texts(ingest: Ingest, kind: str) -> dict[int, set[str]]:
    """All notes of a kind by uid."""
    found: dict[int, set[str]] = {}
    for part in ingest.described.notes.parts():
        rows = np.flatnonzero(ints(part, "kind") == KIND[kind])
        for uid, text in zip(ints(part, "uid")[rows].tolist(), part.column("text").take(rows).to_pylist(), strict=True):
            found.setdefault(uid, set()).add(text)
    return found


def called(ingest: Ingest) -> dict[str, set[str]]:
    """The keys of the relations that were read, by each of their names: key, last part of the key, labels; case aside."""
    labels = _texts(ingest, "label")
    names: dict[str, set[str]] = {}
    for key in ingest.names.relations:
        told = labels.get(uids.entity_uid(key, ingest.names.graph_id), ())
        for name in (key, relation_name(key), relation_label(key), *told):
            names.setdefault(name.casefold(), set()).add(key)
    return names


def _relations(ingest: Ingest, only: Sequence[str], without: Sequence[str]) -> Mask:
    names = called(ingest)
    found = {}
    for name in (*only, *without):
        if name.casefold() not in names:
            raise UserError(f"no relation '{name}' in the sources", near(name, names))
        found[name] = {ingest.names.relations[key] for key in names[name.casefold()]}
    keep = np.zeros(len(ingest.names.relations), np.bool_)
    keep[[r for name in only for r in found[name]]] = True
    if not only:
        keep[:] = True
    keep[[r for name in without for r in found[name]]] = False
    return keep


def _named(ingest: Ingest, numbers: Ints | None, name: str, what: str) -> set[int]:
    """The entities called so, by key, by label, or by the last part of the key; of `numbers`, or of all."""
    texts_of = _texts(ingest, "label")
    labels = {uid for uid, texts in texts_of.items() if name.casefold() in {t.casefold() for t in texts}}
    by_key, by_label, by_part = set[int](), set[int](), set[int]()
    known: set[str] = set()
    among = None if numbers is None else set(numbers.tolist())
    for part in ingest.names.terms.new.parts():
        for uid, number, kind, key in zip(*(part.column(c).to_pylist() for c in ("uid", "id", "kind", "key")), strict=True):
            if kind == LITERAL or (among is not None and number not in among):
                continue
            if key == name:
                by_key.add(number)
            elif uid in labels:
                by_label.add(number)
            elif name.casefold() in (local_part(key).casefold(), label_from_key(key).casefold()):
                by_part.add(number)
            if len(known) < NAMED:
                known |= texts_of.get(uid, {label_from_key(key)})
    if found := by_key or by_label or by_part:
        return found
    raise UserError(f"no {what} '{name}' in the sources", near(name, known))


def _of_types(ingest: Ingest, names: Sequence[str]) -> Mask:
    all_types = np.unique(np.concatenate([types for _, types, _ in ingest.described.types] or [np.zeros(0, np.int64)]))
    chosen = np.zeros(len(ingest.names.terms), np.bool_)
    for name in names:
        chosen[list(_named(ingest, all_types, name, "type"))] = True
    found = np.zeros(len(ingest.names.terms), np.bool_)
    for nodes, types, _ in ingest.described.types:
        found[nodes[chosen[types]]] = True
    return found


def _ball(ingest: Ingest, names: Sequence[str], hops: int, facts: Facts) -> Mask:
    literal = ingest.names.terms.kinds() == LITERAL
    ball = np.zeros(len(literal), np.bool_)
    for name in names:
        ball[list(_named(ingest, None, name, "node"))] = True
    edge = ball.copy()
    for _ in range(hops):
        reached = np.zeros(len(ball), np.bool_)
        for c in facts():
            reached[c["o"][edge[c["s"]]]] = True
            reached[c["s"][edge[c["o"]]]] = True
        edge = reached & ~ball & ~literal  # what shares a value is not near
        if not edge.any():
            break
        ball |= edge
    return ball


def _sample(ingest: Ingest, size: float, seed: int, facts: Facts) -> Mask:
    subject = np.zeros(len(ingest.names.terms), np.bool_)
    for c in facts():
        subject[c["s"]] = True
    numbers = np.flatnonzero(subject)
    count = int(size) if size >= 1 else round(size * len(numbers))
    order = np.argsort(_mixed(ingest.names.terms.uids()[numbers], seed), kind="stable")
    drawn = np.zeros(len(subject), np.bool_)
    drawn[numbers[order[:count]]] = True
    return drawn


def _mixed(uid: Ints, seed: int) -> npt.NDArray[np.uint64]:
    """Numbers that look random, by uid and seed (the finalizer of SplitMix64: Steele, Lea, Flood 2014)."""
    z = uid.view(np.uint64) ^ np.uint64(uids.digest("sample", str(seed)) & uids.MASK)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
