"""One relation's entry in a lexicon: read from YAML with every fault named, and written back.

An entry may leave out what can be made from the rest: `completed` makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ..errors import UserError, near
from .nouns import SAID_KINDS
from .templates import Template, parse, takes_date
from .values import KINDS, ValueRule

T = TypeVar("T")
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


def read_entry(data: object, where: str, faults: list[UserError] | None = None) -> Entry:
    """An entry from its YAML. `where` is the file and key path for errors.

    Raises UserError at the first fault; or puts each into `faults`, where that is given, and leaves out what is at fault.
    """
    told: list[UserError] = [] if faults is None else faults
    before = len(told)
    entry = _entry(data, where, told)
    if faults is None and len(told) > before:
        raise told[before]
    return entry


def _entry(data: object, where: str, faults: list[UserError]) -> Entry:
    if not isinstance(data, Mapping):
        faults.append(UserError(f"{where}: expected wordings, found {named(data)}", "see docs/lexicon.md for an example"))
        return Entry()
    before = len(faults)
    known = {_key(k): v for k, v in data.items()}
    faults += (UserError(f"{where}.{key}: unknown key", near(key, KEYS)) for key in known if key not in KEYS)

    def part(default: T, read: Callable[..., T], key: str, *more: object) -> T:
        try:
            return read(known[key], f"{where}.{key}", *more) if key in known else default
        except UserError as e:
            faults.append(e)
            return default

    entry = Entry(
        {key: _wordings(known[key], f"{where}.{key}", need, faults) for key, need in LISTS.items() if key in known},
        {key: t for key, need in PHRASES.items() if (t := part(None, _phrase, key, need)) is not None},
        part(ValueRule(), _value, "value"),
        part(False, _flag, "symmetric"),
        part(False, _flag, "multi"),
        part((), _texts, "match"),
        part((), _texts, "subjects"),
        part("", _text, "origin"),
        part("", _text, "inverse_of"),
        part("", _text, "phrase"),
        part("", _text, "category"),
        part("", _one_of, "subject", SAID_KINDS),
        part("", _one_of, "object", SAID_KINDS),
        part("", _one_of, "tense", TENSES[1:]),
        part(1.0, _confidence, "confidence"),
        part((), _texts, "reasons"),
    )
    if len(faults) == before:  # else what lacks may be what is at fault
        try:
            _complete(entry, where)
        except UserError as e:
            faults.append(e)
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


def named(value: object) -> str:
    """What a value of YAML is, in a person's words."""
    kinds = ((bool, "true or false"), (str, "a text"), (int | float, "a number"), (list, "a list"), (Mapping, "keys"))
    if value is None:
        return "nothing"
    return next((name for kind, name in kinds if isinstance(value, kind)), f"a {type(value).__name__}")


def _wordings(value: object, where: str, need: tuple[str, ...], faults: list[UserError]) -> tuple[Template, ...]:
    """A wording for each text of a list; what is at fault is left out."""
    if not isinstance(value, list):
        faults.append(_no_list(value, where))
        return ()
    found = []
    for i, text in enumerate(value):
        try:
            found.append(_phrase(text, f"{where}[{i}]", need))
        except UserError as e:
            faults.append(e)
    return tuple(found)


def _phrase(value: object, where: str, need: tuple[str, ...]) -> Template:
    return parse(_text(value, where), where, need=need)


def _flag(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise UserError(f"{where}: expected true or false, found '{value}'", "write true or false without quotes")
    return value


def _one_of(value: object, where: str, allowed: tuple[str, ...]) -> str:
    text = _text(value, where)
    if text and text not in allowed:
        raise UserError(f"{where}: unknown {where.rpartition('.')[2]} '{text}'", near(text, allowed))
    return text


def _confidence(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise UserError(f"{where}: expected a number from 0 to 1, found '{value}'", "leave it out: it is for derived wordings")
    return float(value)


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise UserError(f"{where}: expected a text, found {named(value)}", "put the text in quotes")
    return value


def _no_list(value: object, where: str) -> UserError:
    return UserError(f"{where}: expected a list, found {named(value)}", "begin each item with '- '")


def _texts(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _no_list(value, where)
    return tuple(_text(v, f"{where}[{i}]") for i, v in enumerate(value))


def _value(data: object, where: str) -> ValueRule:
    if not isinstance(data, Mapping):
        raise UserError(f"{where}: expected kind, unit or say, found {named(data)}", "for example {kind: number, unit: metre}")
    for key in data:
        if key not in ("kind", "unit", "say"):
            raise UserError(f"{where}.{key}: unknown key", near(str(key), ("kind", "unit", "say")))
    kind = _text(data.get("kind", "auto"), f"{where}.kind")
    if kind not in KINDS:
        raise UserError(f"{where}.kind: unknown kind of value '{kind}'", near(kind, KINDS))
    say = data.get("say", {})
    if not isinstance(say, Mapping):
        raise UserError(f"{where}.say: expected value: words, found {named(say)}", "for example {say: {none: unstated}}")
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
