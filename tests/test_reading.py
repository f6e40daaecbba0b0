"""What documents of the higher lessons must not do to whoever reads them aloud: one test for each fault that readers found."""

from __future__ import annotations

import re
from random import Random

import pytest

from kg2corpus import registry
from kg2corpus.compile.gates import NO_WORDING, TOLD, Gates
from kg2corpus.graph import Graph
from kg2corpus.lexicon import Lexicon, resolve
from kg2corpus.lexicon.english import join, sentence
from kg2corpus.store.split import Split
from kg2corpus.types import Document, Fact, Subgraph
from kg2corpus.verbalizers.template import tell
from tests.graphs import make_graph

RELATIONS = {
    "kind": "is a kind of", "part": "is a part of", "derived": "derivationally related", "like": "similar to",
    "lang": "/film/film/language", "spoken": "/language/human_language/countries_spoken_in",
    "born": "/people/person/place_of_birth", "in": "/location/administrative_division/country",
    "died": "/people/deceased_person/place_of_death", "job": "/people/person/profession",
}  # fmt: skip
WORDS = dict.fromkeys(("dog", "cat", "puppy", "animal", "tail", "creature"), "noun/05")
WORDS |= {"canine": "adjective/00", "doggy": "adjective/00", "bark": "verb/32", "utter": "verb/32"}
VERB = ("bark", "kind", "utter")  # where verbs have hypernyms, nouns are spoken of as words too


def graph_of(*facts: tuple[str, str, str], **more: object) -> Graph:
    given = [(s, RELATIONS.get(r, r), o) for s, r, o in facts]
    types = {node: WORDS[node] for s, _, o in facts for node in (s, o) if node in WORDS}
    return make_graph(given, types=types, **more)  # type: ignore[arg-type]


def fact(graph: Graph, subject: str, obj: str) -> Fact:
    return next(f for f in graph.facts() if (f.subject.label, f.object.label) == (subject, obj))


def facts_of(graph: Graph, *ends: tuple[str, str]) -> tuple[Fact, ...]:
    return tuple(fact(graph, *pair) for pair in ends)


def gates_of(graph: Graph) -> tuple[Gates, Lexicon]:
    lexicon = resolve(graph)
    return Gates(graph, Split(graph.fingerprint, 0, {}, frozenset(), frozenset()), lexicon), lexicon


def texts(lexicon: Lexicon, form: str, facts: tuple[Fact, ...], many: int = 24) -> list[str]:
    """The documents of a form in many slots."""
    slots = [tuple(Random(seed).randrange(1 << 16) for _ in facts) for seed in range(many)]
    subgraphs = [Subgraph(facts[0].subject.uid, facts, form, each) for each in slots]
    return [d.text for d in tell(subgraphs, lexicon, stage="s", lesson="l", level=4)]


def test_several_words_have_their_own_quotation_marks() -> None:
    graph = graph_of(("dog", "derived", "canine"), ("dog", "derived", "doggy"))
    lexicon = resolve(graph)
    for text in texts(lexicon, "fan_out", facts_of(graph, ("dog", "canine"), ("dog", "doggy"))):
        assert '"canine"' in text.rsplit(". ", 1)[1], text
        assert '"doggy"' in text.rsplit(". ", 1)[1], text
        assert "canine and" not in text, text


def test_either_word_has_its_own_quotation_marks() -> None:
    graph = graph_of(("puppy", "kind", "dog"), ("cat", "kind", "animal"), ("dog", "kind", "animal"), VERB)
    lexicon = resolve(graph)
    facts = facts_of(graph, ("puppy", "dog"), ("cat", "animal"), ("dog", "animal"))
    for text in texts(lexicon, "union_conclusion", facts):
        assert '"dog" or "animal"' in text, text


def test_a_phrase_in_a_chain_is_no_word() -> None:
    graph = graph_of(("puppy", "kind", "dog"), ("dog", "kind", "animal"), ("animal", "derived", "canine"), VERB)
    facts = facts_of(graph, ("puppy", "dog"), ("dog", "animal"), ("animal", "canine"))
    for form in ("conclusion", "evidence"):
        for text in texts(resolve(graph), form, facts):
            assert '"puppy"' in text, "a word is quoted from the beginning to the end"
            assert not re.search(r'"an? (noun|verb|adjective) that', text), text


