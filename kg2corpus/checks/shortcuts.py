"""No document that is graded hard is answered by a shortcut: one hop, or what is most frequent (`kg2corpus.shortcuts`)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..compile.graded import spread
from ..difficulty import HARD
from ..graph import Graph, UnknownUid
from ..shortcuts import solver
from ..types import FORMS, Document, Fact, Subgraph
from .result import CheckResult, Tally


class Hard:
    """Looks at documents one by one, then gives the result and the figures by lesson."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.solve = solver(graph)
        self.tally = Tally("no document graded hard is answered by a shortcut")
        self.lessons: dict[str, Counter[float]] = {}

    def look(self, document: Document) -> None:
        """Count a document, failed where it is graded hard and a shortcut answers it."""
        self.lessons.setdefault(document.lesson, Counter())[document.difficulty] += 1
        asked = picked(document, self.graph) if document.difficulty >= HARD else None
        found = self.solve(asked) if asked else ""
        self.tally.look(document.id, [f"is graded {document.difficulty:g}, but {found}"] if found else [])

    def close(self) -> CheckResult:
        """The result over all documents."""
        self.tally.note = f"{sum(found['hard'] for found in self.figures().values()):,} are hard"
        return self.tally.close()

    def figures(self) -> dict[str, Any]:
        """By lesson: documents, mean difficulty, quartiles, how many are hard."""
        return {name: spread(found) for name, found in sorted(self.lessons.items())}


def picked(document: Document, graph: Graph) -> Subgraph | None:
    """What a document was made of, as far as its end tells; None for a part that has no end, and where a fact is unknown (which
    another check finds)."""
    ends = [span for span in document.spans if span.kind != "stated"]
    if not ends and document.form not in ("walk", "correction"):
        return None
    if document.form == "walk" and not _whole(document):
        return None
    try:
        facts = [graph.fact(uid) for uid in dict.fromkeys(span.fact for span in ends or document.spans)]
    except UnknownUid:
        return None
    if document.form == "walk":
        facts = _steps(facts, document.text[slice(*document.frames[0])])
    return Subgraph(document.anchor, tuple(facts), document.form) if document.form in FORMS else None


def _whole(document: Document) -> bool:
    """Whether a walk has its task and its end."""
    frames = sorted(document.frames)
    return bool(frames) and frames[0][0] == 0 and frames[-1][1] == len(document.text)


def _steps(facts: list[Fact], task: str) -> list[Fact]:
    """The facts of a walk, its steps first: from each node the one that leads to the next, from the last the one that leads to
    the end, which its task names."""
    nodes = {fact.subject.uid: i for i, fact in enumerate(facts)}
    last = max(nodes, key=lambda uid: nodes[uid], default=0)
    ends = [fact for fact in facts if fact.subject.uid == last and fact.object.label in task]
    steps = [fact for fact in facts if fact.subject.uid != last and fact.object.uid in nodes]
    steps += sorted(ends, key=lambda fact: -len(fact.object.label))[:1]
    return [*steps, *(fact for fact in facts if fact not in steps)]
