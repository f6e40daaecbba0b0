"""Near-duplicates: documents of which most runs of five words are those of another one.

MinHash with locality-sensitive hashing (Broder 1997, "On the resemblance and containment of documents"; Indyk and Motwani
1998): of a document's 5-grams of words, each of 64 hash functions keeps the least value; two documents agree in a share of
these that is on the average the Jaccard index of their 5-grams. Those that agree in one of 16 bands of 4 are compared, and the
index of what is found is computed exactly. So nothing is reported that is not alike; of pairs with an index of 0.8, about one
in 4,000 is missed. Cost and memory are bounded: more than `MOST` documents are sampled by the hashes of their ids.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from ..types import Document
from ..uid import MASK, digest

MOST = 100_000  # documents that are compared
WORDS = 5
BANDS, BAND = 16, 4
ALIKE = 0.8  # the Jaccard index from which on two documents are near-duplicates
MAYBE = 0.6  # agreement from which on it is computed
BATCH = 2048
EXAMPLES = 5
_WORD = re.compile(r"\w+")

Hashes = npt.NDArray[np.uint64]


@lru_cache(maxsize=1 << 18)
def _hash(word: str) -> int:
    return digest("word", word) & MASK


def _drawn(name: str, count: int) -> Hashes:
    """Odd multipliers, the same ones each time."""
    return np.array([digest(name, str(i)) & MASK | 1 for i in range(count)], dtype=np.uint64)


def shingles(text: str) -> Hashes:
    """The hashes of all runs of five words of a text, each once; of a shorter text that of all its words."""
    words = np.array([_hash(word) for word in _WORD.findall(text.casefold())], dtype=np.uint64)
    runs = max(1, len(words) - WORDS + 1)
    found = np.zeros(runs, dtype=np.uint64)
    for place, factor in enumerate(_drawn("place", WORDS)):
        part = words[place : place + runs]
        found[: len(part)] += part * factor  # wraps around, as it is meant to
    return np.unique(found ^ (found >> np.uint64(29)))


@dataclass
class Near:
    """Gathers documents, then says which are alike."""

    seed: int = 0
    most: int = MOST
    documents: int = 0
    kept: list[tuple[int, str, Hashes, int]] = field(default_factory=list)  # rank, id, shingles, hash of the text
    bound: int = MASK  # ranks above it are not kept any more

    def add(self, document: Document) -> None:
        """Look at one more."""
        self.documents += 1
        rank = digest("near", str(self.seed), document.id) & MASK
        if rank > self.bound:
            return
        self.kept.append((rank, document.id, shingles(document.text), digest(document.text)))
        if len(self.kept) >= 2 * self.most:
            self._cut()

    def _cut(self) -> None:
        self.kept.sort(key=lambda one: one[:2])
        del self.kept[self.most :]
        self.bound = self.kept[-1][0]

    def close(self) -> dict[str, Any]:
        """How many documents have a near-duplicate among those compared, in how many groups, how large the largest is; how many
        have one word for word; and examples (id, id, Jaccard index)."""
        if len(self.kept) > self.most:
            self._cut()
        self.kept.sort(key=lambda one: one[:2])
        pairs = self._alike()
        group = list(range(len(self.kept)))

        def root(i: int) -> int:
            while group[i] != i:
                group[i] = group[group[i]]
                i = group[i]
            return i

        for a, b, _ in pairs:
            group[root(a)] = root(b)
        sizes = [size for size in Counter(map(root, range(len(group)))).values() if size > 1]
        texts = Counter(text for _, _, _, text in self.kept)
        shown = sorted(pairs, key=lambda pair: (-pair[2], pair[:2]))
        differing = [p for p in shown if self.kept[p[0]][3] != self.kept[p[1]][3]]
        return {
            "documents": self.documents,
            "compared": len(self.kept),
            "alike": sum(sizes),
            "share": round(sum(sizes) / max(1, len(self.kept)), 4),
            "groups": len(sizes),
            "largest": max(sizes, default=0),
            "same_text": sum(count for count in texts.values() if count > 1),
            "from": ALIKE,
            "examples": [[self.kept[a][1], self.kept[b][1], round(index, 3)] for a, b, index in differing[:EXAMPLES]],
        }

    def _alike(self) -> list[tuple[int, int, float]]:
        """Pairs of places in `kept` with a Jaccard index of at least ALIKE, enough of them to join all that are alike."""
        if len(self.kept) < 2:
            return []
        signatures = np.concatenate([_signatures([s for _, _, s, _ in part]) for part in _parts(self.kept)])
        found = set[tuple[int, int]]()
        for band in range(BANDS):
            own = signatures[:, band * BAND : (band + 1) * BAND]
            keys = (own * _drawn("band", BAND)).sum(axis=1, dtype=np.uint64)
            order = np.argsort(keys, kind="stable")
            edges = np.flatnonzero(np.diff(keys[order])) + 1
            for members in np.split(order, edges) if len(edges) < len(order) - 1 else ():
                if len(members) > 1:
                    # with the first one and with the next: the other bands join what these miss
                    rows = members.tolist()
                    found.update((rows[0], other) for other in rows[1:])
                    found.update(pairwise(rows))
        if not found:
            return []
        candidates = np.array(sorted(found))
        agreement = np.concatenate([
            (signatures[part[:, 0]] == signatures[part[:, 1]]).mean(axis=1)
            for part in np.array_split(candidates, 1 + len(candidates) // BATCH)
        ])  # fmt: skip
        pairs = []
        for a, b in candidates[agreement >= MAYBE].tolist():
            index = jaccard(self.kept[a][2], self.kept[b][2])
            if index >= ALIKE:
                pairs.append((a, b, index))
        return pairs


def jaccard(one: Hashes, other: Hashes) -> float:
    """The share of what two sets (sorted arrays) have in common in what they have together."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / (len(one) + len(other) - common)


def _parts(kept: list[tuple[int, str, Hashes, int]]) -> list[list[tuple[int, str, Hashes, int]]]:
    return [kept[start : start + BATCH] for start in range(0, len(kept), BATCH)]


def _signatures(sets: list[Hashes]) -> Hashes:
    """The least value of each hash function over each set: a row a set."""
    starts = np.cumsum([0, *map(len, sets[:-1])])
    every = np.concatenate(sets)
    found = np.empty((len(sets), BANDS * BAND), dtype=np.uint64)
    for i, factor in enumerate(_drawn("function", BANDS * BAND)):
        mixed = every * factor
        mixed ^= mixed >> np.uint64(31)
        mixed *= np.uint64(0x9E3779B97F4A7C15)
        found[:, i] = np.minimum.reduceat(mixed, starts)
    return found
