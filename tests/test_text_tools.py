"""The tools that measure the text: what they count, and that they refuse what is not covered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kg2corpus.lexicon import resolve
from kg2corpus.say import say
from tests.graphs import make_graph
from tests.tools.bench_say import FORMS, rows_of, subgraphs
from tests.tools.bench_text import PAGE, PARTS, put
from tests.tools.human_text import Case, _triples_of, baseline, check_coverage, ours
from tests.tools.sample_sentences import agreement, draw, kappa, pairs, read, save, wilson
from tests.tools.wordings import core, covered, distinct, f1, statements, tokens

CASE = Case((("The Vaults", "food", "French"), ("The Vaults", "familyFriendly", "yes")), ("",), "e2e")


def test_cases_become_triples() -> None:
    assert _triples_of("name[The Vaults], food[French], familyFriendly[yes]") == CASE.triples
    assert baseline(CASE) == "The Vaults food French . The Vaults familyFriendly yes ."


def test_coverage_is_checked_and_not_believed() -> None:
    assert len(ours([CASE, CASE], seed=0)) == 2
    (said,) = say([b"The Vaults\tfood\tFrench\n", b"The Vaults\tfamilyFriendly\tyes\n"], "x")
    check_coverage(CASE, said)
    with pytest.raises(AssertionError, match="not named"):
        check_coverage(CASE, replace(said, text=said.text.replace("French", "Dutch")))
    with pytest.raises(AssertionError, match="no span"):
        check_coverage(CASE, replace(said, documents=()))
    with pytest.raises(AssertionError):
        check_coverage(replace(CASE, triples=(*CASE.triples, ("The Vaults", "area", "riverside"))), said)


def test_a_sample_takes_relations_in_turn_and_is_the_same_each_time() -> None:
    facts = [(f"s{i}", "frequent", f"o{i}") for i in range(300)] + [(f"s{i}", "rare", f"x{i}") for i in range(20)]
    graph = make_graph(facts)
    rows = draw(graph, resolve(graph), "g", count=20)
    assert rows == draw(graph, resolve(graph), "g", count=20)
    assert rows != draw(graph, resolve(graph), "g", count=20, seed=6)
    assert len(rows) == 20
    assert {origin for _, origin in rows} == {"derived"}
    assert 6 <= sum("rare" in text for text, _ in rows) <= 14


def test_marks_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "m" / "g.tsv"
    assert save(path, [("A is B.", "derived"), ('C "is" D.', "curated")]) == 0
    assert [row["mark"] for row in read(path)] == ["", ""]
    path.write_text(path.read_text().replace("curated\t", "curated\ty"))
    assert save(path, [('C "is" D.', "curated"), ("E is F.", "derived")]) == 1
    assert [tuple(row.values()) for row in read(path)] == [('C "is" D.', "curated", "y"), ("E is F.", "derived", "")]
    path.write_text("sentence\torigin\tmark\nA.\tderived\tmaybe\n")
    with pytest.raises(ValueError, match="line 2"):
        read(path)


def test_agreement(tmp_path: Path) -> None:
    marks = {"a": "yyyynn", "b": "yyynny"}
    for reader, given in marks.items():
        rows = [f"S{i}.\t{'curated' if i < 3 else 'derived'}\t{mark}" for i, mark in enumerate(given)]
        (tmp_path / reader).mkdir()
        (tmp_path / reader / "g.tsv").write_text("\n".join(["sentence\torigin\tmark", *rows, "S9.\tderived\t"]) + "\n")
    found = agreement(list(pairs(tmp_path / "a", tmp_path / "b")))
    assert found["sentences"] == 6
    assert found["kappa"] == 0.25  # 4 of 6 agree, 20/36 by chance
    accepted = {(row["graph"], row["origin"]): (row["first"], row["second"], row["both"]) for row in found["accepted"]}
    assert accepted[("all graphs", "curated")] == (1.0, 1.0, 1.0)
    assert accepted[("g", "derived")] == (0.333, 0.333, 0.0)
    (tmp_path / "b" / "g.tsv").write_text("sentence\torigin\tmark\nother\tderived\ty\n")
    with pytest.raises(ValueError, match="same sentences"):
        list(pairs(tmp_path / "a", tmp_path / "b"))


def test_kappa_and_wilson_at_known_points() -> None:
    # Cohen 1960's shape of table: 20 both yes, 5 and 10 apart, 15 both no
    assert kappa([("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15) == pytest.approx(0.4)
    assert kappa([("y", "y")] * 4) == 1.0
    assert wilson(8, 10) == pytest.approx((0.490, 0.943), abs=0.001)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("{S} borders {O}", "it is a fact that {S} borders {O}", True),
        ("{S} borders {O}", "in addition, {S} also borders {O}", True),
        ("{S} borders {O}", "on the map, {S} borders {O}", True),
        ("{S} borders {O}", "{O} borders {S}", False),
        ("the capital of {S} is {O}", "{S's} capital is {O}", False),
        ("the capital of {S} is {O}", "for {S}, the capital is {O}", False),
        ("{S} is in {O}", "in {O}, there is {S}", False),
    ],
)
def test_what_makes_wordings_distinct(a: str, b: str, same: bool) -> None:
    assert (core(a) == core(b)) is same


def test_statements_hold_both_directions_once() -> None:
    graph = make_graph([("a", "borders", "b"), ("b", "capital", "c")], symmetric=["borders"])
    lexicon = resolve(graph)
    by_name = {r.name: statements(graph, lexicon, r) for r in graph.relations()}
    assert "{S} borders {O}" in by_name["borders"]
    assert "{O} borders {S}" in by_name["borders"]
    assert all("{S" in text and "{O" in text and "|" not in text for texts in by_name.values() for text in texts)
    assert {r.name: n for r, _, n in distinct(graph, lexicon)} == {name: len(set(texts)) for name, texts in by_name.items()}


def test_other_peoples_wordings_are_matched_by_words() -> None:
    assert tokens("The capital of [X] is [Y] .") == tokens("the capital of {S} is {O}")
    assert tokens("[X]'s capital is [Y].") == tokens("{S's} capital is {O}")
    assert tokens("[Y] is in [X]") != tokens("{S} is in {O}")
    assert f1(tokens("[X] is [Y]"), tokens("[X] is [Y]")) == 1
    assert f1(tokens("a b c d"), tokens("b c d e f")) == pytest.approx(2 * 3 / (3 + 5))
    graph = make_graph([("a", "capital", "b")])
    theirs = {"capital": ["The capital of [X] is [Y].", "[X] purple monkey dishwasher [Y]."]}
    sums = covered(theirs, graph, resolve(graph))["sums"]["all"]
    assert (sums["theirs"], sums["exact"], sums["near"]) == (2, 1, 1)


def test_tables_have_their_places_in_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for part in PARTS:
        once = put(page, part, "| 1 |")
        assert "| 1 |\n<!--" in once
        assert put(once, part, "| 2 |") == put(page, part, "| 2 |")
    with pytest.raises(ValueError, match="no place"):
        put(page, "nothing", "")


@pytest.mark.parametrize("form", FORMS)
def test_documents_to_time_are_of_the_form_and_the_same_each_time(form: str) -> None:
    graph = make_graph([(f"s{i}", f"relation {r}", f"o{i + r}") for i in range(5) for r in range(4)])
    lexicon = resolve(graph)
    found = subgraphs(graph, lexicon, form, 30)
    assert [s.form for s in found] == [form] * 30
    assert list(rows_of(found)) == list(rows_of(subgraphs(graph, lexicon, form, 30)))
    assert all(len(s.slots) == len(s.facts) > (2 if form == "profile" else 0) for s in found)
