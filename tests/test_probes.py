"""Contract tests over every probe task that there is, and what each promises of its own."""

from __future__ import annotations

import random
from collections import Counter
from functools import lru_cache
from types import ModuleType

import pytest

from kg2corpus import registry, uid
from kg2corpus.errors import UserError
from kg2corpus.graph import Graph
from kg2corpus.lexicon import Lexicon, resolve
from kg2corpus.probes import choose, open_ended
from kg2corpus.probes.items import (
    SPLITS,
    WORDINGS,
    end_for,
    from_json,
    grade_choice,
    plain,
    requests,
    shared_words,
    shows,
    to_json,
)
from kg2corpus.probes.samplers import SAMPLERS, sampler_of
from kg2corpus.store.split import Split, make_split
from kg2corpus.types import LogProb, Probe, Subgraph
from tests.graphs import make_graph

ALL_KINDS = {"held_out_entities": 0.15, "held_out_compositions": 3}
TASKS = registry.names("probes")
CHOICES = [name for name in TASKS if registry.find("probes", name).USES == "logprobs"]


@lru_cache(2)
def world(*, leaders: bool = False) -> Graph:
    """36 countries: a functional relation, a multi-valued, a symmetric, an inverse pair, one with few values, a number; some
    labels begin others, some are aliases of others, some capitals bear the name of their country. With `leaders` each
    country is led by a person with four places, so that there are chains with one answer."""
    rng = random.Random("world")
    facts: list[tuple[str, str, str | tuple[str, str]]] = []
    labels: dict[str, str] = {}
    countries = [f"ex:c{i:02}" for i in range(36)]
    for i, c in enumerate(countries):
        labels[c] = f"Ruland {i}" if i % 5 == 0 else f"Ruland {i}-Bi" if i % 5 == 1 else f"Kando {i}"
        capital = f"ex:city{i:02}"
        labels[capital] = f"{labels[c]} City" if i % 12 == 0 else f"Vermo{chr(97 + i % 26)}{i}"
        facts.append((c, "ex:capital", capital))
        facts += [(c, "ex:language", f"ex:lang{n}") for n in rng.sample(range(20), 1 + i % 3)]
        facts += [(c, "ex:borders", countries[j]) for j in (i - 1, i + 1) if 0 <= j < 36 and i % 7]
        facts += [(c, "ex:in_region", f"ex:reg{i % 6}"), (f"ex:reg{i % 6}", "ex:has_country", c)]
        facts.append((c, "ex:landlocked", ("true" if i % 3 else "false", "http://www.w3.org/2001/XMLSchema#boolean")))
        if leaders:
            leader = f"ex:leader{i:02}"
            labels[leader] = f"Leader {chr(65 + i % 26)}{i}"
            labels[f"ex:town{i % 18:02}"] = f"Port {i % 18}"
            facts.append((c, "ex:led_by", leader))
            for name, k in (("born", 1), ("raised", 5), ("wed", 7), ("buried", 11)):
                facts.append((leader, f"ex:{name}_in", f"ex:town{i * k % 18:02}"))
        facts.append((c, "ex:area_km2", (str(1000 + 37 * i), "http://www.w3.org/2001/XMLSchema#integer")))
    labels |= {f"ex:lang{n}": f"Tongue{n}" for n in range(20)} | {f"ex:reg{n}": f"Area {chr(65 + n)}" for n in range(6)}
    types = dict.fromkeys(countries, "country") | {k: "city" for k in labels if "city" in k}
    types |= {k: "person" for k in labels if "leader" in k} | {k: "town" for k in labels if "town" in k}
    types |= {k: "language" for k in labels if "lang" in k} | {k: "region" for k in labels if "reg" in k}
    aliases = {"ex:lang0": ["Tongue1"], "ex:city03": ["Old Vermo"], "ex:city04": ["old vermo"]}
    inverses = {"ex:in_region": "ex:has_country"}
    return make_graph(facts, labels=labels, types=types, aliases=aliases, symmetric=["ex:borders"], inverses=inverses)


