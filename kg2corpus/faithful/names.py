"""Reads text back against the graph: which entities and values it names, and where.

A blank spaCy pipeline carries the names: one PhraseMatcher over labels, aliases and names as the lexicon says them, one over
short names in capitals ("US", "IN"), which only count in capitals. Its tokenizer is ours, because a tokenizer made for
a language splits a name by what stands beside it (".bt." and ".bt", "St. John's" and "St. John's."), and a name that is
split differently in the text than on its own is lost. Ours splits by character alone: a run of letters, digits and marks
is a token, every other character is one, and so is every letter of a script that is written without spaces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from ..scripts import CONTINUOUS
from ..types import Node

if TYPE_CHECKING:
    from ..graph import Graph
    from ..lexicon.resolve import Lexicon

# combining marks and joiners, which `\w` leaves out though they stand inside words
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0711\u0730-\u074a"
    "\u0900-\u0963\u0966-\u0dff\u200c\u200d"
)
# `\|` and `\*` are how a table writes a name with such a mark in it
_TOKEN = re.compile(rf"[{CONTINUOUS}]|(?:(?![{CONTINUOUS}])[\w{_MARKS}])+|\\[|*]|\S")
_CONTINUES = re.compile(rf"[{CONTINUOUS}]")
_SAME = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "‐": "-", "‑": "-", "–": "-", "−": "-"})
_CAPITALS = 4  # names of up to this many characters, all capitals, must stand in capitals: "US" is not "us"
_DIGITS = re.compile(r"\d{4,15}")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Mention:
    """Characters [start, end) of a text that name a node; several uids when several nodes bear the same name."""

    start: int
    end: int
    uids: tuple[int, ...]


@dataclass(frozen=True)
class Reader:
    """The names of a graph, ready to be found in text. Made by `reader`; used by `mentions` and `values`."""

    vocab: Any
    folded: Any
    exact: Any
    uids: dict[int, tuple[tuple[bool, ...], tuple[int, ...]]]
    literals: frozenset[int]


def reader(graph: Graph, lexicon: Lexicon) -> Reader:
    """Collect every name of the graph's entities and every value as the lexicon says it."""
    literals = frozenset(uid for uid in graph.node_uids() if graph.node(uid).literal)
    return reader_of(names(graph, lexicon), literals=literals)


def entity_reader(graph: Graph, lexicon: Lexicon) -> Reader:
    """A reader of the names of entities alone: a value that holds such a name does not hide it."""
    nodes = (graph.node(uid) for uid in graph.node_uids())
    return reader_of((name, node.uid) for node in nodes if not node.literal for name in _entity_names(node, lexicon))


def reader_of(named: Iterable[tuple[str, int]], *, literals: frozenset[int] = frozenset()) -> Reader:
    """A reader of the given (name, uid) pairs."""
    from spacy.matcher import PhraseMatcher

    vocab = _vocab()
    groups: dict[_Form, set[int]] = {}
    for name, uid in named:
        pieces = tokens(name)
        if pieces:
            words = tuple(word for word, _, _ in pieces)
            exact = (len(name) <= _CAPITALS and name.isupper() and name.isascii()) or is_function(words)
            # a name that is looked for as it is written begins sentences with a capital
            first = words[0][:1].upper() + words[0][1:]
            written = {words, (first, *words[1:])} if exact else {tuple(word.lower() for word in words)}
            for one in written:
                groups.setdefault(_Form(exact, one, _gaps(pieces)), set()).add(uid)
    folded, capitals = PhraseMatcher(vocab, attr="LOWER"), PhraseMatcher(vocab, attr="ORTH")
    uids: dict[int, tuple[tuple[bool, ...], tuple[int, ...]]] = {}
    for number, (form, members) in enumerate(groups.items()):
        key = f"name {number}"
        (capitals if form.exact else folded).add(key, [_doc(vocab, form.words)])
        uids[vocab.strings[key]] = form.gaps, tuple(sorted(members))
    return Reader(vocab=vocab, folded=folded, exact=capitals, uids=uids, literals=literals)


def is_function(words: Sequence[str]) -> bool:
    """Whether a name is made of function words or single letters ("As", "the one"): such a name is met in any sentence."""
    from spacy.lang.en.stop_words import STOP_WORDS

    return all(len(word) == 1 or word.lower() in STOP_WORDS for word in words)


class _Form(NamedTuple):
    """A name as it is looked for. `gaps`: where white space stands between its words (".it" is not ". It")."""

    exact: bool
    words: tuple[str, ...]
    gaps: tuple[bool, ...]


