"""The curated vocabulary of Wikidata: complete, varied, right for any number, and used for the graphs that it is meant for."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from kg2corpus.lexicon import Lexicon, files, resolve
from kg2corpus.lexicon.entry import Entry
from kg2corpus.lexicon.resolve import DATA

from .graphs import make_graph

PATHS = sorted(DATA.glob("wikidata_*.yaml"))
DIRECT, ENTITY = "http://www.wikidata.org/prop/direct/", "http://www.wikidata.org/entity/"
ENTRIES = [
    (path.stem, name, entry) for path in PATHS for name, entry in files.read_relations(files.read_yaml(path), path).items()
]
LEAST = {
    "forward": 4, "inverse": 4, "questions": 3, "questions_unseen": 2, "inverse_questions": 3, "inverse_questions_unseen": 2,
    "chain": 2, "both": 1,
}  # fmt: skip
ASKED = ("questions", "inverse_questions", "questions_unseen", "inverse_questions_unseen")
# what may stand before a sentence without making it another one
FRAME = re.compile(r"^(?:in|on|by|as|for|from|with|at|under|among|to|where|when)\b[^{},]*, ")
LITERAL = "http://www.w3.org/2001/XMLSchema#"
every_entry = pytest.mark.parametrize(("file", "name", "entry"), ENTRIES, ids=[f"{file}-{name}" for file, name, _ in ENTRIES])


def texts(entry: Entry, *keys: str) -> list[str]:
    return [template.text for key in keys for template in entry.lists.get(key, ())]


def core(text: str) -> str:
    """A wording for one object, without what stands in front and without the form of its possessive."""
    one = re.sub(r"\{((?:[^{}|]|\{[^{}]*\})*)\|(?:[^{}]|\{[^{}]*\})*\}", r"\1", text)
    return FRAME.sub("", one.casefold()).strip(" .?")


def property_of(entry: Entry) -> str:
    return next(match.removeprefix(DIRECT) for match in entry.match if match.startswith(DIRECT))


def test_files_are_short_and_relations_many() -> None:
    assert len(ENTRIES) >= 250
    assert all(len(path.read_text(encoding="utf-8").splitlines()) <= 1500 for path in PATHS)


def test_each_property_has_one_entry_found_by_its_keys() -> None:
    matched: Counter[str] = Counter()
    for _, name, entry in ENTRIES:
        id = property_of(entry)
        assert re.fullmatch(r"P\d+", id)
        assert {id, DIRECT + id, ENTITY + id} <= {name, *entry.match}
        matched.update({name.casefold(), *(match.casefold() for match in entry.match)})
    assert {match for match, count in matched.items() if count > 1} == set()


@every_entry
def test_an_entry_has_wordings_of_every_kind(file: str, name: str, entry: Entry) -> None:
    # a figure or a date opens no sentence
    wanted = LEAST | ({"inverse": 1} if entry.object in ("date", "quantity") or entry.value.kind == "text" else {})
    assert {kind: len(texts(entry, kind)) for kind, least in wanted.items() if len(texts(entry, kind)) < least} == {}
    assert {"noun", "such"} <= entry.phrases.keys()
    assert len({core(text) for text in texts(entry, "forward", "inverse")}) >= 8


@every_entry
def test_no_wording_stands_twice(file: str, name: str, entry: Entry) -> None:
    for keys in (("forward", "inverse"), ("chain",), ("questions", "questions_unseen")):
        assert [text for text, count in Counter(core(text) for text in texts(entry, *keys)).items() if count > 1] == []
    # of a symmetric relation the same is asked from both sides
    seen, unseen = ([core(t).replace("{o}", "{s}") for t in texts(entry, *keys)] for keys in (ASKED[:2], ASKED[2:]))
    assert set(seen) & set(unseen) == set()
    if not entry.symmetric:
        assert len(set(seen)) == len(seen)


@every_entry
def test_a_wording_is_right_for_every_name_and_number(file: str, name: str, entry: Entry) -> None:
    for kind in LEAST:
        for template in entry.lists.get(kind, ()):
            for flat in (template.one, template.many):
                text = "".join(part if code < 0 else "{}" for code, part in flat.parts)
                assert not re.search(r"\b(is are|are is|has have|a an|an a|and and|the the|a \{\}|an \{\})\b|  |_", text), text
                assert text == text.strip(" ,")
            assert not re.search(r"\b(?:he|she|his|her|him)\b", template.text), template.text
            assert not re.search(r"\ban? \{[SO](?:'s)?\}", template.text), template.text
    assert all(text.endswith("?") or re.match(r"(?:name|give) .*\.$", text) for text in texts(entry, *ASKED))
    if entry.multi:
        denying = [t for t in texts(entry, "forward") if re.match(r"the [a-z -]+ of \{S\} is \{O\}$", t)]
        assert denying == []


def covered(lexicon: Lexicon) -> dict[str, str]:
    return {key: entry.origin for key, entry in lexicon.entries.items() if not entry.origin.startswith("curated wikidata_")}


@pytest.mark.data
@pytest.mark.parametrize(("name", "count"), [("codex-s-labelled", 34), ("bear", 60)])
def test_all_relations_of_real_graphs_are_worded(kg_data: Path, name: str, count: int) -> None:
    folder = kg_data / "kg" / name
    rows = {part: [line.split("\t") for line in (folder / f"{part}.tsv").read_text(encoding="utf-8").splitlines() if line]
            for part in ("triples", "entities", "relations")}  # fmt: skip
    first = {row[1]: row for row in rows["triples"]}
    names = {end for row in first.values() for end in (row[0], row[2])}
    graph = make_graph(
        [(row[0], row[1], row[2]) for row in first.values()],
        labels={row[0]: row[1] for row in rows["entities"] if row[0] in names},
        relation_labels={row[0]: row[1] for row in rows["relations"]},
    )
    lexicon = resolve(graph)
    assert len(lexicon.entries) == len(rows["relations"]) == count
    assert covered(lexicon) == {}
    for fact in graph.facts():
        for pool in ("statement", "question", "question_unseen", "inverse_question", "inverse_question_unseen"):
            assert lexicon.wordings(fact, pool) >= 2
            for slot in range(lexicon.wordings(fact, pool)):
                text = lexicon.say((fact,), pool, slot)
                assert "{" not in text
                if pool == "statement":
                    assert lexicon.value(fact).casefold() in text.casefold()
                    assert lexicon.name(fact.subject).casefold() in text.casefold()


@pytest.mark.parametrize("key", ["P19", DIRECT + "P19", ENTITY + "P19"])
def test_a_relation_is_found_by_its_key(key: str) -> None:
    graph = make_graph([("X", key, "Y")])
    lexicon = resolve(graph)
    fact = next(graph.facts())
    assert covered(lexicon) == {}
    said = {lexicon.say((fact,), "statement", slot) for slot in range(lexicon.wordings(fact, "statement"))}
    assert {"X was born in Y.", "Y is the place of birth of X."} <= said


@pytest.mark.parametrize(
    "label", ["country", "area", "follows", "member of", "child", "title", "employees"]
)
def test_a_label_of_many_meanings_is_left_to_derivation_elsewhere(label: str) -> None:
    graph = make_graph([("X", "r", "Y")], relation_labels={"r": label})
    assert list(resolve(graph).derived) == ["r"]


def test_dates_take_the_preposition_of_their_precision() -> None:
    graph = make_graph([("X", "P569", ("1820-05-12", LITERAL + "date")), ("Z", "P569", ("1820", LITERAL + "gYear"))])
    lexicon = resolve(graph)
    said = {lexicon.say((f,), "statement", slot) for f in graph.facts() for slot in range(lexicon.wordings(f, "statement"))}
    assert {"X was born on 12 May 1820.", "Z was born in 1820.", "The date of birth of Z is 1820."} <= said


def test_several_objects_are_listed_without_denying_others() -> None:
    graph = make_graph([("X", "P40", "A"), ("X", "P40", "B")])
    lexicon = resolve(graph)
    facts = sorted(graph.facts(), key=lambda fact: fact.object.label)
    said = {lexicon.say(facts, "statement", slot) for slot in range(lexicon.wordings(facts[0], "statement"))}
    assert {"X is a parent of A and B.", "The children of X include A and B.", "A and B are children of X."} <= said
