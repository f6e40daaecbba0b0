"""Statements of RDF as pyoxigraph parses them: streamed into rows, with faults said in words and at their place.

Used by the readers of Turtle, TriG, RDF/XML, N3 and JSON-LD, in which a position is the ordinal of the statement and the first
fault ends the reading.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError, canonicalize

import pyoxigraph as ox

from ..errors import UserError
from ..types import Term
from . import _vocabulary as v
from ._common import BATCH, Batch, Extra, Kind, Log, Row
from ._guard import by_line, fed, guarded, what_next

_XML_LITERAL = v.RDF + "XMLLiteral"
_STRING = "http://www.w3.org/2001/XMLSchema#string"
QUOTED = "a triple as the object of another predicate than rdf:reifies, or inside another one, cannot be stated"

# what the parser says, and what to do about it
_ADVICE = (
    (r"^Unexpected end", "something is not closed: a quotation mark, a bracket, a statement; or the file was cut off"),
    (r"Unexpected text event: '\s*(@|prefix|base|Prefix|Ontology|\[|\{)", "this is no RDF/XML; if it is Turtle: --format ttl"),
    (r"Cannot find ';' after '&'|escaping character", "write &amp; for the character &"),
    (r"^\{ is not a valid subject", "if this is TriG or JSON-LD, say so: --format trig, --format jsonld"),
    (r"The prefix (\S*?):? has not been declared", r"declare it before: @prefix \1: <https://...> ."),
    (r"Unknown prefix (\S*?):?$", r'declare it in an element around it: xmlns:\1="https://..."'),
    (r"No scheme found in an absolute IRI", "write the whole IRI; relative ones are for Turtle, TriG and RDF/XML"),
    (r"Only UTF-8 is supported|decode input using UTF-8", "save the file as UTF-8, and let its XML declaration say so"),
    (r"unrecognized entity", "XML has &lt; &gt; &amp; &quot; &apos; and what <!ENTITY name \"...\"> declares"),
    (r"XML namespaces are required", 'RDF/XML begins with <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'),
    (r"ENTITY values should be enclosed", "declare entities with their text, in double quotes; files are not included"),
)


def by_statement(
    source: Path, kind: ox.RdfFormat, log: Log, *, base: str = "", data: IO[bytes] | None = None,
    aside: Callable[[SyntaxError], str] | None = None,
) -> Iterator[Batch]:  # fmt: skip
    """The rows of a file, or of `data` in its place. Raises UserError with the first fault.

    Relative IRIs are resolved against `base`, else `file:///<file name>`. `aside` tells why a statement that the parser
    cannot give is left out ("" if it is a fault).
    """
    blanks: dict[str, str] = {}
    first = 1
    with data or guarded(source, kind, log) as f:
        parser = parse(f, kind, base or base_of(source))
        while True:
            chunk: list[Any] = []
            fault: SyntaxError | MemoryError | None = None
            try:
                for quad in islice(parser, BATCH):
                    chunk.append(quad)
            except (SyntaxError, MemoryError) as e:
                fault = e
            if chunk:
                rows = rows_of(enumerate(chunk, first), blanks, source.name, log, named=False)
                yield "", [_with_canonical_xml(row) for row in rows] if kind == ox.RdfFormat.RDF_XML else rows
                first += len(chunk)
            if isinstance(fault, SyntaxError) and aside and (why := aside(fault)):
                log.notes[why] += 1
                first += 1
            elif fault is not None:
                raise first_fault(source, kind, fault, first, log) from fault
            elif len(chunk) < BATCH:
                log.prefixes.update(getattr(parser, "prefixes", {}))
                return


def parse(f: IO[bytes], kind: ox.RdfFormat, base: str) -> Iterator[Any]:
    """The parser's stream. Raises UserError for a base that is no IRI."""
    try:
        found: Iterator[Any] = ox.parse(input=f, format=kind, base_iri=base)
    except ValueError as e:
        raise UserError(f"base={base}: no absolute IRI: {e}", "such as --option base=https://example.org/") from e
    return found


def base_of(source: Path) -> str:
    """What relative IRIs are resolved against: the file's name, wherever it lies."""
    return "file:///" + Path(source.name).absolute().as_uri().rpartition("/")[2]


