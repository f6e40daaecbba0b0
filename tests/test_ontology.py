"""OWL as a graph: restrictions as plain relations, intersections, what cannot be said, deprecated terms."""

from __future__ import annotations

from pathlib import Path

from kg2corpus.snapshot import take
from kg2corpus.store.load import LoadReport, load
from kg2corpus.store.ontology import LEFT, OBSOLETE

HEAD = """@prefix : <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
:partOf a owl:ObjectProperty ; rdfs:label "part of" .
:cell a owl:Class ; rdfs:label "cell" .
"""


def facts(tmp_path: Path, text: str) -> tuple[set[tuple[str, str, str]], LoadReport]:
    (tmp_path / "o.ttl").write_text(HEAD + text, encoding="utf-8")
    report = load([tmp_path / "o.ttl"], str(tmp_path / "kg.db"))
    graph = take(str(tmp_path / "kg.db"))
    assert not [n for f in graph.facts() for n in (f.subject, f.object) if n.key.startswith("_:")], "no blank node is left"
    return {(f.subject.label, f.relation.label, f.object.label) for f in graph.facts()}, report


def test_restrictions_become_relations(tmp_path: Path) -> None:
    found, report = facts(
        tmp_path,
        """:nucleus rdfs:subClassOf :organelle ,
            [ a owl:Restriction ; owl:onProperty :partOf ; owl:someValuesFrom :cell ] ,
            [ a owl:Restriction ; owl:onProperty :shape ; owl:hasValue "round" ] ,
            [ a owl:Restriction ; owl:onProperty :partOf ; owl:allValuesFrom :cell ] .
        """,
    )
    assert found == {
        ("nucleus", "sub class of", "organelle"), ("nucleus", "part of", "cell"), ("nucleus", "shape", "round"),
    }  # fmt: skip
    assert report.dropped[LEFT] == 1


def test_definitions_say_genus_and_differentia(tmp_path: Path) -> None:
    found, report = facts(
        tmp_path,
        """:nucleus owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :organelle
            [ a owl:Restriction ; owl:onProperty :partOf ; owl:someValuesFrom :cell ]
            [ a owl:Class ; owl:unionOf ( :a :b ) ] ) ] .
        """,
    )
    assert found == {("nucleus", "sub class of", "organelle"), ("nucleus", "part of", "cell")}
    assert report.dropped[LEFT] == 1


def test_lists_of_the_graph_stay(tmp_path: Path) -> None:
    text = HEAD + ":a :items ( :x :y ) . :b rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :q ] .\n"
    (tmp_path / "o.ttl").write_text(text, encoding="utf-8")
    load([tmp_path / "o.ttl"], str(tmp_path / "kg.db"))
    names = [f.relation.name for f in take(str(tmp_path / "kg.db")).facts()]
    assert sorted(names) == ["first", "first", "items", "p", "rest", "rest"]


def test_nested_and_circular_expressions_end(tmp_path: Path) -> None:
    found, report = facts(
        tmp_path,
        """:n rdfs:subClassOf [ owl:onProperty :partOf ; owl:someValuesFrom [ owl:intersectionOf ( :a :b ) ] ] .
        :m rdfs:subClassOf _:i . _:i owl:intersectionOf _:l . _:l rdf:first _:i ; rdf:rest _:l .
        """,
    )
    assert found == set()
    assert report.dropped[LEFT] == 1


def test_deprecated_terms_are_left_out(tmp_path: Path) -> None:
    found, report = facts(
        tmp_path,
        """:new rdfs:subClassOf :cell . :old rdfs:subClassOf :cell ; rdfs:label "old" ; owl:deprecated true .
        :other rdfs:seeAlso :old .
        """,
    )
    assert found == {("new", "sub class of", "cell")}
    assert report.dropped[OBSOLETE] == 1
    assert not take(str(tmp_path / "kg.db")).find("old")
