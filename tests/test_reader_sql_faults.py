"""What the reader of SQL databases says about mistakes: in mappings, in databases, in rows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kg2corpus import api
from kg2corpus.errors import UserError
from kg2corpus.readers import sql
from kg2corpus.readers._common import Log
from kg2corpus.readers._sql_draft import draft, write

from .databases import TINY, drafted, make, mapping

FAULTS = [
    ("bse: x\ntables: {author: {label: name}}\n", ["it.map.yaml:2: unknown key 'bse'; did you mean 'base'?"]),
    ("", ["it.map.yaml:1: the mapping has no tables"]),
    ("tables:\n  athor: {label: name}\n", ["it.map.yaml:3: there is no table 'athor' in it.db; did you mean 'author'?"]),
    (
        "tables:\n  author:\n    lable: name\n    columns:\n      brn: x\n      name: {relation: a, datatype: dubble}\n",
        ["it.map.yaml:4: unknown key 'lable'; did you mean 'label'?", "it.map.yaml:6: the table 'author' has no column 'brn'",
         "it.map.yaml:7: unknown datatype 'dubble'; did you mean 'double'"],
    ),
    ("tables:\n  book: {links: [{columns: [author], to: author, relation: x}]}\n",
     ["it.map.yaml:3: the table 'author' is not among the tables of this mapping"]),
    ("tables:\n  author: \n  book: {links: [{columns: [author, place], to: author, relation: x}]}\n",
     ["it.map.yaml:4: 2 columns refer to 1 of 'author' (id)"]),
    ("tables:\n  author: \n  book: {links: [{columns: [place], to: book, on: [place], relation: x}]}\n",
     ["it.map.yaml:4: several rows of 'book' have the same place"]),
    ("tables:\n  author: {label: '{nam}'}\n", ["it.map.yaml:3: the table 'author' has no column 'nam'; did you mean 'name'"]),
    ("tables:\n  author: {label: '{x.name}'}\n", ["it.map.yaml:3: '{x.name}': no link has the columns 'x'"]),
    ("tables:\n  author: {label: '{name'}\n", ["it.map.yaml:3: a brace without its other one"]),
    ("tables:\n  author: [a]\n", ["it.map.yaml:3: a section of keys is wanted here, and not a list"]),
    ("tables:\n  book: {subject: {columns: [author], to: author}}\n  author:\n",
     ["it.map.yaml:3: the link table 'book' has no object", "it.map.yaml:3: the link table 'book' has no relation"]),
    ("tables:\n  author: {columns: {born: {unit: a}}}\n  book: {columns: {tags: {relation: born, unit: b}}}\n",
     ["it.map.yaml:4: the relation 'born' has the unit 'b' here and 'a' on line 3"]),
    ("tables: {author: }\nleave_out: [author, nothere]\n",
     ["it.map.yaml:2: the table 'author' is both mapped", "it.map.yaml:3: leave_out: there is no table 'nothere'"]),
    ("tables: {author: , author: }\n", ["it.map.yaml:2: the key 'author' is given twice, first on line 2"]),
    ("tables: &x {author: }\nleave_out: *x\n", ["it.map.yaml:2: what stands here is used again by an alias"]),
    ("tables: [\n", ["it.map.yaml:3: not YAML"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "messages"), FAULTS)
def test_faults_have_lines_and_near_matches(text: str, messages: list[str], tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        list(sql.read(mapping(tmp_path, text)))
    for message in messages:
        assert message in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("database", "message", "hint"),
    [
        ("its.db", "no database at", "did you mean 'it.db'"),
        (".", "is a folder and no database", "file"),
        ("it.map.yaml", "it.map.yaml is no SQLite database", "URL"),
        ("postgresql+psycopg://me:secret@h/x", "it.map.yaml: a password stands in the database's URL", "${NAME}"),
        ("mysql://h/x?passwd=secret", "a password stands", "${NAME}"),
        ("postgresql+psycopg://me:${NOT_THERE}@h/x", "names NOT_THERE, which is not in the environment", "NOT_THERE=..."),
        ("nothing://x", "no driver for 'nothing'", "postgresql"),
        ("sqlite://", "sqlite:// names no file", "elements.db"),
        ("a://b:c:d@[e", "", ""),
    ],
)
def test_databases_that_are_none(database: str, message: str, hint: str, tmp_path: Path) -> None:
    path = mapping(tmp_path, "tables: {author: }\n")
    path.write_text(f"database: {database!r}\ntables: {{author: }}\n", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        list(sql.read(path))
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert "secret" not in caught.value.message + caught.value.hint


def test_variables_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = mapping(tmp_path, "tables: {author: {label: name}}\n")
    path.write_text(path.read_text().replace("it.db", "sqlite:///${THE_NAME}"), encoding="utf-8")
    monkeypatch.setenv("THE_NAME", "it.db")
    assert len(list(sql.read(path))) == 2


def test_a_database_is_told_how_it_becomes_a_source(tmp_path: Path) -> None:
    make(tmp_path / "it.db", TINY)
    with pytest.raises(UserError, match=r"it\.db is a database") as caught:
        api.load([tmp_path / "it.db"], str(tmp_path / "kg.db"))
    assert "kg2corpus map" in caught.value.hint
    with pytest.raises(UserError, match=r"it\.db is a database"):
        api.load([tmp_path / "it.db"], str(tmp_path / "kg.db"), format="sql")
    write(str(tmp_path / "it.db"), tmp_path / "it.map.yaml")
    api.load([tmp_path / "it.map.yaml"], str(tmp_path / "kg.db"))
    with pytest.raises(UserError, match=r"kg\.db is a store of kg2corpus"):
        api.load([tmp_path / "kg.db"], str(tmp_path / "other.db"))
    with pytest.raises(UserError, match="is a store of kg2corpus"):
        draft(str(tmp_path / "kg.db"))
    with pytest.raises(UserError, match="is there already"):
        write(str(tmp_path / "it.db"), tmp_path / "it.map.yaml")
    with pytest.raises(UserError, match=r"an address \(postgresql\) is no file") as caught:
        api.load([Path("postgresql://me:secret@h/x")], str(tmp_path / "other.db"))
    assert "secret" not in str(caught.value) + caught.value.hint
    folder = api.load([tmp_path], str(tmp_path / "folder.db"))
    assert folder["lines"][0].startswith("it.map.yaml (sql)")


def test_bad_texts_are_faults_of_their_row(tmp_path: Path) -> None:
    path = drafted(tmp_path, "CREATE TABLE bad (id INTEGER PRIMARY KEY, name TEXT, t TEXT)")
    with closing(sqlite3.connect(tmp_path / "it.db")) as db:
        db.execute("INSERT INTO bad VALUES (1, cast(x'fffe' AS TEXT), ?), (5, 'n', ?)", ("ok", "a\0b"))
        db.commit()
    with pytest.raises(UserError, match="bad:5: t: a text with a NUL character"):
        list(sql.read(path))
    log = Log(skip_bad=True)
    assert len([t for t in sql.read(path, log=log) if t.file == "bad"]) == 4
    assert log.count == 1
    (tmp_path / "it.db").write_bytes((tmp_path / "it.db").read_bytes()[:5000])
    with pytest.raises(UserError, match=r"it\.db: the file is cut off: 3,192 bytes are missing"):
        list(sql.read(path))