def test_a_word_is_no_part_of_a_thing() -> None:
    graph = graph_of(("tail", "part", "dog"), ("dog", "kind", "animal"), ("tail", "kind", "creature"), VERB)
    gates, _ = gates_of(graph)
    mixed = Subgraph(0, facts_of(graph, ("tail", "dog"), ("dog", "animal")), "evidence")
    assert gates.judge(mixed) == (None, NO_WORDING)
    fitting = facts_of(graph, ("tail", "dog"))
    assert gates.judge(Subgraph(0, fitting, "statement"))[0] is not None


def test_several_things_are_forms_and_no_form() -> None:
    graph = graph_of(("dog", "kind", "animal"), ("cat", "kind", "animal"), VERB)
    for text in texts(resolve(graph), "inverse_count_conclusion", facts_of(graph, ("dog", "animal"), ("cat", "animal"))):
        assert "nouns" in text, text
        assert 'are hyponyms of "animal"' in text, text


def test_what_is_asked_for_is_what_the_answers_are() -> None:
    graph = graph_of(("dog", "derived", "canine"), ("dog", "derived", "puppy"))
    for text in texts(resolve(graph), "question", facts_of(graph, ("dog", "canine"), ("dog", "puppy"))):
        assert not re.search(r"\b(nouns|adjectives)\b", text), text


def test_untyped_nodes_are_called_what_their_relation_calls_them() -> None:
    graph = graph_of(("Date Night", "lang", "Hebrew"), ("Hebrew", "spoken", "Israel"))
    found = texts(resolve(graph), "conclusion", facts_of(graph, ("Date Night", "Hebrew"), ("Hebrew", "Israel")))
    assert "The language of Date Night is one that is spoken in Israel." in found, "and it is not said twice"
    assert not [text for text in found if "something" in text or "language of Date Night is a language" in text]
    jobs = ("Ada", "job", "Poet"), ("Ada", "job", "Singer"), ("Poet", "kind", "Writer")
    graph = graph_of(*jobs, ("Ben", "influenced by", "Ada"))
    found = texts(resolve(graph), "conclusion", facts_of(graph, ("Ben", "Ada"), ("Ada", "Poet"), ("Poet", "Writer")))
    assert not [text for text in found if "profession that" in text or "influence that" in text]


def test_no_question_ends_in_a_riddle() -> None:
    graph = make_graph([("Ada", "was born in", "Ulm"), ("Ulm", "in", "Germany")])
    gates, _ = gates_of(graph)
    facts = facts_of(graph, ("Ada", "Ulm"), ("Ulm", "Germany"))
    assert gates.judge(Subgraph(0, facts, "chain_question")) == (None, NO_WORDING), "was born in a place that is in what?"


def test_no_question_holds_its_answer() -> None:
    graph = make_graph(
        [("acoustic guitar", "kind", "guitar"), ("Mexico", "capital", "Mexico City"), ("Peru", "capital", "Lima")],
        relation_labels={"kind": "is a kind of"},
    )
    gates, _ = gates_of(graph)

    def verdict(subject: str, obj: str, form: str) -> str:
        return gates.judge(Subgraph(0, facts_of(graph, (subject, obj)), form))[1]

    assert verdict("acoustic guitar", "guitar", "question") == TOLD
    assert verdict("Mexico", "Mexico City", "inverse_question") == TOLD
    assert verdict("Mexico", "Mexico City", "question") == "", "the answer is more than the question says"
    assert verdict("Peru", "Lima", "inverse_question") == ""
    assert verdict("acoustic guitar", "guitar", "statement") == "", "it may be told"


def test_conditions_come_in_their_natural_order() -> None:
    graph = graph_of(
        ("Ada", "died", "Ulm"), ("Ada", "job", "Poet"), ("Ben", "died", "Ulm"), ("Ben", "job", "Poet"),
        ("Ulm", "in", "Germany"), ("Ulm", "/location/location/contains", "Minster"),
        ("Bonn", "in", "Germany"), ("Bonn", "/location/location/contains", "Opera"),
    )  # fmt: skip
    lexicon = resolve(graph)
    for text in texts(lexicon, "constraint_conclusion", facts_of(graph, ("Ulm", "Germany"), ("Ulm", "Minster"))):
        assert "place in Germany that contains Minster" in text, text
    for text in texts(lexicon, "intersection_conclusion", facts_of(graph, ("Ada", "Ulm"), ("Ada", "Poet"), ("Ben", "Ulm"),
                                                                   ("Ben", "Poet"))):  # fmt: skip
        assert "whose place of death is Ulm and whose profession is Poet" in text, "two clauses are joined"


