"""Documents in files: JSON Lines in zstd, a bucket of anchors per file, `<corpus>/<NN-stage>/bucket-NNNN.jsonl.zst`.

A file is a pure function of its documents: keys are sorted, the compression level is fixed, nothing holds a time.
Within a file documents lie by `order`, so that merging gives the declared order back whatever the number of buckets: the files
of a stage where stages follow each other (their order is "ladder", and `order` the place in the stage), else all files.
"""

from __future__ import annotations

import heapq
import json
import os
from collections.abc import Iterable, Iterator
from itertools import islice
from json.encoder import encode_basestring as quoted
from pathlib import Path
from typing import Any

from .errors import UserError, near
from .types import Document, ExposureKind, Span
from .uid import parse, show

APART = "apart.jsonl.zst"  # in a corpus: names that no replayed passage may bring together
SUFFIX = ".jsonl.zst"
LEVEL = 3
CHUNK = 1 << 17
LINES = 256  # packed at once; the bytes do not depend on it


def write_lines(path: Path, lines: Iterable[str]) -> int:
    """Write lines as zstd, aside and renamed when whole. Returns how many there were; same lines, same bytes."""
    import zstandard

    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    count, rest = 0, iter(lines)
    with open(aside, "wb") as raw, zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).stream_writer(raw) as packed:
        while batch := list(islice(rest, LINES)):
            packed.write(("\n".join(batch) + "\n").encode("utf-8", "surrogatepass"))
            count += len(batch)
    os.replace(aside, path)
    return count


def read_lines(path: Path) -> Iterator[str]:
    """The lines of a file that `write_lines` wrote. Raises UserError where it is missing or damaged."""
    import zstandard

    if not path.is_file():
        known = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        raise UserError(f"no such file: {path}", near(path.name, known) if known else "compile the corpus first")
    hint = "remove the file and run the command that made it again"
    try:
        # not stream_reader: it takes a file that was cut off for a shorter one
        unpack, rest = zstandard.ZstdDecompressor().decompressobj(), b""
        with open(path, "rb") as raw:
            while chunk := raw.read(CHUNK):
                *lines, rest = (rest + unpack.decompress(chunk)).split(b"\n")
                for line in lines:
                    yield line.decode("utf-8", "surrogatepass")
        if not unpack.eof or rest:
            raise UserError(f"{path}: damaged (it ends too early)", hint)
    except (zstandard.ZstdError, UnicodeDecodeError) as e:
        raise UserError(f"{path}: damaged ({e})", hint) from e


