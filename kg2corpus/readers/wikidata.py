"""Wikidata's JSON: dumps (an array or lines, an entity a line), and what Special:EntityData and the API give for entities.

Keys are http://www.wikidata.org/entity/Q42 and, of relations, http://www.wikidata.org/prop/direct/P69, as in its RDF exports.

- Of each entity: label and description in the first language of `language` that has one, aliases in all of them. Names that
  are the same everywhere stand under `mul`. Of a property nothing else is read; its names stand under both keys, each declared
  a rdf:Property.
- Statements of `relations` (all, if none is given; without P31 there are no types). `ranks="best"`: the preferred ones where a
  property has any, else those of normal rank; "all": deprecated ones too. Qualifiers stay with them, under the relation's key.
- P31 with an entity becomes rdf:type and P279 rdfs:subClassOf, and not P31 and P279 as well: one fact, one relation. A
  deprecated P31 stays P31, for a type has no rank.
- Numbers are xsd:decimal, times what their precision allows: xsd:dateTime, xsd:date, xsd:gYearMonth, xsd:gYear (0000 is 1 BC),
  else words: "the 16th century". Dates are those of their own calendar: none is converted. Places are WKT literals, URLs
  xsd:anyURI, texts have their language; identifiers and names of media files are plain literals.
- Relations whose datatype is external-id, url or commonsMedia are declared to hold identifiers, of globe-coordinate
  coordinates, so that curricula leave them out (docs/properties.md).
- About the value itself, as qualifiers http://wikiba.se/ontology#...: quantityUnit, quantityLowerBound, quantityUpperBound,
  timePrecision (of times in words), timeCalendarModel (not Gregorian), geoGlobe (not Earth). Qualifiers cannot have qualifiers:
  that of their values is left aside.

Left aside and counted: lexemes and the like, formulas, notation, tables, maps, times of no calendar, redirects (an entity
stands under its own id alone; a former id is no name that anybody reads). Sitelinks, references and badges are not read.

A position is the line, in a dump; in a file of one JSON value the ordinal of the statement, its entity's names counted as one
before it. Memory: one line or one such file, 32 MiB at most.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count, islice, repeat
from pathlib import Path
from typing import IO, Any

from ..errors import UserError, near
from ..types import Term, Triple
from . import _vocabulary as v
from ._common import Log, open_bytes
from ._wikidata import (
    DIRECT,
    ENTITY,
    GREGORIAN,
    READ,
    Aside,
    Faulty,
    kind_of,
    kind_triples,
    mapping,
    part,
    shown,
    statement_triple,
    text,
)  # fmt: skip

SUFFIXES = (".json", ".jsonl", ".ndjson")
LONGEST = 1 << 25
HINT = "give a JSON dump of Wikidata, or what https://www.wikidata.org/wiki/Special:EntityData/Q42.json gives"
ABOUT_PROPERTY = "statement about a property, of which only the names are read"
PROPERTY = (v.TYPE, Term("iri", v.PROPERTY))
REDIRECT = "redirect, the former id of an entity"

_IDS = re.compile(rb'"entities"\s*:\s*\{\s*"[QPLME][0-9]+"\s*:|"id"\s*:\s*"[QPLME][0-9]+"\s*[,}]')
_KINDS = re.compile(rb'"entities"\s*:\s*\{|"mainsnak"\s*:|"type"\s*:\s*"(?:item|property|lexeme)"')


@dataclass(frozen=True, slots=True)
class _Wanted:
    languages: tuple[str, ...]
    relations: frozenset[str]
    best: bool
    told: set[str]  # relations whose datatype has been looked at


def looks(head: bytes) -> bool:
    """Is this the beginning of such a file?"""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[") and bool(_IDS.search(head) and _KINDS.search(head))


def read(
    source: Path,
    *,
    log: Log | None = None,
    language: str = "en,mul",
    relations: Sequence[str] = (),
    ranks: str = "best",
) -> Iterator[Triple]:
    """The triples of one file. Raises UserError with up to 100 faults, or if the file is not of this form."""
    own = log or Log()
    wanted = _wanted(source.name, language, relations, ranks)
    said = False  # of every entity something is said, or counted
    with open_bytes(source) as f:
        for places, value in _values(f, source.name, own):
            for asked, entity in _entities(value):
                for triple in _triples(asked, entity, places, wanted, source.name, own):
                    said = True
                    yield triple
    if not said and not own.notes:
        raise UserError(f"{source.name}: no entity of Wikidata in it" + "".join(f"\n{fault}" for fault in own.faults), HINT)
    if log is None:
        own.check()


def _wanted(name: str, language: str, relations: Sequence[str], ranks: str) -> _Wanted:
    languages = tuple(filter(None, map(str.strip, language.split(","))))
    ids = frozenset(relations.replace(",", " ").split() if isinstance(relations, str) else relations)
    if not languages:
        raise UserError(f"{name}: the option language is empty", "give codes in the order of preference, such as en,mul,de")
    if ranks not in ("best", "all"):
        raise UserError(f"{name}: unknown ranks '{ranks}'", near(ranks, ("best", "all")))
    if wrong := sorted(id for id in ids if id[:1] != "P" or not id[1:].isdecimal()):
        raise UserError(f"{name}: '{wrong[0]}' in the option relations is no property", "give ids such as P31,P569")
    return _Wanted(languages, ids, ranks == "best", set())


# the file: JSON values, each with the positions of what it says


def _values(f: IO[bytes], name: str, log: Log) -> Iterator[tuple[Iterator[int], Any]]:
    lines = _lines(f)
    head = list(islice(lines, 2))
    if head and head[0][1].strip()[:1] not in (b"{", b"["):
        raise UserError(f"{name}:{head[0][0]}: not JSON: it begins with neither '{{' nor '['", HINT)
    if len(head) == 1 or _goes_on(head):
        whole = b"".join(line for _, line in head) + f.read(LONGEST)
        if len(whole) >= LONGEST:
            raise UserError(f"{name}: one JSON value of more than {LONGEST >> 20} MiB", "give an entity a line")
        try:
            yield count(1), _parse(whole, lambda e: f"line {head[0][0] + e.lineno - 1}, column {e.colno}")
        except Faulty as e:
            raise UserError(f"{name}: {e}", HINT) from e
        return
    number, last = 0, b""
    for number, line in chain(head, lines):
        last = line.strip()
        body = last.removesuffix(b",")
        # a bracket without its other half is that of the array around the entities
        if (body[:1] == b"[") != (body[-1:] == b"]"):
            body = body[1:] if body[:1] == b"[" else body[:-1]
        if not body:
            continue
        try:
            if len(line) >= LONGEST:
                raise Faulty(f"a line of more than {LONGEST >> 20} MiB, which no entity has")
            yield repeat(number), _parse(body, lambda e: f"character {e.colno}")
        except Faulty as e:
            log.fault(name, number, str(e))
    if head and head[0][1].strip()[:1] == b"[" and last[-1:] != b"]":
        log.fault(name, number, "the array has no end: the file is cut off, and entities are missing")


def _lines(f: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers; of a line that is too long its beginning, `LONGEST` bytes."""
    for number in count(1):
        if not (line := f.readline(LONGEST)):
            return
        rest = line
        while len(rest) == LONGEST and rest[-1:] != b"\n":
            rest = f.readline(LONGEST)
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.strip():
            yield number, line


