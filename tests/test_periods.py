"""When facts held: from qualifiers into store, snapshot and lessons."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from kg2corpus import api, registry
from kg2corpus.columns import content_fingerprint
from kg2corpus.graph import Graph
from kg2corpus.lexicon import resolve
from kg2corpus.lexicon.amounts import follows, moment
from kg2corpus.snapshot import take
from kg2corpus.types import Fact
from kg2corpus.verbalizers.template import tell
from tests.graphs import make_graph

MAYORS = [("town:Ulm", "mayor", "p:Ada"), ("town:Ulm", "mayor", "p:Eve"), ("town:Ro", "mayor", "p:Ada")]


def mayors(*periods: tuple[str, str]) -> list[Fact]:
    held = {fact: [period] for fact, period in zip(MAYORS, periods, strict=False)}
    graph = make_graph(MAYORS, types={"p:Ada": "person", "p:Eve": "person"}, periods=held)
    by_name = {(f.subject.label, f.object.label): f for f in graph.facts()}
    return [by_name["Ulm", "Ada"], by_name["Ulm", "Eve"]]


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        (("1990", "1995"), ("1998", "2000"), "after"),
        (("1990", "1999"), ("1998", ""), "together"),
        (("1990-01-01", "1995-06-30"), ("1995-06-30", "2000"), "at once"),
        (("1990", "1995"), ("1995", "2000"), ""),  # the year alone does not tell
        (("1990", "1995-03-01"), ("1995", "2000"), ""),
        (("1990", "1995"), ("1995-03-01", "2000"), ""),
        (("1990", ""), ("1998", "2000"), ""),  # an open end may be an unknown one
        (("", "1995"), ("1998", "2000"), ""),
        (("1998", "2000"), ("1990", "1995"), ""),  # the other way round
        (("1995", "1990"), ("1998", "2000"), ""),  # ended before it began
        (("1990", "1995"), ("1998", "1997"), ""),
        (("-0044", "-0040"), ("-0030", "0010"), "after"),
        (("soon", "later"), ("1998", "2000"), ""),
    ],
)
def test_follows(one: tuple[str, str], other: tuple[str, str], how: str) -> None:
    assert follows(*mayors(one, other)) == how
    if how:
        assert follows(*reversed(mayors(one, other))) == ""


def test_two_terms_are_not_one_period() -> None:
    held = {MAYORS[0]: [("1990", "1992"), ("2000", "2004")], MAYORS[1]: [("1993", "1999")]}
    facts = {f.object.label: f for f in make_graph(MAYORS[:2], periods=held).facts()}
    assert facts["Ada"].periods == (("1990", "1992"), ("2000", "2004"))
    assert follows(facts["Ada"], facts["Eve"]) == ""


def test_moments() -> None:
    assert moment("1998-10-27") == (1998, 10, 27)
    assert moment("-0044") == (-44,)
    assert moment("then") is None


def test_a_graph_without_periods_keeps_its_fingerprint() -> None:
    plain, held = make_graph(MAYORS), make_graph(MAYORS, periods={MAYORS[0]: [("1990", "1992")]})
    assert content_fingerprint(plain.columns) != content_fingerprint(held.columns)
    assert plain.fingerprint == make_graph(MAYORS, periods={}).fingerprint
    assert plain.columns.periods.num_rows == 0
    assert [f.periods for f in plain.facts()] == [()] * 3


@pytest.mark.data
def test_periods_of_wikidata_reach_the_lesson(kg_data: Path, tmp_path: Path) -> None:
    """Real entities with their qualifiers: start and end of terms of office, of memberships, of residence."""
    import tarfile

    with tarfile.open(kg_data / "formats" / "wikidata-fixtures.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    api.load([tmp_path / "json" / "entities" / name for name in ("Q42.json", "Q8413.json")], db=str(tmp_path / "w.db"))
    graph = take(str(tmp_path / "w.db"))
    held = [fact for fact in graph.facts() if fact.periods]
    assert held
    assert all(moment(text) for fact in held for period in fact.periods for text in period if text)
    assert Graph.open(graph.folder or tmp_path).fact(held[0].uid).periods == held[0].periods
    assert graph.restrict(lambda fact: bool(fact.periods)).fact(held[0].uid).periods == held[0].periods


def test_said_with_both_periods() -> None:
    held = {MAYORS[0]: [("1998-10-27", "2005-11-22")], MAYORS[1]: [("2003", "")]}
    graph = make_graph(MAYORS[:2], types={"p:Ada": "person", "p:Eve": "person", "town:Ulm": "town"}, periods=held)
    (ulm,) = graph.find("Ulm")
    picked = list(registry.find("lessons", "temporal").pick(graph, ulm, Random(0), conclusions=1.0, questions=1.0))
    assert [s.form for s in picked] == ["overlap", "overlap_conclusion", "overlap_question"]
    worked, end, asked = tell(picked, resolve(graph), stage="s", lesson="temporal", level=4)
    assert "27 October 1998 to 22 November 2005" in worked.text
    assert "from 2003 on" in worked.text
    assert "mayors of Ulm" in end.text
    assert asked.text.endswith("Answer: Yes.")
