"""Level 3, compose: facts in a row, two and three hops, told as evidence and then as their conclusion (KICP's lessons 2 and 3).

From Bhutan (borders India; India has the capital New Delhi): evidence "Bhutan borders India. The capital of India is New
Delhi. So Bhutan borders a country whose capital is New Delhi."; conclusion, only the last sentence; chain_question, where
every hop has one object: "Question: What is the official language of the country whose capital is ...?" The last hop may be
a literal. Hops go from subject to object only, and never through a relation of which the node has many objects: "Bhutan is in
Asia, which contains Japan" says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..graph import Graph
from ..types import Fact, Node, Subgraph
from ._draw import SEEN, edges, groups

LEVEL = 3


def pick(
    graph: Graph,
    anchor: Node,
    rng: Random,
    *,
    count: int = 4,
    three: float = 0.5,
    conclusions: float = 0.5,
    questions: float = 0.5,
    fan: int = 8,
) -> Iterator[Subgraph]:
    """Up to `count` different chains from the anchor; `three`: share of chains with a third hop where there is one.

    `conclusions` and `questions`: share of chains of which the conclusion alone, and a question, come as well;
    `fan`: most objects of a relation that a hop goes through.
    """
    seen: set[tuple[int, ...]] = set()
    for _ in range(count):
        chain = _walk(graph, anchor.uid, rng, 3 if rng.random() < three else 2, fan)
        key = tuple(fact.uid for fact in chain)
        if len(chain) < 2 or key in seen:
            continue
        seen.add(key)
        yield Subgraph(anchor.uid, tuple(chain), "evidence")
        if rng.random() < conclusions:
            yield Subgraph(anchor.uid, tuple(chain), "conclusion")
        if rng.random() < questions and all(len(graph.out(f.subject.uid, f.relation.uid)) == 1 for f in chain):
            yield Subgraph(anchor.uid, tuple(chain), "chain_question")


def _walk(graph: Graph, start: int, rng: Random, hops: int, fan: int) -> list[Fact]:
    """A walk of at most `hops` facts along out-edges; every hop but the last is chosen so that it can go on."""
    chain: list[Fact] = []
    visited = {start}
    at = start
    while len(chain) < hops:
        free = [f for f in _hops(graph, at, rng, fan) if f.object.uid not in visited]
        if chain and chain[-1].relation.symmetric:  # a neighbour of a neighbour is a riddle, and says little
            free = [f for f in free if f.relation != chain[-1].relation]
        if len(chain) == 0:
            free = [f for f in free if not f.object.literal and graph.degree(f.object.uid)[0]]
        elif len(chain) < hops - 1:
            free = [f for f in free if not f.object.literal and graph.degree(f.object.uid)[0]] or free
        if not free:
            break
        step = rng.choice(free)
        chain.append(step)
        if step.object.literal:
            break
        at = step.object.uid
        visited.add(at)
    return chain


def _hops(graph: Graph, uid: int, rng: Random, fan: int) -> list[Fact]:
    facts = edges(graph, uid, rng)
    if len(facts) < SEEN:
        return [fact for group in groups(facts) if len(group) <= fan for fact in group]
    counted: dict[int, bool] = {}
    for fact in facts:  # a draw: the size of a group is not seen in it
        relation = fact.relation.uid
        if relation not in counted:
            counted[relation] = len(graph.out(uid, relation)) <= fan if graph.degree(uid)[0] <= 10 * SEEN else False
    return [fact for fact in facts if counted[fact.relation.uid]]
