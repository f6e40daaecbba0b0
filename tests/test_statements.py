"""What is said about statements: ranks, named graphs, qualifiers, validity; and statements without an object."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg2corpus import api, registry
from kg2corpus.errors import UserError
from kg2corpus.readers import _vocabulary as v
from kg2corpus.snapshot import take
from kg2corpus.store import open_db
from kg2corpus.store.load import load
from kg2corpus.store.statements import Statement, statements

WD = "http://www.wikidata.org/"
YEAR = v.XSD + "gYear"

READER = f'''
"""Terms of office, as a test writes them."""
from kg2corpus.types import Term, Triple

SUFFIXES = (".office",)
YEAR = "{YEAR}"
START, END = "{WD}prop/direct/P580", "{WD}prop/direct/P582"


def year(text):
    return Term("literal", text, YEAR)


SAMPLE = {{}}


def read(source, *, log=None):
    """Two terms of one office, a marriage, and what has no value."""
    office = ("urn:x:Grover", "urn:x:position", Term("iri", "urn:x:president"))
    yield Triple(*office, 1, rank="normal", qualifiers=((START, year("1885")), (END, year("1889"))))
    yield Triple(*office, 1, rank="preferred", qualifiers=((START, year("1893")), ("urn:x:replaces", Term("iri", "urn:x:Ben"))))
    yield Triple(*office, 2)
    yield Triple("urn:x:Grover", "urn:x:spouse", Term("iri", "urn:x:Frances"), 3, graph="urn:x:g",
                 qualifiers=(("urn:x:place", Term("somevalue", "")), ("urn:x:ended", Term("novalue", ""))))
    yield Triple("urn:x:Grover", "urn:x:motto", Term("novalue", ""), 4, rank="normal")
    yield Triple("urn:x:Ben", "urn:x:motto", Term("somevalue", ""), 5)
    yield Triple("urn:x:place", "{v.LABEL}", Term("literal", "place of the wedding", "", "en"), 6)
'''


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    tmp_path = tmp_path_factory.mktemp("office")
    (tmp_path / "office.py").write_text(READER, encoding="utf-8")
    registry.add_file(tmp_path / "office.py")
    (tmp_path / "g.office").write_text("x\n", encoding="utf-8")
    load([tmp_path / "g.office"], str(tmp_path / "kg.db"))
    yield tmp_path / "kg.db"
    registry._extra["readers"].pop("office", None)


def rows(db: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(db) as connection:
        return connection.execute(query).fetchall()


def test_two_terms_of_office_are_two_statements_of_one_fact(db: Path) -> None:
    graph = take(str(db))
    (fact,) = [f for f in graph.facts() if f.relation.name == "position"]
    found = statements(open_db(str(db)), [fact.uid])[fact.uid]
    start, end = "P580", "P582"
    assert found == [
        Statement("g.office", "", 1, "normal", "", "1885", "1889", ((start, "1885"), (end, "1889"))),
        Statement("g.office", "", 1, "preferred", "", "1893", "", ((start, "1893"), ("replaces", "Ben"))),
        Statement("g.office", "", 2),
    ]


def test_graphs_and_values_that_are_not_there(db: Path) -> None:
    (spouse,) = [f for f in take(str(db)).facts() if f.relation.name == "spouse"]
    (found,) = statements(open_db(str(db)), [spouse.uid])[spouse.uid]
    assert (found.graph, found.rank) == ("urn:x:g", "")
    assert found.qualifiers == (("place of the wedding", "unknown"), ("ended", "none"))
    query = "SELECT n.key, u.kind, u.position, u.rank FROM unvalued u JOIN node n ON n.id = u.subject_id ORDER BY 3"
    assert rows(db, query) == [("urn:x:Grover", "novalue", 4, "normal"), ("urn:x:Ben", "somevalue", 5, "")]
    assert not rows(db, "SELECT 1 FROM node WHERE key IN ('', 'novalue', 'somevalue')")


def test_the_graph_of_facts_is_that_without_qualifiers(db: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.nt"
    plain.write_text(
        "<urn:x:Grover> <urn:x:position> <urn:x:president> .\n<urn:x:Grover> <urn:x:spouse> <urn:x:Frances> .\n",
        encoding="utf-8",
    )
    load([plain], str(tmp_path / "plain.db"))
    graph, other = take(str(db)), take(str(tmp_path / "plain.db"))
    assert {f.uid for f in graph.facts()} == {f.uid for f in other.facts()}
    assert [r.name for r in graph.relations()] == ["position", "spouse"]
    assert not [n for n in graph.find("1885") if n.literal]


def test_look_shows_what_is_said_about_a_fact(db: Path) -> None:
    found = api.look(str(db), "Grover")
    told = {f["object"]: f["statements"] for g in found["out"] for f in g["facts"]}
    assert [s["rank"] for s in told["president"]] == ["normal", "preferred"]
    assert told["Frances"][0]["graph"] == "urn:x:g"


def test_quads_keep_their_graphs(tmp_path: Path) -> None:
    quads = tmp_path / "g.nq"
    quads.write_text("<a:a> <b:b> <c:c> <g:one> .\n<a:a> <b:b> <c:c> <g:two> .\n<a:a> <b:b> <c:c> .\n", encoding="utf-8")
    report = load([quads], str(tmp_path / "kg.db"))
    assert (report.facts_new, report.statements) == (1, 3)
    (fact,) = take(str(tmp_path / "kg.db")).facts()
    found = statements(open_db(str(tmp_path / "kg.db")), [fact.uid])[fact.uid]
    assert [(s.position, s.graph) for s in found] == [(1, "g:one"), (2, "g:two"), (3, "")]


def test_characteristics_of_relations(tmp_path: Path) -> None:
    text = "<x:a> <x:in> <x:b> .\n"
    for name in ("TransitiveProperty", "FunctionalProperty"):
        text += f"<x:in> <{v.TYPE}> <{v.OWL}{name}> .\n"
    (tmp_path / "g.nt").write_text(text, encoding="utf-8")
    load([tmp_path / "g.nt"], str(tmp_path / "kg.db"))
    assert rows(tmp_path / "kg.db", "SELECT name, symmetric, transitive, functional FROM relation") == [("in", 0, 1, 1)]


REIFIED = """@prefix : <urn:x:> .
:a :knows :b {| :since 2001 ; :place :p |} {| :since 2010 |} .
:a :knows :c .
:a :hates :d .
<< :a :trusts :b >> :source :rumour .
:q :likes :a ~ :named .
:named :since 1999 ; <https://schema.org/startDate> "1999"^^<http://www.w3.org/2001/XMLSchema#gYear> .
"""


def test_triple_terms_qualify_what_the_source_asserts(tmp_path: Path) -> None:
    (tmp_path / "g.ttl").write_text(REIFIED, encoding="utf-8")
    report = load([tmp_path / "g.ttl"], str(tmp_path / "kg.db"))
    graph = take(str(tmp_path / "kg.db"))
    facts = {(f.relation.name, f.object.label): f.uid for f in graph.facts()}
    assert set(facts) == {("knows", "b"), ("knows", "c"), ("hates", "d"), ("likes", "a")}
    found = statements(open_db(str(tmp_path / "kg.db")), facts.values())
    assert [s.qualifiers for s in found[facts["knows", "b"]]] == [(("since", "2001"), ("place", "p")), (("since", "2010"),)]
    assert [s.qualifiers for s in found[facts["knows", "c"]]] == [()]
    (likes,) = found[facts["likes", "a"]]
    assert likes.qualifiers == (("since", "1999"), ("start date", "1999"))
    assert likes.valid_from == "1999"
    assert report.dropped["triple term (RDF 1.2) that the source does not assert"] == 1
    left = {key for (key,) in rows(tmp_path / "kg.db", "SELECT key FROM node WHERE kind <> 'literal'")}
    assert left == {f"urn:x:{name}" for name in "abcdpq"}, "reifiers are no nodes of the graph"


def test_triple_terms_elsewhere_are_refused(tmp_path: Path) -> None:
    (tmp_path / "g.nt").write_text("<a:a> <b:b> <<( <c:c> <d:d> <e:e> )>> .\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"g.nt:1: a triple as the object of another predicate"):
        load([tmp_path / "g.nt"], str(tmp_path / "kg.db"))
