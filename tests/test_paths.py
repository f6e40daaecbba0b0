"""Paths and surroundings, compared with networkx itself."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus import uid as uids
from kg2corpus.graph import Graph, UnknownUid
from tests.graphs import make_graph


def e(key: str) -> int:
    return uids.entity_uid(key)


def whole(graph: Graph) -> nx.MultiDiGraph:
    full = nx.MultiDiGraph()
    full.add_nodes_from(graph.node_uids())
    for fact in graph.facts():
        full.add_edge(fact.subject.uid, fact.object.uid, key=fact.uid)
    return full


keys = st.integers(0, 6).map(lambda i: f"e/{i}")
triples = st.lists(st.tuples(keys, st.sampled_from(["p/a", "p/b"]), keys), max_size=16)


@given(triples, st.integers(1, 4), st.booleans(), st.lists(st.booleans(), min_size=16, max_size=16))
def test_paths_are_those_of_networkx(facts: list, longest: int, forward: bool, kept: list[bool]) -> None:
    labels = {"e/0": "a", "e/1": "b"}
    g = make_graph(facts, labels=labels)
    g = g.restrict(np.array(kept[: len(g)], dtype=bool))
    start, end = e("e/0"), e("e/1")
    found = list(g.paths(start, end, longest=longest, limit=None, forward=forward))
    for path in found:
        at = start
        for step in path:
            assert step.start.uid == at
            assert step.forward or not forward
            at = step.end.uid
        assert at == end
    full = nx.MultiDiGraph() if forward else nx.MultiGraph()
    full.add_nodes_from([start, end])
    full.add_edges_from((f.subject.uid, f.object.uid, f.uid) for f in g.facts())
    theirs = [tuple(uid for _, _, uid in p) for p in nx.all_simple_edge_paths(full, start, end, cutoff=longest)]
    assert sorted(tuple(s.fact.uid for s in p) for p in found) == sorted(theirs)
    assert [len(p) for p in found] == sorted(len(p) for p in found)
    assert found == list(g.paths(start, end, longest=longest, limit=None, forward=forward))
    assert found[:2] == list(g.paths(start, end, longest=longest, limit=2, forward=forward))


@given(triples, st.integers(0, 3), st.booleans())
def test_neighbourhood_is_the_ego_graph_of_networkx(facts: list, hops: int, forward: bool) -> None:
    g = make_graph(facts, labels={"e/0": "a"})
    ours = g.neighbourhood(e("e/0"), hops=hops, limit=None, forward=forward)
    theirs = nx.ego_graph(whole(g), e("e/0"), radius=hops, undirected=not forward)
    assert set(ours) == set(theirs)
    assert set(ours.edges(keys=True)) == set(theirs.edges(keys=True))
    assert all(ours.nodes[uid]["label"] == g.node(uid).label for uid in ours)


def hub() -> Graph:
    spokes = [(f"e/{i}", "p/in", "e/hub") for i in range(100_000)]
    return make_graph([*spokes, ("e/0", "p/near", "e/x"), ("e/x", "p/near", "e/1")], statements=False)


def test_a_hub_is_passed_or_not_as_asked() -> None:
    g = hub()
    lengths = lambda **options: [len(p) for p in g.paths(e("e/0"), e("e/1"), **options)]  # noqa: E731
    assert lengths() == [2, 2]
    assert lengths(fan=1000) == [2]
    assert [s.fact.object.key for p in g.paths(e("e/0"), e("e/1"), fan=1000) for s in p] == ["e/x", "e/1"]
    assert [(s.fact.subject.key, s.forward) for p in g.paths(e("e/5"), e("e/7")) for s in p] == [("e/5", True), ("e/7", False)]
    assert lengths(limit=1) == [2]
    assert list(g.paths(e("e/5"), e("e/7"), forward=True)) == []
    # an end may be a hub
    assert [len(p) for p in g.paths(e("e/9"), e("e/hub"), fan=10)] == [1]
    assert len(g.neighbourhood(e("e/hub"), limit=50)) == 50
    assert len(g.neighbourhood(e("e/9"), hops=2, fan=10)) == 2
    assert len(g.neighbourhood(e("e/9"), hops=2, limit=70)) == 70


def test_from_a_node_to_itself_and_to_nowhere() -> None:
    g = make_graph([("e/a", "p/x", "e/a"), ("e/a", "p/x", "e/b"), ("e/c", "p/x", "e/d")])
    assert list(g.paths(e("e/a"), e("e/a"))) == []
    assert list(g.paths(e("e/a"), e("e/c"))) == []
    for ask in (lambda: list(g.paths(e("e/a"), 7)), lambda: g.neighbourhood(7)):
        with pytest.raises(UnknownUid):
            ask()


def test_facts_of_a_relation() -> None:
    g = make_graph([(f"e/{i}", f"p/{i % 3}", f"e/{i + 1}") for i in range(30)])
    for relation in g.relations():
        found = list(g.facts(relation.uid))
        assert [f.uid for f in found] == [f.uid for f in g.facts() if f.relation == relation]
        assert len(found) == 10
    with pytest.raises(UnknownUid):
        list(g.facts(7))
