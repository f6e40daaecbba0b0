"""What the names and pronouns of a sentence may stand for."""

from __future__ import annotations

from dataclasses import dataclass

from .cues import PRONOUNS
from .parse import OWNERS, PLACES, Ref
from .sentences import Element, Sentence

_RELATIVE = frozenset({"which", "who", "whom", "whose", "where"})


def stands_for(element: Element) -> bool:
    """Whether it is a pronoun, or a name that is spelled as one."""
    word = element.word or (element.spelled[0] if len(element.spelled) == 1 else "")
    return word in PRONOUNS or word in OWNERS or word in PLACES


@dataclass(frozen=True, slots=True)
class Referents:
    """Where reading has got to: the anchor and the nodes of the document, what was named so far, and what the sentence before
    was about."""

    anchor: int
    nodes: frozenset[int]
    named: frozenset[int] = frozenset()
    topic: frozenset[int] = frozenset()
    here: Sentence | None = None

    def at(self, sentence: Sentence) -> Referents:
        """The same, one sentence on."""
        if self.here is None:
            return Referents(self.anchor, self.nodes, here=sentence)
        named = self.named.union(*(element.uids for element in self.here.elements))
        places = (k for k, e in enumerate(self.here.elements) if e.uids or e.word in PRONOUNS or e.word in OWNERS)
        # "As an official language, ...": a word may be a name too, so one that the document is about goes first
        found = [meant for k in places if (meant := self.meant(self.here, k))]
        topic = next((meant for meant in found if meant & self.nodes), found[0] if found else self.topic)
        return Referents(self.anchor, self.nodes, named, topic, sentence)

    def meant(self, sentence: Sentence, ref: Ref) -> frozenset[int]:
        """The nodes that an element may stand for: those of its name, or what a pronoun stands for there."""
        assert isinstance(ref, int)
        element = sentence.elements[ref]
        return element.uids | self.stands(sentence, ref, element.word) if stands_for(element) else element.uids

    def stands(self, sentence: Sentence, at: int, word: str = "") -> frozenset[int]:
        """What a pronoun, or "the country", stands for at a place: the anchor where it is named before, what the sentence
        before is about, what this one begins with, and the name before it."""
        before = [e.uids for e in sentence.elements[:at] if e.uids]
        before = [uids for uids in before if uids & self.nodes] or before
        if word in _RELATIVE and before:
            return before[-1]
        known = self.named.union(*before)
        return self.topic.union(frozenset({self.anchor}) & known, *before[:1], *before[-1:])
