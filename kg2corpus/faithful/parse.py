"""Reads the skeleton of a sentence, words and places of names, by the cues: which claims do its words make?

A chart parse. A noun phrase is a name, a pronoun, a list of them, a phrase over one of them ("the capital of {}") or a kind
of thing with what is so ("a country that borders {}"); a clause is a statement with noun phrases in its slots. Of all ways to
cover the sentence with clauses the one that leaves the fewest words and names unread is taken. A skeleton is read once and
remembered: sentences that differ in their names alone share it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .cues import END, POSSESSIVE, PRONOUNS, SLOT, TYPE, Cue, Cues, Tree

# what stands in a slot: an element of the sentence by its place, something unnamed by a negative number, or several of them
Ref = int | tuple[int, ...]
Word = str | tuple[str, ...]  # a word, or a name by the words that it is spelled with
OWNERS = frozenset({"its", "whose"})
PLACES = frozenset({"there", "here", "where"})
BLANKS = frozenset({"what", "who", "whom", "which", "where", "when"})
HOLE = -1_000_000  # what a question asks for
KIND = -3_000_000  # less a place: "the country", which stands for what was named, as a pronoun does
_AND = frozenset({"and", "or", "nor"})
_DEFINES = frozenset({"is", ":", "-", ","})
_COMMA, _QUOTE = frozenset({","}), frozenset({'"'})
_LINKS = frozenset({"and", ",", "but", "while", "which", "who", ";", "also", "as well as"})
_BEFORE = frozenset({"of", "in", "by", "with", "from", "for", "to", "at", "on", "about", POSSESSIVE})
_NAME_COST, _WORD_COST, _MARK_COST, _CLAUSE_COST = 4.0, 1.0, 0.01, 0.1


class Claim(NamedTuple):
    """What words say: a relation between what two refs stand for; `holds` where it is one of yes and no."""

    relation: int
    subject: Ref
    object: Ref | None
    holds: bool | None = None


class Clause(NamedTuple):
    """Elements [start, end) with what they may say: several readings, each a conjunction of claims."""

    start: int
    end: int
    readings: tuple[tuple[Claim, ...], ...]


class Parse(NamedTuple):
    """The clauses of a sentence by place, and the places of the elements that none of them covers."""

    clauses: tuple[Clause, ...]
    unread: frozenset[int]


_Phrase = tuple[int, Ref, tuple[Claim, ...]]  # (end, what it stands for, what it claims on the way)
_Match = tuple[int, Cue, tuple[tuple[Ref, tuple[Claim, ...]], ...]]
_MOST = 24  # phrases at one place, and matches of one tree there, that are followed


def parse(words: tuple[Word, ...], cues: Cues) -> Parse:
    """The reading of a skeleton that leaves the least unread."""
    return _Parser(words, cues).best()


class _Parser:
    def __init__(self, words: tuple[Word, ...], cues: Cues) -> None:
        self.words = words
        self.cues = cues
        self.n = len(words)
        self.asks = "?" in words
        self.phrases: dict[int, list[_Phrase]] = {}

    def best(self) -> Parse:
        """The cheapest cover of the sentence, from its end to its start."""
        cost = [0.0] * (self.n + 1)
        choice: list[Clause | None] = [None] * (self.n + 1)
        for i in range(self.n - 1, -1, -1):
            cost[i] = cost[i + 1] + self._skip(i)
            for clause in self._clauses(i):
                if (total := cost[clause.end] + _CLAUSE_COST) < cost[i]:
                    cost[i], choice[i] = total, clause
        clauses, unread, i = list[Clause](), set[int](), 0
        while i < self.n:
            if (chosen := choice[i]) is None:
                unread.add(i)
                i += 1
            else:
                clauses.append(chosen)
                i = chosen.end
        return Parse(tuple(clauses), frozenset(unread))

    def _skip(self, i: int) -> float:
        word = self.words[i]
        return _NAME_COST if not isinstance(word, str) else _WORD_COST if word[0].isalnum() else _MARK_COST

    def _clauses(self, i: int) -> Iterator[Clause]:
        before = self.words[i - 1] if i else ""
        found: dict[int, dict[tuple[Claim, ...], None]] = {}
        named = not isinstance(self.words[i], str)
        if not (named and before in _BEFORE):
            self._collect(found, self._walk(self.cues.statements, i, ()), question=False)
        if self.asks:
            self._collect(found, self._walk(self.cues.questions, i, ()), question=True)
        if before in _LINKS and (first := self._topic(i)) is not None and SLOT in self.cues.statements:
            rest = self._walk(self.cues.statements[SLOT], i, ((first, ()),))
            self._collect(found, rest, question=False)
        for end, ref, claims in self._noun_phrases(i):
            # "the capital of {}" alone states nothing; "{}, whose capital is {}," does
            if claims and not (isinstance(ref, int) and ref < 0):
                found.setdefault(end, {})[claims] = None
        for end, readings in found.items():
            if end == self.n or self.words[end] != POSSESSIVE:
                yield Clause(i, end, tuple(readings))

    def _collect(self, found: dict[int, dict[tuple[Claim, ...], None]], matches: Iterator[_Match], *, question: bool) -> None:
        for end, cue, slots in matches:
            own = self._claim(cue, slots, question=question)
            found.setdefault(end, {})[(own, *(claim for _, claims in slots for claim in claims))] = None

    def _claim(self, cue: Cue, slots: tuple[tuple[Ref, tuple[Claim, ...]], ...], *, question: bool) -> Claim:
        refs: dict[str, Ref] = {role: ref for role, (ref, _) in reversed(list(zip(cue.roles, slots, strict=True)))}
        if question:
            refs = {"S": HOLE, "O": HOLE, **refs}
        if cue.holds is not None or (cue.relation in self.cues.yes_no and "O" not in cue.roles):
            return Claim(cue.relation, refs["S"], None, cue.holds)
        return Claim(cue.relation, refs["S"], refs.get("O"))

    def _topic(self, i: int) -> int | None:
        """The name or pronoun that the sentence begins with, which a clause without a subject is about."""
        return next((k for k in range(i) if not isinstance(self.words[k], str) or self.words[k] == "it"), None)

    def _walk(self, tree: Tree, i: int, slots: tuple[tuple[Ref, tuple[Claim, ...]], ...]) -> Iterator[_Match]:
        """All sequences of a tree that stand at a place, with what stands in their slots."""
        for cue in tree.get(END, ()):
            yield i, cue, slots
        if i >= self.n:
            return
        word = self.words[i]
        if isinstance(word, str):
            if below := tree.get(word):
                yield from self._walk(below, i + 1, slots)
            owned = tree.get(SLOT, {}).get(POSSESSIVE) if word in OWNERS else None
            if owned:
                yield from self._walk(owned, i + 1, (*slots, (i, ())))
            placed = tree.get("in", {}).get(SLOT) if word in PLACES else None
            if placed:
                yield from self._walk(placed, i + 1, (*slots, (i, ())))
        else:
            below = tree
            for spelled in word:
                below = below.get(spelled, {})
            if below:
                yield from self._walk(below, i + 1, slots)
        if below := tree.get(SLOT):
            for end, ref, claims in self._noun_phrases(i):
                yield from self._walk(below, end, (*slots, (ref, claims)))
        if below := tree.get(TYPE):
            for end in self._kinds(i):
                yield from self._walk(below, end, slots)

    def _kinds(self, i: int) -> Iterator[int]:
        """Where a noun for a kind of thing that begins here ends."""
        spelled: tuple[str, ...] = ()
        for end in range(i, min(self.n, i + 6)):
            word = self.words[end]
            spelled += (word,) if isinstance(word, str) else word
            if spelled in self.cues.types:
                yield end + 1

    def _noun_phrases(self, i: int) -> list[_Phrase]:
        if i not in self.phrases:
            self.phrases[i] = []  # a phrase cannot begin with itself
            found: dict[_Phrase, None] = {}
            for phrase in self._make_phrases(i):
                found[phrase] = None
                if len(found) == _MOST:
                    break
            self.phrases[i] = list(found)
        return self.phrases[i]

    def _make_phrases(self, i: int) -> Iterator[_Phrase]:
        if i >= self.n:
            return
        simple = list(self._simple(i))
        for phrase in simple:
            yield phrase
            yield from self._described(phrase)
        for end in self._kinds(i):
            yield from self._described((end, -1 - i, ()))
            if i == 0 or self.words[i - 1] in _LINKS:
                yield end, KIND - i, ()  # "The country borders ..."
            if self.asks and i and self.words[i - 1] in BLANKS:
                yield end, HOLE, ()
        if not isinstance(self.words[i], str):
            yield from self._lists(i)

    def _simple(self, i: int) -> Iterator[_Phrase]:
        if i >= self.n:
            return
        word = self.words[i]
        if not isinstance(word, str) or word in PRONOUNS:
            yield i + 1, i, ()
        elif word == "both" and i + 1 < self.n:
            yield from self._noun_phrases(i + 1)
        if self.asks and word in BLANKS:
            yield i + 1, HOLE, ()
        if _is_gap(word):
            end = i + 1
            while end + 1 < self.n and self.words[end] in (",", *_AND) and _is_gap(self.words[end + 1]):
                end += 2
            yield end, HOLE, ()
        if word == "following" and self.words[-1] == ":":
            yield i + 1, HOLE, ()
            yield from ((end, HOLE, ()) for end in self._kinds(i + 1))
        for end, cue, slots in self._walk(self.cues.phrases, i, ()):
            [(ref, claims)] = slots[:1]
            yield end, -1 - i, (*claims, Claim(cue.relation, ref, -1 - i))

    def _described(self, phrase: _Phrase) -> Iterator[_Phrase]:
        """The phrase with what is so of it: "a country" and "whose capital is {}", between commas or not."""
        end, ref, claims = phrase
        comma = end < self.n and self.words[end] == ","
        if end < self.n and ref == end - 1 and self.words[end] in _DEFINES:
            for kind in self._kinds(end + 1):  # "Bhutan: a country that borders India"
                yield from self._described((kind, ref, claims))
            for stop, other, more in self._simple(end + 1):  # "Thimphu: the capital of Bhutan"
                if isinstance(other, int) and other < 0 and more:
                    yield stop, ref, (*claims, *(_with(claim, other, ref) for claim in more))
        for start in (end, end + 1) if comma else (end,):
            if start < self.n and isinstance(self.words[start], str) and self.words[start] in self.cues.such:
                for stop, cue, slots in self._walk(self.cues.such, start, ()):
                    own = self._such(cue, ref, slots[0][0] if slots else None)
                    said = (stop, ref, (*claims, *(c for _, more in slots for c in more), own))
                    yield said
                    if start > end and stop < self.n and self.words[stop] == ",":
                        yield (stop + 1, *said[1:])

    def _such(self, cue: Cue, ref: Ref, other: Ref | None) -> Claim:
        if cue.roles == "S":
            return Claim(cue.relation, other if other is not None else ref, ref)
        return Claim(cue.relation, ref, other, cue.holds)

    def _lists(self, i: int) -> Iterator[_Phrase]:
        """ "{} and {}", "{}, {}, and {}", each in quotation marks of its own if the first one is. Between two alone a comma
        ends a clause."""
        items, end = [i], i + 1
        while end < self.n:
            quoted = self.words[end] == '"' and self.words[i - 1] == '"'
            comma = self._is(end + quoted, _COMMA)
            start = end + quoted + comma
            last = self._is(start, _AND) and (not comma or len(items) > 1)
            if not comma and not last:
                return
            start += last
            if quoted and not self._is(start, _QUOTE):
                return
            start += quoted
            if start >= self.n or isinstance(self.words[start], str):
                return
            items.append(start)
            end = start + 1
            if last:
                yield end, tuple(items), ()
                return

    def _is(self, i: int, words: frozenset[str]) -> bool:
        return i < self.n and self.words[i] in words


def _with(claim: Claim, old: Ref, new: Ref) -> Claim:
    """The claim about something else."""
    return claim._replace(
        subject=new if claim.subject == old else claim.subject, object=new if claim.object == old else claim.object
    )


def _is_gap(word: Word) -> bool:
    return isinstance(word, str) and word.startswith("__")
