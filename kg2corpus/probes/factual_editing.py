"""Factual editing: a chain of facts with one wrong node, to be found and put right (task 4 of KGQuiz, scored by likelihood).

The candidates are all texts that differ from the faulty one by one node: at each place but the first, each of a few
replacements. The model finds and restores the node if the right text is the most likely one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from .. import uid
from ..types import Fact, Node, Probe
from .items import CONTROLS, Grade, Said, grade_choice, probe_id, shared_words, shows

if TYPE_CHECKING:
    from ..graph import Graph
    from ..lexicon import Lexicon
    from ..store.split import Split
    from .choose import Group, Sampler, View

USES = "logprobs"
NAME = "factual_editing"
BRANCHES = 8  # neighbours that a walk looks at from one node


def ask(
    graph: Graph,
    split: Split,
    lexicon: Lexicon,
    *,
    seed: int = 0,
    limit: int | None = 30,
    relations: Sequence[str] = (),
    sampler: str = "relation_sharing",
    hops: int = 3,
    replacements: int = 4,
    skipped: Counter[str] | None = None,
) -> Iterator[Probe]:
    """One chain of `hops` facts, or of two where there is no longer one, per group: the group's fact leads to the wrong node.

    The other facts of the chain are train facts. A wrong node is inner or last, for a held-out fact always last, so that
    no train fact gives it away; it is never true of either neighbour, and no right node is named elsewhere in the text.
    Only statements of the corpus are used: all probes are of the wording `seen`.
    """
    from .choose import each, view_of
    from .samplers import sampler_of

    view, draw = view_of(graph, split), sampler_of(sampler)

    def make(group: Group, wording: str) -> Probe | str:
        if wording != "seen":
            return "only statements of the corpus are used"
        for length in range(hops, 1, -1):
            for place in _places(group, length, seed):
                chain = _chain(view, group.fact, length, place, seed)
                if chain and (probe := _probe(view, lexicon, group, chain, place, draw, replacements, seed)):
                    return probe
        return "no chain through it with wrong nodes to choose from"

    yield from each(view, make, seed=seed, limit=limit, relations=relations, skipped=skipped)


def _places(group: Group, length: int, seed: int) -> list[int]:
    """The hops whose object may be the wrong node, in the order in which they are tried."""
    if group.split in CONTROLS:
        return [length - 1]
    return sorted(range(length), key=lambda i: uid.digest("place", str(seed), uid.show(group.fact.uid), str(i)))


def _chain(view: View, fact: Fact, length: int, place: int, seed: int) -> list[Fact] | None:
    """Train facts before and after `fact`, which stands at `place`, so that each object is the next subject."""
    chain = [fact]
    while len(chain) <= place:
        step = _step(view.train.into(chain[0].subject.uid, limit=BRANCHES), chain, seed, lambda f: f.subject)
        if step is None:
            return None
        chain.insert(0, step)
    while len(chain) < length:
        end = chain[-1].object
        facts = view.train.out(end.uid)
        # one fact of each relation, so that a relation with many objects does not fill the branches
        firsts = tuple({f.relation.uid: f for f in reversed(facts)}.values())
        step = _step(firsts, chain, seed, lambda f: f.object)
        if step is None:
            return None
        chain.append(step)
    return chain


def _step(facts: Sequence[Fact], chain: Sequence[Fact], seed: int, end: Callable[[Fact], Node]) -> Fact | None:
    nodes = {n.uid for f in chain for n in (f.subject, f.object)}
    free = [f for f in facts if end(f).uid not in nodes]
    return min(free, key=lambda f: uid.digest("step", str(seed), uid.show(chain[0].uid), uid.show(f.uid)), default=None)


def _put(chain: Sequence[Fact], place: int, node: Node) -> list[Fact]:
    """The chain with another node as the object of the hop at `place`."""
    changed = list(chain)
    changed[place] = replace(chain[place], object=node)
    if place + 1 < len(chain):
        changed[place + 1] = replace(chain[place + 1], subject=node)
    return changed


def _say(lexicon: Lexicon, chain: Sequence[Fact], seed: int) -> str:
    from .choose import slot_of

    return " ".join(lexicon.say((f,), "forward", slot_of(seed, NAME, f, "seen")) for f in chain)


def _wrong(
    view: View, lexicon: Lexicon, group: Group, chain: Sequence[Fact], place: int, draw: Sampler, seed: int
) -> list[Node]:
    """Nodes that make both facts at a place false, the most alike in exposures first."""
    from .choose import Group, wrong_facts

    only = group.split in CONTROLS and chain[place].uid == group.fact.uid
    found = wrong_facts(view, lexicon, Group(group.split, (chain[place],)), 24, sampler=draw, seed=seed, only_matched=only)
    nodes = {n.uid for f in chain for n in (f.subject, f.object)}
    after = chain[place + 1] if place + 1 < len(chain) else None
    return [
        w.fact.object
        for w in found
        if w.fact.object.uid not in nodes
        and (after is None or after.object.uid not in view.true_objects(w.fact.object.uid, after.relation.uid))
        and not (after is not None and w.fact.object.literal)
    ]


def _probe(
    view: View, lexicon: Lexicon, group: Group, chain: list[Fact], place: int, draw: Sampler, replacements: int, seed: int
) -> Probe | None:
    right = chain[place].object
    own = _wrong(view, lexicon, group, chain, place, draw, seed)
    if len(own) < 2:
        return None
    faulty = _put(chain, place, own[0])
    texts = {_say(lexicon, chain, seed): (place, right.name)}
    for node in own[1:replacements]:
        texts.setdefault(_say(lexicon, _put(chain, place, node), seed), (place, node.name))
    for other in range(len(chain)):
        if other != place:
            # wrong nodes for the other places are looked for in the true chain, and put into the faulty one
            nodes = _wrong(view, lexicon, group, chain, other, draw, seed)
            for node in [n for n in nodes if n.uid != own[0].uid][:replacements]:
                texts.setdefault(_say(lexicon, _put(faulty, other, node), seed), (other, node.name))
    statement = _say(lexicon, faulty, seed)
    if any(shows(t, statement) for t in lexicon.accepted(right, chain[place].relation)) or statement in texts:
        return None
    return _finish(group, chain, place, texts, statement, _restorations(view, lexicon, group, chain, place, seed), seed)


def _restorations(view: View, lexicon: Lexicon, group: Group, chain: Sequence[Fact], place: int, seed: int) -> list[str]:
    """All true texts: the chain as it was, and with every other object of the fact that the next hop is true of too."""
    after = chain[place + 1] if place + 1 < len(chain) else None
    nodes = [f.object for f in view.graph.out(chain[place].subject.uid, chain[place].relation.uid)]
    fits = (n for n in nodes if after is None or after.object.uid in view.true_objects(n.uid, after.relation.uid))
    return [_say(lexicon, chain, seed), *(_say(lexicon, _put(chain, place, n), seed) for n in fits)]


def _finish(
    group: Group,
    chain: Sequence[Fact],
    place: int,
    texts: dict[str, tuple[int, str]],
    statement: str,
    restored: Sequence[str],
    seed: int,
) -> Probe:
    fact = group.fact
    order = sorted(texts, key=lambda text: uid.digest("order", str(seed), uid.show(fact.uid), text))
    # what all candidates begin with is the prompt: it says nothing about them, and is computed once
    cut = shared_words(order)
    return Probe(
        id=probe_id(NAME, group.split, "seen", statement, *order),
        task=NAME,
        split=group.split,
        wording="seen",
        relation=fact.relation.name,
        prompt=statement[:cut].rstrip(),
        gold=tuple(dict.fromkeys(text[cut:] for text in restored if text[:cut] == statement[:cut])),
        candidates=tuple(text[cut:] for text in order),
        facts=(fact.uid, *(f.uid for f in chain if f.uid != fact.uid)),
        chance=1 / len(order),
        level=3,
        data={
            "subject": uid.show(fact.subject.uid),
            "statement": statement,
            "place": place,
            "edits": [list(texts[text]) for text in order],
            "hops": len(chain),
        },
    )


def grade(probe: Probe, said: Said) -> Grade:
    """1 if the most likely text is the restored one. `detail.found` says whether at least the wrong node was found."""
    whole = grade_choice(probe, said)
    place, label = probe.data["edits"][probe.candidates.index(whole.said)]
    return Grade(whole.score, f"node {place + 2}: {label}", whole.margin, {"found": place == probe.data["place"]})
