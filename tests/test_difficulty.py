"""Difficulty is computed from named parts and rises with each; what a shortcut answers is not hard, and `check` proves it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus import registry
from kg2corpus.checks import check
from kg2corpus.checks.shortcuts import picked
from kg2corpus.compile.graded import spread
from kg2corpus.compile.run import compile_corpus
from kg2corpus.config import load_curriculum
from kg2corpus.difficulty import HARD, Parts, grader, of_form
from kg2corpus.documents import read_bucket, read_corpus, read_manifest, write_bucket
from kg2corpus.graph import Graph
from kg2corpus.lexicon import resolve
from kg2corpus.shortcuts import (
    FARTHEST,
    FREQUENT_COUNT,
    FREQUENT_OBJECT,
    ONE_CONDITION,
    ONE_FACT,
    SETTLED,
    solver,
)  # fmt: skip
from kg2corpus.types import Fact, Subgraph
from kg2corpus.verbalizers.template import tell
from tests.graphs import make_graph
from tests.small import NUMBER, atlas, parts

CHECK = "no document graded hard is answered by a shortcut"
PARTS = st.builds(
    Parts, st.integers(1, 8), st.integers(0, 3), st.integers(0, 3), *[st.floats(0, 20)] * 3, *[st.floats(0, 1)] * 2
)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return atlas()


# the number


@given(parts=PARTS, name=st.sampled_from(Parts._fields), more=st.floats(0.01, 5))
def test_it_rises_with_every_part(parts: Parts, name: str, more: float) -> None:
    by = 1 + int(more) if name in ("hops", "operations", "hidden") else more
    harder = parts._replace(**{name: getattr(parts, name) + by})
    assert harder.number >= parts.number
    if name in ("hops", "operations"):
        assert harder.number > parts.number, "a step counts for more than all the rest"
    elif parts.number % 1 < 0.9 and by > 0.5:
        assert harder.number > parts.number


@given(parts=PARTS)
def test_what_takes_one_step_is_never_hard(parts: Parts) -> None:
    assert 1 <= parts.one_hop().number < HARD <= parts._replace(hops=2).number
    assert parts.one_hop().number <= parts.number
    assert parts.number // 1 == parts.hops + parts.operations


def chained(*keys: str) -> list[tuple[str, str, str]]:
    return [(a, f"r{i}", b) for i, (a, b) in enumerate(pairwise(keys))]


def on(graph: Graph, form: str, *facts: Fact) -> Subgraph:
    return Subgraph(facts[0].subject.uid, facts, form)


def facts_of(graph: Graph, *keys: str) -> list[Fact]:
    """The facts "subject relation object", by their labels."""
    found = {(f.subject.label, f.relation.name, f.object.label): f for f in graph.facts()}
    return [found[tuple(key.split(" "))] for key in keys]  # type: ignore[index]


def test_each_part_is_read_off_the_graph() -> None:
    facts = [*chained("a", "b", "c"), *(("a", "r0", o) for o in "def"), *((f"x{i}", "s", "b") for i in range(9))]
    graph = make_graph(facts, types={"b": "town", "d": "town"})
    grade = grader(graph)
    a, b = facts_of(graph, "a r0 b", "b r1 c")
    one, chain = grade(on(graph, "statement", a)).parts, grade(on(graph, "evidence", a, b)).parts
    assert (one.hops, one.operations, one.hidden, one.size, one.answers) == (1, 0, 0, 0, 0)
    assert (chain.hops, chain.size, chain.fan_out) == (2, 1, 2), "four objects of r0 at a, one of r1 at b"
    assert grade(on(graph, "conclusion", a, b)).parts.hidden == 1
    assert grade(on(graph, "chain_question", a, b)).parts.hidden == 2
    group = [f for f in graph.out(a.subject.uid) if f.relation.name == "r0"]
    assert grade(on(graph, "question", *group)).parts.answers == 2
    (often,) = facts_of(graph, "x3 s b")
    rare = grade(on(graph, "statement", b)).parts.rarity
    assert rare > grade(on(graph, "statement", often)).parts.rarity, "c stands in one fact, r1 too; s in nine"
    assert one.distractors == 1 / 3, "d is a town like b, and named otherwise"


def sized(*figures: str) -> tuple[Graph, list[Fact]]:
    """A graph of a, b, c, ... of these sizes, and its facts."""
    graph = make_graph([(name, "size", (figure, NUMBER)) for name, figure in zip("abcdef", figures, strict=False)])
    return graph, [graph.out(graph.find(name)[0].uid)[0] for name in "abcdef"[: len(figures)]]


def test_values_that_are_near_are_harder_to_tell_apart() -> None:
    graph, (a, b, c, _) = sized("100", "99", "5", "1")
    grade = grader(graph)
    near, far = (grade(on(graph, "comparison", a, other)).parts.distractors for other in (b, c))
    assert (near, far) == (0.99, pytest.approx(0.05))
    assert grade(on(graph, "superlative", a, c, b)).parts.distractors == 0.99


@given(count=st.integers(1, 40))
def test_more_objects_are_never_easier(count: int) -> None:
    def graded(fan: int) -> float:
        facts = [("a", "r", f"o{i:02}") for i in range(fan)] + [(f"n{i}", "t", f"m{i}") for i in range(80)]
        graph = make_graph([*facts, ("o00", "s", "end")], statements=False)
        return grader(graph)(on(graph, "evidence", *facts_of(graph, "a r o00", "o00 s end"))).difficulty

    assert graded(count) <= graded(count + 10)


def test_the_same_in_any_order_of_loading(graph: Graph) -> None:
    one, other = grader(graph), grader(atlas(reverse=True))
    for name in registry.names("lessons"):
        for uid in graph.anchors()[:12]:
            for subgraph in registry.find("lessons", name).pick(graph, graph.node(uid), Random(1)):
                assert one(subgraph) == other(subgraph)


def test_without_a_graph_it_is_what_the_subgraph_tells(graph: Graph) -> None:
    pick = registry.find("lessons", "chains").pick
    chain = next(s for uid in graph.anchors() for s in pick(graph, graph.node(uid), Random(0)))
    (document,) = tell([chain], resolve(graph), stage="s", lesson="chains", level=3)
    assert document.difficulty == of_form(chain).number <= grader(graph)(chain).difficulty


# the solver


def test_a_chain_that_comes_back_to_a_neighbour_is_one_hop() -> None:
    graph = make_graph([*chained("a", "b", "c", "d"), ("a", "near", "c"), ("d", "far", "a")])
    ab, bc, cd = facts_of(graph, "a r0 b", "b r1 c", "c r2 d")
    solve, grade = solver(graph), grader(graph)
    assert solve(on(graph, "evidence", ab, bc)) == ONE_FACT
    assert solve(on(graph, "chain_question", ab, bc, cd)) == ONE_FACT, "the other way round"
    assert solve(on(graph, "conclusion", bc, cd)) == ""
    assert grade(on(graph, "chain_question", ab, bc, cd)).difficulty < HARD <= grade(on(graph, "conclusion", bc, cd)).difficulty


def test_the_most_frequent_object_is_a_guess() -> None:
    facts = [(f"land{i}", "part_of", "Africa" if i < 5 else "Asia") for i in range(8)]
    facts += [(f"river{i}", "in", f"land{i}") for i in range(8)]
    facts += [("reef", "in", "isle0"), *((f"isle{i}", "part_of", "Oceania") for i in range(3))]
    types = {f"isle{i}": "island" for i in range(3)} | {f"land{i}": "country" for i in range(8)}
    graph = make_graph(facts, types=types)
    solve = solver(graph)
    found = {}
    for start, middle, end in (("river0", "land0", "Africa"), ("river7", "land7", "Asia"), ("reef", "isle0", "Oceania")):
        found[end] = solve(on(graph, "conclusion", *facts_of(graph, f"{start} in {middle}", f"{middle} part_of {end}")))
    assert found == {"Africa": FREQUENT_OBJECT, "Asia": "", "Oceania": FREQUENT_OBJECT}, "of all, and of islands"
    alone = make_graph([("a", "in", "b"), ("b", "of", "c"), ("d", "of", "e")])
    assert solver(alone)(on(alone, "conclusion", *facts_of(alone, "a in b", "b of c"))) == "", "nothing occurs twice"


def test_the_most_frequent_number_is_a_guess() -> None:
    facts = [(f"n{i}", "has", f"o{i}{k}") for i, size in enumerate((2, 2, 2, 3, 4)) for k in range(size)]
    graph = make_graph(facts)
    solve = solver(graph)
    found = [solve(on(graph, "count", *graph.out(graph.find(f"n{i}")[0].uid))) for i in range(5)]
    assert found == [FREQUENT_COUNT] * 3 + [""] * 2


def test_the_greatest_of_all_needs_no_other() -> None:
    graph, (a, b, c, d, e) = sized("9", "7", "5", "3", "1")
    solve = solver(graph)
    assert solve(on(graph, "comparison", a, b)) == FARTHEST
    assert solve(on(graph, "comparison", b, e)) == FARTHEST, "what is the smallest of all is smaller"
    assert solve(on(graph, "comparison", c, d)) == ""
    assert solve(on(graph, "superlative_question", a, c, d)) == FARTHEST
    assert solve(on(graph, "superlative_question", b, c, e)) == "", "the last of all says nothing about the first of these"
    assert solve(on(graph, "ordering", a, b, c)) == "", "the first of all is not the order"


def test_conditions_and_what_one_fact_settles() -> None:
    graph = make_graph([("a", "r", "x"), ("b", "r", "x"), ("a", "s", "y"), ("c", "s", "y"), ("a", "t", "z"), ("b", "u", "w")])
    rx, sy, tz, uw = facts_of(graph, "a r x", "a s y", "a t z", "b u w")
    solve = solver(graph)
    assert solve(on(graph, "constraint", rx, sy)) == ""
    assert solve(on(graph, "constraint", rx, tz)) == ONE_CONDITION
    assert solve(on(graph, "negation", tz, uw)) == solve(on(graph, "correction", tz, rx, uw)) == SETTLED
    assert solve(on(graph, "unknown", uw, tz)) == ""


EDGES = st.lists(st.tuples(*[st.sampled_from("abcdefg")] * 3), min_size=4, max_size=30, unique=True)


@given(edges=EDGES, seed=st.integers(0, 3))
def test_any_graph(edges: list[tuple[str, str, str]], seed: int) -> None:
    """Hard chains have no fact between their ends, and end in no object that is the most frequent."""
    graph = make_graph(edges)
    grade, pick = grader(graph), registry.find("lessons", "chains").pick
    pairs = {frozenset((f.subject.uid, f.object.uid)) for f in graph.facts()}
    for uid in graph.anchors():
        for subgraph in pick(graph, graph.node(uid), Random(seed)):
            last = subgraph.facts[-1]
            often = Counter(f.object.uid for f in graph.facts(last.relation.uid))
            top = [u for u in sorted(often) if often[u] == max(often.values()) > 1][:1]
            short = frozenset((subgraph.facts[0].subject.uid, last.object.uid)) in pairs or [last.object.uid] == top
            assert (grade(subgraph).difficulty < HARD) == bool(grade(subgraph).shortcut) == short


# the corpus


@pytest.fixture(scope="module")
def corpus(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("corpus") / "c"
    compile_corpus(load_curriculum("full", ["exposures=10", "buckets=3"]), graph, *parts(graph), out)
    return out


def test_documents_have_the_grade_of_what_they_were_made_of(graph: Graph, corpus: Path) -> None:
    grade, looked, hard = grader(graph), Counter[str](), 0
    for document in read_corpus(corpus):
        asked = picked(document, graph)
        if asked is not None:
            looked[document.form] += 1
            assert document.difficulty == grade(asked).difficulty or document.form == "correction", document
        hard += document.difficulty >= HARD
        if document.form in ("statement", "profile", "pair", "tree", "correction"):
            assert document.difficulty < HARD
    assert hard > 50
    assert {"evidence", "conclusion", "count", "comparison", "walk", "correction", "constraint"} <= looked.keys()


def test_the_manifest_and_the_card_count_by_lesson(corpus: Path) -> None:
    graded = read_manifest(corpus)["difficulty"]
    documents = list(read_corpus(corpus))
    assert sum(found["documents"] for found in graded["lessons"].values()) == len(documents)
    for name, found in graded["lessons"].items():
        assert found == spread(Counter(d.difficulty for d in documents if d.lesson == name))
        assert found["quartiles"] == sorted(found["quartiles"])
        assert f"| {name} | {found['mean']:.2f} |" in (corpus / "README.md").read_text(encoding="utf-8")
    assert graded["downgraded"][SETTLED] > 0
    assert graded["downgraded"][ONE_FACT] > 0


def test_quartiles() -> None:
    assert spread(Counter([1.0, 1.0, 2.0, 3.0])) == {"documents": 4, "mean": 1.75, "quartiles": [1.0, 1.0, 2.0], "hard": 2}


def test_check_proves_it_and_finds_a_planted_fault(graph: Graph, corpus: Path) -> None:
    split, lexicon = parts(graph)

    def report() -> Any:
        return check(corpus, graph=graph, split=split, lexicon=lexicon, sample=50)

    found = report()
    (result,) = [r for r in found.results if r.name == CHECK]
    assert found.ok, [(r.name, r.examples) for r in found.failed]
    assert result.looked_at == sum(1 for _ in read_corpus(corpus))
    assert found.figures["difficulty"]["chains"]["hard"] > 0
    solve = solver(graph)
    for path in sorted(corpus.glob("0*/bucket-*")):
        documents = list(read_bucket(path))
        at = next((i for i, d in enumerate(documents) if (s := picked(d, graph)) and solve(s) == ONE_FACT), None)
        if at is not None:
            documents[at] = replace(documents[at], difficulty=2.75)
            before = path.read_bytes()
            write_bucket(path, documents)
            (result,) = [r for r in report().failed if r.name == CHECK]
            assert [f.where for f in result.examples] == [documents[at].id]
            assert ONE_FACT in result.examples[0].what
            path.write_bytes(before)
            return
    pytest.fail("no document of the corpus was downgraded")
