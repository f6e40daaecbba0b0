"""Engines say the same buckets with the same bytes: processes here, and a Ray cluster of two nodes that loses one."""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kg2corpus import api, cli
from kg2corpus.compile import on_ray, planfiles
from kg2corpus.compile.bucket import Job
from kg2corpus.compile.engines import open_engine
from kg2corpus.compile.run import compile_corpus
from kg2corpus.errors import UserError
from kg2corpus.graph import Graph

from .small import contents, curriculum, parts, world

# Ray reads these when it is imported. It names the loopback address by that of the network card, unless it may not leave the
# machine; and it would try for minutes to reach what does not answer
ALONE = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_USAGE_STATS_ENABLED": "0", "RAY_NUM_REDIS_GET_RETRIES": "1"}
os.environ.update(ALONE)
try:
    import ray
except ImportError:
    if os.environ.get("CI"):
        raise
    ray = None
needs_ray = pytest.mark.skipif(ray is None, reason="needs Ray: pip install 'kg2corpus[ray]'")
NODE: dict[str, Any] = {"num_cpus": 1, "object_store_memory": 100 << 20, "node_ip_address": "127.0.0.1"}
START_S = 120.0


def test_options_that_do_not_go_together() -> None:
    for name, options, what in (
        ("rya", {}, "unknown engine 'rya'"),
        ("local", {"workers": 0}, "workers is 0"),
        ("local", {"address": "auto"}, "an address is that of a cluster"),
        ("ray", {"workers": 2}, "processes on this machine"),
    ):
        with pytest.raises(UserError, match=what):
            open_engine(name, **options)  # type: ignore[arg-type]


def test_without_ray(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "few.tsv").write_text("one\tknows\tother\n")
    api.load([tmp_path / "few.tsv"], str(tmp_path / "kg.db"))
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(SystemExit) as e:
        cli.main(["compile", "smoke", "--db", str(tmp_path / "kg.db"), "--out", str(tmp_path / "c"), "--engine", "ray"])
    assert e.value.code == 1
    assert "pip install 'kg2corpus[ray]'" in capsys.readouterr().err
    assert not (tmp_path / "c").exists()


@needs_ray
def test_addresses_where_no_cluster_is() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"127.0.0.1:{free.getsockname()[1]}"
    for address, what in (
        (closed, "no Ray cluster answers at"),
        ("127.0.0.1:99999", "no Ray cluster answers at"),
        ("127.0.0.1:port", "is no address"),
        (":6379", "is no address"),
        ("ray://127.0.0.1:10001", "Ray's client"),
    ):
        start = time.monotonic()
        with pytest.raises(UserError, match=what), open_engine("ray", address=address):
            pass
        assert time.monotonic() - start < 2 * on_ray.ANSWER


@pytest.fixture
def planned(tmp_path: Path) -> tuple[Job, str]:
    """A corpus as the job that made it, and the fingerprint of its plan."""
    graph = world()
    compile_corpus(curriculum(), graph, *parts(graph), tmp_path / "corpus")
    stages = tuple((path.name[3:], path.name) for path in sorted((tmp_path / "corpus").glob("0?-*")))
    job = Job(tmp_path / "corpus", stages, curriculum().max_chars, curriculum().format, "")
    head = planfiles.read_head(job.plan)
    assert head is not None
    return job, head["fingerprint"]


def test_a_node_that_does_not_see_the_files_or_has_others(planned: tuple[Job, str], tmp_path: Path) -> None:
    job, plan = planned
    same = on_ray.made_of()
    assert same.keys() >= {"kg2corpus", "python", "babel"}
    for folder, fingerprint, wanted, what in (
        (tmp_path, "0" * 16, same, r"does not see .*plan"),
        (tmp_path / "nowhere", plan, same, r"does not see .*nowhere"),
        (tmp_path, plan, {**same, "babel": "0.1"}, r"has babel .*, not 0\.1"),
        (tmp_path, plan, {**same, "kg2corpus": "0" * 12}, r"has kg2corpus .*, not 0+"),
    ):
        with pytest.raises(UserError, match=what):
            on_ray.say(job, folder, (), fingerprint, wanted, 0)


@dataclass
class Nodes:
    """A cluster of two nodes of one CPU each, the head and another."""

    cluster: Any
    other: Any
    environment: dict[str, str]

    @property
    def address(self) -> str:
        found: str = self.cluster.address
        return found


