"""Snapshots: what Graph shows, that it does not hang on the order of loading, and that none is ever half or stale."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus import uid as uids
from kg2corpus.columns import save
from kg2corpus.errors import UserError
from kg2corpus.graph import Graph, UnknownUid
from kg2corpus.snapshot import take
from kg2corpus.store.load import load
from tests.graphs import make_graph

FACTS = [
    ("e/bt", "p/capital", "e/thimphu"),
    ("e/bt", "p/borders", "e/in"),
    ("e/in", "p/borders", "e/bt"),
    ("e/in", "p/borders", "e/cn"),
    ("e/bt", "p/area", ("38394", "xsd:integer")),
]
LABELS = {"e/bt": "Bhutan", "e/in": "India", "e/cn": "China", "e/thimphu": "Thimphu"}


def small() -> Graph:
    return make_graph(
        FACTS,
        labels=LABELS,
        types={"e/bt": "country", "e/in": "country", "e/thimphu": ["city", "capital city"]},
        aliases={"e/bt": ["Druk Yul"]},
        symmetric=["p/borders"],
    )


def e(key: str) -> int:
    return uids.entity_uid(key)


def r(key: str) -> int:
    return uids.relation_uid(key)


def labels_of(facts: tuple) -> list[tuple[str, str, str]]:
    return [(f.subject.label, f.relation.name, f.object.label) for f in facts]


def write_tsv(folder: Path, facts: list[tuple[str, str, str]], labels: dict[str, str]) -> Path:
    folder.mkdir(parents=True)
    rows = [f"{s}\t{p}\t{o}\tentity\ttrain" for s, p, o in facts]
    (folder / "triples.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    names = [f"{key}\t{label}\tthing\t\t" for key, label in labels.items()]
    (folder / "entities.tsv").write_text("\n".join(names) + "\n", "utf-8")
    return folder


TRIPLES = [("x:a", "likes", "x:b"), ("x:b", "likes", "x:c"), ("x:a", "near", "x:c")]
NAMES = {"x:a": "Anna", "x:b": "بغداد", "x:c": 'Quote " tab'}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    db = tmp_path / "kg.db"
    load([write_tsv(tmp_path / "set", TRIPLES, NAMES)], str(db))
    return db


def test_what_graph_shows() -> None:
    g = small()
    assert len(g) == 5
    assert [f.uid for f in g.facts()] == sorted(f.uid for f in g.facts())
    assert g.anchors() == tuple(sorted([e("e/bt"), e("e/in")]))
    assert [x.name for x in g.relations()] == ["area", "borders", "capital"]
    said = [(relation, object_) for _, relation, object_ in labels_of(g.out(e("e/bt")))]
    assert said == [("area", "38394"), ("borders", "India"), ("capital", "Thimphu")]
    assert labels_of(g.out(e("e/in"), r("p/borders"))) == [("India", "borders", "Bhutan"), ("India", "borders", "China")]
    assert g.out(e("e/in"), r("p/capital")) == ()
    assert g.out(e("e/in"), r("p/unheard of")) == ()
    assert labels_of(g.into(e("e/bt"))) == [("India", "borders", "Bhutan")]
    assert g.degree(e("e/bt")) == (3, 1)
    assert g.objects(r("p/borders")) == tuple(sorted([e("e/bt"), e("e/in"), e("e/cn")]))
    assert g.subjects(r("p/capital")) == (e("e/bt"),)
    assert g.types() == {"country": 2, "capital city": 1, "city": 1}
    assert g.of_type("country") == tuple(sorted([e("e/bt"), e("e/in")]))
    assert g.of_type("planet") == ()
    bhutan = g.node(e("e/bt"))
    assert (bhutan.key, bhutan.label, bhutan.types, bhutan.aliases) == ("e/bt", "Bhutan", ("country",), ("Druk Yul",))
    area = g.out(e("e/bt"), r("p/area"))[0].object
    assert area.literal
    assert (area.label, area.datatype) == ("38394", "xsd:integer")
    assert g.fact(area_fact := g.out(e("e/bt"))[0].uid).object == area
    assert g.statements(area_fact) == [("test.tsv", "triples.tsv", 5)]


@pytest.mark.parametrize("ask", ["node", "fact", "relation", "out", "statements", "objects"])
def test_unknown_uid_is_said(ask: str) -> None:
    with pytest.raises(UnknownUid, match="0000000000000007") as caught:
        getattr(small(), ask)(7)
    assert caught.value.hint
    assert isinstance(caught.value, KeyError)


def test_symmetric_twins_are_the_smaller_uid_of_both_readings_present_or_not() -> None:
    g = small()
    here, back = (uids.fact_uid(e(a), r("p/borders"), e(b)) for a, b in (("e/bt", "e/in"), ("e/in", "e/bt")))
    assert g.fact(here).twin == g.fact(back).twin == min(here, back)
    alone = uids.fact_uid(e("e/in"), r("p/borders"), e("e/cn"))
    assert g.fact(alone).twin == min(alone, uids.fact_uid(e("e/cn"), r("p/borders"), e("e/in")))
    capital = uids.fact_uid(e("e/bt"), r("p/capital"), e("e/thimphu"))
    assert g.fact(capital).twin == capital


def test_inverse_twins_whichever_side_declares_it() -> None:
    facts = [("e/a", "p/parent", "e/b"), ("e/b", "p/child", "e/a"), ("e/c", "p/kid", "e/b")]
    twins = []
    for inverses in ({"p/parent": "p/child", "p/kid": "p/parent"}, {"p/child": "p/parent", "p/kid": "p/parent"}):
        g = make_graph(facts, inverses=inverses)
        one, other = g.out(e("e/a"))[0], g.out(e("e/b"))[0]
        assert one.twin == other.twin
        assert other.relation.inverse == r("p/parent")
        assert one.relation.inverse in (r("p/child"), r("p/kid"))
        # kid and child are both inverse to parent, so they say the same
        assert g.out(e("e/c"))[0].twin == min(
            uids.fact_uid(e("e/c"), r("p/kid"), e("e/b")),
            uids.fact_uid(e("e/c"), r("p/child"), e("e/b")),
            uids.fact_uid(e("e/b"), r("p/parent"), e("e/c")),
        )
        twins.append(sorted(f.twin for f in g.facts()))
    assert twins[0] == twins[1]


def test_inverse_that_is_not_in_the_graph_counts_for_twins_only() -> None:
    g = make_graph([("e/a", "p/parent", "e/b")], inverses={"p/parent": "p/child"})
    fact = next(g.facts())
    assert fact.relation.inverse is None
    assert fact.twin == min(fact.uid, uids.fact_uid(e("e/b"), r("p/child"), e("e/a")))


def test_find() -> None:
    g = small()
    for text in ("Bhutan", "  bHuTaN ", "e/bt", uids.show(e("e/bt")), "DRUK  yul"):
        assert [n.label for n in g.find(text)] == ["Bhutan"], text
    assert g.find("Atlantis") == []
    assert g.find("") == []
    assert g.near("Butan") == ["Bhutan"]
    assert g.near("zzzz") == []


def test_two_entities_with_one_label() -> None:
    g = make_graph(
        [("e/ge", "p/in", "e/asia"), ("e/ga", "p/in", "e/usa"), ("e/x", "p/name", ("Georgia", ""))],
        labels={"e/ge": "Georgia", "e/ga": "Georgia"},
        aliases={"e/usa": ["Georgia"]},
    )
    found = g.find("georgia")
    assert [n.key for n in found[:2]] == ["e/ge", "e/ga"] or [n.key for n in found[:2]] == ["e/ga", "e/ge"]
    assert found[2].key == "e/usa"
    assert found[3].literal
    assert [n.uid for n in found[:2]] == sorted(n.uid for n in found[:2])
    assert g.near("Gorgia") == ["Georgia"]


def test_right_to_left_and_odd_labels() -> None:
    labels = {"e/1": "بغداد", "e/2": "ירושלים", "e/3": 'say "hi"\n\tthere', "e/4": "Straße", "e/5": ""}
    g = make_graph([(a, "p/x", "e/1") for a in labels], labels=labels)
    assert {g.node(e(k)).label for k in labels} == set(labels.values())
    assert [n.key for n in g.find("بغداد")] == ["e/1"]
    assert [n.key for n in g.find("STRASSE")] == ["e/4"]
    assert [n.key for n in g.find('say "hi" there')] == ["e/3"]
    assert g.near("بغدا") == ["بغداد"]


def test_a_view_has_fewer_facts_and_the_same_nodes() -> None:
    g = small()
    view = g.restrict(lambda f: f.relation.name == "borders" and f.object.label != "China")
    mask = np.array([f.relation.name == "borders" and f.object.label != "China" for f in g.facts()])
    for v in (view, g.restrict(mask), g.restrict(lambda f: f.relation.name == "borders").restrict(mask)):
        assert sorted(labels_of(tuple(v.facts()))) == [("Bhutan", "borders", "India"), ("India", "borders", "Bhutan")]
        assert len(v) == 2
        assert len(v.out(e("e/bt"))) == 1
        assert v.into(e("e/cn")) == ()
        assert v.degree(e("e/bt")) == (1, 1)
        assert v.objects(r("p/capital")) == ()
        assert v.anchors() == g.anchors()
        assert v.relations() == g.relations()
        assert v.node_uids() == g.node_uids()
        assert v.fingerprint == g.fingerprint
        with pytest.raises(UnknownUid, match="not in this view"):
            v.fact(g.out(e("e/in"), r("p/borders"))[1].uid)
    assert len(g.restrict(lambda f: False)) == 0
    assert g.restrict(lambda f: False).anchors() == ()


def test_limit_counts_what_the_view_holds() -> None:
    g = make_graph([(f"e/{i:03d}", "p/in", "e/hub") for i in range(50)])
    odd = g.restrict(lambda f: int(f.subject.label) % 2 == 1)
    assert [f.subject.label for f in odd.into(e("e/hub"), limit=3)] == ["001", "003", "005"]
    assert odd.into(e("e/hub"), limit=0) == ()


def test_empty_graph(tmp_path: Path) -> None:
    g = make_graph([])
    save(g.columns, tmp_path, g.fingerprint)
    for graph in (g, Graph.open(tmp_path)):
        assert (len(graph), graph.anchors(), graph.node_uids(), graph.types(), graph.relations()) == (0, (), [], {}, ())
        assert list(graph.facts()) == []
        assert graph.find("x") == graph.near("x") == []
        assert len(graph.restrict(lambda f: True)) == 0


def test_hub_with_100_000_neighbours() -> None:
    g = make_graph([(f"e/{i}", "p/in", "e/hub") for i in range(100_000)], statements=False)
    assert len(g.into(e("e/hub"), limit=7)) == 7
    assert g.degree(e("e/hub")) == (0, 100_000)
    assert g._fact.cache_info().currsize == 7, "a limit must keep the other facts from being made"
    assert len(g.into(e("e/hub"))) == 100_000
    assert g._fact.cache_info().currsize <= g._fact.cache_info().maxsize < 100_000


keys = st.integers(0, 8).map(lambda i: f"e/{i}")
triples = st.lists(st.tuples(keys, st.sampled_from(["p/a", "p/b", "p/c"]), keys), max_size=30)


@given(triples, st.randoms(use_true_random=False))
def test_order_of_loading_changes_nothing(facts: list, rng: random.Random) -> None:
    shuffled = list(facts)
    rng.shuffle(shuffled)
    kinds = {"e/1": ["x", "y"], "e/2": "x"}
    options = {"symmetric": ["p/a"], "inverses": {"p/b": "p/c"}, "types": kinds, "labels": {"e/1": "same", "e/2": "same"}}
    one, other = make_graph(facts, **options), make_graph(shuffled, **options)
    assert one.fingerprint == other.fingerprint
    assert [(f, f.twin) for f in one.facts()] == [(f, f.twin) for f in other.facts()]
    for uid in one.node_uids():
        assert one.out(uid) == other.out(uid)
        assert one.into(uid) == other.into(uid)


@given(triples)
def test_edges_agree_with_the_facts(facts: list) -> None:
    g = make_graph(facts)
    every = list(g.facts())
    assert len(every) == len(set(facts)) == len(g)
    for uid in g.node_uids():
        assert set(g.out(uid)) == {f for f in every if f.subject.uid == uid}
        assert set(g.into(uid)) == {f for f in every if f.object.uid == uid}
        for relation in g.relations():
            assert set(g.out(uid, relation.uid)) == {f for f in every if (f.subject.uid, f.relation) == (uid, relation)}
        order = [(f.relation.key, f.object.label, f.uid) for f in g.out(uid)]
        assert order == sorted(order)


@pytest.mark.parametrize(
    "change",
    [
        {"labels": {"e/bt": "Butan"}},
        {"types": {"e/bt": "kingdom"}},
        {"aliases": {"e/bt": ["BT"]}},
        {"descriptions": {"e/bt": "a kingdom"}},
        {"symmetric": ["p/borders"]},
        {"inverses": {"p/capital": "p/capital_of"}},
        {"units": {"p/area": "km²"}},
        {"relation_labels": {"p/area": "surface"}},
        {"name_like": ["p/area"]},
        {"graph_id": "permuted-1"},
        {"counterfactual": "labels are permuted"},
    ],
)
def test_all_that_is_shown_is_in_the_fingerprint(change: dict) -> None:
    assert make_graph(FACTS, **change).fingerprint != make_graph(FACTS).fingerprint


def test_name_and_sources_are_not_in_the_fingerprint() -> None:
    assert make_graph(FACTS, name="other", statements=False).fingerprint == make_graph(FACTS).fingerprint


def test_files_hold_what_memory_holds(tmp_path: Path) -> None:
    g = small()
    save(g.columns, tmp_path, g.fingerprint)
    back = Graph.open(tmp_path)
    assert back.fingerprint == g.fingerprint
    for one, other in zip(g.facts(), back.facts(), strict=True):
        assert (one, one.subject, one.relation) == (other, other.subject, other.relation)
        assert (one.object, one.twin) == (other.object, other.twin)
        assert one.subject.aliases == other.subject.aliases
        assert g.statements(one.uid) == back.statements(one.uid)
    assert back.find("druk yul") == g.find("druk yul")
    assert back.types() == g.types()


def test_take_makes_one_snapshot_and_uses_it_again(store: Path) -> None:
    one = take(str(store))
    assert labels_of(one.out(one.find("Anna")[0].uid)) == [("Anna", "likes", "بغداد"), ("Anna", "near", 'Quote " tab')]
    assert one.statements(one.out(one.find("Anna")[0].uid)[0].uid) == [("set", "triples.tsv", 1)]
    assert one.folder is not None
    assert one.folder.parent == store.with_name("kg.db.snapshot")
    before = one.folder.stat().st_mtime_ns
    assert take(str(store)).folder == one.folder
    # without its stamp the store is read again, with the same result in the same place
    (one.folder.parent / "stamp.json").unlink()
    assert take(str(store)).folder == one.folder
    assert one.folder.stat().st_mtime_ns == before
    assert sorted(p.name for p in one.folder.parent.iterdir()) == sorted([one.folder.name, "stamp.json"])


def test_store_changed_after_the_snapshot(store: Path, tmp_path: Path) -> None:
    old = take(str(store))
    load([write_tsv(tmp_path / "more", [("x:c", "likes", "x:a")], {})], str(store))
    new = take(str(store))
    assert (len(old), len(new)) == (3, 4)
    assert new.fingerprint != old.fingerprint
    assert len(Graph.open(old.folder)) == 3, "an open snapshot is not pulled away"


def test_order_of_sources_gives_the_same_snapshot(tmp_path: Path) -> None:
    parts = [write_tsv(tmp_path / f"s{i}", TRIPLES[i : i + 1], NAMES) for i in range(3)]
    graphs = []
    for name, order in (("a.db", parts), ("b.db", parts[::-1])):
        load(order, str(tmp_path / name), name="same")
        graphs.append(take(str(tmp_path / name)))
    assert graphs[0].folder.name == graphs[1].folder.name
    for file in sorted(p.name for p in graphs[0].folder.iterdir()):
        assert (graphs[0].folder / file).read_bytes() == (graphs[1].folder / file).read_bytes(), file


def test_damaged_or_older_snapshots_are_said_and_made_anew(store: Path) -> None:
    folder = take(str(store)).folder
    (folder / "facts.arrow").write_bytes(b"")
    with pytest.raises(UserError, match="damaged") as caught:
        Graph.open(folder)
    assert caught.value.hint
    assert len(take(str(store))) == 3
    head = json.loads((folder / "snapshot.json").read_text())
    (folder / "snapshot.json").write_text(json.dumps(head | {"format_version": 0}))
    with pytest.raises(UserError, match="format 0"):
        Graph.open(folder)
    assert len(take(str(store))) == 3
    (folder / "nodes.arrow").unlink()
    with pytest.raises(UserError, match=r"nodes\.arrow is missing"):
        Graph.open(folder)


def test_no_store_and_no_snapshot(tmp_path: Path) -> None:
    for ask in (lambda: take(str(tmp_path / "none.db")), lambda: Graph.open(tmp_path / "none")):
        with pytest.raises(UserError) as caught:
            ask()
        assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written(store: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written") as caught:
        take(str(store), tmp_path / "file" / "deeper")
    assert caught.value.hint


@pytest.mark.parametrize("point", ["snapshot.written", "snapshot.before_rename"])
def test_killed_while_the_snapshot_is_written(store: Path, point: str) -> None:
    command = [sys.executable, "-c", f"from kg2corpus.snapshot import take; take({str(store)!r})"]
    killed = subprocess.run(command, env={**os.environ, "KG2CORPUS_KILL_AT": point}, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    home = store.with_name("kg.db.snapshot")
    left = list(home.iterdir())
    assert len(left) == 1, "the kill came while files were written aside"
    assert left[0].name.startswith(".")
    graph = take(str(store))
    assert len(graph) == 3
    assert sorted(p.name for p in home.iterdir()) == sorted([graph.folder.name, "stamp.json"])
