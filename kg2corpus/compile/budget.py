"""Counts of exposures per twin, and what is left of the targets. All lists are indexed by twin row (`picks.Facts`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
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

    `stated` counts over all stages; the other counts are those of this stage. `part`: how much of the stage is filled; a plan
    that only measures fills a part of it, from as large a part of the anchors.
    """

    upto: list[int]
    asked_upto: list[int]
    stated: list[int]
    part: float = 1.0
    asked: list[int] = field(init=False)
    want: list[int] = field(init=False)
    rejected: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.asked = [0] * len(self.upto)
        self.want = [max(0, u - s) for u, s in zip(self.upto, self.stated, strict=True)]
        self.used = 0  # stated exposures

    def lesson(self, share: float) -> LessonBudget:
        """The part of a lesson (or of replay): `share` of the stage's stated and asked exposures."""
        return LessonBudget(self, share)

    def rest(self) -> LessonBudget:
        """For the lesson that tops up: all that the others have left."""
        found = LessonBudget(self, 1.0)
        found.total["stated"] -= self.used
        return found

    def spent(self, twins: Sequence[int]) -> bool:
        """Whether each of the twins has been stated and asked as often as it should be."""
        stated, upto, asked, asked_upto = self.stated, self.upto, self.asked, self.asked_upto
        return not any(stated[t] < upto[t] or asked[t] < asked_upto[t] for t in twins)


class LessonBudget:
    """What one lesson has used of its `share` of the stage's exposures.

    The share limits the sum; a single twin may spend all of its stage's exposures in one lesson, since lessons that few
    facts can take part in (chains need facts that go on) would otherwise stop far below their share.
    """

    def __init__(self, stage: Budget, share: float) -> None:
        self.stage = stage
        share *= stage.part
        self.total = {"stated": share * sum(stage.want), "asked": share * sum(stage.asked_upto)}
        self.total["implied"] = self.total["stated"]
        self.used = {"stated": 0, "asked": 0, "implied": 0}
        self.implied: dict[int, int] = {}

    def done(self, kind: str) -> bool:
        return self.used[kind] >= self.total[kind] - 1e-9

    def progress(self) -> float:
        """How much of its part the lesson has, in the kind of exposures of which it has most."""
        return max((self.used[kind] / total for kind, total in self.total.items() if total > 0), default=1.0)

    def fits(self, kind: str, twin: int) -> bool:
        """Whether one more exposure of the twin stays within the stage's; implied ones are limited like stated ones."""
        if kind == "stated":
            return self.stage.stated[twin] < self.stage.upto[twin]
        return self.implied.get(twin, 0) < self.stage.want[twin]

    def may_ask(self, twins: Sequence[int]) -> bool:
        """Whether a question fits: its facts together are short of what they should be asked. (A list of answers asks for
        all of its facts, each of which may be part of other lists: a limit for each alone would let some lists starve.)"""
        upto, asked = self.stage.asked_upto, self.stage.asked
        return sum([upto[t] - asked[t] for t in twins]) > 0

    def use(self, form: str, twins: Sequence[int]) -> None:
        """Count an accepted subgraph."""
        kind = FORMS[form].exposes
        self.used[kind] += len(twins)
        if kind == "implied":
            for twin in twins:
                self.implied[twin] = self.implied.get(twin, 0) + 1
            return
        self.stage.used += len(twins) if kind == "stated" else 0
        counts = self.stage.stated if kind == "stated" else self.stage.asked
        for twin in twins:
            counts[twin] += 1
