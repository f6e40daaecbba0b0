"""Exposures follow the weights of relations and the allocation, and the total stays; lessons with numbers of their own."""

from __future__ import annotations

from math import log1p
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus.compile import allocation
from kg2corpus.compile.measure import characters
from kg2corpus.compile.plan import Plan, Planner, make_plan, plan_fingerprint
from kg2corpus.compile.run import compile_corpus
from kg2corpus.config import Curriculum, load_curriculum, resolved
from kg2corpus.documents import read_corpus
from kg2corpus.errors import UserError
from kg2corpus.graph import Graph
from kg2corpus.types import FORMS
from kg2corpus.uid import show
from tests.graphs import make_graph
from tests.small import curriculum, parts, people, world


@pytest.fixture(scope="module")
def graph() -> Graph:
    return world()


def plan_of(graph: Graph, **changes: Any) -> Plan:
    return make_plan(curriculum(**changes), graph, *parts(graph))


def by_relation(plan: Plan, graph: Graph) -> dict[str, list[int]]:
    """Stated exposures of the twins of each relation."""
    stated = plan.counts("stated")
    found: dict[str, list[int]] = {}
    for row, uid in enumerate(plan.facts.uids):
        found.setdefault(graph.fact(uid).relation.name, []).append(stated[plan.facts.twin_of[row]])
    return found


# weights of relations


def test_exposures_follow_the_weights_exactly_and_the_total_stays(graph: Graph) -> None:
    weights = {"capital": 3, "river": 0.5}
    plain, weighed = plan_of(graph, exposures=12), plan_of(graph, exposures=12, relations={"weights": weights})
    assert weighed.counts("stated") == weighed.targets
    assert sum(weighed.targets) == sum(plain.targets) == 12 * len(plain.facts.twins)
    found = by_relation(weighed, graph)
    total = sum(len(rows) * weights.get(name, 1) for name, rows in by_relation(plain, graph).items())
    unit = 12 * len(plain.facts.twins) / total
    for name, counts in found.items():
        exact = unit * weights.get(name, 1)
        assert set(counts) <= {int(exact), int(exact) + 1}, name
        assert abs(sum(counts) / len(counts) - exact) < 1
    assert not weighed.warnings


def test_weights_count_for_what_says_the_same_and_for_questions() -> None:
    graph = people()
    plan = plan_of(graph, exposures=10, relations={"weights": {"seat_of": 4}})
    found = by_relation(plan, graph)
    assert min(found["seat"]) > 2 * max(found["mayor"])
    asked = dict(zip(plan.facts.twins, plan.counts("asked"), strict=True))
    seats = [asked[f.twin] for f in graph.facts() if f.relation.name == "seat" and f.twin in asked]
    others = [asked[f.twin] for f in graph.facts() if f.relation.name == "works_for" and f.twin in asked]
    assert max(seats) > max(others)


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ({"capitol": 2}, "capitol"),
        ({"seat": 2, "seat_of": 3}, "say the same"),
        ({"born": 2}, "left out of the corpus"),
    ],
)
def test_weights_that_cannot_be(weights: dict[str, float], said: str) -> None:
    with pytest.raises(UserError, match=said) as caught:
        plan_of(people(), relations={"weights": weights, "exclude": ["born"]})
    assert caught.value.hint


def test_a_weight_without_facts_and_one_too_small_are_remarked(graph: Graph) -> None:
    split, lexicon = parts(graph, relations=["capital", "borders", "in_region"])
    settings = curriculum(exposures=2, relations={"weights": {"river": 2, "capital": 0.01}})
    warnings = make_plan(settings, graph, split, lexicon).warnings
    assert any("'river' has no trained fact" in text for text in warnings)
    assert any("never stated" in text for text in warnings)


# allocation


