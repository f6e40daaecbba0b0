"""Entities under other names of theirs: the same facts, told of nodes that are called otherwise."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from ..lexicon.text import other_names
from ..types import Fact, Node, Subgraph
from ..uid import MASK, digest, show


def called(node: Node, name: str) -> Node:
    """The node under one of its other names. It has a uid of its own, since what a node is called is kept by uid."""
    found = digest("alias", show(node.uid), name) & MASK
    return replace(node, uid=found - (1 << 64) if found >> 63 else found, label=name, qualifier="")


def renamed(subgraph: Subgraph, rng: Random) -> Subgraph:
    """The subgraph with each of its entities under one of its names, at least one of them not by its label where any has
    another, each by the same one throughout (KICP's tied aliases, arXiv 2403.09712, section 3.3). Facts keep their uids."""
    ends = {node.uid: node for fact in subgraph.facts for node in (fact.subject, fact.object) if not node.literal}
    others = {uid: names for uid, node in ends.items() if (names := other_names(node.label, node.aliases))}
    drawn = {uid: rng.choice(names) for uid, names in others.items() if rng.random() * (len(names) + 1) >= 1}
    if others and not drawn:
        uid = rng.choice(sorted(others))
        drawn = {uid: rng.choice(others[uid])}
    named = {uid: called(ends[uid], name) for uid, name in drawn.items()}

    def under(fact: Fact) -> Fact:
        subject, object_ = (named.get(node.uid, node) for node in (fact.subject, fact.object))
        return replace(fact, subject=subject, object=object_)

    return replace(subgraph, facts=tuple(map(under, subgraph.facts)))
