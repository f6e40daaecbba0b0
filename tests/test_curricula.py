"""Every shipped curriculum is valid, commented, and compiles."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg2corpus import api, config
from kg2corpus.checks import check
from kg2corpus.compile.run import compile_corpus
from kg2corpus.documents import read_corpus
from kg2corpus.graph import Graph
from kg2corpus.lexicon import Lexicon, resolve
from kg2corpus.snapshot import take
from kg2corpus.splitting import split_of
from kg2corpus.store.split import Split
from kg2corpus.types import ALIASED
from tests.small import atlas, parts, world

NAMES = config.curriculum_names()
SHORT = {"kicp"}  # as published, its last lesson states nothing


@pytest.mark.parametrize("name", NAMES)
def test_valid_and_commented(name: str) -> None:
    c = config.load_curriculum(name)
    assert c.name == name
    assert config.find_curriculum(name).read_text(encoding="utf-8").startswith("# ")
    for minutes in c.minutes:
        assert config.at_minutes(c, minutes).exposures


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Graph, Lexicon, str]:
    """The demo graph, its lexicon, and its store."""
    db = str(tmp_path_factory.mktemp("demo") / "kg.db")
    api.load([config.shipped("data") / "countries"], db)
    graph = take(db)
    return graph, resolve(graph), db


@pytest.mark.parametrize("name", NAMES)
def test_compiles_the_demo_graph_with_every_fact_at_its_exposures(
    name: str, demo: tuple[Graph, Lexicon, str], tmp_path: Path
) -> None:
    graph, lexicon, db = demo
    c = config.load_curriculum(name, ["exposures=4", "split.subjects=60", "split.relations=[]"])
    manifest = compile_corpus(c, graph, split_of(c, graph, db), lexicon, tmp_path / "corpus")
    reached, asked = manifest["coverage"]["reached"], manifest["coverage"]["exposures"]["asked"]["mean"]
    assert (reached == 1.0) == (name not in SHORT), "the lesson that tops facts up is in the last stage"
    assert (asked > 0) == any(stage.questions for stage in c.stages)
    picked = {(stage["name"], lesson) for stage in manifest["stages"] for lesson in stage["lessons"]}
    wanted = {(stage.name, lesson) for stage in c.stages for lesson, part in stage.lessons.items() if part.weight or part.fixed}
    warned = " ".join(manifest["warnings"])
    told = {(stage, lesson) for stage, lesson in wanted if f"'{stage}': lesson '{lesson}'" in warned}
    assert wanted - picked == told, "what this graph has nothing for, or what found no room, is said"
    assert not told or name in ("full", "ladder"), "with four exposures, the last stages have few"
    split = Split.load(tmp_path / "corpus" / "split.json")  # without the relations that are left out
    report = check(tmp_path / "corpus", graph=graph, split=split, lexicon=lexicon)
    assert report.ok, [(result.name, result.examples) for result in report.failed]


def test_one_wording_and_rephrase_differ_in_wordings_alone() -> None:
    one, many = (config.load_curriculum(name).model_dump() for name in ("one-wording", "rephrase"))
    assert {key for key in one if one[key] != many[key]} == {"name", "wordings"}


def test_raw_says_triples(demo: tuple[Graph, Lexicon, str], tmp_path: Path) -> None:
    graph, lexicon, db = demo
    c = config.load_curriculum("raw", ["exposures=1", "split.subjects=60"])
    compile_corpus(c, graph, split_of(c, graph, db), lexicon, tmp_path / "corpus")
    documents = list(read_corpus(tmp_path / "corpus"))
    assert {document.form for document in documents} == {"triple"}
    for document in documents:
        (span,) = document.spans
        fact = graph.fact(span.fact)
        subject, relation, object_ = document.text.split(" | ")
        assert (subject, relation.casefold().replace("-", " ")) == (fact.subject.name, fact.relation.label.casefold())
        assert fact.object.literal or object_.casefold() == fact.object.name.casefold()


def test_kicp_is_three_lessons_without_replay(tmp_path: Path) -> None:
    graph = atlas()
    split, lexicon = parts(graph)
    compile_corpus(config.load_curriculum("kicp", ["exposures=9"]), graph, split, lexicon, tmp_path / "corpus")
    forms: dict[str, set[str]] = {}
    for document in read_corpus(tmp_path / "corpus"):
        forms.setdefault(document.stage, set()).add(document.form)
    both = {"lesson-2": {"evidence", "fan_out"}, "lesson-3": {"conclusion"}}
    assert forms == {"lesson-1": {"statement"}, **{stage: own | {ALIASED[form] for form in own} for stage, own in both.items()}}


def test_qa_mix_asks_as_often_as_it_states(tmp_path: Path) -> None:
    graph = atlas()
    split, lexicon = parts(graph, qa_held_out=0.0, held_out=0.0)
    manifest = compile_corpus(config.load_curriculum("qa-mix", ["exposures=12"]), graph, split, lexicon, tmp_path / "corpus")
    mean = {kind: spread["mean"] for kind, spread in manifest["coverage"]["exposures"].items()}
    assert mean["asked"] == pytest.approx(mean["stated"], rel=0.25), "of symmetric facts nothing is asked"


def test_ladder_questions_and_replays_in_every_stage() -> None:
    stages = config.load_curriculum("ladder").stages
    assert [stage.name for stage in stages] == ["recall", "relate", "compose", "reason", "answer"]
    assert all(stage.questions > 0 for stage in stages)
    assert all(stage.replay_of_earlier > 0 for stage in stages[1:])


def test_ladder_teaches_all_levels(tmp_path: Path) -> None:
    graph = world()
    split, lexicon = parts(graph)
    manifest = compile_corpus(config.load_curriculum("ladder", ["exposures=8"]), graph, split, lexicon, tmp_path / "corpus")
    lessons = {stage["name"]: set(stage["lessons"]) for stage in manifest["stages"]}
    assert {"facts", "profile"} <= lessons["recall"]
    assert {"pairs", "facts"} <= lessons["relate"]
    assert {"chains", "facts"} <= lessons["compose"]
    assert {"counts", "negation", "facts"} <= lessons["reason"]
    assert {"conclusions", "quiz", "facts"} <= lessons["answer"]
    for stage in manifest["stages"]:
        assert "question" in stage["lessons"]["facts"]
    assert {"evidence", "conclusion", "chain_question"} <= set(manifest["stages"][2]["lessons"]["chains"])
    assert all("it picks" in why or "over budget" in why for why in manifest["warnings"]), "no other names, no numbers"
