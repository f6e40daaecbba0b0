"""The reader of SQL databases: mappings, their drafts, what rows become, and what is said about mistakes."""

from __future__ import annotations

import gzip
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kg2corpus import api
from kg2corpus.readers import _vocabulary as v
from kg2corpus.readers import sql
from kg2corpus.readers._common import Log, content_hash
from kg2corpus.readers._sql_draft import write
from kg2corpus.readers._sql_rows import texts
from kg2corpus.trace import _place
from kg2corpus.types import Triple

from .databases import NASTY, TINY, drafted, mapping

XSD = v.XSD

def about(found: list[Triple], subject: str) -> set[tuple[str, str, str]]:
    return {(t.predicate, t.object.value, t.object.datatype.removeprefix(XSD)) for t in found if t.subject == subject}


@pytest.mark.data
def test_elements_against_a_count_of_its_own(kg_data: Path, tmp_path: Path) -> None:
    """The draft of a real database: entities, facts and dropped cells as plain SQL counts them."""
    file = tmp_path / "elements.db"
    file.write_bytes((kg_data / "formats" / "elements.db").read_bytes())
    path = tmp_path / "elements.map.yaml"
    write(str(file), path)
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    rows, cells = Counter[str](), Counter[str]()
    with closing(sqlite3.connect(file)) as db:
        for table, said in told["tables"].items():
            columns = [*map(str, said["columns"]), *(c for link in said.get("links", ()) for c in link["columns"])]
            counts = ", ".join(f"""count(nullif(trim("{c}"), '')), count("{c}")""" for c in columns)
            rows[table], *found = db.execute(f'SELECT count(*), {counts} FROM "{table}"').fetchone()
            cells["facts"] += sum(found[::2])
            cells["empty text"] += sum(found[1::2]) - sum(found[::2])
            cells["empty cell (NULL)"] += rows[table] * len(columns) - sum(found[1::2])
        discovered = set(db.execute("SELECT atomic_number, discovery_year FROM elements WHERE discovery_year IS NOT NULL"))
    log, typed = Log(), Counter[str]()
    seen = Counter[str]()
    years = set()
    for table, part in sql.batches(path, log):
        for s, p, _, value, *_ in part if table else ():
            typed[table] += p == v.TYPE
            seen["facts"] += p not in (v.TYPE, v.LABEL, v.DESCRIPTION)
            if (table, p) == ("elements", "discovery_year"):
                years.add((int(s.rpartition("/")[2]), int(value)))
    for what, count in log.notes.items():
        if " in the table " in what:
            seen[what.partition(" in the table ")[0]] += count
    assert typed == rows
    assert sum(rows.values()) == 67_579
    assert seen == cells
    assert years == discovered


@pytest.mark.data
def test_elements_as_others_converted_them(kg_data: Path, tmp_path: Path) -> None:
    """kg/chemical-elements was made of the same database by others: numbers of its relations agree."""
    file = tmp_path / "elements.db"
    file.write_bytes((kg_data / "formats" / "elements.db").read_bytes())
    path = tmp_path / "elements.map.yaml"
    write(str(file), path)
    theirs: dict[tuple[str, str], set[str]] = {}
    for line in (kg_data / "kg" / "chemical-elements" / "triples.tsv").read_text(encoding="utf-8").splitlines():
        s, p, o, kind = line.split("\t")[:4]
        if kind == "literal":
            theirs.setdefault((s.removeprefix("element:"), p), set()).add(o)
    found = [t for t in sql.read(path) if t.file == "elements"]
    symbols = {t.subject: t.object.value for t in found if t.predicate == "symbol"}
    compared = 0
    for t in found:
        others = theirs.get((symbols[t.subject], t.predicate))
        if others and t.object.datatype in (XSD + "double", XSD + "integer"):
            compared += 1
            assert any(float(o) == pytest.approx(float(t.object.value), rel=1e-9) for o in others), t
    assert compared > 4_000


