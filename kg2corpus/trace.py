"""Leads from what the model reads back to the source, and forward again.

A document leads to its facts and their places in the source; a fact to its statements and to every document that exposes it;
a token to the document, span and fact that it belongs to; an entity to its facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from .documents import find, read_manifest, stage_folders
from .errors import UserError
from .graph import Graph, UnknownUid
from .readers._choose import finder
from .readers._open import open_bytes, suffix
from .runs import blocks_of, corpus_of
from .types import Document, Fact, Node, Span
from .uid import parse, show

# formats whose position is a line: its text is the statement
LINES = {".tsv", ".csv", ".tab", ".sif", ".nt", ".ntriples", ".nq", ".nquads", ".jsonl", ".ndjson", ".jl", ".obo", ".ged"}
LONGEST = 1000  # characters of a source line that are shown


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands: `place` is file:line, a database's table and primary key, or file#ordinal for other formats.

    `text` is that line or row; empty where the format has none or the source is not where it was loaded from.
    """

    source: str
    file: str
    position: int
    place: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class SpanText:
    """A stretch of a document's text that exposes a fact."""

    start: int
    end: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class FactTrace:
    """A fact with its places in the source; `spans` where it stands in the document that was asked for."""

    uid: str
    twin: str
    said: str
    places: tuple[Place, ...]
    spans: tuple[SpanText, ...] = ()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A document that exposes a fact."""

    document: str
    stage: str
    lesson: str
    form: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class BlockPlace:
    """Tokens [start, end) of a block that hold a document, or a part of it."""

    block: int
    start: int
    end: int
    part: int


@dataclass(frozen=True, slots=True)
class Trace:
    """The answer. `kind` is document, fact, token or entity; only the fields of that kind are filled.

    `counterfactual` is a sentence where the graph's labels were moved on purpose: its facts are not true of the world.
    `exposures` counts stated, asked and implied ones, of the fact and its twins.
    """

    kind: str
    asked: str
    counterfactual: str
    facts: tuple[FactTrace, ...] = ()
    document: str = ""
    stage: str = ""
    lesson: str = ""
    level: int = 0
    form: str = ""
    anchor: str = ""
    text: str = ""
    blocks: tuple[BlockPlace, ...] = ()
    documents: tuple[Occurrence, ...] = ()
    exposures: Mapping[str, int] | None = None
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON, without the empty fields."""
        return {key: value for key, value in asdict(self).items() if value or key in ("counterfactual", "facts")}


@dataclass(frozen=True)
class _Where:
    corpus: Path
    graph: Graph
    sources: Mapping[str, Path]
    blocks: Path | None


def trace(
    run_or_corpus: Path, graph: Graph, what: str, *, blocks: Path | None = None, sources: Mapping[str, Path] | None = None
) -> Trace:
    """Trace a document id, a fact uid (16 hex digits each), a token position (`block:offset`, or its number in all blocks), or
    an entity (label, alias, key or uid).

    `sources` (see `source_paths`) says where the source files lie, so that their lines can be shown. Raises UserError,
    with near matches, for what is none of these.
    """
    corpus = corpus_of(run_or_corpus)
    where = _Where(corpus, graph, sources or {}, blocks or blocks_of(run_or_corpus))
    found = _find(where, what.strip())
    made_from = read_manifest(corpus)["fingerprints"]["graph"]
    if made_from == graph.fingerprint:
        return found
    other = f"{corpus} was compiled from another graph, or another state of this one ({made_from}, here {graph.fingerprint})"
    return replace(found, note=f"{other}; {found.note}" if found.note else other)


