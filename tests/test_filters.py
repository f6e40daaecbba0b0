"""Filters at loading: what is kept, what is left out and why, and that it does not hang on the order of the sources."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus import snapshot
from kg2corpus.errors import UserError
from kg2corpus.store.load import Filters, LoadReport, load

from .conftest import COUNTRIES

LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def put(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def taken(tmp_path: Path, source: Path, **filters: object) -> tuple[snapshot.Graph, LoadReport]:
    db = str(tmp_path / f"{len(list(tmp_path.iterdir()))}.db")
    report = load([source], db, filters=Filters(**filters))  # type: ignore[arg-type]
    return snapshot.take(db), report


def edges(graph: snapshot.Graph) -> set[tuple[str, str, str]]:
    return {(f.subject.key.rpartition("/")[2], f.relation.name, f.object.key.rpartition("/")[2]) for f in graph.facts()}


def test_relations_by_key_name_or_label(tmp_path: Path) -> None:
    whole, _ = taken(tmp_path, COUNTRIES)
    some, report = taken(tmp_path, COUNTRIES, relations=("capital", "https://example.org/countries/borders", "Area"))
    assert {r.name for r in some.relations()} == {"capital", "borders", "area_km2"}
    left = report.dropped["fact of a relation that was not chosen"]
    assert len(some) + left == len(whole)
    without, _ = taken(tmp_path, COUNTRIES, without_relations=("borders",))
    assert {r.name for r in whole.relations()} - {r.name for r in without.relations()} == {"borders"}
    assert {n for f in some.facts() for n in (f.subject.uid, f.object.uid)} >= set(some.anchors())
    assert all(some.degree(uid) != (0, 0) or some.of_type(some.node(uid).label) for uid in some.node_uids()), "no stray nodes"
    with pytest.raises(UserError, match="no relation 'capitol'") as e:
        taken(tmp_path, COUNTRIES, relations=("capitol",))
    assert "capital" in e.value.hint


def test_types(tmp_path: Path) -> None:
    graph, report = taken(tmp_path, COUNTRIES, types=("country",))
    assert {t for f in graph.facts() for t in f.subject.types} == {"country"}
    assert report.dropped["fact whose subject has none of the types"]
    with pytest.raises(UserError, match="no type 'contry'") as e:
        taken(tmp_path, COUNTRIES, types=("contry",))
    assert "country" in e.value.hint


def test_around(tmp_path: Path) -> None:
    lines = "".join(f"<x:/{a}> <x:p> <x:/{b}> .\n" for a, b in ("ab", "bc", "cd", "de", "xb"))
    source = put(tmp_path / "chain.nt", lines + f'<x:/a> <x:n> "1" .\n<x:/e> <x:n> "1" .\n<x:/c> {LABEL} "See" .\n')
    graph, report = taken(tmp_path, source, around=("a",), hops=2)
    assert edges(graph) == {("a", "p", "b"), ("b", "p", "c"), ("x", "p", "b"), ("a", "n", "1")}
    assert report.dropped == {"fact too far from what was asked for": 3}
    assert edges(taken(tmp_path, source, around=("See",), hops=1)[0]) == {("b", "p", "c"), ("c", "p", "d")}
    both, _ = taken(tmp_path, source, around=("x:/a", "e"), hops=1)
    assert edges(both) == {("a", "p", "b"), ("a", "n", "1"), ("d", "p", "e"), ("e", "n", "1")}
    with pytest.raises(UserError, match="no node 'Q42'"):
        taken(tmp_path, source, around=("Q42",))


def test_sample_and_limit(tmp_path: Path) -> None:
    whole, _ = taken(tmp_path, COUNTRIES)
    ten, _ = taken(tmp_path, COUNTRIES, sample=10)
    assert len(ten.anchors()) == 10
    assert all(len(ten.out(uid)) == len(whole.out(uid)) for uid in ten.anchors()), "with all their facts"
    other, _ = taken(tmp_path, COUNTRIES, sample=10, seed=1)
    assert ten.anchors() != other.anchors()
    share, _ = taken(tmp_path, COUNTRIES, sample=0.5)
    assert len(share.anchors()) == round(len(whole.anchors()) / 2)
    turtle, _ = taken(tmp_path, COUNTRIES / "countries.ttl", sample=10)
    assert turtle.fingerprint == ten.fingerprint, "whatever the format"
    source = put(tmp_path / "five.nt", "".join(f"<x:{i}> <x:p> <x:y> .\n" for i in range(5)))
    assert taken(tmp_path, source, limit=3)[1].triples == 3
    for wrong in ({"sample": 2.5}, {"sample": -1}, {"limit": -1}, {"max_degree": -3}):
        with pytest.raises(UserError, match="--"):
            taken(tmp_path, source, **wrong)


@given(st.integers(1, 6), st.sets(st.tuples(st.integers(0, 5), st.integers(0, 1), st.integers(0, 9)), min_size=1))
def test_no_node_has_more_facts_than_the_cap(
    tmp_path_factory: pytest.TempPathFactory, most: int, facts: set[tuple[int, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("cap")
    lines = [f"<x:s{s}> <x:p{p}> <x:{'s' if o < 6 else 'o'}{o}> .\n" for s, p, o in sorted(facts)]
    graph, report = taken(folder, put(folder / "g.nt", "".join(lines)), max_degree=most)
    assert all(max(graph.degree(uid)) <= most for uid in graph.node_uids())
    assert len(graph) + sum(report.dropped.values()) == len(facts)
    if len(graph) < len(facts):
        assert any(max(graph.degree(uid)) == most for uid in graph.node_uids())
    again, _ = taken(folder, put(folder / "h.nt", "".join(reversed(lines))), max_degree=most)
    assert again.fingerprint == graph.fingerprint, "drawn by uid, not by place"


def test_a_capped_hub(tmp_path: Path) -> None:
    source = put(tmp_path / "hub.tsv", "".join(f"n{i}\tlinks\thub\tentity\n" for i in range(5_000)))
    graph, report = taken(tmp_path, source, max_degree=100)
    assert len(graph) == 100
    assert report.dropped == {"fact of a node that has 100 already": 4_900}


def test_languages(tmp_path: Path) -> None:
    text = (
        f'<x:a> {LABEL} "Wien"@de .\n<x:a> {LABEL} "Vienna"@en .\n<x:a> {LABEL} "Vienne"@fr .\n<x:b> {LABEL} "Rom"@de .\n'
        '<x:a> <x:p> <x:b> .\n<x:a> <x:says> "Grüß Gott"@de-AT .\n<x:a> <x:says> "Bonjour"@fr .\n<x:a> <x:says> "Hm" .\n'
    )
    source = put(tmp_path / "g.nt", text)
    graph, report = taken(tmp_path, source, languages=("de",))
    assert {n.label for n in map(graph.node, graph.node_uids())} == {"Wien", "Rom", "Grüß Gott", "Hm"}
    assert report.dropped == {"label in another language": 2, "text of another language": 1}
    for chain, expected in ((("de",), "Wien"), (("fr", "de"), "Vienne"), (("it", "en"), "Vienna"), ((), "Vienna")):
        db = str(tmp_path / f"{'-'.join(chain)}.db")
        report = load([source], db, languages=chain)
        (node,) = snapshot.take(db).find("x:a")
        assert (node.label, node.aliases) == (expected, tuple(sorted({"Wien", "Vienna", "Vienne"} - {expected})))
    assert report.names == {"in the first language, or without one": 1, "in another language": 1}
    with pytest.raises(UserError, match="takes its labels from it,en"):
        load([put(tmp_path / "more.nt", "<x:c> <x:p> <x:a> .\n")], str(tmp_path / "it-en.db"), languages=("de",))


def test_another_filter_is_another_source(tmp_path: Path) -> None:
    db = str(tmp_path / "kg.db")
    load([COUNTRIES], db, filters=Filters(relations=("capital",)))
    assert load([COUNTRIES], db, filters=Filters(relations=("capital",))).unchanged
    report = load([COUNTRIES], db)
    assert report.facts_known
    assert report.facts_new
    whole = str(tmp_path / "whole.db")
    load([COUNTRIES], whole)
    assert snapshot.take(db).fingerprint == snapshot.take(whole).fingerprint


def test_hops_from_nowhere(tmp_path: Path) -> None:
    source = tmp_path / "a.tsv"
    source.write_text("a\tp\tb\n")
    with pytest.raises(UserError, match="--hops 1 without --around"):
        taken(tmp_path, source, hops=1)
