"""Notation3 (N3): its plain triples, parsed by pyoxigraph as they stream.

N3 is Turtle with more: `is ... of`, `<-`, `=`, paths (`:a!:mother`) are plain triples, and are read. What is no triple of a
graph is left out and counted: rules (`=>`, `<=`), what stands inside of a formula `{ ... }` and what is said about one,
statements with a variable, and those whose subject or predicate is a literal. `@forAll`, `@forSome` and `@keywords` are faults.
A position is the ordinal of the statement, those that are left out included; relative IRIs are resolved as in Turtle. Memory:
the names of formulae and blank nodes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from ..errors import UserError
from ..types import Term, Triple
from . import _vocabulary as v
from ._common import Batch, Log, Row, to_triples
from ._statements import by_statement

SUFFIXES = (".n3",)
_IMPLIES = "http://www.w3.org/2000/10/swap/log#implies"
_NO_TRIPLE = re.compile(r"(variable|literal)s? (?:are|is) not allowed in regular RDF (subject|predicate|object|graph)")
_OLD = re.compile(r"@(forAll|forSome|keywords)\b")


def batches(source: Path, log: Log, *, base: str = "") -> Iterator[Batch]:
    """The rows of one N3 file; relative IRIs are resolved against `base`."""
    formulae: set[str] = set()
    try:
        for file, rows in by_statement(source, ox.RdfFormat.N3, log, base=base, aside=_aside):
            yield file, [row for row in rows if _plain(row, formulae, log)]
    except UserError as e:
        if found := _OLD.search(e.message):
            hint = f"{found[0]} is no part of N3 any more: write variables as ?x, and keywords as they are; nothing was written"
            raise UserError(e.message, hint) from e
        raise


def _aside(e: SyntaxError) -> str:
    found = _NO_TRIPLE.match(str(e.msg)) if e.lineno is None else None
    if found is None:
        return ""
    return "N3 statement with a variable" if found[1] == "variable" else f"N3 statement with a literal as its {found[2]}"


def _plain(row: Row, formulae: set[str], log: Log) -> bool:
    """Is it a triple of the graph itself? If not, it is counted."""
    subject, predicate, kind, value, _, _, _, extra = row
    if extra is not None and extra.graph:  # only formulae are graphs here
        formulae.add(extra.graph)
        log.notes["N3 statement inside of a formula { }"] += 1
    elif predicate == _IMPLIES:
        formulae.update(key for key in (subject, value) if key.startswith("_:"))
        log.notes["N3 rule"] += 1
    elif subject in formulae or (kind == "blank" and value in formulae):
        log.notes["N3 statement about a formula { }"] += 1
    else:
        return True
    return False


def read(source: Path, *, log: Log | None = None, base: str = "") -> Iterator[Triple]:
    """The triples of one N3 file. Raises UserError with its first fault."""
    own = log or Log()
    yield from to_triples(batches(source, own, base=base))
    if log is None:
        own.check()


_S = "https://example.org/"
SAMPLE: dict[str, tuple[str | dict[str, str], list[Triple]]] = {
    "sample.n3": (
        f"@prefix : <{_S}> .\n:Thimphu is :capital of :Bhutan .\n"
        "{ ?x :capital ?y } => { ?y :part ?x } .\n:Bhutan a :Country .\n",
        [
            Triple(_S + "Bhutan", _S + "capital", Term("iri", _S + "Thimphu"), 1),
            Triple(_S + "Bhutan", v.TYPE, Term("iri", _S + "Country"), 5),
        ],
    )
}
