"""Accepted subgraphs in flat arrays: some 60 bytes each, so that millions of them fit the memory of a laptop."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..columns import ints, whole
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
        rows, nodes = view.fact_rows(), ints(view.columns.nodes, "uid")
        uids, twins, subjects, objects = (ints(view.columns.facts, n)[rows] for n in ("uid", "twin", "subject", "object"))
        self.uids: list[int] = uids.tolist()
        self.row = {uid: row for row, uid in enumerate(self.uids)}
        found, first, number = np.unique(twins, return_index=True, return_inverse=True)
        order = np.argsort(first)  # twins in the order of the facts that they first come with
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        self.twin_of: list[int] = rank[number].tolist()  # fact row -> twin row
        self.twins: list[int] = found[order].tolist()
        self.subjects: list[int] = nodes[subjects[first[order]]].tolist()  # of the first fact of each twin
        literal = whole(view.columns.nodes.column("literal")).to_numpy(zero_copy_only=False)
        self.anchors: list[int] = nodes[np.union1d(subjects, objects[~literal[objects]])].tolist()  # nodes are in order of uid
        by_subject = np.argsort(subjects, kind="stable")
        self._subjects = nodes[subjects[by_subject]].data
        self._of_subject: list[int] = rank[number][by_subject].tolist()

    def twins_of(self, subject: int) -> Sequence[int]:
        """The twin rows of the facts that have this subject."""
        start = bisect_left(self._subjects, subject)
        return self._of_subject[start : bisect_right(self._subjects, subject, start)]

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
