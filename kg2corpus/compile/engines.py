"""Where buckets are said: in this process, in processes beside it, or on a cluster (`on_ray`). The bytes are the same.

An engine is a function: it says buckets of a job and yields the number of each when it is whole, in whatever order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from .. import registry
from ..columns import save
from ..errors import UserError, unknown
from ..graph import Graph
from .bucket import Job, compile_bucket

if TYPE_CHECKING:
    from ..lexicon.model import Lexicon

Engine = Callable[[Job, Sequence[int], Graph], Iterator[int]]
ENGINES = ("local", "ray")


def open_engine(name: str, *, workers: int | None = None, address: str | None = None) -> AbstractContextManager[Engine]:
    """The engine of that name, to be used in a `with` block: `local` has `workers` processes (default 1), `ray` is the
    cluster at `address`, which is connected to at once, so that what is wrong with it is found before a plan is made.

    Raises UserError for an unknown name, an option of the other engine, no Ray, or a cluster that does not answer.
    """
    if name == "local":
        if address is not None:
            raise UserError("an address is that of a cluster", "add --engine ray, or leave --address out")
        return nullcontext(local(1 if workers is None else workers))
    if name == "ray":
        if workers is not None:
            what = "the number of workers is for processes on this machine"
            raise UserError(what, "leave --workers out: Ray says as many buckets at once as its nodes have CPUs")
        from .on_ray import cluster

        return cluster(address or "auto")
    raise unknown("engine", name, ENGINES)


def local(workers: int) -> Engine:
    """Processes on this machine; this one alone for one worker. Raises UserError for fewer than one."""
    if workers < 1:
        raise UserError(f"workers is {workers}", "give at least 1")

    def say(job: Job, buckets: Sequence[int], graph: Graph) -> Iterator[int]:
        if workers == 1 or len(buckets) < 2:
            spoken = lexicon_of(job)
            for bucket in buckets:
                compile_bucket(job, bucket, graph, spoken)
                yield bucket
            return
        with on_disk(graph) as folder:
            pool = ProcessPoolExecutor(min(workers, len(buckets)), get_context("spawn"))
            with pool:
                extensions = tuple(registry.extra_files())
                futures = [pool.submit(_say, job, folder, extensions, bucket) for bucket in largest_first(job, buckets)]
                try:
                    for future in as_completed(futures):
                        yield future.result()
                except BrokenProcessPool as e:
                    hint = "run the same command again: whole buckets are kept; with fewer --workers if memory ran out"
                    raise UserError("a worker process died while compiling", hint) from e
                except BaseException:
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise

    return say


def _say(job: Job, folder: Path, extensions: tuple[Path, ...], bucket: int) -> int:
    compile_bucket(job, bucket, *opened(job, folder, extensions))
    return bucket


@lru_cache(1)
def opened(job: Job, folder: Path, extensions: tuple[Path, ...], plan: str = "") -> tuple[Graph, Lexicon]:
    """What a process needs to say buckets of a job, read once: the graph's snapshot, mapped into memory, and the lexicon.
    `plan`: the fingerprint, for processes that outlive a job."""
    for path in extensions:
        registry.add_file(path)
    return Graph.open(folder), lexicon_of(job)


def lexicon_of(job: Job) -> Lexicon:
    """Every process reads the resolved file, so that what is said never depends on how the lexicon was made."""
    from ..lexicon.model import Lexicon

    return Lexicon.load(job.out / "lexicon.yaml")


def largest_first(job: Job, buckets: Sequence[int]) -> list[int]:
    """The buckets in an order that leaves no large one over for one process at the end."""
    return sorted(buckets, key=job.size, reverse=True)


@contextmanager
def on_disk(graph: Graph, near: Path | None = None) -> Iterator[Path]:
    """The folder of the graph's snapshot; one of a graph that has none is made in the folder `near` and removed again."""
    if graph.folder is not None:
        yield graph.folder
        return
    with TemporaryDirectory(prefix=".graph-", dir=near) as aside:
        save(graph.columns, Path(aside), graph.fingerprint)
        yield Path(aside)
