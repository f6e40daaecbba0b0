"""The template verbalizer: every form as text, with a span for every fact in every sentence."""

from __future__ import annotations

import re
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg2corpus.errors import UserError
from kg2corpus.lexicon import Lexicon, resolve
from kg2corpus.lexicon.english import clean
from kg2corpus.lexicon.phrases import chain_question
from kg2corpus.snapshot import Graph
from kg2corpus.types import FORMS, Document, Fact, Subgraph
from kg2corpus.uid import digest, show
from kg2corpus.verbalizers.template import tell

from .graphs import make_graph
from .test_lexicon import countries, group


@pytest.fixture(scope="module")
def graph() -> Graph:
    return countries()


@pytest.fixture(scope="module")
def lexicon(graph: Graph) -> Lexicon:
    return resolve(graph)


def told(
    lexicon: Lexicon, form: str, facts: list[Fact], *, slots: tuple[int, ...] = (), max_chars: int = 1200
) -> list[Document]:
    subgraph = Subgraph(facts[0].subject.uid, tuple(facts), form, slots)
    return list(tell([subgraph], lexicon, stage="01", lesson="a", level=1, max_chars=max_chars))


def texts(lexicon: Lexicon, form: str, facts: list[Fact], n: int = 300) -> set[str]:
    """The texts that the slots bring, whatever the wordings."""
    return {told(lexicon, form, facts, slots=(i,) * len(facts))[0].text for i in range(n)}


def chain(graph: Graph) -> list[Fact]:
    """Bhutan borders India, whose capital is New Delhi."""
    return [group(graph, "Bhutan", "borders")[1], group(graph, "India", "capital")[0]]


def about(graph: Graph, name: str) -> list[Fact]:
    return list(graph.out(next(n for n in graph.find(name) if not n.literal).uid))


# golden


def test_statements(graph: Graph, lexicon: Lexicon) -> None:
    assert "The capital of Bhutan is Thimphu." in texts(lexicon, "statement", group(graph, "Bhutan", "capital"))
    assert "Bhutan borders China and India." in texts(lexicon, "statement", group(graph, "Bhutan", "borders"))


def test_questions(graph: Graph, lexicon: Lexicon) -> None:
    found = texts(lexicon, "question", group(graph, "Bhutan", "borders"))
    assert "Question: Which countries does Bhutan border?\nAnswer: China and India." in found
    found = texts(lexicon, "inverse_question", group(graph, "Bahamas", "capital"))
    assert "Question: Which country has the capital Nassau?\nAnswer: the Bahamas." in found
    found = texts(lexicon, "question", group(graph, "United States", "capital"))
    assert "Question: What is the capital of the United States?\nAnswer: Washington D.C." in found
    found = texts(lexicon, "question", group(graph, "Bhutan", "landlocked"))
    assert "Question: Is Bhutan landlocked?\nAnswer: Yes." in found


def test_chains(graph: Graph, lexicon: Lexicon) -> None:
    facts = chain(graph)
    conclusions = texts(lexicon, "conclusion", facts)
    assert "New Delhi is the capital of a neighbour of Bhutan." in conclusions
    assert "Bhutan borders a country whose capital is New Delhi." in conclusions
    assert not [t for t in conclusions if "India" in t]
    found = texts(lexicon, "chain_question", facts)
    assert "Question: What is the capital of the neighbour of Bhutan?\nAnswer: New Delhi." in found, "each hop has one end"
    (document,) = told(lexicon, "evidence", facts)
    assert {s.kind for s in document.spans} == {"stated", "implied"}
    assert "India" in document.text
    inverse = [group(graph, "Bhutan", "in_region")[0], group(graph, "India", "in_region")[0]]
    assert any("India lies in the region that contains Bhutan." in t for t in texts(lexicon, "conclusion", inverse))


def test_a_pair_is_told_and_then_connected(graph: Graph, lexicon: Lexicon) -> None:
    link = chain(graph)[0]
    chosen = ("capital", "in_region", "currency")
    rest = [f for f in about(graph, "Bhutan") + about(graph, "India") if f.relation.name in chosen]
    (document,) = told(lexicon, "pair", [link, *rest])
    ends = document.text.rsplit(". ", 1)[1]
    assert "Bhutan" in ends
    assert "India" in ends
    ways = ("Both Bhutan and India lie in Asia.", "Bhutan and India are both in Asia.", "Asia is home to both")
    assert any(t in document.text for t in ways)
    assert sorted(s.fact for s in document.spans) == sorted(f.uid for f in [link, *rest])


def test_what_the_facts_do_not_show_is_not_said_to_be_shared(graph: Graph, lexicon: Lexicon) -> None:
    link = chain(graph)[0]
    (document,) = told(lexicon, "pair", [link, *group(graph, "Bhutan", "in_region"), *group(graph, "India", "capital")])
    assert " both " not in document.text.lower()


