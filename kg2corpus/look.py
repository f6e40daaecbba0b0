"""What there is in a graph, as plain data: its sizes and schema, a relation, an entity with its facts as they would be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from .columns import ints
from .errors import UserError
from .graph import Graph
from .lexicon.english import capital
from .lexicon.names import nameless
from .marks import Mark, marks
from .measured import Measured, Overlap, measure
from .suggest import as_yaml, suggested
from .types import Fact, Node, Relation, Subgraph
from .uid import show
from .verbalizers.template import tell

if TYPE_CHECKING:
    from .lexicon import Lexicon

PARAGRAPH = 600  # characters
PASSAGE = 80  # characters of a value that stands last
FEW = 2  # facts of one relation that others have with a node, above which they are listed


def summary(graph: Graph) -> dict[str, Any]:
    """Sizes; relations, each with what is declared, what is measured and its mark; types with counts (of nodes), the most
    frequent first; and `suggested`, the lines of a properties file with what the data suggests."""
    literal = np.asarray(graph.columns.nodes.column("literal").to_pylist(), dtype=np.bool_)
    rows = graph.fact_rows()
    measured, marked = measure(graph.columns, rows), marks(graph.columns, rows)
    return {
        "name": graph.name,
        "fingerprint": graph.fingerprint,
        "counterfactual": graph.counterfactual,
        "licences": graph.licences,
        "facts": len(graph),
        "entities": int(np.count_nonzero(~literal)),
        "literals": int(np.count_nonzero(literal)),
        "subjects": len(graph.anchors()),
        "relations": [_characteristics(graph, m, marked.get(m.relation)) for m in measured],
        "types": [{"type": name, "nodes": count} for name, count in graph.types().items()],
        "suggested": as_yaml(suggested(graph, measured, marked)),
    }


def _characteristics(graph: Graph, m: Measured, mark: Mark | None) -> dict[str, Any]:
    r = graph.relations()[m.relation]
    own = graph.columns.relations.slice(m.relation, 1).to_pylist()[0]
    measured = asdict(m)
    for name in ("relation", "facts", "subjects", "objects", "literal"):
        del measured[name]
    for name in ("inverses", "subset_of"):
        measured[name] = [_overlap(graph, other) for other in getattr(m, name)]
    for name in ("domain", "range", "datatypes"):
        measured[name] = [list(pair) for pair in measured[name]]
    return {
        "relation": r.name,
        "label": r.label,
        "key": r.key,
        "description": r.description,
        "facts": m.facts,
        "subjects": m.subjects,
        "objects": m.objects,
        "cardinality": m.cardinality,
        "symmetric": r.symmetric,
        "inverse": graph.relation(r.inverse).name if r.inverse is not None else None,
        "literal_share": m.literal,
        "datatype": r.datatype,
        "unit": r.unit,
        "name_like": r.name_like,
        **{name: bool(own[name]) for name in ("transitive", "functional") if name in own},
        "mark": {"kind": mark.kind, "declared": mark.declared, "why": mark.why} if mark else None,
        "measured": measured,
    }


def _overlap(graph: Graph, other: Overlap) -> dict[str, Any]:
    return {**asdict(other), "relation": graph.relations()[other.relation].name}


def look(graph: Graph, lexicon: Lexicon, text: str) -> dict[str, Any]:
    """The entity or the relation that `text` names: a key goes before a name, and an entity before a relation.

    Raises UserError with near matches for an unknown name.
    """
    nodes = graph.find(text)
    keyed = any(text.strip() in (n.key, show(n.uid)) for n in nodes if not n.literal)
    exact = [r for r in graph.relations() if r.key == text.strip()]
    folded = text.strip().casefold()
    named = exact or [r for r in graph.relations() if folded in (r.name.casefold(), r.label.casefold())]
    if not named or keyed or (not exact and any(not n.literal for n in nodes)):
        return entity(graph, lexicon, text)
    if len(named) > 1:
        raise UserError(f"several relations are called '{text}'", f"give one of the keys: {', '.join(r.key for r in named)}")
    return relation(graph, lexicon, named[0])


def relation(graph: Graph, lexicon: Lexicon, r: Relation, *, limit: int = 5) -> dict[str, Any]:
    """The characteristics of a relation (as in `summary`), and its first facts by uid as they would be said."""
    rows = graph.fact_rows()
    mine = rows[ints(graph.columns.facts, "relation")[rows] == graph.relations().index(r)]
    # among all facts, since inverse pairs are found by looking at the others
    m = next((m for m in measure(graph.columns, rows) if graph.relations()[m.relation] is r), None)
    if m is None:
        raise UserError(f"the relation '{r.name}' has no facts in this view of the graph", "look at the whole graph")
    mark = marks(graph.columns, mine).get(m.relation)
    facts = [graph.fact(uid) for uid in ints(graph.columns.facts, "uid")[mine[:limit]].tolist()]
    examples = [{"uid": show(f.uid), "said": lexicon.say([f], "forward", 0)} for f in facts]
    return {"characteristics": _characteristics(graph, m, mark), "examples": examples}


def entity(graph: Graph, lexicon: Lexicon, text: str, *, limit: int = 20) -> dict[str, Any]:
    """The entity that `text` names (label, alias, key or uid) with its facts as they would be said, and where they stand.

    `entity` is None and `candidates` lists the nodes where several bear the name; else `article` tells of it in paragraphs,
    `out` has one row per relation and `into` one per relation in which it is the object, each with the total and the first
    `limit` facts.
    Raises UserError with near matches for an unknown name.
    """
    nodes = graph.find(text)
    if not nodes:
        near = get_close_matches(text, [r.name for r in graph.relations()], n=1, cutoff=0.8) + graph.near(text)
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
    paragraphs = [] if node.literal else article(graph, lexicon, node, limit=limit)
    return {"entity": _described(graph, node), "candidates": [], "article": paragraphs, "out": out, "into": into}


def article(graph: Graph, lexicon: Lexicon, node: Node, *, limit: int = 20) -> list[str]:
    """What the graph tells of a node, in paragraphs of prose: at most `limit` facts of a relation in each direction.

    First what joins it to others, then its values, its longer texts and its codes; then what others have to do with it: a few
    facts as prose, more as a question and its answers. What one part has told by a twin is not told again.
    """
    mine: list[Fact] = []
    theirs: list[tuple[Fact, ...]] = []
    for relation in graph.relations():
        mine += graph.out(node.uid, relation.uid, limit)
        if facts := graph.into(node.uid, relation.uid, limit):
            theirs.append(facts)
    coded = {graph.relations()[row].uid for row, mark in marks(graph.columns).items() if mark.kind != "plain"}
    parts: list[list[Fact]] = [[], [], [], [], []]
    for fact in mine:
        if not nameless(fact):
            long = len(fact.object.label) > PASSAGE
            parts[0 if not fact.object.literal else 3 if fact.relation.uid in coded else 2 if long else 1].append(fact)
    lists = []
    for group in theirs:
        new = [f for f in group if not nameless(f) and not _told(lexicon, f, mine)]
        if len(new) <= FEW or not lexicon.wordings(new[0], "inverse_question"):
            parts[4] += new
        else:
            more = graph.degree(node.uid, new[0].relation.uid)[1] - len(group)
            tail = f" ({more:,} more)" if more else ""
            lists.append(f"{lexicon.say(new, 'inverse_question', 0)} {capital(lexicon.answer(new, inverse=True))}{tail}.")
    prose = [Subgraph(node.uid, tuple(part), "profile") for part in parts if part]
    said = tell(prose, lexicon, stage="look", lesson="look", level=1, max_chars=PARAGRAPH)
    return [document.text for document in said] + lists


def _told(lexicon: Lexicon, fact: Fact, told: Sequence[Fact]) -> bool:
    """Whether a fact says what one of those told says, by a declared inverse or since its lexicon takes it to be symmetric."""
    mutual = lexicon.entry(fact.relation).symmetric
    return any(fact.twin == f.twin or (mutual and f.relation == fact.relation and f.object == fact.subject) for f in told)


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
