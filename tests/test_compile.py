"""Budgets are met exactly, nothing held out is said, and a corpus has the same bytes however it came about."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg2corpus.compile.gates import NAMES_HELD_OUT, Gates
from kg2corpus.compile.order import interleaved
from kg2corpus.compile.picks import POOL
from kg2corpus.compile.plan import Plan, make_plan
from kg2corpus.compile.run import compile_corpus
from kg2corpus.documents import read_corpus
from kg2corpus.errors import UserError
from kg2corpus.graph import Graph
from kg2corpus.ledger import FACTS, files, read_facts
from kg2corpus.ledger import exposures as exposures_of
from kg2corpus.types import FORMS, Subgraph
from kg2corpus.uid import show
from tests.graphs import make_graph
from tests.small import contents, curriculum, parts, world


@pytest.fixture(scope="module")
def graph() -> Graph:
    return world()


def plan_of(graph: Graph, **changes: Any) -> Plan:
    return make_plan(curriculum(**changes), graph, *parts(graph))


def exposures(plan: Plan, kind: str) -> list[int]:
    return plan.counts(kind)


# budgets


@pytest.mark.parametrize("wanted", [1, 2, 5, 24, 60])
def test_every_twin_is_stated_exactly_as_often_as_asked(graph: Graph, wanted: int) -> None:
    plan = plan_of(graph, exposures=wanted)
    assert set(exposures(plan, "stated")) == {wanted}
    coverage = plan.coverage()
    assert (coverage["reached"], coverage["over"], coverage["target"]) == (1.0, 0, wanted)


def test_shares_of_stages_and_lessons(graph: Graph) -> None:
    plan = plan_of(graph, exposures=40)
    recall, mix = (stage.by_lesson for stage in plan.stages)
    total = 40 * len(plan.facts.twins)
    assert sum(c["stated"] for c in recall.values()) == sum(c["stated"] for c in mix.values()) == total / 2
    assert recall["profile"]["stated"] == pytest.approx(total / 2 / 3, rel=0.1)
    assert mix["replay_of_earlier"]["stated"] == pytest.approx(total / 2 * 0.2, rel=0.1)
    for name in ("pairs", "chains"):
        assert 0 < mix[name]["stated"] <= total / 2 * 0.8 / 3 + 10


def test_questions_are_a_share_of_what_is_stated(graph: Graph) -> None:
    split, lexicon = parts(graph)
    view = graph.restrict(split.is_train)
    asked = {}
    for share in (0.25, 1.0):
        stages = [{"name": "recall", "questions": share, "lessons": {"facts": {}}}]
        plan = make_plan(curriculum(exposures=20, stages=stages), graph, split, lexicon)
        counts = dict(zip(plan.facts.twins, plan.counts("asked"), strict=True))
        plain = (f for f in view.facts() if len(graph.readings(f.relation.uid)) == 1)  # borders are stated one way only
        may = {f.twin for f in plain if split.may_ask(Subgraph(f.subject.uid, (f,), "question"))}
        assert may
        assert all(counts[twin] == pytest.approx(20 * share, abs=2) for twin in may)
        inverse = {f.twin for f in view.facts() if split.may_ask(Subgraph(f.subject.uid, (f,), "inverse_question"))}
        assert {twin for twin, n in counts.items() if n} <= may | inverse
        asked[share] = sum(counts.values())
    assert asked[1.0] == pytest.approx(4 * asked[0.25], rel=0.1)


@pytest.mark.parametrize("tokens", ["6k", "40k"])
def test_a_token_budget_is_met(graph: Graph, tmp_path: Path, tokens: str) -> None:
    manifest = compile_corpus(curriculum(tokens=tokens), graph, *parts(graph), tmp_path / "c")
    wanted = manifest["tokens_wanted"]
    assert wanted == {"6k": 6000, "40k": 40000}[tokens]
    assert manifest["tokens"] == pytest.approx(wanted, rel=0.05)
    assert manifest["chars_per_token"] == {"value": 4.0, "from": "an assumption"}
    texts = sum(len(d.text) for d in read_corpus(tmp_path / "c"))
    assert manifest["characters"] == texts
    assert manifest["coverage"]["reached"] == 1.0
    stated = manifest["coverage"]["exposures"]["stated"]
    assert stated["max"] - stated["min"] <= 1, "a fraction gives some twins one more"


def test_too_few_tokens_are_said(graph: Graph) -> None:
    plan = plan_of(graph, tokens=300)
    assert any("ask for more tokens" in w for w in plan.warnings)
    assert max(plan.counts("stated")) <= 1


def test_characters_per_token_of_the_curriculum_go_first(graph: Graph) -> None:
    split, lexicon = parts(graph)
    plan = make_plan(curriculum(chars_per_token=3.0), graph, split, lexicon, chars_per_token=5.0)
    assert (plan.estimate["chars_per_token"], plan.estimate["chars_per_token_from"]) == (3.0, "the curriculum")
    plan = make_plan(curriculum(), graph, split, lexicon, chars_per_token=5.0)
    assert (plan.estimate["chars_per_token"], plan.estimate["chars_per_token_from"]) == (5.0, "the tokenizer")


# wordings and order


def test_no_slot_repeats_and_none_is_left_out(graph: Graph) -> None:
    plan = plan_of(graph, exposures=12)
    taken: dict[tuple[int, str], list[int]] = {}
    for stage in plan.stages:
        for i in range(len(stage.picks)):
            pick = stage.picks[i]
            for row, slot in zip(pick.facts, pick.slots, strict=True):
                taken.setdefault((plan.facts.twin_of[row], POOL[pick.form]), []).append(slot)
    assert len(taken) > len(plan.facts.twins)
    assert all(slots == list(range(len(slots))) for slots in taken.values())


def test_no_single_sentence_repeats_while_a_wording_is_unused(graph: Graph, tmp_path: Path) -> None:
    split, lexicon = parts(graph)
    view = graph.restrict(split.is_train)
    least = min(lexicon.wordings(f, "statement") for f in view.facts())
    stages = [{"name": "recall", "lessons": {"facts": {"options": {"lists": 0}}}}]
    manifest = compile_corpus(curriculum(exposures=least, stages=stages), graph, split, lexicon, tmp_path / "c")
    said = Counter((d.twins, d.text) for d in read_corpus(tmp_path / "c"))
    assert set(said.values()) == {1}
    assert manifest["repeats"] == 0
    again = compile_corpus(curriculum(exposures=3 * least, stages=stages), graph, split, lexicon, tmp_path / "d")
    assert again["repeats"] > 0
    assert again["coverage"]["reached"] == 1.0, "an exposure in a used wording is one, where all are used"
    ids = [d.id for d in read_corpus(tmp_path / "d")]
    assert len(set(ids)) == len(ids)


def test_order_is_a_permutation_that_keeps_anchors_apart() -> None:
    anchors = [a for a in range(30) for _ in range(20 + a % 7)]
    order = interleaved(anchors, 3, "recall")
    assert sorted(order) == list(range(len(anchors)))
    said = [anchors[i] for i in order]
    assert all(a != b for a, b in pairwise(said))
    for anchor in range(30):  # each anchor is spread: some of it in every quarter
        quarters = {4 * place // len(said) for place, a in enumerate(said) if a == anchor}
        assert quarters == {0, 1, 2, 3}
    assert order == interleaved(anchors, 3, "recall") != interleaved(anchors, 4, "recall")
    assert list(interleaved([5, 5, 5], 0, "x")) != []


# what may not be said


def related(documents: Iterable[Any], graph: Graph) -> Iterable[tuple[Any, set[int]]]:
    for document in documents:
        facts = [graph.fact(span.fact) for span in document.spans]
        yield document, {end.uid for f in facts for end in (f.subject, f.object)}


def test_nothing_held_out_is_said(graph: Graph, tmp_path: Path) -> None:
    split, lexicon = parts(graph, held_out=0.25)
    assert split.held_out
    assert split.qa_held_out
    compile_corpus(curriculum(exposures=20), graph, split, lexicon, tmp_path / "c")
    pairs = [set(pair) for pair in split.held_out_pairs(graph)]
    documents = list(read_corpus(tmp_path / "c"))
    for document, named in related(documents, graph):
        assert all(split.is_train(graph.fact(span.fact)) for span in document.spans)
        assert not any(pair <= named for pair in pairs), document.text
        if FORMS[document.form].exposes == "asked":
            assert not {graph.fact(s.fact).subject.uid for s in document.spans} & split.qa_held_out
    text = "\n".join(d.text for d in documents)
    for fact in (f for f in graph.facts() if f.twin in split.held_out):
        one, two = fact.subject.label, fact.object.label
        assert not any(one in line and two in line for line in text.split("\n"))


def test_a_train_fact_that_names_a_held_out_pair_is_counted_and_not_said() -> None:
    facts = [(f"a{i}", r, f"b{i}") for i in range(20) for r in ("likes", "knows")]
    graph = make_graph(facts)
    split, lexicon = parts(graph, held_out=0.2, qa_held_out=0.0)
    plan = make_plan(curriculum(exposures=3), graph, split, lexicon)
    pairs = split.held_out_pairs(graph)
    blocked = [f for f in graph.facts() if split.is_train(f) and frozenset((f.subject.uid, f.object.uid)) in pairs]
    assert blocked
    assert plan.unsayable[NAMES_HELD_OUT] == len(blocked)
    coverage = plan.coverage()
    assert coverage["reached"] == pytest.approx(1 - len(blocked) / coverage["twins"])
    gates = Gates(graph, split, lexicon)
    assert gates.judge(Subgraph(blocked[0].subject.uid, (blocked[0],), "statement")) == (None, NAMES_HELD_OUT)


def test_an_incomplete_group_is_never_listed() -> None:
    graph = make_graph([(f"x{i}", "likes", f"y{j}") for i in range(12) for j in range(3)])
    split, lexicon = parts(graph, held_out=0.2, qa_held_out=0.0, min_values=2)
    assert split.open_forward
    plan = make_plan(curriculum(exposures=8), graph, split, lexicon)
    view, listed = graph.restrict(split.is_train), 0
    for stage in plan.stages:
        for i in range(len(stage.picks)):
            pick = stage.picks[i]
            found = [view.fact(plan.facts.uids[row]) for row in pick.facts]
            groups = Counter((f.subject.uid, f.relation.uid) for f in found)
            listed += max(groups.values()) > 1
            for group, count in groups.items():
                assert count == 1 or group not in split.open_forward
    assert listed, "whole groups are listed"


# bytes


@pytest.fixture(scope="module")
def whole(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("whole") / "corpus"
    compile_corpus(curriculum(buckets=7), graph, *parts(graph), out)
    return contents(out)


def test_loading_order_makes_no_difference(whole: dict[str, bytes], tmp_path: Path) -> None:
    other = world(reverse=True)
    compile_corpus(curriculum(buckets=7), other, *parts(other), tmp_path / "c")
    assert contents(tmp_path / "c") == whole


@pytest.mark.parametrize("workers", [2, pytest.param(7, marks=pytest.mark.slow)])
def test_workers_make_no_difference(whole: dict[str, bytes], graph: Graph, tmp_path: Path, workers: int) -> None:
    compile_corpus(curriculum(buckets=7), graph, *parts(graph), tmp_path / "c", workers=workers)
    assert contents(tmp_path / "c") == whole


def test_a_fault_in_a_worker_comes_back_as_it_is(graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    split, lexicon = parts(graph)
    monkeypatch.setattr(type(lexicon), "save", lambda self, path: path.write_text("relations: 3\n", "utf-8"))
    with pytest.raises(UserError, match=r"lexicon.yaml"):
        compile_corpus(curriculum(), graph, split, lexicon, tmp_path / "c", workers=2)


def test_whole_files_are_kept_and_missing_ones_made_again(whole: dict[str, bytes], graph: Graph, tmp_path: Path) -> None:
    out = tmp_path / "c"
    compile_corpus(curriculum(buckets=7), graph, *parts(graph), out)
    kept = out / "01-recall" / "bucket-0001.parquet"
    stamp = kept.stat().st_mtime_ns
    (out / "ledger" / "01-recall" / "bucket-0003.parquet").unlink()
    (out / "02-mix" / "bucket-0003.parquet").unlink()
    (out / "manifest.json").unlink()
    compile_corpus(curriculum(buckets=7), graph, *parts(graph), out)
    assert contents(out) == whole
    assert kept.stat().st_mtime_ns == stamp


def test_other_settings_never_mix(whole: dict[str, bytes], graph: Graph, tmp_path: Path) -> None:
    out = tmp_path / "c"
    old = [{"name": "old", "lessons": {"facts": {}}}]
    compile_corpus(curriculum(buckets=9, exposures=3, stages=old), graph, *parts(graph), out)
    compile_corpus(curriculum(buckets=7), graph, *parts(graph), out)
    assert contents(out) == whole


def test_buckets_hold_the_same_documents_in_the_same_order(graph: Graph, tmp_path: Path) -> None:
    for buckets in (1, 5):
        compile_corpus(curriculum(buckets=buckets), graph, *parts(graph), tmp_path / str(buckets))
    one, five = (list(read_corpus(tmp_path / name)) for name in ("1", "5"))
    assert one == five
    assert [d.order for d in one if d.stage == "recall"] == sorted(d.order for d in one if d.stage == "recall")


KILLED = """
import sys
from pathlib import Path
from kg2corpus.compile.run import compile_corpus
from tests.small import curriculum, parts, world
graph = world()
compile_corpus(curriculum(buckets=7), graph, *parts(graph), Path(sys.argv[1]))
"""


POINTS = ["compile.plan", "compile.bucket-0", "compile.bucket-4", "compile.ledger-4", "compile.manifest"]


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_killed_and_resumed_gives_the_same_bytes(whole: dict[str, bytes], graph: Graph, tmp_path: Path, point: str) -> None:
    out = tmp_path / "c"
    environment = {**os.environ, "KG2CORPUS_KILL_AT": point}
    done = subprocess.run([sys.executable, "-c", KILLED, str(out)], env=environment, check=False, timeout=250)
    assert done.returncode == -signal.SIGKILL
    with pytest.raises(UserError, match="not whole"):
        list(read_corpus(out))
    compile_corpus(curriculum(buckets=7), graph, *parts(graph), out)
    assert contents(out) == whole


# what lies in the folder


def test_manifest_settings_and_ledger_agree_with_the_documents(graph: Graph, tmp_path: Path) -> None:
    split, lexicon = parts(graph)
    out = tmp_path / "c"
    manifest = compile_corpus(curriculum(), graph, split, lexicon, out)
    assert manifest == json.loads((out / "manifest.json").read_text("utf-8"))
    assert yaml.safe_load((out / "settings.yaml").read_text("utf-8"))["exposures"] == 6
    assert manifest["fingerprints"]["split"] == split.fingerprint == type(split).load(out / "split.json").fingerprint
    documents = list(read_corpus(out))
    assert manifest["documents"] == len(documents) == sum(stage["documents"] for stage in manifest["stages"])
    counted: dict[str, Counter[str]] = {}
    where: dict[str, set[str]] = {}
    for document in documents:
        for span in document.spans:
            counted.setdefault(show(span.fact), Counter())[span.kind] += 1
            where.setdefault(show(span.fact), set()).add(document.id)
    rows = list(read_facts(out / FACTS))
    assert [row["fact"] for row in rows] == sorted(show(f.uid) for f in graph.facts() if split.is_train(f))
    for row in rows:
        assert {kind: row[kind] for kind in ("stated", "asked", "implied")} == {
            kind: counted.get(row["fact"], Counter())[kind] for kind in ("stated", "asked", "implied")
        }
    listed: dict[str, set[str]] = {}
    for path in files(out):
        for exposure in exposures_of(path):
            listed.setdefault(show(exposure.fact), set()).add(exposure.document)
    assert listed == where
    assert manifest["coverage"]["exposures"]["stated"] == {"min": 6, "mean": 6.0, "max": 6}


def test_a_counterfactual_corpus_says_so_first(tmp_path: Path) -> None:
    graph = world(counterfactual="COUNTERFACTUAL: labels are permuted with seed 1.")
    manifest = compile_corpus(curriculum(exposures=2), graph, *parts(graph), tmp_path / "c")
    assert manifest["counterfactual"].startswith("COUNTERFACTUAL")
    card = (tmp_path / "c" / "README.md").read_text("utf-8")
    _, front, body = card.split("---\n", 2)
    assert "counterfactual" in yaml.safe_load(front)["tags"]
    assert body.strip().startswith("> **COUNTERFACTUAL: labels are permuted with seed 1.**")


def test_same_labels_of_relations_are_duplicates_and_counted(tmp_path: Path) -> None:
    graph = make_graph([("sam", f"{i}/colour", "red") for i in range(6)])
    manifest = compile_corpus(curriculum(exposures=4, buckets=1), graph, *parts(graph, held_out=0.0), tmp_path / "c")
    assert manifest["coverage"]["lost_to_duplicates"] > 0
    assert manifest["coverage"]["reached"] < 1
    assert sum(manifest["dropped"].values()) > 0
    assert any("lost to duplicates" in w for w in manifest["warnings"])
    texts = Counter(d.text for d in read_corpus(tmp_path / "c") if d.form == "statement")
    about = {}
    for d in read_corpus(tmp_path / "c"):
        assert about.setdefault((d.stage, d.text), d.twins) == d.twins, "one text, one fact"
    assert texts


def test_a_lesson_without_anything_is_a_warning_and_facts_take_its_part(tmp_path: Path) -> None:
    graph = make_graph([(f"n{i}", "size", (str(i), "")) for i in range(8)])
    manifest = compile_corpus(curriculum(exposures=6), graph, *parts(graph, held_out=0.0), tmp_path / "c")
    assert any("'chains' has no subgraph" in w and "'facts'" in w for w in manifest["warnings"])
    assert manifest["coverage"]["reached"] == 1.0


def test_user_errors(graph: Graph, tmp_path: Path) -> None:
    split, lexicon = parts(graph)
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UserError, match="holds something that is no corpus") as caught:
        compile_corpus(curriculum(), graph, split, lexicon, tmp_path)
    assert caught.value.hint
    assert (tmp_path / "thesis.txt").read_text() == "mine"
    with pytest.raises(UserError, match="is a file"):
        compile_corpus(curriculum(), graph, split, lexicon, tmp_path / "thesis.txt")
    with pytest.raises(UserError, match="workers"):
        compile_corpus(curriculum(), graph, split, lexicon, tmp_path / "c", workers=0)
    other = world(6)
    with pytest.raises(UserError, match="split was made for graph"):
        compile_corpus(curriculum(), other, split, lexicon, tmp_path / "c")
    with pytest.raises(UserError, match="no tokenizer"):
        compile_corpus(curriculum(), graph, split, lexicon, tmp_path / "c", tokenizer=tmp_path)
    # nothing to pick: single facts of entities that only a composite lesson is allowed to tell
    lonely = make_graph([("a", "size", ("3", "")), ("b", "size", ("4", ""))])
    stages = [{"name": "relate", "lessons": {"pairs": {}}}]
    with pytest.raises(UserError, match="would be empty") as caught:
        compile_corpus(curriculum(stages=stages), lonely, *parts(lonely, held_out=0.0), tmp_path / "c")
    assert caught.value.hint


def test_labels_of_every_kind_come_through(tmp_path: Path) -> None:
    names = ['He said "hi"', "two\nlines", "مرحبا", "tab\there", "", "{S}", "‮reversed", "🦆"]
    labels = {f"e{i}": name for i, name in enumerate(names)}
    graph = make_graph([(f"e{i}", "knows", f"e{(i + 1) % len(names)}") for i in range(len(names))], labels=labels)
    manifest = compile_corpus(curriculum(exposures=3, buckets=1), graph, *parts(graph, held_out=0.0), tmp_path / "c")
    documents = list(read_corpus(tmp_path / "c"))
    assert manifest["documents"] == len(documents) > 0
    assert any("🦆" in d.text for d in documents)
    assert any("مرحبا" in d.text for d in documents)
