"""How a relation's phrase is read: as a noun, a verb, a role, an event, a mark, a number, yes and no. The order of the rules is
from the surest to the least sure; `read` always finds a shape and says how sure it is of it."""

from __future__ import annotations

from dataclasses import replace

from . import shapes
from .english import an, plural
from .nouns import (
    AGENTS,
    DOERS,
    EVENTS_OF,
    MUTUAL,
    OF_PERSONS,
    PARTICIPLE_EVENTS,
    countable,
    is_plural,
    noun_kind,
    numbers,
)
from .shapes import Shape, a, agent, deed, make, noun, noun_words, with_
from .tagging import word_class
from .usage import Use
from .values import ValueRule
from .words import (
    AMBIGUOUS,
    BE,
    EVENTS,
    INTRANSITIVE,
    MODALS,
    PREPOSITIONS,
    STATES,
    TWOFOLD,
    base,
    is_adjective,
    participle,
    past,
    past_tense,
    third_person,
)

_KIND = frozenset({
    "is a", "isa", "is an", "type", "is a kind of", "kind of", "a kind of", "hypernym", "subclass of", "subclass", "has type",
    "sub class of", "is a type of", "subtype of", "is kind of", "is type of", "sub type of", "is a form of", "is a subclass of",
    "type of", "sub property of", "subproperty of", "has hypernym", "is subclass of",
})  # fmt: skip
_INSTANCE = frozenset({
    "instance of", "is instance of", "is an instance of", "rdf type", "instance hypernym", "is an example of", "example of",
})  # fmt: skip
_PART = frozenset({"part of", "is part of", "is a part of", "part_of", "component of", "is a component of", "is component of"})
_WHOLE = frozenset({"has part", "has component", "has a part", "contains part"})
_PLACES = ("place", "location", "site", "city", "country", "town")
_TIMES = ("date", "year", "time", "day", "month")
_SCORES = {"won": "win", "lost": "loss", "drawn": "draw", "draw": "draw", "played": "game", "wins": "win", "losses": "loss"}
_LOCATED = frozenset({"located", "situated", "based", "headquartered"})
_WHERE_WORDS = frozenset({*_LOCATED, "born", "buried"})


def read(phrase: str, use: Use, by: str) -> Shape:
    """The shape of a phrase that is not a sentence; `by` is the tagger."""
    words = phrase.casefold().split(" ") if phrase.casefold() != phrase and not _has_name(phrase) else phrase.split(" ")
    lower = " ".join(words).casefold()
    if not use.literal and (found := _fixed(lower, use)):
        return found
    for rule in (_with_modal, _with_have, _with_be, _event_noun, _trailing, _leading, _verbs, _participles, _adjectives):
        if found := rule(words, use, by):
            return found
    return _noun(" ".join(words), use, by)


def _has_name(phrase: str) -> bool:
    return any(w[:1].isupper() for w in phrase.split(" ")[1:]) or phrase[:2].isupper()


def _fixed(lower: str, use: Use) -> Shape | None:
    part = {"a one": "a part", "one": "part", "lots": "parts"}
    if lower in _KIND:
        return make("kind", use, {}, sure=0.95)
    if lower in _INSTANCE:
        return make("instance", use, {}, sure=0.95)
    if lower in _PART:
        return make("part", use, part, sure=0.95)
    if lower in _WHOLE or (lower in ("part", "parts") and use.multi):
        return make("whole", use, part, sure=0.95)
    return None


def _with_modal(words: list[str], use: Use, by: str) -> Shape | None:
    """ "may cause", "can be treated by"."""
    if words[0] not in MODALS or len(words) < 2:
        return None
    if words[-1] in PREPOSITIONS:
        return with_(" ".join(words[:-1]), words[-1], use, past=False)
    return deed(" ".join(words), use)


def _with_have(words: list[str], use: Use, by: str) -> Shape | None:
    """ "has tag", "hadPrimarySource": the noun after it."""
    if words[0] not in ("has", "have", "had") or len(words) == 1:
        return None
    rest = words[1:]
    if rest[0] in ("a", "an", "the"):
        rest = rest[1:] or rest
    if rest[0] == "been" or (participle(rest[0]) and rest[-1] in PREPOSITIONS):
        return with_(f"{words[0]} {' '.join(rest[:-1])}", rest[-1], use, past=True) if rest[-1] in PREPOSITIONS else None
    if len(rest) == 1 and word_class(rest[0], by)[0] in ("past",):
        return deed(past(rest[0]), use, past=True)
    found = _event_noun(rest, use, by) or _noun(" ".join(rest), use, by, past=words[0] == "had")
    return found


