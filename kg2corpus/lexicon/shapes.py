"""The shape of a relation's phrase: which family of wordings it takes, with which words, how surely and why not more surely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .ends import of_noun, of_verb
from .english import an, plural
from .nouns import AGENTS, CONVERSE, DOERS, countable, noun_kind, numbers
from .usage import Use
from .values import ValueRule
from .vocabulary import lists, pairs, tables
from .vocabulary import words as words_of
from .words import base, is_adjective, participle

_ACTS, _FULLER = tables("acts"), tables("fuller")
_PREPOSITIONS_OF = {noun: preposition for preposition, nouns in lists("prepositions_of").items() for noun in nouns}
_SORTS = ("type", "category", "classification")
# types that tell nothing of what has them, and the plain words for some others
_VAGUE, _PLAINER = words_of("vague"), pairs("plainer")


@dataclass(frozen=True, slots=True)
class Shape:
    """A family of patterns.yaml with the words and conditions of one relation.

    `turned`: the wordings are written for the relation seen from its object, and subject and object change places.
    """

    family: str
    words: Mapping[str, str] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    value: ValueRule = field(default_factory=ValueRule)
    sure: float = 0.9
    reasons: tuple[str, ...] = ()
    turned: bool = False
    past: bool = False
    symmetric: bool = False
    subject: str = ""
    object: str = ""

    def less(self, sure: float, reason: str) -> Shape:
        """The same, at most as sure as given, for a reason."""
        return replace(self, sure=min(self.sure, sure), reasons=(*self.reasons, reason))


def a(noun: str) -> str:
    """ "a director", "an owner", but "music"."""
    return an(noun) if countable(noun) else noun


def pair(one: str, several: str) -> str:
    """A choice by number, where the two differ."""
    return one if one == several else f"{{{one}|{several}}}"


_PERSONS = ("person", "agent")
# what things of a kind are called together where no noun fits them all
_THINGS = {"person": "the people", "agent": "those", "place": "the places", "organisation": "the organisations"}
_SHOWN = ("film", "movie", "program", "programme", "episode", "series", "show", "play", "song")
_AROUND = ("contain", "border", "adjoin", "surround", "enclose", "overlap", "include", "cross")
_DOING = {"person": "the person who", "agent": "the one who", "organisation": "the organisation that"}
_ATTRIBUTES = ("gender", "sex", "religion", "nationality", "ethnicity", "profession", "occupation")
_NEVER_ONE = ("cast member", "member", "character", "ingredient")
_DOERS_OF = {"executive-produced": "executive producer"}
# what only persons and organisations do
_MINDS = frozenset({*AGENTS.values(), "authored", "impersonated", "hired", "appointed", "nominated", "elected", "illustrated"})
BY = {"contained": "in", "comprised": "in", "known": "to", "included": "in", "featured": "in", "related": "to"}


def ends(use: Use) -> tuple[dict[str, str], frozenset[str]]:
    """The words and conditions that the types at the two ends give, the same for all families."""
    person, o_person = use.subject == "person", use.object in _PERSONS
    s, o = (_PLAINER.get(noun, noun) for noun in (use.subject_noun, use.object_noun))
    s, o = ("" if noun.casefold() in _VAGUE else noun for noun in (s, o))
    if person and not s:
        s = "person"
    if o_person and use.object == "person" and not o:
        o = "person"
    ss, os = (plural(noun) if noun else "" for noun in (s, o))
    s_n, o_n = (pair(one, lots) if one else "{T}" for one, lots in ((s, ss), (o, os)))
    known = not person and s
    set_s = f"the {ss}" if s else {"place": "the places", "organisation": "the organisations"}.get(use.subject, "those")
    which_s, which_o = "who" if person else f"which {s_n}", "who" if o_person else f"which {o_n}" if o else "what"
    the_s = f"{{{an(s)}|{ss}}}" if s else "{a {T}|{T}}"
    the_o = f"{{{an(o)}|{os}}}" if o else "{the one|those}" if o_person else "what"
    words = {
        "s": s, "ss": ss, "a s": an(s) if s else "", "s n": s_n, "which s": which_s, "the s": the_s,
        "which s o": "whom" if person else f"which {s_n}", "which s obj": "whom" if person else f"which {s_n}",
        "that s": "who" if person else "that",
        "which s or what": "who" if person else f"which {s_n}",
        "who s": "who" if person else f"which {s_n}" if known else "what",
        "o": o, "os": os, "a o": an(o) if o else "", "o n": o_n, "which o": which_o, "the o": the_o,
        "who o": "who" if o_person else "what", "whom o": "whom" if o_person else "what",
        "which o obj": "whom" if o_person else which_o, "which o whom": "whom" if o_person else f"which {o_n}" if o else "what",
        "that o": "who" if use.object in _PERSONS else "that", "whom": "whom" if o_person else "which",
        "what o": "what" if not o else f"which {o_n}",
        "who o agent": "who" if o_person else "who or what", "of whom o": "of whom" if o_person else "of what",
        "the o what": an(o) if o else "one",
        "set s": set_s, "those s": f"{set_s} {'who' if use.subject in _PERSONS else 'that'}",
        "the s or one": f"the {s or 'one'}", "doing o": _DOING.get(use.object, "what"),
        "set s or places": f"the {ss or 'places'}",
        "those o whose": f"{f'the {os}' if o else 'those'} whose",
        "things o": f"the {os}" if o else _THINGS.get(use.object, "the things"),
        "a o that": f"{an(o)} that" if o else "what", "the o that": f"{{{an(o)}|{os}}} that" if o else "what",
    }  # fmt: skip
    flags = {
        "person": person, "o_person": o_person, "typed": bool(s), "o_typed": bool(o), "many": use.many,
        "multi": use.multi, "shared": use.shared and not use.mixed, "unique": not use.shared, "literal": use.literal,
        "o_place": use.object == "place", "o_date": use.object == "date",
        "opening": use.literal or use.links or use.numbers or bool(use.when), "mixed": use.mixed,
        "numeral": use.numbers or bool(use.when),
        "common": use.common, "thing": bool(use.subject) and not person and use.subject != "agent",
    }  # fmt: skip
    return words, frozenset(name for name, holds in flags.items() if holds)


def tensed(past: bool) -> dict[str, str]:
    """The forms of "be", "have", "include" and "serve" of a tense."""
    be, are = ("was", "were") if past else ("is", "are")
    has, have = ("had", "had") if past else ("has", "have")
    return {
        "be": be, "be2": are, "is": pair(be, are), "was": be, "has": has, "have": pair(has, have),
        "does": "did" if past else "does",
        "include": "included" if past else "include", "includes": "included" if past else "includes",
        "serves": "served" if past else pair("serves", "serve"),
        "serves s": "served" if past else "serves",
        "stands": "stood" if past else "stands",
    }  # fmt: skip


def noun_words(one: str, lots: str) -> dict[str, str]:
    """The forms of a noun phrase that the patterns ask for."""
    return {
        "one": one, "lots": lots, "a one": a(one), "n": pair(one, lots), "an n": pair(a(one), lots), "bare": one, "of": "of",
        "the one": f"the {one}",
    }  # fmt: skip


def make(
    family: str, use: Use, words: Mapping[str, str], *flags: str, past: bool = False, sure: float = 0.9, **options: object
) -> Shape:
    """A shape with the words of its ends, its tense and its own."""
    own, held = ends(use)
    conditions = held | set(flags) - {""} | ({"past"} if past else set())
    every = {**tensed(past), **own, **words}
    shape = Shape(family, every, conditions, sure=sure, past=past, subject=use.subject, object=use.object)
    return replace(shape, **options) if options else shape  # type: ignore[arg-type]


def noun(phrase: str, use: Use, *, past: bool = False, prep: str = "of") -> Shape:
    """ "field of work": the object is the subject's field of work."""
    one, lots = numbers(phrase)
    use = of_noun(use, one)
    if fuller := _FULLER.get(one, {}).get(use.subject):
        phrase, one, lots = (fuller if one == phrase else numbers(fuller)[1]), *numbers(fuller)
    kind = noun_kind(one)
    seen = use if use.object or not kind else replace(use, object=entity_kind(kind, use))
    if seen.object_noun and numbers(phrase)[0] == seen.object_noun:
        seen = replace(seen, object_noun="")
    attribute = one in _ATTRIBUTES and not use.many
    # a plural whose subjects have one each: "time zones"
    single = use.looked_at >= 20 and not use.multi and use.fan_out < 1.05
    several = (use.multi and not attribute) or one in _NEVER_ONE or (lots == phrase and one != phrase and not single)
    if use.literal and not use.multi and lots == phrase and one != phrase:
        return _plural_text(phrase, use, past)
    office = kind == "person" and any(
        w in one for w in ("head", "minister", "president", "mayor", "governor", "director", "chair")
    )
    flags = ["plain"] if kind not in _PERSONS and seen.object not in _PERSONS else []
    flags += ["countable"] if countable(one) else []
    flags += ["role"] if " " in one or kind in (*_PERSONS, "organisation") else []
    flags += ["office"] if office and use.subject != "person" and one not in ("director", "film director") else []
    words = {**noun_words(one, lots), "of": _PREPOSITIONS_OF.get(one, prep)} | _acts(one, seen)
    flags += ["acted"] if "act" in words else []
    if not countable(one):
        words |= {"include": tensed(past)["includes"], "lots": one}
    if one in _ATTRIBUTES and use.subject == "person":
        flags.append("attribute")
        seen = replace(seen, shared=True, mixed=False)
    family = "among" if prep != "of" else "nouns" if several else "noun"
    if family == "nouns" and (use.many or lots == phrase) and "many" not in flags:
        flags.append("many")
    shape = make(family, seen, words, *flags, past=past)
    return directed(one, shape, use)


