"""Curricula in words: every lesson, share and setting is said, and what is said follows the settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg2corpus import config, registry
from kg2corpus.curriculum_words import lessons, listed, sections, what
from tests.test_cli import run

NAMES = config.curriculum_names()


def words(name: str, *sets: str) -> str:
    return "\n".join(sentence for told in sections(config.load_curriculum(name, sets)).values() for sentence in told)


@pytest.mark.parametrize("name", NAMES)
def test_every_stage_and_lesson_is_said_in_whole_sentences(name: str) -> None:
    c = config.load_curriculum(name)
    told = sections(c)
    for i, stage in enumerate(c.stages, 1):
        said = told[f"Stage {i}, {stage.name}"]
        for lesson in stage.lessons:
            level = registry.find("lessons", lesson).LEVEL
            assert [s for s in said if s.startswith(f"{lesson} (level {level}; ")], lesson
    for sentence in (s for said in told.values() for s in said):
        assert sentence.endswith((".", '."')), sentence
        assert "None" not in sentence
        assert "{" not in sentence.split(": ")[0]
    assert {row["lesson"] for row in lessons(c)} == {lesson for stage in c.stages for lesson in stage.lessons}


def test_each_lesson_has_a_sentence() -> None:
    for name in registry.names("lessons"):
        said = what(registry.find("lessons", name))
        assert said[0].isupper(), name
        assert not said.startswith("Level"), name
        assert len(said) > 20, name


@pytest.mark.parametrize(
    ("sets", "said"),
    [
        (["order=shuffled"], "mixed evenly"),
        (["order=reversed"], "from the end of the last stage"),
        (["order=competence"], "as competence grows"),
        (["order=easy"], "from easy to hard"),
        (["wordings=1"], "always in the same wording"),
        (["wordings=3"], "in at most 3 wordings"),
        (["tokens=2M"], "about 2,000,000 tokens"),
        (["relations.weights=capital=3"], "Facts of capital are stated 3 times as often"),
        (["allocation.rarity=2"], "rare (to the power of 2); no fact less than 0.25 or more than 4 times"),
        (["allocation.surprisal=s.tsv"], "surprising, by s.tsv"),
        (["stages.relate.lessons.pairs={tokens: 5k}"], "pairs (level 2; 5,000 tokens)"),
        (["stages.relate.lessons.pairs={exposures: 2}"], "pairs (level 2; 2 times each fact, on the average)"),
        (["stages.recall.questions=0"], "Nothing is asked."),
        (["stages.recall.questions=0.7"], "asked for 70 % as often as they are stated"),
        (["stages.relate.order=competence"], "Inside the stage"),
        (["stages.relate.order=easy"], "Inside the stage documents come from easy to hard"),
        (["forms=table=1,prose=3"], "prose (75 %)"),
        (["relations.marked=include"], "coordinates and syntax too"),
        (["relations.exclude=area,tld"], "Never area and tld."),
        (["split.held_out=0", "split.qa_held_out=0"], "Nothing."),
        (["split.given=test=held_out"], "part 'test' are held out"),
        (["split.held_out_entities=0.05"], "5 % of the entities"),
        (["split.held_out_compositions=200"], "200 chains"),
        (["pack.replay=0"], "No plain text"),
        (["pack.lookahead=1"], "The order is strict."),
        (["train.layers=12-29"], "layers 12-29"),
        (["train.replay_loss=text"], "it is learned too"),
        (["train.strength=0.5"], "multiplied by 0.5"),
        (["domain=geography"], "that of 'geography'"),
    ],
)
def test_what_is_set_is_said(sets: list[str], said: str) -> None:
    assert said in words("ladder", *sets)
    assert said not in words("ladder")


def test_numbers_of_the_ladder() -> None:
    told = words("ladder")
    assert "stated 48 times, over all stages" in told
    assert "20 % of the statements, 9.6 times each fact." in told
    assert "20 % of it repeats what recall, relate and compose taught, in other words." in told
    assert "chains (level 3; 57.1 % of the rest)" in told
    assert "stated at most 24 times" in words("kicp"), "no lesson of its last stage tops facts up"
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_the_commands(tmp_path: Path) -> None:
    listed_ = json.loads(run("curriculum", "list", "--json").stdout)
    assert [row["name"] for row in listed_] == NAMES
    assert "Baseline" in run("curriculum", "list").stdout
    shown = run("curriculum", "show", "ladder", "--set", "order=shuffled")
    assert shown.returncode == 0
    assert "Stage 2, relate" in shown.stdout
    assert "mixed evenly" in shown.stdout
    told = json.loads(run("curriculum", "show", "ladder", "--json").stdout)
    assert told["settings"]["exposures"] == 48
    assert told["lessons"][2] == {"stage": "recall", "lesson": "facts", "level": 1, "part": "50 % of the stage",
                                  "what": "Each fact in many wordings and both directions, stated and asked."}  # fmt: skip
    wrong = run("curriculum", "show", "lader")
    assert wrong.returncode == 1
    assert "did you mean 'ladder'" in wrong.stderr
    assert "Example: kg2corpus curriculum show ladder" in run("curriculum", "show", "--help").stdout
