"""Wikidata's JSON: compared with its own Turtle of the same entities, with plain counts, and against mutations."""

from __future__ import annotations

import gzip
import json
import lzma
import random
import tarfile
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg2corpus.errors import UserError
from kg2corpus.readers import _vocabulary as v
from kg2corpus.readers import wikidata
from kg2corpus.readers._common import Log
from kg2corpus.readers._wikidata import Faulty, snak_value
from kg2corpus.store.canonical import canonical
from kg2corpus.types import Term, Triple

ENTITY, DIRECT = "http://www.wikidata.org/entity/", "http://www.wikidata.org/prop/direct/"
PROP, ONTOLOGY = "http://www.wikidata.org/prop/", "http://wikiba.se/ontology#"
COMMONS = "http://commons.wikimedia.org/wiki/Special:FilePath/"
JULIAN, GREGORIAN = ENTITY + "Q1985786", ENTITY + "Q1985727"


def item(id: str = "Q1", **parts: Any) -> dict[str, Any]:
    return {"type": "item", "id": id, "labels": {"en": {"language": "en", "value": f"item {id}"}}, **parts}


def snak(type: str, value: Any, **parts: Any) -> dict[str, Any]:
    return {"snaktype": "value", "property": "P1", "datavalue": {"type": type, "value": value}, **parts}


def claim(main: dict[str, Any], rank: str = "normal", **parts: Any) -> dict[str, Any]:
    return {"mainsnak": main, "type": "statement", "rank": rank, **parts}


def moment(time: str, precision: int, calendar: str = GREGORIAN) -> dict[str, Any]:
    return {"time": time, "timezone": 0, "before": 0, "after": 0, "precision": precision, "calendarmodel": calendar}


def write(path: Path, *entities: Any) -> Path:
    path.write_text("".join(json.dumps(e) + "\n" for e in entities))
    return path


def read(path: Path, **options: Any) -> tuple[list[Triple], Log]:
    log = Log(skip_bad=True)
    return list(wikidata.read(path, log=log, **options)), log


# values


@pytest.mark.parametrize(
    ("time", "precision", "value", "datatype"),
    [
        ("+1952-03-11T00:00:00Z", 11, "1952-03-11", "date"),
        ("+1952-03-00T00:00:00Z", 10, "1952-03", "gYearMonth"),
        ("+1952-03-11T00:00:00Z", 10, "1952-03", "gYearMonth"),
        ("+1952-00-00T00:00:00Z", 9, "1952", "gYear"),
        ("+1952-00-00T00:00:00Z", 11, "1952", "gYear"),
        ("+1952-03-00T00:00:00Z", 11, "1952-03", "gYearMonth"),
        ("+00000000476-09-04T00:00:00Z", 11, "0476-09-04", "date"),
        ("-0001-00-00T00:00:00Z", 9, "0000", "gYear"),
        ("-0044-03-15T00:00:00Z", 11, "-0043-03-15", "date"),
        ("-0005-02-29T00:00:00Z", 11, "-0004-02-29", "date"),
        ("+2012-02-29T13:05:00Z", 13, "2012-02-29T13:05:00Z", "dateTime"),
        ("+1957-00-00T00:00:00Z", 8, "the 1950s", ""),
        ("-0050-00-00T00:00:00Z", 8, "the 50s BC", ""),
        ("+1501-00-00T00:00:00Z", 7, "the 16th century", ""),
        ("+1600-00-00T00:00:00Z", 7, "the 16th century", ""),
        ("+2001-00-00T00:00:00Z", 7, "the 21st century", ""),
        ("+1100-00-00T00:00:00Z", 7, "the 11th century", ""),
        ("-0350-00-00T00:00:00Z", 7, "the 4th century BC", ""),
        ("-0201-00-00T00:00:00Z", 7, "the 3rd century BC", ""),
        ("-1500-00-00T00:00:00Z", 6, "the 2nd millennium BC", ""),
        ("+2000-00-00T00:00:00Z", 6, "the 2nd millennium", ""),
        ("-29000-00-00T00:00:00Z", 5, "about 30,000 BC", ""),
        ("-0200-00-00T00:00:00Z", 4, "about 200 BC", ""),
        ("-13798000000-00-00T00:00:00Z", 3, "about 13,798 million years BC", ""),
        ("-13700000000-00-00T00:00:00Z", 1, "about 13,700 million years BC", ""),
        ("-16000000000-00-00T00:00:00Z", 0, "about 16 billion years BC", ""),
    ],
)
def test_times(time: str, precision: int, value: str, datatype: str) -> None:
    term, about = snak_value(snak("time", moment(time, precision)))
    assert term == Term("literal", value, v.XSD + datatype if datatype else "")
    exact = Term("literal", str(precision), v.XSD + "integer")
    assert about == (() if precision > 8 else ((ONTOLOGY + "timePrecision", exact),))
    assert canonical(term.value, term.datatype, "")[3]


