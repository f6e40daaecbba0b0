"""Filling one stage of a plan: rounds of `pick` over all anchors, each subgraph accepted or refused for a counted reason."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from heapq import heappop, heapreplace
from random import Random
from typing import TYPE_CHECKING

from .. import registry
from ..config import FALLBACK, StageSettings
from ..lessons._draw import CUT
from ..progress import track
from ..types import FORMS, Subgraph
from ..uid import digest, digester, show
from .budget import Budget, LessonBudget
from .gates import MAY_NOT_ASK, OVER_BUDGET
from .order import competent, eased, interleaved
from .picks import Picks, Slots

if TYPE_CHECKING:
    from .plan import Planner

REPLAYED = "replay_of_earlier"
# rounds without an accepted subgraph after which an anchor is not asked again; one in which it offers none counts twice
FRUITLESS = 3
# A lesson is over when of its last OFFERED subgraphs fewer than ENOUGH were accepted: what is left of the budget does not suit
# it, and to go over a large graph again for one in forty would take most of the time of planning.
OFFERED, ENOUGH = 2000, 50


@dataclass
class StagePlan:
    """One stage: accepted subgraphs in the order of acceptance, and `order`, the permutation in which they are declared.

    `places`: where they stand among those of all stages; empty where the stages follow each other. `overdrawn`: what its
    lessons are to have beyond what the stage has, in words. `cuts`: by lesson, the `nodes` that have more edges than it looks
    at, and how many of their `edges` it leaves aside in a round.
    """

    name: str
    lessons: tuple[str, ...]
    picks: Picks
    order: array[int] = field(default_factory=lambda: array("Q"))
    places: array[int] = field(default_factory=lambda: array("Q"))
    overdrawn: str = ""
    rejected: Counter[str] = field(default_factory=Counter)
    by_lesson: dict[str, dict[str, int]] = field(default_factory=dict)
    cuts: dict[str, dict[str, int]] = field(default_factory=dict)


class Tally:
    """Whether what a lesson offers is still accepted now and then."""

    def __init__(self) -> None:
        self.offered = self.accepted = 0
        self.over = False

    def count(self, accepted: bool) -> None:
        """Note one subgraph more that was offered."""
        self.offered += 1
        self.accepted += accepted
        if self.offered == OFFERED:
            self.over = self.accepted < ENOUGH
            self.offered = self.accepted = 0


class Filling:
    """The filling of one stage: replay of earlier stages, the lessons side by side, then the top-up."""

    def __init__(
        self,
        planner: Planner,
        settings: StageSettings,
        budget: Budget,
        slots: Slots,
        earlier: list[StagePlan],
    ) -> None:
        self.planner, self.settings, self.budget, self.slots, self.earlier = planner, settings, budget, slots, earlier
        names = tuple(dict.fromkeys([*settings.lessons, *(lesson for stage in earlier for lesson in stage.lessons)]))
        self.plan = StagePlan(settings.name, names, Picks(), rejected=budget.rejected)
        self.twin_of = planner.facts.twin_of
        for name in [*settings.lessons, *([REPLAYED] if settings.replay_of_earlier and earlier else [])]:
            self.plan.by_lesson[name] = {"subgraphs": 0, "stated": 0, "asked": 0, "implied": 0}
        self.shares = planner.curriculum.forms if settings.forms is None else settings.forms

    def fill(self) -> StagePlan:
        """Fill and order the stage."""
        settings = self.settings
        replayed = settings.replay_of_earlier if self.earlier else 0.0
        if replayed:
            self._replay(self.budget.lesson(replayed))
        parts = self._parts(1.0 - replayed)
        levels = {name: registry.find("lessons", name).LEVEL for name in settings.lessons}
        names = sorted((name for name in settings.lessons if name != FALLBACK), key=lambda name: (-levels[name], name))
        self._together({name: self.budget.lesson(parts[name]) for name in names})
        if FALLBACK in settings.lessons:
            rest = self.budget.rest()
            self._together({FALLBACK: rest})
            self._single_out(rest)
        anchors, seed = self.plan.picks.anchors, self.planner.curriculum.seed
        if settings.order == "competence":
            self.plan.order = competent(self.planner.difficulty(self.plan.picks), anchors, seed, settings.name)
        else:
            self.plan.order = interleaved(anchors, seed, settings.name)
        if settings.order == "easy":
            self.plan.order = eased(self.planner.difficulty(self.plan.picks), self.plan.order)
        return self.plan

    def _parts(self, fresh: float) -> dict[str, float]:
        """The part of each lesson in the stage's budget, of which `fresh` is not replayed: what is a number of its own first,
        then the rest by weight."""
        settings, want = self.settings, sum(self.budget.want)
        numbered = {name: lesson for name, lesson in settings.lessons.items() if lesson.fixed}
        fixed = {name: self.planner.own(settings.name, name, lesson) for name, lesson in numbered.items()}
        rest = fresh * want - sum(fixed.values())
        if fixed and rest < -0.5:
            asked = f"{sum(fixed.values()):,.0f} stated exposures ({', '.join(sorted(fixed))})"
            self.plan.overdrawn = f"its lessons are to have {asked}, and {fresh * want:,.0f} are there that are not replayed"
            fixed = {name: exposures * fresh * want / sum(fixed.values()) for name, exposures in fixed.items()}
        weights = sum(lesson.weight for lesson in settings.lessons.values()) or 1.0
        parts = {name: max(0.0, rest) * lesson.weight / weights / max(1, want) for name, lesson in settings.lessons.items()}
        parts |= {name: exposures / max(1, want) for name, exposures in fixed.items()}
        return parts

    def _together(self, budgets: dict[str, LessonBudget]) -> None:
        """Lessons fill their parts side by side, anchor by anchor, always the one that has least of its part: in turns of whole
        lessons the first would use up the facts that the others need as well."""
        steps = {name: self._lesson(name, budget) for name, budget in budgets.items()}
        queue = [(0.0, turn, name) for turn, name in enumerate(steps)]
        while queue:
            _, turn, name = queue[0]
            if next(steps[name], None) is None:
                heappop(queue)
            else:
                heapreplace(queue, (budgets[name].progress(), turn, name))

    def _lesson(self, name: str, budget: LessonBudget) -> Iterator[bool]:
        """Rounds over all anchors in a drawn order, until the lesson has its part or no anchor gives anything more.

        Yields after each anchor whether it gave anything.
        """
        module, options = registry.find("lessons", name), self.settings.lessons[name].options
        seed, stage, view = str(self.planner.curriculum.seed), self.settings.name, self.planner.view
        active = list(self.planner.anchors(self.budget.part))
        fruitless: Counter[int] = Counter()
        index, round_ = self.plan.lessons.index(name), 0
        seeded, refused = digester("pick", seed, stage, name), Counter[str]()
        cuts: dict[tuple[int, bool], int] = {}
        CUT.clear()
        last, tops_up = Tally(), name == FALLBACK
        while active and not last.over and not (budget.done("stated") and (not tops_up or budget.done("asked"))):
            Random(digest("round", seed, stage, name, str(round_))).shuffle(active)
            any_offered = False
            what = f"planning {stage}: {name}, round {round_ + 1}"
            for anchor in track(active, what) if len(active) > 50_000 else active:
                if tops_up and self.budget.spent(self.planner.facts.twins_of(anchor)):
                    fruitless[anchor] = FRUITLESS
                    continue
                rng = Random(seeded(show(anchor), str(round_)))
                fruit, offered = False, False
                for subgraph in module.pick(view, view.node(anchor), rng, **options):
                    offered = True
                    accepted = self._consider(index, subgraph, budget, refused)
                    fruit |= accepted
                    if not tops_up:
                        last.count(accepted)
                cuts |= CUT  # before another lesson has its turn
                CUT.clear()
                if last.over or (budget.done("stated") and budget.done("asked")):
                    break
                fruitless[anchor] = 0 if fruit else fruitless[anchor] + (1 if offered else 2)
                any_offered |= offered
                yield fruit
            active = [anchor for anchor in active if any_offered and fruitless[anchor] < FRUITLESS]
            round_ += 1
        self.budget.rejected.update({f"{name}: {reason}": count for reason, count in refused.items()})
        if cuts:
            self.plan.cuts[name] = {"nodes": len(cuts), "edges": sum(cuts.values())}

    def _consider(self, lesson: int, subgraph: Subgraph, budget: LessonBudget, refused: Counter[str]) -> bool:
        """Accept what gates and budget let pass, and count why others are `refused`. What costs least is asked first."""
        kind, row_of, twin_of = FORMS[subgraph.form].exposes, self.planner.facts.row, self.twin_of
        if len(subgraph.facts) == 1:
            row = row_of[subgraph.facts[0].uid]
            rows, twins = [row], [twin_of[row]]
        else:
            rows = [row_of[fact.uid] for fact in subgraph.facts]
            twins = [twin_of[row] for row in rows]
        reason = self._barred(subgraph.form, rows, twins, budget)
        if not reason and (kind == "asked" or len(rows) > 1):
            kept, reason = self.planner.gates.judge(subgraph)
            if reason:
                refused[reason] += 1
            if kept is None:
                return False
            if len(kept.facts) < len(rows):
                rows = [row_of[fact.uid] for fact in kept.facts]
                twins = [twin_of[row] for row in rows]
            reason = ""
            if kind != "asked":
                rows, twins = self._within(subgraph.form, rows, twins, budget, kind)
                reason = "" if rows else OVER_BUDGET
        if reason:
            refused[reason] += 1
            return False
        form = self._form(subgraph, rows, twins) if self.shares else subgraph.form
        self._accept(lesson, form, subgraph.anchor, rows, twins, budget)
        return True

    def _form(self, subgraph: Subgraph, rows: list[int], twins: list[int]) -> str:
        """The form that a subgraph is said in: drawn by the shares from those that suit it and may be used for it."""
        kind, planner = FORMS[subgraph.form].exposes, self.planner
        if len(rows) < len(subgraph.facts):
            subgraph = replace(subgraph, facts=tuple(planner.view.fact(planner.facts.uids[row]) for row in rows))
        found = {name: self.shares.get(FORMS[name].share, 0.0) for name in planner.drawable(subgraph)}
        weights = list(found.values())
        if not any(weights):
            return subgraph.form
        counts = self.budget.stated if kind == "stated" else self.budget.asked
        seed = digest("form", str(planner.curriculum.seed), self.settings.name, subgraph.form, show(subgraph.anchor),
                      *(show(fact.uid) for fact in subgraph.facts), str(counts[twins[0]]))  # fmt: skip
        return Random(seed).choices(list(found), weights)[0]

    def _barred(self, form: str, rows: list[int], twins: list[int], budget: LessonBudget) -> str:
        """Why a subgraph cannot be accepted, as far as numbers alone tell; "" where they do not."""
        kind = FORMS[form].exposes
        if kind == "asked":
            if not self.planner.askable.issuperset(twins):
                return MAY_NOT_ASK
            return "" if budget.may_ask(twins) and not budget.done(kind) else OVER_BUDGET
        if budget.done(kind):
            return OVER_BUDGET
        if len(rows) == 1:
            return self.planner.blocked.get(rows[0], "" if budget.fits(kind, twins[0]) else OVER_BUDGET)
        return "" if self._within(form, rows, twins, budget, kind)[0] else OVER_BUDGET

    def _within(
        self, form: str, rows: list[int], twins: list[int], budget: LessonBudget, kind: str
    ) -> tuple[list[int], list[int]]:
        """The facts that have not had their part yet: all, or some where the form allows that and enough are left, or none."""
        fit = [budget.fits(kind, twin) for twin in twins]
        if all(fit):
            return rows, twins
        need = FORMS[form].least
        if not need or sum(fit) < need or not all(fit[: FORMS[form].joined]):
            return [], []
        keep = [i for i, ok in enumerate(fit) if ok]
        return [rows[i] for i in keep], [twins[i] for i in keep]

    def _accept(
        self, lesson: int, form: str, anchor: int, rows: list[int], twins: list[int], budget: LessonBudget, of: str = ""
    ) -> None:
        """Add a subgraph, and count it as the lesson's or as one `of` something else."""
        budget.use(form, twins)
        counts = self.plan.by_lesson[of or self.plan.lessons[lesson]]
        counts["subgraphs"] += 1
        counts[FORMS[form].exposes] += len(twins)
        self.plan.picks.add(lesson, form, anchor, rows, self.slots.take(form, twins))

    def _replay(self, budget: LessonBudget) -> None:
        """Subgraphs of earlier stages once more, in a drawn order, with new slots and so in new words."""
        chosen = [(s, i) for s, stage in enumerate(self.earlier) for i in range(len(stage.picks))]
        Random(digest("replay", str(self.planner.curriculum.seed), self.settings.name)).shuffle(chosen)
        for s, i in chosen:
            if budget.done("stated") and budget.done("asked"):
                break
            stage = self.earlier[s]
            pick = stage.picks[i]
            kind = FORMS[pick.form].exposes
            twins = [self.twin_of[row] for row in pick.facts]
            fits = budget.may_ask(twins) if kind == "asked" else all(budget.fits(kind, twin) for twin in twins)
            if fits and not budget.done(kind):
                lesson = self.plan.lessons.index(stage.lessons[pick.lesson])
                self._accept(lesson, pick.form, pick.anchor, list(pick.facts), twins, budget, of=REPLAYED)

    def _single_out(self, rest: LessonBudget) -> None:
        """What the rounds left below the target (a fact that only came in lists that no longer fit), one sentence each."""
        index = self.plan.lessons.index(FALLBACK)
        for row, uid in enumerate(self.planner.facts.uids):
            twin = self.twin_of[row]
            if rest.done("stated"):
                break
            while row not in self.planner.blocked and self.budget.stated[twin] < self.budget.upto[twin]:
                fact = self.planner.view.fact(uid)
                alone = Subgraph(fact.subject.uid, (fact,), "statement")
                form = self._form(alone, [row], [twin]) if self.shares else alone.form
                self._accept(index, form, alone.anchor, [row], [twin], rest)
