"""Splits: what is held out is held out in every reading, drawn by names alone, and asked about by nobody."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus import uid as uids
from kg2corpus.errors import UserError
from kg2corpus.graph import Graph
from kg2corpus.store.split import Split, find_relation, make_split
from kg2corpus.store.split_view import summary
from kg2corpus.types import Fact, Subgraph
from tests.graphs import make_graph

keys = st.integers(0, 12).map(lambda i: f"e/{i}")
triples = st.lists(st.tuples(keys, st.sampled_from(["p/a", "p/b", "p/c", "p/d"]), keys), min_size=1, max_size=60)
shares = st.sampled_from([0.0, 0.1, 0.3, 0.5])
OPTIONS: dict[str, Any] = {"symmetric": ["p/a"], "inverses": {"p/b": "p/c"}}


def world(n: int = 60) -> Graph:
    """n countries with a currency (7 of them), a capital of their own, two neighbours and an area."""
    facts: list[Any] = []
    for i in range(n):
        facts += [(f"e/{i}", "p/currency", f"cur/{i % 7}"), (f"e/{i}", "p/capital", f"cap/{i}")]
        facts += [(f"e/{i}", "p/borders", f"e/{(i + step) % n}") for step in (1, 7)]
        facts += [(f"e/{i}", "p/area", (str(1000 + i), "xsd:integer")), (f"e/{i}", "p/demonym", (f"{i}ian", ""))]
    kinds = {f"e/{i}": "country" for i in range(n)}
    return make_graph(facts, types=kinds, symmetric=["p/borders"], name_like=["p/demonym"])


def e(key: str) -> int:
    return uids.entity_uid(key)


def r(key: str) -> int:
    return uids.relation_uid(key)


def names(f: Fact) -> tuple[str, str, str]:
    return f.subject.key, f.relation.name, f.object.key


@given(triples, shares, shares, st.integers(0, 3))
def test_no_reading_of_a_held_out_fact_is_trained(facts: list, held_out: float, qa: float, seed: int) -> None:
    g = make_graph(facts, **OPTIONS)
    s = make_split(g, seed=seed, held_out=held_out, qa_held_out=qa, min_values=1)
    train = g.restrict(s.is_train)
    assert not {f.twin for f in train.facts()} & s.held_out
    assert len(train) == len(g.restrict(s.mask(g))) == int(s.mask(g).sum())
    known = {names(f) for f in train.facts()}
    back = {"a": "a", "b": "c", "c": "b"}
    for f in g.facts():
        assert s.is_train(f) is (f.twin not in s.held_out)
        if not s.is_train(f):
            assert names(f) not in known
            if f.relation.name in back:
                assert (f.object.key, back[f.relation.name], f.subject.key) not in known
            ends = frozenset({f.subject.uid, f.object.uid})
            assert (ends in s.held_out_pairs(g)) is (len(ends) == 2), "a fact of a node about itself relates no two"


@given(triples, st.randoms(use_true_random=False), st.integers(0, 3))
def test_the_same_whatever_the_order_of_loading(facts: list, rng: random.Random, seed: int) -> None:
    shuffled = list(facts)
    rng.shuffle(shuffled)
    one, other = (
        make_split(make_graph(f, **OPTIONS), seed=seed, held_out=0.3, min_values=1) for f in (facts, shuffled)
    )
    assert one == other
    assert one.fingerprint == other.fingerprint


@given(triples, shares, st.integers(0, 3))
def test_held_out_facts_keep_clear_of_subjects_not_asked_about(facts: list, qa: float, seed: int) -> None:
    g = make_graph(facts, **OPTIONS)
    s = make_split(g, seed=seed, held_out=0.3, qa_held_out=qa, min_values=1)
    for f in g.facts():
        if f.twin in s.held_out:
            assert f.subject.uid not in s.qa_held_out
            if f.relation.symmetric or f.relation.inverse:
                assert f.object.uid not in s.qa_held_out


@given(triples, st.integers(0, 3))
def test_may_ask_never_gives_away_a_held_out_group_or_subject(facts: list, seed: int) -> None:
    g = make_graph(facts, **OPTIONS)
    s = make_split(g, seed=seed, held_out=0.3, qa_held_out=0.3, min_values=1)
    train = g.restrict(s.is_train)
    for node in g.node_uids():
        for relation in g.relations():
            mine, whole = train.out(node, relation.uid), g.out(node, relation.uid)
            if mine:
                asked = s.may_ask(Subgraph(node, mine, "question"))
                assert s.closed_world_ok(mine) or not asked
                assert not asked or (len(mine) == len(whole) and node not in s.qa_held_out)
            mine, whole = train.into(node, relation.uid), g.into(node, relation.uid)
            if mine and s.may_ask(Subgraph(node, mine, "inverse_question")):
                assert len(mine) == len(whole)
                assert not {n for f in mine for n in (f.subject.uid, f.object.uid)} & s.qa_held_out
    for f in g.facts():
        if f.twin in s.held_out:
            assert not s.may_ask(Subgraph(f.subject.uid, (f,), "question"))


@pytest.mark.parametrize("seed", range(3))
def test_stratified_by_relation_and_type(seed: int) -> None:
    g = world()
    s = make_split(g, seed=seed, held_out=0.1, qa_held_out=0.5)
    assert len(s.qa_held_out) == 30
    held = Counter(f.relation.name for f in g.facts() if f.twin in s.held_out)
    sizes = Counter(f.relation.name for f in g.facts())
    # currency has 7 values only, demonym holds names
    assert set(held) == {"capital", "borders", "area"}
    for name, count in held.items():
        assert abs(count - 0.1 * sizes[name]) < 1
    wide = make_split(g, seed=seed, held_out=0.1, min_values=2)
    held = Counter(f.relation.name for f in g.facts() if f.twin in wide.held_out)
    assert held["currency"] == 6


def test_seeds_differ() -> None:
    g = world()
    a, b = make_split(g, seed=0), make_split(g, seed=1)
    assert a.held_out != b.held_out
    assert a.qa_held_out != b.qa_held_out


@pytest.mark.parametrize("seed", range(5))
def test_a_held_out_object_stays_among_the_choices(seed: int) -> None:
    g = world()
    s = make_split(g, seed=seed, held_out=0.3, qa_held_out=0.3, relations=["currency", "capital"], min_values=2)
    train = g.restrict(s.is_train)
    held = [f for f in g.facts() if f.twin in s.held_out]
    assert Counter(f.relation.name for f in held) == {"currency": 18, "capital": 18}
    for f in held:
        # each capital is of one country: for those it cannot be
        assert f.relation.name == "capital" or train.into(f.object.uid, f.relation.uid)
        assert train.out(f.subject.uid)


def test_scope() -> None:
    g = world()
    s = make_split(g, relations=["capital", "CURRENCY"], subjects=20, min_values=2, held_out=0.2)
    train = g.restrict(s.is_train)
    assert s.scope is not None
    assert len(s.scope) == 40
    assert len(train) == 32
    assert {x.name for f in train.facts() for x in [f.relation]} == {"capital", "currency"}
    assert len(train.anchors()) <= 20
    assert len(s.qa_held_out) == 10
    assert s.qa_held_out <= {f.subject.uid for f in g.facts() if f.twin in s.scope}
    found = summary(s, g)
    assert (found["train"], found["held_out"], found["out_of_scope"]) == (32, 8, len(g) - 40)
    assert make_split(g).scope is None


def test_lists_that_the_scope_cuts_are_not_complete() -> None:
    g = world()
    s = make_split(g, relations=["currency"], subjects=20, held_out=0, qa_held_out=0)
    train = g.restrict(s.is_train)
    by_subject = [train.out(a) for a in train.anchors()]
    assert all(s.may_ask(Subgraph(f[0].subject.uid, f, "question")) for f in by_subject)
    # 7 currencies, 60 countries, of which the scope holds 20
    currency = train.objects(r("p/currency"))[0]
    assert not s.may_ask(Subgraph(currency, train.into(currency), "inverse_question"))
    assert not s.closed_world_ok(train.into(currency), inverse=True)


def test_functional_only_and_facts() -> None:
    facts = [(f"e/{i}", "p/a", f"o/{i}") for i in range(20)] + [(f"e/{i}", "p/a", "o/x") for i in range(5)]
    g = make_graph(facts)
    s = make_split(g, relations=["a"], functional_only=True, held_out=0)
    assert {f.subject.key for f in g.facts() if s.is_train(f)} == {f"e/{i}" for i in range(5, 20)}
    s = make_split(g, relations=["a"], facts=7, held_out=0)
    assert s.scope is not None
    assert len(s.scope) <= 7
    with pytest.raises(UserError, match="16 subjects were asked for, 15 have") as caught:
        make_split(g, relations=["a"], subjects=16, functional_only=True)
    assert "15 or fewer" in caught.value.hint


def test_a_question_about_either_end_of_a_symmetric_fact() -> None:
    g = make_graph([("e/a", "p/borders", "e/b"), ("e/c", "p/capital", "e/d")], symmetric=["p/borders"])
    s = Split(g.fingerprint, 0, {}, frozenset(), frozenset({e("e/b"), e("e/d")}))
    (borders,), (capital,) = g.out(e("e/a")), g.out(e("e/c"))
    assert not s.may_ask(Subgraph(e("e/a"), (borders,), "question")), "e/b is the subject of its twin reading"
    assert s.may_ask(Subgraph(e("e/c"), (capital,), "question")), "a capital is an answer here, it is not asked about"
    assert not s.may_ask(Subgraph(e("e/d"), (capital,), "inverse_question"))
    assert not s.may_ask(Subgraph(e("e/c"), (capital,), "chain_question"))


def test_a_held_out_symmetric_fact_opens_both_groups() -> None:
    pairs = (("e/a", "e/b"), ("e/b", "e/c"), ("e/a", "e/d"))
    g = make_graph([(a, "p/borders", b) for a, b in pairs], symmetric=["p/borders"])
    s = make_split(g, held_out=0.34, qa_held_out=0, min_values=1)
    (pair,) = s.held_out_pairs(g)
    for node in g.anchors():
        facts = tuple(f for f in g.out(node) if s.is_train(f))
        if facts:
            assert s.closed_world_ok(facts) is (node not in pair)


def test_files(tmp_path: Path) -> None:
    s = make_split(world(), relations=["capital"], subjects=30, held_out=0.2)
    s.save(tmp_path / "deep" / "split.json")
    back = Split.load(tmp_path / "deep" / "split.json")
    assert back == s
    assert back.fingerprint == s.fingerprint
    back.save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "deep" / "split.json").read_bytes()
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["split.json"]


def test_bad_files(tmp_path: Path) -> None:
    path = tmp_path / "split.json"
    with pytest.raises(UserError, match="no split at"):
        Split.load(path)
    make_split(world()).save(path)
    raw = json.loads(path.read_text())
    for text, message in (
        ("not JSON", "is no split file"),
        ("[]", "is no split file"),
        ("{}", "is no split file"),
        (json.dumps(raw | {"held_out": ["xyz"]}), "is no split file"),
        (json.dumps(raw | {"format_version": 1}), "split format 1, this version reads 2"),
        (json.dumps(raw | {"held_out": raw["held_out"][1:]}), "was it edited"),
    ):
        path.write_text(text)
        with pytest.raises(UserError, match=message) as caught:
            Split.load(path)
        assert caught.value.hint


def test_another_graph() -> None:
    s = make_split(world(60))
    for ask in (s.mask, s.held_out_pairs, s.composition_ends, s.check, lambda g: summary(s, g)):
        with pytest.raises(UserError, match="was made for graph") as caught:
            ask(world(61))
        assert "kg2corpus split" in caught.value.hint


def test_names_of_relations() -> None:
    g = make_graph([("a", "http://x/capital", "b"), ("a", "http://y/capital", "b"), ("a", "http://x/in_region", "c")])
    for name in ("in_region", "In Region", "http://x/in_region", " in region "):
        assert find_relation(g, name).key == "http://x/in_region"
    with pytest.raises(UserError, match="any of 2") as caught:
        find_relation(g, "capital")
    assert "http://x/capital, http://y/capital" in caught.value.hint
    with pytest.raises(UserError, match="unknown relation 'in_regoin'") as caught:
        make_split(g, relations=["in_regoin"])
    assert "in_region" in caught.value.hint


@pytest.mark.parametrize(
    ("graph", "options", "message"),
    [
        (make_graph([]), {}, "no facts to split"),
        (world(20), {"held_out": 1.5}, "share of 0 to 1"),
        (world(20), {"qa_held_out": -0.1}, "share of 0 to 1"),
        (world(20), {"held_out": 1.0, "qa_held_out": 0, "relations": ["capital"]}, "no train facts are left"),
        (world(20), {"held_out": 0.1, "qa_held_out": 1.0}, "nothing can be held out"),
        (world(20), {"facts": 0}, "no facts"),
        (world(20), {"subjects": 21}, "21 subjects were asked for, 20 have"),
    ],
)
def test_what_cannot_be_split(graph: Graph, options: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        make_split(graph, **options)
    assert caught.value.hint
