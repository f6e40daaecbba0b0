"""KGTK edge files: tab-separated with the columns node1, label, node2, and mostly id.

An edge whose node1 is the id of another edge is a qualifier of it. It must stand within the WINDOW edges after that one, which
are held until then; so a file with ids is read twice, first for the ids (8 bytes of memory each).
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from ..errors import UserError
from ..types import Rank, Term, Triple
from . import _vocabulary as v
from ._common import Log
from ._describe import Faulty, Said, entity, rank
from ._wikidata import said as in_words

WINDOW = 50_000
SUBCLASS = v.RDFS + "subClassOf"
GEO = "http://www.opengis.net/ont/geosparql#wktLiteral"
UNIT = "unit"

Records = Iterable[tuple[int, list[str]]]

_KEYS = {
    "alias": v.ALT_LABEL, "description": v.DESCRIPTION, "label": v.LABEL, "rdfs:label": v.LABEL, "P31": v.TYPE,
    "instance_of": v.TYPE, "rdf:type": v.TYPE, "P279": SUBCLASS, "subclass_of": SUBCLASS, "rdfs:subClassOf": SUBCLASS,
}  # fmt: skip
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SPOKEN = re.compile(r"'((?:[^'\\]|\\.)*)'@([A-Za-z]+(?:-[A-Za-z0-9]+)*)", re.DOTALL)
_PLACE = re.compile(r"@([+-]?\d+(?:\.\d+)?)/([+-]?\d+(?:\.\d+)?)")
_DATE = re.compile(
    r"\^([+-]?\d{4,})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?)?)?(?:/(\d{1,2}))?"
)
_NUMBER = re.compile(
    r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(\[[^\]]*\])?"
    r"((?:da|[yzafpnumcdhkMGTPEZY])?(?:m|g|s|A|K|C|mol|cd|rad|sr|Hz|N|Pa|J|W|V|F|T|H|lm|lx|Bq|Gy|Sv|kat|D)|[QU]\d+)?"
)


def looks(header: list[str]) -> bool:
    """Is this the header of such a file?"""
    return {"node1", "label", "node2"} <= set(header)


@dataclass
class _Edge:
    triples: list[Triple]
    qualifiers: list[tuple[str, Term]] = field(default_factory=list)

    def finished(self) -> Iterator[Triple]:
        first = self.triples[0]
        whole = (*first.qualifiers, *self.qualifiers)
        yield Triple(first.subject, first.predicate, first.object, first.position, "", first.rank, "", whole)
        yield from self.triples[1:]


def triples(header: list[str], records: Callable[[Log], Records], name: str, log: Log) -> Iterator[Triple]:
    """The edges of a file. `records` reads it from its beginning."""
    place = {column: i for i, column in enumerate(header)}
    if len(place) < len(header):
        twice = next(column for i, column in enumerate(header) if place[column] != i)
        raise UserError(f"{name}:1: the column '{twice[:60]}' stands twice in the header", "rename or remove one of them")
    is_edge = _ids(place["id"], records(Log(skip_bad=True, max_line=log.max_line))) if "id" in place else lambda key: False
    held: dict[str, _Edge] = {}
    said = Said()
    for line, cells in records(log):
        if not len(place) - 1 <= len(cells) <= len(place):  # the last cell may be left out
            log.fault(name, line, f"expected {len(header)} columns, found {len(cells)}")
            continue
        row = dict(zip(header, (*cells, ""), strict=False))
        try:
            if is_edge(row["node1"]):
                key, term, extra = _statement(row)
                if row["node1"] not in held:
                    raise Faulty(f"a qualifier of the edge '{row['node1']}', which is not among the {WINDOW:,} edges before it")
                held[row["node1"]].qualifiers += [(key, term), *extra]
                continue
            edge = _Edge(list(_edge(row, line, said, log)))
        except Faulty as e:
            log.fault(name, line, str(e))
            continue
        id_ = row.get("id") or f"\0{line}"
        if id_ in held:
            yield from held.pop(id_).finished()
        held[id_] = edge
        if len(held) > WINDOW:
            yield from held.pop(next(iter(held))).finished()
    for edge in held.values():
        yield from edge.finished()


def _ids(column: int, records: Records) -> Callable[[str], bool]:
    """Tells whether a key is the id of an edge, by 64-bit hashes."""
    import numpy as np

    hashes = array("q", (hash(cells[column]) for _, cells in records if len(cells) > column and cells[column]))
    ids = np.sort(np.frombuffer(hashes, dtype=np.int64)) if hashes else np.empty(0, dtype=np.int64)

    def known(key: str) -> bool:
        found = hash(key)
        at = int(np.searchsorted(ids, found))
        return at < len(ids) and int(ids[at]) == found

    return known


def _statement(row: dict[str, str]) -> tuple[str, Term, tuple[tuple[str, Term], ...]]:
    """The relation, the value, and its unit, of a row."""
    for column in ("node1", "label", "node2"):
        if not row[column].strip():
            raise Faulty(f"{column} is empty")
    term, extra = value(row["node2"].strip())
    return row["label"].strip(), term, extra


def _edge(row: dict[str, str], line: int, said: Said, log: Log) -> Iterator[Triple]:
    name, term, extra = _statement(row)
    subject = row["node1"].strip()
    if value(subject)[0].kind == "literal" and subject[0] in "\"'^@":
        raise Faulty(f"node1 should be an entity, found {subject[:60]}")
    known = _KEYS.get(name, name)
    literal = known in (v.LABEL, v.ALT_LABEL, v.DESCRIPTION)
    predicate = known if literal == (term.kind == "literal") else name
    given: Rank = rank(row["rank"]) if row.get("rank") else ""
    qualifiers = [*extra, *_columns(row, log)]
    labels = [(key, *_text(row[column])) for column, key in _labelled(row, subject, predicate, term) if row[column].strip()]
    yield Triple(subject, predicate, term, line, "", given, "", tuple(qualifiers))
    for key, text, language in labels:
        yield from said.text(key, text, line, language=language)


def _labelled(row: dict[str, str], subject: str, predicate: str, term: Term) -> Iterator[tuple[str, str]]:
    ends = {"node1": subject, "label": predicate, "node2": term.value if term.kind in ("iri", "blank") else ""}
    yield from ((f"{end};label", key) for end, key in ends.items() if key and f"{end};label" in row)


def _columns(row: dict[str, str], log: Log) -> Iterator[tuple[str, Term]]:
    """Further columns say something about the edge."""
    for column, text in row.items():
        if column in ("node1", "label", "node2", "id", "rank") or column.endswith(";label") or not text.strip():
            continue
        if ";" in column:
            log.notes[f"column '{column}' of a KGTK file, which speaks of a node and not of the edge"] += 1
            continue
        term, extra = value(text.strip())
        yield column, term
        yield from extra


def _text(cell: str) -> tuple[str, str]:
    """The text and language of a label column, which need not be quoted."""
    term = value(cell.strip())[0]
    return (term.value, term.language) if term.kind == "literal" else (cell.strip(), "")


def value(text: str) -> tuple[Term, tuple[tuple[str, Term], ...]]:
    """The term of a KGTK value, and its unit as a qualifier. Raises Faulty for one that begins as a literal and is none."""
    match text[0]:
        case '"' if found := _TEXT.fullmatch(text):
            return Term("literal", _unescaped(found[1])), ()
        case "'" if found := _SPOKEN.fullmatch(text):
            return Term("literal", _unescaped(found[1]), language=found[2]), ()
        case "@" if found := _PLACE.fullmatch(text):
            return Term("literal", f"Point({_plain(found[2])} {_plain(found[1])})", GEO), ()
        case "^" if found := _DATE.fullmatch(text):
            return _date(found), ()
        case '"' | "'" | "@" | "^":
            raise Faulty(f"no KGTK text, date or place: {text[:60]}")
    if text in ("novalue", "somevalue"):
        return Term("novalue" if text == "novalue" else "somevalue", ""), ()
    if text in ("True", "False"):
        return Term("literal", text.lower(), v.XSD + "boolean"), ()
    if found := _NUMBER.fullmatch(text):
        kind = "double" if "e" in found[1].lower() else "decimal" if "." in found[1] else "integer"
        unit = ((UNIT, entity(found[3])),) if found[3] else ()
        return Term("literal", found[1], v.XSD + kind), unit
    return entity(text), ()


def _plain(number: str) -> str:
    """A coordinate without leading zeros: 010.92708 is 10.92708."""
    sign = "-" if number.startswith("-") else ""
    whole, dot, rest = number.lstrip("+-").partition(".")
    return sign + (whole.lstrip("0") or "0") + dot + rest


def _date(found: re.Match[str]) -> Term:
    """A date to its precision (9 is a year, 11 a day, 12 to 14 a time), else as it is written; coarser ones in words."""
    year, month, day, time, zone, given = found.groups()
    year = ("-" if year.startswith("-") else "") + year.lstrip("+-")
    written = 14 if time and time.strip("0:.") else 11 if day else 10 if month else 9
    precision = int(given) if given else written
    if precision < 9 and int(year):
        return Term("literal", in_words(abs(int(year)), year.startswith("-"), precision))
    if precision >= 12 and time:
        seconds = time if time.count(":") == 2 else time + ":00"
        return Term("literal", f"{year}-{month}-{day}T{seconds}{zone or ''}", v.XSD + "dateTime")
    if precision >= 11 and day and "00" not in (month, day):
        return Term("literal", f"{year}-{month}-{day}", v.XSD + "date")
    if precision >= 10 and month and month != "00":
        return Term("literal", f"{year}-{month}", v.XSD + "gYearMonth")
    return Term("literal", year, v.XSD + "gYear")


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t", "r": "\r"}.get(m[1], m[1]), text, flags=re.DOTALL)
