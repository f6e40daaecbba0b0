"""PostgreSQL as a store: the same tables, and the same graph, as in SQLite."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg2corpus.assemble import assemble
from kg2corpus.columns import content_fingerprint, provenance_fingerprint
from kg2corpus.errors import UserError
from kg2corpus.snapshot import take
from kg2corpus.store import open_db
from kg2corpus.store.load import Filters, LoadReport, load
from kg2corpus.store.rows import read_store
from kg2corpus.store.statements import statements

from .conftest import COUNTRIES
from .test_load import put

pytestmark = pytest.mark.postgres
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
WHOLE = {
    "node": "SELECT uid, key, kind, label, description, datatype, language, named FROM {t.node}",
    "type": "SELECT n.uid, k.uid FROM {t.node_type} y JOIN {t.node} n ON n.id = y.node_id JOIN {t.node} k ON k.id = y.type_id",
    "alias": "SELECT n.uid, a.text, a.language FROM {t.alias} a JOIN {t.node} n ON n.id = a.node_id",
    "annotation": "SELECT a.uid, a.kind, a.rank, a.text, a.language, s.name FROM {t.annotation} a"
    " JOIN {t.source} s ON s.id = a.source_id",
    "relation": 'SELECT uid, key, name, label, description, datatype, unit, "symmetric", transitive, functional, inverse_key,'
    " name_like, kind, object_kinds FROM {t.relation}",
    "fact": "SELECT f.uid, s.uid, r.uid, o.uid FROM {t.fact} f JOIN {t.node} s ON s.id = f.subject_id"
    " JOIN {t.relation} r ON r.id = f.relation_id JOIN {t.node} o ON o.id = f.object_id",
    "statement": "SELECT f.uid, s.sha256, x.file, x.position, x.rank, g.iri, x.valid_from, x.valid_to FROM {t.statement} x"
    " JOIN {t.fact} f ON f.id = x.fact_id JOIN {t.source} s ON s.id = x.source_id"
    " LEFT JOIN {t.named_graph} g ON g.id = x.graph_id",
    "qualifier": "SELECT f.uid, q.ordinal, r.key, q.kind, o.key FROM {t.qualifier} q"
    " JOIN {t.statement} x ON x.id = q.statement_id JOIN {t.fact} f ON f.id = x.fact_id"
    " JOIN {t.relation} r ON r.id = q.relation_id LEFT JOIN {t.node} o ON o.id = q.object_id",
    "unvalued": "SELECT n.uid, r.key, u.kind, u.position, u.rank FROM {t.unvalued} u JOIN {t.node} n ON n.id = u.subject_id"
    " JOIN {t.relation} r ON r.id = u.relation_id",
    "meta": "SELECT key, value FROM {t.meta}",
}


def image(db: str) -> dict[str, list[tuple[object, ...]]]:
    """Everything in a store that is not an internal id, with truth values as numbers."""
    store = open_db(db)
    with store.sql() as sql:
        found = {}
        for name, query in WHOLE.items():
            rows = sql.run(query.format(t=store.tables)).fetchall()
            found[name] = sorted([tuple(int(c) if isinstance(c, bool) else c for c in row) for row in rows], key=repr)
    store.close()
    return found


def prints(db: str) -> tuple[str, str]:
    store = open_db(db)
    columns = assemble(read_store(store))
    store.close()
    return content_fingerprint(columns), provenance_fingerprint(columns)


def same(one: str, other: str) -> None:
    found, expected = image(one), image(other)
    for table in WHOLE:
        assert found[table] == expected[table], table
    assert prints(one) == prints(other)


def both(tmp_path: Path, postgres: str, sources: list[Path], **how: object) -> tuple[LoadReport, LoadReport]:
    reports = tuple(load(sources, db, **how) for db in (str(tmp_path / "kg.db"), postgres))  # type: ignore[arg-type]
    same(str(tmp_path / "kg.db"), postgres)
    return reports  # type: ignore[return-value]


def test_snapshots(tmp_path: Path, postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG2CORPUS_CACHE", str(tmp_path / "cache"))
    load([COUNTRIES], postgres)
    load([COUNTRIES], str(tmp_path / "kg.db"))
    one, other = take(postgres), take(str(tmp_path / "kg.db"))
    assert one.folder is not None
    assert other.folder is not None
    assert one.folder.name == other.folder.name
    for path in other.folder.iterdir():
        assert (one.folder / path.name).read_bytes() == path.read_bytes(), path.name
    assert take(postgres).folder == one.folder
    load([put(tmp_path / "g.nt", "<x:a> <x:p> <x:b> .\n")], postgres)
    assert len(take(postgres)) == len(one) + 1
    load([tmp_path / "g.nt"], postgres + "#second")
    assert len(take(postgres + "#second")) == 1
    assert len(take(postgres)) == len(one) + 1


def test_the_demo_graph(tmp_path: Path, postgres: str) -> None:
    one, other = both(tmp_path, postgres, [COUNTRIES])
    assert one.lines()[2:] == other.lines()[2:]
    assert (one.facts_new, one.nodes, one.aliases) == (other.facts_new, other.nodes, other.aliases)
    assert load([COUNTRIES], postgres).unchanged


def test_statements_qualifiers_and_odd_texts(tmp_path: Path, postgres: str) -> None:
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    text = f"""@prefix x: <x:> . @prefix rdf: <{rdf}> .
    x:a x:knows x:b {{| x:since "2001" ; x:until "a\\tb\\\\c\\nd\\re" |}} .
    x:a <{LABEL}> "ת'\\"\\\\N"@he, "\\\\N" . x:b x:says "\\\\." .
    x:c x:says "{'long ' * 2000}" ; <http://purl.org/dc/terms/description> "{'x' * 9000}" .
    """
    trig = "<x:g> { <x:a> <x:knows> <x:b> . <x:a> <x:p> <x:q> . }"
    told = '{"subject": "a", "relation": "p", "object": "c", "rank": "preferred", "qualifiers": {"w": [1, "two"]}}'
    lines = f'["a", "p", "b"]\n{told}\n'
    sources = [
        put(tmp_path / "a.ttl", text), put(tmp_path / "b.trig", trig), put(tmp_path / "c.jsonl", lines), COUNTRIES,
    ]  # fmt: skip
    both(tmp_path, postgres, sources)
    fact = next(uid for uid, *_, key in image(postgres)["qualifier"] if key == "2001")
    told = [tuple(s.qualifiers) for s in statements(open_db(postgres), [fact])[fact]]
    assert told == [(("since", "2001"), ("until", "a b\\c d e")), ()]


def test_growing_replacing_filtering(tmp_path: Path, postgres: str) -> None:
    one = put(tmp_path / "one.nt", f'<x:a> <x:p> <x:b> .\n<x:a> <{LABEL}> "A" .\n<x:p> <x:q> <x:r> .\n<x:b> <x:n> "7" .\n')
    both(tmp_path, postgres, [one])
    two = put(tmp_path / "two.nt", f'<x:a> <x:p> <x:c> .\n<x:p> <{LABEL}> "pees" .\n<x:a> <{LABEL}> "Ä"@de .\n')
    both(tmp_path, postgres, [two])
    schema = put(tmp_path / "three.nt", "<x:p> <http://www.w3.org/2002/07/owl#inverseOf> <x:i> .\n<x:c> <x:i> <x:a> .\n")
    both(tmp_path, postgres, [schema])
    reports = both(tmp_path, postgres, [put(one, "<x:b> <x:p> <x:a> .\n")], replace=True)
    assert [r.facts_removed for r in reports] == [2, 2]
    both(tmp_path, postgres, [COUNTRIES], filters=Filters(relations=("capital",), max_degree=3))


def test_a_counterfactual_copy_and_several_graphs(tmp_path: Path, postgres: str) -> None:
    load([COUNTRIES], postgres)
    load([COUNTRIES], postgres + "#copy", permute_labels=3)
    load([COUNTRIES], str(tmp_path / "copy.db"), permute_labels=3)
    same(str(tmp_path / "copy.db"), postgres + "#copy")
    load([COUNTRIES], str(tmp_path / "kg.db"))
    same(str(tmp_path / "kg.db"), postgres)
    with pytest.raises(UserError, match="unknown graph") as e:
        open_db(postgres + "#kopy")
    assert "copy" in e.value.hint


def test_a_nul_is_refused_with_its_position(any_db: str, tmp_path: Path) -> None:
    source = put(tmp_path / "g.nt", '<x:a> <x:p> <x:b> .\n<x:a> <x:p> "a\\u0000b" .\n')
    with pytest.raises(UserError, match=r"g\.nt:2: a NUL character"):
        load([source], any_db)
    assert load([source], any_db, skip_bad=True).facts_new == 1


def test_servers_that_are_not_there_and_databases_that_are_none(postgres: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be reached"):
        open_db("postgresql+psycopg://nobody@127.0.0.1:1/kg?connect_timeout=2")
    with pytest.raises(UserError, match="cannot be reached"):
        load([COUNTRIES], "postgresql+psycopg://nobody:secret@127.0.0.1:1/kg?connect_timeout=2")
    with pytest.raises(UserError, match="is not a kg2corpus store"):
        open_db(postgres)


def test_a_failed_load_leaves_nothing(postgres: str, tmp_path: Path) -> None:
    with pytest.raises(UserError):
        load([put(tmp_path / "g.nt", "<x:a> <x:p> <x:b> .\nrubbish\n")], postgres)
    store_tables = open_db
    with pytest.raises(UserError, match="is not a kg2corpus store"):
        store_tables(postgres)
    load([put(tmp_path / "g.nt", "<x:a> <x:p> <x:b> .\n")], postgres)
    before = image(postgres)
    with pytest.raises(UserError):
        load([put(tmp_path / "h.nt", "<x:a> <x:p> <x:c> .\nrubbish\n")], postgres)
    assert image(postgres) == before


def test_one_load_at_a_time(postgres: str, tmp_path: Path) -> None:
    from kg2corpus.store.whole import changing

    load([put(tmp_path / "g.nt", "<x:a> <x:p> <x:b> .\n")], postgres)
    more = put(tmp_path / "h.nt", "<x:a> <x:p> <x:c> .\n")
    with changing(open_db(postgres)), pytest.raises(UserError, match="in use by another load"):
        load([more], postgres)
    assert load([more], postgres).facts_new == 1
