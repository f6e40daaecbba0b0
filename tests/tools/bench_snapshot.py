"""Time a snapshot of a synthetic graph: build, open, look-ups a second, paths; CPU seconds and peak memory.

python tests/tools/bench_snapshot.py [facts] [nodes] [hub]

By default 1,000,000 facts, 200,000 nodes (every tenth name borne by two or more of them), 40 relations (one symmetric, one
pair of inverses), skewed degrees, a hub of 100,000 neighbours. Nothing of SQL is in it: the store's part is
`kg2corpus.store.rows.read_store`.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa

from kg2corpus import uid as uids
from kg2corpus.assemble import assemble
from kg2corpus.columns import FACT, NODE, RELATION, STATEMENT, Raw, content_fingerprint, ints, save, table_of
from kg2corpus.graph import Graph

RELATIONS = 40
SEED = 7


def synthetic(facts: int, nodes: int, hub: int) -> Raw:
    """Tables as a store gives them. The last fifth of the nodes are literals; node 0 is the hub."""
    rng = np.random.default_rng(SEED)
    entities = nodes * 4 // 5
    keys = [f"http://example.org/entity/Q{i}" for i in range(nodes)]
    literal = np.arange(nodes) >= entities
    labels = [f"Name {i // 3 if i % 10 < 2 else i}" for i in range(entities)] + [str(i) for i in range(entities, nodes)]
    uid = [uids.entity_uid(key) for key in keys[:entities]] + [uids.literal_uid(text) for text in labels[entities:]]
    kinds = [[f"type {i % 23}"] if i < entities else [] for i in range(nodes)]
    aliases = [[f"Alias {i}"] if i < entities and i % 4 == 0 else [] for i in range(nodes)]
    subject = (entities * rng.random(facts * 3) ** 2).astype(np.int64)
    relation = rng.integers(0, RELATIONS, facts * 3)
    object_ = (entities * rng.random(facts * 3) ** 3).astype(np.int64)
    values = relation >= RELATIONS - 8
    object_[values] = rng.integers(entities, nodes, int(values.sum()))
    subject[:hub], object_[:hub], relation[:hub] = np.arange(1, hub + 1) % entities, 0, 3
    triple = np.unique(np.stack([subject, relation, object_]), axis=1)
    triple = triple[:, np.sort(rng.permutation(triple.shape[1])[: facts - hub])]
    spokes = np.stack([subject[:hub], relation[:hub], object_[:hub]])
    triple = np.unique(np.concatenate([triple, spokes], axis=1), axis=1)
    relation_rows = [_relation(i) for i in range(RELATIONS)]
    shown = [uids.show(u) for u in uid], [uids.show(row[0]) for row in relation_rows]
    fact = [uids.digest("fact", shown[0][s], shown[1][r], shown[0][o]) for s, r, o in triple.T.tolist()]
    count, line = len(fact), pa.array(np.arange(len(fact)))
    return Raw(
        nodes=pa.table(
            [pa.array(uid), pa.array(literal), *(pa.array(c, pa.large_string()) for c in (keys, labels, *[[""] * nodes] * 3))]
            + [pa.array(c, pa.large_list(pa.large_string())) for c in (kinds, aliases)],
            schema=NODE,
        ),
        relations=table_of(relation_rows, RELATION),
        facts=pa.table([pa.array(fact), *map(pa.array, triple)], schema=FACT),
        statements=pa.table(
            [line, *(pa.array([t] * count, pa.large_string()) for t in ("big.nt", "")), line],
            schema=STATEMENT,
        ),
        meta={"graph_id": "", "counterfactual": "", "name": "synthetic"},
    )


def _relation(i: int) -> tuple[object, ...]:
    key = f"http://example.org/rel/p{i}"
    inverse = "http://example.org/rel/p2" if i == 1 else ""
    return uids.relation_uid(key), i == 3, False, False, False, key, f"p{i}", f"relation {i}", "", "", "", inverse, ""


def timed(what: str, work: Callable[[], object]) -> object:
    """Run it and print its CPU and wall seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    print(f"{what:28} {time.process_time() - cpu:8.3f} CPU s {time.perf_counter() - wall:8.3f} s")
    return result


def rate(what: str, ask: Callable[[int], object], items: Iterable[int]) -> None:
    """Ask for each item and print how many a CPU second."""
    todo = list(items)
    cpu = time.process_time()
    for item in todo:
        ask(item)
    spent = time.process_time() - cpu
    print(f"{what:28} {len(todo) / spent:12,.0f} a CPU s ({len(todo):,} asked)")


def peak() -> float:
    """Peak resident memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(facts: int = 1_000_000, nodes: int = 200_000, hub: int = 100_000) -> None:
    raw = synthetic(facts, nodes, hub)
    print(f"{raw.facts.num_rows:,} facts, {raw.nodes.num_rows:,} nodes, a hub of {hub:,}; peak {peak():.0f} MB with the tables")
    columns = timed("build (sort, index, names)", lambda: assemble(raw))
    fingerprint = timed("fingerprint", lambda: content_fingerprint(columns))
    with tempfile.TemporaryDirectory() as folder:
        timed("write", lambda: save(columns, Path(folder), fingerprint))
        print(f"peak {peak():.0f} MB after building")
        graph = timed("open", lambda: Graph.open(Path(folder)))
        ask(graph, raw, hub)
    print(f"peak {peak():.0f} MB in all")


def ask(graph: Graph, raw: Raw, hub: int) -> None:
    rng = random.Random(SEED)
    every = graph.node_uids()
    drawn = [rng.choice(every) for _ in range(200_000)]
    rate("node, first time", graph.node, drawn)
    rate("node, again", graph.node, drawn)
    rate("out, first time (nodes)", graph.out, drawn[:20_000])
    rate("out, again (nodes)", graph.out, drawn[:20_000])
    rate("degree", graph.degree, drawn[:50_000])
    facts = sum(len(graph.out(uid)) for uid in drawn[:20_000])
    print(f"  ({facts / 20_000:.1f} facts a node)")
    names = [graph.node(uid).label for uid in drawn[:20_000]]
    rate("find", graph.find, names)
    ends = iter(rng.choices(every, k=200))
    rate("paths, 3 steps, to the hub", lambda uid: list(graph.paths(uid, next(ends), limit=20)), rng.choices(every, k=100))
    hub_uid = ints(raw.nodes, "uid")[0].item()
    rate("neighbourhood, 1 step", graph.neighbourhood, drawn[:200])
    rate("neighbourhood of the hub", lambda _: graph.neighbourhood(hub_uid), range(5))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
