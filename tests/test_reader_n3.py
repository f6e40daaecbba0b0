"""N3: its plain triples, and what is left out with a count."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib

from kg2corpus.errors import UserError
from kg2corpus.readers import n3
from kg2corpus.readers._common import Log
from kg2corpus.readers.rdf import read as read_turtle

from .test_w3c import given

P = "@prefix : <http://e/> .\n"


def read(folder: Path, text: str) -> tuple[list[tuple[int, str, str, str]], dict[str, int]]:
    path, log = folder / "a.n3", Log()
    path.write_text(P + text)
    found = [(t.position, t.subject, t.predicate, t.object.value) for t in n3.read(path, log=log)]
    return [(i, *(x.removeprefix("http://e/") for x in rest)) for i, *rest in found], dict(log.notes)


def test_turtle_is_n3(tmp_path: Path) -> None:
    text = P + ':a :b [ :c (1 2.5 1e3 true "x"@en) ] ; a :T . <#r> <p> <> . _:x :b _:x .'
    for name in ("a.ttl", "a.n3"):
        (tmp_path / name).write_text(text.replace("<#r> <p> <>", "<http://r> <http://p> <http://e>"))
    assert given(n3.read(tmp_path / "a.n3")) == given(read_turtle(tmp_path / "a.ttl"))


def test_what_only_n3_has(tmp_path: Path) -> None:
    found, notes = read(tmp_path, ":a is :child of :b . :a <- :likes :c . :a = :d . :a has :size 3 . :s :p :a!:mother .")
    assert [f[1:] for f in found[:4]] == [
        ("b", "child", "a"), ("c", "likes", "a"), ("a", "http://www.w3.org/2002/07/owl#sameAs", "d"), ("a", "size", "3"),
    ]  # fmt: skip
    assert {f[1:] for f in found[4:]} == {("a", "mother", "_:b1"), ("s", "p", "_:b1")}
    assert not notes


def test_what_is_no_triple_is_counted(tmp_path: Path) -> None:
    found, notes = read(tmp_path, """
        :a :b :c . { ?x :p ?y . :u :v :w } => { ?y :q ?x } . { :k :l :m } <= { :n :o :r } .
        :d :e :f . "text" :b 1 . :a "text" 1 . ?x :b 1 . :me :says { :m :n :o } . { :m :n :o } :since 1900 . :y :z 1 .
    """)
    assert [f[1:] for f in found] == [("a", "b", "c"), ("d", "e", "f"), ("y", "z", "1")]
    assert notes == {
        "N3 statement with a variable": 3,
        "N3 statement inside of a formula { }": 5,
        "N3 rule": 2,
        "N3 statement about a formula { }": 2,
        "N3 statement with a literal as its subject": 1,
        "N3 statement with a literal as its predicate": 1,
    }
    assert [f[0] for f in found] == [1, 9, 17], "positions count what is left out"
    assert found[-1][0] == sum(notes.values()) + len(found)


def test_as_rdflib_reads_it(tmp_path: Path) -> None:
    """The plain triples of a file with rules, by another library."""
    text = P + ":a :b :c ; is :d of :e . { ?x :b ?y } => { ?y :b ?x } . :f :g (1 2) . :h!:i :j :k ."
    (tmp_path / "a.n3").write_text(text)
    graph = rdflib.Graph().parse(tmp_path / "a.n3", format="n3")
    theirs = [p for s, p, o in graph if not isinstance(s, rdflib.graph.QuotedGraph)]
    assert sorted(t.predicate for t in n3.read(tmp_path / "a.n3")) == sorted(map(str, theirs))


def test_relative_iris(tmp_path: Path) -> None:
    (tmp_path / "a.n3").write_text("<#x> <p> <> .")
    (t,) = n3.read(tmp_path / "a.n3")
    assert (t.subject, t.predicate, t.object.value) == ("file:///a.n3#x", "file:///p", "file:///a.n3")
    (t,) = n3.read(tmp_path / "a.n3", base="https://example.org/d/")
    assert (t.subject, t.predicate) == ("https://example.org/d/#x", "https://example.org/d/p")


@pytest.mark.parametrize("word", ["@forAll :x .", "@forSome :x .", "@keywords is, of."])
def test_quantifiers(word: str, tmp_path: Path) -> None:
    (tmp_path / "a.n3").write_text(P + word)
    with pytest.raises(UserError, match=r"a\.n3:2: @") as caught:
        list(n3.read(tmp_path / "a.n3"))
    assert "write variables as ?x" in caught.value.hint
