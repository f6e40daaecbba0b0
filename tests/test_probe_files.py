"""Probe files: written whole, read back, and what is wrong with them is named; the probe of the guide."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kg2corpus import registry
from kg2corpus.errors import UserError
from kg2corpus.lexicon import resolve
from kg2corpus.probes.items import fingerprint, read_probes, to_json
from kg2corpus.probes.write import ask_all
from kg2corpus.store.split import make_split
from tests.graphs import make_graph
from tests.test_probes import TASKS, asked, likely, module, right, setting


def test_the_file_holds_all_and_its_manifest_says_what(tmp_path: Path) -> None:
    graph, split, lexicon = setting()
    manifest = ask_all(graph, split, lexicon, tmp_path / "a", tasks=TASKS, limit=5)
    again = ask_all(graph, split, lexicon, tmp_path / "b", tasks=TASKS, limit=5)
    assert manifest == again == json.loads((tmp_path / "a" / "probes.json").read_text())
    assert (tmp_path / "a" / "probes.jsonl").read_bytes() == (tmp_path / "b" / "probes.jsonl").read_bytes()
    probes = read_probes(tmp_path / "a" / "probes.jsonl")
    assert len(probes) == manifest["count"] == sum(row["n"] for row in manifest["asked"])
    assert manifest["probes"] == fingerprint(tmp_path / "a" / "probes.jsonl")
    assert (manifest["graph"], manifest["split"]) == (graph.fingerprint, split.fingerprint)
    assert manifest["skipped"]["multiple_choice"]["train/seen: beyond the limit"] > 10
    assert sorted(p.name for p in (tmp_path / "a").iterdir()) == ["probes.json", "probes.jsonl"]


def test_unknown_tasks_and_options_are_named_with_their_like(tmp_path: Path) -> None:
    with pytest.raises(UserError) as e:
        ask_all(*setting(), tmp_path, tasks=["multiple_choise"])
    assert "multiple_choice" in e.value.hint
    with pytest.raises(UserError) as e:
        ask_all(*setting(), tmp_path, tasks=["true_false"], options={"true_false": {"samplr": "random"}})
    assert "sampler" in e.value.hint
    with pytest.raises(UserError):
        ask_all(*setting(), tmp_path, tasks=["true_false"], options={"blank_filling": {}})
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_probe_file_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "probes.jsonl"
    with pytest.raises(UserError):
        read_probes(path)
    path.write_text(to_json(asked("true_false")[0]) + "\n{}\n")
    with pytest.raises(UserError, match=r"probes\.jsonl:2"):
        read_probes(path)


def test_a_graph_of_one_fact_has_nothing_to_ask(tmp_path: Path) -> None:
    graph = make_graph([("ex:a", "ex:likes", "ex:b")])
    split = make_split(graph, held_out=0, qa_held_out=0)
    with pytest.raises(UserError) as e:
        ask_all(graph, split, resolve(graph), tmp_path, tasks=["true_false", "multiple_choice"])
    assert e.value.hint


def test_names_in_any_script_and_with_any_sign_survive(tmp_path: Path) -> None:
    names = ['"quoted"', "two\nlines", "תל אביב", "a{b}", "C++ (x)", "50 % [off]", "\\d+", "É"]
    facts = [(f"ex:s{i}", "ex:knows", f"ex:o{i}") for i in range(len(names))]
    labels = {f"ex:o{i}": name for i, name in enumerate(names)}
    labels |= {f"ex:s{i}": f"{name} Jr." for i, name in enumerate(names[::-1])}
    graph = make_graph(facts, labels=labels)
    split = make_split(graph, held_out=0, qa_held_out=0.3)
    ask_all(graph, split, resolve(graph), tmp_path, tasks=TASKS[:3] if len(TASKS) < 5 else TASKS)
    probes = read_probes(tmp_path / "probes.jsonl")
    assert len(probes) > 10
    assert sum(1 for _ in (tmp_path / "probes.jsonl").open(newline="\n")) == len(probes)


def test_the_probe_in_the_guide_works_as_it_stands_there(repo: Path, tmp_path: Path) -> None:
    guide = (repo / "docs" / "probes.md").read_text(encoding="utf-8")
    path = tmp_path / "backward.py"
    path.write_text(re.findall(r"```python\n(.*?)```", guide, re.DOTALL)[0], encoding="utf-8")
    try:
        assert registry.add_file(path) == ("probes", "backward")
        manifest = ask_all(*setting(), tmp_path / "out", tasks=["backward"], limit=10)
        probes = read_probes(tmp_path / "out" / "probes.jsonl")
        assert manifest["count"] == len(probes) > 20
        assert manifest["skipped"]["backward"]["train/seen: several subjects"] > 0
        for p in probes:
            assert module("backward").grade(p, likely(p, right(p))).score == 1.0
            assert p.candidates[right(p)] not in p.prompt
    finally:
        registry._extra["probes"].pop("backward", None)
