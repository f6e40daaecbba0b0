"""What literals amount to: numbers and dates that can be compared."""

from __future__ import annotations

import re
from decimal import Decimal

from ..types import Fact
from .values import datatype

_NUMBER = re.compile(r"-?\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?")
_DATE = re.compile(r"(-?\d{1,6})(?:-(\d{1,2}))?(?:-(\d{1,2}))?(?:T.*)?Z?")
_DATED = ("date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth")

Value = Decimal | tuple[int, ...]


def value_of(fact: Fact) -> Value | None:
    """A number, or a date as (year, month, day) as far as it is given, by the datatype; None for anything else."""
    if not fact.object.literal:
        return None
    text = fact.object.label.strip()
    if datatype(fact.object) in _DATED:
        found = _DATE.fullmatch(text)
        return tuple(int(part) for part in found.groups() if part) if found else None
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def greater(one: Value, other: Value) -> int:
    """1, 0 or -1; 0 also where one of two dates is not given as far as they would differ."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return (one > other) - (one < other)
    if isinstance(one, tuple) and isinstance(other, tuple):
        size = min(len(one), len(other))
        return (one[:size] > other[:size]) - (one[:size] < other[:size])
    return 0
