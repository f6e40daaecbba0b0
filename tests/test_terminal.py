"""What the terminal shows where a part of the results is not there."""

from __future__ import annotations

import pytest

from kg2corpus import terminal

ROW = {
    "task": "blank_filling", "split": "train", "wording": "seen",
    "before": 0.5, "after": None, "interval": None, "chance": 0.25, "n": 4,
}  # fmt: skip


def test_probes_without_an_adapter_have_no_column_after(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.results({"probes": [ROW], "perplexity": {"before": 21.04}})
    assert "perplexity of plain text: 21.0\n" in capsys.readouterr().out


def test_probes_with_one_say_what_has_changed(capsys: pytest.CaptureFixture[str]) -> None:
    row = {**ROW, "after": 0.75, "interval": [0.1, 0.4]}
    terminal.results({"probes": [row], "perplexity": {"before": 20.0, "after": 25.0}})
    shown = capsys.readouterr().out
    assert "+0.25 [+0.10, +0.40]" in shown
    assert "perplexity of plain text: 20.0 -> 25.0 (+25%)" in shown
