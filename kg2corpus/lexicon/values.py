"""Values as they are said: numbers with separators and units, dates, coordinates, yes and no."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from ..types import Node
from .dates import DATATYPES, When, when
from .english import clean

KINDS = ("auto", "number", "year", "boolean", "latitude", "longitude", "date", "name", "text")
_NUMERIC = frozenset({
    "integer", "decimal", "double", "float", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger",
    "nonPositiveInteger", "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte",
})  # fmt: skip
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no")


@dataclass(frozen=True, slots=True)
class ValueRule:
    """How a relation's values are said. `say` gives words for single values; `unit` is a singular noun ("square kilometre")."""

    kind: str = "auto"
    unit: str = ""
    say: Mapping[str, str] = field(default_factory=dict)


def truth(node: Node) -> bool | None:
    """The truth value of a boolean literal; None for anything else."""
    text = node.label.strip().casefold()
    return True if text in _TRUE else False if text in _FALSE else None


def datatype(node: Node) -> str:
    """Local name of the datatype: "integer", "date"; empty for none."""
    return node.datatype.replace("#", "/").replace(":", "/").rsplit("/", 1)[-1]


def say_literal(node: Node, rule: ValueRule) -> str:
    """A literal as said. What does not look like its kind is said as it stands; only coordinates are rounded (two decimals)."""
    raw = clean(node.label)
    if raw in rule.say:
        return rule.say[raw]
    kind = rule.kind
    if kind == "auto":
        kind = _kind_of(node, raw, rule)
    if kind == "boolean":
        return {True: "Yes", False: "No", None: raw}[truth(node)]
    if kind in ("number", "latitude", "longitude"):
        value = _number(raw)
        if value is None:
            return raw
        if kind == "number":
            return _measure(value, raw, rule.unit)
        return _coordinate(value, kind) if abs(value) <= 360 else raw
    date = date_of(node, rule) if kind in ("date", "year") else None
    return date.text if date else raw


def date_of(node: Node, rule: ValueRule) -> When | None:
    """The value as a date, if it is one: by its datatype, by the relation's kind of value, or by its words."""
    raw = clean(node.label)
    if raw in rule.say or rule.unit or rule.kind not in ("auto", "date", "year", "text"):
        return None
    kind = datatype(node)
    if kind not in DATATYPES and rule.kind in ("date", "year") and re.fullmatch(r"-?\d{1,4}", raw):
        kind = "gYear"
    return when(raw, kind)


def _kind_of(node: Node, raw: str, rule: ValueRule) -> str:
    name = datatype(node)
    if name == "boolean":
        return "boolean"
    if name in DATATYPES:
        return "date"
    if rule.unit:
        return "number"
    if name in _NUMERIC:
        value = _number(raw)
        return "number" if value is not None and abs(value) >= 10_000 else "text"
    return "text"


def _number(raw: str) -> Decimal | None:
    try:
        value = Decimal(raw)
    except InvalidOperation:
        return None
    # beyond such exponents decimal arithmetic overflows, and nobody reads the figure anyway
    return value if value.is_finite() and "_" not in raw and abs(value.adjusted()) < 10_000 else None


def _measure(value: Decimal, raw: str, unit: str) -> str:
    text = f"{value:,}" if "e" not in raw.casefold() else raw
    if not unit:
        return text
    return f"{text} {unit if abs(value) == 1 else plural_unit(unit)}"


def plural_unit(unit: str) -> str:
    """Plural of a unit: "metres per second", "degrees Celsius", "square feet"; symbols ("kg", "%", "°C") stay."""
    if len(unit) <= 3 or not unit[:1].isalpha() or any(c in unit for c in "/^·°%"):
        return unit
    head, sep, rest = unit.partition(" per ")
    words = head.split(" ")
    place = 0 if words[0] in ("degree", "degrees") else -1
    irregular = {"foot": "feet", "inch": "inches", "hertz": "hertz", "siemens": "siemens"}
    word = words[place]
    words[place] = irregular.get(word, word if word.endswith("s") else word + "s")
    return " ".join(words) + sep + rest


def _coordinate(value: Decimal, kind: str) -> str:
    names = ("north", "south") if kind == "latitude" else ("east", "west")
    size = abs(value.quantize(Decimal("0.01")))
    text = f"{size.normalize():f}"
    if not size:
        return "0 degrees"
    return f"{text} degree{'' if size == 1 else 's'} {names[value < 0]}"


def texts(node: Node, rule: ValueRule) -> tuple[str, ...]:
    """Every way of writing the value that counts as right: as it stands, as said, and without its unit."""
    raw, said = clean(node.label), say_literal(node, rule)
    found = [said, raw]
    value = _number(raw)
    if value is not None and rule.unit:
        found += [_measure(value, raw, ""), f"{raw} {plural_unit(rule.unit)}"]
    return tuple(dict.fromkeys(found))
