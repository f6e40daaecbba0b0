"""Facts that are said by the same words: two relations of one label between the same nodes."""

from __future__ import annotations

from pathlib import Path

from kg2corpus.compile.run import compile_corpus
from kg2corpus.documents import read_corpus
from tests.graphs import make_graph
from tests.small import curriculum, parts


def test_two_relations_of_the_same_words_are_said_by_different_ones(tmp_path: Path) -> None:
    facts = [(f"sam{n}", f"{i}/colour", "red") for i in range(2) for n in range(9)]
    manifest = compile_corpus(
        curriculum(exposures=2, buckets=1), made := make_graph(facts), *parts(made, held_out=0.0), tmp_path / "c"
    )
    assert "duplicate of another fact's text" not in manifest["dropped"]
    assert manifest["coverage"]["exposures"]["stated"]["min"] == 2
    stated = [d for d in read_corpus(tmp_path / "c") if d.form == "statement"]
    about: dict[tuple[str, str], set[int]] = {}
    for document in stated:
        about.setdefault((document.stage, document.text), set()).update(document.twins)
    assert max(map(len, about.values())) == 1, "one text, one fact"


def test_lists_of_two_relations_of_the_same_words_differ_too(tmp_path: Path) -> None:
    facts = [(f"film{n}", f"{i}/genre", f"genre{(n + k) % 7}") for i in range(2) for n in range(30) for k in range(3)]
    stage = {"name": "lists", "exposures": 1, "lessons": {"fan_out": {"weight": 4}, "facts": {"weight": 1}}}
    settings = curriculum(exposures=12, buckets=1, stages=[stage])
    manifest = compile_corpus(settings, made := make_graph(facts), *parts(made, held_out=0.0), tmp_path / "c")
    assert "duplicate of another fact's text" not in manifest["dropped"]
    assert manifest["coverage"]["exposures"]["stated"]["min"] == 12
