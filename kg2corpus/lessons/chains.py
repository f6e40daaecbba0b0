"""Level 3, compose: facts in a row, two to five hops, told as evidence and then as their conclusion (KICP's lessons 2 and 3).

From Bhutan (borders India; India has the capital New Delhi): evidence "Bhutan borders India. The capital of India is New
Delhi. So Bhutan borders a country whose capital is New Delhi."; conclusion, only the last sentence; chain_question, where
every hop has one object: "Question: What is the official language of the country whose capital is ...?" The last hop may be
a literal. Hops go from subject to object only, and never through a relation of which the node has many objects: "Bhutan is in
Asia, which contains Japan" says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..errors import UserError
from ..graph import Graph
from ..types import ALIASED, Fact, Node, Subgraph
from ._draw import SEEN, edges, groups, renamable

LEVEL = 3
SAME = 2  # hops of one relation in a chain: three say "a form of a process that is a form of a process that is ..."
HOPS = 5  # of the longest chains: what follows from a longer one, no sentence can say


def pick(
    graph: Graph,
    anchor: Node,
    rng: Random,
    *,
    count: int = 4,
    longest: int = 5,
    further: float = 0.5,
    conclusions: float = 0.5,
    questions: float = 0.5,
    fan: int = 8,
    aliases: float = 0.0,
) -> Iterator[Subgraph]:
    """Up to `count` different chains from the anchor, of two hops and, with the share `further` at each, of one more, up to
    `longest`, where there are so many (KICP: three at most, with 0.5).

    `conclusions` and `questions`: share of chains of which the conclusion alone, and a question, come as well;
    `fan`: most objects of a relation that a hop goes through; `aliases`: share of chains that are told under other names of the
    entities, where they have any, each by the same one in evidence and conclusion (KICP ties them).
    Raises UserError for fewer than two hops at most, or more than HOPS.
    """
    if not 2 <= longest <= HOPS:
        raise UserError(f"lesson 'chains': longest is {longest}", f"a chain has 2 to {HOPS} hops")
    seen: set[tuple[int, ...]] = set()
    for _ in range(count):
        hops = 2
        while hops < longest and rng.random() < further:
            hops += 1
        chain = _walk(graph, anchor.uid, rng, hops, fan)
        key = tuple(fact.uid for fact in chain)
        if len(chain) < 2 or key in seen:
            continue
        seen.add(key)
        aliased = aliases > 0 and rng.random() < aliases and renamable(graph, chain)
        yield Subgraph(anchor.uid, tuple(chain), ALIASED["evidence"] if aliased else "evidence")
        if rng.random() < conclusions:
            yield Subgraph(anchor.uid, tuple(chain), ALIASED["conclusion"] if aliased else "conclusion")
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
        free = [f for f in free if sum(hop.relation == f.relation for hop in chain) < SAME]
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
