"""N-Triples, N-Quads, Turtle, TriG and RDF/XML, parsed by pyoxigraph as they stream.

N-Triples and N-Quads are split into lines before parsing: a bad line harms no other, and a position is a line. In the other
formats a position is the ordinal of the triple; their first fault ends the reading. Relative IRIs are resolved against `base`,
else `file:///<file name>`, so that a uid does not depend on where the file lies. The named graph of a quad is kept with its
statement. A triple term of RDF 1.2 (`:a :knows :b {| :since 2001 |}`) is read as the object of rdf:reifies; the loader makes
qualifiers of what is said about it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ..errors import unknown
from ..types import Term, Triple
from . import _vocabulary as v
from ._columns import Chunk
from ._common import BATCH, Batch, Log, Row, to_triples
from ._guard import DEEPEST_TERM
from ._ntriples import columns as ntriples
from ._open import lines, open_bytes, suffix
from ._statements import by_statement, clean, rows_of

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
_TERM = b"<<("
_BY_LINE = (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)


def batches(source: Path, log: Log, *, syntax: str = "", base: str = "") -> Iterator[Batch]:
    """The rows of one RDF file; `syntax` is a suffix, where the file's own does not say its format.

    Relative IRIs are resolved against `base`, in the formats that may have them.
    """
    ending = f".{syntax.removeprefix('.').lower()}" if syntax else suffix(source)
    if ending not in _FORMATS:
        raise unknown("RDF syntax", syntax or source.name, [s.removeprefix(".") for s in SUFFIXES])
    kind = _FORMATS[ending]
    return _by_line(source, kind, log) if kind in _BY_LINE else by_statement(source, kind, log, base=base)


def columns(source: Path, log: Log, *, syntax: str = "", base: str = "") -> Iterator[Batch | Chunk]:
    """As `batches`, N-Triples as columns."""
    if (f".{syntax.removeprefix('.').lower()}" if syntax else suffix(source)) not in (".nt", ".ntriples"):
        yield from batches(source, log, syntax=syntax, base=base)
        return
    kind = ox.RdfFormat.N_TRIPLES
    yield from ntriples(source, log, lambda lines, numbers: _parse_lines(lines, numbers, kind, source.name, log))


def read(source: Path, *, log: Log | None = None, syntax: str = "", base: str = "") -> Iterator[Triple]:
    """The triples of one RDF file (`syntax` and `base` as in `batches`).

    Raises UserError with up to 100 faulty lines, or with the first fault of other formats.
    """
    own = log or Log()
    yield from to_triples(batches(source, own, syntax=syntax, base=base))
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
    whole = b"".join(chunk)
    try:
        quads = list(ox.parse(input=whole, format=kind)) if whole.count(_TERM) <= DEEPEST_TERM else None
    except (SyntaxError, MemoryError):
        quads = None
    if quads is not None and len(quads) == len(numbers):
        return rows_of(zip(numbers, quads, strict=True), {}, file, log, named=True)
    found: list[tuple[int, Any]] = []
    for number, line in zip(of, chunk, strict=True):
        if line.count(_TERM) > DEEPEST_TERM:  # the parser recurses, and would end the process
            log.fault(file, number, f"more than {DEEPEST_TERM:,} triple terms in a line")
            continue
        try:
            found += [(number, quad) for quad in ox.parse(input=line, format=kind)]
        except SyntaxError as e:
            log.fault(file, number, clean(e))
        except MemoryError:
            log.fault(file, number, "a literal or IRI of more than 16 MiB")
    return rows_of(found, {}, file, log, named=True)


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
