"""One bucket of one stage: plan rows in, a file of documents out, and a ledger of what they expose. Pure in its inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import ledger, registry
from ..difficulty import grader
from ..documents import bucket_path, write_bucket
from ..errors import UserError
from ..graph import Graph
from ..killpoints import reach
from ..types import Document, Subgraph
from . import planfiles
from .graded import Grades

if TYPE_CHECKING:
    from ..lexicon.model import Lexicon

LATER = 24  # wordings that are tried where another fact between the same nodes has been said by the same words


@dataclass(frozen=True)
class Job:
    """What all buckets share: the corpus folder, (stage name, its folder), the longest document, the format of the files, and
    `base`: a hash of all that documents depend on besides the rows of the plan."""

    out: Path
    stages: tuple[tuple[str, str], ...]
    max_chars: int
    format: str
    base: str

    @property
    def plan(self) -> Path:
        return self.out / "plan"

    def rows(self, stage: int, bucket: int) -> Path:
        """The plan of a bucket of a stage."""
        return planfiles.path_of(self.plan, self.stages[stage][1], bucket)

    def size(self, bucket: int) -> int:
        """How much there is to say in a bucket: bytes of its plan."""
        return sum(self.rows(stage, bucket).stat().st_size for stage in range(len(self.stages)))

    def documents(self, stage: int, bucket: int) -> Path:
        return bucket_path(self.out / self.stages[stage][1], bucket, self.format)

    def ledger(self, stage: int, bucket: int) -> Path:
        """The ledger of a bucket of a stage is written last, with the key of what it and the documents were made from."""
        return self.out / ledger.FOLDER / self.stages[stage][1] / f"bucket-{bucket:04d}.parquet"

    def key(self, stage: int, bucket: int) -> str:
        """A hash of all that the documents of a bucket of a stage depend on."""
        hashed = blake2b("\0".join((self.base, *self.stages[stage])).encode("utf-8"), digest_size=8)
        hashed.update(self.rows(stage, bucket).read_bytes())
        return hashed.hexdigest()

    def made(self, stage: int, bucket: int) -> bool:
        """Whether the files of a bucket of a stage are whole, and made from what they would be made from now."""
        if not self.documents(stage, bucket).is_file():
            return False
        try:
            return ledger.about(self.ledger(stage, bucket)).get("key") == self.key(stage, bucket)
        except (UserError, ValueError):
            return False

    def whole(self, bucket: int) -> bool:
        """Whether nothing of the bucket is to be made."""
        return all(self.made(stage, bucket) for stage in range(len(self.stages)))


@dataclass
class Tally:
    """Counts of a bucket of a stage: documents and characters by (lesson, form), drops by reason."""

    said: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    lost: int = 0
    graded: Grades = field(default_factory=Grades)

    def add(self, document: Document) -> None:
        """Count a document."""
        counts = self.said.setdefault((document.lesson, document.form), [0, 0])
        counts[0] += 1
        counts[1] += len(document.text)

    def as_dict(self) -> dict[str, Any]:
        return {
            "said": [[*key, *counts] for key, counts in sorted(self.said.items())],
            "dropped": dict(sorted(self.dropped.items())),
            "repeats": self.repeats,
            "lost": self.lost,
            "graded": self.graded.counts(),
        }


def compile_bucket(job: Job, bucket: int, graph: Graph, lexicon: Lexicon) -> None:
    """Say what is not there yet of the plan of one bucket, stage by stage."""
    for stage in range(len(job.stages)):
        if not job.made(stage, bucket):
            say(job, stage, bucket, graph, lexicon, planfiles.read_bucket(job.rows(stage, bucket)))


def say(
    job: Job, stage: int, bucket: int, graph: Graph, lexicon: Lexicon, rows: Iterable[planfiles.Row],
    wanted: Counter[str] | None = None,
) -> None:  # fmt: skip
    """Write the documents of a bucket of a stage, then its ledger. `wanted`: how many documents of each lesson are written
    (all); they are counted off."""
    path, tally = job.ledger(stage, bucket), Tally()
    path.unlink(missing_ok=True)  # what says that the documents are whole
    with ledger.writing(path) as book:
        write_bucket(job.documents(stage, bucket), _documents(rows, job, stage, graph, lexicon, tally, book, wanted))
        reach(f"compile.bucket-{bucket}")
        book.about = {"key": job.key(stage, bucket), **tally.as_dict()}
    reach(f"compile.ledger-{bucket}")


class Before(NamedTuple):
    """A text that was said: its twins, the ends of its facts, and how often it came."""

    twins: tuple[int, ...]
    ends: frozenset[int]
    times: int


def _later(subgraph: Subgraph) -> Iterator[Subgraph]:
    """A subgraph, and the same with its next slots."""
    yield subgraph
    for step in range(1, LATER):
        yield replace(subgraph, slots=tuple(slot + step for slot in subgraph.slots))


def _documents(
    rows: Iterable[planfiles.Row], job: Job, stage: int, graph: Graph, lexicon: Lexicon, tally: Tally, book: ledger.Book,
    wanted: Counter[str] | None,
) -> Iterator[Document]:  # fmt: skip
    """The documents of a bucket of a stage, in order, without exact duplicates.

    A text that comes again for other facts (two entities of one name) is a duplicate and removed; where it is about the same
    nodes (two relations of the same words), the facts are said by later wordings first. One that comes again for the same facts
    is a repeat: all wordings were used and the exposures ask for more, so it stays, with an id of its own.
    What is not wanted is said too, since what comes after it may be its duplicate.
    """
    from ..verbalizers.template import Heading, document_id, told

    grade = grader(graph)
    headings: dict[str, Heading] = {}
    name = job.stages[stage][0]
    seen: dict[str, Before] = {}
    used = lexicon.used = {}
    for order, lesson, form, anchor, uids, slots in rows:
        if wanted is not None and not wanted.total():
            break
        if lesson not in headings:
            headings[lesson] = Heading(name, lesson, registry.find("lessons", lesson).LEVEL, job.max_chars)
        subgraph = Subgraph(anchor, tuple(map(graph.fact, uids)), form, slots)
        graded = grade(subgraph)
        facts = subgraph.facts
        ends = frozenset([uid for fact in facts for uid in (fact.subject.uid, fact.object.uid)])
        for part in _later(subgraph):
            used.clear()
            documents = told(part, lexicon, headings[lesson], order, graded.difficulty)
            before = seen.get(documents[0].text) if len(documents) == 1 else None
            if before is None or before.ends != ends or set(before.twins) == set(documents[0].twins):
                break
        twins = {fact.uid: fact.twin for fact in facts}
        for document in documents:
            text = document.text
            first, _, times = seen.get(text, Before(document.twins, ends, 0))
            other = times and set(first) != set(document.twins)
            if not other:
                seen[text] = Before(first, ends, times + 1)
            if wanted is not None:
                if not wanted[lesson]:
                    continue
                wanted[lesson] -= not other
            if other:
                tally.dropped["duplicate of another fact's text"] += 1
                tally.lost += len(document.spans)
                continue
            if times:
                tally.repeats += 1
                # an anchor lies in one bucket, so that ids differ over the corpus
                document = replace(document, id=document_id(name, anchor, text, str(times)))
            tally.add(document)
            tally.graded.add(lesson, graded)
            book.add(document, twins, used)
            yield document
        if not documents:
            tally.dropped["the verbalizer said nothing"] += 1
