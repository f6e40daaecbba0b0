"""A large corpus with one process and with two: what `plan` says of it before, time, tokens a second, memory of each process,
the same bytes, and `check`.

    python tests/tools/bench_workers.py --data shared/data --case wordnet31:ladder:tokens=50M
    python tests/tools/bench_workers.py --synth 20000 --synth 200000 --workers 2

A case is graph:curriculum:settings; `--synth` makes a graph of so many people with `kg2corpus synth` and tells each fact
once. Each compilation is a command of its own. Memory is the highest resident set of the process that plans and of the
largest worker, the pages of the mapped snapshot included. Tokens are the manifest's, at four characters each.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import IO, Any

RESULTS = Path(__file__).parents[2] / "docs" / "results" / "compile"
COMMAND = [sys.executable, "-m", "kg2corpus", "--quiet"]
POLL = 0.5


def peak(pid: int) -> int:
    """The highest resident set that a process had, in bytes; 0 for one that is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8")
    except OSError:
        return []
    return list(map(int, text.split()))


def timed(arguments: Sequence[str], stdout: int | IO[bytes] = subprocess.DEVNULL) -> dict[str, Any]:
    """Run a command of kg2corpus: its exit code, wall and CPU seconds, and peaks of memory in MB."""
    before, start = getrusage(RUSAGE_CHILDREN), time.monotonic()
    process = subprocess.Popen([*COMMAND, *arguments], stdout=stdout)
    own, worker = 0, 0
    while process.poll() is None:
        own = max(own, peak(process.pid))
        worker = max([worker, *map(peak, children(process.pid))])
        time.sleep(POLL)
    after = getrusage(RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "exit code": process.returncode, "seconds": round(time.monotonic() - start, 1), "cpu seconds": round(cpu, 1),
        "peak MB": own >> 20, "peak MB of a worker": worker >> 20,
    }  # fmt: skip


def digest(folder: Path) -> str:
    """A hash of all files of a folder, names and bytes."""
    whole = blake2b(digest_size=8)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        whole.update(path.relative_to(folder).as_posix().encode())
        with open(path, "rb") as f:
            while chunk := f.read(1 << 20):
                whole.update(chunk)
    return whole.hexdigest()


def planned(db: Path, curriculum: str, options: Sequence[str], work: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What `plan` took, and what it says."""
    with (work / "plan.json").open("wb") as out:
        took = timed(["plan", curriculum, "--db", str(db), "--json", *options], out)
    if took["exit code"]:
        raise SystemExit(f"plan ended with {took['exit code']}")
    return took, json.loads((work / "plan.json").read_text(encoding="utf-8"))


def off(plan: dict[str, Any], manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Tokens of each lesson of a stage, planned and compiled, and by how much the plan is off."""
    rows = []
    for stage in manifest["stages"]:
        for lesson, forms in stage["lessons"].items():
            own = [row for row in plan["lessons"] if (row["stage"], row["lesson"]) == (stage["name"], lesson)]
            before, made = sum(row["tokens"] for row in own), sum(form["tokens"] for form in forms.values())
            exact = all(row["exact"] for row in own)
            share = round(before / made - 1, 5)
            rows.append({
                "stage": stage["name"], "lesson": lesson, "planned": before, "compiled": made, "off": share, "exact": exact,
            })  # fmt: skip
    return rows


def compiled(
    db: Path, curriculum: str, sets: Sequence[str], workers: Sequence[int], work: Path, *, check: bool
) -> dict[str, Any]:  # fmt: skip
    """Plan, compile with each number of workers, compare the bytes, and check the last corpus."""
    found: dict[str, Any] = {"workers": {}}
    options = [option for one in sets for option in ("--set", one)]
    plan: dict[str, Any] = {}
    if check:
        found["plan"], plan = planned(db, curriculum, options, work)
    digests = set()
    for number in workers:
        out = work / "corpus"
        shutil.rmtree(out, ignore_errors=True)
        run = timed(["compile", curriculum, "--db", str(db), "--out", str(out), "--workers", str(number), *options])
        if run["exit code"]:
            raise SystemExit(f"compile ended with {run['exit code']}")
        digests.add(digest(out))
        manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        run["tokens a second"] = round(manifest["tokens"] / run["seconds"])
        found["workers"][str(number)] = run
        found |= {key: manifest[key] for key in ("documents", "tokens")} | {"facts": manifest["coverage"]["facts"]}
        found["bytes of the corpus"] = sum(p.stat().st_size for p in out.rglob("*") if p.is_file())
        found["bytes of the plan"] = sum(p.stat().st_size for p in (out / "plan").rglob("*") if p.is_file())
    found["same bytes"] = len(digests) == 1
    if check:
        found["forecast"] = {"tokens": {"planned": plan["tokens"], "compiled": found["tokens"]}, "lessons": off(plan, manifest)}
        found["check"] = timed(["check", str(work / "corpus"), "--db", str(db)])
    shutil.rmtree(work / "corpus")
    snapshots = [p for p in db.with_name(f"{db.name}.snapshot").rglob("*") if p.is_file()]
    found["bytes of the snapshot"] = sum(p.stat().st_size for p in snapshots)
    return found


def synthetic(people: int, work: Path) -> Path:
    """The store of a synthetic graph."""
    db = work / f"synth-{people}.db"
    if not db.is_file():
        folder = work / f"synth-{people}"
        for arguments in (["synth", "--people", str(people), "--out", str(folder)], ["load", str(folder), "--db", str(db)]):
            subprocess.run([*COMMAND, *arguments], check=True, stdout=subprocess.DEVNULL)
    return db


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the data folder, for the graphs of cases")
    parser.add_argument("--work", type=Path, help="a folder for the stores, kept for the next time")
    parser.add_argument("--case", action="append", default=[], help="graph:curriculum:setting[:setting]; may be given again")
    parser.add_argument("--synth", action="append", default=[], type=int, help="people of a synthetic graph; again for more")
    parser.add_argument("--workers", action="append", type=int, help="numbers of processes (1 and 2)")
    args = parser.parse_args()
    RESULTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as aside:
        work, numbers = args.work or Path(aside), args.workers or [1, 2]
        cases = []
        for case in args.case:
            from tests.tools.known_graphs import graph_of

            name, curriculum, *sets = case.split(":")
            graph_of(name, args.data, work)
            cases.append((case, work / f"{name}.db", curriculum, sets, True))
        sets = ["exposures=2", "split.held_out=0", "buckets=32"]
        cases += [(f"synth-{n}:ladder:{':'.join(sets)}", synthetic(n, work), "ladder", sets, False) for n in args.synth]
        for case, db, curriculum, sets, check in cases:
            found = compiled(db, curriculum, sets, numbers, Path(aside), check=check)
            path = RESULTS / f"{case.replace(':', '-')}.json"
            path.write_text(json.dumps({"case": case, **found}, indent=1) + "\n", encoding="utf-8")
            print(path.read_text(encoding="utf-8"), flush=True)


if __name__ == "__main__":
    main()
