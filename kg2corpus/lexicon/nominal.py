"""Phrases read as nouns: who did it, a mark, a number, how many; what the subject is of the object."""

from __future__ import annotations

from dataclasses import replace

from .english import an, plural
from .nouns import AGENTS, MUTUAL, countable, is_plural, known_noun, noun_kind, numbers
from .shapes import Shape, a, agent, deed, directed, entity_kind, make, noun, noun_words, pair, with_
from .tagging import word_class
from .units import plural_unit
from .usage import Use
from .values import ValueRule
from .vocabulary import pairs, tables
from .words import PREPOSITIONS, TWOFOLD, participle, past, past_tense

_CONTAINERS = frozenset({
    "country", "state", "county", "continent", "region", "province", "district", "city", "town", "municipality", "island",
    "administrative division", "administrative parent", "administrative area", "territory", "subregion", "parish", "department",
})  # fmt: skip
_WORKS = pairs("works")
_SORTS = frozenset({"type", "kind", "sort", "category"})
_LOOSE = frozenset(
    {"person", "entity", "thing", "item", "object", "artist", "film", "title", "book", "song", "article", "document"}
)
# what makes a compound with a quantity: "speed limit", "age group"
_COMPOUNDS = frozenset({
    "limit", "range", "class", "group", "tag", "index", "factor", "band", "bracket", "list", "cap", "profile", "gain", "loss",
    "change", "growth", "trend", "chart", "curve", "map", "scale", "step", "bound", "threshold", "estimate", "gap", "bin",
})  # fmt: skip
_INSTEAD = tables("instead")
_LASTING = ("owned", "operated", "employed", "maintained", "supervised", "taught", "played")  # deeds that go on
_GROUPS = ("family", "subfamily", "superfamily")
_SCORES = {"won": "win", "lost": "defeat", "drawn": "draw", "draw": "draw", "played": "game", "wins": "win", "losses": "loss"}


def role(rest: list[str], use: Use, *, was: bool = False) -> Shape:
    """ "a member", "the capital": what the subject is of the object."""
    article = rest[0] if rest[0] in ("a", "an", "the") else ""
    one = " ".join(rest[1:] if article else rest)
    one, lots = numbers(one)
    if one in MUTUAL:
        return mutual(one, use)
    words = noun_words(one, lots)
    if article == "the" or one in ("capital", "county seat"):
        words |= {"a one": f"the {one}", "an n": pair(f"the {one}", f"the {lots}")}
    belongs = one in ("member", "subsidiary", "component", "branch", "affiliate", "division")
    own = "self" if use.subject_noun == one else ""
    flags = ("belongs" if belongs else "", "definite" if article == "the" else "", own)
    seen = replace(use, shared=use.shared and article != "the", mixed=False)
    return make("role", seen, words, *flags, past=was)


def mutual(one: str, use: Use) -> Shape:
    """ "sibling": the same both ways."""
    found = noun_words(one, MUTUAL.get(one, plural(one)))
    kind = use.object or entity_kind(noun_kind(one), use)
    return make("mutual", replace(use, object=kind), found, symmetric=True, sure=0.95)


def work_by(one: str, use: Use) -> Shape:
    """ "story by", "cinematography": whose work a part of the subject is."""
    made, prep = _WORKS.get(one, "done for").split(" ")
    did = {"made": made, "did": past(made), "for": prep}
    words = {**noun_words(one, numbers(one)[1]), "bare": a(one)} | did
    return make("by", replace(use, object=use.object or "person"), words, sure=0.8)


