"""Held-out entities: dropped from the graph in a drawn order, as long as nobody else falls out with them.

An entity can be dropped if every neighbour keeps a fact and every relation enough of them, and if its names stand in no other
name: then no document has a reason to name it. (The protocol of BLP, Daza et al. 2021, which draws until it has enough and so
never ends on a small graph; here a pass over all candidates that drops none is the last.)
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..columns import Ints, ints
from ..errors import UserError
from ..scripts import words
from .holdout import Mask, order, quotas

if TYPE_CHECKING:
    from ..graph import Graph
    from ..types import Node

ASKED = "entities asked for, by type"
LONGEST = 8  # words of a name that are compared; of a longer one its beginning


def touching(graph: Graph, entities: Collection[int]) -> Mask:
    """The fact rows that have one of the entities as subject or object."""
    node = ints(graph.columns.nodes, "uid")
    gone = np.isin(node, np.fromiter(entities, np.int64, len(entities)))
    return gone[ints(graph.columns.facts, "subject")] | gone[ints(graph.columns.facts, "object")]


def choose_entities(
    graph: Graph, rows: Mask, *, seed: int, share: float, min_degree: int, min_facts: int
) -> tuple[frozenset[int], int]:
    """(held-out entities, how many were asked for): a share of the entities of each type among the facts of `rows`.

    Fewer than asked for where no more of a type can be dropped: each neighbour keeps `min_degree` facts (counted by twin),
    each relation `min_facts`. Raises UserError where none can be.
    """
    if not share:
        return frozenset(), 0
    subject, object_ = ints(graph.columns.facts, "subject"), ints(graph.columns.facts, "object")
    uid = ints(graph.columns.nodes, "uid")
    nodes = [graph.node(int(uid[row])) for row in np.unique(np.concatenate([subject[rows], object_[rows]])).tolist()]
    kinds = {node.uid: "\n".join(node.types) for node in nodes if not node.literal}
    quota = Counter(quotas(Counter(kinds.values()), share))
    names = _own_names(graph, [node for node in nodes if not node.literal])
    todo = [one for one in order(kinds, "held_out_entity", seed) if one in names and quota[kinds[one]]]
    cut = _Cut(graph, rows, min_degree, min_facts)
    taken: Counter[str] = Counter()
    dropped: set[int] = set()
    while todo:
        left = []
        for one in todo:
            if taken[kinds[one]] == quota[kinds[one]]:
                continue
            if cut.drop(int(np.searchsorted(uid, one))):
                taken[kinds[one]] += 1
                dropped.add(one)
            else:
                left.append(one)
        if len(left) == len(todo):
            break
        todo = left
    if not dropped and quota.total():
        raise UserError(
            f"{quota.total()} entities were asked for, none can be held out: each bears a name that others share, is all that a"
            f" neighbour has (min_degree {min_degree}), or is needed by a relation of few facts (min_facts {min_facts})",
            "lower min_facts or min_degree, or ask for no held-out entities",
        )
    return frozenset(dropped), quota.total()


class _Cut:
    """The facts that are left while entities are dropped."""

    def __init__(self, graph: Graph, rows: Mask, min_degree: int, min_facts: int) -> None:
        self.min_degree, self.min_facts = min_degree, min_facts
        facts = graph.columns.facts
        self.subject, self.relation, self.object = (ints(facts, name) for name in ("subject", "relation", "object"))
        self.twin = ints(facts, "twin")
        self.literal = graph.columns.nodes.column("literal").to_numpy()
        self.alive = rows.copy()
        self.runs = [(ints(facts, name), ints(graph.columns.starts, name)) for name in ("out", "into")]
        self.left = np.bincount(self.relation[rows], minlength=len(graph.relations()))
        self.degree = np.zeros(len(self.literal), np.int64)
        ends, counts = self._ends(np.flatnonzero(rows))
        self.degree[ends] = counts

    def _ends(self, rows: Ints) -> tuple[Ints, Ints]:
        """(nodes, how many twins among these facts each is an end of)."""
        pairs = np.concatenate(
            [np.stack([self.subject[rows], self.twin[rows]]), np.stack([self.object[rows], self.twin[rows]])], 1
        )
        nodes, counts = np.unique(np.unique(pairs, axis=1)[0], return_counts=True)
        return nodes, counts

    def drop(self, node: int) -> bool:
        """Drop the node with all its facts, if that leaves the others enough."""
        rows = np.unique(np.concatenate([run[starts[node] : starts[node + 1]] for run, starts in self.runs]))
        rows = rows[self.alive[rows]]
        lost = np.bincount(self.relation[rows], minlength=len(self.left))
        if not len(rows) or ((self.left - lost)[lost > 0] < self.min_facts).any():
            return False
        ends, counts = self._ends(rows)
        others = ~self.literal[ends] & (ends != node)
        if (self.degree[ends[others]] - counts[others] < self.min_degree).any():
            return False
        self.alive[rows] = False
        self.left -= lost
        self.degree[ends] -= counts
        return True


def _own_names(graph: Graph, entities: Sequence[Node]) -> set[int]:
    """The entities that can be kept out of every text: each of their names has words, and stands, as a row of words, in no
    type, no relation, and no name or value of another node, but for values that only the entity itself has."""
    bearers: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for node in entities:
        for name in {words(text) for text in (node.label, *node.aliases)}:
            bearers[name[:LONGEST]].add(node.uid)
    shared = set(bearers.pop((), ())) | {node.uid for node in entities if node.key.startswith("_:")}
    longest = max(map(len, bearers), default=0)
    for owner, text in _texts(graph):
        said = words(text)
        for start in range(len(said)):
            for end in range(start + 1, min(start + longest, len(said)) + 1):
                if found := bearers.get(said[start:end]):
                    shared |= found - {owner}
    return {node.uid for node in entities} - shared


def _texts(graph: Graph) -> Iterator[tuple[int, str]]:
    """(whose it is, text) of every name and value; 0 for types, relations, and values of several nodes."""
    uid, literal = ints(graph.columns.nodes, "uid"), graph.columns.nodes.column("literal").to_numpy()
    subject, object_ = ints(graph.columns.facts, "subject"), ints(graph.columns.facts, "object")
    first, last = np.full(len(uid), len(uid)), np.full(len(uid), -1)
    np.minimum.at(first, object_, subject)
    np.maximum.at(last, object_, subject)
    for row, one in enumerate(uid.tolist()):
        node = graph.node(one)
        owner = one if not literal[row] else int(uid[first[row]]) if first[row] == last[row] else 0
        yield from ((owner, text) for text in {node.label, node.qualifier, *node.aliases})
    yield from ((0, text) for text in graph.types())
    yield from ((0, text) for r in graph.relations() for text in (r.label, r.name.replace("_", " ")))