def _find(where: _Where, what: str) -> Trace:
    corpus, graph = where.corpus, where.graph
    nodes = graph.find(what)
    if _is_position(what) and not any(not node.literal for node in nodes):
        return _token(where, what)
    uid = _uid(what)
    if uid is not None:
        if (fact := _fact(graph, uid)) is not None:
            return _fact_trace(where, fact, what)
        if (document := _document(corpus, what.lower())) is not None:
            return _document_trace(where, document, what)
    if nodes:
        return _entity(where, nodes, what)
    if uid is not None:
        hint = "is it of another graph, or another corpus? `kg2corpus look` lists entities"
        raise UserError(f"{what} is neither a document of {corpus} nor a fact or entity of the graph", hint)
    near = " or ".join(f"'{name}'" for name in graph.near(what))
    hint = f"did you mean {near}?" if near else "give a document id, a fact uid, or block:offset"
    raise UserError(f"nothing is named '{what}' in this graph", hint)


def source_paths(db: str) -> dict[str, Path]:
    """Where the sources of a store were loaded from, by name."""
    from sqlalchemy import select

    from .store import open_db

    store = open_db(db)
    source = store.tables.source
    with store.engine.connect() as connection:
        return {name: Path(path) for name, path in connection.execute(select(source.c.name, source.c.path))}


def _is_position(what: str) -> bool:
    block, colon, offset = what.partition(":")
    return (block.isdigit() and block.isascii() and len(what) < 16) and (not colon or (offset.isdigit() and offset.isascii()))


def _uid(what: str) -> int | None:
    try:
        return parse(what.lower())
    except ValueError:
        return None


def _fact(graph: Graph, uid: int) -> Fact | None:
    try:
        return graph.fact(uid)
    except UnknownUid:
        return None


def _document(corpus: Path, id: str) -> Document | None:
    return next((document for folder in stage_folders(corpus) for document in find(folder, "id", id)), None)


# what is found


def _document_trace(where: _Where, document: Document, what: str) -> Trace:
    return Trace(
        kind="document",
        asked=what,
        facts=tuple(_said(where, fact, document) for fact in dict.fromkeys(span.fact for span in document.spans)),
        blocks=_packed(where.blocks, document.id),
        **_head(where.graph, document),
    )


def _head(graph: Graph, document: Document) -> dict[str, Any]:
    return {
        "counterfactual": graph.counterfactual,
        "document": document.id,
        "stage": document.stage,
        "lesson": document.lesson,
        "level": document.level,
        "form": document.form,
        "anchor": graph.node(document.anchor).name,
        "text": document.text,
    }


def _said(where: _Where, uid: int, document: Document) -> FactTrace:
    text = document.text
    spans = (SpanText(s.start, s.end, s.kind, text[s.start : s.end]) for s in document.spans if s.fact == uid)
    return _source(where, where.graph.fact(uid), tuple(spans))


def _source(where: _Where, fact: Fact, spans: tuple[SpanText, ...] = ()) -> FactTrace:
    said = f"{fact.subject.name} | {fact.relation.label} | {fact.object.name}"
    places = tuple(_place(where.sources, *statement) for statement in where.graph.statements(fact.uid))
    return FactTrace(show(fact.uid), show(fact.twin), said, places, spans)


def _place(sources: Mapping[str, Path], source: str, file: str, position: int) -> Place:
    name = file or source
    lines = suffix(Path(name)) in LINES
    shown = f"{source}/{file}" if file and file != source else source
    text = ""
    path = sources.get(source)
    if path and not lines and path.is_file() and (finds := finder(path)):
        return Place(source, file, position, *_short(finds(path, file, position)))
    if lines and path:
        text = _line(path / file if file and path.is_dir() else path, position)
    return Place(source, file, position, f"{shown}{':' if lines else '#'}{position}", text)


def _short(found: tuple[str, str]) -> tuple[str, str]:
    return found[0], found[1][:LONGEST]


def _line(path: Path, position: int) -> str:
    """Line `position` (from 1) of a source file, "" where the file or the line is not there any more."""
    if not path.is_file():
        return ""
    with open_bytes(path) as lines:
        for number, line in enumerate(lines, 1):
            if number == position:
                return line.decode("utf-8", "replace").rstrip("\r\n")[:LONGEST]
    return ""


def _packed(blocks: Path | None, id: str) -> tuple[BlockPlace, ...]:
    if blocks is None:
        return ()
    from .pack import read_boundaries

    return tuple(BlockPlace(b.block, b.start, b.end, b.part) for b in read_boundaries(blocks) if b.document == id)


