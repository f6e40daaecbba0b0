"""Forms by shares: each is text with exact spans that the checks read back, and stands only where it suits and may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg2corpus import api, registry
from kg2corpus.checks import documents as checked
from kg2corpus.compile.gates import Gates
from kg2corpus.compile.plan import DRAWN
from kg2corpus.compile.run import compile_corpus
from kg2corpus.config import Curriculum, load_curriculum, resolved, shipped
from kg2corpus.documents import read_corpus
from kg2corpus.errors import UserError
from kg2corpus.faithful import Reader, gate, judge, reader
from kg2corpus.lexicon import Lexicon, resolve
from kg2corpus.snapshot import Graph, take
from kg2corpus.store.split import Split, make_split
from kg2corpus.types import FORMS, SHARES, Document, Fact, Subgraph
from kg2corpus.verbalizers.template import suits, tell

from . import corpora
from .graphs import make_graph
from .small import contents, people, world
from .test_lexicon import countries, group
from .test_template import askable, graphs, subgraphs

ALL = {"forms": dict.fromkeys(SHARES, 1.0)}
DATE = "http://www.w3.org/2001/XMLSchema#date"
NEVER_SEEN = {"timeline"}  # none of the graphs has dates
# elements make no chains, and in WordNet nothing is "the ..." of a word
NOT_IN = {"chemical-elements": {"exercise", "chain_flashcard"}, "wordnet31-animals": {"inverse_glossary", "inverse_fill_in"}}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return countries()


@pytest.fixture(scope="module")
def lexicon(graph: Graph) -> Lexicon:
    return resolve(graph)


def said(lexicon: Lexicon, subgraph: Subgraph, form: str, *, size: int = 1200) -> list[Document]:
    """A subgraph in another form than it was picked in."""
    facts, slots = subgraph.facts, subgraph.slots
    return list(tell([Subgraph(subgraph.anchor, facts, form, slots)], lexicon, stage="s", lesson="l", level=1, max_chars=size))


def texts(lexicon: Lexicon, form: str, facts: list[Fact], n: int = 150) -> set[str]:
    """The texts that the slots bring."""
    found = (Subgraph(facts[0].subject.uid, tuple(facts), form, (i,) * len(facts)) for i in range(n))
    return {"\n###\n".join(d.text for d in said(lexicon, subgraph, form)) for subgraph in found}


def about(graph: Graph, name: str, *relations: str) -> list[Fact]:
    return [fact for relation in relations for fact in group(graph, name, relation)]


# what each form looks like


def test_lines(graph: Graph, lexicon: Lexicon) -> None:
    facts = about(graph, "Bhutan", "capital", "borders", "landlocked")
    found = texts(lexicon, "infobox", facts)
    assert "**Bhutan**\nCapital: Thimphu\nNeighbours: China, India\nLandlocked: Yes" in found
    assert "Bhutan: key facts\n- Capital: Thimphu\n- Neighbours: China, India\n- Landlocked: Yes" in found
    found = texts(lexicon, "table", facts)
    assert "|  | Bhutan |\n|---|---|\n| Capital | Thimphu |\n| Neighbours | China, India |\n| Landlocked | Yes |" in found
    assert any("Bhutan:\n- It borders China and India.\n- Its capital is Thimphu." in text for text in texts(
        lexicon, "list", about(graph, "Bhutan", "borders", "capital")))  # fmt: skip


def test_triples_as_they_stand(graph: Graph, lexicon: Lexicon) -> None:
    held = gate(graph, lexicon)
    for fact in about(graph, "Bhutan", "capital", "in_region", "landlocked"):
        alone = Subgraph(fact.subject.uid, (fact,), "statement")
        assert suits("triple", lexicon, alone)
        (document,) = said(lexicon, alone, "triple")
        assert document.text in ("Bhutan | capital | Thimphu", "Bhutan | in region | Asia", "Bhutan | landlocked | Yes")
        verdict = judge(document, [fact], held)
        assert verdict.ok
        assert verdict.exactly == 1, "read as a triple, word by word"
        wrong = document.text.replace("Thimphu", "Beijing").replace("Asia", "Africa").replace("Yes", "No")
        assert not judge(replace(document, text=wrong), [fact], held).ok
    borders = tuple(about(graph, "Bhutan", "borders"))
    assert not suits("triple", lexicon, Subgraph(borders[0].subject.uid, borders, "statement"))


def test_a_table_of_several(graph: Graph, lexicon: Lexicon) -> None:
    facts = [fact for name in ("China", "India") for fact in about(graph, name, "capital", "in_region")]
    (text,) = texts(lexicon, "table", facts)
    assert text == "| Country | Capital | Region |\n|---|---|---|\n| China | Beijing | Asia |\n| India | New Delhi | Asia |"
    (document,) = said(lexicon, Subgraph(facts[0].subject.uid, tuple(facts), "profile"), "table")
    assert {text[s.start : s.end] for s in document.spans if s.fact == facts[2].uid} == {"| India | New Delhi | Asia |"}


def test_a_list_of_objects(graph: Graph, lexicon: Lexicon) -> None:
    found = texts(lexicon, "list", group(graph, "South Africa", "capital"))
    assert "The capitals of South Africa are the following:\n- Bloemfontein\n- Cape Town\n- Pretoria" in found


def test_entries(graph: Graph, lexicon: Lexicon) -> None:
    facts = about(graph, "Bhutan", "capital", "borders")
    found = texts(lexicon, "encyclopaedia", facts)
    assert "**Bhutan** is a country whose capital is Thimphu. It borders China and India." in found
    assert "The **Bahamas** is a country whose capital is Nassau." in texts(
        lexicon, "encyclopaedia", group(graph, "Bahamas", "capital"))  # fmt: skip
    assert "**Thimphu**: the capital of Bhutan." in texts(lexicon, "inverse_glossary", group(graph, "Bhutan", "capital"))
    assert "**Bhutan**: a country whose capital is Thimphu." in texts(lexicon, "glossary", group(graph, "Bhutan", "capital"))
    assert "**Bhutan**: a country whose capital is Thimphu. It borders China and India." in texts(lexicon, "glossary", facts)


def test_registers(graph: Graph, lexicon: Lexicon) -> None:
    facts = about(graph, "Bhutan", "capital", "borders")
    assert "Let me tell you about Bhutan. Its capital is Thimphu. Oh, and Bhutan borders China and India." in texts(
        lexicon, "conversation", facts, 3000)  # fmt: skip
    news = texts(lexicon, "news", facts, 400)
    assert "Bhutan in brief\n\nBhutan's capital is Thimphu.\n\nThe country borders China and India." in news
    found = texts(lexicon, "did_you_know", group(graph, "Bhutan", "capital"))
    assert {"Did you know that the capital of Bhutan is Thimphu?", "Did you know? The capital of Bhutan is Thimphu."} <= found


def test_a_conversation_about_a_pair_ends_with_what_connects_them(graph: Graph, lexicon: Lexicon) -> None:
    link = group(graph, "Bhutan", "borders")[1]
    facts = [link, *about(graph, "Bhutan", "capital", "in_region"), *about(graph, "India", "capital", "in_region")]
    subgraph = Subgraph(link.subject.uid, tuple(facts), "pair", tuple(range(5)))
    assert suits("conversation", lexicon, subgraph)
    (document,) = said(lexicon, subgraph, "conversation")
    last = max(document.spans, key=lambda span: span.start)
    assert last.fact == link.uid
    assert "India" in document.text[last.start :]


def test_talk(graph: Graph, lexicon: Lexicon) -> None:
    facts = about(graph, "Bhutan", "capital", "borders", "area_km2")
    for text in texts(lexicon, "dialogue", facts, 60):
        lines = text.split("\n")
        assert "Bhutan" in lines[0]
        assert len({line.split(" ")[0] for line in lines}) <= 2, "two people talk"
    assert any("And its area?" in text and ": 38,394 square kilometres." in text for text in texts(lexicon, "dialogue", facts))


def test_an_exercise_is_solved_step_by_step(graph: Graph, lexicon: Lexicon) -> None:
    hops = [group(graph, "Bhutan", "in_subregion")[0], group(graph, "Southern Asia", "part_of")[0]]
    (document,) = said(lexicon, Subgraph(hops[0].subject.uid, tuple(hops), "evidence", (0, 0)), "exercise")
    assert document.text.endswith("\nAnswer: Asia.")
    assert "Southern Asia" not in document.text.split("\n")[0], "the task leaves out what lies between"
    assert [span.kind for span in document.spans] == ["stated", "stated", "implied", "implied"]


def test_cards_and_gaps(graph: Graph, lexicon: Lexicon) -> None:
    capital = group(graph, "Bhutan", "capital")
    found = texts(lexicon, "flashcard", capital)
    assert {"Front: What is the capital of Bhutan?\nBack: Thimphu", "Front: Capital of Bhutan\nBack: Thimphu"} <= found
    assert "Front: Which country has the capital Thimphu?\nBack: Bhutan" in texts(lexicon, "inverse_flashcard", capital)
    symbol = make_graph([("Si", "block", ("p", ""))])
    cards = texts(resolve(symbol), "flashcard", list(symbol.facts()))
    assert cards
    assert all(re.search(r"(Back: |\n)p$", card) for card in cards), "p is no P"
    money = texts(lexicon, "flashcard", group(graph, "Bhutan", "currency"))
    assert any("Back: The Bhutanese ngultrum" in card for card in money)
    assert "The capital of Bhutan is ____. (Thimphu)" in texts(lexicon, "fill_in", capital)
    assert "Bhutan borders ____ and ____. (China and India)" in texts(lexicon, "fill_in", group(graph, "Bhutan", "borders"))
    assert "____ is the capital of ____. (Bhutan)" not in texts(lexicon, "inverse_fill_in", capital)
    assert "The capital of ____ is Thimphu. (Bhutan)" in texts(lexicon, "inverse_fill_in", capital)
    with pytest.raises(UserError, match="gap"):
        texts(lexicon, "fill_in", group(graph, "Bhutan", "landlocked"))


def test_a_timeline_is_in_order() -> None:
    dates = [("ada", "date_of_death", ("1852-11-27", DATE)), ("ada", "date_of_birth", ("1815-12-10", DATE))]
    made = make_graph([*dates, ("ada", "field", "maths")], labels={"ada": "Ada"}, types={"ada": "human"},
                      datatypes={"date_of_birth": DATE, "date_of_death": DATE})  # fmt: skip
    lexicon, facts = resolve(made), tuple(made.facts())
    assert suits("timeline", lexicon, Subgraph(facts[0].subject.uid, facts, "profile"))
    (document,) = said(lexicon, Subgraph(facts[0].subject.uid, facts, "profile"), "timeline")
    assert document.text.endswith("\n10 December 1815: Birth\n27 November 1852: Death")
    assert "maths" in document.text.split("\n")[0]
    undated = tuple(f for f in facts if f.relation.name != "date_of_birth")
    assert not suits("timeline", lexicon, Subgraph(facts[0].subject.uid, undated, "profile"))


def test_marks_of_markdown_are_escaped_and_read_back() -> None:
    made = make_graph([("x", "part_of", "y"), ("x", "field", "z")], labels={"x": "A|B*C", "y": "P|Q", "z": "**Z**"})
    lexicon, facts = resolve(made), tuple(made.facts())
    names = reader(made, lexicon)
    for form in ("table", "encyclopaedia", "infobox", "triple"):
        for document in said(lexicon, Subgraph(facts[0].subject.uid, facts, "profile"), form):
            assert not faults(document, made, lexicon, names)
    assert all(line.count("|") - line.count("\\|") == 3 for text in texts(lexicon, "table", list(facts))
               for line in text.split("\n") if line.startswith("|"))  # fmt: skip


def test_homonyms_are_told_apart_where_they_are_first_named() -> None:
    facts = [("ge", "capital", "tb"), ("ge", "in_region", "as"), ("us", "capital", "at"), ("us", "in_region", "am")]
    made = make_graph(facts, labels={"ge": "Georgia", "us": "Georgia"}, types={"ge": "country", "us": "state"})
    lexicon = resolve(made)
    for anchor in made.anchors():
        subgraph = Subgraph(anchor, made.out(anchor), "profile")
        for form in DRAWN["profile"]:
            if suits(form, lexicon, subgraph):
                (document,) = said(lexicon, subgraph, form)
                assert f"Georgia ({made.node(anchor).qualifier})" in document.text.split(". ")[0] + document.text.split("\n")[0]


# any graph


def faults(document: Document, graph: Graph, lexicon: Lexicon, names: Reader) -> list[str]:
    read = checked.read(document, graph, names, checked.wording_words(lexicon))
    return checked.claims(read, lexicon) + checked.spans(document)


def drawn(lexicon: Lexicon, subgraph: Subgraph) -> Iterator[str]:
    return (form for form in DRAWN.get(subgraph.form, ()) if suits(form, lexicon, subgraph))


def sound(document: Document, subgraph: Subgraph, form: str, size: int) -> None:
    """What holds of every document, whatever its form."""
    assert document.form == form
    assert document.frames == ()
    assert document.text == document.text.strip()
    braces = sum(node.label.count("{") for fact in subgraph.facts for node in (fact.subject, fact.object))
    assert document.text.count("{") <= braces
    kinds = {FORMS[form].exposes} | ({"implied"} if form == "exercise" else set())
    assert {span.kind for span in document.spans} <= kinds
    units = {(span.start, span.end) for span in document.spans}
    assert len(document.text) <= size or len(units) == 1


def test_every_form_has_a_share_and_a_place() -> None:
    assert all(set(form.of) <= set(DRAWN) for form in FORMS.values())
    assert all(FORMS[own].exposes == form.exposes for form in FORMS.values() for own in form.of), "kinds stay what they are"
    assert {form.share for form in FORMS.values()} == set(SHARES)
    settings = load_curriculum("forms")
    assert set(settings.forms) == set(SHARES), "the shipped curriculum shows them all"


@settings(max_examples=25, deadline=None)
@given(graph=graphs(), seed=st.integers(0, 999), size=st.sampled_from([120, 1200]))
def test_documents_of_any_graph(graph: Graph, seed: int, size: int) -> None:
    lexicon = resolve(graph)
    for subgraph in subgraphs(graph, Random(seed)):
        if len({f.twin for f in subgraph.facts}) < len(subgraph.facts) or not askable(lexicon, subgraph):
            continue
        for form in drawn(lexicon, subgraph):
            documents = said(lexicon, subgraph, form, size=size)
            assert {s.fact for d in documents for s in d.spans} == {f.uid for f in subgraph.facts}
            stated = [s.fact for d in documents for s in d.spans if s.kind == FORMS[form].exposes]
            assert len(stated) == len(subgraph.facts), "each once"
            assert documents == said(lexicon, subgraph, form, size=size)
            for document in documents:
                sound(document, subgraph, form, size)
                assert not checked.spans(document)


@pytest.mark.data
@pytest.mark.parametrize("name", ["countries", "codex-s-labelled", "wordnet31-animals", "chemical-elements"])
def test_every_form_on_real_graphs(name: str, kg_data: Path, tmp_path: Path) -> None:
    api.load([kg_data / "kg" / name], db=str(tmp_path / "g.db"))
    graph = take(str(tmp_path / "g.db"))
    lexicon, rng = resolve(graph), Random(1)
    names = reader(graph, lexicon)
    seen: dict[str, int] = {}
    for anchor in rng.sample(graph.anchors(), 60):
        for lesson in ("facts", "profile", "pairs", "chains"):
            for picked in registry.find("lessons", lesson).pick(graph, graph.node(anchor), rng):
                subgraph = Subgraph(picked.anchor, picked.facts, picked.form, tuple(rng.randrange(99) for _ in picked.facts))
                for form in drawn(lexicon, subgraph):
                    if seen.get(form, 0) > 60 or (FORMS[form].asks and not askable(lexicon, subgraph)):
                        continue
                    for document in said(lexicon, subgraph, form, size=700):
                        seen[form] = seen.get(form, 0) + 1
                        sound(document, subgraph, form, 700)
                        assert not faults(document, graph, lexicon, names), document.text
    missing = set(FORMS) - set(DRAWN) - set(seen) - NEVER_SEEN
    assert missing <= NOT_IN.get(name, set())


# which form a subgraph gets


def small(tmp_path: Path, **changes: object) -> Curriculum:
    path = tmp_path / "small.yaml"
    path.write_text(corpora.CURRICULUM, encoding="utf-8")
    return Curriculum.model_validate(load_curriculum(path).model_dump() | changes)


def test_compiled_corpora_are_sound_and_the_same_for_any_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shares = "\n".join(["forms:", *(f"  {share}: 1" for share in SHARES)])
    monkeypatch.setattr(corpora, "CURRICULUM", corpora.CURRICULUM + shares + "\n")
    (tmp_path / "one").mkdir()
    made = corpora.make(tmp_path / "one")
    report = made.check()
    assert report.ok, [result for result in report.results if not result.ok]
    forms = {document.form for document in read_corpus(made.corpus)}
    assert forms >= {"table", "infobox", "list", "encyclopaedia", "conversation", "news", "did_you_know", "fill_in"}
    for document in read_corpus(made.corpus):
        if FORMS[document.form].asks:
            facts = tuple(made.graph.fact(fact) for fact in dict.fromkeys(span.fact for span in document.spans))
            assert made.split.may_ask(Subgraph(document.anchor, facts, document.form))
    curriculum = load_curriculum(tmp_path / "one" / "small.yaml")
    compile_corpus(curriculum, made.graph, made.split, made.lexicon, tmp_path / "two", workers=2)
    assert contents(tmp_path / "two") == contents(made.corpus)


def test_without_shares_there_are_only_the_forms_that_lessons_pick(tmp_path: Path) -> None:
    small_world = world()
    plain, none = small(tmp_path), small(tmp_path, forms={"prose": 1, "question_answer": 1})
    split, lexicon = make_split(small_world, held_out=0.1), resolve(small_world)
    for curriculum, folder in ((plain, "a"), (none, "b")):
        compile_corpus(curriculum, small_world, split, lexicon, tmp_path / folder)
        assert {document.form for document in read_corpus(tmp_path / folder)} <= set(DRAWN)
    assert [d.text for d in read_corpus(tmp_path / "a")] == [d.text for d in read_corpus(tmp_path / "b")]
    assert "forms" not in resolved(plain)


def test_shares_are_kept_and_a_stage_has_its_own(tmp_path: Path) -> None:
    graph = people()
    stages = load_curriculum_stages(tmp_path, {"flashcard": 3, "question_answer": 1}, {})
    split, lexicon = make_split(graph, held_out=0.0), resolve(graph)
    compile_corpus(small(tmp_path, forms={"fill_in": 1}, stages=stages), graph, split, lexicon, tmp_path / "c")
    forms = [(d.stage, d.form) for d in read_corpus(tmp_path / "c") if FORMS[d.form].exposes == "asked"]
    first = [form for stage, form in forms if stage == "recall"]
    cards = sum(FORMS[form].share == "flashcard" for form in first)
    assert len(first) > 100
    assert 0.65 < cards / len(first) < 0.85
    replayed = [form for stage, form in forms if stage == "compose" and FORMS[form].share == "fill_in"]
    assert not replayed, "the second stage has no shares, and the first had other ones"


def load_curriculum_stages(tmp_path: Path, *forms: dict[str, float]) -> list[dict[str, object]]:
    stages = [stage.model_dump() for stage in small(tmp_path).stages]
    return [stage | {"forms": own} for stage, own in zip(stages, forms, strict=True)]


def test_forms_that_ask_tell_all_answers_and_only_where_that_is_allowed() -> None:
    graph = countries()
    free = Split(graph.fingerprint, 0, {}, frozenset(), frozenset())
    bhutan = group(graph, "Bhutan", "capital")[0].subject.uid
    facts = (*group(graph, "Bhutan", "capital"), *group(graph, "Bhutan", "in_region"))
    gates = Gates(graph, free, resolve(graph))
    assert gates.may_stand_for("dialogue", Subgraph(bhutan, facts, "profile"))
    part = (*facts, group(graph, "Bhutan", "borders")[0])
    assert not gates.may_stand_for("dialogue", Subgraph(bhutan, part, "profile")), "one of two neighbours"
    assert gates.may_stand_for("table", Subgraph(bhutan, part, "profile"))
    kept = Split(graph.fingerprint, 0, {}, frozenset(), frozenset({bhutan}))
    assert not Gates(graph, kept, resolve(graph)).may_stand_for("dialogue", Subgraph(bhutan, facts, "profile"))
    asia, capital = group(graph, "Bhutan", "in_region"), group(graph, "Bhutan", "capital")
    assert gates.may_stand_for("inverse_glossary", Subgraph(bhutan, tuple(capital), "statement"))
    assert not gates.may_stand_for("inverse_glossary", Subgraph(bhutan, tuple(asia), "statement")), "Asia is that to others too"
    hops = (group(graph, "Bhutan", "borders")[1], group(graph, "India", "capital")[0])
    assert not gates.may_stand_for("exercise", Subgraph(bhutan, hops, "evidence")), "another neighbour is another answer"


def test_unknown_forms_are_named_with_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    for where in ("forms: {tabel: 1}\n", "forms: {table: -1}\n"):
        path.write_text(corpora.CURRICULUM + where, encoding="utf-8")
        with pytest.raises(UserError, match="forms") as fault:
            load_curriculum(path)
        if "tabel" in where:
            assert "unknown form 'tabel'" in fault.value.message
            assert "did you mean 'table'" in fault.value.message
    assert load_curriculum(shipped("curricula") / "forms.yaml", ["forms=table=1,prose=2"]).forms == {"table": 1, "prose": 2}