def _acts(one: str, use: Use) -> dict[str, str]:
    """What is said with a noun where a verb is known: one who has an instrument "plays" it, and it "is played by" them."""
    if use.numbers or use.figures or use.when:
        return {}
    kinds = _ACTS.get(one, {})
    act, back = (use.adjectival and kinds.get("adjectival")) or kinds.get(use.subject) or kinds.get("any") or ("", "")
    of, _, sort = one.rpartition(" ")
    own = noun_kind(of) in ("place", "event") or of in ("", "school", "institution", "company", "organisation", "organization")
    if not act and sort in _SORTS and own:
        act = "is classified as"
    act += " {O}" if act and "O}" not in act else ""
    back += " {S}" if back and "{S}" not in back else ""
    return {key: text for key, text in (("act", act), ("acts", back)) if text}


def _plural_text(phrase: str, use: Use, past: bool) -> Shape:
    """ "top 3 producers" with one text that lists them all."""
    return make("texts", use, noun_words(phrase, phrase), past=past, sure=0.85)


def entity_kind(kind: str, use: Use) -> str:
    """The kind of the things that a noun names, where it tells one."""
    return kind if kind in ("person", "agent", "place", "organisation", "date", "quantity") else ""


_UP = frozenset(
    {"parent", "father", "mother", "superclass", "ancestor", "doctoral advisor", "supervisor", "employer", "manager"}
)


