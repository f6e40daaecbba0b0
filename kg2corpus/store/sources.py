"""The sources of a load: what names, patterns, folders and standard input stand for, each with its reader, options and hash."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from ..errors import UserError
from ..readers._choose import STDIN, choose, expand, reader_options, spool_suffix, syntax
from ..readers._common import content_hash, members, readable
from ..readers._open import bare_name, suffix
from .database import Sql
from .schema import Tables

PROPERTIES = "properties"  # the reader of what people say about relations


@dataclass(frozen=True)
class Source:
    """A file or set to read. `sha256` is of its unpacked content, and of the options that are not the reader's defaults."""

    path: Path
    format: str
    module: ModuleType
    options: Mapping[str, Any]
    sha256: str
    place: str  # where it lies, "-" for standard input
    licence: str = ""
    told: str = "{}"  # options and filters that are not the defaults, as JSON

    stamp: tuple[tuple[int, int], ...] = ()  # size and time of its files when they were hashed

    def check_unchanged(self) -> None:
        """Raise UserError if the content is no longer the one that was hashed."""
        told = json.loads(self.told)
        # what was fetched anew for this load would be fetched once more
        live = hasattr(self.module, "fingerprint") and not told.get("refresh")
        if (live and content_hash(self.module, self.path, told) != self.sha256) or _stamp(self.module, self.path) != self.stamp:
            raise UserError(f"{self.name} has changed while it was read", "load it again when nothing writes to it")

    @property
    def name(self) -> str:
        return "stdin" if self.place == str(STDIN) else Path(self.place).name


@contextmanager
def gather(
    sources: Sequence[Path], properties: Sequence[Path], folder: Path, *, format: str, options: Mapping[str, Any],
    filters: Mapping[str, Any], licence: str,
) -> Iterator[tuple[list[Source], Counter[str]]]:  # fmt: skip
    """The sources, each content once, and what was left aside. Standard input lies in `folder` as long as this lasts.

    Files of `properties`, which speak of relations by name, come last. `filters` are part of what a source is.
    """
    with tempfile.TemporaryDirectory(prefix=".kg2corpus-stdin-", dir=folder) if STDIN in sources else _nothing() as spool:
        found: dict[str, Source] = {}
        notes: Counter[str] = Counter()
        for given in dict.fromkeys(sources):
            paths, aside = expand(given, format)
            notes += aside
            for path in paths:
                one = _source(path, Path(spool), format, options, filters, licence)
                found.setdefault(one.sha256, one)
        for path in properties:
            one = _source(path, Path(spool), PROPERTIES, {}, {}, "")
            found.setdefault(one.sha256, one)
        # what relations are called is known when all others were read
        yield sorted(found.values(), key=lambda one: one.format == PROPERTIES), notes


@contextmanager
def _nothing() -> Iterator[str]:
    yield ""


def _source(
    path: Path, spool: Path, format: str, options: Mapping[str, Any], filters: Mapping[str, Any], licence: str
) -> Source:
    place = str(path) if path == STDIN else str(path.resolve())
    if path == STDIN:
        path = _spooled(spool, format)
    name, module = choose(path, format, options)
    chosen = reader_options(name, module, options)
    told = {**chosen, "filters": dict(filters)} if filters else chosen
    # the same triples under another file name are the same source
    stamp = _stamp(module, path)
    sha256, told_ = content_hash(module, path, told), json.dumps(told, sort_keys=True)
    return Source(path, name, module, syntax(path, format, module) | chosen, sha256, place, licence, told_, stamp)


def _stamp(module: ModuleType, path: Path) -> tuple[tuple[int, int], ...]:
    with readable(path):
        return tuple((status.st_size, status.st_mtime_ns) for status in (p.stat() for p in members(module, path)))


def replaced(sql: Sql, t: Tables, new: Sequence[Source]) -> dict[str, int]:
    """The source of the store (name, id) that each new one is a version of: the one of its path, else the one of its name.

    Raises UserError where there is none, or more than one.
    """
    rows = sql.run(f"SELECT id, name, path FROM {t.source}").fetchall()
    found = {}
    for one in new:
        same = [(id_, name) for id_, name, path in rows if path == one.place] or [
            (id_, name) for id_, name, _ in rows if name == one.name
        ]
        if len(same) != 1:
            known = ", ".join(sorted({name for _, name, _ in rows}))
            what = "no source of this store has" if not same else f"{len(same)} sources of this store have"
            hint = "without --replace it is added" if not same else "give the one that is meant by its path of then"
            raise UserError(f"{one.name}: {what} this path or name; it holds {known}", hint)
        found[same[0][1]] = same[0][0]
    return found


def _spooled(folder: Path, format: str) -> Path:
    """Standard input in a file: it is read twice, for its hash and for its triples."""
    if not format:
        raise UserError("stdin: its format is not known", "give --format, as in: zcat a.nt.gz | kg2corpus load - --format nt")
    path = folder / f"stdin{spool_suffix(format)}"
    with path.open("wb") as f:
        shutil.copyfileobj(sys.stdin.buffer, f, 1 << 20)
    return path


def graph_name(place: str) -> str:
    """The name that a source gives to a graph: its file's, without suffixes."""
    if place == str(STDIN):
        return "stdin"
    path = Path(place).resolve()
    return bare_name(path).removesuffix(suffix(path)) or path.name
