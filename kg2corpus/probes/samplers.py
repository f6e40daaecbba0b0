"""Where wrong answers come from. Each sampler gives (node uid, rank) pairs for a fact; lower ranks are taken first.

`random`: any node of the object's kind. `relation_sharing`: objects of the same relation, all of one rank, so that how often
they occur decides (see `choose.wrong_facts`). `network_proximity`: nodes of the object's kind by their distance from the
subject in the graph. `lexical`: objects of the same relation by how many words or letters their labels share with the right
one. The first three follow KGQuiz (arXiv 2310.09725), which has a fourth one by the similarity of embeddings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .. import uid
from ..errors import unknown
from .items import plain

if TYPE_CHECKING:
    from ..types import Fact, Node
    from .choose import Sampler, View

POOL = 512  # nodes that `random` draws, and the most that `network_proximity` visits a step


def sampler_of(name: str) -> Sampler:
    """The sampler of that name. Raises UserError with near matches for an unknown one."""
    if name not in SAMPLERS:
        raise unknown("sampler", name, SAMPLERS)
    return SAMPLERS[name]


def relation_sharing(view: View, fact: Fact) -> Sequence[tuple[int, int]]:
    return [(node, 0) for node in view.range(fact.relation.uid)]


def random(view: View, fact: Fact) -> Sequence[tuple[int, int]]:
    """Any node of the kind of the object."""
    # hashing every node would be slow in a large graph: a seeded stride through the nodes in order of uid serves as well
    uids = view.graph.node_uids()
    start = uid.digest("random", uid.show(fact.uid)) % len(uids)
    step = max(1, len(uids) // POOL)
    nodes = (view.graph.node(uids[(start + i * step) % len(uids)]) for i in range(min(POOL, len(uids))))
    return [(node.uid, 0) for node in nodes if same_kind(node, fact.object)]


def network_proximity(view: View, fact: Fact) -> Sequence[tuple[int, int]]:
    """Breadth first from the subject, up to four steps; no more than POOL nodes are taken from a step."""
    seen, edge, found = {fact.subject.uid}, [fact.subject.uid], []
    for distance in range(1, 5):
        reached: dict[int, None] = {}
        for node in edge:
            facts = (*view.graph.out(node)[:POOL], *view.graph.into(node, limit=POOL))
            reached.update(dict.fromkeys(n.uid for f in facts for n in (f.subject, f.object) if n.uid not in seen))
            if len(reached) > POOL:
                break
        edge = sorted(reached)[:POOL]
        seen.update(edge)
        found += [(n, distance) for n in edge if same_kind(view.graph.node(n), fact.object)]
    return found


def lexical(view: View, fact: Fact) -> Sequence[tuple[int, int]]:
    """Nodes whose labels share words with the object."""
    right = _pieces(fact.object.label)
    pairs = []
    for node in view.range(fact.relation.uid):
        pieces = _pieces(view.graph.node(node).label)
        shared = len(right & pieces) / max(1, len(right | pieces))
        pairs.append((node, -round(20 * shared)))
    return pairs


def same_kind(node: Node, other: Node) -> bool:
    """Both literals of one datatype, or both entities that share a type (or have none)."""
    if node.literal or other.literal:
        return node.literal == other.literal and node.datatype == other.datatype
    return bool(set(node.types) & set(other.types)) or not (node.types and other.types)


def _pieces(label: str) -> set[str]:
    text = plain(label)
    return {*text.split(), *(text[i : i + 3] for i in range(max(1, len(text) - 2)))}


SAMPLERS: dict[str, Sampler] = {
    "random": random,
    "relation_sharing": relation_sharing,
    "network_proximity": network_proximity,
    "lexical": lexical,
}
