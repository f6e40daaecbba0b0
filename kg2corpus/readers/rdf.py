"""N-Triples, N-Quads, Turtle, TriG and RDF/XML, parsed by pyoxigraph as they stream.

N-Triples and N-Quads are split into lines before parsing: a bad line harms no other, and a position is a line. In the other
formats a position is the ordinal of the triple; their first fault ends the reading. Relative IRIs are resolved against
`file:///<file name>`, so that a uid does not depend on where the file lies. The named graph of a quad is kept with its
statement. A triple term of RDF 1.2 (`:a :knows :b {| :since 2001 |}`) is read as the object of rdf:reifies; the loader makes
qualifiers of what is said about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ..errors import UserError, unknown
from ..types import Term, Triple
from . import _vocabulary as v
from ._columns import Chunk
from ._common import BATCH, Batch, Extra, Kind, Log, Row, to_triples
from ._ntriples import columns as ntriples
from ._open import lines, open_bytes, suffix

_FORMATS = {
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".ntriples": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".nquads": ox.RdfFormat.N_QUADS,
    ".ttl": ox.RdfFormat.TURTLE,
    ".turtle": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".rdfxml": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
}
SUFFIXES = tuple(_FORMATS)
_BY_LINE = (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
_STRING = "http://www.w3.org/2001/XMLSchema#string"
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
QUOTED = "a triple as the object of another predicate than rdf:reifies, or inside another one, cannot be stored"


def batches(source: Path, log: Log, *, syntax: str = "") -> Iterator[Batch]:
    """The rows of one RDF file; `syntax` is a suffix, where the file's own does not say its format."""
    ending = f".{syntax.removeprefix('.').lower()}" if syntax else suffix(source)
    if ending not in _FORMATS:
        raise unknown("RDF syntax", syntax or source.name, [s.removeprefix(".") for s in SUFFIXES])
    kind = _FORMATS[ending]
    return _by_line(source, kind, log) if kind in _BY_LINE else _by_statement(source, kind, log)


def columns(source: Path, log: Log, *, syntax: str = "") -> Iterator[Batch | Chunk]:
    """As `batches`, N-Triples as columns."""
    if (f".{syntax.removeprefix('.').lower()}" if syntax else suffix(source)) not in (".nt", ".ntriples"):
        yield from batches(source, log, syntax=syntax)
        return
    kind = ox.RdfFormat.N_TRIPLES
    yield from ntriples(source, log, lambda lines, numbers: _parse_lines(lines, numbers, kind, source.name, log))


def read(source: Path, *, log: Log | None = None, syntax: str = "") -> Iterator[Triple]:
    """The triples of one RDF file (`syntax` as in `batches`).

    Raises UserError with up to 100 faulty lines, or with the first fault of other formats.
    """
    own = log or Log()
    yield from to_triples(batches(source, own, syntax=syntax))
    if log is None:
        own.check()


def _by_line(source: Path, kind: ox.RdfFormat, log: Log) -> Iterator[Batch]:
    with open_bytes(source) as f:
        first = 1
        numbered = lines(f, source.name, log.max_line)
        while chunk := list(islice(numbered, BATCH)):
            if first == 1:
                chunk[0] = chunk[0].removeprefix(b"\xef\xbb\xbf")
            yield "", _parse_lines(chunk, range(first, first + len(chunk)), kind, source.name, log)
            first += len(chunk)


def _parse_lines(chunk: list[bytes], of: Sequence[int], kind: ox.RdfFormat, file: str, log: Log) -> list[Row]:
    """Parse the lines with these numbers in one go; if that finds a fault, line by line."""
    quads: list[Any] | None
    numbers = [n for n, line in zip(of, chunk, strict=True) if (bare := line.lstrip()) and not bare.startswith(b"#")]
    try:
        quads = list(ox.parse(input=b"".join(chunk), format=kind))
    except SyntaxError:
        quads = None
    if quads is not None and len(quads) == len(numbers):
        return _rows(zip(numbers, quads, strict=True), {}, file, log, named=True)
    found: list[tuple[int, Any]] = []
    for number, line in zip(of, chunk, strict=True):
        try:
            found += [(number, quad) for quad in ox.parse(input=line, format=kind)]
        except SyntaxError as e:
            log.fault(file, number, _clean(e))
    return _rows(found, {}, file, log, named=True)


