"""What lessons conclude is true: each conclusion is worked out again from the graph, by other means than the verbalizer's."""

from __future__ import annotations

import itertools
from random import Random

import pytest

from kg2corpus import registry
from kg2corpus.graph import Graph
from kg2corpus.lexicon import Lexicon, resolve
from kg2corpus.lexicon.framing import frames
from kg2corpus.types import FORMS, Document, Fact, Subgraph
from kg2corpus.verbalizers._forms_reason import sayable
from kg2corpus.verbalizers._reason import Worked, number_word, worked_out
from kg2corpus.verbalizers.template import tell
from tests.small import atlas

LESSONS = {
    "fan_out": "fan_out", "count": "counts", "inverse_count": "counts", "comparison": "comparisons",
    "superlative": "superlatives", "ordering": "temporal", "overlap": "temporal", "intersection": "intersections",
    "union": "unions", "constraint": "constraints", "negation": "negation", "inheritance": "inheritance",
}  # fmt: skip


@pytest.fixture(scope="module")
def graph() -> Graph:
    return atlas()


@pytest.fixture(scope="module")
def lexicon(graph: Graph) -> Lexicon:
    return resolve(graph)


def picked(graph: Graph, form: str, seeds: int = 6) -> list[Subgraph]:
    pick = registry.find("lessons", LESSONS[form]).pick
    anchors = [graph.node(uid) for uid in graph.node_uids() if not graph.node(uid).literal]
    return [s for seed in range(seeds) for a in anchors for s in pick(graph, a, Random(seed)) if s.form == form]


def follows(graph: Graph, lexicon: Lexicon, form: str) -> list[tuple[tuple[Fact, ...], Worked]]:
    operator = FORMS[form].operator
    found = [(s.facts, worked_out(operator, lexicon, s.facts, Random(i))) for i, s in enumerate(picked(graph, form))]
    said = [(facts, worked) for facts, worked in found if worked is not None]
    assert said, "the atlas has something for every operator, and words for it"
    return said


def labels(graph: Graph, uids: set[int]) -> set[str]:
    return {graph.node(uid).label for uid in uids}


def test_every_operator_is_here() -> None:
    assert set(LESSONS) == {form.operator for form in FORMS.values() if form.operator}


def test_counts(graph: Graph, lexicon: Lexicon) -> None:
    for form, into in (("count", False), ("inverse_count", True)):
        for facts, said in follows(graph, lexicon, form):
            node = facts[0].object if into else facts[0].subject
            true = graph.degree(node.uid, facts[0].relation.uid)[into]
            assert said.answer == number_word(true)
            assert f" {said.answer} " in f" {said.conclusion.rstrip('.')} "


def test_comparisons_and_superlatives(graph: Graph, lexicon: Lexicon) -> None:
    ups, downs = set[str](), set[str]()
    for scale in frames()["scales"]:
        more, most, less, least = scale.split(" ")
        ups |= {more, most}
        downs |= {less, least}
    for form in ("comparison", "superlative"):
        for facts, said in follows(graph, lexicon, form):
            values = {f.subject.label: float(f.object.label) for f in facts}
            words = set(said.question.replace(",", "").split())
            wanted = max if words & (ups | {"greater", "greatest"}) else min
            assert words & (ups | downs | {"greater", "greatest", "smaller", "smallest"})
            assert said.answer == wanted(values, key=lambda name: values[name])
            assert said.answer in said.conclusion


def test_orderings(graph: Graph, lexicon: Lexicon) -> None:
    for facts, said in follows(graph, lexicon, "ordering"):
        years = [int(f.object.label) for f in facts]
        latest_first = "latest first" in said.question
        assert years == sorted(years, reverse=latest_first)
        places = [said.answer.index(f.subject.label) for f in facts]
        assert places == sorted(places)