@pytest.fixture
def nodes() -> Iterator[Nodes]:
    from ray.cluster_utils import Cluster

    # a short path: sockets lie in it
    folder = tempfile.mkdtemp(prefix="ray-")
    # where the cluster's address is written, whatever its folder is
    Path(tempfile.gettempdir(), "ray").mkdir(exist_ok=True)
    cluster = Cluster(initialize_head=True, head_node_args={**NODE, "temp_dir": folder, "include_dashboard": False})
    try:
        yield Nodes(cluster, cluster.add_node(**NODE), {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    finally:
        cluster.shutdown()
        shutil.rmtree(folder, ignore_errors=True)


def tried(out: Path, node: Any) -> tuple[int, int] | None:
    """(bucket, process) of a try that is under way on a node."""
    for path in out.glob(f"{on_ray.ASIDE}*"):
        bucket, name, process, _ = path.name.removeprefix(on_ray.ASIDE).split("-")
        if node._node_id.startswith(name):
            return int(bucket), int(process)
    return None


def caught(out: Path, node: Any, command: subprocess.Popen[str], *, but: int = -1) -> tuple[int, int]:
    """Wait for a try on a node, of another process than `but`."""
    end = time.monotonic() + START_S
    while time.monotonic() < end and command.poll() is None:
        if (found := tried(out, node)) and found[1] != but:
            return found
        time.sleep(0.005)
    raise AssertionError(f"no bucket was begun on the node: {command.communicate()[1] if command.poll() is not None else ''}")


def whole(out: Path, bucket: int) -> bool:
    """Whether every stage has the ledger of a bucket."""
    return len(list(out.glob(f"ledger/*/bucket-{bucket:04d}.parquet"))) == len(list(out.glob("plan/0?-*")))


@needs_ray
@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_and_a_node(nodes: Nodes, tmp_path: Path, repo: Path) -> None:
    db, out = tmp_path / "kg.db", tmp_path / "cluster"
    api.load([repo / "data" / "countries"], str(db))
    sets = ["exposures=60", "buckets=48"]  # enough of them that a new worker finds some left
    api.compile("ladder", str(db), tmp_path / "here", sets=sets)
    options = [f"--set={one}" for one in sets] + ["--engine", "ray", "--address", nodes.address]
    arguments = [sys.executable, "-m", "kg2corpus", "compile", "ladder", "--db", db, "--out", out, *options]
    command = subprocess.Popen(
        list(map(str, arguments)), env=nodes.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    lost, worker = caught(out, nodes.other, command)
    os.kill(worker, signal.SIGKILL)
    assert not whole(out, lost), "the worker died before its bucket was whole"
    lost, _ = caught(out, nodes.other, command, but=worker)
    nodes.cluster.remove_node(nodes.other, allow_graceful=False)
    assert not whole(out, lost), "the node died before its bucket was whole"
    _, err = command.communicate(timeout=START_S)
    assert command.returncode == 0, err
    assert contents(out) == contents(tmp_path / "here")
    assert whole(out, lost)
    assert not list(out.glob(".*"))


@needs_ray
@pytest.mark.slow
def test_errors_of_a_cluster(nodes: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lesson of one's own travels; what fails on a node is told as if it failed here; no CPU is waited for forever."""
    graph: Graph = world()
    compile_corpus(curriculum(), graph, *parts(graph), tmp_path / "here")
    with open_engine("ray", address=nodes.address) as engine:
        # a graph that lies in no snapshot is saved where the nodes see it
        compile_corpus(curriculum(), graph, *parts(graph), tmp_path / "there", engine=engine)
        assert contents(tmp_path / "there") == contents(tmp_path / "here")

        next((tmp_path / "there").glob("ledger/*/bucket-0001*")).unlink()
        monkeypatch.setattr(on_ray, "made_of", lambda: {"babel": "0.1"})
        with pytest.raises(UserError, match="has babel"):
            compile_corpus(curriculum(), graph, *parts(graph), tmp_path / "there", engine=engine)
        monkeypatch.undo()

        (tmp_path / "elsewhere.py").write_text("def say(*args): ...\n")
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setattr(on_ray, "say", importlib.import_module("elsewhere").say)
        with pytest.raises(UserError, match="cannot import kg2corpus as it is here"):
            compile_corpus(curriculum(), graph, *parts(graph), tmp_path / "there", engine=engine)
        monkeypatch.undo()

        for path in (tmp_path / "there" / "plan").glob("*/bucket-0001*"):
            path.write_bytes(b"no plan")
        with pytest.raises(UserError, match="damaged"):
            compile_corpus(curriculum(), graph, *parts(graph), tmp_path / "there", engine=engine)

        for name, value in (("PATIENCE", 0.5), ("POLL", 0.2)):
            monkeypatch.setattr(on_ray, name, value)
        monkeypatch.setattr(ray, "cluster_resources", dict)
        monkeypatch.setattr(on_ray, "TRIES", 0)
        monkeypatch.setattr(ray, "wait", lambda left, timeout: (time.sleep(timeout), ([], left))[1])
        with pytest.raises(UserError, match="no node of the cluster has had a CPU"):
            compile_corpus(curriculum(), graph, *parts(graph), tmp_path / "there", engine=engine)
