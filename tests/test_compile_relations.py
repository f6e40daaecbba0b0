"""Which relations a corpus leaves out: by mark, by name, and never silently."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kg2corpus.checks import check as run_checks
from kg2corpus.compile.plan import make_plan
from kg2corpus.compile.run import compile_corpus
from kg2corpus.documents import read_corpus
from kg2corpus.errors import UserError
from kg2corpus.graph import Graph
from kg2corpus.lexicon.model import Lexicon
from kg2corpus.store.split import Split
from tests.graphs import make_graph
from tests.small import curriculum, parts


def coded() -> Graph:
    facts: list[Any] = []
    for i in range(14):
        facts += [(f"e/{i}", "p/capital", f"c/{i}"), (f"c/{i}", "p/capital_of", f"e/{i}"), (f"e/{i}", "p/in", f"r/{i % 3}")]
        facts += [(f"e/{i}", "p/iso_code", (f"X{i:02d}", "")), (f"e/{i}", "p/area", (str(1000 + 17 * i), "xsd:integer"))]
    return make_graph(facts, inverses={"p/capital": "p/capital_of"}, labels={f"e/{i}": f"Land{i:02d}" for i in range(14)})


def compiled(tmp_path: Path, chosen: dict[str, Any], **options: Any) -> tuple[set[str], dict[str, Any], dict[str, Any]]:
    """(names of the relations that are said, manifest, the split that the corpus keeps)."""
    graph = coded()
    split, lexicon = parts(graph, **options)
    manifest = compile_corpus(curriculum(relations=chosen), graph, split, lexicon, tmp_path / "c")
    name_of = {f.uid: f.relation.name for f in graph.facts()}
    said = {name_of[span.fact] for document in read_corpus(tmp_path / "c") for span in document.spans}
    return said, manifest, json.loads((tmp_path / "c/split.json").read_text(encoding="utf-8"))


def test_marked_relations_are_left_out_and_listed(tmp_path: Path) -> None:
    said, manifest, split = compiled(tmp_path, {})
    assert said == {"capital", "capital_of", "in", "area"}
    (left,) = manifest["relations_left_out"]
    assert (left["relation"], left["key"], left["kind"], left["facts"]) == ("iso_code", "p/iso_code", "code", 14)
    assert manifest["coverage"]["reached"] == 1.0
    assert len(split["scope"]) == 14 * 3, "a twin of the capitals, the regions, the areas"
    report = check(tmp_path / "c")
    assert report.ok, [r.name for r in report.failed]


def check(corpus: Path) -> Any:
    split, lexicon = Split.load(corpus / "split.json"), Lexicon.load(corpus / "lexicon.yaml")
    return run_checks(corpus, graph=coded(), split=split, lexicon=lexicon, everything=True)


@pytest.mark.parametrize(
    ("relations", "options", "expected"),
    [
        ({"marked": "include"}, {}, {"capital", "capital_of", "in", "area", "iso_code"}),
        ({"include": ["ISO code"]}, {}, {"capital", "capital_of", "in", "area", "iso_code"}),
        ({"exclude": "in"}, {}, {"capital", "capital_of", "area"}),
        ({"exclude": ["capital"]}, {}, {"in", "area"}),  # and with it what says the same
        ({"exclude": ["in"], "marked": "include"}, {}, {"capital", "capital_of", "area", "iso_code"}),
        ({}, {"relations": ["iso_code", "in"]}, {"iso_code", "in"}),  # named by the split
        ({"exclude": ["iso_code"]}, {"relations": ["iso_code", "in"]}, {"in"}),
    ],
)
def test_which_relations_are_taught(relations: Any, options: Any, expected: set[str], tmp_path: Path) -> None:
    said, manifest, _ = compiled(tmp_path, relations, **options)
    assert said == expected
    left = {row["relation"]: row["kind"] for row in manifest["relations_left_out"]}
    assert not said & left.keys()
    assert all(kind in ("code", "excluded") for kind in left.values())


@pytest.mark.parametrize(
    ("relations", "options", "message"),
    [
        ({"exclude": ["capitol"]}, {}, "capitol"),
        ({"exclude": ["in"], "include": ["in"]}, {}, "both included and excluded"),
        ({"exclude": ["in", "capital", "area"]}, {}, "every relation is left out"),
        ({"exclude": ["in"]}, {"relations": ["in"]}, "every relation is left out"),
    ],
)
def test_wrong_choices_of_relations(relations: Any, options: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=message) as caught:
        compiled(tmp_path, relations, **options)
    assert caught.value.hint


def test_what_is_left_out_changes_the_plan_and_no_more_than_that() -> None:
    graph = coded()
    split, lexicon = parts(graph)
    chosen: list[dict[str, Any]] = [{}, {"include": ["iso_code"]}, {"exclude": ["iso_code"]}]
    marked, whole, excluded = (make_plan(curriculum(relations=r), graph, split, lexicon) for r in chosen)
    assert len(marked.facts) == len(excluded.facts) < len(whole.facts)
    assert marked.stages[0].picks.facts == excluded.stages[0].picks.facts
