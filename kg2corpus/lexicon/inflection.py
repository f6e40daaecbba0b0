"""English nouns: their plurals, and "a" or "an" before them."""

from __future__ import annotations

import unicodedata

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


_VOWELS = frozenset("aeiouæœøαεηιουω")


def an(noun: str) -> str:
    """With "a" or "an", by the sound as far as the letters tell it: "an hour", "a unit", "an état", "an α-helix"."""
    lower = noun.lower()
    if not lower[:1].isascii():
        lower = unicodedata.normalize("NFD", lower[:1])[0] + lower[1:]
    vowel = lower[:1] in _VOWELS and not lower.startswith(("uni", "use", "eu", "one", "ura", "uti", "ubi"))
    silent = lower.startswith(("hour", "heir", "honest", "honour", "honor"))
    spelled = noun[:1] in "FHLMNRSX" and noun.split(" ")[0].isupper() and len(noun.split(" ")[0]) > 1
    if noun[:1] == "U" and noun.split(" ")[0].replace(".", "").isupper():
        vowel = False  # "a U.S. viewer"
    unins = lower.startswith(("unin", "unim", "unid"))
    return f"{'an' if vowel or silent or spelled or unins else 'a'} {noun}"

