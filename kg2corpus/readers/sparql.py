"""SPARQL endpoints: all triples, a named graph, or what a SELECT or CONSTRUCT gives, fetched page by page.

The source is a YAML file with `endpoint: ADDRESS` (and `graph`, `query`, `headers`, or any option below), or a query (`.rq`,
`.sparql`) with `--option endpoint=ADDRESS`. A SELECT gives ?s ?p ?o, and ?g where the graph matters. Pages are kept in a folder
beside the file, `NAME.pages`: a killed load goes on with those that are missing. Options:

- `page=10000`: rows of a page; a server that gives fewer is noticed. `paging=offset` instead of `subject` (`_sparql_query`).
- `delay=0` seconds between requests, `timeout=120`, `retries=5`: on 429, 503 and the like, and on broken connections;
  Retry-After is heeded. `method=get`. `refresh=yes` forgets the pages and fetches again.
- `blank=page`: blank nodes are other ones on each page, counted; `keep`: the endpoint's names for them last; `refuse`.

A position is the ordinal of the triple in the order of the pages. Memory: a page.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pyoxigraph as ox

from ..errors import UserError
from ..types import Term, Triple
from . import _yaml, rdf
from ._common import Batch, Log, suffix, to_triples
from ._open import open_bytes
from ._sparql_http import Endpoint
from ._sparql_pages import Page, Plan, fetch, kept, key
from ._sparql_query import Cursor, parse, whole

SUFFIXES = (".rq", ".sparql", ".yaml", ".yml")
REST = (".rq", ".sparql")
_LOOKS = re.compile(rb"^(endpoint|'endpoint'|\"endpoint\")[ \t]*:", re.MULTILINE)
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
OPTIONS = ("endpoint", "graph", "page", "paging", "blank", "method", "timeout", "delay", "retries")
KEYS = (*OPTIONS, "query", "headers")
CHOICES = {"paging": ("subject", "offset"), "blank": ("page", "keep", "refuse"), "method": ("post", "get")}


def looks(head: bytes) -> bool:
    """Does the YAML file name an endpoint?"""
    return _LOOKS.search(head) is not None


def read(
    source: Path, *, log: Log | None = None, endpoint: str = "", graph: str = "", page: int = 10_000,
    paging: Literal["subject", "offset"] = "subject", blank: Literal["page", "keep", "refuse"] = "page",
    method: Literal["post", "get"] = "post", timeout: float = 120.0, delay: float = 0.0, retries: int = 5,
    refresh: bool = False,
) -> Iterator[Triple]:  # fmt: skip
    """The triples of an endpoint. Raises UserError for faults of the file, and where the endpoint does not answer."""
    given = {
        "endpoint": endpoint, "graph": graph, "page": page, "paging": paging, "blank": blank, "method": method,
        "timeout": timeout, "delay": delay, "retries": retries,
    }  # fmt: skip
    defaults = _defaults()
    own = log or Log()
    chosen = {name: value for name, value in given.items() if value != defaults[name]}
    # a load has asked for the fingerprint first, and so has fetched again already
    pages = fetch(_plan(source, chosen), refresh=refresh and log is None)
    yield from to_triples(_batches(pages, own))
    if log is None:
        own.check()


def batches(source: Path, log: Log, **options: Any) -> Iterator[Batch]:
    """The fast path. A load has fetched the pages before, for the fingerprint."""
    options.pop("refresh", None)
    yield from _batches(fetch(_plan(source, options)), log)


def fingerprint(source: Path, options: Mapping[str, Any]) -> str:
    """sha256 of the triples in their order, which are fetched for it where they are not there."""
    given = dict(options)
    refresh = bool(given.pop("refresh", False))
    found = hashlib.sha256()
    for page in fetch(_plan(source, given), refresh=refresh):
        with page.path.open("rb") as f:
            f.readline()
            while piece := f.read(1 << 20):
                found.update(piece)
    return found.hexdigest()


def place(source: Path, file: str, position: int) -> tuple[str, str]:
    """The ordinal of a triple, and its line of N-Quads where the pages are still there."""
    for folder in sorted(source.with_name(source.name + ".pages").glob("*/")):
        ordinal = position
        for page in kept(folder):
            lines = page.path.read_text(encoding="utf-8").splitlines()[1:]
            if ordinal <= len(lines):
                return f"{source.name}#{position}", lines[ordinal - 1]
            ordinal -= len(lines)
    return f"{source.name}#{position}", ""


def _batches(pages: list[Page], log: Log) -> Iterator[Batch]:
    before = 0
    for page in pages:
        last = 1  # the first line is the page's own
        for _, rows in rdf.batches(page.path, log, syntax=".nq"):
            yield "", [(*row[:6], row[6] - 1 + before, row[7]) for row in rows]
            last = max(last, rows[-1][6]) if rows else last
        before += last - 1
        log.notes.update(page.left)


def _defaults() -> dict[str, Any]:
    return {name: p.default for name, p in inspect.signature(read).parameters.items() if p.kind is p.KEYWORD_ONLY}


def _plan(source: Path, options: Mapping[str, Any]) -> Plan:
    """What a source and its options ask for. Raises UserError with the lines of the file's faults."""
    told, text, headers = _of_yaml(source) if suffix(source) in (".yaml", ".yml") else ({}, _text(source), {})
    how = {name: default for name, default in _defaults().items() if name in OPTIONS} | told | dict(options)
    where, url = source.name, str(how["endpoint"])
    parts = urlsplit(url)
    if not url:
        raise UserError(f"{where}: which endpoint is asked?", "give --option endpoint=https://example.org/sparql")
    if parts.scheme not in ("http", "https") or not parts.hostname or any(c.isspace() for c in url):
        raise UserError(f"{where}: the endpoint '{url}' is no address", "such as https://example.org/sparql")
    if parts.password:
        hint = "give the login as a header: headers: {Authorization: \"Basic ${LOGIN}\"}"
        raise UserError(f"{where}: a password stands in the endpoint's address", hint)
    for name, least in (("page", 1), ("timeout", 0.001), ("delay", 0), ("retries", 0)):
        if not least <= how[name] < 1e9:
            raise UserError(f"{where}: {name} is {how[name]}", f"at least {least:g} is wanted")
    graph = str(how["graph"])
    if graph and not _is_iri(graph):
        raise UserError(f"{where}: the graph '{graph}' is no IRI", "such as http://example.org/graph, without brackets")
    if graph and text:
        raise UserError(f"{where}: a query and a graph", "name the graph within the query: GRAPH <...> { ... }")
    query = parse(text, where) if text else whole(graph)
    asked = Endpoint(url, how["method"], how["timeout"], how["delay"], how["retries"], headers)
    folder = key(url, query, how["page"], how["paging"], how["blank"], graph)
    at = source.with_name(source.name + ".pages") / folder
    return Plan(asked, query, how["page"], how["paging"], how["blank"], graph, at, where)


