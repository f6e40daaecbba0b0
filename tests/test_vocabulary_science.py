"""The curated vocabularies of science and of graphs in general: complete, varied, and used where they should be."""

from __future__ import annotations

import io
import re
import tarfile
from functools import cache
from pathlib import Path

import pytest

from kg2corpus.graph import Graph
from kg2corpus.lexicon import Lexicon, files, resolve
from kg2corpus.lexicon import phrases as ph
from kg2corpus.lexicon.entry import Entry
from kg2corpus.lexicon.resolve import DATA

from .graphs import make_graph

FILES = ("biolink", "brick", "conceptnet", "elements", "graphs", "obo", "wordnet")
ASKED = {"questions": 3, "questions_unseen": 2, "inverse_questions": 2, "inverse_questions_unseen": 1}
# what may stand before a sentence without making it another one: "in Rahm's tables, ..."
FRAME = re.compile(r"^(?:in|on|by|as|for|from|with|at|under|among|to)\b[^{},]*, ")
# whole texts are quoted: no phrase can stand for them, and none follows from them
TEXTS = ("deprecationMitigationMessage", "name_origin", "sources", "uses")
REAL = [
    (name, key, entry)
    for name in FILES
    for key, entry in files.read_relations(files.read_yaml(DATA / f"{name}.yaml"), DATA).items()
]


def ids(case: object) -> str:
    return case if isinstance(case, str) else ""


def texts(entry: Entry, *keys: str) -> list[str]:
    return [template.text for key in keys for template in entry.lists.get(key, ())]


@pytest.mark.parametrize(("name", "key", "entry"), REAL, ids=ids)
def test_an_entry_is_complete(name: str, key: str, entry: Entry) -> None:
    sides = [("true",), ("false",)] if entry.boolean else [("forward", "inverse")]
    for side in sides:
        said = {FRAME.sub("", text.casefold()) for text in texts(entry, *side)}
        assert len(said) >= 8, f"{len(said)} wordings of {side} that differ by more than an adverb"
    for kind, least in ASKED.items():
        assert len(texts(entry, kind)) >= least or (entry.boolean and kind.startswith("inverse")), kind
    if entry.boolean:
        assert {"such_true", "such_false"} <= entry.phrases.keys()
    else:
        assert {"noun", "such"} <= entry.phrases.keys()
        assert texts(entry, "chain") or key in TEXTS


@pytest.mark.parametrize(("name", "key", "entry"), REAL, ids=ids)
def test_no_question_is_asked_twice(name: str, key: str, entry: Entry) -> None:
    seen, unseen = texts(entry, "questions", "inverse_questions"), texts(entry, "questions_unseen", "inverse_questions_unseen")
    asked = [text.casefold().rstrip("?.") for text in (*seen, *unseen)]
    assert len(set(asked)) == len(asked)
    assert all(text.endswith("?") for text in seen)
    assert all(text.endswith(("?", ".", '"')) for text in unseen)


@pytest.mark.parametrize(("name", "key", "entry"), REAL, ids=ids)
def test_a_wording_is_right_for_every_name_and_number(name: str, key: str, entry: Entry) -> None:
    for kind in (*ASKED, "forward", "inverse", "chain", "both"):
        for template in entry.lists.get(kind, ()):
            for flat in (template.one, template.many):
                text = "".join(part if code < 0 else "{}" for code, part in flat.parts)
                assert not re.search(r"\b(is are|are is|has have|a an|an a|and and)\b|  ", text), template.text
                assert text == text.strip(" ,")
            if name != "elements":  # names take their own article; a block, a lattice and a series are no names
                assert not re.search(r"\b(?:an?|the) \{[SOT](?:'s)?\}(?! alone)", template.text) or "the {T}" in template.text
    if entry.multi:
        denying = [t for t in texts(entry, "forward") if re.match(r"the [a-z -]+ of \{S\} is \{O\}", t)]
        assert denying == []


def test_every_entry_can_be_reached() -> None:
    """A name that two entries share is guarded by types in the one that comes first."""
    first: dict[str, tuple[str, Entry]] = {}
    for name, key, entry in REAL:
        guarded = bool(entry.subjects) or name == "elements"
        for match in {key.casefold(), *(m.casefold() for m in entry.match)}:
            if match in first:
                assert first[match][1].subjects, f"{match}: {first[match][0]} hides {name} {key}"
            if match not in first or not guarded:
                first[match] = (f"{name} {key}", entry)


