"""N-Triples as columns: the lines that look as most do are taken apart by whole-column operations.

What is taken apart here is the canonical form, `<s> <p> <o> .` or `<s> <p> "text"@en .` with single blanks and without a
backslash. Everything else (escapes, comments, other blanks, any doubt) goes to the parser, so that what is accepted, and what
a fault says, is its alone. IRIs of an uncommon look are shown to it too. Cost: about 1.1 s for a million lines on one core.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyoxigraph as ox

from ..errors import UserError
from ._columns import BLANK, IRI, LITERAL, Chunk, of_rows
from ._common import Log, Row
from ._open import open_bytes

FIRST_PIECE, PIECE = 1 << 21, 1 << 25  # bytes read at a time: little at first, since all wait for the first piece
Mask = npt.NDArray[np.bool_]
Parse = Callable[[list[bytes], list[int]], list[Row]]

_CHARS = r"[A-Za-z0-9/._~:?@!$&'()*+,;=-]*"
_PLAIN = rf"<[A-Za-z][A-Za-z0-9+.-]*:(//[A-Za-z0-9._-]*([/?]{_CHARS})?|[A-Za-z0-9._~:@!$&'()*+,;=-]+)(#{_CHARS})?>"
_BLANK = r"_:[A-Za-z0-9]([A-Za-z0-9_-]*)"
_TAIL = re.compile(r"(?:@([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)|\^\^(<[^ <>\"]+>))?")
_STRING = "http://www.w3.org/2001/XMLSchema#string"
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


def columns(source: Path, log: Log, parse: Parse) -> Iterator[Chunk]:
    """The triples of a file; `parse(lines, their numbers)` gives the rows of the lines that are not taken apart here."""
    first = 1
    with open_bytes(source) as f:
        for piece in _pieces(f, source.name, log.max_line):
            if first == 1 and piece.startswith(b"\xef\xbb\xbf"):
                piece = piece[3:]
            bounds = _bounds(piece, source.name, first, log.max_line)
            yield from _piece(piece, bounds, first, source.name, log, parse)
            first += len(bounds) - 1


def _pieces(file: IO[bytes], name: str, limit: int) -> Iterator[bytes]:
    """Pieces of whole lines."""
    rest: list[bytes] = []
    size = FIRST_PIECE
    while read := file.read(size):
        size = min(2 * size, PIECE)
        cut = read.rfind(b"\n") + 1
        if cut:
            yield b"".join([*rest, read[:cut]])
            rest = []
        rest.append(read[cut:])
        if sum(map(len, rest)) > limit + PIECE:
            break  # a line without an end: `_bounds` says so
    if any(rest):
        yield b"".join(rest)


def _bounds(piece: bytes, name: str, first: int, limit: int) -> npt.NDArray[np.int64]:
    """Where the lines of a piece begin, and its end. Raises UserError for a line of more than `limit` bytes."""
    ends = np.flatnonzero(np.frombuffer(piece, np.uint8) == 10) + 1
    bounds = np.concatenate(([0], ends, [len(piece)] if not len(ends) or ends[-1] < len(piece) else [])).astype(np.int64)
    long = np.flatnonzero(np.diff(bounds) > limit)
    if len(long):
        hint = "is this a file of this format? If such lines are right, allow them with --max-line"
        raise UserError(f"{name}:{first + long[0]}: a line of more than {limit:,} bytes", hint)
    return bounds


def _piece(
    piece: bytes, bounds: npt.NDArray[np.int64], first: int, name: str, log: Log, parse: Parse
) -> Iterator[Chunk]:
    lines = pa.LargeStringArray.from_buffers(len(bounds) - 1, pa.py_buffer(bounds), pa.py_buffer(piece))
    plain = _candidates(piece, bounds)
    if plain.any() and _utf8(lines):
        chunk, taken = _taken_apart(lines, plain, first)
        if chunk is not None:
            yield chunk
    else:
        taken = np.zeros(len(lines), np.bool_)
    others = np.flatnonzero(~taken)
    for start in range(0, len(others), 8192):
        rows = others[start : start + 8192].tolist()
        raw = [piece[bounds[i] : bounds[i + 1]] for i in rows]
        yield from of_rows("", parse(raw, [first + i for i in rows]), name, log)


def _candidates(piece: bytes, bounds: npt.NDArray[np.int64]) -> Mask:
    """The lines that begin with `<` or `_`, end with ` .` and a line feed, and hold no backslash, return or NUL."""
    a = np.frombuffer(piece, np.uint8)
    starts, ends = bounds[:-1], bounds[1:]
    plain = (ends - starts) > 10
    first = a[starts]
    last = np.maximum(ends - 3, 0)
    plain &= (first == 60) | (first == 95)
    plain &= (a[last] == 32) & (a[np.minimum(last + 1, len(a) - 1)] == 46) & (a[ends - 1] == 10)
    odd = np.flatnonzero((a == 92) | (a == 13) | (a == 0))
    plain[np.searchsorted(bounds, odd, side="right") - 1] = False
    return plain


def _utf8(lines: pa.Array) -> bool:
    try:
        lines.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _taken_apart(lines: pa.Array, plain: Mask, first: int) -> tuple[Chunk | None, Mask]:
    """The chunk of those lines that could be taken apart, and which these are."""
    rows = np.flatnonzero(plain)
    some = lines if len(rows) == len(lines) else lines.filter(pa.array(plain))
    parts = pc.split_pattern(some, " ", max_splits=2)
    whole = pc.list_value_length(parts).to_numpy(zero_copy_only=False) == 3
    if not whole.all():
        rows, parts = rows[whole], parts.filter(pa.array(whole))
    flat = parts.flatten()
    every = np.arange(0, 3 * len(rows), 3)
    subject, predicate = (flat.take(pa.array(every + i)).cast(pa.string()).dictionary_encode() for i in (0, 1))
    said = pc.binary_slice(flat.take(pa.array(every + 2)).cast(pa.binary()), 0, -3).cast(pa.string())  # without " .\n"
    good = _named(subject, True) & _named(predicate, False)
    literal = pc.starts_with(said, '"').to_numpy(zero_copy_only=False)
    entity_rows, literal_rows = np.flatnonzero(~literal), np.flatnonzero(literal)
    entities = said.take(pa.array(entity_rows)).dictionary_encode()
    good[entity_rows] &= _named(entities, True)
    told = said.take(pa.array(literal_rows))
    quoted = pc.equal(pc.count_substring(told, '"'), 2).to_numpy(zero_copy_only=False)
    good[literal_rows] &= quoted
    literal_rows, told = literal_rows[quoted], told.filter(pa.array(quoted))
    texts, datatypes, languages, fine = _literals(told)
    good[literal_rows] &= fine
    order = np.concatenate((entity_rows, literal_rows))
    kept = good[order]
    entity_values = _bare(entities)
    blanks = pc.starts_with(entities.dictionary, "_:").to_numpy(zero_copy_only=False)
    kind = np.full(len(order), LITERAL, np.uint8)
    kind[: len(entity_rows)] = np.where(blanks[_codes(entities)], BLANK, IRI)
    none = pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(entity_rows), np.int32)), pa.array([""], pa.string()))
    taken = np.zeros(len(lines), np.bool_)
    taken[rows[order[kept]]] = True
    if not kept.any():
        return None, taken
    keep, at = pa.array(kept), pa.array(order)
    chunk = Chunk(
        "",
        _bare(subject).take(at).filter(keep),
        _bare(predicate).take(at).filter(keep),
        kind[kept],
        _joined(entity_values.cast(pa.string()), texts).filter(keep),
        _joined(none, datatypes).filter(keep),
        _joined(none, languages).filter(keep),
        (rows[order[kept]] + first).astype(np.int64),
        {},
    )
    return chunk, taken


def _joined(one: pa.Array, other: pa.Array) -> pa.Array:
    """Two arrays as one; dictionaries are brought together."""
    both = pa.chunked_array([one, other])
    if pa.types.is_dictionary(both.type):
        both = both.unify_dictionaries()
        codes = np.concatenate([_codes(c) for c in both.chunks])
        return pa.DictionaryArray.from_arrays(pa.array(codes), both.chunk(0).dictionary)
    return pa.concat_arrays(both.chunks)


def _codes(encoded: pa.DictionaryArray) -> npt.NDArray[np.int32]:
    codes: npt.NDArray[np.int32] = encoded.indices.to_numpy(zero_copy_only=False)
    return codes


def _bare(encoded: pa.DictionaryArray) -> pa.DictionaryArray:
    """IRIs without their angle brackets, blank nodes as they stand."""
    iri = pc.starts_with(encoded.dictionary, "<")
    inner = pc.binary_slice(encoded.dictionary.cast(pa.binary()), 1, -1).cast(pa.string())
    return pa.DictionaryArray.from_arrays(encoded.indices, pc.if_else(iri, inner, encoded.dictionary))


def _named(encoded: pa.DictionaryArray, blanks: bool) -> Mask:
    """Which rows hold an IRI (or blank node) in its plain form, or one that the parser's own check accepts."""
    terms = encoded.dictionary
    fine = pc.match_substring_regex(terms, f"^({_PLAIN}{f'|{_BLANK}' if blanks else ''})$").to_numpy(zero_copy_only=False)
    fine = fine.copy()
    for i in np.flatnonzero(~fine).tolist():
        fine[i] = _is_iri(terms[i].as_py())
    return np.asarray(fine[_codes(encoded)], np.bool_)


