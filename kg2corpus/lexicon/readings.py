"""How a relation's phrase is read: as a noun, a verb, a role, an event, a mark, a number, yes and no. The order of the rules is
from the surest to the least sure; `read` always finds a shape and says how sure it is of it."""

from __future__ import annotations

from dataclasses import replace

from .happenings import event, event_noun
from .nominal import a_noun, role, work_by
from .nouns import is_plural, noun_kind, numbers
from .shapes import Shape, a, deed, entity_kind, make, noun, noun_words, pair, with_
from .tagging import word_class
from .usage import Use
from .verbal import _LOCATED, adjectives, done, located, participles, passive, verbs
from .vocabulary import pairs
from .vocabulary import words as words_of
from .words import (
    AMBIGUOUS,
    BE,
    EVENTS,
    INTRANSITIVE,
    MODALS,
    PREPOSITIONS,
    STATES,
    TWOFOLD,
    is_adjective,
    participle,
    past,
    past_of,
    past_tense,
    third_person,
)

# what stands before a noun and tells how it belongs to the subject
ACTIVE, MODIFYING, JOINING = pairs("active"), words_of("modifying"), words_of("joining")

_KIND = frozenset({
    "is a", "isa", "is an", "is a kind of", "kind of", "a kind of", "hypernym", "subclass of", "subclass",
    "sub class of", "is a type of", "subtype of", "is kind of", "is type of", "sub type of", "is a form of", "is a subclass of",
    "type of", "sub property of", "subproperty of", "has hypernym", "is subclass of",
})  # fmt: skip
_INSTANCE = frozenset({
    "instance of", "is instance of", "is an instance of", "rdf type", "instance hypernym", "is an example of", "example of",
})  # fmt: skip
_PART = frozenset({"part of", "is part of", "is a part of", "part_of", "component of", "is a component of", "is component of"})
_WHOLE = frozenset({"has part", "has component", "has a part", "contains part"})
_WHERE_WORDS = frozenset({*_LOCATED, "born", "buried"})


_LEADING = frozenset({
    "in", "on", "at", "within", "under", "from", "near", "after", "before", "by", "with", "inside", "for", "to",
})  # fmt: skip


# verbs before a preposition, although they can be plural nouns
_PLAINLY_VERBS = frozenset({"works", "plays", "reports", "leads", "runs", "starts", "ends", "returns"})


def read(phrase: str, use: Use, by: str) -> Shape:
    """The shape of a phrase that is not a sentence; `by` is the tagger."""
    words = phrase.casefold().split(" ") if phrase.casefold() != phrase and not _has_name(phrase) else phrase.split(" ")
    lower = " ".join(words).casefold()
    if (not use.literal or lower == "near") and (found := _fixed(lower, use)):
        return found
    rules = (_with_modal, _with_have, _with_be, event_noun, _trailing, _leading, _modified, verbs, participles, adjectives)
    for rule in rules:
        if found := rule(words, use, by):
            return found
    return a_noun(" ".join(words), use, by)


def member(one: str, use: Use, by: str) -> Shape:
    """ "genre" where the subject is the genre of the object."""
    seen = replace(
        use, subject=use.object, object=use.subject, subject_noun=use.object_noun, object_noun=use.subject_noun,
        shared=use.multi, mixed=False, multi=use.shared, many=use.shared,
    )  # fmt: skip
    if found := event_noun(one.split(" "), seen, by):  # "cause of death"
        return replace(found, turned=True).less(0.65, f"the subject is read as the {one} of the object")
    found = make("member", replace(use, mixed=False), noun_words(*numbers(one)))
    return found.less(0.65, f"the subject is read as the {one} of the object")


def _modified(words: list[str], use: Use, by: str) -> Shape | None:
    """ "participating countries", "featured artists", "related concept": the word before the noun says what is told."""
    first, rest = words[0], " ".join(words[1:])
    if len(words) < 2 or use.literal or use.numbers or use.when or PREPOSITIONS.intersection(words):
        return None
    one, lots = numbers(rest)
    if first in ACTIVE:
        root = ACTIVE[first]
        verb, _, prep = root.partition(" ")
        happened = use.subject == "event"
        did = f"{past_of(verb) if happened else third_person(verb)} {prep}".strip()
        dids = did if happened else root
        own = {"did": did, "dids": dids, "did n": pair(did, dids), "asks": f"{'did' if happened else 'does'} {{O}} {root}"}
        return make("active", use, {**noun_words(one, lots), **own}, past=happened, sure=0.85)
    if first in MODIFYING:
        return done(first, one, lots, use)
    if first in JOINING:
        seen = replace(use, object=use.object or entity_kind(noun_kind(one), use))
        return with_(f"is {first}", STATES[first], seen, past=False, o_noun=one, sure=0.85)
    return None


