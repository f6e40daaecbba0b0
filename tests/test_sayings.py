"""Properties files at loading: what people say about relations, by name or key, comes first and is recorded as a source."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg2corpus import snapshot
from kg2corpus.errors import UserError
from kg2corpus.store.load import load

from .test_load import image, put

LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
RANGE = "http://www.w3.org/2000/01/rdf-schema#range"
SUB = "http://www.w3.org/2000/01/rdf-schema#subPropertyOf"
GRAPH = f"""<x:/a> <x:/knows> <x:/b> .
<x:/a> <x:/heisst> "Anna"@de .
<x:/a> <x:/heisst> "Ann"@en .
<x:/b> <x:/heisst> <x:/c> .
<x:/a> <x:/kennt_man_als> "Annie" .
<x:/a> <x:/art> <x:/Person> .
<x:/Hund> <x:/unter> <x:/Tier> .
<x:/knows> <{LABEL}> "aknows" .
"""


def loaded(tmp_path: Path, said: str, graph: str = GRAPH) -> Path:
    db = tmp_path / f"{len(list(tmp_path.iterdir()))}.db"
    load([put(tmp_path / "g.nt", graph)], str(db), properties=[put(tmp_path / "p.yaml", said)])
    return db


def test_roles(tmp_path: Path) -> None:
    said = "heisst: {role: label}\nkennt_man_als: {role: alias}\nart: {role: type}\nx:/unter: {role: subclass}\n"
    graph = snapshot.take(str(loaded(tmp_path, said)))
    (node,) = graph.find("x:/a")
    assert (node.label, node.aliases, node.types) == ("Ann", ("Anna", "Annie"), ("Person",))
    facts = {(f.subject.key, f.relation.name, f.object.key) for f in graph.facts()}
    assert facts == {("x:/a", "knows", "x:/b"), ("x:/b", "heisst", "x:/c"), ("x:/Hund", "subClassOf", "x:/Tier")}, (
        "a label that is no text stays a fact"
    )


def test_declared_by_the_data_itself(tmp_path: Path) -> None:
    db = loaded(tmp_path, "knows: {symmetric: yes}\n", GRAPH + f"<x:/heisst> <{SUB}> <{LABEL}> .\n")
    assert snapshot.take(str(db)).find("x:/a")[0].label == "Ann"


def test_what_people_say_comes_first(tmp_path: Path) -> None:
    db = loaded(tmp_path, "knows: {label: zzz knows, inverse: known_by, functional: yes, kind: plain, unit: times}\n")
    row = next(r for r in image(db)["relation"] if r[1] == "x:/knows")
    assert row[3] == "zzz knows"
    assert row[6] == "times"
    assert {r[3]: r[8] for r in image(db)["relation"]}["zzz knows"] == "known_by"


def test_names_are_looked_up_and_faults_have_their_line(tmp_path: Path) -> None:
    for said, fault in (
        ("x:/new: {symmetric: yes}\nknow: {symmetric: yes}\n", r"p\.yaml:2: no relation 'know' in the sources; did you mean"),
        ("p: {symmetric: yes}\n", r"p\.yaml:1: 'p' is the name of 2 relations; give a key: x:/1/p, x:/2/p"),
    ):
        with pytest.raises(UserError, match=fault):
            loaded(tmp_path, said, GRAPH + "<x:/a> <x:/1/p> <x:/b> .\n<x:/a> <x:/2/p> <x:/b> .\n")
    db = loaded(tmp_path, "aKnows: {symmetric: yes}\n")
    assert {r[1]: r[7] for r in image(db)["relation"]}["x:/knows"] == 1, "by label, case aside"


def test_said_later(tmp_path: Path) -> None:
    db, together = tmp_path / "kg.db", tmp_path / "together.db"
    source, said = put(tmp_path / "g.nt", GRAPH), put(tmp_path / "p.yaml", "knows: {symmetric: yes, label: is a friend of}\n")
    load([source], str(db))
    load([], str(db), properties=[said])
    load([source], str(together), properties=[said])
    assert image(db) == image(together)
    with pytest.raises(UserError, match="'x:/heisst' is given a role now"):
        load([], str(db), properties=[put(tmp_path / "q.yaml", "heisst: {role: label}\n")])
    assert image(db) == image(together)
    new = put(tmp_path / "h.nt", f"<x:/b> <x:/nennt> <x:/a> .\n<x:/nennt> <{SUB}> <{LABEL}> .\n")
    load([new], str(db))
    load([], str(db), properties=[put(tmp_path / "p.yaml", "knows: {functional: yes}\n")], replace=True)
    assert {r[1]: r[7] for r in image(db)["relation"]}["x:/knows"] == 0
