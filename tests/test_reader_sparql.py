"""The reader of SPARQL endpoints, against a local endpoint that serves the graph of countries."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg2corpus import api
from kg2corpus.errors import UserError
from kg2corpus.readers import _sparql_http, sparql
from kg2corpus.readers._common import content_hash
from kg2corpus.readers._sparql_query import Cursor, step
from kg2corpus.snapshot import take

from .conftest import COUNTRIES
from .endpoint import Endpoint, Handler, serve, without

S = "https://example.org/"
HTML = b"<html><head><style>p {}</style></head><body><p>Welcome to our endpoint</p></body></html>"


@pytest.fixture(scope="module")
def countries() -> ox.Store:
    store = ox.Store()
    store.load(path=str(COUNTRIES / "countries.ttl"))
    return store


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """No test waits; the seconds that would have been waited."""
    waited: list[float] = []
    monkeypatch.setattr(_sparql_http, "sleep", waited.append)
    return waited


def small(*lines: str) -> ox.Store:
    store = ox.Store()
    store.load(input="\n".join(lines), format=ox.RdfFormat.TURTLE, base_iri=S)
    return store


def source(folder: Path, server: Endpoint, more: str = "page: 1000\n") -> Path:
    path = folder / "graph.sparql.yaml"
    path.write_text(f"endpoint: {server.url}\n{more}", encoding="utf-8")
    return path


def triples(path: Path, **options: Any) -> set[tuple[str, str, str]]:
    return {(t.subject, t.predicate, t.object.value) for t in sparql.read(path, **options)}


@pytest.mark.parametrize(
    ("cap", "more"), [(10**6, ""), (700, "page: 1000\n"), (333, "page: 1000\npaging: offset\nmethod: get\n")]
)
def test_an_endpoint_gives_the_same_graph_as_its_file(cap: int, more: str, countries: ox.Store, tmp_path: Path) -> None:
    """Also where the server caps its answers below the page that is asked for."""
    with serve(countries, cap=cap) as server:
        path = source(tmp_path, server, more)
        report = api.load([path], str(tmp_path / "a.db"))
        assert all(agent.startswith("kg2corpus/") for agent in server.agents)
        requests = len(server.asked)
        again = api.load([path], str(tmp_path / "a.db"))
        assert len(server.asked) == requests, "a load that is repeated asks for nothing"
        assert "loaded before" in again["lines"][0]
    api.load([COUNTRIES / "countries.ttl"], str(tmp_path / "b.db"))
    assert take(str(tmp_path / "a.db")).fingerprint == take(str(tmp_path / "b.db")).fingerprint
    assert not [line for line in report["lines"] if line.startswith(("left out", "skipped"))]


def test_a_killed_load_goes_on_with_the_missing_pages(countries: ox.Store, tmp_path: Path) -> None:
    process: list[subprocess.Popen[str]] = []

    def kill(handler: Handler, number: int) -> bool:
        if number == 6:
            process[0].kill()
            process[0].wait()
        return number == 6

    with serve(countries, fault=kill) as server:
        path = source(tmp_path, server)
        command = [sys.executable, "-m", "kg2corpus.cli", "load", str(path), "--db", str(tmp_path / "a.db")]
        process.append(subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
        process[0].communicate(timeout=120)
        assert process[0].returncode < 0
        assert not (tmp_path / "a.db").exists()
        assert len(server.asked) == 6
        api.load([path], str(tmp_path / "a.db"))
        killed = server.asked
    with serve(countries) as server:
        whole = tmp_path / "whole"
        whole.mkdir()
        api.load([source(whole, server)], str(tmp_path / "b.db"))
        unbroken = server.asked
    assert killed[:6] + killed[6:] == [*unbroken[:6], unbroken[5], *unbroken[6:]], "only the sixth is asked for twice"
    assert take(str(tmp_path / "a.db")).fingerprint == take(str(tmp_path / "b.db")).fingerprint


def test_refresh_forgets_the_pages(tmp_path: Path) -> None:
    store = small("<a> <b> 1 .")
    with serve(store) as server:
        path = source(tmp_path, server)
        before = content_hash(sparql, path, {})
        store.add(ox.Quad(ox.NamedNode(S + "a"), ox.NamedNode(S + "b"), ox.Literal("2")))
        assert content_hash(sparql, path, {}) == before
        assert content_hash(sparql, path, {"refresh": True}) != before
        asked = len(server.asked)
        api.load([path], str(tmp_path / "a.db"), options={"refresh": "yes"})
        assert len(server.asked) < 2 * asked, "a load fetches once"
        assert len(list(sparql.read(path))) == 2


def busy(handler: Handler, code: int = 429, **headers: str) -> bool:
    return handler.give(code, "text/plain", b"slow down", **headers)


def drop(handler: Handler) -> bool:
    handler.close_connection = True
    handler.connection.close()
    return True


GOOD = b'{"head": {"vars": ["s", "p", "o"]}, "results": {"bindings": []}}'
PASSING: dict[str, Callable[[Handler], bool]] = {
    "429": busy,
    "503": lambda h: busy(h, 503),
    "dropped": drop,
    "truncated": lambda h: h.give(200, "application/sparql-results+json", GOOD[:30]),
    "short": lambda h: h.give(200, "application/sparql-results+json", GOOD[:30], length=500),
    "an error with 200": lambda h: h.give(200, "text/plain", b"Virtuoso S1T00 Error: timed out"),
    "empty": lambda h: h.give(200, "application/sparql-results+json", b""),
}


@pytest.mark.parametrize("name", PASSING)
def test_what_passes_is_asked_again(name: str, tmp_path: Path, waits: list[float]) -> None:
    store = small("<a> <b> 1, 2, 3 . <c> <b> 4 .")
    with serve(store, fault=lambda h, n: n in (1, 2) and PASSING[name](h)) as server:
        assert len(triples(source(tmp_path, server))) == 4
    assert waits[:2] == [1.0, 2.0], "longer each time"


def test_retry_after_is_heeded(tmp_path: Path, waits: list[float]) -> None:
    store = small("<a> <b> 1 .")
    with serve(store, fault=lambda h, n: n == 1 and busy(h, Retry_After="17")) as server:
        triples(source(tmp_path, server))
    assert waits[0] == 17
    with (
        serve(store, fault=lambda h, n: busy(h, Retry_After="Wed, 21 Oct 2099 07:28:00 GMT")) as server,
        pytest.raises(UserError, match=r"asks to wait for [0-9]+ s"),
    ):
        triples(source(tmp_path, server))


def test_a_server_that_stays_away_leaves_the_pages(countries: ox.Store, tmp_path: Path, waits: list[float]) -> None:
    with serve(countries, fault=lambda h, n: n > 3 and busy(h, 503)) as server:
        path = source(tmp_path, server, "page: 1000\nretries: 2\ndelay: 0.5\n")
        with pytest.raises(UserError) as caught:
            triples(path)
        assert "HTTP 503" in caught.value.message
        assert "3 tries" in caught.value.message
        assert caught.value.hint.startswith("3 pages are kept in ")
        assert "the same command goes on" in caught.value.hint
        assert len(server.asked) == 6
    assert waits == [0.5, 0.5, 0.5, 1.0, 2.0]


LASTING: list[tuple[Callable[[Handler], bool], str, str]] = [
    (lambda h: h.give(200, "text/html", HTML), "a web page", "It says: Welcome to our endpoint"),
    (lambda h: h.give(404, "text/html", HTML), "HTTP 404 Not Found: Welcome", "/sparql"),
    (lambda h: h.give(401, "text/plain", b""), "HTTP 401", "Authorization"),
    (lambda h: h.give(400, "text/plain", b"Parse error"), "HTTP 400 Bad Request: Parse error", "query"),
    (lambda h: h.give(302, "text/plain", b"", Location="http://127.0.0.1/new"), "has moved", "http://127.0.0.1/new"),
    (lambda h: h.give(200, "application/json", b'{"message": "hi"}'), "no SPARQL result", "address"),
    (lambda h: h.give(200, "application/json", b'{"head": {}, "boolean": true}'), "no SPARQL result", "address"),
    (lambda h: h.give(200, "application/json", GOOD.replace(b'"s"', b'"x"').replace(b"[]", b"[{}]")), "no [?]s", "select"),
    (lambda h: h.give(200, "application/json", GOOD.replace(b"[]", b"[[1]]")), "a row of the result is none", "address"),
    (lambda h: h.give(200, "application/json", b"[" * 100_000), "no whole JSON", "nothing was fetched yet"),
]


@pytest.mark.parametrize("case", range(len(LASTING)))
def test_nonsense_is_told(case: int, tmp_path: Path) -> None:
    fault, message, hint = LASTING[case]
    with serve(small(), fault=lambda h, n: fault(h)) as server, pytest.raises(UserError, match=message) as caught:
        triples(source(tmp_path, server))
    assert hint in caught.value.hint
    assert not list(tmp_path.rglob("page-*"))


def test_an_endless_answer_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(handler: Handler, number: int) -> bool:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b" " * 100_000)
        except OSError:
            return True

    monkeypatch.setattr(_sparql_http, "LARGEST", 5_000_000)
    with serve(small(), fault=endless) as server, pytest.raises(UserError, match="more than 5,000,000 bytes") as caught:
        triples(source(tmp_path, server))
    assert "page=" in caught.value.hint


def test_no_server_and_a_silent_one(tmp_path: Path) -> None:
    import time

    with serve(small()) as server:
        gone = source(tmp_path, server, "retries: 0\n")
    with pytest.raises(UserError, match="no connection: Connection refused"):
        triples(gone)
    with (
        serve(small(), fault=lambda h, n: bool(time.sleep(1.0)) or True) as server,
        pytest.raises(UserError, match=r"no answer within 0\.2 s"),
    ):
        triples(source(tmp_path, server, "retries: 0\ntimeout: 0.2\n"))


def test_servers_that_ignore_what_is_asked(countries: ox.Store, tmp_path: Path) -> None:
    """Each would give a part of the graph, or never end."""
    for pattern, options, message in (
        (r"FILTER\(.*\)(?= \})", {}, r"no notice of FILTER"),
        (r"ORDER BY STR\(\?s\)", {}, r"do not come in the order"),
        (r"OFFSET \d+", {"paging": "offset"}, "the same rows whatever OFFSET says"),
    ):
        with serve(countries, change=without(pattern)) as server, pytest.raises(UserError, match=message) as caught:
            triples(source(tmp_path, server), **options)
        assert "--option" in caught.value.hint
    with serve(countries, change=without(r"LIMIT \d+")) as server:
        assert len(triples(source(tmp_path, server))) == len(countries), "one that gives all at once is no harm"


def test_a_subject_that_fills_pages(tmp_path: Path) -> None:
    store = small("<z> <b> 0 .", *(f"<m> <b> {i} ." for i in range(95)), "<a> <b> <m> .")
    with serve(store, cap=7) as server:
        assert len(triples(source(tmp_path, server, "page: 10\n"))) == 97
        assert len(server.asked) < 25


def test_blank_nodes_belong_to_a_page(tmp_path: Path) -> None:
    store = small("<a> <b> [ <c> 1 ] . <d> <b> _:x . <e> <b> _:x .")
    with serve(store) as server:
        path = source(tmp_path, server, "")
        found = list(sparql.read(path))
        labels = {key for t in found for key in (t.subject, t.object.value) if key.startswith("_:")}
        assert len(found) == 4
        assert len(labels) == 4, "a subject is not known to be the object of another page"
        report = api.load([path], str(tmp_path / "a.db"))
        assert "left out: 4 x statement with a blank node, whose name holds within its page only" in report["lines"]
        kept = [t for t in sparql.read(path, blank="keep") if t.subject.startswith("_:")]
        assert kept[0].subject in {t.object.value for t in sparql.read(path, blank="keep")}
        with pytest.raises(UserError, match="page 1 has a blank node") as caught:
            triples(path, blank="refuse")
        assert "blank=keep" in caught.value.hint


def test_graphs_queries_and_templates(tmp_path: Path) -> None:
    store = small("<a> <b> 1 . <c> <cap> 'x', 'y' .")
    g = ox.NamedNode(S + "g")
    store.add(ox.Quad(ox.NamedNode(S + "in"), ox.NamedNode(S + "b"), ox.Literal("2", language="en"), g))
    query = tmp_path / "q.rq"
    with serve(store) as server:
        (one,) = sparql.read(source(tmp_path, server, f"graph: {S}g\n"))
        assert (one.subject, one.graph, one.object.language, one.position) == (S + "in", S + "g", "en", 1)
        for text, expected in (
            ("SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } }", [(S + "in", S + "b", "2")]),
            (f"SELECT ?s ?p ?o FROM <{S}g> {{ ?s ?p ?o }}", [(S + "in", S + "b", "2")]),
            (f"PREFIX e: <{S}>\nSELECT (?x AS ?s) (e:r AS ?p) (?v AS ?o) {{ ?x e:cap ?v }} # }} {{",
             [(S + "c", S + "r", "x"), (S + "c", S + "r", "y")]),
            (f"PREFIX e: <{S}> CONSTRUCT {{ ?x e:has e:it ; e:v ?v }} WHERE {{ ?x e:cap ?v }}",
             [(S + "c", S + "has", S + "it"), (S + "c", S + "v", "x"), (S + "c", S + "v", "y")]),
            (f"CONSTRUCT {{ ?s <{S}q> 'a }} b' }} FROM <{S}g> WHERE {{ ?s ?p ?o }}", [(S + "in", S + "q", "a } b")]),
            ("SELECT * { ?s ?p ?o FILTER(?o = 1) }", [(S + "a", S + "b", "1")]),
        ):  # fmt: skip
            query.write_text(text, encoding="utf-8")
            assert sorted(triples(query, endpoint=server.url, page=1)) == expected, text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no query"),
        ("hello", "neither SELECT nor CONSTRUCT"),
        ("ASK { ?s ?p ?o }", "ASK gives no triples"),
        ("SELECT ?x { ?x ?p ?o }", "does not select"),
        ("CONSTRUCT { ?s ?p [] } WHERE { ?s ?p ?o }", "blank node in the template"),
        ("CONSTRUCT { ?s ?p", "not understood"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT"),
    ],
)
def test_queries_that_give_no_triples(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=message) as caught:
        list(sparql.read(path, endpoint="http://127.0.0.1:9/"))
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("endpont: x\n", "graph.sparql.yaml:1: unknown key 'endpont'; did you mean 'endpoint'"),
        ("endpoint: x\n", "'x' is no address"),
        ("endpoint: file:///etc/passwd\n", "is no address"),
        ("endpoint: https://me:secret@example.org/\n", "a password stands"),
        ("endpoint: http://127.0.0.1/\npage: many\n", "graph.sparql.yaml:2: page: 'many' is no whole number"),
        ("endpoint: http://127.0.0.1/\npage: 0\n", "page is 0"),
        ("endpoint: http://127.0.0.1/\ntimeout: nan\n", "timeout is nan"),
        ("endpoint: http://127.0.0.1/\npaging: both\n", "graph.sparql.yaml:2: paging: one of subject, offset"),
        ("endpoint: http://127.0.0.1/\ngraph: a b\n", "the graph 'a b' is no IRI"),
        ("endpoint: http://127.0.0.1/\ngraph: urn:g\nquery: SELECT ?s ?p ?o {}\n", "a query and a graph"),
        ("endpoint: http://127.0.0.1/\nheaders: {A: '${NOT_THERE}'}\n", "graph.sparql.yaml:2: NOT_THERE is not in the env"),
        ("endpoint: [http://127.0.0.1/]\n", "a text is wanted here"),
    ],
)
def test_faults_of_the_file(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "graph.sparql.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        list(sparql.read(path))
    assert message in caught.value.message
    assert "secret" not in caught.value.message + caught.value.hint


def test_a_torn_page_is_told(tmp_path: Path) -> None:
    with serve(small("<a> <b> 1 .")) as server:
        path = source(tmp_path, server)
        list(sparql.read(path))
        page = next(p for p in tmp_path.rglob("page-*.nq") if len(p.read_text().splitlines()) == 2)
        assert sparql.place(path, "", 1) == ("graph.sparql.yaml#1", page.read_text().splitlines()[1])
        page.write_text("")
        with pytest.raises(UserError, match="not a page") as caught:
            list(sparql.read(path))
    assert "refresh=yes" in caught.value.hint


def _page(rows: list[dict[str, Any]], cursor: Cursor, size: int) -> list[dict[str, Any]]:
    """What a server would answer."""
    iris = [r for r in rows if r["s"]["type"] == "uri"]
    if cursor.kind == "blank":
        return [r for r in rows if r["s"]["type"] == "bnode"][cursor.offset :][:size]
    if cursor.kind == "within":
        return [r for r in iris if r["s"]["value"] == cursor.key][cursor.offset :][:size]
    beyond = [r for r in iris if r["s"]["value"] > cursor.key or (cursor.here and r["s"]["value"] == cursor.key)]
    # within a subject in another order than elsewhere
    return sorted(beyond, key=lambda r: (str(r["s"]["value"]), int(r["o"]["value"]) * 7 % 10))[:size]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 9)), unique=True), st.integers(1, 7), st.integers(1, 7))
def test_pages_lose_nothing_and_repeat_nothing(pairs: list[tuple[str, int]], page: int, cap: int) -> None:
    rows = [{"s": {"type": "bnode" if s == "f" else "uri", "value": s}, "o": {"value": o}} for s, o in pairs]
    cursor, found = Cursor("after"), []
    for _ in range(200):
        kept, cursor = step(cursor, _page(rows, cursor, min(page, cap)))
        found += kept
        if cursor.kind == "end":
            break
    assert cursor.kind == "end"
    assert sorted(map(json.dumps, found)) == sorted(map(json.dumps, rows))
