"""Budgets before compiling: which subgraphs are said, how often, in which wording and order. Nothing is said here.

Every random draw is seeded by names (seed, stage, lesson, anchor, round), so a plan depends on the graph, the split, the
lexicon and the curriculum alone. Lessons see the train view only, and the gates decide once more what may be said.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING, Any

from ..config import FALLBACK, Curriculum, LessonSettings, StageSettings
from ..difficulty import grader
from ..graph import Graph
from ..types import FORMS, Subgraph
from ..uid import digest, digester, show
from . import allocation
from .budget import Budget, totals
from .gates import Gates
from .order import GRADED, over_stages
from .picks import FORM_INDEX, Facts, Picks, Slots
from .relations import taught
from .stage import Filling, StagePlan

if TYPE_CHECKING:
    from ..lexicon.model import Lexicon
    from ..store.split import Split

FORMAT = 3
CHARS_PER_TOKEN = 4.0  # of English under common tokenizers, where neither a setting nor a tokenizer says
PER_EXPOSURE = 60.0  # characters of an exposure, before any were measured
# form that lessons pick -> those that can stand for it
DRAWN = {own: [name for name, form in FORMS.items() if own in form.of] for own, form in FORMS.items() if not form.of}


@dataclass
class Plan:
    """What will be said. `exposures` is the stated target per twin (maybe fractional), `estimate` what measuring said."""

    curriculum: Curriculum
    facts: Facts
    exposures: float
    targets: list[int]
    stages: list[StagePlan]
    unsayable: Counter[str]
    warnings: list[str]
    estimate: dict[str, Any] = field(default_factory=dict)

    def counts(self, kind: str) -> list[int]:
        """Exposures of one kind per twin row, as planned."""
        found = [0] * len(self.facts.twins)
        wanted = {FORM_INDEX[name] for name, form in FORMS.items() if form.exposes == kind}
        for picks in (stage.picks for stage in self.stages):
            for form, start, end in zip(picks.forms, picks.starts, picks.starts[1:], strict=False):
                if form in wanted:
                    for fact in picks.facts[start:end]:
                        found[self.facts.twin_of[fact]] += 1
        return found

    def coverage(self) -> dict[str, Any]:
        """Share of twins that reach their target; least, mean and most exposures by kind; by stage and lesson."""
        stated = self.counts("stated")
        return {
            "facts": len(self.facts),
            "twins": len(self.facts.twins),
            "target": round(self.exposures, 4),
            "targets": spread(self.targets),
            "reached": sum(s >= t for s, t in zip(stated, self.targets, strict=True)) / max(1, len(stated)),
            "over": sum(s > t for s, t in zip(stated, self.targets, strict=True)),
            "unsayable": dict(sorted(self.unsayable.items())),
            "exposures": {kind: spread(self.counts(kind)) for kind in ("stated", "asked", "implied")},
            "lessons": {stage.name: stage.by_lesson for stage in self.stages},
        }


def plan_fingerprint(
    curriculum: Curriculum, graph: Graph, split: Split, lexicon: Lexicon, chars_per_token: float | None = None
) -> str:
    """16 hex digits of all that a plan, and so a corpus, depends on; the package version is part of it."""
    from .. import __version__

    parts = [graph.fingerprint, split.fingerprint, lexicon.fingerprint, curriculum.fingerprint]
    parts += [surprisals] if (surprisals := allocation.content(curriculum.allocation)) else []
    return show(digest("plan", str(FORMAT), __version__, *parts, repr(chars_per_token)))


def spread(values: list[int]) -> dict[str, float]:
    """Least, mean and most."""
    return {"min": min(values, default=0), "mean": round(sum(values) / max(1, len(values)), 3), "max": max(values, default=0)}


def make_plan(
    curriculum: Curriculum, graph: Graph, split: Split, lexicon: Lexicon, *, chars_per_token: float | None = None
) -> Plan:
    """Allocate. With `tokens` in the curriculum, exposures are found by measuring said samples (`measure`).

    `chars_per_token`: as measured with a tokenizer; the curriculum's own figure goes first, 4.0 stands in for both.
    Raises UserError if the split or lexicon belong to another graph, or nothing at all can be said.
    """
    from .measure import fitted

    split.check(graph)
    split, _ = taught(curriculum.relations, graph, split)
    planner = Planner(curriculum, graph, split, lexicon)
    return fitted(planner, chars_per_token)


class Planner:
    """What stays the same between passes: the train view, the gates, dense numbers."""

    def __init__(self, curriculum: Curriculum, graph: Graph, split: Split, lexicon: Lexicon) -> None:
        self.curriculum = curriculum
        self.lexicon = lexicon
        self.view = graph.restrict(split.mask(graph))
        self.facts = Facts(self.view)
        self.gates = Gates(graph, split, lexicon)
        self.blocked: dict[int, str] = {}  # fact row -> why it cannot even be said alone
        self.askable: set[int] = set()  # twin rows
        for row, fact in enumerate(self.view.facts()):
            alone = Subgraph(fact.subject.uid, (fact,), "statement")
            kept, reason = self.gates.judge(alone)
            if kept is None:
                self.blocked[row] = reason
            if any(self.gates.judge(replace(alone, form=form))[0] for form in ("question", "inverse_question")):
                self.askable.add(self.facts.twin_of[row])
        sayable = {self.facts.twin_of[row] for row in range(len(self.facts)) if row not in self.blocked}
        self.unsayable = [twin for twin in range(len(self.facts.twins)) if twin not in sayable]
        self.weights = allocation.weights(curriculum, self.view, self.facts, self.unsayable)
        self.exposures_of: dict[tuple[str, str], float] = {}  # (stage, lesson) with tokens -> stated exposures that make them

    def drawable(self, subgraph: Subgraph) -> list[str]:
        """The forms in which a subgraph may be said: its own, and those that suit it and that the gates let pass."""
        from ..verbalizers.template import suits

        def may(form: str) -> bool:
            return suits(form, self.lexicon, subgraph) and self.gates.may_stand_for(form, subgraph)

        return [subgraph.form, *(form for form in DRAWN.get(subgraph.form, ()) if may(form))]

    def own(self, stage: str, name: str, lesson: LessonSettings) -> float:
        """Stated exposures of a lesson whose part is a number of its own."""
        if lesson.exposures is not None:
            return lesson.exposures * (len(self.facts.twins) - len(self.unsayable))
        assert lesson.tokens is not None  # one of the two, or it is a share
        return self.exposures_of.setdefault((stage, name), lesson.tokens * CHARS_PER_TOKEN / PER_EXPOSURE)

    def difficulty(self, picks: Picks) -> list[float]:
        """The computed difficulty of each subgraph, as its documents will have it."""
        grade, uids = grader(self.gates.graph), self.facts.uids
        found = []
        for i in range(len(picks)):
            pick = picks[i]
            facts = tuple(self.view.fact(uids[row]) for row in pick.facts)
            found.append(grade(Subgraph(pick.anchor, facts, pick.form)).difficulty)
        return found

    def anchors(self, part: float) -> Sequence[int]:
        """All anchors, or a drawn part of them."""
        found = self.facts.anchors
        if part == 1:
            return found
        rng = Random(digest("part", str(self.curriculum.seed)))
        return sorted(rng.sample(found, round(part * len(found))))

    def plan(self, exposures: float, part: float = 1.0) -> Plan:
        """One pass at a number of stated exposures per twin. One that only measures plans a `part` of the anchors."""
        facts, settings = self.facts, self.curriculum
        warnings: list[str] = []
        if self.weights is None:
            targets = totals(facts, exposures, settings.seed)
        else:
            weights, warnings = self.weights
            targets = allocation.targets(weights, exposures, settings.seed, self.unsayable)
            if never := sum(target == 0 for target in targets):
                warnings = [*warnings, f"{never:,} facts have weights so small that they are never stated: give more exposures"]
        unsayable: Counter[str] = Counter(self.blocked.values())
        out = set(self.unsayable)
        stated = [0] * len(facts.twins)
        slots = Slots(len(facts.twins), settings.wordings)
        whole = sum(stage.exposures for stage in settings.stages)
        share = 0.0
        # The facts of a subject are rounded at a point of its own. At one for all, a stage with less than an exposure would
        # get nothing; at one for each fact, it would get facts that hardly ever belong to one subgraph.
        drawn = digester("stages", str(settings.seed))
        points = {subject: Random(drawn(show(subject))).random() for subject in set(facts.subjects)}
        rounded = [(target, points[subject]) for target, subject in zip(targets, facts.subjects, strict=True)]
        stages: list[StagePlan] = []
        for stage in settings.stages:
            share += stage.exposures / whole
            upto = [0 if i in out else min(t, int(t * share + parting + 1e-9)) for i, (t, parting) in enumerate(rounded)]
            budget = Budget(upto, [], stated, part)
            if part < 1:  # the next stage goes on from where this one would have ended
                stated = list(upto)
            seeded, wanted = digester("asked", str(settings.seed), stage.name), enumerate(budget.want)
            budget.asked_upto = [_asked(stage, w, i, seeded) if i in self.askable else 0 for i, w in wanted]
            stages.append(Filling(self, stage, budget, slots, stages).fill())
        self._arrange(stages)
        return Plan(settings, facts, exposures, targets, stages, unsayable, _warnings(settings, stages) + warnings)

    def _arrange(self, stages: list[StagePlan]) -> None:
        """Give the subgraphs their places over all stages, where these do not follow each other."""
        how = self.curriculum.order
        if how == "ladder":
            return
        difficulty = [self.difficulty(stage.picks) if how in GRADED else [] for stage in stages]
        orders, anchors = [stage.order for stage in stages], [stage.picks.anchors for stage in stages]
        placed = over_stages(how, orders, anchors, difficulty, self.curriculum.seed)
        for stage in stages:
            stage.order = array("Q")
        for place, (number, i) in enumerate(placed):
            stages[number].order.append(i)
            stages[number].places.append(place)


def _asked(stage: StageSettings, stated: int, twin: int, seeded: Callable[..., int]) -> int:
    """Questions due for a twin: a share of its stated exposures, with the fraction drawn."""
    exact = stage.questions * stated
    whole = int(exact)
    fraction = exact - whole
    return whole + (fraction > 0 and Random(seeded(str(twin))).random() < fraction)


def _warnings(settings: Curriculum, stages: list[StagePlan]) -> list[str]:
    found = []
    for stage, plan in zip(settings.stages, stages, strict=True):
        for name in stage.lessons:
            if not plan.by_lesson.get(name, {}).get("subgraphs") and name != FALLBACK:
                own = [(reason, n) for reason, n in plan.rejected.most_common() if reason.startswith(f"{name}: ")]
                reasons = ", ".join(f"{reason.removeprefix(f'{name}: ')}, {n} times" for reason, n in own[:3])
                why = reasons or "the graph has nothing that it picks"
                rest = f"its weight goes to '{FALLBACK}'" if FALLBACK in stage.lessons else "its part stays untold"
                found.append(f"stage '{stage.name}': lesson '{name}' has no subgraph ({why}); {rest}")
    if not any(FALLBACK in stage.lessons for stage in settings.stages):
        found.append(f"no stage has the lesson '{FALLBACK}', which tops facts up: exposures may stay below the target")
    return found


def subgraphs(planned: StagePlan, graph: Graph, facts: Facts, rows: Iterator[int] | range) -> Iterator[tuple[str, Subgraph]]:
    """(lesson, subgraph with slots) of some of a stage's picks."""
    for i in rows:
        pick = planned.picks[i]
        found = tuple(graph.fact(facts.uids[row]) for row in pick.facts)
        yield planned.lessons[pick.lesson], Subgraph(pick.anchor, found, pick.form, pick.slots)
