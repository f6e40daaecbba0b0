"""What readers share: the log of faults and notes, the fast path's row, hashing, and the choice of a reader by suffix."""

from __future__ import annotations

import gzip
import hashlib
import inspect
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import IO, Literal, NamedTuple, cast

from .. import registry
from ..errors import UserError, near
from ..types import Rank, Term, Triple

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
    and why. `prefixes` are those that the source declares.
    """

    skip_bad: bool = False
    faults: list[str] = field(default_factory=list)
    count: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    prefixes: dict[str, str] = field(default_factory=dict)

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


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file for reading, unpacking `.gz`."""
    return cast(IO[bytes], gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def suffix(path: Path) -> str:
    """The suffix that names the format: `.nt` of `a.nt` and of `a.nt.gz`."""
    return Path(path.stem if path.suffix.lower() == ".gz" else path.name).suffix.lower()


def choose(source: Path) -> tuple[str, ModuleType]:
    """The reader (name, module) for a file, by suffix, or for a folder, by a file in it.

    Raises UserError if the source is missing, or no reader takes it.
    """
    if not source.exists():
        beside = [p.name for p in source.parent.iterdir()] if source.parent.is_dir() else []
        raise UserError(f"no such file or folder: {source}", f"in {source.parent}: {near(source.name, beside)}")
    known: dict[str, str] = {}
    folders: dict[str, str] = {}
    for name in registry.names("readers"):
        module = registry.find("readers", name)
        known |= dict.fromkeys(getattr(module, "SUFFIXES", ()), name)
        if hasattr(module, "FOLDER"):
            folders[module.FOLDER] = name
    if source.is_dir():
        for marker, name in folders.items():
            if (source / marker).is_file():
                return name, registry.find("readers", name)
        wanted = " or ".join(sorted(folders))
        raise UserError(
            f"{source}: a folder without {wanted}", "give a TSV set (a folder with triples.tsv), or the files themselves"
        )
    if suffix(source) not in known:
        message = f"{source}: no reader for '{suffix(source) or source.name}'"
        raise UserError(
            message, f"there are readers for {', '.join(sorted(known))} (each also with .gz), and for folders with triples.tsv"
        )
    name = known[suffix(source)]
    return name, registry.find("readers", name)


def read_batches(module: ModuleType, source: Path, log: Log) -> Iterator[Batch]:
    """All rows of a source, by the reader's fast path where it has one."""
    try:
        if hasattr(module, "batches"):
            yield from module.batches(source, log)
        elif "log" in inspect.signature(module.read).parameters:
            yield from in_batches(module.read(source, log=log))
        else:
            yield from in_batches(module.read(source))
    except (EOFError, gzip.BadGzipFile, zlib.error) as e:
        raise UserError(f"{source}: not a whole gzip file: {e}", "pack it again, or fetch it again") from e
    except OSError as e:
        raise UserError(f"{source}: {e.strerror or e}", "check the file and its permissions") from e
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


def content_hash(module: ModuleType, source: Path) -> str:
    """sha256 of the source's content, unpacked; of a set, of its files' names and contents."""
    paths = members(module, source)
    whole = hashlib.sha256()
    for path in paths:
        one = hashlib.sha256()
        try:
            with open_bytes(path) as f:
                while chunk := f.read(1 << 20):
                    one.update(chunk)
        except (EOFError, gzip.BadGzipFile, zlib.error) as e:
            raise UserError(f"{path}: not a whole gzip file: {e}", "pack it again, or fetch it again") from e
        except OSError as e:
            raise UserError(f"{path}: {e.strerror or e}", "check the file and its permissions") from e
        if source.is_file():
            return one.hexdigest()
        whole.update(f"{path.name}\0{one.hexdigest()}\n".encode())
    return whole.hexdigest()