def test_a_profile_flows(graph: Graph, lexicon: Lexicon) -> None:
    facts = about(graph, "Bhutan")
    for seed in range(30):
        Random(seed).shuffle(facts)
        (document,) = told(lexicon, "profile", facts, slots=tuple(range(seed, seed + len(facts))), max_chars=5000)
        sentences = [document.text[s.start : s.end] for s in document.spans]
        starts = [s.split(" ")[0] for s in dict.fromkeys(sentences)]
        assert "Bhutan" in sentences[0]
        assert not [i for i in range(2, len(starts)) if starts[i] == starts[i - 1] == starts[i - 2]]
        assert {"It", "Its"} & set(starts)
        assert {s.fact for s in document.spans} == {f.uid for f in facts}


def test_plural_names_are_not_called_it() -> None:
    countries = {"f": "Haiti", "g": "Guyana", "h": "Peru"}
    types = {"am": "region", **dict.fromkeys(countries, "country")}
    graph = make_graph([(k, "in_region", "am") for k in countries], labels={"am": "Americas", **countries}, types=types)
    lexicon = resolve(graph)
    facts = list(graph.facts())
    for slot in range(40):
        (document,) = told(lexicon, "pair", facts, slots=(slot, slot + 1, slot + 2))
        assert " it are " not in document.text.replace("It", " it")
        opening = [s for s in ("As for the Americas", "As for how") if s in document.text]
        assert len(opening) < 2


def test_people_and_untyped_things_are_not_called_it() -> None:
    facts = [("ada", "field", "x"), ("ada", "employer", "y"), ("ada", "residence", "z"), ("ada", "genre", "w")]
    for types in ({"ada": "human"}, {}):
        graph = make_graph(facts, labels={"ada": "Ada"}, types=types)
        (document,) = told(resolve(graph), "profile", list(graph.facts()))
        assert not {"it", "its"} & set(document.text.lower().split()) - {"it"}
        assert document.text.count("Ada") >= 3  # once where two predicates are joined


def test_long_text_is_split_at_sentences_and_each_part_names_its_subject(graph: Graph, lexicon: Lexicon) -> None:
    facts = about(graph, "Bhutan")
    whole = told(lexicon, "profile", facts, max_chars=10_000)
    parts = told(lexicon, "profile", facts, max_chars=150)
    assert len(whole) == 1
    assert len(parts) > 3
    assert all(len(d.text) <= 150 for d in parts)
    assert all("Bhutan" in d.text for d in parts)
    assert {s.fact for d in parts for s in d.spans} == {f.uid for f in facts}
    assert len({d.id for d in parts}) == len(parts)


def test_a_list_of_many_becomes_several_sentences() -> None:
    graph = make_graph([("hub", "borders", f"land {i:02}") for i in range(45)], types={"hub": "country"})
    (document,) = told(resolve(graph), "statement", list(graph.out(graph.find("hub")[0].uid)), max_chars=10_000)
    assert len({(s.start, s.end) for s in document.spans}) == 5
    assert len(document.spans) == 45


def test_difficulty_rises_with_hops_and_with_what_is_asked(graph: Graph, lexicon: Lexicon) -> None:
    fact, facts = group(graph, "Bhutan", "capital"), chain(graph)
    order = [
        told(lexicon, "statement", fact),
        told(lexicon, "question", fact),
        told(lexicon, "inverse_question", fact),
        told(lexicon, "evidence", facts),
        told(lexicon, "conclusion", facts),
        told(lexicon, "chain_question", facts),
    ]
    values = [documents[0].difficulty for documents in order]
    assert values == sorted(values)
    assert len(set(values)) >= 5


def test_the_same_subgraph_gives_the_same_text_and_another_slot_another(graph: Graph, lexicon: Lexicon) -> None:
    facts = about(graph, "Bhutan")
    slots = tuple(range(len(facts)))
    assert told(lexicon, "profile", facts, slots=slots) == told(resolve(countries()), "profile", facts, slots=slots)
    assert told(lexicon, "profile", facts, slots=slots)[0].text != told(lexicon, "profile", facts, slots=slots[::-1])[0].text


def test_slots_reach_every_wording_before_one_repeats(graph: Graph, lexicon: Lexicon) -> None:
    facts = group(graph, "Bhutan", "capital")
    n = lexicon.wordings(facts[0], "statement")
    assert len(texts(lexicon, "statement", facts, n)) == n == 18


# errors


def test_a_broken_chain_an_unknown_form_and_nothing_to_tell_are_errors(graph: Graph, lexicon: Lexicon) -> None:
    with pytest.raises(UserError, match="do not join") as fault:
        told(lexicon, "conclusion", [group(graph, "Bahamas", "capital")[0], group(graph, "Cyprus", "capital")[0]])
    assert fault.value.hint
    with pytest.raises(UserError, match="unknown form 'profil'") as fault:
        told(lexicon, "profil", chain(graph))
    assert "profile" in fault.value.hint
    with pytest.raises(UserError, match="without facts"):
        list(tell([Subgraph(1, (), "profile")], lexicon, stage="01", lesson="a", level=1))
    with pytest.raises(UserError, match="no wordings for inverse_question"):
        told(lexicon, "inverse_question", group(graph, "Bhutan", "landlocked"))


# invariants

