"""Which facts are asked about, and which wrong answers stand beside the right ones (graph half).

Questions are asked about groups: all facts of one subject and relation, since they share their question. Every choice is
made by a hash of names and a seed, never by what a model knows.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import log1p
from typing import TYPE_CHECKING

from .. import uid
from ..lexicon.names import nameless
from ..types import Fact, Probe, Subgraph
from .items import SPLITS, WORDINGS, plain, shows

if TYPE_CHECKING:
    from ..graph import Graph
    from ..lexicon import Lexicon
    from ..store.split import Split

# objects of one relation that are looked at as wrong answers, and statements of one object that are counted
RANGE_CAP = 4096
COUNT_CAP = 512
_QUALIFIER = re.compile(r" \([^()]*\)$")
# wrong answers in order that are kept for one fact
KEPT = 256
# two objects occur equally often if log(1 + count) differs by less: 0 matches only 0, and 1 matches 2 but not 3
TOLERANCE = 0.6


@dataclass(frozen=True, slots=True)
class Group:
    """The facts of one subject and relation that one question asks about, and the split that it belongs to."""

    split: str
    facts: tuple[Fact, ...]

    @property
    def fact(self) -> Fact:
        return self.facts[0]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong object for a fact: the fact as it would be said with it, and whether it occurs as often as the right one."""

    fact: Fact
    matched: bool


class View:
    """A graph as the probes see it: the whole of it for what is true, the train facts for what was to be learned."""

    def __init__(self, graph: Graph, split: Split) -> None:
        self.graph = graph
        self.split = split
        self.train = graph.restrict(split.mask(graph))
        self.exposure = lru_cache(None)(self._exposure)
        self.range = lru_cache(256)(self._range)
        self.size = lru_cache(None)(self._size)
        self.ranked = lru_cache(4096)(self._ranked)
        self._is_asked = lru_cache(None)(self._asked)

    def true_objects(self, subject: int, relation: int) -> set[int]:
        """All true objects of (subject, relation) in the whole graph, read through symmetric and inverse relations too."""
        found = {f.object.uid for f in self.graph.out(subject, relation)}
        rel = self.graph.relation(relation)
        if rel.symmetric:
            found |= {f.subject.uid for f in self.graph.into(subject, relation)}
        if rel.inverse is not None:
            found |= {f.subject.uid for f in self.graph.into(subject, rel.inverse)}
        return found

    def _range(self, relation: int) -> tuple[int, ...]:
        objects = self.graph.objects(relation)
        if len(objects) > RANGE_CAP:
            objects = tuple(sorted(sorted(objects, key=lambda o: uid.digest("range", uid.show(o)))[:RANGE_CAP]))
        return objects

    def _exposure(self, node: int, relation: int) -> tuple[int, int]:
        """In how many train facts of the relation a node is the object, and how many of those may be asked about."""
        facts = self.train.into(node, relation, COUNT_CAP)
        return len(facts), sum(self._is_asked(f.subject.uid, relation) for f in facts)

    def _size(self, node: int) -> int:
        """Degree among the train facts as a power of two: finer differences are left to the draw."""
        return sum(self.train.degree(node)).bit_length()

    def _ranked(self, fact: Fact, sampler: Sampler, seed: int) -> list[tuple[int, bool]]:
        """What the sampler gives for a fact, without its own two nodes, in the order in which it is to be taken.

        First by the sampler's rank; then those stated about as often as the right object; then by how alike the counts of
        the train facts are; then by seeded hash. With each object goes whether it is stated about as often.
        """
        relation = fact.relation.uid
        right, size = self.exposure(fact.object.uid, relation), self.size(fact.object.uid)
        order = []
        for node, rank in sampler(self, fact):
            here = self.exposure(node, relation)
            stated, asked = (abs(log1p(a) - log1p(b)) for a, b in zip(here, right, strict=True))
            # rounded, so that the order does not hang on the last bit of a logarithm
            likeness = stated > TOLERANCE, round(stated + asked, 3), abs(self.size(node) - size)
            draw = uid.digest("wrong", str(seed), uid.show(fact.uid), uid.show(node))
            order.append((rank, likeness, draw, node, stated <= TOLERANCE))
        own = {fact.object.uid, fact.subject.uid}
        return [(node, matched) for *_, node, matched in heapq.nsmallest(KEPT, order) if node not in own]

    def _asked(self, subject: int, relation: int) -> bool:
        facts = self.train.out(subject, relation)
        return bool(facts) and bool(self.split.may_ask(Subgraph(subject, facts, "question")))

    def is_held_out(self, fact: Fact) -> bool:
        """Whether the fact itself is held out, and not with an entity of it."""
        scope = self.split.scope
        return fact.twin in self.split.held_out and (scope is None or fact.twin in scope)

    def group_of(self, facts: Sequence[Fact]) -> Group | None:
        """The group that a question about these facts, all of one subject and relation, belongs to; None if to no split.

        A held-out group asks for its held-out facts alone, one of a held-out entity for the facts of that entity. A group
        of train facts that is not asked about in the corpus
        belongs to `qa_held_out` if its subject does, and else (an object is such a subject) to none.
        """
        if held := tuple(f for f in facts if self.is_held_out(f)):
            return Group("held_out", held)
        if fallen := tuple(f for f in facts if self.split.names_held_out(f)):
            return Group("held_out_entity", fallen)
        train = tuple(f for f in facts if self.split.is_train(f))
        if not train:
            return None
        subject = train[0].subject.uid
        if subject in self.split.qa_held_out:
            return Group("qa_held_out", train)
        return Group("train", train) if self._is_asked(subject, train[0].relation.uid) else None