def _gaps(pieces: Sequence[tuple[str, int, int]]) -> tuple[bool, ...]:
    return tuple(one[2] < other[1] for one, other in pairwise(pieces))


@cache
def _vocab() -> Any:
    """The vocabulary of a blank pipeline without a language: making one takes longer than reading a text."""
    import spacy

    return spacy.blank("xx").vocab


def names(graph: Graph, lexicon: Lexicon) -> Iterator[tuple[str, int]]:
    """Every (surface form, uid): label, aliases and said name of entities; values and accepted answers of literals."""
    for uid in graph.node_uids():
        node = graph.node(uid)
        if not node.literal:
            yield from ((text, uid) for text in _entity_names(node, lexicon))
    for fact in graph.facts():
        if fact.object.literal:
            yield lexicon.value(fact), fact.object.uid
            yield from ((text, fact.object.uid) for text in lexicon.accepted(fact.object, fact.relation, fact.unit))
            if _DIGITS.fullmatch(fact.object.label):
                yield f"{int(fact.object.label):,}", fact.object.uid


def _entity_names(node: Node, lexicon: Lexicon) -> set[str]:
    found = {node.label, node.name, lexicon.name(node), *node.aliases}
    return found | {name[4:] for name in found if name[:4] in ("the ", "The ")}  # a heading has no article


def tokens(text: str) -> list[tuple[str, int, int]]:
    """(normal form, start, end) of every token; white space is none, quotes and dashes are made alike, marks composed."""
    return [(_normal(match.group()), match.start(), match.end()) for match in _TOKEN.finditer(text)]


def _normal(word: str) -> str:
    if word.isascii():
        return word[1:] if word in ("\\|", "\\*") else word
    word = unicodedata.normalize("NFC", word.translate(_SAME))
    return word.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate cannot enter a vocabulary


def _doc(vocab: Any, words: Iterable[str]) -> Any:
    from spacy.tokens import Doc

    return Doc(vocab, words=list(words))


def mentions(reader: Reader, text: str) -> list[Mention]:
    """Every name in the text, by position. A name inside a longer one ("Guinea" in "Papua New Guinea") is none."""
    pieces = tokens(text)
    if not pieces:
        return []
    doc = _doc(reader.vocab, (word for word, _, _ in pieces))
    found: dict[tuple[int, int], set[int]] = {}
    for matcher in (reader.folded, reader.exact):
        for key, first, end in matcher(doc):
            place = pieces[first][1], pieces[end - 1][2]
            gaps, uids = reader.uids[key]
            if gaps == _gaps(pieces[first:end]) and _stands_alone(text, *place):
                found.setdefault(place, set()).update(uids)
    return [Mention(start, end, tuple(sorted(found[start, end]))) for start, end in _outermost(text, found)]


def _stands_alone(text: str, start: int, end: int) -> bool:
    """False for a part of a number ("394" in "38,394", "5" in "-5") or of a word ("foo.bt" does not name ".bt")."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if text[start].isdigit():
        if re.fullmatch(r"\d[.,:]|\W?[-+−]", before):
            return False
    elif text[start] in ".+-−#@" and before and (before[-1].isalnum() and not _CONTINUES.match(before[-1])):
        return False
    return not (text[end - 1].isdigit() and re.fullmatch(r"[.,:]\d", after))


def _outermost(text: str, places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places by position, without those that another one contains and adds a word to.

    One that adds only marks stays beside what it contains: the full stop of "... is Washington D.C." may belong to both.
    """
    kept: list[tuple[int, int]] = []
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        inside = (outer for outer in kept if outer[0] <= start and end <= outer[1])
        if not any(_has_word(text[first:start]) or _has_word(text[end:last]) for first, last in inside):
            kept.append((start, end))
    return kept


def _has_word(text: str) -> bool:
    return any(character.isalnum() for character in text)


def values(reader: Reader, text: str) -> list[Mention]:
    """The mentions that can be values: numbers with separators and units, codes, dates, strings, as the lexicon says them."""
    return [mention for mention in mentions(reader, text) if any(uid in reader.literals for uid in mention.uids)]


def stray_numbers(text: str, found: Iterable[Mention]) -> list[tuple[int, int]]:
    """Places of numbers that no mention covers: figures that the graph does not give."""
    covered = [(mention.start, mention.end) for mention in found]
    return [
        match.span()
        for match in _NUMBER.finditer(text)
        if not any(start <= match.start() and match.end() <= end for start, end in covered)
    ]
