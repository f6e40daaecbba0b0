"""From unordered tables to the columns of a snapshot: sorted, indexed, with twins and with what tells homonyms apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import uid as uids
from .columns import PERIOD, Columns, Ints, Raw, fold, ints, whole
from .homonyms import qualify
from .telling import Table
from .twins import twin_column


def assemble(raw: Raw, *, tell_apart: bool = True) -> Columns:
    """Sort and index. The result depends on what the tables hold, never on their order.

    Homonyms get their qualifiers unless they are not to be told apart.
    """
    nodes, node_row = _sorted(raw.nodes, "uid")
    relations, relation_row = _sorted(raw.relations, "key")
    facts, fact_row = _sorted(raw.facts, "uid")
    subject, relation, object_ = (
        row[ints(facts, name)]
        for row, name in ((node_row, "subject"), (relation_row, "relation"), (node_row, "object"))
    )
    twin = twin_column(
        ints(facts, "uid"),
        ints(nodes, "uid")[subject],
        relation,
        ints(nodes, "uid")[object_],
        relations.to_pylist(),
        raw.meta["graph_id"],
    )
    label_rank = _rank(nodes.column("label"))
    row = np.arange(len(subject))
    into = np.lexsort((row, label_rank[subject], relation, object_))
    out = np.lexsort((row, label_rank[object_], relation, subject))
    edges = np.arange(nodes.num_rows + 1)
    starts = pa.table({"out": np.searchsorted(subject[out], edges), "into": np.searchsorted(object_[into], edges)})
    columns = {"uid": facts.column("uid"), "subject": subject, "relation": relation, "object": object_}
    facts = pa.table(columns | {"twin": twin, "out": out, "into": into})
    folded = [fold(label) for label in nodes.column("label").to_pylist()]
    qualifier, basis = [""] * len(folded), [list[int]()] * len(folded)
    if tell_apart:
        table = Table(nodes, relations, facts, starts, folded, bool(raw.meta["counterfactual"]))
        qualifier, basis, *_ = qualify(table)
    nodes = nodes.append_column("qualifier", pa.array(qualifier, pa.large_string()))
    nodes = nodes.append_column("basis", pa.array(basis, pa.large_list(pa.int64())))
    statements = raw.statements.set_column(0, "fact", pa.array(fact_row[ints(raw.statements, "fact")], pa.int64()))
    units = raw.units.set_column(0, "fact", pa.array(fact_row[ints(raw.units, "fact")], pa.int64()))
    periods = raw.periods.set_column(0, "fact", pa.array(fact_row[ints(raw.periods, "fact")], pa.int64()))
    order = ("fact", "source", "file", "position")
    return Columns(
        nodes=nodes,
        relations=relations,
        facts=facts,
        starts=starts,
        texts=_texts(nodes, folded),
        statements=statements.sort_by([(name, "ascending") for name in order]),
        units=units.sort_by("fact").combine_chunks(),
        periods=periods.sort_by([(name, "ascending") for name in PERIOD.names]).combine_chunks(),
        meta=dict(raw.meta),
    )


def _sorted(table: pa.Table, name: str) -> tuple[pa.Table, Ints]:
    """The table in order of a column, and for each old row number its new one."""
    order = np.asarray(pc.sort_indices(table, sort_keys=[(name, "ascending")]), dtype=np.int64)
    new = np.empty(len(order), dtype=np.int64)
    new[order] = np.arange(len(order))
    return table.take(pa.array(order)).combine_chunks(), new


def _rank(labels: pa.ChunkedArray) -> Ints:
    """Dense ranks: equal labels have equal ranks."""
    if not len(labels):
        return np.zeros(0, dtype=np.int64)
    codes = whole(labels).dictionary_encode()
    order = np.asarray(pc.sort_indices(codes.dictionary), dtype=np.int64)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    ranks: Ints = rank[codes.indices.to_numpy(zero_copy_only=False)]
    return ranks


def _texts(nodes: pa.Table, folded: Sequence[str]) -> pa.Table:
    """Hashes of the folded key, label, aliases and qualified name of each node, sorted, for `Graph.find`."""
    key, alias, qualifier = (nodes.column(name).to_pylist() for name in ("key", "aliases", "qualifier"))
    rows = [*range(len(folded)) , *range(len(folded))]
    texts = [*map(fold, key), *folded]
    for row, names in enumerate(alias):
        texts += map(fold, names)
        rows += [row] * len(names)
    for row, told in enumerate(qualifier):
        if told:
            texts.append(fold(f"{folded[row]} ({told})"))
            rows.append(row)
    distinct = pa.array(texts, pa.large_string()).dictionary_encode()
    hashes = np.array([uids.digest(text) for text in distinct.dictionary.to_pylist()], dtype=np.int64)
    table = pa.table({"hash": hashes[distinct.indices.to_numpy(zero_copy_only=False)], "node": rows})
    table = table.group_by(["hash", "node"]).aggregate([])
    return table.sort_by([("hash", "ascending"), ("node", "ascending")]).combine_chunks()
