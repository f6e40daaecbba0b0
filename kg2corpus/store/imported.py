"""Splits as rows of the store, so that SQL can ask what is held out. The files stay what every stage reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa

from . import open_db
from .split import Split
from .split_view import composition_rows, split_rows
from .whole import changing, failures

if TYPE_CHECKING:
    from ..graph import Graph


def import_split(db: str, split: Split, graph: Graph) -> int:
    """Write a split of the store's graph into its tables, in one transaction; one that is there already is left as it is.

    Returns the number of rows. Raises UserError where the graph is another one, or the store is being written.
    """
    split.check(graph)
    store = open_db(db)
    t = store.tables
    try:
        with failures(store.place.path or store.place.shown), changing(store) as sql:
            if sql.run(f"SELECT 1 FROM {t.split} WHERE fingerprint = ?", (split.fingerprint,)).fetchone():
                return 0
            options = json.dumps(dict(split.options), sort_keys=True)
            row = (split.fingerprint, split.graph, options)
            sql.run(f"INSERT INTO {t.split} (fingerprint, graph, options) VALUES (?, ?, ?)", row)
            _, kinds, uids = zip(*split_rows(split, graph), strict=True)
            members = {"kind": pa.array(kinds, pa.string()), "uid": pa.array(uids, pa.int64())}
            count = sql.bulk(t.split_member.name, {"fingerprint": split.fingerprint, **members})
            composed = list(composition_rows(split, graph))
            if composed:
                _, which, fact = zip(*composed, strict=True)
                pairs = {"composition": pa.array(which, pa.int64()), "fact": pa.array(fact, pa.int64())}
                count += sql.bulk(t.split_composition.name, {"fingerprint": split.fingerprint, **pairs})
            return count
    finally:
        store.close()