def test_the_formula(graph: Graph) -> None:
    """Rarity and connectedness, worked out by counting on the graph's facts."""
    split, lexicon = parts(graph)
    settings = curriculum(allocation={"rarity": 1, "degree": 0.5, "least": 0.001, "most": 1000})
    planner = Planner(settings, graph, split, lexicon)
    found = allocation.weights(settings, planner.view, planner.facts, planner.unsayable)
    assert found is not None
    twins = {f.twin: f for f in planner.view.facts()}
    named: dict[int, list[Any]] = {}
    for fact in twins.values():
        for end in (fact.subject, *(() if fact.object.literal else (fact.object,))):
            named.setdefault(end.uid, []).append(fact)

    def score(uid: int) -> float:
        others = [f.object.uid if f.subject.uid == uid else f.subject.uid for f in named[uid] if not f.object.literal]
        near = len(named[uid]) + sum(len(named[other]) for other in others)
        return log1p(len(twins) / len(named[uid])) * log1p(near) ** 0.5

    exact = np.array([
        score(f.subject.uid) if f.object.literal else (score(f.subject.uid) * score(f.object.uid)) ** 0.5
        for f in (twins[twin] for twin in planner.facts.twins)
    ])  # fmt: skip
    assert found[0] == pytest.approx(exact / exact.mean())


def test_rare_and_surprising_facts_are_told_more_often(graph: Graph, tmp_path: Path) -> None:
    plan = plan_of(graph, exposures=20, allocation={"rarity": 4})
    found = by_relation(plan, graph)
    assert min(found["length_km"]) > max(found["part_of"]), "rivers are in three facts, the world in three and regions in many"
    assert sum(plan.targets) == 20 * len(plan.facts.twins)
    assert plan.counts("stated") == plan.targets
    assert max(plan.targets) <= 4 * 20 + 1
    assert min(plan.targets) >= 5

    file = tmp_path / "surprisal.tsv"
    hard = sorted(plan.facts.uids)[:10]
    lines = ["fact\tnats", *(f"{show(uid)}\t{9.0 if uid in hard else 1.5}" for uid in plan.facts.uids)]
    file.write_text("\n".join(lines), encoding="utf-8")
    surprised = plan_of(graph, exposures=20, allocation={"surprisal": str(file)})
    counts = {uid: surprised.targets[surprised.facts.twin_of[row]] for row, uid in enumerate(surprised.facts.uids)}
    ratio = np.mean([counts[uid] for uid in hard]) / np.mean([n for uid, n in counts.items() if uid not in hard])
    assert sum(surprised.targets) == 20 * len(plan.facts.twins)
    assert 3 < ratio < 6.5
    assert not surprised.warnings


def test_a_file_of_surprisals_that_does_not_fit(graph: Graph, tmp_path: Path) -> None:
    file = tmp_path / "s.tsv"
    known = next(graph.facts()).uid
    for text, said in [
        ("nothing here", "s.tsv:1: not a fact"),
        (f"{show(known)}\tmuch", "s.tsv:1: not a fact"),
        (f"{show(known)}\t-1", "-1.0 nats"),
        (f"{show(known)}\tnan", "nan nats"),
        (f"{'0' * 16}\t3", "no trained fact"),
        ("", "no trained fact"),
    ]:
        file.write_text(text, encoding="utf-8")
        with pytest.raises(UserError, match=said) as caught:
            plan_of(graph, allocation={"surprisal": str(file)})
        assert caught.value.hint
    with pytest.raises(UserError, match="no such file"):
        plan_of(graph, allocation={"surprisal": str(tmp_path / "none.tsv")})
    file.write_text(f"{show(known)}\t2\n{'0' * 16}\t3\n", encoding="utf-8")
    warnings = plan_of(graph, allocation={"surprisal": str(file)}).warnings
    assert any("have no surprisal" in text for text in warnings)
    assert any("1 lines are of facts that are not trained" in text for text in warnings)