def _by_statement(source: Path, kind: ox.RdfFormat, log: Log) -> Iterator[Batch]:
    blanks: dict[str, str] = {}
    first = 1
    with open_bytes(source) as f:
        if f.read(3) != b"\xef\xbb\xbf":
            f.seek(0)
        parser = ox.parse(input=f, format=kind, base_iri="file:///" + _file_iri(source))
        while True:
            chunk: list[Any] = []
            fault: SyntaxError | None = None
            try:
                for quad in islice(parser, BATCH):
                    chunk.append(quad)
            except SyntaxError as e:
                fault = e
            if chunk:
                yield "", _rows(enumerate(chunk, first), blanks, source.name, log, named=False)
                first += len(chunk)
            if fault is not None:
                raise _first_fault(source, kind, fault, log)
            if len(chunk) < BATCH:
                log.prefixes.update(getattr(parser, "prefixes", {}))
                return


def _file_iri(source: Path) -> str:
    return Path(source.name).absolute().as_uri().rpartition("/")[2]


def _first_fault(source: Path, kind: ox.RdfFormat, e: SyntaxError, log: Log) -> UserError:
    where = f"{source.name}:{e.lineno}" if e.lineno else source.name
    hint = "correct it; nothing was written"
    if log.skip_bad:
        hint = (
            f"--skip-bad does not work for {kind.name}: after a fault it is unknown where the next statement begins, "
            "and what would be lost. Correct it, or convert the file to N-Triples; nothing was written"
        )
    return UserError(f"{where}: {_clean(e)}", hint)


def _clean(e: SyntaxError) -> str:
    """The parser's words without its line, which is that of the chunk."""
    text = str(e.msg or e)
    for opening in ("Parser error at line ", "Parser error between line "):
        if text.startswith(opening) and ": " in text:
            place, _, what = text.partition(": ")
            column = place.partition("column")[2].lstrip("s ").partition(" ")[0]
            return f"{what} (column {column})" if column else what
    return text


def _rows(numbered: Iterable[tuple[int, Any]], blanks: dict[str, str], file: str, log: Log, *, named: bool) -> list[Row]:
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
            object_ = Term(kind, inner.value, *_typed(inner))
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
            datatype, language = _typed(o)
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


def _typed(o: Any) -> tuple[str, str]:
    """(datatype, language) of a literal; a plain string has neither."""
    language = o.language or ""
    datatype = o.datatype.value
    return ("" if datatype == _STRING or language else datatype), language


_S = "https://example.org/"
_SAMPLED = [
    Triple(_S + "Bhutan", _S + "capital", Term("iri", _S + "Thimphu"), 1),
    Triple(_S + "Bhutan", _S + "name", Term("literal", "འབྲུག", "", "dz"), 2),
    Triple(_S + "Bhutan", _S + "area", Term("literal", "38394", "http://www.w3.org/2001/XMLSchema#integer"), 3),
]
_IN_GRAPH = [replace(t, graph=_S + "graph") for t in _SAMPLED]
_NT = (
    f"<{_S}Bhutan> <{_S}capital> <{_S}Thimphu> .\n"
    f'<{_S}Bhutan> <{_S}name> "འབྲུག"@dz .\n'
    f'<{_S}Bhutan> <{_S}area> "38394"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
)
_TTL = f'@prefix : <{_S}> .\n:Bhutan :capital :Thimphu ; :name "འབྲུག"@dz ; :area 38394 .\n'
_XML = (
    '<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    f' xmlns="{_S}"><rdf:Description rdf:about="{_S}Bhutan"><capital rdf:resource="{_S}Thimphu"/>'
    '<name xml:lang="dz">འབྲུག</name><area rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">38394</area>'
    "</rdf:Description></rdf:RDF>\n"
)
SAMPLE: dict[str, tuple[str | dict[str, str], list[Triple]]] = {
    "sample.nt": (_NT, _SAMPLED),
    "sample.nq": (_NT.replace(" .\n", f" <{_S}graph> .\n"), _IN_GRAPH),
    "sample.ttl": (_TTL, _SAMPLED),
    "sample.trig": (
        f'@prefix : <{_S}> .\n:graph {{ :Bhutan :capital :Thimphu ; :name "འབྲུག"@dz ; :area 38394 . }}\n',
        _IN_GRAPH,
    ),
    "sample.rdf": (_XML, _SAMPLED),
    "reified.nt": (
        f"<{_S}a> <{_S}knows> <{_S}b> .\n_:r <{v.REIFIES}> <<( <{_S}a> <{_S}knows> <{_S}b> )>> .\n_:r <{_S}since> <{_S}y> .\n",
        [
            Triple(_S + "a", _S + "knows", Term("iri", _S + "b"), 1),
            Triple("_:r", v.REIFIES, Term("triple", "", "", "", (_S + "a", _S + "knows", Term("iri", _S + "b"))), 2),
            Triple("_:r", _S + "since", Term("iri", _S + "y"), 3),
        ],
    ),
}