@lru_cache(4)
def setting(seed: int = 0) -> tuple[Graph, Split, Lexicon]:
    graph = world()
    return graph, make_split(graph, seed=seed, held_out=0.15, qa_held_out=0.4, min_values=5), resolve(graph)


@lru_cache(1)
def all_kinds() -> tuple[Graph, Split, Lexicon]:
    """A setting in which entities and compositions are held out as well."""
    graph = world(leaders=True)
    return graph, make_split(graph, held_out=0.15, qa_held_out=0.4, min_values=5, **ALL_KINDS), resolve(graph)


def setting_of(task: str) -> tuple[Graph, Split, Lexicon]:
    return all_kinds() if task == "composition" else setting()


@lru_cache(32)
def asked(task: str, seed: int = 0, limit: int | None = None) -> tuple[Probe, ...]:
    return tuple(module(task).ask(*setting_of(task), seed=seed, limit=limit))


def module(task: str) -> ModuleType:
    return registry.find("probes", task)


def likely(probe: Probe, *favoured: int) -> list[LogProb]:
    return [LogProb(-1.0 if i in favoured else -9.0, 2, i in favoured) for i in range(len(probe.candidates))]


def right(probe: Probe) -> int:
    gold = {plain(text) for text in probe.gold}
    return next(i for i, text in enumerate(probe.candidates) if plain(text) in gold)


# every task


def test_the_five_tasks_of_kgquiz_are_there() -> None:
    assert {"true_false", "multiple_choice", "blank_filling", "factual_editing", "open_ended"} <= set(TASKS)


@pytest.mark.parametrize("task", TASKS)
def test_contract_of_a_task(task: str) -> None:
    assert module(task).USES in ("logprobs", "generate")
    assert module(task).ask.__doc__
    probes = asked(task)
    assert {p.split for p in probes} == ({"train", SPLITS[-1]} if task == "composition" else set(SPLITS[:3]))
    assert {p.wording for p in probes} <= set(WORDINGS)
    for p in probes:
        assert p.task == task
        assert p.gold
        assert p.facts
        assert p.prompt.strip() == p.prompt
        assert 0 <= p.chance < 1
        assert from_json(to_json(p)) == p
        assert int(p.data["subject"], 16) >= 0
        assert len(set(p.candidates)) == len(p.candidates)


@pytest.mark.parametrize("task", TASKS)
def test_the_same_is_asked_each_time_and_less_with_a_limit(task: str) -> None:
    first = [to_json(p) for p in asked(task)]
    choose._last = None
    assert [to_json(p) for p in module(task).ask(*setting_of(task), limit=None)] == first
    few = asked(task, limit=6)
    counts = Counter((p.split, p.wording) for p in few)
    assert all(count <= 6 for count in counts.values())
    assert any({p.facts for p in asked(task, seed=seed, limit=6)} != {p.facts for p in few} for seed in range(1, 5))


@pytest.mark.parametrize("task", TASKS)
def test_nothing_is_asked_twice(task: str) -> None:
    probes = asked(task)
    assert len({p.id for p in probes}) == len(probes)
    for split in SPLITS:
        for wording in WORDINGS:
            here = [p for p in probes if (p.split, p.wording) == (split, wording)]
            facts = Counter(p.facts if task == "composition" else p.facts[:1] for p in here)
            assert max(facts.values(), default=1) == 1
            assert len({(p.prompt, p.candidates) for p in here}) == len(here)