@pytest.mark.data
def test_the_mapping_in_the_docs(kg_data: Path, repo: Path, tmp_path: Path) -> None:
    page = (repo / "docs" / "loading.md").read_text(encoding="utf-8")
    (tmp_path / "elements.db").write_bytes((kg_data / "formats" / "elements.db").read_bytes())
    path = tmp_path / "mine.map.yaml"
    path.write_text(page.partition("```yaml\ndatabase: ")[2].partition("```")[0].join(("database: ", "")), encoding="utf-8")
    report = api.load([path], str(tmp_path / "mine.db"))
    assert report["lines"][0] in page
    assert report["lines"][1].partition(":")[2] in page
    packed = tmp_path / "packed.map.yaml.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert list(sql.read(packed)) == list(sql.read(path))


def test_a_draft_of_anything_loads(tmp_path: Path) -> None:
    """Reserved words, quotes, composite and missing keys, self references, link tables, broken views, odd values."""
    path = drafted(tmp_path, NASTY)
    text = path.read_text(encoding="utf-8")
    assert "likes:  # a link table" in text
    assert "order_line:  # a link table" in text
    assert "key: [rowid]  # no primary key" in text
    assert "not declared; every value is in person.id" in text
    assert "# broken:  # cannot be read" in text
    assert "leave_out: [photo]  # bytes" in text
    assert "leave_out: [alembic_version]" in text
    log = Log()
    found = list(sql.read(path, log=log))
    log.check()
    assert about(found, "it:person/-1") == {
        (v.TYPE, "type:person", ""), (v.LABEL, "Ann Lee", ""), ("born", "1970-01-02", "date"), ("pay", "12.5", "decimal"),
        ("seen", "2020-01-02T03:04:05", "dateTime"), ("ok", "1", "boolean"), ("likes", "it:person/0", ""),
    }  # fmt: skip
    assert about(found, "it:person/0") == {
        (v.TYPE, "type:person", ""), (v.LABEL, "Bob", ""), ("born", "1980-05-06", "date"), ("pay", "n/a", ""),
        ("seen", "2020-01-02T03:04:06", "dateTime"), ("ok", "0", "boolean"), ("manager", "it:person/-1", ""),
        ("likes", "it:person/-1", ""),
    }  # fmt: skip
    assert ("pay", "0.0000001", "decimal") in about(found, "it:person/9223372036854775807")
    assert about(found, "it:order/a%2Fb/1") >= {("buyer", "it:person/-1", ""), ("order_line", "it:product/p1", "")}
    assert (v.LABEL, "product p/3", "") in about(found, "it:product/p%2F3")
    second = about(found, "it:select/2")
    assert second >= {(v.LABEL, "select 2", ""), ("null", "مرحبا", ""), ("no", 'it\'s "q"', ""), ("a:b {c}", "b", "")}
    assert ("person", "it:person/0", "") in about(found, "it:visit/1")
    assert [t.object.datatype for t in found if t.predicate == "a"] == [XSD + "integer", XSD + "double", ""]
    (line,) = [t for t in found if t.predicate == "order_line" and t.qualifiers and t.subject == "it:order/a/2"]
    assert [(key, term.value) for key, term in line.qualifiers] == [("amount", "1")]
    notes = dict(log.notes)
    assert notes["reference (buyer) to a row of person that is not there, in the table order"] == 1
    assert notes["reference (product) to a row of product that is not there, in the table order_line"] == 1
    assert notes["reference (shop, no) to a row of order that is not there, in the table order_line"] == 1
    assert notes["cell of bytes that are no text in the table nokey"] == 1
    assert notes["empty cell (NULL) in the table nokey"] == 2
    assert notes["column of person that the mapping leaves out: photo"] == 1
    assert notes["table that the mapping leaves out: alembic_version"] == 1


