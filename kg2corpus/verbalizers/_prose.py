"""Running text about one entity: which sentence names it, which says "it", and how sentences are varied and joined."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from ..lexicon import Lexicon
from ..lexicon import phrases as ph
from ..lexicon.language import Language, Pronouns
from ..lexicon.model import Accept, Clause
from ..lexicon.templates import Flat, start
from ..types import Fact, Node
from ._page import Page

MAX_LIST = 10  # objects in one list; more become another sentence
JOIN = 0.4  # share of the places where short sentences may become one that do
JOIN_NAMED = 0.8  # the same where no pronoun may stand for the node, so that its name is not in every sentence
MERGE = 0.7  # share of the events with a place and a date that are told at once
APPOSITIVE = 0.3  # share of the openings that take one fact between commas
LEADS = 0.9  # share of the sentences that must name the node before the other end of the fact
MOST = 3  # predicates of one subject in a sentence
LONG = 110  # characters of a clause that is joined to no other


# but not "Bosnia and Herzegovina" nor "Washington, D.C."
_ENUMERATES = re.compile(r"\b[^\WA-Z\d]\w*,? and |, [a-z]|, .* & ")


class Group(NamedTuple):
    """Adjacent facts of one subject and relation: one clause."""

    facts: tuple[Fact, ...]
    slot: int


def groups(facts: Sequence[Fact], slots: Sequence[int]) -> list[Group]:
    """The facts as clauses: neighbours with the same subject and relation make a list, of at most MAX_LIST objects.

    No list is cut with a count ("and 12 others"): the plan promises each of its facts, and a count says that there are no
    more, which a held-out fact would make false. What enumerates by itself ("acting on donors, with loss of water") is in no
    list.
    """
    if len(facts) == 1:
        return [Group(tuple(facts), slots[0])]
    found: list[Group] = []
    ends = [(f.subject.uid, f.relation.uid, f.uid if _ENUMERATES.search(f.object.label) else 0) for f in facts]
    first = 0
    for i in range(1, len(facts) + 1):
        if i == len(facts) or ends[i] != ends[first]:
            count = i - first
            pieces = -(-count // MAX_LIST)
            for p in range(pieces):
                a, b = first + p * count // pieces, first + (p + 1) * count // pieces
                found.append(Group(tuple(facts[a:b]), slots[a]))
            first = i
    return found


class Prose:
    """Tells groups of facts about one node onto a page.

    The node is named by a pronoun only right after a sentence that begins with it and, for a person, names nobody else. `facts`
    are all facts of the document: they decide about pronouns, and whether a name is clear without its qualifier.
    """

    def __init__(
        self, page: Page, lexicon: Lexicon, node: Node, rng: Random, facts: Sequence[Fact] = (), *, opening: str = ""
    ) -> None:
        self.page, self.lexicon, self.node, self.rng, self.speech = page, lexicon, node, rng, lexicon.speech
        self.pronouns = ph.pronouns(lexicon, node, facts)
        self.begins = start(lexicon.name(node))
        # what may drop its qualifier later: no other node of the document bears its label
        self.unique = _unique(facts)
        self._reset()
        self.opening = opening

    def _reset(self) -> None:
        """Nothing is said yet: at the start of a document."""
        self.opening, self.run, self.clear = "", 0, True
        self.earlier, self.before = "", ("", "")
        self.owned = False  # whether the last sentence began with "its" or "Bhutan's", so that "it" could mean what follows
        self.heard: set[str] = set()
        self.noun = ""  # what the sentence before says that the node is, which is not said of it again
        self.short: set[int] = set()
        self.told: set[int] = set()

    def tell(self, todo: Sequence[Group]) -> None:
        """Sentences for the groups, in their order, but for events whose place and date are brought together."""
        rest = list(todo)
        events = any(self.lexicon.events(g.facts[0])[1] for g in rest)
        while rest:
            del rest[: self._step(rest, events=events)]

    def _step(self, todo: list[Group], *, events: bool) -> int:
        """Tell the first group, or the first few in one sentence; returns how many."""
        begins = len(todo) > 1 and self.page.fresh and not self.opening
        if begins and self.rng.random() < APPOSITIVE and (text := self._appositive(*todo[:2])):
            self._put(text, todo[:2], topic=self.node.uid)
            return 2
        if events and len(todo) > 1 and (event := self._event(todo)) and self.rng.random() < MERGE:
            return self._tell_event(todo, event)
        first = self._clause(todo[0])
        if self.opening and first.opens != self.node.uid:  # no "as for osmium, according to Allen, its ..."
            self.opening = ""
            first = self._clause(todo[0])
        if not self._fits(first.text):
            self.page.close()
            self._reset()
            first = self._clause(todo[0])
        text, count = self._joined(first, todo)
        if count > 1 and not self._fits(text):
            text, count = first.text, 1
        self._put(self.opening + text, todo[:count], topic=first.topic)
        return count

    def _fits(self, clause: str) -> bool:
        return self.page.fresh or self.page.fits(self.opening + clause + ".")

    def _put(self, text: str, told: Sequence[Group], *, topic: int | None) -> None:
        facts = [f for g in told for f in g.facts]
        self.page.add(self.speech.sentence(text), facts, "stated")
        self.earlier, self.before, self.opening = self.before[0], start(text), ""
        self.owned = self.pronouns is self.speech.IT and owns(self.lexicon, self.node, text)
        self.run = self.run + 1 if topic == self.node.uid else 0
        self.told.update([g.facts[0].relation.uid for g in told])
        if self.pronouns is not self.speech.IT:
            ends = [end for f in facts for end in (f.subject, f.object) if end.uid != self.node.uid and not end.literal]
            self.clear = all(map(self.lexicon.namer.has_pronoun, ends))
        if self.unique:
            self.short.update(self.unique.intersection([end.uid for f in facts for end in (f.subject, f.object)]))

    def _clause(self, group: Group) -> Clause:
        """The next clause: by pronoun where the sentence before is about the node, and never as the last one began."""
        pronouns = self.pronouns
        again = not self.page.fresh and self.run > 0 and self.run % 3 != 0 and (pronouns is self.speech.IT or self.clear)
        by = pronouns if pronouns and (self.opening or again) else None
        side = "S" if group.facts[0].subject.uid == self.node.uid else "O"
        # mostly the node comes first in its own story, always after a sentence that was about something else
        leads = bool(self.opening) or self.run == 0 or self.rng.random() < LEADS

        def accept(flat: Flat, turned: bool) -> bool:
            if self.noun and any(f" {self.noun} " in f"{said} " for _, said in flat.parts):
                return False
            if self.opening and (flat.opens == side) == turned:
                return False
            if leads and ((flat.first and (flat.first == side) == turned) or flat.begins[0] in self.speech.CLEFTS):
                return False
            if not flat.opens:
                return flat.begins[1] != self.before[1] and not flat.begins[0] == self.before[0] == self.earlier
            if (flat.opens == side) == turned:
                return True
            if by is None:
                return self.begins != self.before
            return (by.subject if flat.parts[0][0] < 2 else by.possessive) != self.before[0]

        said = self._say(group, accept, by)
        if by and self.owned and said.text.startswith(f"{by.subject} "):
            by = None
            said = self._say(group, accept)
        if said.text in self.heard:  # of relations side by side, which share their wordings
            said = self._say(group._replace(slot=group.slot + 1), accept, by)
        self.heard.add(said.text)
        return also(self.speech, said) if group.facts[0].relation.uid in self.told else said

    def _say(self, group: Group, accept: Accept, by: Pronouns | None = None) -> Clause:
        def plain(flat: Flat, turned: bool) -> bool:
            return flat.plain and accept(flat, turned)

        return self.lexicon.clause(
            group.facts, "statement", group.slot, pronoun=by, anchor=self.node.uid, accept=plain, short=self.short
        )

    def _joined(self, first: Clause, todo: list[Group]) -> tuple[str, int]:
        """The first clause, with the next groups joined to it where they fit: (text, number of groups)."""
        if first.opens != self.node.uid or len(first.text) > LONG or not self._simple(first.text):
            return first.text, 1
        if len(todo) < 2 or self.rng.random() >= (JOIN if self.pronouns else JOIN_NAMED):
            return first.text, 1
        if first.predicate:
            head = first.text[: len(first.text) - len(first.predicate)]
            predicates = self._predicates(first, todo)
            if len(predicates) > 1:
                return head + self.speech.coordinate(predicates), len(predicates)
        if self.pronouns is not None and len(todo[1].facts) <= 2:
            said = self._say(todo[1], lambda flat, _: flat.opens == "S", self.pronouns)
            # after "it has 23 as a density" not "and it has 104 as an atomic number", nor after "its capital is Thimphu"
            thing = self.pronouns is self.speech.IT
            starts = {self.pronouns.possessive, *(() if first.predicate or thing else (self.pronouns.subject,))}
            if said.pronoun and said.opens == self.node.uid and said.text.split(" ", 1)[0] in starts:
                return f"{first.text}, {self.speech.AND} {said.text}", 2
        return first.text, 1

    def _predicates(self, first: Clause, todo: list[Group]) -> list[str]:
        """Predicates of the node for the first groups: "borders India", "has the capital Thimphu"."""
        found, verbs = [first.predicate], {_verb(first.predicate)}
        size = len(first.text)
        for group in todo[1 : 2 + (self.rng.random() < 0.5)]:
            side = "S" if group.facts[0].subject.uid == self.node.uid else "O"
            said = self._say(group, lambda flat, turned: bool(flat.subject) and (flat.subject == side) != turned)  # noqa: B023
            verb = _verb(said.predicate)
            size += len(said.predicate)
            if not said.predicate or verb in verbs or size > 2 * LONG or not self._simple(found[-1]):
                break
            found.append(said.predicate)
            verbs.add(verb)
        return found[:MOST]

    def _event(self, todo: list[Group]) -> str:
        """What two facts of the node tell of one event ("was born" in a place and on a day); brings the second one forward."""
        first = todo[0]
        if len(first.facts) > 1 or first.facts[0].subject != self.node:
            return ""
        places, dates = self.lexicon.events(first.facts[0])
        if not places and not dates:
            return ""
        for i, group in enumerate(todo[1:], 1):
            if len(group.facts) == 1 and group.facts[0].subject == self.node:
                others = self.lexicon.events(group.facts[0])
                if shared := sorted(places & others[1] | dates & others[0]):
                    todo.insert(1, todo.pop(i))
                    return shared[0]
        return ""

    def _tell_event(self, todo: list[Group], event: str) -> int:
        """ "Albert Einstein was born in Ulm on 14 March 1879": one event, the place before the date."""
        place, date = todo[:2] if event in self.lexicon.events(todo[0].facts[0])[0] else (todo[1], todo[0])
        said = self._say(place, lambda flat, turned: flat.event == event and not flat.dated and not turned, self._again())
        when = self._say(date, lambda flat, turned: flat.event == event and flat.dated and not turned)
        text = self.opening + said.text + when.predicate.removeprefix(f" {event}")
        if not self.page.fits(text + "."):
            self.page.close()
            self._reset()
            return self._tell_event(todo, event)
        self._put(text, todo[:2], topic=self.node.uid)
        return 2

    def _again(self) -> Pronouns | None:
        again = not self.page.fresh and self.run > 0 and self.run % 3 != 0 and (self.pronouns is self.speech.IT or self.clear)
        return self.pronouns if self.opening or again else None

    def _simple(self, text: str) -> bool:
        """Whether a clause holds no list and no clause of its own, to which what is joined could seem to belong."""
        return not any(mark in text for mark in self.speech.COMPLEX)

    def _appositive(self, first: Group, second: Group) -> str | None:
        """One fact between commas: "Bhutan, whose capital is Thimphu, borders China and India"."""
        fact = first.facts[0]
        such = self.lexicon.entry(fact.relation).phrases.get("such")
        if such is None or len(first.facts) > 1 or fact.subject != self.node or second.facts[0].subject != self.node:
            return None
        if self.lexicon.same(fact) or fact.relation == second.facts[0].relation:  # nobody is "Iceland, whose name is Iceland"
            return None
        value = self.lexicon.value(fact)
        clause = ph.relative(self.lexicon, such, fact, value, self.pronouns)
        if not clause or len(clause) > LONG or not self._simple(clause):
            return None
        said = self._say(second, lambda flat, turned: flat.subject == "S" and not turned)
        if not said.predicate:
            return None
        return f"{self.lexicon.name(self.node)}, {clause},{said.predicate}"


def owns(lexicon: Lexicon, node: Node, text: str) -> bool:
    """Whether a sentence begins with the possessive of a thing, and so is about what that has: "its capital is ..."."""
    return text.startswith(("its ", f"{lexicon.namer.possessive(lexicon.name(node))} "))


def also(speech: Language, said: Clause) -> Clause:
    """A clause after more of the same kind was told: "it also borders China"."""
    if not said.predicate or said.predicate.startswith(speech.also("")):
        return said
    head, predicate = said.text[: len(said.text) - len(said.predicate)], speech.also(said.predicate)
    return said._replace(text=head + predicate, predicate=predicate)


def _unique(facts: Sequence[Fact]) -> set[int]:
    """The nodes with a qualifier whose label no other node of the facts bears."""
    qualified = {end.uid: end.label.casefold() for f in facts for end in (f.subject, f.object) if end.qualifier}
    if not qualified:
        return set()
    labels = Counter(node.label.casefold() for node in {end for f in facts for end in (f.subject, f.object) if not end.literal})
    return {uid for uid, label in qualified.items() if labels[label] == 1}


def _verb(predicate: str) -> str:
    return predicate[1:].split(" ", 1)[0]
