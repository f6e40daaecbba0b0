"""Verbs that agree with a plural name: "{S} spans {O}" becomes "{S} span {O}" for the Alps."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .words import base, participle

_PLURAL = {"is": "are", "was": "were", "has": "have", "does": "do", "isn't": "aren't", "wasn't": "weren't", "hasn't": "haven't"}
_PLURAL |= {"doesn't": "don't", "goes": "go"}
# what may stand between a name and its verb
_ADVERBS = frozenset({
    "also", "still", "never", "once", "only", "alone", "first", "always", "often", "now", "thus", "then", "sometimes", "both",
    "too", "yet", "ever", "long", "soon", "again", "later", "perhaps",
})  # fmt: skip
_NO_VERBS = frozenset({"as", "this", "its", "his", "versus", "plus", "minus", "across", "towards", "besides", "thus", "always"})
# after these words a name is the subject of what follows: "the range that {S} crosses", "on the map, {S} has"
_BEFORE_SUBJECT = frozenset({
    "that", "which", "what", "where", "when", "whom", "how", "why", "whether", "if", "because", "while", "since", "although",
    "sees", "saw", "lets", "watches",  # "{O} sees {S} play its home games"
})  # fmt: skip
# a wording that begins so may have its subject last: "among the members of {S} is {O}"
_FRONTED = ("among ", "inside ", "in ", "within ", "under ", "on ", "at ", "near ", "behind ", "beside ", "around ", "beyond ")
_REFERRING = {"its": "their", "itself": "themselves"}
_REFERS = re.compile(r"\b(?:its|itself)\b")
_IN_IT = re.compile(r"\b(within|inside|around|in|of|on|under|for|to|from|with|through|by) it\b")
_SECOND = re.compile(r" and (is|was|has) ")  # "{S} is a range and has ..."
_THAT = re.compile(r"( (?:that|which|who))( .*)", re.DOTALL)


def plural_verbs(texts: Sequence[str], at: int) -> tuple[str, ...]:
    """The texts of a wording, "" where a name goes, for a plural name in place `at`: its verbs, and "its" that means it.

    Changed is only what is surely said of that name: a verb behind it where it opens the wording or a clause of its own, a
    verb in front of it in a question ("where is {S}?", "what does {S} cross?") or in "among the members of {O} is {S}", and the
    verb of "it is {S} that crosses".
    """
    said = list(texts)
    before, after = said[at - 1] if at else "", said[at + 1] if at + 1 < len(said) else ""
    asked = said[-1].endswith("?")
    last = before.rstrip().rpartition(" ")[2]
    if not _opens(said, at, before, last):
        fronted = before in (" is ", " was ") and at == len(said) - 1 and said[0].casefold().startswith(_FRONTED)
        if fronted or (asked and before.endswith(" ") and _inverted(said, at, last, after)):
            said[at - 1] = before[: -len(last) - 1] + _matching(last) + " "
        elif before.endswith(("it is ", "it was ", "It is ", "It was ")) and (found := _THAT.fullmatch(after)):
            said[at + 1] = found[1] + _agreed(found[2])
        else:
            return tuple(texts)
    else:
        said[at + 1 :] = [_agreed(after), *said[at + 2 :]] if after else said[at + 1 :]
    if tuple(said) == tuple(texts) and not after.startswith(" "):
        return tuple(texts)
    for i in range(at + 1, len(said)):
        said[i] = _IN_IT.sub(r"\1 them", _REFERS.sub(lambda found: _REFERRING[found[0]], said[i]))
        if not asked:
            said[i] = _SECOND.sub(lambda found: f" and {_PLURAL[found[1]]} ", said[i])
    return tuple(said)


def _opens(texts: Sequence[str], at: int, before: str, last: str) -> bool:
    """Whether the name opens the wording, or a clause that has it as its subject."""
    if at == 0:
        return True
    return before.endswith(" ") and (last in _BEFORE_SUBJECT or last.endswith(","))


def _inverted(texts: Sequence[str], at: int, last: str, after: str) -> bool:
    """Whether the verb in front of the name is its own: not in "which town has {S} as its team?" nor "whose home is {S}?"."""
    if last.casefold() == "does":
        return True
    front = "".join(texts[:at]).casefold()
    if last.casefold() in ("is", "was"):
        return after.strip("?. ") != "" or front in ("where is ", "where was ", "what is ", "what was ", "who is ", "who was ")
    word = after.strip("?. ").partition(" ")[0]
    return last.casefold() == "has" and (word == "been" or participle(word))


def _matching(verb: str) -> str:
    found = _PLURAL[verb.casefold()]
    return found.capitalize() if verb[:1].isupper() else found


def _agreed(after: str) -> str:
    """What follows a plural name, with its verb in the plural: " also spans the" gives " also span the"."""
    words = after.split(" ")
    if words[0] != "":
        return after
    at = next((i for i, word in enumerate(words) if i and word not in _ADVERBS and not word.endswith("ly")), 0)
    if not at:
        return after
    word = words[at]
    if word in _PLURAL:
        words[at] = _PLURAL[word]
    elif word.isalpha() and word.islower() and word.endswith("s") and not word.endswith(("ss", "us")) and word not in _NO_VERBS:
        words[at] = base(word)
    return " ".join(words)
