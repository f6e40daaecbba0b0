"""The requests that fetch a whole result in pages, and how one follows from the rows of the one before.

Paging by subject (`subject`): rows in the order of STR(?s), and the next page begins where this one ends, by a FILTER. So the
server sorts no more than a page, which `OFFSET 1000000` would not spare it, and a triple that is added moves no page. A
page holds whole subjects: the rows of its last one, which may go on, are left for the next page. A subject that fills a page is
fetched by itself, with OFFSET; so are blank subjects, in the end, since they have no order of their own.

Paging by number (`offset`): all rows in the order of all variables, with OFFSET. For CONSTRUCT, and for servers without STR.

The next request follows from the rows that came, not from those that were asked for; only an empty page is the end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ..errors import UserError

# a solution: variable -> term as in the JSON of results
Solution = dict[str, dict[str, Any]]
# variables and constants of a CONSTRUCT's template; a constant begins with no question mark
Pattern = tuple[str, str, str]

_TOKEN = re.compile(
    r"""(?P<skip>\s+|\#[^\n]*)|(?P<text>\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)"""
    r"""|(?P<word>[?$\w@:.%\\-]+)|(?P<mark>.)""",
    re.DOTALL,
)  # fmt: skip


FORMS = ("SELECT", "CONSTRUCT", "ASK", "DESCRIBE", "INSERT", "DELETE")


@dataclass(frozen=True)
class Query:
    """A query in parts: declarations of prefixes, and a SELECT with its variables, which a CONSTRUCT's template takes."""

    prologue: str
    dataset: str  # FROM <...>, which stands outside of the query that is paged
    select: str  # or a bare pattern
    variables: tuple[str, ...]
    template: tuple[Pattern, ...] = ()


@dataclass(frozen=True)
class Cursor:
    """Where the next page begins.

    `after`: subjects from `key` on (`here`: this one too); `within`: the rows of the subject `key` from `offset` on; `blank`
    and `all`: rows from `offset` on; `end`: nowhere.
    """

    kind: str
    key: str = ""
    here: bool = False
    offset: int = 0


def tokens(text: str) -> list[tuple[str, int, int]]:
    """(token, start, end) of a query, without blanks and comments."""
    return [(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text) if m.lastgroup != "skip"]


def parse(text: str, where: str) -> Query:
    """The parts of a query. Raises UserError, which `where` begins, for what gives no triples."""
    found = tokens(text)
    words = [token.upper() for token, _, _ in found]
    start = next((i for i, word in enumerate(words) if word in FORMS), None)
    if start is None:
        raise UserError(f"{where}: no query: neither SELECT nor CONSTRUCT", "such as SELECT ?s ?p ?o WHERE { ?s ?p ?o }")
    if words[start] not in ("SELECT", "CONSTRUCT"):
        raise UserError(f"{where}: {words[start]} gives no triples", "write SELECT ?s ?p ?o or CONSTRUCT")
    prologue = text[: found[start][1]]
    if words[start] == "CONSTRUCT":
        return _construct(text, found, start, prologue, where)
    end = next((i for i in range(start, len(words)) if words[i] in ("{", "WHERE", "FROM")), len(words))
    named = [token for token, _, _ in found[start:end] if token[:1] in "?$"]
    variables = {"?" + name[1:] for name in named}
    if "*" in words[start:end]:
        variables = {"?s", "?p", "?o"}
    if not {"?s", "?p", "?o"} <= variables:
        hint = "name them so, as in SELECT ?s ?p ?o or SELECT (?drug AS ?s) (<urn:treats> AS ?p) (?disease AS ?o)"
        raise UserError(f"{where}: the query does not select ?s, ?p and ?o", hint)
    select, dataset = _without_dataset(text[found[start][1] :])
    return Query(prologue, dataset, select, tuple(v for v in ("?s", "?p", "?o", "?g") if v in variables))


