"""Names like a name, among millions: shared pairs of letters choose a few candidates, difflib ranks them."""

from __future__ import annotations

from difflib import get_close_matches

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .columns import fold

CANDIDATES = 300


def nearest(text: str, names: pa.Array, *, count: int = 3, cutoff: float = 0.6) -> list[str]:
    """Up to `count` distinct names whose difflib ratio to `text` is at least `cutoff`, case aside, best first."""
    wanted = fold(text)
    names = pc.unique(names)
    if not wanted or not len(names):
        return []
    folded = pc.utf8_lower(names)
    length = np.asarray(pc.utf8_length(names), dtype=np.int64)
    score = -np.abs(length - len(wanted)) / 2.0
    for pair in {wanted[i : i + 2] for i in range(max(1, len(wanted) - 1))}:
        score += np.asarray(pc.match_substring(folded, pair).to_numpy(zero_copy_only=False), dtype=np.int64)
    best = np.argsort(-score, kind="stable")[:CANDIDATES]
    by_fold: dict[str, str] = {}
    for name in sorted(names.take(pa.array(best)).to_pylist()):
        by_fold.setdefault(fold(name), name)
    return [by_fold[m] for m in get_close_matches(wanted, by_fold, n=count, cutoff=cutoff)]
