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
from kg2corpus.errors import UserError
from kg2corpus.types import Document, Span

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


@given(DOCUMENTS)
def test_a_document_survives_its_line(document: Document) -> None:
    line = docs.encode(document)
    assert "\n" not in line
    assert docs.decode(line) == document
    assert list(json.loads(line)) == ["id", "metadata", "text"]
    assert line == json.dumps(json.loads(line), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@given(st.lists(DOCUMENTS, max_size=8))
def test_a_bucket_survives_and_its_bytes_depend_on_the_documents_alone(many: list[Document]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        one, two = Path(folder) / "a.jsonl.zst", Path(folder) / "sub" / "b.jsonl.zst"
        assert docs.write_bucket(one, many) == len(many)
        docs.write_bucket(two, iter(many))
        assert list(docs.read_bucket(one)) == many
        assert one.read_bytes() == two.read_bytes()
        assert [p.name for p in Path(folder).iterdir() if p.is_file()] == ["a.jsonl.zst"]  # nothing left aside


def sample(order: int) -> Document:
    text = f"Sentence {order}."
    spans = (Span(1, 0, 5, "stated"),)
    return Document(text, f"{order:016x}", order, "facts", 1, "statement", "recall", 1.0, spans, (1,), (), order)


def test_the_declared_order_does_not_depend_on_the_buckets(tmp_path: Path) -> None:
    parts = [replace(sample(7), text="second part")]
    many = sorted([*map(sample, range(40)), *parts], key=lambda d: d.order)
    name = "bucket-{:04d}.jsonl.zst"
    for buckets in (1, 3, 7):
        corpus = tmp_path / str(buckets)
        for bucket in range(buckets):
            own = [d for d in many if d.anchor % buckets == bucket]
            docs.write_bucket(corpus / "01-recall" / name.format(bucket), own)
        docs.write_text(corpus / "manifest.json", json.dumps({"stages": [{"name": "recall", "folder": "01-recall"}]}))
        assert list(docs.read_corpus(corpus)) == many


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