def _construct(text: str, found: list[tuple[str, int, int]], start: int, prologue: str, where: str) -> Query:
    """CONSTRUCT { template } WHERE { ... } as the SELECT of the template's variables: so solutions can be counted."""
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery
    from rdflib.term import BNode, Variable

    try:
        algebra = translateQuery(parseQuery(text)).algebra
    except Exception as e:  # its parser raises what it likes
        said = " ".join(str(e).split())[:200]
        raise UserError(f"{where}: the CONSTRUCT is not understood: {said}", "check it with the endpoint's own page") from e
    template: list[Pattern] = []
    for triple in algebra.template or []:
        if any(isinstance(term, BNode) for term in triple):
            hint = "make an IRI of it: BIND(IRI(CONCAT(...)) AS ?x)"
            raise UserError(f"{where}: a blank node in the template of CONSTRUCT would be another one in every row", hint)
        s, p, o = (f"?{term}" if isinstance(term, Variable) else str(term.n3()) for term in triple)
        template.append((s, p, o))
    if not template:
        raise UserError(f"{where}: CONSTRUCT without a template", "such as CONSTRUCT { ?s ?p ?o } WHERE { ... }")
    variables = tuple(sorted({term for triple in template for term in triple if term.startswith("?")}))
    rest, dataset = _without_dataset(text[_end_of_template(found, start, where) :])
    return Query(prologue, dataset, f"SELECT DISTINCT {' '.join(variables)} {rest}", variables, tuple(template))


def _without_dataset(text: str) -> tuple[str, str]:
    """(text, dataset): the clauses FROM and FROM NAMED before the pattern, apart from the rest."""
    rest, dataset, done = [], [], 0
    found = tokens(text)
    for i, (token, start, _) in enumerate(found):
        if token == "{":
            break
        if token.upper() == "FROM":
            last = i + 1 + (i + 1 < len(found) and found[i + 1][0].upper() == "NAMED")
            end = found[min(last, len(found) - 1)][2]
            rest.append(text[done:start])
            dataset.append(text[start:end])
            done = end
    return "".join([*rest, text[done:]]), " ".join(dataset)


def _end_of_template(found: list[tuple[str, int, int]], start: int, where: str) -> int:
    depth = 0
    for token, _, end in found[start:]:
        depth += (token == "{") - (token == "}")
        if token == "}" and not depth:
            return end
        if not depth and token.upper() == "WHERE":
            break
    raise UserError(f"{where}: CONSTRUCT WHERE in short is not read", "write the template: CONSTRUCT { ... } WHERE { ... }")


def whole(graph: str) -> Query:
    """All triples of an endpoint's default graph, or of a named one."""
    pattern = f"GRAPH <{graph}> {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
    return Query("", "", pattern, ("?s", "?p", "?o"))


def first(query: Query, paging: str) -> Cursor:
    """Where the first page begins."""
    return Cursor("all") if query.template or paging == "offset" else Cursor("after")


def request(query: Query, cursor: Cursor, page: int) -> str:
    """The query of the page that begins at the cursor."""
    names = " ".join(query.variables)
    inner = f"{{ {query.select}\n}}"  # which may end in a comment
    order, offset = names, f" OFFSET {cursor.offset}" if cursor.offset else ""
    if cursor.kind == "after":
        sign = ">=" if cursor.here else ">"
        beyond = f" && STR(?s) {sign} {_string(cursor.key)}" if cursor.key else ""
        inner, order = f"{inner} FILTER(isIRI(?s){beyond})", "STR(?s)"
    elif cursor.kind == "within":
        inner = f"{inner} FILTER(isIRI(?s) && STR(?s) = {_string(cursor.key)})"
    elif cursor.kind == "blank":
        inner = f"{inner} FILTER(isBLANK(?s))"
    return f"{query.prologue}SELECT {names} {query.dataset} WHERE {{ {inner} }} ORDER BY {order} LIMIT {page}{offset}"


def _string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r") + '"'


class Disorder(Exception):
    """The rows are not those that were asked for; paging by subject would lose some."""


def step(cursor: Cursor, rows: list[Solution]) -> tuple[list[Solution], Cursor]:
    """The rows of a page that are to be kept, and where the next page begins. Raises Disorder."""
    count = len(rows)
    if cursor.kind in ("all", "blank"):
        return rows, Cursor(cursor.kind, offset=cursor.offset + count) if rows else Cursor("end")
    if cursor.kind == "within":
        return rows, Cursor("within", cursor.key, offset=cursor.offset + count) if rows else Cursor("after", cursor.key)
    if not rows:
        return [], Cursor("blank")
    keys = [str(row["s"]["value"]) for row in rows]
    if any(later < earlier for earlier, later in pairwise(keys)):
        raise Disorder("the rows do not come in the order of STR(?s)")
    if keys[0] < cursor.key or (keys[0] == cursor.key and not cursor.here):
        raise Disorder("the server takes no notice of FILTER(STR(?s) > ...)")
    last = keys[-1]
    kept = [row for row, key in zip(rows, keys, strict=True) if key != last]
    if kept:
        return kept, Cursor("after", last, here=True)
    return [], Cursor("within", last)  # from its beginning, since the rows of one subject came in any order
