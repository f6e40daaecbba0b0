"""Small graphs in memory, without a database, for every test that needs a `Graph`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from kg2corpus import uid as uids
from kg2corpus.assemble import assemble
from kg2corpus.columns import FACT, NODE, PERIOD, RELATION, STATEMENT, Raw, table_of
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
    transitive: Iterable[str] = (),
    inverses: Mapping[str, str] | None = None,
    name_like: Iterable[str] = (),
    relation_labels: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    datatypes: Mapping[str, str] | None = None,
    graph_id: str = "",
    counterfactual: str = "",
    name: str = "test",
    periods: Mapping[tuple[str, str, str], Sequence[tuple[str, str]]] | None = None,
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
        transitive=set(transitive),
        inverses=inverses or {},
        name_like=set(name_like),
        relation_labels=relation_labels or {},
        units=units or {},
        datatypes=datatypes or {},
        periods=periods or {},
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
    transitive: set[str],
    inverses: Mapping[str, str],
    name_like: set[str],
    relation_labels: Mapping[str, str],
    units: Mapping[str, str],
    datatypes: Mapping[str, str],
    periods: Mapping[tuple[str, str, str], Sequence[tuple[str, str]]],
    meta: dict[str, str],
    statements: bool,
) -> Raw:
    graph_id = meta["graph_id"]
    nodes: list[tuple[Any, ...]] = []
    relations: list[tuple[Any, ...]] = []

    @cache
    def entity(key: str) -> tuple[int, int]:
        uid = uids.entity_uid(key, graph_id)
        kinds = types.get(key, ())
        kinds = [kinds] if isinstance(kinds, str) else sorted(kinds)
        texts = key, labels.get(key, last_part(key)), descriptions.get(key, ""), "", ""
        nodes.append((uid, False, *texts, kinds, sorted(aliases.get(key, ()))))
        return len(nodes) - 1, uid

    @cache
    def literal(value: str, datatype: str) -> tuple[int, int]:
        uid = uids.literal_uid(value, datatype, "", graph_id)
        nodes.append((uid, True, value, value, "", datatype, "", [], []))
        return len(nodes) - 1, uid

    @cache
    def relation(key: str) -> tuple[int, int]:
        short = last_part(key)
        label = relation_labels.get(key, short.replace("_", " "))
        extra = datatypes.get(key, ""), units.get(key, ""), inverses.get(key, ""), ""
        uid = uids.relation_uid(key, graph_id)
        relations.append((uid, key in symmetric, key in transitive, False, key in name_like, key, short, label, "", *extra))
        return len(relations) - 1, uid

    for key in sorted({*labels, *types}):
        entity(key)
    rows: dict[int, tuple[int, int, int, int, int]] = {}
    lines: list[tuple[int, str, str, int]] = []
    held: set[tuple[int, str, str]] = set()
    for position, (s, r, o) in enumerate(facts, 1):
        ends = entity(s), relation(r), entity(o) if isinstance(o, str) else literal(*o)
        uid = uids.fact_uid(*(end_uid for _, end_uid in ends))
        row, *_ = rows.setdefault(uid, (len(rows), uid, *(end_row for end_row, _ in ends)))
        lines.append((row, "test.tsv", "triples.tsv", position))
        held |= {(row, *period) for period in periods.get((s, r, o if isinstance(o, str) else o[0]), ())}
    return Raw(
        nodes=table_of(nodes, NODE),
        relations=table_of(relations, RELATION),
        facts=table_of([row[1:] for row in rows.values()], FACT),
        statements=table_of(lines if statements else [], STATEMENT),
        meta=meta,
        periods=table_of(sorted(held), PERIOD),
    )
