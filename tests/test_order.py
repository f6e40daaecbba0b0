"""The declared order over all stages: the same documents in each, kept by packing, and what each order promises."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg2corpus.checks.packing import check_packing
from kg2corpus.compile.order import competence, competent, over_stages
from kg2corpus.compile.run import compile_corpus
from kg2corpus.documents import read_corpus, read_manifest
from kg2corpus.pack import pack
from kg2corpus.types import Document
from tests.small import contents, curriculum, parts, world

from . import corpora
from .corpora import Made, make

ORDERS = ("ladder", "reversed", "shuffled", "competence")
ORDER = "the declared order survives up to the look-ahead"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A corpus of the small world in an order, each compiled once."""
    graph, folder = world(), tmp_path_factory.mktemp("orders")
    split, lexicon = parts(graph)

    def made(order: str) -> Path:
        out = folder / order
        if not out.exists():
            compile_corpus(curriculum(order=order, exposures=8), graph, split, lexicon, out)
        return out

    return made


def texts(folder: Path) -> list[tuple[str, str]]:
    return [(document.stage, document.text) for document in read_corpus(folder)]


def test_the_documents_are_the_same_and_only_their_order_differs(corpus: Callable[[str], Path]) -> None:
    ladder = texts(corpus("ladder"))
    found = {order: texts(corpus(order)) for order in ORDERS}
    assert all(sorted(one) == sorted(ladder) for one in found.values())
    assert len({json.dumps(one) for one in found.values()}) == len(ORDERS)
    folders = {p.name for p in corpus("shuffled").iterdir() if p.is_dir()}
    assert folders == {"01-recall", "02-mix", "plan", "ledger"}, "the folders of the stages stay"


def test_ladder_and_reversed(corpus: Callable[[str], Path]) -> None:
    stages = [stage for stage, _ in texts(corpus("ladder"))]
    assert stages == sorted(stages, key=["recall", "mix"].index)
    mirrored = texts(corpus("reversed"))[::-1]
    assert sorted(mirrored[:40]) == sorted(texts(corpus("ladder"))[:40]), "the parts of a long document stay in their order"
    assert [stage for stage, _ in mirrored] == stages


def test_shuffled_mixes_the_stages_evenly(corpus: Callable[[str], Path]) -> None:
    stages = [stage for stage, _ in texts(corpus("shuffled"))]
    share = stages.count("recall") / len(stages)
    third = len(stages) // 3
    assert all(abs(stages[i * third : (i + 1) * third].count("recall") / third - share) < 0.15 for i in range(3))


def test_competence_never_asks_too_much_too_early(corpus: Callable[[str], Path]) -> None:
    documents = list(read_corpus(corpus("competence")))
    scores = sorted(document.difficulty for document in documents)
    n = len(documents)

    def rank(document: Document) -> float:
        """The share of documents that are easier."""
        return next(i for i, score in enumerate(scores) if score == document.difficulty) / n

    late = [document for t, document in enumerate(documents) if rank(document) > competence(t / n) + 0.02]
    assert not late
    tenth = n // 10
    mean = [sum(d.difficulty for d in documents[i * tenth : (i + 1) * tenth]) / tenth for i in range(10)]
    assert mean[0] < sum(mean) / 10 < mean[-1], "easy ones first, hard ones last"
    assert len({document.stage for document in documents[: n // 2]}) == 2, "but no stage waits for another"


def test_a_stage_may_have_it_for_itself(tmp_path: Path) -> None:
    graph = world()
    stages = [{"name": "mix", "questions": 0.5, "order": "competence", "lessons": {"chains": {}, "facts": {}}}]
    compile_corpus(curriculum(stages=stages), graph, *parts(graph), tmp_path / "c")
    scores = [document.difficulty for document in read_corpus(tmp_path / "c")]
    assert sum(scores[: len(scores) // 4]) < sum(scores[-(len(scores) // 4) :])
    assert read_manifest(tmp_path / "c")["order"] == "ladder"


@pytest.mark.parametrize("order", ORDERS[1:])
def test_the_same_bytes_for_any_workers_and_in_any_order_of_loading(order: str, tmp_path: Path) -> None:
    for reverse, folder, workers in ((False, "a", 1), (True, "b", 2)):
        graph = world(reverse=reverse)
        compile_corpus(curriculum(order=order, exposures=3), graph, *parts(graph), tmp_path / folder, workers=workers)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


# packing


@pytest.fixture(scope="module", params=ORDERS[1:])
def made(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Made:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpora, "CURRICULUM", f"order: {request.param}\ndomain: atlas of nowhere\n" + corpora.CURRICULUM)
        return make(tmp_path_factory.mktemp(request.param))


def test_packing_keeps_the_order_and_the_check_knows_it(made: Made) -> None:
    order = read_manifest(made.corpus)["order"]
    blocks = made.run / "strict"
    pack(made.corpus, blocks, tokenizer=made.tokenizer, block=128, replay=made.replay, lookahead=4)
    results = {r.name: r for r in check_packing(made.corpus, blocks, tokenizer=made.tokenizer)}
    assert results[ORDER].ok
    assert results[ORDER].note == f"{order}, look-ahead 4"
    assert results["the domain token opens and EOS closes each document"].ok
    assert json.loads((blocks / "pack.json").read_text())["name"] == "atlas of nowhere"


def test_blocks_in_another_order_than_the_declared_one_are_found(made: Made, tmp_path: Path) -> None:
    blocks = tmp_path / "blocks"
    pack(made.corpus, blocks, tokenizer=made.tokenizer, block=128, replay=made.replay, lookahead=4)
    path = made.corpus / "manifest.json"
    before = path.read_bytes()
    try:
        path.write_text(json.dumps(json.loads(before) | {"order": "ladder"}), encoding="utf-8")
        assert [r.name for r in check_packing(made.corpus, blocks) if not r.ok] == [ORDER]
    finally:
        path.write_bytes(before)


# the orders themselves

SCORES = st.lists(st.sampled_from([1.0, 1.5, 2.0, 2.5, 3.0, 4.25]), max_size=120)


@given(scores=SCORES, anchors=st.integers(1, 9), seed=st.integers(0, 99))
def test_competent_is_a_permutation_within_its_bound(scores: list[float], anchors: int, seed: int) -> None:
    about = [i % anchors for i in range(len(scores))]
    order = list(competent(scores, about, seed, "s"))
    assert sorted(order) == list(range(len(scores)))
    assert order == list(competent(scores, about, seed, "s"))
    n = len(scores)
    for t, i in enumerate(order):
        assert sum(score < scores[i] for score in scores) < max(t + 1, sqrt(t / n * (1 - 1e-4) + 1e-4) * n)


@settings(max_examples=50)
@given(how=st.sampled_from(ORDERS[1:]), sizes=st.lists(st.integers(0, 20), min_size=1, max_size=4))
def test_over_stages_is_a_permutation(how: str, sizes: list[int]) -> None:
    orders = [list(range(n))[::-1] for n in sizes]
    anchors = [[i % 3 for i in range(n)] for n in sizes]
    difficulty = [[float(i % 4) for i in range(n)] for n in sizes]
    found = over_stages(how, orders, anchors, difficulty, 7)
    assert sorted(found) == [(stage, i) for stage, n in enumerate(sizes) for i in range(n)]
    if how == "reversed":
        assert found == [(stage, i) for stage in reversed(range(len(sizes))) for i in range(sizes[stage])]
