"""How varied a corpus is: in how many ways each fact is said, against how many are known, and how alike the texts are.

The number of wordings of a fact is known before anything is compiled (`Lexicon.wordings`), and `plan` gives each of its
exposures a slot, so that none repeats while another is unused: a fact stated n times should be found in min(n, wordings)
of them. What is found is read from the text: the words of the clause that states it, without what frames it; in a table or a
list there are none, and no wording is due. Counts go by twin. Facts are followed in a seeded sample, texts are compared in
another; lengths, compression and templates are those of all documents; near-duplicates are sought as `near` says.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..faithful import Gate, claimed, mentions, tokens
from ..graph import UnknownUid
from ..lexicon.resolve import Lexicon
from ..types import Document, Fact
from ..uid import digest
from .measures import Compression, Shares, distinct, quantiles, self_bleu
from .near import Near
from .result import CheckResult, Tally

FACTS = 5000  # facts that are followed
TEXTS = 10_000  # texts of distinct-n
ALIKE = 1000  # texts of self-BLEU
LEAST = 0.9  # of the wordings that are due, over all facts, so many must be found
POOLS = {"stated": ("statement",), "asked": ("question", "inverse_question")}


@dataclass
class _Followed:
    """What was found of one twin in one kind of exposure: how often it was exposed, how often by a clause."""

    fact: Fact
    known: int
    times: int = 0
    told: int = 0
    wordings: set[int] = field(default_factory=set)
    texts: set[int] = field(default_factory=set)

    @property
    def due(self) -> int:
        return min(self.told, self.known)


def diversity(
    documents: Iterable[Document], gate: Gate, lexicon: Lexicon, *, seed: int, count: Callable[[str], int] | None = None
) -> tuple[list[CheckResult], dict[str, Any]]:
    """(the check, the figures). `count` counts the tokens of a text; without it words and marks are counted."""
    measured = _Measured(gate, lexicon, seed, count)
    sample = heapq.nsmallest(TEXTS, measured.watch(documents), key=lambda d: (digest("diversity", str(seed), d.id), d.id))
    words = [[word.lower() for word, _, _ in tokens(document.text)] for document in sample]
    figures: dict[str, Any] = {
        "documents": measured.documents,
        "renderings": measured.renderings(),
        "templates": {name: _shares(shares) for name, shares in measured.templates.items()},
        "compression": {"ratio": round(measured.compression.ratio(), 3), "by": "zstd -3"},
        "near_duplicates": measured.near.close(),
        "distinct": {str(n): round(distinct(words, n), 4) for n in (1, 2, 3)} | {"texts": len(words)},
        "self_bleu": {"score": round(self_bleu(words[:ALIKE]), 4), "texts": len(words[:ALIKE])},
        "lengths": {name: quantiles(counts) for name, counts in measured.lengths.items()},
        "tokens": "the model's" if count else "words and marks",
        "forms": dict(measured.forms.most_common()),
    }
    return [measured.check()], figures


def _shares(shares: Shares) -> dict[str, Any]:
    return {"different": shares.things, "shared": round(shares.shared(), 4), "largest": round(shares.largest(), 5)}


class _Measured:
    """Looks at documents as they pass."""

    def __init__(self, gate: Gate, lexicon: Lexicon, seed: int, count: Callable[[str], int] | None) -> None:
        self.gate, self.lexicon, self.count = gate, lexicon, count
        self.documents = 0
        self.forms = Counter[str]()
        self.lengths = {"characters": Counter[int](), "tokens": Counter[int]()}
        self.compression = Compression()
        self.near = Near(seed)
        self.templates = {"documents": Shares(), "sentences": Shares()}
        self.followed = self._choose(seed)

    def _choose(self, seed: int) -> dict[tuple[int, str], _Followed]:
        """The facts that are followed: those whose twins hash lowest, with the wordings that they are known to have."""

        def rank(fact: Fact) -> tuple[int, int]:
            return digest("follow", str(seed), str(fact.twin)), fact.uid

        facts = {fact.twin: fact for fact in heapq.nsmallest(FACTS, self.gate.graph.facts(), key=rank)}
        return {
            (twin, kind): _Followed(fact, sum(self.lexicon.wordings(fact, pool) for pool in pools))
            for twin, fact in facts.items()
            for kind, pools in POOLS.items()
        }

    def watch(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The documents, measured as they pass."""
        for document in documents:
            text = document.text
            self.documents += 1
            self.forms[document.form] += 1
            self.lengths["characters"][len(text)] += 1
            self.lengths["tokens"][self.count(text) if self.count else len(tokens(text))] += 1
            self.compression.add(text)
            self.near.add(document)
            masked = _Masked(text, self.gate)
            self.templates["documents"].add(digest(masked.cut(0, len(text))))
            for start, end in {(s.start, s.end) for s in document.spans} | set(document.frames):
                self.templates["sentences"].add(digest(masked.cut(start, end)))
            self._follow(document, masked)
            yield document

    def _follow(self, document: Document, masked: _Masked) -> None:
        facts = self._facts(document)
        mine = [(fact, s) for s in document.spans if (fact := facts.get(s.fact)) and (fact.twin, s.kind) in self.followed]
        if not mine:
            return
        said = claimed(document, list(facts.values()), self.gate)
        for fact, span in mine:
            entry = self.followed[fact.twin, span.kind]
            entry.times += 1
            entry.texts.add(digest(masked.cut(span.start, span.end)))
            places = [s for s in said if facts[s.fact].twin == fact.twin and span.start <= s.start and s.end <= span.end]
            place = next((s for s in places if s.fact == fact.uid), places[0] if places else None)
            if place:
                entry.told += 1
                entry.wordings.add(digest(masked.cut(place.start, place.end)))

    def _facts(self, document: Document) -> dict[int, Fact]:
        found = {}
        for uid in dict.fromkeys(span.fact for span in document.spans):
            try:
                found[uid] = self.gate.graph.fact(uid)
            except UnknownUid:
                continue  # other checks fault it
        return found

    def renderings(self) -> dict[str, dict[str, Any]]:
        """By kind of exposure, means over the facts that were exposed so."""
        return {kind: means for kind in POOLS if (means := _means([f for (_, k), f in self.followed.items() if k == kind]))}

    def check(self) -> CheckResult:
        """Whether the wordings that are due were found, over all facts that were followed."""
        tally = Tally("facts are said in as many wordings as are known", of="facts")
        stated = [entry for (_, kind), entry in self.followed.items() if kind == "stated" and entry.times]
        due = sum(entry.due for entry in stated)
        found = sum(min(entry.due, len(entry.wordings)) for entry in stated)
        tally.looked_at = len(stated)
        share = found / due if due else 1.0
        tally.note = f"{share:.1%} of the wordings that are due; at least {LEAST:.0%}"
        if share < LEAST:
            tally.fail("corpus", f"{found:,} of {due:,} wordings that are due were found")
        return tally.close()


class _Masked:
    """A text whose names are blanks, wherever it is cut."""

    def __init__(self, text: str, gate: Gate) -> None:
        self.text = text
        self.names = [(m.start, m.end) for m in mentions(gate.names, text)]

    def cut(self, start: int, end: int) -> str:
        """Characters [start, end) in lower case, names and figures as blanks."""
        parts, at = [], start
        for first, last in self.names:
            if at <= first and last <= end:
                parts += [self.text[at:first], "{}"]
                at = last
        return "".join((*parts, self.text[at:end])).casefold()


def _means(entries: list[_Followed]) -> dict[str, Any]:
    exposed = [e for e in entries if e.times]
    if not exposed:
        return {}

    def mean(value: Callable[[_Followed], int]) -> float:
        return round(sum(map(value, exposed)) / len(exposed), 3)

    return {
        "facts": len(exposed),
        "exposures": mean(lambda e: e.times),
        "known": mean(lambda e: e.known),
        "due": mean(lambda e: e.due),
        "wordings": mean(lambda e: len(e.wordings)),
        "texts": mean(lambda e: len(e.texts)),
    }
