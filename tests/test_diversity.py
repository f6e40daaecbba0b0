"""Measures of variety give what can be counted by hand, and the checks of texts pass and fail where they should."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from math import exp, log
from pathlib import Path

import pytest

from kg2corpus.checks import check_texts
from kg2corpus.checks.measures import Compression, Shares, distinct, quantiles, self_bleu
from kg2corpus.documents import read_corpus
from kg2corpus.types import Document, Span
from kg2corpus.uid import digest, show

from .corpora import Made, edited, make

STATED = "every promised fact is stated"
HOLDS = "every statement holds in the graph"
NAMES = "nothing is named that no promised fact has"
FIGURES = "no figure stands that no promised fact has"
DENIED = "nothing is denied"
WORDINGS = "facts are said in as many wordings as are known"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("varied"))


def test_distinct_n() -> None:
    texts = [["a", "b", "a", "b"], ["a", "c"]]
    assert distinct(texts, 1) == 3 / 6
    assert distinct(texts, 2) == 3 / 4  # ab ba ab ac
    assert distinct(texts, 3) == 1.0
    assert distinct([], 1) == 0.0


def test_self_bleu_of_texts_that_are_all_alike_or_all_different() -> None:
    same = ["the", "cat", "sat", "on", "it"]
    assert self_bleu([same] * 3) == pytest.approx(1.0)
    # no n-gram of any order in common: each precision is 0.1 over the n-grams that there are
    expected = exp(sum(log(0.1 / n) for n in (5, 4, 3, 2)) / 4)
    assert self_bleu([["a"] * 5, ["b"] * 5]) == pytest.approx(expected)
    assert self_bleu([same]) == 0.0


def test_self_bleu_by_hand() -> None:
    # "a b c d" against "a b c e f": 3/4, 2/3, 1/2, none of 1; four words against five: brevity exp(1 - 5/4)
    first = exp(1 - 5 / 4) * exp((log(3 / 4) + log(2 / 3) + log(1 / 2) + log(0.1)) / 4)
    # the other way: 3/5, 2/4, 1/3, none of 2
    second = exp((log(3 / 5) + log(2 / 4) + log(1 / 3) + log(0.1 / 2)) / 4)
    assert self_bleu([list("abcd"), list("abcef")]) == pytest.approx((first + second) / 2)


def test_counts_are_clipped_by_the_largest_of_another_text() -> None:
    # "a a" matches one "a" of "a b": the text's own two do not count
    one = exp((log(1 / 2) + log(0.1)) / 2)
    two = exp((log(1 / 2) + log(0.1)) / 2)
    assert self_bleu([["a", "a"], ["a", "b"]]) == pytest.approx((one + two) / 2)


def test_shares_with_room_and_without() -> None:
    shares = Shares()
    for key in (1, 1, 1, 2):
        shares.add(key)
    assert (shares.things, shares.shared(), shares.largest()) == (2, 0.75, 0.75)
    small = Shares(most=100)
    for i in range(4000):
        small.add(digest("thing", str(i % 2000)))  # 2,000 things, twice each
    assert len(small.counts) <= 100
    assert 1000 < small.things < 4000
    assert small.shared() == 1.0


def test_quantiles() -> None:
    found = quantiles(Counter({1: 50, 2: 45, 3: 4, 100: 1}))
    assert found == {"0%": 1, "5%": 1, "25%": 1, "50%": 1, "75%": 2, "95%": 2, "100%": 100}


def test_compression() -> None:
    packed = Compression()
    for _ in range(1000):
        packed.add("The capital of Avaria is Avar.")
    assert packed.ratio() > 100


def checked(made: Made, corpus: Path | None = None, **options: bool) -> dict[str, bool]:
    report = check_texts(corpus or made.corpus, graph=made.graph, lexicon=made.lexicon, **options)
    return {result.name: result.ok for result in report.results}


def test_a_clean_corpus_passes(made: Made) -> None:
    assert checked(made, faithful=True, diversity=True) == dict.fromkeys(
        (STATED, HOLDS, NAMES, FIGURES, DENIED, WORDINGS), True
    )  # fmt: skip


def test_what_is_known_before_is_found_after(made: Made) -> None:
    report = check_texts(made.corpus, graph=made.graph, lexicon=made.lexicon, diversity=True)
    figures = report.figures["diversity"]
    stated = figures["renderings"]["stated"]
    facts = [f for f in made.graph.facts() if any(s.fact == f.uid for d in read_corpus(made.corpus) for s in d.spans)]
    known = {f.twin: made.lexicon.wordings(f, "statement") for f in facts}
    assert stated["known"] == pytest.approx(sum(known.values()) / len(known), rel=0.1)
    assert 0.9 * stated["due"] <= stated["wordings"] <= stated["exposures"]
    assert figures["documents"] == sum(1 for _ in read_corpus(made.corpus))
    assert sum(figures["forms"].values()) == figures["documents"]
    assert json.loads(json.dumps(report.as_dict()))["diversity"] == figures


def test_one_wording_for_all_fails(made: Made, tmp_path: Path) -> None:
    def plain(document: Document) -> list[Document]:
        facts = [made.graph.fact(s.fact) for s in document.spans]
        if document.form != "statement" or len(facts) != 1:
            return []
        text = made.lexicon.say(facts, "statement", 0)
        return [replace(document, text=text, spans=(Span(facts[0].uid, 0, len(text), "stated"),))]

    found = checked(made, edited(made.corpus, tmp_path / "plain", plain), faithful=True, diversity=True)
    assert [name for name, ok in found.items() if not ok] == [WORDINGS]


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        (" Corvenia is like that.", NAMES),
        (" So it was for 77 years.", FIGURES),
        (" This is not so.", DENIED),
        (" The capital of Corvenia is Dru.", HOLDS),
    ],
)
def test_a_sentence_too_many(made: Made, tmp_path: Path, more: str, wanted: str) -> None:
    old = next(d for d in read_corpus(made.corpus) if d.form == "statement" and d.text.count(".") == 1 and "Corv" not in d.text)
    new = replace(old, text=old.text + more, frames=((len(old.text) + 1, len(old.text + more)),), id=show(digest(more)))
    corpus = edited(made.corpus, tmp_path / "more", lambda d: [new] if d.id == old.id else [d])
    report = check_texts(corpus, graph=made.graph, lexicon=made.lexicon, faithful=True)
    failed = {result.name: [e.where for e in result.examples] for result in report.failed}
    assert failed[wanted] == [new.id]
    assert STATED not in failed


def test_a_promise_that_is_not_kept_or_cannot_be(made: Made, tmp_path: Path) -> None:
    old = next(d for d in read_corpus(made.corpus) if d.form == "statement")
    text = "Nothing is to be said here."
    kept = tuple(replace(span, start=0, end=len(text)) for span in old.spans)
    for number, spans in enumerate((kept, (Span(1, 0, 9, "stated"),), ())):
        new = replace(old, text=text, spans=spans)
        corpus = edited(made.corpus, tmp_path / str(number), lambda d, new=new: [new] if d.id == old.id else [d])
        assert not checked(made, corpus, faithful=True)[STATED]


def test_the_sample_is_seeded(made: Made) -> None:
    def run(seed: int) -> object:
        return check_texts(made.corpus, graph=made.graph, lexicon=made.lexicon, faithful=True, diversity=True, seed=seed)

    assert run(1) == run(1)
