"""The order inside a stage: each anchor's subgraphs spread evenly over it, so that neighbours are about different things."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from random import Random

from ..uid import digest, digester, show

REACH = 64  # how far ahead a replacement for a neighbour with the same anchor is sought


def interleaved(anchors: Sequence[int], seed: int, stage: str) -> array[int]:
    """A permutation of 0..n-1, the same for the same anchors and seed.

    The j-th of an anchor's k subgraphs (shuffled first, so that forms and lessons mix) lies at (j + a + v) / k of the way, with
    a fixed draw a for the anchor and a new one v for each, both up to one half. Two of one anchor are at least 1 / 2k apart,
    and where two still meet, the second one is exchanged for the next of another anchor.
    """
    rng = Random(digest("order", str(seed), stage))
    seeded = digester("offset", str(seed), stage)
    members: dict[int, list[int]] = {}
    for i, anchor in enumerate(anchors):
        members.setdefault(anchor, []).append(i)
    places: list[tuple[float, int, int]] = []
    for anchor in sorted(members):
        own = members[anchor]
        rng.shuffle(own)
        offset = Random(seeded(show(anchor))).random() / 2
        places += [((j + offset + rng.random() / 2) / len(own), anchor, i) for j, i in enumerate(own)]
    places.sort()
    order = array("Q", (i for _, _, i in places))
    for at in range(1, len(order)):
        before = anchors[order[at - 1]]
        if anchors[order[at]] == before:
            for ahead in range(at + 1, min(at + REACH, len(order))):
                if anchors[order[ahead]] != before:
                    order[at], order[ahead] = order[ahead], order[at]
                    break
    return order
