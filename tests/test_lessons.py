"""The contract of every lesson that is found, whoever wrote it; then what each of ours promises."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus import registry
from kg2corpus.compile.run import compile_corpus
from kg2corpus.config import load_curriculum
from kg2corpus.graph import Graph
from kg2corpus.types import FORMS, Subgraph
from tests.graphs import make_graph
from tests.small import atlas, parts, world

LESSONS = registry.names("lessons")
HUB = 100_000


def picked(name: str, graph: Graph, anchor: int, seed: int = 0, **options: Any) -> list[Subgraph]:
    return list(registry.find("lessons", name).pick(graph, graph.node(anchor), Random(seed), **options))


def everywhere(name: str, graph: Graph, seeds: int = 4, **options: Any) -> Iterator[Subgraph]:
    for anchor in [uid for uid in graph.node_uids() if not graph.node(uid).literal]:
        for seed in range(seeds):
            yield from picked(name, graph, anchor, seed, **options)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return world()


@pytest.fixture(scope="module")
def hub() -> Graph:
    """A node of a hundred thousand neighbours, many of them in both directions, beside nodes with something to tell."""
    facts = [("Hub", "has", f"e:{i}") for i in range(HUB)] + [(f"e:{i}", "of", "Hub") for i in range(HUB // 10)]
    facts += [("Hub", "seat", "e:1"), ("e:1", "near", "e:2"), ("e:2", "colour", "red"), ("e:1", "colour", "blue")]
    return make_graph(facts, statements=False)


@pytest.fixture(scope="module")
def rich() -> Graph:
    """Something for every lesson."""
    return atlas()


@pytest.mark.parametrize("name", LESSONS)
class TestContract:
    def test_says_what_it_is(self, name: str) -> None:
        module = registry.find("lessons", name)
        assert module.LEVEL in range(1, 6)
        assert (module.__doc__ or "").startswith(f"Level {module.LEVEL}, ")
        assert len((module.__doc__ or "").splitlines()) > 2, "one worked example"
        parameters = list(inspect.signature(module.pick).parameters.values())
        assert [p.name for p in parameters[:3]] == ["graph", "anchor", "rng"]
        for option in parameters[3:]:
            assert option.kind is inspect.Parameter.KEYWORD_ONLY
            assert option.default is not inspect.Parameter.empty
            assert f"`{option.name}`" in (module.pick.__doc__ or ""), "every option is explained"

    def test_subgraphs_are_sound(self, name: str, rich: Graph) -> None:
        found = list(everywhere(name, rich))
        assert found, "the small world has something for every lesson"
        for subgraph in found:
            assert subgraph.form in FORMS
            assert subgraph.facts
            assert not subgraph.slots
            assert len({f.twin for f in subgraph.facts}) == len(subgraph.facts), "no fact twice in one document"
            ends = {end.uid for f in subgraph.facts for end in (f.subject, f.object)}
            assert subgraph.anchor in ends
            for fact in subgraph.facts:
                assert rich.fact(fact.uid) == fact

    def test_the_same_seed_gives_the_same(self, name: str, rich: Graph) -> None:
        other = atlas(reverse=True)
        for anchor in rich.anchors():
            assert picked(name, rich, anchor, 7) == picked(name, other, anchor, 7)

    def test_another_round_gives_something_else(self, name: str, rich: Graph) -> None:
        rounds = [[picked(name, rich, anchor, seed) for anchor in rich.anchors()] for seed in range(4)]
        assert any(one != rounds[0] for one in rounds[1:])

    def test_sees_only_the_view(self, name: str, rich: Graph) -> None:
        kept = {f.uid for f in rich.facts() if f.relation.name != "capital" and f.uid % 5}
        view = rich.restrict(lambda fact: fact.uid in kept)
        for subgraph in everywhere(name, view, 2):
            assert {f.uid for f in subgraph.facts} <= kept

    def test_a_hub_is_bounded_work(self, name: str, hub: Graph) -> None:
        """All facts of a lesson that promises them all; of the others a few, at the hub and beside it."""
        (node,) = hub.find("Hub")
        found = picked(name, hub, node.uid)
        if name != "facts":
            assert len(found) < 100
            assert sum(len(s.facts) for s in found) < 1000
        (beside,) = [n for n in hub.find("e:1") if n.key == "e:1"]
        assert sum(len(s.facts) for s in picked(name, hub, beside.uid)) < 1000

    def test_odd_graphs(self, name: str) -> None:
        loop = make_graph([("a", "knows", "a")])
        alone = make_graph([("a", "size", ("3", ""))])
        cycle = make_graph([("a", "next", "b"), ("b", "next", "a")])
        twins = make_graph([("a", "meets", "b"), ("b", "meets", "a")], symmetric=["meets"])
        for odd in (loop, alone, cycle, twins):
            for subgraph in everywhere(name, odd):
                assert len({f.twin for f in subgraph.facts}) == len(subgraph.facts)


EDGES = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["r", "s", "t"]), st.sampled_from("abcdef")), min_size=1, max_size=24
)


@pytest.mark.parametrize("name", LESSONS)
@given(edges=EDGES, seed=st.integers(0, 9))
def test_any_graph(name: str, edges: list[tuple[str, str, str]], seed: int) -> None:
    graph = make_graph(list(dict.fromkeys(edges)), symmetric=["s"])
    for anchor in graph.anchors():
        for subgraph in picked(name, graph, anchor, seed):
            assert subgraph.form in FORMS
            assert len({f.uid for f in subgraph.facts}) == len(subgraph.facts) > 0


def test_facts_states_each_fact_once_a_round(graph: Graph) -> None:
    for lists in (0.0, 1.0):
        stated = [f.uid for s in everywhere("facts", graph, 1, lists=lists) if s.form == "statement" for f in s.facts]
        assert sorted(stated) == [f.uid for f in graph.facts()]


def test_facts_asks_for_a_subject_only_where_there_is_one(graph: Graph) -> None:
    asked = [s for s in everywhere("facts", graph, inverse=1.0) if s.form == "inverse_question"]
    assert {s.facts[0].relation.name for s in asked} >= {"capital", "area_km2"}
    assert "in_region" not in {s.facts[0].relation.name for s in asked}
    forward = [s for s in everywhere("facts", graph, inverse=0.0) if FORMS[s.form].exposes == "asked"]
    assert {s.form for s in forward} == {"question"}
    for subgraph in forward:
        first = subgraph.facts[0]
        assert set(subgraph.facts) == set(graph.out(first.subject.uid, first.relation.uid)), "all answers or none"


def test_profile_tells_all_facts_in_other_orders(graph: Graph) -> None:
    anchor = graph.find("Land03")[0].uid
    orders = {tuple(f.uid for f in picked("profile", graph, anchor, seed)[0].facts) for seed in range(6)}
    assert len(orders) > 1
    assert all(set(order) == {f.uid for f in graph.out(anchor)} for order in orders)
    parts = picked("profile", graph, anchor, most=3)
    assert all(len(part.facts) <= 3 for part in parts)


def test_pairs_tell_both_and_link_them_first(graph: Graph) -> None:
    for subgraph in everywhere("pairs", graph):
        link = subgraph.facts[0]
        one, two = link.subject.uid, link.object.uid
        assert subgraph.anchor == min(one, two)
        told = [f for f in subgraph.facts if {f.subject.uid, f.object.uid} != {one, two}]
        assert any(one in (f.subject.uid, f.object.uid) for f in told)
        assert any(two in (f.subject.uid, f.object.uid) for f in told)


def test_pairs_at_random_have_nothing_that_connects_them(graph: Graph) -> None:
    found = list(everywhere("pairs", graph, unconnected=True))
    assert found
    for subgraph in found:
        around = (*graph.out(subgraph.anchor), *graph.into(subgraph.anchor))
        near = {end.uid for fact in around for end in (fact.subject, fact.object)}
        first, second = subgraph.facts[:2]
        assert subgraph.form == "overview"
        assert subgraph.anchor in (first.subject.uid, first.object.uid)
        assert not {second.subject.uid, second.object.uid} <= near


def test_trios_tell_each_of_the_three_after_what_joins_them() -> None:
    graph = atlas()
    found = list(everywhere("trios", graph, told=2))
    assert found
    for subgraph in found:
        joining, rest = subgraph.facts[:2], subgraph.facts[2:]
        three = {end.uid for fact in joining for end in (fact.subject, fact.object)}
        assert len(three) == 3
        assert subgraph.anchor == min(three)
        for uid in three:
            assert any(three & {fact.subject.uid, fact.object.uid} == {uid} for fact in rest)


def test_chains_join_and_never_come_back(graph: Graph) -> None:
    found = list(everywhere("chains", graph))
    lengths = {len(s.facts) for s in found}
    assert lengths >= {2, 3}
    assert any(s.facts[-1].object.literal for s in found)
    for subgraph in found:
        assert subgraph.anchor == subgraph.facts[0].subject.uid
        for one, two in zip(subgraph.facts, subgraph.facts[1:], strict=False):
            assert one.object == two.subject
        nodes = [subgraph.anchor, *(f.object.uid for f in subgraph.facts)]
        assert len(set(nodes)) == len(nodes)
        if subgraph.form == "chain_question":
            assert all(len(graph.out(f.subject.uid, f.relation.uid)) == 1 for f in subgraph.facts)
    assert {s.form for s in found} == {"evidence", "conclusion", "chain_question"}


def test_chains_leave_out_relations_that_fan_out() -> None:
    facts = [("b", "in", "Asia"), ("Asia", "area", ("9", ""))] + [("Asia", "contains", f"c{i}") for i in range(30)]
    facts += [(f"c{i}", "size", (str(i), "")) for i in range(30)]
    graph = make_graph(facts)
    found = list(everywhere("chains", graph))
    assert found
    assert "contains" not in {f.relation.name for s in found for f in s.facts}


def test_the_lesson_of_the_guide_works(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/lessons.md is tried: its lesson and its curriculum compile as they stand there."""
    text = (repo / "docs" / "lessons.md").read_text(encoding="utf-8")
    for name, body in re.findall(r"```(?:python|yaml)\n# (\S+)\n(.*?)```", text, re.DOTALL):
        (tmp_path / name).write_text(body, encoding="utf-8")
    monkeypatch.setitem(registry._extra, "lessons", {})
    assert registry.add_file(tmp_path / "members.py") == ("lessons", "members")
    small = world()
    manifest = compile_corpus(load_curriculum(tmp_path / "members.yaml"), small, *parts(small), tmp_path / "corpus")
    assert manifest["stages"][0]["lessons"]["members"]["profile"]["documents"] > 0
    assert manifest["coverage"]["reached"] == 1.0
