"""Units as nouns: codes of UCUM, QUDT, Wikidata and ISO 4217 for the common ones, plurals, and where a symbol goes."""

from __future__ import annotations

import re

from .inflection import plural

# noun: its codes that nobody would read as a unit; symbols that people write ("km", "kg", "°C") stay as they are
_UNITS = {
    "metre": "Q11573", "centimetre": "Q174728 CentiM", "millimetre": "Q174789 MilliM", "micrometre": "Q175821 MicroM",
    "nanometre": "Q178674 NanoM", "picometre": "PicoM", "kilometre": "Q828224 KiloM", "foot": "Q3710 [ft_i]",
    "inch": "Q218593 [in_i]", "mile": "Q253276 [mi_i]", "light-year": "Q531 [ly]", "astronomical unit": "Q1811",
    "parsec": "Q12129 PARSEC", "square metre": "Q25343 M2", "square kilometre": "Q712226 KiloM2", "hectare": "Q35852 har",
    "acre": "Q81292 [acr_us]", "square mile": "Q232291 [mi_us]2 MI2", "cubic metre": "Q25517 M3", "litre": "Q11582",
    "millilitre": "MilliL", "kilogram": "Q11570 KiloGM", "gram": "Q41803 GM", "milligram": "MilliGM", "tonne": "Q191118",
    "pound": "Q100995 [lb_av]", "dalton": "Q483261", "second": "Q11574 SEC", "minute": "Q7727 MIN", "hour": "Q25235 HR",
    "day": "Q573", "week": "Q23387", "month": "Q5151", "year": "Q577", "kelvin": "Q11579", "degree Celsius": "Q25267 Cel DEG_C",
    "degree Fahrenheit": "Q42289 [degF] DEG_F", "hertz": "Q39369", "joule": "Q25269", "kilojoule": "KiloJ", "watt": "Q25236",
    "pascal": "Q44395", "newton": "Q12438", "volt": "Q25250", "ohm": "Q47083", "metre per second": "Q182429 M-PER-SEC",
    "kilometre per hour": "Q180154 KiloM-PER-HR", "byte": "Q8799", "megabyte": "Q79735", "gigabyte": "Q79738",
    "radian": "Q33680", "degree": "Q28390", "%": "Q11229 PERCENT",
    "US dollar": "Q4917 USD US$", "euro": "Q4916 EUR", "pound sterling": "Q25224 GBP", "yen": "Q8146 JPY",
    "yuan": "Q39099 CNY", "Swiss franc": "Q25344 CHF", "Indian rupee": "Q80524 INR",
}  # fmt: skip
_NOUN = {code: noun for noun, codes in _UNITS.items() for code in codes.split(" ")}
_PREFIXED = frozenset("$€£¥₹₽₩")
_PLURALS = {"foot": "feet", "inch": "inches", **{u: u for u in ("percent", "hertz", "siemens", "yen", "yuan")}}
_TIGHT = frozenset("%‰°′″'\"")


def unit_noun(unit: str) -> str:
    """The unit as a singular noun where it is a known code: "Q828224" and "KiloM" are "kilometre"; "km" and others stay.

    Of an IRI the last part counts. A label in capitals is lowered where all of it is units: "Square Kilometer".
    """
    last = re.split(r"[/#:]", unit)[-1] if "://" in unit or unit.startswith("unit:") else unit
    if found := _NOUN.get(last):
        return found
    words = last.split(" ")
    if last[:1].isupper() and all(word.lower() in _WORDS or word in _NAMED for word in words):
        return " ".join(word if word in _NAMED else word.lower() for word in words)
    return last


_NAMED = frozenset({"Celsius", "Fahrenheit"})
_METRES = {word for noun in _UNITS for word in noun.split(" ") if word.islower() and len(word) > 2}
_WORDS = _METRES | {word.replace("metre", "meter").replace("litre", "liter") for word in _METRES} | {"cubic", "percent"}


# three letters that could be a word and are a symbol
_SYMBOLS = frozenset({"mol", "bar", "lux", "rad", "cal", "gal", "deg", "min", "sec", "ips"})
_SHORT_WORD = re.compile(r"(?=.*[aeiouy])[a-z]{3}")


def plural_unit(unit: str) -> str:
    """Plural of a unit: "metres per second", "degrees Celsius", "square feet", "wins"; symbols ("kg", "%", "°C") stay."""
    said = unit in _UNITS or len(unit) > 3 or (_SHORT_WORD.fullmatch(unit) is not None and unit not in _SYMBOLS)
    if not said or not unit[:1].isalpha() or any(c in "/^·°%0123456789" for c in unit):
        return unit
    head, sep, rest = unit.partition(" per ")
    words = head.split(" ")
    place = 0 if words[0] in ("degree", "degrees") or words[1:] == ["sterling"] else -1
    word = words[place]
    several = word.endswith("s") and not word.endswith(("ss", "us", "gas"))  # it is told in the plural already
    words[place] = _PLURALS.get(word) or (word if several else plural(word))
    return " ".join(words) + sep + rest


def measured(figure: str, unit: str, *, one: bool) -> str:
    """A figure with its unit: "5 metres", "5%", "€5", "-€5", "20 °C"."""
    if unit in _PREFIXED:
        return f"-{unit}{figure[1:]}" if figure.startswith("-") else f"{unit}{figure}"
    if unit[:1] in _TIGHT and len(unit) == 1:
        return figure + unit
    return f"{figure} {unit if one else plural_unit(unit)}"
