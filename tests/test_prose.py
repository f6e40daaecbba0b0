"""Running text: predicates of one subject joined, events told at once, pronouns of persons and things, homonyms."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from kg2corpus.lexicon import Lexicon, resolve
from kg2corpus.snapshot import Graph
from kg2corpus.types import Document, Subgraph
from kg2corpus.verbalizers.template import tell

from .graphs import make_graph

XSD = "http://www.w3.org/2001/XMLSchema#"
WORDS = """
relations:
  birth place: {forward: ["{S} was born in {O}", "{S's} birthplace is {O}"], such: "whose birthplace is {O}"}
  birth date: {forward: ["{S} was born {on O}", "{S's} birthday is {O}"]}
  field: {forward: ["{S} {works|works} in {O}", "{S's} {field is|fields are} {O}"], such: "that works in {O}"}
  prize: {forward: ["{S} holds the {O}", "{S's} {prize is|prizes are} {O}"]}
  sex: {forward: ["{S} is {O}", "{S's} sex is {O}"]}
  friend: {forward: ["{S} and {O} are friends", "{S} is a friend of {O}"], inverse: ["{O} {is a friend|are friends} of {S}"]}
"""
PERSON = [
    ("Einstein", "birth place", "Ulm"),
    ("Einstein", "birth date", ("1879-03-14", XSD + "date")),
    ("Einstein", "field", "physics"),
    ("Einstein", "prize", "Nobel Prize in Physics"),
    ("Einstein", "sex", ("male", "")),
]
THING_TYPES = {"Ulm": "city", "physics": "science", "Nobel Prize in Physics": "award"}


def words(path: Path, graph: Graph) -> Lexicon:
    file = path / "words.yaml"
    used = {r.name for r in graph.relations()}
    entries = [line for line in WORDS.splitlines() if line.startswith("  ") and line.split(":")[0].strip() in used]
    file.write_text("relations:\n" + "\n".join(entries))
    return resolve(graph, [file])


def profiles(graph: Graph, lexicon: Lexicon, key: str, seeds: int = 60, **options: Any) -> list[Document]:
    node = next(n for n in graph.find(key) if not n.literal)
    facts = tuple(f for f in graph.facts() if node in (f.subject, f.object))
    return [
        document
        for seed in range(seeds)
        for document in tell(
            [Subgraph(node.uid, facts, "profile", tuple(range(seed, seed + len(facts))))],
            lexicon, stage="s", lesson="l", level=1, **options,
        )
    ]  # fmt: skip


def test_a_person_is_he_or_she_where_the_document_says_so_and_never_it(tmp_path: Path) -> None:
    told = make_graph(PERSON, types={"Einstein": "human"} | THING_TYPES)
    texts = [d.text for d in profiles(told, words(tmp_path, told), "Einstein")]
    assert any(re.search(r"\b(He|he) ", t) for t in texts)
    assert any(re.search(r"\b(His|his) ", t) for t in texts)
    untold = make_graph(PERSON[:-1], types={"Einstein": "human"} | THING_TYPES)
    others = [d.text for d in profiles(untold, words(tmp_path, untold), "Einstein")]
    assert not any(re.search(r"\b(he|his|she|her|they|their)\b", t, re.I) for t in others)
    assert not any(re.search(r"\b(it|its)\b", t, re.I) for t in texts + others)


def test_no_pronoun_after_a_sentence_that_names_another_person(tmp_path: Path) -> None:
    facts = [("Ann", "friend", "Eve"), ("Ann", "sex", ("female", "")), ("Ann", "field", "physics")]
    graph = make_graph(facts, types={"Ann": "human", "Eve": "human", "physics": "science"})
    for document in profiles(graph, words(tmp_path, graph), "Ann"):
        for one, other in zip(*(lambda s: (s, s[1:]))(re.split(r"(?<=\.) ", document.text)), strict=False):
            assert not ("Eve" in one and re.match(r"(She|Her)\b", other)), document.text


def test_place_and_date_of_an_event_are_told_at_once(tmp_path: Path) -> None:
    graph = make_graph(PERSON, types={"Einstein": "human"} | THING_TYPES)
    documents = profiles(graph, words(tmp_path, graph), "Einstein")
    merged = [d for d in documents if "was born in Ulm on 14 March 1879" in d.text]
    assert len(merged) > len(documents) // 4
    fact = {f.relation.name: f.uid for f in graph.facts()}
    for document in merged:
        spans = {s.fact: document.text[s.start : s.end] for s in document.spans}
        assert spans[fact["birth place"]] == spans[fact["birth date"]]
        assert set(spans) == set(fact.values())


def test_predicates_of_one_subject_are_joined_and_every_fact_has_its_span(tmp_path: Path) -> None:
    graph = make_graph(PERSON[:-1], types={"Einstein": "human"} | THING_TYPES)
    documents = profiles(graph, words(tmp_path, graph), "Einstein")
    assert any("Einstein works in physics and was born " in d.text for d in documents)
    for document in documents:
        assert {s.fact for s in document.spans} == {f.uid for f in graph.facts()}
        assert not re.search(r"\b(\w+) [^.,]* and \1 ", document.text), document.text  # no "has A and has B"


def test_what_is_no_predicate_is_not_joined(tmp_path: Path) -> None:
    graph = make_graph([("Ann", "friend", "Eve"), ("Ann", "field", "physics")], types={"physics": "science"})
    texts = [d.text for d in profiles(graph, words(tmp_path, graph), "Ann")]
    assert not any("and and" in t or "and Eve are friends and" in t for t in texts)
    assert {"Ann works in physics and is a friend of Eve.", "Ann is a friend of Eve and works in physics."} & set(texts)


def test_a_list_is_never_said_with_the_words_of_the_inverse_relation() -> None:
    facts = [("Cy", "parent", "Ann"), ("Cy", "parent", "Bob"), ("Ann", "child", "Cy"), ("Bob", "child", "Cy")]
    graph = make_graph(facts, inverses={"parent": "child"})
    lexicon = resolve(graph)
    parents = [f for f in graph.facts() if f.relation.name == "parent"]
    said = {lexicon.say(parents, "statement", i) for i in range(40)}
    assert said
    assert not any(re.search(r"[Cc]hild", text) for text in said)


@pytest.mark.parametrize("others", [0, 1])
def test_a_homonym_keeps_its_qualifier_at_first_and_where_its_namesake_is_told_of(others: int) -> None:
    facts = [
        ("e/ge", "capital", "Tbilisi"),
        ("e/ge", "continent", "Asia"),
        ("e/ge", "currency", "lari"),
        ("e/us", "capital", "Atlanta"),
    ]
    facts += [("e/ge", "twin region", "e/us")] * others
    labels = {"e/ge": "Georgia", "e/us": "Georgia"}
    graph = make_graph(facts, labels=labels, types={"e/ge": "country", "e/us": "state"})
    node = next(n for n in graph.find("e/ge") if not n.literal)
    assert node.name == "Georgia (country)"
    own = tuple(f for f in graph.facts() if f.subject == node)
    texts = []
    for seed in range(40):
        subgraph = Subgraph(node.uid, own, "profile", tuple(range(seed, seed + len(own))))
        texts += [d.text for d in tell([subgraph], resolve(graph), stage="s", lesson="l", level=1)]
    assert all(re.search("Georgia( \\(.*?\\))?", t)[0] != "Georgia" for t in texts)  # type: ignore[index]
    bare = [t for t in texts if re.search(r"Georgia(?! \()", t)]
    assert bool(bare) == (not others)


def test_one_text_for_one_subgraph(tmp_path: Path) -> None:
    graph = make_graph(PERSON, types={"Einstein": "human"} | THING_TYPES)
    once, again = (profiles(graph, words(tmp_path, graph), "Einstein", seeds=10) for _ in range(2))
    assert once == again
    short = profiles(graph, words(tmp_path, graph), "Einstein", seeds=10, max_chars=60)
    assert all("Einstein" in d.text for d in short)
    assert all(len(d.text) <= 60 or d.text.count(". ") == 0 for d in short)
