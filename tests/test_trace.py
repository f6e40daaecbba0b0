"""From a document, a fact, a token or an entity to the source, and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg2corpus.documents import read_corpus
from kg2corpus.errors import UserError
from kg2corpus.pack import read_boundaries
from kg2corpus.snapshot import take
from kg2corpus.store.load import load
from kg2corpus.trace import Trace, source_paths, trace
from kg2corpus.types import Document
from kg2corpus.uid import parse, show

from .corpora import Made, countries, make


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("run"), graph=countries("COUNTERFACTUAL: labels were moved."))


@pytest.fixture(scope="module")
def documents(made: Made) -> list[Document]:
    return list(read_corpus(made.corpus))


def test_a_document_leads_to_facts_and_places(made: Made, documents: list[Document]) -> None:
    for document in documents[:: len(documents) // 12]:
        found = trace(made.run, made.graph, document.id)
        assert (found.kind, found.text, found.form) == ("document", document.text, document.form)
        assert {f.uid for f in found.facts} == {show(s.fact) for s in document.spans}
        for fact in found.facts:
            assert fact.spans
            assert all(document.text[s.start : s.end] == s.text for s in fact.spans)
            [place] = fact.places
            source, file, position = made.graph.statements(parse(fact.uid))[0]
            assert place.place == f"{source}/{file}:{position}"
        held = [(b.block, b.start) for b in read_boundaries(made.blocks) if b.document == document.id]
        assert [(b.block, b.start) for b in found.blocks] == held


def test_a_fact_leads_to_all_its_documents(made: Made, documents: list[Document]) -> None:
    for fact in list(made.graph.facts())[::9]:
        found = trace(made.corpus, made.graph, show(fact.uid).upper())
        same = {f.uid for f in made.graph.facts() if f.twin == fact.twin}
        wanted = [(d.id, s.kind, d.text[s.start : s.end]) for d in documents for s in d.spans if s.fact in same]
        assert [(o.document, o.kind, o.text) for o in found.documents] == wanted
        assert sum((found.exposures or {}).values()) == len(wanted)
        assert found.facts[0].uid == show(fact.uid)
        if fact.twin in made.split.held_out:
            assert not found.documents
            assert "held out" in found.note


def test_both_ways(made: Made, documents: list[Document]) -> None:
    for fact in trace(made.run, made.graph, documents[7].id).facts:
        assert documents[7].id in {o.document for o in trace(made.run, made.graph, fact.uid).documents}


def test_a_token_leads_to_document_span_and_fact(made: Made, documents: list[Document]) -> None:
    by_id = {d.id: d for d in documents}
    size = json.loads((made.blocks / "pack.json").read_text())["settings"]["block"]
    for b in [b for b in read_boundaries(made.blocks) if b.facts][::40]:
        fact, first, end, _ = b.facts[0]
        for at in {first, (first + end) // 2, end - 1}:
            for what in (f"{b.block}:{at}", str(b.block * size + at)):
                found = trace(made.run, made.graph, what)
                assert (found.kind, found.document) == ("token", b.document)
                assert show(fact) in {f.uid for f in found.facts}
                assert found.text == by_id[b.document].text
        opening = trace(made.run, made.graph, f"{b.block}:{b.start}")
        assert (opening.document, opening.facts) == (b.document, ())
        assert "no fact" in opening.note


def test_tokens_of_replay_and_padding(made: Made) -> None:
    replay = next(b for b in read_boundaries(made.blocks) if b.document.startswith("replay:"))
    assert "replayed" in trace(made.run, made.graph, f"{replay.block}:{replay.start}").note
    rows = list(read_boundaries(made.blocks))
    size = json.loads((made.blocks / "pack.json").read_text())["settings"]["block"]
    last = {b.block: b.end for b in rows}
    block = next(number for number, end in last.items() if end < size)
    found = trace(made.run, made.graph, f"{block}:{size - 1}")
    assert "padding" in found.note
    assert not found.document


def test_an_entity_leads_to_its_facts(made: Made) -> None:
    for name in ("Avaria", "realm of avaria", "c/Avaria"):
        found = trace(made.run, made.graph, name)
        assert found.kind == "entity"
        assert any(f.said == "Avaria | capital | St. John's" for f in found.facts)
        assert any(f.said == "Nordal | borders | Avaria" for f in found.facts), "as object too"


def test_every_answer_says_that_labels_were_moved(made: Made, documents: list[Document]) -> None:
    found: list[Trace] = [
        trace(made.run, made.graph, what) for what in (documents[0].id, show(documents[0].spans[0].fact), "0:2", "Avaria")
    ]
    assert {t.kind for t in found} == {"document", "fact", "token", "entity"}
    assert all(t.counterfactual.startswith("COUNTERFACTUAL") for t in found)
    assert all(json.dumps(t.as_dict()) for t in found)


@pytest.mark.parametrize(
    ("what", "message", "hint"),
    [
        ("Avria", "nothing is named 'Avria'", "Avaria"),
        ("0123456789abcdef", "neither a document", "another"),
        ("999999:0", "no token", "blocks of"),
        ("0:100000", "no token", "blocks of"),
        ("999999999", "no token", "tokens in all"),
        ("zzzzzzzzzzzzzzzzzzzz", "nothing is named", "block:offset"),
        ("", "nothing is named", "block:offset"),
    ],
)
def test_unknown(made: Made, what: str, message: str, hint: str) -> None:
    with pytest.raises(UserError) as error:
        trace(made.run, made.graph, what)
    assert message in error.value.message
    assert hint in error.value.hint


def test_without_blocks_or_corpus(made: Made, tmp_path: Path) -> None:
    other = tmp_path / "alone" / "corpus"
    other.parent.mkdir()
    other.symlink_to(made.corpus, target_is_directory=True)
    with pytest.raises(UserError, match="no packed blocks"):
        trace(other, made.graph, "0:2")
    with pytest.raises(UserError, match=r"no manifest\.json"):
        trace(tmp_path, made.graph, "Avaria")


def test_the_source_line_is_shown(made: Made, tmp_path: Path) -> None:
    """A fact of a loaded TSV set leads to the very line, and to nothing once the file is gone."""
    source = tmp_path / "small"
    source.mkdir()
    lines = ["# c\tcapital\tt\tentity", "c:A\tcapital\tt:B\tentity", "c:C\tcapital\tt:D\tentity"]
    (source / "triples.tsv").write_text("\n".join(lines[1:]) + "\n", encoding="utf-8")
    entities = (("c:A", "Avaria", "country"), ("c:C", "Cor", "country"), ("t:B", "Bel", "city"), ("t:D", "Dru", "city"))
    (source / "entities.tsv").write_text("".join(f"{key}\t{label}\t{kind}\t\t\n" for key, label, kind in entities))
    db = str(tmp_path / "kg.db")
    load([source], db)
    graph = take(db)
    paths = source_paths(db)
    [fact] = [f for f in trace(made.run, graph, "Cor", sources=paths).facts if "Dru" in f.said]
    [place] = fact.places
    assert (place.position, place.text) == (2, lines[2])
    assert place.place.endswith("triples.tsv:2")
    (source / "triples.tsv").unlink()
    [fact] = [f for f in trace(made.run, graph, "Cor", sources=paths).facts if "Dru" in f.said]
    assert fact.places[0].text == ""


def test_another_graph_is_said(made: Made, documents: list[Document], tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = make(tmp_path / "other")
    assert other.graph.fingerprint != made.graph.fingerprint
    fact = show(documents[0].spans[0].fact)
    assert "compiled from another graph" not in trace(made.run, made.graph, fact).note
    assert "compiled from another graph" in trace(other.run, made.graph, fact).note
