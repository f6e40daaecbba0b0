"""Accepted subgraphs in flat arrays: some 60 bytes each, so that millions of them fit the memory of a laptop."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from ..graph import Graph
from ..types import FORMS

FORM_NAMES = tuple(FORMS)
FORM_INDEX = {name: i for i, name in enumerate(FORM_NAMES)}

# forms that draw on the same wordings share a pool, and a pool hands out its slots one after the other
POOL = {name: form.pool for name, form in FORMS.items()}
POOLS = tuple(dict.fromkeys(POOL.values()))


class Facts:
    """Dense numbers for the facts and twins of the train view, in order of uid."""

    def __init__(self, view: Graph) -> None:
        self.uids: list[int] = []
        self.row: dict[int, int] = {}
        self.twin_of: list[int] = []  # fact row -> twin row
        self.twins: list[int] = []
        subjects_and_entities: set[int] = set()
        twin_row: dict[int, int] = {}
        for fact in view.facts():
            self.row[fact.uid] = len(self.uids)
            self.uids.append(fact.uid)
            if fact.twin not in twin_row:
                twin_row[fact.twin] = len(self.twins)
                self.twins.append(fact.twin)
            self.twin_of.append(twin_row[fact.twin])
            subjects_and_entities.add(fact.subject.uid)
            if not fact.object.literal:
                subjects_and_entities.add(fact.object.uid)
        self.anchors = sorted(subjects_and_entities)

    def __len__(self) -> int:
        return len(self.uids)


@dataclass(frozen=True, slots=True)
class Pick:
    """One accepted subgraph: `facts` are rows of `Facts`."""

    lesson: int
    form: str
    anchor: int
    facts: tuple[int, ...]
    slots: tuple[int, ...]


class Picks:
    """The accepted subgraphs of one stage, in the order of acceptance."""

    def __init__(self) -> None:
        self.lessons = array("H")
        self.forms = array("B")
        self.anchors = array("q")
        self.starts = array("Q", [0])
        self.facts = array("Q")
        self.slots = array("Q")

    def __len__(self) -> int:
        return len(self.anchors)

    def add(self, lesson: int, form: str, anchor: int, facts: Sequence[int], slots: Sequence[int]) -> None:
        """Append one: the number of its lesson, and rows of `Facts`."""
        self.lessons.append(lesson)
        self.forms.append(FORM_INDEX[form])
        self.anchors.append(anchor)
        self.facts.extend(facts)
        self.slots.extend(slots)
        self.starts.append(len(self.facts))

    def __getitem__(self, i: int) -> Pick:
        start, end = self.starts[i], self.starts[i + 1]
        facts, slots = tuple(self.facts[start:end]), tuple(self.slots[start:end])
        return Pick(self.lessons[i], FORM_NAMES[self.forms[i]], self.anchors[i], facts, slots)


class Slots:
    """A counter per (twin, pool): which of a fact's wordings is due next. `wordings`: so many are used, None: all."""

    def __init__(self, twins: int, wordings: int | None = None) -> None:
        self.wordings = wordings
        self.due = {pool: array("L", bytes(array("L").itemsize * twins)) for pool in POOLS}

    def take(self, form: str, twins: Sequence[int]) -> list[int]:
        """The slots that are due for these twins in the form's pool, one each."""
        due = self.due[POOL[form]]
        taken = []
        for twin in twins:
            taken.append(due[twin])
            due[twin] += 1
        return taken if self.wordings is None else [slot % self.wordings for slot in taken]
