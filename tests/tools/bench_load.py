"""Loading measured: kg2corpus into SQLite and PostgreSQL, beside oxigraph, rdflib-sqlalchemy and kgtk, in one run on one file.

python tests/tools/bench_load.py                                    1 M synthetic triples, ours and oxigraph
python tests/tools/bench_load.py --triples 10M --like wordnet31     copies of a real set
python tests/tools/bench_load.py --peers-venv peers                 also those that want virtual environments of their own

Each load is a process of its own; CPU seconds are user and system time, of the PostgreSQL server too, and the peak is that of
the client. rdflib-sqlalchemy, which is slow, gets every n-th line of a large file, as its number of triples says. kgtk has no
store: it writes a TSV file. The file, the stores and `results.json` are left in the folder `--out`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

REPO = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(REPO))

from tests.postgres import Unavailable, binaries, database, server  # noqa: E402
from tests.tools.big_nt import make, number  # noqa: E402

BYTE_CODE = TemporaryDirectory()
SMALL = 200_000  # triples for a peer that is slow
OXIGRAPH = """
import json, sys, time, pyoxigraph as ox
start = time.perf_counter()
store = ox.Store(sys.argv[2])
store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_TRIPLES)
store.flush()
print(json.dumps({"seconds": {"in all": time.perf_counter() - start}}))
"""
# statements go to the store in batches, as fast as its own interface allows: one by one it is 15 times slower
RDFLIB = """
import sys
from rdflib import Graph, URIRef, plugin
from rdflib.graph import BatchAddGraph
from rdflib.plugins.parsers.ntriples import W3CNTriplesParser
from rdflib.store import Store
from rdflib_sqlalchemy import registerplugins
registerplugins()
graph = Graph(plugin.get("SQLAlchemy", Store)(identifier=URIRef("bench")), identifier=URIRef("bench"))
graph.open("sqlite:///" + sys.argv[2], create=True)
with BatchAddGraph(graph, batch_size=10000, batch_addn=True) as batch:
    class Sink:
        def triple(self, s, p, o):
            batch.add((s, p, o))
    with open(sys.argv[1], "rb") as f:
        W3CNTriplesParser(Sink()).parse(f)
