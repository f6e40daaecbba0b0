"""Level 2, relate: what hangs together as a tree: of one relation, from the top down; of one node, as a mind map.

Around Asia (Southern Asia and Eastern Asia are part of it, Bhutan of Southern Asia): "In this list, each entry is part of
the one above it. - Asia - Southern Asia - Bhutan - Eastern Asia". Only relations come of which a subject has one object, or
that are declared to carry on (transitive). Around Bhutan, a mind map: "Bhutan ├─ Capital: Thimphu └─ Neighbours: China, India";
or, with `structured`, a text about it behind its outline, which is there to be read and not to be learned: StructTuning's SCPT
form (Liu et al., ACL 2025, arXiv 2407.16724).
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Fact, Node, Subgraph
from ._draw import distinct, edges, groups

LEVEL = 2
LONGEST = 700  # characters by its names: in two documents a tree would lose what is above its lines, a text its outline


def pick(
    graph: Graph,
    anchor: Node,
    rng: Random,
    *,
    trees: float = 1.0,
    maps: float = 0.5,
    structured: float = 0.0,
    deep: int = 3,
    wide: int = 4,
    most: int = 14,
) -> Iterator[Subgraph]:
    """A tree under the anchor, by a relation that goes on for at least two steps, a mind map of its facts, and its text behind
    an outline: each with the share `trees`, `maps`, `structured` of the rounds.

    `deep`: most steps of a tree; `wide`: most nodes below each (a draw where there are more), and most objects of a relation in
    a map or text; `most`: facts in all.
    """
    if rng.random() < trees:
        yield from _tree(graph, anchor, rng, deep, wide, most)
    for form, share in (("mind_map", maps), ("structured", structured)):
        facts = _about(graph, anchor, rng, wide, most) if rng.random() < share else []
        if len({fact.relation for fact in facts}) > 1:
            yield Subgraph(anchor.uid, tuple(facts), form)


def _about(graph: Graph, anchor: Node, rng: Random, wide: int, most: int) -> list[Fact]:
    """Facts of the anchor, those of a relation together, the relations in a drawn order."""
    by_relation = [group for group in groups(distinct(edges(graph, anchor.uid, rng))) if len(group) <= wide]
    rng.shuffle(by_relation)
    facts: list[Fact] = []
    for group in by_relation:
        if len(facts) + len(group) <= most and _size([*facts, *group]) <= LONGEST:
            facts += group
    return facts


def _size(facts: list[Fact]) -> int:
    """About how many characters a text of these facts has."""
    return sum(len(fact.subject.name) + len(fact.object.name) + 20 for fact in facts)


def _tree(graph: Graph, anchor: Node, rng: Random, deep: int, wide: int, most: int) -> Iterator[Subgraph]:
    into = {f.relation.uid: f.relation for f in edges(graph, anchor.uid, rng, into=True)}
    relations = [r for uid, r in sorted(into.items()) if r.transitive or (graph.is_functional(uid) and not r.symmetric)]
    rng.shuffle(relations)
    for relation in relations:
        facts, level, seen = list[Fact](), [anchor.uid], {anchor.uid}
        depth = 0
        while level and depth < deep and len(facts) < most:
            below: list[Fact] = []
            for uid in level:
                under = [f for f in edges(graph, uid, rng, into=True) if f.relation == relation]
                for fact in rng.sample(under, min(wide, len(under))):
                    if fact.subject.uid not in seen and len(facts) + len(below) < most:
                        seen.add(fact.subject.uid)
                        below.append(fact)
            facts += below
            level = [fact.subject.uid for fact in below]
            depth += bool(below)
        while sum(len(fact.subject.name) + 12 for fact in facts) > LONGEST:
            facts.pop()
        if depth > 1 and facts and facts[-1].object.uid != anchor.uid:
            yield Subgraph(anchor.uid, tuple(facts), "tree")
            return
