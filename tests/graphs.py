"""Small graphs in memory, without a database, for every test that needs a `Graph`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg2corpus import uid as uids
from kg2corpus.columns import FACT, NODE, RELATION, STATEMENT, Raw, assemble, table_of
from kg2corpus.graph import Graph

Literal = tuple[str, str]  # (value, datatype) as the object of a fact


def make_graph(
    facts: Iterable[tuple[str, str, str | Literal]],
    *,
    labels: Mapping[str, str] | None = None,
    types: Mapping[str, str | Sequence[str]] | None = None,
    aliases: Mapping[str, Sequence[str]] | None = None,
    descriptions: Mapping[str, str] | None = None,
    symmetric: Iterable[str] = (),
    inverses: Mapping[str, str] | None = None,
    name_like: Iterable[str] = (),
    relation_labels: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    datatypes: Mapping[str, str] | None = None,
    graph_id: str = "",
    counterfactual: str = "",
    name: str = "test",
    statements: bool = True,
) -> Graph:
    """A graph of (subject, relation, object) keys; an object given as a pair (value, datatype) is a literal.

    A key without a label has its last part after '/', '#' or ':' as label. Each fact stands once, in source "test.tsv"
    with file "triples.tsv" at its place in `facts` (from 1); a fact given again is another statement of it.
    """
    raw = make_raw(
        facts,
        labels=labels or {},
        types=types or {},
        aliases=aliases or {},
        descriptions=descriptions or {},
        symmetric=set(symmetric),
        inverses=inverses or {},
        name_like=set(name_like),
        relation_labels=relation_labels or {},
        units=units or {},
        datatypes=datatypes or {},
        meta={"graph_id": graph_id, "counterfactual": counterfactual, "name": name},
        statements=statements,
    )
    return Graph(assemble(raw))


def last_part(key: str) -> str:
    """The part of a key that names the thing: "capital" of "http://example.org/capital"."""
    for mark in "/#:":
        key = key.rstrip(mark).rsplit(mark, 1)[-1]
    return key


def make_raw(
    facts: Iterable[tuple[str, str, str | Literal]],
    *,
    labels: Mapping[str, str],
    types: Mapping[str, str | Sequence[str]],
    aliases: Mapping[str, Sequence[str]],
    descriptions: Mapping[str, str],
    symmetric: set[str],
    inverses: Mapping[str, str],
    name_like: set[str],
    relation_labels: Mapping[str, str],
    units: Mapping[str, str],
    datatypes: Mapping[str, str],
    meta: dict[str, str],
    statements: bool,
) -> Raw:
    graph_id = meta["graph_id"]
    nodes: dict[int, tuple[Any, ...]] = {}
    node_row: dict[int, int] = {}
    relations: dict[str, tuple[Any, ...]] = {}
    relation_row: dict[str, int] = {}
    rows: dict[int, tuple[int, int, int, int]] = {}
    lines: list[tuple[int, str, str, int]] = []

    def entity(key: str) -> int:
        uid = uids.entity_uid(key, graph_id)
        kinds = types.get(key, ())
        kinds = [kinds] if isinstance(kinds, str) else sorted(kinds)
        label = labels.get(key, last_part(key))
        texts = descriptions.get(key, ""), "", ""
        nodes[uid] = (uid, False, key, label, *texts, kinds, sorted(aliases.get(key, ())))
        return node_row.setdefault(uid, len(node_row))

    def literal(value: str, datatype: str) -> int:
        uid = uids.literal_uid(value, datatype, "", graph_id)
        nodes[uid] = (uid, True, value, value, "", datatype, "", [], [])
        return node_row.setdefault(uid, len(node_row))

    def relation(key: str) -> int:
        short = last_part(key)
        label = relation_labels.get(key, short.replace("_", " "))
        extra = datatypes.get(key, ""), units.get(key, ""), inverses.get(key, "")
        uid = uids.relation_uid(key, graph_id)
        relations[key] = (uid, key in symmetric, key in name_like, key, short, label, "", *extra)
        return relation_row.setdefault(key, len(relation_row))

    fact_row: dict[int, int] = {}
    for key in sorted({*labels, *types}):
        entity(key)
    for position, (s, r, o) in enumerate(facts, 1):
        subject, rel, object_ = entity(s), relation(r), entity(o) if isinstance(o, str) else literal(*o)
        s_uid = uids.entity_uid(s, graph_id)
        o_uid = uids.entity_uid(o, graph_id) if isinstance(o, str) else uids.literal_uid(*o, "", graph_id)
        uid = uids.fact_uid(s_uid, uids.relation_uid(r, graph_id), o_uid)
        rows[uid] = (uid, subject, rel, object_)
        lines.append((fact_row.setdefault(uid, len(fact_row)), "test.tsv", "triples.tsv", position))
    return Raw(
        nodes=table_of([nodes[u] for u in node_row], NODE),
        relations=table_of(relations.values(), RELATION),
        facts=table_of(rows.values(), FACT),
        statements=table_of(lines if statements else [], STATEMENT),
        meta=meta,
    )
