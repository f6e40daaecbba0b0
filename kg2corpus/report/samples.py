"""A few documents of the corpus with their facts and where these stand in the source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from .. import uid
from ..documents import read_stage, stage_folders
from ..types import FORMS, Document

if TYPE_CHECKING:
    from ..graph import Graph

LOOKED_AT = 20_000  # documents of a stage that a sample is drawn from


@dataclass(frozen=True, slots=True)
class SampleFact:
    """A fact of a sample document: its uid, its three labels ("" where there is no graph to ask), its places in the source."""

    uid: str
    subject: str = ""
    relation: str = ""
    object: str = ""
    positions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """A document and its facts in the order in which they appear."""

    document: Document
    facts: tuple[SampleFact, ...]


def samples(run: Path, *, seed: int = 0, count: int = 5) -> list[Sample]:
    """Up to `count` documents of a run's corpus: one of each form first, from the easiest to the hardest."""
    corpus = run / "corpus"
    drawn = choose((d for folder in stage_folders(corpus) for d in islice(read_stage(folder), LOOKED_AT)), count, seed)
    graph = _graph(run)
    return [Sample(d, tuple(_fact(graph, f) for f in dict.fromkeys(s.fact for s in d.spans))) for d in drawn]


def choose(documents: Iterable[Document], count: int, seed: int) -> list[Document]:
    """A draw by seeded hash that takes the forms in turn; the result is ordered by level, then lesson."""
    by_form: dict[str, list[tuple[int, Document]]] = {}
    for document in documents:
        rank = uid.digest("sample", str(seed), document.id)
        by_form.setdefault(document.form, []).append((rank, document))
    queues = [[d for _, d in sorted(members, key=lambda m: m[0])] for _, members in sorted(by_form.items())]
    # prose before questions, so that a small count shows what is told rather than how it is asked
    asked = {name for name, form in FORMS.items() if form.exposes == "asked"}
    queues.sort(key=lambda queue: (queue[0].form in asked, queue[0].level, queue[0].form))
    drawn = [queue[i] for i in range(max(map(len, queues), default=0)) for queue in queues if i < len(queue)]
    return sorted(drawn[:count], key=lambda d: (d.level, d.lesson, d.form, d.id))


def _graph(run: Path) -> Graph | None:
    db = run / "kg.db"
    if not db.is_file():
        return None
    from ..snapshot import take

    return take(str(db))


def _fact(graph: Graph | None, fact_uid: int) -> SampleFact:
    if graph is None:
        return SampleFact(uid.show(fact_uid))
    fact = graph.fact(fact_uid)
    places = tuple(place(*statement) for statement in graph.statements(fact_uid))
    return SampleFact(uid.show(fact_uid), fact.subject.name, fact.relation.label, fact.object.name, places)


def place(source: str, file: str, position: int) -> str:
    """A position as people write it: "countries/triples.tsv:17"."""
    return f"{source}/{file}:{position}" if file and file != source else f"{source}:{position}"


def segments(document: Document, order: Sequence[int]) -> list[tuple[str, tuple[int, ...], str]]:
    """The text cut where facts begin and end: (text, numbers of its facts from 1, kind of exposure or "")."""
    spans = document.spans
    cuts = sorted({0, len(document.text), *(at for s in spans for at in (s.start, s.end))})
    found: list[tuple[str, tuple[int, ...], str]] = []
    for start, end in pairwise(cuts):
        here = [s for s in spans if s.start <= start and end <= s.end]
        numbers = tuple(sorted({order.index(s.fact) + 1 for s in here}))
        kind = here[0].kind if here else ""
        text = document.text[start:end]
        if found and found[-1][1:] == (numbers, kind) and not here:
            text = found.pop()[0] + text
        found.append((text, numbers, kind))
    return found
