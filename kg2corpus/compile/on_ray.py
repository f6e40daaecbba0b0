"""Buckets on a Ray cluster. All nodes see one file system and have this package; Ray gives out buckets, and gives those of a
lost worker out again.

Nothing but names travels: a node reads the snapshot, the plan of its bucket and the lexicon where the command that compiles
reads them, and writes where it would write. Each try writes aside, in a folder of its own, and moves what is whole: a worker
that Ray takes for dead may still be at it.
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .. import registry
from ..errors import UserError
from ..graph import Graph
from . import planfiles
from .bucket import Job
from .bucket import say as bucket_of_stage
from .engines import Engine, largest_first, on_disk, opened

PORT = 6379  # of a head node that was given none
ANSWER = 10.0  # seconds in which the address answers
TRIES = 3  # more times that a bucket is begun when its worker or node is lost
PATIENCE = 60.0  # seconds for which the cluster may have no CPU at all
POLL = 5.0
ASIDE = ".try-"
WORDS = ("babel", "inflect", "zstandard", "pyarrow")  # packages whose version may show in the bytes


@contextmanager
def cluster(address: str) -> Iterator[Engine]:
    """Connect to the Ray cluster at an address ("host:port", or "auto" for that of this machine) and say buckets there.

    Raises UserError without Ray, and where the address does not answer in ten seconds or is none of a Ray cluster, which is
    known within a minute.
    """
    ray = _ray()
    own = not ray.is_initialized()
    if own:
        _connect(ray, address)
    try:
        yield lambda job, buckets, graph: _say_all(ray, job, buckets, graph)
    finally:
        if own:
            ray.shutdown()


def _ray() -> Any:
    # Ray tries for minutes to reach what does not answer
    os.environ.setdefault("RAY_NUM_REDIS_GET_RETRIES", "1")
    try:
        import ray
        import ray.exceptions
    except ImportError as e:
        raise UserError(f"Ray cannot be imported ({e})", "pip install 'kg2corpus[ray]'") from e
    return ray


def _connect(ray: Any, address: str) -> None:
    hint = "start a cluster with `ray start --head` and name it with --address HOST:PORT; docs/cluster.md says how"
    if "://" in address:
        what = f"{address} is an address of Ray's client"
        raise UserError(what, "run the command on a node of the cluster, with --address HOST:PORT or auto")
    if address != "auto":
        host, _, port = address.rpartition(":") if ":" in address else (address, "", str(PORT))
        if not host or not port.isdigit():
            raise UserError(f"'{address}' is no address", "give HOST:PORT, as `ray start --head` prints it, or auto")
        try:
            socket.create_connection((host, int(port)), ANSWER).close()
        except (OSError, OverflowError) as e:
            raise UserError(f"no Ray cluster answers at {host}:{port} ({e})", hint) from e
        address = f"{host}:{port}"
    try:
        ray.init(address=address, log_to_driver=False, logging_level="ERROR", configure_logging=False)
    except (ConnectionError, ValueError, RuntimeError) as e:
        raise UserError(f"no Ray cluster can be used at {address}: {str(e).splitlines()[0]}", hint) from e


def _say_all(ray: Any, job: Job, buckets: Sequence[int], graph: Graph) -> Iterator[int]:
    """Give all buckets out and yield each that is whole."""
    job = replace(job, out=job.out.resolve())
    head = planfiles.read_head(job.plan)
    assert head is not None  # compiling has just written or read it
    _sweep(job)
    extensions = tuple(path.resolve() for path in registry.extra_files())
    with on_disk(graph, job.out) as folder:
        task = ray.remote(num_cpus=1, max_retries=TRIES)(say)
        fixed = (job, folder.resolve(), extensions, head["fingerprint"], made_of())
        left = [task.remote(*fixed, bucket) for bucket in largest_first(job, buckets)]
        waited = 0.0
        try:
            while left:
                done, left = ray.wait(left, timeout=POLL)
                for future in done:
                    yield _result(ray, future)
                waited = waited + POLL if not done and ray.cluster_resources().get("CPU", 0) < 1 else 0.0
                if waited > PATIENCE:
                    what = f"no node of the cluster has had a CPU for {PATIENCE:.0f} s"
                    raise UserError(what, "start nodes with `ray start --address ...`, then run the same command again")
        finally:
            for future in left:
                ray.cancel(future, force=True)
            _sweep(job)


def _result(ray: Any, future: Any) -> int:
    hint = "run the same command again: whole buckets are kept; look at Ray's logs if memory ran out"
    try:
        bucket: int = ray.get(future)
        return bucket
    except ray.exceptions.RayTaskError as e:
        if "failed to import on the worker" in str(e.cause):
            why = str(e.cause).strip().splitlines()[-1]
            raise UserError(f"a node cannot import kg2corpus as it is here ({why})", "install the same on all nodes") from e
        # what went wrong there went wrong here
        raise (e.cause if isinstance(e.cause, Exception) else e) from e
    except ray.exceptions.RayError as e:
        what = f"a bucket was lost with its worker {TRIES + 1} times" if _lost(ray, e) else "the cluster failed"
        raise UserError(f"{what} ({type(e).__name__}: {str(e).splitlines()[0]})", hint) from e


def _lost(ray: Any, error: Exception) -> bool:
    return isinstance(error, (ray.exceptions.WorkerCrashedError, ray.exceptions.NodeDiedError, ray.exceptions.OutOfMemoryError))


def say(job: Job, folder: Path, extensions: tuple[Path, ...], plan: str, wanted: dict[str, str], bucket: int) -> int:
    """Say one bucket on a node. Raises UserError where the node does not see the plan, or has other versions than `wanted`."""
    import ray

    here = socket.gethostname()
    head = planfiles.read_head(job.plan)
    if head is None or head["fingerprint"] != plan or not folder.is_dir():
        missing = job.plan if head is None or head["fingerprint"] != plan else folder
        hint = "corpus, snapshot and extensions must lie on a file system that all nodes see by the same path"
        raise UserError(f"node {here} does not see {missing}, or not as it is", hint)
    if other := {name: own for name, own in made_of().items() if own != wanted.get(name)}:
        found = ", ".join(f"{name} {own}, not {wanted.get(name)}" for name, own in sorted(other.items()))
        raise UserError(f"node {here} has {found}", "install the same on all nodes: the bytes may depend on it")
    graph, lexicon = opened(job, folder, extensions, plan)
    context = ray.get_runtime_context()
    aside = job.out / f"{ASIDE}{bucket:04d}-{context.get_node_id()[:12]}-{os.getpid()}-{time.monotonic_ns()}"
    own = replace(job, out=aside)
    for stage in range(len(job.stages)):
        if not job.made(stage, bucket):
            _copy(job.rows(stage, bucket), own.rows(stage, bucket))
            bucket_of_stage(own, stage, bucket, graph, lexicon, planfiles.read_bucket(own.rows(stage, bucket)))
            # as where it is said in its place: the ledger goes first and comes last, since it says what is whole
            job.ledger(stage, bucket).unlink(missing_ok=True)
            for place in (Job.documents, Job.ledger):
                place(job, stage, bucket).parent.mkdir(parents=True, exist_ok=True)
                os.replace(place(own, stage, bucket), place(job, stage, bucket))
    shutil.rmtree(aside, ignore_errors=True)
    return bucket


def made_of() -> dict[str, str]:
    """What must be the same on all nodes for the same bytes: this package to the letter, Python, and what words and files are
    made with."""
    code = blake2b(digest_size=6)
    for path in sorted(p for p in registry.PACKAGE.rglob("*") if p.suffix in (".py", ".yaml")):
        code.update(path.relative_to(registry.PACKAGE).as_posix().encode() + path.read_bytes())
    python = ".".join(platform.python_version_tuple()[:2])
    return {"kg2corpus": code.hexdigest(), "python": python, **{name: version(name) for name in WORDS}}


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)


def _sweep(job: Job) -> None:
    """Remove what tries that were lost have left behind."""
    for path in job.out.glob(f"{ASIDE}*"):
        shutil.rmtree(path, ignore_errors=True)
