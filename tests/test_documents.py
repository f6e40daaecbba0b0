"""Documents survive their files, files are a function of their documents, and the declared order comes back."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus import documents as docs
from kg2corpus.document_rows import COLUMNS
from kg2corpus.errors import UserError
from kg2corpus.parquet import ROWS
from kg2corpus.types import Document, Span
from kg2corpus.uid import show

UIDS = st.integers(-(1 << 63), (1 << 63) - 1)
SPANS = st.builds(Span, UIDS, st.integers(0, 99), st.integers(0, 99), st.sampled_from(["stated", "asked", "implied"]))
DOCUMENTS = st.builds(
    Document,
    text=st.text(st.characters(exclude_categories=[])),  # lone surrogates, newlines and right-to-left marks included
    id=st.text("0123456789abcdef", min_size=16, max_size=16),
    anchor=UIDS,
    lesson=st.just("facts"),
    level=st.integers(1, 5),
    form=st.sampled_from(["statement", "question"]),
    stage=st.just("recall"),
    difficulty=st.floats(0, 10),
    spans=st.lists(SPANS, max_size=4).map(tuple),
    twins=st.lists(UIDS, max_size=3).map(tuple),
    frames=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=2).map(tuple),
    order=st.integers(0, 1 << 40),
)


# a text in a file of columns is Unicode: half of a surrogate pair is none
WHOLE = st.builds(replace, DOCUMENTS, text=st.text())
FORMATS = [("jsonl", DOCUMENTS), ("parquet", WHOLE)]


@given(DOCUMENTS)
def test_a_document_survives_its_line(document: Document) -> None:
    line = docs.encode(document)
    assert "\n" not in line
    assert docs.decode(line) == document
    assert set(json.loads(line)) == set(COLUMNS), "both formats have the same columns"
    assert line == json.dumps(json.loads(line), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
@given(st.data())
def test_a_bucket_survives_and_its_bytes_depend_on_the_documents_alone(format: str, data: st.DataObject) -> None:
    import tempfile

    many = data.draw(st.lists(dict(FORMATS)[format], max_size=8))
    with tempfile.TemporaryDirectory() as folder:
        one, two = docs.bucket_path(Path(folder), 1, format), docs.bucket_path(Path(folder) / "sub", 2, format)
        assert docs.write_bucket(one, many) == len(many)
        docs.write_bucket(two, iter(many))
        assert list(docs.read_bucket(one)) == many
        assert one.read_bytes() == two.read_bytes()
        assert [p.name for p in Path(folder).iterdir() if p.is_file()] == [one.name]  # nothing left aside
        for document in many:
            assert document in list(docs.find(Path(folder), "id", document.id))
            for twin in document.twins:
                assert document in list(docs.find(Path(folder), "twins", show(twin)))
        assert not list(docs.find(Path(folder), "twins", "no such twin"))


def sample(order: int) -> Document:
    text = f"Sentence {order}."
    spans = (Span(1, 0, 5, "stated"),)
    return Document(text, f"{order:016x}", order, "facts", 1, "statement", "recall", 1.0, spans, (1,), (), order)


def test_what_arrow_writes_holds_no_time_and_no_surroundings(tmp_path: Path) -> None:
    """What the bytes of a Parquet file are made of besides its rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "bucket-0000.parquet"
    docs.write_bucket(path, map(sample, range(2 * ROWS + 1)))
    about = pq.read_metadata(path)
    assert [about.row_group(i).num_rows for i in range(about.num_row_groups)] == [ROWS, ROWS, 1]
    assert about.metadata is None, "no key, no value"
    assert about.created_by == f"parquet-cpp-arrow version {pa.cpp_version}"
    assert {about.row_group(0).column(i).compression for i in range(about.num_columns)} == {"ZSTD"}
    assert pq.read_schema(path).names == list(COLUMNS)


