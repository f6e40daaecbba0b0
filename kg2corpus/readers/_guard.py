"""What a parser of RDF is given to read: the bytes of a file, as long as no parser could come to harm by them.

pyoxigraph streams, but some inputs cost it memory or time without bound, or end the process: XML whose entities grow (the
"billion laughs"), XML or triple terms nested without end, a tag or text of gigabytes. They are looked for in the bytes as they
pass, at little cost, and refused with a UserError. Nothing that a file names is ever opened.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, cast
from xml.parsers import expat

import pyoxigraph as ox

from ..errors import UserError
from ._common import Log
from ._open import PIECE, open_bytes

DEEPEST = 2_000  # elements of XML in one another: the parser's time grows with the square
DEEPEST_TERM = 1_000  # triple terms in one another: the parser recurses
ENTITY = 1_000  # characters that an entity of XML may stand for
REFERENCES = 1 << 16  # references to entities in one text
_DECLARED = 1 << 12  # bytes of a whole declaration of an entity
_MARK = b"<!ENTITY"
_ENTITY = re.compile(rb"<!ENTITY\s+(?:%\s+)?([^\s\"'>]+)\s+(?:\"([^\"]*)\"|'([^']*)'|[A-Z])")
_TAIL = 1 << 12
_ROOT_ENDS = re.compile(rb"</(?:\w+:)?RDF\s*>\s*\Z")
_CUT_OFF = {expat.errors.codes[e] for e in (
    expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN, expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    expat.errors.XML_ERROR_PARTIAL_CHAR,
)}  # fmt: skip
_REFERENCE = re.compile(rb"&([^\s;&#]+);")
_XML = re.compile(rb"\s*<(?:\?xml\b|!DOCTYPE\b|!--|rdf:RDF\b|html\b)", re.IGNORECASE)
_NAMES = {
    ox.RdfFormat.TURTLE: "Turtle",
    ox.RdfFormat.TRIG: "TriG",
    ox.RdfFormat.N3: "N3",
    ox.RdfFormat.STREAMING_JSON_LD: "JSON-LD",
}
_UTF8 = b"\xef\xbb\xbf"


class _Fed(io.RawIOBase):
    """Pieces of bytes as a file to read from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces, self.left = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self.left:
            try:
                self.left = next(self.pieces)
            except StopIteration:
                return 0
        n = min(len(buffer), len(self.left))
        buffer[:n], self.left = self.left[:n], self.left[n:]
        return n


def fed(pieces: Iterator[bytes]) -> IO[bytes]:
    """A file to read from that takes no more of the pieces than it is asked for."""
    return cast(IO[bytes], _Fed(pieces))


def guarded(source: Path, kind: ox.RdfFormat, log: Log) -> IO[bytes]:
    """The unpacked bytes of a file without a byte order mark; `log.max_line` bytes may stand between two tags of XML.

    Reading raises UserError for what must not reach the parser.
    """
    plain = _pieces(source, kind)
    if kind == ox.RdfFormat.RDF_XML:
        return fed(_xml(plain, source, log))
    return fed(_terms(plain, source.name) if kind in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG) else plain)


def what_next(hint: str, kind: ox.RdfFormat, log: Log) -> str:
    """The hint for a fault that ends the reading; where faults were to be skipped, why this one cannot be."""
    if not log.skip_bad:
        return f"{hint}; nothing was written"
    return (
        f"--skip-bad does not work for {kind.name}: after a fault it is unknown where the next statement begins, "
        "and what would be lost. Correct it, or convert the file to N-Triples; nothing was written"
    )


def by_line(source: Path) -> Iterator[bytes]:
    """The bytes of a file, a line at a time: what has been taken tells how far a parser got."""
    with open_bytes(source) as f:
        first = f.readline(PIECE).removeprefix(_UTF8)
        yield first
        while line := f.readline(PIECE):
            yield line


