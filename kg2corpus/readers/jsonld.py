"""JSON-LD 1.1 (`.jsonld`, and `.json` with "@context" or "@graph"), parsed by pyoxigraph; any JSON, given a context.

Contexts inside of the file are followed. A context that is only named is not fetched: `contexts=allow` fetches it,
`contexts=FOLDER` takes it from a folder (the error says under which name). `context=FILE` says what the keys of a file without
a context of its own mean. Keys that no context maps, and that are no IRIs, say nothing in JSON-LD; they are counted. Relative
IRIs are resolved against `base`, else `file:///<file name>`. The named graph of a statement is kept with it. A position is the
ordinal of the statement.

A file is held as a whole (64 MiB at most, which take 1.6 GB), since a context may stand behind what it explains. With
`streaming=yes` a file of any size is read as it streams: in each of its objects "@context" comes first, then "@type" and "@id".
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ..errors import UserError
from ..types import Term, Triple
from . import _vocabulary as v
from ._common import Batch, Log, to_triples
from ._contexts import fetcher, file_name, inlined, named, pieces
from ._open import open_bytes
from ._statements import base_of, by_statement

SUFFIXES = (".jsonld", ".json")
REST = (".jsonld",)
WHOLE = 1 << 26
_KEY = re.compile(rb'"@(?:context|graph)"\s*:')
_FIRST = re.compile(rb'\s*\[?\s*\{\s*"@(?:id|type|context|graph)"\s*:')
_REMOTE = "LoadDocumentCallback"
_UNMAPPED = v.K2C + "unmapped:"
_GIVE = 'give it a "@context" that says which IRIs they stand for, in it or with --option context=FILE; nothing was written'


def looks(head: bytes) -> bool:
    """Whether a file that begins so is JSON-LD."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text[:1] in (b"{", b"[") and bool(_FIRST.match(text) or _KEY.search(text))


def batches(
    source: Path, log: Log, *, base: str = "", contexts: str = "", context: str = "", streaming: bool = False
) -> Iterator[Batch]:
    """The rows of one JSON-LD file. Options as said above. Raises UserError with its first fault."""
    near = base or base_of(source)
    if streaming:
        if contexts or context:
            what = f"streaming=yes does not work with {'contexts' if contexts else 'context'}="
            raise UserError(what, "write the contexts into the file, at its beginning")
        yield from _told(source, by_statement(source, ox.RdfFormat.STREAMING_JSON_LD, log, base=near), near, b"")
        return
    data = _whole(source)
    if context:
        data = _with_context(source, data, Path(context))
    if contexts:
        data = _with_contexts(source, data, near, contexts)
    stated = False
    for batch in _told(source, by_statement(source, ox.RdfFormat.JSON_LD, log, base=near, data=io.BytesIO(data)), near, data):
        stated = True
        yield batch
    unmapped = _unmapped(data, near)
    log.notes.update({f"key '{key}', which no context maps": times for key, times in unmapped.items()})
    if unmapped and not stated:
        what = f"{source.name}: JSON-LD that states nothing: no context maps its keys ({', '.join(list(unmapped)[:5])})"
        raise UserError(what, _GIVE)


def _whole(source: Path) -> bytes:
    with open_bytes(source) as f:
        data = f.read(WHOLE + 1)
    if len(data) > WHOLE:
        hint = "read it with --option streaming=yes, if its contexts come first; else convert it to N-Quads"
        raise UserError(f"{source.name}: JSON-LD of more than {WHOLE >> 20} MiB, which would take much memory", hint)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise UserError(f"{source.name}:1: UTF-16, where JSON is UTF-8", f"convert it: iconv -f UTF-16 -t UTF-8 {source.name}")
    return data.removeprefix(b"\xef\xbb\xbf")


def _parsed(source: Path, data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError as e:
        line = f":{e.lineno}" if isinstance(e, json.JSONDecodeError) else ""
        raise UserError(f"{source.name}{line}: no JSON: {getattr(e, 'msg', e)}", "correct it; nothing was written") from e


def _with_context(source: Path, data: bytes, context: Path) -> bytes:
    """A JSON file as JSON-LD: what the context's file holds stands before what the file says itself."""
    document = _parsed(source, data)
    if not context.is_file():
        raise UserError(f"context={context}: there is no such file", 'give a file that holds {"@context": {...}}')
    given = _parsed(context, _whole(context))
    if not isinstance(given, dict) or "@context" not in given:
        raise UserError(f"{context.name} holds no context: no object with the key '@context'", "is it the right file?")
    if isinstance(document, dict):
        own = document.get("@context", [])
        both = [given["@context"], *(own if isinstance(own, list) else [own])]
        return json.dumps({"@context": both, **{key: said for key, said in document.items() if key != "@context"}}).encode()
    return json.dumps({"@context": given["@context"], "@graph": document}).encode()


def _with_contexts(source: Path, data: bytes, base: str, contexts: str) -> bytes:
    with _said_of(source):
        return b"".join(pieces(inlined(_parsed(source, data), base, fetcher(contexts, base)), WHOLE))


@contextmanager
def _said_of(source: Path) -> Iterator[None]:
    """Faults that are found while contexts are looked for, with the file's name."""
    try:
        yield
    except RecursionError as e:
        what = f"{source.name}: JSON that is nested too deeply to look for the contexts that it names"
        raise UserError(what, "write them into the file; nothing was written") from e
    except UserError as e:
        if e.message.startswith(source.name):
            raise
        raise UserError(f"{source.name}: {e.message}", e.hint) from e


def _told(source: Path, found: Iterator[Batch], base: str, data: bytes) -> Iterator[Batch]:
    """The rows; a context that is not there is said by its name, with what to do."""
    try:
        yield from found
    except UserError as e:
        if _REMOTE not in e.message:
            raise
        with _said_of(source):
            wanted = named(_parsed(source, data), base) if data else []
        hint = "contexts are not fetched by themselves: allow it with --option contexts=allow, or save it as a file"
        if wanted:
            hint += f" {file_name(wanted[0], base)} in a folder and give --option contexts=FOLDER"
        which = f"the context{'s' * (len(wanted) > 1)} {' and '.join(wanted[:5])}" if wanted else "a context"
        raise UserError(f"{source.name}: it names {which}, and does not hold what is in it", hint) from e


def _unmapped(data: bytes, base: str) -> Counter[str]:
    """The keys that no context maps: those that become relations when everything else is in a vocabulary of its own."""
    head, tail = b'{"@context": {"@vocab": "' + _UNMAPPED.encode() + b'"}, "@graph": [', b"]}"
    found: Counter[str] = Counter()
    with suppress(SyntaxError):  # one level deeper than the parser allows: the rest is not counted
        for quad in ox.parse(input=head + data + tail, format=ox.RdfFormat.JSON_LD, base_iri=base):
            if (key := quad.predicate.value).startswith(_UNMAPPED):
                key = key.removeprefix(_UNMAPPED)
                found[key if key in found or len(found) < 100 else "..."] += 1
    return found


def read(
    source: Path, *, log: Log | None = None, base: str = "", contexts: str = "", context: str = "", streaming: bool = False
) -> Iterator[Triple]:
    """The triples of one JSON-LD file (options as in `batches`)."""
    own = log or Log()
    yield from to_triples(batches(source, own, base=base, contexts=contexts, context=context, streaming=streaming))
    if log is None:
        own.check()


_S = "https://example.org/"
_JSON = f"""{{"@context": {{"@vocab": "{_S}", "capital": {{"@type": "@id"}}}},
 "@graph": [
  {{"@id": "{_S}Bhutan", "capital": "{_S}Thimphu", "name": {{"@value": "འབྲུག", "@language": "dz"}}, "area": 38394}}]}}
"""
_SAMPLED = [
    Triple(_S + "Bhutan", _S + "capital", Term("iri", _S + "Thimphu"), 1),
    Triple(_S + "Bhutan", _S + "name", Term("literal", "འབྲུག", "", "dz"), 2),
    Triple(_S + "Bhutan", _S + "area", Term("literal", "38394", v.XSD + "integer"), 3),
]
SAMPLE: dict[str, tuple[str | dict[str, str], list[Triple]]] = {
    "sample.jsonld": (_JSON, _SAMPLED),
    "sample.json": (_JSON, _SAMPLED),
}
