"""Held-out entities appear nowhere, held-out compositions are never brought together: on any graph, for any seed."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus import uid as uids
from kg2corpus.errors import UserError
from kg2corpus.graph import Graph
from kg2corpus.lessons import chains as lesson
from kg2corpus.store.compositions import chains, pair_of
from kg2corpus.store.dropping import ASKED, choose_entities
from kg2corpus.store.split import Split, make_split
from kg2corpus.store.split_view import composition_rows, composition_uid, split_rows, summary
from kg2corpus.types import Fact, Subgraph
from tests.graphs import make_graph
from tests.small import people

keys = st.integers(0, 12).map(lambda i: f"e/n{i}")
triples = st.lists(st.tuples(keys, st.sampled_from(["p/a", "p/b", "p/c", "p/d"]), keys), min_size=1, max_size=60)
OPTIONS: dict[str, Any] = {"symmetric": ["p/a"], "inverses": {"p/b": "p/c"}}
LOOSE: dict[str, Any] = {"min_values": 1, "min_facts": 1}


def attempt(graph: Graph, **options: Any) -> Split | None:
    """The split, or None where the graph has no entity, or not so many compositions, to hold out."""
    try:
        return make_split(graph, **LOOSE, **options)
    except UserError:
        return None


@given(triples, st.integers(0, 3), st.sampled_from([0.1, 0.3, 0.6, 1.0]), st.integers(0, 3))
def test_a_held_out_entity_appears_nowhere_and_takes_nobody_along(
    facts: list, seed: int, share: float, min_degree: int
) -> None:
    g = make_graph(facts, **OPTIONS)
    s = attempt(g, seed=seed, held_out=0.0, qa_held_out=0.3, held_out_entities=share, min_degree=min_degree)
    if s is None:
        return
    gone = s.held_out_entities
    train = g.restrict(s.mask(g))
    assert {f.uid for f in train.facts()} == {f.uid for f in g.facts() if s.is_train(f)}
    assert not any({f.subject.uid, f.object.uid} & gone for f in train.facts())
    # no train fact is lost but those of the dropped entities
    assert {f.uid for f in g.facts()} - {f.uid for f in train.facts()} == {
        f.uid for f in g.facts() if {f.subject.uid, f.object.uid} & gone
    }
    assert not gone & s.qa_held_out
    if min_degree:
        left = {n for f in train.facts() for n in (f.subject.uid, f.object.uid)}
        assert left == {n for f in g.facts() for n in (f.subject.uid, f.object.uid)} - gone
    for f in g.facts():
        if not s.is_train(f):
            assert not s.may_ask(Subgraph(f.subject.uid, (f,), "question"))
        # what is left of a group that lost a member is no complete list
        elif any(o.object.uid in gone for o in g.out(f.subject.uid, f.relation.uid)):
            assert not s.closed_world_ok((f,))


@given(triples, st.integers(0, 3), st.integers(1, 4))
def test_held_out_compositions_are_trained_apart_and_nothing_composes_them(facts: list, seed: int, count: int) -> None:
    g = make_graph(facts, **OPTIONS)
    s = attempt(g, seed=seed, held_out=0.1, qa_held_out=0.2, held_out_compositions=count)
    if s is None:
        return
    assert len(s.held_out_compositions) == count
    train = g.restrict(s.mask(g))
    twins = {f.twin: f for f in train.facts()}
    for one, other in s.held_out_compositions:
        assert one < other
        first, second = twins[one], twins[other]
        ends = [{f.subject.uid, f.object.uid} for f in (first, second)]
        assert len(ends[0] & ends[1]) == 1
        assert not (ends[0] | ends[1]) & s.qa_held_out
        assert not s.may_ask(Subgraph(first.subject.uid, (first, second), "chain_question"))
        assert s.composes([one, other])
        assert not s.composes([one])
        # no list has both
        for f in (first, second):
            for reading in (r for r in train.facts() if r.twin == f.twin):
                group = {x.twin for x in train.out(reading.subject.uid, reading.relation.uid)}
                assert not {one, other} <= group
    # of what the lesson picks, all that holds such a chain is seen to compose, read from either end
    for anchor in train.anchors():
        for chain in lesson.pick(train, g.node(anchor), Random(seed), count=8):
            pairs = {pair_of(a.twin, b.twin) for a in chain.facts for b in chain.facts if a.twin != b.twin}
            assert s.composes(f.twin for f in chain.facts) is bool(pairs & s.held_out_compositions)


@given(triples, st.randoms(use_true_random=False), st.integers(0, 2))
def test_the_same_whatever_the_order_of_loading(facts: list, rng: random.Random, seed: int) -> None:
    shuffled = list(facts)
    rng.shuffle(shuffled)
    options: dict[str, Any] = {"held_out": 0.2, "qa_held_out": 0.2, "held_out_entities": 0.2, "held_out_compositions": 1}
    made = [attempt(make_graph(f, **OPTIONS), seed=seed, **options) for f in (facts, shuffled)]
    assert made[0] == made[1]
    assert made[0] is None or made[0].fingerprint == made[1].fingerprint  # type: ignore[union-attr]


@given(triples)
def test_chains_have_one_answer_in_every_reading(facts: list) -> None:
    """Counted anew over the facts and all their readings, without columns."""
    g = make_graph(facts, **OPTIONS)
    back = {"a": "a", "b": "c", "c": "b"}
    said: dict[tuple[int, str], set[int]] = {}
    for f in g.facts():
        said.setdefault((f.subject.uid, f.relation.name), set()).add(f.object.uid)
        if f.relation.name in back:
            said.setdefault((f.object.uid, back[f.relation.name]), set()).add(f.subject.uid)

    def only(f: Fact) -> bool:
        return f.subject != f.object and len(said[f.subject.uid, f.relation.name]) == 1

    expected = set()
    for f in filter(only, g.facts()):
        for n in filter(only, g.out(f.object.uid)):
            siblings = f.relation.name in back and back[f.relation.name] == n.relation.name
            if n.object != f.subject and not siblings:
                expected.add(pair_of(f.twin, n.twin))
    found = chains(g, np.ones(len(g), bool), min_values=1)
    twin = g.columns.facts.column("twin").to_numpy()
    pairs = [pair_of(int(twin[a]), int(twin[b])) for a, b in zip(found.first, found.second, strict=True)]
    assert set(pairs) == expected
    assert len(pairs) == len(expected), "each composition stands once, whichever way it is read"


@pytest.mark.parametrize("seed", range(3))
def test_quotas_within_one(seed: int) -> None:
    g = people()
    s = make_split(g, seed=seed, held_out=0.05, qa_held_out=0.1, held_out_entities=0.1, held_out_compositions=12, min_facts=5)
    rows = summary(s, g)["compositions"]
    possible = sum(row["of"] for row in rows)
    assert sum(row["held_out"] for row in rows) == 12
    for row in rows:
        assert abs(row["held_out"] - 12 * row["of"] / possible) < 1
    assert len({tuple(row["relations"]) for row in rows}) == len(rows) > 3
    of_type = Counter(g.node(uid).types for uid in s.held_out_entities)
    sizes = Counter(g.node(uid).types for uid in g.node_uids() if not g.node(uid).literal)
    assert of_type[("person",)] == 4
    for kind, size in sizes.items():
        assert of_type[kind] <= 0.1 * size + 1
    assert summary(s, g)["counted"][ASKED] >= len(s.held_out_entities)


def test_what_falls_with_each_entity_is_told() -> None:
    g = people()
    s = make_split(g, held_out_entities=0.1, min_facts=5)
    found = summary(s, g)
    fallen = [f for f in g.facts() if s.names_held_out(f)]
    assert found["of_held_out_entity"] == len(fallen) > 0
    assert found["train"] + found["held_out"] + found["of_held_out_entity"] + found["out_of_scope"] == len(g)
    for entity in found["entities"]:
        uid = uids.parse(entity["uid"])
        assert entity["facts"] == sum(uid in (f.subject.uid, f.object.uid) for f in g.facts())
    assert sum(row["of_held_out_entity"] for row in found["relations"]) == len(fallen)


def test_names_that_stand_elsewhere_stay() -> None:
    """An entity whose name others bear, or hold, cannot be kept out of a text: whatever the share, it is never dropped."""
    facts: list[Any] = [(f"e/{i}", "p/in", f"e/{(i + k) % 12}") for i in range(12) for k in (1, 2, 3)]
    facts += [("e/7", "p/motto", ("Hail Orion", "")), ("e/8", "p/motto", ("We are eight", "")), ("e/9", "p/near", "e/10")]
    labels = {f"e/{i}": f"Thing{i}" for i in range(12)} | {
        "e/0": "Guinea", "e/1": "Guinea-Bissau", "e/2": "Orion", "e/3": "in", "e/4": "country", "e/5": "日本",
        "e/6": "日本銀行", "e/8": "eight", "e/11": "Thing8",
    }  # fmt: skip
    g = make_graph(facts, labels=labels, types={"e/7": "country"}, aliases={"e/9": ["GUINEA"]})
    dropped, wanted = choose_entities(
        g, np.ones(len(g), bool), seed=1, share=1.0, min_degree=0, min_facts=0
    )
    names = {g.node(uid).label for uid in dropped}
    assert wanted == 12
    assert not names & {"Guinea", "Orion", "in", "country", "日本", "Thing9"}
    # Guinea-Bissau is in no other name, "We are eight" is a value of Eight alone
    assert {"Guinea-Bissau", "日本銀行", "eight", "Thing8"} <= names


def test_dropping_ends_where_nothing_more_can_go() -> None:
    """A ring in which each has two neighbours: some can go, then each of the rest is all that a neighbour has."""
    g = make_graph([(f"e/{i}", "p/next", f"e/{(i + 1) % 30}") for i in range(30)])
    s = make_split(g, held_out=0.0, qa_held_out=0.0, held_out_entities=1.0, min_facts=1)
    assert s.counted[ASKED] == 30
    assert 5 < len(s.held_out_entities) < 20
    train = g.restrict(s.mask(g))
    assert {n for f in train.facts() for n in (f.subject.uid, f.object.uid)} == set(g.node_uids()) - s.held_out_entities
    with pytest.raises(UserError, match="30 entities were asked for, none can be held out") as caught:
        make_split(g, held_out_entities=1.0, min_facts=30)
    assert "min_facts" in caught.value.hint


@pytest.mark.parametrize(
    ("facts", "options", "message", "hint"),
    [
        ([("e/a", "p/r", "e/b"), ("e/c", "p/r", "e/d")], {}, "no two in a row", "widen the scope"),
        ([("e/a", "p/r", "e/b"), ("e/b", "p/q", "e/c")], {"min_values": 10}, "fewer than 10 objects", "min_values"),
        ([("e/a", "p/r", "e/b"), ("e/b", "p/q", "e/c")], {"qa_held_out": 0.5}, "never asked about", "qa_held_out"),
        ([(f"e/{i}", "p/r", f"e/{i + 1}") for i in range(9)], {}, "99 compositions were asked for, 8 can", "8 or fewer"),
    ],
)
def test_impossible_demands_are_said(facts: list, options: dict[str, Any], message: str, hint: str) -> None:
    settings = {"held_out": 0.0, "qa_held_out": 0.0, "min_values": 1, "held_out_compositions": 99, **options}
    with pytest.raises(UserError, match=message) as caught:
        make_split(make_graph(facts), **settings)
    assert hint in caught.value.hint


def test_shares_are_shares() -> None:
    with pytest.raises(UserError, match="held_out_entities is a share"):
        make_split(people(), held_out_entities=3)


def test_files_and_rows(tmp_path: Path) -> None:
    g = people()
    s = make_split(g, held_out=0.1, qa_held_out=0.1, held_out_entities=0.1, held_out_compositions=5, min_facts=5)
    s.save(tmp_path / "split.json")
    assert Split.load(tmp_path / "split.json") == s
    rows = list(split_rows(s, g))
    assert len(rows) == len(set(rows))
    assert rows == sorted(rows, key=lambda row: row[1]), "kind by kind"
    kinds: dict[str, set[int]] = {}
    for fingerprint, kind, uid in rows:
        assert fingerprint == s.fingerprint
        kinds.setdefault(kind, set()).add(uid)
    assert kinds["train"] == {f.uid for f in g.facts() if s.is_train(f)}
    assert kinds["held_out"] == {f.uid for f in g.facts() if f.twin in s.held_out}
    assert kinds["of_held_out_entity"] == {f.uid for f in g.facts() if s.names_held_out(f)}
    assert kinds["held_out_entity"] == s.held_out_entities
    assert kinds["qa_held_out_subject"] == s.qa_held_out
    assert kinds["held_out_composition"] == {composition_uid(pair) for pair in s.held_out_compositions}
    composed: dict[int, set[int]] = {}
    for _, composition, fact in composition_rows(s, g):
        composed.setdefault(composition, set()).add(fact)
    assert composed.keys() == kinds["held_out_composition"]
    for pair in s.held_out_compositions:
        assert composed[composition_uid(pair)] == {f.uid for f in g.facts() if f.twin in pair}
