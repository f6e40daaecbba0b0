"""Statements of Wikidata's JSON: a snak becomes a term, with what is said of the value itself: unit, bounds, precision, globe.

What cannot be read raises `Faulty`, what is not wanted `Aside`; both carry their reason in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from ..types import Rank, Term, Triple
from . import _vocabulary as v
from ._common import Log
from .tsv import NOT_IN_IRI

ENTITY = "http://www.wikidata.org/entity/"
DIRECT = "http://www.wikidata.org/prop/direct/"
ONTOLOGY = "http://wikiba.se/ontology#"
WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
EARTH, GREGORIAN, JULIAN = ENTITY + "Q2", ENTITY + "Q1985727", ENTITY + "Q1985786"
KINDS = {"Q": "an item", "P": "a property", "L": "a lexeme, form or sense", "M": "a media file", "E": "an entity schema"}
READ = ("an item", "a property")
RANKS: tuple[Rank, ...] = ("preferred", "normal", "deprecated")
SUBCLASS = v.RDFS + "subClassOf"
ABOUT_QUALIFIER = "unit, bounds, precision, calendar or globe of a qualifier's value"
NO_SUCH_TIME = "value that is a time of no calendar (year 0, 30 February)"
# what strings of these datatypes mean lies in a notation or in another file
NO_TEXT = {"math": "a formula", "musical-notation": "musical notation", "tabular-data": "a table", "geo-shape": "a map"}

# what Wikidata's datatypes say of a relation, where that is something to leave out of a corpus
KIND_OF = {"external-id": "identifier", "url": "identifier", "commonsMedia": "identifier", "globe-coordinate": "coordinate"}

_NAMES = {dict: "an object", list: "a list", str: "text", int: "a whole number"}
_TIME = re.compile(r"([+-])([0-9]{1,16})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")

Qualifiers = tuple[tuple[str, Term], ...]
T = TypeVar("T")


class Faulty(ValueError):
    """Not as Wikidata writes it."""


class Aside(Exception):
    """Read, but not wanted."""


def shown(value: object) -> str:
    """A piece of JSON as it is named in a message."""
    if isinstance(value, str):
        return f"'{value[:60]}...'" if len(value) > 60 else f"'{value}'"
    if isinstance(value, (dict, list)):
        return _NAMES[type(value)]
    return "nothing" if value is None else str(value).lower()[:60]


def part(holder: Mapping[str, Any], name: str, kind: type[T]) -> T:
    """What an object has under a name. Raises Faulty if it is missing or of another type."""
    value = holder.get(name)
    if type(value) is not kind:
        raise Faulty(f"'{name}' should be {_NAMES[kind]}, found {shown(value)}")
    return value


def text(holder: Mapping[str, Any], name: str) -> str:
    """A text that can be stored."""
    value = part(holder, name, str)
    if "\0" in value or not (value.isascii() or _encodes(value)):
        raise Faulty(f"'{name}' holds a NUL character or half a surrogate pair, which is no text")
    return value


def mapping(holder: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object that may be missing; an empty one is `[]` in files written by PHP."""
    return part(holder, name, dict) if holder.get(name) not in (None, []) else {}