def test_a_view_of_the_draft_can_be_taken(tmp_path: Path) -> None:
    path = drafted(tmp_path, NASTY)
    lines = path.read_text(encoding="utf-8").splitlines()
    at = lines.index("  # v:")
    path.write_text("\n".join([*lines[:at], *(line.replace("# ", "", 1) for line in lines[at : at + 6])]), encoding="utf-8")
    found = list(sql.read(path))
    assert ("n", "2") in {(t.predicate, t.object.value) for t in found if t.subject == "it:v/Pen"}


def test_the_words_of_a_mapping(tmp_path: Path) -> None:
    path = mapping(
        tmp_path,
        """base: "https://example.org/"
tables:
  author:
    type: writer
    label: name
    language: en
    columns: {born: {relation: year of birth, datatype: gYear, description: a year}}
  book:
    type: book
    label: ["{title}, by {author.name}", title]
    description: "A book of {place}."
    aliases: [isbn]
    columns:
      tags: {relation: tag, type: topic, split: ","}
      place: {relation: printed in, type: town}
    links: [{columns: [author], to: author, relation: written by, inverse: wrote}]
""",
    )
    found = list(sql.read(path))
    e = "https://example.org/"
    assert about(found, e + "book/b") == {
        (v.TYPE, "type:book", ""), (v.LABEL, "Two, by Ann", ""), (v.DESCRIPTION, "A book of Utrecht.", ""),
        (v.ALT_LABEL, "b", ""), ("tag", e + "topic/x", ""), ("tag", e + "topic/y", ""), ("printed in", e + "town/Utrecht", ""),
        ("written by", e + "author/7", ""),
    }  # fmt: skip
    assert about(found, e + "town/Utrecht") == {(v.TYPE, "type:town", ""), (v.LABEL, "Utrecht", "")}
    assert about(found, "written by") == {(v.INVERSE, "wrote", "")}
    assert about(found, "year of birth") == {(v.RANGE, XSD + "gYear", ""), (v.DESCRIPTION, "a year", "")}
    assert [t.object.language for t in found if t.object.value == "Ann"] == ["en"]


def test_places_are_tables_and_keys(tmp_path: Path) -> None:
    path = drafted(tmp_path, TINY)
    found = list(sql.read(path))
    ann = next(t for t in found if t.object.value == "Ann")
    assert (ann.file, ann.position) == ("author", 7)
    one = next(t for t in found if t.object.value == "One")
    assert (one.file, one.position) == ("book", 1), "ordinals in the order of the key, which is a text"
    where = {path.name: path}
    shown = _place(where, path.name, "author", 7)
    assert (shown.place, shown.text) == ("it.db: table author, id=7", "id=7, name=Ann, born=1970")
    shown = _place(where, path.name, "book", 1)
    assert (shown.place, shown.text) == ("it.db: table book, isbn=a", "isbn=a, title=One, author=9, place=Utrecht")
    line = next(t for t in found if t.subject == "born")
    shown = _place(where, path.name, "", line.position)
    assert shown.place == f"it.map.yaml:{line.position}"
    assert "born" in shown.text
    (tmp_path / "it.db").unlink()
    assert _place(where, path.name, "book", 1).place == "it.map.yaml: table book, row 1"


def test_a_trace_of_a_run_shows_the_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drafted(tmp_path, TINY)
    (tmp_path / "own.yaml").write_text(
        "name: own\nexposures: 1\nsplit: {held_out: 0, qa_held_out: 0}\n"
        "stages: [{name: only, lessons: {facts: {weight: 1}}}]\n", encoding="utf-8",
    )  # fmt: skip
    monkeypatch.chdir(tmp_path)
    api.load([Path("it.map.yaml")], "kg.db")
    api.compile("own.yaml", "kg.db", Path("corpus"))
    found = api.trace("Ann", Path("corpus"), "kg.db")
    places = {place["place"]: place["text"] for fact in found["facts"] for place in fact["places"]}
    assert places["it.db: table author, id=7"] == "id=7, name=Ann, born=1970"


