"""The forecast: what a curriculum would make of a graph, and what that would teach and cost, before a token is spent.

The plan is the one that `compile` would follow. Of it and of the graph this package tells documents and tokens (`corpus`),
exposures of each fact (`exposures`), pairs of entities brought together (`coverage`), bits (`bits`, `dependencies`) against
what an adapter holds (`capacity`), time and money (`costs`).
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..compile.plan import Plan, Planner
from ..graph import Graph
from . import costs
from .bits import bits
from .capacity import Linears, capacity
from .corpus import Corpus, corpus
from .coverage import curve, pairs
from .exposures import exposures

if TYPE_CHECKING:
    from ..store.split import Split

TIMES = (0, 0.1, 0.25, 0.5, 1, 2, 4, 10, 100)  # points of the coverage curve, in multiples of what is planned
PAIRS = ("pair",)  # forms that a draw of the coverage model stands for
LAW_FROM = 100  # exposures from which the law of capacity was measured


def forecast(
    planner: Planner,
    plan: Plan,
    graph: Graph,
    split: Split,
    model: Linears,
    *,
    device: str | None = None,
    tokens_per_second: float | None = None,
    prices: Path | None = None,
    directed: bool = True,
) -> dict[str, Any]:
    """All that is told of a plan, as plain data. `split`: as it was before relations were left out."""
    curriculum = plan.curriculum
    made = corpus(planner, plan, graph, split)
    told = exposures(planner, plan)
    held = bits(planner.view)
    kinds = told["kinds"]
    seen = (kinds["stated"]["mean"] + kinds["asked"]["mean"]) * curriculum.train.epochs
    layers, rank = curriculum.train.layers, curriculum.train.rank
    return {
        "name": curriculum.name,
        "graph": graph.name,
        "chars_per_token": {"value": plan.estimate["chars_per_token"], "from": plan.estimate["chars_per_token_from"]},
        "documents": made.documents,
        "tokens": made.tokens,
        "tokens_wanted": curriculum.tokens,
        "exact": made.exact,
        "lessons": [asdict(row) for row in made.rows],
        "exposures": told,
        "needed": _needed(made.tokens, kinds["stated"]["mean"], plan.exposures),
        "coverage": _coverage(planner, made, directed),
        "bits": held,
        "capacity": capacity(model, rank, layers, held["total"], seen),
        "time": costs.time(made.tokens, curriculum, device, tokens_per_second),
        "disk": {
            "text": round(made.text),
            "documents": round(made.documents_bytes),
            "other": round(made.other_bytes),
            "bytes": round(made.documents_bytes + made.other_bytes),
        },
        "llm": costs.llm(made.documents, made.tokens, prices),
        "warnings": list(plan.warnings),
    }


def _needed(tokens: int, stated: float, target: float) -> dict[str, Any]:
    """About how many tokens other exposures take, in proportion to those that are planned."""
    each = tokens / stated if stated else 0.0  # tokens of one exposure of every fact
    wanted = {"once": 1.0, "target": target, "capacity_law": float(LAW_FROM)}
    return {name: {"exposures": round(times, 3), "tokens": round(each * times)} for name, times in wanted.items()}


def _coverage(planner: Planner, made: Corpus, directed: bool) -> dict[str, Any]:
    """The curve over tokens, were its draws documents like those of pairs in the plan (or, where it has none, like all)."""
    of = [row for row in made.rows if row.form in PAIRS and row.documents] or list(made.rows)
    documents, tokens = sum(row.documents for row in of), sum(row.tokens for row in of)
    each = tokens / max(1, documents)
    found = pairs(planner.view, directed=directed, seed=planner.curriculum.seed)
    rows = [{"tokens": round(row["draws"] * each), **row} for row in curve(found, [documents * times for times in TIMES])]
    share, low, high = found.reachable()
    return {
        "entities": found.entities,
        "sources": len(found.trees),
        "exact": found.exact,
        "directed": directed,
        "draws_are": "pairs" if of[0].form in PAIRS else "documents",
        "tokens_per_draw": round(each, 1),
        "reachable": {"share": round(share, 9), "low": round(low, 9), "high": round(high, 9)},
        "curve": [{"times": times, **row} for times, row in zip(TIMES, rows, strict=True)],
    }
