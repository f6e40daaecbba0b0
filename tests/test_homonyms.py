"""Names that tell entities of one label apart, and that every text uses them."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus import uid as uids
from kg2corpus.checks.documents import read as read_document
from kg2corpus.checks.leaks import named_pairs, secrets
from kg2corpus.columns import fold
from kg2corpus.compile.gates import NAMES_HELD_OUT, TOLD, Gates
from kg2corpus.faithful import mentions, reader
from kg2corpus.graph import Graph
from kg2corpus.lexicon.resolve import resolve
from kg2corpus.probes.choose import gives_away
from kg2corpus.store.split import Split
from kg2corpus.types import Subgraph
from kg2corpus.verbalizers.template import tell
from tests.graphs import make_graph


def e(key: str) -> int:
    return uids.entity_uid(key)


def names(graph: Graph, *keys: str) -> list[str]:
    return [graph.node(e(key)).name for key in keys]


def georgia() -> Graph:
    return make_graph(
        [("e/ge", "p/capital", "e/tbilisi"), ("e/ga", "p/capital", "e/atlanta"), ("e/ge", "p/borders", "e/tr")],
        labels={"e/ge": "Georgia", "e/ga": "georgia ", "e/tbilisi": "Tbilisi", "e/atlanta": "Atlanta", "e/tr": "Turkey"},
        types={"e/ge": ["country", "place"], "e/ga": ["federal state", "place"], "e/tr": "country"},
    )


def test_types_tell_apart() -> None:
    g = georgia()
    assert names(g, "e/ge", "e/ga", "e/tr") == ["Georgia (country)", "georgia  (federal state)", "Turkey"]
    assert g.telling_facts() == frozenset()
    assert g.node(e("e/ge")).label == "Georgia"


SPRINGFIELDS = [
    ("e/s1", "p/in", "e/il"),
    ("e/s2", "p/in", "e/ma"),
    ("e/s3", "p/in", "e/ma"),
    ("e/peoria", "p/in", "e/il"),
    ("e/boston", "p/in", "e/ma"),
    ("e/il", "p/seat", "e/s1"),
    ("e/s3", "p/founded_by", "e/pynchon"),
]
TOWNS = {f"e/s{i}": "Springfield" for i in (1, 2, 3)} | {"e/il": "Illinois", "e/ma": "Massachusetts", "e/pynchon": "Pynchon"}


def test_facts_tell_apart_and_are_named_as_the_basis() -> None:
    g = make_graph(SPRINGFIELDS, labels=TOWNS, types={f"e/s{i}": "town" for i in (1, 2, 3)})
    assert names(g, "e/s1", "e/s3") == ["Springfield (Illinois)", "Springfield (Pynchon)"]
    # all facts that join the two are given away, whatever relation and direction
    given_away = {(f.subject.key, f.relation.key, f.object.key) for f in g.telling(e("e/s1"))}
    assert given_away == {("e/s1", "p/in", "e/il"), ("e/il", "p/seat", "e/s1")}
    assert g.telling_facts() == {f.uid for key in ("e/s1", "e/s3") for f in g.telling(e(key))}
    assert names(g, "e/s2") == ["Springfield (s2)"], "what others could have too tells nothing"


def test_year_of_birth_before_a_country() -> None:
    date = "http://www.w3.org/2001/XMLSchema#date"
    facts = [("e/j0", "p/born", ("1580-02-03", date)), ("e/j1", "p/born", ("1961-02-03", date))]
    facts += [(f"e/{who}", "p/citizen", f"e/{where}") for who, where in (("j0", "uk"), ("j1", "us"), ("x", "us"), ("y", "uk"))]
    g = make_graph(facts, labels={"e/j0": "John Smith", "e/j1": "John Smith"})
    assert names(g, "e/j0", "e/j1") == ["John Smith (1580)", "John Smith (1961)"]
    assert {f.relation.key for f in g.telling(e("e/j0"))} == {"p/born"}


def test_description_if_it_names_no_neighbour() -> None:
    descriptions = {"e/a": "an English explorer", "e/b": "city in Illinois, founded by someone"}
    g = make_graph(
        [("e/a", "p/x", "e/q"), ("e/b", "p/in", "e/il")],
        labels={"e/a": "Lincoln", "e/b": "Lincoln", "e/il": "Illinois"},
        descriptions=descriptions,
    )
    assert names(g, "e/a", "e/b") == ["Lincoln (English explorer)", "Lincoln (Illinois)"]
    assert g.telling(e("e/b")), "the fact that stood in the description is a basis now"
    assert not g.telling(e("e/a"))


def test_two_together_and_the_key_last() -> None:
    g = make_graph(
        [("e/a", "p/in", "e/by"), ("e/b", "p/in", "e/by"), ("e/c", "p/in", "e/at"), ("e/d", "p/in", "e/at")],
        labels={f"e/{k}": "Au" for k in "abcd"} | {"e/by": "Bavaria", "e/at": "Austria"},
        types={"e/a": "village", "e/b": "river", "e/c": "village", "e/d": "river"},
    )
    assert names(g, *(f"e/{k}" for k in "abcd")) == [
        "Au (village, Bavaria)", "Au (river, Bavaria)", "Au (village, Austria)", "Au (river, Austria)",
    ]  # fmt: skip
    bare = make_graph([("e/Q1", "p/x", "e/z"), ("e/Q2", "p/x", "e/z")], labels={"e/Q1": "Same", "e/Q2": "Same"})
    assert names(bare, "e/Q1", "e/Q2") == ["Same (Q1)", "Same (Q2)"]


def test_keys_are_not_told_where_names_have_moved() -> None:
    g = make_graph(
        [("e/Paris", "p/x", "e/z"), ("e/Rome", "p/x", "e/z")],
        labels={"e/Paris": "Same", "e/Rome": "Same"},
        graph_id="permuted-0",
        counterfactual="COUNTERFACTUAL: names were permuted",
    )
    for node in g.find("Same"):
        assert node.qualifier == uids.show(node.uid)[:6]


def test_opposites_names_and_the_label_itself_tell_nothing() -> None:
    g = make_graph(
        [("e/a", "p/opposite", "e/b"), ("e/b", "p/opposite", "e/a"), ("e/c", "p/called", "e/n"), ("e/a", "p/in", "e/sg")],
        labels={"e/a": "Texas", "e/c": "Texas", "e/b": "Other", "e/n": "Lone Star", "e/sg": "Texas"},
        name_like=["p/called"],
    )
    assert not {"Other", "Lone Star", "Texas"} & {g.node(e(k)).qualifier for k in ("e/a", "e/c", "e/sg")}


def test_what_has_no_fact_is_no_homonym_nor_is_a_literal() -> None:
    g = make_graph(
        [("e/a", "p/x", "e/b"), ("e/b", "p/name", ("Au", ""))], labels={"e/a": "Au", "e/type": "Au"}, types={"e/a": "river"}
    )
    assert names(g, "e/a", "e/type") == ["Au", "Au"]


def test_find_and_near() -> None:
    g = georgia()
    assert [n.key for n in g.find("GEORGIA  (Country)")] == ["e/ge"]
    assert {n.key for n in g.find("Georgia")} == {"e/ge", "e/ga"}
    named = make_graph([("e/a", "p/x", "e/b"), ("e/b", "p/name", ("Au", ""))], labels={"e/a": "Au", "e/b": "Au"})
    assert [n.literal for n in named.find("Au")] == [False, False, True], "a value that reads like the name hides no entity"


keys = st.integers(0, 9).map(lambda i: f"e/{i}")
triples = st.lists(st.tuples(keys, st.sampled_from(["p/a", "p/b"]), keys), min_size=1, max_size=30)
labelled = st.dictionaries(keys, st.sampled_from(["Au", "au", "Au (town)", "Ö", "", "a\nb"]), max_size=10)
typed = st.dictionaries(keys, st.sampled_from(["river", "town", "x/1"]), max_size=10)


@given(triples, labelled, typed, st.randoms(use_true_random=False))
def test_no_two_entities_have_one_name_whatever_the_order_of_loading(facts, labels, types, rng: random.Random) -> None:
    g = make_graph(facts, labels=labels, types=types)
    used = [g.node(uid) for uid in g.node_uids() if sum(g.degree(uid))]
    counts = Counter(fold(n.name) for n in used if n.label.strip())
    assert all(count == 1 for count in counts.values())
    shared = Counter(fold(n.label) for n in used)
    assert all(bool(n.qualifier) == (shared[fold(n.label)] > 1 and bool(n.label.strip())) for n in used)
    shuffled = list(facts)
    rng.shuffle(shuffled)
    other = make_graph(shuffled, labels=labels, types=types)
    assert [g.node(u).name for u in g.node_uids()] == [other.node(u).name for u in other.node_uids()]
    assert g.telling_facts() == other.telling_facts() <= {f.uid for f in g.facts()}


@pytest.mark.parametrize("form", ["statement", "forward_statement", "profile", "question", "inverse_question"])
def test_every_text_says_the_whole_name_and_it_is_read_back(form: str) -> None:
    g = georgia()
    lexicon = resolve(g, [])
    read = reader(g, lexicon)
    facts = tuple(g.out(e("e/ge")))
    chosen = facts if form == "profile" else facts[1:2]
    for slot in range(12):
        [document] = tell(
            [Subgraph(e("e/ge"), chosen, form, (slot,) * len(chosen))], lexicon, stage="s", lesson="l", level=1
        )
        assert "Georgia (country)" in document.text
        assert "Georgia (country)'s" not in document.text
        said = [m for m in mentions(read, document.text) if document.text[m.start : m.end].startswith("Georgia")]
        assert said
        assert said[0].uids == (e("e/ge"),)
        # later in a text about one of the two the name is clear without its qualifier
        assert all(m.uids == (e("e/ge"),) or (form == "profile" and e("e/ge") in m.uids) for m in said)


def test_a_name_that_shows_in_the_question_is_given_away_with_and_without_qualifiers() -> None:
    assert gives_away("Singapore (city)", "Singapore (country)", "What is the capital of Singapore (country)?")
    assert gives_away("Illinois", "Springfield (Illinois)")
    assert gives_away("Georgia (country)", "Tbilisi", "Is Tbilisi in Georgia?")
    assert not gives_away("Tbilisi", "Georgia (country)", "What is the capital of Georgia (country)?")


def test_what_a_qualifier_names_counts_as_named() -> None:
    facts = [*SPRINGFIELDS, ("e/lincoln", "p/lived_in", "e/s1"), ("e/lincoln", "p/died_in", "e/il")]
    g = make_graph(facts, labels=TOWNS | {"e/lincoln": "Lincoln"})
    lexicon = resolve(g, [])
    held = next(f for f in g.facts() if f.relation.name == "died_in")
    lived = next(f for f in g.facts() if f.relation.name == "lived_in")
    assert g.told_by_name(e("e/s1")) == {e("e/il")}
    split = Split(g.fingerprint, 0, {}, frozenset({held.twin}), frozenset())
    [document] = tell([Subgraph(lived.subject.uid, (lived,), "statement", (0,))], lexicon, stage="s", lesson="l", level=1)
    assert "Springfield (Illinois)" in document.text
    assert named_pairs(read_document(document, g, reader(g, lexicon)), g, secrets(g, split))
    gates = Gates(g, split, lexicon)
    assert gates.judge(Subgraph(lived.subject.uid, (lived,), "statement")) == (None, NAMES_HELD_OUT)

    free = Gates(g, Split(g.fingerprint, 0, {}, frozenset(), frozenset()), lexicon)
    assert free.judge(Subgraph(lived.subject.uid, (lived,), "statement"))[0] is not None


def test_no_question_is_answered_by_the_name_in_it() -> None:
    g = make_graph(SPRINGFIELDS, labels=TOWNS)
    gates = Gates(g, Split(g.fingerprint, 0, {}, frozenset(), frozenset()), resolve(g, []))
    inside = {(f.subject.uid, f.object.uid): f for f in g.facts() if f.relation.name == "in"}
    told, plain = inside[e("e/s1"), e("e/il")], inside[e("e/peoria"), e("e/il")]
    assert gates.judge(Subgraph(told.subject.uid, (told,), "question")) == (None, TOLD)
    assert gates.judge(Subgraph(told.subject.uid, (told,), "statement"))[1] == ""
    assert gates.judge(Subgraph(plain.subject.uid, (plain,), "question"))[1] == ""
    assert gates.judge(Subgraph(told.object.uid, (told,), "inverse_question"))[1] == ""
    seat = next(f for f in g.facts() if f.relation.name == "seat")
    assert gates.judge(Subgraph(seat.object.uid, (seat,), "inverse_question")) == (None, TOLD)
