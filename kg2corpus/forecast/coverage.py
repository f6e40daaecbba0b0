"""The coverage curve: how many pairs of entities are known after so many random pairs were told. EntiGraph's model, exactly.

The model (Yang et al., arXiv 2409.07431, section 6): facts are the edges of a graph of V entities. Each document draws an
ordered pair (x, y) of different entities, all as likely; where a path leads from x to y, what the document adds is that x is
related to every entity on the shortest path: (x, z1), (x, z2), ..., (x, y). There the graph is random and the curve bounded;
here the graph is the real one, so the curve is computed. The pair (i, j) becomes known when y lies below j in the tree of
shortest paths from i, or is j. So it does in one draw with the probability

    q(i, j) = (entities below j in the tree of i, and j itself) / (V (V - 1)),

it is known after t draws with the probability 1 - (1 - q(i, j))^t, or from the start where a fact joins i to j. Coverage is the
mean over all V (V - 1) pairs. It ends at the share of pairs that a path joins.

Of several shortest paths the tree holds one: nodes are visited in the order in which they were found, and the neighbours of
each by uid.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..columns import Ints, ints
from ..graph import Graph
from ..progress import track
from ..uid import digest

EXACT = 2000  # entities up to which each is a source
SOURCES = 500  # drawn from more
NORMAL = 1.96  # standard errors on each side of a 95 % interval

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Tree:
    """What the tree of one source says: how many entities are known from the start, and of the others that it reaches how
    many (`counts`) have so many entities (`sizes`) below them, themselves included."""

    known: int
    sizes: Ints
    counts: Ints


@dataclass(frozen=True)
class Pairs:
    """The trees of some sources (of all if `exact`) in a graph of so many entities."""

    entities: int
    directed: bool
    trees: tuple[Tree, ...]

    @property
    def exact(self) -> bool:
        return len(self.trees) == self.entities

    def share(self, draws: float) -> tuple[float, float, float]:
        """The share of pairs known after so many draws, and its 95 % interval: that of the mean over the sources, which were
        drawn without replacement, taken as normal. With all sources it has no width."""
        pairs = self.entities * (self.entities - 1)
        if not pairs:
            return 0.0, 0.0, 0.0

        def of(tree: Tree) -> float:
            return tree.known + float(tree.counts @ -np.expm1(draws * np.log1p(-tree.sizes / pairs)))

        return self._mean(np.array([of(tree) for tree in self.trees]))

    def reachable(self) -> tuple[float, float, float]:
        """The share that is known in the end, with its interval."""
        return self._mean(np.array([tree.known + float(tree.counts.sum()) for tree in self.trees]))

    def _mean(self, found: Floats) -> tuple[float, float, float]:
        """From the number of others known from each source to the share of pairs."""
        of, n = max(1, self.entities - 1), len(found)
        if not n:
            return 0.0, 0.0, 0.0
        mean = float(found.mean()) / of
        left = (self.entities - n) / max(1, self.entities - 1)  # of the variance, when so many are drawn of so few
        error = NORMAL * float(found.std(ddof=1)) / of * math.sqrt(left / n) if n > 1 else 0.0
        return mean, max(0.0, mean - error), min(1.0, mean + error)


def pairs(graph: Graph, *, directed: bool = True, sources: int = SOURCES, exact: int = EXACT, seed: int = 0) -> Pairs:
    """The trees of the graph's facts between entities (a view's: those of the view). Each entity that a fact names counts.

    All entities are sources where there are at most `exact`; else `sources` of them, drawn by `seed`. `directed`: paths lead
    from subject to object, as in the published model; else both ways.
    """
    rows = graph.fact_rows()
    subject, object_ = (ints(graph.columns.facts, name)[rows] for name in ("subject", "object"))
    joins = ~graph.columns.nodes["literal"].to_numpy().astype(bool)[object_]
    named = np.union1d(subject, object_[joins])
    n = len(named)
    start, end = np.searchsorted(named, subject[joins]), np.searchsorted(named, object_[joins])
    edges = _Edges.of(start, end, n, directed)
    chosen = np.arange(n)
    if n > exact:
        rng = np.random.default_rng(digest("coverage", str(seed)) % (1 << 63))
        chosen = np.sort(rng.choice(n, min(n, sources), replace=False))
    trees = tuple(edges.tree(source) for source in track(chosen.tolist(), "coverage"))
    return Pairs(n, directed, trees)


class _Edges:
    """Neighbours in runs: those of node i, ascending, are `ends` from starts[i] to starts[i + 1]."""

    def __init__(self, starts: Ints, ends: npt.NDArray[np.int32], n: int) -> None:
        self.starts, self.ends = starts, ends
        self.seen = np.zeros(n, dtype=bool)
        self.first = np.empty(n, dtype=np.int32)  # place at which a node is first met in a level

    @staticmethod
    def of(start: Ints, end: Ints, n: int, directed: bool) -> _Edges:
        """Each pair once, none from a node to itself."""
        if not directed:
            start, end = np.concatenate([start, end]), np.concatenate([end, start])
        codes = np.unique((start * n + end)[start != end])
        return _Edges(np.searchsorted(codes, np.arange(n + 1) * n), (codes % max(1, n)).astype(np.int32), n)

    def tree(self, source: int) -> Tree:
        """Breadth first from a source, level by level."""
        self.seen[:] = False
        self.seen[source] = True
        level = np.array([source], dtype=np.int32)
        parents: list[Ints] = []  # of each level but the source's: places in the level before
        while len(level):
            level, parent = self._next(level)
            parents.append(parent)
        below = np.zeros(0, dtype=np.int64)
        sizes: list[Ints] = []
        for depth in range(len(parents) - 1, 1, -1):  # from the last level up to the second; the first is known
            # what lies below a node of this level was counted one level further down
            of = parents[depth]
            below = 1 + np.bincount(of, weights=below, minlength=len(parents[depth - 1])).astype(np.int64)
            sizes.append(below)
        distinct, counts = np.unique(np.concatenate(sizes) if sizes else below[:0], return_counts=True)
        return Tree(len(parents[0]), distinct, counts)

    def _next(self, level: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int32], Ints]:
        """The nodes first found from a level, in order, and for each the place of the one that found it."""
        start = self.starts[level]
        size = self.starts[level + 1] - start
        total = int(size.sum())
        offset = np.cumsum(size) - size
        found = self.ends[np.arange(total) + np.repeat(start - offset, size)]
        new = np.flatnonzero(~self.seen[found])
        found = found[new]
        place = np.arange(len(found), dtype=np.int32)
        self.first[found] = len(found)
        np.minimum.at(self.first, found, place)
        once = self.first[found] == place
        self.seen[found] = True
        parent = np.searchsorted(offset + size, new[once], side="right")
        return found[once], parent


def curve(found: Pairs, draws: Sequence[float]) -> list[dict[str, float]]:
    """Rows of the coverage curve: draws, share of pairs known, and its interval."""
    rows = []
    for t in draws:
        share, low, high = found.share(t)
        rows.append({"draws": round(t), "share": round(share, 9), "low": round(low, 9), "high": round(high, 9)})
    return rows
