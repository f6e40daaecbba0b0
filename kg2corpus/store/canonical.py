"""Canonical form of literals and labels: what is the same value in two files gets one uid.

A literal is named by (lexical form, datatype, language). Before its uid is computed:

- every lexical form is put into Unicode NFC; IRIs and keys are compared as they stand, as RDF does;
- `xsd:string` and no datatype are one; a literal with a language has no datatype; language tags are lower case;
- the integer types lose spaces around, plus sign and leading zeros (`+007` is `7`, `-0` is `0`);
- `xsd:decimal` loses also trailing zeros, and the point when nothing follows it (`180.0` is `180`);
- `xsd:double` and `xsd:float` are written as the shortest text that reads back as the same double, without a plus sign
  or padding zeros in the exponent (`1.80E2` is `180`, `1e+16` is `1e16`); `INF`, `-INF`, `NaN`;
- `xsd:boolean` is `true` or `false`;
- `xsd:dateTime`, `xsd:date`, `xsd:time` and the parts of dates lose spaces around and zeros at the end of fractional seconds;
  `+00:00` and `-00:00` are `Z`;
- other datatypes, and forms that their datatype does not allow, stay as they are (ill-formed ones are counted by `load`).

The datatype stays part of the name: `1` as a decimal and `1` as an integer are two literals.
"""

from __future__ import annotations

import re
from unicodedata import normalize

XSD = "http://www.w3.org/2001/XMLSchema#"
LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
INTEGERS = frozenset(
    XSD + name
    for name in (
        "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger",
        "negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte",
    )
)  # fmt: skip
DOUBLES = frozenset({XSD + "double", XSD + "float"})
NUMBERS = INTEGERS | DOUBLES | {XSD + "decimal"}
DATES = frozenset(
    XSD + name for name in ("dateTime", "dateTimeStamp", "date", "time", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay")
)
_INTEGER = re.compile(r"([+-]?)0*([0-9]+)")
_DECIMAL = re.compile(r"([+-]?)0*([0-9]*)(?:\.([0-9]*))?")
_DOUBLE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DATE = re.compile(r"-?[0-9T:.+-]+Z?")
_SPACES = " \t\r\n"
_SPECIAL = {"INF": "INF", "+INF": "INF", "-INF": "-INF", "NaN": "NaN"}
_BOOLEAN = {"true": "true", "1": "true", "false": "false", "0": "false"}
_CONTROL = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def canonical(value: str, datatype: str, language: str) -> tuple[str, str, str, bool]:
    """(lexical form, datatype, language, well formed?) as they enter the uid."""
    if not value.isascii():
        value = normalize("NFC", value)
    if language:
        return value, "", language.lower(), True
    if not datatype or datatype == XSD + "string" or datatype == LANG_STRING:
        return value, "", "", True
    form = lexical(value, datatype)
    return (value, datatype, "", False) if form is None else (form, datatype, "", True)


def lexical(value: str, datatype: str) -> str | None:
    """The canonical lexical form, or None if the datatype does not allow the value."""
    bare = value.strip(_SPACES)
    if datatype in INTEGERS:
        found = _INTEGER.fullmatch(bare)
        return found and _signed(found[1], found[2])
    if datatype == XSD + "decimal":
        return _decimal(bare)
    if datatype in DOUBLES:
        return _double(bare)
    if datatype == XSD + "boolean":
        return _BOOLEAN.get(bare)
    if datatype in DATES:
        return _date(bare)
    return value


def _signed(sign: str, digits: str) -> str:
    return "-" + digits if sign == "-" and digits.strip("0.") else digits


def _decimal(text: str) -> str | None:
    found = _DECIMAL.fullmatch(text)
    if not found or not (found[2] or found[3] or re.search("[0-9]", text)):
        return None
    fraction = (found[3] or "").rstrip("0")
    return _signed(found[1], (found[2] or "0") + ("." + fraction if fraction else ""))


def _double(text: str) -> str | None:
    if text in _SPECIAL:
        return _SPECIAL[text]
    if not _DOUBLE.fullmatch(text):
        return None
    number = float(text)
    if number in (float("inf"), float("-inf")):
        return "INF" if number > 0 else "-INF"
    mantissa, _, exponent = repr(number).partition("e")
    mantissa = mantissa.removesuffix(".0")
    if mantissa == "-0":
        mantissa = "0"
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def _date(text: str) -> str | None:
    if not _DATE.fullmatch(text):
        return None
    text = re.sub(r"(?<=\d)\.(\d*?)0*(?=$|[Z+-])", lambda m: "." + m[1] if m[1] else "", text)
    return re.sub(r"(?<=\d)[+-]00:00$", "Z", text)


def clean_label(text: str) -> str:
    """A label as it stands in a sentence: NFC, runs of white space and control characters become one space."""
    if text.isascii():
        if text.isprintable() and "  " not in text:  # most labels
            return text.strip()
    else:
        text = normalize("NFC", text)
    return _CONTROL.sub(" ", text).strip()