def _is_iri(text: str) -> bool:
    try:
        return bool(ox.NamedNode(text)) and not any(c in text for c in '<>"{}|\\^` \n')
    except ValueError:
        return False


def _text(source: Path) -> str:
    """The text of a file with a query."""
    with open_bytes(source) as f:
        raw = f.read(1_000_001)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise UserError(f"{source.name}: not UTF-8 at byte {e.start + 1}", "convert the file to UTF-8") from e
    if len(raw) > 1_000_000 or not text.strip():
        what = "it is empty" if not text.strip() else "it has more than 1,000,000 bytes"
        raise UserError(f"{source.name}: no query: {what}", "a SELECT with ?s ?p ?o or a CONSTRUCT is wanted")
    return text


def _of_yaml(source: Path) -> tuple[dict[str, Any], str, dict[str, str]]:
    """(options, query, headers) of a YAML file."""
    value, faults = _yaml.read(source)
    found = faults.section(value, KEYS)
    defaults = _defaults()
    told: dict[str, Any] = {}
    for name in found.keys() & set(OPTIONS):
        text, kind = faults.text(found[name]), type(defaults[name])
        if name in CHOICES and text not in CHOICES[name]:
            faults.add(found[name].line, f"{name}: one of {', '.join(CHOICES[name])} is wanted")
        try:
            told[name] = kind(text)
        except ValueError:
            faults.add(found[name].line, f"{name}: '{text}' is no {'whole number' if kind is int else 'number'}")
    headers = {}
    for name, given in faults.section(found.get("headers")).items():
        headers[name] = _VARIABLE.sub(lambda m: os.environ.get(m[1], m[0]), faults.text(given))
        if lacking := _VARIABLE.search(headers[name]):
            faults.add(given.line, f"{lacking[1]} is not in the environment")
        if not re.fullmatch(r"[A-Za-z0-9-]+", name) or "\n" in headers[name] or "\r" in headers[name]:
            faults.add(given.line, f"the header '{name}' is none")
    if "endpoint" not in found:
        faults.add(1, "the key 'endpoint' is missing: the address that is asked")
    faults.check()
    return told, faults.text(found.get("query")), headers


_SAMPLE_YAML = "endpoint: https://example.org/sparql\n"
_S = "https://example.org/"


def _sample(folder: Path) -> None:
    """A source whose pages are there, so that nothing is asked for."""
    source = folder / "bhutan.sparql.yaml"
    source.write_text(_SAMPLE_YAML, encoding="utf-8")
    pages = _plan(source, {}).folder
    pages.mkdir(parents=True)
    text = f'<{_S}Bhutan> <{_S}capital> <{_S}Thimphu> .\n<{_S}Bhutan> <{_S}name> "Druk Yul"@en .\n'
    for number, (cursor, lines) in enumerate([(Cursor("blank"), text), (Cursor("end"), "")], 1):
        head = json.dumps({"next": asdict(cursor), "left": {}, "rows": ""})
        (pages / f"page-{number:06}.nq").write_text(f"# {head}\n{lines}", encoding="utf-8")


SAMPLE = {
    "bhutan.sparql.yaml": (
        _sample,
        [
            Triple(_S + "Bhutan", _S + "capital", Term("iri", _S + "Thimphu"), 1),
            Triple(_S + "Bhutan", _S + "name", Term("literal", "Druk Yul", "", "en"), 2),
        ],
    )
}
