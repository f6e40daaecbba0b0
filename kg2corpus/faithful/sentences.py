"""A text as sentences of elements: names and values as one element each, all other words as they are compared."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .cues import POSSESSIVE, alike
from .names import Mention, tokens

STOPS = frozenset(".?!。؟…।")
UNSPELLED = ("\0",)  # what no cue is spelled as
_LONG = 8  # words of a name that is never a cue's
_CLOSING = frozenset("\"'”’»)]")


class Element(NamedTuple):
    """A word, or a name with the nodes that it may mean and the words that it is spelled with (both empty for a word)."""

    start: int
    end: int
    word: str
    uids: frozenset[int] = frozenset()
    spelled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, or one line."""

    elements: tuple[Element, ...]

    @property
    def start(self) -> int:
        return self.elements[0].start

    @property
    def end(self) -> int:
        return self.elements[-1].end


def sentences(text: str, found: Sequence[Mention], meant: Collection[int]) -> list[Sentence]:
    """The sentences of a text. Of names that overlap the one that can mean a node of `meant` is taken, then the longer;
    a name that can mean one of them means no other."""
    return [Sentence(tuple(group)) for group in _split(text, list(_elements(text, _apart(found, meant), meant)))]


def _apart(found: Sequence[Mention], meant: Collection[int]) -> dict[int, Mention]:
    """The names by their start, none of which overlaps another."""
    ranked = sorted(found, key=lambda m: (not any(uid in meant for uid in m.uids), m.start - m.end, m.start))
    taken: dict[int, Mention] = {}
    for mention in ranked:
        if all(mention.end <= other.start or other.end <= mention.start for other in taken.values()):
            taken[mention.start] = mention
    return taken


def _elements(text: str, names: dict[int, Mention], meant: Collection[int]) -> Iterator[Element]:
    reach, name_end = 0, -1
    pieces = tokens(text)
    for place, (word, start, end) in enumerate(pieces):
        if start < reach:
            continue
        if mention := names.get(start):
            reach = name_end = mention.end
            uids = frozenset(mention.uids)
            yield Element(start, mention.end, "", uids.intersection(meant) or uids, _spelled(pieces, place, mention.end))
        elif word == "'" and _owns(text, start):
            reach = end + 1
            yield Element(start, reach, POSSESSIVE)
        elif word == "'" and start == name_end and text[start - 1] == "s":  # "the Bahamas'"
            yield Element(start, end, POSSESSIVE)
        elif (said := alike(word)) and not (said == "*" and text[max(0, start - 1) : end + 1].count("*") > 1):  # bold
            yield Element(start, end, said)


def _owns(text: str, at: int) -> bool:
    """Whether the apostrophe is one of "Bhutan's", or of a name in bold, or of a gap."""
    before = text[at - 1 : at]
    after = text[at + 1 : at + 3]
    return (before.isalnum() or before in "_*") and bool(before) and after[:1] == "s" and not after[1:].isalnum()


def _spelled(pieces: Sequence[tuple[str, int, int]], place: int, end: int) -> tuple[str, ...]:
    """The words of a name as they are compared; none of a long one, which no cue is spelled as."""
    words: list[str] = []
    while place < len(pieces) and pieces[place][1] < end and len(words) < _LONG:
        if said := alike(pieces[place][0]):
            words.append(said)
        place += 1
    return tuple(words) if words and len(words) < _LONG else UNSPELLED


def _split(text: str, elements: Sequence[Element]) -> Iterator[list[Element]]:
    """Cut after a full stop with what closes it, also one that a name ends with, and at the ends of lines."""
    group: list[Element] = []
    stopped = False
    for element in elements:
        if group:
            between = text[group[-1].end : element.start]
            first = (between.lstrip() or text[element.start :])[0]  # an article that was left out counts
            begins = not first.islower() or (element.uids and group[-1].word in STOPS)
            begins = begins and element.word != "|"  # a cell may hold sentences
            if "\n" in between or (stopped and between and begins):
                yield group
                group, stopped = [], False
        group.append(element)
        if text[element.end - 1] in STOPS:
            stopped = True
        elif not (stopped and element.word in _CLOSING):
            stopped = False
    if group:
        yield group
