"""A SPARQL endpoint on this machine that serves a real graph, and fails in all the ways in which endpoints fail."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

# what a test does with the n-th request (from 1) instead of answering it; None: answers it
Fault = Callable[["Handler", int], bool]


class Endpoint(ThreadingHTTPServer):
    """The server; `asked` holds the queries that came."""

    daemon_threads = True

    def __init__(self, store: ox.Store, fault: Fault | None, cap: int, change: Callable[[str], str]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.store, self.fault, self.cap, self.change = store, fault, cap, change
        self.asked: list[str] = []
        self.agents: set[str] = set()
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/sparql"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    server: Endpoint

    def do_POST(self) -> None:
        self.answer(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["query"][0])

    def do_GET(self) -> None:
        self.answer(parse_qs(urlsplit(self.path).query)["query"][0])

    def answer(self, query: str) -> None:
        with self.server.lock:
            self.server.asked.append(query)
            self.server.agents.add(self.headers["User-Agent"])
            number = len(self.server.asked)
            if self.server.fault and self.server.fault(self, number):
                return
            try:
                body = results(self.server.store, self.server.change(query), self.server.cap)
            except SyntaxError as e:
                self.give(400, "text/plain", f"Parse error: {e}".encode())
                return
        self.give(200, "application/sparql-results+json; charset=utf-8", body)

    def give(self, code: int, kind: str, body: bytes, *, length: int | None = None, **headers: str) -> bool:
        """Answer so; True, for a fault's return."""
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True
        return True

    def log_message(self, format: str, *args: Any) -> None:
        """Tests are silent."""


def results(store: ox.Store, query: str, cap: int) -> bytes:
    """The JSON of a SELECT's results, of at most `cap` rows."""
    found = json.loads(store.query(query).serialize(format=ox.QueryResultsFormat.JSON))
    found["results"]["bindings"] = found["results"]["bindings"][:cap]
    return json.dumps(found).encode()


@contextmanager
def serve(
    store: ox.Store, *, fault: Fault | None = None, cap: int = 1_000_000, change: Callable[[str], str] = str
) -> Iterator[Endpoint]:
    """An endpoint over the graphs of a store, for as long as the block lasts. `change` rewrites queries before they run."""
    server = Endpoint(store, fault, cap, change)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def without(pattern: str) -> Callable[[str], str]:
    """A change that takes a part out of every query, as servers do that ignore it."""
    return lambda query: re.sub(pattern, "", query)
