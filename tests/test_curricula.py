"""Every shipped curriculum is valid, commented, and compiles."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg2corpus import config
from kg2corpus.compile.run import compile_corpus
from kg2corpus.store.split import make_split
from tests.small import parts, world

NAMES = config.curriculum_names()


@pytest.mark.parametrize("name", NAMES)
def test_valid_and_commented(name: str) -> None:
    c = config.load_curriculum(name)
    assert c.name == name
    assert config.find_curriculum(name).read_text(encoding="utf-8").startswith("# ")
    for minutes in c.minutes:
        assert config.at_minutes(c, minutes).exposures


@pytest.mark.parametrize("name", NAMES)
def test_compiles_with_every_fact_at_its_exposures(name: str, tmp_path: Path) -> None:
    graph = world()
    c = config.load_curriculum(name, ["exposures=5"])
    _, lexicon = parts(graph)
    c = c.model_copy(update={"split": config.SplitSettings()})
    manifest = compile_corpus(c, graph, make_split(graph), lexicon, tmp_path / "corpus")
    assert manifest["coverage"]["reached"] == 1.0
    assert manifest["coverage"]["exposures"]["asked"]["mean"] > 0


def test_ladder_questions_and_replays_in_every_stage() -> None:
    stages = config.load_curriculum("ladder").stages
    assert [stage.name for stage in stages] == ["recall", "relate", "compose"]
    assert all(stage.questions > 0 for stage in stages)
    assert all(stage.replay_of_earlier > 0 for stage in stages[1:])


def test_ladder_teaches_all_three_levels(tmp_path: Path) -> None:
    graph = world()
    split, lexicon = parts(graph)
    manifest = compile_corpus(config.load_curriculum("ladder", ["exposures=8"]), graph, split, lexicon, tmp_path / "corpus")
    lessons = {stage["name"]: set(stage["lessons"]) for stage in manifest["stages"]}
    assert {"facts", "profile"} <= lessons["recall"]
    assert {"pairs", "facts"} <= lessons["relate"]
    assert {"chains", "facts"} <= lessons["compose"]
    for stage in manifest["stages"]:
        assert "question" in stage["lessons"]["facts"]
    assert {"evidence", "conclusion", "chain_question"} <= set(manifest["stages"][2]["lessons"]["chains"])
    assert not manifest["warnings"]
