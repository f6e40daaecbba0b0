"""Finds a promised fact in words that no cue matches: by both its ends, and by how well the words fit its relation."""

from __future__ import annotations

from collections.abc import Sequence

from ..types import Fact, Span
from .cues import NEGATIONS
from .overlap import Overlap, marked
from .parse import Parse
from .referents import Referents
from .sentences import Sentence

_AHEAD = 0.05  # by how much another relation or the other direction may fit better


def rescued(
    fact: Fact, span: Span, read: Sequence[tuple[Sentence, Parse, Referents]], overlap: Overlap, strict: float
) -> bool:
    """Whether a sentence of the span states the fact in words of its own: it names both ends, denies nothing, and its words
    fit the relation, by `strict` at least, and hardly worse than they fit the other direction or another relation."""
    if strict > 1:
        return False
    for sentence, parse, referents in read:
        if sentence.end <= span.start or span.end <= sentence.start:
            continue
        if any(sentence.elements[k].word in NEGATIONS for k in parse.unread):
            continue
        places = [(k, referents.meant(sentence, k)) for k in range(len(sentence.elements))]
        subjects = [k for k, uids in places if fact.subject.uid in uids]
        objects = [k for k, uids in places if fact.object.uid in uids]
        if not subjects or not objects:
            continue
        # words that cues have read say what they say, and nothing else
        words = [e.word if e.word and k in parse.unread else "{}" for k, e in enumerate(sentence.elements)]
        ahead = list(marked(words, subjects, objects))
        score = overlap.score(ahead, fact.relation.uid)
        if score < strict:
            continue
        back = overlap.score(list(marked(words, objects, subjects)), fact.relation.uid)
        if not fact.relation.symmetric and back > score:
            continue
        rivals = overlap.rivals(words) - {fact.relation.uid}
        if all(overlap.score(ahead, rival) <= score + _AHEAD for rival in rivals):
            return True
    return False
