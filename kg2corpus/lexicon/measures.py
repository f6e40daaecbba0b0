"""Quantities in different units of one dimension: exact, as fractions, by the table in `measures.yaml`.

>>> exactly(converted(Fraction(3), "Q828224", "m"))
Decimal('3000')
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache
from math import log
from pathlib import Path
from typing import NamedTuple

import yaml

from .units import unit_noun

TABLE = Path(__file__).with_suffix(".yaml")
DIGITS = 24  # of a figure that is said; one of more is as good as endless
_FACTOR = re.compile(r"\s*([^+|]+?)\s*(?:\+\s*([^|]+?)\s*)?(?:\|(.*))?")


class Measure(NamedTuple):
    """A unit: `amount` times a figure, and `zero`, is how much that is in the first unit of its dimension."""

    dimension: str
    unit: str
    amount: Fraction
    zero: Fraction


@cache
def measures() -> dict[str, Measure]:
    """The units by noun, other name and symbol."""
    found: dict[str, Measure] = {}
    for dimension, units in yaml.safe_load(TABLE.read_text(encoding="utf-8")).items():
        for noun, line in units.items():
            amount, zero, names = _FACTOR.fullmatch(line).groups()  # type: ignore[union-attr]  # a test reads each line
            made = Measure(dimension, noun, _product(amount), _product(zero or "0"))
            for name in (noun, *(names or "").split("|")):
                if name.strip():
                    found[name.strip()] = made
    return found


def _product(text: str) -> Fraction:
    found = Fraction(1)
    for part in text.split("*"):
        found *= Fraction(part.strip())
    return found


def measure_of(unit: str) -> Measure | None:
    """The unit, by code, noun or symbol; None where it is not in the table."""
    noun = unit_noun(unit)
    return measures().get(noun) or measures().get(noun.removesuffix("s"))


def in_base(figure: Fraction, unit: str) -> tuple[str, Fraction] | None:
    """(dimension, how much it is in the first unit of that); None for an unknown unit."""
    measure = measure_of(unit)
    return (measure.dimension, figure * measure.amount + measure.zero) if measure else None


def converted(figure: Fraction, unit: str, into: str) -> Fraction | None:
    """A figure in another unit; None where the two are not of one dimension, or one of them is unknown."""
    one, other = measure_of(unit), measure_of(into)
    if one is None or other is None or one.dimension != other.dimension:
        return None
    return (figure * one.amount + one.zero - other.zero) / other.amount


def exactly(figure: Fraction | None) -> Decimal | None:
    """The figure as a decimal number that is all of it; None where that has no end, or more than `DIGITS` digits."""
    if figure is None:
        return None
    made = Context(prec=DIGITS).divide(Decimal(figure.numerator), Decimal(figure.denominator))
    return made if Fraction(made) == figure else None


def common_unit(figures: Sequence[tuple[Decimal, str]]) -> str | None:
    """The unit in which all of the figures can be said to the last digit: the smallest of theirs that will, or another one of
    about that size. None where there is none. The order of the figures makes no difference."""
    known = {unit: measure for _, unit in figures if (measure := measure_of(unit))}
    if len({measure.dimension for measure in known.values()}) != 1:
        return None
    own = sorted(known, key=lambda unit: (known[unit].amount, unit))
    least = known[own[0]]
    others = {m.unit: m for m in measures().values() if m.dimension == least.dimension}
    nearest = sorted(others, key=lambda unit: abs(log(others[unit].amount / least.amount)))
    for unit in dict.fromkeys([*own, *nearest]):
        if all(exactly(converted(Fraction(figure), of, unit)) is not None for figure, of in figures):
            return unit
    return None