def directed(one: str, shape: Shape, use: Use) -> Shape:
    """Settle which end the noun names, by what stands there; where the data cannot tell, say so."""
    kind = noun_kind(one)
    named = one.split(" ")[-1] if one.split(" ")[0] in ("administrative",) else one
    wrong = kind in _PERSONS and use.object not in ("", *_PERSONS, "organisation", "event") and use.subject in ("", *_PERSONS)
    if wrong and use.subject in _PERSONS:
        found = make("role", use, noun_words(one, numbers(one)[1]), sure=0.75)
        return found.less(
            0.75, f"'{one}' names a person, and the subjects are persons, the objects not: read as 'is {a(one)} of'"
        )
    if named not in CONVERSE and named not in _UP:
        return shape
    up = named in _UP or CONVERSE.get(named) in ("child", "student", "subclass")
    old = use.older
    if old is not None and named in (*_UP, "child", "son", "daughter", "student", "doctoral student", "descendant", "ancestor"):
        agrees, why = (old if up else 1 - old) > 0.5, f"by {round(100 * max(old, 1 - old))} % of the years known"
    elif max(use.fan_in, use.fan_out) >= 1.5 * min(use.fan_in, use.fan_out):
        agrees = (use.fan_in > use.fan_out) == up
        why = f"by numbers: {use.fan_out:.1f} objects of a subject, {use.fan_in:.1f} subjects of an object"
    else:
        return shape.less(0.6, f"direction is uncertain: '{one}' is read as 'the {one} of S is O', and the data does not tell")
    if agrees:
        return replace(shape, reasons=(*shape.reasons, f"'the {one} of S is O': measured {why}"))
    found = make("role", use, noun_words(one, numbers(one)[1]))
    return found.less(0.65, f"direction turned: 'S is {a(one)} of O', measured {why}")


