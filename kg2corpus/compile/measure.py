"""From tokens to exposures: say a seeded sample of a plan, and scale. Counting every token would halve the speed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

from .. import registry
from ..errors import UserError
from ..uid import digest
from .plan import CHARS_PER_TOKEN, PER_EXPOSURE, Plan, Planner, subgraphs
from .stage import StagePlan

SAMPLE = 800  # subgraphs said per stage, lesson and form
NEAR = 0.03  # an estimate this close to the token budget is not corrected again
PASSES = 5
STEEPEST = 8.0  # a lesson's part grows by no more than this from one pass to the next
FIRST = 24.0  # most exposures of the first pass, which only measures
MEASURED = 4_000  # anchors of the passes that only measure, where a graph has more than twice as many

Key: TypeAlias = tuple[str, str]  # stage, lesson


def fitted(planner: Planner, measured: float | None) -> Plan:
    """The plan of the curriculum's exposures, or of so many that the estimate meets its tokens. That of each lesson meets the
    tokens that it is to have."""
    settings = planner.curriculum
    value = settings.chars_per_token or measured or CHARS_PER_TOKEN
    source = "the curriculum" if settings.chars_per_token else "the tokenizer" if measured else "an assumption"
    about = {"chars_per_token": round(value, 4), "chars_per_token_from": source}
    wanted = settings.tokens * value if settings.tokens is not None else None
    exposures = float(settings.exposures or min(FIRST, (wanted or 0) / (PER_EXPOSURE * max(1, len(planner.facts.twins)))))
    own = Own(planner, value)
    part = MEASURED / max(1, len(planner.facts.anchors))
    if part < 0.5 and (wanted is not None or own.wanted):
        exposures = _fit(planner, exposures, wanted, own, part)[-1]
        own.begin()
    plan, found, _ = _fit(planner, exposures, wanted, own)
    plan.estimate = {**about, "tokens": round(sum(found.values()) / value)}
    _said(plan)
    plan.warnings += own.missed(found)
    if settings.tokens is None:
        return plan
    if plan.exposures < 1:
        few = f"{settings.tokens:,} tokens state only {plan.exposures:.0%} of the facts once"
        plan.warnings.append(f"{few}: ask for more tokens, or fewer facts (split.relations, split.subjects)")
    if abs(plan.estimate["tokens"] / settings.tokens - 1) > 0.05:
        plan.warnings.append(f"the estimate of {plan.estimate['tokens']:,} tokens misses the budget of {settings.tokens:,}")
    return plan


def _fit(
    planner: Planner, exposures: float, wanted: float | None, own: Own, part: float = 1.0
) -> tuple[Plan, dict[Key, float], float]:
    """A plan (or a part of one) that has the `wanted` characters, as far as a few passes find it; the characters estimated for
    each lesson; and exposures that are still nearer."""
    for _ in range(PASSES):
        plan = planner.plan(exposures, part)
        found = {key: said / part for key, said in characters(planner, plan).items()}
        ratio = 1.0 if wanted is None else wanted / max(sum(found.values()), 1.0)
        met = own.met(found)
        own.correct(found)
        exposures *= ratio
        if met and abs(1 / ratio - 1) < NEAR:
            break
    return plan, found, exposures


class Own:
    """The lessons that are to have tokens of their own: `planner.exposures_of` is corrected until they have."""

    def __init__(self, planner: Planner, value: float) -> None:
        self.planner = planner
        self.wanted = {
            (stage.name, name): lesson.tokens * value
            for stage in planner.curriculum.stages
            for name, lesson in stage.lessons.items()
            if lesson.tokens is not None
        }
        self.value = value
        self.before: dict[Key, tuple[float, float]] = {}  # what was asked for, and the characters that came of it
        self.spent: set[Key] = set()  # those of which asking for more brings no more

    def begin(self) -> None:
        """Forget what a part of a plan said: that it has no more does not say so of the whole."""
        self.before.clear()
        self.spent.clear()

    def met(self, found: Mapping[Key, float]) -> bool:
        return all(key in self.spent or abs(found.get(key, 0.0) / want - 1) < NEAR for key, want in self.wanted.items())

    def correct(self, found: Mapping[Key, float]) -> None:
        """Ask for more or less by what was found."""
        for key, want in self.wanted.items():
            have = found.get(key, 0.0)
            exposures, had = self.before.get(key, (0.0, -1.0))
            if had < want and have < want and have <= 1.02 * had:
                self.spent.add(key)
                self.planner.exposures_of[key] = exposures
            if key not in self.spent:
                self.before[key] = (self.planner.exposures_of[key], have)
                self.planner.exposures_of[key] *= min(STEEPEST, want / max(have, 1.0))

    def missed(self, found: Mapping[Key, float]) -> list[str]:
        """A warning for each that has not what it wants."""
        return [
            f"stage '{stage}': lesson '{name}' has about {have / self.value:,.0f} tokens instead of {want / self.value:,.0f}"
            f"{': the graph gives it no more' if (stage, name) in self.spent else ''}"
            for (stage, name), want in self.wanted.items()
            if abs((have := found.get((stage, name), 0.0)) / want - 1) > 0.05
        ]


def _said(plan: Plan) -> None:
    for stage in plan.stages:
        if stage.overdrawn:
            hint = "give these lessons less, the stage a larger share (exposures), or the curriculum more exposures"
            raise UserError(f"stage '{stage.name}': {stage.overdrawn}", hint)
    if not any(len(stage.picks) for stage in plan.stages):
        reasons = ", ".join(f"{reason} ({n} facts)" for reason, n in plan.unsayable.most_common(3))
        why = f"the corpus would be empty: {reasons or 'no lesson picks anything'}"
        raise UserError(why, "hold out less, widen the split's scope, or add lessons")


def characters(planner: Planner, plan: Plan) -> dict[Key, float]:
    """Estimated characters by stage and lesson: the mean of a said sample for each of their forms, times its number."""
    found: dict[Key, float] = {}
    for stage in plan.stages:
        strata: dict[tuple[int, int], list[int]] = {}
        for i in range(len(stage.picks)):
            strata.setdefault((stage.picks.lessons[i], stage.picks.forms[i]), []).append(i)
        for key in sorted(strata):
            rng = Random(digest("measure", str(planner.curriculum.seed), stage.name, *map(str, key)))
            rows = rng.sample(strata[key], min(SAMPLE, len(strata[key])))
            said = sum(len(text) for text in texts(planner, stage, rows))
            of = (stage.name, stage.lessons[key[0]])
            found[of] = found.get(of, 0.0) + said / len(rows) * len(strata[key])
    return found


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
