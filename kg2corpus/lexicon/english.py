"""The realizer of English: sentences, lists, possessives, plurals, articles, and the words that the engine says by itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence, Set

from .agreement import plural_verbs as plural_verbs
from .inflection import an as an
from .inflection import plural as plural
from .language import Pronouns
from .nouns import countable, known_noun, noun_kind
from .text import LRM as LRM
from .text import clean as clean
from .text import guarded as guarded
from .text import turns as turns
from .values import date_of as date_of
from .values import say_literal as say_literal
from .values import texts as texts

QUESTION_FORMAT = "Question: {question}\nAnswer:"
SO: Sequence[str] = (
    "So ",
    "Hence, ",
    "Therefore, ",
    "It follows that ",
    "Taken together, this means that ",
    "This means that ",
    "From this one can see that ",
)
LINK: Sequence[str] = ("", "", "As for how the two are connected, ", "What connects the two is that ", "The two are linked: ")
TURN: Sequence[str] = ("", "", "As for {name}, ", "Turning to {name}, ")
AND, NOR = "and", "nor"
_VOWELS = tuple("aeiouAEIOU")
_TWO_ARTICLES = re.compile(r"\b[Tt]he ([Tt]he) ")
EMPTY, UNNAMED = "(empty)", "an unnamed node"

IT = Pronouns("it", "its", "there", "which")
HE = Pronouns("he", "his", "there", "who")
SHE = Pronouns("she", "her", "there", "who")
# relations whose object says which of the two, and how it says so
SEX: Collection[str] = frozenset({"sex", "gender", "sex or gender", "has sex", "has gender"})
BY_SEX: Mapping[str, Pronouns] = {"male": HE, "female": SHE, "man": HE, "woman": SHE}

# words in the names of relations that only things have, and of those that persons have ("founder of" is both, so it is none)
THINGS: Collection[str] = frozenset({
    "area", "population", "capital", "price", "food", "cuisine", "elevation", "altitude", "length", "width", "depth",
    "currency", "borders", "atomic", "runtime", "isbn", "floor", "floors", "runway", "customer", "eat", "melting", "boiling",
    "density", "timezone", "inception", "ingredient", "ingredients", "engine", "wingspan", "mileage", "horsepower",
})  # fmt: skip
PERSONS: Collection[str] = frozenset({
    "born", "birth", "death", "died", "spouse", "married", "child", "children", "parent", "parents", "father", "mother",
    "sibling", "occupation", "profession", "nationality", "citizenship", "sex", "gender", "religion", "position", "party",
    "alma", "educated", "education", "employer", "residence", "team", "person", "people",
    "nickname", "surname", "favorite", "favourite",
})  # fmt: skip

# what follows a name in a wording without being its verb: "{S} and {O} are neighbours"
JOINERS: Set[str] = frozenset({
    "and", "or", "nor", "with", "along", "together", "as", "like", "in", "on", "at", "for", "of", "too", "also",
})  # fmt: skip
PLACES: Collection[str] = frozenset({"in", "at", "near"})  # prepositions of a place that an event has
# verbs that "also" stands behind
BE = frozenset({"is", "are", "was", "were", "can", "may", "must", "will", "could", "should", "would", "does", "did"})
# how a wording begins that lays stress on its end ("it is in 1820 that ...", "for Bhutan, the capital is ...")
CLEFTS: Collection[str] = frozenset({"it", "what", "as", "for", "among"})
# what only a sentence that stands alone may say
STILTED = re.compile(
    r"\b(?:(?:is|are|was|were) (?:listed|given|classed|described)|listed for|given for|counts? as|answer to the question"
    r"|something that|tally|type of|(?:is|are|was|were) among|stands? at|figure for)\b"
)
# a clause with one of these holds a list, a clause or a "not" of its own, to which what is joined to it could seem to belong
COMPLEX: Sequence[str] = (" and ", " not ", ", ", " that ", " which ", " who ", " whose ", " where ", " or ", '"')

_CLOSED = (".", "!", "?", "…", "。")
_ENDS = tuple(".!?…")


def capital(text: str) -> str:
    """With a capital letter at the start, unless the first word has a spelling of its own.

    Such words have a capital inside ("iPhone", "tRNA", "pH"), a digit or a sign ("p53", "example.org", "http://..."), or are
    one letter, alone or with a hyphen ("d", "n-butane", "α-helix"; but "A", "E-mail", "X-ray"). "van Gogh" begins a sentence
    as "Van Gogh".
    """
    first = text[:1]
    if not first.islower() or len(first.upper()) != 1:
        return text
    word = text.split(" ", 1)[0].rstrip(".,;:!?)")
    code = _CODE.search(word) and not _HYPHENED.match(word)
    if not word.isalpha() and (code or (word[1:2] == "-" and first not in "extu")):
        return text
    if len(word) == 1 and word != "a":
        return text
    letters = word if word.isalpha() else _LETTERS.match(word)[0]  # type: ignore[index]  # it begins with a letter
    return text if not letters[1:].islower() and letters[1:] else first.upper() + text[1:]


_HYPHENED = re.compile(r"[a-z]{4,}(?:-[^_/@+=.:]+\+?|/[a-z]+)$")  # "interleukin-7" begins a sentence as any word does
_CODE = re.compile(r"[\d_/@+=]|[.:]\w")
_LETTERS = re.compile(r"[^\W\d_]+")


def sentence(clause: str) -> str:
    """A clause as a sentence: capital letter, one full stop ("... Washington D.C." keeps the one that it has)."""
    return capital(stopped(clause))


def stopped(text: str) -> str:
    """With one mark at its end: "... Ripken Jr." and "Goal!" keep the one that they have, in place of a second one too."""
    if text[-2:] == "??" or (text[-1:] == "." and text[-2:-1] in _ENDS and not text.endswith("...")):
        return text[:-1]
    quoted = text[-1:] in "\"”’" or (text[-1:] == ")" and "(" not in text)  # "Columbia (Washington, D.C.)" closes no sentence
    return text if text.endswith(_CLOSED) or (quoted and text[-2:-1] in _ENDS) else text + "."


def join(items: Sequence[str], word: str = "and") -> str:
    """A list: "A", "A and B", "A, B and C"; "A, B, and C and D" where an item has the word, "A, B; C; and D" where one has a
    comma.

    After a right-to-left name a mark keeps the list in reading order.
    """
    if len(items) == 1:
        return items[0]
    items = [item if item.isascii() else guarded(item) for item in items[:-1]] + [items[-1]]
    if len(items) > 2 and any(", " in item for item in items):
        return f"{'; '.join(items[:-1])}; {word} {items[-1]}"
    own = any(f" {word} " in item for item in items)
    return f"{', '.join(items[:-1])}{',' if own and len(items) > 2 else ''} {word} {items[-1]}"


def coordinate(predicates: Sequence[str]) -> str:
    """Predicates of one subject in one sentence: " borders India and has the capital Thimphu"."""
    if len(predicates) == 1:
        return predicates[0]
    return f"{','.join(predicates[:-1])} and{predicates[-1]}"


def also(predicate: str) -> str:
    """ " borders China" after more of the same kind was told: " also borders China", " is also a member"."""
    first, _, rest = predicate[1:].partition(" ")
    return f" {first} also {rest}" if first in BE else f" also{predicate}"


def relative(phrase: str, pronouns: Pronouns | None) -> str:
    """What stands after "a country" as a clause after a name: "whose capital is Thimphu", "which borders India"; "" where it is
    none, or where nobody can tell whether to write "which" or "who"."""
    word, _, rest = phrase.partition(" ")
    if word == "whose":
        return phrase
    if word not in ("that", "which", "who") or pronouns is None:
        return ""
    return f"{pronouns.relative} {rest}" if word in ("that", pronouns.relative) else ""


def linked(noun: str, relation: str, known: str) -> str:
    """A node by a relation that has no noun phrase: "a country that 'borders' links with Bhutan"."""
    return f"{noun} that '{relation}' links with {known}"


def articles(text: str, noun: str) -> str:
    """A filled wording with one article before a name that has its own ("the The Simpsons series" is "The Simpsons series"),
    and with "an" where a wording's "a" stands before a noun that wants it."""
    if "he the " in text or "he The " in text:
        text = _TWO_ARTICLES.sub(r"\1 ", text)
    return text.replace(f" a {noun}", f" {an(noun)}") if noun[:1] in _VOWELS else text


