"""Documents as rows of a Parquet file: one row a document, columns of plain types, as docs/file-formats.md has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from .errors import UserError
from .parquet import ROWS, batches, bounds, hexes, lists, opened, structs, table, uids
from .types import Document, Span

COLUMNS = (
    "id", "text", "facts", "spans", "frames", "twins", "anchor", "stage", "lesson", "level", "form", "difficulty", "order",
)  # fmt: skip
REPEATED = ("stage", "lesson", "form", "facts.list.element", "spans.list.element.fact", "spans.list.element.kind",
            "twins.list.element", "anchor")  # fmt: skip


@cache
def schema() -> Any:
    """The columns with their types."""
    import pyarrow as pa

    place = [("start", pa.int32()), ("end", pa.int32())]
    own = {
        "id": pa.string(), "text": pa.string(), "facts": pa.list_(pa.string()),
        "spans": pa.list_(pa.struct([("fact", pa.string()), *place, ("kind", pa.string())])),
        "frames": pa.list_(pa.struct(place)), "twins": pa.list_(pa.string()), "level": pa.int8(),
        "difficulty": pa.float64(), "order": pa.int64(),
    }  # fmt: skip
    return pa.schema([(name, own.get(name, pa.string())) for name in COLUMNS])


def write(path: Path, documents: Iterable[Document]) -> int:
    """Write documents, a row each. Returns how many there were. Raises UserError for a text that is not Unicode."""
    rest, count = iter(documents), 0
    with table(path, schema(), REPEATED) as writer:
        while many := list(islice(rest, ROWS)):
            writer.write_batch(batch(many))
            count += len(many)
    return count


def batch(many: list[Document]) -> Any:
    """Documents as a record batch."""
    import pyarrow as pa

    spans = [span for document in many for span in document.spans]
    frames = [frame for document in many for frame in document.frames]
    facts = [list(dict.fromkeys([span.fact for span in document.spans])) for document in many]
    own = {
        "id": [d.id for d in many],
        "text": _texts(many),
        "facts": lists([len(f) for f in facts], hexes([fact for own in facts for fact in own])),
        "spans": lists(
            [len(d.spans) for d in many],
            structs(
                fact=hexes([s.fact for s in spans]),
                start=pa.array([s.start for s in spans], pa.int32()),
                end=pa.array([s.end for s in spans], pa.int32()),
                kind=pa.array([s.kind for s in spans], pa.string()),
            ),
        ),
        "frames": lists(
            [len(d.frames) for d in many],
            structs(start=pa.array([a for a, _ in frames], pa.int32()), end=pa.array([b for _, b in frames], pa.int32())),
        ),
        "twins": lists([len(d.twins) for d in many], hexes([twin for d in many for twin in d.twins])),
        "anchor": hexes([d.anchor for d in many]),
        "stage": [d.stage for d in many],
        "lesson": [d.lesson for d in many],
        "level": pa.array([d.level for d in many], pa.int8()),
        "form": [d.form for d in many],
        "difficulty": pa.array([float(d.difficulty) for d in many], pa.float64()),
        "order": [d.order for d in many],
    }
    return pa.record_batch([own[name] for name in COLUMNS], schema=schema())


def _texts(many: list[Document]) -> Any:
    import pyarrow as pa

    try:
        return pa.array([d.text for d in many], pa.string())
    except UnicodeEncodeError as e:
        wrong = next(d for d in many if any("\ud800" <= character <= "\udfff" for character in d.text))
        what = f"the text of document {wrong.id} has half of a surrogate pair, which no Parquet file can hold: {wrong.text!r}"
        hint = "correct the label or the wording that it comes from, or write JSON Lines (--format jsonl)"
        raise UserError(what, hint) from e


def read(path: Path) -> Iterator[Document]:
    """The documents of a file, in its order. Raises UserError for one that is damaged or holds something else."""
    at = 0
    for found in batches(path, COLUMNS):
        yield from _decoded(path, found, at)
        at += len(found)


def _decoded(path: Path, found: Any, at: int = 0) -> list[Document]:
    try:
        return list(_documents({name: found.column(name) for name in COLUMNS}))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as e:
        hint = "compile the corpus again; documents are described in docs/file-formats.md"
        raise UserError(f"{path}: rows {at} to {at + len(found)}: not documents ({type(e).__name__}: {e})", hint) from e


def _documents(column: dict[str, Any]) -> Iterator[Document]:
    spans, frames = column["spans"].flatten(), column["frames"].flatten()
    places = zip(*(spans.field(name).to_pylist() for name in ("start", "end", "kind")), strict=True)
    each_span = [Span(fact, *place) for fact, place in zip(uids(spans.field("fact")).tolist(), places, strict=True)]
    each_frame = list(zip(*(frames.field(name).to_pylist() for name in ("start", "end")), strict=True))
    each_twin = uids(column["twins"].flatten()).tolist()
    plain = ("text", "id", "lesson", "level", "form", "stage", "difficulty", "order")
    rows = zip(*(column[name].to_pylist() for name in plain), uids(column["anchor"]).tolist(), strict=True)
    ends = zip(*(bounds(column[name]) for name in ("spans", "twins", "frames")), strict=True)
    for (text, id, lesson, level, form, stage, difficulty, order, anchor), (s, t, f) in zip(rows, ends, strict=True):
        yield Document(
            text=text, id=id, anchor=anchor, lesson=lesson, level=level, form=form, stage=stage, difficulty=difficulty,
            spans=tuple(each_span[s[0] : s[1]]), twins=tuple(each_twin[t[0] : t[1]]),
            frames=tuple(each_frame[f[0] : f[1]]), order=order,
        )  # fmt: skip


def find(path: Path, column: str, value: str) -> Iterator[Document]:
    """The documents whose `id` is, or whose `twins` hold, a value: that column is searched before the others are read."""
    import pyarrow as pa
    import pyarrow.compute as pc

    with opened(path, COLUMNS) as file:
        try:
            for group in range(file.num_row_groups):
                searched = file.read_row_group(group, columns=[column]).column(column).combine_chunks()
                if pa.types.is_list(searched.type):
                    rows = pc.list_parent_indices(searched).filter(pc.equal(searched.flatten(), value)).unique()
                else:
                    rows = pc.indices_nonzero(pc.equal(searched, value))
                if len(rows):
                    chosen = file.read_row_group(group, columns=list(COLUMNS)).take(rows).combine_chunks()
                    yield from _decoded(path, chosen.to_batches()[0])
        except (pa.ArrowException, OSError) as e:
            raise UserError(f"{path}: damaged ({e})", "remove the file and compile again") from e
