"""Small rules of written English: sentences, lists, possessives, plurals, articles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_CLOSED = (".", "!", "?", "…", "。")
_LRM = "\u200e"


def clean(text: str) -> str:
    """One line without control and bidirectional characters and without runs of white space.

    Those characters could end a line, hide text or turn the sentence around them; names and literals lose them.
    """
    if text.isalnum():
        return text
    kept = (c if c.isprintable() or (unicodedata.category(c) == "Cf" and c in "\u200c\u200d") else " " for c in text)
    return " ".join("".join(kept).split())


def capital(text: str) -> str:
    """With a capital letter at the start, unless the word has its own capitals ("tRNA")."""
    first = text[:1]
    mixed = text[1:2].isupper()  # "tRNA", "pH"
    return first.upper() + text[1:] if first.islower() and not mixed and len(first.upper()) == 1 else text


def sentence(clause: str) -> str:
    """A clause as a sentence: capital letter, one full stop ("... Washington D.C." keeps the one that it has)."""
    text = capital(clause)
    return text if text.endswith(_CLOSED) or text[-2:] in ('."', ".”") else text + "."


def join(items: Sequence[str], word: str = "and") -> str:
    """A list: "A", "A and B", "A, B, and C". After a right-to-left name a mark keeps the list in reading order."""
    if len(items) == 1:
        return items[0]
    items = [item + _LRM if item and turns(item) else item for item in items[:-1]] + [items[-1]]
    if len(items) == 2:
        return f"{items[0]} {word} {items[1]}"
    return f"{', '.join(items[:-1])}, {word} {items[-1]}"


_ON = re.compile(r"\d{1,2} [A-Za-z]+\.? \d|[A-Za-z]+\.? \d{1,2}, \d|\d{4}-\d\d-\d\d")


def dated(said: str) -> str:
    """A date or year with its preposition: "on 5 May 1964", "in May 1964", "in 1964"."""
    return f"{'on' if _ON.match(said) else 'in'} {said}"


def turns(text: str) -> bool:
    """Whether the text ends in a right-to-left script, so that what follows it would be drawn on its left."""
    if text.isascii():
        return False
    for c in reversed(text):
        kind = unicodedata.bidirectional(c)
        if kind in ("R", "AL"):
            return True
        if kind == "L":
            return False
    return False


def possessive(name: str, *, plural: bool) -> str:
    """ "Cyprus's", but "the Bahamas'" for a name that is plural in form."""
    if name.endswith(("'s", "’s")) or (plural and name.endswith("s")):
        return name + "'"
    return name + "'s"


_IRREGULAR = {"person": "people", "child": "children", "man": "men", "woman": "women", "species": "species", "series": "series"}
_IRREGULAR |= {"taxon": "taxa", "genus": "genera", "phenomenon": "phenomena", "criterion": "criteria", "spouse": "spouses"}


def plural(noun: str) -> str:
    """Plural of a noun phrase: its head (the word before "of", "in", ...) or last word."""
    words = noun.split(" ")
    head = next((i for i, w in enumerate(words) if i and w in _PREPOSITIONS), len(words)) - 1
    words[head] = _plural_word(words[head])
    return " ".join(words)


_PREPOSITIONS = frozenset({
    "of", "in", "on", "at", "by", "for", "from", "to", "with", "under", "into", "within", "about", "as", "against",
    "between",
})  # fmt: skip


def _plural_word(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    if word.endswith(("sis",)):
        return word[:-2] + "es"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    return word + "s"


def an(noun: str) -> str:
    """With "a" or "an"."""
    lower = noun.lower()
    vowel = lower[:1] in "aeiou" and not lower.startswith(("uni", "use", "eu", "one", "ura", "uti", "ubi"))
    silent = lower.startswith(("hour", "heir", "honest", "honour", "honor"))
    spelled = noun[:1] in "FHLMNRSX" and noun.split(" ")[0].isupper() and len(noun.split(" ")[0]) > 1
    if noun[:1] == "U" and noun.split(" ")[0].replace(".", "").isupper():
        vowel = False  # "a U.S. viewer"
    unins = lower.startswith(("unin", "unim", "unid"))
    return f"{'an' if vowel or silent or spelled or unins else 'a'} {noun}"
