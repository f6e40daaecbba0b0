"""Probes of what is held out in other ways: entities that appear nowhere, compositions of two trained facts."""

from __future__ import annotations

from kg2corpus.probes import choose
from kg2corpus.probes.items import CONTROLS, plain
from kg2corpus.store.compositions import pair_of
from kg2corpus.types import Subgraph

from .test_probes import all_kinds, asked, module


def test_entities_are_asked_about_and_their_wrong_answers_occur_as_often() -> None:
    graph, split, lexicon = all_kinds()
    view = choose.view_of(graph, split)
    for task in ("multiple_choice", "blank_filling", "true_false"):
        probes = list(module(task).ask(graph, split, lexicon, limit=None))
        about = [p for p in probes if p.split == "held_out_entity"]
        assert about
        for p in about:
            assert all(split.names_held_out(graph.fact(f)) for f in p.facts)
        for p in probes:
            if p.split not in CONTROLS:
                assert not any(split.names_held_out(graph.fact(f)) for f in p.facts)
    told = [p for p in module("open_ended").ask(graph, split, lexicon, limit=None) if p.split == "held_out_entity"]
    assert {graph.fact(p.facts[0]).subject.uid for p in told} <= split.held_out_entities
    for members in choose.groups(view)["held_out_entity"]:
        assert not any(map(split.is_train, members.facts))


def test_compositions_are_asked_in_two_groups() -> None:
    graph, split, lexicon = all_kinds()
    held, said = ([p for p in asked("composition") if p.split == name] for name in ("held_out_composition", "train"))
    assert {pair_of(*(graph.fact(f).twin for f in p.facts)) for p in held} == split.held_out_compositions
    assert len(said) >= len(held)
    for p in (*held, *said):
        first, last = map(graph.fact, p.facts)
        assert first.object == last.subject
        assert split.is_train(first)
        assert split.is_train(last)
        chain = Subgraph(first.subject.uid, (first, last), "chain_question")
        assert split.may_ask(chain) is (p.split == "train")
        # the question names the start, not what lies between, and no other answer of its relation is right
        assert first.subject.label in p.prompt
        assert first.object.label not in p.prompt
        gold = {plain(text) for text in p.gold}
        assert [plain(c) in gold for c in p.candidates].count(True) == 1
        assert plain(lexicon.name(first.subject)) not in map(plain, p.candidates)
