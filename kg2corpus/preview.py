"""A look at what would be compiled: a few documents, spread over the lessons, with their facts. Nothing of it is kept."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from . import api
from .documents import read_corpus
from .graph import Graph
from .types import Document
from .uid import show


def preview(curriculum: str | Path, db: str, count: int, **options: Any) -> list[dict[str, Any]]:
    """At most `count` documents of the corpus that `api.compile` with these options makes, in its order. Each is a dict with
    the columns of a document, its spans and frames as places in the text, and `facts` as they are in the graph."""
    with TemporaryDirectory(prefix="kg2corpus-preview-") as aside:
        api.compile(curriculum, db, Path(aside) / "corpus", limit=count, **options)
        graph = api.snapshot(db)
        return [_shown(document, graph) for document in read_corpus(Path(aside) / "corpus")]


def _shown(document: Document, graph: Graph) -> dict[str, Any]:
    facts = [graph.fact(uid) for uid in dict.fromkeys(span.fact for span in document.spans)]
    return {
        "id": document.id,
        "stage": document.stage,
        "lesson": document.lesson,
        "level": document.level,
        "form": document.form,
        "difficulty": document.difficulty,
        "anchor": graph.node(document.anchor).name,
        "text": document.text,
        "spans": [{"start": s.start, "end": s.end, "kind": s.kind, "fact": show(s.fact)} for s in document.spans],
        "frames": [{"start": start, "end": end} for start, end in document.frames],
        "facts": [{"fact": show(f.uid), "said": f"{f.subject.name} | {f.relation.label} | {f.object.name}"} for f in facts],
    }