def _with_be(words: list[str], use: Use, by: str) -> Shape | None:
    """ "is the capital of", "was founded by", "is married to", "isDefinedBy"."""
    if words[0] not in BE or len(words) == 1:
        return None
    was, rest = words[0] in ("was", "were"), words[1:]
    if rest[-1] == "of" and len(rest) > 1 and not participle(rest[0]) and rest[0] not in STATES:
        return _role(rest[:-1], use, was=was)
    if rest[-1] == "by" and participle(rest[-2] if len(rest) > 1 else ""):
        return _passive(rest[:-1], use, past=was)
    if rest[-1] in PREPOSITIONS and len(rest) > 1:
        if rest[-1] == "in" and rest[0] in _LOCATED and not was:
            return _located(rest[0], use)
        if was and len(rest) == 2 and (found := _event(rest[0], use, rest[-1])):
            return found
        return with_(" ".join(words[:-1]), rest[-1], use, past=was)
    for i, word in enumerate(rest):
        # "is located in the historic county of" goes on after its preposition
        if i and word in PREPOSITIONS and i + 1 < len(rest) and rest[-1] in PREPOSITIONS:
            return with_(" ".join(words[: i + 1]), " ".join(rest[i:]), use, past=was)
        if i and word in PREPOSITIONS and i + 1 < len(rest):
            return with_(" ".join(words[: i + 1]), word, use, past=was, o_noun=_plain_noun(rest[i + 1 :]))
    if len(rest) == 1 and rest[0] in STATES:
        return with_(f"{words[0]} {rest[0]}", STATES[rest[0]], use, past=was)
    if rest[0] in ("a", "an", "the") or noun_kind(" ".join(rest)):
        return _role([w for w in rest], use, was=was).less(0.55, f"'{' '.join(words)}' lacks a preposition: read as '... of'")
    return _bare_be(words, use)


def _bare_be(words: list[str], use: Use) -> Shape:
    text = " ".join(words)
    shape = make("plain", use, {"vp": text, "asks": f"{words[0]} {{S}} {' '.join(words[1:])}"}, past=words[0] == "was")
    return shape.less(0.5, f"'{text}' is no phrase that stands between two names")


def _plain_noun(words: list[str]) -> str:
    found = [w for w in words if w not in ("a", "an", "the")]
    return " ".join(found)


def _role(rest: list[str], use: Use, *, was: bool = False) -> Shape:
    """ "a member", "the capital": what the subject is of the object."""
    article = rest[0] if rest[0] in ("a", "an", "the") else ""
    one = " ".join(rest[1:] if article else rest)
    one, lots = numbers(one)
    if one in MUTUAL:
        return mutual(one, use)
    words = noun_words(one, lots)
    if article == "the" or one in ("capital", "county seat"):
        words |= {"a one": f"the {one}", "an n": shapes.pair(f"the {one}", f"the {lots}")}
    belongs = one in ("member", "subsidiary", "component", "branch", "affiliate", "division")
    flags = ("belongs" if belongs else "", "definite" if article == "the" else "")
    seen = replace(use, shared=use.shared and article != "the")
    return make("role", seen, words, *flags, past=was)


def _passive(words: list[str], use: Use, *, past: bool | None = None) -> Shape:
    """ "founded", "negatively regulated", "executive produced" before "by"."""
    part = " ".join(words)
    event = past if past is not None else bool(EVENTS.intersection(words)) or part in ("executive produced",)
    return agent(part, use, past=event, doer=DOERS.get(part, ""))


def _located(word: str, use: Use) -> Shape:
    flags = ("seat" if word in ("based", "headquartered") else "place" if use.subject == "place" else "",)
    return make("located", replace(use, object="place"), {"v": word}, *flags)


# events