def _has_name(phrase: str) -> bool:
    return any(w[:1].isupper() for w in phrase.split(" ")[1:]) or phrase[:2].isupper()


def _fixed(lower: str, use: Use) -> Shape | None:
    part = {"a one": "a part", "one": "part", "lots": "parts"}
    if lower in _KIND:
        return make("kind", use, {}, sure=0.95)
    if lower in ("instance of recurring event", "edition of"):
        return role(["edition"], use)
    if lower in _INSTANCE or lower.startswith("instance of "):
        return make("instance", use, {}, sure=0.95)
    if lower in _PART:
        return make("part", use, part, sure=0.95)
    if lower in _WHOLE or (lower in ("part", "parts") and use.multi):
        return make("whole", use, part, sure=0.95)
    if lower.removeprefix("is ") in ("near", "nearby", "close to"):
        return make("near", use, {})
    if lower.removeprefix("is ").removesuffix(" the") == "next to":
        return make("beside", use, {})
    if lower in ("see also", "also see", "seealso", "same as", "sameas"):
        return make("see" if "see" in lower else "same", use, {"category": "related thing" if "see" in lower else "equivalent"})
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
    found = event_noun(rest, use, by) or a_noun(" ".join(rest), use, by, past=words[0] == "had")
    # after "has" a word can only be a noun
    return replace(found, sure=0.85, reasons=()) if found.sure < 0.6 and rest[0] in TWOFOLD else found


def _with_be(words: list[str], use: Use, by: str) -> Shape | None:
    """ "is the capital of", "was founded by", "is married to", "isDefinedBy"."""
    if words[0] not in BE or len(words) == 1:
        return None
    was, rest = words[0] in ("was", "were"), words[1:]
    if rest[0] in ("in", "on", "at", "within") and (found := _leading(rest, use, by)):
        return found
    if (
        len(rest) > 3
        and rest[-1] in PREPOSITIONS
        and (at := next((i for i, w in enumerate(rest[:-1]) if i and w in PREPOSITIONS and w != "of"), 0))
    ):
        # "is located in the historic county of" goes on after its first preposition
        return with_(" ".join(words[: at + 1]), " ".join(rest[at:]), use, past=was)
    if rest[-1] == "of" and _plain_noun(rest[:-1]) and not participle(rest[0]) and rest[0] not in STATES:
        return role(rest[:-1], use, was=was)
    if rest[-1] == "by" and participle(rest[-2] if len(rest) > 1 else ""):
        return passive(rest[:-1], use, past=was)
    if rest[-1] in PREPOSITIONS and len(rest) > 1:
        if rest[-1] == "in" and rest[0] in _LOCATED and not was:
            return located(rest[0], use)
        if was and len(rest) == 2 and (found := event(rest[0], use, rest[-1])):
            return found
        return with_(" ".join(words[:-1]), rest[-1], use, past=was)
    for i, word in enumerate(rest):
        if i and word in PREPOSITIONS and i + 1 < len(rest):
            return with_(" ".join(words[: i + 1]), word, use, past=was, o_noun=_plain_noun(rest[i + 1 :]))
    if len(rest) == 1 and rest[0] in STATES:
        return with_(f"{words[0]} {rest[0]}", STATES[rest[0]], use, past=was)
    if _plain_noun(rest) and (rest[0] in ("a", "an", "the") or noun_kind(" ".join(rest))):
        return role(rest, use, was=was).less(0.55, f"'{' '.join(words)}' lacks a preposition: read as '... of'")
    return _bare_be(words, use)


