"""ConceptNet's assertions: five columns parted by tabs without a header (URI, relation, start, end, JSON)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from ..types import Term, Triple
from . import _vocabulary as v
from ._common import Log
from ._describe import Faulty, Said

ASIDE = "license, sources and surface text of a ConceptNet assertion"


def looks(cells: list[str]) -> bool:
    """Is this the first line of such a file?"""
    return len(cells) == 5 and cells[0].startswith("/a/[") and cells[1].startswith("/r/")


def triples(records: Iterable[tuple[int, list[str]]], name: str, log: Log, language: str) -> Iterator[Triple]:
    """The assertions; with a language, those whose two ends are terms of it."""
    said = Said()
    for line, cells in records:
        try:
            yield from list(_assertion(cells, line, said, log, language))
        except Faulty as e:
            log.fault(name, line, str(e))


def _assertion(cells: list[str], line: int, said: Said, log: Log, language: str) -> Iterator[Triple]:
    if len(cells) != 5:
        raise Faulty(f"expected the 5 columns of a ConceptNet assertion, found {len(cells)}")
    _, relation, start, end, data = cells
    if not relation.startswith("/r/"):
        raise Faulty(f"column 2 should be a relation such as /r/IsA, found '{relation[:60]}'")
    ends = [_term(key, column) for column, key in ((3, start), (4, end))]
    if language and {spoken for spoken, _ in ends} != {language}:
        log.notes[f"ConceptNet assertion whose ends are not both of the language '{language}'"] += 1
        return
    qualifiers = tuple(_qualifiers(data, log))
    yield Triple(start, relation, Term("iri", end), line, qualifiers=qualifiers)
    for key, (spoken, label) in zip((start, end), ends, strict=True):
        yield from said.text(key, label, line, language=spoken)


def _term(key: str, column: int) -> tuple[str, str]:
    """(language, label) of an end: `/c/en/ice_cream/n` is "ice cream" in English; a link to elsewhere has neither."""
    if key.startswith(("http://", "https://")):
        return "", ""
    parts = key.split("/")
    if len(parts) < 4 or parts[:2] != ["", "c"] or not parts[2] or not parts[3]:
        raise Faulty(f"column {column} should be a term such as /c/en/cat, found '{key[:60]}'")
    return parts[2], parts[3].replace("_", " ")


def _qualifiers(data: str, log: Log) -> Iterator[tuple[str, Term]]:
    try:
        found = json.loads(data, parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as e:
        raise Faulty(f"column 5 is not JSON: {e}") from e
    if not isinstance(found, dict):
        raise Faulty(f"column 5 should be a JSON object, found '{data[:60]}'")
    if weight := found.get("weight"):
        yield "weight", Term("literal", str(weight), v.XSD + ("double" if "e" in str(weight).lower() else "decimal"))
    if dataset := found.get("dataset"):
        yield "dataset", Term("literal", str(dataset))
    if found.keys() - {"weight", "dataset"}:
        log.notes[ASIDE] += 1
