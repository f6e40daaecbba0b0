"""The declared order: inside a stage, and of all documents over the stages.

Inside a stage each anchor's subgraphs are spread evenly over it, so that neighbours are about different things. Over the stages
they come as declared ("ladder"), or the other way round, spread evenly without regard to stages, from easy to hard, or by
competence; the last two by their computed difficulty.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from random import Random
from typing import TypeAlias

from ..uid import digest, digester, show

REACH = 64  # how far ahead a replacement for a neighbour with the same anchor is sought
DRAWS = 8  # how often a place is drawn again that would be about the same anchor as the one before
GRADED = ("easy", "competence")  # the orders that go by difficulty
FIRST_COMPETENCE = 0.01  # of the corpus, as in the paper's experiments
Place: TypeAlias = tuple[int, int]  # stage, and place in it


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


def eased(difficulty: Sequence[float], order: Sequence[int]) -> array[int]:
    """The same from the easiest to the hardest; what is as hard stays in the order that it is given in."""
    return array("Q", sorted(order, key=difficulty.__getitem__))


def competent(difficulty: Sequence[float], anchors: Sequence[int], seed: int, name: str) -> array[int]:
    """A permutation of 0..n-1 from what is easy to all that there is: at the place t of n one is drawn, each as likely as any
    other, from those whose rank by difficulty is within `competence(t / n)` and that have not come yet.

    Platanios et al. 2019, "Competence-based Curriculum Learning for Neural Machine Translation" (NAACL, arXiv 1903.09848),
    with its square-root schedule. There examples are drawn with replacement until the competence is whole, and then in epochs;
    here each comes once, so the time to full competence is the whole length. Ties in difficulty are ranked by lot.
    """
    rng = Random(digest("competence", str(seed), name))
    lot = [rng.random() for _ in difficulty]
    ranked = sorted(range(len(difficulty)), key=lambda i: (difficulty[i], lot[i], i))
    n, reached, pool, order = len(ranked), 0, [], array("Q")
    for t in range(n):
        # never fewer than t + 1, so that there is always one to draw
        upto = max(t + 1, min(n, int(competence(t / n) * n)))
        pool += ranked[reached:upto]
        reached = upto
        before = anchors[order[-1]] if order else None
        for _ in range(DRAWS):
            drawn = rng.randrange(len(pool))
            if anchors[pool[drawn]] != before:
                break
        pool[drawn], pool[-1] = pool[-1], pool[drawn]
        order.append(pool.pop())
    return order


def competence(passed: float) -> float:
    """The share of the examples, from the easiest on, that may be drawn when a share of the time has passed."""
    return min(1.0, math.sqrt(passed * (1 - FIRST_COMPETENCE**2) + FIRST_COMPETENCE**2))


def over_stages(
    how: str,
    orders: Sequence[Sequence[int]],
    anchors: Sequence[Sequence[int]],
    difficulty: Sequence[Sequence[float]],
    seed: int,
) -> list[Place]:
    """The subgraphs of all stages as (stage, number in it) in the order of the corpus, other than "ladder".

    `orders` are the stages' own permutations; `difficulty` is read for "easy" and "competence" alone.
    """
    places = [(stage, i) for stage, order in enumerate(orders) for i in order]
    if how == "reversed":
        return places[::-1]
    about = [anchors[stage][i] for stage, i in places]
    if how == "shuffled":
        return [places[at] for at in interleaved(about, seed, "all stages")]
    hard = [difficulty[stage][i] for stage, i in places]
    if how == "easy":
        return [places[at] for at in eased(hard, interleaved(about, seed, "all stages"))]
    return [places[at] for at in competent(hard, about, seed, "all stages")]
