"""Level 5, answer: from one node to another, step by step, with the choices at each step.

From Bhutan to Hindi: "How does one get from Bhutan to Hindi, step by step? From Bhutan one can go on to India, Asia and
Southern Asia. [what each is to Bhutan] India is a good choice: from there the way leads on to Hindi. From India one can go on
to Hindi, Nepal and Pakistan. [what each is to India] That is the way to Hindi. So a way from Bhutan to Hindi leads through
India."
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from ..graph import Graph
from ..types import Fact, Node, Subgraph
from ._draw import distinct, edges, leads

LEVEL = 5
LONGEST = 700  # characters, by its names, of a way that is told in one piece


def pick(graph: Graph, anchor: Node, rng: Random, *, count: int = 1, longest: int = 3, choices: int = 2) -> Iterator[Subgraph]:
    """Up to `count` ways of 2 to `longest` steps from the anchor, with up to `choices` other ways on at each step."""
    for _ in range(count):
        way: list[Fact] = []
        others: list[Fact] = []
        at, seen = anchor.uid, {anchor.uid}
        while len(way) < longest:
            on = [f for f in distinct(edges(graph, at, rng)) if not f.object.literal and f.object.uid not in seen]
            if not on:
                break
            step = rng.choice(on)
            rest = [f for f in on if f.object.uid != step.object.uid]
            others += rng.sample(rest, min(choices, len(rest)))
            way.append(step)
            at = step.object.uid
            seen |= {f.object.uid for f in (step, *others)}
        facts = distinct([*way, *others])
        short = sum(len(f.subject.name) + 2 * len(f.object.name) + 40 for f in facts) <= LONGEST
        if len(way) > 1 and len(facts) == len(way) + len(others) and others and short and not _shorter(graph, way):
            yield Subgraph(anchor.uid, tuple(facts), "walk")


def _shorter(graph: Graph, way: Sequence[Fact]) -> bool:
    """Whether a single step from one of its nodes cuts a part of the way off."""
    ends = [(a.subject.uid, b.object.uid) for i, a in enumerate(way) for b in way[i + 1 :]]
    return any(leads(graph, a, b) for a, b in ends)
