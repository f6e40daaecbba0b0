"""Whether documents state what they promise and nothing else: each is read back against the graph and judged.

For template text it proves the generator; for text of a language model it is the gate, document by document
(`faithful.judge`). A document that promises what the graph does not hold has failed: gates fail closed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..faithful import Gate, Verdict, judge
from ..graph import Graph, UnknownUid
from ..types import Document, Fact
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
    count = dict.fromkeys(("documents", "failed", "promised", "stated", "stated_by_a_cue", "words", "unread"), 0)
    for document in documents:
        verdict, unknown = _judged(document, gate)
        faults = {kind: [f.what for f in verdict.faults if f.kind == kind] for kind in NAMES}
        faults["missing"] += unknown
        for kind, tally in tallies.items():
            tally.look(document.id, faults[kind])
        count["documents"] += 1
        count["failed"] += bool(verdict.faults or unknown)
        count["promised"] += len(document.spans)
        count["stated"] += verdict.stated
        count["stated_by_a_cue"] += verdict.exactly
        count["words"] += verdict.words
        count["unread"] += verdict.unread
    tallies["missing"].note = f"{count['stated']:,} of {count['promised']:,} promises kept"
    return [tally.close() for tally in tallies.values()], count


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