def _bare_be(words: list[str], use: Use) -> Shape:
    text = " ".join(words)
    shape = make("plain", use, {"vp": text, "asks": f"{words[0]} {{S}} {' '.join(words[1:])}"}, past=words[0] == "was")
    return shape.less(0.5, f"'{text}' is no phrase that stands between two names")


def _plain_noun(words: list[str]) -> str:
    found = [w for w in words if w not in ("a", "an", "the")]
    return " ".join(found)


def _trailing(words: list[str], use: Use, by: str) -> Shape | None:
    """Phrases that end with a preposition: "founded by", "story by", "works for", "symptom of", "countries within"."""
    last, first = words[-1], words[0]
    if len(words) > 3 and words[-2] in ("this", "that") and words[-3] in PREPOSITIONS and not use.literal:
        return noun(" ".join(words[:-3]), use, prep=words[-3])  # "notable people with this condition"
    if last not in PREPOSITIONS or len(words) == 1:
        return None
    if words[:2] == ["used", "to"]:
        return with_(" ".join(words[:-1]), last, use, past=True)
    if words == ["split", "to"]:
        return with_("was split", "into", use, past=True).less(0.6, "'split to' is read as 'was split into'")
    sort, sure = word_class(first, by)
    if use.numbers and not (sort == "verb" and len(words) == 2 and last in ("at", "from", "to", "in", "on")):
        return a_noun(" ".join(words), use, by)
    before = words[-2]
    if last == "by":
        if participle(before) and (len(words) == 2 or words[0].endswith("ly") or words[0] in ("executive", "co")):
            return passive(words[:-1], use)
        if len(words) == 2 and before not in ("name",) and participle(before):
            return passive(words[:-1], use)
        return work_by(" ".join(words[:-1]), use)
    if first in ("located", "based", "situated", "headquartered") and last == "in" and len(words) == 2:
        return located(first, use)
    if len(words) == 2 and participle(first) and (found := event(first, use, last)):
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
        told = bool(EVENTS.intersection(words[:2])) and last not in ("of", "under")
        return with_(f"{'was' if told else 'is'} {front}", last, use, past=told)
    if last != "of" and sort == "base" and len(words) == 2:
        verb = third_person(first) if first not in ("split", "set", "cut", "put") else f"is {first}"
        found = with_(verb, last, use, past=False, sure=sure)
        return found if sure > 0.7 else found.less(0.65, f"'{first}' can be a noun or a verb: read as '{verb} {last}'")
    if len(words) > 2 and before in INTRANSITIVE:  # "president served under"
        return with_(
            past(before), last, replace(use, literal=False), past=True, o_noun=numbers(" ".join(words[:-2]))[0], sure=0.8
        )
    if len(words) > 2 and participle(before) and last != "of":  # "countries spoken in"
        return with_(
            f"is {before}", last, replace(use, many=use.multi), past=False, o_noun=numbers(" ".join(words[:-2]))[0], sure=0.8
        )
    if last == "of":
        return role(words[:-1], use) if sure >= 0 else None
    if is_plural(before) and not use.literal:
        return noun(front, use, prep=last)
    found = with_(f"is {a(front)}", last, use, past=False)
    return found.less(
        0.5, f"'{' '.join(words)}' may say what the subject or what the object is: read as 'S is {a(front)} {last} O'"
    )


def _leading(words: list[str], use: Use, by: str) -> Shape | None:
    """ "in group", "near", "after", "born in city", "works at company", "country of origin" not among them."""
    if words[0] in _LEADING:
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
        sort, _ = word_class(words[0], by)
        one = _plain_noun(words[i + 1 :])
        if sort == "past" and i == 1:
            if found := event(words[0], replace(use, object=use.object or noun_kind(one)), word, o_noun=one):
                return found
            acts = words[0] in INTRANSITIVE
            v = past(words[0]) if acts else f"{'was' if words[0] in EVENTS else 'is'} {words[0]}"
            return with_(v, word, use, past=acts or words[0] in EVENTS, o_noun=one, sure=0.8)
        sure = words[0] in _PLAINLY_VERBS and word in ("in", "at", "for", "to", "with", "on") and not is_plural(words[-1])
        if sort == "verb" and i == 1 and (sure or words[0] not in AMBIGUOUS):
            return with_(words[0], word, use, past=False, o_noun=one, sure=0.8)
    return None