def a_noun(phrase: str, use: Use, by: str, *, past: bool = False) -> Shape:
    """What no other rule has read: a noun of one kind or another."""
    if (told := _bracketed(phrase)) != phrase:
        return a_noun(told, use, by, past=past).less(0.6, f"'{phrase}' holds words that no list knows: put in brackets")
    phrase = phrase.replace(" of top ", " of the top ")
    words = phrase.split(" ")
    one, lots = numbers(phrase)
    if one in MUTUAL and not use.literal:
        return mutual(one, use)
    if found := _counted(words, one, lots, use):
        return found
    if words[-1] == "name" and not use.literal and noun_kind(" ".join(words[:-1])) in ("person", "place", "organisation"):
        return a_noun(" ".join(words[:-1]), use, by, past=past)  # "leader name"
    if words[-1] in AGENTS and " ".join(words[:-1]) in _WORKS and not use.literal:
        return work_by(" ".join(words[:-1]), use)  # "music composer"
    named = not (use.literal or use.repeats or use.object)
    if one.split(" ")[-1] in _GROUPS and use.subject in ("", "thing") and named:
        return make("grouped", use, noun_words(one, lots))
    if words[-1] in _SORTS and use.common and not use.multi:
        return make("sort", use, noun_words(one, lots))
    kind = noun_kind(one)
    several = one != lots and lots == phrase
    edition = words[-1] in ("version", "release", "edition", "model")
    if use.graded and not edition and not use.when and not (use.numbers and several) and kind not in ("code", "name"):
        return make("quantity", use, {**noun_words(one, lots), "a one": an(one) if countable(one) else one}, past=past)
    if words[-1] in ("relation", "relations", "relationship", "ties") and not use.literal:
        return with_(f"has {plural(one) if one.endswith('relation') else a(one)}", "with", use, past=False)
    if one in _WORKS and not use.literal and use.object in ("", "person") and use.subject in ("", "thing") and not use.multi:
        return work_by(one, use).less(0.7, f"'{one}' is read as '{one} by'")
    loose = one in _LOOSE and use.multi and not use.literal and not (use.subject == "person" and one != "person")
    if loose:
        return noun(phrase, use, prep="associated with").less(0.6, f"'{phrase}' does not say how they belong to the subject")
    if one in _CONTAINERS and use.subject == "place" and use.object in ("", "place") and not use.multi and not use.literal:
        one, lots = ("administrative area", "administrative areas") if one.startswith("administrative ") else (one, lots)
        return make("within", replace(use, object="place", mixed=False), noun_words(one, lots))
    if use.numbers and words[-1] in ("latitude", "longitude"):
        return make("quantity", use, noun_words(one, lots), value=ValueRule(kind=words[-1]))
    measured = use.figures and not edition and (kind == "quantity" or words[-1] in ("rating", "range")) and not use.multi
    if (use.numbers or measured) and kind != "code" and not edition:
        if lots == phrase and one != lots:
            most = words[0] in ("maximum", "minimum", "total", "average") and len(words) > 1  # "maximum players"
            of = " ".join(words[1:]) if most else lots  # "goals against"
            one, lots = (f"{words[0]} number of {of}" if most else f"number of {of}"), f"numbers of {of}"
        figure = "figure" if "number of " in one else ""
        words_of = {**noun_words(one, lots), "a one": an(one) if countable(one) else one, "of": "for" if figure else "of"}
        return make("quantity", use, words_of, figure, past=past)
    leads = one == "director" and use.subject in ("organisation", "person")
    if one in AGENTS and one != "employer" and not leads and use.object in ("", "person", "agent", "organisation"):
        doer = one if one not in ("program creator", "film director") else one.split(" ")[-1]
        doer = "" if one == "instrumentalist" else doer
        part = AGENTS[one]
        seen = replace(use, many=use.many or (lots == phrase and one != lots))
        found = agent(
            part, seen, past=part not in _LASTING, doer=doer
        )
        return directed(one, found, use)
    if (use.literal or kind == "code") and (use.codes or kind in ("code", "name")) and not use.multi and not use.when:
        mark = "mark" if kind == "code" and one != "symbol" else ""
        nickname = "nickname" if one in ("nickname", "alias", "pseudonym") else ""
        stands = "stands" if not use.figures and words[-1] in ("symbol", "abbreviation", "acronym", "code", "initials") else ""
        flags = (mark, nickname, stands)
        return make("code", use, noun_words(one, lots), *flags, past=past)
    if not (use.numbers or use.figures or use.when) and (found := _instead(one, use)):
        return found
    found = noun(phrase, use, past=past)
    sort, _ = word_class(words[-1].strip("()"), by)
    if words[-1] in TWOFOLD and len(words) == 1 and not use.literal and not use.when:
        return found.less(0.45, f"direction is uncertain: '{phrase}' can be a noun or a verb: read as a noun")
    if sort in ("base", "past", "verb") and len(words) == 1 and not use.literal:
        return found.less(0.5, f"'{phrase}' is read as a noun, but can be a verb")
    if not sort and len(words) == 1:
        return found.less(0.7, f"'{phrase}' is in no list of nouns and verbs: read as a noun")
    return found


def _instead(one: str, use: Use) -> Shape | None:
    """What is said instead of a noun: who has an instrument "plays" it, what has a festival "was shown at" it."""
    kinds = _INSTEAD.get(one, {})
    act = kinds.get(use.subject) or kinds.get("any", "")
    verb, _, prep = act.rpartition(" ")
    if not act:
        return None
    if not verb:
        return deed(act, replace(use, object_noun=use.object_noun or one))
    past = verb.startswith("was ") or past_tense(verb.split(" ")[0]) or participle(verb)
    place = one == "origin" or (noun_kind(one) in ("place", "") and one != "field of work" and prep == "in")
    return with_(verb, prep, use, past=past, o_noun="place" if place else one)


def _bracketed(phrase: str) -> str:
    """ "covalent radius cordero", "station name Tamil": what stands behind its noun, and is no word that we know, goes into
    brackets."""
    words = phrase.split(" ")
    if len(words) < 3 or "(" in phrase or PREPOSITIONS.intersection(words):
        return phrase
    at = next((i for i in range(len(words) - 1, 1, -1) if known_noun(words[i - 1])), 0)
    tail = words[at:]
    if not at or noun_kind(" ".join(words[:at])) not in ("quantity", "name") or _COMPOUNDS.intersection(tail):
        return phrase
    strange = all(not known_noun(w) and not word_class(w.casefold())[0] for w in tail)
    return f"{' '.join(words[:at])} ({' '.join(tail)})" if strange else phrase


def _counted(words: list[str], one: str, lots: str, use: Use) -> Shape | None:
    """ "number of employees", "goals", "won" with numbers: the noun is said with the number."""
    if not use.numbers or use.multi:
        return None
    if len(words) > 2 and words[-2] == "in" and words[-1] in ("millions", "thousands", "billions") and is_plural(words[-3]):
        one, lots = numbers(" ".join(words[:-2]))
        return make("count", use, noun_words(one, lots), value=ValueRule(unit=f"{words[-1][:-1]} {one}"))
    if words[:2] == ["number", "of"] and len(words) > 2:
        one, lots = numbers(" ".join(words[2:]))
    elif len(words) == 1 and words[0] in _SCORES:
        one, lots = _SCORES[words[0]], plural(_SCORES[words[0]])
    elif (
        lots != " ".join(words)
        or one == lots
        or words[0] in ("latitude", "longitude")
        or noun_kind(one) in ("code", "date")
        or len(words) > 1
        or one in ("sources", "number")
    ):
        return None
    if plural_unit(one) != lots:  # the value would have another plural than the relation: "taxa"
        return make("quantity", use, noun_words(f"number of {lots}", f"numbers of {lots}"), "figure")
    return make("count", use, noun_words(one, lots), value=ValueRule(unit=one))