names = st.sampled_from([
    "Bhutan", "Bahamas", "St. John's", "Washington D.C.", 'a "quoted" name', "line\nbreak", "مصر", "日本", "two  spaces",
    "iPhone", "Cyprus", "mitochondrion", "[X]", "The Gambia", "Yahoo!", "tRNA", "Cook Islands",
])  # fmt: skip
values = st.sampled_from(
    [("180", ""), ("true", "xsd:boolean"), (".bs", ""), ("1949-12-08", "xsd:date"), ('"hi"\n', ""), ("ایران.", "")]
)
relations = st.sampled_from(
    ["capital", "borders", "currency", "area_km2", "in_region", "landlocked", "field of work", "part_of", "isa", "founded by"]
)
kinds = st.sampled_from(["country", "city", "", "human", "currency"])


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    labels = {f"n{i}": draw(names) for i in range(5)}
    keys = st.sampled_from(sorted(labels))
    triples = draw(st.lists(st.tuples(keys, relations, keys | values), min_size=2, max_size=14))
    types = {key: kind for key in labels if (kind := draw(kinds))}
    return make_graph(triples, labels=labels, types=types, symmetric=["borders"])


def subgraphs(graph: Graph, rng: Random) -> list[Subgraph]:
    found = []
    for anchor in graph.anchors():
        facts = list(graph.out(anchor))
        rng.shuffle(facts)
        slots = tuple(rng.randrange(99) for _ in facts)
        found.append(Subgraph(anchor, tuple(facts), "profile", slots))
        for fact in facts:
            same = tuple(f for f in graph.out(anchor, fact.relation.uid))
            found += [Subgraph(anchor, same, "statement", tuple(range(len(same)))), Subgraph(anchor, same, "question")]
            found.append(Subgraph(anchor, (fact,), "inverse_question"))
            if fact.object.literal or fact.object.uid == anchor:
                continue
            found.append(Subgraph(anchor, (fact, *(f for f in facts if f != fact), *graph.out(fact.object.uid)), "pair"))
            for second in graph.out(fact.object.uid)[:2]:
                if anchor not in (second.subject.uid, second.object.uid):
                    found += [Subgraph(anchor, (fact, second), form) for form in ("evidence", "conclusion", "chain_question")]
    return found


def askable(lexicon: Lexicon, subgraph: Subgraph) -> bool:
    if subgraph.form == "chain_question":
        return chain_question(lexicon, subgraph.facts, 0) is not None
    pool = {"question": "question", "inverse_question": "inverse_question"}.get(subgraph.form)
    return pool is None or lexicon.wordings(subgraph.facts[-1], pool) > 0


@settings(max_examples=25, deadline=None)
@given(graph=graphs(), seed=st.integers(0, 999), size=st.sampled_from([120, 1200]))
def test_documents_of_any_graph(graph: Graph, seed: int, size: int) -> None:
    lexicon = resolve(graph)
    todo = [s for s in subgraphs(graph, Random(seed)) if askable(lexicon, s)]
    for subgraph in todo:
        documents = list(tell([subgraph], lexicon, stage="s", lesson="l", level=2, max_chars=size))
        assert {s.fact for d in documents for s in d.spans} == {f.uid for f in subgraph.facts}
        assert {t for d in documents for t in d.twins} == {f.twin for f in subgraph.facts}
        for document in documents:
            _check(document, subgraph, graph, lexicon)


def _check(document: Document, subgraph: Subgraph, graph: Graph, lexicon: Lexicon) -> None:
    text = document.text
    assert document.id == show(digest("document", "s", show(subgraph.anchor), text))
    assert (document.form, document.lesson, document.level, document.anchor) == (subgraph.form, "l", 2, subgraph.anchor)
    ranges = sorted({(s.start, s.end) for s in document.spans})
    assert ranges[0][0] == 0
    assert ranges[-1][1] == len(text)
    assert all(b[0] == a[1] + 1 for a, b in pairwise(ranges))  # sentences, one space between
    assert document.frames == ()
    assert "{" not in text
    assert "  " not in text
    assert text == text.strip()
    assert ".." not in text
    allowed = {FORMS[document.form].exposes} | ({"implied"} if document.form == "evidence" else set())
    for span in document.spans:
        sentence = text[span.start : span.end]
        assert span.kind in allowed
        assert not sentence[0].islower() or sentence[1].isupper()
        assert sentence.endswith((".", "!", '."', "?"))
        if span.kind == "stated":
            fact = graph.fact(span.fact)
            for node, said in ((fact.subject, lexicon.name(fact.subject)), (fact.object, lexicon.value(fact))):
                if node.literal and said in ("Yes", "No"):
                    continue
                named = said.casefold() in sentence.casefold()
                if not named and node.qualifier and said.casefold() in text[: span.start].casefold():
                    named = lexicon.namer.short(node).casefold() in sentence.casefold()
                earlier = node.uid in (subgraph.anchor, subgraph.facts[0].object.uid, subgraph.facts[0].subject.uid)
                assert named or (earlier and said.casefold() in text[: span.start].casefold()), (said, sentence)
    plain = re.sub("[\u200e\u2068\u2069]", "", text.replace("\n", " "))
    assert clean(plain) == plain
