"""A text as sentences of elements: names and values as one element each, all other words as they are compared."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .cues import POSSESSIVE, alike
from .names import Mention, tokens

STOPS = frozenset(".?!。؟…।")
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
    reach, name_end, after_mark = 0, -1, -1
    pieces = tokens(text)
    for place, (word, start, end) in enumerate(pieces):
        if start < reach:
            continue
        if mention := names.get(start):
            reach = name_end = mention.end
            spelled = tuple(s for w, a, _ in pieces[place:] if a < mention.end for s in [alike(w)] if s) if _short(mention) else ()
            uids = frozenset(mention.uids)
            yield Element(start, mention.end, "", uids.intersection(meant) or uids, spelled or ("",))
        elif word == "'" and start == name_end:
            # the apostrophe of a possessive: "Bhutan's", "the Bahamas'"
            if text[end : end + 1] == "s" and not text[end + 1 : end + 2].isalnum():
                reach = end + 1
                yield Element(start, end + 1, POSSESSIVE)
            elif text[start - 1] == "s":
                yield Element(start, end, POSSESSIVE)
            else:
                yield Element(start, end, word)
        elif word == "'" and text[end : end + 1] == "s" and start and text[start - 1].isalnum() and not text[end + 1 : end + 2].isalnum():
            reach = end + 1
            yield Element(start, end + 1, POSSESSIVE)
        elif said := alike(word):
            yield Element(start, end, said)


def _short(mention: Mention) -> bool:
    """Whether the name may be spelled as a cue or a noun is; long ones are not."""
    return mention.end - mention.start <= 60


def _split(text: str, elements: Sequence[Element]) -> Iterator[list[Element]]:
    """Cut after a full stop with what closes it, also one that a name ends with, and at the ends of lines."""
    group: list[Element] = []
    stopped = False
    for element in elements:
        if group:
            between = text[group[-1].end : element.start]
            if "\n" in between or (stopped and between and not text[element.start].islower()):
                yield group
                group, stopped = [], False
        group.append(element)
        if text[element.end - 1] in STOPS:
            stopped = True
        elif not (stopped and element.word in _CLOSING):
            stopped = False
    if group:
        yield group
