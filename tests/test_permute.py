"""Counterfactual copies: names move together, within their type, the same way whatever the order, and nothing else moves."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus import uid as uids
from kg2corpus.errors import UserError
from kg2corpus.store import open_db
from kg2corpus.store.load import load
from kg2corpus.store.permute import derange
from kg2corpus.store.relations import resembles

from .conftest import COUNTRIES

NAMES = "SELECT key, label, description FROM node WHERE kind = 'entity'"
FACTS = (
    "SELECT s.key, r.name, o.key, r.name_like FROM fact JOIN node s ON s.id = subject_id"
    " JOIN relation r ON r.id = relation_id JOIN node o ON o.id = object_id"
)


def rows(db: Path, sql: str) -> list[tuple[Any, ...]]:
    conn = sqlite3.connect(db)
    try:
        return sorted(conn.execute(sql).fetchall(), key=repr)
    finally:
        conn.close()


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("stores")
    real, permuted = folder / "real.db", folder / "permuted.db"
    load([COUNTRIES], str(real))
    load([COUNTRIES], str(permuted), permute_labels=7)
    return real, permuted


def test_names_move_together(stores: tuple[Path, Path]) -> None:
    real, permuted = stores
    before = {key: (label, description) for key, label, description in rows(real, NAMES)}
    after = {key: (label, description) for key, label, description in rows(permuted, NAMES)}
    types = dict(rows(real, "SELECT n.key, t.label FROM node_type JOIN node n ON n.id = node_id JOIN node t ON t.id = type_id"))
    giver = {}
    by_name = {(types.get(key, ""), *name): key for key, name in before.items()}
    assert len(by_name) == len(before)
    for key, name in after.items():
        giver[key] = by_name[types.get(key, ""), *name]
    assert all((giver[key] != key) == (key in types) for key in after), "every entity has another's name, types keep theirs"
    assert len(set(giver.values())) == len(giver)
    aliases = "SELECT n.key, text FROM alias JOIN node n ON n.id = node_id"
    of = {}
    for key, text in rows(real, aliases):
        of.setdefault(key, set()).add(text)
    assert {(key, text) for key in giver for text in of.get(giver[key], ())} == set(rows(permuted, aliases))
    expected = Counter()
    receiver = {source: key for key, source in giver.items()}
    for s, r, o, name_like in rows(real, FACTS):
        expected[receiver[s] if name_like else s, r, o, name_like] += 1
    assert Counter(rows(permuted, FACTS)) == expected


def test_uids_and_meta_say_counterfactual(stores: tuple[Path, Path]) -> None:
    real, permuted = stores
    for table in "node", "relation", "fact":
        sql = f"SELECT uid FROM {table}"
        assert not set(rows(real, sql)) & set(rows(permuted, sql))
    meta = open_db(str(permuted)).meta()
    assert meta["graph_id"] == "permuted-7"
    assert meta["counterfactual"].startswith("COUNTERFACTUAL")
    sql = FACTS.replace(
        "SELECT s.key, r.name, o.key, r.name_like", "SELECT fact.uid, s.uid, r.uid, o.uid, s.key, o.key, o.datatype, o.kind"
    )
    for uid, s, r, o, s_key, o_key, datatype, kind in rows(permuted, sql):
        assert uid == uids.fact_uid(s, r, o)
        assert s == uids.entity_uid(s_key, "permuted-7")
        if kind == "literal":
            assert o == uids.literal_uid(o_key, datatype, "", "permuted-7")


def test_statements_still_lead_to_the_source(stores: tuple[Path, Path]) -> None:
    _, permuted = stores
    lines = (COUNTRIES / "triples.tsv").read_text(encoding="utf-8").splitlines()
    sql = FACTS.replace("SELECT s.key, r.name, o.key, r.name_like", "SELECT position, file, r.name, o.key, o.kind").replace(
        "FROM fact", "FROM statement t JOIN fact ON fact.id = t.fact_id"
    )
    found = rows(permuted, sql)
    assert sorted(position for position, *_ in found) == list(range(1, len(lines) + 1))
    for position, file, relation, value, kind in found:
        cells = lines[position - 1].split("\t")
        assert (file, relation) == ("triples.tsv", cells[1])
        assert cells[3] == ("literal" if kind == "literal" else "entity")
        if kind == "literal" and value.isalpha():
            assert value == cells[2]


def test_the_order_of_loading_does_not_matter(stores: tuple[Path, Path], tmp_path: Path) -> None:
    _, permuted = stores
    copy = shutil.copytree(COUNTRIES, tmp_path / "countries")
    for name in "triples.tsv", "entities.tsv":
        lines = (copy / name).read_text(encoding="utf-8").splitlines(keepends=True)
        random.Random(3).shuffle(lines)
        (copy / name).write_text("".join(lines), encoding="utf-8")
    for source in copy, COUNTRIES / "countries.ttl":
        db = tmp_path / f"{source.name}.db"
        load([source], str(db), permute_labels=7)
        for sql in (NAMES, FACTS, "SELECT uid FROM fact", "SELECT n.uid, text FROM alias JOIN node n ON n.id = node_id"):
            assert rows(db, sql) == rows(permuted, sql)
    load([COUNTRIES], str(tmp_path / "eight.db"), permute_labels=8)
    assert rows(tmp_path / "eight.db", NAMES) != rows(permuted, NAMES)


def test_only_into_a_new_store(stores: tuple[Path, Path], tmp_path: Path) -> None:
    real, permuted = (Path(shutil.copy(db, tmp_path)) for db in stores)
    assert load([COUNTRIES], str(permuted), permute_labels=7).unchanged
    assert load([COUNTRIES], str(permuted)).counterfactual.startswith("COUNTERFACTUAL")
    more = tmp_path / "more.nt"
    more.write_text("<a:a> <b:b> <c:c> .\n")
    for db, seed, message in (
        (real, 7, "only into a new store"),
        (permuted, 8, "is permuted with seed 7"),
        (permuted, 7, "cannot grow"),
    ):
        before = db.read_bytes()
        with pytest.raises(UserError, match=message) as caught:
            load([more], str(db), permute_labels=seed)
        assert caught.value.hint
        assert db.read_bytes() == before
    with pytest.raises(UserError, match="is permuted"):
        load([more], str(permuted))


def test_small_groups_and_no_labels(tmp_path: Path) -> None:
    source = tmp_path / "g"
    source.mkdir()
    (source / "triples.tsv").write_text("a\tr\tb\tentity\nc\tr\ta\tentity\nx_y\tr\tz_z\tentity\n")
    (source / "entities.tsv").write_text("a\tA\tt\nb\tB\tt\nc\tC\talone\n")
    report = load([source], str(tmp_path / "g.db"), permute_labels=1)
    assert report.permutation is not None
    assert report.permutation.alone == ("c",)
    names = {key: label for key, label, _ in rows(tmp_path / "g.db", NAMES)}
    assert (names["a"], names["b"], names["c"]) == ("B", "A", "C")
    assert (names["x_y"], names["z_z"]) == ("z z", "x y"), "a label made from a key moves too"
    assert any("c" in line for line in report.lines() if "alone" in line)


@given(st.lists(st.sampled_from("abcdef"), min_size=2, max_size=30), st.integers(0, 99))
def test_derangement(names: list[str], seed: int) -> None:
    order = derange(names, Random(seed))
    assert sorted(order) == list(range(len(names)))
    assert all(i != j for i, j in enumerate(order))
    if Counter(names).most_common(1)[0][1] == 1:
        assert all(names[j] != name for name, j in zip(names, order, strict=True))


def test_equal_names_are_exchanged_where_that_can_be() -> None:
    names = ["Georgia", "Georgia", "Chad", "Mali", "Peru", "Cuba"]
    for seed in range(200):
        order = derange(names, Random(seed))
        assert all(names[j] != name for name, j in zip(names, order, strict=True))


@pytest.mark.parametrize(
    ("value", "name", "is_form"),
    [
        ("Kingdom of Bhutan", "Bhutan", True),
        ("Bhutanese", "Bhutan", True),
        ("BTN", "Bhutan", True),
        ("BHU", "Bhutan", True),
        ("Suomi", "Finland", False),
        ("He", "Helium", False),
        ("HE", "Helium", True),
        ("+975", "Bhutan", False),
        ("", "Bhutan", False),
    ],
)
def test_forms_of_a_name(value: str, name: str, is_form: bool) -> None:
    assert resembles(value, name) is is_form


def test_name_like_relations_are_found_without_being_declared(tmp_path: Path) -> None:
    copy = shutil.copytree(COUNTRIES, tmp_path / "countries")
    text = (copy / "relations.tsv").read_text(encoding="utf-8").replace("name_like", "")
    (copy / "relations.tsv").write_text(text, encoding="utf-8")
    report = load([copy], str(tmp_path / "kg.db"))
    assert {"demonym", "iso_code", "olympic_code", "official_name", "native_name"} <= set(report.name_like)
    assert not {"calling_code", "area_km2", "capital"} & set(report.name_like)
