"""What readers share: the log of faults and notes, the fast path's row, lines of text, hashing. See `_open` and `_choose`."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, NamedTuple, TypeVar

from .. import registry
from ..errors import UserError
from ..types import Rank, Term, Triple
from ._open import MAX_LINE, lines, open_bytes, suffix

__all__ = [
    "BATCH", "Batch", "Extra", "Kind", "Log", "Row", "content_hash", "guarded", "in_batches", "lines", "members", "open_bytes",
    "read_batches", "suffix", "text_lines", "to_triples",
]  # fmt: skip

T = TypeVar("T")

MAX_FAULTS = 100
BATCH = 8192

Kind = Literal["iri", "blank", "literal", "novalue", "somevalue", "triple"]


class Extra(NamedTuple):
    """What is said about a statement itself, as in `Triple`; `triple` is that of a term of this kind."""

    rank: Rank = ""
    graph: str = ""
    qualifiers: tuple[tuple[str, Term], ...] = ()
    triple: tuple[str, str, Term] | None = None


# subject, predicate, kind of the object, its value, datatype, language, position, what is said about the statement
Row = tuple[str, str, Kind, str, str, str, int, Extra | None]
# member file of the source ("" for a source of one file), its rows
Batch = tuple[str, list[Row]]


@dataclass
class Log:
    """Faults and notes of one source while it is read. Faults are collected up to 100 and raised at once by `check`.

    With `skip_bad` they are counted instead, and the first 100 kept in `faults`. `notes` counts what was left aside
    and why. `prefixes` are those that the source declares. A line of more than `max_line` bytes ends the reading.
    """

    skip_bad: bool = False
    faults: list[str] = field(default_factory=list)
    count: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    prefixes: dict[str, str] = field(default_factory=dict)
    max_line: int = MAX_LINE

    def fault(self, file: str, position: int, what: str) -> None:
        """Note that the line or statement cannot be used; raises the UserError when there are 100 already."""
        self.count += 1
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(f"{file}:{position}: {what}")
        elif not self.skip_bad:
            self.check()

    def check(self) -> None:
        """Raise one UserError that lists the faults, if there are any and they are not to be skipped."""
        if self.faults and not self.skip_bad:
            more = "" if self.count <= len(self.faults) else f"\n(the first {MAX_FAULTS}; there are more)"
            hint = "correct them, or give --skip-bad to leave these lines out; nothing was written"
            raise UserError("\n".join(self.faults) + more, hint)


def to_triples(batches: Iterable[Batch]) -> Iterator[Triple]:
    """The public form of the fast path's rows."""
    for file, rows in batches:
        for s, p, kind, value, datatype, language, position, extra in rows:
            term = Term(kind, value, datatype, language, extra.triple if extra else None)
            yield Triple(s, p, term, position, file, *(extra[:3] if extra else ()))


def in_batches(triples: Iterable[Triple]) -> Iterator[Batch]:
    """The rows of a reader that has no fast path."""
    rows: list[Row] = []
    file = ""
    for t in triples:
        if rows and (t.file != file or len(rows) >= BATCH):
            yield file, rows
            rows = []
        file = t.file
        o = t.object
        told = t.rank or t.graph or t.qualifiers or o.triple
        extra = Extra(t.rank, t.graph, t.qualifiers, o.triple) if told else None
        rows.append((t.subject, t.predicate, o.kind, o.value, o.datatype, o.language, t.position, extra))
    if rows:
        yield file, rows


def text_lines(source: Path, log: Log) -> Iterator[tuple[int, str]]:
    """(number, text without its line end) of the lines that are UTF-8 text; the others are faults."""
    with open_bytes(source) as f:
        for number, raw in enumerate(lines(f, source.name, log.max_line), 1):
            try:
                text = raw.decode("utf-8")
            except UnicodeDecodeError as e:
                log.fault(source.name, number, f"not UTF-8: byte 0x{raw[e.start]:02x} at byte {e.start + 1} of the line")
                continue
            if "\0" in text:
                log.fault(source.name, number, "not text: it holds a NUL byte (UTF-16? convert the file to UTF-8)")
                continue
            text = text.removesuffix("\n").removesuffix("\r")
            yield number, text.removeprefix("\ufeff") if number == 1 else text


@contextmanager
def readable(source: Path) -> Iterator[None]:
    """What the system says about a file that cannot be read, as a UserError."""
    try:
        yield
    except OSError as e:
        raise UserError(f"{source.name}: {e.strerror or e}", f"check the permissions of {source}") from e


def read_batches(module: ModuleType, source: Path, log: Log, options: Mapping[str, Any] | None = None) -> Iterator[Batch]:
    """All rows of a source, by the reader's fast path where it has one."""
    given = dict(options or {})
    if hasattr(module, "batches"):
        return guarded(module, source, lambda: module.batches(source, log, **given))
    if "log" in inspect.signature(module.read).parameters:
        return guarded(module, source, lambda: in_batches(module.read(source, log=log, **given)))
    return guarded(module, source, lambda: in_batches(module.read(source, **given)))


def guarded(module: ModuleType, source: Path, reading: Callable[[], Iterable[T]]) -> Iterator[T]:
    """What `reading` yields; a file that cannot be read, and a user's reader that fails, end in a UserError."""
    try:
        with readable(source):
            yield from reading()
    except UserError:
        raise
    except Exception as e:
        if not registry.is_extension(module):
            raise
        what = f"{source}: the reader {module.__file__} failed: {type(e).__name__}: {e}"
        raise UserError(what, "a reader yields Triple objects (docs/readers.md); correct it; nothing was written") from e


def members(module: ModuleType, source: Path) -> list[Path]:
    """The files that make the source: the reader's `files(source)`, else the source itself."""
    return list(module.files(source)) if hasattr(module, "files") else [source]


def content_hash(module: ModuleType, source: Path, options: Mapping[str, Any] | None = None) -> str:
    """sha256 of the source's content, unpacked; of a set, of its files' names and contents; with options, of these too.

    A reader whose content lies elsewhere, as in a database, says itself what it is: `fingerprint(source, options)`.
    """
    if hasattr(module, "fingerprint"):
        with readable(source):
            return str(module.fingerprint(source, options or {}))
    whole = hashlib.sha256()
    for path in members(module, source):
        one = hashlib.sha256()
        with readable(path), open_bytes(path) as f:
            while chunk := f.read(1 << 20):
                one.update(chunk)
        if source.is_dir():
            whole.update(f"{path.name}\0{one.hexdigest()}\n".encode())
        else:
            whole = one
    if options:
        whole.update(f"\0options {json.dumps(options, sort_keys=True)}".encode())
    return whole.hexdigest()
