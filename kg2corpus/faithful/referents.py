"""What the names and pronouns of a sentence may stand for."""

from __future__ import annotations

from dataclasses import dataclass

from .cues import PRONOUNS
from .parse import OWNERS, PLACES, Ref
from .sentences import Sentence

_RELATIVE = frozenset({"which", "who", "whom", "whose", "where"})


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
        """The nodes that an element may stand for: those of its name; for a pronoun the anchor where it is named before, what
        the sentence before is about, what this one begins with, and the name before it."""
        assert isinstance(ref, int)
        element = sentence.elements[ref]
        pronoun = element.word or (element.spelled[0] if len(element.spelled) == 1 else "")
        if pronoun not in PRONOUNS and pronoun not in OWNERS and pronoun not in PLACES:
            return element.uids
        before = [e.uids for e in sentence.elements[:ref] if e.uids]
        before = [uids for uids in before if uids & self.nodes] or before
        if pronoun in _RELATIVE and before:
            return before[-1]
        known = self.named.union(*before)
        return element.uids.union(self.topic, frozenset({self.anchor}) & known, *before[:1], *before[-1:])