def _goes_on(head: list[tuple[int, bytes]]) -> bool:
    """Is this one value over many lines? Then a bracket is open at the end of the line where the first entity begins."""
    return next((bare for _, raw in head if (bare := raw.strip()) != b"["), b"")[-1:] in (b"{", b"[")


def _parse(raw: bytes, where: Callable[[json.JSONDecodeError], str]) -> Any:
    try:
        return json.loads(raw.decode())  # from bytes it would guess at UTF-16 too
    except UnicodeDecodeError as e:
        raise Faulty(f"not UTF-8: byte 0x{raw[e.start]:02x} at byte {e.start + 1}") from e
    except json.JSONDecodeError as e:
        raise Faulty(f"not JSON: {e.msg[:1].lower()}{e.msg[1:]} at {where(e)}") from e
    except RecursionError as e:
        raise Faulty("objects and lists nested too deeply") from e
    except ValueError as e:
        raise Faulty("a number of too many digits") from e


def _entities(value: Any) -> Iterator[tuple[str, Any]]:
    """(the id that was asked for, if the file tells, the entity)"""
    if isinstance(value, dict) and isinstance(value.get("entities"), dict):
        yield from value["entities"].items()
    elif isinstance(value, list):
        yield from chain.from_iterable(_entities(one) if isinstance(one, dict) else [("", one)] for one in value)
    else:
        yield "", value


# an entity


def _triples(asked: str, entity: Any, places: Iterator[int], wanted: _Wanted, name: str, log: Log) -> Iterator[Triple]:
    here = next(places)
    try:
        id = _known(entity, log)
    except Faulty as e:
        log.fault(name, here, str(e))
        return
    if not id:
        return
    if asked and asked != id:
        log.notes[REDIRECT] += 1
    try:
        names = list(_names(entity, wanted.languages))
        claims = mapping(entity, "claims")
    except Faulty as e:
        log.fault(name, here, f"{id}: {e}")
        return
    if not any(predicate == v.LABEL for predicate, _ in names):
        log.notes[f"label of an entity that has none in {', '.join(wanted.languages)}"] += 1
    for key in (ENTITY + id, DIRECT + id) if id[0] == "P" else (ENTITY + id,):
        for predicate, term in names if id[0] != "P" else (PROPERTY, *names):
            yield Triple(key, predicate, term, here)
    if id[0] == "P":  # what Wikidata's editors tell each other about a relation: constraints, examples, counts
        log.notes[ABOUT_PROPERTY] += sum(len(found) for found in claims.values() if isinstance(found, list))
        return
    for relation, found in claims.items():
        for place, rank, statement in _ranked(relation, found, places, wanted, log):
            try:
                yield statement_triple(ENTITY + id, relation, rank, statement, place, log)
                if relation not in wanted.told:
                    wanted.told.add(relation)
                    yield from kind_triples(relation, statement, place)
            except Faulty as e:
                log.fault(name, place, f"{id} {relation[:20]}: {e}")
            except Aside as e:
                log.notes[str(e)] += 1