def test_julian_dates_stay_as_they_are() -> None:
    julian = (ONTOLOGY + "timeCalendarModel", Term("iri", JULIAN))
    newton, about = snak_value(snak("time", moment("+1642-12-25T00:00:00Z", 11, JULIAN)))
    assert (newton.value, about) == ("1642-12-25", (julian,))
    leap, about = snak_value(snak("time", moment("+1900-02-29T00:00:00Z", 11, JULIAN)))
    assert (leap, about) == (Term("literal", "29 February 1900"), (julian,))
    leap, _ = snak_value(snak("time", moment("-0101-02-29T00:00:00Z", 11, JULIAN)))
    assert leap.value == "29 February 101 BC"


@pytest.mark.parametrize(
    ("value", "expected", "about"),
    [
        (snak("quantity", {"amount": "-0.50", "unit": "1"}), Term("literal", "-0.50", v.XSD + "decimal"), {}),
        (
            snak("quantity", {"amount": "+2", "unit": ENTITY + "Q11573", "lowerBound": "+1", "upperBound": "+3"}),
            Term("literal", "2", v.XSD + "decimal"),
            {"quantityUnit": ENTITY + "Q11573", "quantityLowerBound": "1", "quantityUpperBound": "3"},
        ),
        (
            snak("globecoordinate", {"latitude": -0.00002, "longitude": 5, "globe": ENTITY + "Q2"}),
            Term("literal", "Point(5 -0.00002)", "http://www.opengis.net/ont/geosparql#wktLiteral"),
            {},
        ),
        (
            snak("globecoordinate", {"latitude": 1.5, "longitude": 270.0, "globe": ENTITY + "Q405"}),
            Term("literal", "Point(270 1.5)", "http://www.opengis.net/ont/geosparql#wktLiteral"),
            {"geoGlobe": ENTITY + "Q405"},
        ),
        (snak("monolingualtext", {"text": "Wien", "language": "de"}), Term("literal", "Wien", "", "de"), {}),
        (snak("string", "A.jpg", datatype="commonsMedia"), Term("literal", "A.jpg"), {}),
        (snak("string", "113230702", datatype="external-id"), Term("literal", "113230702"), {}),
        (snak("string", " http://a.b/ ", datatype="url"), Term("literal", "http://a.b/", v.XSD + "anyURI"), {}),
        (snak("wikibase-entityid", {"entity-type": "property", "numeric-id": 31}), Term("iri", ENTITY + "P31"), {}),
        ({"snaktype": "novalue"}, Term("novalue", ""), {}),
        ({"snaktype": "somevalue"}, Term("somevalue", ""), {}),
    ],
)
def test_values(value: dict[str, Any], expected: Term, about: dict[str, str]) -> None:
    term, said = snak_value(value)
    assert term == expected
    assert {key.removeprefix(ONTOLOGY): t.value for key, t in said} == about


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (["a"], "expected a snak, found a list"),
        ({"snaktype": "none"}, "'snaktype' should be value, novalue or somevalue, found 'none'"),
        ({"snaktype": "value"}, "'datavalue' should be an object, found nothing"),
        (snak("string", 7), "'value' should be text, found 7"),
        (snak("string", "\ud800"), "half a surrogate pair"),
        (snak("string", "a\0b"), "NUL"),
        (snak("edtf", "1984?"), "a value of the type 'edtf', which is not known"),
        (snak("wikibase-entityid", {"id": "https://x"}), "'id' should be one like Q42 or P31, found 'https://x'"),
        (snak("quantity", {"amount": "many", "unit": "1"}), r"'amount' should be a number such as \+19.5, found 'many'"),
        (snak("quantity", {"amount": "+1", "unit": "metre"}), "'unit' should be an IRI, found 'metre'"),
        (snak("time", moment("1952", 9)), r"'time' should be one like \+1952-03-11T00:00:00Z, found '1952'"),
        (snak("time", moment("+1952-00-00T00:00:00Z", 99)), "'precision' of a time should be from 0 to 14, found 99"),
        (snak("globecoordinate", {"latitude": 10**400, "longitude": 1}), "'latitude' should be a number of degrees"),
        (snak("globecoordinate", {"latitude": float("nan"), "longitude": 1}), "number of degrees, found nan"),
        (snak("globecoordinate", {"latitude": 1, "longitude": True}), "number of degrees, found true"),
    ],
)
def test_faulty_values(value: Any, message: str) -> None:
    with pytest.raises(Faulty, match=message):
        snak_value(value)


