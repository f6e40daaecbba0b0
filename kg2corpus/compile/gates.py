"""What may not be said: ends of held-out facts, held-out compositions, questions on subjects kept from them, lists that pretend
to be whole. Facts of held-out entities never come here: lessons see train facts only."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from ..graph import Graph
from ..lexicon.mentions import consistent
from ..lexicon.names import nameless
from ..lexicon.phrases import chain_question, reads
from ..types import ALIASED, FORMS, Fact, Node, Subgraph

if TYPE_CHECKING:
    from ..lexicon.model import Lexicon
    from ..store.split import Split

NAMES_HELD_OUT = "names both ends of a held-out fact"
COMPOSES = "brings the two facts of a held-out composition together"
MAY_NOT_ASK = "asks what the split keeps from questions"
INCOMPLETE = "lists a group of which facts are held out or out of scope"
ONE_WAY = "asks for answers of which the graph states some the other way round only"
TOLD = "asks for what the name in the question gives away"
NAMELESS = "has an end that nothing names (a blank node), or two ends of one name"
NO_WORDING = "the lexicon has no wording for this form"
MARKING = 0.8  # objects for each fact of a relation, from which on an object can be known by its subject
OVER_BUDGET = "over budget"
_WORDS = re.compile(r"\w+")
# forms that lead from node to node
CHAINS = frozenset({"evidence", "conclusion", "chain_question", "walk", ALIASED["evidence"], ALIASED["conclusion"]})


class Gates:
    """Decides about subgraphs of the train view. `judge` returns what may be said of one, and the reasons for what may not."""

    def __init__(self, graph: Graph, split: Split, lexicon: Lexicon) -> None:
        self.split = split
        self.lexicon = lexicon
        self.graph = graph
        self.told = lru_cache(1 << 16)(graph.told_by_name)
        self.other_way = lru_cache(1 << 16)(self._other_way)
        self.marking: dict[int, float] = {}  # relation -> objects for each of its facts
        self.composed = split.composed
        self.partners: dict[int, set[int]] = {}
        for pair in split.held_out_pairs(graph):
            for one in pair:
                self.partners.setdefault(one, set()).update(pair - {one})

    def judge(self, subgraph: Subgraph) -> tuple[Subgraph | None, str]:
        """The subgraph, thinned where its form allows that, or None; and the reason for what was taken away ("" for none)."""
        form = FORMS[subgraph.form]
        if form.asks and not self.split.may_ask(subgraph):
            return None, COMPOSES if self.split.composes(fact.twin for fact in subgraph.facts) else MAY_NOT_ASK
        if form.asks and self._one_way(subgraph):
            return None, ONE_WAY
        if form.asks and (self._named(subgraph) or self._given_away(subgraph)):
            return None, TOLD
        # not every relation has wordings for every form: yes or no has no inverse
        if form.needs and not self.lexicon.wordings(subgraph.facts[-1], form.needs):
            return None, NO_WORDING
        if subgraph.form == "definition" and self._glossed(subgraph):
            return None, NAMES_HELD_OUT
        if form.operator and (reason := self._unfounded(subgraph)):
            return None, reason
        if subgraph.form in CHAINS and not self._reads(subgraph):
            return None, NO_WORDING
        if len(subgraph.facts) == 1:
            fact = subgraph.facts[0]
            if nameless(fact):
                return None, NAMELESS
            held = fact.object.uid in self.partners.get(fact.subject.uid, ()) or self._told(fact, set())
            return (None, NAMES_HELD_OUT) if held else (subgraph, "")
        kept, reason = self._kept(subgraph)
        if len(kept) == len(subgraph.facts):
            return subgraph, ""
        first = max(1, form.joined)
        if len(kept) < (form.least or len(subgraph.facts)) or tuple(kept[:first]) != subgraph.facts[:first]:
            return None, reason
        return replace(subgraph, facts=tuple(kept)), reason

    def _reads(self, subgraph: Subgraph) -> bool:
        """Whether there are words for what a chain leads to, or for the question about it; for a way, for its steps."""
        if subgraph.form == "walk":
            return consistent(self.lexicon, subgraph.facts)
        asks = FORMS[subgraph.form].asks
        if not asks or not reads(self.lexicon, subgraph.facts):
            return not asks and reads(self.lexicon, subgraph.facts)
        asked = chain_question(self.lexicon, subgraph.facts, 0)
        return asked is not None and "something" not in asked[0] and not asked[0].endswith(" in what?")

    def _glossed(self, subgraph: Subgraph) -> bool:
        """Whether the description or a type of the anchor names the other end of a held-out fact."""
        node = self.graph.node(subgraph.anchor)
        told = " ".join((node.description, *node.types)).casefold()
        return any(self.graph.node(uid).label.casefold() in told for uid in self.partners.get(node.uid, ()))

    def _unfounded(self, subgraph: Subgraph) -> str:
        """Why what an operator concludes would not hold, or could not be said; "" where it does and can."""
        from ..verbalizers._forms_reason import sayable

        form = FORMS[subgraph.form]
        if form.closed:
            inverse = form.closed == "inverse"
            if not self.split.closed_world_ok(subgraph.facts, inverse=inverse):
                return INCOMPLETE
            ends = ((f.object if inverse else f.subject, f.relation) for f in subgraph.facts)
            if any(self.other_way(end.uid, relation.uid, inverse) for end, relation in ends):
                return ONE_WAY
        return "" if sayable(self.lexicon, subgraph.form, subgraph.facts) else NO_WORDING

    def may_stand_for(self, form: str, subgraph: Subgraph) -> bool:
        """Whether a subgraph that passed may take another form: one that says what an object is only where it is that to one
        subject, as most objects of the relation are ("the capital of Bhutan", but hardly "the genre of 'N Sync"); one that asks
        only where that is allowed, and where the answers that it gives are all that there are."""
        if FORMS[subgraph.form].asks:
            return True
        if not FORMS[form].asks:
            return not FORMS[form].inverse or all(map(self._marks_object, subgraph.facts))
        turned = replace(subgraph, form=form)
        groups = Counter((fact.subject.uid, fact.relation.uid) for fact in subgraph.facts)
        whole = all(self.graph.degree(node, relation)[0] == count for (node, relation), count in groups.items())
        return whole and self.split.may_ask(turned) and not self._one_way(turned) and not self._given_away(turned)

    def _marks_object(self, fact: Fact) -> bool:
        if self.graph.degree(fact.object.uid, fact.relation.uid)[1] != 1:
            return False
        share = self.marking.get(fact.relation.uid)
        if share is None:
            facts = sum(1 for _ in self.graph.facts(fact.relation.uid))
            share = self.marking[fact.relation.uid] = len(self.graph.objects(fact.relation.uid)) / facts
        return share >= MARKING

    def _kept(self, subgraph: Subgraph) -> tuple[list[Fact], str]:
        """The facts, in order, that may stand together in one document."""
        named: set[int] = set()
        listed: set[tuple[int, int]] = set()
        said: set[int] = set()
        kept: list[Fact] = []
        reason = ""
        lists = not FORMS[subgraph.form].chain
        for fact in subgraph.facts:
            subject, object_ = fact.subject.uid, fact.object.uid
            group = (subject, fact.relation.uid)
            held = self.partners.get(subject, ())
            if nameless(fact):
                reason = reason or NAMELESS
                continue
            direct = object_ in held or not named.isdisjoint(held) or not named.isdisjoint(self.partners.get(object_, ()))
            if direct or self._told(fact, named):
                reason = NAMES_HELD_OUT
                continue
            if not said.isdisjoint(self.composed.get(fact.twin, ())):
                reason = reason or COMPOSES
                continue
            if lists and group in self.split.open_forward:
                if group in listed:
                    reason = reason or INCOMPLETE
                    continue
                listed.add(group)
            named.update((subject, object_), *map(self._tells, (fact.subject, fact.object)))
            said.add(fact.twin)
            kept.append(fact)
        return kept, reason

    def _named(self, subgraph: Subgraph) -> bool:
        """Whether the question says its answer: "what is Canada called at home?", "which is called the Republic of Zambia?" """
        form = FORMS[subgraph.form]
        if form.exposes != "asked":
            return False
        names = (f for f in subgraph.facts if form.inverse and f.object.literal)
        held = any(f" {f.subject.label.casefold()} " in f" {f.object.label.casefold()} " for f in names)
        return held or any(map(self.lexicon.same, subgraph.facts))

    def _given_away(self, subgraph: Subgraph) -> bool:
        """Whether the answer is part of a name in the question: "which state is Springfield (Illinois) in?", "what is New York
        City a city of?" """
        form, first, last = FORMS[subgraph.form], subgraph.facts[0], subgraph.facts[-1]
        if (form.exposes == "asked" or subgraph.form == "exercise") and not form.operator:
            if form.inverse and any(_within(fact.subject, first.object) for fact in subgraph.facts):
                return True
            ends = (last,) if form.chain else subgraph.facts
            asked = (fact.object for fact in ends if fact.subject == ends[0].subject)
            if not form.inverse and any(_within(answer, first.subject) for answer in asked):
                return True
        if form.inverse:
            return any(f.subject.uid in self._tells(f.object) for f in subgraph.facts)
        return any(f.object.uid in self._tells(f.subject) for f in subgraph.facts)

    def _one_way(self, subgraph: Subgraph) -> bool:
        """Whether a question leaves an answer out that only another reading of a symmetric or inverse relation states."""
        asks_for_subject = FORMS[subgraph.form].inverse
        ends = ((f.object if asks_for_subject else f.subject, f.relation) for f in subgraph.facts)
        return any(self.other_way(end.uid, relation.uid, asks_for_subject) for end, relation in ends)

    def _other_way(self, node: int, relation: int, into: bool) -> bool:
        readings = self.graph.readings(relation)
        if len(readings) == 1:
            return False

        def twins(of: int, into: bool) -> set[int]:
            facts = self.graph.into(node, of) if into else self.graph.out(node, of)
            return {fact.twin for fact in facts}

        known = {r.uid for r in self.graph.relations()}
        every = [twins(of, into != turned) for of, turned in readings if of in known]
        return not set().union(*every) <= twins(relation, into)

    def _tells(self, node: Node) -> frozenset[int]:
        return self.told(node.uid) if node.qualifier else frozenset()

    def _told(self, fact: Fact, named: set[int]) -> bool:
        """Whether what the qualifier of an end names ("Springfield (Illinois)") is part of a held-out pair here."""
        told = self._tells(fact.subject) | self._tells(fact.object)
        if not told:
            return False
        here = named | told | {fact.subject.uid, fact.object.uid}
        return any(not here.isdisjoint(self.partners[a] - {a}) for a in told if a in self.partners)


def _within(answer: Node, known: Node) -> bool:
    """Whether the label of an answer stands in that of a node that is named, as whole words."""
    told, asked = (f" {' '.join(_WORDS.findall(node.label.casefold()))} " for node in (answer, known))
    return told in asked and bool(told.strip())
