"""Faults of lexicon files: told all at once, each with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg2corpus.errors import UserError
from kg2corpus.lexicon import resolve
from kg2corpus.lexicon.files import read_relations, read_yaml
from kg2corpus.lexicon.lines import read
from kg2corpus.lexicon.resolve import DATA
from kg2corpus.snapshot import Graph

from .graphs import make_graph


@pytest.fixture(scope="module")
def graph() -> Graph:
    return make_graph([("BTN", "capital", "Thimphu"), ("BTN", "borders", "CHN")])


@pytest.mark.parametrize(
    ("text", "where", "hint"),
    [
        ("relations: {capital: {forwards: ['{S} {O}']}}", "relations.capital.forwards: unknown key", "forward"),
        ("relation: {}", "relation: unknown key", "relations"),
        (
            "relations: {capital: {forward: ['the capital of {S}']}}",
            "mine.yaml:1: relations.capital.forward[0]: 'the capital of {S}' lacks {O}", "{O}",
        ),
        ("relations: {capital: {forward: ['{S} {P} {O}']}}", "unknown slot {P}", "there is"),
        ("relations: {capital: {forward: ['{S {O}']}}", "never closed", "{S}"),
        ("relations: {capital: {forward: ['{S} {a|b|c} {O}']}}", "more than two", "{one|several}"),
        ("relations: {capital: {questions: ['what is {S}?']}}", "no wording under 'forward'", "{S}"),
        ("relations: {capital: {value: {kind: numbre}}}", "unknown kind of value", "number"),
        ("relations: {capitol: {forward: ['{S} {O}']}}", "no such relation", "capital"),
        ("relations: {capital: {forward: '{S} {O}'}}", "expected a list", "- "),
        ("names: {teh: [Shire]}", "names.teh: unknown key", "the"),
        ("relations: [", "not valid YAML", "quotes"),
        ("relations: {capital: {value: {kind: [a]}}}", "capital.value.kind: expected a text, found a list", ""),
        ("relations: {capital: {forward: [3]}}", "capital.forward[0]: expected a text, found a number", ""),
        ("relations:\n  capital:\n", "mine.yaml:2: relations.capital: expected wordings, found nothing", "lexicon.md"),
        ("\nnames:\n  teh: [Shire]\n", "mine.yaml:3: names.teh: unknown key", "the"),
        ("names:\n  the:\n  - Shire\n  - No\n", "mine.yaml:4: names.the[1]: expected a text, found true or false", "quote"),
        ("names:\n  the: Shire\n", "mine.yaml:2: names.the: expected a list", ""),
        ("names: 3", "mine.yaml:1: names: expected keys", "the_endings"),
        ("names:\n  say:\n    Euro: 5\n", "mine.yaml:3: names.say.Euro: expected label: words", "quotes"),
        ("types:\n  city: 3\n", "mine.yaml:2: types.city: expected label: words", "quotes"),
        ("types: [city]", "mine.yaml:1: types: expected label: words", "for example"),
        ("\nsubjects: 3", "mine.yaml:2: subjects: expected a list of types", "[country]"),
        ("\n\nrelation: {}", "mine.yaml:3: relation: unknown key", "relations"),
        ("format: 2\nrelations: {}", "mine.yaml:1: format: this version reads format 1", "again"),
        ("relations:\n\tcapital: {}", "mine.yaml:2: not valid YAML", "tabs"),
        ("relations:\n  capital: {phrase: a}\n  capital: {phrase: b}", "mine.yaml:3: relations.capital: given twice", ""),
        ("relations:\n  capital:\n    match: [a]\n    match: [b]", "mine.yaml:4: relations.capital.match: given twice", ""),
        ("relations: &r\n  capital: *r", "mine.yaml:2: relations.capital: *r stands within what it repeats", ""),
        ("relations: {capital: {forward: [&x [*x]]}}", "*x stands within what it repeats", ""),
        ("relations:\n  capital: " + "[" * 50_000 + "]" * 50_000, "mine.yaml:2: lists and keys within each other", ""),
        ("relations:\n  capital: {phrase: '\x07'}", "mine.yaml:2: not valid YAML: control character U+0007", ""),
    ],
)
def test_faults_of_a_file_are_named(tmp_path: Path, graph: Graph, text: str, where: str, hint: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(UserError) as fault:
        resolve(graph, [path])
    assert where in fault.value.message
    assert hint in fault.value.hint
    assert "mine.yaml" in fault.value.message


def test_all_faults_of_a_file_are_told_at_once_by_line(tmp_path: Path, graph: Graph) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "relations:\n  capital:\n    forward: ['{S} {X}', '{S} {O}', 3]\n    multi: maybe\n    tense: future\n    noun: of\n"
        "    nuon: x\n    confidence: 2\n    value: {kind: numbre}\nnames:\n  the: [3]\ntypes: 3\nsubjects: 3\n"
    )
    with pytest.raises(UserError) as fault:
        resolve(graph, [path])
    lines = [one.removeprefix(f"{path}:").partition(":")[0] for one in fault.value.message.splitlines()]
    assert lines == ["3", "3", "4", "5", "6", "7", "8", "9", "11", "12", "13"]
    path.write_text("relations:\n" + "".join(f"  rel{i}: {{phrase: is near}}\n" for i in range(150)))
    with pytest.raises(UserError) as fault:
        resolve(graph, [path])
    assert fault.value.message.splitlines()[99:] == [
        f"{path}:101: relations.rel99: the graph has no such relation", "(the first 100; there are 50 more)"
    ]  # fmt: skip


def test_a_file_that_is_no_text_says_where(tmp_path: Path, graph: Graph) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"relations: {}\n# \xff\n")
    with pytest.raises(UserError, match=r"mine\.yaml:2: not UTF-8: byte 0xff"):
        resolve(graph, [path])
    with pytest.raises(UserError, match="cannot be read: No such file"):
        resolve(graph, [tmp_path / "none.yaml"])


def test_what_is_left_empty_counts_as_left_out(tmp_path: Path, graph: Graph) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"\xef\xbb\xbfnames:\r\n  the:\r\ntypes:\r\nsubjects:\r\nrelations:\r\n")
    assert resolve(graph, [path]).entries == resolve(graph).entries


def test_no_shipped_file_gives_a_key_twice() -> None:
    for path in sorted(DATA.glob("*.yaml")):
        assert read(path) == read(path, ours=True)


def test_no_figure_date_or_quotation_opens_a_curated_statement() -> None:
    names = {"symbol", "element symbol", "chemical formula"}  # these are written so: "Fe is the symbol of iron"
    for path in sorted(DATA.glob("*.yaml")):
        if path.stem == "countries":  # eight statements in each direction, whatever the object
            continue
        for key, entry in read_relations(read_yaml(path), path).items():
            figures = entry.object in ("date", "quantity") or entry.value.kind in ("number", "date", "latitude", "longitude")
            for template in (*entry.lists.get("forward", ()), *entry.lists.get("inverse", ())):
                opening = template.text.lstrip("{")
                if figures and key not in names:
                    assert not template.text.startswith("{O}"), f"{path.stem}: {key}: {template.text}"
                if entry.value.kind == "text":
                    assert not opening.startswith('"'), f"{path.stem}: {key}: {template.text}"


def test_the_verbs_and_adjectives_of_wordnet_are_words_in_quotation_marks() -> None:
    path = DATA / "wordnet.yaml"
    words = {"antonym", "entailment", "cause", "also_see", "verb_group", "similar_to", "pertainym"}
    for key, entry in read_relations(read_yaml(path), path).items():
        for template in (*entry.lists["forward"], *entry.lists["inverse"]) if key in words else ():
            before = ""
            for code, text in template.one.parts:
                assert code < 0 or before.endswith(('"', "to ", "must ")), f"{key}: {template.text}"
                before = text