def _fact_trace(where: _Where, fact: Fact, what: str) -> Trace:
    """All documents that expose the fact, or a fact that says the same."""
    same = {f.uid: f for f in (fact, *_twins(where.graph, fact))}
    found = []
    for folder in stage_folders(where.corpus):
        for document in sorted(find(folder, "twins", show(fact.twin)), key=lambda d: d.order):
            found += [_occurrence(document, span) for span in document.spans if span.fact in same]
    return Trace(
        kind="fact",
        asked=what,
        counterfactual=where.graph.counterfactual,
        facts=tuple(_source(where, f) for f in same.values()),
        documents=tuple(found),
        exposures=dict(Counter(occurrence.kind for occurrence in found)),
        note="" if found else "no document exposes it: it is held out, out of scope, or beyond the budget",
    )


def _twins(graph: Graph, fact: Fact) -> list[Fact]:
    """The facts that say the same, looked for at the end with fewer facts."""
    end = min((fact.subject.uid, fact.object.uid), key=lambda uid: (sum(graph.degree(uid)), uid))
    return [f for f in (*graph.out(end), *graph.into(end)) if f.twin == fact.twin and f.uid != fact.uid]


def _occurrence(document: Document, span: Span) -> Occurrence:
    text = document.text[span.start : span.end]
    return Occurrence(document.id, document.stage, document.lesson, document.form, span.kind, text)


def _token(where: _Where, what: str) -> Trace:
    if where.blocks is None:
        message = f"'{what}' is a token position, and there are no packed blocks beside {where.corpus}"
        raise UserError(message, "name the folder of the blocks with --blocks")
    from .pack import read_boundaries

    number, offset = _position(where.blocks, what)
    found = next((b for b in read_boundaries(where.blocks) if b.block == number and b.start <= offset < b.end), None)
    at = f"token {offset} of block {number}"
    plain = Trace(kind="token", asked=what, counterfactual=where.graph.counterfactual, note=f"{at} is padding")
    if found is None:
        return plain
    held = (BlockPlace(number, found.start, found.end, found.part),)
    if found.document.startswith("replay:"):
        return replace(plain, blocks=held, note=f"{at} is replayed text")
    document = _document(where.corpus, found.document)
    if document is None:
        raise UserError(f"{at} belongs to document {found.document}, which is not in {where.corpus}", "pack this corpus again")
    facts = dict.fromkeys(fact for fact, start, end, _ in found.facts if start <= offset < end)
    return Trace(
        kind="token",
        asked=what,
        facts=tuple(_said(where, fact, document) for fact in facts),
        blocks=held,
        note=at if facts else f"{at} opens, closes or joins sentences and carries no fact",
        **_head(where.graph, document),
    )


def _position(blocks: Path, what: str) -> tuple[int, int]:
    """(block, offset) of `block:offset`, or of a number that counts all tokens. Raises UserError beyond the last one."""
    from .pack import read_pack

    info = read_pack(blocks)
    size, count = int(info["settings"]["block"]), int(info["blocks"])
    block, colon, rest = what.partition(":")
    number, offset = (int(block), int(rest)) if colon else divmod(int(block), size)
    if number >= count or offset >= size:
        last = f"{count} blocks of {size} tokens, counted from 0: {count * size:,} tokens in all"
        raise UserError(f"there is no token {what} in {blocks}", f"there are {last}")
    return number, offset


def _entity(where: _Where, nodes: list[Node], what: str) -> Trace:
    """The facts of the entities of that name, as subject and as object."""
    graph = where.graph
    facts = {f.uid: f for node in nodes for f in (*graph.out(node.uid), *graph.into(node.uid))}
    several = f"{len(nodes)} entities bear this name: " + ", ".join(f"{n.name} ({show(n.uid)})" for n in nodes)
    return Trace(
        kind="entity",
        asked=what,
        counterfactual=graph.counterfactual,
        facts=tuple(_source(where, fact) for fact in facts.values()),
        note=several if len(nodes) > 1 else "",
    )