def plain_asked(text: str) -> str:
    """Where no type is known, "what" reads better than "which thing"."""
    for plain in ("which things", "which thing", "what things", "what thing"):
        text = text.replace(plain, "what")
    return text.replace("the thing that", "that which").replace("a thing ", "something ")


def as_word(name: str) -> str:
    """A name between quotation marks, which is spoken of as a word: "Alps" has four letters."""
    return name.removeprefix("the ")


def as_words(names: Sequence[str], word: str = "and") -> str:
    """Several names between one pair of quotation marks, so that each has its own: '"Alps" and "Tatra"'."""
    said = [f'"{as_word(name)}"' for name in names]
    return join(said, word)[1:-1]


def inside(name: str) -> str:
    """ "in Bhutan"."""
    return f"in {name}"


def possessive(name: str, *, plural: bool) -> str:
    """ "Cyprus's", but "the Bahamas'" for a name that is plural in form."""
    if name.endswith(("'s", "’s")) or (plural and name.endswith("s")):
        return name + "'"
    return name + "'s"


def indefinite(name: str) -> str:
    """A name with "a" or "an" where it is a common noun that takes one: "a pub", "a Sovereign state", "gold", "Bhutan"."""
    noun = name.partition(" (")[0]
    counts = noun.split(" ")[0] not in _DETERMINED and countable(_LOCALE.sub("", noun).lower())
    return an(name) if counts and common_noun(noun) else name