def _known(entity: Any, log: Log) -> str:
    """The id of an item or property, "" for what is left aside. Raises Faulty for what is no entity."""
    if not isinstance(entity, dict):
        raise Faulty(f"expected an entity, found {shown(entity)}")
    if "missing" in entity or "redirect" in entity:
        log.notes["entity that Wikidata does not have" if "missing" in entity else REDIRECT] += 1
        return ""
    id = part(entity, "id", str)
    kind = kind_of(id)
    if kind not in READ:
        log.notes[f"entity that is {kind}"] += 1
        return ""
    if "statements" in entity:
        raise Faulty(f"{id}: the form of the REST API ('statements'), which is not read; take Special:EntityData")
    return id


def _names(entity: dict[str, Any], languages: Iterable[str]) -> Iterator[tuple[str, Term]]:
    for field, predicate in (("labels", v.LABEL), ("descriptions", v.DESCRIPTION)):
        named = mapping(entity, field)
        if code := next((code for code in languages if code in named), ""):
            yield predicate, Term("literal", text(part(named, code, dict), "value"), "", code)
    named = mapping(entity, "aliases")
    for code in languages:
        for alias in part(named, code, list) if code in named else ():
            if not isinstance(alias, dict):
                raise Faulty(f"expected an alias, found {shown(alias)}")
            yield v.ALT_LABEL, Term("literal", text(alias, "value"), "", code)


def _ranked(relation: str, statements: Any, places: Iterator[int], wanted: _Wanted, log: Log) -> Iterator[tuple[int, Any, Any]]:
    """(position, rank, statement) of those that are wanted; whatever the rank or statement is if it is no such thing."""
    numbered = list(zip(statements, places, strict=False)) if isinstance(statements, list) else [(statements, next(places))]
    if wanted.relations and relation not in wanted.relations:
        log.notes["statement of another relation than those asked for"] += len(numbered)
        return
    found = [(place, s.get("rank", "normal") if isinstance(s, dict) else "normal", s) for s, place in numbered]
    preferred = wanted.best and any(rank == "preferred" for _, rank, _ in found)
    for place, rank, statement in found:
        if wanted.best and rank == "deprecated":
            log.notes["statement of deprecated rank"] += 1
        elif preferred and rank == "normal":
            log.notes["statement of normal rank beside a preferred one"] += 1
        else:
            yield place, rank, statement


def _claim(rank: str, type: str, value: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"mainsnak": {"snaktype": "value", "datavalue": {"type": type, "value": value}}, "rank": rank}]


_BORN = {"time": "+1912-06-23T00:00:00Z", "precision": 11, "calendarmodel": GREGORIAN}
_ALAN = {
    "type": "item",
    "id": "Q7251",
    "labels": {"en": {"language": "en", "value": "Alan Turing"}, "de": {"language": "de", "value": "Alan Turing"}},
    "descriptions": {"en": {"language": "en", "value": "English computer scientist"}},
    "aliases": [],
    "claims": {
        "P31": _claim("normal", "wikibase-entityid", {"entity-type": "item", "id": "Q5"}),
        "P569": _claim("preferred", "time", _BORN),
        "P40": [{"mainsnak": {"snaktype": "novalue"}, "rank": "normal"}],
    },
}


def _sampled(*positions: int) -> list[Triple]:
    names, first, second, third = positions
    alan = ENTITY + "Q7251"
    return [
        Triple(alan, v.LABEL, Term("literal", "Alan Turing", "", "en"), names),
        Triple(alan, v.DESCRIPTION, Term("literal", "English computer scientist", "", "en"), names),
        Triple(alan, v.TYPE, Term("iri", ENTITY + "Q5"), first, "", "normal"),
        Triple(alan, DIRECT + "P569", Term("literal", "1912-06-23", v.XSD + "date"), second, "", "preferred"),
        Triple(alan, DIRECT + "P40", Term("novalue", ""), third, "", "normal"),
    ]


SAMPLE: dict[str, tuple[str | dict[str, str], list[Triple]]] = {
    "dump.json": (f"[\n{json.dumps(_ALAN)}\n]\n", _sampled(2, 2, 2, 2)),
    "lines.jsonl": (f"{json.dumps(_ALAN)}\n" * 2, _sampled(1, 1, 1, 1) + _sampled(2, 2, 2, 2)),
    "Q7251.json": (json.dumps({"entities": {"Q7251": _ALAN}}, indent=1), _sampled(1, 2, 3, 4)),
}