@given(
    raw=st.lists(st.floats(0.01, 50), min_size=1, max_size=80),
    exposures=st.sampled_from([0.3, 1.0, 2.5, 7.0, 24.0]),
    seed=st.integers(0, 9),
)
def test_targets_are_rounded_weights_with_the_same_total(raw: list[float], exposures: float, seed: int) -> None:
    weight = np.array(raw) / np.mean(raw)
    found = allocation.targets(weight, exposures, seed, [])
    assert sum(found) == round(exposures * len(raw))
    assert all(abs(target - exact) <= 1 + 1e-6 for target, exact in zip(found, weight * exposures, strict=True))
    assert found == allocation.targets(weight, exposures, seed, [])


def test_unsayable_facts_take_no_part() -> None:
    weight = np.array([1.0, 1.0, 1.0, 1.0])
    assert allocation.targets(weight, 3, 0, [2]) == [3, 3, 3, 3]


def test_the_manifest_counts_by_the_same_targets(graph: Graph, tmp_path: Path) -> None:
    split, lexicon = parts(graph)
    settings = curriculum(exposures=8, relations={"weights": {"capital": 2.5}}, allocation={"rarity": 1})
    manifest = compile_corpus(settings, graph, split, lexicon, tmp_path / "c")
    assert manifest["coverage"]["reached"] == 1.0
    assert manifest["coverage"]["over"] == 0
    assert manifest["coverage"]["targets"] == manifest["coverage"]["exposures"]["stated"]


# lessons with exposures or tokens of their own


def stages(**lessons: Any) -> list[dict[str, Any]]:
    return [{"name": "mix", "questions": 0.5, "lessons": {"facts": {}, **lessons}}]


def test_a_lesson_with_exposures_has_them(graph: Graph) -> None:
    plan = plan_of(graph, exposures=12, stages=stages(pairs={"exposures": 2}, profile={"weight": 1}))
    counts, n = plan.stages[0].by_lesson, len(plan.facts.twins)
    assert counts["pairs"]["stated"] == pytest.approx(2 * n, rel=0.05)
    assert counts["profile"]["stated"] == pytest.approx((12 - 2) * n / 2, rel=0.05), "the rest is shared by weight"
    assert set(plan.counts("stated")) == {12}


def test_a_lesson_with_tokens_has_them() -> None:
    graph = people()
    split, lexicon = parts(graph)
    settings = curriculum(exposures=30, stages=stages(pairs={"tokens": 6000}, chains={"tokens": "3k"}))
    plan = make_plan(settings, graph, split, lexicon)
    found = characters(Planner(settings, graph, split, lexicon), plan)
    assert found["mix", "pairs"] / 4 == pytest.approx(6000, rel=0.04)
    assert found["mix", "chains"] / 4 == pytest.approx(3000, rel=0.04)
    assert not plan.warnings


def test_tokens_of_a_lesson_and_of_the_corpus() -> None:
    graph = people()
    split, lexicon = parts(graph)
    settings = curriculum(tokens=40_000, stages=stages(pairs={"tokens": 8000}))
    plan = make_plan(settings, graph, split, lexicon)
    found = characters(Planner(settings, graph, split, lexicon), plan)
    assert found["mix", "pairs"] / 4 == pytest.approx(8000, rel=0.04)
    assert sum(found.values()) / 4 == pytest.approx(40_000, rel=0.04)


def test_lessons_that_are_to_have_more_than_there_is(graph: Graph) -> None:
    with pytest.raises(UserError, match="stage 'mix': its lessons are to have") as caught:
        plan_of(graph, exposures=4, stages=stages(pairs={"exposures": 5}))
    assert "larger share" in caught.value.hint
    only = make_graph([("a", "capital", "b"), ("c", "capital", "d")])  # nothing goes on, so there are no chains
    plan = make_plan(curriculum(exposures=30, stages=stages(chains={"tokens": 500})), only, *parts(only, held_out=0.0))
    assert any("lesson 'chains' has about 0 tokens instead of 500" in text for text in plan.warnings)


# wordings


