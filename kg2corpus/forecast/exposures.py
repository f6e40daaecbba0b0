"""How often each fact is told, as planned: the distribution by kind, and which facts stay below their target, and why."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from ..compile.plan import Plan, Planner
from ..config import FALLBACK
from ..types import Fact
from ..uid import show

KINDS = ("stated", "asked", "implied")
QUANTILES = {"min": 0.0, "quarter": 0.25, "median": 0.5, "three_quarters": 0.75, "max": 1.0}
SHOWN = 20  # facts named for each reason
NEVER = "the budget has no exposure for it"
NO_ROOM = f"no lesson had room for it (no stage has '{FALLBACK}', which tops facts up)"
LEFT = "its lessons found no more for it"


def exposures(planner: Planner, plan: Plan) -> dict[str, Any]:
    """Exposures by twin: least, quartiles, mean and most of each kind; and by reason those that are not stated as often as the
    target says, or not at all because the target is 0, with how many and which."""
    counts = {kind: np.array(plan.counts(kind), dtype=np.int64) for kind in KINDS}
    return {
        "facts": len(plan.facts.twins),
        "target": round(plan.exposures, 4),
        "kinds": {kind: _spread(values) for kind, values in counts.items()},
        "short": _short(planner, plan, counts["stated"]),
    }


def _spread(values: np.ndarray[Any, np.dtype[np.int64]]) -> dict[str, float]:
    if not len(values):
        return dict.fromkeys([*QUANTILES, "mean"], 0.0)
    found = dict(zip(QUANTILES, np.quantile(values, list(QUANTILES.values())).tolist(), strict=True))
    return {name: round(value, 3) for name, value in {**found, "mean": float(values.mean())}.items()}


def _short(planner: Planner, plan: Plan, stated: np.ndarray[Any, np.dtype[np.int64]]) -> list[dict[str, Any]]:
    targets = np.array(plan.targets, dtype=np.int64)
    rows_of: dict[int, list[int]] = {}
    below = set(np.flatnonzero((stated < targets) | (targets == 0)).tolist()) | set(planner.unsayable)
    for row, twin in enumerate(plan.facts.twin_of):
        if twin in below:
            rows_of.setdefault(twin, []).append(row)
    tops_up = any(FALLBACK in stage.lessons for stage in planner.curriculum.stages)
    unsayable = set(planner.unsayable)
    counts: Counter[str] = Counter()
    named: dict[str, list[Fact]] = {}
    for twin in sorted(below):
        if twin in unsayable:
            reason = planner.blocked[rows_of[twin][0]]
        elif not targets[twin]:
            reason = NEVER
        else:
            reason = LEFT if tops_up else NO_ROOM
        counts[reason] += 1
        if len(named.setdefault(reason, [])) < SHOWN:
            named[reason].append(planner.view.fact(plan.facts.uids[rows_of[twin][0]]))
    return [
        {
            "reason": reason,
            "facts": number,
            "which": [
                {"fact": show(f.uid), "subject": f.subject.name, "relation": f.relation.name, "object": f.object.name}
                for f in named[reason]
            ],
        }
        for reason, number in counts.most_common()
    ]
