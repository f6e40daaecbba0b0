"""A new version of a source: the store is then what loading the new version alone would have made."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus.errors import UserError
from kg2corpus.store.load import load

from .conftest import COUNTRIES
from .test_load import image, put

LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
ALIAS = "http://www.w3.org/2004/02/skos/core#altLabel"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
KEYS = st.sampled_from(["a", "b", "c", "d"])
TRIPLES = st.one_of(
    st.builds("<x:{}> <x:{}> <x:{}> .".format, KEYS, st.sampled_from("pq"), KEYS),
    st.builds('<x:{}> <x:{}> "{}" .'.format, KEYS, st.sampled_from("qr"), st.integers(0, 3)),
    st.builds('<x:{}> <{}> "{}"@{} .'.format, KEYS, st.sampled_from([LABEL, ALIAS]), KEYS, st.sampled_from(["en", "de"])),
    st.builds("<x:{}> <{}> <x:{}> .".format, KEYS, st.just(TYPE), st.sampled_from("tu")),
    st.builds('<x:p> <{}> "{}" .'.format, st.just(LABEL), KEYS),
)
SOURCES = st.lists(TRIPLES, max_size=6).map(lambda lines: "".join(line + "\n" for line in lines))


@given(SOURCES, SOURCES, SOURCES)
def test_replacing_is_loading_the_new_version(
    tmp_path_factory: pytest.TempPathFactory, old: str, other: str, new: str
) -> None:
    folder = tmp_path_factory.mktemp("replace")
    one, two = put(folder / "one.nt", old + "# one\n"), put(folder / "two.nt", other + "# two\n")
    load([one, two], str(folder / "kg.db"))
    report = load([put(one, new + "# new\n")], str(folder / "kg.db"), replace=True)
    assert report.replaced == ["one.nt"]
    load([one, two], str(folder / "fresh.db"))
    found, expected = image(folder / "kg.db"), image(folder / "fresh.db")
    assert found == expected


def test_removed_facts_go_and_others_stay(tmp_path: Path) -> None:
    db = tmp_path / "kg.db"
    one = put(tmp_path / "one.nt", "<x:a> <x:p> <x:b> .\n<x:a> <x:p> <x:c> .\n<x:a> <x:q> <x:d> .\n")
    two = put(tmp_path / "two.nt", "<x:a> <x:p> <x:c> .\n")
    load([one, two], str(db))
    put(one, "<x:a> <x:p> <x:b> .\n<x:a> <x:p> <x:e> .\n")
    report = load([one], str(db), replace=True)
    assert report.facts_removed == 2, "b is stated anew, c by the other source"
    assert "replaced one.nt: 2 facts" in "\n".join(report.lines())
    keys = {row[1] for row in image(db)["node"]}
    assert keys == {"x:a", "x:b", "x:c", "x:e"}
    assert {row[1] for row in image(db)["relation"]} == {"x:p"}
    assert load([one], str(db), replace=True).unchanged


def test_a_source_is_known_by_its_path_or_else_by_its_name(tmp_path: Path) -> None:
    db = tmp_path / "kg.db"
    (tmp_path / "v1").mkdir()
    (tmp_path / "v2").mkdir()
    load([put(tmp_path / "v1" / "g.nt", "<x:a> <x:p> <x:b> .\n")], str(db))
    load([put(tmp_path / "v2" / "g.nt", "<x:a> <x:p> <x:c> .\n")], str(db), replace=True)
    assert {row[1] for row in image(db)["node"]} == {"x:a", "x:c"}
    with pytest.raises(UserError, match=r"h\.nt: no source of this store has this path or name; it holds g\.nt"):
        load([put(tmp_path / "h.nt", "<x:a> <x:p> <x:d> .\n")], str(db), replace=True)
    load([put(tmp_path / "v1" / "g.nt", "<x:a> <x:p> <x:f> .\n")], str(db))
    (tmp_path / "v3").mkdir()
    with pytest.raises(UserError, match="2 sources of this store have this path or name"):
        load([put(tmp_path / "v3" / "g.nt", "<x:a> <x:p> <x:g> .\n")], str(db), replace=True)
    with pytest.raises(UserError, match="no store"):
        load([tmp_path / "h.nt"], str(tmp_path / "none.db"), replace=True)


def test_a_failed_replacement_leaves_the_old_version(tmp_path: Path) -> None:
    db = tmp_path / "kg.db"
    one = put(tmp_path / "one.nt", "<x:a> <x:p> <x:b> .\n")
    load([one], str(db))
    before = image(db)
    with pytest.raises(UserError, match=r"one\.nt:2"):
        load([put(one, "<x:a> <x:p> <x:c> .\nrubbish\n")], str(db), replace=True)
    assert image(db) == before


def test_what_the_new_version_no_longer_calls_a_relation(tmp_path: Path) -> None:
    """Facts about relations are left out when they are loaded; the report says that they do not come back by themselves."""
    db = tmp_path / "kg.db"
    owl = "http://www.w3.org/2002/07/owl#ObjectProperty"
    schema = put(tmp_path / "schema.nt", f"<x:p> <{TYPE}> <{owl}> .\n")
    load([schema, put(tmp_path / "g.nt", "<x:p> <x:note> <x:b> .\n<x:a> <x:p> <x:b> .\n")], str(db))
    report = load([put(schema, "<x:a> <x:p> <x:c> .\n")], str(db), replace=True)
    assert any("no longer called a relation" in text for text in report.warnings), report.warnings


def test_replacing_the_demo_graph(tmp_path: Path) -> None:
    db, whole = tmp_path / "kg.db", tmp_path / "whole.db"
    turtle = (COUNTRIES / "countries.ttl").read_text(encoding="utf-8")
    source = put(tmp_path / "countries.ttl", turtle + "\n<x:a> <x:p> <x:b> .\n")
    load([source], str(db))
    load([put(source, turtle)], str(db), replace=True)
    load([source], str(whole))
    assert image(db) == image(whole)
