"""Opening a source: unpacking by suffix, reading line by line, and damage said in words. Memory stays bounded."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

import zstandard

from ..errors import UserError

MAX_LINE = 64_000_000  # bytes
PIECE = 1 << 16
SQLITE = b"SQLite format 3\0"
ZSTD_PIECE = 1 << 10  # packed bytes at a time: a piece of a hostile file becomes 32 MiB at most

# what the unpackers raise for damaged files; bz2 raises OSError without a number
DAMAGE = (EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, zstandard.ZstdError)


def _pieces(unpack: Callable[..., Any], path: Path) -> Iterator[bytes]:
    with unpack(path, "rb") as f:
        while piece := f.read(PIECE):
            yield piece


def _zstd(path: Path) -> Iterator[bytes]:
    """All frames of a file. (The library's own stream takes a file that ends within a frame for a whole one.)"""
    unpacker = zstandard.ZstdDecompressor()
    frame = None
    with path.open("rb") as f:
        while piece := f.read(ZSTD_PIECE):
            while piece:
                frame = frame or unpacker.decompressobj()
                yield frame.decompress(piece)
                piece = frame.unused_data if frame.eof else b""
                frame = None if frame.eof else frame
    if frame is not None:
        raise EOFError("the file ends before the end of its last frame")


_UNPACK: dict[str, tuple[str, Callable[[Path], Iterator[bytes]]]] = {
    ".gz": ("gzip", partial(_pieces, gzip.open)),
    ".bz2": ("bzip2", partial(_pieces, bz2.open)),
    ".xz": ("xz", partial(_pieces, lzma.open)),
    ".zst": ("zstd", _zstd),
}
PACKED = tuple(_UNPACK)


class _Unpacked(io.RawIOBase):
    """The unpacked bytes of a file. It can be wound back to its beginning, and nowhere else."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.kind, self.unpack = _UNPACK[path.suffix.lower()]
        self.seek(0)

    def close(self) -> None:
        self.pieces = iter([b""])
        super().close()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, offset: int, whence: int = 0) -> int:
        if offset or whence:
            raise io.UnsupportedOperation("a packed file can only be wound back to its beginning")
        self.pieces, self.left, self.place = self.unpack(self.path), memoryview(b""), 0
        return 0

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self.left:
            try:
                self.left = memoryview(next(self.pieces))
            except StopIteration:
                return 0
            except (*DAMAGE, OSError) as e:
                raise self.damaged(e) from e
        n = min(len(buffer), len(self.left))
        buffer[:n], self.left = self.left[:n], self.left[n:]
        self.place += n
        return n

    def damaged(self, e: Exception) -> Exception:
        """The fault in a user's words; what is no damage (no such file, a disk that cannot be read) is left as it is."""
        if isinstance(e, OSError) and e.errno is not None:
            return e
        return UserError(f"{self.path.name}: not a whole {self.kind} file: {e}", "pack it again, or fetch it again")


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file for reading, unpacking `.gz`, `.bz2`, `.xz` and `.zst`. Reading raises UserError where it is damaged."""
    return io.BufferedReader(_Unpacked(path), PIECE) if path.suffix.lower() in PACKED else path.open("rb")


def bare_name(path: Path) -> str:
    """The file's name without the suffix of what packed it."""
    return path.stem if path.suffix.lower() in PACKED else path.name


def suffix(path: Path) -> str:
    """The suffix that names the format: `.nt` of `a.nt` and of `a.nt.gz`."""
    return Path(bare_name(path)).suffix.lower()


def lines(file: IO[bytes], name: str, limit: int = MAX_LINE) -> Iterator[bytes]:
    """The lines of a file, each with its line end. Raises UserError for a line of more than `limit` bytes."""
    number = 0
    for number, line in enumerate(iter(partial(file.readline, limit + 1), b""), 1):
        if len(line) > limit:
            hint = "is this a file of this format? If such lines are right, allow them with --max-line"
            raise UserError(f"{name}:{number}: a line of more than {limit:,} bytes", hint)
        yield line


def is_sqlite(path: Path) -> bool:
    """Is it a file of SQLite, by its first bytes?"""
    with path.open("rb") as f:
        return f.read(len(SQLITE)) == SQLITE


def no_mapping(path: Path) -> UserError:
    """What to say of a database that is given as a source."""
    at = f"{path.resolve().as_uri()}?mode=ro"
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(at, uri=True)) as db:
        if {"meta", "node", "fact", "statement"} <= {name for (name,) in db.execute("SELECT name FROM sqlite_master")}:
            return UserError(f"{path.name} is a store of kg2corpus and no source", f"look at it: kg2corpus look --db {path}")
    what = f"{path.name} is a database: which of its tables and columns are what, a mapping file must say"
    made = path.with_suffix(".map.yaml").name
    how = f"have one drafted: kg2corpus map {path} --out {made}"
    return UserError(what, f"{how}; read and change it; then kg2corpus load {made}")
