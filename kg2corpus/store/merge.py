"""Second half of a load: what was settled goes into the tables, in order of uid, in bulk.

The result depends on the sources of the store, and not on the order in which they were loaded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..columns import Ints, ints, whole
from ..uid import entity_uid
from .database import Sql
from .descriptions import cleaned
from .labels import choose
from .naming import label_from_key, relation_label, relation_name
from .schema import Tables
from .settle import Settled, mark_used
from .terms import ENTITY, KINDS, LITERAL, clash
from .vocabulary import NOTE_KINDS

_KNOWN = pa.schema([("uid", pa.int64()), ("id", pa.int64())] + [(n, pa.string()) for n in ("key", "datatype", "language")])
_FACT = pa.schema([("uid", pa.int64())] + [(n, pa.int64()) for n in ("id", "s", "r", "o")])
DESCRIBE = [NOTE_KINDS.index(kind) for kind in ("label", "alias", "description", "individual")]
NAMES = NOTE_KINDS.index("description")  # labels, aliases and descriptions come first


class Merge:
    """One load's writing. `fresh`: the tables are empty, and have no indexes yet. `sources`: database ids by number."""

    def __init__(
        self, sql: Sql, t: Tables, settled: Settled, sources: Sequence[int], chain: Sequence[str], *, fresh: bool
    ) -> None:
        self.sql, self.t, self.settled, self.fresh, self.chain = sql, t, settled, fresh, chain
        self.ingest = settled.ingest
        self.sources = np.array([*sources, 0], np.int64)
        self.id = np.zeros(len(settled.uid), np.int64)  # of nodes by number, 0: not in the store
        self.counts: Counter[str] = Counter()
        self.object_kinds: set[tuple[int, str]] = set()  # of each relation (by id): "entity", or a datatype
        if not fresh:
            for name in ("part_uid", "touched"):
                sql.run(f"CREATE TEMP TABLE {name} (uid BIGINT)")

    def write(self) -> Counter[str]:
        """Write everything but what needs the whole store. Returns counts: facts_new, facts_known, statements, nodes."""
        mark_used(self.settled)
        self._nodes()
        self._types()
        self._relations()
        self._facts()
        self._unvalued()
        return self.counts

    def _next(self, table: str) -> int:
        """The next free id of a table."""
        return 1 + (0 if self.fresh else int(self.sql.one(f"SELECT coalesce(max(id), 0) FROM {table}")))

    def _among(self, uid: Ints) -> str:
        """A temporary table with these uids, for a join."""
        self.sql.run("DELETE FROM part_uid")
        self.sql.bulk("part_uid", {"uid": uid})
        return "part_uid"

    # nodes and their names

    def _nodes(self) -> None:
        ingest, settled = self.ingest, self.settled
        if ingest.names.terms.new.spilled or ingest.described.notes.spilled:
            ingest.names.terms.new.spread()
            ingest.described.notes.spread()
        used = settled.used_relations
        keys = (key for key, r in ingest.names.relations.items() if used[r])
        predicates = np.array([entity_uid(key, ingest.names.graph_id) for key in keys], np.int64)
        stay = settled.used | (settled.spoken & ~settled.declared & ~np.isin(settled.uid, predicates))
        first = next_id = self._next(self.t.node.name)
        for nodes, notes in zip(ingest.names.terms.new.parts(), ingest.described.notes.parts(), strict=True):
            nodes = nodes.take(pa.array(np.argsort(ints(nodes, "uid"), kind="stable")))
            _check(nodes)
            number = ints(nodes, "id")
            if settled.gone.any and notes.num_rows:  # what a source says of its deprecated terms goes with them
                of = number[np.searchsorted(ints(nodes, "uid"), ints(notes, "uid"))].astype(np.int64)
                gone = settled.gone.hold(of, ints(notes, "source").astype(np.int64))
                notes = notes.filter(pa.array(~gone | ~np.isin(ints(notes, "kind"), DESCRIBE)))
            if not self.fresh:
                self._known(nodes)
                self.sql.bulk("touched", {"uid": pc.unique(whole(notes.column("uid")))})
            new = stay[number] & (self.id[number] == 0)
            nodes, number = nodes.filter(pa.array(new)), number[new]
            ids = np.arange(next_id, next_id + len(number))
            next_id += len(number)
            self.id[number] = ids
            named, aliases = choose(notes.filter(pc.less_equal(notes.column("kind"), NAMES)), self.chain)
            self._insert_nodes(nodes, ids, named)
            if not self.fresh and len(ids):  # what an earlier load said of what is a node only now
                among = self._among(ints(nodes, "uid"))
                known = f"SELECT DISTINCT a.uid FROM {self.t.annotation} a JOIN {among} p ON p.uid = a.uid"
                self.sql.run(f"INSERT INTO touched {known}")
            if self.fresh:
                self._insert_aliases(nodes, ids, aliases)
            if settled.chosen:
                told = np.concatenate((settled.uid[self.id > 0], settled.uid[settled.declared], predicates))
                notes = notes.filter(pc.is_in(notes.column("uid"), value_set=pa.array(told)))
            self._annotate(notes)
        self.counts["nodes"] = next_id - first

    def _known(self, nodes: pa.Table) -> None:
        """Find the nodes that the store has already."""
        t = self.t.node.name
        among = self._among(ints(nodes, "uid"))
        known = self.sql.fetch(
            f"SELECT n.uid, n.id, n.key, n.datatype, n.language FROM {t} n JOIN {among} p ON p.uid = n.uid", _KNOWN
        )
        row = np.searchsorted(ints(nodes, "uid"), ints(known, "uid"))
        mine = nodes.take(pa.array(row))
        for name in ("key", "datatype", "language"):
            other = pc.not_equal(mine.column(name), known.column(name))
            if pc.any(other).as_py():
                raise clash(known.filter(other).column("key")[0].as_py(), mine.filter(other).column("key")[0].as_py())
        self.id[ints(mine, "id")] = ints(known, "id")

    def _insert_nodes(self, nodes: pa.Table, ids: Ints, named: pa.Table) -> None:
        if not nodes.num_rows:
            return
        uid, kind = ints(nodes, "uid"), ints(nodes, "kind")
        key = whole(nodes.column("key"))
        told = np.searchsorted(ints(named, "uid"), uid)
        has = np.zeros(len(uid), np.bool_)
        within = told < named.num_rows
        has[within] = ints(named, "uid")[told[within]] == uid[within]
        at = pa.array(told, mask=~has)
        label = pc.fill_null(whole(named.column("label")).take(at), "")
        is_named = pc.fill_null(whole(named.column("named")).take(at), 0)
        description = pc.fill_null(whole(named.column("description")).take(at), "")
        literal = kind == LITERAL
        if literal.any():
            label = pc.if_else(pa.array(literal), _clean(key, literal), label)
            is_named = pc.if_else(pa.array(literal), 1, is_named)
        bare = np.flatnonzero((kind == ENTITY) & (is_named.to_numpy(zero_copy_only=False) == 0))
        if len(bare):
            made = pa.array([label_from_key(k) for k in key.take(pa.array(bare)).to_pylist()], pa.string())
            mask = np.zeros(len(uid), np.bool_)
            mask[bare] = True
            label = pc.replace_with_mask(label, pa.array(mask), made)
        kinds = pa.DictionaryArray.from_arrays(pa.array(kind.astype(np.int32)), pa.array(KINDS, pa.string()))
        self.sql.bulk(
            self.t.node.name,
            {
                "id": ids, "uid": uid, "key": key, "kind": kinds, "label": label, "description": description,
                "datatype": whole(nodes.column("datatype")), "language": whole(nodes.column("language")), "named": is_named,
            },
        )  # fmt: skip

    def _insert_aliases(self, nodes: pa.Table, ids: Ints, aliases: pa.Table) -> None:
        uid = ints(nodes, "uid")
        row = np.searchsorted(uid, ints(aliases, "uid"))
        here = row < len(uid)
        here[here] = uid[row[here]] == ints(aliases, "uid")[here]
        some = aliases.filter(pa.array(here))
        columns = {"node_id": ids[row[here]], **{name: whole(some.column(name)) for name in ("text", "language")}}
        self.sql.bulk(self.t.alias.name, columns)

    def _annotate(self, notes: pa.Table) -> None:
        if not notes.num_rows:
            return
        names = ["uid", "kind", "rank", "text", "language", "source"]
        notes = notes.select(names).group_by(names).aggregate([]).sort_by("uid")
        codes = pa.array(ints(notes, "kind").astype(np.int32))
        kinds = pa.DictionaryArray.from_arrays(codes, pa.array(NOTE_KINDS, pa.string()))
        columns = {name: whole(notes.column(name)) for name in ("uid", "rank", "text", "language")}
        source = self.sources[ints(notes, "source")]
        self.sql.bulk(self.t.annotation.name, {**columns, "kind": kinds, "source_id": source})

    def _types(self) -> None:
        by_source: dict[int, list[tuple[Ints, Ints]]] = {}
        for nodes, types, source in self.ingest.described.types:
            by_source.setdefault(source, []).append((nodes, types))
        for source, some in by_source.items():
            nodes, types = (np.concatenate(column) for column in zip(*some, strict=True))
            width = int(self.id.max(initial=0)) + 1
            pairs = np.unique(self.id[nodes] * width + self.id[types])
            columns = {"node_id": pairs // width, "type_id": pairs % width, "source_id": int(self.sources[source])}
            self.sql.bulk(self.t.node_type.name, columns)

    # relations, facts, statements

    def _relations(self) -> None:
        t = self.t.relation.name
        known: dict[str, int] = {} if self.fresh else dict(self.sql.run(f"SELECT key, id FROM {t}").fetchall())
        used = self.settled.used_relations
        new = sorted(key for key, r in self.ingest.names.relations.items() if key not in known and used[r])
        first = self._next(t)
        known |= {key: first + i for i, key in enumerate(new)}
        uid = self.ingest.names.relation_uids
        columns = {
            "id": [known[k] for k in new], "uid": [uid[self.ingest.names.relations[k]] for k in new], "key": new,
            "name": [relation_name(k) for k in new], "label": [relation_label(k) for k in new],
        }  # fmt: skip
        rest = dict.fromkeys(("description", "datatype", "unit", "inverse_key", "kind", "object_kinds"), "")
        flags = dict.fromkeys(("symmetric", "transitive", "functional", "name_like"), False)
        self.sql.bulk(t, {**{name: pa.array(v) for name, v in columns.items()}, **rest, **flags})
        self.relation = np.array([known.get(key, 0) for key in self.ingest.names.relations] or [0], np.int64)

    def _facts(self) -> None:
        self.fact_id, self.statement_id = self._next(self.t.fact.name), self._next(self.t.statement.name)
        self.graphs = self._named_graphs()
        self.told = _by_extra(self.ingest.qualifiers, len(self.ingest.extras))
        for c in self.settled.facts():
            if len(c["uid"]):
                self._part(c)

    def _part(self, c: dict[str, Ints]) -> None:
        uid = c["uid"]
        first = np.ones(len(uid), np.bool_)
        first[1:] = uid[1:] != uid[:-1]
        of = np.cumsum(first) - 1
        ends = {"s": self.id[c["s"]], "r": self.relation[c["r"]], "o": self.id[c["o"]]}
        fact = {name: column[first] for name, column in ends.items()}
        for name, column in ends.items():
            if not np.array_equal(fact[name][of], column):
                raise clash("a fact", "another fact")
        distinct = uid[first]
        ids = np.zeros(len(distinct), np.int64)
        if not self.fresh:
            among = self._among(distinct)
            known = self.sql.fetch(
                f"SELECT f.uid, f.id, f.subject_id, f.relation_id, f.object_id FROM {self.t.fact.name} f"
                f" JOIN {among} p ON p.uid = f.uid", _FACT,
            )  # fmt: skip
            row = np.searchsorted(distinct, ints(known, "uid"))
            for name in ("s", "r", "o"):
                if not np.array_equal(fact[name][row], ints(known, name)):
                    raise clash("a fact", "another fact")
            ids[row] = ints(known, "id")
            self.counts["facts_known"] += len(row)
        new = ids == 0
        made = int(np.count_nonzero(new))
        ids[new] = np.arange(self.fact_id, self.fact_id + made)
        self.fact_id += made
        self.counts["facts_new"] += made
        self.sql.bulk(
            self.t.fact.name,
            {
                "id": ids[new], "uid": distinct[new], "subject_id": fact["s"][new], "relation_id": fact["r"][new],
                "object_id": fact["o"][new],
            },
        )  # fmt: skip
        self._statements(c, ids[of])
        named = self.ingest.names.terms.datatypes
        codes = self.settled.datatype[c["o"][first]]
        width = len(named) + 1
        pairs = np.flatnonzero(
            np.bincount(fact["r"] * width + np.where(self.settled.kind[c["o"][first]] == LITERAL, codes, width - 1))
        )
        self.object_kinds |= {(p // width, [*named, "entity"][p % width]) for p in pairs.tolist()}

    def _statements(self, c: dict[str, Ints], fact: Ints) -> None:
        count = len(fact)
        ids = np.arange(self.statement_id, self.statement_id + count)
        self.statement_id += count
        self.counts["statements"] += count
        if count and c["place"].min() == c["place"].max():  # one file, as most sources are
            places, place = c["place"][:1], np.zeros(count, np.int64)
        else:
            places, place = np.unique(c["place"], return_inverse=True)
        files = [self.ingest.places[p][1] for p in places.tolist()]
        sources = [int(self.sources[self.ingest.places[p][0]]) for p in places.tolist()]
        columns: dict[str, object] = {"id": ids, "fact_id": fact, "position": c["position"]}
        columns["source_id"] = sources[0] if len(set(sources)) == 1 else np.array(sources)[place]
        columns["file"] = pa.array(files, pa.string()).take(pa.array(place))
        extra = c["extra"]
        if not extra.any():
            columns |= {"rank": "", "graph_id": None, "valid_from": "", "valid_to": ""}
        else:
            told = [self.ingest.extras[n] for n in extra.tolist()]
            for name, i in (("rank", 0), ("valid_from", 2), ("valid_to", 3)):
                columns[name] = pa.array([t[i] for t in told], pa.string())
            columns["graph_id"] = pa.array([self.graphs.get(t[1]) for t in told], pa.int64())
        self.sql.bulk(self.t.statement.name, columns)
        if self.told is not None and extra.any():
            self._qualifiers(ids, extra)

    def _qualifiers(self, statement: Ints, extra: Ints) -> None:
        """The qualifiers of each statement by its extra: of all with that extra, in the order of the source."""
        assert self.told is not None
        told, starts, ends = self.told
        rows = np.flatnonzero(extra > 0)
        begin, end = starts[extra[rows]], ends[extra[rows]]
        length = end - begin
        if not length.sum():
            return
        at = np.repeat(begin - np.concatenate(([0], np.cumsum(length)[:-1])), length) + np.arange(length.sum())
        some = told.take(pa.array(at))
        objects = some.column("object").combine_chunks().to_numpy(zero_copy_only=False)
        null = np.asarray(pc.is_null(some.column("object")))
        number = np.where(null, 0, np.nan_to_num(objects)).astype(np.int64)
        self.sql.bulk(
            self.t.qualifier.name,
            {
                "statement_id": np.repeat(statement[rows], length), "ordinal": ints(some, "ordinal"),
                "relation_id": self.relation[ints(some, "relation")], "kind": whole(some.column("kind")),
                "object_id": pa.array(self.id[number], mask=null),
            },
        )  # fmt: skip

    def _named_graphs(self) -> dict[str, int]:
        t = self.t.named_graph.name
        found = {} if self.fresh else {iri: id_ for id_, iri in self.sql.run(f"SELECT id, iri FROM {t}")}
        told = (self.ingest.extras[n][1] for n in np.flatnonzero(self.settled.used_extras).tolist())
        new = sorted({graph for graph in told if graph} - found.keys())
        first = self._next(t)
        found |= {iri: first + i for i, iri in enumerate(new)}
        self.sql.bulk(t, {"id": np.array([found[iri] for iri in new], np.int64), "iri": pa.array(new, pa.string())})
        return found

    def _unvalued(self) -> None:
        places = self.ingest.places
        rows = sorted(
            (int(self.id[s]), int(self.relation[r]), kind, int(self.sources[places[p][0]]), places[p][1], at, rank)
            for s, r, kind, p, at, rank in set(self.ingest.unvalued)
        )
        if rows:
            names = ("subject_id", "relation_id", "kind", "source_id", "file", "position", "rank")
            self.sql.bulk(self.t.unvalued.name, dict(zip(names, map(pa.array, zip(*rows, strict=True)), strict=True)))


def _check(nodes: pa.Table) -> None:
    """No two names may have one uid."""
    uid = ints(nodes, "uid")
    same = np.flatnonzero(uid[1:] == uid[:-1])
    if len(same):
        raise clash(*(nodes.column("key")[int(same[0]) + i].as_py() for i in (0, 1)))


def _clean(key: pa.Array, literal: npt.NDArray[np.bool_]) -> pa.Array:
    """Labels of literals: their lexical forms as they stand in a sentence."""
    mask = pa.array(literal)
    return cleaned(pc.if_else(mask, key, ""))


def _by_extra(tables: list[pa.Table], count: int) -> tuple[pa.Table, Ints, Ints] | None:
    """All qualifiers by extra and ordinal, and where those of each extra begin and end."""
    if not tables:
        return None
    told = pa.concat_tables(tables)
    extra, ordinal = ints(told, "extra"), ints(told, "ordinal")
    order = np.lexsort((ordinal, extra))
    told = told.take(pa.array(order)).combine_chunks()
    numbers = np.arange(count)
    last = np.searchsorted(extra[order], numbers, side="right")
    first = np.searchsorted(extra[order], numbers)
    return told, first, last