def _is_iri(term: str) -> bool:
    if not (term.startswith("<") and term.endswith(">")):
        return False
    try:
        ox.NamedNode(term[1:-1])
    except ValueError:
        return False
    return True


def _literals(told: pa.Array) -> tuple[pa.Array, pa.Array, pa.Array, Mask]:
    """Texts, datatypes, languages, and which rows are in order, of literals with two quotation marks each."""
    flat = pc.split_pattern(told, '"', max_splits=2).flatten()
    every = np.arange(0, 3 * len(told), 3)
    texts = flat.take(pa.array(every + 1))
    tails = flat.take(pa.array(every + 2)).dictionary_encode()
    known: list[Any] = [_tail(tail) for tail in tails.dictionary.to_pylist()]
    fine = np.array([k is not None for k in known], np.bool_)

    def column(i: int) -> pa.Array:
        values = pa.array([k[i] if k else "" for k in known], pa.string())
        codes = values.dictionary_encode()
        return pa.DictionaryArray.from_arrays(pa.array(_codes(codes)[_codes(tails)]), codes.dictionary)

    return texts, column(0), column(1), fine[_codes(tails)]


def _tail(tail: str) -> tuple[str, str] | None:
    """(datatype, language) of what follows the closing quotation mark, None where the parser has to look."""
    found = _TAIL.fullmatch(tail)
    if not found or (found[2] and not _is_iri(found[2])):
        return None
    datatype = found[2][1:-1] if found[2] else ""
    if datatype == _LANG_STRING:  # without a language it is no literal
        return None
    return "" if datatype == _STRING else datatype, (found[1] or "").lower()
