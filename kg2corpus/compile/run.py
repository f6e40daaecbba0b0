"""Compile a corpus: plan once, then say each bucket in any process, in any order, with the same bytes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..config import Curriculum, resolved
from ..documents import APART, FORMAT, write_text
from ..errors import UserError
from ..graph import Graph
from ..killpoints import reach
from ..ledger import FACTS, FOLDER
from ..locks import exclusive
from ..progress import track
from ..uid import digest, show
from . import planfiles
from .bucket import Job
from .engines import Engine, lexicon_of, local
from .limited import limited
from .manifest import finish
from .measure import chars_per_token, fitted
from .plan import Planner, plan_fingerprint
from .relations import taught

if TYPE_CHECKING:
    from ..lexicon.model import Lexicon
    from ..store.split import Split

OWN = ("manifest.json", "README.md", "settings.yaml", "lexicon.yaml", "split.json", FACTS, APART, "plan")


def compile_corpus(
    curriculum: Curriculum,
    graph: Graph,
    split: Split,
    lexicon: Lexicon,
    out: Path,
    *,
    engine: Engine | None = None,
    workers: int = 1,
    tokenizer: Path | None = None,
    limit: int | None = None,
) -> dict[str, Any]:
    """Compile into the folder `out` and return the manifest.

    Each file of documents that an earlier run made from what it would be made from now is kept: a killed run is resumed by
    running it again, and a changed curriculum makes only the files again whose part of the plan has changed. The bytes do not
    depend on the engine (`engines`; by default `workers` processes on this machine) nor on what was kept. `tokenizer`: a
    model's folder, with which characters per token are measured (else the curriculum's figure or 4.0). Relations that the
    curriculum leaves out (`relations`) are taken out of the split's scope; the corpus keeps the split as it was used. `limit`:
    write at most so many of the documents, see `limited`.
    Raises UserError for a folder that holds something else, a split or lexicon of another graph, and an empty corpus.
    """
    say = engine or local(workers)
    if limit is not None and limit < 1:
        raise UserError(f"limit is {limit}", "give at least 1")
    split.check(graph)
    split, left_out = taught(curriculum.relations, graph, split)
    planner = None
    measured = None
    if tokenizer is not None and curriculum.chars_per_token is None:
        planner = Planner(curriculum, graph, split, lexicon)
        measured = chars_per_token(tokenizer, planner)
    fingerprint = plan_fingerprint(curriculum, graph, split, lexicon, measured)
    stages = tuple((stage.name, f"{i:02d}-{stage.name}") for i, stage in enumerate(curriculum.stages, 1))
    with exclusive(out.with_name(f".{out.name}.lock"), f"compiling into {out}"):
        head = _prepare(out, fingerprint)
        write_text(out / "settings.yaml", resolved(curriculum))
        lexicon.save(out / "lexicon.yaml")
        split.save(out / "split.json")
        if head is None:
            plan = fitted(planner or Planner(curriculum, graph, split, lexicon), measured)
            head = planfiles.write(plan, out / "plan", fingerprint, [folder for _, folder in stages])
            del plan
        planner = None
        job = Job(out, stages, curriculum.max_chars, curriculum.format, _base(curriculum, graph, out, limit))
        todo = [bucket for bucket in range(curriculum.buckets) if not job.whole(bucket)]
        if todo:
            (out / "manifest.json").unlink(missing_ok=True)
        _tidy(job, curriculum.buckets)
        if limit is None:
            for _ in track(say(job, todo, graph), "compiling", total=len(todo)):
                pass
        elif todo:
            limited(job, curriculum.buckets, limit, graph, lexicon_of(job))
        reach("compile.manifest")
        return finish(job, curriculum, graph, split, lexicon, head, left_out, limit)


def _base(curriculum: Curriculum, graph: Graph, out: Path, limit: int | None) -> str:
    """A hash of all that documents depend on besides the rows of the plan; the package version is part of it."""
    from .. import __version__

    words = (out / "lexicon.yaml").read_text(encoding="utf-8")
    parts = [__version__, str(FORMAT), graph.fingerprint, words, curriculum.format, str(curriculum.max_chars), str(limit)]
    return show(digest("documents", *parts))


def _prepare(out: Path, fingerprint: str) -> dict[str, Any] | None:
    """Make room in the folder. Returns the head of the plan that is there, if it is whole and of this fingerprint."""
    if out.exists() and not out.is_dir():
        raise UserError(f"{out} is a file, not a folder", "choose another --out")
    if out.is_dir():
        entries = [p for p in out.iterdir() if not p.name.startswith(".")]
        if entries and not ((out / "plan").is_dir() or (out / "settings.yaml").is_file()):
            what = f"{out} holds something that is no corpus ({min(p.name for p in entries)})"
            raise UserError(what, "choose an empty or new folder with --out")
        head = planfiles.read_head(out / "plan")
        if head is not None and head["fingerprint"] == fingerprint:
            return head
        # what says that the old corpus is whole goes first: a kill in between leaves nothing that could be taken for one
        for name in ("manifest.json", *OWN):
            _remove(out / name)
    out.mkdir(parents=True, exist_ok=True)
    return None


def _tidy(job: Job, buckets: int) -> None:
    """Remove the bucket files of other stages, other buckets or another format, and what a killed run left half written."""
    each = [(stage, bucket) for stage in range(len(job.stages)) for bucket in range(buckets)]
    own = {path for at in each for path in (job.documents(*at), job.ledger(*at))}
    for folder in (*job.out.glob("[0-9][0-9]-*"), *(job.out / FOLDER).glob("*")):
        for path in [p for p in (*folder.glob("bucket-*"), *folder.glob(".bucket-*.part")) if p not in own]:
            path.unlink()
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _remove(path: Path) -> None:
    if path.is_dir():
        # the head of a plan first, for the same reason
        (path / planfiles.HEAD).unlink(missing_ok=True)
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
