"""The columnar layout of a snapshot: Arrow tables in order of uid, with the edges of each node in one run.

`assemble.assemble` sorts and indexes unordered tables, `save` and `read` keep them in a folder of Arrow IPC files that are
memory-mapped, so that several processes share one copy. Dense integers (row numbers) live inside a snapshot only.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from codecs import utf_8_decode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from . import uid as uids
from .errors import UserError
from .killpoints import reach

FORMAT = 4
CONTENT = 3  # of what a fingerprint covers: a format that only adds what few graphs have leaves the fingerprints of all others
TABLES = ("nodes", "relations", "facts", "starts", "texts", "statements", "units", "periods")
Ints: TypeAlias = npt.NDArray[np.int64]

NODE = pa.schema(
    [("uid", pa.int64()), ("literal", pa.bool_())]
    + [(name, pa.large_string()) for name in ("key", "label", "description", "datatype", "language")]
    + [(name, pa.large_list(pa.large_string())) for name in ("types", "aliases")]
)
RELATION = pa.schema(
    [("uid", pa.int64())]
    + [(name, pa.bool_()) for name in ("symmetric", "transitive", "functional", "name_like")]
    + [(name, pa.large_string()) for name in ("key", "name", "label", "description", "datatype", "unit", "inverse_key", "kind")]
)
# subject, relation and object are row numbers of the two tables above; fact is a row number of this one
FACT = pa.schema([(name, pa.int64()) for name in ("uid", "subject", "relation", "object")])
STATEMENT = pa.schema(
    [("fact", pa.int64()), ("source", pa.large_string()), ("file", pa.large_string()), ("position", pa.int64())]
)
# units of single facts, where their statements give one: "metre" of "height 1.88"
UNIT = pa.schema([("fact", pa.int64()), ("unit", pa.large_string())])
# when single facts held, by their statements: a date or year each, "" where it is open or unknown
PERIOD = pa.schema([("fact", pa.int64()), ("start", pa.large_string()), ("end", pa.large_string())])


@dataclass(frozen=True)
class Raw:
    """Tables in any order, as a store or a test gives them. `meta`: graph_id, counterfactual, name; and licences, as JSON
    from source to licence, where they are known."""

    nodes: pa.Table
    relations: pa.Table
    facts: pa.Table
    statements: pa.Table
    meta: dict[str, str]
    units: pa.Table = field(default_factory=UNIT.empty_table)
    periods: pa.Table = field(default_factory=PERIOD.empty_table)


@dataclass(frozen=True)
class Columns:
    """The tables of a snapshot: nodes and facts by uid, relations by key, with indexes.

    `nodes` has two columns more than `NODE`: `qualifier` and its `basis`, a list of uids of facts (see `homonyms`).
    `facts.out` lists fact rows by (subject, relation key, object label, uid) and `facts.into` by (object, relation key,
    subject label, uid); `starts` says where the run of each node begins. `units` holds the
    rows of facts that have a unit of their own, ascending, and `periods` of those of which a statement says when they held.
    `texts` maps hashes of folded names to nodes.
    """

    nodes: pa.Table
    relations: pa.Table
    facts: pa.Table
    starts: pa.Table
    texts: pa.Table
    statements: pa.Table
    units: pa.Table
    periods: pa.Table
    meta: dict[str, str]


def whole(column: pa.ChunkedArray) -> pa.Array:
    """A column as one array, without a copy where it lies in one piece."""
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def ints(table: pa.Table, name: str) -> Ints:
    """A column of integers as NumPy, memory-mapped where the table is."""
    values: Ints = whole(table.column(name)).to_numpy(zero_copy_only=False)
    return values


class Texts:
    """A string column read one cell at a time, straight from Arrow's buffers: several times faster than `array[i].as_py()`."""

    def __init__(self, column: pa.Array) -> None:
        _, offsets, data = column.buffers()
        self._offsets = _offsets(column, offsets)
        self._data = memoryview(data) if data is not None else memoryview(b"")

    def __getitem__(self, row: int) -> str:
        start, end = self._offsets[row], self._offsets[row + 1]
        return utf_8_decode(self._data[start:end])[0] if start != end else ""


class TextLists:
    """The same for a column of lists of strings."""

    def __init__(self, column: pa.Array) -> None:
        self._offsets = _offsets(column, column.buffers()[1])
        self._texts = Texts(column.values)

    def __getitem__(self, row: int) -> tuple[str, ...]:
        start, end = self._offsets[row], self._offsets[row + 1]
        if end - start == 1:
            return (self._texts[start],)
        return tuple([self._texts[i] for i in range(start, end)]) if start != end else ()


def _offsets(column: pa.Array, buffer: pa.Buffer | None) -> memoryview:
    if buffer is None or not len(column):
        return memoryview(bytes(8)).cast("q")
    return memoryview(buffer).cast("B").cast("q")[column.offset : column.offset + len(column) + 1]


class Sparse:
    """Text columns of a table in which few rows of another stand, in ascending order and maybe several times."""

    def __init__(self, table: pa.Table) -> None:
        self._row = ints(table, table.column_names[0]).data
        self._texts = [Texts(whole(table.column(name))) for name in table.column_names[1:]]

    def __len__(self) -> int:
        return len(self._row)

    def __getitem__(self, row: int) -> tuple[tuple[str, ...], ...]:
        first = bisect_left(self._row, row)
        return tuple(tuple(text[at] for text in self._texts) for at in range(first, bisect_right(self._row, row, first)))


