"""Small rules of written English: sentences, lists, possessives, plurals, articles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple


class Pronouns(NamedTuple):
    """What stands for a name that was just said: "it borders", "its capital", "there", "which borders"."""

    subject: str
    possessive: str
    place: str
    relative: str


IT = Pronouns("it", "its", "there", "which")
HE = Pronouns("he", "his", "there", "who")
SHE = Pronouns("she", "her", "there", "who")
# relations whose object says which of the two, and how it says so
SEX = frozenset({"sex", "gender", "sex or gender", "has sex", "has gender"})
BY_SEX = {"male": HE, "female": SHE, "man": HE, "woman": SHE}

# words in the names of relations that only things have, and of those that persons have ("founder of" is both, so it is none)
THINGS = frozenset({
    "area", "population", "capital", "price", "food", "cuisine", "elevation", "altitude", "length", "width", "depth",
    "currency", "borders", "atomic", "runtime", "isbn", "floor", "floors", "runway", "customer", "eat", "melting", "boiling",
    "density", "timezone", "inception", "ingredient", "ingredients", "engine", "wingspan", "mileage", "horsepower",
})  # fmt: skip
PERSONS = frozenset({
    "born", "birth", "death", "died", "spouse", "married", "child", "children", "parent", "parents", "father", "mother",
    "sibling", "occupation", "profession", "nationality", "citizenship", "sex", "gender", "religion", "position", "party",
    "alma", "educated", "education", "employer", "residence", "team", "person", "nickname", "surname", "favorite", "favourite",
})  # fmt: skip

# what follows a name in a wording without being its verb: "{S} and {O} are neighbours"
JOINERS = frozenset({
    "and", "or", "nor", "with", "along", "together", "as", "like", "in", "on", "at", "for", "of", "too", "also",
})  # fmt: skip
PLACES = frozenset({"in", "at", "near"})  # prepositions of a place that an event has
# verbs that "also" stands behind
BE = frozenset({"is", "are", "was", "were", "can", "may", "must", "will", "could", "should", "would", "does", "did"})
# how a wording begins that lays stress on its end ("it is in 1820 that ...", "for Bhutan, the capital is ...")
CLEFTS = frozenset({"it", "what", "as", "for", "among"})

_CLOSED = (".", "!", "?", "…", "。")
LRM = "\u200e"
_ENDS = tuple(".!?…")


def clean(text: str) -> str:
    """One line without control and bidirectional characters and without runs of white space.

    Those characters could end a line, hide text or turn the sentence around them; names and literals lose them.
    """
    if text.isalnum():
        return text
    kept = (c if c.isprintable() or (unicodedata.category(c) == "Cf" and c in "\u200c\u200d") else " " for c in text)
    return " ".join("".join(kept).split())


def capital(text: str) -> str:
    """With a capital letter at the start, unless the first word has a spelling of its own.

    Such words have a capital inside ("iPhone", "tRNA", "pH"), a digit or a sign ("p53", "example.org", "http://..."), or are
    one letter with a hyphen ("n-butane", "α-helix"; but "E-mail", "X-ray"). "van Gogh" begins a sentence as "Van Gogh".
    """
    first = text[:1]
    if not first.islower() or len(first.upper()) != 1:
        return text
    word = text.split(" ", 1)[0].rstrip(".,;:!?)")
    if not word.isalpha() and (_CODE.search(word) or (word[1:2] == "-" and first not in "extu")):
        return text
    letters = word if word.isalpha() else _LETTERS.match(word)[0]  # type: ignore[index]  # it begins with a letter
    return text if not letters[1:].islower() and letters[1:] else first.upper() + text[1:]


_CODE = re.compile(r"[\d_/@+=]|[.:]\w")
_LETTERS = re.compile(r"[^\W\d_]+")


def sentence(clause: str) -> str:
    """A clause as a sentence: capital letter, one full stop ("... Washington D.C." keeps the one that it has)."""
    text = capital(clause)
    return text if text.endswith(_CLOSED) or (text[-1:] in "\"”’)" and text[-2:-1] in _ENDS) else text + "."


def join(items: Sequence[str], word: str = "and") -> str:
    """A list: "A", "A and B", "A, B and C"; "A, B, and C and D" where an item has the word or a comma of its own.

    After a right-to-left name a mark keeps the list in reading order.
    """
    if len(items) == 1:
        return items[0]
    items = [item if item.isascii() else guarded(item) for item in items[:-1]] + [items[-1]]
    own = any(f" {word} " in item for item in items) or ("," in items[-2] + items[-1])
    return f"{', '.join(items[:-1])}{',' if own and len(items) > 2 else ''} {word} {items[-1]}"


def guarded(name: str) -> str:
    """A name with what keeps its right-to-left letters from drawing the sentence around it into their order.

    After one that ends so stands a left-to-right mark, without which a list or a number behind it would be drawn on its left;
    one that begins with a digit or a sign and has such letters is isolated (Unicode Standard Annex 9). Others stay.
    """
    first = next((kind for c in name if (kind := unicodedata.bidirectional(c)) in ("L", "R", "AL")), "L")
    if first != "L" and unicodedata.bidirectional(name[0]) not in ("R", "AL"):
        return f"\u2068{name}\u2069"
    return name + LRM if turns(name) else name


_ON = re.compile(r"\d{1,2} [A-Z][a-z]+ \d|[A-Z][a-z]+ \d{1,2}, \d|\d{4}-\d\d-\d\d")


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


def coordinate(predicates: Sequence[str]) -> str:
    """Predicates of one subject in one sentence: " borders India and has the capital Thimphu"."""
    if len(predicates) == 1:
        return predicates[0]
    return f"{','.join(predicates[:-1])} and{predicates[-1]}"


def also(predicate: str) -> str:
    """ " borders China" after more of the same kind was told: " also borders China", " is also a member"."""
    first, _, rest = predicate[1:].partition(" ")
    return f" {first} also {rest}" if first in BE else f" also{predicate}"


def possessive(name: str, *, plural: bool) -> str:
    """"Cyprus's", but "the Bahamas'" for a name that is plural in form."""
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
    unins = lower.startswith(("unin", "unim", "unid"))
    return f"{'an' if vowel or silent or spelled or unins else 'a'} {noun}"
