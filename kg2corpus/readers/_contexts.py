"""Contexts that a JSON-LD document names instead of holding them: found, fetched if that is allowed, and put in their place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from ..errors import UserError

ALLOW = "allow"
LARGEST = 1 << 24  # bytes of a context
SECONDS = 30
_ALTERNATE = re.compile(r'<([^>]*)>(?=[^,]*rel="?alternate"?)(?=[^,]*type="?application/ld\+json"?)')

Fetch = Callable[[str], tuple[str, Any]]  # address -> where it was found at last, the document


def inlined(document: Any, base: str, fetch: Fetch) -> Any:
    """The document with the contexts that it names put in. Raises UserError for one that is none, or names itself."""
    known: dict[str, tuple[str, Any]] = {}

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if not isinstance(value, dict):
            return value
        literal = value.get("@type") == "@json"
        return {
            key: context(item, base, ()) if key == "@context" else item if literal and key == "@value" else walk(item)
            for key, item in value.items()
        }

    def context(value: Any, near: str, above: tuple[str, ...]) -> Any:
        if isinstance(value, str):
            return remote(value, near, above)
        if isinstance(value, list):
            found = [context(item, near, above) for item in value]
            return [one for item in found for one in (item if isinstance(item, list) else [item])]
        if not isinstance(value, dict):
            return value
        if isinstance(value.get("@import"), str):
            imported = remote(value["@import"], near, above)
            if not isinstance(imported, dict):
                raise UserError(f"the context {value['@import']}, which is imported, is not one object", "name it in a list")
            value = imported | {key: item for key, item in value.items() if key != "@import"}
        return {
            term: told | {"@context": context(told["@context"], near, above)} if _scoped(told) else told
            for term, told in value.items()
        }

    def remote(name: str, near: str, above: tuple[str, ...]) -> Any:
        address = urljoin(near, name)
        if address in above:
            raise UserError(f"the context {address} names itself", "write it into the file without the part that does")
        if address not in known:
            known[address] = fetch(address)
        found, held = known[address]
        if not isinstance(held, dict) or "@context" not in held:
            raise UserError(f"{address} holds no context: no object with the key '@context'", "is it the right address?")
        whole = context(held["@context"], found, (*above, address))
        parts = whole if isinstance(whole, list) else [whole]
        bare = [_without_base(part) for part in parts]  # a base holds in the document itself only
        return bare if isinstance(whole, list) else bare[0]

    return walk(document)


def _scoped(told: Any) -> bool:
    return isinstance(told, dict) and "@context" in told


def _without_base(part: Any) -> Any:
    return {key: item for key, item in part.items() if key != "@base"} if isinstance(part, dict) else part


def named(document: Any, base: str) -> list[str]:
    """The addresses of the contexts that a document names (not of those that these name), each once."""
    found: list[str] = []

    def note(address: str) -> tuple[str, Any]:
        found.append(address)
        return address, {"@context": {}}

    inlined(document, base, note)
    return found


def fetcher(contexts: str, base: str) -> Fetch:
    """How contexts are found: from the web (`allow`), else in a folder, which never leads to a look at the web."""
    if contexts == ALLOW:
        return _from_web
    folder = Path(contexts)
    if not folder.is_dir():
        raise UserError(f"contexts={contexts}: neither 'allow' nor a folder", "give the folder with the files of the contexts")

    def from_folder(address: str) -> tuple[str, Any]:
        name = file_name(address, base)
        if not (folder / name).is_file():
            raise UserError(f"the context {address} is not in {folder}", f"save it there as {name}")
        with (folder / name).open("rb") as f:
            return address, _parsed(f.read(LARGEST + 1), f"{folder / name}")

    return from_folder


def file_name(address: str, base: str) -> str:
    """How the file of a context is called: `www.w3.org_ns_activitystreams.jsonld`; `ctx.json` of one beside the document."""
    beside = urljoin(base, ".")
    bare = address.removeprefix(beside) if beside != "file:///" or address.startswith(beside) else address
    bare = re.sub(r"[^\w.-]+", "_", bare.partition("://")[2] or bare).strip("_.")
    return bare if bare.endswith((".json", ".jsonld")) else f"{bare}.jsonld"


class _NoOtherScheme(HTTPRedirectHandler):
    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Request | None:
        return super().redirect_request(req, fp, code, msg, headers, _web(newurl))


def _web(address: str) -> str:
    if urlsplit(address).scheme not in ("http", "https"):
        raise UserError(f"the context {address} is not on the web", "give the folder that has it: --option contexts=FOLDER")
    return address


def _from_web(address: str) -> tuple[str, Any]:
    found, text, other = _get(address)
    if other and not text.lstrip().startswith((b"{", b"[")):  # a page for people that names the context
        found, text, _ = _get(urljoin(found, other))
    return found, _parsed(text, address)


def _get(address: str) -> tuple[str, bytes, str]:
    """Where it was found, its bytes, the address of its JSON-LD if it tells one."""
    request = Request(_web(address), headers={"Accept": "application/ld+json, application/json;q=0.9, */*;q=0.1"})
    try:
        with build_opener(_NoOtherScheme).open(request, timeout=SECONDS) as answer:
            told = _ALTERNATE.search(", ".join(answer.headers.get_all("Link", [])))
            return answer.url, answer.read(LARGEST + 1), told[1] if told else ""
    except (URLError, OSError, ValueError) as e:
        hint = "save it as a file, and give its folder: --option contexts=FOLDER"
        raise UserError(f"the context {address} cannot be fetched: {getattr(e, 'reason', e)}", hint) from e


def _parsed(text: bytes, name: str) -> Any:
    if len(text) > LARGEST:
        raise UserError(f"{name}: a context of more than {LARGEST >> 20} MiB", "is it the right address?")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as e:
        raise UserError(f"{name}: the context is no JSON: {e}", "is it the right address?") from e


def pieces(document: Any, most: int) -> Iterator[bytes]:
    """The document as JSON. Raises UserError when it becomes longer than `most` bytes."""
    size = 0
    for piece in json.JSONEncoder(ensure_ascii=False).iterencode(document):
        data = piece.encode("utf-8", "surrogatepass")
        size += len(data)
        if size > most:
            raise UserError(f"with its contexts put in, it is longer than {most >> 20} MiB", "name them once, at the top")
        yield data
