"""The shape of a relation's phrase: noun, verb, role, kind, sentence with [X] and [Y], or yes and no."""

from __future__ import annotations

import re

from ..types import Relation
from . import wordings
from .english import an
from .wordings import Wordings
from .words import AMBIGUOUS, EVENTS, INTRANSITIVE, PAST, PREPOSITIONS, is_plural, is_verb, participle, past, state

_BE = ("is", "are", "was", "were")
_KIND = frozenset({
    "is a", "isa", "is an", "type", "instance of", "is a kind of", "kind of", "a kind of", "hypernym", "subclass of",
    "sub class of", "is a type of", "subtype of", "instance hypernym", "is instance of", "rdf type", "has type", "is kind of",
})  # fmt: skip


def phrase_of(relation: Relation) -> str:
    """The relation in words: its label if that is a phrase, else the words of its name."""
    label = " ".join(relation.label.split())
    if not (label.startswith("/") or "://" in label or (" " not in label and label.count("/") > 1)):
        # "director/manager" are two names of one relation; "km/h" stays
        label = re.sub(r"(?<=[^\W\d_]{3}) ?/ ?(?=[^\W\d_]{3})", " or ", label)
    coded = any(c in label for c in "_#[]{}|") or label.startswith("/") or "://" in label or ("." in label and " " not in label)
    if coded or " " not in label:
        return _plain(words_of(label or relation.name))
    return _plain(label)


def words_of(name: str) -> str:
    """Words of a CamelCase, snake_case or path-like name: "birthPlace" and "/people/person/birth_place" are "birth place"."""
    path = name.startswith("/") or "#" in name or "://" in name or (" " not in name and name.count("/") > 1)
    last = re.split(r"[/#]", name.strip("/#"))[-1] if path else name
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", re.sub(r"[_.:]", " ", last))
    words = spaced.split()
    if spaced.isupper() and (len(words) > 1 or len(spaced) > 4):  # ACTED_IN, as property graphs write it; ISBN stays
        return " ".join(words).lower()
    return " ".join(w if w.isupper() and len(w) > 1 else w[:1].lower() + w[1:] for w in words)


def _plain(text: str) -> str:
    words = re.sub(r"[{}\[\]|]", " ", text).split() or ["related", "to"]
    return " ".join([words[0][:1].lower() + words[0][1:] if words[0][1:].islower() else words[0], *words[1:]])


def pattern_of(relation: Relation) -> str:
    """A label or description that is a sentence with [X] and [Y]; empty for none."""
    for text in (relation.label, relation.description):
        flat = " ".join(text.split()).rstrip(".")
        if flat.count("[X]") == flat.count("[Y]") == 1 and not set(flat) & set("{}|") and len(flat) < 200:
            return flat
    return ""


def from_pattern(pattern: str, *, multi: bool, literal: bool) -> Wordings:
    """Wordings of a sentence with [X] and [Y]: the sentence itself, then those of its shape."""
    own = pattern.replace("[X]'s", "{S's}").replace("[Y]'s", "{O's}").replace("[X]", "{S}").replace("[Y]", "{O}")
    own = own if own.startswith("{") else own[:1].lower() + own[1:]
    lists, phrases = _shape(pattern, own, multi=multi, literal=literal)
    key = "inverse" if own.index("{O") < own.index("{S") and "{S} and" not in own else "forward"
    return {**lists, key: [own, *(t for t in lists[key] if _one(t) != own)]}, phrases


def _shape(pattern: str, own: str, *, multi: bool, literal: bool) -> Wordings:
    if found := re.fullmatch(r"[Tt]he (.+?) (?:of|for|in)(?: the \w+)? \[X\] (is|was|are) \[Y\]", pattern):
        return wordings.noun(found[1], multi=multi, literal=literal, past=found[2] == "was")
    if found := re.fullmatch(r"\[X\]'s (.+) (is|was)( the)? \[Y\]", pattern):
        return wordings.noun(found[1], multi=multi, past=found[2] == "was", article="the " if found[3] else "")
    if found := re.fullmatch(r"\[X\] (has|had) \[Y\] as its (.+)", pattern):
        return wordings.noun(found[2], multi=multi, past=found[1] == "had")
    if found := re.fullmatch(r"([Tt]he )?\[X\] ([^\[\]]+?)( the)? \[Y\](?: (\w+))?", pattern):
        if found[2].casefold() in _KIND:
            return wordings.kind()
        plain = not (found[1] or found[3] or found[4])
        if plain and (role := re.fullmatch(r"(is|was) ((?:a|an|the) .+) of", found[2])):
            return wordings.role(role[2], be=role[1])
        ends = "the {S}" if found[1] else "{S}", f"{'the ' if found[3] else ''}{{O}}{' ' + found[4] if found[4] else ''}"
        if found[2].split(" ")[0] not in ("and", "or"):
            return wordings.verb(found[2], subject=ends[0], object=ends[1])
    if found := re.fullmatch(r"\[Y\] ([^\[\]]+?) \[X\]", pattern):
        return wordings.exchanged(wordings.verb(found[1]))
    if found := re.fullmatch(r"\[X\] and \[Y\] are (.+)", pattern):
        return wordings.mutual(found[1])
    return wordings.odd(own)


