"""Composition: multiple choice about the end of a chain of two facts, each of which was trained (KICP's two hops, as a probe).

"What is the capital of the country that Bhutan was ruled from?" is asked of chains that the corpus may say (`train`) and of
those that it never brings together (`held_out_composition`). What is right there was composed by the model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .. import uid
from ..types import Fact, Probe, Subgraph
from .items import Grade, Said, end_for, grade_choice, probe_id

if TYPE_CHECKING:
    from ..graph import Graph
    from ..lexicon import Lexicon
    from ..store.split import Split
    from .choose import Sampler

USES = "logprobs"
NAME = "composition"


def ask(
    graph: Graph,
    split: Split,
    lexicon: Lexicon,
    *,
    seed: int = 0,
    limit: int | None = 50,
    sampler: str = "relation_sharing",
    options: int = 4,
    skipped: Counter[str] | None = None,
) -> Iterator[Probe]:
    """One accepted answer and up to `options` - 1 wrong ones per chain, in the form of the corpus' chain questions (`seen`).

    All chains are such as could be held out (`store.compositions.chains`), so that both groups are alike. Wrong answers are
    other objects of the last relation, those first that occur as often as the right one; never the nodes of the chain.
    """
    from .choose import slot_of
    from .samplers import sampler_of

    counter: Counter[str] = Counter() if skipped is None else skipped
    draw = sampler_of(sampler)
    for name, members in _groups(graph, split, seed).items():
        asked = 0
        for facts in members:
            if limit is not None and asked >= limit:
                counter[f"{name}/seen: beyond the limit"] += 1
                continue
            slot = slot_of(seed, NAME, facts[0], "seen")
            made = _probe(graph, split, lexicon, name, facts, slot, draw=draw, options=options, seed=seed, sampler=sampler)
            if isinstance(made, str):
                counter[f"{name}/seen: {made}"] += 1
            else:
                asked += 1
                yield made


def _groups(graph: Graph, split: Split, seed: int) -> dict[str, list[tuple[Fact, Fact]]]:
    """The chains of each group: pair of relations after pair of relations in turn, by seeded hash within one."""
    from ..columns import ints
    from ..store.compositions import chains, pair_of

    values = int(split.options.get("min_values", 10))
    found = chains(graph, split.mask(graph), apart=split.qa_held_out, min_values=values)
    uids = ints(graph.columns.facts, "uid")
    by: dict[str, dict[int, list[tuple[int, tuple[Fact, Fact]]]]] = {"train": {}, "held_out_composition": {}}
    columns = (found.stratum.tolist(), uids[found.first].tolist(), uids[found.second].tolist())
    for stratum, one, other in zip(*columns, strict=True):
        facts = graph.fact(one), graph.fact(other)
        held = pair_of(facts[0].twin, facts[1].twin) in split.held_out_compositions
        if not held and not split.may_ask(Subgraph(facts[0].subject.uid, facts, "chain_question")):
            continue
        rank = uid.digest("chain", str(seed), uid.show(one), uid.show(other))
        by["held_out_composition" if held else "train"].setdefault(stratum, []).append((rank, facts))
    return {name: list(_in_turn(strata)) for name, strata in by.items()}


def _in_turn(strata: dict[int, list[tuple[int, tuple[Fact, Fact]]]]) -> Iterator[tuple[Fact, Fact]]:
    queues = [[facts for _, facts in sorted(strata[k], key=lambda item: item[0])] for k in sorted(strata)]
    for i in range(max(map(len, queues), default=0)):
        yield from (queue[i] for queue in queues if i < len(queue))


def _probe(
    graph: Graph, split: Split, lexicon: Lexicon, name: str, facts: tuple[Fact, Fact], slot: int, *,
    draw: Sampler, options: int, seed: int, sampler: str,
) -> Probe | str:  # fmt: skip
    from ..lexicon import QUESTION_FORMAT
    from ..lexicon.english import capital
    from ..lexicon.phrases import chain_question
    from .choose import Group, accepted, gives_away, view_of, wrong_facts

    first, last = facts
    if not lexicon.wordings(last, "question"):
        return "the lexicon has no such wording"
    told = chain_question(lexicon, facts, slot)
    if told is None:
        return "the lexicon has no such wording"
    question, right = told
    if gives_away(right, lexicon.name(first.subject), question):
        return "the answer shows in the question"
    chosen = wrong_facts(view_of(graph, split), lexicon, Group(name, (last,)), options, sampler=draw, seed=seed)
    wrong = [w for w in chosen if w.fact.object != first.subject][: options - 1]
    if not wrong:
        return "no wrong answer"
    texts = [right, *(lexicon.value(w.fact) for w in wrong)]
    texts.sort(key=lambda text: uid.digest("order", str(seed), uid.show(first.uid), uid.show(last.uid), text))
    prompt = QUESTION_FORMAT.format(question=capital(question))
    return Probe(
        id=probe_id(NAME, name, "seen", prompt, uid.show(first.uid), uid.show(last.uid), *texts),
        task=NAME,
        split=name,
        wording="seen",
        relation=f"{first.relation.name} > {last.relation.name}",
        prompt=prompt,
        gold=accepted(lexicon, (last,)),
        candidates=tuple(texts),
        facts=(first.uid, last.uid),
        chance=1 / len(texts),
        level=3,
        data={
            "subject": uid.show(first.subject.uid),
            "end": end_for(texts),
            "matched": sum(w.matched for w in wrong),
            "sampler": sampler,
        },
    )


def grade(probe: Probe, said: Said) -> Grade:
    return grade_choice(probe, said)