# entities, options, notes


def test_names_follow_the_chain_of_languages(tmp_path: Path) -> None:
    named = {
        "labels": {"mul": {"language": "mul", "value": "Wien"}, "de": {"language": "de", "value": "Wien (de)"}},
        "descriptions": {"de": {"language": "de", "value": "Stadt"}, "fr": {"language": "fr", "value": "ville"}},
        "aliases": {c: [{"language": c, "value": f"{c}{i}"} for i in range(2)] for c in ("fr", "en", "de")},
    }
    path = write(tmp_path / "a.jsonl", item("Q1741", **named), item("Q2", labels={}), item("Q3"))

    def names(**options: str) -> tuple[list[tuple[str, str, str]], Counter[str]]:
        found, log = read(path, **options)
        return [(t.predicate.split("/")[-1].split("#")[-1], t.object.value, t.object.language) for t in found], log.notes

    item_3 = ("label", "item Q3", "en")
    assert names(language="en,mul,de") == (
        [
            *(("label", "Wien", "mul"), ("description", "Stadt", "de")),
            *(("altLabel", a, a[:2]) for a in ("en0", "en1", "de0", "de1")),
            item_3,
        ],
        {"label of an entity that has none in en, mul, de": 1},
    )
    found, _ = names()
    assert found == [("label", "Wien", "mul"), ("altLabel", "en0", "en"), ("altLabel", "en1", "en"), item_3]
    assert names(language="en")[1] == {"label of an entity that has none in en": 2}


def test_ranks_relations_and_what_is_left_aside(tmp_path: Path) -> None:
    wien, graz = ({"entity-type": "item", "id": id} for id in ("Q1741", "Q13298"))
    claims = {
        "P31": [claim(snak("wikibase-entityid", wien)), claim(snak("wikibase-entityid", graz), "deprecated")],
        "P279": [claim(snak("wikibase-entityid", wien)), claim({"snaktype": "novalue"})],
        "P2": [
            claim(snak("string", "n")),
            claim(snak("string", "p"), "preferred"),
            claim(snak("string", "q"), "preferred"),
            claim(snak("string", "d"), "deprecated"),
        ],
        "P3": [claim(snak("string", "d"), "deprecated"), claim(snak("string", "<m/>", datatype="math"))],
        "P4": [claim(snak("wikibase-entityid", {"entity-type": "sense", "id": "L7-S1"}))],
        "P5": [claim(snak("time", moment("+0000-00-00T00:00:00Z", 9))), claim(snak("string", " "))],
    }
    path = write(tmp_path / "a.jsonl", item(claims=claims), {"type": "lexeme", "id": "L7"}, {"id": "Q8", "redirect": "Q1"})

    def said(**options: Any) -> tuple[list[tuple[str, str, str]], dict[str, int]]:
        found, log = read(path, **options)
        assert not log.faults
        assert found.pop(0).predicate == v.LABEL
        return [(t.predicate.split("/")[-1].split("#")[-1], t.object.value, t.rank) for t in found], dict(log.notes)

    best = [
        ("type", ENTITY + "Q1741", "normal"),
        ("subClassOf", ENTITY + "Q1741", "normal"),
        ("subClassOf", "", "normal"),
        ("P2", "p", "preferred"),
        ("P2", "q", "preferred"),
    ]
    aside = {
        "value that is a formula": 1,
        "value that is a lexeme, form or sense": 1,
        "value that is a time of no calendar (year 0, 30 February)": 1,
        "empty value": 1,
        "entity that is a lexeme, form or sense": 1,
        "redirect, the former id of an entity": 1,
    }
    ranked = {"statement of deprecated rank": 3, "statement of normal rank beside a preferred one": 1}
    assert said() == (best, aside | ranked)
    found, notes = said(ranks="all")
    assert (Counter(found) - Counter(best), notes) == (
        Counter(
            [("P31", ENTITY + "Q13298", "deprecated"), ("P2", "n", "normal"), *((p, "d", "deprecated") for p in ("P2", "P3"))]
        ),
        aside,
    )
    found, notes = said(relations=("P2", "P31"))
    assert found == [best[0], *best[3:]]
    assert notes["statement of another relation than those asked for"] == 7
    assert said(relations="P2,P31") == (found, notes)