@pytest.mark.parametrize("task", TASKS)
def test_facts_are_of_the_split_that_the_probe_names(task: str) -> None:
    graph, split, _ = setting_of(task)
    train = graph.restrict(split.is_train)
    for p in asked(task):
        fact = graph.fact(p.facts[0])
        asks = Subgraph(fact.subject.uid, train.out(fact.subject.uid, fact.relation.uid), "question")
        if p.split == "held_out":
            assert fact.twin in split.held_out
            continue
        assert split.is_train(fact)
        assert all(split.is_train(graph.fact(f)) for f in p.facts)
        if p.split == "qa_held_out":
            assert fact.subject.uid in split.qa_held_out
        elif task != "open_ended":  # which asks about entities, not groups
            assert split.may_ask(asks)


@pytest.mark.parametrize("task", CHOICES)
def test_one_who_knows_scores_one_and_one_who_does_not_scores_chance(task: str) -> None:
    grade = module(task).grade
    for p in asked(task):
        assert grade(p, likely(p, right(p))).score == 1.0
        assert grade(p, likely(p, *range(len(p.candidates)))).score == pytest.approx(p.chance)
        assert grade(p, likely(p, right(p))).margin == pytest.approx(8.0)
        others = [i for i, text in enumerate(p.candidates) if plain(text) not in {plain(g) for g in p.gold}]
        assert grade(p, likely(p, others[0])).score == 0.0
        assert sum(len(requests(p)) == len(p.candidates) for _ in [0]) == 1


@pytest.mark.parametrize("task", CHOICES)
def test_likelihoods_of_another_number_are_refused(task: str) -> None:
    p = asked(task)[0]
    for said in (likely(p)[1:], "True"):
        with pytest.raises(ValueError, match=p.id):
            module(task).grade(p, said)


# wrong answers


@pytest.mark.parametrize("sampler", sorted(SAMPLERS))
def test_wrong_answers_are_never_true(sampler: str) -> None:
    graph, split, lexicon = setting()
    view = choose.view_of(graph, split)
    for members in choose.groups(view).values():
        for group in members:
            fact = group.fact
            true = {f.object.uid for f in graph.out(fact.subject.uid, fact.relation.uid)}
            if fact.relation.symmetric:
                true |= {f.subject.uid for f in graph.into(fact.subject.uid, fact.relation.uid)}
            texts = {plain(t) for o in true for t in lexicon.accepted(graph.node(o), fact.relation)}
            found = choose.wrong_facts(view, lexicon, group, 5, sampler=sampler_of(sampler))
            said = [plain(lexicon.value(w.fact)) for w in found]
            assert len(set(said)) == len(said)
            for w in found:
                assert w.fact.object.uid not in true | {fact.subject.uid}
                assert not texts & {plain(t) for t in lexicon.accepted(w.fact.object, fact.relation)}
                assert w.fact.subject == fact.subject


def test_wrong_answers_come_from_the_range_and_occur_as_often() -> None:
    graph, split, lexicon = setting()
    train = graph.restrict(split.is_train)
    for p in asked("multiple_choice"):
        fact = graph.fact(p.facts[0])
        by_text = {lexicon.said(graph.node(o), fact.relation): o for o in graph.objects(fact.relation.uid)}
        counts = {text: len(train.into(by_text[text], fact.relation.uid)) for text in p.candidates}
        own = counts.pop(lexicon.value(fact))
        if p.split == "held_out":
            assert all(not c == 0 != own and not own == 0 != c for c in counts.values())
        if fact.relation.name == "capital" and p.split != "held_out":
            assert set(counts.values()) == {1}
            assert p.data["matched"] == 3


def test_a_held_out_object_stands_only_beside_objects_that_never_occur_either() -> None:
    graph, split, lexicon = setting()
    view = choose.view_of(graph, split)
    capitals = [g for g in choose.groups(view)["held_out"] if g.fact.relation.name == "capital"]
    assert len(capitals) >= 3
    for group in capitals:
        assert view.exposure(group.fact.object.uid, group.fact.relation.uid) == (0, 0)
        found = choose.wrong_facts(view, lexicon, group, 3, sampler=sampler_of("relation_sharing"), only_matched=True)
        assert found
        assert all(view.exposure(w.fact.object.uid, w.fact.relation.uid)[0] == 0 for w in found)


