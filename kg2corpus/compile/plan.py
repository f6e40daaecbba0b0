"""Budgets before compiling: which subgraphs are said, how often, in which wording and order. Nothing is said here.

Every random draw is seeded by names (seed, stage, lesson, anchor, round), so a plan depends on the graph, the split, the
lexicon and the curriculum alone. Lessons see the train view only, and the gates decide once more what may be said.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING, Any

from .. import registry
from ..config import Curriculum, StageSettings
from ..graph import Graph
from ..progress import track
from ..types import FORMS, Subgraph
from ..uid import digest, show
from .budget import Budget, LessonBudget, totals
from .gates import MAY_NOT_ASK, OVER_BUDGET, THINNED, Gates
from .order import interleaved
from .picks import Facts, Picks, Slots

if TYPE_CHECKING:
    from ..lexicon.model import Lexicon
    from ..store.split import Split

FRUITLESS = 3  # rounds without an accepted subgraph after which an anchor is not asked again
FALLBACK = "facts"  # the lesson that tops every fact up to its exposures
FORMAT = 1


@dataclass
class StagePlan:
    """One stage: accepted subgraphs in the order of acceptance, and `order`, the permutation in which they are declared."""

    name: str
    lessons: tuple[str, ...]
    picks: Picks
    order: array[int] = field(default_factory=lambda: array("Q"))
    rejected: Counter[str] = field(default_factory=Counter)
    by_lesson: dict[str, dict[str, int]] = field(default_factory=dict)


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
        for stage in self.stages:
            for i in range(len(stage.picks)):
                pick = stage.picks[i]
                if FORMS[pick.form] == kind:
                    for fact in pick.facts:
                        found[self.facts.twin_of[fact]] += 1
        return found

    def coverage(self) -> dict[str, Any]:
        """Share of twins that reach their target; least, mean and most exposures by kind; by stage and lesson."""
        stated = self.counts("stated")
        return {
            "facts": len(self.facts),
            "twins": len(self.facts.twins),
            "target": round(self.exposures, 4),
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

    parts = (graph.fingerprint, split.fingerprint, lexicon.fingerprint, curriculum.fingerprint)
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

    def plan(self, exposures: float) -> Plan:
        """One pass at a number of stated exposures per twin."""
        facts, settings = self.facts, self.curriculum
        targets = totals(facts, exposures, settings.seed)
        unsayable: Counter[str] = Counter(self.blocked.values())
        sayable = {facts.twin_of[row] for row in range(len(facts)) if row not in self.blocked}
        stated = [0] * len(facts.twins)
        slots = Slots(len(facts.twins))
        whole = sum(stage.exposures for stage in settings.stages)
        share = 0.0
        stages: list[StagePlan] = []
        for stage in settings.stages:
            share += stage.exposures / whole
            # half up: `round` would send halves to even numbers, and small targets to one stage
            upto = [int(t * share + 0.5 + 1e-9) if i in sayable else 0 for i, t in enumerate(targets)]
            budget = Budget(upto, [], stated)
            wanted = enumerate(budget.want)
            budget.asked_upto = [_asked(settings.seed, stage, w, i) if i in self.askable else 0 for i, w in wanted]
            stages.append(_Stage(self, stage, budget, slots, stages).fill())
        return Plan(settings, facts, exposures, targets, stages, unsayable, _warnings(settings, stages))


def _asked(seed: int, stage: StageSettings, stated: int, twin: int) -> int:
    """Questions due for a twin: a share of its stated exposures, with the fraction drawn."""
    exact = stage.questions * stated
    whole = int(exact)
    fraction = exact - whole
    return whole + (fraction > 0 and Random(digest("asked", str(seed), stage.name, str(twin))).random() < fraction)


def _warnings(settings: Curriculum, stages: list[StagePlan]) -> list[str]:
    found = []
    for stage, plan in zip(settings.stages, stages, strict=True):
        for name in stage.lessons:
            if not plan.by_lesson.get(name, {}).get("subgraphs") and name != FALLBACK:
                own = [(reason, n) for reason, n in plan.rejected.most_common() if reason.startswith(f"{name}: ")]
                reasons = ", ".join(f"{reason.removeprefix(f'{name}: ')}, {n} times" for reason, n in own[:3])
                why = reasons or "the graph has nothing that it picks"
                found.append(f"stage '{stage.name}': lesson '{name}' has no subgraph ({why}); its weight goes to '{FALLBACK}'")
    if not any(FALLBACK in stage.lessons for stage in settings.stages):
        found.append(f"no stage has the lesson '{FALLBACK}', which tops facts up: exposures may stay below the target")
    return found


class _Stage:
    """The filling of one stage: replay of earlier stages, composite lessons from the highest level down, then the top-up."""

    def __init__(
        self, planner: Planner, settings: StageSettings, budget: Budget, slots: Slots, earlier: list[StagePlan]
    ) -> None:
        self.planner, self.settings, self.budget, self.slots, self.earlier = planner, settings, budget, slots, earlier
        names = tuple(dict.fromkeys([*settings.lessons, *(lesson for stage in earlier for lesson in stage.lessons)]))
        self.plan = StagePlan(settings.name, names, Picks(), rejected=budget.rejected)
        self.twin_of = planner.facts.twin_of

    def fill(self) -> StagePlan:
        settings = self.settings
        weights = sum(lesson.weight for lesson in settings.lessons.values()) or 1.0
        fresh = 1.0
        if self.earlier and settings.replay_of_earlier:
            self._replay(self.budget.lesson(settings.replay_of_earlier))
            fresh -= settings.replay_of_earlier
        levels = {name: registry.find("lessons", name).LEVEL for name in settings.lessons}
        for name in sorted(settings.lessons, key=lambda name: (name == FALLBACK, -levels[name], name)):
            part = 1.0 if name == FALLBACK else fresh * settings.lessons[name].weight / weights
            self._lesson(name, self.budget.lesson(part))
        if FALLBACK in settings.lessons:
            self._single_out()
        order = interleaved(self.plan.picks.anchors, self.planner.curriculum.seed, settings.name)
        self.plan.order = order
        return self.plan

    def _lesson(self, name: str, budget: LessonBudget) -> None:
        """Rounds over all anchors in a drawn order, until the lesson has its part or no anchor gives anything more."""
        module, options = registry.find("lessons", name), self.settings.lessons[name].options
        seed, stage, view = str(self.planner.curriculum.seed), self.settings.name, self.planner.view
        active = list(self.planner.facts.anchors)
        fruitless: Counter[int] = Counter()
        index, round_, before = self.plan.lessons.index(name), 0, self._tally()
        while active and not (budget.done("stated") and (name != FALLBACK or budget.done("asked"))):
            Random(digest("round", seed, stage, name, str(round_))).shuffle(active)
            what = f"planning {stage}: {name}, round {round_ + 1}"
            for anchor in track(active, what) if len(active) > 50_000 else active:
                rng = Random(digest("pick", seed, stage, name, show(anchor), str(round_)))
                offered = module.pick(view, view.node(anchor), rng, **options)
                accepted = sum(self._consider(index, name, subgraph, budget) for subgraph in offered)
                fruitless[anchor] = 0 if accepted else fruitless[anchor] + 1
            active = [anchor for anchor in active if fruitless[anchor] < FRUITLESS]
            round_ += 1
        self._record(name, before)

    def _consider(self, lesson: int, name: str, subgraph: Subgraph, budget: LessonBudget) -> bool:
        """Accept what the gates and the budget let pass. What costs least is asked first."""
        kind, row_of = FORMS[subgraph.form], self.planner.facts.row
        rows = [row_of[fact.uid] for fact in subgraph.facts]
        twins = [self.twin_of[row] for row in rows]
        reason = self._barred(kind, rows, twins, budget)
        if not reason and (kind == "asked" or len(rows) > 1):
            kept, reason = self.planner.gates.judge(subgraph)
            if reason:
                self.budget.rejected[f"{name}: {reason}"] += 1
            if kept is None:
                return False
            if len(kept.facts) < len(rows):
                rows = [row_of[fact.uid] for fact in kept.facts]
                twins = [self.twin_of[row] for row in rows]
            reason = ""
            if kind != "asked":
                rows, twins = self._within(subgraph.form, rows, twins, budget, kind)
                reason = "" if rows else OVER_BUDGET
        if reason:
            self.budget.rejected[f"{name}: {reason}"] += 1
            return False
        self._accept(lesson, subgraph.form, subgraph.anchor, rows, twins, budget)
        return True

    def _barred(self, kind: str, rows: list[int], twins: list[int], budget: LessonBudget) -> str:
        """Why a subgraph cannot be accepted, as far as numbers alone tell; "" where they do not."""
        if kind == "asked":
            if not all(twin in self.planner.askable for twin in twins):
                return MAY_NOT_ASK
            return "" if budget.may_ask(twins) and not budget.done(kind) else OVER_BUDGET
        if budget.done(kind):
            return OVER_BUDGET
        if len(rows) == 1:
            return self.planner.blocked.get(rows[0], "" if budget.fits(kind, twins[0]) else OVER_BUDGET)
        return ""

    def _within(
        self, form: str, rows: list[int], twins: list[int], budget: LessonBudget, kind: str
    ) -> tuple[list[int], list[int]]:
        """The facts that have not had their part yet: all, or some where the form allows that and enough are left, or none."""
        fit = [budget.fits(kind, twin) for twin in twins]
        if all(fit):
            return rows, twins
        need = THINNED.get(form)
        # the first fact of a pair is what connects the two
        if need is None or sum(fit) < need or (form == "pair" and not fit[0]):
            return [], []
        keep = [i for i, ok in enumerate(fit) if ok]
        return [rows[i] for i in keep], [twins[i] for i in keep]

    def _accept(self, lesson: int, form: str, anchor: int, rows: list[int], twins: list[int], budget: LessonBudget) -> None:
        budget.use(form, twins)
        self.plan.picks.add(lesson, form, anchor, rows, self.slots.take(form, twins))

    def _replay(self, budget: LessonBudget) -> None:
        """Subgraphs of earlier stages once more, in a drawn order, with new slots and so in new words."""
        before = self._tally()
        chosen = [(s, i) for s, stage in enumerate(self.earlier) for i in range(len(stage.picks))]
        Random(digest("replay", str(self.planner.curriculum.seed), self.settings.name)).shuffle(chosen)
        for s, i in chosen:
            if budget.done("stated") and budget.done("asked"):
                break
            stage = self.earlier[s]
            pick = stage.picks[i]
            kind = FORMS[pick.form]
            twins = [self.twin_of[row] for row in pick.facts]
            fits = budget.may_ask(twins) if kind == "asked" else all(budget.fits(kind, twin) for twin in twins)
            if fits and not budget.done(kind):
                lesson = self.plan.lessons.index(stage.lessons[pick.lesson])
                self._accept(lesson, pick.form, pick.anchor, list(pick.facts), twins, budget)
        self._record("replay_of_earlier", before)

    def _single_out(self) -> None:
        """What the rounds left below the target (a fact that only came in lists that no longer fit), one sentence each."""
        before = self._tally()
        index, part = self.plan.lessons.index(FALLBACK), self.budget.lesson(1.0)
        for row, uid in enumerate(self.planner.facts.uids):
            twin = self.twin_of[row]
            while row not in self.planner.blocked and self.budget.stated[twin] < self.budget.upto[twin]:
                self._accept(index, "statement", self.planner.view.fact(uid).subject.uid, [row], [twin], part)
        self._record(FALLBACK, before)

    def _tally(self) -> int:
        return len(self.plan.picks)

    def _record(self, name: str, before: int) -> None:
        """Add what a lesson accepted since `before` to its counts."""
        counts = self.plan.by_lesson.setdefault(name, {"subgraphs": 0, "stated": 0, "asked": 0, "implied": 0})
        for i in range(before, len(self.plan.picks)):
            pick = self.plan.picks[i]
            counts["subgraphs"] += 1
            counts[FORMS[pick.form]] += len(pick.facts)


def subgraphs(planned: StagePlan, graph: Graph, facts: Facts, rows: Iterator[int] | range) -> Iterator[tuple[str, Subgraph]]:
    """(lesson, subgraph with slots) of some of a stage's picks."""
    for i in rows:
        pick = planned.picks[i]
        found = tuple(graph.fact(facts.uids[row]) for row in pick.facts)
        yield planned.lessons[pick.lesson], Subgraph(pick.anchor, found, pick.form, pick.slots)
