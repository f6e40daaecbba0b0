"""Communities of a graph by Louvain's method (Blondel et al. 2008): found once for a graph, by networkx.

Above EDGES facts between entities they are looked for among the types and not among the nodes: nodes of types that are
joined often belong together. A graph without types has none then.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

import networkx as nx

from .columns import ints
from .graph import Graph

EDGES = 200_000
KEPT = 4  # graphs whose communities are kept
_found: OrderedDict[tuple[str, int], dict[int, tuple[int, ...]]] = OrderedDict()
_lock = Lock()


def members(graph: Graph, uid: int) -> tuple[int, ...]:
    """The nodes of the community of a node, ascending; empty for one that belongs to none."""
    with _lock:
        key = graph.fingerprint, len(graph)
        if key not in _found:
            _found[key] = _communities(graph)
            while len(_found) > KEPT:
                _found.popitem(last=False)
        return _found[key].get(uid, ())


def _communities(graph: Graph) -> dict[int, tuple[int, ...]]:
    rows = graph.fact_rows()
    uids = ints(graph.columns.nodes, "uid")
    literal = graph.columns.nodes.column("literal").to_numpy(zero_copy_only=False)
    subject, object_ = ints(graph.columns.facts, "subject")[rows], ints(graph.columns.facts, "object")[rows]
    kept = ~literal[object_] & (subject != object_)
    subject, object_ = subject[kept], object_[kept]
    if len(subject) > EDGES:
        return _by_type(graph, uids[subject].tolist(), uids[object_].tolist())
    net = nx.Graph()
    net.add_edges_from(sorted(set(zip(uids[subject].tolist(), uids[object_].tolist(), strict=True))))
    return _of(nx.community.louvain_communities(net, seed=0))


def _of(found: Iterable[set[int]]) -> dict[int, tuple[int, ...]]:
    groups = [tuple(sorted(group)) for group in found]
    return {uid: group for group in groups for uid in group}


def _by_type(graph: Graph, subjects: list[int], objects: list[int]) -> dict[int, tuple[int, ...]]:
    """Communities of types, weighted by the facts between nodes of theirs."""
    kinds = {uid: graph.node(uid).types[:1] for uid in sorted({*subjects, *objects})}
    weights: dict[tuple[str, str], int] = {}
    for one, other in zip(subjects, objects, strict=True):
        if kinds[one] and kinds[other]:
            pair = kinds[one][0], kinds[other][0]
            weights[pair] = weights.get(pair, 0) + 1
    net = nx.Graph()
    net.add_weighted_edges_from((a, b, weight) for (a, b), weight in sorted(weights.items()))
    groups = nx.community.louvain_communities(net, seed=0) if weights else []
    community = {kind: i for i, group in enumerate(groups) for kind in group}
    found: dict[int, list[int]] = {}
    for uid, kind in kinds.items():
        if kind and kind[0] in community:
            found.setdefault(community[kind[0]], []).append(uid)
    return _of(map(set, found.values()))