def test_answers_that_show_in_their_question_are_not_asked() -> None:
    graph, _, _ = setting()
    named = {f.uid for f in graph.facts() if f.object.label == f"{f.subject.label} City"}
    assert len(named) == 3
    skipped: Counter[str] = Counter()
    probes = list(module("multiple_choice").ask(*setting(), limit=None, skipped=skipped))
    assert not named & {p.facts[0] for p in probes}
    assert sum(n for reason, n in skipped.items() if "shows in the question" in reason) >= 2
    for p in probes:
        assert not any(shows(text, p.prompt) for text in p.gold)


def test_relations_take_turns_and_the_same_facts_are_asked_in_all_wordings() -> None:
    few = asked("multiple_choice", limit=12)
    relations = Counter(p.relation for p in few if p.split == "train" and p.wording == "seen")
    assert len(relations) >= 5
    assert max(relations.values()) - min(relations.values()) <= 2
    seen, unseen = ({p.facts for p in few if p.wording == w} for w in WORDINGS)
    assert seen == unseen


def test_only_the_relations_named_are_asked() -> None:
    probes = list(module("blank_filling").ask(*setting(), relations=["capital"]))
    assert {p.relation for p in probes} == {"capital"}


def test_an_unknown_sampler_is_named_with_its_like() -> None:
    with pytest.raises(UserError) as e:
        list(module("multiple_choice").ask(*setting(), sampler="relation_sharin"))
    assert "relation_sharing" in e.value.hint


# single tasks


@pytest.mark.parametrize("limit", [None, 7, 10])
def test_always_true_scores_exactly_one_half(limit: int | None) -> None:
    task = module("true_false")
    rows: dict[tuple[str, str], list[float]] = {}
    for p in asked("true_false", limit=limit):
        rows.setdefault((p.split, p.wording), []).append(task.grade(p, likely(p, p.candidates.index("True"))).score)
    assert len(rows) == 6
    assert all(sum(scores) / len(scores) == 0.5 for scores in rows.values())


def test_true_and_false_are_balanced_in_each_relation_and_change_with_the_wording() -> None:
    probes = asked("true_false")
    for split in SPLITS:
        for wording in WORDINGS:
            for relation in {p.relation for p in probes}:
                gold = Counter(p.gold for p in probes if (p.split, p.wording, p.relation) == (split, wording, relation))
                assert abs(gold["True",] - gold["False",]) <= 1
    turned = Counter(len({p.gold for p in probes if p.facts == facts}) for facts in {p.facts for p in probes})
    assert turned[2] > 0.8 * sum(turned.values())


def test_multiple_choice_counts_every_accepted_answer() -> None:
    graph, _, lexicon = setting()
    for p in asked("multiple_choice"):
        fact = graph.fact(p.facts[0])
        assert set(lexicon.accepted(fact.object, fact.relation)) <= set(p.gold)
        assert len(p.candidates) <= 4
        assert p.chance == 1 / len(p.candidates)


def test_blank_filling_takes_any_of_several_answers() -> None:
    several = [p for p in asked("blank_filling") if len(p.facts) > 1]
    assert len(several) > 5
    for p in several:
        good = [i for i, text in enumerate(p.candidates) if plain(text) in {plain(g) for g in p.gold}]
        assert len(good) == len(p.facts)
        assert all(grade_choice(p, likely(p, i)).score == 1.0 for i in good)
        assert p.chance == len(good) / len(p.candidates)
    assert max(len(p.candidates) for p in asked("blank_filling")) == 24


def test_a_candidate_that_begins_another_one_gets_an_end() -> None:
    assert end_for(["Niger", "Chad", "Nigeria"]) == "."
    assert end_for(["Niger", "Chad"]) == ""
    ended = [p for p in asked("multiple_choice") if end_for(p.candidates)]
    assert ended
    assert all(text.endswith(".") and text.startswith(" ") for p in ended for _, text in requests(p))


