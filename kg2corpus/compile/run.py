"""Compile a corpus: plan once, then say each bucket in any process, in any order, with the same bytes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..config import Curriculum, resolved
from ..documents import write_text
from ..errors import UserError
from ..graph import Graph
from ..killpoints import reach
from ..locks import exclusive
from ..progress import track
from . import planfiles
from .bucket import Job
from .engines import Engine, local
from .manifest import finish
from .measure import chars_per_token, fitted
from .plan import Planner, plan_fingerprint
from .relations import taught

if TYPE_CHECKING:
    from ..lexicon.model import Lexicon
    from ..store.split import Split

OWN = ("manifest.json", "README.md", "settings.yaml", "lexicon.yaml", "split.json", "ledger.jsonl.zst", "plan")


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
) -> dict[str, Any]:
    """Compile into the folder `out` and return the manifest.

    Whole files of an earlier run with the same fingerprints are kept, so a killed run is resumed by running it again; files
    of other fingerprints are removed first. The bytes do not depend on the engine (`engines`; by default `workers` processes on
    this machine) nor on what was resumed. `tokenizer`: a model's folder, with which characters per token are measured (else
    the curriculum's figure or 4.0). Relations that the curriculum leaves out (`relations`) are taken out of the split's scope;
    the corpus keeps the split as it was used.
    Raises UserError for a folder that holds something else, a split or lexicon of another graph, and an empty corpus.
    """
    say = engine or local(workers)
    split.check(graph)
    split, left_out = taught(curriculum.relations, graph, split)
    planner = None
    measured = None
    if tokenizer is not None and curriculum.chars_per_token is None:
        planner = Planner(curriculum, graph, split, lexicon)
        measured = chars_per_token(tokenizer, planner)
    fingerprint = plan_fingerprint(curriculum, graph, split, lexicon, measured)
    stages = tuple((stage.name, f"{i:02d}-{stage.name}") for i, stage in enumerate(curriculum.stages, 1))
    job = Job(out, stages, curriculum.max_chars)
    with exclusive(out.with_name(f".{out.name}.lock"), f"compiling into {out}"):
        head = _prepare(job, fingerprint)
        write_text(out / "settings.yaml", resolved(curriculum))
        lexicon.save(out / "lexicon.yaml")
        split.save(out / "split.json")
        if head is None:
            plan = fitted(planner or Planner(curriculum, graph, split, lexicon), measured)
            head = planfiles.write(plan, job.plan, fingerprint)
            del plan
        planner = None
        todo = [bucket for bucket in range(curriculum.buckets) if not job.whole(bucket)]
        for _ in track(say(job, todo, graph), "compiling", total=len(todo)):
            pass
        reach("compile.manifest")
        return finish(job, curriculum, graph, split, lexicon, head, left_out)


def _prepare(job: Job, fingerprint: str) -> dict[str, Any] | None:
    """Make room in the folder. Returns the head of the plan that is there, if it is whole and of this fingerprint."""
    out = job.out
    folders = {folder for _, folder in job.stages}
    if out.exists() and not out.is_dir():
        raise UserError(f"{out} is a file, not a folder", "choose another --out")
    if out.is_dir():
        entries = [p for p in out.iterdir() if not p.name.startswith(".")]
        if entries and not ((out / "plan").is_dir() or (out / "settings.yaml").is_file()):
            what = f"{out} holds something that is no corpus ({min(p.name for p in entries)})"
            raise UserError(what, "choose an empty or new folder with --out")
        head = planfiles.read_head(job.plan)
        if head is not None and head["fingerprint"] == fingerprint:
            return head
        # what says that the old corpus is whole goes first: a kill in between leaves nothing that could be taken for one
        for name in ("manifest.json", *OWN):
            _remove(out / name)
        for path in entries:
            if path.is_dir() and (path.name in folders or _is_stage(path)):
                _remove(path)
    out.mkdir(parents=True, exist_ok=True)
    return None


def _is_stage(path: Path) -> bool:
    """Whether a folder is one of a corpus's stages: `01-recall`, with nothing but bucket files."""
    return path.name[:2].isdigit() and path.name[2:3] == "-" and all("bucket-" in p.name for p in path.iterdir())


def _remove(path: Path) -> None:
    if path.is_dir():
        # the head of a plan first, for the same reason
        (path / planfiles.HEAD).unlink(missing_ok=True)
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
