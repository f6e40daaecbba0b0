"""Dates and times as they are said by their precision, and with the preposition that goes before them.

Literals are read by their datatype: days, months, years, moments and times of day as XML Schema 1.1 writes them, where the year
0000 is 1 BC and -0043 is 44 BC. Plain texts are taken for what they say where they can mean nothing else: "12 May 1820",
"May 1820", "1820", "the 1820s", "19th century", "about 1820", "before 1820", "between 1815 and 1820".
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_TIME = r"(\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?"
_ZONE = r"(Z|[+-]\d\d:\d\d)?"
_YEAR = r"(-?\d{1,9})"
_ISO_DAY = re.compile(rf"{_YEAR}-(\d\d?)-(\d\d?)(?:T{_TIME})?{_ZONE}", re.ASCII)
_ISO_MONTH = re.compile(rf"{_YEAR}-(\d\d?){_ZONE}", re.ASCII)
_ISO_YEAR = re.compile(rf"{_YEAR}{_ZONE}", re.ASCII)
_ISO_TIME = re.compile(rf"{_TIME}{_ZONE}", re.ASCII)
_RECURRING = re.compile(rf"--(?:(\d\d)(?:-(\d\d))?|-(\d\d)){_ZONE}", re.ASCII)
# kind of date: the local names of its datatype
_KINDS = {
    "date": "day", "dateTime": "day", "dateTimeStamp": "day", "gYearMonth": "month", "gYear": "year", "time": "time",
    "gMonthDay": "recurring", "gMonth": "recurring", "gDay": "recurring",
}  # fmt: skip
DATATYPES = frozenset(_KINDS)

# plain texts, in the words of people
_MONTH_NAME = f"(?:{'|'.join(MONTHS)}|{'|'.join(m[:3] for m in MONTHS if len(m) > 4)}|Sept)\\.?"
_ERA = r"(?:,? (?:BC|BCE|CE|AD|B\.C\.|A\.D\.))?"
_NUMBER_YEAR = rf"(?:(?:AD|A\.D\.) )?\d{{1,4}}(?:/\d\d)?{_ERA}"
_IN_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH_NAME},?|{_MONTH_NAME} \d{{1,2}}(?:st|nd|rd|th)?,?) {_NUMBER_YEAR}"
_IN_MONTH = rf"{_MONTH_NAME},? {_NUMBER_YEAR}"
_IN_SEASON = rf"(?:(?:early|mid|late)[ -])?(?:[Ss]pring|[Ss]ummer|[Aa]utumn|[Ww]inter) (?:of )?{_NUMBER_YEAR}"
_IN_DECADE = rf"(?:the )?(?:(?:early|mid|late)[ -])?\d{{2,5}}s{_ERA}"
_IN_CENTURY = rf"(?:the )?(?:(?:early|mid|late)[ -])?\d{{1,2}}(?:st|nd|rd|th)[ -](?:century|millennium){_ERA}"
_AGO = r"[\d,.]+(?: (?:million|billion) years)? (?:BC|BCE|AD|CE)"
_ANY = rf"(?:{_IN_DAY}|{_IN_MONTH}|{_IN_SEASON}|{_IN_DECADE}|{_IN_CENTURY}|\d{{3,4}}{_ERA}|{_AGO})"
_NOTE = r"(?: \([^()]*\))?"
_IN_YEAR = r"(?:\d{1,4} (?:BC|BCE|AD|CE)|(?:AD )?\d{3,4})"
_ON = re.compile(_IN_DAY + _NOTE, re.ASCII)
_BARE_YEAR = re.compile(r"[12]\d{3}", re.ASCII)
_IN = re.compile(rf"(?:{_IN_MONTH}|{_IN_SEASON}|{_IN_YEAR}){_NOTE}", re.ASCII)
_IN_THE = re.compile(rf"(?:{_IN_DECADE}|{_IN_CENTURY}){_NOTE}", re.ASCII)
_ROUGHLY = re.compile(rf"(?:about|around|approximately|circa|ca?\.) ?({_ANY}{_NOTE})", re.ASCII)
_OWN = re.compile(rf"(?:before|after|by|since|until|between|from) {_ANY}(?: (?:and|to|until) {_ANY})?{_NOTE}", re.ASCII)


class When(NamedTuple):
    """A date as said ("12 May 1820") and with its preposition ("on 12 May 1820"), which may be another one ("around 1820")."""

    text: str
    on: str


@lru_cache(1 << 14)
def when(text: str, datatype: str) -> When | None:
    """The date that a literal gives by its text and the local name of its datatype; None for what is no date.

    A text without such a datatype is a date where its words say so; a number alone is a year from 1000 to 2999.
    """
    kind = _KINDS.get(datatype)
    if kind is not None:
        return _iso(text, kind)
    if datatype not in ("", "string", "langString", "integer", "int", "nonNegativeInteger", "positiveInteger", "short"):
        return None
    if text.isdigit() or datatype.endswith(("nteger", "t")):
        return When(text, f"in {text}") if _BARE_YEAR.fullmatch(text) else None
    if _ISO_DAY.fullmatch(text):
        return _iso(text, "day")
    return _plain(text)


def _plain(text: str) -> When | None:
    if _ON.fullmatch(text):
        return When(text, f"on {text}")
    if _IN.fullmatch(text):
        return When(text, f"in {text}")
    if _IN_THE.fullmatch(text):
        return When(text, f"in the {text.removeprefix('the ')}")
    if found := _ROUGHLY.fullmatch(text):
        return When(text, f"around {found[1]}")
    return When(text, text) if _OWN.fullmatch(text) else None


def _iso(text: str, kind: str) -> When | None:
    if kind == "day":
        if found := _ISO_DAY.fullmatch(text):
            return _day(found)
        kind = "month"  # a date cut short
    if kind == "month":
        if found := _ISO_MONTH.fullmatch(text):
            month = int(found[2])
            said = f"{MONTHS[month - 1]} {year(int(found[1]))}" if 1 <= month <= 12 else ""
            return When(said, f"in {said}") if said else None
        kind = "year"
    if kind == "year":
        found = _ISO_YEAR.fullmatch(text)
        said = year(int(found[1])) if found else ""
        return When(said, f"in {said}") if said else None
    if kind == "time":
        found = _ISO_TIME.fullmatch(text)
        said = clock(*found.groups()) if found else ""
        return When(said, f"at {said}") if said else None
    return _recurring(text)


def _day(found: re.Match[str]) -> When | None:
    number, month, day = int(found[1]), int(found[2]), int(found[3])
    if not (1 <= month <= 12 and 1 <= day <= _LENGTHS[month - 1]):
        return None
    said = f"{day} {MONTHS[month - 1]} {year(number)}"
    if found[4] is None or re.fullmatch(r"00:00(?::00(?:\.0+)?)?", found[0].partition("T")[2].rstrip("Z")):
        return When(said, f"on {said}")
    hour = clock(*found.groups()[3:])
    return When(f"{hour} on {said}", f"at {hour} on {said}") if hour else None


def _recurring(text: str) -> When | None:
    found = _RECURRING.fullmatch(text)
    month, day = (int(found[1] or 1), int(found[2] or found[3] or 1)) if found else (0, 0)
    if not found or not (1 <= month <= 12 and 1 <= day <= _LENGTHS[month - 1]):
        return None
    if found[3]:
        said = f"the {ordinal(day)}"
        return When(f"{said} of the month", f"on {said} of the month")
    if found[2]:
        said = f"{day} {MONTHS[month - 1]}"
        return When(said, f"on {said}")
    return When(MONTHS[month - 1], f"in {MONTHS[month - 1]}")


def year(number: int) -> str:
    """A year by XML Schema's count: "1820", "AD 79" (below 100 a bare number would be no year to a reader), "44 BC"."""
    if number > 0:
        return str(number) if number >= 100 else f"AD {number}"
    return f"{1 - number:,} BC" if number <= -9999 else f"{1 - number} BC"


def clock(hour: str, minute: str, second: str | None, zone: str | None) -> str:
    """A time of day: "10:30", "10:30:15 UTC"; "" for none. Seconds are said where they are not 0."""
    if int(hour) > 24 or int(minute) > 59 or float(second or 0) >= 61:
        return ""
    text = f"{hour}:{minute}" + (f":{second}" if second and second.strip("0.") else "")
    return text + {None: "", "Z": " UTC"}.get(zone, f" (UTC{zone})")


def ordinal(number: int) -> str:
    """ "1st", "12th", "22nd"."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"
