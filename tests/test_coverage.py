"""The closed form of EntiGraph's coverage is what a simulation of its process finds, on random and on real-looking graphs."""

from __future__ import annotations

from collections import deque
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus.forecast.coverage import Pairs, curve, pairs
from kg2corpus.graph import Graph
from tests.graphs import make_graph
from tests.small import world

Edges = dict[int, list[int]]


def random_edges(n: int, p: float, seed: int) -> Edges:
    rng = Random(seed)
    return {i: [j for j in range(n) if j != i and rng.random() < p] for i in range(n)}


def graph_of(edges: Edges) -> Graph:
    facts = [(f"e/{i}", "p/joins", f"e/{j}") for i, ends in edges.items() for j in ends]
    return make_graph(facts + [(f"e/{i}", "p/size", (str(i), "")) for i in edges])


def tree(edges: Edges, source: int) -> dict[int, int]:
    """Node -> the one before it on a shortest path from the source."""
    before, queue = {source: source}, deque([source])
    while queue:
        for other in edges[(node := queue.popleft())]:
            if other not in before:
                before[other] = node
                queue.append(other)
    return before


def simulated(edges: Edges, draws: list[int], seed: int) -> list[float]:
    """The share of ordered pairs known after so many draws of the process, told step by step."""
    n, rng = len(edges), Random(f"draws {seed}")
    trees = [tree(edges, i) for i in range(n)]
    known = {(i, j) for i, ends in edges.items() for j in ends}
    found, done = [], 0
    for upto in draws:
        while done < upto:
            done += 1
            x = rng.randrange(n)
            y = (x + rng.randrange(1, n)) % n
            if y in trees[x]:
                while y != x:
                    known.add((x, y))
                    y = trees[x][y]
        found.append(len(known) / (n * (n - 1)))
    return found


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_closed_form_is_what_a_simulation_finds(seed: int) -> None:
    edges = random_edges(100, 0.03, seed)
    draws = [0, 1_000, 3_000, 10_000, 30_000]
    found = pairs(graph_of(edges))
    assert (found.entities, found.exact) == (100, True)
    for told, row in zip(simulated(edges, draws, seed), curve(found, draws), strict=True):
        assert row["share"] == pytest.approx(told, abs=0.02)
        assert row["low"] == row["share"] == row["high"]
    assert found.share(0)[0] == pytest.approx(sum(map(len, edges.values())) / (100 * 99)), "at first the facts are known"
    reachable = sum(len(tree(edges, i)) - 1 for i in edges) / (100 * 99)
    assert 0.8 < reachable < 1
    assert found.reachable()[0] == pytest.approx(reachable)
    assert found.share(10**9)[0] == pytest.approx(reachable), "in the end what a path joins is known, and no more"


@given(st.integers(1, 12), st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11))), st.booleans())
def test_trees_are_those_of_a_plain_search(n: int, wanted: set[tuple[int, int]], directed: bool) -> None:
    edges: Edges = {i: [] for i in range(n)}
    for i, j in sorted(wanted):
        if i < n and j < n and i != j:
            edges[i].append(j)
    found = pairs(graph_of(edges), directed=directed)
    if not directed:
        edges = {i: sorted({*ends, *(j for j in edges if i in edges[j])}) for i, ends in edges.items()}
    assert found.entities == n
    reached = [len(tree(edges, i)) - 1 for i in range(n)]
    assert sorted(t.known + int(t.counts.sum()) for t in found.trees) == sorted(reached)
    below = 0  # of each node its descendants and itself: the sum of depths, whichever shortest path the tree holds
    for i in range(n):
        before = tree(edges, i)
        for j in before:
            while j != i:
                below += 1
                j = before[j]
    first = sum(_below_known(edges, i) for i in range(n))
    assert sum(int(t.sizes @ t.counts) for t in found.trees) == below - first


def _below_known(edges: Edges, i: int) -> int:
    """What lies below the neighbours of i, themselves included: all that it reaches."""
    return len(tree(edges, i)) - 1


def test_more_documents_never_know_less_and_an_interval_holds_the_exact_share() -> None:
    graph = graph_of(random_edges(700, 0.003, 5))
    exact, drawn = pairs(graph), pairs(graph, exact=100, sources=300)
    assert exact.exact
    assert (len(drawn.trees), drawn.exact) == (300, False)
    shares = [exact.share(t)[0] for t in (0, 1e3, 1e4, 1e5, 1e6)]
    assert shares == sorted(shares)
    for t in (0, 1e4, 1e5, 1e6):
        share, low, high = drawn.share(t)
        assert low < share < high
        assert low <= exact.share(t)[0] <= high
    assert pairs(graph, exact=100, sources=300).share(1e5) == drawn.share(1e5)
    assert pairs(graph, exact=100, sources=300, seed=1).share(1e5) != drawn.share(1e5)


def test_a_view_counts_its_own_facts_and_directions_matter() -> None:
    graph = world()
    both = pairs(graph, directed=False)
    assert both.reachable()[0] > pairs(graph).reachable()[0]
    fewer = pairs(graph.restrict(lambda f: f.relation.name != "capital"))
    assert fewer.entities == pairs(graph).entities - 14


def test_a_graph_without_pairs_has_no_coverage() -> None:
    alone = pairs(make_graph([("e/a", "p/size", ("1", ""))]))
    assert (alone.entities, alone.share(10), alone.reachable()) == (1, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    two: Pairs = pairs(make_graph([("e/a", "p/joins", "e/b")]))
    assert two.share(5) == (0.5, 0.5, 0.5), "the other way round no path leads"
