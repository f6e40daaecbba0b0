"""Tables in Parquet files: the same rows give the same bytes, and a damaged file is said to be one.

Nothing in a file holds a time or depends on how it was written: row groups have a fixed number of rows, zstd a fixed level,
pages carry checksums. The footer names the release of Arrow (`created_by`), and its zstd may pack otherwise: the bytes, though
not the rows, are those of one version of pyarrow, and the manifest of a corpus says which.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from .errors import UserError, near

ROWS = 4096  # of a row group: what a writer holds
READ = 512  # rows that a reader holds: many files are open at once where their rows are merged
LEVEL = 3
HINT = "remove the file and run the command that made it again"


@contextmanager
def table(path: Path, schema: Any, dictionary: Sequence[str]) -> Iterator[Any]:
    """A writer of record batches of a schema, written aside and renamed when whole. `dictionary`: the columns (as paths of
    their leaves) whose values come again and again."""
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    options = {"compression": "zstd", "compression_level": LEVEL, "use_dictionary": list(dictionary), "version": "2.6"}
    with pq.ParquetWriter(aside, schema, **options, store_schema=False, write_page_checksum=True) as writer:
        yield writer
    os.replace(aside, path)


def opened(path: Path, columns: Sequence[str] = ()) -> Any:
    """The open file. Raises UserError where it is missing, damaged, or lacks one of the columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file():
        known = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        raise UserError(f"no such file: {path}", near(path.name, known) if known else "compile the corpus first")
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as e:
        raise UserError(f"{path}: damaged ({e})", HINT) from e
    if missing := [name for name in columns if name not in file.schema_arrow.names]:
        hint = "compile the corpus again; docs/file-formats.md has the columns"
        raise UserError(f"{path}: it has no column '{missing[0]}'", hint)
    return file


def batches(path: Path, columns: Sequence[str], *, size: int = READ) -> Iterator[Any]:
    """The rows of a file, `size` at a time, with these columns. Raises UserError as `opened` does."""
    import pyarrow as pa

    with opened(path, columns) as file:
        try:
            yield from file.iter_batches(size, columns=list(columns))
        except (pa.ArrowException, OSError) as e:
            raise UserError(f"{path}: damaged ({e})", HINT) from e


# columns of the kinds that files have


def hexes(uids: Sequence[int]) -> Any:
    """uids as texts of 16 hex digits each: `map(show, uids)`, in a hundredth of the time."""
    import numpy as np
    import pyarrow as pa

    numbers = np.asarray(uids, dtype=np.int64)
    digits = numbers.astype(">i8").tobytes().hex().encode("ascii")
    offsets = np.arange(0, 16 * len(numbers) + 1, 16, dtype=np.int32)
    return pa.StringArray.from_buffers(len(numbers), pa.py_buffer(offsets), pa.py_buffer(digits))


def uids(texts: Any) -> Any:
    """Inverse of `hexes`, as int64 numbers. Raises ValueError for what is no column of uids."""
    import numpy as np

    joined = "".join(texts.to_pylist())
    if len(joined) != 16 * len(texts):
        raise ValueError("a uid has 16 hex digits")
    return np.frombuffer(bytes.fromhex(joined), dtype=">i8").astype(np.int64)


def lists(lengths: Sequence[int], values: Any) -> Any:
    """Lists of these lengths, of values that lie one after the other."""
    import numpy as np
    import pyarrow as pa

    return pa.ListArray.from_arrays(np.fromiter(accumulate(lengths, initial=0), np.int32, len(lengths) + 1), values)


def structs(**fields: Any) -> Any:
    """A column of structs, from one column for each field."""
    import pyarrow as pa

    return pa.StructArray.from_arrays(list(fields.values()), list(fields))


def bounds(column: Any) -> list[tuple[int, int]]:
    """Where each list of a column begins and ends in `column.flatten()`."""
    ends = list(accumulate(column.value_lengths().to_pylist(), initial=0))
    return list(pairwise(ends))
