"""The pages of an endpoint's answer, kept as N-Quads files beside the source until they are asked to be forgotten.

A page is written aside and renamed when whole; its first line, a comment, says where the next one begins. So a load that was
killed goes on with the pages that are missing, and a load that is repeated makes no request at all.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from .. import uid as uids
from ..errors import UserError
from ..locks import exclusive
from ..progress import track
from . import _sparql_http
from ._sparql_http import Endpoint, ask
from ._sparql_query import Cursor, Disorder, Query, Solution, first, request, step

BLANK = "statement with a blank node, whose name holds within its page only"
TWICE = "row that came twice"
NAME = "page-{:06}.nq"


@dataclass(frozen=True)
class Plan:
    """What to fetch from where, and the folder of its pages. `blank`: page, keep or refuse."""

    endpoint: Endpoint
    query: Query
    page: int
    paging: str
    blank: str
    graph: str
    folder: Path
    where: str


@dataclass(frozen=True)
class Page:
    """A page that is there: its file, where the next begins, what was left out of it, a digest of its rows."""

    path: Path
    next: Cursor
    left: dict[str, int]
    rows: str


def key(endpoint: str, query: Query, page: int, paging: str, blank: str, graph: str) -> str:
    """The name of the folder for pages of this query: another query, page size or endpoint has another one."""
    asked = request(query, first(query, paging), page)
    return uids.show(uids.digest("sparql", endpoint, asked, json.dumps(query.template), paging, blank, graph))


def fetch(plan: Plan, *, refresh: bool = False) -> list[Page]:
    """All pages, of which only those are asked for that are not there. Raises UserError where the endpoint does not answer."""
    with exclusive(plan.folder.with_name(plan.folder.name + ".lock"), f"fetching {plan.where}"):
        if refresh:
            shutil.rmtree(plan.folder, ignore_errors=True)
        plan.folder.mkdir(parents=True, exist_ok=True)
        return list(track(_pages(plan), f"fetch {plan.where}"))


def kept(folder: Path) -> Iterator[Page]:
    """The pages of a folder, in order, as far as they are there without a gap."""
    number = 1
    while (path := folder / NAME.format(number)).is_file():
        yield _read(path)
        number += 1


def _pages(plan: Plan) -> Iterator[Page]:
    cursor, before, number = first(plan.query, plan.paging), None, 0
    for page in kept(plan.folder):
        yield page
        cursor, before, number = page.next, page, number + 1
    there = number
    while cursor.kind != "end":
        if number > there:
            _sparql_http.sleep(plan.endpoint.delay)
        page = _fetched(plan, cursor, number + 1, before)
        yield page
        cursor, before, number = page.next, page, number + 1


def _fetched(plan: Plan, cursor: Cursor, number: int, before: Page | None) -> Page:
    so_far = f"{number - 1:,} pages are kept in {plan.folder}; the same command goes on from there"
    so_far = so_far if number > 1 else "nothing was fetched yet; try the same command again later"
    try:
        rows = ask(plan.endpoint, request(plan.query, cursor, plan.page), plan.query.variables, plan.where, so_far)
        wanted, following = step(cursor, rows)
    except Disorder as e:
        raise UserError(f"{plan.where}: {e}", "give --option paging=offset, which needs no such order") from e
    except UserError as e:
        raise UserError(e.message, e.hint if e.hint == so_far or number == 1 else f"{e.hint} ({so_far})") from e
    digest = _digest(rows)
    if rows and before and digest == before.rows and cursor.offset:
        hint = "an endpoint that does not page gives all rows at once: --option page=1000000 --option paging=offset"
        raise UserError(f"{plan.where}: the endpoint gives the same rows whatever OFFSET says", hint)
    left: Counter[str] = Counter()
    lines = list(_lines(plan, wanted, number, left))
    fresh = dict.fromkeys(lines)
    seen = set(_nquads(before.path)) if before and cursor.offset else set()
    unique = [line for line in fresh if line not in seen]
    if len(unique) < len(lines):
        left[TWICE] += len(lines) - len(unique)
    path = plan.folder / NAME.format(number)
    head = json.dumps({"next": asdict(following), "left": left, "rows": digest}, ensure_ascii=True)
    aside = path.with_suffix(".writing")
    with aside.open("wb") as f:
        f.write(f"# {head}\n".encode())
        f.writelines(line + b"\n" for line in unique)
        f.flush()
        os.fsync(f.fileno())
    os.replace(aside, path)
    return Page(path, following, dict(left), digest)


def _read(path: Path) -> Page:
    with path.open("rb") as f:
        line = f.readline()
    try:
        found = json.loads(line.removeprefix(b"# "))
        return Page(path, Cursor(**found["next"]), found["left"], found["rows"])
    except (ValueError, KeyError, TypeError) as e:
        hint = f"remove {path.parent}, or give --option refresh=yes, to fetch all again"
        raise UserError(f"{path}: not a page as it was written", hint) from e


def _nquads(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()[1:]


def _digest(rows: list[Solution]) -> str:
    """Of the rows as they came, but for the names of blank nodes, which may be others each time."""
    plain = [{k: {**t, "value": ""} if t["type"] == "bnode" else t for k, t in row.items()} for row in rows]
    return uids.show(uids.digest(json.dumps(plain, sort_keys=True)))


# terms


class _NoTerm(Exception):
    """What cannot stand in a triple, and why."""


def _lines(plan: Plan, rows: Iterable[Solution], number: int, left: Counter[str]) -> Iterator[bytes]:
    """The triples of the rows as lines of N-Quads."""
    prefix = f"p{number}x" if plan.blank == "page" else "x"
    named = ox.NamedNode(plan.graph) if plan.graph else ox.DefaultGraph()
    patterns = plan.query.template or (("?s", "?p", "?o"),)
    constants = {t: _constant(t) for pattern in plan.query.template for t in pattern if not t.startswith("?")}
    for row in rows:
        for pattern in patterns:
            try:
                s, p, o = (constants[t] if t in constants else _term(row, t[1:], prefix) for t in pattern)
                graph = _term(row, "g", prefix) if "g" in row and "?g" in plan.query.variables else named
                if not isinstance(s, ox.NamedNode | ox.BlankNode) or not isinstance(p, ox.NamedNode):
                    raise _NoTerm("row whose subject is a literal, or whose predicate is no IRI")
                if isinstance(graph, ox.Literal):
                    raise _NoTerm("row whose graph is a literal")
            except _NoTerm as e:
                left[str(e)] += 1
                continue
            if isinstance(s, ox.BlankNode) or isinstance(o, ox.BlankNode):
                if plan.blank == "refuse":
                    what = f"{plan.where}: page {number} has a blank node, whose name holds within a page only"
                    raise UserError(what, "--option blank=page takes them so, blank=keep as the same on all pages")
                left[BLANK] += plan.blank == "page"
            yield (ox.serialize([ox.Quad(s, p, o, graph)], format=ox.RdfFormat.N_QUADS) or b"").rstrip(b"\n")


def _constant(text: str) -> Any:
    (found,) = ox.parse(input=f"<a:a> <a:a> {text} .", format=ox.RdfFormat.TURTLE)
    return found.object


def _term(row: Solution, name: str, prefix: str) -> Any:
    term = row.get(name)
    if term is None:
        raise _NoTerm("row with an empty variable")
    kind, value = term["type"], term["value"]
    if not isinstance(value, str):
        raise _NoTerm("row with a triple as a term")
    try:
        if kind == "uri":
            return ox.NamedNode(value)
        if kind == "bnode":
            return ox.BlankNode(prefix + uids.show(uids.digest(value)))
        if kind in ("literal", "typed-literal"):
            if language := term.get("xml:lang"):
                return ox.Literal(value, language=language)
            datatype = term.get("datatype")
            return ox.Literal(value, datatype=ox.NamedNode(datatype)) if datatype else ox.Literal(value)
    except (ValueError, TypeError) as e:
        raise _NoTerm("row with an IRI or language that is none") from e
    raise _NoTerm(f"row with a term of the unknown kind '{str(kind)[:40]}'")