def test_the_hash_is_of_the_rows(tmp_path: Path) -> None:
    path = drafted(tmp_path, TINY)
    before = content_hash(sql, path)

    def run(statement: str) -> str:
        with closing(sqlite3.connect(tmp_path / "it.db")) as db:
            db.execute(statement)
            db.commit()
        return content_hash(sql, path)

    assert run("VACUUM") == before
    assert run("CREATE TABLE other (x)") == before, "what the mapping does not take is not part of the source"
    assert run("UPDATE author SET name = 'Eve' WHERE id = 7") != before
    assert run("UPDATE author SET name = 'Ann' WHERE id = 7") == before
    (tmp_path / "moved").mkdir()
    for name in "it.db", "it.map.yaml":
        (tmp_path / name).rename(tmp_path / "moved" / name)
    assert content_hash(sql, tmp_path / "moved" / "it.map.yaml") == before
    first = api.load([tmp_path / "moved" / "it.map.yaml"], str(tmp_path / "a.db"))
    again = api.load([tmp_path / "moved" / "it.map.yaml"], str(tmp_path / "a.db"))
    assert "loaded before" in again["lines"][0], first["lines"]


VALUES = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(), st.binary(),
    st.text(st.characters(codec="utf-8", exclude_characters="\0")),
)  # fmt: skip
KINDS = ["", "TEXT", "INTEGER", "REAL", "NUMERIC", "BOOLEAN", "DATE"]


@settings(max_examples=40)
@given(st.lists(st.tuples(VALUES, VALUES), max_size=20), st.sampled_from(KINDS))
def test_any_values_in_any_column(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, Any]], kind: str) -> None:
    """Each cell is a literal, or counted."""
    folder = tmp_path_factory.mktemp("any")
    with closing(sqlite3.connect(folder / "it.db")) as db:
        db.execute(f"CREATE TABLE t (id INTEGER PRIMARY KEY, a {kind}, b {kind})")
        db.executemany("INSERT INTO t (a, b) VALUES (?, ?)", rows)
        db.commit()
    path = mapping(folder, "tables: {t: {type: thing, columns: {a: a, b: b}}}\n")
    log = Log()
    found = [t for t in sql.read(path, log=log) if t.file == "t" and t.predicate in "ab"]
    log.check()
    left = sum(n for what, n in log.notes.items() if "in the table t" in what)
    assert len(found) + left == 2 * len(rows)
    assert all(t.object.value for t in found)
    assert content_hash(sql, path) == content_hash(sql, path)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, [("true", XSD + "boolean")]), (1.0, [("1.0", XSD + "double")]), (float("nan"), [("NaN", XSD + "double")]),
        ([1, None, 2], [("1", XSD + "integer"), ("2", XSD + "integer")]), ({"k": "ü"}, [('{"k": "ü"}', "")]), (b"x", []),
        ("", []),
    ],
)  # fmt: skip
def test_values_of_drivers(value: Any, expected: list[tuple[str, str]]) -> None:
    assert texts(value, None) == expected


def test_streams_in_one_transaction(tmp_path: Path) -> None:
    """Rows are handed over in lists, and another connection's changes are not seen midway."""
    path = drafted(tmp_path, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT); PRAGMA journal_mode = WAL;")
    with closing(sqlite3.connect(tmp_path / "it.db")) as db:
        db.executemany("INSERT INTO t (n) VALUES (?)", [(i,) for i in range(10_000)])
        db.commit()
        rows = (t for t in sql.read(path) if t.predicate == "n" and t.file == "t")
        first = next(rows)
        db.execute("UPDATE t SET n = -1")
        db.commit()
        values = [first.object.value, *(t.object.value for t in rows)]
    assert values == [str(i) for i in range(10_000)]
