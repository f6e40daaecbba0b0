"""Nouns of relation phrases: what they are called in the plural, whether they name a person, a place or a number, what is told
with them ("director" and "directed", "place of birth" and "was born")."""

from __future__ import annotations

from .inflection import plural
from .vocabulary import lists, pairs
from .vocabulary import words as words_of
from .words import PREPOSITIONS, participle

KINDS = ("person", "agent", "place", "organisation", "date", "quantity", "code", "name", "event", "thing")
# the kinds that an entry may give; an agent is a person or an organisation, a code and a name are things
SAID_KINDS = ("person", "place", "organisation", "date", "quantity", "thing")

_KIND_OF = {word: kind for kind, found in lists("kinds").items() for word in found}
_NOT_PERSONS, _NUMBERED = words_of("not_persons"), words_of("numbered")
_PERSON_ENDINGS = ("er", "or", "ist", "ian", "man", "men", "woman", "women", "ee", "eer", "ess_")


def noun_kind(noun: str) -> str:
    """What a noun phrase names by its head: one of KINDS, or "" where that cannot be told."""
    words = noun.casefold().replace("_", " ").split(" ")
    head = words[head_of(words)]
    if words[0] in ("administrative", "parent", "taxonomic") and len(words) > 1:
        return "place" if words[0] == "administrative" and head in ("area", "division", "unit", "region") else ""
    for form in (head, _single(head)):
        if form in _KIND_OF:
            if form == "number":
                return "code" if _NUMBERED.intersection(words) else "quantity"
            return _KIND_OF[form]
    return "person" if len(head) > 4 and _single(head).endswith(_PERSON_ENDINGS) and _single(head) not in _NOT_PERSONS else ""


def known_noun(word: str) -> bool:
    """Whether a list holds the word, or its singular, as a noun."""
    return word in _KIND_OF or _single(word) in _KIND_OF


def head_of(words: list[str]) -> int:
    """Where the head of a noun phrase stands: before its first preposition or participle that follows a noun, else last."""
    for i, word in enumerate(words):
        bare = word.strip(",()")
        rest = [w.strip(",()") for w in words[i:]]
        told = participle(bare) and all(participle(w) or w in ("and", "or", *PREPOSITIONS) for w in rest)
        if i and (bare in PREPOSITIONS or told or word.startswith("(")):
            return i - 1
    return len(words) - 1


_SAME, _SINGULARS, _PLURALS = words_of("same"), pairs("singulars"), pairs("plurals")
MASS = words_of("mass")  # nouns without "a"
_MASS_ENDINGS, _COUNTABLE = tuple(words_of("mass_endings")), words_of("countable")


def _single(word: str) -> str:
    if word in _SINGULARS:
        return _SINGULARS[word]
    if not word.endswith("s") or word.endswith(("ss", "us", "is", "ics")) or word.casefold() in _SAME or len(word) < 4:
        return word
    if word.endswith("ies") and len(word) > 4 and word not in ("movies", "series", "species", "ties", "pies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("ches", "shes", "xes", "sses", "zzes")) else word[:-1]


def is_plural(word: str) -> bool:
    """Whether a word is a plural noun by its look ("uses", "sources", "people")."""
    return _single(word) != word


def numbers(phrase: str) -> tuple[str, str]:
    """Singular and plural of a noun phrase; a label that is a plural ("languages spoken") is brought to its singular."""
    words = phrase.split(" ")
    at = head_of(words)
    head = words[at]
    if at >= 2 and words[at - 1] in ("or", "and") and is_plural(words[at - 2]) and is_plural(head):  # "disciplines or subjects"
        pair = f"{_single(words[at - 2])} or {_single(head)}"
        return " ".join([*words[: at - 2], pair, *words[at + 1 :]]), phrase
    if (one := _single(head)) != head:
        return " ".join([*words[:at], one, *words[at + 1 :]]), phrase
    if "-or-" in head or (at >= 2 and words[at - 1] == "or"):  # "director or manager"
        first = words[: at - 1]
        lots = [*first[:-1], _plural(first[-1]), "or", _plural(head)]
        return phrase, " ".join([*lots, *words[at + 1 :]])
    return phrase, " ".join([*words[:at], _plural(head), *words[at + 1 :]])


def _plural(word: str) -> str:
    return _PLURALS.get(word) or (word if is_plural(word) else plural(word))


def countable(phrase: str) -> bool:
    """Whether "a" or "an" can stand before the noun phrase."""
    words = phrase.split(" ")
    head = words[head_of(words)]
    if head in MASS or phrase in MASS or is_plural(head):
        return False
    # "baking" and "realism", but "a thing"
    return head in _COUNTABLE or not head.endswith(_MASS_ENDINGS) or len(head) < 6


AGENTS = pairs("agents")  # who does what: noun of the doer -> participle
DOERS = {p: noun for noun, p in AGENTS.items() if " " not in noun and noun not in ("writer", "screenwriter")}
DOERS = {p: noun for p, noun in DOERS.items() if p not in ("executive-produced", "taught", "won")} | {"authored": "author"}
MUTUAL = pairs("mutual")  # how the two ends of a relation between equals are called together
CONVERSE = pairs("converse")  # what the other end of a relation between unequals is called
# an event's noun -> what its subject did or what was done to it, and its base after "did" ("" for "was ...ed")
EVENTS_OF = {noun: (said[0], said[1] if len(said) > 1 else "") for noun, said in lists("happenings").items()}
OF_PERSONS = words_of("of_persons")  # those that happen to persons
PARTICIPLE_EVENTS = pairs("event_nouns")  # participle -> noun of the event