def test_qualifiers_stay_with_their_statement(tmp_path: Path) -> None:
    qualifiers = {
        "P580": [snak("time", moment("+1500-00-00T00:00:00Z", 7))],
        "P582": [{"snaktype": "somevalue"}, {"snaktype": "novalue"}],
        "P7": [snak("string", "x", datatype="math"), snak("string", "y")],
    }
    metre = {"amount": "+3", "unit": ENTITY + "Q11573"}
    (found,), log = read(
        write(tmp_path / "a.json", item(labels={}, claims={"P1": [claim(snak("quantity", metre), qualifiers=qualifiers)]}))
    )
    assert found.qualifiers == (
        (ONTOLOGY + "quantityUnit", Term("iri", ENTITY + "Q11573")),
        (DIRECT + "P580", Term("literal", "the 15th century")),
        (DIRECT + "P582", Term("somevalue", "")),
        (DIRECT + "P582", Term("novalue", "")),
        (DIRECT + "P7", Term("literal", "y")),
    )
    del log.notes["label of an entity that has none in en, mul"]
    assert log.notes == {
        "unit, bounds, precision, calendar or globe of a qualifier's value": 1,
        "qualifier: value that is a formula": 1,
    }


def test_property_names_both_keys(tmp_path: Path) -> None:
    claims = {"P31": [claim({"snaktype": "novalue"}), claim({"snaktype": "somevalue"})]}
    found, log = read(write(tmp_path / "a.jsonl", item("P69", type="property", claims=claims)))
    assert log.notes == {"statement about a property, of which only the names are read": 2}
    assert [(t.subject, t.predicate, t.object.value) for t in found] == [
        (key, predicate, value)
        for key in (ENTITY + "P69", DIRECT + "P69")
        for predicate, value in ((v.TYPE, v.PROPERTY), (v.LABEL, "item P69"))
    ]


def test_redirects(tmp_path: Path) -> None:
    found, log = read(write(tmp_path / "a.json", {"entities": {"Q99": item("Q1"), "Q2": item("Q2")}}))
    assert [t.subject for t in found] == [ENTITY + "Q1", ENTITY + "Q2"]
    assert log.notes == {"redirect, the former id of an entity": 1}


# forms of a file


def forms(entities: list[dict[str, Any]]) -> dict[str, str]:
    lines = [json.dumps(e) for e in entities]
    whole = {"entities": {e["id"]: e for e in entities}}
    return {
        "dump": "[\n" + ",\n".join(lines) + "\n]\n",
        "dump, brackets on the lines of entities": "[" + ",\n".join(lines) + "]",
        "lines": "\ufeff" + "\r\n".join(lines),
        "lines of the API": "".join(json.dumps({"entities": {e["id"]: e}}) + "\n\n" for e in entities),
        "Special:EntityData": json.dumps(whole),
        "printed": json.dumps(whole, indent=2),
        "printed array": json.dumps(entities, indent=0),
        "array in a line": json.dumps(entities),
    }


