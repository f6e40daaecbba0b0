"""First half of a load: rows of a reader into node and annotation, and into temporary tables for what needs the whole.

Every occurrence of a fact goes to `stage` with its uid; `finish` makes facts and statements of it. Memory stays flat: keys are
cached up to CACHE, then looked up by uid.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from hashlib import blake2b

from .. import uid as uids
from ..errors import UserError
from ..readers import _vocabulary as v
from ..readers._common import Extra, Row
from ..types import Term
from .canonical import canonical, clean_label
from .naming import label_from_key, relation_label, relation_name
from .staging import FACT, SIXTEEN, STAGING, fact_uid, name_hash, opening, part
from .vocabulary import CHARACTERISTICS, EMPTY_TYPES, NOTES, PROPERTY_TYPES, SCHEMA_NOTES, UNITS, VALID_FROM, VALID_TO

CACHE = 1_500_000  # keys; some 400 bytes each
EXTRAS = 50_000  # of what is said about statements, which named graphs and ranks repeat

# id, uid, and the uid as `uid.digest` takes it in: length and hex digits
Ref = tuple[int, int, bytes]
# subject uid, kind, rank, text, language
Note = tuple[int, str, int, str, str]

class Ingest:
    """Takes rows in; counts what was recognised and what was dropped, and why."""

    def __init__(self, conn: sqlite3.Connection, graph_id: str) -> None:
        self.conn = conn
        self.graph_id = graph_id
        # as in `uid.entity_uid` and `uid.literal_uid`
        self._entity, self._literal = opening("entity", graph_id), opening("literal", graph_id)
        self.triples = 0
        self.recognised: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()
        self.warnings: Counter[str] = Counter()
        self.blanks = ""
        self._blank_keys: list[str] = []
        self.nodes: dict[str | tuple[str, str, str], Ref] = {}
        self.relations: dict[str, Ref] = {}
        self._new_nodes: list[tuple[int, int, str, str, str, str, str, str, int]] = []
        self._notes: list[Note] = []
        self._types: list[tuple[int, int]] = []
        self._extras: dict[Extra, int] = {}
        self._next_extra = 1
        for statement in STAGING:
            conn.execute(statement)
        self._next_node = 1 + (conn.execute("SELECT max(id) FROM node").fetchone()[0] or 0)
        self._next_relation = 1 + (conn.execute("SELECT max(id) FROM relation").fetchone()[0] or 0)
        self.first_node = self._next_node
        self.fresh = self._next_node == 1
        self._whole = True  # the cache knows every node of the store
        if self.fresh:
            conn.execute("DROP INDEX node_uid")  # made when it is needed, which is faster
        self._load_known()

    def _load_known(self) -> None:
        for id_, uid, key in self.conn.execute("SELECT id, uid, key FROM relation"):
            self.relations[key] = (id_, uid, part(uid))
        if self._next_node > CACHE:
            self._whole = False
            return
        for id_, uid, key, kind, datatype, language in self.conn.execute(
            "SELECT id, uid, key, kind, datatype, language FROM node"
        ):
            self.nodes[(key, datatype, language) if kind == "literal" else key] = (id_, uid, part(uid))

    # terms

    def _add(self, hashed: bytes, key: str, kind: str, label: str = "", datatype: str = "", language: str = "") -> Ref:
        uid = int.from_bytes(hashed, "big", signed=True)
        if not self._whole:
            self._flush_nodes()
            found = self.conn.execute("SELECT id, key, datatype, language FROM node WHERE uid = ?", (uid,)).fetchone()
            if found:
                if tuple(found[1:]) != (key, datatype, language):
                    raise clash(found[1], key)
                return found[0], uid, SIXTEEN + hashed.hex().encode()
        id_ = self._next_node
        self._next_node += 1
        self._new_nodes.append((id_, uid, key, kind, label, "", datatype, language, int(kind == "literal")))
        return id_, uid, SIXTEEN + hashed.hex().encode()

    def node(self, key: str) -> Ref:
        """The reference of an entity or blank node, made if it is new."""
        ref = self.nodes.get(key)
        if ref is None:
            if key.startswith("_:"):
                whole = self.blanks + key[2:]
                ref = self._add(name_hash(self._entity, whole), whole, "blank")
                self._blank_keys.append(key)
            else:
                ref = self._add(name_hash(self._entity, key), key, "entity")
            self.nodes[key] = ref
        return ref

    def literal(self, raw: tuple[str, str, str]) -> Ref:
        """The reference of a literal by (value, datatype, language) as read."""
        ref = self.nodes.get(raw)
        if ref is None:
            value, datatype, language, well = canonical(*raw)
            if not well:
                self.warnings[f"literals that are no {datatype.rpartition('#')[2]}; kept as they are"] += 1
            name = (value, datatype, language)
            ref = self.nodes.get(name)
            if ref is None:
                hashed = name_hash(self._literal, value, datatype, language)
                ref = self._add(hashed, value, "literal", clean_label(value), datatype, language)
                self.nodes[name] = ref
            self.nodes[raw] = ref
        return ref

    def relation(self, key: str) -> Ref:
        """The reference of a relation, made if it is new."""
        ref = self.relations.get(key)
        if ref is None:
            uid = uids.relation_uid(key, self.graph_id)
            ref = self.relations[key] = (self._next_relation, uid, part(uid))
            self._next_relation += 1
            self.conn.execute(
                "INSERT INTO relation VALUES (?, ?, ?, ?, ?, '', '', '', 0, 0, 0, '', 0)",
                (ref[0], uid, key, relation_name(key), relation_label(key)),
            )
        return ref

    # rows

    def begin(self, sha256: str) -> None:
        """A new source: its blank nodes are other ones than those of the sources before."""
        self.blanks = f"_:{sha256[:16]}/"
        for key in self._blank_keys:
            self.nodes.pop(key, None)
        self._blank_keys = []

    def add(self, source: int, file: str, rows: list[Row]) -> None:
        """Take in the rows of one member of a source."""
        nodes, relations, special, from_bytes = self.nodes, self.relations, SPECIAL, int.from_bytes
        staged = []
        for s, p, kind, value, datatype, language, position, extra in rows:
            if p in special and self._note(s, p, kind, value, language):
                continue
            if kind == "novalue" or kind == "somevalue":
                self._unvalued(s, p, kind, source, file, position, extra)
                continue
            if kind == "triple":
                self._reified(s, source, position, extra)
                continue
            subject = nodes.get(s) or self.node(s)
            relation = relations.get(p) or self.relation(p)
            if kind == "literal":
                name = (value, datatype, language)
                object_ = nodes.get(name) or self.literal(name)
            else:
                object_ = nodes.get(value) or self.node(value)
            found = blake2b(
                FACT + subject[2] + relation[2] + object_[2], digest_size=8
            ).digest()  # `fact_uid`, without the call
            about = self.extra(extra) if extra else 0
            fact = from_bytes(found, "big", signed=True)
            staged.append((fact, subject[0], relation[0], object_[0], source, file, position, about))
        self.triples += len(rows)
        self._flush(staged)

    def extra(self, extra: Extra) -> int:
        """The number, from 1, under which what is said about a statement is staged."""
        if (known := self._extras.get(extra)) is not None:
            return known
        if len(self._extras) >= EXTRAS:
            self._extras.clear()
        id_ = self._extras[extra] = self._next_extra
        self._next_extra += 1
        valid = ["", ""]
        for ordinal, (key, term) in enumerate(extra.qualifiers):
            for i, keys in enumerate((VALID_FROM, VALID_TO)):
                if key in keys and term.kind == "literal":
                    valid[i] = canonical(term.value, term.datatype, term.language)[0]
            valued = term.kind not in ("novalue", "somevalue")
            what = ("value", self._term(term)[0]) if valued else (term.kind, None)
            row = (id_, ordinal, self.relation(key)[0], *what)
            self.conn.execute("INSERT INTO stage_qualifier VALUES (?, ?, ?, ?, ?)", row)
        self.conn.execute("INSERT INTO stage_extra VALUES (?, ?, ?, ?, ?)", (id_, extra.rank, extra.graph, *valid))
        return id_

    def _term(self, term: Term) -> Ref:
        literal = term.kind == "literal"
        return self.literal((term.value, term.datatype, term.language)) if literal else self.node(term.value)

    def _unvalued(self, s: str, p: str, kind: str, source: int, file: str, position: int, extra: Extra | None) -> None:
        row = (self.node(s)[0], self.relation(p)[0], kind, source, file, position, extra.rank if extra else "")
        self.conn.execute("INSERT OR IGNORE INTO unvalued VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        self.recognised[kind] += 1

    def _reified(self, s: str, source: int, position: int, extra: Extra | None) -> None:
        assert extra is not None
        assert extra.triple is not None
        subject, key, term = extra.triple
        at, relation, object_ = self.node(subject), self.relation(key), self._term(term)
        row = (self.node(s)[0], fact_uid(at[2], relation[2], object_[2]), at[0], object_[0], source, position)
        self.conn.execute("INSERT INTO stage_reifies VALUES (?, ?, ?, ?, ?, ?)", row)

    def _note(self, s: str, p: str, kind: str, value: str, language: str) -> bool:
        """Take in a triple that describes its subject; False if it is an ordinary fact (too)."""
        if p == v.TYPE:
            self._type(s, kind, value)
            return True
        if p in UNITS:
            # a fact as well, until `finish` knows whether the subject is a relation
            self._annotate(s, "unit", 0, value if kind == "literal" else label_from_key(value), "")
            return False
        if p in NOTES:
            if kind != "literal":
                return False
            what, rank = NOTES[p]
            text = clean_label(value)
            if text:
                self._annotate(s, what, rank, text, language.lower())
                self.recognised[what] += 1
            else:
                self.dropped[f"empty {what}"] += 1
            return True
        self._annotate(s, "property", 0, "", "")
        if SCHEMA_NOTES[p] != "property":
            self._annotate(s, SCHEMA_NOTES[p], 0, value, "")
        if SCHEMA_NOTES[p] == "inverse" and kind == "iri":
            self._annotate(value, "property", 0, "", "")
            self._annotate(value, "inverse", 0, s, "")
        self.recognised["schema"] += 1
        return True

    def _type(self, s: str, kind: str, value: str) -> None:
        if value in PROPERTY_TYPES:
            self._annotate(s, "property", 0, "", "")
            if value in CHARACTERISTICS:
                self._annotate(s, CHARACTERISTICS[value], 0, "", "")
            self.recognised["schema"] += 1
        elif value in EMPTY_TYPES:
            self.node(s)
            self.dropped["rdf:type owl:Thing, owl:NamedIndividual or rdfs:Resource, which says nothing"] += 1
        elif kind == "iri":
            self._types.append((self.node(s)[0], self.node(value)[0]))
            self.recognised["type"] += 1
        else:
            self.dropped[f"rdf:type with a {kind} object"] += 1

    def _annotate(self, s: str, kind: str, rank: int, text: str, language: str) -> None:
        self._notes.append((self.node(s)[1], kind, rank, text, language))

    # writing

    def _flush_nodes(self) -> None:
        if self._new_nodes:
            try:
                self.conn.executemany("INSERT INTO node VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", self._new_nodes)
            except sqlite3.IntegrityError:
                raise self._find_clash() from None
            self._new_nodes = []

    def index_nodes(self) -> None:
        """Make the index by uid, if it is not there. Raises UserError if two nodes have one uid."""
        try:
            self.conn.execute("CREATE UNIQUE INDEX IF NOT EXISTS node_uid ON node (uid)")
        except sqlite3.IntegrityError:
            found = self.conn.execute("SELECT min(key), max(key) FROM node GROUP BY uid HAVING count(*) > 1").fetchone()
            raise clash(*found) from None

    def _find_clash(self) -> UserError:
        for row in self._new_nodes:
            found = self.conn.execute("SELECT key FROM node WHERE uid = ?", (row[1],)).fetchone()
            if found and found[0] != row[2]:
                return clash(found[0], row[2])
        return clash("a node", "another one")

    def _flush(self, staged: list[tuple[int, int, int, int, int, str, int, int]]) -> None:
        run = self.conn.executemany
        self._flush_nodes()
        run("INSERT INTO stage VALUES (?, ?, ?, ?, ?, ?, ?, ?)", staged)
        if self._types:
            run("INSERT OR IGNORE INTO stage_type VALUES (?, ?)", self._types)
            self._types = []
        if self._notes:
            run("INSERT OR IGNORE INTO annotation VALUES (?, ?, ?, ?, ?)", self._notes)
            if not self.fresh:
                run("INSERT OR IGNORE INTO touched VALUES (?)", [(n[0],) for n in self._notes])
            self._notes = []
        if len(self.nodes) > CACHE:
            self.nodes.clear()
            self._blank_keys = []
            self._whole = False
            self.index_nodes()


SPECIAL = frozenset(NOTES) | frozenset(SCHEMA_NOTES) | UNITS | {v.TYPE}


def clash(one: str, other: str) -> UserError:
    return UserError(
        f"two names have the same 64-bit uid: '{one}' and '{other}'",
        "rename one of them, or load with another graph id (a one in 10^9 event even at 100 million names)",
    )
