"""Tables of the SQL store (SQLAlchemy Core). Only `load` writes them.

uids are signed 64-bit integers; the dense `id` columns stay inside SQL. `FORMAT_VERSION` changes with any table.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, MetaData, Table, Text

FORMAT_VERSION = 2

tables = MetaData()

meta = Table("meta", tables, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))
"""format_version, graph_id, counterfactual ("" or a sentence), name, prefixes (JSON), content (a digest of the sources)."""

source = Table(
    "source",
    tables,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False, unique=True),
    Column("format", Text, nullable=False),
    Column("path", Text, nullable=False),
)

node = Table(
    "node",
    tables,
    Column("id", Integer, primary_key=True),
    Column("uid", BigInteger, nullable=False),
    # expanded IRI or key of an entity, `_:<source>/<label>` of a blank node, canonical lexical form of a literal
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),  # entity | literal | blank
    Column("label", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("datatype", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("named", Boolean, nullable=False),  # False: the label was made from the key
)
Index("node_uid", node.c.uid, unique=True)

node_type = Table(
    "node_type",
    tables,
    Column("node_id", Integer, ForeignKey("node.id"), primary_key=True),
    Column("type_id", Integer, ForeignKey("node.id"), primary_key=True),
    sqlite_with_rowid=False,
)

alias = Table(
    "alias",
    tables,
    Column("node_id", Integer, ForeignKey("node.id"), primary_key=True),
    Column("text", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    sqlite_with_rowid=False,
)

relation = Table(
    "relation",
    tables,
    Column("id", Integer, primary_key=True),
    Column("uid", BigInteger, nullable=False, unique=True),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("datatype", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("symmetric", Boolean, nullable=False),
    Column("transitive", Boolean, nullable=False),
    Column("functional", Boolean, nullable=False),
    Column("inverse_key", Text, nullable=False),
    Column("name_like", Boolean, nullable=False),
)

fact = Table(
    "fact",
    tables,
    Column("id", Integer, primary_key=True),
    Column("uid", BigInteger, nullable=False),
    Column("subject_id", Integer, ForeignKey("node.id"), nullable=False),
    Column("relation_id", Integer, ForeignKey("relation.id"), nullable=False),
    Column("object_id", Integer, ForeignKey("node.id"), nullable=False),
)
Index("fact_uid", fact.c.uid, unique=True)

named_graph = Table("named_graph", tables, Column("id", Integer, primary_key=True), Column("iri", Text, unique=True))

statement = Table(
    "statement",
    tables,
    Column("id", Integer, primary_key=True),
    Column("fact_id", Integer, ForeignKey("fact.id"), nullable=False),
    Column("source_id", Integer, ForeignKey("source.id"), nullable=False),
    Column("file", Text, nullable=False),  # member of a source of several files, else ""
    Column("position", Integer, nullable=False),
    Column("rank", Text, nullable=False),  # preferred | normal | deprecated, "" where the source has no ranks
    Column("graph_id", Integer, ForeignKey("named_graph.id")),  # null: the default graph
    # when it held, as far as qualifiers say so (a canonical date or year each, "" where open or unknown)
    Column("valid_from", Text, nullable=False),
    Column("valid_to", Text, nullable=False),
)
Index("statement_fact", statement.c.fact_id)

# What is said about a statement, in the order of the source. Nodes and relations may occur here and in no fact.
qualifier = Table(
    "qualifier",
    tables,
    Column("statement_id", Integer, ForeignKey("statement.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("relation_id", Integer, ForeignKey("relation.id"), nullable=False),
    Column("kind", Text, nullable=False),  # value | novalue | somevalue
    Column("object_id", Integer, ForeignKey("node.id")),  # null unless the kind is value
    sqlite_with_rowid=False,
)

# A statement without an object: that there is none (novalue), or that there is one, which is not known (somevalue).
unvalued = Table(
    "unvalued",
    tables,
    Column("subject_id", Integer, ForeignKey("node.id"), primary_key=True),
    Column("relation_id", Integer, ForeignKey("relation.id"), primary_key=True),
    Column("kind", Text, primary_key=True),  # novalue | somevalue
    Column("source_id", Integer, ForeignKey("source.id"), primary_key=True),
    Column("file", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("rank", Text, nullable=False),
    sqlite_with_rowid=False,
)

# What the sources say *about* nodes and relations: every candidate label, alias, description and schema note, with its rank.
# `node.label`, `alias`, `node.description` and the columns of `relation` are chosen from here, so that the choice depends
# on what was loaded and not on the order of loading. `uid` is the entity uid of the key, also for relations.
annotation = Table(
    "annotation",
    tables,
    Column("uid", BigInteger, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("rank", Integer, primary_key=True),
    Column("text", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    sqlite_with_rowid=False,
)
