"""Tables of before and after: means, intervals, and the join to exposures, against values known by other means."""

from __future__ import annotations

import json
import random
from math import comb
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus.errors import UserError
from kg2corpus.ledger import read_facts, told, write_facts
from kg2corpus.probes.stats import bootstrap, mcnemar, per_fact, results, table, wilson


def answer(i: int, score: float, **changed: Any) -> dict[str, Any]:
    row = {
        "id": f"{i:016x}", "task": "multiple_choice", "split": "train", "wording": "seen", "relation": "capital",
        "subject": f"{i // 2:016x}", "facts": [f"{i:016x}"], "chance": 0.25, "level": 5, "score": score, "said": "x",
        "margin": 0.0,
    }  # fmt: skip
    return {**row, **changed}


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return path


def pair(folder: Path, before: list[float], after: list[float], **changed: Any) -> tuple[Path, Path]:
    files = (("before", before), ("after", after))
    a, b = (write(folder / f"{n}.jsonl", [answer(i, s, **changed) for i, s in enumerate(v)]) for n, v in files)
    return a, b


def test_table_has_the_means_and_an_interval_around_the_change(tmp_path: Path) -> None:
    rows = table(*pair(tmp_path, [0.0] * 30 + [1.0] * 10, [1.0] * 38 + [0.0] * 2))
    (row,) = rows
    assert list(row)[:8] == ["task", "split", "wording", "before", "after", "chance", "n", "interval"]
    assert (row["before"], row["after"], row["chance"], row["n"]) == (0.25, 0.95, 0.25, 40)
    low, high = row["interval"]
    assert 0.40 <= low < 0.70 < high <= 0.95
    assert row["p"] < 1e-4
    assert row["after_interval"][0] < 0.95 < row["after_interval"][1]


def test_interval_of_no_change_holds_zero(tmp_path: Path) -> None:
    rng = random.Random("no change")
    before = [float(rng.random() < 0.3) for _ in range(60)]
    (row,) = table(*pair(tmp_path, before, rng.sample(before, len(before))))
    assert row["interval"][0] <= 0 <= row["interval"][1]


def test_tables_are_the_same_each_time_and_whatever_the_order_of_answers(tmp_path: Path) -> None:
    before, after = pair(tmp_path, [0.0, 1.0] * 20, [1.0, 1.0, 0.0, 1.0] * 10)
    first = table(before, after)
    lines = before.read_text().splitlines()
    before.write_text("\n".join(reversed(lines)) + "\n")
    assert table(before, after) == first


def test_answers_to_other_probes_are_refused(tmp_path: Path) -> None:
    before = write(tmp_path / "a.jsonl", [answer(1, 1.0)])
    after = write(tmp_path / "b.jsonl", [answer(2, 1.0)])
    with pytest.raises(UserError, match="different probes"):
        table(before, after)


def test_a_damaged_answer_file_is_named_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [answer(1, 1.0)])
    path.write_text(path.read_text() + '{"id": 3}\n')
    with pytest.raises(UserError, match=r"a\.jsonl:2") as e:
        table(path, path)
    assert e.value.hint


def test_probes_of_one_subject_widen_the_interval() -> None:
    values = [float(i // 10 % 2) for i in range(100)]
    alone = bootstrap(values, [str(i) for i in range(100)])
    together = bootstrap(values, [str(i // 10) for i in range(100)])
    assert together[1] - together[0] > 2 * (alone[1] - alone[0])


def test_bootstrap_covers_the_true_mean_about_as_often_as_it_says() -> None:
    rng = random.Random("coverage")
    held = 0
    for i in range(300):
        values = [float(rng.random() < 0.6) for _ in range(50)]
        low, high = bootstrap(values, [str(j) for j in range(50)], seed=i, resamples=600)
        held += low <= 0.6 <= high
    assert 0.90 <= held / 300 <= 0.99


@given(st.lists(st.floats(-1, 1, allow_nan=False), min_size=1, max_size=40))
def test_bootstrap_stays_within_the_values(values: list[float]) -> None:
    low, high = bootstrap(values, [str(i) for i in range(len(values))], resamples=300)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9


def test_wilson_agrees_with_published_values() -> None:
    # Newcombe (1998), table I: 81 of 263, and 0 of 20
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)


@given(st.integers(0, 12), st.integers(0, 12))
def test_mcnemar_is_the_exact_sign_test(gained: int, lost: int) -> None:
    before = [False] * gained + [True] * lost + [True, False]
    after = [True] * gained + [False] * lost + [True, False]
    n = gained + lost
    tail = sum(comb(n, i) for i in range(n + 1) if comb(n, i) <= comb(n, gained)) / 2**n
    assert mcnemar(before, after) == pytest.approx(min(1.0, tail))


def test_per_fact_joins_exposures_by_uid(tmp_path: Path) -> None:
    before, after = pair(tmp_path, [0.0, 1.0], [1.0, 1.0])
    ledger = tmp_path / "facts.parquet"
    write_facts(ledger, {"fact": [0], "twin": [0], "target": [12], "stated": [12], "asked": [3], "implied": [1]})
    rows = per_fact(before, after, ledger)
    assert [r["fact"] for r in rows] == [f"{0:016x}", f"{1:016x}"]
    assert [(r["stated"], r["asked"], r["implied"]) for r in rows] == [(12, 3, 1), (0, 0, 0)]
    assert rows[0]["tasks"] == {"multiple_choice": {"before": 0.0, "after": 1.0, "n": 1}}
    assert told(read_facts(ledger)) == {f"{0:016x}": {"stated": 12, "asked": 3, "implied": 1}}


def test_exposures_are_those_of_the_twin(tmp_path: Path) -> None:
    ledger = tmp_path / "facts.parquet"
    exposed = {"stated": [2, 3, 4], "asked": [0, 1, 2], "implied": [0] * 3}
    write_facts(ledger, {"fact": [0, 1, 2], "twin": [0, 1, 1], "target": [2] * 3, **exposed})
    read = told(read_facts(ledger))
    assert read[f"{0:016x}"] == {"stated": 2, "asked": 0, "implied": 0}
    assert read[f"{1:016x}"] == read[f"{2:016x}"] == {"stated": 7, "asked": 3, "implied": 0}


def test_a_missing_ledger_is_a_user_error(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        told(read_facts(tmp_path / "facts.parquet"))


def test_results_have_the_shape_that_readers_rely_on(tmp_path: Path) -> None:
    rows = table(*pair(tmp_path, [0.0, 1.0], [1.0, 1.0]))
    made = results(rows, facts=72, tokens=37_000, seconds=335.04, perplexity=(18.0, 20.5), seed=0)
    assert list(made) == ["facts", "tokens", "seconds", "probes", "perplexity", "seed"]
    assert made["perplexity"] == {"before": 18.0, "after": 20.5}
    assert json.loads(json.dumps(made)) == made
    assert results(rows, facts=1, tokens=1, seconds=1)["perplexity"] == {"before": None, "after": None}
