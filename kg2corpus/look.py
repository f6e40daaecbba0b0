"""What there is in a graph, as plain data: its sizes and schema, and an entity with its facts as they would be said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .columns import ints
from .errors import UserError
from .graph import Graph
from .types import Fact, Node, Relation
from .uid import show

if TYPE_CHECKING:
    from .lexicon import Lexicon

MANY = 1.5  # facts per subject (or object) on average, from which a relation counts as having many


def summary(graph: Graph) -> dict[str, Any]:
    """Sizes, relations with counts and cardinality, and types with counts (of nodes), the most frequent first."""
    literal = np.asarray([r["literal"] for r in graph.columns.nodes.select(["literal"]).to_pylist()], dtype=np.bool_)
    rows = graph.fact_rows()
    subject, relation, object_ = (ints(graph.columns.facts, name)[rows] for name in ("subject", "relation", "object"))
    order = np.argsort(relation, kind="stable")
    bounds = np.searchsorted(relation[order], np.arange(len(graph.relations()) + 1))
    found = []
    for i, r in enumerate(graph.relations()):
        members = order[bounds[i] : bounds[i + 1]]
        if not len(members):
            continue
        objects = np.unique(object_[members])
        sizes = len(members), len(np.unique(subject[members])), len(objects)
        share = float(np.count_nonzero(literal[object_[members]])) / len(members)
        found.append(_relation(graph, r, sizes, share))
    return {
        "name": graph.name,
        "fingerprint": graph.fingerprint,
        "counterfactual": graph.counterfactual,
        "facts": len(graph),
        "entities": int(np.count_nonzero(~literal)),
        "literals": int(np.count_nonzero(literal)),
        "subjects": len(graph.anchors()),
        "relations": found,
        "types": [{"type": name, "nodes": count} for name, count in graph.types().items()],
    }


def _relation(graph: Graph, r: Relation, sizes: tuple[int, int, int], literal_share: float) -> dict[str, Any]:
    facts, subjects, objects = sizes
    return {
        "relation": r.name,
        "label": r.label,
        "key": r.key,
        "facts": facts,
        "subjects": subjects,
        "objects": objects,
        "cardinality": cardinality(facts, subjects, objects),
        "symmetric": r.symmetric,
        "inverse": graph.relation(r.inverse).name if r.inverse is not None else None,
        "literal_share": round(literal_share, 4),
        "datatype": r.datatype,
        "unit": r.unit,
        "name_like": r.name_like,
    }


def cardinality(facts: int, subjects: int, objects: int) -> str:
    """How many subjects share an object, then how many objects a subject has: "1-1", "1-n", "n-1" or "n-m"; an average of
    1.5 and more is many."""
    left, right = facts / max(1, objects) >= MANY, facts / max(1, subjects) >= MANY
    return {(False, False): "1-1", (False, True): "1-n", (True, False): "n-1", (True, True): "n-m"}[left, right]


def entity(graph: Graph, lexicon: Lexicon, text: str, *, limit: int = 20) -> dict[str, Any]:
    """The entity that `text` names (label, alias, key or uid) with its facts as they would be said, and where they stand.

    `entity` is None and `candidates` lists the nodes where several bear the name; else `out` has one row per relation and
    `into` one per relation in which it is the object, each with the total and the first `limit` facts.
    Raises UserError with near matches for an unknown name.
    """
    nodes = graph.find(text)
    if not nodes:
        near = graph.near(text)
        hint = "did you mean " + " or ".join(f"'{n}'" for n in near) + "?" if near else "give a label, an alias, a key or a uid"
        raise UserError(f"nothing in the graph is called '{text}'", hint)
    nodes = [n for n in nodes if not n.literal] or nodes
    labelled = [n for n in nodes if text.strip().casefold() in (n.label.casefold(), n.name.casefold())]
    if len(labelled) == 1:
        nodes = labelled
    if len(nodes) > 1:
        return {"entity": None, "candidates": [_described(graph, n) for n in nodes]}
    node = nodes[0]
    out, into = [], []
    for relation in graph.relations():
        as_subject, as_object = graph.degree(node.uid, relation.uid)
        if as_subject:
            out.append(_group(graph, lexicon, relation, graph.out(node.uid, relation.uid, limit), as_subject, together=True))
        if as_object:
            into.append(_group(graph, lexicon, relation, graph.into(node.uid, relation.uid, limit), as_object, together=False))
    return {"entity": _described(graph, node), "candidates": [], "out": out, "into": into}


def _described(graph: Graph, node: Node) -> dict[str, Any]:
    out, into = graph.degree(node.uid)
    return {
        "uid": show(node.uid),
        "key": node.key,
        "label": node.label,
        "name": node.name,
        "types": list(node.types),
        "aliases": list(node.aliases),
        "description": node.description,
        "literal": node.literal,
        "facts_out": out,
        "facts_in": into,
    }


def _group(
    graph: Graph, lexicon: Lexicon, relation: Relation, facts: Sequence[Fact], total: int, *, together: bool
) -> dict[str, Any]:
    """The facts of one relation: said in one sentence if all have one subject, else one by one."""
    said = [lexicon.say(facts, "forward", 0)] if together else [lexicon.say([f], "forward", 0) for f in facts]
    return {
        "relation": relation.name,
        "label": relation.label,
        "total": total,
        "said": said,
        "facts": [
            {
                "uid": show(f.uid),
                "subject": f.subject.name,
                "object": f.object.name,
                "where": [list(place) for place in graph.statements(f.uid)],
            }
            for f in facts
        ],
    }