def _event(word: str, use: Use, prep: str = "", *, o_noun: str = "") -> Shape | None:
    """ "born", "released", "died" with a date or a place: "X was born in 1964", "X died in Paris"."""
    noun_of = PARTICIPLE_EVENTS.get(word, "")
    if use.when:
        return _happening(said_of(word), base_of_event(word), noun_of, use, "{on O}", "date")
    place = use.object == "place" or word in ("born", "buried", "died") or (o_noun and noun_kind(o_noun) == "place")
    if place and not use.literal and prep in ("", "in", "at") and noun_of and not use.numbers:
        return _happening(said_of(word), base_of_event(word), noun_of, use, f"{prep or 'in'} {{O}}", "place")
    return None


def said_of(word: str) -> str:
    return past(word) if word in INTRANSITIVE else f"was {past(word) if word in INTRANSITIVE else word}"


def base_of_event(word: str) -> str:
    return base(word) if word in INTRANSITIVE else ""


def _happening(said: str, root: str, noun_of: str, use: Use, on: str, unit: str) -> Shape:
    """An event of the subject with its time or place: `said` is "was born" or "died", `root` its base after "did"."""
    time = unit == "date"
    seen = replace(use, object="date" if time else "place", object_noun="")
    if noun_of in OF_PERSONS and noun_of not in ("appointment", "execution") and not use.subject:
        seen = replace(seen, subject="person")
    unit = "year" if time and use.when == "year" else unit
    words = {
        "said": said, "saids": said.replace("was ", "were ", 1), "on": on, "ev": noun_of, "unit": unit,
        "when": "in which" if unit == "year" else "on which" if time else "where", "where": "when" if time else "where",
        "asks": f"did {{S}} {root}" if root else f"was {{S}} {said.removeprefix('was ')}", "category": f"{unit} of {noun_of}" if noun_of
        else unit,
    }  # fmt: skip
    flags = ("ev" if noun_of else "", "ev_of_person" if noun_of in OF_PERSONS else "")
    shape = make("event", seen, words, *flags, past=True)
    return replace(shape, words={**shape.words, "was": "is"} if not time else shape.words)


def _event_noun(words: list[str], use: Use, by: str) -> Shape | None:
    """ "place of birth", "discovery year", "founding date", "date issued", "inception" with dates."""
    if words[:2] == ["cause", "of"] and words[2:] == ["death"]:
        seen = replace(use, subject=use.subject or "person")
        return make("cause", seen, {**noun_words("cause of death", "causes of death"), "said": "died", "asks": "did {S} die"}, past=False)
    ev, kind = "", ""
    if len(words) == 1 and (words[0] in ("birthplace", "deathplace", "birthdate", "birthday", "birthyear", "deathdate")):
        ev, kind = words[0][:5], "place" if words[0].endswith("place") else "date"
    elif len(words) == 1 and use.when and words[0] in EVENTS_OF:
        ev, kind = words[0], "date"
    elif len(words) == 3 and words[1] == "of" and words[2] in EVENTS_OF:
        ev, kind = words[2], _side(words[0])
    elif len(words) == 2 and words[0] in EVENTS_OF:
        ev, kind = words[0], _side(words[1])
    elif len(words) == 2 and _side(words[0]) and participle(words[1]):
        ev, kind = words[1], _side(words[0])
    elif len(words) == 2 and _side(words[1]) and participle(words[0]) and words[0] in PARTICIPLE_EVENTS:
        ev, kind = words[0], _side(words[1])
    if not ev or not kind or (kind == "date") != bool(use.when) or use.numbers or (kind == "place" and use.multi):
        return None
    if ev in EVENTS_OF:
        said, root = EVENTS_OF[ev]
        noun_of = ev
    else:
        said, root, noun_of = said_of(ev), base_of_event(ev), PARTICIPLE_EVENTS.get(ev, "")
    return _happening(said, root, noun_of, use, "{on O}" if kind == "date" else "in {O}", kind)


def _side(word: str) -> str:
    return "place" if word in ("place", "location", "site") else "date" if word in _TIMES else ""


# prepositions


