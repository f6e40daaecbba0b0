"""A page: sentences with their facts, closed as documents that stay within a number of characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

from ..types import FORMS, Document, ExposureKind, Fact, Span, Subgraph
from ..uid import digest, show


@dataclass(frozen=True, slots=True)
class Heading:
    """What all documents of one call of `tell` share."""

    stage: str
    lesson: str
    level: int
    max_chars: int


@dataclass(slots=True)
class Page:
    """Collects the sentences of one subgraph. `fresh` after a document was closed: nothing is named yet."""

    subgraph: Subgraph
    heading: Heading
    done: list[Document]
    texts: list[str]
    spans: list[tuple[Fact, int, int, ExposureKind]]
    size: int = 0

    @classmethod
    def of(cls, subgraph: Subgraph, heading: Heading) -> Page:
        return cls(subgraph, heading, [], [], [])

    @property
    def fresh(self) -> bool:
        return not self.texts

    def fits(self, text: str) -> bool:
        """Whether one more sentence keeps the document within its size; the first one always does."""
        return self.fresh or self.size + 1 + len(text) <= self.heading.max_chars

    def add(self, text: str, facts: Sequence[Fact], kind: ExposureKind) -> None:
        """A sentence that carries the facts. Closes the document first if the sentence does not fit."""
        if not self.fits(text):
            self.close()
        start = self.size + 1 if self.texts else 0
        self.texts.append(text)
        self.size = start + len(text)
        self.spans += [(fact, start, self.size, kind) for fact in facts]

    def close(self) -> None:
        """Make a document of what is on the page, if anything."""
        if self.texts:
            text = " ".join(self.texts)
            facts = list(dict.fromkeys(fact for fact, *_ in self.spans))
            heading = self.heading
            self.done.append(
                Document(
                    text=text,
                    id=show(digest("document", heading.stage, text)),
                    anchor=self.subgraph.anchor,
                    lesson=heading.lesson,
                    level=heading.level,
                    form=self.subgraph.form,
                    stage=heading.stage,
                    difficulty=difficulty(self.subgraph.form, facts),
                    spans=tuple(Span(f.uid, start, end, kind) for f, start, end, kind in self.spans),
                    twins=tuple(dict.fromkeys(f.twin for f in facts)),
                )
            )
        self.texts, self.spans, self.size = [], [], 0

    def documents(self) -> list[Document]:
        self.close()
        return self.done


_CHAINS = frozenset({"evidence", "conclusion", "chain_question"})


def difficulty(form: str, facts: Sequence[Fact]) -> float:
    """How much a document asks of its reader, in hops; comparable within a corpus.

    hops (the facts of a chain, else 1) + 0.5 if it asks + 0.5 if the subject is asked for + 0.5 if the nodes between
    are left out (conclusion, chain question) + 0.25 * log2(number of answers) for a question
    + 0.1 * log2(number of facts) for running text.
    """
    chain = form in _CHAINS
    score = float(len(facts)) if chain else 1.0
    asks = FORMS[form] == "asked"
    score += 0.5 * asks + 0.5 * (form == "inverse_question") + 0.5 * (form in ("conclusion", "chain_question"))
    if asks and not chain:
        score += 0.25 * log2(max(1, len(facts)))
    elif not chain:
        score += 0.1 * log2(max(1, len(facts)))
    return round(score, 3)
