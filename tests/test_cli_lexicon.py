"""`lexicon write`, `check`, `show` and `init`: what they print and write, and what a person then edits."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest
import yaml

from kg2corpus import api, api_lexicon
from kg2corpus.cli import main
from kg2corpus.config import load_curriculum
from kg2corpus.documents import write_text
from kg2corpus.errors import UserError
from kg2corpus.lexicon import Lexicon
from kg2corpus.lexicon.coverage import SURE, WANTED, coverage
from kg2corpus.lexicon.lines import lines_of
from kg2corpus.lexicon.resolve import shipped

from .conftest import COUNTRIES

TRIPLES = """ada\tparent\tbyron
byron\tparent\tjack
ada\tcapital_crime\tnone
ada\twrote\tnotes
"""


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("lexicon") / "c.db"
    api.load([COUNTRIES], str(path))
    return str(path)


@pytest.fixture
def small(tmp_path: Path) -> str:
    source = tmp_path / "a.tsv"
    source.write_text(TRIPLES)
    api.load([source], str(tmp_path / "small.db"))
    return str(tmp_path / "small.db")


def run(*args: str) -> int:
    try:
        main([*args])
    except SystemExit as e:
        return int(e.code or 0)
    return 0


def test_write_makes_what_compile_reads(db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "lexicon.yaml"
    assert run("lexicon", "write", "--db", db, "--out", str(out)) == 0
    assert "curated" in capsys.readouterr().out
    lexicon = Lexicon.load(out)
    assert lexicon.entries.keys() == {r.key for r in api.snapshot(db).relations()}
    first = out.read_bytes()
    api_lexicon.write(db, out)
    assert out.read_bytes() == first
    corpora = [tmp_path / name for name in ("resolved", "by itself")]
    for corpus, given in zip(corpora, ([out], []), strict=True):
        api.compile("smoke", db, corpus, lexicon=given)
    manifests = [json.loads((corpus / "manifest.json").read_text()) for corpus in corpora]
    assert manifests[0]["fingerprints"] == manifests[1]["fingerprints"]


def test_a_resolved_lexicon_stands_alone_and_fits_its_graph(db: str, small: str, tmp_path: Path) -> None:
    out, mine = tmp_path / "lexicon.yaml", tmp_path / "mine.yaml"
    api_lexicon.write(small, out)
    mine.write_text("relations: {}\n")
    with pytest.raises(UserError, match="stands alone"):
        api_lexicon.write(small, tmp_path / "x.yaml", [out, mine])
    with pytest.raises(UserError, match="made for another graph: it has no entry for"):
        api_lexicon.write(db, tmp_path / "x.yaml", [out])
    assert not (tmp_path / "x.yaml").exists()


def test_check_lists_what_is_unsure_and_one_edit_settles_it(small: str, tmp_path: Path) -> None:
    found = {r["relation"]: r for r in api_lexicon.check(small)["relations"]}
    assert found["parent"]["unsure"]
    assert found["parent"]["confidence"] < SURE
    assert any("direction" in reason for reason in found["parent"]["reasons"])
    mine = tmp_path / "mine.yaml"
    mine.write_text('relations:\n  parent:\n    forward: ["{O} is a parent of {S}"]\n    inverse: ["{S} is a child of {O}"]\n')
    settled = {r["relation"]: r for r in api_lexicon.check(small, [mine])["relations"]}["parent"]
    assert (settled["unsure"], settled["source"], settled["wordings"]) == (False, "user", 2)
    said = api_lexicon.show(small, "parent", [mine])["said"]
    assert set(said["forward"]) <= {"Byron is a parent of ada.", "byron is a parent of ada.", "Jack is a parent of byron."}


def test_check_tells_every_fault_with_its_line(small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "relations:\n  parent:\n    forward:\n      - '{S} {O}'\n      - '{S} only'\n  wrote:\n    forward: ['{S} wrote {O}']\n"
        "    nuon: x\n  capital_crime: []\n"
    )
    assert run("lexicon", "check", "--db", small, "--lexicon", str(mine)) == 1
    told = "".join(capsys.readouterr().err.split())
    for line, where in ((5, "relations.parent.forward[1]"), (8, "relations.wrote.nuon"), (9, "relations.capital_crime")):
        assert f"{mine}:{line}:{where}" in told
    mine.write_text("relations:\n  wrot:\n    forward: ['{S} wrote {O}']\n")
    with pytest.raises(UserError, match=r"mine\.yaml:2: relations\.wrot: the graph has no such relation") as caught:
        api_lexicon.check(small, [mine])
    assert "wrote" in caught.value.hint


def test_where_files_can_be_written(small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = tmp_path / "a.txt"
    there.write_text("mine")
    assert run("lexicon", "write", "--db", small, "--out", str(tmp_path / "new" / "folder" / "x.yaml")) == 0
    capsys.readouterr()
    for command, out, says in (
        (("lexicon", "write"), tmp_path, "is a folder"), (("lexicon", "write"), there / "x.yaml", "is a file"),
        (("init",), there, "is a file"), (("init",), there / "x", "is a file"),
    ):  # fmt: skip
        assert run(*command, "--db", small, "--out", str(out)) == 1, (command, out)
        assert says in " ".join(capsys.readouterr().err.split())
    assert there.read_text() == "mine"


def test_a_file_that_could_not_be_written_whole_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(aside: Path, text: str, **_: object) -> int:
        aside.write_bytes(text[:1].encode())
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        write_text(tmp_path / "x.yaml", "relations: {}")
    assert list(tmp_path.iterdir()) == []


def test_lines_of_keys(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a:\n  - x\n  - b: {c: 1}\n# note\n'http://e.org/p': [1]\n")
    assert lines_of(path) == {
        "a": 1, "a[0]": 2, "a[1]": 3, "a[1].b": 3, "a[1].b.c": 3, "http://e.org/p": 5, "http://e.org/p[0]": 5,
    }  # fmt: skip


def test_show(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("lexicon", "show", "capital", "--db", db) == 0
    out = capsys.readouterr().out
    assert "curated countries.yaml" in out
    assert "inverse question unseen" in out
    assert run("lexicon", "show", "capitol", "--db", db) == 1
    assert "capital" in capsys.readouterr().err


def test_init_writes_files_that_work_as_they_are(small: str, tmp_path: Path) -> None:
    out = tmp_path / "mine"
    done = api_lexicon.init(small, out)
    words, curriculum = map(Path, done["files"])
    data = yaml.safe_load(words.read_text())
    assert "parent" in data["relations"]
    before = api_lexicon.check(small)["relations"]
    after = {r["key"]: r for r in api_lexicon.check(small, [words])["relations"]}
    assert all(after[r["key"]]["wordings"] == r["wordings"] for r in before), "what the starter says is what was derived"
    assert load_curriculum(curriculum).name == "mine"
    with pytest.raises(UserError, match="there already"):
        api_lexicon.init(small, out)
    words.write_text("relations: {}\n")
    api_lexicon.init(small, out, force=True)
    assert yaml.safe_load(words.read_text()) == data


def test_relations_have_the_wordings_that_their_source_promises(db: str, small: str) -> None:
    for store in (db, small):
        graph = api.snapshot(store)
        for one in coverage(graph, api_lexicon.lexicon_of(graph)):
            assert one.wordings >= WANTED[one.source], one


def test_every_curated_entry_can_be_read() -> None:
    for file in shipped():
        for name in file.raw:
            file.entry(name)
