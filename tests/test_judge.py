"""Documents are judged by what their words say: each kind of fault is found, and what is no fault is let pass."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kg2corpus.faithful import Gate, gate, judge
from kg2corpus.graph import Graph
from kg2corpus.lexicon.resolve import resolve
from kg2corpus.types import Document, Fact, Span

from .corpora import Made, make
from .faults import FAULTS, World, plant
from .graphs import make_graph

INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
DECIMAL = "http://www.w3.org/2001/XMLSchema#decimal"
BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
DATE = "http://www.w3.org/2001/XMLSchema#date"

FACTS = [
    ("c/guinea", "capital", "t/conakry"),
    ("c/png", "capital", "t/moresby"),
    ("c/guinea", "borders", "c/senegal"),
    ("c/senegal", "borders", "c/guinea"),
    ("c/senegal", "capital", "t/dakar"),
    ("c/guinea", "borders", "c/mali"),
    ("c/guinea", "landlocked", ("false", BOOLEAN)),
    ("c/mali", "landlocked", ("true", BOOLEAN)),
    ("c/guinea", "coast_length", ("1234.5", DECIMAL)),
    ("c/guinea", "area", ("245857", INTEGER)),
    ("c/bahrain", "capital", "t/manama"),
    ("c/georgia", "capital", "t/tbilisi"),
    ("s/georgia", "capital", "t/atlanta"),
    ("f/it", "directed_by", "p/tommy"),
    ("f/one", "directed_by", "p/wong"),
    ("s/seven", "founded_by", "p/john"),
    ("p/john", "date_of_birth", ("1901-12-08", DATE)),
]
LABELS = {
    "c/guinea": "Guinea", "c/png": "Papua New Guinea", "t/conakry": "Conakry", "t/moresby": "Port Moresby",
    "c/senegal": "Senegal", "t/dakar": "Dakar", "c/mali": "Mali", "c/bahrain": "البحرين", "t/manama": "المنامة",
    "c/georgia": "Georgia", "s/georgia": "Georgia", "t/tbilisi": "Tbilisi", "t/atlanta": "Atlanta", "f/it": "It",
    "f/one": "The One", "p/tommy": "Tommy Wallace", "p/wong": "James Wong", "s/seven": "7 Eleven",
    "p/john": "John Jefferson Green",
}  # fmt: skip
TYPES = {"c/": "country", "t/": "city", "f/": "film", "p/": "person", "s/seven": "company", "s/georgia": "state"}


@pytest.fixture(scope="module")
def made() -> Gate:
    graph = make_graph(
        FACTS,
        labels=LABELS,
        types={key: next(t for start, t in TYPES.items() if key.startswith(start)) for key in LABELS},
        aliases={"c/mali": ["Republic of Mali"]},
        relation_labels={"coast_length": "length of coast", "directed_by": "directed by", "founded_by": "founded by"},
        units={"coast_length": "kilometre", "area": "square kilometre"},
    )
    return gate(graph, resolve(graph))


def facts_of(graph: Graph, *wanted: str) -> list[Fact]:
    """Facts by "subject key relation": all of that group."""
    found = [f for f in graph.facts() if f"{f.subject.key} {f.relation.name}" in wanted]
    assert len({f"{f.subject.key} {f.relation.name}" for f in found}) == len(wanted)
    return found


def kinds(made: Gate, text: str, facts: Sequence[Fact], form: str = "profile") -> set[str]:
    """The kinds of faults that a text with these promises has."""
    spans = tuple(Span(fact.uid, 0, len(text), "asked" if "question" in form else "stated") for fact in facts)
    document = Document(text, "0" * 16, facts[0].subject.uid, "facts", 1, form, "s", 1.0, spans, tuple(f.twin for f in facts))
    return {fault.kind for fault in judge(document, facts, made).faults}


@pytest.mark.parametrize(
    ("text", "promised"),
    [
        ("The capital of Guinea is Conakry.", ["c/guinea capital"]),
        ("Port Moresby is the capital of Papua New Guinea.", ["c/png capital"]),
        ("Guinea borders Senegal and Mali.", ["c/guinea borders"]),
        ("Guinea is known for its coast. It borders Senegal, and it has Mali for a neighbour.", ["c/guinea borders"]),
        ("Guinea, whose capital is Conakry, borders Senegal and Mali.", ["c/guinea capital", "c/guinea borders"]),
        ("Guinea's capital is Conakry.", ["c/guinea capital"]),
        ("Its capital is Tbilisi, and Georgia (country) is proud of it.", []),
        ("The capital of Georgia is Tbilisi.", ["c/georgia capital"]),
        ("The capital of Georgia is Atlanta.", ["s/georgia capital"]),
        ("Guinea is not landlocked.", ["c/guinea landlocked"]),
        ("Mali is landlocked.", ["c/mali landlocked"]),
        ("The Republic of Mali is landlocked.", ["c/mali landlocked"]),
        ("The length of coast of Guinea is 1,234.5 kilometres.", ["c/guinea coast_length"]),
        ("Guinea has an area of 245,857 square kilometres.", ["c/guinea area"]),
        ("المنامة is the capital of البحرين.", ["c/bahrain capital"]),
        ("It was directed by Tommy Wallace.", ["f/it directed_by"]),
        ("The One was directed by James Wong.", ["f/one directed_by"]),
        ("7 Eleven was founded by John Jefferson Green.", ["s/seven founded_by"]),
        ("The date of birth of John Jefferson Green is 8 December 1901.", ["p/john date_of_birth"]),
        ("Question: What is the capital of Guinea?\nAnswer: Conakry.", ["c/guinea capital"]),
        ("Question: Which countries does Guinea border?\nAnswer: Senegal and Mali.", ["c/guinea borders"]),
        ("Question: Is Mali landlocked?\nAnswer: Yes.", ["c/mali landlocked"]),
    ],
)
def test_what_is_stated_passes(made: Gate, text: str, promised: list[str]) -> None:
    if promised:
        assert kinds(made, text, facts_of(made.graph, *promised)) == set()
    else:  # a pronoun before anything is named means nothing
        assert "unsupported" in kinds(made, text, facts_of(made.graph, "c/georgia capital"))


@pytest.mark.parametrize(
    ("text", "promised", "wanted"),
    [
        ("The capital of Guinea is Dakar.", ["c/guinea capital"], {"missing", "unsupported", "extra"}),
        ("The capital of Papua New Guinea is Conakry.", ["c/guinea capital"], {"missing", "unsupported", "extra"}),
        ("Guinea is the capital of Conakry.", ["c/guinea capital"], {"missing", "unsupported"}),
        ("Guinea borders Senegal.", ["c/guinea borders"], {"missing"}),
        ("Guinea borders Senegal, Mali, and Papua New Guinea.", ["c/guinea borders"], {"unsupported", "extra"}),
        ("The capital of Guinea is not Conakry.", ["c/guinea capital"], {"missing", "denied"}),
        ("It is not true that the capital of Guinea is Conakry.", ["c/guinea capital"], {"denied"}),
        ("The capital of Guinea is no longer Conakry.", ["c/guinea capital"], {"missing", "denied"}),
        ("Guinea is landlocked.", ["c/guinea landlocked"], {"missing", "unsupported"}),
        ("Mali is not landlocked.", ["c/mali landlocked"], {"missing", "unsupported"}),
        ("Guinea has an area of 245,858 square kilometres.", ["c/guinea area"], {"missing", "figure"}),
        ("The length of coast of Guinea is 1,234.6 kilometres.", ["c/guinea coast_length"], {"missing", "figure"}),
        ("The length of coast of Guinea is 234.5 kilometres.", ["c/guinea coast_length"], {"missing", "figure"}),
        (
            "The date of birth of John Jefferson Green is 9 December 1901.",
            ["p/john date_of_birth"],
            {"missing", "figure", "extra"},
        ),
        ("8 Eleven was founded by John Jefferson Green.", ["s/seven founded_by"], {"missing", "figure", "extra"}),
        ("The One was directed by Tommy Wallace.", ["f/it directed_by"], {"missing", "unsupported", "extra"}),
        ("The capital of Guinea is Conakry. Nobody knows Senegal.", ["c/guinea capital"], {"extra", "denied"}),
        ("The capital of Guinea is Conakry, far from Zanzibar.", ["c/guinea capital"], {"extra"}),
        ("المنامة is the capital of Mali.", ["c/bahrain capital"], {"missing", "unsupported", "extra"}),
        ("البحرين is the capital of المنامة.", ["c/bahrain capital"], {"missing", "unsupported"}),
        ("Question: What is the capital of Guinea?\nAnswer: Dakar.", ["c/guinea capital"], {"missing", "unsupported", "extra"}),
        ("Question: Is Mali landlocked?\nAnswer: No.", ["c/mali landlocked"], {"missing", "unsupported"}),
        ("Question: What is the capital of Guinea?", ["c/guinea capital"], {"missing"}),
        ("Conakry lies in Guinea.", ["c/guinea capital"], {"missing"}),
    ],
)
def test_what_is_wrong_is_found(made: Gate, text: str, promised: list[str], wanted: set[str]) -> None:
    assert kinds(made, text, facts_of(made.graph, *promised)) == wanted


def chained(made: Gate, text: str, facts: Sequence[Fact]) -> set[str]:
    spans = tuple(Span(fact.uid, 0, len(text), "implied") for fact in facts)
    document = Document(text, "0" * 16, facts[0].subject.uid, "chains", 3, "conclusion", "s", 1.0, spans, ())
    return {fault.kind for fault in judge(document, facts, made).faults}


def test_chains_are_composed(made: Gate) -> None:
    facts = [f for f in made.graph.facts() if (f.subject.key, f.object.key) in
             {("c/guinea", "c/senegal"), ("c/senegal", "t/dakar")}]  # fmt: skip
    assert chained(made, "Guinea borders a country whose capital is Dakar.", facts) == set()
    assert chained(made, "So Guinea lies next to a country whose capital is Dakar.", facts) == set()
    assert "unsupported" in chained(made, "Guinea borders a country whose capital is Tbilisi.", facts)
    assert "missing" in chained(made, "Guinea borders a country.", facts)
    assert "unsupported" in chained(made, "Dakar borders a country whose capital is Guinea.", facts)


def test_words_of_another_make_are_read_by_their_overlap(made: Gate) -> None:
    facts = facts_of(made.graph, "c/guinea capital")
    text = "Guinea has its bustling capital in Conakry."
    assert kinds(made, text, facts) == set()
    strict = Gate(made.graph, made.names, made.cues, strict=2.0)
    assert kinds(strict, text, facts) == {"missing"}
    assert kinds(made, "Guinea has its bustling neighbour in Conakry.", facts) == {"missing"}


@pytest.mark.parametrize(
    ("text", "promised", "wanted"),
    [
        ("| Country | Capital |\n|---|---|\n| Guinea | Conakry |", ["c/guinea capital"], set()),
        ("| Country | Capital |\n|---|---|\n| Guinea | Dakar |", ["c/guinea capital"], {"missing", "unsupported", "extra"}),
        ("**Guinea**\n\n|  |  |\n|---|---|\n| Capital | Conakry |", ["c/guinea capital"], set()),
        ("Guinea\n- Capital: Conakry\n- Landlocked: No", ["c/guinea capital", "c/guinea landlocked"], set()),
        ("Guinea\n- Capital: Conakry\n- Landlocked: Yes", ["c/guinea landlocked"], {"missing", "unsupported", "extra"}),
        ("Front: Capital of Guinea\nBack: Conakry", ["c/guinea capital"], set()),
        ("Front: Capital of Guinea\nBack: Dakar", ["c/guinea capital"], {"missing", "unsupported", "extra"}),
        ("Ana: Tell me about Guinea.\nOmar: Gladly.\nAna: And its capital?\nOmar: Conakry.", ["c/guinea capital"], set()),
        ("Fill in the blank: ____ is the capital of Guinea.\n(Conakry)", ["c/guinea capital"], set()),
        ("____ is the capital of Guinea.\n(Dakar)", ["c/guinea capital"], {"missing", "unsupported", "extra"}),
        ("Guinea borders the following countries:\n- Senegal\n- Mali", ["c/guinea borders"], set()),
        ("Guinea borders the following countries:\n- Senegal", ["c/guinea borders"], {"missing"}),
        ("**Conakry** – the capital of Guinea.", ["c/guinea capital"], set()),
        ("Guinea is a country whose capital is Conakry.", ["c/guinea capital"], set()),
        ("Here is Guinea. The country borders Senegal and Mali.", ["c/guinea borders"], set()),
        ("Guinea has Conakry as its capital and borders Senegal.", ["c/guinea capital"], {"extra"}),
    ],
)
def test_forms_are_read(made: Gate, text: str, promised: list[str], wanted: set[str]) -> None:
    assert kinds(made, text, facts_of(made.graph, *promised)) == wanted


@pytest.mark.parametrize(
    "text",
    ["Capital: Conakry", "| Guinea | Conakry |", "| | |\n|---|---|", "", "\n\n", "???", "____", "Question: What?\nAnswer:"],
)
def test_odd_texts_are_read_without_a_fall(made: Gate, text: str) -> None:
    assert "missing" in kinds(made, text, facts_of(made.graph, "c/guinea capital"))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("judged"))


@pytest.mark.parametrize("kind", sorted(FAULTS))
def test_planted_faults_are_found(corpus: Made, kind: str) -> None:
    from kg2corpus.documents import read_corpus

    world = World(gate(corpus.graph, corpus.lexicon), corpus.lexicon)
    pairs = list(plant(kind, list(read_corpus(corpus.corpus)), world, limit=60, seed=3))
    assert len(pairs) >= 20
    missed = [faulty.text for clean, faulty in pairs if judge(faulty, world.facts(clean), world.gate).ok]
    alarms = [clean.text for clean, _ in pairs if not judge(clean, world.facts(clean), world.gate).ok]
    assert (missed, alarms) == ([], [])


@pytest.mark.parametrize("text", ["Front: {} of Foo\nBack: 12", "Ana: Tell me of Foo.\nOmar: So?\nAna: And its {}?\nOmar: 12."])
def test_a_label_of_any_length_is_read(text: str) -> None:
    label = "van der Waals radius in the revised tables of Rowland and Taylor"
    graph = make_graph([("foo", "radius", ("12", ""))], labels={"foo": "Foo"}, relation_labels={"radius": label})
    facts = list(graph.facts())
    made = gate(graph, resolve(graph))
    assert kinds(made, text.format(label), facts) == set()
    assert kinds(made, text.format(label).replace("12", "13"), facts)
