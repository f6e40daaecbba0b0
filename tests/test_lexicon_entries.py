"""Entries of a user's file: what they may leave out, and faults named with their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg2corpus.errors import UserError
from kg2corpus.lexicon import resolve
from kg2corpus.snapshot import Graph

from .test_lexicon import countries, said


@pytest.fixture(scope="module")
def graph() -> Graph:
    return countries()


def test_faults_are_named_with_their_lines_all_at_once(tmp_path: Path, graph: Graph) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "relations:\n"
        "  capital:\n"
        "    forward:\n"
        "      - '{S} is ruled from {O}'\n"
        "      - '{S} is ruled from there'\n"
        "  borders:\n"
        "    forward: ['{S} touches {O}']\n"
        "    object: planet\n"
        "  language:\n"
        "    forward: ['{S} speaks {O}']\n"
        "    tense: future\n"
        "  currency:\n"
        "    phrase: money\n"
        "    confidence: 2\n"
    )
    with pytest.raises(UserError) as fault:
        resolve(graph, [path])
    told = fault.value.message.splitlines()
    assert [line.split("mine.yaml:")[1].split(": ")[:2] for line in told] == [
        ["5", "relations.capital.forward[1]"], ["8", "relations.borders.object"],
        ["11", "relations.language.tense"], ["14", "relations.currency.confidence"],
    ]  # fmt: skip


def test_a_phrase_is_enough_for_an_entry(tmp_path: Path, graph: Graph) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "relations:\n"
        "  borders: {phrase: neighbouring country, category: neighbour, forward: ['{S} touches {O}']}\n"
        "  capital: {phrase: governed from, object: place}\n"
    )
    lexicon = resolve(graph, [path])
    borders, capital = (lexicon.entries[key] for key in ("borders", "capital"))
    assert [t.text for t in borders.lists["forward"]] == ["{S} touches {O}"]
    assert "China and India are neighbouring countries of Bhutan." in said(graph, lexicon, "Bhutan", "borders")
    assert borders.category == "neighbour"
    assert (borders.confidence, capital.confidence) == (1, 1)
    assert "Bhutan is governed from Thimphu." in said(graph, lexicon, "Bhutan", "capital")
    assert "From which place is Bhutan governed?" in said(graph, lexicon, "Bhutan", "capital", "question")


def test_questions_that_follow_from_an_entry_are_made(tmp_path: Path, graph: Graph) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "relations: {capital: {forward: ['{S} is ruled from {O}'], questions: ['whence is {S} ruled?'], "
        "noun: 'the seat of {S}', such: 'ruled from {O}'}}"
    )
    lexicon = resolve(graph, [path])
    assert said(graph, lexicon, "Bhutan", "capital", "question_unseen") == {"Name the seat of Bhutan."}
    assert said(graph, lexicon, "Bhutan", "capital", "inverse_question_unseen") == {"Name the country ruled from Thimphu."}