def _pieces(source: Path, kind: ox.RdfFormat) -> Iterator[bytes]:
    with open_bytes(source) as f:
        first = f.read(PIECE)
        if first[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise UserError(f"{source.name}:1: UTF-16, where RDF is UTF-8", _convert(source, "UTF-16"))
        first = first.removeprefix(_UTF8)
        if kind != ox.RdfFormat.RDF_XML and _XML.match(first):
            what = f"{source.name}:1: this is XML or HTML, and no {_NAMES[kind]}"
            raise UserError(what, "if it is RDF/XML, say so: --format rdfxml; nothing was written")
        yield first
        while piece := f.read(PIECE):
            yield piece


def _convert(source: Path, encoding: str) -> str:
    return f"convert it: iconv -f {encoding} -t UTF-8 {source.name} (and correct an XML declaration); nothing was written"


def _terms(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    nested, last = 0, b""
    for piece in pieces:
        window = last + piece
        nested = max(0, nested + window.count(b"<<(") - window.count(b")>>"))
        if nested > DEEPEST_TERM:
            what = f"{name}: more than {DEEPEST_TERM:,} triple terms <<( ... )>> are opened and not closed"
            raise UserError(what, "a triple term inside another one cannot be stated; correct it; nothing was written")
        last = window[-2:]
        yield piece


def _xml(pieces: Iterator[bytes], source: Path, log: Log) -> Iterator[bytes]:
    sizes: dict[bytes, int] = {}
    depth = quiet = references = 0
    known, last, held, tail = False, b"", b"", b""
    for piece in pieces:
        window = last + piece
        last = piece[-1:]
        closed = window.count(b"</") + window.count(b"/>")
        opened = piece.count(b"<") - window.count(b"</") - window.count(b"<!") - window.count(b"<?")
        depth = max(0, depth + opened - closed)
        if depth > DEEPEST and not known:  # comments and CDATA mislead this count, so it is made certain, once
            known = True
            if _deepest(source) > DEEPEST:
                what = f"{source.name}: elements are nested more than {DEEPEST:,} deep"
                raise UserError(what, "end tags may be missing; no graph looks so; nothing was written")
        tag = piece.rfind(b"<")
        quiet = quiet + len(piece) if tag < 0 else len(piece) - tag
        references = (references if tag < 0 else 0) + piece.count(b"&", max(tag, 0))
        if quiet > log.max_line:
            what = f"{source.name}: one tag or text is longer than {log.max_line:,} bytes"
            raise UserError(what, "an end tag may be missing; if such texts are right, allow them with --max-line")
        if sizes and references > REFERENCES:
            what = f"{source.name}: one text has more than {REFERENCES:,} references to entities"
            raise UserError(what, "write out what they stand for; nothing was written")
        tail = (tail + piece)[-_TAIL:]
        held += piece
        cut = _declare(held, sizes, source.name)
        yield held[:cut]
        held = held[cut:]
    if depth or not _ROOT_ENDS.search(tail):  # the parser takes a file that was cut off for a whole one
        _check_end(source, log)
    yield held


def _declare(data: bytes, sizes: dict[bytes, int], name: str) -> int:
    """Note the sizes of the entities that are declared here, and tell how far the data is whole."""
    cut = data.rfind(_MARK)
    if cut < 0 or len(data) - cut > _DECLARED:
        cut = data.rfind(b"<")
        cut = cut if cut >= 0 and _MARK.startswith(data[cut : cut + len(_MARK)]) else len(data)
    place = data.find(_MARK, 0, cut)
    while place >= 0:
        found = _ENTITY.match(data, place, min(place + _DECLARED, len(data)))
        if found is None:
            raise UserError(f"{name}: an entity without an end, or of more than {ENTITY:,} characters", _GROWN)
        value = found[2] or found[3] or b""
        size = len(value) + sum(sizes.get(other, 0) for other in _REFERENCE.findall(value))
        if size > ENTITY:
            what = f"{name}: the entity '{found[1].decode('utf-8', 'replace')[:60]}' stands for more than {ENTITY:,} characters"
            raise UserError(what, _GROWN)
        sizes[found[1]] = max(size, sizes.get(found[1], 0))
        place = data.find(_MARK, found.end(), cut)
    return cut


_GROWN = "entities are read as short names of namespaces only: write out longer texts; nothing was written"


def _check_end(source: Path, log: Log) -> None:
    """Raises UserError for an XML file that ends before its root element does."""
    parser = expat.ParserCreate()
    # an encoding that is none is refused by the reader's own parser, too
    with open_bytes(source) as f, suppress(LookupError, ValueError):
        try:
            while piece := f.read(PIECE):
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError as e:
            if e.code in _CUT_OFF:
                what = f"{source.name}:{e.lineno}: the file ends before the end of its outermost element, </rdf:RDF>"
                hint = "it may have been cut off: fetch or export it again"
                raise UserError(what, what_next(hint, ox.RdfFormat.RDF_XML, log)) from e


def _deepest(source: Path) -> int:
    """How deep the elements of an XML file are nested, up to its first fault."""
    depth = deepest = 0

    def start(*_: object) -> None:
        nonlocal depth, deepest
        depth += 1
        deepest = max(depth, deepest)

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    # what the reader's own parser finds too, and says
    with open_bytes(source) as f, suppress(expat.ExpatError, LookupError, ValueError):
        while deepest <= DEEPEST and (piece := f.read(PIECE)):
            parser.Parse(piece, False)
    return deepest