@pytest.mark.parametrize("form", forms([item()]))
def test_forms(form: str, tmp_path: Path) -> None:
    entities = [item(f"Q{i}", claims={"P1": [claim(snak("string", f"v{i}"))]}) for i in range(1, 4)]
    (path := tmp_path / "a.json").write_text(forms(entities)[form])
    assert wikidata.looks(path.read_bytes())
    found = list(wikidata.read(path))
    assert [t.object.value for t in found] == [x for i in range(1, 4) for x in (f"item Q{i}", f"v{i}")]
    first, step = {"dump": (2, 1), "lines of the API": (1, 2)}.get(form, (1, 1))
    line = form.startswith(("dump", "lines"))
    assert [t.position for t in found] == ([first + step * (i // 2) for i in range(6)] if line else [1, 2, 3, 4, 5, 6])
    (packed := tmp_path / "a.json.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert list(wikidata.read(packed)) == found


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"{}",
        b"[]",
        b'[{"name": {"common": "Aruba"}}]',
        b'{"id": "Q1", "name": "x"}',
        b'"type":"item","id":"Q1"',
        b"\xff\xfe{",
    ],
)
def test_what_does_not_look_like_it(head: bytes) -> None:
    assert not wikidata.looks(head)


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


# real entities


@pytest.fixture(scope="module")
def fixtures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from .conftest import data_folder

    folder, data = tmp_path_factory.mktemp("wikidata"), data_folder()
    assert data is not None
    packed = lzma.decompress((data / "formats" / "wikidata-fixtures.tar.xz").read_bytes())
    with tarfile.open(fileobj=BytesIO(packed)) as tar:
        tar.extractall(folder, filter="data")
    return folder


def whole_entities(folder: Path) -> dict[str, dict[str, Any]]:
    files = [json.loads(p.read_bytes()) for p in sorted((folder / "json" / "entities").rglob("*.json"))]
    return {e["id"]: e for d in files for e in (d["entities"].values() if "entities" in d else [d])}


@pytest.mark.data
def test_mutated_real_files(fixtures: Path, tmp_path: Path) -> None:
    rng = random.Random(7)
    folder = fixtures / "json" / "entities"
    for name in ("Q4", "Q6", "Q8", "Q17633526", "P3111".replace("P", "properties/P")):
        content = (folder / f"{name}.json").read_bytes()
        for _ in range(25):
            mutated = bytearray(content)
            for _ in range(rng.choice((1, 5, 50))):
                at = rng.randrange(len(mutated))
                mutated[at : at + rng.choice((0, 1, 1, 9))] = rng.choice(
                    (b"", b"\xff", b"{", b'"', b"9", b"]", b"\\ud800", b"\n")
                )
            path = tmp_path / "mutated.json"
            path.write_bytes(mutated[: rng.choice((len(mutated), rng.randrange(1, len(mutated))))])
            check(path)


@pytest.mark.data
@pytest.mark.parametrize("ranks", ["best", "all"])
def test_counts_of_real_entities(ranks: str, fixtures: Path, tmp_path: Path) -> None:
    """A dump of all fixtures gives as many statements and names as a plain count finds."""
    entities = whole_entities(fixtures)
    expected: Counter[str] = Counter()
    for entity in entities.values():
        if entity["id"][0] == "L":
            continue
        for field in ("labels", "descriptions"):
            expected[field] += 1 if {"en", "mul"} & set(entity.get(field) or {}) else 0
        expected["aliases"] += sum(len((entity.get("aliases") or {}).get(code, [])) for code in ("en", "mul"))
        if entity["id"][0] == "P":
            expected["about properties"] += sum(map(len, entity["claims"].values()))
            continue
        for statements in (entity.get("claims") or {}).values():
            kinds = [s["rank"] for s in statements]
            for s in statements:
                wanted = ranks == "all" or s["rank"] == ("preferred" if "preferred" in kinds else "normal")
                if (
                    wanted
                    and s["mainsnak"].get("datatype") not in ("geo-shape", "wikibase-lexeme")
                    and "Dates-8" not in s["id"]
                ):
                    expected["statements"] += 1
                    expected["qualifiers"] += sum(
                        q.get("datatype") not in ("wikibase-lexeme", "wikibase-form", "wikibase-sense")
                        for qs in s.get("qualifiers", {}).values()
                        for q in qs
                    )
    assert expected["statements"] > 1100
    path = tmp_path / "dump.json"
    path.write_text("[\n" + ",\n".join(map(json.dumps, entities.values())) + "\n]\n")
    found, log = read(path, ranks=ranks)
    assert not log.faults
    assert {t.position for t in found} <= set(range(2, len(entities) + 2))
    found = [t for t in found if not t.subject.startswith(DIRECT)]
    counts = Counter(t.predicate for t in found if t.object.value != v.PROPERTY and t.subject != ENTITY + "Q8")
    assert counts.pop(v.LABEL) == expected["labels"]
    assert counts.pop(v.DESCRIPTION) == expected["descriptions"]
    assert counts.pop(v.ALT_LABEL) == expected["aliases"]
    assert counts.total() == expected["statements"]
    assert sum(key.startswith(DIRECT) for t in found for key, _ in t.qualifiers) == expected["qualifiers"]
    assert log.notes["statement about a property, of which only the names are read"] == expected["about properties"] > 200
    assert log.notes["entity that is a lexeme, form or sense"] == 3


def gregorian(julian: str) -> str:
    """The Gregorian date of a Julian one, after 300: the Julian calendar is some days late, one more in most centuries."""
    year, month, day = map(int, julian.split("-"))
    century = (year if month > 2 else year - 1) // 100
    return str(date(year, month, day) + timedelta(days=century - century // 4 - 2))


def plain(term: Term) -> tuple[str, ...]:
    """A term of the reader as Wikidata's Turtle has it, where both are meant to agree."""
    value, kind = term.value, term.datatype.removeprefix(v.XSD)
    if kind in ("date", "gYear", "gYearMonth"):
        value += {"date": "", "gYear": "-01-01", "gYearMonth": "-01"}[kind]
        return "time", value + "T00:00:00Z"
    if kind == "decimal":
        return "number", str(Decimal(value).normalize())
    if value in COARSE:
        return "time", COARSE[value]
    if term.kind == "iri" or kind == "anyURI":
        return "iri", value
    return term.kind, value, term.language.lower()


COARSE = {
    "about 13,798 million years BC": "-13798000000-01-01T00:00:00Z",
    "about 13,700 million years BC": "-13700000000-01-01T00:00:00Z",
    "about 11,400 million years BC": "-11400000000-01-01T00:00:00Z",
    "about 16 billion years BC": "-16000000000-01-01T00:00:00Z",
    "the 3rd century": "0300-01-01T00:00:00Z",
}


def turtle(term: ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple) -> tuple[str, ...]:
    """The same of a term of the Turtle."""
    if isinstance(term, ox.BlankNode):
        return "somevalue", "", ""
    if isinstance(term, ox.NamedNode):
        return ("literal", term.value.removeprefix(COMMONS), "") if term.value.startswith(COMMONS) else ("iri", term.value)
    assert isinstance(term, ox.Literal)
    kind = term.datatype.value.removeprefix(v.XSD)
    if kind == "dateTime":
        return "time", term.value
    if kind == "decimal":
        return "number", str(Decimal(term.value).normalize())
    return "literal", term.value, (term.language or "").lower()


def snaks(entity: dict[str, Any]) -> list[dict[str, Any]]:
    """Every snak of an entity, those of qualifiers too."""
    statements = [s for group in entity["claims"].values() for s in group]
    return [s["mainsnak"] for s in statements] + [q for s in statements for qs in s.get("qualifiers", {}).values() for q in qs]


REAL = ("Q1", "Q42", "Q8413", "Q53713", "Q182397", "Q17633526", "Q17948861", "Q51605722", "Q120248304")


Said = tuple[str, tuple[str, ...]]  # relation and value


def best_in_turtle(path: Path, id: str) -> tuple[set[Said], set[str], Counter[tuple[str, frozenset[Said]]], Counter[Said]]:
    """What the Turtle says of best rank: facts, properties with no value, each statement's qualifiers, units of numbers."""
    graph = ox.Store()
    graph.load(path=str(path), format=ox.RdfFormat.TURTLE)
    subject, a, unit = ox.NamedNode(ENTITY + id), ox.NamedNode(v.TYPE), ox.NamedNode(ONTOLOGY + "quantityUnit")
    best = {q.subject for q in graph.quads_for_pattern(None, a, ox.NamedNode(ONTOLOGY + "BestRank"))}
    facts: set[Said] = set()
    none: set[str] = set()
    qualified: Counter[tuple[str, frozenset[Said]]] = Counter()
    units: Counter[Said] = Counter()
    for q in graph.quads_for_pattern(subject, None, None):
        kind, _, name = q.predicate.value.rpartition("/")
        if q.predicate == a and q.object.value.startswith(PROP + "novalue/"):
            none.add(DIRECT + q.object.value.rpartition("/")[2])
        elif kind + "/" == DIRECT:
            facts.add((DIRECT + name, turtle(q.object)))
        elif kind + "/" == PROP and q.object in best:
            said: set[Said] = set()
            for about in graph.quads_for_pattern(q.object, None, None):
                kind, _, key = about.predicate.value.removeprefix(PROP).rpartition("/")
                if kind == "qualifier" and not about.object.value.startswith(ENTITY + "L"):
                    said.add((DIRECT + key, turtle(about.object)))
                elif kind == "statement/value":
                    found = [u.object for u in graph.quads_for_pattern(about.object, unit, None)]
                    units.update((DIRECT + name, turtle(u)) for u in found if u.value != ENTITY + "Q199")  # no unit
            qualified[DIRECT + name, frozenset(said)] += 1
    return facts, none, qualified, units


@pytest.mark.data
@pytest.mark.parametrize("id", REAL)
def test_the_same_as_the_turtle(id: str, fixtures: Path) -> None:
    """Best statements, qualifiers and units are those of the Turtle that Wikidata made of the same revision.

    Two documented differences: media files are IRIs there, and dates of the Julian calendar are converted there.
    """
    path = fixtures / "json" / "entities" / f"{id}.json"
    facts, none, qualified, units = best_in_turtle(fixtures / "rdf" / "ttl" / f"{id}.ttl", id)
    values = [s for s in snaks(json.loads(path.read_bytes())["entities"][id]) if s["snaktype"] == "value"]
    files = {s["datavalue"]["value"] for s in values if s["datatype"] == "commonsMedia"}
    times = [s["datavalue"]["value"] for s in values if s["datatype"] == "time"]
    julian = {t["time"][1:11] for t in times if t["calendarmodel"] == JULIAN and t["precision"] == 11}

    def here(term: Term, *, converted: bool) -> tuple[str, ...]:
        if term.value in files:
            return "literal", quote(term.value, safe=""), ""
        return plain(Term("literal", gregorian(term.value), term.datatype) if converted else term)

    def there(said: Said) -> Said:
        """A qualifier of the Turtle. One date may stand in both calendars, so both are compared as if it were Julian."""
        relation, (kind, value, *rest) = said
        known = kind == "time" and value[:10] in julian
        return relation, (kind, gregorian(value[:10]) + value[10:] if known else value, *rest)

    back = {v.TYPE: DIRECT + "P31", v.RDFS + "subClassOf": DIRECT + "P279"}
    mine = [(back.get(t.predicate, t.predicate), t.object, t.qualifiers) for t in wikidata.read(path)]
    mine = [one for one in mine if one[0].startswith(DIRECT)]
    marked = (ONTOLOGY + "timeCalendarModel", Term("iri", JULIAN))
    assert {(r, here(o, converted=marked in q and o.value in julian)) for r, o, q in mine if o.kind != "novalue"} == facts
    assert {r for r, o, _ in mine if o.kind == "novalue"} == none
    assert Counter((r, plain(term)) for r, _, q in mine for key, term in q if key == ONTOLOGY + "quantityUnit") == units
    kept: Counter[tuple[str, frozenset[Said]]] = Counter()
    for relation, _, about in mine:
        own = [(key, term) for key, term in about if key.startswith(DIRECT) and term.kind != "novalue"]  # a type in RDF
        kept[relation, frozenset((key, here(term, converted=term.value in julian)) for key, term in own)] += 1
    expected = Counter((relation, frozenset(map(there, said))) for relation, said in qualified.elements())
    assert (kept - expected, expected - kept) == (Counter(), Counter())
