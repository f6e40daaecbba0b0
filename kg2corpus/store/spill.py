"""Tables that outgrow memory: kept in parts by the first bits of a uid, in files beside the store, and read part by part.

As every part holds a range of uids, going through the parts in order and sorting each is sorting the whole. All parts of two
spills with the same bounds hold the same uids, so that what belongs together is found in one part.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..columns import Ints, ints

BITS = 5  # so 32 parts
LEAST = 1_500_000  # rows that are kept in memory


class Spill:
    """Rows of one schema, which has a column `uid`. `least` rows are held in memory; more go to files in `folder`."""

    def __init__(self, schema: pa.Schema, folder: Path, name: str, least: int = LEAST) -> None:
        self.schema = schema
        self.rows = 0
        self._folder, self._name, self._least = folder, name, least
        self._held: list[pa.Table] = []
        self._count = 0
        self._files: list[tuple[pa.OSFile, pa.ipc.RecordBatchStreamWriter]] = []

    def add(self, rows: pa.Table) -> None:
        """Append rows."""
        if rows.num_rows:
            self._held.append(rows)
            self._count += rows.num_rows
            self.rows += rows.num_rows
            if self._count > self._least:
                self._flush()

    @property
    def spilled(self) -> bool:
        """Whether there are files, and so more than one part."""
        return bool(self._files)

    def spread(self) -> None:
        """Go over to files now, so that the parts are those of another spill."""
        if not self._files:
            self._flush()

    def _flush(self) -> None:
        if not self._files:
            for part in range(1 << BITS):
                file = pa.OSFile(str(self._path(part)), "wb")
                self._files.append((file, pa.ipc.new_stream(file, self.schema)))
        held = pa.concat_tables(self._held) if self._held else self.schema.empty_table()
        self._held, self._count = [], 0
        part_of = parts_of(ints(held, "uid"))
        order = np.argsort(part_of, kind="stable")
        ends = np.searchsorted(part_of[order], np.arange((1 << BITS) + 1))
        held = held.take(pa.array(order))
        for part, (_, writer) in enumerate(self._files):
            if ends[part] < ends[part + 1]:
                writer.write_table(held.slice(ends[part], ends[part + 1] - ends[part]))

    def _path(self, part: int) -> Path:
        return self._folder / f"{self._name}-{part:02}.arrow"

    def parts(self) -> Iterator[pa.Table]:
        """The parts in order of uid; rows lie in a part as they came. May be repeated, also after more rows were added."""
        if not self._files:
            yield pa.concat_tables(self._held).combine_chunks() if self._held else self.schema.empty_table()
            return
        if self._count:
            self._flush()
        for part in range(len(self._files)):
            if not self._path(part).stat().st_size:  # the schema stands before the first rows, so there is none without rows
                yield self.schema.empty_table()
                continue
            with pa.OSFile(str(self._path(part)), "rb") as source:  # a stream that is still open ends where its file does
                yield pa.ipc.open_stream(source).read_all().combine_chunks()

    def close(self) -> None:
        """Close the files; their folder's owner removes them."""
        for file, writer in self._files:
            if not file.closed:
                writer.close()
                file.close()


def parts_of(uid: Ints) -> npt.NDArray[np.uint8]:
    """Which part each uid belongs to, in the order of signed uids."""
    return ((uid >> (64 - BITS)) + (1 << (BITS - 1))).astype(np.uint8)
