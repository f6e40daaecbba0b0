"""How hard the documents of each lesson are, and how many a shortcut has made easier: counted in buckets, summed, shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..difficulty import HARD, Graded


@dataclass
class Grades:
    """How often each difficulty occurs, by lesson, and each shortcut."""

    lessons: dict[str, Counter[float]] = field(default_factory=dict)
    shortcuts: Counter[str] = field(default_factory=Counter)

    def add(self, lesson: str, grade: Graded) -> None:
        """Count a document."""
        found = self.lessons.get(lesson)
        if found is None:
            found = self.lessons[lesson] = Counter()
        found[grade.difficulty] += 1
        if grade.shortcut:
            self.shortcuts[grade.shortcut] += 1

    def counts(self) -> dict[str, Any]:
        """As plain data: (difficulty, documents) by lesson, documents by shortcut."""
        lessons = {name: [list(pair) for pair in sorted(found.items())] for name, found in sorted(self.lessons.items())}
        return {"lessons": lessons, "shortcuts": dict(sorted(self.shortcuts.items()))}


def summed(buckets: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Of all buckets: by lesson the documents, the mean, the quartiles and the hard ones; how many each shortcut solves."""
    every = Grades()
    for bucket in buckets:
        for name, pairs in bucket["lessons"].items():
            every.lessons.setdefault(name, Counter()).update(dict(map(tuple, pairs)))
        every.shortcuts.update(bucket["shortcuts"])
    lessons = {name: spread(found) for name, found in sorted(every.lessons.items())}
    return {"hard_from": HARD, "lessons": lessons, "downgraded": dict(sorted(every.shortcuts.items()))}


def spread(found: Counter[float]) -> dict[str, Any]:
    """Number, mean, quartiles, and how many are hard, of values and how often each occurs."""
    total, passed, quartiles = found.total(), 0, list[float]()
    for value, count in sorted(found.items()):
        passed += count
        while len(quartiles) < 3 and passed >= total * (len(quartiles) + 1) / 4:
            quartiles.append(value)
    mean = sum(value * count for value, count in found.items()) / max(1, total)
    hard = sum(count for value, count in found.items() if value >= HARD)
    return {"documents": total, "mean": round(mean, 3), "quartiles": quartiles, "hard": hard}


def table(graded: dict[str, Any]) -> list[str]:
    """Lines of Markdown for the dataset card."""
    lines = ["", "| lesson | difficulty, mean | quartiles | hard |", "|---|---:|---|---:|"]
    for name, found in graded["lessons"].items():
        quartiles = " · ".join(f"{value:.2f}" for value in found["quartiles"])
        lines.append(f"| {name} | {found['mean']:.2f} | {quartiles} | {found['hard'] / max(1, found['documents']):.0%} |")
    made = sum(graded["downgraded"].values())
    hard = f"A document from {graded['hard_from']:g} on takes more than one step. A solver by shortcuts answers {made:,}"
    return [*lines, "", f"{hard} that look as if they did: those are graded as one step."]
