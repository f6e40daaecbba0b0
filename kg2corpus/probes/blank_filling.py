"""Blank filling: a statement cut before its object, completed by the most likely object of the relation (task 3 of KGQuiz)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .. import uid
from ..types import Fact, Probe
from .items import CONTROLS, Grade, Said, end_for, grade_choice, probe_id

if TYPE_CHECKING:
    from ..graph import Graph
    from ..lexicon import Lexicon
    from ..store.split import Split
    from .choose import Group

USES = "logprobs"
NAME = "blank_filling"


def ask(
    graph: Graph,
    split: Split,
    lexicon: Lexicon,
    *,
    seed: int = 0,
    limit: int | None = 50,
    relations: Sequence[str] = (),
    sampler: str = "relation_sharing",
    candidates: int = 24,
    skipped: Counter[str] | None = None,
) -> Iterator[Probe]:
    """All accepted answers against the other objects of the relation in the train facts, `candidates` in all at most.

    Those that occur as often as the right one are taken first; for held-out facts there are no others (see
    `multiple_choice`). `chance` is the share of accepted answers among the candidates. Seen: a statement of the corpus that
    ends with its object. Unseen: a question that the corpus never uses, then "The answer is".
    """
    from .choose import accepted, each, gives_away, slot_of, view_of, wrong_facts
    from .samplers import sampler_of

    view, draw = view_of(graph, split), sampler_of(sampler)

    def make(group: Group, wording: str) -> Probe | str:
        fact = group.fact
        slot = slot_of(seed, NAME, fact, wording)
        cut = _cut(lexicon, group, fact, wording, slot)
        if cut is None:
            return "the lexicon has no such wording"
        prompt, right = cut
        if gives_away(right, lexicon.name(fact.subject), prompt):
            return "the answer shows in the question"
        held = group.split in CONTROLS
        room = max(1, candidates - len(group.facts))
        wrong = wrong_facts(view, lexicon, group, room, sampler=draw, seed=seed, only_matched=held)
        if not held:
            # an object that the corpus never names is no rival; only where there are no others it has to do
            known = [w for w in wrong if view.exposure(w.fact.object.uid, fact.relation.uid)[0]]
            wrong = known or wrong[:3]
        # a wording that agrees with its object (a, an) would give the answer away: only equal beginnings stay
        good = [c[1] for f in group.facts if (c := _cut(lexicon, group, f, wording, slot)) and c[0] == prompt]
        bad = [c[1] for w in wrong if (c := _cut(lexicon, group, w.fact, wording, slot)) and c[0] == prompt]
        if not bad:
            return "no wrong answer that occurs as often" if held else "no wrong answer"
        return _probe(group, wording, prompt, list(dict.fromkeys(good)), bad, accepted(lexicon, group.facts), seed)

    yield from each(view, make, seed=seed, limit=limit, relations=relations, skipped=skipped)


def _cut(lexicon: Lexicon, group: Group, fact: Fact, wording: str, slot: int) -> tuple[str, str] | None:
    """(prompt, answer) of a fact in a wording; None if the lexicon has none."""
    if wording == "seen":
        count = lexicon.wordings(fact, "cloze")
        return lexicon.cloze(fact, slot % count) if count else None
    if not lexicon.wordings(fact, "question_unseen"):
        return None
    return f"{lexicon.say(group.facts, 'question_unseen', slot)} The answer is", lexicon.value(fact)


def _probe(
    group: Group, wording: str, prompt: str, good: list[str], bad: list[str], gold: tuple[str, ...], seed: int
) -> Probe:
    fact = group.fact
    texts = sorted([*good, *bad], key=lambda text: uid.digest("order", str(seed), uid.show(fact.uid), text))
    return Probe(
        id=probe_id(NAME, group.split, wording, prompt, *texts),
        task=NAME,
        split=group.split,
        wording=wording,
        relation=fact.relation.name,
        prompt=prompt,
        gold=tuple(dict.fromkeys((*good, *gold))),
        candidates=tuple(texts),
        facts=tuple(f.uid for f in group.facts),
        chance=len(good) / len(texts),
        level=1,
        data={"subject": uid.show(fact.subject.uid), "end": end_for(texts)},
    )


def grade(probe: Probe, said: Said) -> Grade:
    return grade_choice(probe, said)
