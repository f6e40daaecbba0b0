"""Level 2, relate: two things of one kind beside each other: what they share, and where they differ.

Around Nepal and Bhutan: "How do Nepal and Bhutan compare? Both Nepal and Bhutan lie in Southern Asia. Nepal extends over
147,181 square kilometres, whereas Bhutan extends over 38,394 square kilometres. Nepal has Kathmandu as its capital; Bhutan has
Thimphu as its capital." What cannot be set against each other is told in two sentences. The anchor is the smaller uid of the
two.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Fact, Node, Subgraph
from ._draw import above, edges, groups, of_one_kind

LEVEL = 2
TRIES = 6  # others that are drawn for each that is wanted, of its siblings, then of all of its kind
DRAWN = 16  # facts looked at to find siblings


def pick(
    graph: Graph, anchor: Node, rng: Random, *, count: int = 2, most: int = 4, longest_list: int = 3
) -> Iterator[Subgraph]:
    """Up to `count` others of the anchor's kind with a larger uid, first of all those that share a fact with it: facts of 2 to
    `most` relations that both have, each of at most `longest_list` objects."""
    if not anchor.types:
        return
    own = {g[0].relation.uid: g for g in groups(edges(graph, anchor.uid, rng)) if len(g) <= longest_list}
    own = {uid: group for uid, group in own.items() if len(group) == graph.degree(anchor.uid, uid)[0]}
    if len(own) < 2:
        return
    found = {anchor.uid}
    siblings = [beside for uid in sorted(own) if (beside := _siblings(graph, anchor, rng.choice(own[uid]), rng))]
    for turn in range(2 * count * TRIES):
        if len(found) > count:
            return
        if turn < count * TRIES:
            if not siblings:
                continue
            other = graph.node(rng.choice(rng.choice(siblings)))
        else:
            subjects = graph.subjects(rng.choice(sorted(own)))
            others = above(subjects, anchor.uid)
            other = graph.node(subjects[rng.choice(others)]) if others else anchor
        if other.uid in found or not of_one_kind(anchor, other):
            continue
        facts = _beside(graph, own, other, rng, most, longest_list)
        if facts:
            found.add(other.uid)
            yield Subgraph(anchor.uid, tuple(facts), "contrast")


def _siblings(graph: Graph, anchor: Node, fact: Fact, rng: Random) -> list[int]:
    """The subjects of a larger uid that have the object of the anchor's fact too (of too many, a draw), ascending."""
    if fact.object.literal:
        return []
    beside = edges(graph, fact.object.uid, rng, most=DRAWN, into=True)
    return sorted(f.subject.uid for f in beside if f.relation == fact.relation and f.subject.uid > anchor.uid)


def _beside(graph: Graph, own: dict[int, list[Fact]], other: Node, rng: Random, most: int, longest_list: int) -> list[Fact]:
    shared = []
    for uid in sorted(own):
        theirs = graph.out(other.uid, uid, limit=longest_list + 1)
        if 0 < len(theirs) <= longest_list:
            shared.append([*own[uid], *theirs])
    rng.shuffle(shared)
    facts = [fact for group in shared[:most] for fact in group]
    return facts if len(shared) > 1 and len({fact.twin for fact in facts}) == len(facts) else []