def test_factual_editing_has_one_wrong_node_and_hides_the_right_one() -> None:
    graph, split, lexicon = setting()
    places = Counter()
    for p in asked("factual_editing"):
        place, statement = p.data["place"], p.data["statement"]
        places[place] += 1
        facts = [graph.fact(f) for f in p.facts]
        assert len(facts) == p.data["hops"] in (2, 3)
        wrong = [f for f in facts if f.twin in split.held_out]
        assert wrong == ([facts[0]] if p.split == "held_out" else [])
        cut = shared_words([statement, *(statement[: len(p.prompt)] + " " + c for c in p.candidates)])
        assert p.prompt == statement[:cut].rstrip() or statement.startswith(p.prompt)
        whole = [f"{p.prompt} {c}".strip() for c in p.candidates]
        assert statement not in whole
        assert not any(shows(t, statement) for t in lexicon.accepted(facts[0].object, facts[0].relation))
        i = right(p)
        assert p.data["edits"][i] == [place, facts[0].object.label]
        grade = module("factual_editing").grade(p, likely(p, i))
        assert grade.detail == {"found": True}
        elsewhere = next(j for j, (at, _) in enumerate(p.data["edits"]) if at != place)
        assert module("factual_editing").grade(p, likely(p, elsewhere)).detail == {"found": False}
    assert len(places) == 3


def test_open_ended_finds_what_is_told_and_nothing_else() -> None:
    graph, _, lexicon = setting()
    for p in asked("open_ended", limit=8):
        facts = {uid.show(f.uid): f for f in graph.facts()}
        told = [facts[t["fact"]] for t in p.data["facts"] if t["tell"]]
        text = " ".join(lexicon.say((f,), "forward", 1) for f in told)
        perfect = module("open_ended").grade(p, text)
        assert perfect.score == 1.0, (text, perfect)
        assert set(perfect.detail["told"]) == {uid.show(f.uid) for f in told}
        false = module("open_ended").grade(p, "It is a very nice place. Many people live there and are happy.")
        assert (false.score, false.detail["claims"]) == (0.0, 2)
        half = module("open_ended").grade(p, text + " It lies on the moon." * 2 + " People there are green.")
        assert half.detail["recall"] == 1.0
        assert 0 < half.detail["precision"] < 1
        # saying a thing again is no second fact
        assert module("open_ended").grade(p, text + " " + text).score == 1.0
        assert module("open_ended").grade(p, "").score == 0.0


def test_open_ended_ignores_true_facts_of_another_split() -> None:
    graph, _, lexicon = setting()
    p = next(p for p in asked("open_ended") if p.split == "held_out" and any(not t["tell"] for t in p.data["facts"]))
    facts = {uid.show(f.uid): f for f in graph.facts()}
    said = [t for t in p.data["facts"] if t["texts"]]  # yes-or-no facts are said without their object
    known, told = ([facts[t["fact"]] for t in said if t["tell"] is tell] for tell in (False, True))
    assert known
    text = " ".join(lexicon.say((f,), "forward", 0) for f in (*known, *told))
    assert module("open_ended").grade(p, text).score == 1.0


def test_matching_is_a_largest_one() -> None:
    rng = random.Random("matching")
    for _ in range(200):
        claims = [[f for f in range(5) if rng.random() < 0.4] for _ in range(5)]
        found = open_ended.match(claims, range(5))
        assert len(set(found.values())) == len(found)
        assert all(f in claims[c] for f, c in found.items())
        assert len(found) == _largest(claims, 0, frozenset())


def _largest(claims: list[list[int]], at: int, used: frozenset[int]) -> int:
    if at == len(claims):
        return 0
    taken = [1 + _largest(claims, at + 1, used | {f}) for f in claims[at] if f not in used]
    return max([_largest(claims, at + 1, used), *taken])


# the file
