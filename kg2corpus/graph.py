"""`Graph`: the read-only view of one graph that lessons and probes see. Objects are made from columns when asked for."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import repeat
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from . import uid as uids
from .columns import Columns, Ints, Runs, Sparse, TextLists, Texts, content_fingerprint, fold, ints, read, whole
from .errors import UserError
from .paths import Step, neighbourhood, paths
from .twins import readings, related
from .types import Fact, Node, Relation

CACHED = 1 << 18, 1 << 16  # nodes (then all are let go), and facts, kept as objects; some 100 MB at most
BATCH = 8192
FEW = 5  # facts from which what a graph shows of a relation is taken for more than chance
_TEXTS = ("key", "label", "description", "datatype", "language", "qualifier")


class UnknownUid(UserError, KeyError):
    """No node, relation or fact of that uid in this graph (or in this view of it)."""

    __str__ = Exception.__str__


class Graph:
    """A graph as lessons see it. Nodes and facts come in order of uid; objects are made when asked for and cached.

    Make one with `take(db)`, `Graph.open(folder)` or, in memory, `Graph(columns)`. Two graphs with equal `fingerprint`
    hold the same nodes, relations and facts. A view made by `restrict` keeps the fingerprint of the whole graph.
    """

    def __init__(
        self,
        columns: Columns,
        *,
        fingerprint: str | None = None,
        folder: Path | None = None,
        mask: npt.NDArray[np.bool_] | None = None,
    ) -> None:
        self.columns = columns
        self.folder = folder
        self.fingerprint = content_fingerprint(columns) if fingerprint is None else fingerprint
        self.graph_id: str = columns.meta["graph_id"]
        self.counterfactual: str = columns.meta["counterfactual"]
        self.licences: dict[str, str] = json.loads(columns.meta.get("licences", "{}"))
        self.name: str = columns.meta["name"]
        self.mask = mask
        self._node_uid, self._fact_uid = ints(columns.nodes, "uid"), ints(columns.facts, "uid")
        self._subject, self._relation = ints(columns.facts, "subject"), ints(columns.facts, "relation")
        self._object, self._twin = ints(columns.facts, "object"), ints(columns.facts, "twin")
        self._out, self._into = (Runs(columns, name, mask) for name in ("out", "into"))
        # single cells are read through memoryviews: an item of a NumPy array takes ten times as long
        self._node_cell, self._fact_cell = self._node_uid.data, self._fact_uid.data
        self._cells = [column.data for column in (self._subject, self._relation, self._object, self._twin)]
        self._relations = related(columns.relations.to_pylist())
        self._readings = readings(columns.relations.to_pylist(), self.graph_id)
        self._relation_row = {r.uid: row for row, r in enumerate(self._relations)}
        self._labels, self._types = whole(columns.nodes.column("label")), whole(columns.nodes.column("types"))
        self._literal = whole(columns.nodes.column("literal")).to_numpy(zero_copy_only=False)
        self._literal_cell = self._literal.data
        self._texts = [Texts(whole(columns.nodes.column(name))) for name in _TEXTS]
        self._lists = [TextLists(whole(columns.nodes.column(name))) for name in ("types", "aliases")]
        self._units, self._periods = Sparse(columns.units), Sparse(columns.periods)
        self._nodes: dict[int, Node] = {}
        self._row_of: dict[int, int] = {}
        self._fact = lru_cache(CACHED[1])(self._make_fact)
        self._ends = lru_cache(4096)(self._make_ends)
        self._single = lru_cache(4096)(self._shows_single)
        self._anchors = lru_cache(1)(self._make_anchors)
        self._of_type = lru_cache(256)(self._make_of_type)

    @classmethod
    def open(cls, folder: Path) -> Graph:
        """The graph of a snapshot folder. Raises UserError where there is none, or a damaged or older one."""
        columns, fingerprint = read(folder)
        return cls(columns, fingerprint=fingerprint, folder=folder)

    # objects

    def node(self, uid: int) -> Node:
        """The node of that uid. Raises UnknownUid."""
        found = self._nodes.get(uid)
        return self._make_node(self.row(uid)) if found is None else found

    def fact(self, uid: int) -> Fact:
        """The fact of that uid. Raises UnknownUid, also for a fact that this view leaves out."""
        return self._fact(self._fact_row(uid))

    def relation(self, uid: int) -> Relation:
        """The relation of that uid. Raises UnknownUid."""
        if uid not in self._relation_row:
            raise UnknownUid(f"no relation {uids.show(uid)} in this graph", "uids belong to one graph: is it another one?")
        return self._relations[self._relation_row[uid]]

    def row(self, uid: int) -> int:
        """The row of a node in `columns.nodes`, which means something in this snapshot only. Raises UnknownUid."""
        row = self._row_of.get(uid)
        if row is None:
            if len(self._row_of) >= CACHED[0]:
                self._row_of.clear()
            row = self._row_of[uid] = _row(self._node_cell, uid, "node")
        return row

    def _fact_row(self, uid: int) -> int:
        row = _row(self._fact_cell, uid, "fact")
        if self.mask is not None and not self.mask[row]:
            raise UnknownUid(f"fact {uids.show(uid)} is not in this view of the graph", "is it held out by the split?")
        return row

    def _node(self, row: int) -> Node:
        found = self._nodes.get(self._node_cell[row])
        return self._make_node(row) if found is None else found

    def _make_node(self, row: int) -> Node:
        key, label, description, datatype, language, qualifier = self._texts
        uid = self._node_cell[row]
        if self._literal_cell[row]:
            made = Node(uid, key[row], label[row], True, (), (), description[row], datatype[row], language[row])
        else:
            types, aliases = self._lists
            made = Node(
                uid, key[row], label[row], False, types[row], aliases[row], description[row], "", "", qualifier[row]
            )  # fmt: skip
        if len(self._nodes) >= CACHED[0]:
            self._nodes.clear()
        self._nodes[uid] = made
        return made

    def _make_fact(self, row: int) -> Fact:
        subject, relation, object_, twin = self._cells
        return Fact(
            self._fact_cell[row],
            self._node(subject[row]),
            self._relations[relation[row]],
            self._node(object_[row]),
            twin[row],
            self._unit(row) if self._units else "",
            self._periods[row] if self._periods else (),
        )

    def _unit(self, row: int) -> str:
        return next((unit for (unit,) in self._units[row]), "")

    # all of them

    def __len__(self) -> int:
        """The number of facts."""
        return len(self._fact_uid) if self.mask is None else int(np.count_nonzero(self.mask))

    def relations(self) -> tuple[Relation, ...]:
        """All relations by key; in a view also those whose facts are all left out."""
        return self._relations

    def node_uids(self) -> list[int]:
        """All nodes, ascending: entities, literals and blank nodes."""
        uid: list[int] = self._node_uid.tolist()
        return uid

    def fact_rows(self) -> Ints:
        """Row numbers of the facts of this view, for whole-column work over `columns.facts`; `restrict` takes its like."""
        return np.arange(len(self._fact_uid)) if self.mask is None else np.flatnonzero(self.mask)

    def facts(self, relation: int | None = None) -> Iterator[Fact]:
        """All facts, or those of a relation, by uid; they are made one after the other and not kept."""
        rows = self.fact_rows()
        if relation is not None:
            rows = rows[self._relation[rows] == self._relation_row[self.relation(relation).uid]]
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            subjects, objects = self._subject[part].tolist(), self._object[part].tolist()
            relations, twins = self._relation[part].tolist(), self._twin[part].tolist()
            units = map(self._unit, part.tolist()) if self._units else repeat("", len(part))
            periods = map(self._periods.__getitem__, part.tolist()) if self._periods else repeat((), len(part))
            columns = self._fact_uid[part].tolist(), subjects, relations, objects, twins, units, periods
            for uid, s, r, o, twin, unit, held in zip(*columns, strict=True):
                yield Fact(uid, self._node(s), self._relations[r], self._node(o), twin, unit, held)

    def anchors(self) -> tuple[int, ...]:
        """The uids of the nodes that are subject of a fact, ascending."""
        return self._anchors()

    # edges

    def out(self, uid: int, relation: int | None = None, limit: int | None = None) -> tuple[Fact, ...]:
        """The facts with this subject, by relation key, then object label, then uid; `limit` the first so many."""
        return self._edges(self._out, uid, relation, limit)

    def into(self, uid: int, relation: int | None = None, limit: int | None = None) -> tuple[Fact, ...]:
        """The facts with this object, by relation key, then subject label, then uid; `limit` the first so many."""
        return self._edges(self._into, uid, relation, limit)

    def draw(self, uid: int, rng: Random, most: int, *, into: bool = False) -> tuple[Fact, ...]:
        """`out` (or `into`), or `most` of them by a draw, in the same order: it costs no more at a node of more edges."""
        runs = self._into if into else self._out
        start, end = runs.bounds(self.row(uid), None)
        places = range(start, end) if end - start <= most else sorted(rng.sample(range(start, end), most))
        return tuple([self._fact(runs.cell[place]) for place in places])

    def degree(self, uid: int, relation: int | None = None) -> tuple[int, int]:
        """How many facts (of a relation) have this node as subject, and how many as object, without making any."""
        row, wanted = self.row(uid), self._wanted(relation)
        (first, last), (start, end) = self._out.bounds(row, wanted), self._into.bounds(row, wanted)
        return last - first, end - start

    def _wanted(self, relation: int | None) -> int | None:
        return None if relation is None else self._relation_row.get(relation, -1)

    def _edges(self, runs: Runs, uid: int, relation: int | None, limit: int | None) -> tuple[Fact, ...]:
        start, end = runs.bounds(self.row(uid), self._wanted(relation))
        rows = runs.cell[start : end if limit is None else min(end, start + limit)]
        return tuple(map(self._fact, rows))

    def paths(
        self, start: int, end: int, *, longest: int = 3, limit: int | None = 100, fan: int | None = None, forward: bool = False
    ) -> Iterator[tuple[Step, ...]]:
        """All simple paths between two nodes (no node twice) of at most `longest` steps, the shortest first.

        A step is a fact and whether it is walked `forward`, from its subject to its object; with `forward=True` all are.
        Paths of one length come in the order of `out`, then `into`, at each node. `limit`: so many paths at most (None: all);
        `fan`: a path passes through no node of more facts than that. From a node to itself there is none.

            >>> [[(s.fact.relation.name, s.forward) for s in path] for path in graph.paths(thimphu, new_delhi)]
            [[('capital', False), ('borders', True), ('capital', True)]]

        Searched from both ends: what no path can pass is not looked at. Raises UnknownUid.
        """
        return paths(self, start, end, longest=longest, limit=limit, fan=fan, forward=forward)

    def neighbourhood(
        self, uid: int, *, hops: int = 1, limit: int | None = 1000, fan: int | None = None, forward: bool = False
    ) -> Any:
        """The nodes within `hops` steps and all facts between them, as a `networkx.MultiDiGraph`.

        Nodes are uids (attributes `label`, `name`, `types`, `literal`), edges have the fact's uid as key (attributes
        `relation`, its uid, and `label`). Steps go both ways, or from subject to object only with `forward`. `limit`: so many
        nodes at most, the nearest first; `fan`: nodes of more facts than that are shown, but not walked through.

            >>> around = graph.neighbourhood(bhutan)
            >>> sorted(label for _, label in around.nodes(data="label"))
            ['38394', 'Bhutan', 'India', 'Thimphu']

        Raises UnknownUid.
        """
        return neighbourhood(self, uid, hops=hops, limit=limit, fan=fan, forward=forward)

    def objects(self, relation: int) -> tuple[int, ...]:
        """The distinct objects of a relation, ascending."""
        return self._ends(self.relation(relation).uid, False)

    def subjects(self, relation: int) -> tuple[int, ...]:
        """The distinct subjects of a relation, ascending."""
        return self._ends(self.relation(relation).uid, True)

    def is_functional(self, relation: int) -> bool:
        """Whether a subject has one object of the relation only: declared so, or true of all facts of the whole graph, if there
        are at least FEW of them."""
        return self.relation(relation).functional or self._single(relation)

    def _shows_single(self, relation: int) -> bool:
        subjects = self._subject[self._relation == self._relation_row[relation]]
        return len(subjects) >= FEW and len(np.unique(subjects)) == len(subjects)

    def _make_anchors(self) -> tuple[int, ...]:
        rows = np.unique(self._subject if self.mask is None else self._subject[self.mask])
        return tuple(self._node_uid[rows].tolist())

    def _make_ends(self, relation: int, subjects: bool) -> tuple[int, ...]:
        chosen = self._relation == self._relation_row[relation]
        if self.mask is not None:
            chosen &= self.mask
        rows = np.unique((self._subject if subjects else self._object)[chosen])
        return tuple(self._node_uid[rows].tolist())

    # types

    def types(self) -> dict[str, int]:
        """Label of each type and how many nodes have it, the most frequent first."""
        counts = pc.value_counts(self._types.flatten())
        found = [(entry["values"].as_py(), entry["counts"].as_py()) for entry in counts]
        return dict(sorted(found, key=lambda item: (-item[1], item[0])))

    def of_type(self, label: str) -> tuple[int, ...]:
        """The nodes of a type, ascending; none for an unknown type."""
        return self._of_type(label)

    def _make_of_type(self, label: str) -> tuple[int, ...]:
        column = self._types
        rows = pc.list_parent_indices(column).filter(pc.equal(column.flatten(), label))
        return tuple(self._node_uid[rows.to_numpy(zero_copy_only=False)].tolist())

    # names

    def find(self, text: str) -> list[Node]:
        """The nodes that `text` names: by uid (16 hex digits) or an entity's key, else by label or qualified name ("Georgia
        (country)"), then by alias, literals last.

        Case and blanks around make no difference. Several nodes may share a name, and none may have it.
        """
        if (exact := self._by_uid(text.strip())) is not None:
            return [exact]
        wanted = fold(text)
        hashes, code = ints(self.columns.texts, "hash"), uids.digest(wanted)
        start, end = int(np.searchsorted(hashes, code)), int(np.searchsorted(hashes, code, side="right"))
        nodes = [self._node(row) for row in ints(self.columns.texts, "node")[start:end].tolist()]
        if keyed := [n for n in nodes if n.key == text.strip() and not n.literal]:
            return keyed
        return sorted(nodes, key=lambda n: (n.literal, fold(n.label) != wanted, n.uid))

    def _by_uid(self, text: str) -> Node | None:
        try:
            return self.node(uids.parse(text.lower()))
        except (ValueError, UnknownUid):
            return None

    def near(self, text: str) -> list[str]:
        """Up to three labels like `text`, the most alike first."""
        from .nearness import nearest

        entities = pa.array(~self._literal)
        labels = self._labels.filter(entities)
        aliases = whole(self.columns.nodes.column("aliases")).filter(entities).flatten()
        return nearest(text, pa.concat_arrays([labels, aliases]))

    def telling(self, uid: int) -> tuple[Fact, ...]:
        """The facts that the qualifier of a node gives away: those that join it to the neighbours that it names.

        Raises UnknownUid, also where this view leaves one of them out.
        """
        return tuple(self.fact(fact) for fact in self._basis(self.row(uid)))

    def _basis(self, row: int) -> list[int]:
        found: list[int] = self.columns.nodes.column("basis")[row].as_py()
        return found

    def told_by_name(self, uid: int) -> frozenset[int]:
        """The nodes that a node's qualifier names, in a view too: who reads "Springfield (Illinois)" reads of Illinois."""
        row = self.row(uid)
        rows = [_row(self._fact_cell, fact, "fact") for fact in self._basis(row)]
        ends = {cells[fact] for fact in rows for cells in (self._cells[0], self._cells[2])}
        return frozenset(self._node_cell[end] for end in ends - {row})

    def telling_facts(self) -> frozenset[int]:
        """The uids of all facts that a qualifier gives away: no split may hold them (or their twins) out."""
        return frozenset(whole(self.columns.nodes.column("basis")).flatten().to_pylist())

    # views and provenance

    def readings(self, relation: int) -> frozenset[tuple[int, bool]]:
        """The ways to read a fact of this relation, itself included: (uid of a relation, whether subject and object change
        places). More than one for symmetric relations and those with an inverse, which need not occur in the graph."""
        return self._readings.get(self._relation_row[relation], frozenset({(relation, False)}))

    def restrict(self, keep: Callable[[Fact], bool] | npt.NDArray[np.bool_]) -> Graph:
        """A view with only the facts that `keep` says yes to; nodes and relations stay.

        `keep` may also be a mask over all rows of `columns.facts`, which costs no Fact objects (`Split.mask`).
        """
        mask = np.zeros(len(self._fact_uid), dtype=np.bool_)
        rows = self.fact_rows()
        if callable(keep):
            kept = np.fromiter((bool(keep(f)) for f in self.facts()), dtype=np.bool_, count=len(rows))
            mask[rows[kept]] = True
        else:
            mask[rows] = keep[rows]
        return Graph(self.columns, fingerprint=self.fingerprint, folder=self.folder, mask=mask)

    def statements(self, fact: int) -> list[tuple[str, str, int]]:
        """Where a fact stands: (source, file of the source or "", position), in that order."""
        row = self._fact_row(fact)
        column = ints(self.columns.statements, "fact")
        start, end = int(np.searchsorted(column, row)), int(np.searchsorted(column, row, side="right"))
        return [
            (s["source"], s["file"], s["position"])
            for s in self.columns.statements.slice(start, end - start).to_pylist()
        ]


def _row(cells: memoryview, uid: int, what: str) -> int:
    row = bisect_left(cells, uid)
    if row == len(cells) or cells[row] != uid:
        raise UnknownUid(f"no {what} {uids.show(uid)} in this graph", "uids belong to one graph: is it another one?")
    return row
