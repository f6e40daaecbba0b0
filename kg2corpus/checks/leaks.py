"""Held-out means held out everywhere: no document claims, names or asks what the split keeps back, nor does replayed text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..faithful import Mention
from ..graph import Graph
from ..store.split import ASK_ALL, Split
from ..types import FORMS, Document, Fact, Subgraph
from ..uid import show
from .documents import Read, sentence

_QUESTION = re.compile(r"Question:\s*(?P<question>.*?)\s*(?:\nAnswer:(?P<answer>[^\n]*)|$)", re.DOTALL)
Meant = tuple[Mention, frozenset[int]]  # a mention and the nodes that it can stand for
_BREAK = re.compile(r"(?<=[.!?。！？؟।])\s+|\n+")


@dataclass(frozen=True)
class Secrets:
    """What the split keeps back, by uid: held-out twins, the partners of each end of a held-out fact; twins that must not be
    brought together and the partners of each end of a held-out composition; held-out entities."""

    twins: frozenset[int]
    partners: Mapping[int, frozenset[int]]
    scope: frozenset[int] | None
    composed: Mapping[int, frozenset[int]]
    composed_ends: Mapping[int, frozenset[int]]
    entities: frozenset[int]


def secrets(graph: Graph, split: Split) -> Secrets:
    """Collect what must not leak."""
    pairs = ((min(pair), max(pair)) for pair in split.held_out_pairs(graph))
    ends = ((one, other) for one, _, other in split.composition_ends(graph))
    return Secrets(
        split.held_out, _partners(pairs), split.scope, split.composed, _partners(ends), split.held_out_entities
    )


def _partners(pairs: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    partners: dict[int, set[int]] = {}
    for first, last in pairs:
        partners.setdefault(first, set()).add(last)
        partners.setdefault(last, set()).add(first)
    return {k: frozenset(v) for k, v in partners.items()}


def claimed(document: Document, twin_of: Mapping[int, int], kept: Secrets) -> list[str]:
    """Faults: facts that the document claims though they, or their twins, are held out or out of scope."""
    faults = [f"claims held-out twin {show(twin)}" for twin in document.twins if twin in kept.twins]
    for fact in dict.fromkeys(span.fact for span in document.spans):
        twin = twin_of.get(fact)
        if twin is None:
            faults.append(f"claims fact {show(fact)}, which is not in this graph")
        elif twin in kept.twins:
            faults.append(f"claims held-out fact {show(fact)}")
        elif kept.scope is not None and twin not in kept.scope:
            faults.append(f"claims fact {show(fact)}, which the split leaves out of its scope")
    return faults


def brought_together(document: Document, twin_of: Mapping[int, int], kept: Secrets) -> list[str]:
    """Faults: the two facts of a held-out composition in one document, by its spans and by its list of twins."""
    twins = {twin_of.get(span.fact, 0) for span in document.spans} | set(document.twins)
    pairs = {tuple(sorted((one, other))) for one in twins & kept.composed.keys() for other in kept.composed[one] & twins}
    return [f"brings together {show(one)} and {show(other)}, a held-out composition" for one, other in sorted(pairs)]


def touched(document: Document, ends_of: Mapping[int, frozenset[int]], kept: Secrets) -> list[str]:
    """Faults: facts that the document claims though a held-out entity is an end of them, or it is told about one."""
    about = [f"is about held-out entity {show(document.anchor)}"] if document.anchor in kept.entities else []
    facts = dict.fromkeys(span.fact for span in document.spans)
    return about + [f"claims fact {show(fact)} of a held-out entity" for fact in facts if ends_of.get(fact)]


def named_entities(read: Read, found: Iterable[Mention], graph: Graph, kept: Secrets) -> list[str]:
    """Faults: held-out entities that the document names; `found`: what it mentions, as read with the names of entities alone,
    so that a value does not hide the name that it holds."""
    named = {uid for mention in found for uid in read.meant(mention)} & kept.entities
    return [_named(uid, graph) for uid in sorted(named)]


def entities_in_text(found: Iterable[Mention], graph: Graph, kept: Secrets) -> list[str]:
    """The same for a text that claims nothing, such as a passage of replay."""
    return [_named(uid, graph) for uid in sorted({uid for mention in found for uid in mention.uids} & kept.entities)]


def _named(uid: int, graph: Graph) -> str:
    return f"names held-out entity {graph.node(uid).label!r} ({show(uid)})"


def composed_in_words(read: Read, graph: Graph, kept: Secrets) -> list[str]:
    """Faults: both ends of a held-out composition in one sentence, or in the document, without facts that name them there."""
    if not kept.composed_ends:
        return []
    document = read.document
    places = {(span.start, span.end) for span in document.spans}
    parts = [*sorted(places | set(document.frames)), (0, len(document.text))]
    leaks = set()
    for start, end in parts:
        inside = [fact for span, fact in read.facts if fact and start <= span.start and span.end <= end]
        own = {node.uid for fact in inside for node in (fact.subject, fact.object)}
        named = {uid for m in read.found if start <= m.start and m.end <= end for uid in read.meant(m)}
        for uid in named & kept.composed_ends.keys():
            leaks |= {frozenset((uid, other)) for other in kept.composed_ends[uid] & named if not {uid, other} <= own}
    return [_composed(pair, graph) for pair in sorted(leaks, key=sorted)]


def composed_in_text(found: Iterable[Mention], graph: Graph, kept: Secrets) -> list[str]:
    """The same for a text that claims nothing."""
    named = {uid for mention in found for uid in mention.uids}
    pairs = {frozenset((uid, o)) for uid in named & kept.composed_ends.keys() for o in kept.composed_ends[uid] & named}
    return [_composed(pair, graph) for pair in sorted(pairs, key=sorted)]


def _composed(pair: frozenset[int], graph: Graph) -> str:
    ends = " and ".join(repr(graph.node(uid).label) for uid in sorted(pair))
    return f"names {ends}, the ends of a held-out composition, and no fact of it says why"


def named_pairs(read: Read, graph: Graph, kept: Secrets) -> list[str]:
    """Faults: held-out facts both of whose ends the document names, in any surface form; a qualifier names too."""
    text, meant = read.document.text, [(mention, read.meant(mention)) for mention in read.found]
    whole = [(mention, uids) for mention, uids in meant if text[mention.start : mention.end].endswith(")")]
    meant += [(mention, graph.told_by_name(uid)) for mention, uids in whole for uid in uids if graph.node(uid).qualifier]
    return _pairs(text, meant, graph, kept)


def named_in_text(text: str, found: Iterable[Mention], graph: Graph, kept: Secrets) -> list[str]:
    """The same for a text that claims nothing, such as a passage of replay."""
    return _pairs(text, [(mention, frozenset(mention.uids)) for mention in found], graph, kept)


def _pairs(text: str, meant: Sequence[Meant], graph: Graph, kept: Secrets) -> list[str]:
    named = {uid for _, uids in meant for uid in uids}
    leaks = set()
    for uid in named & kept.partners.keys():
        for other in kept.partners[uid] & named:
            pair = frozenset((uid, other))
            if _apart(meant, uid, other) or _in_one_sentence(text, meant, uid, other):
                leaks.add(pair)
    return [_leak(pair, graph) for pair in sorted(leaks, key=sorted)]


def _apart(meant: Sequence[Meant], uid: int, other: int) -> bool:
    """True where a name that cannot mean the other end stands for each end."""
    return any(uid in u and other not in u for _, u in meant) and any(other in u and uid not in u for _, u in meant)


def _in_one_sentence(text: str, meant: Sequence[Meant], uid: int, other: int) -> bool:
    """Ends of the same name (the city of Singapore in Singapore) are told apart only where one sentence has it twice."""
    places = [mention.start for mention, uids in meant if uid in uids or other in uids]
    breaks = [match.start() for match in _BREAK.finditer(text)]
    sentences = [sum(b < place for b in breaks) for place in places]
    return len(sentences) > len(set(sentences))


def _leak(pair: frozenset[int], graph: Graph) -> str:
    facts: list[Fact] = [f for uid in sorted(pair) for f in graph.out(uid) if {f.subject.uid, f.object.uid} == pair]
    said = " / ".join(sentence(fact) for fact in facts) or " and ".join(show(uid) for uid in sorted(pair))
    return f"names both ends of what is held out: {said}"


def questions(read: Read, graph: Graph, split: Split) -> list[str]:
    """Faults: questions about a QA-held-out subject, by what the document claims and by what its text asks; and questions
    whose complete answer is not trained."""
    document = read.document
    faults = []
    if document.form in FORMS and FORMS[document.form].asks:
        facts = tuple(fact for _, fact in read.facts if fact)
        asked = {uid for fact in facts for uid in asked_nodes(fact, document.form)} & split.qa_held_out
        faults = [f"asks about {graph.node(uid).name!r} ({show(uid)})" for uid in sorted(asked)]
        if not faults and not split.may_ask(Subgraph(document.anchor, facts, document.form)):
            faults = ["asks for an answer that the train facts do not complete"]
    return faults or [
        f"asks about {document.text[m.start : m.end]!r} by its text" for m in _asked(read) if read.meant(m) & split.qa_held_out
    ]


def asked_nodes(fact: Fact, form: str) -> set[int]:
    """The nodes that a question about the fact asks about: its subject; its object where the fact reads backwards too,
    or the question starts there or runs over several facts."""
    turns = fact.relation.symmetric or fact.relation.inverse is not None or form in ASK_ALL
    return {fact.subject.uid, fact.object.uid} if turns else {fact.subject.uid}


def _asked(read: Read) -> Iterator[Mention]:
    """The mentions in questions; and in answers, but for those of plain questions, which are asked for and not about. A name
    that begins with "Question:" asks nothing."""
    form = read.document.form
    plain = form in FORMS and FORMS[form].asks and form not in ASK_ALL
    parts = ("question",) if plain else ("question", "answer")
    for match in _QUESTION.finditer(read.document.text):
        if any(m.start <= match.start() < m.end for m in read.found):
            continue
        for start, end in (match.span(part) for part in parts):
            yield from (m for m in read.found if start <= m.start and m.end <= end)