def deed(act: str, use: Use, *, past: bool = False, part: str = "", sure: float = 0.9, **more: str) -> Shape:
    """A verb with its object: `act` is its finite form ("regulates", "directed", "may cause"), `part` its participle."""
    from .words import participle_of, past_of

    lead, _, verb = act.rpartition(" ")
    root = base(verb)
    front = f"{lead} " if lead else ""
    modal = (
        lead.split(" ")[0] if lead.split(" ")[0] in ("may", "can", "might", "could", "must", "should", "will", "would") else ""
    )
    if modal:
        rest = front[len(modal) :].strip()
        many, finite, passive = act, act, f"be {rest + ' ' if rest else ''}{part or participle_of(root)}"
        asks = f"{modal} {{S}} {act[len(modal) + 1 :]}"
        words = {"is": modal, "be": modal, "be2": modal, "part": passive, "pt": f"that {modal} {passive}", **more}
        words |= {"did": finite, "dids": many, "did n": finite, "asks": asks, "base": root}
        return _modal(use, words, sure)
    done = part or participle_of(root)
    finite = act if not past else f"{front}{past_of(root)}"
    many = finite if past else f"{front}{root}"
    words = {
        "did": finite, "dids": many, "did n": finite if past else pair(finite, many),
        "part": f"{front}{done}", "pt": f"{front}{done}",
        "asks": f"{'did' if past else 'does'} {{S}} {front}{root}", "base": f"{front}{root}",
        "category": use.object_noun or "object",
        "what": "what", "by": BY.get(done, "by"), **more,
    }  # fmt: skip
    if root in _AROUND and use.subject == "place" and not use.object:
        use = replace(use, object="place")
    lying = root == "contain" and use.subject == use.object == "place" and not past
    if lying:
        words["lie"] = f"{{lies|lie}} {front}in {{S}}"
    doer = DOERS.get(done, "")
    words |= {"one": doer, "a one": an(doer)} if doer else {}
    seen = of_verb(use, root)
    return make("deed", seen, words, "doer" if doer else "", "lying" if lying else "", past=past, sure=sure)


def _modal(use: Use, words: dict[str, str], sure: float) -> Shape:
    return make("modal", use, words, sure=sure)


def agent(part: str, use: Use, *, past: bool, doer: str = "", sure: float = 0.9) -> Shape:
    """ "founded by", "director": the object did to the subject what `part` says; `doer` is what one who does so is called."""
    from .words import past_of, third_person

    lead, _, verb = part.rpartition(" ")
    root, front = base(verb), f"{lead} " if lead else ""
    seen = use if use.object or part not in _MINDS else replace(use, object="agent")
    finite = f"{front}{past_of(root) if past else third_person(root)}"
    many = finite if past else f"{front}{root}"
    words = {
        "part": part,
        "did": finite,
        "dids": many,
        "did n": finite if past else pair(finite, many),
        "base": f"{front}{root}",
    }
    if part == "written" and doer == "author" and use.subject_noun.split(" ")[-1] in _SHOWN:
        doer = "writer"
    if part.replace(" ", "-") in _DOERS_OF:
        doer = doer or _DOERS_OF[part.replace(" ", "-")]
    one = doer or "one"
    words |= noun_words(one, numbers(one)[1] if doer else "ones") | {"of": _PREPOSITIONS_OF.get(one, "of")}
    words["the one"] = f"the {doer}" if doer else f"the one that {finite}"
    if not doer:
        words |= {"the one": "", "one": "agent"}
    work = verb in ("directed", "written", "authored", "created", "composed", "painted", "designed", "sculpted")
    return make("agent", seen, words, "doer" if doer else "", "work" if work else "", past=past, sure=sure)