class Runs:
    """Fact rows by node, or those of a `mask` over all rows: the run of node i lies in `cell` from start[i] to start[i + 1]."""

    def __init__(self, columns: Columns, name: str, mask: npt.NDArray[np.bool_] | None = None) -> None:
        order, starts = ints(columns.facts, name), ints(columns.starts, name)
        if mask is not None:
            kept = mask[order]
            order, starts = order[kept], np.concatenate(([0], np.cumsum(kept)))[starts]
        self.cell, self._start = order.data, starts.data
        self._relation = ints(columns.facts, "relation").data

    def bounds(self, row: int, relation: int | None) -> tuple[int, int]:
        """Where the facts of a node lie in `cell`, or only those of a relation, which stand together in it."""
        start, end = self._start[row], self._start[row + 1]
        if relation is None:
            return start, end
        kind = self._relation.__getitem__
        first = bisect_left(self.cell, relation, start, end, key=kind)
        return first, bisect_right(self.cell, relation, first, end, key=kind)


def lists(rows: Ints, values: pa.Array, count: int) -> pa.Array:
    """One sorted list without repetitions per row 0..count-1 from (row, value) pairs."""
    table = pa.table({"row": pa.array(rows, pa.int64()), "value": values.cast(pa.large_string())})
    table = table.group_by(["row", "value"]).aggregate([]).sort_by([("row", "ascending"), ("value", "ascending")])
    offsets = np.searchsorted(ints(table, "row"), np.arange(count + 1))
    return pa.LargeListArray.from_arrays(pa.array(offsets, pa.int64()), whole(table.column("value")))


def fold(text: str) -> str:
    """Text as it is compared by `find`: case and surrounding or repeated blanks make no difference."""
    return " ".join(text.casefold().split())


def content_fingerprint(columns: Columns) -> str:
    """16 hex digits of all that lessons see: nodes, relations, facts, units, graph id. The same whatever the loading order and
    the format of the source; sources, positions and the graph's name are not part of it."""
    h = blake2b(digest_size=8)
    for part in ("graph", str(CONTENT), columns.meta["graph_id"], columns.meta["counterfactual"]):
        h.update(uids.show(uids.digest(part)).encode())
    for table in (columns.nodes, columns.relations, columns.facts, columns.units, columns.periods):
        if table is not columns.periods or len(table):
            _feed(h, table)
    return h.hexdigest()


def provenance_fingerprint(columns: Columns) -> str:
    """8 hex digits of what the content fingerprint leaves out: name, sources, positions, file format."""
    h = blake2b(str(CONTENT).encode(), digest_size=4)
    h.update(uids.show(uids.digest(columns.meta["name"], columns.meta.get("licences", ""))).encode())
    _feed(h, columns.statements)
    return h.hexdigest()


def _feed(h: Any, table: pa.Table) -> None:
    """Hash values and lengths, not buffers, whose padding and offsets Arrow may choose."""
    h.update(table.num_rows.to_bytes(8, "little"))
    for name in table.column_names:
        array = whole(table.column(name))
        if pa.types.is_large_list(array.type):
            h.update(np.asarray(pc.list_value_length(array), dtype=np.int64).tobytes())
            array = array.flatten()
        if pa.types.is_large_string(array.type):
            h.update(np.asarray(pc.binary_length(array), dtype=np.int64).tobytes())
            h.update("".join(array.to_pylist()).encode())
        else:
            h.update(np.asarray(array.to_numpy(zero_copy_only=False), dtype=np.int64).tobytes())


def save(columns: Columns, folder: Path, fingerprint: str) -> None:
    """Write the tables into an existing empty folder."""
    for name in TABLES:
        table = getattr(columns, name).combine_chunks()
        with pa.OSFile(str(folder / f"{name}.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        reach("snapshot.written")
    head = {"format_version": FORMAT, "fingerprint": fingerprint, "meta": columns.meta}
    (folder / "snapshot.json").write_text(json.dumps(head, indent=1, sort_keys=True, ensure_ascii=False), "utf-8")


def read(folder: Path) -> tuple[Columns, str]:
    """Memory-map the tables of a folder. Raises UserError where it is no snapshot of this format, or not whole."""
    again = "open the database again: a snapshot is made from it anew"
    for name in ("snapshot.json", *(f"{table}.arrow" for table in TABLES)):
        if not (folder / name).is_file():
            raise UserError(f"{folder} is no snapshot: {name} is missing", again)
    try:
        head = json.loads((folder / "snapshot.json").read_text("utf-8"))
        if head["format_version"] != FORMAT:
            raise UserError(f"{folder}: snapshot format {head['format_version']}, this version reads {FORMAT}", again)
        tables = {n: pa.ipc.open_file(pa.memory_map(str(folder / f"{n}.arrow"))).read_all() for n in TABLES}
        return Columns(**tables, meta=head["meta"]), head["fingerprint"]
    except (ValueError, KeyError, TypeError, OSError, pa.ArrowInvalid) as e:
        raise UserError(f"{folder}: the snapshot is damaged ({e})", f"remove the folder, then {again}") from e


def table_of(rows: Iterable[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    """A table from rows whose values are in the order of the schema."""
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
