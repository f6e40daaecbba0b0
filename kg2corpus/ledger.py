"""The exposure ledger: which document exposes which fact, where, how and in which words; and what each fact has had in all.

`<corpus>/ledger/<NN-stage>/bucket-NNNN.parquet` has one row an exposure, in the order of the documents in the bucket file of
the same name; `<corpus>/facts.parquet` one row for each train fact, said or not. docs/file-formats.md has the columns.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from .errors import UserError
from .parquet import batches, hexes, opened, table, uids
from .types import Document

FOLDER, FACTS = "ledger", "facts.parquet"
KINDS = ("stated", "asked", "implied")
COLUMNS = ("fact", "twin", "stage", "lesson", "form", "wording", "document", "start", "end", "kind")
REPEATED = ("fact", "twin", "stage", "lesson", "form", "wording", "kind")
FACT_COLUMNS = ("fact", "twin", "target", *KINDS)
ROWS = 16_384  # of a row group of exposures
ABOUT = "kg2corpus"  # the key in the footer under which a file says what it was made from and what it counts


class Exposure(NamedTuple):
    """One row: uids as numbers, characters [start, end) of the document, and the wording as the lexicon has it ("" where the
    words are not one of the fact's wordings: a cell of a table, a conclusion)."""

    fact: int
    twin: int
    stage: str
    lesson: str
    form: str
    wording: str
    document: str
    start: int
    end: int
    kind: str

    @property
    def place(self) -> tuple[str, str, str, str, int, int, str]:
        """Where it stands: all that documents say of it."""
        return self.stage, self.lesson, self.form, self.document, self.start, self.end, self.kind


@cache
def schema() -> Any:
    """The columns with their types."""
    import pyarrow as pa

    return pa.schema([(name, pa.int32() if name in ("start", "end") else pa.string()) for name in COLUMNS])


class Book:
    """An open file of exposures. `about` is written into its footer."""

    def __init__(self, writer: Any) -> None:
        self.writer = writer
        self.rows: list[tuple[Any, ...]] = []
        self.about: dict[str, Any] = {}

    def add(self, document: Document, twins: Mapping[int, int], wordings: Mapping[int, str]) -> None:
        """The exposures of a document, given the twin and the wording of each of its facts."""
        head = document.stage, document.lesson, document.form
        self.rows += [
            (s.fact, twins[s.fact], *head, "" if s.kind == "implied" else wordings.get(s.fact, ""), document.id, s.start, s.end,
             s.kind)
            for s in document.spans
        ]  # fmt: skip
        while len(self.rows) >= ROWS:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        columns: list[Any] = list(zip(*self.rows[:ROWS], strict=True))
        for i, name in enumerate(COLUMNS):
            if name in ("fact", "twin"):
                columns[i] = hexes(columns[i])
            else:
                columns[i] = pa.array(columns[i], schema().field(name).type)
        self.writer.write_batch(pa.record_batch(columns, schema=schema()))
        del self.rows[:ROWS]

    def close(self) -> None:
        """Write what is left."""
        if self.rows:
            self._flush()
        self.writer.add_key_value_metadata({ABOUT: json.dumps(self.about, sort_keys=True, ensure_ascii=False)})


@contextmanager
def writing(path: Path) -> Iterator[Book]:
    """A book of exposures, whose file is there when it is whole."""
    with table(path, schema(), REPEATED) as writer:
        book = Book(writer)
        yield book
        book.close()


def about(path: Path) -> dict[str, Any]:
    """What a file of exposures says of itself: its `key`, and counts. Raises UserError where it is missing or damaged."""
    with opened(path, COLUMNS) as file:
        found: dict[str, Any] = json.loads((file.metadata.metadata or {}).get(ABOUT.encode(), b"{}"))
    return found


def files(corpus: Path) -> list[Path]:
    """The files of exposures, by stage and bucket."""
    return sorted((corpus / FOLDER).glob("*/bucket-*.parquet"))


def exposures(path: Path) -> Iterator[Exposure]:
    """The rows of a file. Raises UserError for one that is damaged."""
    for batch in batches(path, COLUMNS, size=ROWS):
        try:
            columns = [
                uids(batch.column(n)).tolist() if n in ("fact", "twin") else batch.column(n).to_pylist() for n in COLUMNS
            ]
        except (ValueError, TypeError) as e:
            raise UserError(f"{path}: not a ledger ({e})", "compile the corpus again") from e
        yield from map(Exposure._make, zip(*columns, strict=True))


def kinds_of_facts(path: Path) -> Iterator[tuple[str, Any, Any]]:
    """By part and lesson of a file: the facts that are exposed (an array of uids) and the kinds (of places in KINDS)."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    for batch in batches(path, ("fact", "kind", "lesson"), size=ROWS):
        facts, kinds = uids(batch.column("fact")), np.asarray(pc.index_in(batch.column("kind"), pa.array(KINDS)))
        lessons = batch.column("lesson").dictionary_encode()
        numbers = np.asarray(lessons.indices)
        for i, lesson in enumerate(lessons.dictionary.to_pylist()):
            yield lesson, facts[numbers == i], kinds[numbers == i]


def write_facts(path: Path, columns: Mapping[str, Any]) -> None:
    """Write what each fact has had: the columns of FACT_COLUMNS, lists or arrays of numbers."""
    import pyarrow as pa

    types = {name: pa.string() if name in ("fact", "twin") else pa.int32() for name in FACT_COLUMNS}
    made = pa.schema(types.items())
    with table(path, made, ()) as writer:
        for start in range(0, len(columns["fact"]), ROWS):
            part = {name: columns[name][start : start + ROWS] for name in FACT_COLUMNS}
            own = [hexes(v) if types[n] == pa.string() else pa.array(v, types[n]) for n, v in part.items()]
            writer.write_batch(pa.record_batch(own, schema=made))


def read_facts(path: Path) -> Iterator[dict[str, Any]]:
    """What each fact has had, in order of uid: a dict with the columns of FACT_COLUMNS, uids as 16 hex digits."""
    for batch in batches(path, FACT_COLUMNS, size=ROWS):
        yield from batch.to_pylist()


def told(rows: Iterable[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """Exposures by kind of each fact, those of the facts that say the same with it."""
    twin_of: dict[str, str] = {}
    totals: dict[str, dict[str, int]] = {}
    for row in rows:
        twin_of[row["fact"]] = row["twin"]
        total = totals.setdefault(row["twin"], dict.fromkeys(KINDS, 0))
        for kind in KINDS:
            total[kind] += row[kind]
    return {fact: totals[twin] for fact, twin in twin_of.items()}
