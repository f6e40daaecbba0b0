"""Documents in files: Parquet or JSON Lines, both in zstd, a bucket of anchors per file: `<corpus>/<NN-stage>/bucket-NNNN.*`.

A file is a pure function of its documents: columns and keys have one order, the compression level is fixed, nothing holds a
time. Within a file documents lie by `order`, so that merging gives the declared order back whatever the number of buckets: the
files of a stage where stages follow each other (their order is "ladder", and `order` the place in the stage), else all files.
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

from . import document_rows
from .errors import UserError, near
from .types import Document, ExposureKind, Span
from .uid import parse, show

FORMAT = 2  # of a corpus folder
APART = "apart.jsonl.zst"  # in a corpus: names that no replayed passage may bring together
SUFFIX = ".jsonl.zst"
SUFFIXES = {"parquet": ".parquet", "jsonl": SUFFIX}  # of bucket files
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
    """One document as a line of JSON, with the columns of a Parquet file as keys.

    The line is what `json.dumps` would write with sorted keys and nothing between them, put together in a third of its time.
    """
    shown: dict[int, str] = {}
    for span in document.spans:
        if span.fact not in shown:
            shown[span.fact] = show(span.fact)
    spans = ",".join(
        [f'{{"end":{s.end},"fact":"{shown[s.fact]}","kind":"{s.kind}","start":{s.start}}}' for s in document.spans]
    )
    frames = ",".join([f'{{"end":{end},"start":{start}}}' for start, end in document.frames])
    return (
        f'{{"anchor":"{show(document.anchor)}","difficulty":{float(document.difficulty)!r},"facts":{_listed(shown.values())},'
        f'"form":{quoted(document.form)},"frames":[{frames}],"id":{quoted(document.id)},"lesson":{quoted(document.lesson)},'
        f'"level":{document.level},"order":{document.order},"spans":[{spans}],"stage":{quoted(document.stage)},'
        f'"text":{quoted(document.text)},"twins":{_listed(map(show, document.twins))}}}'
    )


def _listed(uids: Iterable[str]) -> str:
    inside = '","'.join(uids)
    return f'["{inside}"]' if inside else "[]"


def decode(line: str) -> Document:
    """Inverse of `encode`. Raises KeyError, ValueError or TypeError on anything else."""
    record: dict[str, Any] = json.loads(line)
    kinds: dict[str, ExposureKind] = {"stated": "stated", "asked": "asked", "implied": "implied"}
    return Document(
        text=record["text"],
        id=record["id"],
        anchor=parse(record["anchor"]),
        lesson=record["lesson"],
        level=record["level"],
        form=record["form"],
        stage=record["stage"],
        order=record["order"],
        difficulty=record["difficulty"],
        spans=tuple(Span(parse(s["fact"]), s["start"], s["end"], kinds[s["kind"]]) for s in record["spans"]),
        twins=tuple(map(parse, record["twins"])),
        frames=tuple((f["start"], f["end"]) for f in record["frames"]),
    )


def bucket_path(folder: Path, bucket: int, format: str) -> Path:
    """The file of a bucket in the folder of its stage."""
    return folder / f"bucket-{bucket:04d}{SUFFIXES[format]}"


def bucket_files(folder: Path) -> list[Path]:
    """The bucket files of a stage, by bucket."""
    return sorted(path for suffix in SUFFIXES.values() for path in folder.glob(f"bucket-*{suffix}"))


def write_bucket(path: Path, documents: Iterable[Document]) -> int:
    """Write one bucket file, aside and renamed when whole, in the format of its suffix. Returns the number of documents."""
    if path.name.endswith(SUFFIX):
        return write_lines(path, map(encode, documents))
    return document_rows.write(path, documents)


def read_bucket(path: Path) -> Iterator[Document]:
    """The documents of one bucket file. Raises UserError with file and line (or rows) on a malformed one."""
    if not path.name.endswith(SUFFIX):
        yield from document_rows.read(path)
        return
    for number, line in enumerate(read_lines(path), 1):
        try:
            yield decode(line)
        except (KeyError, ValueError, TypeError, IndexError, AttributeError) as e:
            hint = "compile the corpus again; documents are described in docs/file-formats.md"
            raise UserError(f"{path}:{number}: not a document ({type(e).__name__}: {e})", hint) from e


def find(folder: Path, column: str, value: str) -> Iterator[Document]:
    """The documents of a stage whose `id` is, or whose `twins` hold, a value, by bucket: few are decoded."""
    for path in bucket_files(folder):
        if path.name.endswith(SUFFIX):
            found = (decode(line) for line in read_lines(path) if value in line)
            yield from (d for d in found if (value == d.id if column == "id" else value in map(show, d.twins)))
        else:
            yield from document_rows.find(path, column, value)


def read_manifest(corpus: Path) -> dict[str, Any]:
    """The manifest of a corpus folder. Raises UserError where there is none (the corpus is not whole), or an older one."""
    path = corpus / "manifest.json"
    if not path.is_file():
        what = "is not whole: it has no manifest.json" if corpus.is_dir() else "does not exist"
        raise UserError(f"the corpus {corpus} {what}", "run `kg2corpus compile` (again) with --out set to this folder")
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as e:
        raise UserError(f"{path}: not JSON ({e})", "remove it and compile again: whole bucket files are reused") from e
    if (version := manifest.get("format_version", FORMAT)) != FORMAT:
        raise UserError(f"{corpus} has the files of format {version}, not {FORMAT}", "compile it again with this version")
    return manifest


def stage_folders(corpus: Path) -> list[Path]:
    """The stage folders of a corpus in their order, as its manifest lists them."""
    return [corpus / stage["folder"] for stage in read_manifest(corpus)["stages"]]


def read_stage(folder: Path) -> Iterator[Document]:
    """The documents of one stage in its declared order: its bucket files, merged by `order`."""
    return _merged(bucket_files(folder))


def _merged(paths: Iterable[Path]) -> Iterator[Document]:
    # ties are parts of one subgraph, which lie in one file, in the order of which merge keeps them
    return heapq.merge(*map(read_bucket, paths), key=lambda document: document.order)


def read_corpus(corpus: Path) -> Iterator[Document]:
    """All documents of a corpus in the declared order, as `plan` gave it to them: stage by stage, or over all stages.

    Raises UserError where a bucket file is missing, rather than pass a part for the whole.
    """
    manifest = read_manifest(corpus)
    folders, format = stage_folders(corpus), manifest.get("format", "parquet")
    paths = [bucket_path(folder, bucket, format) for folder in folders for bucket in range(int(manifest.get("buckets", 0)))]
    for path in paths:
        if not path.is_file():
            raise UserError(f"{corpus} is not whole: {path} is missing", "compile into a new folder, or fetch the file again")
    if manifest.get("order", "ladder") != "ladder":
        yield from _merged(paths)
        return
    for folder in folders:
        yield from read_stage(folder)
