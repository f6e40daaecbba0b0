"""Near-duplicates that were planted are found, and nothing else is reported."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus.checks.near import ALIKE, Near, jaccard, shingles
from kg2corpus.types import Document, Span
from kg2corpus.uid import digest, show


def document(text: str, name: str = "") -> Document:
    uid = show(digest(text, name))
    return Document(text, uid, 1, "facts", 1, "statement", "recall", 1.0, (Span(1, 0, len(text), "stated"),), (1,))


def words(rng: random.Random, count: int) -> list[str]:
    return ["".join(rng.choices("abcdefghij", k=4)) for _ in range(count)]


def grams(text: str) -> set[tuple[str, ...]]:
    own = text.casefold().split()
    return {tuple(own[i : i + 5]) for i in range(max(1, len(own) - 4))}


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=12), st.lists(st.sampled_from("abc"), min_size=1, max_size=12))
def test_the_index_is_that_of_the_runs_of_five_words(one: list[str], other: list[str]) -> None:
    a, b = " ".join(one), " ".join(other)
    exact = len(grams(a) & grams(b)) / len(grams(a) | grams(b))
    assert jaccard(shingles(a), shingles(b)) == pytest.approx(exact)


def test_planted_near_duplicates_are_found_and_nothing_else() -> None:
    rng = random.Random(5)
    plain = [words(rng, 60) for _ in range(3000)]
    planted = []
    for i in range(200):
        changed = list(plain[i])
        changed[-1 - i % 3] = "other"  # 1 to 3 of 56 runs: an index above 0.9
        planted.append(changed)
    apart = []
    for i in range(200, 400):
        changed = list(plain[i])
        changed[15] = changed[30] = changed[45] = "other"  # 15 of 56 runs: 41 of 71 in common
        apart.append(changed)
    every = [document(" ".join(own)) for own in (*plain, *planted, *apart)]
    rng.shuffle(every)
    near = Near()
    for one in every:
        near.add(one)
    found = near.close()
    assert found["documents"] == found["compared"] == 3400
    assert (found["groups"], found["alike"], found["largest"]) == (200, 400, 2)
    assert found["share"] == pytest.approx(400 / 3400, abs=1e-4)
    assert found["same_text"] == 0
    texts = {d.id: d.text for d in every}
    for a, b, index in found["examples"]:
        one, other = grams(texts[a]), grams(texts[b])
        assert index >= ALIKE
        assert index == pytest.approx(len(one & other) / len(one | other), abs=1e-3)


def test_a_group_is_joined_and_the_same_text_is_counted() -> None:
    rng = random.Random(6)
    base = words(rng, 80)
    near = Near()
    for i in range(30):
        near.add(document(" ".join([*base, f"end{i}"])))
    for i in range(3):
        near.add(document("The same words stand here once more, word for word.", str(i)))
    for _ in range(50):
        near.add(document(" ".join(words(rng, 40))))
    found = near.close()
    assert (found["groups"], found["largest"], found["alike"], found["same_text"]) == (2, 30, 33, 3)


def test_more_than_the_most_are_sampled_whatever_their_order() -> None:
    rng = random.Random(7)
    every = [document(" ".join(words(rng, 12))) for _ in range(500)]
    found = []
    for _ in range(2):
        rng.shuffle(every)
        near = Near(most=60)
        for one in every:
            near.add(one)
        found.append(near.close())
        assert len(near.kept) == 60
        assert near.kept[-1][0] <= sorted(digest("near", "0", d.id) & ((1 << 64) - 1) for d in every)[59]
    assert found[0] == found[1]
    assert found[0]["compared"] == 60
    assert found[0]["documents"] == 500


def test_nothing_and_one_have_none() -> None:
    near = Near()
    assert near.close()["alike"] == 0
    near.add(document("One sentence."))
    assert near.close()["largest"] == 0
    assert len(shingles("")) == 1
    assert shingles("a b c d e f").dtype == np.uint64
