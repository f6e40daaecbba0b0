"""Splits that a data set brings with it are read, kept by the store, and honoured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kg2corpus import api
from kg2corpus.cli import main
from kg2corpus.config import load_curriculum
from kg2corpus.errors import UserError
from kg2corpus.snapshot import take
from kg2corpus.store.load import load
from kg2corpus.store.parts import SEVERAL, TWINS, parse_given, parts_of
from kg2corpus.store.split import SHORT, Split, make_split

RELATIONS = "knows\tknows\t\t\t\tsymmetric\nparent\tparent\t\t\t\tinverse:child\nchild\tchild\nlives_in\tlives in\n"
TRIPLES = """\
a	knows	b	entity	train
b	knows	a	entity	test
c	knows	d	entity	test
a	parent	c	entity	train
c	child	a	entity	valid
a	lives_in	x	entity	train
a	lives_in	x	entity	test
b	lives_in	x	entity	valid
c	lives_in	y	entity	train
d	lives_in	y	entity
e	lives_in	y	entity	train
"""


@pytest.fixture
def db(tmp_path: Path) -> str:
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "relations.tsv").write_text(RELATIONS, "utf-8")
    (folder / "triples.tsv").write_text(TRIPLES, "utf-8")
    load([folder], str(tmp_path / "kg.db"))
    return str(tmp_path / "kg.db")


def named(db: str, uids: frozenset[int]) -> set[str]:
    graph = take(db)
    return {f"{f.subject.key} {f.relation.name} {f.object.key}" for f in map(graph.fact, uids)}


def test_the_parts_of_a_store(db: str) -> None:
    parts = parts_of(db)
    assert list(parts) == ["test", "train", "valid"]
    assert named(db, parts["test"]) == {"b knows a", "c knows d", "a lives_in x"}
    assert named(db, parts["valid"]) == {"c child a", "b lives_in x"}
    assert "d lives_in y" not in named(db, parts["train"])


def held(db: str, **options: Any) -> tuple[Split, set[str], set[str]]:
    graph = take(db)
    split = make_split(graph, qa_held_out=0.0, parts=parts_of(db), **options)
    facts = list(graph.facts())
    return (
        split,
        named(db, frozenset(f.uid for f in facts if f.twin in split.held_out)),
        named(db, frozenset(f.uid for f in facts if split.is_train(f))),
    )


def test_held_out_wins_and_so_do_twins(db: str) -> None:
    split, out, train = held(db, given={"test": "held_out"})
    assert out == {"a knows b", "b knows a", "c knows d", "a lives_in x"}
    assert split.counted == {SEVERAL: 1, TWINS: 1}
    assert train == {"a parent c", "c child a", "b lives_in x", "c lives_in y", "d lives_in y", "e lives_in y"}
    assert split.options["held_out"] == 0, "the given part is all that is held out, unless more is asked for"
    more, _, _ = held(db, given={"test": "held_out"}, held_out=0.3, min_values=1)
    assert more.held_out > split.held_out


def test_what_is_unused_is_neither_trained_nor_held_out(db: str) -> None:
    split, out, train = held(db, given={"test": "held_out", "valid": "unused"})
    assert len(out) == 4
    # its twin stands in train
    assert {"a parent c", "c child a"} <= train
    assert "b lives_in x" not in train
    assert not split.closed_world_ok([f for f in take(db).facts() if f.subject.key == "b" and f.relation.name == "lives_in"])


def test_given_facts_keep_their_subjects_askable(db: str) -> None:
    graph = take(db)
    split = make_split(graph, qa_held_out=1.0, parts=parts_of(db), given={"test": "held_out"})
    assert {graph.node(uid).key for uid in split.qa_held_out} == {"e"}
    assert split.counted[SHORT] == 4


def test_mistakes_are_named(db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    graph = take(db)
    for given, message, hint in (
        ({"tset": "held_out"}, "unknown part of the data set 'tset'", "'test'"),
        ({"test": "heldout"}, "part 'test' cannot be 'heldout'", "'held_out'"),
    ):
        with pytest.raises(UserError, match=message) as caught:
            make_split(graph, parts=parts_of(db), given=given)
        assert hint in caught.value.hint
    with pytest.raises(UserError, match="knows no parts"):
        make_split(graph, parts={}, given={"test": "held_out"})
    with pytest.raises(UserError, match="no train facts are left"):
        make_split(graph, given=dict.fromkeys(parts_of(db), "held_out") | {"all": "held_out"},
                   parts={**parts_of(db), "all": [f.uid for f in graph.facts()]})  # fmt: skip
    for text in ("test", "=held_out"):
        with pytest.raises(UserError, match="gives no part a meaning"):
            parse_given(text)
    assert parse_given(" urn:x?a=b=held_out, valid=unused,") == {"urn:x?a=b": "held_out", "valid": "unused"}
    with pytest.raises(SystemExit) as ended:
        main(["split", "--db", db, "--out", str(tmp_path / "s.json"), "--given", "dev=held_out"])
    assert ended.value.code == 1
    assert "unknown part of the data set 'dev'" in capsys.readouterr().err


def test_by_command_and_by_curriculum(db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "s.json"
    with pytest.raises(SystemExit) as ended:
        main(["split", "--db", db, "--out", str(out), "--given", "test=held_out,valid=unused", "--qa-held-out", "0"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert f"1 {TWINS}" in said
    assert f"1 {SEVERAL}" in said
    sets = ["split.given=test=held_out,valid=unused", "split.qa_held_out=0", "split.held_out=null"]
    curriculum = load_curriculum("smoke", sets)
    assert api.split_of(curriculum, take(db), db).fingerprint == Split.load(out).fingerprint


def test_named_graphs_of_rdf_are_parts_too(tmp_path: Path) -> None:
    path = tmp_path / "g.nq"
    path.write_text("".join(f"<urn:{s}> <urn:r> <urn:{o}> <urn:g/{g}> .\n" for s, o, g in ("abx", "cdy")), "utf-8")
    load([path], str(tmp_path / "kg.db"))
    assert list(parts_of(str(tmp_path / "kg.db"))) == ["urn:g/x", "urn:g/y"]


@pytest.mark.data
def test_codex(kg_data: Path, tmp_path: Path) -> None:
    db = str(tmp_path / "codex.db")
    load([kg_data / "kg" / "codex-s-labelled"], db)
    lines = (kg_data / "kg" / "codex-s-labelled" / "triples.tsv").read_text("utf-8").splitlines()
    sizes = {part: sum(line.endswith(f"\t{part}") for line in lines) for part in ("train", "valid", "test")}
    assert {name: len(uids) for name, uids in parts_of(db).items()} == sizes
    found = api.split(db, tmp_path / "s.json", given={"test": "held_out", "valid": "held_out"})
    assert (found["train"], found["held_out"]) == (sizes["train"], sizes["valid"] + sizes["test"])
