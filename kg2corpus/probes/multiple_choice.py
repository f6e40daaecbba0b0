"""Multiple choice: which of a few answers to a question is the most likely one (task 2 of KGQuiz, scored by likelihood)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .. import uid
from ..types import Probe
from .items import CONTROLS, Grade, Said, end_for, grade_choice, probe_id

if TYPE_CHECKING:
    from ..graph import Graph
    from ..lexicon import Lexicon
    from ..store.split import Split
    from .choose import Group

USES = "logprobs"
NAME = "multiple_choice"


def ask(
    graph: Graph,
    split: Split,
    lexicon: Lexicon,
    *,
    seed: int = 0,
    limit: int | None = 50,
    relations: Sequence[str] = (),
    sampler: str = "relation_sharing",
    options: int = 4,
    skipped: Counter[str] | None = None,
) -> Iterator[Probe]:
    """One accepted answer and up to `options` - 1 wrong ones per group, in the question form of the corpus.

    A relation with few objects gives fewer options; `chance` is one over their number. Wrong answers of held-out facts
    always occur as often as the right one, or are left out: else a model that prefers what it has read would fall below
    chance on this control.
    """
    from ..lexicon import QUESTION_FORMAT
    from .choose import accepted, each, gives_away, question_of, slot_of, view_of, wrong_facts
    from .samplers import sampler_of

    view, draw = view_of(graph, split), sampler_of(sampler)

    def make(group: Group, wording: str) -> Probe | str:
        fact = group.fact
        question = question_of(lexicon, group, wording, slot_of(seed, NAME, fact, wording))
        if question is None:
            return "the lexicon has no such wording"
        right = lexicon.value(fact)
        if gives_away(right, lexicon.name(fact.subject), question):
            return "the answer shows in the question"
        held = group.split in CONTROLS
        wrong = wrong_facts(view, lexicon, group, options - 1, sampler=draw, seed=seed, only_matched=held)
        if not wrong:
            return "no wrong answer that occurs as often" if held else "no wrong answer"
        texts = [right, *(lexicon.value(w.fact) for w in wrong)]
        texts.sort(key=lambda text: uid.digest("order", str(seed), uid.show(fact.uid), text))
        prompt = QUESTION_FORMAT.format(question=question)
        return Probe(
            id=probe_id(NAME, group.split, wording, prompt, *texts),
            task=NAME,
            split=group.split,
            wording=wording,
            relation=fact.relation.name,
            prompt=prompt,
            gold=accepted(lexicon, group.facts),
            candidates=tuple(texts),
            facts=(fact.uid,),
            chance=1 / len(texts),
            level=5,
            data={
                "subject": uid.show(fact.subject.uid),
                "end": end_for(texts),
                "matched": sum(w.matched for w in wrong),
                "sampler": sampler,
            },
        )

    yield from each(view, make, seed=seed, limit=limit, relations=relations, skipped=skipped)


def grade(probe: Probe, said: Said) -> Grade:
    return grade_choice(probe, said)
