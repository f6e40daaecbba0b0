"""Two versions of a graph: what was added, removed, changed, renamed; and the files of it as later stages take them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus import api
from kg2corpus.diff import FILES, diff, read_fact_uids
from kg2corpus.errors import UserError
from kg2corpus.store.load import load

from .graphs import make_graph

OLD = [("a", "capital", "x"), ("b", "capital", "y"), ("a", "borders", "b"), ("a", "borders", "c"), ("b", "area", ("7", ""))]
NEW = [("a", "capital", "z"), ("b", "capital", "y"), ("a", "borders", "b"), ("a", "borders", "d"), ("c", "area", ("7", ""))]


def said(facts: object) -> list[tuple[str, str, str]]:
    return sorted((f.subject.key, f.relation.key, f.object.key) for f in facts)  # type: ignore[attr-defined]


def test_added_removed_changed_and_renamed() -> None:
    old, new = make_graph(OLD, labels={"b": "Bee"}), make_graph(NEW, labels={"b": "Be"})
    found = diff(old, new)
    assert said(found.added) == [("a", "borders", "d"), ("c", "area", "7")]
    assert said(found.removed) == [("a", "borders", "c"), ("b", "area", "7")]
    (pair,) = found.changed
    assert said(pair) == [("a", "capital", "x"), ("a", "capital", "z")]
    assert [(a.label, b.label) for a, b in found.labels] == [("Bee", "Be")]
    counts = {r["relation"]: (r["added"], r["removed"], r["changed"]) for r in found.as_dict()["relations"]}
    assert counts == {"area": (1, 1, 0), "borders": (1, 1, 0), "capital": (0, 0, 1)}


def test_one_subject_with_two_objects_does_not_hide_a_change() -> None:
    many = [(f"s{i}", "capital", f"o{i}") for i in range(30)]
    old = make_graph([*many, ("s0", "capital", "x")])
    new = make_graph([*many[:-1], ("s29", "capital", "y"), ("s0", "capital", "z")])
    found = diff(old, new)
    assert [said(pair) for pair in found.changed] == [[("s29", "capital", "o29"), ("s29", "capital", "y")]]
    assert (said(found.added), said(found.removed)) == ([("s0", "capital", "z")], [("s0", "capital", "x")])


triples = st.sets(st.tuples(st.sampled_from("abcd"), st.sampled_from("rs"), st.sampled_from("wxyz")), max_size=14)


@given(triples, triples)
def test_the_difference_leads_from_one_to_the_other(old: set[tuple[str, str, str]], new: set[tuple[str, str, str]]) -> None:
    found = diff(make_graph(sorted(old)), make_graph(sorted(new)))
    gone = [*said(found.removed), *said(f for f, _ in found.changed)]
    come = [*said(found.added), *said(f for _, f in found.changed)]
    assert len(gone) == len(set(gone))
    assert (old - set(gone)) | set(come) == new
    assert not set(gone) & new
    assert not set(come) & old
    for a, b in found.changed:
        assert (a.subject, a.relation) == (b.subject, b.relation)
    back = diff(found.after, found.before)
    assert said(back.added) == said(found.removed)
    assert len(back.changed) == len(found.changed)


def test_a_counterfactual_copy_is_no_version() -> None:
    with pytest.raises(UserError, match="counterfactual"):
        diff(make_graph(OLD), make_graph(OLD, graph_id="permuted-1"))


def store(folder: Path, name: str, objects: dict[str, str]) -> str:
    lines = [f"<urn:c:{s}> <urn:p:capital> <urn:c:{o}> .\n" for s, o in objects.items()]
    (folder / f"{name}.nt").write_text("".join(lines), encoding="utf-8")
    load([folder / f"{name}.nt"], str(folder / f"{name}.db"))
    return str(folder / f"{name}.db")


def test_a_split_of_what_was_added(tmp_path: Path) -> None:
    old = store(tmp_path, "old", {f"s{i}": f"o{i}" for i in range(20)})
    new = store(tmp_path, "new", {f"s{i}": f"o{i}" for i in range(30)})
    found = api.diff(old, new, tmp_path / "d")
    assert (found["added"], found["removed"], found["changed"]) == (10, 0, 0)
    assert [Path(p).name for p in found["files"]] == list(FILES)
    wanted = read_fact_uids(tmp_path / "d" / "added.tsv")
    done = api.split(new, tmp_path / "s.json", held_out=0.0, facts=tmp_path / "d" / "added.tsv")
    assert done["train"] == len(wanted) == 10
    with pytest.raises(UserError, match="names no facts"):
        api.split(new, tmp_path / "s.json", facts=tmp_path / "d" / "removed.tsv")
    (tmp_path / "bad.tsv").write_text("uid\n00000000000000ff\nBhutan\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"bad.tsv:3: 'Bhutan' is no uid"):
        read_fact_uids(tmp_path / "bad.tsv")