graph.close()
"""
# kgtk cannot be installed with all that it asks for; these are what its command for N-Triples imports
KGTK = (
    ["--no-deps", "kgtk==1.5.4"],
    ["sh==1.14.3", "rdflib==6.1.1", "attrs", "iso-639", "pycountry", "shortuuid", "rfc3986", "lz4", "parsley", "plac==1.1.3",
     "odictliteral", "unidecode", "python-dateutil", "pandas"],
)  # fmt: skip


@dataclass
class Run:
    """One load: what it took, or why there are no figures."""

    what: str
    triples: int
    wall: float = 0.0
    cpu: float = 0.0
    peak_mb: float = 0.0
    disk_mb: float = 0.0
    failed: str = ""
    stages: dict[str, float] = field(default_factory=dict)


def measure(what: str, triples: int, command: Sequence[str | Path], at: Path | None, *, postmaster: int = 0) -> Run:
    """Run a command to its end. `at` is what it writes; `postmaster` the server that works for it."""
    if at is not None:
        shutil.rmtree(at, ignore_errors=True) if at.is_dir() else at.unlink(missing_ok=True)
    before = cpu_of_tree(postmaster)
    start = time.monotonic()
    env = {**os.environ, "PYTHONPATH": str(REPO), "PYTHONPYCACHEPREFIX": str(BYTE_CODE.name)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    with TemporaryFile("w+") as told, TemporaryFile("w+") as faults:
        running = subprocess.Popen([str(c) for c in command], stdout=told, stderr=faults, env=env)
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        run = Run(what, triples, wall=time.monotonic() - start)
        told.seek(0)
        faults.seek(0)
        out, err = told.read(), faults.read()
    run.cpu = used.ru_utime + used.ru_stime + cpu_of_tree(postmaster) - before
    run.peak_mb, run.disk_mb = used.ru_maxrss / 1024, size(at) / 1e6
    if running.returncode:
        run.failed = next((line for line in err.strip().splitlines()[::-1] if "error" in line.lower()), err.strip()[-200:])
    elif out.startswith("{"):
        run.stages = json.loads(out).get("seconds", {})
    print(f"  {what}: {run.wall:.1f} s" if not run.failed else f"  {what}: {run.failed}", file=sys.stderr)
    return run


def cpu_of_tree(pid: int) -> float:
    """CPU seconds of a process, of its children that are there, and of those that it saw end. 0 for none."""
    if not pid:
        return 0.0
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text(errors="replace")
        except OSError:
            continue
        fields = text.rpartition(")")[2].split()
        if int(stat.parent.name) == pid:
            ticks += sum(map(int, fields[11:15]))
        elif int(fields[1]) == pid:
            ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def size(path: Path | None) -> int:
    """Bytes on the disk of a file or folder."""
    if path is None or not path.exists():
        return 0
    return sum(p.stat().st_size for p in path.rglob("*") if p.is_file()) if path.is_dir() else path.stat().st_size


def part(file: Path, triples: int) -> tuple[Path, int]:
    """The file itself, or every n-th line of a larger one, so that about SMALL are left. Also how many these are."""
    step = max(1, triples // SMALL)
    if step == 1:
        return file, triples
    small, kept = file.with_name(f"{file.stem}-every-{step}.nt"), 0
    with file.open("rb") as lines, small.open("wb") as out:
        for i, line in enumerate(lines):
            if i % step == 0:
                out.write(line)
                kept += 1
    return small, kept


def own(file: Path, triples: int, out: Path, url: str) -> Iterator[Run]:
    """kg2corpus into SQLite and PostgreSQL, and oxigraph between them."""
    load = [sys.executable, "-c", "from kg2corpus.cli import main; main()", "-q", "load", file, "--json", "--db"]
    few = out / "few.nt"
    few.write_text("<http://example.org/a> <http://example.org/b> <http://example.org/c> .\n")
    measure("byte code, as an installed package has it", 1, [*load[:-3], few, "--json", "--db", out / "few.db"], out / "few.db")
    yield measure("kg2corpus, SQLite", triples, [*load, out / "kg.db"], out / "kg.db")
    yield measure("oxigraph, bulk load", triples, [sys.executable, "-c", OXIGRAPH, file, out / "oxigraph"], out / "oxigraph")
    with ExitStack() as stack:
        try:
            at = stack.enter_context(database(url or stack.enter_context(server({}))))  # with the settings that it comes with
        except Unavailable as e:
            yield Run("kg2corpus, PostgreSQL", triples, failed=str(e))
            return
        folder = Path(at.partition("host=")[2]) / "data"
        pid = folder / "postmaster.pid"
        postmaster = int(pid.read_text().split()[0]) if pid.is_file() else 0
        empty = size(folder)
        run = measure("kg2corpus, PostgreSQL", triples, [*load, at], None, postmaster=postmaster)
        run.disk_mb = (size(folder) - empty) / 1e6
        yield run


def peers(file: Path, triples: int, out: Path, venvs: Path) -> Iterator[Run]:
    """rdflib with rdflib-sqlalchemy, and kgtk, each in a virtual environment of its own."""
    small, kept = part(file, triples)
    for what, wanted, n, command, at in (
        ("rdflib-sqlalchemy, SQLite", [["rdflib-sqlalchemy"]], kept, ["python", "-c", RDFLIB, small, out / "rdf.db"], "rdf.db"),
        ("kgtk, to its TSV", KGTK, triples, ["kgtk", "import-ntriples", "-i", file, "-o", out / "kgtk.tsv"], "kgtk.tsv"),
    ):
        venv = venvs / what.partition(",")[0]
        if failed := install(venv, wanted):
            yield Run(what, n, failed=failed)
        else:
            yield measure(what, n, [venv / "bin" / str(command[0]), *command[1:]], out / at)


def install(venv: Path, wanted: Sequence[Sequence[str]]) -> str:
    """Make a virtual environment with these packages. Returns why it does not work, "" if it does."""
    if not venv.is_dir():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        for packages in wanted:
            pip = [venv / "bin" / "pip", "install", "-q", *packages]
            done = subprocess.run(pip, capture_output=True, text=True, check=False)
            if done.returncode:
                shutil.rmtree(venv)
                return f"does not install: {done.stderr.strip().splitlines()[-1]}"
    return ""


def table(runs: Sequence[Run]) -> str:
    """The runs in Markdown, each compared with oxigraph's."""
    heads = ("load", "triples", "wall s", "CPU s", "peak MB", "disk MB", "triples/s", "triples/CPU s", "/ oxigraph: wall, CPU")
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    other = next((r for r in runs if r.what.startswith("oxigraph") and not r.failed), None)
    for r in runs:
        if r.failed:
            lines.append(f"| {r.what} | {r.triples:,} | {r.failed.replace('|', ' ')} ||||||||"[:-1])
            continue
        wall, cpu = r.triples / r.wall, r.triples / r.cpu
        ratio = f"{wall * other.wall / other.triples:.2f}, {cpu * other.cpu / other.triples:.2f}" if other else ""
        figures = f"{r.wall:.1f} | {r.cpu:.1f} | {r.peak_mb:,.0f} | {r.disk_mb:,.0f} | {wall:,.0f} | {cpu:,.0f}"
        lines.append(f"| {r.what} | {r.triples:,} | {figures} | {ratio} |")
    return "\n".join(lines)


