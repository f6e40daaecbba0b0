"""Values as they are said: numbers with separators and units, dates, durations, coordinates, yes and no."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from ..types import Node
from .dates import DATATYPES, When, when
from .text import clean
from .units import measured, plural_unit, unit_noun

KINDS = ("auto", "number", "year", "boolean", "latitude", "longitude", "date", "name", "text")
_NUMERIC = frozenset({
    "integer", "decimal", "double", "float", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger",
    "nonPositiveInteger", "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte",
})  # fmt: skip
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no")
_DURATION = re.compile(
    r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.ASCII
)
_SPANS = ("year", "month", "week", "day", "hour", "minute", "second")
_CRS84 = r"(?:<http://www\.opengis\.net/def/crs/OGC/1\.3/CRS84> ?)?"
_POINT = re.compile(_CRS84 + r"POINT ?\((-?[\d.]+) (-?[\d.]+)\)", re.I | re.ASCII)
_NOISE = 15  # significant decimal digits that a double holds for certain


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


def say_literal(node: Node, rule: ValueRule, unit: str = "") -> str:
    """A literal as said; `unit` is that of the statement, which goes before the relation's.

    What does not look like its kind is said as it stands. Coordinates are rounded (two decimals), and figures of a double lose
    what only their binary form adds ("243.00000000000003"); nothing else is.
    """
    raw = clean(node.label)
    if raw in rule.say:
        return rule.say[raw]
    kind = rule.kind
    if kind == "auto":
        kind = "number" if unit else _kind_of(node, raw, rule)
    if kind == "boolean":
        return {True: "Yes", False: "No", None: raw}[truth(node)]
    if kind in ("number", "latitude", "longitude"):
        value = _number(raw)
        if value is None:
            return raw
        if kind == "number":
            return _measure(value, raw, unit or rule.unit)
        return _coordinate(value, kind) if abs(value) <= 360 else raw
    if kind == "duration":
        return _duration(raw)
    if kind == "point":
        return _point(raw)
    date = date_of(node, rule) if kind in ("date", "year") else None
    return date.text if date else raw


def date_of(node: Node, rule: ValueRule) -> When | None:
    """The value as a date, if it is one: by its datatype, by the relation's kind of value, or by its words."""
    raw = clean(node.label)
    if raw in rule.say or rule.unit or rule.kind not in ("auto", "date", "year", "text"):
        return None
    kind = datatype(node)
    if kind not in DATATYPES and rule.kind in ("date", "year") and re.fullmatch(r"-?[0-9]{1,4}", raw):
        kind = "gYear"
    return when(raw, kind)


def _kind_of(node: Node, raw: str, rule: ValueRule) -> str:
    name = datatype(node)
    if name == "boolean":
        return "boolean"
    if name in DATATYPES:
        return "date"
    if name in ("duration", "dayTimeDuration", "yearMonthDuration"):
        return "duration"
    if name == "wktLiteral":
        return "point"
    if rule.unit:
        return "number"
    if name in _NUMERIC:
        value = _number(raw)
        plain = name not in ("double", "float", "decimal") or (len(raw) <= _NOISE and "e" not in raw)
        return "text" if value is None or (plain and abs(value) < 10_000) else "number"
    return "text"


def _number(raw: str) -> Decimal | None:
    if not raw.isascii() or "_" in raw:
        return None
    try:
        value = Decimal(raw)
    except InvalidOperation:
        return None
    # beyond such exponents decimal arithmetic overflows, and nobody reads the figure anyway
    return value if value.is_finite() and abs(value.adjusted()) < 10_000 else None


def _measure(value: Decimal, raw: str, unit: str) -> str:
    text = figure(value)
    return measured(text, unit_noun(unit), one=abs(value) == 1) if unit else text


def figure(value: Decimal) -> str:
    """A number as one writes it: "38,394", "0.00002", "6.02 × 10^23". It reads back as the same number, binary noise aside.

    Powers of ten are for round numbers of more than 15 digits, and for what has more than 6 zeros behind the point.
    """
    value = _without_noise(value)
    exact = len(value.normalize().as_tuple().digits) > _NOISE - 3 and value == value.to_integral_value()
    if exact or value.is_zero() or -7 <= value.adjusted() < _NOISE:
        text = f"{value:,f}"
        return text.removesuffix(".0")
    head = f"{value.scaleb(-value.adjusted()).normalize():f}"
    power = f"10^{value.adjusted()}"
    return power if head == "1" else f"-{power}" if head == "-1" else f"{head} × {power}"


def _without_noise(value: Decimal) -> Decimal:
    """19.768000000000000682 is 19.768: what stands behind a long run of 0 or 9 is of the binary form, not of the figure."""
    digits = len(value.as_tuple().digits)
    if digits <= _NOISE or value == value.to_integral_value():
        return value
    short = value.quantize(Decimal(1).scaleb(value.adjusted() - _NOISE + 1)).normalize()
    return short if len(short.as_tuple().digits) <= _NOISE - 3 else value


def _coordinate(value: Decimal, kind: str) -> str:
    names = ("north", "south") if kind == "latitude" else ("east", "west")
    size = abs(value.quantize(Decimal("0.01")))
    text = f"{size.normalize():f}"
    if not size:
        return "0 degrees"
    return f"{text} degree{'' if size == 1 else 's'} {names[value < 0]}"


def _point(raw: str) -> str:
    """A point of well-known text, which gives the longitude first: "41.9° N, 12.5° E"."""
    found = _POINT.fullmatch(raw)
    east, north = (_number(found[1]), _number(found[2])) if found else (None, None)
    if east is None or north is None or abs(north) > 90 or abs(east) > 360:
        return raw
    parts = [(north, "N", "S"), (east, "E", "W")]
    return ", ".join(f"{abs(v.quantize(Decimal('0.01'))).normalize():f}° {names[v < 0]}" for v, *names in parts)


def _duration(raw: str) -> str:
    """A duration in words: P1Y2M is "1 year and 2 months", PT90M "90 minutes"."""
    found = _DURATION.fullmatch(raw)
    counts = [(n.lstrip("0") or "0", span) for n, span in zip(found.groups()[1:], _SPANS, strict=True) if n] if found else []
    told = [pair for pair in counts if pair[0] != "0"] or counts[-1:]
    if not told or found is None or found[1]:
        return raw
    said = [f"{n if not n.startswith('.') else '0' + n} {span}{'' if n == '1' else 's'}" for n, span in told]
    return " and ".join([part for part in (", ".join(said[:-1]), said[-1]) if part])


def texts(node: Node, rule: ValueRule, unit: str = "") -> tuple[str, ...]:
    """Every way of writing the value that counts as right: as it stands, as said, and without its unit."""
    raw, said = clean(node.label), say_literal(node, rule, unit)
    found = [said, raw]
    value, unit = _number(raw), unit or rule.unit
    if value is not None and unit:
        noun = unit_noun(unit)
        found += [_measure(value, raw, ""), measured(raw, noun, one=abs(value) == 1), f"{raw} {plural_unit(noun)}"]
    return tuple(dict.fromkeys(found))
