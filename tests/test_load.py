"""Loading: what lands in the store, whatever the format and the order, and whatever goes wrong on the way."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kg2corpus import uid as uids
from kg2corpus.errors import UserError
from kg2corpus.store import open_db
from kg2corpus.store.canonical import XSD
from kg2corpus.store.load import LoadReport, load
from kg2corpus.store.schema import FORMAT_VERSION

from .conftest import COUNTRIES

RDFS = "http://www.w3.org/2000/01/rdf-schema#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
OWL = "http://www.w3.org/2002/07/owl#"
ENDS = "FROM fact JOIN node s ON s.id = subject_id JOIN relation r ON r.id = relation_id JOIN node o ON o.id = object_id"
WHOLE = {
    "node": "SELECT uid, key, kind, label, description, datatype, language, named FROM node",
    "type": "SELECT n.uid, t.uid FROM node_type JOIN node n ON n.id = node_id JOIN node t ON t.id = type_id",
    "alias": "SELECT uid, text, alias.language FROM alias JOIN node n ON n.id = node_id",
    "relation": "SELECT uid, key, name, label, description, datatype, unit, symmetric, inverse_key, name_like FROM relation",
    "fact": "SELECT fact.uid, s.uid, r.uid, o.uid " + ENDS,
    "statement": "SELECT f.uid, s.sha256, file, position FROM statement JOIN fact f ON f.id = fact_id"
    " JOIN source s ON s.id = source_id",
    "meta": "SELECT key, value FROM meta WHERE key NOT IN ('prefixes')",
}


def rows(db: Path, sql: str) -> list[tuple[Any, ...]]:
    conn = sqlite3.connect(db)
    try:
        return sorted(conn.execute(sql).fetchall(), key=repr)
    finally:
        conn.close()


def image(db: Path, *without: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in a store that is not an internal id."""
    return {name: rows(db, sql) for name, sql in WHOLE.items() if name not in without}