def _trailing(words: list[str], use: Use, by: str) -> Shape | None:
    """Phrases that end with a preposition: "founded by", "story by", "works for", "located in", "symptom of", "countries within"."""
    last, first = words[-1], words[0]
    if last not in PREPOSITIONS or len(words) == 1:
        return None
    if words[:2] == ["used", "to"]:
        return with_(" ".join(words[:-1]), last, use, past=True)
    if use.numbers:
        return _noun(" ".join(words), use, by)
    before = words[-2]
    if last == "by":
        if participle(before) and (len(words) == 2 or words[0].endswith("ly") or words[0] in ("executive", "co")):
            return _passive(words[:-1], use)
        if len(words) == 2 and before not in ("name",) and participle(before):
            return _passive(words[:-1], use)
        one = " ".join(words[:-1])
        return make("by", replace(use, object=use.object or "person"), noun_words(one, numbers(one)[1]), sure=0.8)
    if first in ("located", "based", "situated", "headquartered") and last == "in" and len(words) == 2:
        return _located(first, use)
    if len(words) == 2 and participle(first) and (found := _event(first, use, last)):
        return found
    sort, sure = word_class(first, by)
    if first.endswith("ly") and len(words) > 2:
        sort, sure = word_class(words[1], by)
    front = " ".join(words[:-1])
    if sort == "verb" and not (last == "of" and first in AMBIGUOUS):
        return with_(front, last, use, past=False, sure=sure)
    if len(words) == 2 and is_adjective(first) and last != "of":
        return with_(f"is {front}", last, use, past=False)
    if sort == "past" and (len(words) == 2 or first.endswith("ly") or words[1] in ("by", "with", "and", "or")):
        if first in INTRANSITIVE:
            return with_(" ".join([past(first), *words[1:-1]]), last, use, past=True)
        if past_tense(first):
            return with_(front, last, use, past=True)
        event = bool(EVENTS.intersection(words[:2]))
        return with_(f"{'was' if event else 'is'} {front}", last, use, past=event)
    if last != "of" and sort == "base" and len(words) == 2:
        verb = third_person(first) if first not in ("split", "set", "cut", "put") else f"is {first}"
        found = with_(verb, last, use, past=False, sure=sure)
        return found if sure > 0.7 else found.less(0.65, f"'{first}' can be a noun or a verb: read as '{verb} {last}'")
    if len(words) > 2 and participle(before) and last != "of":  # "countries spoken in"
        return with_(f"is {before}", last, replace(use, many=use.multi), past=False, o_noun=numbers(" ".join(words[:-2]))[0], sure=0.8)
    if last == "of":
        return _role(words[:-1], use) if sure >= 0 else None
    if is_plural(before) and not use.literal:
        return noun(front, use, prep=last)
    found = with_(f"is {a(front)}", last, use, past=False)
    return found.less(0.5, f"'{' '.join(words)}' may say what the subject or what the object is: read as 'S is {a(front)} {last} O'")


def _leading(words: list[str], use: Use, by: str) -> Shape | None:
    """ "in group", "near", "after", "born in city", "works at company", "country of origin" not among them."""
    if words[0] in ("in", "on", "at", "within", "under", "from", "near", "after", "before", "by", "with", "inside", "for", "to"):
        if len(words) == 1:
            v = "comes" if words[0] == "from" else "is"
            return None if use.when else with_(v, words[0], use, past=False, sure=0.7)
        if words[0] in ("in", "within", "inside") and not use.numbers:
            one = _plain_noun(words[1:])
            said = "{O}" if use.repeats else f"{one} {{O}}" if use.literal else f"the {one} {{O}}"
            return make("inside", use, {"io": said, "what of": f"which {one}", "the one of": f"the {one}", "category": one})
    for i, word in enumerate(words[1:-1], 1):
        if word not in PREPOSITIONS or word == "of" or words[-1] in PREPOSITIONS:
            continue
        sort, sure = word_class(words[0], by)
        one = _plain_noun(words[i + 1 :])
        if sort == "past" and i == 1:
            if found := _event(words[0], replace(use, object=use.object or noun_kind(one)), word, o_noun=one):
                return found
            acts = words[0] in INTRANSITIVE
            v = past(words[0]) if acts else f"{'was' if words[0] in EVENTS else 'is'} {words[0]}"
            return with_(v, word, use, past=acts or words[0] in EVENTS, o_noun=one, sure=0.8)
        if sort == "verb" and i == 1 and words[0] not in AMBIGUOUS:
            return with_(words[0], word, use, past=False, o_noun=one, sure=0.8)
    return None


