"""Tables of the SQL store (SQLAlchemy Core), the same for SQLite and PostgreSQL. Only `load` writes them.

uids are signed 64-bit integers; the dense `id` columns stay inside SQL. `FORMAT_VERSION` changes with any table or uid. A
store can hold several graphs: the tables of a graph that has a name begin with it, `europe__fact`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, Table, Text

FORMAT_VERSION = 4


@dataclass(frozen=True)
class Tables:
    """The tables of one graph; in SQL text each is written as `{t.fact}`."""

    all: MetaData
    meta: Table
    """format_version, graph_id, counterfactual ("" or a sentence), name, prefixes (JSON), languages, content (a digest)."""
    source: Table
    node: Table
    node_type: Table
    alias: Table
    relation: Table
    fact: Table
    named_graph: Table
    statement: Table
    qualifier: Table
    unvalued: Table
    annotation: Table
    split: Table
    split_member: Table
    split_composition: Table


def _id(name: str = "id") -> Column[int]:
    return Column(name, BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)


def _to(name: str, table: str, *, key: bool = False, null: bool = False) -> Column[int]:
    """A reference to another table's id. No foreign key is declared: what only `load` writes need not be checked by row."""
    return Column(name, BigInteger, primary_key=key, nullable=null, autoincrement=False, comment=f"{table}.id")


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, nullable=False, primary_key=key)


def _bool(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


@lru_cache(16)
def tables(prefix: str = "") -> Tables:
    """The tables of the graph whose tables begin with `prefix`."""
    metadata = MetaData()

    def table(name: str, *columns: Column[int] | Column[str] | Column[bool]) -> Table:
        return Table(prefix + name, metadata, *columns)

    def index(of: Table, column: str, *, unique: bool = False) -> None:
        Index(f"{of.name}_{column}", of.c[column], unique=unique)

    found = Tables(
        all=metadata,
        meta=table("meta", _text("key", key=True), _text("value")),
        # `licence` as the user gave it or the source declares it; `options` (JSON) the reader's and the load's that matter
        source=table("source", _id(), *map(_text, ("name", "sha256", "format", "path", "licence", "options"))),
        node=table(
            "node",
            _id(),
            Column("uid", BigInteger, nullable=False),
            # expanded IRI or key of an entity, `_:<source>/<label>` of a blank node, canonical lexical form of a literal
            _text("key"),
            _text("kind"),  # entity | literal | blank
            *map(_text, ("label", "description", "datatype", "language")),
            # 0: the label was made from the key; 1: it is in the first language asked for, or in none; 2: in another one
            Column("named", Integer, nullable=False),
        ),
        node_type=table("node_type", _to("node_id", "node"), _to("type_id", "node"), _to("source_id", "source")),
        alias=table("alias", _to("node_id", "node"), *map(_text, ("text", "language"))),
        relation=table(
            "relation",
            _id(),
            Column("uid", BigInteger, nullable=False),
            *map(_text, ("key", "name", "label", "description", "datatype", "unit")),
            *map(_bool, ("symmetric", "transitive", "functional")),
            _text("inverse_key"),
            _bool("name_like"),
            _text("kind"),  # identifier | code | coordinate | plain where that is declared, else ""
            _text("object_kinds"),  # what its objects are: a JSON list of `entity` and of datatypes
        ),
        fact=table(
            "fact",
            _id(),
            Column("uid", BigInteger, nullable=False),
            _to("subject_id", "node"),
            _to("relation_id", "relation"),
            _to("object_id", "node"),
        ),
        named_graph=table("named_graph", _id(), _text("iri")),
        statement=table(
            "statement",
            _id(),
            _to("fact_id", "fact"),
            _to("source_id", "source"),
            _text("file"),  # member of a source of several files, else ""
            Column("position", BigInteger, nullable=False),
            _text("rank"),  # preferred | normal | deprecated, "" where the source has no ranks
            _to("graph_id", "named_graph", null=True),  # null: the default graph
            # when it held, as far as qualifiers say so (a canonical date or year each, "" where open or unknown)
            *map(_text, ("valid_from", "valid_to")),
        ),
        # What is said about a statement, in the order of the source. Its nodes and relations may occur here and in no fact.
        qualifier=table(
            "qualifier",
            _to("statement_id", "statement", key=True),
            Column("ordinal", Integer, primary_key=True, autoincrement=False),
            _to("relation_id", "relation"),
            _text("kind"),  # value | novalue | somevalue
            _to("object_id", "node", null=True),  # null unless the kind is value
        ),
        # A statement without an object: that there is none (novalue), or that there is one, which is not known (somevalue).
        unvalued=table(
            "unvalued",
            _to("subject_id", "node"),
            _to("relation_id", "relation"),
            _text("kind"),  # novalue | somevalue
            _to("source_id", "source"),
            _text("file"),
            Column("position", BigInteger, nullable=False),
            _text("rank"),
        ),
        # What the sources say *about* nodes and relations: every candidate label, alias, description and schema note, with
        # its rank. `node.label`, `alias`, `node.description` and the columns of `relation` are chosen from here, so that the
        # choice depends on what was loaded and not on the order of loading. `uid` is the entity uid of the key, also for
        # relations.
        annotation=table(
            "annotation",
            Column("uid", BigInteger, nullable=False),
            _text("kind"),
            Column("rank", Integer, nullable=False),
            *map(_text, ("text", "language")),
            _to("source_id", "source"),
        ),
        # Splits that were imported to be asked about in SQL; the files are what compile, check and probe read.
        split=table("split", _text("fingerprint", key=True), _text("graph"), _text("options")),
        split_member=table(
            "split_member", _text("fingerprint"), _text("kind"), Column("uid", BigInteger, nullable=False)
        ),
        split_composition=table(  # the facts of each held-out composition, which is a member too
            "split_composition",
            _text("fingerprint"),
            *(Column(name, BigInteger, nullable=False) for name in ("composition", "fact")),
        ),
    )
    for of, column in ((found.node, "uid"), (found.relation, "uid"), (found.fact, "uid"), (found.source, "sha256")):
        index(of, column, unique=True)
    for of, column in (
        (found.statement, "fact_id"), (found.annotation, "uid"), (found.alias, "node_id"), (found.node_type, "node_id"),
        (found.split_member, "uid"), (found.split_composition, "fact"),
    ):  # fmt: skip
        index(of, column)
    return found
