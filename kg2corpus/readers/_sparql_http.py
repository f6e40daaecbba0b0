"""One request to a SPARQL endpoint: patient with servers that are busy, and clear about those that answer something else.

Only JSON results are asked for. An answer is read up to 64 MB and for no longer than the timeout.
"""

from __future__ import annotations

import json
import math
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any, Literal

from .. import __version__
from ..errors import UserError

ACCEPT = "application/sparql-results+json"
AGENT = f"kg2corpus/{__version__} (reads a graph page by page)"
LARGEST = 64_000_000  # bytes of an answer
BUSY = {408, 425, 429, 500, 502, 503, 504}  # worth another try
LONGEST_WAIT = 600.0  # seconds that a server may ask for
HINTS = {
    400: "the endpoint does not understand the query: try it on the endpoint's own page",
    401: "the endpoint wants a login: headers: {Authorization: \"Bearer ${TOKEN}\"}",
    403: "the endpoint refuses: does it want a login, or another user agent (headers: {User-Agent: ...})?",
    404: "there is nothing at this address: endpoints often end in /sparql or /query",
    405: "give --option method=get",
    406: "the endpoint gives no JSON results (application/sparql-results+json)",
    414: "the query is too long for an address: give --option method=post",
}  # fmt: skip
sleep = time.sleep


class Busy(Exception):
    """The server did not answer well this time; `wait` seconds are what it asks for, 0 if it says nothing."""

    def __init__(self, what: str, wait: float = 0.0) -> None:
        super().__init__(what)
        self.wait = wait


@dataclass(frozen=True)
class Endpoint:
    """Where to ask, and how."""

    url: str
    method: Literal["post", "get"] = "post"
    timeout: float = 120.0
    delay: float = 0.0  # seconds between requests
    retries: int = 5
    headers: Mapping[str, str] = field(default_factory=dict)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A POST that is redirected would lose its query."""

    def redirect_request(self, *args: Any, **named: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def ask(endpoint: Endpoint, query: str, variables: tuple[str, ...], where: str, so_far: str) -> list[dict[str, dict[str, Any]]]:
    """The solutions of a SELECT. Tries again, waiting longer each time, where the server is busy or the connection breaks.

    Raises UserError for what does not help to ask again; `so_far` says in it what is kept, and that the same command goes on.
    """
    wait = 1.0
    for left in range(endpoint.retries, -1, -1):
        try:
            return _solutions(_body(endpoint, query, where), variables, where)
        except Busy as e:
            if e.wait > LONGEST_WAIT:
                raise UserError(f"{where}: {e}; it asks to wait for {e.wait:.0f} s", so_far) from e
            if not left:
                tries = f"{endpoint.retries + 1} tries" if endpoint.retries else "one try"
                raise UserError(f"{where}: {e} ({tries})", so_far) from e
            sleep(max(e.wait, wait))
            wait = min(wait * 2, 60.0)
    raise AssertionError("the last try returns or raises")


def _body(endpoint: Endpoint, query: str, where: str) -> bytes:
    """The bytes of the answer. Raises Busy, or UserError for a lasting refusal."""
    form = urllib.parse.urlencode({"query": query})
    headers = {"Accept": ACCEPT, "User-Agent": AGENT} | dict(endpoint.headers)
    if endpoint.method == "get":
        mark = "&" if "?" in endpoint.url else "?"
        asked = urllib.request.Request(f"{endpoint.url}{mark}{form}", headers=headers)
    else:
        asked = urllib.request.Request(endpoint.url, data=form.encode(), headers=headers)
    end = time.monotonic() + endpoint.timeout
    try:
        with _opener.open(asked, timeout=endpoint.timeout) as answer:
            kind = answer.headers.get_content_type()
            whole = bytearray()
            while part := answer.read1(1 << 16):
                whole += part
                if len(whole) > LARGEST:
                    what = f"{where}: an answer of more than {LARGEST:,} bytes"
                    raise UserError(what, "ask for fewer rows at a time: --option page=1000")
                if time.monotonic() > end:
                    raise Busy(f"the answer was not whole after {endpoint.timeout:g} s")
            wanted = answer.headers.get("Content-Length", "")
            if wanted.isdecimal() and len(whole) < int(wanted):
                raise Busy(f"the connection ended after {len(whole):,} of {int(wanted):,} bytes")
    except urllib.error.HTTPError as e:
        raise _refused(e, where) from e
    except TimeoutError as e:
        raise Busy(f"no answer within {endpoint.timeout:g} s") from e
    except urllib.error.URLError as e:
        reason = e.reason
        if isinstance(reason, TimeoutError):
            raise Busy(f"no answer within {endpoint.timeout:g} s") from e
        raise Busy(f"no connection: {getattr(reason, 'strerror', None) or reason}") from e
    except (HTTPException, OSError) as e:
        raise Busy(f"the connection broke: {e or type(e).__name__}") from e
    if kind in ("text/html", "application/xhtml+xml"):
        hint = f"is this the address of the endpoint, and not of a page about it? It says: {_shown(bytes(whole))}"
        raise UserError(f"{where}: the answer is a web page and no SPARQL result", hint)
    return bytes(whole)


def _refused(e: urllib.error.HTTPError, where: str) -> Exception:
    with e:
        try:
            said = _shown(e.read(2000))
        except (HTTPException, OSError):
            said = ""
    what = f"HTTP {e.code} {e.reason}" + (f": {said}" if said else "")
    if e.code in BUSY:
        return Busy(what, _seconds(e.headers.get("Retry-After", "")))
    if 300 <= e.code < 400:
        place = e.headers.get("Location", "")
        return UserError(f"{where}: the endpoint has moved (HTTP {e.code})", f"give its new address: {place}")
    return UserError(f"{where}: {what}", HINTS.get(e.code, "ask those who run the endpoint"))


def _seconds(text: str) -> float:
    """What Retry-After says: seconds, or a date."""
    if re.fullmatch(r"\d{1,9}", text.strip()):
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _shown(raw: bytes) -> str:
    """The beginning of an answer as a person reads it."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", raw[:4000].decode("utf-8", "replace"), flags=re.DOTALL)
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return flat[:200] + ("..." if len(flat) > 200 else "")


def _solutions(raw: bytes, variables: tuple[str, ...], where: str) -> list[dict[str, dict[str, Any]]]:
    """The solutions of a JSON result. What is no whole JSON may be whole the next time; JSON of another kind never is."""
    try:
        found = json.loads(raw, parse_constant=lambda _: math.nan)
    except (ValueError, RecursionError) as e:
        raise Busy(f"the answer is no whole JSON: {_shown(raw[-2000:] if raw[:1] == b'{' else raw) or 'it is empty'}") from e
    try:
        bindings, names = found["results"]["bindings"], found["head"]["vars"]
    except (KeyError, TypeError):
        bindings = names = None
    if not isinstance(bindings, list) or not isinstance(names, list):
        raise UserError(f"{where}: the answer is JSON, but no SPARQL result: {_shown(raw)}", "is this the endpoint's address?")
    if bindings and (lacking := [v for v in variables if v[1:] not in names]):
        raise UserError(f"{where}: the result has no {', '.join(lacking)}", "does the query select them?")
    for row in bindings:
        if not isinstance(row, dict) or not all(isinstance(t, dict) and "type" in t and "value" in t for t in row.values()):
            raise UserError(f"{where}: a row of the result is none: {str(row)[:200]}", "is this the endpoint's address?")
    return bindings