# verbs


def _verbs(words: list[str], use: Use, by: str) -> Shape | None:
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
            return deed(" ".join([*lead, third_person(last)]), use).less(0.55, f"'{last}' is taken for a verb, by the tagger alone")
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
    return replace(use, object_noun=one, object=use.object or shapes._entity_kind(noun_kind(one), use))


def _participles(words: list[str], use: Use, by: str) -> Shape | None:
    """ "directed", "born", "married", "derivationally related", "languages spoken", "celebrities impersonated"."""
    last = words[-1]
    if not participle(last) or last in ("bound", "cast", "cut"):
        return None
    adverbs = all(w.endswith("ly") for w in words[:-1])
    if len(words) == 1 or adverbs:
        if use.when:
            return _event(last, use)
        if use.numbers:
            return None
        if len(words) == 1 and (found := _event(last, use)) and last in ("born", "died", "buried"):
            return found
        if last in INTRANSITIVE and last not in ("joined", "attended", "played", "contributed", "served", "studied"):
            return with_(past(last), "in", use, past=True, sure=0.6)
        if last in STATES and last not in ("used", "named", "known"):
            be = "was" if last in ("born", "buried") else "is"
            return _located(last, use) if last in _LOCATED else with_(f"{be} {' '.join(words)}", STATES[last], use, past=be == "was")
        if use.literal:
            return None
        things = use.subject in ("thing", "place", "organisation") and use.object in ("person", "agent")
        persons = use.subject in ("person", "agent") and use.object not in ("person", "agent")
        if things:
            return _passive(words, use).less(0.75, f"'{last}': the objects are persons and the subjects not: read as '{last} by'")
        found = deed(" ".join([*words[:-1], past(last)]), use, past=True, part=" ".join(words))
        return found if persons else found.less(0.6, f"'{last}' can mean 'S {past(last)} O' or '{last} by': the data does not tell")
    if words[0].endswith("ly") or use.numbers or use.when or use.literal:
        return None
    one, lots = numbers(" ".join(words[:-1]))
    if not noun_kind(one) and not is_plural(words[-2]):
        return None
    return _done(last, one, lots, use)


def _done(part: str, one: str, lots: str, use: Use) -> Shape:
    """ "languages spoken": what the subject did to a noun."""
    was = part in EVENTS
    root = base(part)
    finite = past(part) if was else third_person(root)
    many = finite if was else root
    words = {
        **noun_words(one, lots), "part": part, "did": finite, "dids": many, "did n": shapes.pair(finite, many),
        "asks": f"{'did' if was else 'does'} {{S}} {root}",
    }  # fmt: skip
    return make("done", use, words, past=was, sure=0.85)


def _adjectives(words: list[str], use: Use, by: str) -> Shape | None:
    """ "adjacent", "see also", "same as"."""
    text = " ".join(words)
    if text in ("see also", "also see", "seealso"):
        return make("see", use, {"category": "related thing"})
    if text in ("same as", "sameas"):
        return make("same", use, {"category": "equivalent"})
    last = words[-1]
    if use.literal or last not in STATES or participle(last) or not is_adjective(last):
        return None
    return with_(f"is {text}", STATES[last], use, past=False)


# nouns


def mutual(one: str, use: Use) -> Shape:
    """ "sibling": the same both ways."""
    found = noun_words(one, MUTUAL.get(one, plural(one)))
    kind = use.object or shapes._entity_kind(noun_kind(one), use)
    return make("mutual", replace(use, object=kind), found, symmetric=True, sure=0.95)