def indefinites(names: Sequence[str]) -> list[str]:
    """The names of a list, each as `indefinite` says it; where most of them take an article, so do the others, unless
    they cannot, and where one does, so does any other word for somebody: "an Actor, a Model and an Announcer"."""
    said = [indefinite(name) for name in names]
    bare = [name for one, name in zip(said, names, strict=True) if one == name]
    most = len(bare) * 2 < len(names)

    def takes(name: str) -> bool:
        word = _LOCALE.sub("", name).lower()
        somebody = word.isalpha() and noun_kind(word) == "person" and len(bare) < len(names)
        return name in bare and (most or somebody) and countable(word) and name.split(" ")[0] not in _DETERMINED

    return [an(name) if takes(name) else one for one, name in zip(said, names, strict=True)]


def common_noun(name: str) -> bool:
    """Whether a name is a common noun: in lower case, or with capitals and a last word that a list of nouns has.

    So "pub", "Public university" and "Film Producer-GB" are; "Bhutan", "Quercus alba" and "Bryan Singer" are not.
    """
    if _COMMON.fullmatch(name):
        return True
    lower = _LOCALE.sub("", name).lower()
    last = re.split("[ -]", lower)[-1]
    titled = name[1:].islower() or noun_kind(last) in ("person", "agent")
    if _ROLE.fullmatch(_LOCALE.sub("", name)) and noun_kind(last) == "person":
        return True  # "Set decorator"; a person has two capitals
    return titled and name[:1].isupper() and _COMMON.fullmatch(lower) is not None and known_noun(last) and last not in _SURNAMES


_LOCALE = re.compile(r"-(?:GB|US)$")  # how Freebase tells the labels of two kinds of English apart
_ROLE = re.compile(r"[A-Z][a-z]+(?: [a-z]+)+")
_SURNAMES = frozenset({
    "singer", "king", "pope", "bishop", "judge", "dean", "hunter", "painter", "driver", "guest", "chase", "ward", "church",
    "day", "love", "park", "hill", "brook", "queen", "ship", "sea", "city", "island", "river", "lake", "street",
})  # fmt: skip
_COMMON = re.compile(r"[a-z][a-z]+(?:[ '’-][a-z]+)*")
_DETERMINED = frozenset({"a", "an", "the", "its", "his", "her", "their", "no", "all", "some", "any", "each", "every"})
