"""Phrases read as verbs and adjectives: "regulates", "speaks language", "founded by", "celebrities impersonated"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .happenings import event, event_how
from .nouns import DOERS, head_of, is_plural, noun_kind, numbers
from .shapes import BY, Shape, agent, deed, entity_kind, make, noun, noun_words, pair, with_
from .tagging import word_class
from .usage import Use
from .words import (
    AMBIGUOUS,
    EVENTS,
    INTRANSITIVE,
    PREPOSITIONS,
    STATES,
    base,
    is_adjective,
    participle,
    past,
    past_tense,
    third_person,
)

_LOOSE = ("entity", "thing", "object", "item")  # nouns that tell nothing: "those involved in"
_LOCATED = frozenset({"located", "situated", "based", "headquartered"})


def passive(words: list[str], use: Use, *, past: bool | None = None) -> Shape:
    """ "founded", "negatively regulated", "executive produced" before "by"."""
    part = " ".join(words)
    event = past if past is not None else bool(EVENTS.intersection(words)) or part in ("executive produced",)
    return agent(part, use, past=event, doer=DOERS.get(part, ""))


def located(word: str, use: Use) -> Shape:
    """ "located", "based": where the subject is."""
    flags = ("seat" if word in ("based", "headquartered") else "place" if use.subject == "place" else "",)
    return make("located", replace(use, object="place"), {"v": word}, *flags)


def verbs(words: list[str], use: Use, by: str) -> Shape | None:
    """ "regulates", "negatively regulates", "speaks language", "WROTE", "treat"."""
    lead = words[:-1]
    if lead and not all(w.endswith("ly") or w in ("also", "not", "co") for w in lead):
        return _verb_with_noun(words, use, by)
    last = words[-1]
    sort, sure = word_class(last, by)
    text = use.literal or use.numbers
    if sort == "verb" and not (last in AMBIGUOUS and (text or use.many)) and not (text and sure < 0.7):
        found = deed(" ".join(words), use, sure=sure)
        return found if last not in AMBIGUOUS else found.less(0.6, f"'{last}' can be a noun or a verb: read as a verb")
    if past_tense(last) and not use.when and not use.numbers:
        return deed(" ".join(words), use, past=True)
    if sort == "base" and not text and not use.when:
        if sure > 0.7:
            return deed(" ".join([*lead, third_person(last)]), use)
        if sure > 0.55:
            return deed(" ".join([*lead, third_person(last)]), use).less(
                0.55, f"'{last}' is taken for a verb, by the tagger alone"
            )
    return None


def _verb_with_noun(words: list[str], use: Use, by: str) -> Shape | None:
    """ "speaks language", "wrote book", "contains ingredient": the noun says what the objects are."""
    first, rest = words[0], " ".join(words[1:])
    sort, sure = word_class(first, by)
    if any(w in PREPOSITIONS for w in words[1:]) or use.numbers or use.when or first in AMBIGUOUS or use.literal:
        return None
    if sort == "verb" and sure > 0.7:
        return deed(first, _named(use, rest), sure=0.8)
    if past_tense(first) or (first in ("won", "directed", "founded", "produced", "published") and not is_plural(rest)):
        return deed(past(first), _named(use, rest), past=True, sure=0.7)
    return None


def _named(use: Use, rest: str) -> Use:
    one = numbers(rest)[0]
    return replace(use, object_noun=one, object=use.object or entity_kind(noun_kind(one), use))


def participles(words: list[str], use: Use, by: str) -> Shape | None:
    """ "directed", "born", "married", "derivationally related", "languages spoken", "celebrities impersonated"."""
    last = words[-1]
    if not participle(last) or last in ("bound", "cast", "cut"):
        return None
    adverbs = all(w.endswith("ly") or w in ("first", "last") for w in words[:-1])
    if len(words) == 1 or adverbs:
        if use.when:
            return event(last, use) if len(words) == 1 else event_how(words, use)
        if use.numbers:
            return None
        if len(words) == 1 and (found := event(last, use)) and last in ("born", "died", "buried"):
            return found
        if last in INTRANSITIVE and last not in ("joined", "attended", "played", "contributed", "served", "studied"):
            return with_(past(last), "in", use, past=True, sure=0.6)
        if last in STATES and last not in ("used", "named", "known"):
            be = "was" if last in ("born", "buried") else "is"
            return (
                located(last, use)
                if last in _LOCATED
                else with_(f"{be} {' '.join(words)}", STATES[last], use, past=be == "was")
            )
        if use.literal:
            return None
        things = use.subject in ("thing", "place", "organisation") and use.object in ("person", "agent")
        persons = use.subject in ("person", "agent") and use.object not in ("person", "agent")
        if things:
            return passive(words, use).less(
                0.75, f"'{last}': the objects are persons and the subjects not: read as '{last} by'"
            )
        found = deed(" ".join([*words[:-1], past(last)]), use, past=True, part=" ".join(words))
        return (
            found
            if persons
            else found.less(0.6, f"'{last}' can mean 'S {past(last)} O' or '{last} by': the data does not tell")
        )
    if words[0].endswith("ly") or use.numbers or use.when or use.literal:
        return None
    at = head_of(words)
    if at + 1 >= len(words):
        return None
    one, lots = numbers(" ".join(words[: at + 1]))
    part = " ".join(words[at + 1 :])
    if last in STATES and last not in ("used", "named", "born"):  # "entities involved"
        prep = f"{part} {'in' if last == 'involved' else STATES[last]}"
        found = noun(" ".join(words[: at + 1]), replace(use, multi=True), prep=prep)
        be = "{was|were}" if use.subject == "event" else "{is|are}"
        loose = frozenset({"loose"} if one in _LOOSE else ())
        return replace(found, words={**found.words, "acts": f"{be} {prep} {{S}}"}, flags=found.flags | loose)
    if not noun_kind(one) and not is_plural(words[at]) and word_class(words[at], by)[0] not in ("noun", ""):
        return None
    return done(part, one, lots, use)


def done(part: str, one: str, lots: str, use: Use) -> Shape:
    """ "languages spoken": what the subject did to a noun."""
    parts = [w for w in part.replace(",", " ,").split(" ") if w]
    was = bool(EVENTS.intersection(parts))

    def each(say: Callable[[str], str]) -> str:
        return " ".join(say(w) if participle(w) else w for w in parts).replace(" ,", ",")

    root = each(base)
    finite = each(past) if was else each(lambda w: third_person(base(w)))
    many = finite if was else root
    words = {
        **noun_words(one, lots), "part": part, "by": BY.get(part, "by"), "did": finite, "dids": many,
        "did n": pair(finite, many), "asks": f"{'did' if was else 'does'} {{S}} {root}",
    }  # fmt: skip
    # who designed film sets did not design what they are named after
    return make("done", use, words, "compound" if was and " " in one else "", past=was, sure=0.85)


def adjectives(words: list[str], use: Use, by: str) -> Shape | None:
    """ "adjacent", "see also", "same as"."""
    text = " ".join(words)
    last = words[-1]
    if use.literal or last not in STATES or participle(last) or not is_adjective(last):
        return None
    return with_(f"is {text}", STATES[last], use, past=False)