def first_fault(source: Path, kind: ox.RdfFormat, e: SyntaxError | MemoryError, ordinal: int, log: Log) -> UserError:
    """The error of a fault: with its line, else with the ordinal of the statement that cannot be read."""
    if isinstance(e, MemoryError):
        what = f"{source.name}#{ordinal}: a literal, IRI or comment in this statement is longer than 16 MiB"
        return UserError(what, "a quotation mark may be missing; leave out texts that are really so long; nothing was written")
    line = e.lineno or (_line(source, kind) if kind == ox.RdfFormat.RDF_XML else 0)
    what = clean(e)
    hint = next((re.sub(f".*?{found}.*", to, what, flags=re.DOTALL) for found, to in _ADVICE if re.search(found, what)), "")
    place = f":{line}" if line else f"#{ordinal}"
    return UserError(f"{source.name}{place}: {what}", what_next(hint or "correct it", kind, log))


def _with_canonical_xml(row: Row) -> Row:
    """The row; the text of an XML literal without the namespaces that only the elements around it use."""
    if row[4] != _XML_LITERAL:
        return row
    try:
        text = canonicalize(f"<x>{row[3]}</x>").removeprefix("<x>").removesuffix("</x>")
    except ParseError:  # not made from elements, but typed by hand: it stays as it is
        return row
    return (*row[:3], text, *row[4:])


def _line(source: Path, kind: ox.RdfFormat) -> int:
    """The line at which the parser stops, found by giving it one line after the other."""
    taken = 1

    def counted() -> Iterator[bytes]:
        nonlocal taken
        for piece in by_line(source):
            yield piece
            taken += piece.endswith(b"\n")

    try:
        for _ in parse(fed(counted()), kind, base_of(source)):
            pass
    except SyntaxError:
        return taken
    return 0


def clean(e: SyntaxError) -> str:
    """The parser's words without its line, which may be that of a part of the file."""
    text = str(e.msg or e)
    for opening in ("Parser error at line ", "Parser error between line "):
        if text.startswith(opening) and ": " in text:
            place, _, what = text.partition(": ")
            column = place.partition("column")[2].lstrip("s ").partition(" ")[0]
            return f"{what} (column {column})" if column else what
    return text


def rows_of(
    numbered: Iterable[tuple[int, Any]], blanks: dict[str, str], file: str, log: Log, *, named: bool
) -> list[Row]:
    """Rows of parsed quads. Blank nodes keep their label (`named`) or get the order of their first occurrence."""
    iri, blank, literal, default = ox.NamedNode, ox.BlankNode, ox.Literal, ox.DefaultGraph
    rows: list[Row] = []
    graphs: dict[Any, Extra] = {}

    def label(term: Any) -> str:
        name: str = term.value
        return f"_:{name}" if named else "_:" + blanks.setdefault(name, f"b{len(blanks) + 1}")

    def reified(o: Any) -> tuple[str, str, Term] | None:
        if type(o.object) is ox.Triple:
            return None
        inner = o.object
        kind: Kind = "literal" if type(inner) is literal else "iri" if type(inner) is iri else "blank"
        if kind == "literal":
            object_ = Term(kind, inner.value, *typed(inner))
        else:
            object_ = Term(kind, inner.value if kind == "iri" else label(inner))
        return (o.subject.value if type(o.subject) is iri else label(o.subject), o.predicate.value, object_)

    for number, (s, p, o, g) in numbered:
        subject = s.value if type(s) is iri else label(s)
        kind: Kind = "iri"
        datatype = language = ""
        inner = None
        if type(o) is iri:
            value = o.value
        elif type(o) is literal:
            kind, value = "literal", o.value
            datatype, language = typed(o)
        elif type(o) is blank:
            kind, value = "blank", label(o)
        elif p.value == v.REIFIES and (inner := reified(o)):
            kind, value = "triple", ""
        else:
            log.fault(file, number, QUOTED)
            continue
        extra = Extra(triple=inner) if inner else None
        if type(g) is not default:
            graph = g.value if type(g) is iri else label(g)
            extra = Extra(graph=graph, triple=inner) if inner else graphs.get(g) or graphs.setdefault(g, Extra(graph=graph))
        rows.append((subject, p.value, kind, value, datatype, language, number, extra))
    return rows


def typed(o: Any) -> tuple[str, str]:
    """(datatype, language) of a literal; a plain string has neither."""
    language = o.language or ""
    datatype = o.datatype.value
    return ("" if datatype == _STRING or language else datatype), language
