"""Relations that tell when or where something happened to their subject: "place of birth", "discovery year", "released"."""

from __future__ import annotations

from dataclasses import replace

from .nouns import EVENTS_OF, OF_PERSONS, PARTICIPLE_EVENTS, noun_kind
from .shapes import Shape, ends, make, noun_words
from .usage import Use
from .words import INTRANSITIVE, base, participle, past

_TIMES = ("date", "year", "time", "day", "month")
_PLACES = ("place", "location", "site", "city", "country", "town")
_FINITE = frozenset(
    {"began", "ended", "entered", "left", "joined", "flew", "started", "took", "became", "won", "met", "moved", "received"}
)
_HOW = {"original": "originally", "first": "first", "last": "last", "initial": "first"}
_OF_PERSONS = frozenset({"elected", "appointed", "drafted", "crowned", "married", "graduated", "retired", "hired"})


def event(word: str, use: Use, prep: str = "", *, o_noun: str = "") -> Shape | None:
    """ "born", "released", "died" with a date or a place: "X was born in 1964", "X died in Paris"."""
    noun_of = PARTICIPLE_EVENTS.get(word, "")
    if use.when and prep in ("", "in", "on", "at"):
        return happening(said_of(word), base_of_event(word), noun_of, use, "{on O}", "date")
    place = use.object == "place" or word in ("born", "buried", "died") or (o_noun and noun_kind(o_noun) == "place")
    if place and not use.literal and prep in ("", "in", "at") and noun_of and not use.numbers:
        return happening(said_of(word), base_of_event(word), noun_of, use, f"{prep or 'in'} {{O}}", "place")
    return None


def event_how(words: list[str], use: Use) -> Shape:
    """ "first elected", "originally released" with a date."""
    how, last = " ".join(words[:-1]), words[-1]
    acts = last in INTRANSITIVE
    said = f"{how} {past(last)}" if acts else f"was {how} {last}"
    return happening(said, f"{how} {base(last)}" if acts else "", "", use, "{on O}", "date")


def said_of(word: str) -> str:
    return past(word) if word in INTRANSITIVE else f"was {past(word) if word in INTRANSITIVE else word}"


def base_of_event(word: str) -> str:
    return base(word) if word in INTRANSITIVE else ""


def happening(said: str, root: str, noun_of: str, use: Use, on: str, unit: str, own: str = "") -> Shape:
    """An event of the subject with its time or place: `said` is "was born" or "died", `root` its base after "did"; `own` is how
    the relation names it ("release date"), if that can be said."""
    time = unit == "date"
    seen = replace(use, object="date" if time else "place", object_noun="")
    if (noun_of in OF_PERSONS or said.split(" ")[-1] in _OF_PERSONS) and not use.subject:
        seen = replace(seen, subject="person")
    if said == "began" and use.subject == "person":
        said, root = "started", "start"
    unit = "year" if time and use.when == "year" else unit
    words = {
        "ev unit": own or (f"{unit} of {noun_of}" if noun_of else ""), "said": said,
        "saids": said.replace("was ", "were ", 1), "on": on, "ev": noun_of, "unit": unit,
        "when": ("in which" if unit == "year" else "on which") if time else "where", "where": "when" if time else "where",
        "asks": f"did {{S}} {root}" if root else f"was {{S}} {said.removeprefix('was ')}",
        "category": f"{unit} of {noun_of}" if noun_of else unit,
    }  # fmt: skip
    own_ends, _ = ends(seen)
    part = said.removeprefix("was ") if said.startswith("was ") else ""
    words["those saids"] = f"{own_ends['set s']} {part}" if part else f"{own_ends['those s']} {said}"
    words["a s said"] = f"{own_ends['a s']} {part or 'that ' + said}" if own_ends["s"] else ""
    flags = ("ev" if noun_of else "", "ev_of_person" if noun_of in OF_PERSONS else "")
    shape = make("event", seen, words, *flags, past=True)
    return replace(shape, words={**shape.words, "was": "is"} if not time else shape.words)


def event_noun(words: list[str], use: Use, by: str) -> Shape | None:
    """ "place of birth", "discovery year", "founding date", "date issued", "inception" with dates."""
    if words[:2] == ["cause", "of"] and words[2:] == ["death"]:
        seen = replace(use, subject=use.subject or "person")
        return make(
            "cause", seen, {**noun_words("cause of death", "causes of death"), "said": "died", "asks": "did {S} die"}, past=True
        )
    if use.when and len(words) > 1 and (words[0] in _FINITE or (words[0] in ("first", "last") and words[1] in _FINITE)):
        at = words.index(next(w for w in words if w in _FINITE))  # "began active service", "first flew"
        root = " ".join([*words[:at], base(words[at]), *words[at + 1 :]])
        return happening(" ".join(words), root, "", use, "{on O}", "date")
    ev, kind = "", ""
    if len(words) == 3 and use.when and words[0] in _HOW and words[1] in EVENTS_OF and words[2] in _TIMES:
        said, root = EVENTS_OF[words[1]]  # "original air date"
        said = said.replace("was ", f"was {_HOW[words[0]]} ", 1) if said.startswith("was ") else f"{_HOW[words[0]]} {said}"
        return happening(said, f"{_HOW[words[0]]} {root}" if root else "", "", use, "{on O}", "date")
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
    own = " ".join(words) if len(words) == 2 and words[0] in EVENTS_OF and words[0] not in OF_PERSONS else ""
    return happening(said, root, noun_of, use, "{on O}" if kind == "date" else "in {O}", kind, own)


def _side(word: str) -> str:
    return "place" if word in ("place", "location", "site") else "date" if word in _TIMES else ""
