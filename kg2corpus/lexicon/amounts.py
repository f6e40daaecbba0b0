"""What literals amount to: numbers and dates that can be compared."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from ..types import Fact
from .measures import in_base
from .units import unit_noun
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
        return moment(text)
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def unit_of(fact: Fact, otherwise: str = "") -> str:
    """The unit of a figure: that of its statements, of its relation, or `otherwise`."""
    return fact.unit or fact.relation.unit or otherwise


def compared(one: Fact, other: Fact, unit: str = "") -> int:
    """1 where the value of the one is surely greater (later), -1 where it is smaller, 0 where they are alike or none can tell.

    Figures in two units are compared exactly where both are of one dimension (`measures`); `unit`: of those that have none.
    """
    a, b = value_of(one), value_of(other)
    if a is None or b is None:
        return 0
    units = unit_of(one, unit), unit_of(other, unit)
    if isinstance(a, Decimal) and isinstance(b, Decimal) and unit_noun(units[0]) != unit_noun(units[1]):
        first, second = in_base(Fraction(a), units[0]), in_base(Fraction(b), units[1])
        if first is None or second is None or first[0] != second[0]:
            return 0
        return (first > second) - (first < second)
    return greater(a, b)


def amount_of(fact: Fact, unit: str = "") -> tuple[str, Fraction] | None:
    """(what it is an amount of, how much): two amounts of one thing can be compared. A figure is in the first unit of its
    dimension, or in its own where nobody knows that; a date is in days, by as much of it as is given, with months of 31."""
    value = value_of(fact)
    if isinstance(value, tuple):
        year, month, day = (*value, 1, 1)[:3]
        return "date", Fraction((year * 12 + month) * 31 + day)
    own = unit_of(fact, unit)
    return None if value is None else in_base(Fraction(value), own) or (unit_noun(own), Fraction(value))


def moment(text: str) -> tuple[int, ...] | None:
    """A date or year as (year, month, day), as far as it is given; None where it is none."""
    found = _DATE.fullmatch(text.strip())
    return tuple(int(part) for part in found.groups() if part) if found else None


def follows(one: Fact, other: Fact) -> str:
    """How the period of the other fact stands to that of the one, which began before it: it came `after` it, `at once`, or
    `together` with a part of it; "" where their statements give more than one period, or do not tell."""
    if len(one.periods) != 1 or len(other.periods) != 1:
        return ""
    (began, ended), (next_, last) = ([moment(text) for text in fact.periods[0]] for fact in (one, other))
    if began is None or ended is None or next_ is None or greater(next_, began) != 1 or greater(ended, began) != 1:
        return ""
    if last is not None and greater(last, next_) != 1:
        return ""
    sign = greater(next_, ended)
    if sign:
        return "after" if sign > 0 else "together"
    return "at once" if next_ == ended and len(ended) == 3 else ""


def greater(one: Value, other: Value) -> int:
    """1, 0 or -1; 0 also where one of two dates is not given as far as they would differ."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return (one > other) - (one < other)
    if isinstance(one, tuple) and isinstance(other, tuple):
        size = min(len(one), len(other))
        return (one[:size] > other[:size]) - (one[:size] < other[:size])
    return 0
