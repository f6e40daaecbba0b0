"""From tokens to exposures: say a seeded sample of a plan, and scale. Counting every token would halve the speed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from .. import registry
from ..errors import UserError
from ..uid import digest
from .plan import Plan, Planner, subgraphs
from .stage import StagePlan

SAMPLE = 800  # subgraphs said per stage, lesson and form
NEAR = 0.03  # an estimate this close to the token budget is not corrected again
PASSES = 5
CHARS_PER_TOKEN = 4.0  # of English under common tokenizers, where neither a setting nor a tokenizer says
FIRST = 24.0  # most exposures of the first pass, which only measures


def fitted(planner: Planner, measured: float | None) -> Plan:
    """The plan of the curriculum's exposures, or of so many that the estimate meets its tokens."""
    settings = planner.curriculum
    value = settings.chars_per_token or measured or CHARS_PER_TOKEN
    source = "the curriculum" if settings.chars_per_token else "the tokenizer" if measured else "an assumption"
    about = {"chars_per_token": round(value, 4), "chars_per_token_from": source}
    if settings.exposures is not None:
        plan = planner.plan(float(settings.exposures))
        plan.estimate = {**about, "tokens": round(characters(planner, plan) / value)}
        return _said(plan)
    assert settings.tokens is not None  # the settings have one of the two
    wanted = settings.tokens * value
    exposures = min(FIRST, wanted / (60 * max(1, len(planner.facts.twins))))
    for _ in range(PASSES):
        plan = planner.plan(exposures)
        found = characters(planner, plan)
        plan.estimate = {**about, "tokens": round(found / value)}
        if abs(found / wanted - 1) < NEAR:
            break
        exposures *= wanted / max(found, 1.0)
    _said(plan)
    if plan.exposures < 1:
        few = f"{settings.tokens:,} tokens state only {plan.exposures:.0%} of the facts once"
        plan.warnings.append(f"{few}: ask for more tokens, or fewer facts (split.relations, split.subjects)")
    if abs(plan.estimate["tokens"] / settings.tokens - 1) > 0.05:
        plan.warnings.append(f"the estimate of {plan.estimate['tokens']:,} tokens misses the budget of {settings.tokens:,}")
    return plan


def _said(plan: Plan) -> Plan:
    if not any(len(stage.picks) for stage in plan.stages):
        reasons = ", ".join(f"{reason} ({n} facts)" for reason, n in plan.unsayable.most_common(3))
        why = f"the corpus would be empty: {reasons or 'no lesson picks anything'}"
        raise UserError(why, "hold out less, widen the split's scope, or add lessons")
    return plan


def characters(planner: Planner, plan: Plan) -> float:
    """Estimated characters of the corpus: the mean of a said sample for each stage, lesson and form, times their number."""
    total = 0.0
    for stage in plan.stages:
        strata: dict[tuple[int, int], list[int]] = {}
        for i in range(len(stage.picks)):
            strata.setdefault((stage.picks.lessons[i], stage.picks.forms[i]), []).append(i)
        for key in sorted(strata):
            rng = Random(digest("measure", str(planner.curriculum.seed), stage.name, *map(str, key)))
            rows = rng.sample(strata[key], min(SAMPLE, len(strata[key])))
            said = sum(len(text) for text in texts(planner, stage, rows))
            total += said / len(rows) * len(strata[key])
    return total


def texts(planner: Planner, stage: StagePlan, rows: list[int]) -> Iterator[str]:
    """The texts of some of a stage's picks."""
    from ..verbalizers.template import tell

    levels = {lesson: registry.find("lessons", lesson).LEVEL for lesson in stage.lessons}
    for lesson, subgraph in subgraphs(stage, planner.view, planner.facts, iter(rows)):
        level = levels[lesson]
        limit = planner.curriculum.max_chars
        said = tell([subgraph], planner.lexicon, stage=stage.name, lesson=lesson, level=level, max_chars=limit)
        yield from (document.text for document in said)


def chars_per_token(tokenizer: Path, planner: Planner) -> float:
    """Characters per token of a tokenizer folder on a sample of statements. Raises UserError where it cannot be read."""
    try:
        from tokenizers import Tokenizer

        encoder: Any = Tokenizer.from_file(str(tokenizer / "tokenizer.json"))
    except ImportError as e:
        raise UserError("measuring with a tokenizer needs the package tokenizers", "pip install 'kg2corpus[train]'") from e
    except Exception as e:  # the library raises bare Exception
        hint = "give the folder of a model that has tokenizer.json"
        raise UserError(f"{tokenizer}: no tokenizer there ({e})", hint) from e
    plan = planner.plan(1.0)
    sample = [text for stage in plan.stages for text in texts(planner, stage, list(range(len(stage.picks)))[:500])]
    tokens = sum(len(encoding.ids) for encoding in encoder.encode_batch(sample))
    return sum(map(len, sample)) / max(1, tokens)