_last: tuple[Graph, Split, View] | None = None


def view_of(graph: Graph, split: Split) -> View:
    """The view of a graph and a split. The last one is kept, for the next task asks about the same ones."""
    global _last
    if _last is None or _last[0] is not graph or _last[1] is not split:
        _last = (graph, split, View(graph, split))
    return _last[2]


def groups(view: View, *, seed: int = 0, relations: Sequence[str] = ()) -> dict[str, list[Group]]:
    """All groups by split, each list in the order of asking: relation after relation in turn, by seeded hash within one.

    Within a group the fact that stands first is chosen by seeded hash too. No two groups of a split share a twin.
    """
    found: dict[str, dict[str, list[tuple[int, Group]]]] = {name: {} for name in SPLITS}
    for anchor in view.graph.anchors():
        for relation, facts in _by_relation(view.graph.out(anchor)):
            name = facts[0].relation.name
            if relations and name not in relations:
                continue
            if (group := view.group_of(facts)) is not None and not any(map(nameless, group.facts)):
                facts = tuple(sorted(group.facts, key=lambda f: uid.digest("fact", str(seed), uid.show(f.uid))))
                rank = uid.digest("group", str(seed), uid.show(anchor), uid.show(relation))
                found[group.split].setdefault(facts[0].relation.key, []).append((rank, replace(group, facts=facts)))
    return {name: list(_without_twins(_in_turn(found[name]))) for name in SPLITS}


def _by_relation(facts: Sequence[Fact]) -> Iterator[tuple[int, tuple[Fact, ...]]]:
    by: dict[int, list[Fact]] = {}
    for fact in facts:
        by.setdefault(fact.relation.uid, []).append(fact)
    for relation, members in by.items():
        yield relation, tuple(members)


def _in_turn(by_relation: dict[str, list[tuple[int, Group]]]) -> Iterator[Group]:
    queues = [[g for _, g in sorted(by_relation[key], key=lambda item: item[0])] for key in sorted(by_relation)]
    for i in range(max(map(len, queues), default=0)):
        yield from (queue[i] for queue in queues if i < len(queue))


def _without_twins(candidates: Iterator[Group]) -> Iterator[Group]:
    seen: set[int] = set()
    for group in candidates:
        twins = {f.twin for f in group.facts}
        if not twins & seen:
            seen |= twins
            yield group


Sampler = Callable[[View, Fact], Sequence[tuple[int, int]]]


