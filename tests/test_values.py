"""Values as they are said: dates with the preposition that {on O} gives them, numbers, units, durations, points."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus import api
from kg2corpus.errors import UserError
from kg2corpus.lexicon import resolve
from kg2corpus.lexicon.dates import when
from kg2corpus.lexicon.values import ValueRule, figure, say_literal, texts
from kg2corpus.types import Node

from .graphs import make_graph

XSD = "http://www.w3.org/2001/XMLSchema#"

DATES = [
    ("1820-05-12", "date", "12 May 1820", "on 12 May 1820"),
    ("1820-05-12Z", "date", "12 May 1820", "on 12 May 1820"),
    ("1820-05", "gYearMonth", "May 1820", "in May 1820"),
    ("1820", "gYear", "1820", "in 1820"),
    ("0079", "gYear", "AD 79", "in AD 79"),
    ("-0043", "gYear", "44 BC", "in 44 BC"),
    ("0000", "gYear", "1 BC", "in 1 BC"),
    ("-0043-03-15", "date", "15 March 44 BC", "on 15 March 44 BC"),
    ("1969-07-20T20:17:00Z", "dateTime", "20:17 UTC on 20 July 1969", "at 20:17 UTC on 20 July 1969"),
    ("1969-07-20T20:17:40.5", "dateTime", "20:17:40.5 on 20 July 1969", "at 20:17:40.5 on 20 July 1969"),
    ("1969-07-20T00:00:00Z", "dateTime", "20 July 1969", "on 20 July 1969"),
    ("10:30:00", "time", "10:30", "at 10:30"),
    ("--05-12", "gMonthDay", "12 May", "on 12 May"),
    ("--05", "gMonth", "May", "in May"),
    ("---02", "gDay", "the 2nd of the month", "on the 2nd of the month"),
    ("12 May 1820", "", "12 May 1820", "on 12 May 1820"),
    ("May 12, 1820", "", "May 12, 1820", "on May 12, 1820"),
    ("1820-05-12", "", "12 May 1820", "on 12 May 1820"),
    ("May 1820", "", "May 1820", "in May 1820"),
    ("1820", "", "1820", "in 1820"),
    ("1820", "integer", "1820", "in 1820"),
    ("476", "gYear", "476", "in 476"),
    ("spring 1820", "", "spring 1820", "in spring 1820"),
    ("the 1820s", "", "the 1820s", "in the 1820s"),
    ("1820s", "", "1820s", "in the 1820s"),
    ("19th century", "", "19th century", "in the 19th century"),
    ("the 2nd millennium BC", "", "the 2nd millennium BC", "in the 2nd millennium BC"),
    ("late 19th century", "", "late 19th century", "in the late 19th century"),
    ("44 BC", "", "44 BC", "in 44 BC"),
    ("about 1820", "", "about 1820", "around 1820"),
    ("c. 1820", "", "c. 1820", "around 1820"),
    ("about 13,798 million years BC", "", "about 13,798 million years BC", "around 13,798 million years BC"),
    ("before 12 May 1820", "", "before 12 May 1820", "before 12 May 1820"),
    ("between 1815 and 1820", "", "between 1815 and 1820", "between 1815 and 1820"),
    ("12 May 1820 (Julian calendar)", "", "12 May 1820 (Julian calendar)", "on 12 May 1820 (Julian calendar)"),
    ("1820 (estimated)", "", "1820 (estimated)", "in 1820 (estimated)"),
]


@pytest.mark.parametrize(("text", "datatype", "said", "on"), DATES)
def test_a_date_is_said_by_its_precision(text: str, datatype: str, said: str, on: str) -> None:
    assert when(text, datatype) == (said, on)


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("Thimphu", ""),
        ("42", ""),
        ("42", "integer"),
        ("2999999", ""),
        ("1820-13-01", "date"),
        ("1820-02-30", "date"),
        ("1820.5", "decimal"),
        ("May", ""),
        ("1994-1996", ""),
        ("", ""),
        ("unknown", "date"),
        ("25:00:00", "time"),
    ],
)
def test_what_is_no_date_has_no_preposition(text: str, datatype: str) -> None:
    assert when(text, datatype) is None


BORN = """
relations:
  born:
    forward: ["{S} was born {on O}", "the date of birth of {S} is {O}"]
    inverse: ["{on O}, {S} was born"]
    inverse_questions: ["who was born {on O}?"]
    such: "who was born {on O}"
