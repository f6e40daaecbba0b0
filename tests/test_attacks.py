"""Inputs that are broken on purpose: each ends in a sentence of what, where and what to do, or is said as it stands."""

from __future__ import annotations

import errno
import json
import sys
from pathlib import Path

import pytest

from kg2corpus import api, cli, registry
from kg2corpus.documents import read_corpus
from kg2corpus.errors import UserError
from kg2corpus.lexicon.values import ValueRule, say_literal, texts
from kg2corpus.readers import rdf, tsv
from kg2corpus.readers._common import Log
from kg2corpus.types import Node

XSD = "http://www.w3.org/2001/XMLSchema#"


def _literal(text: str, datatype: str) -> Node:
    return Node(0, text, text, literal=True, datatype=XSD + datatype)


@pytest.mark.parametrize("text", ["1e9999999", "-1e-9999999", "1e30", "9" * 6000, "NaN", "inf", "²", "1_000", "", "abc"])
@pytest.mark.parametrize("kind", ["auto", "number", "latitude", "longitude", "date", "boolean"])
def test_no_figure_stops_the_compiler(text: str, kind: str) -> None:
    for datatype in ("decimal", "double", "date", "integer", "boolean"):
        rule = ValueRule(kind, "metre")
        assert text.strip("-").replace("_", "")[:1] in say_literal(_literal(text, datatype), rule)
        assert texts(_literal(text, datatype), rule)


@pytest.mark.parametrize("text", ["1e30", "361", "-4000.5"])
def test_a_coordinate_that_is_none_is_said_as_it_stands(text: str) -> None:
    assert say_literal(_literal(text, "decimal"), ValueRule("latitude")) == text


@pytest.mark.parametrize(
    "text",
    ["2000-²-01", "2000-13-01", "2000-12-45", "2000-00-01", "2000-01-00", "9" * 5000 + "-01-01", "2000-02-30"],
)
def test_a_date_that_is_none_is_said_as_it_stands(text: str) -> None:
    assert say_literal(_literal(text, "date"), ValueRule()) == text


def test_a_byte_order_mark_opens_turtle_and_xml(tmp_path: Path) -> None:
    for name in "sample.ttl", "sample.trig", "sample.rdf":
        text, triples = rdf.SAMPLE[name]
        assert isinstance(text, str)
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
        assert list(rdf.read(tmp_path / name)) == triples


def test_utf_16_is_named_and_never_loaded(tmp_path: Path) -> None:
    path = tmp_path / "wide.tsv"
    path.write_bytes("Paris\tcapital of\tFrance\nRome\tcapital of\tItaly\n".encode("utf-16-le"))
    log = Log(skip_bad=True)
    assert list(tsv.read(path, log=log)) == []
    with pytest.raises(UserError, match=r"wide.tsv:1: .*UTF-16"):
        list(tsv.read(path))


def test_a_store_damaged_in_its_midst(tmp_path: Path) -> None:
    triples, db = tmp_path / "many.tsv", tmp_path / "kg.db"
    triples.write_text("".join(f"n{i}\tknows\tn{i + 1}\n" for i in range(3000)))
    api.load([triples], str(db))
    whole = bytearray(db.read_bytes())
    whole[8192 : len(whole) : 37] = b"\x5a" * len(range(8192, len(whole), 37))
    db.write_bytes(whole)
    with pytest.raises(UserError, match=r"kg\.db"):
        api.look(str(db))
    triples.write_text("one\tknows\tmore\n")
    with pytest.raises(UserError, match=r"kg\.db"):
        api.load([triples], str(db))


def test_a_split_is_not_written_over_a_folder(tmp_path: Path) -> None:
    triples, db = tmp_path / "few.tsv", str(tmp_path / "kg.db")
    triples.write_text("a1\tknows\ta2\na2\tknows\ta3\n")
    api.load([triples], db)
    with pytest.raises(UserError, match="is a folder") as e:
        api.split(db, tmp_path)
    assert "split.json" in e.value.hint
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


@pytest.mark.parametrize("content", [b"def pick(x):\n", b"import no_such_module\ndef pick(x): ...\n", b"\xff\xfe def pick(",
                                     b"def pick(x): ...\nraise SystemExit(5)\n"])  # fmt: skip