def wrong_facts(
    view: View, lexicon: Lexicon, group: Group, n: int, *, sampler: Sampler, seed: int = 0, only_matched: bool = False
) -> list[Wrong]:
    """Up to n wrong versions of the group's first fact, in the order of `View.ranked`.

    A wrong object is never true of the subject and relation in the whole graph (multi-valued relations, inverse and
    symmetric readings, held-out and unused facts included), shares no accepted text with a true one or with another
    wrong one, and is not the subject. How often an object occurs is counted in train facts of this relation that have it
    as object, those that may be asked about apart, then by its degree among all train facts. `only_matched` leaves out
    objects that are stated clearly more or less often than the right one.
    """
    fact = group.fact
    subject, relation = fact.subject, fact.relation
    true = view.true_objects(subject.uid, relation.uid)
    taken = {plain(t) for o in true for t in lexicon.accepted(view.graph.node(o), relation)}
    taken |= {plain(t) for f in group.facts for t in (lexicon.value(f), lexicon.name(subject))}
    chosen: list[Wrong] = []
    for object_uid, matched in view.ranked(fact, sampler, seed):
        if len(chosen) == n:
            break
        if object_uid in true or (only_matched and not matched):
            continue
        other = replace(fact, object=view.graph.node(object_uid))
        texts = {plain(t) for t in (*lexicon.accepted(other.object, relation, other.unit), lexicon.value(other))}
        if not texts & taken and "" not in texts:
            taken |= texts
            chosen.append(Wrong(other, matched))
    return chosen


def gives_away(answer: str, subject: str, prompt: str = "") -> bool:
    """Whether an answer can be read off its question: it stands in it, or names the subject or is named by it."""
    plainly = _QUALIFIER.sub("", answer)  # the city of Singapore is given away by the name of the country
    bare = _QUALIFIER.sub("", subject).removeprefix("the ")
    return shows(bare, answer) or any(shows(text, where) for text in (answer, plainly) for where in (subject, prompt))


def slot_of(seed: int, task: str, fact: Fact, wording: str) -> int:
    """Which wording of a pool a probe uses: the same for the same fact, whatever else is asked."""
    return uid.digest("wording", str(seed), task, uid.show(fact.twin), wording) & 0xFFFF


def accepted(lexicon: Lexicon, facts: Sequence[Fact]) -> tuple[str, ...]:
    """All texts that answer a question about these facts, each once."""
    texts = (t for f in facts for t in (lexicon.value(f), *lexicon.accepted(f.object, f.relation, f.unit)))
    return tuple(dict.fromkeys(texts))


POOLS = {"seen": "question", "unseen": "question_unseen"}
Make = Callable[[Group, str], Probe | str]


def each(
    view: View, make: Make, *, seed: int, limit: int | None, relations: Sequence[str], skipped: Counter[str] | None
) -> Iterator[Probe]:
    """Up to `limit` probes per split and wording: `make` turns a group and a wording into a probe, or says why it cannot.

    The same groups come first in every wording and task. `skipped` counts the reasons, and what lies beyond the limit.
    """
    counter: Counter[str] = Counter() if skipped is None else skipped
    known: set[tuple[str, str, str, tuple[str, ...]]] = set()
    for split, members in groups(view, seed=seed, relations=relations).items():
        for wording in WORDINGS:
            asked = 0
            for group in members:
                if limit is not None and asked >= limit:
                    counter[f"{split}/{wording}: beyond the limit"] += 1
                elif isinstance(made := make(group, wording), str):
                    counter[f"{split}/{wording}: {made}"] += 1
                elif not known.isdisjoint(texts := _texts(made)):
                    counter[f"{split}/{wording}: asks the same as another, of entities of the same names"] += 1
                else:
                    known |= texts
                    asked += 1
                    yield made


def _texts(probe: Probe) -> set[tuple[str, str, str, tuple[str, ...]]]:
    """What a probe asks, in words; a statement that may be put falsely asks two things."""
    prompts = {probe.prompt, str(probe.data.get("false", probe.prompt))}
    return {(probe.split, probe.wording, prompt, probe.candidates) for prompt in prompts}


def question_of(lexicon: Lexicon, group: Group, wording: str, slot: int) -> str | None:
    """The group's question in a wording that the corpus used or never used; None if the lexicon has none."""
    pool = POOLS[wording]
    return lexicon.say(group.facts, pool, slot) if lexicon.wordings(group.fact, pool) else None
