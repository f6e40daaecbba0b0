"""One relation's entry in a lexicon: read from YAML with every fault named, and written back.

An entry may leave out what can be made from the rest: `completed` makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import UserError, near, unknown
from .nouns import SAID_KINDS
from .templates import Template, parse, takes_date
from .values import KINDS, ValueRule

# key -> slots that each of its wordings needs
LISTS: dict[str, tuple[str, ...]] = {
    "forward": ("S", "O"),
    "inverse": ("S", "O"),
    "questions": ("S",),
    "questions_unseen": ("S",),
    "inverse_questions": ("O",),
    "inverse_questions_unseen": ("O",),
    "true": ("S",),
    "false": ("S",),
    "other": ("S",),
    "same": ("S", "O"),
    "chain": ("S", "O"),
    "both": ("S", "O"),
    "both_true": ("S",),
    "both_false": ("S",),
}
PHRASES: dict[str, tuple[str, ...]] = {
    "noun": ("S",),
    "such": ("O",),
    "such_true": (),
    "such_false": (),
}
TENSES = ("", "present", "past")
TEXTS = ("phrase", "category", "subject", "object", "tense")
KEYS = (
    *LISTS, *PHRASES, *TEXTS, "value", "symmetric", "multi", "match", "subjects", "origin", "inverse_of", "confidence",
    "reasons",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """How one relation is said. `origin` tells where it is from: "curated countries.yaml", "user my.yaml", "derived".

    `subject` and `object`: what stands there ("person", "place", "date"; see `nouns.SAID_KINDS`), "" where that is not told;
    `tense`: of the statements, "past" or "present"; `category`: what the object is to its subject, as a noun phrase ("capital
    city"); `phrase`: words to derive from what the entry leaves out. `confidence`, 0 to 1, with `reasons`, is of derived ones.
    """

    lists: Mapping[str, tuple[Template, ...]] = field(default_factory=dict)
    phrases: Mapping[str, Template] = field(default_factory=dict)
    value: ValueRule = field(default_factory=ValueRule)
    symmetric: bool = False
    multi: bool = False
    match: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    origin: str = ""
    inverse_of: str = ""
    phrase: str = ""
    category: str = ""
    subject: str = ""
    object: str = ""
    tense: str = ""
    confidence: float = 1.0
    reasons: tuple[str, ...] = ()

    @property
    def boolean(self) -> bool:
        return self.value.kind == "boolean"


def read_entry(data: object, where: str) -> Entry:
    """An entry from its YAML. `where` is the file and key path for errors. Raises UserError at the first fault."""
    if not isinstance(data, Mapping):
        raise UserError(f"{where}: expected wordings, found {type(data).__name__}", "see docs/lexicon.md for an example")
    known = {_key(k): v for k, v in data.items()}
    for key in known:
        if key not in KEYS:
            raise UserError(f"{where}.{key}: unknown key", near(key, KEYS))
    lists = {
        key: tuple(parse(text, f"{where}.{key}[{i}]", need=need) for i, text in enumerate(_texts(known[key], f"{where}.{key}")))
        for key, need in LISTS.items()
        if key in known
    }
    phrases = {
        key: parse(_text(known[key], f"{where}.{key}"), f"{where}.{key}", need=need)
        for key, need in PHRASES.items()
        if key in known
    }
    entry = Entry(
        lists,
        phrases,
        _value(known.get("value", {}), f"{where}.value"),
        _flag(known, "symmetric", where),
        _flag(known, "multi", where),
        _texts(known.get("match", []), f"{where}.match"),
        _texts(known.get("subjects", []), f"{where}.subjects"),
        _text(known.get("origin", ""), f"{where}.origin"),
        _text(known.get("inverse_of", ""), f"{where}.inverse_of"),
        _text(known.get("phrase", ""), f"{where}.phrase"),
        _text(known.get("category", ""), f"{where}.category"),
        _one_of(known, "subject", SAID_KINDS, where),
        _one_of(known, "object", SAID_KINDS, where),
        _one_of(known, "tense", TENSES[1:], where),
        _confidence(known.get("confidence", 1.0), f"{where}.confidence"),
        _texts(known.get("reasons", []), f"{where}.reasons"),
    )
    _complete(entry, where)
    return entry


def _complete(entry: Entry, where: str) -> None:
    if entry.phrase:
        return
    needed = ("true", "false") if entry.boolean else ("forward",)
    for key in needed:
        if not entry.lists.get(key):
            raise UserError(f"{where}: there is no wording under '{key}'", f"give at least one, for example {_EXAMPLE[key]}")
        if all(takes_date(t.one) for t in entry.lists[key]):
            hint = "some value may be no date: give one with {O}, for example 'the date of birth of {S} is {O}'"
            raise UserError(f"{where}.{key}: every wording has {{on O}}", hint)


_EXAMPLE = {"forward": "'the capital of {S} is {O}'", "true": "'{S} is landlocked'", "false": "'{S} is not landlocked'"}


def _key(key: object) -> str:
    # YAML reads an unquoted `true:` as a boolean
    return str(key).lower() if isinstance(key, bool) else str(key)


def _flag(data: Mapping[str, Any], key: str, where: str) -> bool:
    value = data.get(key, False)
    if not isinstance(value, bool):
        raise UserError(f"{where}.{key}: expected true or false, found '{value}'", "write true or false without quotes")
    return value


def _one_of(data: Mapping[str, Any], key: str, allowed: tuple[str, ...], where: str) -> str:
    value = _text(data.get(key, ""), f"{where}.{key}")
    if value and value not in allowed:
        raise UserError(f"{where}.{key}: unknown {key} '{value}'", near(value, allowed))
    return value


def _confidence(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise UserError(f"{where}: expected a number from 0 to 1, found '{value}'", "leave it out: it is for derived wordings")
    return float(value)


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise UserError(f"{where}: expected a text, found {type(value).__name__}", "put the text in quotes")
    return value


def _texts(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise UserError(f"{where}: expected a list, found {type(value).__name__}", "begin each item with '- '")
    return tuple(_text(v, f"{where}[{i}]") for i, v in enumerate(value))


def _value(data: object, where: str) -> ValueRule:
    if not isinstance(data, Mapping):
        raise UserError(f"{where}: expected kind, unit or say", "for example {kind: number, unit: metre}")
    for key in data:
        if key not in ("kind", "unit", "say"):
            raise UserError(f"{where}.{key}: unknown key", near(str(key), ("kind", "unit", "say")))
    kind = data.get("kind", "auto")
    if kind not in KINDS:
        raise unknown(f"kind of value ({where}.kind)", str(kind), KINDS)
    say = data.get("say", {})
    if not isinstance(say, Mapping):
        raise UserError(f"{where}.say: expected value: words", "for example {say: {none: unstated}}")
    return ValueRule(kind, _text(data.get("unit", ""), f"{where}.unit"), {str(k): str(v) for k, v in say.items()})


def write_entry(entry: Entry) -> dict[str, Any]:
    """The entry as plain data for YAML; `read_entry` gives it back."""
    data: dict[str, Any] = {"origin": entry.origin}
    if entry.symmetric:
        data["symmetric"] = True
    if entry.multi:
        data["multi"] = True
    if entry.inverse_of:
        data["inverse_of"] = entry.inverse_of
    if entry.confidence < 1 or entry.reasons:
        data["confidence"] = entry.confidence
    if entry.reasons:
        data["reasons"] = list(entry.reasons)
    data |= {key: getattr(entry, key) for key in TEXTS if getattr(entry, key)}
    value: dict[str, Any] = {} if entry.value.kind == "auto" else {"kind": entry.value.kind}
    if entry.value.unit:
        value["unit"] = entry.value.unit
    if entry.value.say:
        value["say"] = dict(entry.value.say)
    if value:
        data["value"] = value
    data |= {key: [t.text for t in entry.lists[key]] for key in LISTS if entry.lists.get(key)}
    data |= {key: entry.phrases[key].text for key in PHRASES if key in entry.phrases}
    return data