def _encodes(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def kind_of(id: str) -> str:
    """What an id names: "an item" for Q42. Raises Faulty for what is no id."""
    digits = id[1:].partition("-")[0] if id[:1] == "L" else id[1:]  # the form L7-F1, the sense L7-S2
    if id[:1] not in KINDS or not (digits.isascii() and digits.isdecimal()):
        raise Faulty(f"'id' should be one like Q42 or P31, found {shown(id)}")
    return KINDS[id[0]]


def statement_triple(subject: str, relation: str, rank: Any, statement: Any, place: int, log: Log) -> Triple:
    """The triple of one statement. Raises Faulty, or Aside with the reason; counts what is left aside of its qualifiers."""
    if not isinstance(statement, dict):
        raise Faulty(f"expected a statement, found {shown(statement)}")
    if rank not in RANKS:
        raise Faulty(f"'rank' should be preferred, normal or deprecated, found {shown(rank)}")
    predicate = _relation(relation)
    term, about = snak_value(part(statement, "mainsnak", dict))
    if relation == "P279":
        predicate = SUBCLASS
    elif relation == "P31" and term.kind == "iri" and rank != "deprecated":
        predicate = v.TYPE
    return Triple(subject, predicate, term, place, "", rank, "", (*about, *_qualifiers(statement, log)))


def kind_triples(relation: str, statement: Mapping[str, Any], place: int) -> Iterator[Triple]:
    """What the datatype of a property's statement says of the property."""
    if kind := KIND_OF.get(str(statement["mainsnak"].get("datatype"))):
        yield Triple(DIRECT + relation, v.TYPE, Term("iri", v.PROPERTY), place)
        yield Triple(DIRECT + relation, v.KIND, Term("literal", kind), place)


def _relation(id: str) -> str:
    if kind_of(id) != "a property":
        raise Faulty(f"expected the id of a property, found {shown(id)}")
    return DIRECT + id


def _qualifiers(statement: Mapping[str, Any], log: Log) -> Qualifiers:
    found = []
    for relation, snaks in mapping(statement, "qualifiers").items():
        key = _relation(relation)
        if not isinstance(snaks, list):
            raise Faulty(f"the qualifier {relation} should be a list, found {shown(snaks)}")
        for snak in snaks:
            try:
                term, about = snak_value(snak)
            except Aside as e:
                log.notes[f"qualifier: {e}"] += 1
                continue
            except Faulty as e:
                raise Faulty(f"qualifier {relation}: {e}") from e
            found.append((key, term))
            if about:
                log.notes[ABOUT_QUALIFIER] += 1
    return tuple(found)


def snak_value(snak: object) -> tuple[Term, Qualifiers]:
    """The term of a snak and what is said about the value. Raises Faulty, or Aside with the reason."""
    if not isinstance(snak, dict):
        raise Faulty(f"expected a snak, found {shown(snak)}")
    match kind := part(snak, "snaktype", str):
        case "novalue" | "somevalue":
            return Term(kind, ""), ()
        case "value":
            held = part(snak, "datavalue", dict)
        case _:
            raise Faulty(f"'snaktype' should be value, novalue or somevalue, found {shown(kind)}")
    match name := part(held, "type", str):
        case "wikibase-entityid":
            return _entity(part(held, "value", dict)), ()
        case "string":
            return _string(text(held, "value"), snak.get("datatype")), ()
        case "quantity":
            return _quantity(part(held, "value", dict))
        case "time":
            return _time(part(held, "value", dict))
        case "globecoordinate":
            return _coordinate(part(held, "value", dict))
        case "monolingualtext":
            value = part(held, "value", dict)
            return Term("literal", text(value, "text"), "", text(value, "language")), ()
        case _:
            raise Faulty(f"a value of the type {shown(name)}, which is not known")


def _iri(holder: Mapping[str, Any], name: str) -> str:
    value = text(holder, name)
    if not value.startswith("http") or NOT_IN_IRI.search(value):
        raise Faulty(f"'{name}' should be an IRI, found {shown(value)}")
    return value


def _entity(value: Mapping[str, Any]) -> Term:
    if "id" in value:
        id = part(value, "id", str)
    else:  # written before 2016
        kind, number = part(value, "entity-type", str), part(value, "numeric-id", int)
        id = f"{ {'item': 'Q', 'property': 'P'}.get(kind, '?') }{number}"
    if (what := kind_of(id)) not in READ:
        raise Aside(f"value that is {what}")
    return Term("iri", ENTITY + id)


def _string(value: str, datatype: object) -> Term:
    if isinstance(datatype, str) and datatype in NO_TEXT:
        raise Aside(f"value that is {NO_TEXT[datatype]}")
    if not value.strip():
        raise Aside("empty value")
    return Term("literal", value.strip(), v.XSD + "anyURI") if datatype == "url" else Term("literal", value)


def _number(holder: Mapping[str, Any], name: str) -> Term:
    value = part(holder, name, str)
    if not _NUMBER.fullmatch(value):
        raise Faulty(f"'{name}' should be a number such as +19.5, found {shown(value)}")
    return Term("literal", value.removeprefix("+"), v.XSD + "decimal")


def _quantity(value: Mapping[str, Any]) -> tuple[Term, Qualifiers]:
    about: list[tuple[str, Term]] = []
    if value.get("unit") != "1":
        about.append((ONTOLOGY + "quantityUnit", Term("iri", _iri(value, "unit"))))
    about += [
        (f"{ONTOLOGY}quantity{name[0].upper()}{name[1:]}", _number(value, name))
        for name in ("lowerBound", "upperBound")
        if value.get(name) is not None
    ]
    return _number(value, "amount"), tuple(about)


def _coordinate(value: Mapping[str, Any]) -> tuple[Term, Qualifiers]:
    globe = _iri(value, "globe") if value.get("globe") is not None else EARTH
    point = Term("literal", f"Point({_degrees(value, 'longitude')} {_degrees(value, 'latitude')})", WKT)
    return point, () if globe == EARTH else ((ONTOLOGY + "geoGlobe", Term("iri", globe)),)


def _degrees(holder: Mapping[str, Any], name: str) -> str:
    value: Any = holder.get(name)
    if type(value) not in (int, float) or not abs(value) <= 360:  # other globes count to 360; no comparison holds of NaN
        raise Faulty(f"'{name}' should be a number of degrees, found {shown(value)}")
    # 14 digits, as in the RDF exports, so that a place is one literal in both; + 0, for there is no -0.0
    return f"{Decimal(f'{value + 0:.14g}'):f}"


def _time(value: Mapping[str, Any]) -> tuple[Term, Qualifiers]:
    found = _TIME.fullmatch(part(value, "time", str))
    if not found:
        raise Faulty(f"'time' should be one like +1952-03-11T00:00:00Z, found {shown(value['time'])}")
    precision, calendar = part(value, "precision", int), _iri(value, "calendarmodel")
    if not 0 <= precision <= 14:
        raise Faulty(f"'precision' of a time should be from 0 to 14, found {shown(precision)}")
    year, month, day, *clock = (int(digits) for digits in found.groups()[1:])
    if not year:
        raise Aside(NO_SUCH_TIME)
    bc = found[1] == "-"
    about = ((ONTOLOGY + "timeCalendarModel", Term("iri", calendar)),) if calendar != GREGORIAN else ()
    if precision < 9:
        exact = Term("literal", str(precision), v.XSD + "integer")
        return Term("literal", said(year, bc, precision)), ((ONTOLOGY + "timePrecision", exact), *about)
    precision = 9 if not month else min(precision, 10) if not day else precision
    return _date(1 - year if bc else year, month, day, clock, precision, julian=calendar == JULIAN), about


def _date(year: int, month: int, day: int, clock: list[int], precision: int, *, julian: bool) -> Term:
    """The literal of a year, month, day or moment; `year` counts as XML Schema does: 0 is 1 BC."""
    lexical = f"{'-' if year < 0 else ''}{abs(year):04}"
    if precision == 9:
        return Term("literal", lexical, v.XSD + "gYear")
    if not 1 <= month <= 12:
        raise Aside(NO_SUCH_TIME)
    lexical += f"-{month:02}"
    if precision == 10:
        return Term("literal", lexical, v.XSD + "gYearMonth")
    leap = not year % 4 and (year % 100 != 0 or not year % 400)
    length = 31 - (month in (4, 6, 9, 11)) if month != 2 else 29 if leap else 28
    if day > length:
        if julian and month == 2 and day == 29 and not year % 4:  # such as 29 February 1900: no date of XML Schema
            return Term("literal", f"29 February {year}" if year > 0 else f"29 February {1 - year} BC")
        raise Aside(NO_SUCH_TIME)
    lexical += f"-{day:02}"
    if precision == 11:
        return Term("literal", lexical, v.XSD + "date")
    hour, minute, second = clock
    if hour > 23 or minute > 59 or second > 59:
        raise Aside(NO_SUCH_TIME)
    return Term("literal", f"{lexical}T{hour:02}:{minute:02}:{second:02}Z", v.XSD + "dateTime")


def said(year: int, bc: bool, precision: int) -> str:
    """A time that is coarser than a year, in words: "the 1950s", "the 2nd millennium BC", "about 13,798 million years BC"."""
    era = " BC" if bc else ""
    if precision == 8:
        return f"the {year // 10 * 10}s{era}"
    if precision in (6, 7):
        count = -(-year // (1000 if precision == 6 else 100))
        ending = "th" if count % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
        return f"the {count}{ending} {'millennium' if precision == 6 else 'century'}{era}"
    unit = 10 ** (9 - precision)
    rounded = (year + unit // 2) // unit * unit or year
    for size, word in ((10**9, "billion"), (10**6, "million")):
        if not rounded % size:
            return f"about {rounded // size:,} {word} years {'BC' if bc else 'AD'}"
    return f"about {rounded:,} {'BC' if bc else 'AD'}"
