"""Help for lessons: edges of a node at a cost that does not grow with the node's degree."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from random import Random

from ..graph import Graph
from ..lexicon.text import other_names
from ..types import FORMS, Fact, Node, Relation, Subgraph

SEEN = 64  # edges looked at from one node, whatever its degree
# (node, into) -> how many of its edges `edges` did not look at when it drew last; whoever counts them empties it first
CUT: dict[tuple[int, bool], int] = {}


def edges(graph: Graph, uid: int, rng: Random, *, most: int = SEEN, into: bool = False) -> list[Fact]:
    """All facts with `uid` as subject (as object with `into`) if there are at most `most`, else a draw of at most `most`.

    In the order of `graph.out` and `graph.into`; the draw costs the same at a node of a hundred thousand neighbours.
    """
    left = graph.degree(uid)[int(into)] - most
    if left > 0:
        CUT[uid, into] = left
    return list(graph.draw(uid, rng, most, into=into))


def groups(facts: list[Fact]) -> list[list[Fact]]:
    """Facts by (subject, relation), in the order of first occurrence."""
    found: dict[tuple[int, int], list[Fact]] = {}
    for fact in facts:
        found.setdefault((fact.subject.uid, fact.relation.uid), []).append(fact)
    return list(found.values())


def distinct(facts: list[Fact]) -> list[Fact]:
    """The facts without those that say the same as an earlier one (twins), and without those about themselves."""
    found: dict[int, Fact] = {}
    for fact in facts:
        if fact.subject.uid != fact.object.uid:
            found.setdefault(fact.twin, fact)
    return list(found.values())


def apart(facts: list[Fact]) -> list[Fact]:
    """Of the facts between the same two entities the first one: relations side by side often say the same, and a short text
    would say it twice."""
    found: dict[frozenset[int], Fact] = {}
    for fact in distinct(facts):
        found.setdefault(frozenset((fact.subject.uid, fact.object.uid)), fact)
    return list(found.values())


def worked_out(
    anchor: Node, groups: Iterable[Sequence[Fact]], form: str, rng: Random, *, conclusions: float, questions: float
) -> Iterator[Subgraph]:
    """What an operator makes of each group of facts: worked out, and in a share of cases its conclusion alone, and the
    question. The groups are asked for one by one, so that they may draw from the same generator."""
    for facts in groups:
        yield Subgraph(anchor.uid, tuple(facts), form)
        for name, share in ((f"{form}_conclusion", conclusions), (f"{form}_question", questions)):
            if rng.random() < share and name in FORMS:
                yield Subgraph(anchor.uid, tuple(facts), name)


def mixed(sources: Iterable[Iterator[Subgraph]], kind: str, rng: Random, count: int) -> Iterator[Subgraph]:
    """Up to `count` of what several lessons offer of one kind of exposures, at most half of them from one lesson where others
    have enough. The lessons are asked in a drawn order, and no more of them than are needed."""
    order, spare = list(sources), list[Subgraph]()
    rng.shuffle(order)
    left = count
    for source in order:
        if not left:
            return
        offered = [subgraph for subgraph in source if FORMS[subgraph.form].exposes == kind]
        rng.shuffle(offered)
        taken = min(left, len(offered), max(1, count // 2))
        yield from offered[:taken]
        spare += offered[taken:]
        left -= taken
    yield from spare[:left]


def above(uids: Sequence[int], uid: int) -> range:
    """Where those of ascending uids stand that are larger: a set of nodes belongs to its smallest uid. Nothing is copied."""
    return range(bisect_right(uids, uid), len(uids))


def single(graph: Graph, uid: int, relation: Relation) -> Fact | None:
    """The fact of a subject and relation where there is exactly one; else None."""
    found = graph.out(uid, relation.uid, limit=2)
    return found[0] if len(found) == 1 else None


def renamable(graph: Graph, facts: Sequence[Fact]) -> bool:
    """Whether some of the entities have other names, and each of these is its own in the graph."""
    ends = {node.uid: node for fact in facts for node in (fact.subject, fact.object) if not node.literal}
    names = [(uid, name) for uid, node in ends.items() for name in other_names(node.label, node.aliases)]
    return bool(names) and all({node.uid for node in graph.find(name)} <= {uid} for uid, name in names)


def leads(graph: Graph, one: int, other: int) -> bool:
    """Whether a fact has the one as subject and the other as object; looked for at the one of fewer edges."""
    if graph.degree(one)[0] <= graph.degree(other)[1]:
        return any(fact.object.uid == other for fact in graph.out(one))
    return any(fact.subject.uid == one for fact in graph.into(other))


def of_one_kind(one: Node, other: Node) -> bool:
    """Whether two nodes share a type, or neither has any."""
    return not set(one.types).isdisjoint(other.types) or not (one.types or other.types)


def told_of(graph: Graph, uid: int, others: Collection[int], known: Sequence[Fact], rng: Random, count: int) -> list[Fact]:
    """`count` facts of one entity that name none of the others and say nothing known; of one without any of its own, what is
    said of it."""
    twins = {fact.twin for fact in known}
    for into in (False, True):
        facts = edges(graph, uid, rng, into=into)
        rng.shuffle(facts)
        facts = apart(facts)
        free = [f for f in facts if f.twin not in twins and f.subject.uid not in others and f.object.uid not in others]
        if free:
            return rng.sample(free, min(count, len(free)))
    return []
