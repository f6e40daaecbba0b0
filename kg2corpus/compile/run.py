"""Compile a corpus: plan once, then say each bucket in any process, in any order, with the same bytes."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from .. import registry
from ..columns import save
from ..config import Curriculum, resolved
from ..documents import write_text
from ..errors import UserError
from ..graph import Graph
from ..killpoints import reach
from ..locks import exclusive
from ..progress import track
from . import planfiles
from .bucket import Job, compile_bucket
from .manifest import finish
from .measure import chars_per_token, fitted
from .plan import Plan, Planner, plan_fingerprint
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
    workers: int = 1,
    tokenizer: Path | None = None,
    plan: Plan | None = None,
) -> dict[str, Any]:
    """Compile into the folder `out` and return the manifest.

    Whole files of an earlier run with the same fingerprints are kept, so a killed run is resumed by running it again; files
    of other fingerprints are removed first. The bytes do not depend on `workers` nor on what was resumed. `tokenizer`: a
    model's folder, with which characters per token are measured (else the curriculum's figure or 4.0). Relations that the
    curriculum leaves out (`relations`) are taken out of the split's scope; the corpus keeps the split as it was used.
    `plan`: one made already of the same inputs, or a part of it, for a new folder.
    Raises UserError for a folder that holds something else, a split or lexicon of another graph, and an empty corpus.
    """
    if workers < 1:
        raise UserError(f"workers is {workers}", "give at least 1")
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
            plan = plan or fitted(planner or Planner(curriculum, graph, split, lexicon), measured)
            head = planfiles.write(plan, job.plan, fingerprint)
            del plan
        planner = None
        todo = [bucket for bucket in range(curriculum.buckets) if not job.whole(bucket)]
        _say(job, todo, graph, workers)
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


def _say(job: Job, todo: Sequence[int], graph: Graph, workers: int) -> None:
    if workers == 1 or len(todo) < 2:
        lexicon = _lexicon(job)
        for bucket in track(todo, "compiling"):
            compile_bucket(job, bucket, graph, lexicon)
        return
    with TemporaryDirectory(prefix="kg2corpus-") as aside:
        folder = graph.folder
        if folder is None:
            folder = Path(aside)
            save(graph.columns, folder, graph.fingerprint)
        context = get_context("spawn")
        arguments = (job, folder, registry.extra_files())
        with ProcessPoolExecutor(min(workers, len(todo)), context, _enter, arguments) as pool:
            # the largest first, so that none of them is left over for one process at the end
            largest_first = sorted(todo, key=lambda bucket: -planfiles.path_of(job.plan, bucket).stat().st_size)
            futures = [pool.submit(_work, bucket) for bucket in largest_first]
            try:
                for future in track(as_completed(futures), "compiling", total=len(futures)):
                    future.result()
            except BrokenProcessPool as e:
                hint = "run the same command again: whole buckets are kept; with fewer --workers if memory ran out"
                raise UserError("a worker process died while compiling", hint) from e
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise


def _lexicon(job: Job) -> Lexicon:
    """Every process reads the resolved file, so that what is said never depends on how the lexicon was made."""
    from ..lexicon.model import Lexicon

    return Lexicon.load(job.out / "lexicon.yaml")


_arguments: tuple[Job, Path, list[Path]] | None = None
_state: tuple[Job, Graph, Lexicon] | None = None


def _enter(job: Job, folder: Path, extensions: list[Path]) -> None:
    """Set up a worker process. What can fail is left to the first bucket, whose errors come back as they are."""
    global _arguments
    _arguments = (job, folder, extensions)


def _work(bucket: int) -> int:
    global _state
    if _state is None:
        assert _arguments is not None  # the pool's initializer has run
        job, folder, extensions = _arguments
        for path in extensions:
            registry.add_file(path)
        _state = (job, Graph.open(folder), _lexicon(job))
    job, graph, lexicon = _state
    compile_bucket(job, bucket, graph, lexicon)
    return bucket