def test_extensions_that_do_not_import(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.py"
    path.write_bytes(content)
    try:
        with pytest.raises(UserError, match=r"broken\.py"):
            registry.add_file(path)
    finally:
        registry._extra["lessons"].pop("broken", None)


@pytest.mark.parametrize("body", ["    yield 5", "    raise KeyError('x')", "    return 5"])
def test_a_reader_of_ones_own_that_fails(tmp_path: Path, body: str) -> None:
    path, source = tmp_path / "broken_reader.py", tmp_path / "some.zz"
    path.write_text(f'SUFFIXES = (".zz",)\ndef read(source):\n{body}\n')
    source.write_text("x")
    try:
        with pytest.raises(UserError, match=r"broken_reader\.py failed"):
            api.load([source], str(tmp_path / "kg.db"), extensions=[path])
    finally:
        registry._extra["readers"].pop("broken_reader", None)
        sys.modules.pop("kg2corpus_user.readers.broken_reader", None)


def test_a_corpus_that_lacks_a_bucket_is_not_packed_as_if_whole(tmp_path: Path) -> None:
    triples, db, corpus = tmp_path / "few.tsv", str(tmp_path / "kg.db"), tmp_path / "corpus"
    triples.write_text("".join(f"city {i}\tcapital of\tcountry {i}\n" for i in range(8)))
    api.load([triples], db)
    api.compile("smoke", db, corpus)
    assert list(read_corpus(corpus))
    lost = min(corpus.glob("0*/bucket-*"))
    lost.unlink()
    with pytest.raises(UserError, match=rf"{lost.name} is missing"):
        list(read_corpus(corpus))


def test_a_full_disk_is_placed_though_the_system_names_no_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(cli, "app", full)
    with pytest.raises(SystemExit) as e:
        cli.main(["list"])
    assert e.value.code == 1
    assert "--out" in capsys.readouterr().err


def test_facts_of_blank_nodes_without_a_name_are_not_said(tmp_path: Path) -> None:
    pairs = (("<http://e/a>", "_:b1"), ("_:b1", "<http://e/c>"), ("<http://e/a>", "<http://e/c>"))
    lines = [f"{one} <http://e/knows> {other} ." for one, other in pairs]
    (tmp_path / "b.nt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    db, out = str(tmp_path / "kg.db"), tmp_path / "corpus"
    api.load([tmp_path / "b.nt"], db)
    manifest = api.compile("smoke", db, out, sets=["split.held_out=0", "split.qa_held_out=0"])
    assert manifest["coverage"]["unsayable"] == {"has an end that nothing names (a blank node), or two ends of one name": 2}
    assert all("unnamed" not in d.text for d in read_corpus(out))
    assert api.check(out, db, everything=True)["ok"]


def test_one_compile_at_a_time_into_a_folder(tmp_path: Path) -> None:
    from kg2corpus.locks import exclusive

    (tmp_path / "b.nt").write_text("<http://e/a> <http://e/knows> <http://e/c> .\n", encoding="utf-8")
    db, sets = str(tmp_path / "kg.db"), ["split.held_out=0", "split.qa_held_out=0"]
    api.load([tmp_path / "b.nt"], db)
    with exclusive(tmp_path / ".corpus.lock", "compiling"), pytest.raises(UserError, match="another process is compiling"):
        api.compile("smoke", db, tmp_path / "corpus", sets=sets)
    assert api.compile("smoke", db, tmp_path / "corpus", sets=sets)["documents"]
    assert not (tmp_path / ".corpus.lock").exists()


ODD = (
    "It", "Question: what?", "Answer: no.", "line\nbreak", 'He said "hi"', "مرحبا", "שלום עולם", "a | b", "{curly} [s]",
    "e\u0301a", "A" * 900,
)  # fmt: skip


def test_odd_names_are_said_and_pass_check(tmp_path: Path) -> None:
    """A pronoun, what opens questions, quotes, breaks, right-to-left script, slots, combining marks, 900 letters."""
    rows = []
    for i, name in enumerate(ODD):
        for relation, other in (("knows", i + 1), ("likes", i + 3), ("lives in", i // 4)):
            row = {"subject": f"u{i}", "subject_label": name, "predicate": relation, "object": f"u{other % len(ODD)}"}
            rows.append(json.dumps(row))
    (tmp_path / "odd.jsonl").write_text("\n".join(rows), encoding="utf-8")
    db, corpus = str(tmp_path / "kg.db"), tmp_path / "corpus"
    api.load([tmp_path / "odd.jsonl"], db)
    graph = api.snapshot(db)
    assert {graph.node(uid).label for uid in graph.anchors()} >= {"It", "Question: what?", "line break", "éa"}
    api.compile("ladder", db, corpus, sets=["exposures=3"])
    report = api.check(corpus, db, everything=True)
    assert report["ok"], [c for c in report["checks"] if not c["ok"]]