"""


def test_on_fills_dates_only_and_other_values_are_said_by_the_other_wordings(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(BORN)
    values = {"Ann": ("1820-05-12", XSD + "date"), "Bob": ("1820", XSD + "gYear"), "Cy": ("unknown", "")}
    graph = make_graph([(s, "born", v) for s, v in values.items()])
    lexicon = resolve(graph, [file])
    said = {
        f.subject.label: {lexicon.say((f,), "statement", i) for i in range(lexicon.wordings(f, "statement"))}
        for f in graph.facts()
    }
    assert said["Ann"] == {
        "Ann was born on 12 May 1820.",
        "The date of birth of Ann is 12 May 1820.",
        "On 12 May 1820, Ann was born.",
    }
    assert said["Bob"] == {"Bob was born in 1820.", "The date of birth of Bob is 1820.", "In 1820, Bob was born."}
    assert said["Cy"] == {"The date of birth of Cy is unknown."}
    asked = {f.subject.label: lexicon.wordings(f, "inverse_question") for f in graph.facts()}
    assert asked == {"Ann": 1, "Bob": 1, "Cy": 0}


def test_several_dates_share_their_preposition(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("relations: {held: {forward: ['{S} was held {on O}', '{S} has the {date|dates} {O}']}}")
    years = [("Games", "held", (y, XSD + "gYear")) for y in ("1896", "1900")]
    graph = make_graph([*years, ("Fair", "held", ("1896", XSD + "gYear")), ("Fair", "held", ("1900-05-01", XSD + "date"))])
    lexicon = resolve(graph, [file])
    by_year = sorted(graph.facts(), key=lambda f: f.object.label)
    groups = [[f for f in by_year if f.subject.label == name] for name in ("Games", "Fair")]
    said = {lexicon.say(group, "statement", i) for group in groups for i in range(2)}
    assert {"Games was held in 1896 and 1900.", "Fair was held in 1896 and on 1 May 1900."} <= said


def test_a_relation_said_with_on_alone_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("relations: {born: {forward: ['{S} was born {on O}']}}")
    with pytest.raises(UserError, match="every wording has"):
        resolve(make_graph([("Ann", "born", ("1820", ""))]), [file])


# numbers, units, durations, points


def literal(value: str, datatype: str = "") -> Node:
    return Node(1, value, value, literal=True, datatype=XSD + datatype if datatype else "")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("38394", "38,394"),
        ("285.0", "285"),
        ("2.50", "2.50"),
        ("-1234.5", "-1,234.5"),
        ("2e-05", "0.00002"),
        ("1.2e-9", "1.2 × 10^-9"),
        ("6.02214076e23", "6.02214076 × 10^23"),
        ("1e16", "10^16"),
        ("-1e16", "-10^16"),
        ("1e5", "100,000"),
        ("0", "0"),
        ("243.00000000000003", "243"),
        ("4.9999999999999996e-06", "0.000005"),
        ("0.11938330000000001", "0.1193833"),
        ("19.768000000000000682121026329696178436279296875", "19.768"),
        ("3.14159265358979323", "3.14159265358979323"),
        ("12345678901234567890", "12,345,678,901,234,567,890"),
        ("100000000000000000000", "10^20"),
        ("880000000000000000000000", "8.8 × 10^23"),
        ("-3.7", "-3.7"),
    ],
)
def test_numbers(value: str, said: str) -> None:
    assert say_literal(literal(value), ValueRule("number")) == said


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_a_number_can_be_read_back(value: Decimal) -> None:
    said = figure(value).replace(",", "")
    head, _, power = said.partition(" × 10^") if " × " in said else ("-1" if said[:1] == "-" else "1", "", said.split("^")[-1])
    back = Decimal(head).scaleb(int(power)) if "^" in said else Decimal(said)
    assert back == value or abs(back - value) <= abs(value) * Decimal("1e-14")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_is_read_back_as_itself_but_for_its_last_digits(value: float) -> None:
    said = say_literal(literal(repr(value)), ValueRule("number")).replace(",", "").replace(" × 10^", "e")
    back = float(said.replace("10^", "1e") if "^" in said else said)
    assert back == pytest.approx(value, rel=1e-14, abs=0)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        ("1", "http://www.wikidata.org/entity/Q11573", "1 metre"),
        ("1.88", "Q11573", "1.88 metres"),
        ("5", "Q573", "5 days"),
        ("5", "unit:KiloM-PER-HR", "5 kilometres per hour"),
        ("20", "Cel", "20 degrees Celsius"),
        ("20", "°C", "20 °C"),
        ("12.5", "%", "12.5%"),
        ("12.5", "Q11229", "12.5%"),
        ("5", "€", "€5"),
        ("-5", "$", "-$5"),
        ("1200", "USD", "1,200 US dollars"),
        ("3", "Q25224", "3 pounds sterling"),
        ("6", "foot", "6 feet"),
        ("6", "Square Kilometer", "6 square kilometers"),
        ("6", "km", "6 km"),
        ("6", "Swiss Franc", "6 Swiss Francs"),
        ("some", "Q11573", "some"),
    ],
)
def test_units_of_statements_and_relations(value: str, unit: str, said: str) -> None:
    assert say_literal(literal(value, "decimal"), ValueRule(), unit) == said
    assert say_literal(literal(value, "decimal"), ValueRule(unit=unit)) == said
    assert {said, value} <= set(texts(literal(value, "decimal"), ValueRule(), unit))


@pytest.mark.parametrize(
    ("value", "datatype", "said"),
    [
        ("P1Y2M", "duration", "1 year and 2 months"),
        ("PT90M", "dayTimeDuration", "90 minutes"),
        ("PT1H0M1.5S", "duration", "1 hour and 1.5 seconds"),
        ("P1Y2M3DT4H", "duration", "1 year, 2 months, 3 days and 4 hours"),
        ("P0D", "duration", "0 days"),
        ("-P1D", "duration", "-P1D"),
        ("P", "duration", "P"),
        ("Point(12.5 41.9)", "wktLiteral", "41.9° N, 12.5° E"),
        ("POINT (-0.1275 -51.507222)", "wktLiteral", "51.51° S, 0.13° W"),
        ("LINESTRING(1 2, 3 4)", "wktLiteral", "LINESTRING(1 2, 3 4)"),
        ("http://a.org/x", "anyURI", "http://a.org/x"),
        ("false", "boolean", "No"),
    ],
)
def test_durations_points_and_what_stays(value: str, datatype: str, said: str) -> None:
    assert say_literal(literal(value, datatype), ValueRule()) == said


def test_a_quantity_keeps_the_unit_that_its_statement_gives(tmp_path: Path) -> None:
    lines = [
        '{"subject": "Tom", "predicate": "height", "object": {"value": "1.88", "datatype": "decimal"}, '
        '"qualifiers": {"http://wikiba.se/ontology#quantityUnit": "http://www.wikidata.org/entity/Q11573"}}',
        '{"subject": "Ann", "predicate": "height", "object": {"value": "1.88", "datatype": "decimal"}}',
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    api.load([tmp_path / "a.jsonl"], str(tmp_path / "a.db"))
    graph = api.snapshot(str(tmp_path / "a.db"))
    lexicon = resolve(graph)
    assert {f.subject.label: lexicon.value(f) for f in graph.facts()} == {"Tom": "1.88 metres", "Ann": "1.88"}
    [tom] = [graph.fact(f.uid) for f in graph.facts() if f.subject.label == "Tom"]
    assert lexicon.value(tom) == "1.88 metres"
    assert {"1.88 metres", "1.88"} <= set(lexicon.accepted(tom.object, tom.relation, tom.unit))
