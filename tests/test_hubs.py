"""Hubs: of more edges than a lesson looks at some are drawn by the anchor's generator, and what is left aside is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg2corpus.compile.run import compile_corpus
from kg2corpus.graph import Graph
from tests.graphs import make_graph
from tests.small import contents, curriculum, parts, world


def hub(neighbours: int, *, reverse: bool = False) -> Graph:
    """Much that is joined to one node in both directions, and something else of some of it."""
    facts = [(f"person/p{i}", "works_for", "firm/hub") for i in range(neighbours)]
    facts += [("firm/hub", "sells", f"thing/x{i}") for i in range(neighbours // 10)]
    facts += [(f"person/p{i}", "lives_in", f"city/c{i % 50}") for i in range(0, neighbours, 10)]
    types = {f"person/p{i}": "person" for i in range(neighbours)} | {"firm/hub": "firm"}
    return make_graph(facts[::-1] if reverse else facts, types=types, name="hub")


HUB_STAGES = [
    {
        "name": "all",
        "lessons": {
            name: {}
            for name in ("facts", "profile", "inverse", "pairs", "trios", "contrast", "chains", "counts", "walks", "edits")
        },
    }
]


def test_what_is_left_aside_at_hubs_is_counted(tmp_path: Path) -> None:
    for name, reverse in (("a", False), ("b", True)):
        graph = hub(600, reverse=reverse)
        manifest = compile_corpus(
            curriculum(exposures=2, stages=HUB_STAGES), graph, *parts(graph, held_out=0.0), tmp_path / name
        )
    assert contents(tmp_path / "a") == contents(tmp_path / "b"), "what is drawn depends on the anchor, not on the loading"
    cuts = manifest["cuts"]["all"]
    assert cuts["profile"] == {"nodes": 1, "edges": 60 - 54}, "it looks at three documents of 18 facts"
    assert cuts["inverse"] == {"nodes": 1, "edges": 600 - 12}
    assert cuts["pairs"] == {"nodes": 1, "edges": 600 - 64}
    assert "facts" not in cuts, "every fact is told"
    assert manifest["coverage"]["reached"] == 1.0


def test_no_hubs_no_cuts(tmp_path: Path) -> None:
    graph = world()
    assert compile_corpus(curriculum(), graph, *parts(graph), tmp_path / "c")["cuts"] == {"recall": {}, "mix": {}}


@pytest.mark.slow
def test_a_hub_of_ten_thousand_neighbours_compiles(tmp_path: Path) -> None:
    graph = hub(10_000)
    manifest = compile_corpus(curriculum(exposures=1, stages=HUB_STAGES), graph, *parts(graph, held_out=0.0), tmp_path / "c")
    assert manifest["coverage"]["reached"] == 1.0
    cities = 5 * (200 - 12)
    assert manifest["cuts"]["all"]["inverse"] == {"nodes": 6, "edges": 10_000 - 12 + cities}, "its own, and no other lesson's"