def test_sentences_in_a_row_differ() -> None:
    graph = graph_of(("Ada", "job", "Poet"), ("Ada", "job", "Painter"), ("Ada", "job", "Singer"))
    facts = facts_of(graph, ("Ada", "Poet"), ("Ada", "Painter"), ("Ada", "Singer"))
    for text in texts(resolve(graph), "count", facts):
        told = [re.sub(r"Poet|Painter|Singer", "X", part) for part in re.split(r"(?<=\.) ", text)[:3]]
        assert len(set(told)) == 3, text


@pytest.fixture(scope="module")
def ways() -> tuple[Graph, Lexicon, list[Document]]:
    facts = [("A Co.", "borders", "B Co."), ("B Co.", "borders", "C Co."), ("C Co.", "borders", "D Co."),
             ("A Co.", "borders", "E"), ("B Co.", "borders", "F"), ("A Co.", "borders", "G"),
             ("G", "borders", "B Co.")]  # fmt: skip
    graph = make_graph(facts)
    lexicon = resolve(graph)
    pick = registry.find("lessons", "walks").pick
    picked = {s.facts: s for a in graph.anchors() for seed in range(40) for s in pick(graph, graph.node(a), Random(seed))}
    assert picked
    return graph, lexicon, list(tell(picked.values(), lexicon, stage="s", lesson="walks", level=5))


def test_a_way_gives_its_reasons(ways: tuple[Graph, Lexicon, list[Document]]) -> None:
    _, _, documents = ways
    for document in documents:
        task, *steps, end = document.text.splitlines()
        assert task.endswith(("?", ".")), "the steps begin a line of their own"
        assert ".." not in document.text
        assert end.startswith("So a way from "), "others may lead there too"
        for step in steps[:-1]:
            assert re.search(r"(from there the way leads on to|A way on to|the way leads to) ", step), step
        assert len({(s.start, s.end) for s in document.spans}) == len(document.spans), "each fact in a sentence of its own"


def test_no_way_goes_round_a_single_step() -> None:
    graph = make_graph([("A", "r", "B"), ("B", "r", "C"), ("A", "r", "C"), *(("A", "r", d) for d in "DFGHIJ"), ("B", "r", "E")])
    pick = registry.find("lessons", "walks").pick
    found = [s.way for a in graph.anchors() for seed in range(60) for s in pick(graph, graph.node(a), Random(seed))]
    assert found, "from A to E by B"
    assert all((way[0].subject.label, way[-1].object.label) == ("A", "E") for way in found)


def test_names_with_commas_stay_apart_in_a_list() -> None:
    assert join(["Reno, Washoe Co.", "Gus", "Carl"], "or") == "Reno, Washoe Co.; Gus; or Carl"
    assert join(["Gus", "Carl", "Ada"]) == "Gus, Carl and Ada"


def test_no_chain_goes_there_and_back() -> None:
    facts = [("Ada", "child", "Ben"), ("Ben", "parent", "Cy"), ("Ben", "child", "Dee")]
    graph = make_graph(facts, inverses={"child": "parent"})
    gates, _ = gates_of(graph)
    assert gates.judge(Subgraph(0, facts_of(graph, ("Ada", "Ben"), ("Ben", "Cy")), "evidence"))[1] == NO_WORDING
    assert gates.judge(Subgraph(0, facts_of(graph, ("Ada", "Ben"), ("Ben", "Dee")), "evidence"))[0] is not None


def test_a_full_stop_follows_brackets() -> None:
    assert sentence("Bea sang for Columbia (Washington, D.C.)") == "Bea sang for Columbia (Washington, D.C.)."
    assert sentence("Bea lives in Washington, D.C.") == "Bea lives in Washington, D.C."


def test_what_is_denied_begins_with_what_it_is_about() -> None:
    types = {"Lima": "city", "Bonn": "city", "Peru": "country", "Asia": "region", "Europe": "region", "Laos": "country"}
    graph = make_graph([("Peru", "in_region", "Europe"), ("Laos", "in_region", "Asia")], types=types)
    for form in ("negation", "negation_question"):
        for text in texts(resolve(graph), form, facts_of(graph, ("Peru", "Europe"), ("Laos", "Asia")), 60):
            assert not re.search(r"that (of|within|among|from|to|as|if) ", text), text


def test_people_are_asked_for_by_who() -> None:
    graph = graph_of(("Ada", "died", "Ulm"), ("Ada", "job", "Poet"), ("Ben", "died", "Ulm"), ("Cy", "job", "Poet"))
    found = texts(resolve(graph), "constraint_question", facts_of(graph, ("Ada", "Ulm"), ("Ada", "Poet")))
    assert any(text.startswith("Question: Who is the only person whose place of death is Ulm") for text in found)
    assert not any("What is the only person" in text for text in found)
