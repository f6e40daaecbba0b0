"""Whether documents state what they promise and nothing else: each is read back against the graph and judged.

For template text it proves the generator; for text of a language model it is the gate, document by document
(`faithful.judge`). A document that promises what the graph does not hold has failed: gates fail closed.

What an operator concludes from facts ("so Bhutan has two neighbours"), the frames of forms that ask (a task, a wrong statement
that is to be found) and the outline before a text state no fact and are not read; the facts beside them are. How many such
sentences there were is counted. A frame that says what something is (its description) may name other things.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ..faithful import Gate, Verdict, judge
from ..faithful.trees import unfolded
from ..graph import Graph, UnknownUid
from ..types import FORMS, Document, Fact
from ..uid import show
from .result import CheckResult, Tally

SAMPLE = 10_000  # documents that are judged unless all are
NAMES = {
    "missing": "every promised fact is stated",
    "unsupported": "every statement holds in the graph",
    "extra": "nothing is named that no promised fact has",
    "figure": "no figure stands that no promised fact has",
    "denied": "nothing is denied",
}


def faithful(documents: Iterable[Document], gate: Gate) -> tuple[list[CheckResult], dict[str, Any]]:
    """(the checks, figures of how the documents were read). One document after the other; nothing but counts is kept."""
    tallies = {kind: Tally(name) for kind, name in NAMES.items()}
    count = dict.fromkeys(("documents", "failed", "promised", "stated", "stated_by_a_cue", "words", "unread", "concluded"), 0)
    for document in documents:
        document, concluded = _read_only(document)
        count["concluded"] += concluded
        if concluded and not document.spans:  # a conclusion alone
            continue
        verdict, unknown = _judged(document, gate)
        held = [f for f in verdict.faults if not (f.kind == "extra" and _framed(document, f.start, f.end))]
        faults = {kind: [f.what for f in held if f.kind == kind] for kind in NAMES}
        faults["missing"] += unknown
        for kind, tally in tallies.items():
            tally.look(document.id, faults[kind])
        count["documents"] += 1
        count["failed"] += bool(held or unknown)
        count["promised"] += len(document.spans)
        count["stated"] += verdict.stated
        count["stated_by_a_cue"] += verdict.exactly
        count["words"] += verdict.words
        count["unread"] += verdict.unread
    tallies["missing"].note = f"{count['stated']:,} of {count['promised']:,} promises kept"
    return [tally.close() for tally in tallies.values()], count


def _read_only(document: Document) -> tuple[Document, int]:
    """The document with blanks for what states no fact of its own, and how many sentences these are."""
    form = FORMS.get(document.form)
    if document.form == "tree":
        return unfolded(document), 0
    if form is None or not (form.operator or ((form.asks or form.context) and document.frames)):
        return document, 0
    spans = tuple(span for span in document.spans if not form.operator or span.kind == "stated")
    gone = {(span.start, span.end) for span in document.spans if span not in spans} | set(document.frames)
    text = document.text
    for start, end in gone:
        text = text[:start] + " " * (end - start) + text[end:]
    return replace(document, text=text, spans=spans), len(gone)


def _framed(document: Document, start: int, end: int) -> bool:
    return document.form == "definition" and any(a <= start and end <= b for a, b in document.frames)


def _judged(document: Document, gate: Gate) -> tuple[Verdict, list[str]]:
    facts, unknown = list[Fact](), list[str]()
    for uid in dict.fromkeys(span.fact for span in document.spans):
        if (fact := _fact(gate.graph, uid)) is None:
            unknown.append(f"promises fact {show(uid)}, which is not in this graph")
        else:
            facts.append(fact)
    if not document.spans:
        unknown.append("promises no fact")
    return judge(document, facts, gate), unknown


def _fact(graph: Graph, uid: int) -> Fact | None:
    try:
        return graph.fact(uid)
    except UnknownUid:
        return None
