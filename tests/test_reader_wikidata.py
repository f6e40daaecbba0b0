"""Wikidata's JSON: compared with its own Turtle of the same entities, with plain counts, and against mutations."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

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
