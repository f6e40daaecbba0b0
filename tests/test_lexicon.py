"""The lexicon: names, values, wordings, slots, files, and what is derived for a relation that no file speaks of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus.errors import UserError
from kg2corpus.lexicon import Lexicon, resolve
from kg2corpus.lexicon.templates import Flat, parse
from kg2corpus.snapshot import Graph
from kg2corpus.types import Fact

from .graphs import make_graph

BOOLEAN = {"landlocked", "un_member", "independent"}
FACTS: list[tuple[str, str, Any]] = [
    ("BTN", "capital", "Thimphu"),
    ("BTN", "borders", "CHN"),
    ("BTN", "borders", "IND"),
    ("BTN", "currency", "BTN$"),
    ("BTN", "currency", "INR"),
    ("BTN", "language", "Dzongkha"),
    ("BTN", "area_km2", ("38394", "")),
    ("BTN", "latitude", ("27.5", "")),
    ("BTN", "longitude", ("90.5", "")),
    ("BTN", "landlocked", ("true", "")),
    ("BTN", "un_member", ("true", "")),
    ("BTN", "independent", ("true", "")),
    ("BTN", "demonym", ("Bhutanese", "")),
    ("BTN", "native_name", ("Druk Yul", "")),
    ("BTN", "official_name", ("Kingdom of Bhutan", "")),
    ("BTN", "iso_code", ("BTN", "")),
    ("BTN", "olympic_code", ("BHU", "")),
    ("BTN", "top_level_domain", (".bt", "")),
    ("BTN", "calling_code", ("+975", "")),
    ("BTN", "in_region", "Asia"),
    ("BTN", "in_subregion", "Southern Asia"),
    ("Southern Asia", "part_of", "Asia"),
    ("BHS", "capital", "Nassau"),
    ("BHS", "landlocked", ("false", "")),
    ("BHS", "in_region", "Americas"),
    ("BHS", "top_level_domain", (".bs", "")),
    ("BHS", "official_name", ("Commonwealth of the Bahamas", "")),
    ("USA", "capital", "Washington D.C."),
    ("ZAF", "capital", "Cape Town"),
    ("ZAF", "capital", "Pretoria"),
    ("ZAF", "capital", "Bloemfontein"),
    ("CYP", "capital", "Nicosia"),
    ("CYP", "currency", "EUR"),
    ("CHN", "capital", "Beijing"),
    ("IND", "capital", "New Delhi"),
    ("IND", "in_region", "Asia"),
    ("CHN", "in_region", "Asia"),
    ("UNK", "independent", ("none", "")),
]
LABELS = {"BTN": "Bhutan", "CHN": "China", "IND": "India", "BHS": "Bahamas", "USA": "United States", "ZAF": "South Africa"}
LABELS |= {"CYP": "Cyprus", "UNK": "Kosovo", "BTN$": "Bhutanese ngultrum", "INR": "Indian rupee", "EUR": "Euro"}
TYPES = dict.fromkeys(("BTN", "CHN", "IND", "BHS", "USA", "ZAF", "CYP", "UNK"), "country")
TYPES |= {"BTN$": "currency", "INR": "currency", "EUR": "currency", "Dzongkha": "language", "Asia": "region"}
TYPES |= {"Americas": "region"}
TYPES |= {"Southern Asia": "subregion", **dict.fromkeys(("Thimphu", "Nassau", "Beijing", "New Delhi", "Nicosia"), "city")}


def countries() -> Graph:
    return make_graph(FACTS, labels=LABELS, types=TYPES, aliases={"BTN": ["Druk Yul"]})


@pytest.fixture(scope="module")
def graph() -> Graph:
    return countries()


@pytest.fixture(scope="module")
def lexicon(graph: Graph) -> Lexicon:
    return resolve(graph)


def group(graph: Graph, subject: str, relation: str) -> list[Fact]:
    node = next(n for n in graph.find(subject) if not n.literal)
    return [f for f in graph.out(node.uid) if f.relation.name == relation]


def said(graph: Graph, lexicon: Lexicon, subject: str, relation: str, pool: str = "statement", **options: Any) -> set[str]:
    facts = group(graph, subject, relation)
    return {lexicon.say(facts, pool, i, **options) for i in range(len(lexicon.items(facts[0], pool, many=len(facts) > 1)))}


# wordings


def test_every_relation_of_the_countries_graph_has_enough_wordings_and_all_are_distinct(graph: Graph, lexicon: Lexicon) -> None:
    assert lexicon.derived == []
    relations = {f.relation.name: f for f in graph.facts()}
    assert len(relations) == 20
    for name, fact in relations.items():
        for pool, least in (("forward", 8), ("inverse", 8), ("question", 3), ("question_unseen", 3), ("inverse_question", 3)):
            n = lexicon.wordings(fact, pool)
            if name in BOOLEAN and "inverse" in pool:
                assert n == 0
                continue
            if name == "independent" and lexicon.value(fact) == "unstated":
                continue
            texts = {lexicon.say((fact,), pool, slot) for slot in range(n)}
            assert len(texts) == n >= least, (name, pool)
            assert {lexicon.say((fact,), pool, slot) for slot in range(n, 2 * n)} == texts


def test_unseen_questions_are_never_seen_ones(graph: Graph, lexicon: Lexicon) -> None:
    for fact in graph.facts():
        for pool in ("question", "inverse_question"):
            seen = {lexicon.say((fact,), pool, i) for i in range(lexicon.wordings(fact, pool))}
            unseen = {lexicon.say((fact,), f"{pool}_unseen", i) for i in range(lexicon.wordings(fact, f"{pool}_unseen"))}
            assert not seen & unseen
            assert len(unseen) >= 3 or fact.relation.name in BOOLEAN


def test_wordings_differ_by_more_than_a_word_in_front(lexicon: Lexicon) -> None:
    for key, entry in lexicon.entries.items():
        for name in ("forward", "inverse", "true", "false"):
            texts = [t.text for t in entry.lists.get(name, ())]
            longer = [(a, b) for a in texts for b in texts if a != b and b.endswith(f" {a}")]
            assert not [(a, b) for a, b in longer if len(b.split()) - len(a.split()) < 3], key


GOLDEN = [
    ("Bhutan", "capital", "The capital of Bhutan is Thimphu."),
    ("South Africa", "capital", "The capitals of South Africa are Bloemfontein, Cape Town and Pretoria."),
    ("South Africa", "capital", "Bloemfontein, Cape Town and Pretoria are the capitals of South Africa."),
    ("United States", "capital", "The United States' capital is Washington D.C."),
    ("United States", "capital", "The capital of the United States is Washington D.C."),
    ("Cyprus", "capital", "Cyprus's capital is Nicosia."),
    ("Bahamas", "capital", "The Bahamas' capital is Nassau."),
    ("Bahamas", "capital", "On a map of the Bahamas, the capital is marked as Nassau."),
    ("Bahamas", "in_region", "The Americas include the Bahamas."),
    ("Bahamas", "landlocked", "The Bahamas is not landlocked."),
    ("Bahamas", "top_level_domain", "The Bahamas' websites can be found under .bs."),
    ("Bahamas", "official_name", "The official name of the Bahamas is the Commonwealth of the Bahamas."),
    ("Cyprus", "currency", "The euro is a currency of Cyprus."),
    ("Bhutan", "currency", "Bhutan uses the Bhutanese ngultrum and the Indian rupee as currencies."),
    ("Bhutan", "borders", "Bhutan borders China and India."),
    ("Bhutan", "borders", "China and India are neighbours of Bhutan."),
    ("Bhutan", "area_km2", "The area of Bhutan is 38,394 square kilometres."),
    ("Bhutan", "latitude", "The latitude of Bhutan is 27.5 degrees north."),
    ("Bhutan", "landlocked", "Bhutan is landlocked."),
    ("Southern Asia", "part_of", "Southern Asia is part of Asia."),
]


@pytest.mark.parametrize(("subject", "relation", "text"), GOLDEN)
def test_golden_sentences(graph: Graph, lexicon: Lexicon, subject: str, relation: str, text: str) -> None:
    assert text in said(graph, lexicon, subject, relation)


def test_an_unstated_truth_is_said_as_that(graph: Graph, lexicon: Lexicon) -> None:
    assert "The independence of Kosovo is unstated in the record." in said(graph, lexicon, "Kosovo", "independent")


def test_pronouns_stand_only_where_they_read_well(graph: Graph, lexicon: Lexicon) -> None:
    texts = said(graph, lexicon, "Bhutan", "capital", pronoun=True)
    assert "It has Thimphu as its capital." in texts
    assert "Thimphu has the status of capital there." in texts
    assert not [t for t in texts if " of it" in t or "Bhutan" in t]


def test_questions_and_answers(graph: Graph, lexicon: Lexicon) -> None:
    facts = group(graph, "Bhutan", "borders")
    assert "Which countries does Bhutan border?" in said(graph, lexicon, "Bhutan", "borders", "question")
    assert lexicon.answer(facts) == "China and India"
    asia = [f for f in graph.facts() if f.relation.name == "in_region" and f.object.label == "Asia"]
    asia.sort(key=lambda f: f.subject.label)
    assert "Which countries are in Asia?" in {lexicon.say(asia, "inverse_question", i) for i in range(4)}
    assert lexicon.answer(asia) == "Bhutan, China and India"
    assert lexicon.answer(asia[:1], inverse=True) == "Bhutan"
    assert lexicon.answer(group(graph, "Bhutan", "landlocked")) == "Yes"


def test_a_cloze_ends_where_its_answer_begins(graph: Graph, lexicon: Lexicon) -> None:
    fact = group(graph, "Bhutan", "capital")[0]
    pairs = [lexicon.cloze(fact, i) for i in range(lexicon.wordings(fact, "cloze"))]
    assert ("The capital of Bhutan is", "Thimphu") in pairs
    forward = said(graph, lexicon, "Bhutan", "capital", "forward")
    assert all(f"{prompt} {answer}." in forward for prompt, answer in pairs)
    assert lexicon.wordings(group(graph, "Bhutan", "landlocked")[0], "cloze") == 0


def test_accepted_answers(graph: Graph, lexicon: Lexicon) -> None:
    currency = group(graph, "Cyprus", "currency")[0]
    assert set(lexicon.accepted(currency.object, currency.relation)) == {"the euro", "euro", "Euro"}
    area = group(graph, "Bhutan", "area_km2")[0]
    assert {"38,394 square kilometres", "38394", "38,394"} <= set(lexicon.accepted(area.object, area.relation))
    border = group(graph, "Bhutan", "borders")[0]
    assert "Druk Yul" in lexicon.accepted(border.subject, border.relation)


# slots


@given(twin=st.integers(-(1 << 63), (1 << 63) - 1), n=st.integers(1, 40), pool=st.sampled_from(["statement", "question"]))
def test_slots_are_a_permutation_seeded_by_the_twin(twin: int, n: int, pool: str) -> None:
    start, step = Lexicon({}, resolve_rules()).order(n, twin, pool)
    assert sorted((start + step * i) % n for i in range(n)) == list(range(n))


def resolve_rules() -> Any:
    from kg2corpus.lexicon.names import NameRules

    return NameRules()


def test_twins_share_their_permutation() -> None:
    facts = [("a", "borders", "b"), ("b", "borders", "a"), ("w", "has_part", "p"), ("p", "part_of", "w")]
    graph = make_graph(facts, types={"a": "country", "b": "country"}, symmetric=["borders"], inverses={"has_part": "part_of"})
    lexicon = resolve(graph)
    for one, other in ((0, 1), (2, 3)):
        pair = [f for f in graph.facts() if (f.subject.label, f.relation.name, f.object.label) in (facts[one], facts[other])]
        assert pair[0].twin == pair[1].twin
        n = lexicon.wordings(pair[0], "statement")
        assert n == lexicon.wordings(pair[1], "statement") > 3
        one_by_one = [[lexicon.say((f,), "statement", i) for i in range(n)] for f in pair]
        assert one_by_one[0] == one_by_one[1]


# files


def test_saving_gives_the_same_bytes_and_loading_the_same_lexicon(tmp_path: Path, graph: Graph, lexicon: Lexicon) -> None:
    lexicon.save(tmp_path / "a.yaml")
    again = Lexicon.load(tmp_path / "a.yaml")
    again.save(tmp_path / "b.yaml")
    assert (tmp_path / "a.yaml").read_bytes() == (tmp_path / "b.yaml").read_bytes()
    assert again.fingerprint == lexicon.fingerprint == resolve(countries()).fingerprint
    for fact in graph.facts():
        assert again.say((fact,), "statement", 3) == lexicon.say((fact,), "statement", 3)


USER = """
names: {the: [Shire]}
relations:
  capital:
    forward: ["{S} is ruled from {O}"]
    questions: ["whence is {S} ruled?"]
