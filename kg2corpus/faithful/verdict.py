"""The verdict on one document: is what it promises stated, is what it states in the graph, does it name anything else?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..lexicon.framing import engine_words
from ..types import Document, Fact, Span
from .bases import Match, Nodes, Promised, solve, spread
from .cues import NEGATIONS
from .lines import NO, TITLE, YES, Columns
from .names import is_function, mentions
from .outcome import Fault, FaultKind, Said, Verdict
from .parse import HOLE, KIND, Claim, Clause, Parse, Ref
from .reading import Gate
from .referents import Referents
from .rescue import rescued
from .sentences import Element, Sentence, sentences

# a capital after these begins something, and is no name
_OPENERS = frozenset({":", '"', "“", "(", "*", "|", "-", "#", "_", "•", "─"})
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_IDIOMS = frozenset({("may", "know"), ("might", "know"), ("not", "only"), ("no", "doubt")})  # around or after a denial


def judge(document: Document, facts: Sequence[Fact], gate: Gate) -> Verdict:
    """Read a document, whoever wrote it, against the facts that it promises and the graph.

    A fact is looked for in its spans; one without a span, anywhere in the text.
    """
    return _Judging(document, facts, gate).verdict()


def claimed(document: Document, facts: Sequence[Fact], gate: Gate) -> list[Said]:
    """Where the words of a document state its facts, clause by clause."""
    judging = _Judging(document, facts, gate)
    judging.verdict()
    return judging.said


@dataclass
class _Asked:
    """A sentence that waits for an answer."""

    sentence: Sentence
    referents: Referents
    clauses: list[Clause]
    answered: bool = False
    owed: bool = True  # until something is stated; "Answer: ..." may still come


class _Judging:
    def __init__(self, document: Document, facts: Sequence[Fact], gate: Gate) -> None:
        self.document, self.gate, self.text = document, gate, document.text
        by_uid = {fact.uid: fact for fact in facts}
        self.promised = [(by_uid[span.fact], span) for span in document.spans if span.fact in by_uid]
        placed = {fact.uid for fact, _ in self.promised}
        self.promised += [(f, Span(f.uid, 0, len(self.text), "stated")) for f in facts if f.uid not in placed]
        self.base = Promised(by_uid.values(), gate.readings)
        self.nodes = frozenset({document.anchor, *(n.uid for f in facts for n in (f.subject, f.object))})
        self.own = engine_words().union(*(gate.cues.words.get(f.relation.uid, frozenset()) for f in facts))
        self.found = mentions(gate.names, self.text)
        self.sentences = sentences(self.text, self.found, self.nodes)
        self.title: frozenset[int] = frozenset()
        self.said: list[Said] = []
        self.faults: list[Fault] = []
        self.words = self.unread = 0

    def verdict(self) -> Verdict:
        referents = Referents(self.document.anchor, self.nodes)
        asked: _Asked | None = None
        read: list[tuple[Sentence, Parse, Referents]] = []
        covered: list[tuple[int, int]] = []
        columns: Columns = ()
        for sentence in self.sentences:
            referents = referents.at(sentence)
            found, columns = self.gate.read(sentence.elements, columns)
            questions = [clause for clause in found.clauses if _is_open(clause)]
            plain = [clause for clause in found.clauses if clause not in questions]
            if asked and plain:
                asked.owed = False
            for clause in plain:
                self._hold(sentence, referents, clause, sentence.elements[clause.start].start)
            if questions:
                asked = _Asked(sentence, referents, questions)
            elif not plain and asked and (_says_yes_or_no(sentence) is not None or any(e.uids for e in sentence.elements)):
                self._answer(asked, sentence)
            elif not plain:
                self._head(sentence)
            self._look(sentence, found, referents, covered)
            read.append((sentence, found, referents))
        if asked and asked.owed:
            self._fault("missing", "asks without an answer", asked.sentence)
        self._figures(covered)
        exactly = self._missing(read)
        stated = len(self.promised) - sum(fault.kind == "missing" for fault in self.faults)
        return Verdict(tuple(self.faults), stated, exactly, self.words, self.unread)

    def _fault(self, kind: FaultKind, what: str, place: Sentence | Element | Said) -> None:
        self.faults.append(Fault(kind, what, place.start, place.end))

    def _hold(
        self,
        sentence: Sentence,
        referents: Referents,
        clause: Clause,
        start: int,
        *,
        holds: bool | None = None,
        hole: Nodes = None,
    ) -> None:
        """Hold what a clause says against what is promised and against the graph; of several readings the best one counts.

        For a question: with the answer, yes or no (`holds`) or a name (`hole`).
        """
        end = sentence.elements[clause.end - 1].end
        best: tuple[int, int, list[Said]] | None = None
        for reading in clause.readings:
            claims = spread([c._replace(holds=holds) if _asks(c) and holds is not None else c for c in reading])
            refs = {ref for c in claims for ref in (c.subject, c.object) if isinstance(ref, int)}
            meant: dict[Ref, Nodes] = {ref: referents.meant(sentence, ref) for ref in refs if ref >= 0}
            meant |= {ref: referents.stands(sentence, KIND - ref) for ref in refs if ref <= KIND}
            if TITLE in refs:
                meant[TITLE] = self.title | ({self.document.anchor} & referents.named)
            if hole is not None:
                meant[HOLE] = hole
            wrong, plain, composed = self._weigh(claims, meant)
            said = [Said(m.fact, start, end) for m in plain] + [Said(m.fact, start, end, True) for m in composed]
            if best is None or (wrong, -len(said)) < best[:2]:
                best = (wrong, -len(said), said)
        if best is None:
            return
        if best[0]:
            self._fault("unsupported", f"the graph does not hold that {self.text[start:end]!r}", Said(0, start, end))
        self.said += best[2]

    def _weigh(self, claims: Sequence[Claim], meant: dict[Ref, Nodes]) -> tuple[int, list[Match], list[Match]]:
        """How many claims nothing makes true; the promised facts that make plain claims true, and those that compose one."""
        wrong, matches, composed = 0, list[Match](), list[Match]()
        open_ = [c for c in claims if any(isinstance(r, int) and r < 0 and r not in meant for r in (c.subject, c.object))]
        for claim in claims:
            if claim in open_:
                continue
            # twins, and facts whose ends bear the same names, are all stated by the same words
            ends = meant[claim.subject], meant[claim.object] if claim.object is not None else None
            if found := list(self.base.matches(claim, *ends)):
                matches += found
            elif not any(self.gate.whole.matches(claim, *ends)):
                wrong += 1
        if open_:
            if (found := solve(open_, self.base, meant) or []) != []:
                composed = found
            elif solve(open_, self.gate.whole, meant) is None:
                wrong += 1
        return wrong, matches, composed

    def _head(self, sentence: Sentence) -> None:
        """A line that says nothing may name what the lines below it are about."""
        names = [element.uids for element in sentence.elements if element.uids]
        self.title = next((uids for uids in names if uids & self.nodes), self.title)

    def _answer(self, asked: _Asked, sentence: Sentence) -> None:
        """What a question says with the answer that follows it; a list of items answers item by item."""
        question, referents, clauses = asked.sentence, asked.referents, asked.clauses
        listed = question.elements[-1].word == ":"
        if asked.answered and not listed:
            return
        asked.answered, asked.owed = True, False
        holds = _says_yes_or_no(sentence)
        names = [element.uids for element in sentence.elements if element.uids]
        start, end = sentence.start if listed else question.start, sentence.end
        before = len(self.said)
        for clause in clauses:
            if holds is not None and any(_asks(claim) for reading in clause.readings for claim in reading[:1]):
                self._hold(question, referents, clause, start, holds=holds)
            else:
                for uids in names or [frozenset[int]()]:
                    self._hold(question, referents, clause, start, hole=uids)
        self.said[before:] = [Said(said.fact, start, end, said.composed) for said in self.said[before:]]

    def _look(self, sentence: Sentence, found: Parse, referents: Referents, covered: list[tuple[int, int]]) -> None:
        """Names of nothing promised, denials, and the places of words that cues have read."""
        used = {ref for clause in found.clauses for reading in clause.readings for ref in _refs(reading)}
        for place, element in enumerate(sentence.elements):
            self.words += 1
            if element.uids:
                covered.append((element.start, element.end))
                if place in found.unread:
                    self.unread += 1
                read_as_words = place not in found.unread and place not in used
                meant = referents.meant(sentence, place)  # "It" may be the name of a film, and a pronoun
                if meant.isdisjoint(self.nodes) and not read_as_words and not self._ordinary(sentence, place):
                    what = f"names {self.text[element.start : element.end]!r}, which none of its facts does"
                    self._fault("extra", what, element)
            elif place in found.unread:
                self.unread += element.word[0].isalnum()
                if element.word in NEGATIONS and not self._is_answer(sentence, place) and not _is_idiom(sentence, place):
                    self._fault("denied", f"denies: {self.text[sentence.start : sentence.end]!r}", element)
                elif place and self.text[element.start].isupper() and sentence.elements[place - 1].word not in _OPENERS:
                    what = f"names {self.text[element.start : element.end]!r}, which the graph does not know"
                    self._fault("extra", what, element)
            else:
                covered.append((element.start, element.end))

    def _is_answer(self, sentence: Sentence, place: int) -> bool:
        return sentence.elements[place].word in NO and not any(
            e.word[:1].isalnum() or e.uids for e in sentence.elements[place + 1 :]
        )

    def _ordinary(self, sentence: Sentence, place: int) -> bool:
        """Whether a name is written as a noun for a kind of thing, or as the words of the document's own relations are."""
        element = sentence.elements[place]
        text = self.text[element.start : element.end]
        written = text[:1].lower() + text[1:] if place == 0 else text
        if text.casefold() in ("yes", "no", "true", "false"):
            return True
        if written == written.lower() and (element.spelled in self.gate.cues.types or is_function(element.spelled)):
            return True
        if text.isalpha() and text.islower() and self.gate.names.literals.issuperset(element.uids):
            return True  # a plain word that happens to be a value of something
        return written == written.lower() and set(element.spelled) <= self.own

    def _figures(self, covered: Sequence[tuple[int, int]]) -> None:
        for match in _NUMBER.finditer(self.text):
            start, end = match.span()
            if not any(a < end and start < b for a, b in covered):
                self._fault("figure", f"says {match.group()!r}, a figure of none of its facts", Said(0, start, end))

    def _missing(self, read: Sequence[tuple[Sentence, Parse, Referents]]) -> int:
        """Fault promised facts that no words state; returns how many are stated by cues word by word."""
        exactly = 0
        for fact, span in self.promised:
            if any(s.fact == fact.uid and span.start <= s.start and s.end <= span.end
                   and not (s.composed and span.kind == "stated") for s in self.said):  # fmt: skip
                exactly += 1
            elif not rescued(fact, span, read, self.gate.overlap, self.gate.strict):
                what = f"does not state {fact.subject.name} | {fact.relation.label} | {fact.object.name}"
                self._fault("missing", f"{what}: {self.text[span.start : span.end]!r}", Said(0, span.start, span.end))
        return exactly


def _says_yes_or_no(sentence: Sentence) -> bool | None:
    words = {word for element in sentence.elements for word in (element.word, *element.spelled)}
    return True if words & YES else False if words & NO else None


def _refs(reading: Sequence[Claim]) -> Iterator[int]:
    for claim in spread(reading):
        yield from (ref for ref in (claim.subject, claim.object) if isinstance(ref, int))


def _is_open(clause: Clause) -> bool:
    """Whether the clause asks: something in it waits for an answer."""
    return any(HOLE in _refs(reading) or _asks(reading[0]) for reading in clause.readings)


def _is_idiom(sentence: Sentence, place: int) -> bool:
    """ "Something that you may not know": a denial of nothing that is told."""
    words = [element.word for element in sentence.elements]
    before, here, after = words[max(0, place - 1)], words[place], words[place + 1] if place + 1 < len(words) else ""
    return (before, after) in _IDIOMS or (here, after) in _IDIOMS


def _asks(claim: Claim) -> bool:
    return claim.object is None and claim.holds is None
