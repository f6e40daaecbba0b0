"""What changed between two versions of a graph: facts added, removed and changed, and labels, by uid.

A fact is changed where its subject has one object in each version, and another one, of a relation that is functional as
measured: nearly all of its subjects have one object, in both versions. Uids name facts by what they say, so the two stores
need share nothing else.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from .columns import Ints, ints
from .documents import write_text
from .errors import UserError
from .graph import Graph
from .types import Fact, Node
from .uid import parse, show

FUNCTIONAL = 0.95  # share of the subjects with one object from which a relation counts as functional
FILES = ("added.tsv", "removed.tsv", "changed.tsv", "labels.tsv")
FACT_COLUMNS = ("uid", "subject", "relation", "object", "subject_label", "relation_label", "object_label")


@dataclass(frozen=True)
class Diff:
    """Two versions apart. `changed` pairs facts of one subject and relation, `labels` nodes of one uid: (old, new)."""

    before: Graph
    after: Graph
    added: tuple[Fact, ...]
    removed: tuple[Fact, ...]
    changed: tuple[tuple[Fact, Fact], ...]
    labels: tuple[tuple[Node, Node], ...]

    def as_dict(self) -> dict[str, Any]:
        """Totals, and counts by relation, as plain data."""
        counts: dict[str, Counter[str]] = {}
        for what, facts in (("added", self.added), ("removed", self.removed), ("changed", [new for _, new in self.changed])):
            for fact in facts:
                counts.setdefault(fact.relation.name, Counter())[what] += 1
        return {
            "before": {"name": self.before.name, "fingerprint": self.before.fingerprint, "facts": len(self.before)},
            "after": {"name": self.after.name, "fingerprint": self.after.fingerprint, "facts": len(self.after)},
            "added": len(self.added), "removed": len(self.removed), "changed": len(self.changed), "labels": len(self.labels),
            "relations": [
                {"relation": name, "added": n["added"], "removed": n["removed"], "changed": n["changed"]}
                for name, n in sorted(counts.items())
            ],
        }  # fmt: skip

    def write(self, folder: Path) -> list[Path]:
        """Write the four files; the first column of each fact file is a uid, which `split --facts` takes."""
        folder.mkdir(parents=True, exist_ok=True)
        named = ("subject_label", "old_label", "object_label")
        changed = ("uid", "old_uid", "subject", "relation", "old_object", "object", *named)
        tables: tuple[tuple[tuple[str, ...], Iterable[tuple[str, ...]]], ...] = (
            (FACT_COLUMNS, map(_fact_row, self.added)),
            (FACT_COLUMNS, map(_fact_row, self.removed)),
            (changed, (_changed_row(old, new) for old, new in self.changed)),
            (("uid", "key", "old_label", "label"), ((show(b.uid), b.key, a.label, b.label) for a, b in self.labels)),
        )
        paths = [folder / name for name in FILES]
        for path, (header, rows) in zip(paths, tables, strict=True):
            write_text(path, _tsv(header, rows))
        return paths


def diff(before: Graph, after: Graph) -> Diff:
    """Compare two graphs. Raises UserError where their uids cannot agree: one is a counterfactual copy and the other not."""
    if before.columns.meta.get("graph_id", "") != after.columns.meta.get("graph_id", ""):
        raise UserError(
            "one of the graphs is a counterfactual copy: its facts have other uids", "compare two versions of the real graph"
        )
    old, new = _uids(before), _uids(after)
    removed = [before.fact(uid) for uid in np.setdiff1d(old, new).tolist()]
    added = [after.fact(uid) for uid in np.setdiff1d(new, old).tolist()]
    functional = {r.uid for r in after.relations() if _functional(after, r.uid)} & {
        r.uid for r in before.relations() if _functional(before, r.uid)
    }
    gone = {(f.subject.uid, f.relation.uid): f for f in removed if f.relation.uid in functional and _single(before, f)}
    pairs = ((gone.get((f.subject.uid, f.relation.uid)), f) for f in added if _single(after, f))
    changed = tuple((was, f) for was, f in pairs if was is not None)
    paired = {f.uid for pair in changed for f in pair}
    return Diff(
        before,
        after,
        tuple(f for f in added if f.uid not in paired),
        tuple(f for f in removed if f.uid not in paired),
        changed,
        tuple(_labels(before, after)),
    )


def read_fact_uids(path: Path) -> frozenset[int]:
    """The fact uids in the first column of a TSV file with a header, as `Diff.write` makes them.

    Raises UserError for a file that is none, with the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as e:
        raise UserError(f"{path}: {e}", "give a file of fact uids, such as the added.tsv of `kg2corpus diff`") from e
    found = set()
    for number, line in enumerate(lines, 1):
        cell = line.split("\t", 1)[0].strip()
        if not cell or (number == 1 and cell == "uid"):
            continue
        try:
            found.add(parse(cell))
        except ValueError:
            hint = "the first column holds fact uids, 16 hex digits each, as `kg2corpus diff` writes them"
            raise UserError(f"{path}:{number}: '{cell[:40]}' is no uid", hint) from None
    if not found:
        raise UserError(f"{path} names no facts", "an empty difference leaves nothing to train")
    return frozenset(found)


def _uids(graph: Graph) -> Ints:
    return ints(graph.columns.facts, "uid")[graph.fact_rows()]


def _single(graph: Graph, fact: Fact) -> bool:
    return graph.degree(fact.subject.uid, fact.relation.uid)[0] == 1


def _functional(graph: Graph, relation: int) -> bool:
    """Whether nearly all subjects have one object."""
    row = next(i for i, r in enumerate(graph.relations()) if r.uid == relation)
    rows = graph.fact_rows()
    subjects = ints(graph.columns.facts, "subject")[rows][ints(graph.columns.facts, "relation")[rows] == row]
    counts = np.unique(subjects, return_counts=True)[1]
    return len(counts) > 0 and float(np.count_nonzero(counts == 1)) >= FUNCTIONAL * len(counts)


def _labels(before: Graph, after: Graph) -> Iterator[tuple[Node, Node]]:
    """Entities of both versions that are called something else, by uid."""
    a, b = before.columns.nodes, after.columns.nodes
    old, new = ints(a, "uid"), ints(b, "uid")
    shared, i, j = np.intersect1d(old, new, assume_unique=True, return_indices=True)
    differ = pa.compute.not_equal(a.column("label").take(pa.array(i)), b.column("label").take(pa.array(j)))
    for row in np.flatnonzero(np.asarray(differ.combine_chunks().to_numpy(zero_copy_only=False), dtype=np.bool_)).tolist():
        node = after.node(int(shared[row]))
        if not node.literal:
            yield before.node(node.uid), node


def _fact_row(f: Fact) -> tuple[str, ...]:
    return show(f.uid), f.subject.key, f.relation.key, f.object.key, f.subject.label, f.relation.label, f.object.label


def _changed_row(old: Fact, new: Fact) -> tuple[str, ...]:
    keys = new.subject.key, new.relation.key, old.object.key, new.object.key
    return show(new.uid), show(old.uid), *keys, new.subject.label, old.object.label, new.object.label


def _tsv(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    text = StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