def _noun(phrase: str, use: Use, by: str, *, past: bool = False) -> Shape:
    words = phrase.split(" ")
    one, lots = numbers(phrase)
    if one in MUTUAL and not use.literal:
        return mutual(one, use)
    if found := _counted(words, one, lots, use):
        return found
    kind = noun_kind(one)
    if use.numbers or (use.literal and use.when and False):
        return make("quantity", use, {**noun_words(one, lots), "a one": an(one) if countable(one) else one}, past=past)
    if one in AGENTS and use.object in ("", "person", "agent", "organisation") and not (one == "director" and use.subject in
                                                                                         ("organisation", "person")):  # fmt: skip
        doer = one if one not in ("program creator", "film director") else one.split(" ")[-1]
        part = AGENTS[one]
        seen = replace(use, many=use.many or lots == phrase and one != lots)
        found = agent(part, seen, past=part not in ("owned", "operated", "employed", "maintained", "supervised", "taught"), doer=doer)
        return shapes.directed(one, found, use)
    if use.literal and (use.codes or kind in ("code", "name")) and not use.multi and not use.when:
        flags = ("mark" if kind == "code" and one != "symbol" else "", "nickname" if one in ("nickname", "alias", "pseudonym") else "",
                 "title" if kind == "name" else "")  # fmt: skip
        return make("code", use, noun_words(one, lots), *flags, past=past)
    found = noun(phrase, use, past=past)
    sort, _ = word_class(words[-1].strip("()"), by)
    if words[-1] in TWOFOLD and len(words) == 1 and not use.literal and not use.when:
        return found.less(0.45, f"direction is uncertain: '{phrase}' can be a noun or a verb: read as a noun")
    if sort in ("base", "past", "verb") and len(words) == 1 and not use.literal:
        return found.less(0.5, f"'{phrase}' is read as a noun, but can be a verb")
    if not sort and len(words) == 1:
        return found.less(0.7, f"'{phrase}' is in no list of nouns and verbs: read as a noun")
    return found


def _counted(words: list[str], one: str, lots: str, use: Use) -> Shape | None:
    """ "number of employees", "goals", "won" with numbers: the noun is said with the number."""
    if not use.numbers or use.multi:
        return None
    if words[:2] == ["number", "of"] and len(words) > 2:
        one, lots = numbers(" ".join(words[2:]))
    elif len(words) == 1 and words[0] in _SCORES:
        one, lots = _SCORES[words[0]], plural(_SCORES[words[0]])
    elif lots != " ".join(words) or one == lots or words[0] in ("latitude", "longitude") or noun_kind(one) in ("code", "date"):
        return None
    elif len(words) > 1 or one in ("sources", "number"):
        return None
    return make("count", use, noun_words(one, lots), value=ValueRule(unit=one))


def truth(phrase: str, use: Use) -> Shape:
    """Yes and no: "is radioactive", "landlocked", "has moons", "allows smoking", "is UN member"."""
    words = phrase.split(" ")
    head, rest = words[0], " ".join(words[1:])
    value = ValueRule(kind="boolean")
    if head in ("can", "may", "must", "should", "will") and rest:
        own = {"yes": phrase, "no": f"{head} not {rest}" if head != "can" else f"cannot {rest}", "yess": phrase, "ask": f"{head} {{S}} {rest}"}
        return make("truth", use, own, value=value)
    if head in ("has", "have") and rest:
        thing = rest if rest.split(" ")[0] in ("a", "an", "the") or not countable(rest) else an(rest)
        own = {"yes": f"has {thing}", "no": f"does not have {thing}", "yess": f"have {thing}", "ask": f"does {{S}} have {thing}"}
        return make("truth", use, own, value=value)
    if word_class(head)[0] == "verb" and rest and head not in AMBIGUOUS:
        root = base(head)
        own = {"yes": phrase, "no": f"does not {root} {rest}", "yess": f"{root} {rest}", "ask": f"does {{S}} {root} {rest}"}
        return make("truth", use, own, value=value)
    be, what = (head, rest) if head in BE and rest else ("is", phrase)
    many = {"is": "are", "was": "were"}.get(be, be)
    last = what.split(" ")[-1]
    adjective = is_adjective(last) or participle(last) or word_class(last)[0] in ("", "past")
    if noun_kind(what) and not is_adjective(last):
        adjective = False
    said = what if adjective or what.split(" ")[0] in ("a", "an", "the", "in", "part") or last in PREPOSITIONS else a(what)
    several = said if adjective or said == what else numbers(what)[1]
    own = {"yes": f"{be} {said}", "no": f"{be} not {said}", "yess": f"{many} {several}", "ask": f"{be} {{S}} {said}"}
    if adjective:
        own |= {"adj": what, "a adj s": an(f"{what} {use.subject_noun}") if use.subject_noun else ""}
    return make("truth", use, own, "adjective" if adjective else "", past=be == "was", value=value)