def test_one_wording_means_one_text_for_each_fact(graph: Graph, tmp_path: Path) -> None:
    split, lexicon = parts(graph)
    only = [{"name": "s", "questions": 0.5, "lessons": {"facts": {"options": {"lists": 0, "inverse": 0}}}}]
    said: dict[int | None, dict[tuple[int, str], set[str]]] = {}
    for wordings in (1, 2, None):
        settings = curriculum(exposures=9, stages=only, wordings=wordings)
        compile_corpus(settings, graph, split, lexicon, tmp_path / str(wordings))
        found = said.setdefault(wordings, {})
        for document in read_corpus(tmp_path / str(wordings)):
            found.setdefault((document.twins[0], FORMS[document.form].exposes), set()).add(document.text)
    assert {len(texts) for texts in said[1].values()} == {1}
    assert {len(texts) for texts in said[2].values()} <= {1, 2}
    assert max(len(texts) for texts in said[None].values()) > 4
    assert all(said[1][key] <= said[None][key] for key in said[1]), "the first of those that all slots bring"


# settings


def test_what_is_not_given_changes_no_fingerprint(tmp_path: Path) -> None:
    plain = curriculum()
    assert curriculum(order="ladder", wordings=None, allocation=None).fingerprint == plain.fingerprint
    text = resolved(plain)
    assert not [key for key in ("wordings", "allocation", "order: ladder", "weights") if key in text]
    changes: list[dict[str, Any]] = [
        {"order": "shuffled"}, {"wordings": 1}, {"allocation": {"rarity": 1}}, {"allocation": {"degree": 1}},
        {"relations": {"weights": {"capital": 2}}}, {"stages": stages(pairs={"exposures": 2})},
        {"stages": stages(pairs={"tokens": 2})}, {"stages": stages(pairs={})},
    ]  # fmt: skip
    prints = [curriculum(**change).fingerprint for change in changes]
    assert len({*prints, plain.fingerprint}) == len(changes) + 1
    path = tmp_path / "c.yaml"
    for change in changes:
        path.write_text(resolved(curriculum(**change)), encoding="utf-8")
        assert load_curriculum(path) == curriculum(**change)


def test_of_a_file_of_surprisals_the_content_counts(graph: Graph, tmp_path: Path) -> None:
    uid = next(graph.facts()).uid

    def fingerprint(name: str, nats: float) -> str:
        (tmp_path / name).write_text(f"{show(uid)}\t{nats}\n", encoding="utf-8")
        return plan_fingerprint(curriculum(allocation={"surprisal": str(tmp_path / name)}), graph, *parts(graph))

    assert fingerprint("a", 2) == fingerprint("b", 2) != fingerprint("c", 3)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("order=backwards", "order: one of 'ladder'"),
        ("wordings=0", "wordings: at least 1"),
        ("relations.weights=capital=0", "relations.weights.capital: "),
        ("relations.weights=capital=-2", "relations.weights.capital: "),
        ("allocation.rarity=-1", "allocation.rarity: at least 0"),
        ("allocation.most=1", "allocation.most: more than 1"),
        ("allocation.least=1", "allocation.least: less than 1"),
        ("allocation.rare=1", "unknown key 'allocation.rare'"),
        ("stages.recall.order=backwards", "stages.recall.order"),
        ("stages.relate.lessons.pairs.tokens=3k", "either a weight, exposures, or tokens"),
        ("stages.recall.lessons.facts={exposures: 3}", "tops every fact up"),
    ],
)
def test_faults_are_said(change: str, said: str) -> None:
    with pytest.raises(UserError) as caught:
        load_curriculum("ladder", [change])
    assert said in caught.value.message
    assert caught.value.hint


def test_weights_on_the_command_line() -> None:
    assert load_curriculum("ladder", ["relations.weights=capital=3,area=0.5"]).relations.weights == {"capital": 3, "area": 0.5}
    assert isinstance(load_curriculum("ladder", ["stages.relate.lessons.pairs={tokens: 3k}"]), Curriculum)