"""


def test_a_users_file_goes_before_ours_and_its_origin_is_kept(tmp_path: Path, graph: Graph) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(USER)
    lexicon = resolve(graph, [path])
    assert said(graph, lexicon, "Bhutan", "capital") == {"Bhutan is ruled from Thimphu."}
    assert lexicon.entries["capital"].origin == "user mine.yaml"
    assert lexicon.entries["borders"].origin == "curated countries.yaml"
    assert lexicon.namer.of_label("Shire") == "the Shire"


def test_curated_wordings_are_only_for_subjects_of_their_types() -> None:
    graph = make_graph([("acme", "capital", ("5000", ""))], types={"acme": "company"})
    assert resolve(graph).derived == ["capital"]


def test_a_file_of_wordings_is_not_a_resolved_lexicon(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(USER)
    with pytest.raises(UserError, match="not a resolved lexicon"):
        Lexicon.load(path)


def test_a_relation_of_another_graph_is_an_error(lexicon: Lexicon) -> None:
    fact = next(make_graph([("a", "capitol", "b")]).facts())
    with pytest.raises(UserError, match="no entry") as fault:
        lexicon.say((fact,), "statement", 0)
    assert "capital" in fault.value.hint


@pytest.mark.parametrize(
    ("wording", "sides"),
    [
        ("{O} of the periodic table includes {S}", set()),
        ("{O} by {S} is a work", set()),
        ("{O} includes {S}", {"O"}),
        ("{S} inhabits {O}", {"S"}),
        ("on the map, {S} in the west is {O}", set()),
    ],
)
def test_a_name_that_heads_a_phrase_is_no_pronoun(wording: str, sides: set[str]) -> None:
    assert parse(wording, "x").one.pronoun == sides


@given(st.text(alphabet="{}|SO's in.ab", max_size=30))
def test_a_wording_is_parsed_or_refused_with_a_hint(text: str) -> None:
    try:
        template = parse(text, "here")
    except UserError as fault:
        hint = fault.hint
        flats: tuple[Flat, ...] = ()
    else:
        hint, flats = "fine", (template.one, template.many)
    assert hint
    for flat in flats:
        assert not [part for code, part in flat.parts if code < 0 and set(part) & set("{}")]


def test_a_name_that_is_the_same_at_home_is_said_so() -> None:
    graph = make_graph(
        [("ex:ca", "native_name", ("Canada", "")), ("ex:ro", "native_name", ("România", "")),
         ("ex:je", "official_name", ("The Gambia", ""))],
        labels={"ex:ca": "Canada", "ex:ro": "Romania", "ex:je": "Gambia"},
        types={k: ["country"] for k in ("ex:ca", "ex:ro", "ex:je")},
    )  # fmt: skip
    lexicon = resolve(graph)
    by = {f.subject.label: f for f in graph.facts()}
    said = {lexicon.say([by["Canada"]], "statement", slot) for slot in range(8)}
    assert said == {
        "The native name of Canada is Canada too.", "Canada is called Canada at home too.",
        "People in Canada call it Canada as well.", "In its own languages too, Canada is called Canada.",
    }  # fmt: skip
    assert lexicon.wordings(by["Canada"], "cloze") == 0
    assert not any("too" in lexicon.say([by["Romania"]], "statement", slot) for slot in range(20))
    assert lexicon.wordings(by["Romania"], "cloze") > 3


def test_names_that_take_an_article() -> None:
    labels = {
        "a": "University of Cambridge", "b": "Commonwealth of Nations", "c": "Guild of Thieves", "d": "Church of England",
    }  # fmt: skip
    graph = make_graph([(key, "part_of", "z") for key in labels], labels=labels)
    lexicon = resolve(graph)
    named = {f.subject.label: lexicon.name(f.subject) for f in graph.facts()}
    assert named == {
        "University of Cambridge": "the University of Cambridge", "Commonwealth of Nations": "the Commonwealth of Nations",
        "Guild of Thieves": "Guild of Thieves", "Church of England": "the Church of England",
    }  # fmt: skip
    formal = lexicon.namer.formal
    assert formal("Independent and Sovereign Republic of Kiribati") == "the Independent and Sovereign Republic of Kiribati"
    assert formal("South Georgia and the South Sandwich Islands") == "South Georgia and the South Sandwich Islands"


def test_names_of_some_types_are_common_nouns(tmp_path: Path) -> None:
    graph = make_graph(
        [("e", "near", "f"), ("g", "near", "e")], labels={"e": "Boron", "f": "McBain", "g": "Boron Road"},
        types={"e": "mineral", "f": "mineral", "g": "road"},
    )  # fmt: skip
    path = tmp_path / "mine.yaml"
    path.write_text("names: {lower_types: [mineral]}\n")
    lexicon = resolve(graph, [path])
    said = [lexicon.name(graph.find(text)[0]) for text in ("Boron", "McBain", "Boron Road")]
    assert said == ["boron", "McBain", "Boron Road"]
    assert Lexicon.load(_saved(lexicon, tmp_path)).name(graph.find("Boron")[0]) == "boron"


def _saved(lexicon: Lexicon, folder: Path) -> Path:
    lexicon.save(folder / "lexicon.yaml")
    return folder / "lexicon.yaml"