def with_(v: str, prep: str, use: Use, *, past: bool, o_noun: str = "", sure: float = 0.9, asks: str = "") -> Shape:
    """A verb or "is" with its preposition: "is married" "to", "acted" "in"."""
    seen = replace(use, object_noun=o_noun) if o_noun and o_noun != use.object_noun else use
    if o_noun and not use.object:
        seen = replace(seen, object=entity_kind(noun_kind(o_noun), use))
    first, _, rest = v.partition(" ")
    seen = of_verb(seen, _frame(v, prep))
    if not seen.object_noun and seen.object in ("place", "organisation", "person"):
        seen = replace(seen, object_noun=seen.object)
    if first in ("is", "was", "are", "were"):
        many, asks_v = f"{'are' if first == 'is' else 'were'} {rest}", f"{first} {{S}} {rest}"
        finite_n = pair(v, many)
    else:
        asks_v, many = asks or _asks(v, past), v if past else _plural_verb(v)
        finite_n = pair(v, many)
    where = seen.object == "place" and prep in ("in", "at", "on")
    words = {
        "v": v, "prep": prep, "vp": f"{v} {prep}", "vps": f"{many} {prep}", "vp n": f"{finite_n} {prep}" if finite_n == v else
        f"{pair(f'{v} {prep}', f'{many} {prep}')}", "v n": finite_n, "asks": f"{asks_v} {prep}", "asks v": asks_v,
        "category": seen.object_noun or "object",
        "what": "the person to whom" if seen.object == "person" and prep == "to" else "what",
    }  # fmt: skip
    own, _ = ends(seen)
    o, os = own["o"], own["os"]
    words["the o"] = own["the o"] if o else "that" if seen.object not in _PERSONS else "the one"
    if o:
        words["the o"] = f"{{{an(o)}|{os}}}" if use.many or use.multi else f"{{the {o}|the {os}}}"
    if words["the o"] == "that" and where:
        words["the o"] = "the place"
    said_of = f"{own['set s']} {rest}" if _reduced(first, rest) else f"{own['those s']} {many}"
    words["those s vps"] = f"{said_of} {prep}"
    words["a s vp"] = f"{own['a s']} {rest if _reduced(first, rest) else own['that s'] + ' ' + v} {prep}" if own["s"] else ""
    equal = first in ("is", "are") and rest.split(" ")[-1] in _EQUALS
    if equal:
        words |= {"eq": f"{rest} {prep} each other", "ep": f"{rest} {prep}"}
    return make("with", seen, words, "where" if where else "", "equal" if equal else "", past=past, sure=sure)


def _reduced(first: str, rest: str) -> bool:
    """Whether "that is" can be left out: "the languages spoken in", "those different from"."""
    last = rest.split(" ")[-1]
    return first in ("is", "was", "are", "were") and (not rest or participle(last) or is_adjective(last))


# what holds of both ends alike
_EQUALS = frozenset({
    "related", "connected", "linked", "associated", "similar", "equivalent", "identical", "adjacent", "disjoint", "married",
    "different", "distinct", "allied", "twinned", "synonymous", "compatible", "parallel", "equal",
})  # fmt: skip


def _frame(v: str, prep: str) -> str:
    """Base or participle with preposition, as `ends` lists them: "is married", "to" -> "married to"."""
    words = [w for w in v.split(" ") if not w.endswith("ly")]
    words = words[1:] if len(words) > 1 and words[0] in ("is", "was", "are", "were") else words
    first = words[0] if v.split(" ")[0] in ("is", "was", "are", "were") else base(words[0])
    return " ".join([*(words[2:] if words[:2] == ["used", "to"] else [first, *words[1:]]), prep])


def _asks(v: str, past: bool) -> str:
    words = v.split(" ")
    if words[:2] == ["used", "to"]:
        return f"did {{S}} use {' '.join(words[1:])}"
    if words[0] in ("may", "can", "must", "should", "will", "could", "might", "would"):
        return f"{words[0]} {{S}} {' '.join(words[1:])}"
    at = next((i for i, w in enumerate(words) if not w.endswith("ly")), 0)
    words[at] = base(words[at])
    return f"{'did' if past else 'does'} {{S}} {' '.join(words)}"


def _plural_verb(v: str) -> str:
    words = v.split(" ")
    if words[0] in ("may", "can", "must", "should", "will", "could", "might", "would"):
        return v
    at = next((i for i, w in enumerate(words) if not w.endswith("ly")), 0)
    words[at] = base(words[at])
    return " ".join(words)