def stages(runs: Sequence[Run]) -> str:
    """Where the time went, as reports say, and the time of the load without the start of the process; "" if none says so."""
    told = [r for r in runs if r.stages]
    if not told:
        return ""
    names = list(dict.fromkeys(name for r in told for name in r.stages))
    lines = ["| stage, s | " + " | ".join(r.what for r in told) + " |", "|---" * (len(told) + 1) + "|"]
    return "\n".join(lines + [f"| {n} | " + " | ".join(f"{r.stages.get(n, 0):.1f}" for r in told) + " |" for n in names])


def versions(venvs: Path | None) -> dict[str, str]:
    """What was measured with."""
    found = {"Python": platform.python_version()}
    found |= {name: version(name) for name in ("kg2corpus", "pyoxigraph", "SQLAlchemy", "pyarrow", "numpy")}
    try:
        told = subprocess.run([binaries() / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
        found["PostgreSQL"] = told.split()[2]
    except Unavailable:
        pass
    for venv in sorted(venvs.iterdir()) if venvs and venvs.is_dir() else ():
        pip = [venv / "bin" / "pip", "list", "--format=json"]
        listed = subprocess.run(pip, capture_output=True, text=True, check=True).stdout
        known = {p["name"].lower(): p["version"] for p in json.loads(listed)}
        found |= {f"{venv.name}: {n}": known[n] for n in (venv.name, "rdflib", "sqlalchemy") if n in known}
    return found


def main() -> None:
    """Make the file, measure, print the tables and write `results.json`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=number, default=1_000_000)
    parser.add_argument("--like", default="", metavar="SET", help="copies of a real set, not a synthetic graph")
    parser.add_argument("--out", type=Path, default=Path("bench-load"))
    parser.add_argument("--postgres", default="", metavar="URL", help="a running server, else one is started")
    parser.add_argument("--peers-venv", type=Path, metavar="FOLDER", help="where to make the peers' virtual environments")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    file = given.out / f"{given.like or 'synthetic'}-{given.triples}.nt"
    if not file.is_file():
        make(file, given.triples, given.like)
    venvs = given.peers_venv.resolve() if given.peers_venv else None
    runs = list(own(file, given.triples, given.out, given.postgres))
    if venvs:
        runs += peers(file, given.triples, given.out, venvs)
    with_what = versions(venvs)
    parts = (table(runs), stages(runs), ", ".join(f"{k} {v}" for k, v in with_what.items()))
    print("\n\n".join(filter(None, parts)))
    told = {"file": file.name, "triples": given.triples, "versions": with_what, "runs": [asdict(r) for r in runs]}
    (given.out / "results.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
