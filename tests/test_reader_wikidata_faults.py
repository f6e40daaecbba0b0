"""The Wikidata reader on what is wrong: faults in plain words, mutations, any bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg2corpus.errors import UserError
from kg2corpus.readers import _vocabulary as v
from kg2corpus.readers import wikidata
from kg2corpus.readers._common import Log
from kg2corpus.store.canonical import canonical
from kg2corpus.types import Triple

from .test_reader_wikidata import ENTITY, claim, item, moment, read, snak, write

# faults


def test_one_bad_line_harms_no_other(tmp_path: Path) -> None:
    good = json.dumps(item("Q5"))
    lines = [
        "[",
        good + ",",
        '{"id": "Q6", ',
        '{"id": "Q7", "labels": {"en": {"value": 5}}},',
        '{"id": "Q8", "claims": []},',
        '"Q9",',
        '{"id": 10},',
        json.dumps(item("Q11", claims={"P1": [{}, claim(snak("string", "kept")), claim(snak("string", "x"), "best")]})) + ",",
        json.dumps(
            item("Q12", claims={"P1": [claim(snak("string", "x"), qualifiers={"P2": [snak("time", {})]})], "X": [claim({})]})
        )
        + ",",
        '{"id": "Q13", "statements": {}},',
        "[" * 100_000,
        '{"id": ' + "1" * 5000 + "},",
        good + ",",
    ]
    path = tmp_path / "a.json"
    path.write_bytes("\n".join(lines).encode() + b'\n{"id": "Q\xff"},\n' + good.encode())
    found, log = read(path)
    assert log.faults == [
        "a.json:3: not JSON: expecting ',' delimiter at character 12",
        "a.json:4: Q7: 'value' should be text, found 5",
        "a.json:6: expected an entity, found 'Q9'",
        "a.json:7: 'id' should be text, found 10",
        "a.json:8: Q11 P1: 'mainsnak' should be an object, found nothing",
        "a.json:8: Q11 P1: 'rank' should be preferred, normal or deprecated, found 'best'",
        "a.json:9: Q12 P1: qualifier P2: 'time' should be text, found nothing",
        "a.json:9: Q12 X: 'id' should be one like Q42 or P31, found 'X'",
        "a.json:10: Q13: the form of the REST API ('statements'), which is not read; take Special:EntityData",
        "a.json:11: objects and lists nested too deeply",
        "a.json:12: a number of too many digits",
        "a.json:14: not UTF-8: byte 0xff at byte 10",
        "a.json:15: the array has no end: the file is cut off, and entities are missing",
    ]
    assert [(t.position, t.object.value) for t in found] == [
        (2, "item Q5"),
        (8, "item Q11"),
        (8, "kept"),
        (9, "item Q12"),
        (13, "item Q5"),
        (15, "item Q5"),
    ]
    with pytest.raises(UserError, match=r"a\.json:3: ") as caught:
        list(wikidata.read(path))
    assert caught.value.message.count("\n") == len(log.faults) - 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"a\.json: no entity of Wikidata in it"),
        (b"[]", r"a\.json: no entity of Wikidata in it"),
        (b"\n\nname,age\n", r"a\.json:3: not JSON: it begins with neither '{' nor '\['"),
        (b"\xff\xfe{\x00}\x00", r"a\.json:1: not JSON: it begins"),
        (b'\n{\n "entities": {\n  "Q1": {,\n', r"a\.json: not JSON: .* at line 4, column 10"),
        (b'{"entities": {\n"Q1": "\xff"}}', r"a\.json: not UTF-8: byte 0xff"),
        (b'[{"name": "Aruba"},\n{"name": "Bhutan"}]', r"a\.json: no entity of Wikidata in it\na\.json:1: 'id' should be text"),
        (b'{"error": {"code": "no-such-entity"}}', r"a\.json: no entity of Wikidata in it\na\.json:1: 'id' should be text"),
    ],
)
def test_what_is_not_of_this_form(content: bytes, message: str, tmp_path: Path) -> None:
    (path := tmp_path / "a.json").write_bytes(content)
    for log in (None, Log(skip_bad=True)):
        with pytest.raises(UserError, match=message) as caught:
            list(wikidata.read(path, log=log))
        assert "Special:EntityData" in caught.value.hint


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ranks": "bset"}, "unknown ranks 'bset'"),
        ({"relations": ("P31", "Q5")}, "'Q5' in the option relations is no property"),
        ({"language": " ,"}, "the option language is empty"),
    ],
)
def test_wrong_options(options: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"a\.json: " + message) as caught:
        list(wikidata.read(write(tmp_path / "a.json", item()), **options))
    assert caught.value.hint


def test_lines_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wikidata, "LONGEST", 1000)
    path = tmp_path / "a.jsonl"
    path.write_text(
        json.dumps(item("Q1")) + "\n" + json.dumps(item("Q2", long="x" * 5000)) + "\n" + json.dumps(item("Q3")) + "\n"
    )
    found, log = read(path)
    assert [(t.subject, t.position) for t in found] == [(ENTITY + "Q1", 1), (ENTITY + "Q3", 3)]
    assert log.faults == ["a.jsonl:2: a line of more than 0 MiB, which no entity has"]
    for text in (json.dumps(item("Q2", long="x" * 5000)), json.dumps(item("Q2", long=["x"] * 500), indent=1), "{" * 3000):
        path.write_text(text)
        with pytest.raises(UserError, match="one JSON value of more than 0 MiB") as caught:
            list(wikidata.read(path))
        assert caught.value.hint == "give an entity a line"


# mutations: nothing but a UserError, or triples that can be stored


def check(path: Path) -> None:
    found: list[Triple] = []
    message = path.name
    try:
        found = list(wikidata.read(path, log=Log(skip_bad=True)))
    except UserError as e:
        message = e.message
    assert message.startswith(path.name)
    for t in found:
        terms = [t.object, *(term for _, term in t.qualifiers)]
        assert t.position > 0
        assert all("\0" not in text and text.encode() for text in (t.subject, t.predicate, *(key for key, _ in t.qualifiers)))
        for term in terms:
            assert bool(term.value.encode()) == (term.kind in ("iri", "literal")) or (term.kind, t.predicate) in TEXTS
            assert canonical(term.value, term.datatype, term.language)[3]


TEXTS = {("literal", p) for p in (v.LABEL, v.DESCRIPTION, v.ALT_LABEL)}
WHOLE = item(
    "Q1",
    descriptions={"en": {"language": "en", "value": "d"}},
    aliases={"en": [{"language": "en", "value": "a"}]},
    claims={
        "P31": [claim(snak("wikibase-entityid", {"entity-type": "item", "id": "Q5"}))],
        "P1": [
            claim(snak("time", moment(f"+1952-03-11T00:00:0{p % 10}Z", p)), qualifiers={"P2": [snak("string", "x")]})
            for p in range(15)
        ],
        "P3": [claim(snak("quantity", {"amount": "+1", "unit": "1", "upperBound": "+2", "lowerBound": "+0"}), "preferred")],
        "P4": [claim(snak("globecoordinate", {"latitude": 1.5, "longitude": 2, "globe": ENTITY + "Q3"}))],
        "P5": [claim(snak("monolingualtext", {"text": "t", "language": "en"})), claim({"snaktype": "novalue"})],
        "P6": [claim(snak("string", "http://a.b", datatype="url"))],
    },
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=5)
    | st.sampled_from(["Q1", "P5", "time"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def holders(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a piece of JSON, as (what holds it, its key or index)."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [(value, k) for k in keys] + [place for k in keys for place in holders(value[k])]


@settings(max_examples=300)
@given(number=st.integers(0), value=JSON, indent=st.sampled_from([None, 1]))
def test_any_part_replaced(number: int, value: Any, indent: int | None, tmp_path_factory: pytest.TempPathFactory) -> None:
    entity = json.loads(json.dumps(WHOLE))
    places = holders(entity)
    holder, key = places[number % len(places)]
    holder[key] = value
    (path := tmp_path_factory.getbasetemp() / "mutated.json").write_text(
        json.dumps([entity, {**entity, "id": "P9"}], indent=indent)
    )
    check(path)


@settings(max_examples=200)
@given(content=st.binary(max_size=60) | st.text('[]{}":, \n\\Q1ides', max_size=60).map(str.encode))
def test_any_bytes(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    (path := tmp_path_factory.getbasetemp() / "any.json").write_bytes(content)
    check(path)
    wikidata.looks(content)
