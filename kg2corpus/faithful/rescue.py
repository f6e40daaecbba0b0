"""Finds a promised fact in words that no cue matches: by both its ends, and by how well the words fit its relation."""

from __future__ import annotations

from collections.abc import Sequence

from ..types import Fact, Span
from .cues import NEGATIONS
from .overlap import OBJECT, SUBJECT, Overlap
from .parse import Parse
from .referents import Referents, stands_for
from .sentences import Sentence

_CLEAR = 0.6  # from where on words clearly say another relation
_AHEAD = 0.05  # by how much another relation or the other direction may fit better
_AROUND = 6  # words before the first end and after the second that count
_PAIRS = 6  # pairs of the two ends in a sentence that are tried, the nearest first
_NAME = "{}"


def rescued(
    fact: Fact, span: Span, read: Sequence[tuple[Sentence, Parse, Referents]], overlap: Overlap, strict: float
) -> bool:
    """Whether a sentence of the span states the fact in words of its own: it names both ends, denies nothing, and the words
    between and around them fit the relation, by `strict` at least, and hardly worse than the other direction or another
    relation that they clearly say."""
    if strict > 1:
        return False
    for sentence, parse, referents in read:
        if sentence.end <= span.start or span.end <= sentence.start:
            continue
        if any(sentence.elements[k].word in NEGATIONS for k in parse.unread):
            continue
        meant = [referents.meant(sentence, k) if e.uids or stands_for(e) else frozenset[int]()
                 for k, e in enumerate(sentence.elements)]  # fmt: skip
        ends = [(s, o) for s, uids in enumerate(meant) if fact.subject.uid in uids
                for o, others in enumerate(meant) if fact.object.uid in others and s != o]  # fmt: skip
        # words that cues have read say what they say, and nothing else
        words = [e.word if e.word and k in parse.unread else _NAME for k, e in enumerate(sentence.elements)]
        near = sorted(ends, key=lambda pair: abs(pair[0] - pair[1]))[:_PAIRS]
        if any(_fits(fact, *_around(words, *pair), overlap, strict) for pair in near):
            return True
    return False


def _fits(fact: Fact, ahead: Sequence[str], back: Sequence[str], overlap: Overlap, strict: float) -> bool:
    """Whether marked words say the fact, rather than its opposite direction or another relation."""
    relation = fact.relation.uid
    score = overlap.score(ahead, relation)
    if score < strict or (not fact.relation.symmetric and overlap.score(back, relation) > score + _AHEAD):
        return False
    rivals = overlap.rivals(ahead) - {relation}
    return all(overlap.score(ahead, rival) <= max(score + _AHEAD, _CLEAR) for rival in rivals)


def _around(words: Sequence[str], subject: int, object: int) -> tuple[list[str], list[str]]:
    """The words between two places and around them, as far as no other name stands, with both marked; and marked turned."""
    first, last = min(subject, object), max(subject, object)
    start, end = first, last + 1
    while start > max(0, first - _AROUND) and words[start - 1] != _NAME:
        start -= 1
    while end < min(len(words), last + 1 + _AROUND) and words[end] != _NAME:
        end += 1
    marks = {subject: SUBJECT, object: OBJECT}, {subject: OBJECT, object: SUBJECT}
    ahead, back = ([marked.get(k, words[k]) for k in range(start, end)] for marked in marks)
    return ahead, back
