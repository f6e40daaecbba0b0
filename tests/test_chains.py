"""Chains of up to five hops, and documents under other names of their entities."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from kg2corpus import config
from kg2corpus.checks.faithfulness import faithful
from kg2corpus.compile.run import compile_corpus
from kg2corpus.documents import read_corpus
from kg2corpus.errors import UserError
from kg2corpus.faithful import gate
from kg2corpus.graph import Graph
from kg2corpus.lexicon import phrases as ph
from kg2corpus.lexicon import resolve
from kg2corpus.types import ALIASED, FORMS, Document, Subgraph
from kg2corpus.verbalizers.template import tell
from tests.graphs import make_graph
from tests.small import atlas, parts
from tests.test_lessons import everywhere

TYPES = {"f:Emma": "film", "p:Ada": "person", "p:Eve": "person", "c:Ulm": "city", "k:Lom": "country", "c:Ro": "city",
         "k:Zed": "country", "p:Max": "person"}  # fmt: skip
ROW = [
    ("f:Emma", "director", "p:Ada"),
    ("p:Ada", "mother", "p:Eve"),
    ("p:Eve", "birthplace", "c:Ulm"),
    ("c:Ulm", "country", "k:Lom"),
    ("k:Lom", "capital", "c:Ro"),
    ("c:Ro", "mayor", "p:Max"),
]


@pytest.fixture(scope="module")
def row() -> Graph:
    return make_graph(ROW, types=TYPES)


def of_hops(graph: Graph, hops: int, form: str) -> Subgraph:
    by_key = {(f.subject.key, f.relation.key): f for f in graph.facts()}
    facts = tuple(by_key[s, r] for s, r, _ in ROW[:hops])
    return Subgraph(facts[0].subject.uid, facts, form)


def said(graph: Graph, subgraph: Subgraph) -> Document:
    (document,) = tell([subgraph], resolve(graph), stage="s", lesson="chains", level=3)
    return document


def test_a_walk_goes_on_up_to_five_hops(row: Graph) -> None:
    found = {len(s.facts) for s in everywhere("chains", row, seeds=8, further=0.9)}
    assert found == {2, 3, 4, 5}
    assert {len(s.facts) for s in everywhere("chains", row, seeds=8, further=0.9, longest=3)} == {2, 3}
    assert {len(s.facts) for s in everywhere("chains", row, seeds=8, further=0)} == {2}


@pytest.mark.parametrize("longest", [1, 6])
def test_other_lengths_are_refused(row: Graph, longest: int) -> None:
    with pytest.raises(UserError, match=f"longest is {longest}"):
        list(everywhere("chains", row, longest=longest))


@pytest.mark.parametrize("hops", [2, 3, 4, 5])
def test_a_conclusion_names_both_ends_and_nothing_between(row: Graph, hops: int) -> None:
    subgraph, lexicon = of_hops(row, hops, "conclusion"), resolve(row)
    assert ph.reads(lexicon, subgraph.facts)
    between = [fact.object.name for fact in subgraph.facts[:-1]]
    for seed in range(12):
        text = ph.conclusion(lexicon, subgraph.facts, Random(seed))
        assert "Emma" in text
        assert subgraph.facts[-1].object.name in text
        assert not any(re.search(rf"\b{name}\b", text) for name in between), text


def test_long_conclusions_are_told_from_a_hop_in_their_middle(row: Graph) -> None:
    lexicon = resolve(row)
    facts = of_hops(row, 5, "conclusion").facts
    assert ph.middles(lexicon, ph.hops(facts))
    texts = {ph.conclusion(lexicon, facts, Random(seed)) for seed in range(30)}
    assert "the mother of the director of Emma was born in a city in a country whose capital is Ro" in texts


def test_no_long_chain_of_somethings() -> None:
    bare = make_graph([(f"x:{a}", f"r{a}", f"x:{b}") for a, b in pairwise("abcdef")])
    lexicon = resolve(bare)
    facts = tuple(sorted(bare.facts(), key=lambda f: f.subject.key))
    assert not ph.reads(lexicon, facts), "nothing has a type: 'something that ... something that ...'"


@pytest.mark.parametrize("lesson", ["chains", "fan_out"])
def test_names_are_tied(lesson: str) -> None:
    """What a document calls an entity in its evidence it calls it in its conclusion (KICP ties them)."""
    graph = atlas()
    lexicon, seen = resolve(graph), set[str]()
    for subgraph in everywhere(lesson, graph, seeds=2, aliases=1.0):
        form = FORMS[subgraph.form]
        if not form.aliased:
            continue
        ends = {n.uid: n for f in subgraph.facts for n in (f.subject, f.object) if n.aliases}
        assert ends
        if lesson == "chains" and not ph.reads(lexicon, subgraph.facts):
            continue
        for document in tell([subgraph], lexicon, stage="s", lesson=lesson, level=3):
            called = [
                {name for name in (n.label, *n.aliases) if re.search(rf"\b{name}\b", document.text)} for n in ends.values()
            ]
            assert all(len(names) <= 1 for names in called), document.text
            assert {span.fact for span in document.spans} == {fact.uid for fact in subgraph.facts}
            assert document.twins == tuple(dict.fromkeys(fact.twin for fact in subgraph.facts))
            seen |= {kind for names, n in zip(called, ends.values(), strict=True) for name in names
                     for kind in ("label" if name == n.label else "alias",)}  # fmt: skip
    assert "alias" in seen


def test_a_name_that_two_share_is_never_used() -> None:
    facts = [("b", "borders", "c"), ("c", "capital", "d"), ("e", "borders", "c")]
    for shared in ({"b": ["Land"], "e": ["Land"]}, {"b": ["E"]}):
        graph = make_graph(facts, aliases=shared, labels={"e": "E"})
        assert {s.form for s in everywhere("chains", graph, aliases=1.0)} & set(ALIASED.values()) == set()
    assert "alias_evidence" in {s.form for s in everywhere("chains", make_graph(facts, aliases={"b": ["Land"]}), aliases=1.0)}


def test_kicp_tells_lessons_two_and_three_under_tied_names(tmp_path: Path) -> None:
    graph = atlas()
    split, lexicon = parts(graph)
    compile_corpus(config.load_curriculum("kicp", ["exposures=9"]), graph, split, lexicon, tmp_path / "corpus")
    documents = list(read_corpus(tmp_path / "corpus"))
    of_stage = {stage: {d.form for d in documents if d.stage == stage} for stage in ("lesson-2", "lesson-3")}
    assert of_stage["lesson-2"] >= {"evidence", "alias_evidence", "fan_out", "alias_fan_out"}
    assert of_stage["lesson-3"] == {"conclusion", "alias_conclusion"}
    assert max(len(d.twins) for d in documents if d.lesson == "chains") <= 3
    checks, _ = faithful(documents, gate(graph, lexicon))
    assert sum(d.form in ALIASED.values() for d in documents) > 50
    assert all(check.ok for check in checks), [check for check in checks if not check.ok]
