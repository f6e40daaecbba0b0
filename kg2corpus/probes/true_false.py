"""True or false: a fact, or the same statement with a wrong object (task 1 of KGQuiz, scored by likelihood)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from .. import uid
from ..types import Fact, Probe
from .items import CONTROLS, Grade, Said, grade_choice, probe_id

if TYPE_CHECKING:
    from ..graph import Graph
    from ..lexicon import Lexicon
    from ..store.split import Split
    from .choose import Group

USES = "logprobs"
NAME = "true_false"


def ask(
    graph: Graph,
    split: Split,
    lexicon: Lexicon,
    *,
    seed: int = 0,
    limit: int | None = 50,
    relations: Sequence[str] = (),
    sampler: str = "relation_sharing",
    skipped: Counter[str] | None = None,
) -> Iterator[Probe]:
    """Half of the statements of each split and wording are true, so that always answering the same gives 0.5.

    Seen: "True or false?" before a statement as the corpus says it. Unseen: before a question that the corpus never uses,
    with its answer. A fact that is put truly in one wording is put falsely in the other.
    """
    from .choose import each, gives_away, slot_of, view_of, wrong_facts
    from .samplers import sampler_of

    view, draw = view_of(graph, split), sampler_of(sampler)

    def make(group: Group, wording: str) -> Probe | str:
        fact = group.fact
        if not lexicon.wordings(fact, "forward" if wording == "seen" else "question_unseen"):
            return "the lexicon has no such wording"
        if gives_away(lexicon.value(fact), lexicon.name(fact.subject)):
            return "the answer shows in the question"
        wrong = wrong_facts(view, lexicon, group, 1, sampler=draw, seed=seed, only_matched=group.split in CONTROLS)
        if not wrong:
            return "no wrong answer that occurs as often"
        slot = slot_of(seed, NAME, fact, wording)
        put = {"True": fact, "False": wrong[0].fact}
        prompts = {name: _prompt(lexicon, f, wording, slot) for name, f in put.items()}
        return _probe(group, wording, prompts, wrong[0].matched)

    # each probe is made a true one first: which are to be false is clear once their number is known
    yield from _balanced(list(each(view, make, seed=seed, limit=limit, relations=relations, skipped=skipped)))


def _prompt(lexicon: Lexicon, fact: Fact, wording: str, slot: int) -> str:
    from ..lexicon import QUESTION_FORMAT

    if wording == "seen":
        statement = lexicon.say((fact,), "forward", slot)
    else:
        statement = f"{lexicon.say((fact,), 'question_unseen', slot)} {lexicon.answer((fact,))}."
    return str(QUESTION_FORMAT.format(question=f"True or false? {statement}"))


def _probe(group: Group, wording: str, prompts: dict[str, str], matched: bool) -> Probe:
    fact = group.fact
    return Probe(
        id="",
        task=NAME,
        split=group.split,
        wording=wording,
        relation=fact.relation.name,
        prompt=prompts["True"],
        gold=("True",),
        candidates=("True", "False"),
        facts=(fact.uid,),
        chance=0.5,
        level=1,
        data={"subject": uid.show(fact.subject.uid), "false": prompts["False"], "matched": int(matched)},
    )


def _balanced(every: Sequence[Probe]) -> Iterator[Probe]:
    """Every second statement of each split and wording, counted relation by relation, made false; an odd one left out."""
    rows: dict[tuple[str, str], list[Probe]] = {}
    for probe in every:
        rows.setdefault((probe.split, probe.wording), []).append(probe)
    for (split, wording), members in rows.items():
        kept = members[: len(members) // 2 * 2]
        order = sorted(range(len(kept)), key=lambda i: (kept[i].relation, i))
        false = {i for place, i in enumerate(order) if (place + (wording == "unseen")) % 2}
        for i, probe in enumerate(kept):
            prompt = str(probe.data["false"]) if i in false else probe.prompt
            data = {k: v for k, v in probe.data.items() if k != "false"}
            gold = "False" if i in false else "True"
            name = probe_id(NAME, split, wording, prompt)
            yield replace(probe, id=name, prompt=prompt, gold=(gold,), data=data)


def grade(probe: Probe, said: Said) -> Grade:
    return grade_choice(probe, said)
