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
    """What the split keeps back, by uid: held-out twins, the partners of each end of a held-out fact."""

    twins: frozenset[int]
    partners: Mapping[int, frozenset[int]]
    scope: frozenset[int] | None


def secrets(graph: Graph, split: Split) -> Secrets:
    """Collect what must not leak."""
    partners: dict[int, set[int]] = {}
    for pair in split.held_out_pairs(graph):
        first, last = min(pair), max(pair)
        partners.setdefault(first, set()).add(last)
        partners.setdefault(last, set()).add(first)
    return Secrets(split.held_out, {k: frozenset(v) for k, v in partners.items()}, split.scope)


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
    if FORMS.get(document.form) == "asked":
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
    """The mentions in questions; and in answers, but for those of plain questions, which are asked for and not about."""
    parts = ("question",) if read.document.form == "question" else ("question", "answer")
    for match in _QUESTION.finditer(read.document.text):
        for start, end in (match.span(part) for part in parts):
            yield from (m for m in read.found if start <= m.start and m.end <= end)
