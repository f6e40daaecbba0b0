"""JSON-LD: what is recognised, contexts inside and outside, what is counted; nothing is fetched unless it is allowed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from kg2corpus import api
from kg2corpus.errors import UserError
from kg2corpus.readers import jsonld
from kg2corpus.readers._choose import choose
from kg2corpus.readers._common import Log

from .test_w3c import given

S = "https://example.org/"


def put(folder: Path, document: Any, name: str = "a.jsonld") -> Path:
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def found(path: Path, **options: Any) -> list[tuple[str, str, str]]:
    return [(t.subject, t.predicate, t.object.value) for t in jsonld.read(path, **options)]


RICH = {
    "@context": {
        "@version": 1.1, "@vocab": S, "xsd": "http://www.w3.org/2001/XMLSchema#", "@language": "en",
        "knows": {"@type": "@id"}, "born": {"@type": "xsd:date"}, "names": {"@id": "name", "@container": "@language"},
        "parts": {"@container": "@list"}, "childOf": {"@reverse": "hasChild"}, "raw": {"@type": "@json"},
    },
    "@graph": [
        {"@type": "Person", "@id": "a", "knows": ["b", {"@id": "c", "label": "C"}], "born": "1815-12-10"},
        {"@id": "b", "names": {"de": "Zwei", "fr": ["Deux", "2"]}, "parts": ["x", 1, True], "childOf": {"@id": "a"}},
        {"@id": "g", "@graph": [{"@id": "a", "raw": {"z": [1, None]}, "note": None, "blank": {"inner": "y"}}]},
    ],
}  # fmt: skip


def test_as_rdflib_reads_it(tmp_path: Path) -> None:
    """Types, languages, lists, reverse properties, named graphs: the same graph as another library finds."""
    path = put(tmp_path, RICH)
    other = rdflib.Dataset()
    other.parse(path, format="json-ld", publicID="file:///a.jsonld")
    theirs = ox.Dataset(ox.parse(input=other.serialize(format="nquads").encode(), format=ox.RdfFormat.N_QUADS))
    ours = given(jsonld.read(path))
    theirs.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert len(ours) > 15
    assert ours == theirs


def test_numbers(tmp_path: Path) -> None:
    """As JSON-LD says: a number without a fraction is an integer, any other a double; typed ones keep their type."""
    values = [1, 1.0, 1.5, 1e30, True, {"@value": 2, "@type": "http://www.w3.org/2001/XMLSchema#decimal"}]
    terms = [t.object for t in jsonld.read(put(tmp_path, {"@id": S + "a", S + "n": values}))]
    assert [(t.value, t.datatype.rpartition("#")[2]) for t in terms] == [
        ("1", "integer"), ("1", "integer"), ("1.5E0", "double"), ("1.0E30", "double"), ("true", "boolean"), ("2", "decimal"),
    ]  # fmt: skip


def test_what_json_is_recognised(tmp_path: Path) -> None:
    assert choose(put(tmp_path, RICH, "a.json"))[0] == "jsonld"
    assert choose(put(tmp_path, '\ufeff [{"@id": "http://a", "http://p": [{"@value": 1}]}]', "b.json"))[0] == "jsonld"
    assert choose(put(tmp_path, {"type": "node", "id": "1", "labels": ["A"], "properties": {"n": 1}}, "c.json"))[0] == "neo4j"
    assert choose(put(tmp_path, {"entities": {"Q1": {"type": "item", "id": "Q1"}}}, "d.json"))[0] == "wikidata"
    with pytest.raises(UserError, match=r"none of the readers of \.json"):
        choose(put(tmp_path, {"a": 1}, "e.json"))
    assert choose(put(tmp_path, "{}"))[0] == "jsonld", "by its suffix alone"


def test_base(tmp_path: Path) -> None:
    path = put(tmp_path, {"@id": "x", "http://p": {"@id": "#y"}})
    assert found(path) == [("file:///x", "http://p", "file:///a.jsonld#y")]
    assert found(path, base=S + "d/") == [(S + "d/x", "http://p", S + "d/#y")]
    with pytest.raises(UserError, match="base=nowhere: no absolute IRI"):
        found(path, base="nowhere")


def test_keys_that_say_nothing_are_counted(tmp_path: Path) -> None:
    context = {"n": S + "n", "off": None}
    document = {"@context": context, "@id": S + "a", "n": 1, "off": 2, "age": 3, "more": [{"age": 4, "n": 5}]}
    log = Log()
    assert [t.object.value for t in jsonld.read(put(tmp_path, document), log=log)] == ["1"]
    assert log.notes == {"key 'age', which no context maps": 2, "key 'more', which no context maps": 1}
    with pytest.raises(UserError, match=r"a\.jsonld: JSON-LD that states nothing: no context maps its keys \(name, born\)"):
        found(put(tmp_path, {"name": "Ada", "born": 1815}))
    assert found(put(tmp_path, [])) == []


# contexts that are only named


class Server(BaseHTTPRequestHandler):
    hits: list[str] = []  # noqa: RUF012 - one server at a time
    pages: dict[str, tuple[int, dict[str, str], str]] = {}  # noqa: RUF012

    def do_GET(self) -> None:
        self.hits.append(self.path)
        status, headers, text = self.pages.get(self.path, (404, {}, "nothing"))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    """A server on this machine, with contexts, a page that names one, redirections, and what is no context."""
    server = HTTPServer(("127.0.0.1", 0), Server)
    root = f"http://127.0.0.1:{server.server_port}"
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps({"@context": {"name": "http://secret/"}}))
    told = {"Link": '</c.jsonld>; rel="alternate"; type="application/ld+json"', "Content-Type": "text/html"}
    Server.hits.clear()
    Server.pages = {
        "/c.jsonld": (200, {}, json.dumps({"@context": ["sub/d.jsonld", {"name": S + "name", "@base": "http://wrong/"}]})),
        "/sub/d.jsonld": (200, {}, json.dumps({"@context": {"age": {"@id": S + "age", "@context": "e.jsonld"}}})),
        "/sub/e.jsonld": (200, {}, json.dumps({"@context": {"in": S + "in"}})),
        "/": (200, told, "<html>"),
        "/moved": (302, {"Location": "/c.jsonld"}, ""),
        "/away": (302, {"Location": secret.as_uri()}, ""),
        "/ftp": (302, {"Location": "ftp://127.0.0.1/x"}, ""),
        "/me": (200, {}, json.dumps({"@context": {"a": {"@id": "x:a", "@context": "me"}}})),
        "/html": (200, {}, "<html>"),
        "/list": (200, {}, "[]"),
        "/import": (200, {}, json.dumps({"@context": {"name": "x:old", "age": S + "age"}})),
    }
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield root
    server.shutdown()
    thread.join()
    server.server_close()


def test_nothing_is_fetched_unless_allowed(web: str, tmp_path: Path) -> None:
    for context in (f"{web}/", [{"x": "y:z"}, f"{web}/"], {"@import": f"{web}/"}, {"n": {"@id": "x:n", "@context": f"{web}/"}}):
        path = put(tmp_path, {"@context": context, "@id": S + "a", "name": "A", "n": {"x": 1}})
        with pytest.raises(UserError, match=r"^a\.jsonld: it names the context http://127") as caught:
            found(path)
        assert "--option contexts=allow" in caught.value.hint
        assert "--option contexts=FOLDER" in caught.value.hint
        with pytest.raises(UserError, match=r"^a\.jsonld: it names a context"):
            found(path, streaming=True)
        (tmp_path / "empty").mkdir(exist_ok=True)
        with pytest.raises(UserError, match=r"is not in .*empty"):
            found(path, contexts=str(tmp_path / "empty"))
    assert Server.hits == []


@pytest.mark.parametrize("address", ["/c.jsonld", "/", "/moved"])
def test_allowed(web: str, address: str, tmp_path: Path) -> None:
    path = put(tmp_path, {"@context": web + address, "@id": "a", "name": "A", "age": {"in": 1}})
    assert ("file:///a", S + "name", "A") in found(path, contexts="allow"), "the base of a context that is fetched holds not"
    assert {p for _, p, _ in found(path, contexts="allow")} == {S + "name", S + "age", S + "in"}
    assert [Server.hits.count(p) for p in ("/c.jsonld", "/sub/d.jsonld", "/sub/e.jsonld")] == [2, 2, 2], "once in each reading"
    path = put(tmp_path, {"@context": {"@import": f"{web}/import", "name": S + "name"}, "@id": "a", "name": "A", "age": 1})
    assert {p for _, p, _ in found(path, contexts="allow")} == {S + "age", S + "name"}


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("/gone", "cannot be fetched"), ("/away", "not on the web|cannot be fetched"), ("/ftp", "not on the web"),
        ("/me", "names itself"), ("/html", "is no JSON"), ("/list", "holds no context"),
    ],
)  # fmt: skip
def test_what_cannot_be_fetched(web: str, address: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=rf"^a\.jsonld: .*({message})") as caught:
        found(put(tmp_path, {"@context": web + address, "@id": S + "a", "name": "A"}), contexts="allow")
    assert caught.value.hint


def test_files_of_this_machine_are_not_opened(tmp_path: Path) -> None:
    secret = put(tmp_path, {"@context": {"name": S + "name"}}, "secret.json")
    for context in (secret.as_uri(), "secret.json", "../secret.json", str(secret)):
        path = put(tmp_path, {"@context": context, "@id": S + "a", "name": "A"})
        for options in ({}, {"contexts": "allow"}):
            with pytest.raises(UserError, match=r"a\.jsonld"):
                found(path, **options)


def test_a_folder_of_contexts(tmp_path: Path) -> None:
    folder = tmp_path / "contexts"
    folder.mkdir()
    path = put(tmp_path, {"@context": ["https://www.w3.org/ns/x?a=1", "own/c.json"], "@id": S + "a", "name": "A", "age": 1})
    for name in ("www.w3.org_ns_x_a_1.jsonld", "own_c.json"):
        with pytest.raises(UserError, match=r"the context \S+ is not in \S*contexts") as caught:
            found(path, contexts=str(folder))
        assert caught.value.hint == f"save it there as {name}"
        key = "name" if name.startswith("www") else "age"
        put(folder, {"@context": {key: S + key}}, name)
    assert {p for _, p, _ in found(path, contexts=str(folder))} == {S + "name", S + "age"}
    with pytest.raises(UserError, match="neither 'allow' nor a folder"):
        found(path, contexts="yes")
    put(folder, {"name": 1}, "own_c.json")
    with pytest.raises(UserError, match="holds no context"):
        found(path, contexts=str(folder))


def test_streaming_gives_the_same(tmp_path: Path) -> None:
    path = put(tmp_path, RICH)

    def plain(**options: Any) -> list[tuple[str, str, str]]:
        return sorted((s, p, o) for s, p, o in found(path, **options) if not s.startswith("_:") and not o.startswith("_:"))

    assert plain(streaming=True) == plain()
    with pytest.raises(UserError, match="streaming=yes does not work with contexts="):
        found(path, streaming=True, contexts="allow")


def test_larger_than_what_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonld, "WHOLE", 1 << 20)
    path = put(tmp_path, [{"@id": f"{S}{i}", S + "n": i} for i in range(40_000)])
    with pytest.raises(UserError, match="JSON-LD of more than 1 MiB") as caught:
        found(path)
    assert "streaming=yes" in caught.value.hint
    assert len(found(path, streaming=True)) == 40_000
    assert found(path, streaming=True)[-1] == (f"{S}39999", S + "n", "39999")


def test_loaded(tmp_path: Path) -> None:
    report = api.load([put(tmp_path, RICH)], str(tmp_path / "kg.db"))
    assert report["facts"] > 8


# JSON that is no JSON-LD, with a context beside it


def test_any_json_with_a_context(tmp_path: Path) -> None:
    put(tmp_path, {"@context": {"@vocab": S, "@base": S, "id": "@id", "in": {"@type": "@id"}, "odd": None}}, "c.jsonld")
    context = str(tmp_path / "c.jsonld")
    rows = [{"id": "a", "name": "A", "in": ["b", "c"], "odd": 1}, {"id": "b", "name": "B"}]
    path = put(tmp_path, rows, "rows.json")
    said = [(S + "a", S + "name", "A"), (S + "a", S + "in", S + "b"), (S + "a", S + "in", S + "c"), (S + "b", S + "name", "B")]
    assert sorted(found(path, context=context)) == sorted(said)
    assert found(put(tmp_path, rows[1], "one.json"), context=context) == said[-1:]
    own = put(tmp_path, {"@context": {"name": S + "title"}, "id": "b", "name": "B"}, "own.json")
    assert found(own, context=context) == [(S + "b", S + "title", "B")], "what the file says itself comes last"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "holds no context"), ('{"a": 1}', "holds no context"), ('{"@context"', r"c\.jsonld:1: no JSON"),
        (None, "no such file"),
    ],
)  # fmt: skip
def test_a_context_that_is_none(tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        put(tmp_path, text, "c.jsonld")
    path = put(tmp_path, [{"id": "a"}], "rows.json")
    with pytest.raises(UserError, match=message):
        found(path, context=str(tmp_path / "c.jsonld"))
    with pytest.raises(UserError, match="streaming=yes does not work with context="):
        found(path, context=str(tmp_path / "c.jsonld"), streaming=True)
