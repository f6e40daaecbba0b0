"""Properties files: what each characteristic becomes, where faults are, and that the store takes them in."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus import api
from kg2corpus.errors import UserError
from kg2corpus.readers import _vocabulary as v
from kg2corpus.readers import properties
from kg2corpus.readers._common import Log
from kg2corpus.types import Triple


def read(folder: Path, text: str | bytes) -> list[Triple]:
    path = folder / "properties.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(properties.read(path))


def faults(folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(UserError) as caught:
        read(folder, text)
    return [line.partition("properties.yaml:")[2] for line in caught.value.message.splitlines()]


def said(triples: list[Triple]) -> list[tuple[str, str, str]]:
    return [(t.subject, t.predicate, t.object.value) for t in triples if t.object.value != v.PROPERTY]


def test_names_prefixes_and_iris(tmp_path: Path) -> None:
    text = "prefixes:\n  ex: http://example.org/\nex:a: {inverse: <urn:b>}\nschema:name: {role: label}\nx:y: {kind: code}\n"
    assert said(read(tmp_path, text)) == [
        ("http://example.org/a", v.INVERSE, "urn:b"),
        (v.SCHEMA + "name", v.ROLE, "label"),
        ("x:y", v.KIND, "code"),
    ]
    assert said(read(tmp_path, '"عاصمة": {label: "capital: of"}\n1990: {unit: "°C"}\n')) == [
        ("عاصمة", v.LABEL, "capital: of"),
        ("1990", v.UNIT, "°C"),
    ]


def test_every_characteristic_is_known_by_its_name(tmp_path: Path) -> None:
    values = {"role": "alias", "kind": "plain", "datatype": "xsd:date", "inverse": "b"}
    for name in properties.KNOWN:
        value = values.get(name, "yes")
        assert len(read(tmp_path, f"a:\n  {name}: {value}\n")) == 2, name


def test_faults_have_their_line_and_near_matches(tmp_path: Path) -> None:
    text = """\
borders: {symetric: yes, transitive: no}
capital:
  role: lable
  inverse:
  datatype: integr
empty:
a: {unit: km, unit: m, name_like: perhaps}
borders: {symmetric: yes}
[x]: {symmetric: yes}
"""
    found = faults(tmp_path, text)
    assert [line.partition(":")[0] for line in found] == ["1", "1", "3", "4", "5", "6", "7", "7", "8", "9"]
    assert "'symmetric'?" in found[0]
    assert "leave the line out" in found[1]
    assert "'label'?" in found[2]
    assert "'integer'" in found[4]
    assert "line 1 already" in found[8]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a: [", "1"), ("a: [\n", "2"), ("- a\n", "1"), ("a: {b: c\n\nd: e}\n", "3"), (b"\xff\xfe", "1"),
        (b"a: {unit: x}\n\xff", "2"),
        ("a: " + "[" * 30_000, "1"), ("a: &x {unit: *x}\n", "1"), ("a: *y\n", "1"),
        ("prefixes: [a]\n", "1"), ("a: {unit: 'x\0'}\n", "1"),
    ],
)  # fmt: skip
def test_what_is_no_such_file(text: str | bytes, where: str, tmp_path: Path) -> None:
    assert faults(tmp_path, text)[0].partition(":")[0] == where


def test_nothing_and_too_much(tmp_path: Path) -> None:
    assert read(tmp_path, "") == read(tmp_path, "# only a comment\n") == []
    assert "4 MB" in faults(tmp_path, b"#" * (properties.MAX_BYTES + 1))[0]
    # aliases that would be billions of nodes are not followed
    laughs = "a: &a [x, x]\n" + "".join(f"{n}: &{n} [*{m}, *{m}]\n" for m, n in zip("abcdefghij", "bcdefghijk", strict=True))
    assert len(faults(tmp_path, laughs)) == 11


@given(st.text(max_size=80) | st.binary(max_size=80))
def test_anything_at_all_is_read_or_refused(text: str | bytes) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "properties.yaml"
        path.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
        list(properties.read(path, log=Log(skip_bad=True)))


def test_looks() -> None:
    assert properties.looks(b"a: {symmetric: yes}\n")
    assert properties.looks(b"a:\n  role: label\n")
    assert properties.looks(b"prefixes: {}\na: {unit: m, kind: code}\n")
    assert not properties.looks(b"name: demo\nstages:\n  - name: recall\n")


def test_the_store_takes_them_in_with_the_graph(tmp_path: Path) -> None:
    (tmp_path / "g.tsv").write_text("a\tborders\tb\nc\tcapital\td\nd\tcapital_of\tc\n", encoding="utf-8")
    said = "borders: {symmetric: yes}\ncapital: {inverse: capital_of, unit: x, label: seat}\n"
    (tmp_path / "p.yaml").write_text(said, encoding="utf-8")
    for order in (("g.tsv", "p.yaml"), ("p.yaml", "g.tsv")):
        db = str(tmp_path / f"{order[0]}.db")
        for name in order:
            api.load([tmp_path / name], db)
        relations = {r["relation"]: r for r in api.look(db)["relations"]}
        assert relations["borders"]["symmetric"]
        capital = relations["capital"]
        assert (capital["inverse"], capital["label"], capital["unit"]) == ("capital_of", "seat", "x")
        assert len(api.snapshot(db)) == 3
