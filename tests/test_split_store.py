"""Splits as rows of a store, and corpora whose curriculum leaves relations out of a given split."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg2corpus import api
from kg2corpus.errors import UserError
from kg2corpus.snapshot import take
from kg2corpus.store import open_db
from kg2corpus.store.imported import import_split
from kg2corpus.store.split import Split, make_split

from .conftest import COUNTRIES


@pytest.mark.postgres
def test_rows_say_what_the_file_says(any_db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG2CORPUS_CACHE", str(tmp_path / "cache"))
    api.load([COUNTRIES], any_db)
    file = tmp_path / "split.json"
    api.split(any_db, file, held_out_entities=0.05, held_out_compositions=10, qa_held_out=0.3, store=True)
    split, graph = Split.load(file), take(any_db)
    store = open_db(any_db)
    t = store.tables
    with store.sql() as sql:
        assert sql.run(f"SELECT fingerprint, graph FROM {t.split}").fetchall() == [(split.fingerprint, graph.fingerprint)]
        found: dict[str, set[int]] = {}
        for kind, uid in sql.run(f"SELECT kind, uid FROM {t.split_member}"):
            found.setdefault(kind, set()).add(uid)
        composed = sql.run(f"SELECT composition, fact FROM {t.split_composition}").fetchall()
    assert found["held_out"] == {f.uid for f in graph.facts() if f.twin in split.held_out}
    assert found["train"] == {f.uid for f in graph.facts() if split.is_train(f)}
    assert found["held_out_entity"] == split.held_out_entities
    assert found["qa_held_out_subject"] == split.qa_held_out
    assert {c for c, _ in composed} == found["held_out_composition"]
    assert len(found["held_out_composition"]) == len(split.held_out_compositions) == 10
    assert {graph.fact(f).twin for _, f in composed} == {twin for pair in split.held_out_compositions for twin in pair}
    assert not import_split(any_db, split, graph), "once is enough"
    api.split(any_db, tmp_path / "other.json", seed=1, store=True)
    with store.sql() as sql:
        assert sql.one(f"SELECT count(*) FROM {t.split}") == 2
    assert take(any_db).fingerprint == graph.fingerprint, "the graph is none of it"
    store.close()


def test_a_split_of_another_graph_is_refused(tmp_path: Path) -> None:
    db, other = str(tmp_path / "kg.db"), str(tmp_path / "other.db")
    api.load([COUNTRIES], db)
    api.load([COUNTRIES], other, filters={"relations": ("capital",)})
    with pytest.raises(UserError):
        import_split(other, make_split(take(db)), take(other))


def test_the_split_of_before_relations_were_left_out_is_the_corpus_own(tmp_path: Path) -> None:
    db, file, corpus = str(tmp_path / "kg.db"), tmp_path / "split.json", tmp_path / "corpus"
    api.load([COUNTRIES], db)
    api.split(db, file)
    api.compile("smoke", db, corpus, split=file, sets=["exposures=1"])
    assert Split.load(corpus / "split.json").fingerprint != Split.load(file).fingerprint, "codes are left out"
    assert api.check(corpus, db, split=file)["ok"]
    api.split(db, tmp_path / "other.json", seed=5)
    with pytest.raises(UserError, match="was compiled with split"):
        api.check(corpus, db, split=tmp_path / "other.json")
