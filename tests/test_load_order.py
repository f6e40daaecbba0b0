"""What a store holds does not hang on how its sources were brought in: together, one after the other, in lines or in pieces."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus.errors import UserError
from kg2corpus.store.load import Filters, load

from .test_load import WHOLE, image, put, rows

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
EVERY = {
    **WHOLE,
    "annotation": "SELECT a.uid, a.kind, a.rank, a.text, a.language, s.sha256 FROM annotation a"
    " JOIN source s ON s.id = source_id",
    "graphs": "SELECT iri FROM named_graph",
    "type": "SELECT n.uid, t.uid, s.sha256 FROM node_type JOIN node n ON n.id = node_id JOIN node t ON t.id = type_id"
    " JOIN source s ON s.id = source_id",
    "qualifier": "SELECT f.uid, q.ordinal, r.key, o.key FROM qualifier q JOIN statement x ON x.id = q.statement_id"
    " JOIN fact f ON f.id = x.fact_id JOIN relation r ON r.id = q.relation_id LEFT JOIN node o ON o.id = q.object_id",
}
K = st.sampled_from(["x:a", "x:b", "x:p", "x:q", "x:T"])
NODE = st.one_of(K.map("<{}>".format), st.sampled_from(["_:m", "_:n"]))
NAMED = st.sampled_from([RDFS + "label", SKOS + "altLabel"])
LINES = st.one_of(
    st.builds("{} <{}> <{}> .".format, NODE, st.sampled_from(["x:p", "x:q"]), K),
    st.builds('<{}> <{}> "{}"@{} .'.format, K, NAMED, K, st.sampled_from(["en", "de"])),
    st.builds("<{}> <{}> <{}> .".format, K, st.just(RDF + "type"), st.sampled_from(["x:T", OWL + "NamedIndividual"])),
    st.builds("<{}> <{}> <{}> .".format, K, st.sampled_from([RDFS + "domain", OWL + "inverseOf"]), K),
    st.builds('<{}> <{}> "true" .'.format, K, st.just(OWL + "deprecated")),
    st.builds("_:m <{}> <{}> .".format, st.sampled_from([OWL + n for n in ("onProperty", "someValuesFrom", "unionOf")]), K),
    st.builds("<{}> <{}> _:m .".format, K, st.just(RDFS + "subClassOf")),
    st.builds("<{}> <{}> <<( <{}> <x:p> <{}> )>> .".format, K, st.just(RDF + "reifies"), K, K),
)
SOURCES = st.lists(LINES, max_size=7).map(lambda lines: "".join(line + "\n" for line in lines))


def whole(db: Path) -> dict[str, list[tuple[object, ...]]]:
    return {name: rows(db, sql) for name, sql in EVERY.items()}


@given(SOURCES, SOURCES)
def test_together_or_one_after_the_other(tmp_path_factory: pytest.TempPathFactory, one: str, other: str) -> None:
    folder = tmp_path_factory.mktemp("order")
    a, b = put(folder / "a.nt", one + "# a\n"), put(folder / "b.nt", other + "# b\n")
    load([a, b], str(folder / "together.db"))
    expected = whole(folder / "together.db")
    for order in ((a, b), (b, a)):
        db = folder / f"{order[0].name}.db"
        for source in order:
            load([source], str(db))
        assert whole(db) == expected
    if any(word in one for word in ("domain", "inverseOf")):
        return  # what was left out because something was called a relation does not come back by itself
    load([b, put(a, other + "# other\n")], str(folder / "fresh.db"))
    load([a], str(folder / "a.nt.db"), replace=True)
    assert whole(folder / "a.nt.db") == whole(folder / "fresh.db")


def test_the_first_triples_are_the_first_in_every_format(tmp_path: Path) -> None:
    text = (
        f'<x:a> <{RDFS}label> "Alpha" .\n<x:a> <x:size> "3" .\n<x:a> <x:knows> <x:b> .\n<x:b> <x:knows> <x:c> .\n'
    )
    found = []
    for name in ("g.nt", "g.nq", "g.ttl"):
        load([put(tmp_path / name, text)], str(tmp_path / f"{name}.db"), filters=Filters(limit=2))
        found.append(rows(tmp_path / f"{name}.db", "SELECT key, label FROM node"))
    assert found[0] == found[1] == found[2] == [("3", "3"), ("x:a", "Alpha")]


def test_languages_in_capitals(tmp_path: Path) -> None:
    source = put(tmp_path / "g.nt", f'<x:a> <{RDFS}label> "A"@EN .\n<x:a> <{RDFS}label> "B"@de .\n<x:a> <x:p> "t"@en .\n')
    load([source], str(tmp_path / "kept.db"), filters=Filters(languages=("EN",)))
    assert {r[3] for r in image(tmp_path / "kept.db")["node"]} == {"A", "t"}
    load([source], str(tmp_path / "named.db"), languages=("EN",))
    assert ("A", 1) in rows(tmp_path / "named.db", "SELECT label, named FROM node WHERE kind = 'entity'")


def test_of_two_roles_one_is_chosen_whatever_the_order(tmp_path: Path) -> None:
    lines = [f"<x:p> <{RDFS}subPropertyOf> <{SKOS}altLabel> .\n", f"<x:p> <{RDFS}subPropertyOf> <{RDFS}label> .\n"]
    facts = '<x:a> <x:p> "A" .\n<x:a> <x:q> <x:b> .\n'
    for i, order in enumerate((lines, lines[::-1])):
        load([put(tmp_path / f"{i}.nt", "".join(order) + facts)], str(tmp_path / f"{i}.db"))
        assert ("x:a", "A") in rows(tmp_path / f"{i}.db", "SELECT key, label FROM node")
    said, source = put(tmp_path / "p.yaml", "x:p: {role: alias}\n"), put(tmp_path / "g.nt", lines[1] + facts)
    load([source], str(tmp_path / "said.db"), properties=[said])
    assert rows(tmp_path / "said.db", "SELECT text FROM alias") == [("A",)], "what people say counts more"
    load([], str(tmp_path / "first.db"), properties=[said])
    load([source], str(tmp_path / "first.db"))
    assert whole(tmp_path / "first.db") == whole(tmp_path / "said.db")
    load([source], str(tmp_path / "late.db"))
    with pytest.raises(UserError, match="takes for label is given the role alias now"):
        load([], str(tmp_path / "late.db"), properties=[said])


def test_a_changed_source_is_noticed(tmp_path: Path) -> None:
    db, source = str(tmp_path / "kg.db"), put(tmp_path / "g.nt", "<x:a> <x:p> <x:b> .\n")
    load([source], db)
    report = load([put(source, "<x:a> <x:p> <x:c> .\n")], db)
    assert any("--replace" in line for line in report.lines())
    other = put(tmp_path / "h.nt", "<x:a> <x:p> <x:d> .\n")
    assert not any("--replace" in line for line in load([other], db).lines())


def test_stores_that_lack_a_table_and_folders(tmp_path: Path) -> None:
    db = tmp_path / "kg.db"
    load([put(tmp_path / "g.nt", "<x:a> <x:p> <x:b> .\n")], str(db))
    with sqlite3.connect(db) as conn:
        conn.execute("DROP TABLE qualifier")
    conn.close()
    with pytest.raises(UserError, match="damaged"):
        load([put(tmp_path / "h.nt", "<x:a> <x:p> <x:c> .\n")], str(db))
    with pytest.raises(UserError, match="is a folder"):
        load([tmp_path / "h.nt"], str(tmp_path))