def write_text(path: Path, text: str) -> None:
    """Write a small text file, aside and renamed when whole; its folder is made. Raises UserError where neither can be."""
    if path.is_dir():
        raise UserError(f"{path} is a folder, not a file", "give --out the name of a file")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as e:
        raise UserError(f"{e.filename} is a file, not a folder", "choose another --out") from e
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_text(text, encoding="utf-8", newline="\n")
        os.replace(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def encode(document: Document) -> str:
    """One document as a line of JSON. A span names its fact by its place in `facts`.

    The line is what `json.dumps` would write with sorted keys and nothing between them, put together in a third of its time.
    """
    place: dict[int, int] = {}
    spans = ",".join([f'[{place.setdefault(s.fact, len(place))},{s.start},{s.end},"{s.kind}"]' for s in document.spans])
    frames = ",".join([f"[{start},{end}]" for start, end in document.frames])
    return (
        f'{{"id":{quoted(document.id)},"metadata":{{"anchor":"{show(document.anchor)}","difficulty":{document.difficulty!r},'
        f'"facts":{shown(place)},"form":{quoted(document.form)},"frames":[{frames}],"lesson":{quoted(document.lesson)},'
        f'"level":{document.level},"order":{document.order},"spans":[{spans}],"stage":{quoted(document.stage)},'
        f'"twins":{shown(document.twins)}}},"text":{quoted(document.text)}}}'
    )


def shown(uids: Iterable[int]) -> str:
    """uids as a list of JSON."""
    inside = '","'.join(map(show, uids))
    return f'["{inside}"]' if inside else "[]"


def decode(line: str) -> Document:
    """Inverse of `encode`. Raises KeyError, ValueError or TypeError on anything else."""
    record: dict[str, Any] = json.loads(line)
    meta: dict[str, Any] = record["metadata"]
    facts = [parse(fact) for fact in meta["facts"]]
    kinds: dict[str, ExposureKind] = {"stated": "stated", "asked": "asked", "implied": "implied"}
    return Document(
        text=record["text"],
        id=record["id"],
        anchor=parse(meta["anchor"]),
        lesson=meta["lesson"],
        level=meta["level"],
        form=meta["form"],
        stage=meta["stage"],
        order=meta.get("order", 0),
        difficulty=meta["difficulty"],
        spans=tuple(Span(facts[i], start, end, kinds[kind]) for i, start, end, kind in meta["spans"]),
        twins=tuple(parse(twin) for twin in meta["twins"]),
        frames=tuple((start, end) for start, end in meta["frames"]),
    )


def write_bucket(path: Path, documents: Iterable[Document]) -> int:
    """Write one bucket file, aside and renamed when whole. Returns the number of documents."""
    return write_lines(path, map(encode, documents))


def read_bucket(path: Path) -> Iterator[Document]:
    """The documents of one bucket file. Raises UserError with file and line on a malformed one."""
    for number, line in enumerate(read_lines(path), 1):
        try:
            yield decode(line)
        except (KeyError, ValueError, TypeError, IndexError) as e:
            hint = "compile the corpus again; documents are described in docs/file-formats.md"
            raise UserError(f"{path}:{number}: not a document ({type(e).__name__}: {e})", hint) from e


def read_manifest(corpus: Path) -> dict[str, Any]:
    """The manifest of a corpus folder. Raises UserError where there is none: the corpus is not whole."""
    path = corpus / "manifest.json"
    if not path.is_file():
        what = "is not whole: it has no manifest.json" if corpus.is_dir() else "does not exist"
        raise UserError(f"the corpus {corpus} {what}", "run `kg2corpus compile` (again) with --out set to this folder")
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as e:
        raise UserError(f"{path}: not JSON ({e})", "remove it and compile again: whole bucket files are reused") from e
    return manifest


def stage_folders(corpus: Path) -> list[Path]:
    """The stage folders of a corpus in their order, as its manifest lists them."""
    return [corpus / stage["folder"] for stage in read_manifest(corpus)["stages"]]


def read_stage(folder: Path) -> Iterator[Document]:
    """The documents of one stage in its declared order: its bucket files, merged by `order`."""
    return _merged(sorted(folder.glob(f"bucket-*{SUFFIX}")))


def _merged(paths: Iterable[Path]) -> Iterator[Document]:
    # ties are parts of one subgraph, which lie in one file, in the order of which merge keeps them
    return heapq.merge(*map(read_bucket, paths), key=lambda document: document.order)


def read_corpus(corpus: Path) -> Iterator[Document]:
    """All documents of a corpus in the declared order, as `plan` gave it to them: stage by stage, or over all stages.

    Raises UserError where a bucket file is missing, rather than pass a part for the whole.
    """
    manifest = read_manifest(corpus)
    folders = stage_folders(corpus)
    paths = [folder / f"bucket-{bucket:04d}{SUFFIX}" for folder in folders for bucket in range(int(manifest.get("buckets", 0)))]
    for path in paths:
        if not path.is_file():
            raise UserError(f"{corpus} is not whole: {path} is missing", "compile into a new folder, or fetch the file again")
    if manifest.get("order", "ladder") != "ladder":
        yield from _merged(paths)
        return
    for folder in folders:
        yield from read_stage(folder)