def _one(text: str) -> str:
    return re.sub(r"\{([^{}|]*)\|[^{}|]*\}", r"\1", text)


def boolean(phrase: str) -> Wordings:
    """Yes and no: "is radioactive", "landlocked", "has moons"."""
    head, _, rest = phrase.partition(" ")
    if head == "has" and rest:
        return wordings.truth(f"has {rest}", f"does not have {rest}", f"does {{S}} have {rest}?")
    if head in _BE and rest:
        return wordings.truth(f"{head} {rest}", f"{head} not {rest}", f"{head} {{S}} {rest}?")
    return wordings.truth(f"is {phrase}", f"is not {phrase}", f"is {{S}} {phrase}?")


def passage(phrase: str) -> Wordings:
    """A relation whose values are sentences."""
    return wordings.passage(re.sub(r"^(has|have) ", "", phrase))


def from_phrase(phrase: str, *, multi: bool, literal: bool, repeats: bool = False, when: str = "") -> Wordings:
    """Wordings by the shape of a phrase that is not a sentence; `when` is "day" or "year" where the objects are such."""
    words = phrase.split(" ")
    first, last = words[0].casefold(), words[-1].casefold()
    if phrase.casefold() in _KIND:
        return wordings.kind()
    if first in ("has", "have") and len(words) > 1:
        return from_phrase(" ".join(words[1:]), multi=multi, literal=literal) if last != "of" else wordings.verb(phrase)
    if first in _BE and len(words) > 1:
        found = re.fullmatch(r"(is|was) ((?:a|an|the) .+) of", phrase)
        return wordings.role(found[2], be=found[1]) if found else wordings.verb(phrase)
    if last in PREPOSITIONS and len(words) > 1:
        return _with_preposition(phrase, words)
    if first in ("in", "on", "at") and len(words) > 1:
        rest = "" if repeats else " ".join(words[1:]) + " " if literal else f"the {' '.join(words[1:])} "
        return wordings.verb(f"is {first}", object=f"{rest}{{O}}")
    noun_like = last in AMBIGUOUS and (literal or multi)
    if is_verb(last) and not noun_like and (len(words) == 1 or words[-2].endswith("ly")):
        return wordings.verb(phrase)
    if len(words) == 1:
        last = PAST.get(last, last)
    if participle(last) and len(words) == 1:
        if when:
            return wordings.event(last, day=when == "day")
        if last in INTRANSITIVE:
            return wordings.verb(f"{past(last)}{'' if literal else ' in'}")
        return wordings.verb(at) if (at := state(last)) else wordings.deed(last)
    if participle(last) and len(words) == 2 and words[0].endswith("ly"):
        return wordings.verb(f"is {phrase} to")
    return wordings.noun(phrase, multi=multi or (len(words) == 1 and is_plural(last)), literal=literal)


def _with_preposition(phrase: str, words: list[str]) -> Wordings:
    first = words[0].casefold()
    if words[:2] == ["used", "to"]:
        return wordings.verb(phrase)
    if first in INTRANSITIVE and words[-1] != "by":
        return wordings.verb(" ".join([past(first), *words[1:]]))
    if participle(first) or (len(words) > 2 and first.endswith("ly") and participle(words[1])):
        event = EVENTS.intersection(words[:2])
        return wordings.verb(f"{'was' if event else 'is'} {phrase}")
    if is_verb(first):
        return wordings.verb(phrase)
    if words[-1] == "of" and first != "part":
        return wordings.role(an(" ".join(words[:-1])), be="is")
    return wordings.verb(f"is {phrase}")
