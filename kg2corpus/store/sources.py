"""The sources of a load: what names, patterns, folders and standard input stand for, each with its reader, options and hash."""

from __future__ import annotations

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
from ..readers._common import content_hash
from ..readers._open import bare_name, suffix


@dataclass(frozen=True)
class Source:
    """A file or set to read. `sha256` is of its unpacked content, and of the options that are not the reader's defaults."""

    path: Path
    format: str
    module: ModuleType
    options: Mapping[str, Any]
    sha256: str
    place: str  # where it lies, "-" for standard input

    @property
    def name(self) -> str:
        return "stdin" if self.place == str(STDIN) else Path(self.place).name


@contextmanager
def gather(
    sources: Sequence[Path], folder: Path, *, format: str, options: Mapping[str, Any]
) -> Iterator[tuple[list[Source], Counter[str]]]:
    """The sources, each content once, and what was left aside. Standard input lies in `folder` as long as this lasts."""
    with tempfile.TemporaryDirectory(prefix=".kg2corpus-stdin-", dir=folder) if STDIN in sources else _nothing() as spool:
        found: dict[str, Source] = {}
        notes: Counter[str] = Counter()
        for given in dict.fromkeys(sources):
            paths, aside = expand(given, format)
            notes += aside
            for path in paths:
                one = _source(path, Path(spool), format, options)
                found.setdefault(one.sha256, one)
        yield list(found.values()), notes


@contextmanager
def _nothing() -> Iterator[str]:
    yield ""


def _source(path: Path, spool: Path, format: str, options: Mapping[str, Any]) -> Source:
    place = str(path) if path == STDIN else str(path.resolve())
    if path == STDIN:
        path = _spooled(spool, format)
    name, module = choose(path, format, options)
    chosen = reader_options(name, module, options)
    # the same triples under another file name are the same source
    return Source(path, name, module, syntax(path, format, module) | chosen, content_hash(module, path, chosen), place)


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
