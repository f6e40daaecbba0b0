"""Running text about one entity: which sentence names it, which says "it", and how sentences are varied and joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from ..lexicon import Lexicon
from ..lexicon.english import sentence
from ..lexicon.model import Clause
from ..lexicon.templates import SLOTS, Flat
from ..types import Fact, Node
from ._page import Page

MAX_LIST = 10  # objects in one list; more become another sentence
JOIN = 0.35  # share of the places where two short sentences may become one that do
APPOSITIVE = 0.3  # share of the openings that take one fact between commas
LEADS = 0.75  # share of the sentences that must name the node before the other end of the fact
_SUBJECT = SLOTS.index("S")
_SLOT = {"S": SLOTS.index("S"), "O": SLOTS.index("O")}


@dataclass(frozen=True, slots=True)
class Group:
    """Adjacent facts of one subject and relation: one clause."""

    facts: tuple[Fact, ...]
    slot: int


def groups(facts: Sequence[Fact], slots: Sequence[int]) -> Iterator[Group]:
    """The facts as clauses: neighbours with the same subject and relation make a list, of at most MAX_LIST objects."""
    start = 0
    for i in range(1, len(facts) + 1):
        a = facts[start]
        same = i < len(facts) and facts[i].subject == a.subject and facts[i].relation == a.relation
        if not same:
            run = list(range(start, i))
            pieces = -(-len(run) // MAX_LIST)
            for p in range(pieces):
                part = run[p * len(run) // pieces : (p + 1) * len(run) // pieces]
                yield Group(tuple(facts[k] for k in part), slots[part[0]])
            start = i


@dataclass(slots=True)
class Prose:
    """Tells groups of facts about one node onto a page."""

    page: Page
    lexicon: Lexicon
    node: Node
    rng: Random
    opening: str = ""
    run: int = 0
    starts: list[str] = field(default_factory=list)

    def tell(self, todo: Sequence[Group]) -> None:
        """Sentences for the groups, in their order."""
        i = 0
        while i < len(todo):
            i += self._step(todo, i)

    def _step(self, todo: Sequence[Group], i: int) -> int:
        """Tell one or two groups; returns how many."""
        two = todo[i : i + 2]
        begins = len(two) == 2 and self.page.fresh and not self.opening
        if begins and self.rng.random() < APPOSITIVE and (text := self._appositive(*two)):
            self._put(text, two, topic=self.node.uid)
            return 2
        first = self._clause(todo[i])
        text = self.opening + first.text
        if not self.page.fits(sentence(text)):
            self.page.close()
            self._reset()
            first = self._clause(todo[i])
            text = first.text
        joins = len(two) == 2 and first.opens == self.node.uid and len(text) < 110
        joined = self._joined(text, two[1]) if joins and self.rng.random() < JOIN else None
        if joined is not None and self.page.fits(sentence(joined)):
            self._put(joined, two, topic=self.node.uid)
            return 2
        self._put(text, two[:1], topic=first.topic)
        return 1

    def _reset(self) -> None:
        self.starts, self.run, self.opening = [], 0, ""

    def _put(self, text: str, told: Sequence[Group], *, topic: int | None) -> None:
        self.page.add(sentence(text), [f for g in told for f in g.facts], "stated")
        self.starts.append(_start(text))
        self.opening = ""
        self.run = self.run + 1 if topic == self.node.uid else 0

    def _clause(self, group: Group) -> Clause:
        """The next clause: by pronoun where the sentence before is about the node, and never as the last one began."""
        named = self.lexicon.namer.has_pronoun(self.node)
        pronoun = named and (bool(self.opening) or (not self.page.fresh and self.run > 0 and self.run % 3 != 0))
        before = self.starts[-1] if self.starts else ""
        name = _start(self.lexicon.name(self.node))
        side = "S" if group.facts[0].subject == self.node else "O"
        # mostly the node comes first in its own story, always after a sentence that was about something else
        leads = bool(self.opening) or self.run == 0 or self.rng.random() < LEADS

        def accept(flat: Flat, turned: bool) -> bool:
            if leads and flat.first and (flat.first == side) == turned:
                return False
            if not flat.opens:
                return flat.parts[0][1].split(" ", 1)[0] != before
            if (flat.opens == side) == turned:
                return True
            return (name if not pronoun else "it" if flat.parts[0][0] == _SLOT[side] else "its") != before

        return self.lexicon.clause(
            group.facts, "statement", group.slot, pronoun=pronoun, anchor=self.node.uid, accept=accept
        )

    def _joined(self, text: str, group: Group) -> str | None:
        """Two clauses in one sentence: "Bhutan borders India, and its capital is Thimphu"."""
        if " and " in text or ", " in text or not self.lexicon.namer.has_pronoun(self.node) or len(group.facts) > 2:
            return None
        said = self.lexicon.clause(
            group.facts, "statement", group.slot, pronoun=True, anchor=self.node.uid, accept=lambda flat, _: flat.opens == "S"
        )
        if not said.pronoun or said.opens != self.node.uid or said.text.split(" ")[0] not in ("it", "its"):
            return None
        return f"{text}, and {said.text}"

    def _appositive(self, first: Group, second: Group) -> str | None:
        """One fact between commas: "Bhutan, whose capital is Thimphu, borders China and India"."""
        fact = first.facts[0]
        such = self.lexicon.entry(fact.relation).phrases.get("such")
        if len(first.facts) > 1 or fact.object.literal or second.facts[0].object.literal:
            return None
        if fact.subject != self.node or second.facts[0].subject != self.node:
            return None
        if such is None or not such.text.startswith("whose "):
            return None
        item = self.lexicon.pick(second.facts, "statement", second.slot, _opens_with_subject)
        flat = item.template.many if len(second.facts) > 1 else item.template.one
        if item.turned or not _opens_with_subject(flat, False):
            return None
        value = self.lexicon.value(fact)
        subject = f"{self.lexicon.name(self.node)}, {self.lexicon.put(such.one, [value], [value])},"
        objects = [self.lexicon.value(f) for f in second.facts]
        return self.lexicon.put(flat, [subject], objects, many=len(second.facts) > 1)


def _opens_with_subject(flat: Flat, turned: bool) -> bool:
    codes = [code for code, _ in flat.parts if code >= 0]
    return not turned and flat.parts[0][0] == _SUBJECT and not any(SLOTS[c] in ("S's", "in S") for c in codes)


def _start(text: str) -> str:
    return text.split(" ", 1)[0].casefold()
