"""Quantities in different units: conversions are exact, comparisons say them, and what is unknown is left alone."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus import registry
from kg2corpus.checks.documents import claims, common_words, read, strays, wording_words
from kg2corpus.columns import UNIT, table_of
from kg2corpus.faithful import reader
from kg2corpus.graph import Graph
from kg2corpus.lexicon import Lexicon, resolve
from kg2corpus.lexicon.amounts import compared
from kg2corpus.lexicon.measures import TABLE, common_unit, converted, exactly, in_base, measure_of, measures
from kg2corpus.types import FORMS, Fact, Subgraph
from kg2corpus.verbalizers._forms_reason import sayable
from kg2corpus.verbalizers._reason import conversions
from kg2corpus.verbalizers.template import tell
from tests.graphs import make_graph

NUMBER = "http://www.w3.org/2001/XMLSchema#decimal"
UNITS = sorted(measures())


@pytest.mark.parametrize(
    ("figure", "unit", "into", "is_"),
    [
        ("3", "km", "m", "3000"), ("3", "Q828224", "Q11573", "3000"), ("1", "mile", "m", "1609.344"), ("1", "mi", "ft", "5280"),
        ("1", "kg", "g", "1000"), ("1", "lb", "g", "453.59237"), ("16", "ounce", "pound", "1"), ("100", "°C", "°F", "212"),
        ("-40", "degree Celsius", "degree Fahrenheit", "-40"), ("0", "kelvin", "°C", "-273.15"), ("90", "min", "h", "1.5"),
        ("2", "day", "second", "172800"), ("4", "year", "day", "1461"), ("1", "square mile", "acre", "640"),
        ("36", "km/h", "m/s", "10"), ("1", "knot", "km/h", "1.852"), ("1", "Å", "nm", "0.1"), ("5", "metres", "cm", "500"),
    ],
)  # fmt: skip
def test_known_conversions(figure: str, unit: str, into: str, is_: str) -> None:
    assert exactly(converted(Fraction(figure), unit, into)) == Decimal(is_)


def test_the_table_is_sound() -> None:
    table = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    nouns = [noun for units in table.values() for noun in units]
    names = [name.strip() for units in table.values() for line in units.values() for name in line.split("|")[1:]]
    assert len(names) == len(set(names)), "no name stands for two units"
    assert set(names).isdisjoint(nouns)
    for units in table.values():
        first = measure_of(next(iter(units)))
        assert first == (first and (first.dimension, first.unit, 1, 0))
    assert all(measure.amount > 0 for measure in measures().values())


@given(figure=st.fractions(), pair=st.tuples(st.sampled_from(UNITS), st.sampled_from(UNITS)))
def test_there_and_back(figure: Fraction, pair: tuple[str, str]) -> None:
    one, other = pair
    there = converted(figure, one, other)
    same = measures()[one].dimension == measures()[other].dimension
    assert (there is not None) == same
    if there is not None:
        assert converted(there, other, one) == figure
        assert in_base(figure, one) == in_base(there, other)


@given(figure=st.fractions())
def test_what_is_said_is_all_of_it(figure: Fraction) -> None:
    said = exactly(figure)
    assert said is None or Fraction(said) == figure


def test_one_unit_for_all() -> None:
    assert common_unit([(Decimal(3), "km"), (Decimal(2500), "m")]) == "m"
    assert common_unit([(Decimal(300), "K"), (Decimal(20), "°F")]) == "°F", "the other way the figure has no end"
    assert common_unit([(Decimal(7), "week"), (Decimal(2), "year")]) == "day", "neither in the other"
    assert common_unit([(Decimal(7), "furlong"), (Decimal(2), "km")]) is None


@pytest.fixture(scope="module")
def graph() -> Graph:
    """Rivers whose lengths stand in three units, and in one that nobody knows."""
    figures = {"Ashe": ("3", "kilometre"), "Bourne": ("2500", "m"), "Calder": ("2", "mile"), "Dene": ("9", "league of old")}
    facts = [(f"river:{name}", "length", (figure, NUMBER)) for name, (figure, _) in figures.items()]
    made = make_graph(facts, types={f"river:{name}": "river" for name in figures})
    rows = [(row, figures[made.fact(uid).subject.label][1]) for row, uid in enumerate(made.columns.facts["uid"].to_pylist())]
    return Graph(replace(made.columns, units=table_of(rows, UNIT)))


@pytest.fixture(scope="module")
def lexicon(graph: Graph) -> Lexicon:
    return resolve(graph)


def picked(graph: Graph, lesson: str) -> list[Subgraph]:
    pick = registry.find("lessons", lesson).pick
    return [s for uid in graph.anchors() for seed in range(8) for s in pick(graph, graph.node(uid), Random(seed))]


def fact_of(graph: Graph, name: str) -> Fact:
    (fact,) = graph.out(graph.find(name)[0].uid)
    return fact


def test_figures_in_two_units_are_compared_and_unknown_ones_are_not(graph: Graph) -> None:
    ashe, bourne, calder, dene = (fact_of(graph, name) for name in ("Ashe", "Bourne", "Calder", "Dene"))
    assert (compared(ashe, bourne), compared(bourne, ashe), compared(calder, ashe)) == (1, -1, 1)
    assert {compared(dene, other) for other in (ashe, bourne, calder)} == {0}
    assert compared(dene, replace(dene, object=replace(dene.object, label="8"))) == 1, "a unit is comparable with itself"


@pytest.mark.parametrize("lesson", ["comparisons", "superlatives"])
def test_lessons_compare_over_units_and_say_the_conversion(lesson: str, graph: Graph, lexicon: Lexicon) -> None:
    found, longest = picked(graph, lesson), ["Calder", "Ashe", "Bourne"]
    assert found
    assert "Dene" not in {fact.subject.label for subgraph in found for fact in subgraph.facts}
    seen, common, plain = reader(graph, lexicon), common_words(graph, lexicon), wording_words(lexicon)
    for subgraph in found:
        assert sayable(lexicon, subgraph.form, subgraph.facts)
        (document,) = tell([subgraph], lexicon, stage="s", lesson=lesson, level=4)
        names = [fact.subject.label for fact in subgraph.facts]
        assert names[0] in (min(names, key=longest.index), max(names, key=longest.index))
        said = conversions(lexicon, subgraph.facts)
        assert said, "no two of these rivers have one unit"
        looked_at = read(document, graph, seen, plain)
        assert claims(looked_at, lexicon) == []
        assert strays(looked_at, common, lexicon) == [], document.text
        if FORMS[subgraph.form].exposes == "stated":
            assert all(text in document.text for text in said.values()), document.text
            assert strays(looked_at, common), "without the conversion its figures belong to no fact"
            wrong = replace(document, text=document.text.replace(next(iter(said.values())), "77 metres"))
            assert strays(read(wrong, graph, seen, plain), common, lexicon)


def test_one_of_them_read_aloud(graph: Graph, lexicon: Lexicon) -> None:
    pair = Subgraph(0, (fact_of(graph, "Ashe"), fact_of(graph, "Bourne")), "comparison")
    (document,) = tell([pair], lexicon, stage="s", lesson="comparisons", level=4)
    assert re.search(r"3 kilometres (is the same as|equals) 3,000 m\. ", document.text)
    assert "3,000 m is more than 2,500 m." in document.text or "3,000 m is the larger." in document.text
