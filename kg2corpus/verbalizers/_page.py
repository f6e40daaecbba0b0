"""A page: sentences with their facts, closed as documents that stay within a number of characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from ..types import Document, ExposureKind, Fact, Span, Subgraph
from ..uid import MASK, digest, show


@dataclass(frozen=True, slots=True)
class Heading:
    """What the documents of a lesson in a stage share."""

    stage: str
    lesson: str
    level: int
    max_chars: int


@dataclass(slots=True)
class Page:
    """Collects the sentences of one subgraph. `fresh` after a document was closed: nothing is named yet.

    What is added is a unit: a sentence, a line, a row, or a request with its answer. `joint` stands between units; a `title`
    (a name, the head of a table, a task) opens the first unit of each document, so that no part of a long text lacks it.
    """

    subgraph: Subgraph
    heading: Heading
    done: list[Document]
    texts: list[str]
    spans: list[Span]
    twins: dict[int, int]  # of the facts on the page, by uid
    order: int = 0
    difficulty: float = 0.0
    size: int = 0
    joint: str = " "
    title: str = ""
    opened: bool = False  # whether the title stands in this document
    framed: list[tuple[int, int]] = field(default_factory=list)

    @classmethod
    def of(cls, subgraph: Subgraph, heading: Heading, order: int = 0, difficulty: float = 0.0) -> Page:
        return cls(subgraph, heading, [], [], [], {}, order, difficulty)

    @property
    def fresh(self) -> bool:
        return not self.texts

    def rng(self) -> Random:
        """Draws for what joins the sentences, seeded by all that the subgraph is."""
        subgraph = self.subgraph
        facts = [show(f.uid) for f in subgraph.facts]
        slots = map(str, subgraph.slots)
        return Random(digest("template", self.heading.stage, show(subgraph.anchor), subgraph.form, *facts, *slots) & MASK)

    def fits(self, text: str) -> bool:
        """Whether one more unit keeps the document within its size; the first one always does."""
        return self.fresh or self.size + len(self.joint) + len(text) <= self.heading.max_chars

    def head(self, title: str, joint: str = "\n") -> None:
        """Begin something new: the title opens the next unit, and the first unit of each document that the rest needs."""
        self.title, self.joint, self.opened = title, joint, False

    def add(self, text: str, facts: Sequence[Fact], kind: ExposureKind, joint: str | None = None) -> None:
        """A unit that carries the facts. Closes the document first if the unit does not fit."""
        unit, between = text if self.opened else self.title + text, self._between(joint)
        if self.texts and self.size + len(between) + len(unit) > self.heading.max_chars:
            self.close()
            unit, between = self.title + text, ""
        start = self.size + len(between)
        self.texts.append(between + unit)
        self.size = start + len(unit)
        self.opened = True
        for fact in facts:
            self.spans.append(Span(fact.uid, start, self.size, kind))
            self.twins[fact.uid] = fact.twin

    def _between(self, joint: str | None) -> str:
        """What stands before the next unit: nothing at the start, an empty line before a new title."""
        if not self.texts:
            return ""
        between = self.joint if joint is None else joint
        return "\n\n" if between == "\n" and self.title and not self.opened else between

    def frame(self, text: str, joint: str | None = None) -> None:
        """A sentence that carries no fact: what something is, or is also called. On a page of frames alone there is no
        document."""
        between = (self.joint if joint is None else joint) if self.texts else ""
        start = self.size + len(between)
        self.texts.append(between + text)
        self.size = start + len(text)
        self.framed.append((start, self.size))

    def close(self) -> None:
        """Make a document of what is on the page, if anything."""
        if self.spans:
            text = "".join(self.texts)
            heading, anchor, form = self.heading, self.subgraph.anchor, self.subgraph.form
            self.done.append(
                Document(
                    text=text,
                    id=document_id(heading.stage, anchor, text),
                    anchor=anchor,
                    lesson=heading.lesson,
                    level=heading.level,
                    form=form,
                    stage=heading.stage,
                    difficulty=self.difficulty,
                    spans=tuple(self.spans),
                    twins=tuple(dict.fromkeys(self.twins.values())),
                    frames=tuple(self.framed),
                    order=self.order,
                )
            )
        self.texts, self.spans, self.twins, self.framed, self.size, self.opened = [], [], {}, [], 0, False

    def documents(self) -> list[Document]:
        self.close()
        return self.done


def document_id(stage: str, anchor: int, text: str, *more: str) -> str:
    """16 hex digits that name a document; `more` tells those apart that are alike in the rest."""
    return show(digest("document", stage, show(anchor), text, *more))
