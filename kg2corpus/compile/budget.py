"""Counts of exposures per twin, and what is left of the targets. All lists are indexed by twin row (`picks.Facts`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from random import Random

from ..types import FORMS
from ..uid import digest
from .picks import Facts


def totals(facts: Facts, exposures: float, seed: int) -> list[int]:
    """Stated exposures of each twin over all stages: a fractional target gives a seeded part of the twins one more."""
    whole = int(exposures)
    more = round((exposures - whole) * len(facts.twins))
    lucky = set(Random(digest("one more", str(seed))).sample(range(len(facts.twins)), more))
    return [whole + (i in lucky) for i in range(len(facts.twins))]


@dataclass
class Budget:
    """One stage. `upto`: stated exposures of each twin by the end of the stage; `asked_upto`: asked ones within it.

    `stated` counts over all stages; the other counts are those of this stage.
    """

    upto: list[int]
    asked_upto: list[int]
    stated: list[int]
    asked: list[int] = field(init=False)
    want: list[int] = field(init=False)
    rejected: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.asked = [0] * len(self.upto)
        self.want = [max(0, u - s) for u, s in zip(self.upto, self.stated, strict=True)]

    def lesson(self, share: float) -> LessonBudget:
        """The part of a lesson (or of replay): `share` of the stage's stated and asked exposures."""
        return LessonBudget(self, share)


class LessonBudget:
    """What one lesson has used of its share. Per twin at most the share rounded up, and the share of the sum."""

    def __init__(self, stage: Budget, share: float) -> None:
        self.stage = stage
        self.share = share
        self.total = {"stated": share * sum(stage.want), "asked": share * sum(stage.asked_upto)}
        self.total["implied"] = self.total["stated"]
        self.used = {"stated": 0, "asked": 0, "implied": 0}
        self.counts: dict[str, dict[int, int]] = {"stated": {}, "asked": {}, "implied": {}}
        self.accepted = 0

    def cap(self, kind: str, twin: int) -> int:
        whole = self.stage.asked_upto[twin] if kind == "asked" else self.stage.want[twin]
        return ceil(self.share * whole - 1e-9)

    def done(self, kind: str) -> bool:
        return self.used[kind] >= self.total[kind] - 1e-9

    def fits(self, kind: str, twin: int) -> bool:
        """Whether one more exposure of the twin stays within the lesson's and the stage's part."""
        if kind == "stated" and self.stage.stated[twin] >= self.stage.upto[twin]:
            return False
        return self.counts[kind].get(twin, 0) < self.cap(kind, twin)

    def may_ask(self, twins: Sequence[int]) -> bool:
        """Whether a question fits: its facts together are short of what they should be asked. (A list of answers asks for
        all of its facts, each of which may be part of other lists: a limit for each alone would let some lists starve.)"""
        return sum(self.stage.asked_upto[t] - self.stage.asked[t] for t in twins) > 0

    def use(self, form: str, twins: Sequence[int]) -> None:
        kind = FORMS[form]
        counts = self.counts[kind]
        for twin in twins:
            counts[twin] = counts.get(twin, 0) + 1
            if kind == "stated":
                self.stage.stated[twin] += 1
            elif kind == "asked":
                self.stage.asked[twin] += 1
        self.used[kind] += len(twins)
        self.accepted += 1