def test_columns_are_of_plain_types(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    path = tmp_path / "bucket-0000.parquet"
    docs.write_bucket(path, [replace(sample(3), frames=((0, 2),))])
    [row] = pq.read_table(path).to_pylist()
    assert row["spans"] == [{"fact": f"{1:016x}", "start": 0, "end": 5, "kind": "stated"}]
    assert (row["facts"], row["twins"], row["anchor"]) == ([f"{1:016x}"], [f"{1:016x}"], f"{3:016x}")
    assert row["frames"] == [{"start": 0, "end": 2}]
    docs.write_bucket(tmp_path / "bucket-0000.jsonl.zst", [replace(sample(3), frames=((0, 2),))])
    [line] = docs.read_lines(tmp_path / "bucket-0000.jsonl.zst")
    assert json.loads(line) == row


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
def test_the_declared_order_does_not_depend_on_the_buckets(tmp_path: Path, format: str) -> None:
    parts = [replace(sample(7), text="second part")]
    many = sorted([*map(sample, range(40)), *parts], key=lambda d: d.order)
    for buckets in (1, 3, 7):
        corpus = tmp_path / str(buckets)
        for bucket in range(buckets):
            own = [d for d in many if d.anchor % buckets == bucket]
            docs.write_bucket(docs.bucket_path(corpus / "01-recall", bucket, format), own)
        manifest = {"stages": [{"name": "recall", "folder": "01-recall"}], "format": format, "buckets": buckets}
        docs.write_text(corpus / "manifest.json", json.dumps(manifest))
        assert list(docs.read_corpus(corpus)) == many
        docs.bucket_path(corpus / "01-recall", buckets - 1, format).unlink()
        with pytest.raises(UserError, match="missing"):
            list(docs.read_corpus(corpus))


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.zst"
    docs.write_lines(path, ["old"])

    def failing() -> object:
        yield "new"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        docs.write_lines(path, failing())  # type: ignore[arg-type]
    assert list(docs.read_lines(path)) == ["old"]


def test_faults_are_named(tmp_path: Path) -> None:
    path = tmp_path / "bucket-0000.jsonl.zst"
    with pytest.raises(UserError, match="no such file"):
        list(docs.read_bucket(path))
    docs.write_lines(path, [docs.encode(sample(1)), '{"id": 3}'])
    with pytest.raises(UserError, match=r"bucket-0000.jsonl.zst:2: not a document"):
        list(docs.read_bucket(path))
    path.write_bytes(b"no zstd at all")
    with pytest.raises(UserError, match="damaged") as damaged:
        list(docs.read_bucket(path))
    assert damaged.value.hint
    good = tmp_path / "good.jsonl.zst"
    docs.write_lines(good, [f"{random.Random(1).random()} {i}" for i in range(5000)])
    good.write_bytes(good.read_bytes()[:-100])
    with pytest.raises(UserError, match="damaged"):
        list(docs.read_lines(good))
    with pytest.raises(UserError, match=r"not whole.*manifest"):
        list(docs.read_corpus(tmp_path))
    docs.write_text(tmp_path / "manifest.json", '{"format_version": 1, "stages": []}')
    with pytest.raises(UserError, match="format 1") as older:
        list(docs.read_corpus(tmp_path))
    assert "compile" in older.value.hint


def test_faults_of_a_parquet_file_are_named(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "bucket-0000.parquet"
    with pytest.raises(UserError, match="no such file"):
        list(docs.read_bucket(path))
    pq.write_table(pa.table({"text": ["a"]}), path)
    with pytest.raises(UserError, match="no column 'id'"):
        list(docs.read_bucket(path))
    docs.write_bucket(path, [sample(1)])
    rows = pq.read_table(path).to_pylist()
    pq.write_table(pa.Table.from_pylist([{**rows[0], "anchor": "none"}]), path)
    with pytest.raises(UserError, match="rows 0 to 1: not documents"):
        list(docs.read_bucket(path))
    rng = random.Random(2)
    docs.write_bucket(path, [replace(sample(i), text=f"{rng.random()}") for i in range(3000)])
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    with pytest.raises(UserError, match="damaged") as cut:
        list(docs.read_bucket(path))
    assert cut.value.hint
    path.write_bytes(whole[:20_000] + bytes(8) + whole[20_008:])
    with pytest.raises(UserError, match="damaged"):
        list(docs.read_bucket(path))
    path.write_bytes(b"")
    with pytest.raises(UserError, match="damaged"):
        list(docs.read_bucket(path))
    with pytest.raises(UserError, match="surrogate") as half:
        docs.write_bucket(path, [replace(sample(1), text="a\ud800b")])
    assert "jsonl" in half.value.hint
