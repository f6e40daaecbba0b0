"""What claims are held against: the facts that a document promises, and the graph. And which facts make claims true."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from ..graph import Graph, UnknownUid
from ..lexicon.values import truth
from ..types import Fact
from ..uid import fact_uid
from .parse import Claim, Ref

Nodes = frozenset[int] | None  # what a ref may stand for; None for anything
Readings = Callable[[int], frozenset[tuple[int, bool]]]
_FAN = 5000  # facts of one node that are tried for what a sentence leaves unnamed


class Match(NamedTuple):
    """A fact that makes a claim true, with the nodes at its ends as the claim has them."""

    fact: int
    subject: int
    object: int


class Base(Protocol):
    """Facts that can be asked for by relation and ends; symmetric and inverse relations are seen through."""

    def matches(self, claim: Claim, subjects: Nodes, objects: Nodes) -> Iterator[Match]: ...


class Promised:
    """The facts that a document promises."""

    def __init__(self, facts: Iterable[Fact], readings: Readings) -> None:
        self.by_relation: dict[int, list[tuple[Match, bool | None]]] = {}
        for fact in facts:
            held = truth(fact.object) if fact.object.literal else None
            for relation, turned in readings(fact.relation.uid):
                ends = (fact.object.uid, fact.subject.uid) if turned else (fact.subject.uid, fact.object.uid)
                self.by_relation.setdefault(relation, []).append((Match(fact.uid, *ends), held))

    def matches(self, claim: Claim, subjects: Nodes, objects: Nodes) -> Iterator[Match]:
        for match, held in self.by_relation.get(claim.relation, ()):
            ends = (subjects is None or match.subject in subjects) and (objects is None or match.object in objects)
            if ends and (claim.object is not None or held is claim.holds):
                yield match


class Whole:
    """All facts of a graph."""

    def __init__(self, graph: Graph, readings: Readings) -> None:
        self.graph, self.readings = graph, readings
        self._fact = lru_cache(1 << 16)(self._find)

    def _find(self, subject: int, relation: int, object: int) -> int | None:
        uid = fact_uid(subject, relation, object)
        try:
            return self.graph.fact(uid).uid
        except UnknownUid:
            return None

    def matches(self, claim: Claim, subjects: Nodes, objects: Nodes) -> Iterator[Match]:
        for relation, turned in self.readings(claim.relation):
            firsts, seconds = (objects, subjects) if turned else (subjects, objects)
            for fact, first, second in self._facts(relation, firsts, seconds, claim):
                yield Match(fact, second, first) if turned else Match(fact, first, second)

    def _facts(self, relation: int, firsts: Nodes, seconds: Nodes, claim: Claim) -> Iterator[tuple[int, int, int]]:
        if claim.object is None:
            for first in firsts or ():
                facts = self.graph.out(first, relation)
                yield from ((f.uid, first, f.object.uid) for f in facts if truth(f.object) is claim.holds)
        elif firsts is not None and seconds is not None:
            for first in firsts:
                for second in seconds:
                    if (found := self._fact(first, relation, second)) is not None:
                        yield found, first, second
        elif firsts is not None:
            for first in firsts:
                yield from ((f.uid, first, f.object.uid) for f in self.graph.out(first, relation, _FAN))
        elif seconds is not None:
            for second in seconds:
                yield from ((f.uid, f.subject.uid, second) for f in self.graph.into(second, relation, _FAN))


def spread(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with one thing at each end: what is said of a list is said of each."""
    return [
        claim._replace(subject=subject, object=object)
        for claim in claims
        for subject in _each(claim.subject)
        for object in (_each(claim.object) if claim.object is not None else (None,))
    ]


def _each(ref: Ref) -> tuple[int, ...]:
    return ref if isinstance(ref, tuple) else (ref,)


def solve(claims: Sequence[Claim], base: Base, meant: dict[Ref, Nodes]) -> list[Match] | None:
    """Facts of the base that make all the (spread) claims true together, one each; None where there are none.

    `meant` tells what each ref may stand for; one that is not in it may be anything, but the same in all claims.
    """
    if not claims:
        return []

    def known(claim: Claim) -> int:
        return sum(meant.get(ref) is not None for ref in (claim.subject, claim.object) if ref is not None)

    first = max(claims, key=known)
    rest = [claim for claim in claims if claim is not first]
    if not known(first):
        return None
    objects = meant.get(first.object) if first.object is not None else None
    for match in base.matches(first, meant.get(first.subject), objects):
        bound = {**meant, first.subject: frozenset({match.subject})}
        if first.object is not None:
            bound[first.object] = frozenset({match.object})
        found = solve(rest, base, bound)
        if found is not None:
            return [match, *found]
    return None
