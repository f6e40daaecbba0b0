"""Tables with a row an entity: columns that are relations."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg2corpus.errors import UserError
from kg2corpus.readers import _vocabulary as v
from kg2corpus.readers import table
from kg2corpus.readers._common import Log
from kg2corpus.types import Term

from .test_reader_table import literal, put

WIDE = "id,name,country,pop,area,founded,zip\nb1,Thimphu,BT,114551,26.1,1955-01-01,01001\nb2,Paro,BT,-5,,1955-13-01,\n"


def test_columns_that_are_relations(tmp_path: Path) -> None:
    log = Log()
    path = put(tmp_path, WIDE)
    said = list(table.read(path, log=log, subject="id", label="name", objects=("country",), values=("*",)))
    facts = {(t.subject, t.predicate): t.object for t in said if t.predicate != v.LABEL}
    assert facts == {
        ("b1", "country"): Term("iri", "BT"), ("b2", "country"): Term("iri", "BT"),
        ("b1", "pop"): literal("114551", "integer"), ("b2", "pop"): literal("-5", "integer"),
        ("b1", "area"): literal("26.1", "decimal"), ("b1", "founded"): literal("1955-01-01", "date"),
        ("b2", "founded"): literal("1955-13-01"), ("b1", "zip"): literal("01001"),
    }  # fmt: skip
    assert [t.object.value for t in said if t.predicate == v.LABEL] == ["Thimphu", "Paro"]
    assert log.notes == {table.EMPTY: 2}, "no column is left out"
    assert {t.position for t in said if t.subject == "b2"} == {3}
    some = table.read(path, subject="id", values=("4", "area"))
    assert {(t.subject, t.predicate) for t in some} == {("b1", "pop"), ("b2", "pop"), ("b1", "area")}


@pytest.mark.parametrize(
    ("text", "values", "message"),
    [(WIDE, ("nam",), "no column 'nam', which is given as values"), ("id,,c\n1,2,3\n", ("2",), "column 2 has no heading")],
)
def test_columns_that_are_no_relations(tmp_path: Path, text: str, values: tuple[str, ...], message: str) -> None:
    with pytest.raises(UserError, match=message):
        list(table.read(put(tmp_path, text), subject="id", values=values))
