"""Scoring a probe file with models whose answers are known: one who knows, one who guesses, one who always says True."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from kg2corpus.errors import UserError
from kg2corpus.probes.items import probe_id, requests, to_json
from kg2corpus.probes.score import score
from kg2corpus.probes.stats import read_answers, table
from kg2corpus.types import LogProb, Probe


class Model:
    """An LM from a rule for the value of a pair, and one for texts. Counts its calls."""

    def __init__(self, value: Callable[[str, str], float], text: Callable[[str], str] = lambda p: "", name: str = "m") -> None:
        self.value, self.text, self._name = value, text, name
        self.calls: list[tuple[str, int]] = []

    @property
    def name(self) -> str:
        return self._name

    def logprobs(self, pairs: Sequence[tuple[str, str]]) -> list[LogProb]:
        self.calls.append(("logprobs", len(pairs)))
        assert len(set(pairs)) == len(pairs)
        return [LogProb(self.value(*pair), 3, False) for pair in pairs]

    def generate(self, prompts: Sequence[str], *, max_tokens: int = 32, stop: Sequence[str] = ()) -> list[str]:
        self.calls.append(("generate", len(prompts)))
        assert max_tokens == 120
        return [self.text(p) for p in prompts]


def choice(task: str, i: int, candidates: tuple[str, ...], gold: str, **data: Any) -> Probe:
    prompt = f"Question: {task} {i}?\nAnswer:"
    name = probe_id(task, "train", "seen", prompt)
    data = {"subject": f"{i:016x}", **data}
    return Probe(name, task, "train", "seen", "r", prompt, (gold,), candidates, (i - 50,), 1 / len(candidates), 5, data)


def probes() -> list[Probe]:
    towns = ("Niger", "Nigeria", "Chad", "Mali")
    out = [choice("multiple_choice", i, towns, towns[i % 4], end=".") for i in range(40)]
    out += [choice("blank_filling", i, tuple(f"T{n}" for n in range(20)), f"T{i % 20}") for i in range(40)]
    out += [choice("true_false", i, ("True", "False"), ("True", "False")[i % 2]) for i in range(40)]
    told = [{"fact": f"{7:016x}", "tell": True, "relation": "r", "texts": ["thimphu"], "cues": ["capital"]}]
    data = {"subject": "00", "facts": told, "max_tokens": 120, "stop": ["\n\n"]}
    ask = "Tell me some facts about Bhutan:"
    out.append(Probe("f" * 16, "open_ended", "train", "unseen", "", ask, ("Thimphu",), (), (7,), 0.0, 1, data))
    return out


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "probes.jsonl"
    path.write_text("".join(to_json(p) + "\n" for p in probes()), encoding="utf-8")
    return path


def knows() -> Callable[[str, str], float]:
    right = {requests(p)[p.candidates.index(p.gold[0])] for p in probes() if p.candidates}
    return lambda prompt, text: -1.0 if (prompt, text) in right else -5.0


def means(path: Path) -> dict[str, float]:
    rows: dict[str, list[float]] = {}
    for a in read_answers(path):
        rows.setdefault(a.task, []).append(a.score)
    return {task: sum(scores) / len(scores) for task, scores in rows.items()}


def test_one_who_knows_gets_all(file: Path, tmp_path: Path) -> None:
    lm = Model(knows(), lambda p: " Thimphu is its capital.")
    out = score(file, lm, tmp_path / "answers-after.jsonl")
    assert set(means(out).values()) == {1.0}
    # all tasks in one call of each kind
    assert lm.calls == [("logprobs", 40 * (4 + 20 + 2)), ("generate", 1)]
    answers = read_answers(out)
    assert [a.id for a in answers] == [p.id for p in probes()]
    assert answers[0].said == "Niger"
    assert answers[0].margin == 4.0
    assert answers[-1].facts == (f"{7:016x}",)


def test_one_who_finds_all_equally_likely_scores_chance(file: Path, tmp_path: Path) -> None:
    found = means(score(file, Model(lambda p, t: -2.0), tmp_path / "a.jsonl"))
    assert found == pytest.approx({"multiple_choice": 0.25, "blank_filling": 0.05, "true_false": 0.5, "open_ended": 0.0})


def test_one_who_always_says_true_gets_one_half(file: Path, tmp_path: Path) -> None:
    found = means(score(file, Model(lambda p, t: -1.0 if t == " True" else -2.0), tmp_path / "a.jsonl"))
    assert found["true_false"] == 0.5


def test_shorter_is_not_better_where_one_answer_begins_another(file: Path, tmp_path: Path) -> None:
    # a model for which each character costs: without an end, "Niger" would beat "Nigeria" whatever it knows
    asked: list[str] = []
    score(file, Model(lambda p, t: asked.append(t) or -float(len(t))), tmp_path / "a.jsonl")  # type: ignore[func-returns-value]
    assert {" Niger.", " Nigeria."} <= set(asked)
    assert " Niger" not in asked


def test_whole_answers_are_reused_and_others_are_not(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    lm = Model(knows())
    first = score(file, lm, out).read_bytes()
    score(file, lm, out)
    assert len(lm.calls) == 2
    score(file, lm, out, key="another adapter")
    assert len(lm.calls) == 4
    score(file, other := Model(lambda p, t: 0.0, name="other"), out, key="another adapter")
    assert len(other.calls) == 2
    # cut short, as by a crash
    score(file, lm, out)
    out.write_bytes(first[: len(first) // 2])
    assert score(file, lm, out).read_bytes() == first
    file.write_text(file.read_text(encoding="utf-8").split("\n")[0] + "\n", encoding="utf-8")
    assert len(read_answers(score(file, lm, out))) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.jsonl", "a.meta.json", "probes.jsonl"]


def test_a_model_that_fails_leaves_no_answers(file: Path, tmp_path: Path) -> None:
    def fails(prompt: str, text: str) -> float:
        raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError):
        score(file, Model(fails), tmp_path / "a.jsonl")
    assert not (tmp_path / "a.jsonl").exists()


def test_before_and_after_make_a_table(file: Path, tmp_path: Path) -> None:
    before = score(file, Model(lambda p, t: -2.0), tmp_path / "answers-before.jsonl")
    after = score(file, Model(knows()), tmp_path / "answers-after.jsonl")
    rows = {row["task"]: row for row in table(before, after)}
    assert rows["multiple_choice"]["before"] == 0.25
    assert rows["multiple_choice"]["after"] == 1.0
    assert rows["multiple_choice"]["interval"] == [0.75, 0.75]
    assert json.loads(json.dumps(rows)) == rows


def test_no_probes_and_unknown_tasks_are_user_errors(file: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError) as e:
        score(tmp_path / "none.jsonl", Model(knows()), tmp_path / "a.jsonl")
    assert e.value.hint
    (tmp_path / "empty.jsonl").write_text("")
    with pytest.raises(UserError):
        score(tmp_path / "empty.jsonl", Model(knows()), tmp_path / "a.jsonl")
    (tmp_path / "odd.jsonl").write_text(to_json(choice("multiple_choise", 1, ("a", "b"), "a")) + "\n")
    with pytest.raises(UserError) as e:
        score(tmp_path / "odd.jsonl", Model(knows()), tmp_path / "a.jsonl")
    assert "multiple_choice" in e.value.hint


def test_the_file_half_needs_no_graph() -> None:
    import subprocess
    import sys

    code = (
        "import sys; import kg2corpus.probes.score, kg2corpus.probes.stats\n"
        "from kg2corpus import registry\n"
        "for name in registry.names('probes'): registry.find('probes', name)\n"
        "print([m for m in sys.modules if m.startswith('kg2corpus') and m.split('.')[1:2] and m.split('.')[1] in "
        "('graph', 'snapshot', 'store', 'lexicon', 'columns')], 'torch' in sys.modules, 'altair' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] False False"
