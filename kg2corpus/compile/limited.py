"""At most so many documents of a corpus, spread over its lessons: each of them is a document of the whole corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from ..graph import Graph
from . import planfiles
from .bucket import Job, say

if TYPE_CHECKING:
    from ..lexicon.model import Lexicon

LOOKED_AT = 20_000  # subgraphs of a stage, at least, among which the documents are sought
PER_DOCUMENT = 20
K = TypeVar("K")


def limited(job: Job, buckets: int, limit: int, graph: Graph, lexicon: Lexicon) -> None:
    """Write at most `limit` documents: of each lesson of each stage the first ones in the order of the bucket files, as many as
    of any other as far as there are so many among the first subgraphs of the stage (`LOOKED_AT`).

    What comes before a document in its file is said too, though not written, so that duplicates and repeats are found as in the
    whole corpus: a document has the same id, text and place.
    """
    stages = range(len(job.stages))
    looked_at = max(LOOKED_AT, PER_DOCUMENT * limit)
    plan: list[list[list[planfiles.Row]]] = []
    for stage in stages:
        left, own = looked_at, list[list[planfiles.Row]]()
        for bucket in range(buckets):
            own.append(list(islice(planfiles.read_bucket(job.rows(stage, bucket)), left)))
            left -= len(own[-1])
        plan.append(own)
    counts = [Counter(row[1] for rows in own for row in rows) for own in plan]
    given = spread(limit, {(stage, lesson): counts[stage][lesson] for stage in stages for lesson in sorted(counts[stage])})
    for stage in stages:
        wanted = Counter({lesson: count for (of, lesson), count in given.items() if of == stage})
        for bucket in range(buckets):
            say(job, stage, bucket, graph, lexicon, plan[stage][bucket], wanted)


def spread(total: int, most: Mapping[K, int]) -> dict[K, int]:
    """Parts of a total, as equal as can be with none above its most; what is left over goes to the first ones."""
    given = dict.fromkeys(most, 0)
    while total and (able := [key for key in most if given[key] < most[key]]):
        share = max(1, total // len(able))
        for key in able:
            part = min(share, most[key] - given[key], total)
            given[key] += part
            total -= part
    return given
