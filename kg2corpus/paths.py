"""Paths between two nodes of a graph, and the surroundings of a node as networkx.

The search works on whole levels of row numbers, so a hub of a hundred thousand neighbours costs a millisecond; objects are
made for what is found only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .columns import Ints, ints
from .types import Fact, Node

if TYPE_CHECKING:
    from .graph import Graph

FAR = 120  # more steps than any path has
Distances = npt.NDArray[np.int8]


class Step(NamedTuple):
    """One fact of a path: `forward` where it is walked from its subject to its object, else it is read as its inverse."""

    fact: Fact
    forward: bool

    @property
    def start(self) -> Node:
        return self.fact.subject if self.forward else self.fact.object

    @property
    def end(self) -> Node:
        return self.fact.object if self.forward else self.fact.subject


class Net:
    """The edges of a graph (or view) as row numbers, walked both ways or forward only."""

    def __init__(self, graph: Graph, *, forward: bool = False, fan: int | None = None) -> None:
        facts, starts = graph.columns.facts, graph.columns.starts
        out = ints(facts, "out"), ints(starts, "out"), ints(facts, "object")
        into = ints(facts, "into"), ints(starts, "into"), ints(facts, "subject")
        self.ahead = (out,) if forward else (out, into)
        self.back = (into,) if forward else (into, out)
        self.degree = np.diff(out[1]) + np.diff(into[1])
        self.mask, self.fan = graph.mask, fan

    def edges(self, rows: Ints, *, back: bool = False) -> tuple[Ints, Ints, npt.NDArray[np.bool_]]:
        """The facts at the nodes, the nodes at their other ends, and which facts are walked from subject to object."""
        parts = []
        for i, (order, starts, far) in enumerate(self.back if back else self.ahead):
            sizes = starts[rows + 1] - starts[rows]
            shift = np.repeat(starts[rows] - np.cumsum(sizes) + sizes, sizes)
            found = order[np.arange(len(shift)) + shift]
            if self.mask is not None:
                found = found[self.mask[found]]
            parts.append((found, far[found], np.full(len(found), i == 0)))
        fact, node, forward = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        return fact, node, forward

    def passed(self, rows: Ints) -> Ints:
        """Those of the nodes that may stand within a path: all but hubs."""
        return rows if self.fan is None else rows[self.degree[rows] <= self.fan]

    def distances(
        self, row: int, most: int, *, back: bool = False, other: Distances | None = None, known: int = 0
    ) -> Distances:
        """Steps from the node (to it, with `back`), up to `most`; FAR for the others.

        `other` are distances from the opposite end, known up to `known` steps: what cannot lie on a path of `most` steps
        in all is left out, so that two searches meet in the middle.
        """
        distance = np.full(len(self.degree), FAR, dtype=np.int8)
        distance[row] = 0
        level = np.asarray([row])
        for step in range(1, most + 1):
            reached = np.unique(self.edges(level, back=back)[1])
            reached = reached[distance[reached] == FAR]
            if other is not None:
                reached = reached[np.minimum(other[reached], known + 1) <= most - step]
            distance[reached] = step
            level = self.passed(reached)
            if not len(level):
                break
        return distance


def paths(
    graph: Graph, start: int, end: int, *, longest: int, limit: int | None, fan: int | None, forward: bool
) -> Iterator[tuple[Step, ...]]:
    """See `Graph.paths`."""
    first, last = graph.row(start), graph.row(end)
    if first == last:
        return
    net = Net(graph, forward=forward, fan=fan)
    half = longest // 2
    from_start = net.distances(first, half)
    to_end = net.distances(last, longest, back=True, other=from_start, known=half)
    fact_uid, found = ints(graph.columns.facts, "uid"), 0
    for length in range(int(to_end[first]), longest + 1):
        for path in _walks(net, first, last, length, to_end):
            if limit is not None and found == limit:
                return
            found += 1
            yield tuple(Step(graph.fact(int(fact_uid[fact])), ahead) for fact, ahead in path)


def _walks(net: Net, first: int, last: int, length: int, to_end: Distances) -> Iterator[list[tuple[int, bool]]]:
    """All simple paths of exactly this length, as fact rows with their direction, in the order of the edges at each node."""
    path: list[tuple[int, bool]] = []
    visited = [first]
    todo = [_choices(net, first, last, length, to_end)]
    while todo:
        step = next(todo[-1], None)
        if step is None:
            todo.pop()
            visited.pop()
            if path:
                path.pop()
            continue
        fact, node, forward = step
        if node in visited:
            continue
        if node == last:
            yield [*path, (fact, forward)]
            continue
        path.append((fact, forward))
        visited.append(node)
        todo.append(_choices(net, node, last, length - len(path), to_end))


def _choices(net: Net, row: int, last: int, left: int, to_end: Distances) -> Iterator[tuple[int, int, bool]]:
    """The edges at a node from which the end can still be reached in exactly `left` steps, this one included."""
    fact, node, forward = net.edges(np.asarray([row]))
    if left == 1:
        good = np.flatnonzero(node == last)
    else:
        good = np.flatnonzero((to_end[node] < left) & (node != last))
        if net.fan is not None:
            good = good[net.degree[node[good]] <= net.fan]
    return iter(list(zip(fact[good].tolist(), node[good].tolist(), forward[good].tolist(), strict=True)))


def neighbourhood(graph: Graph, uid: int, *, hops: int, limit: int | None, fan: int | None, forward: bool) -> Any:
    """See `Graph.neighbourhood`."""
    import networkx as nx

    net = Net(graph, forward=forward, fan=fan)
    row = graph.row(uid)
    level, rows = np.asarray([row]), [row]
    known = np.zeros(len(net.degree), dtype=np.bool_)
    known[row] = True
    for _ in range(hops):
        reached = net.edges(level)[1]
        _, places = np.unique(reached, return_index=True)
        reached = reached[np.sort(places)]  # in the order of the edges, not of uids
        reached = reached[~known[reached]]
        if limit is not None:
            reached = reached[: max(0, limit - len(rows))]
        known[reached] = True
        rows += reached.tolist()
        level = net.passed(reached)
        if not len(level):
            break
    result = nx.MultiDiGraph()
    node_uid, fact_uid = ints(graph.columns.nodes, "uid"), ints(graph.columns.facts, "uid")
    for one in rows:
        node = graph.node(int(node_uid[one]))
        result.add_node(node.uid, label=node.label, name=node.name, types=node.types, literal=node.literal)
    fact, ends, _ = Net(graph, forward=True).edges(np.asarray(rows))
    for one in fact[known[ends]].tolist():
        said = graph.fact(int(fact_uid[one]))
        result.add_edge(said.subject.uid, said.object.uid, key=said.uid, relation=said.relation.uid, label=said.relation.label)
    return result
