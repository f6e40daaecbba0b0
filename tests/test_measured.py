"""What is measured of relations: against plain counting, and on graphs whose characteristics are known."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg2corpus import measured as module
from kg2corpus.graph import Graph
from kg2corpus.measured import Measured, cardinality, measure
from tests.graphs import make_graph

NODES = [f"e/{i}" for i in range(6)]
fact_lists = st.lists(
    st.tuples(
        st.sampled_from(NODES), st.sampled_from(["p/a", "p/b", "p/c"]), st.sampled_from([*NODES, ("x", ""), ("1", "xsd:int")])
    ),
    max_size=40,
)


def by_name(graph: Graph, **options: Any) -> dict[str, Measured]:
    return {graph.relations()[m.relation].name: m for m in measure(graph.columns, **options)}


@given(fact_lists)
@settings(max_examples=60)
def test_as_counted_one_by_one(facts: list[Any]) -> None:
    graph = make_graph(facts, types={"e/0": "t", "e/1": ["t", "u"]}, statements=False)
    pairs: dict[str, set[tuple[Any, Any]]] = defaultdict(set)
    for s, p, o in facts:
        pairs[p[2:]].add((s, o))
    found = by_name(graph)
    assert found.keys() == pairs.keys()
    for name, mine in pairs.items():
        m = found[name]
        out, into = defaultdict(set), defaultdict(set)
        for s, o in mine:
            out[s].add(o)
            into[o].add(s)
        entities = {(s, o) for s, o in mine if isinstance(o, str) and s != o}
        assert (m.facts, m.subjects, m.objects) == (len(mine), len(out), len(into))
        assert m.functional == pytest.approx(sum(len(v) == 1 for v in out.values()) / len(out), abs=1e-4)
        assert m.inverse_functional == pytest.approx(sum(len(v) == 1 for v in into.values()) / len(into), abs=1e-4)
        assert m.literal == pytest.approx(sum(not isinstance(o, str) for _, o in mine) / len(mine), abs=1e-4)
        assert dict(m.domain).get("t", 0) == pytest.approx(len(out.keys() & {"e/0", "e/1"}) / len(out), abs=1e-4)
        both = sum((o, s) in entities for s, o in entities)
        assert m.both_ways == both
        assert m.symmetric == (pytest.approx(both / len(entities), abs=1e-4) if entities else None)
        paths = [(a, c) for a, b in entities for b2, c in entities if b == b2 and a != c]
        assert m.paths == len(paths)
        assert m.transitive == (pytest.approx(sum(p in entities for p in paths) / len(paths), abs=1e-4) if paths else None)
        for other, theirs in pairs.items():
            turned = sum((o, s) in theirs for s, o in entities)
            told = {graph.relations()[o.relation].name: o.support for o in m.inverses}
            if other != name and turned >= 2 and turned >= len(entities) / 2:
                assert told[other] == turned
            else:
                assert other not in told
            shared = len(mine & theirs)
            held = {graph.relations()[o.relation].name: o.support for o in m.subset_of}
            assert held.get(other) == (shared if other != name and shared >= 2 and shared >= len(mine) / 2 else None)


def family() -> Graph:
    chain = list(pairwise(f"e/{i}" for i in range(30)))
    facts: list[Any] = [(a, "p/parent", b) for a, b in chain] + [(b, "p/child", a) for a, b in chain[:-1]]
    facts += [(a, "p/ancestor", b) for a, b in permutations([f"e/{i}" for i in range(12)], 2) if int(a[2:]) < int(b[2:])]
    facts += [(x, "p/spouse", y) for a, b in chain[::2] for x, y in ((a, b), (b, a))]
    facts += [(f"e/{i}", "p/born", (str(1900 + i), "xsd:gYear")) for i in range(30)]
    return make_graph(facts, types={f"e/{i}": "person" for i in range(30)})


def test_a_family() -> None:
    graph = family()
    found = by_name(graph)
    assert found["spouse"].symmetric == 1.0
    assert found["parent"].symmetric == 0.0
    assert found["ancestor"].transitive == 1.0
    assert found["parent"].transitive == 0.0
    inverse = found["parent"].inverses[0]  # spouses are drawn from the same pairs
    assert (graph.relations()[inverse.relation].name, inverse.support) == ("child", 28)
    assert (inverse.share, inverse.other_share) == (round(28 / 29, 4), 1.0)
    assert found["born"].datatypes == (("xsd:gYear", 1.0),)
    assert found["born"].domain == (("person", 1.0),)
    assert found["born"].range == ()
    assert found["born"].symmetric is None


def test_a_view_is_measured_alone() -> None:
    graph = family().restrict(lambda f: f.relation.name == "spouse")
    assert by_name(graph, rows=graph.fact_rows()).keys() == {"spouse"}
    assert measure(make_graph([]).columns) == []


def test_chunks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = measure(family().columns)
    monkeypatch.setattr(module, "CHUNK", 3)
    assert measure(family().columns) == whole


def test_a_hub_is_sampled_by_seed_and_says_so() -> None:
    facts = [("e/hub", "p/to", f"e/{i}") for i in range(3000)] + [(f"e/{i}", "p/to", "e/hub") for i in range(3000)]
    graph = make_graph(facts, statements=False)
    (m,) = measure(graph.columns)
    assert m.sampled
    assert 0 < m.paths <= module.SAMPLE * module.FANOUT
    assert (m.transitive, m.symmetric) == (0.0, 1.0)
    assert measure(graph.columns) == [m]
    assert measure(graph.columns, seed=1)[0].paths != m.paths or measure(graph.columns, seed=2)[0].paths != m.paths


def test_the_order_of_loading_makes_no_difference() -> None:
    facts = [(f"e/{i % 7}", f"p/{i % 3}", f"e/{i % 5}") for i in range(200)]
    rng = np.random.default_rng(0)
    shuffled = [facts[i] for i in rng.permutation(len(facts))]
    assert measure(make_graph(facts).columns) == measure(make_graph(shuffled).columns)


def test_cardinality_is_an_average() -> None:
    sizes = ((10, 10, 10), (15, 10, 15), (15, 15, 10), (30, 20, 20))
    assert [cardinality(*one) for one in sizes] == ["1-1", "1-n", "n-1", "n-m"]
