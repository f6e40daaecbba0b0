"""One bucket: plan rows in, files of documents out, and a ledger of what they expose. Pure in its inputs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import registry
from ..difficulty import grader
from ..documents import SUFFIX, encode, read_lines, write_lines
from ..graph import Graph
from ..killpoints import reach
from ..types import Document, Subgraph
from ..uid import show
from . import planfiles
from .graded import Grades

if TYPE_CHECKING:
    from ..lexicon.model import Lexicon

KINDS = ("stated", "asked", "implied")


@dataclass(frozen=True)
class Job:
    """What all buckets share: the corpus folder, (stage name, its folder) and the longest document."""

    out: Path
    stages: tuple[tuple[str, str], ...]
    max_chars: int

    @property
    def plan(self) -> Path:
        return self.out / "plan"

    def ledger(self, bucket: int) -> Path:
        """The ledger of a bucket is written last: its presence says that the bucket is whole."""
        return self.plan / f"ledger-{bucket:04d}{SUFFIX}"

    def whole(self, bucket: int) -> bool:
        """Whether nothing of the bucket is missing."""
        return self.ledger(bucket).is_file() and all(self.documents(i, bucket).is_file() for i in range(len(self.stages)))

    def documents(self, stage: int, bucket: int) -> Path:
        return self.out / self.stages[stage][1] / f"bucket-{bucket:04d}{SUFFIX}"


@dataclass(slots=True)
class Exposed:
    """What a bucket exposes of a fact: how often by kind, and the ids of the documents, in order."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    documents: list[str] = field(default_factory=list)


@dataclass
class Tally:
    """Counts of a bucket: documents and characters by (stage, lesson, form), drops by reason, exposures by fact."""

    said: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    lost: int = 0
    graded: Grades = field(default_factory=Grades)
    facts: dict[int, Exposed] = field(default_factory=dict)

    def add(self, document: Document) -> None:
        """Count a document and what it exposes."""
        counts = self.said.setdefault((document.stage, document.lesson, document.form), [0, 0])
        counts[0] += 1
        counts[1] += len(document.text)
        for span in document.spans:
            fact = self.facts.get(span.fact)
            if fact is None:
                fact = self.facts[span.fact] = Exposed()
            fact.counts[span.kind] += 1
            if not fact.documents or fact.documents[-1] != document.id:
                fact.documents.append(document.id)

    def lines(self) -> Iterator[str]:
        """The ledger file: a head with the counts, then a row for each fact by uid."""
        head = {
            "said": [[*key, *counts] for key, counts in sorted(self.said.items())],
            "dropped": dict(sorted(self.dropped.items())),
            "repeats": self.repeats,
            "lost": self.lost,
            "graded": self.graded.counts(),
        }
        yield json.dumps(head, sort_keys=True)
        for name, fact in sorted((show(uid), fact) for uid, fact in self.facts.items()):
            yield row(name, fact.counts, fact.documents)


def row(fact: str, counts: Mapping[str, int], documents: Sequence[str], of_all: str = "") -> str:
    """A row of a ledger: what `json.dumps` would write with sorted keys, in a fraction of its time. `of_all`: keys that only
    the ledger of all buckets has."""
    ids = ", ".join([f'"{document}"' for document in documents])
    return (
        f'{{"asked": {counts["asked"]}, "documents": [{ids}], "fact": "{fact}", "implied": {counts["implied"]}, '
        f'"stated": {counts["stated"]}{of_all}}}'
    )


def compile_bucket(job: Job, bucket: int, graph: Graph, lexicon: Lexicon) -> None:
    """Say the plan of one bucket: a file of documents for each stage, then the bucket's ledger."""
    tally = Tally()
    rows = planfiles.read_bucket(job.plan, bucket)
    pending = next(rows, None)
    for stage in range(len(job.stages)):

        def of_stage(stage: int = stage) -> Iterator[planfiles.Row]:
            nonlocal pending
            while pending is not None and pending[0] == stage:
                yield pending
                pending = next(rows, None)

        documents = _documents(of_stage(), job, stage, graph, lexicon, tally)
        write_lines(job.documents(stage, bucket), map(encode, documents))
        reach(f"compile.bucket-{bucket}")
    write_lines(job.ledger(bucket), tally.lines())
    reach(f"compile.ledger-{bucket}")


def _documents(
    rows: Iterator[planfiles.Row], job: Job, stage: int, graph: Graph, lexicon: Lexicon, tally: Tally
) -> Iterator[Document]:
    """The documents of one stage of a bucket, in order, without exact duplicates.

    A text that comes again for other facts (two entities of one name) is a duplicate and removed. One that comes again for
    the same facts is a repeat: all wordings were used and the exposures ask for more, so it stays, with an id of its own.
    """
    from ..verbalizers.template import Heading, document_id, told

    grade = grader(graph)
    headings: dict[str, Heading] = {}
    name = job.stages[stage][0]
    seen: dict[str, tuple[tuple[int, ...], int]] = {}  # text -> (what it is about, how often it came)
    for _, order, lesson, form, anchor, uids, slots in rows:
        if lesson not in headings:
            headings[lesson] = Heading(name, lesson, registry.find("lessons", lesson).LEVEL, job.max_chars)
        subgraph = Subgraph(anchor, tuple(map(graph.fact, uids)), form, slots)
        graded = grade(subgraph)
        documents = told(subgraph, lexicon, headings[lesson], order, graded.difficulty)
        for document in documents:
            text = document.text
            first, times = seen.get(text, (document.twins, 0))
            if times and set(first) != set(document.twins):
                tally.dropped["duplicate of another fact's text"] += 1
                tally.lost += len(document.spans)
                continue
            seen[text] = (first, times + 1)
            if times:
                tally.repeats += 1
                # an anchor lies in one bucket, so that ids differ over the corpus
                document = replace(document, id=document_id(name, anchor, text, str(times)))
            tally.add(document)
            tally.graded.add(lesson, graded)
            yield document
        if not documents:
            tally.dropped["the verbalizer said nothing"] += 1


def read_ledger(path: Path) -> tuple[dict[str, Any], Iterator[dict[str, Any]]]:
    """The head of a bucket's ledger, and its rows by fact."""
    lines = read_lines(path)
    return json.loads(next(lines)), map(json.loads, lines)
