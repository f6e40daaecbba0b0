"""What the words of a relation tell of its two ends: who works for what, what has a capital. Used only where the graph has no
types that tell, and only to choose words such as "who" and "where"."""

from __future__ import annotations

from dataclasses import replace

from .usage import Use
from .vocabulary import lists

# base or participle with its preposition -> kind of the subject, kind of the object; "" for what is not certain
_VERBS = {phrase: (found[0], found[1]) for phrase, found in lists("verb_ends").items()}
# noun phrase -> kind of what has one
_NOUNS = {phrase: kind for kind, found in lists("noun_ends").items() for phrase in found}


def of_verb(use: Use, words: str) -> Use:
    """The use with kinds that a verb tells: `words` are its base and preposition ("work for")."""
    subject, object_ = _VERBS.get(words, ("", ""))
    return replace(use, subject=use.subject or subject, object=use.object or object_)


def tells(one: str) -> bool:
    """Whether a noun phrase is one of those that tell of their subject."""
    return one.casefold() in _NOUNS


def of_noun(use: Use, one: str) -> Use:
    """The use with the kind of its subjects that a noun tells: what has a capital is a place."""
    kind = _NOUNS.get(one.casefold(), "")
    return replace(use, subject=kind) if kind and not use.subject else use