def put(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def load_text(tmp_path: Path, text: str, name: str = "g.nt", **options: Any) -> tuple[Path, LoadReport]:
    db = tmp_path / f"{name}.db"
    return db, load([put(tmp_path / name, text)], str(db), **options)


def labels(db: Path) -> dict[str, tuple[str, int]]:
    return {key: (label, named) for key, label, named in rows(db, "SELECT key, label, named FROM node")}


def test_countries_as_tsv_and_as_turtle(tmp_path: Path) -> None:
    tsv, turtle = tmp_path / "tsv.db", tmp_path / "turtle.db"
    report = load([COUNTRIES], str(tsv))
    load([COUNTRIES / "countries.ttl"], str(turtle))
    assert image(tsv, "statement", "meta") == image(turtle, "statement", "meta")
    assert report.facts_new == report.statements == len(rows(tsv, "SELECT uid FROM fact")) > 5_800
    meta = open_db(str(tsv)).meta()
    assert (meta["name"], meta["graph_id"], meta["counterfactual"]) == ("countries", "", "")
    assert meta["format_version"] == str(FORMAT_VERSION)
    (bhutan,) = rows(tsv, "SELECT label, description, named FROM node WHERE key LIKE '%country/BTN'")
    assert bhutan == ("Bhutan", "Kingdom of Bhutan", 1)
    relations = {r[0]: r[1:] for r in rows(tsv, "SELECT name, label, datatype, unit, symmetric, name_like FROM relation")}
    assert relations["area_km2"] == ("area", XSD + "decimal", "square kilometres", 0, 0)
    assert relations["borders"] == ("borders", "", "", 1, 0)
    assert relations["demonym"] == ("demonym", "", "", 0, 1)
    assert not rows(tsv, "SELECT 1 FROM relation WHERE key LIKE '%#label'")
    lines = (COUNTRIES / "triples.tsv").read_text(encoding="utf-8").splitlines()
    found = rows(
        tsv,
        "SELECT s.file, s.position FROM statement s JOIN fact f ON f.id = s.fact_id JOIN relation r ON r.id = f.relation_id"
        " JOIN node n ON n.id = f.subject_id WHERE n.label = 'Bhutan' AND r.name = 'capital'",
    )
    assert found == [("triples.tsv", 1 + lines.index("country:BTN\tcapital\tcity:Thimphu\tentity"))]


def test_the_turtle_of_the_demo_graph_is_up_to_date(tmp_path: Path) -> None:
    import shutil

    copy = shutil.copytree(COUNTRIES, tmp_path / "countries")
    subprocess.run(
        [sys.executable, str(copy / "make_turtle.py")],
        check=True,
        env={**os.environ, "PYTHONPATH": str(COUNTRIES.parent.parent)},
    )
    assert (copy / "countries.ttl").read_bytes() == (COUNTRIES / "countries.ttl").read_bytes()
    assert sum(p.stat().st_size for p in COUNTRIES.iterdir() if p.is_file()) < 1_000_000


def test_loading_twice_adds_nothing(tmp_path: Path) -> None:
    db, first = load_text(tmp_path, "<a:a> <b:b> <c:c> .\n<a:a> <b:b> <c:c> .\n_:x <b:b> _:y .\n")
    assert (first.facts_new, first.statements, first.unchanged) == (2, 3, False)
    before = db.read_bytes()
    again = load([tmp_path / "g.nt"], str(db))
    assert again.unchanged
    assert "nothing added" in again.lines()[0]
    renamed = put(tmp_path / "h.nt", (tmp_path / "g.nt").read_text())
    assert load([renamed, renamed], str(db)).unchanged
    assert db.read_bytes() == before
    more = load([put(tmp_path / "i.nt", "<a:a> <b:b> <c:c> .\n<a:a> <b:b> <d:d> .\n"), renamed], str(db))
    assert (more.facts_new, more.facts_known, more.statements) == (1, 1, 2)
    assert sorted(s.known for s in more.sources) == [False, True]


def test_a_store_does_not_depend_on_the_order_of_loading(tmp_path: Path) -> None:
    texts = [
        f'<x:a> <{RDFS}label> "Alpha" .\n<x:a> <x:knows> <x:b> .\n<x:p> <x:note> "about p" .\n'
        f'<x:a> <x:size> "07"^^<{XSD}int> .\n',
        f'<x:a> <{RDFS}label> "Alfa"@de .\n<x:knows> <{RDFS}label> "is acquainted with" .\n<x:b> <x:p> <x:a> .\n'
        "_:n <x:p> <x:a> .\n",
        f"<x:p> {TYPE} <{OWL}ObjectProperty> .\n<x:knows> <{OWL}inverseOf> <x:known_by> .\n<x:b> <x:known_by> <x:a> .\n"
        f'<x:a> {TYPE} <x:Thing> .\n<x:a> <http://www.w3.org/2004/02/skos/core#prefLabel> "Aleph" .\n<x:a> <x:knows> <x:b> .\n',
    ]
    files = [put(tmp_path / f"{i}.nt", text) for i, text in enumerate(texts)]
    images = []
    for i, order in enumerate([(0, 1, 2), (2, 1, 0), (1, 2, 0)]):
        together, apart = tmp_path / f"together{i}.db", tmp_path / f"apart{i}.db"
        load([files[j] for j in order], str(together))
        for j in order:
            load([files[j]], str(apart))
        images += [image(together), image(apart)]
    for found in images:
        for table, expected in images[0].items():
            assert found[table] == expected, table
    node = {n[1]: n for n in images[0]["node"]}
    assert node["x:a"][3] == "Alpha"
    assert [a[1:] for a in images[0]["alias"]] == [("Aleph", ""), ("Alfa", "de")]
    assert "x:p" not in node, "a relation is no entity"
    assert "about p" not in node
    assert {r[1]: r[8] for r in images[0]["relation"]} == {
        "x:knows": "x:known_by", "x:known_by": "x:knows", "x:p": "", "x:size": ""
    }  # fmt: skip


def test_labels_and_what_describes(tmp_path: Path) -> None:
    text = f"""@prefix rdfs: <{RDFS}> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix owl: <{OWL}> .
    @prefix s: <https://schema.org/> . @prefix dct: <http://purl.org/dc/terms/> . @prefix qudt: <http://qudt.org/schema/qudt/> .
    @prefix x: <http://x.test/> .
    x:a rdfs:label "Wien"@de , "Vienna"@en ; s:alternateName "Vindobona" ; rdfs:comment "A city"@en , "Eine Stadt"@de ;
    a x:City .
    x:b dct:title "A Title" . x:c dct:title "Other" ; skos:prefLabel "Proper" .
    x:d s:name x:a . x:fooBar_Baz x:r x:a .
    x:h x:height 3 ; x:height 4.50 . x:height s:unitCode "MTR" ; rdfs:label "height" ; rdfs:domain x:City .
    x:q qudt:unit x:Metre ; a owl:NamedIndividual . x:e rdfs:label "  " ."""
    db, report = load_text(tmp_path, text, "g.ttl")
    found = labels(db)
    assert found["http://x.test/a"] == ("Vienna", 1)
    assert found["http://x.test/b"] == ("A Title", 1)
    assert found["http://x.test/c"] == ("Proper", 1)
    assert found["http://x.test/fooBar_Baz"] == ("foo Bar Baz", 0)
    assert "http://x.test/height" not in found
    assert rows(db, "SELECT text, language FROM alias") == [("Other", ""), ("Vindobona", ""), ("Wien", "de")]
    assert rows(db, "SELECT description FROM node WHERE description <> ''") == [("A city",)]
    facts = rows(
        db,
        "SELECT s.key, r.name, o.key " + ENDS,
    )
    x = "http://x.test/"
    assert set(facts) == {
        (x + "d", "name", x + "a"), (x + "fooBar_Baz", "r", x + "a"), (x + "h", "height", "3"), (x + "h", "height", "4.5"),
        (x + "q", "unit", x + "Metre"),
    }  # fmt: skip
    assert rows(db, "SELECT label, unit FROM relation WHERE name = 'height'") == [("height", "MTR")]
    assert report.dropped["empty label"] == 1
    assert any("NamedIndividual" in reason for reason in report.dropped)


def test_odd_texts(tmp_path: Path) -> None:
    odd = {"q": 'say "hi"', "n": "two\nlines\tand a tab", "r": "שלום עולם", "s": "  spaces  ", "e": "e\u0301", "z": "👩‍👩‍👧"}
    escaped = {k: t.replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") for k, t in odd.items()}
    text = "".join(f'<x:{k}> <{RDFS}label> "{t}" .\n<x:{k}> <x:says> "{t}" .\n' for k, t in escaped.items())
    db, _ = load_text(tmp_path, text)
    found = labels(db)
    expected = {"q": 'say "hi"', "n": "two lines and a tab", "r": "שלום עולם", "s": "spaces", "e": "é", "z": "👩‍👩‍👧"}
    assert {k: found["x:" + k][0] for k in odd} == expected
    literals = dict(rows(db, "SELECT key, label FROM node WHERE kind = 'literal'"))
    assert literals["two\nlines\tand a tab"] == "two lines and a tab", "the value is kept, its label stands in a sentence"


def test_empty_and_bare_graphs(tmp_path: Path) -> None:
    db, report = load_text(tmp_path, "# nothing\n\n")
    assert (report.facts_new, report.triples) == (0, 0)
    assert any("no facts" in line for line in report.lines())
    assert load([tmp_path / "g.nt"], str(db)).unchanged
    bare, report = load_text(tmp_path, "n1\tisKindOf\tAbu_Dhabi\n", "bare.tsv")
    assert labels(bare) == {"n1": ("n1", 0), "Abu_Dhabi": ("Abu Dhabi", 0)}
    assert rows(bare, "SELECT name, label FROM relation") == [("isKindOf", "is kind of")]
    assert any("without a label" in w for w in report.warnings)


def test_two_entities_with_one_label(tmp_path: Path) -> None:
    db, _ = load_text(tmp_path, f'<x:a> <{RDFS}label> "Georgia" .\n<x:b> <{RDFS}label> "Georgia" .\n<x:a> <x:r> <x:b> .\n')
    assert [r[0] for r in rows(db, "SELECT key FROM node WHERE label = 'Georgia'")] == ["x:a", "x:b"]
    assert len(rows(db, "SELECT uid FROM fact")) == 1


def test_a_node_with_a_hundred_thousand_neighbours(tmp_path: Path) -> None:
    db, report = load_text(tmp_path, "".join(f"hub\tlinks\tn{i}\tentity\n" for i in range(100_000)), "hub.tsv")
    assert report.facts_new == len(rows(db, "SELECT DISTINCT object_id FROM fact")) == 100_000


def test_malformed_lines(tmp_path: Path) -> None:
    text = "<a:a> <b:b> <c:c> .\nrubbish\n<a:a> <b:b> <d:d> .\n"
    with pytest.raises(UserError, match=r"g\.nt:2: ") as caught:
        load_text(tmp_path, text)
    assert "--skip-bad" in caught.value.hint
    assert [p.name for p in tmp_path.iterdir()] == ["g.nt"], "nothing is written, nothing is left"
    db, report = load_text(tmp_path, text, skip_bad=True)
    assert (report.facts_new, report.bad_count, len(report.bad)) == (2, 1, 1)
    assert any("g.nt:2" in line for line in report.lines())
    before = image(db)
    with pytest.raises(UserError):
        load([put(tmp_path / "bad.ttl", "<a:a> <b:b> <new:one> . <a:a> ")], str(db))
    assert image(db) == before


def test_faults_of_several_sources_come_together(tmp_path: Path) -> None:
    files = [put(tmp_path / "a.nt", "x\n"), put(tmp_path / "b.tsv", "y\n")]
    with pytest.raises(UserError) as caught:
        load(files, str(tmp_path / "kg.db"))
    assert [line.split(": ")[0] for line in caught.value.message.splitlines()] == ["a.nt:1", "b.tsv:1"]


def test_stores_that_are_none(tmp_path: Path) -> None:
    put(tmp_path / "notes.db", "no database at all, but long enough to look like something" * 20)
    for act in (lambda db: open_db(db), lambda db: load([COUNTRIES], db)):
        with pytest.raises(UserError, match="not a kg2corpus store"):
            act(str(tmp_path / "notes.db"))
    with pytest.raises(UserError, match="no store") as caught:
        open_db(str(tmp_path / "note.db"))
    assert "notes.db" in caught.value.hint
    with pytest.raises(UserError, match="no such folder"):
        load([COUNTRIES], str(tmp_path / "missing" / "kg.db"))
    with pytest.raises(UserError, match="not supported"):
        open_db("mysql://me@host/kg")
    db, _ = load_text(tmp_path, "<a:a> <b:b> <c:c> .\n")
    conn = sqlite3.connect(db)
    conn.execute("UPDATE meta SET value = '0' WHERE key = 'format_version'")
    conn.commit()
    conn.close()
    with pytest.raises(UserError, match="store format 0"):
        open_db(f"sqlite:///{db}")


def test_uids_in_the_store_are_those_of_the_names(tmp_path: Path) -> None:
    random_order = list(range(50))
    random.Random(1).shuffle(random_order)
    db, _ = load_text(tmp_path, "".join(f'<x:{i}> <x:r> "{i}.0"^^<{XSD}decimal> .\n' for i in random_order))
    for uid, s, r, o in rows(
        db,
        "SELECT fact.uid, s.key, r.key, o.key " + ENDS,
    ):
        assert uid == uids.fact_uid(uids.entity_uid(s), uids.relation_uid(r), uids.literal_uid(o, XSD + "decimal"))


def test_a_small_cache_gives_the_same_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg2corpus.readers import rdf, tsv
    from kg2corpus.store import terms

    load([COUNTRIES], str(tmp_path / "whole.db"))
    monkeypatch.setattr(terms, "CACHE", 300)
    monkeypatch.setattr(tsv, "BATCH", 100)
    load([COUNTRIES], str(tmp_path / "small.db"))
    assert image(tmp_path / "small.db") == image(tmp_path / "whole.db")
    # blank nodes of one file keep their names over batches, and those of another file are others
    monkeypatch.setattr(rdf, "BATCH", 100)
    lines = "".join(f"_:n{i % 7} <b:b> <c:{i}> .\n" for i in range(2_000))
    files = [put(tmp_path / "a.nt", lines), put(tmp_path / "b.nt", lines + "# another content\n")]
    load(files, str(tmp_path / "blank.db"))
    assert len(rows(tmp_path / "blank.db", "SELECT key FROM node WHERE kind = 'blank'")) == 14
    assert len(rows(tmp_path / "blank.db", "SELECT uid FROM fact")) == 4_000
    assert not load([put(tmp_path / "c.nt", "_:n1 <b:b> <c:1> .\n")], str(tmp_path / "blank.db")).facts_known


def test_a_source_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg2corpus.store import load as module

    source = put(tmp_path / "g.nt", "<x:a> <x:p> <x:b> .\n")
    read = module.read_chunks

    def slow(*given: Any, **how: Any) -> Any:
        yield from read(*given, **how)
        put(source, "<x:a> <x:p> <x:b> .\n<x:a> <x:p> <x:c> .\n")

    monkeypatch.setattr(module, "read_chunks", slow)
    with pytest.raises(UserError, match=r"g\.nt has changed while it was read"):
        load([source], str(tmp_path / "kg.db"))
    assert not (tmp_path / "kg.db").exists()
