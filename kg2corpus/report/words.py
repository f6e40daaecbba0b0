"""How the report says things: names of tasks and splits, percentages, the headline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..probes.stats import Row

TASKS = {
    "true_false": "True or false",
    "multiple_choice": "Multiple choice",
    "blank_filling": "Blank filling",
    "factual_editing": "Factual editing",
    "open_ended": "Open-ended",
    "composition": "Composition",
}
SPLITS = {"train": "train facts", "qa_held_out": "subjects never asked about", "held_out": "held-out facts (control)",
          "held_out_entity": "held-out entities (control)", "held_out_composition": "held-out compositions"}  # fmt: skip
SPLIT_NOTES = {
    "train": "facts stated in the corpus, with questions about their subjects",
    "qa_held_out": "facts stated in the corpus whose subjects no question of the corpus asks about",
    "held_out": "facts that the corpus does not contain: a change whose interval leaves out zero would be a leak, or chance",
    "held_out_entity": "facts of entities that the corpus never names: the strictest control",
    "held_out_composition": "two facts that the corpus states, but never together: the model itself has to compose them",
}
LEVELS = {1: "recall", 2: "relate", 3: "compose", 4: "reason", 5: "answer"}


def split_name(split: str) -> str:
    """What a split means, in words."""
    return SPLITS.get(split, split.replace("_", " "))


def task_name(task: str) -> str:
    """The name of a task, in words."""
    return TASKS.get(task, task.replace("_", " ").capitalize())


def in_order(tasks: Iterable[str]) -> list[str]:
    """Tasks each once, ours first and from the easiest to the hardest."""
    ours = list(TASKS)
    return sorted(set(tasks), key=lambda t: (ours.index(t) if t in ours else len(ours), t))


def level_name(row: Row) -> str:
    """Level number and name."""
    level = row.get("level")
    return f"level {level}, {LEVELS.get(int(level), '')}".rstrip(", ") if level is not None else ""


def percent(value: float) -> str:
    """A share in per cent."""
    return f"{100 * value:.0f} %"


def change(row: Row) -> str:
    """The change in percentage points."""
    return f"{100 * (row['after'] - row['before']):+.0f}".replace("-", "−")


def interval(row: Row) -> str:
    """The interval of the change in percentage points."""
    low, high = row["interval"]
    return f"{100 * low:+.0f} to {100 * high:+.0f}".replace("-", "−")


def number(value: Any) -> str:
    """A figure as people write it."""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.1f}"
    return f"{int(value):,}" if isinstance(value, int | float) else str(value)


def minutes(seconds: float) -> str:
    """A time as people say it."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{int(seconds) // 60} min {int(seconds) % 60} s"


def headline(rows: Sequence[Row]) -> str:
    """The result in one sentence: the hardest fair row, with its control where there is one."""
    best = _pick(rows, "qa_held_out") or _pick(rows, "train") or rows[0]
    about = {
        "qa_held_out": "On subjects that no question of the corpus asks about",
        "train": "On the facts that it was trained on",
        "held_out": "On facts that the corpus does not contain",
    }.get(best["split"], f"On {split_name(best['split'])}")
    text = (
        f"{about}, the model went from {percent(best['before'])} to {percent(best['after'])} right in "
        f"{task_name(best['task']).lower()} (chance {percent(best['chance'])}, n = {best['n']}, wording {best['wording']})."
    )
    wanted = best["task"], "held_out", best["wording"]
    control = next((r for r in rows if (r["task"], r["split"], r["wording"]) == wanted), None)
    if control is not None and best["split"] != "held_out":
        text += f" On held-out facts, the control, it went from {percent(control['before'])} to {percent(control['after'])}."
    return text


def _pick(rows: Sequence[Row], split: str) -> Row | None:
    found = [r for r in rows if r["split"] == split]
    return min(found, key=lambda r: (r["task"] != "multiple_choice", r["wording"] != "unseen"), default=None)