def graph_of(triples: str, entities: str, relations: str, at_most: int = 150) -> Graph:
    """A graph with the first facts of each relation of a set in TSV."""
    named = [line.split("\t") for line in entities.split("\n") if line]
    rows: dict[str, list[list[str]]] = {}
    for line in triples.split("\n"):
        if line:
            row = line.split("\t")
            rows.setdefault(row[1], []).append(row)
    chosen = [row for found in rows.values() for row in found[:: max(1, len(found) // at_most)]]
    used = {end for row in chosen for end in (row[0], row[2])}
    return make_graph(
        [(s, r, (o, "") if kind == "literal" else o) for s, r, o, kind, *_ in chosen],
        labels={key: label for key, label, *_ in named if key in used},
        types={key: kind for key, _, kind, *_ in named if key in used},
        relation_labels={key: label for key, label, *_ in (line.split("\t") for line in relations.split("\n") if line)},
    )


@cache
def real(folder: Path, name: str) -> tuple[Graph, Lexicon]:
    wanted = ("triples", "entities", "relations")
    if (folder / "kg" / name).is_dir():
        found = [(folder / "kg" / name / f"{part}.tsv").read_text(encoding="utf-8") for part in wanted]
    else:
        with tarfile.open(folder / "kg" / f"{name}.tar.xz") as tar:
            members = [tar.extractfile(f"{name}/{part}.tsv") or io.BytesIO() for part in wanted]
            found = [member.read().decode("utf-8") for member in members]
    graph = graph_of(*found)
    return graph, resolve(graph)


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "count", "origin"),
    [
        ("wordnet31", 18, "wordnet"),
        ("wordnet31-animals", 7, "wordnet"),
        ("gene-ontology", 5, "obo"),
        ("gene-ontology-mitochondrion", 5, "obo"),
        ("chemical-elements", 80, "elements"),
    ],
)
def test_all_relations_of_real_graphs_are_worded(kg_data: Path, name: str, count: int, origin: str) -> None:
    _, lexicon = real(kg_data, name)
    assert len(lexicon.entries) == count
    assert {key: entry.origin for key, entry in lexicon.entries.items() if entry.origin != f"curated {origin}.yaml"} == {}


@pytest.mark.data
@pytest.mark.parametrize("name", ["wordnet31", "gene-ontology", "chemical-elements"])
def test_every_rendering_of_a_real_fact_names_both_ends(kg_data: Path, name: str) -> None:
    graph, lexicon = real(kg_data, name)
    for relation in graph.relations():
        fact = graph.out(graph.subjects(relation.uid)[0], relation.uid)[0]
        for pool in ("statement", "question", "question_unseen", "inverse_question", "inverse_question_unseen"):
            for slot in range(lexicon.wordings(fact, pool)):
                text = lexicon.say((fact,), pool, slot)
                assert "{" not in text
                assert "  " not in text
                if pool == "statement" and not lexicon.entry(relation).boolean:
                    for said in (lexicon.value(fact), lexicon.name(fact.subject)):  # in quotation marks without its article
                        assert said.removeprefix("the ").casefold() in text.casefold()
        if not lexicon.entry(relation).boolean:
            known = lexicon.name(fact.subject)
            assert known.removeprefix("the ") in ph.describe(lexicon, fact, subject=False, known=known)


def test_components_of_the_cell_take_the_and_processes_none() -> None:
    graph = make_graph(
        [("GO:1", "part_of", "GO:2"), ("GO:3", "part_of", "GO:4"), ("GO:5", "isa", "GO:4")],
        labels={"GO:1": "mitochondrial matrix", "GO:2": "mitochondrion", "GO:3": "reproduction", "GO:4": "cell growth",
                "GO:5": "axon growth"},
        types={"GO:1": "cellular component", "GO:2": "cellular component", "GO:3": "biological process",
               "GO:4": "biological process", "GO:5": "biological process"},
    )  # fmt: skip
    lexicon = resolve(graph)
    said = {
        lexicon.say((fact,), "statement", slot)
        for relation in graph.relations()
        for subject in graph.subjects(relation.uid)
        for fact in graph.out(subject, relation.uid)
        for slot in range(lexicon.wordings(fact, "statement"))
    }
    assert "The mitochondrial matrix is part of the mitochondrion." in said
    assert "Reproduction is part of cell growth." in said
    assert "Axon growth is a form of cell growth." in said


def test_a_hypernym_of_verbs_is_no_kind_of_thing() -> None:
    nouns = make_graph(
        [("a", "hypernym", "b")], labels={"a": "dachshund", "b": "hunting dog"}, types={"a": "noun/05", "b": "noun/05"}
    )
    verbs = make_graph([("a", "hypernym", "b")], labels={"a": "sneak", "b": "act"}, types={"a": "verb/41", "b": "verb/41"})
    kinds = ["is a kind of" in " ".join(texts(resolve(graph).entries["hypernym"], "forward")) for graph in (nouns, verbs)]
    assert kinds == [True, False]


@pytest.mark.parametrize(
    ("key", "kind", "origin"),
    [
        ("http://purl.obolibrary.org/obo/BFO_0000050", "", "obo"),
        ("http://purl.obolibrary.org/obo/RO_0002211", "", "obo"),
        ("https://w3id.org/biolink/vocab/treats", "", "biolink"),
        ("CtD", "Compound", "biolink"),
        ("treats", "Compound", "biolink"),
        ("/r/UsedFor", "", "conceptnet"),
        ("https://brickschema.org/schema/Brick#feeds", "", "brick"),
        ("ACTED_IN", "Person", "graphs"),
        ("atomic_radius", "chemical element", "elements"),
    ],
)
def test_relations_are_found_by_key(key: str, kind: str, origin: str) -> None:
    graph = make_graph([("s", key, "o")], types={"s": kind} if kind else {})
    assert resolve(graph).entries[key].origin == f"curated {origin}.yaml"


@pytest.mark.parametrize("key", ["treats", "density", "period", "attribute", "feeds", "presents", "symbol"])
def test_a_name_of_many_meanings_is_left_to_derivation_elsewhere(key: str) -> None:
    graph = make_graph([("s", key, "o")], types={"s": "village"})
    assert resolve(graph).entries[key].origin == "derived"
