"""Chunks: triples as columns, the one form in which the store takes them in, whatever the reader yields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ._common import Batch, Extra, Log, Row, guarded, read_batches

KINDS = ("iri", "blank", "literal", "novalue", "somevalue", "triple")
IRI, BLANK, LITERAL, NOVALUE, SOMEVALUE, TRIPLE = range(len(KINDS))
CODE = {name: code for code, name in enumerate(KINDS)}


class Chunk(NamedTuple):
    """Some triples of one member `file` of a source ("" for a source of one file), as columns of equal length.

    `subject`, `predicate`, `value`, `datatype` and `language` are Arrow arrays of `string`, or dictionaries of it;
    `kind` holds indexes into KINDS, `position` line numbers or ordinals, and `extras` what is said about the statement
    itself, by row, for those rows that have any.
    """

    file: str
    subject: pa.Array
    predicate: pa.Array
    kind: npt.NDArray[np.uint8]
    value: pa.Array
    datatype: pa.Array
    language: pa.Array
    position: npt.NDArray[np.int64]
    extras: Mapping[int, Extra]


def of_rows(file: str, rows: Sequence[Row], shown: str, log: Log) -> Iterator[Chunk]:
    """The chunk of some rows; nothing of none. Text that is no Unicode (half a surrogate pair) is a fault of its row."""
    if not rows:
        return
    s, p, kind, value, datatype, language, position, extra = zip(*rows, strict=True)
    try:
        texts = [pa.array(column, pa.string()) for column in (s, p, value, datatype, language)]
    except UnicodeEncodeError:
        yield from of_rows(file, [row for row in rows if _encodes(row, shown, log)], shown, log)
        return
    yield Chunk(
        file,
        texts[0],
        texts[1],
        np.fromiter(map(CODE.__getitem__, kind), np.uint8, len(rows)),
        texts[2],
        texts[3],
        texts[4],
        np.array(position, np.int64),
        {i: e for i, e in enumerate(extra) if e is not None},
    )


def _encodes(row: Row, shown: str, log: Log) -> bool:
    try:
        for text in (row[0], row[1], *row[3:6]):
            text.encode()
    except UnicodeEncodeError:
        log.fault(shown, row[6], "text with half a surrogate pair, which is no Unicode character")
        return False
    return True


def read_chunks(
    module: ModuleType, source: Path, log: Log, options: Mapping[str, Any] | None = None, *, in_order: bool = False
) -> Iterator[Chunk]:
    """All triples of a source as chunks, by the fastest way that the reader has: `columns`, `batches` or `read`.

    `columns` may give the triples of a piece in any order; with `in_order` they come as they stand.
    """
    given = dict(options or {})
    if hasattr(module, "columns") and not in_order:
        found = guarded(module, source, lambda: module.columns(source, log, **given))
        for one in found:
            if isinstance(one, Chunk):
                yield one
            else:
                yield from _of_batch(one, source, log)
        return
    for batch in read_batches(module, source, log, options):
        yield from _of_batch(batch, source, log)


def _of_batch(batch: Batch, source: Path, log: Log) -> Iterator[Chunk]:
    file, rows = batch
    yield from of_rows(file, rows, file or source.name, log)