def test_overlaps(graph: Graph, lexicon: Lexicon) -> None:
    answers, shared = set[str](), set[str]()
    for (one, other), said in follows(graph, lexicon, "overlap"):
        (began, ended), (next_, _) = (tuple(int(year or 9999) for year in f.periods[0]) for f in (one, other))
        assert began < next_
        assert one.relation == other.relation
        assert (one.subject == other.subject) != (one.object == other.object)
        ends = [f.object.label if one.subject == other.subject else f.subject.label for f in (one, other)]
        shared.add("subject" if one.subject == other.subject else "object")
        words = ("overlap", "share") if next_ < ended else ("before", "ended before")
        assert any(word in said.conclusion for word in words), said
        assert all(name in said.conclusion and name in said.step and name in said.question for name in ends)
        assert all(year in said.step for f in (one, other) for year in f.periods[0])
        assert said.answer == (ends[0] if "first" in said.question else "Yes" if next_ < ended else "No")
        answers.add(said.answer if said.answer in ("Yes", "No") else "name")
    assert (answers, shared) == ({"Yes", "No", "name"}, {"subject", "object"})


def test_sets(graph: Graph, lexicon: Lexicon) -> None:
    for form in ("intersection", "constraint", "union"):
        for facts, said in follows(graph, lexicon, form):
            conditions = list(dict.fromkeys((f.relation.uid, f.object.uid) for f in facts))
            assert len(conditions) == 2
            one, other = ({f.subject.uid for f in graph.into(o, r)} for r, o in conditions)
            answers = one | other if form == "union" else one & other
            assert {f.subject.uid for f in facts} == answers
            assert all(name in said.answer for name in labels(graph, answers))
            if form == "constraint":
                assert len(answers) == 1 < min(len(one), len(other))


def test_negations(graph: Graph, lexicon: Lexicon) -> None:
    held = {(f.subject.uid, f.relation.uid, f.object.uid) for f in graph.facts()}
    for (fact, other), said in follows(graph, lexicon, "negation"):
        assert (fact.subject.uid, fact.relation.uid, other.object.uid) not in held
        assert fact.subject.label in said.conclusion
        assert other.object.label in said.conclusion
        assert fact.object.label in said.answer


def test_inheritance_follows_the_chain(graph: Graph, lexicon: Lexicon) -> None:
    for facts, said in follows(graph, lexicon, "inheritance"):
        assert all(a.object == b.subject for a, b in itertools.pairwise(facts))
        assert len({f.relation.uid for f in facts}) == 1
        assert facts[0].relation.transitive
        assert facts[0].subject.label in said.conclusion
        assert facts[-1].object.label in said.conclusion


def test_lists_are_whole(graph: Graph, lexicon: Lexicon) -> None:
    for facts, said in follows(graph, lexicon, "fan_out"):
        assert graph.degree(facts[0].subject.uid, facts[0].relation.uid)[0] == len(facts)
        assert all(f.object.label in said.conclusion for f in facts)


@pytest.mark.parametrize("form", sorted(LESSONS))
def test_documents_carry_their_facts(graph: Graph, lexicon: Lexicon, form: str) -> None:
    for subgraph in picked(graph, form, 2):
        if not sayable(lexicon, form, subgraph.facts):
            continue
        documents: list[Document] = list(tell([subgraph], lexicon, stage="s", lesson="l", level=4))
        stated = {span.fact for d in documents for span in d.spans if span.kind == "stated"}
        implied = {span.fact for d in documents for span in d.spans if span.kind == "implied"}
        assert stated == implied == {fact.uid for fact in subgraph.facts}
        assert documents[-1].text.endswith(".")


def test_a_wrong_statement_is_named_and_put_right(graph: Graph, lexicon: Lexicon) -> None:
    pick = registry.find("lessons", "edits").pick
    found = [s for uid in graph.anchors() for s in pick(graph, graph.node(uid), Random(1))]
    assert found
    for subgraph in found:
        (document,) = tell([subgraph], lexicon, stage="s", lesson="edits", level=5)
        *facts, donor = subgraph.facts
        at = next(i for i, f in enumerate(facts) if f.relation == donor.relation)
        letter = f"({'abcdef'[at]})"
        _, _, answer = document.text.partition("Answer: ")
        assert letter in answer
        assert facts[at].object.label in answer
        wrong = next(line for line in document.text.splitlines() if line.startswith(letter))
        assert donor.object.label in wrong
        assert facts[at].object.label not in wrong
