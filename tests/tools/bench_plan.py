"""What a graph takes before anything is planned: its snapshot, and the numbers that the plan holds of each fact.

    python tests/tools/bench_plan.py --people 150000

Makes a graph with `kg2corpus synth`, loads it, takes its snapshot (peak of memory, bytes of the files), then makes the plan's
tables of facts, slots and budgets, and gives the bytes that each adds to the process for a fact. What a process can give back
and does not is counted too.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import process_time

from kg2corpus.compile.budget import Budget, totals
from kg2corpus.compile.picks import Facts, Slots
from kg2corpus.snapshot import take
from tests.tools.bench_workers import RESULTS, synthetic

RESULT = RESULTS / "before-planning.json"


def own() -> int:
    """The bytes of the process that no file backs."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon"))


def snapshot(db: Path) -> None:
    """Take the snapshot of a store, and print what that took."""
    start, facts = process_time(), len(take(str(db)))
    files = sum(p.stat().st_size for p in db.with_name(f"{db.name}.snapshot").rglob("*") if p.is_file())
    peak = getrusage(RUSAGE_SELF).ru_maxrss >> 10
    print(json.dumps({"facts": facts, "cpu seconds": round(process_time() - start, 1), "peak MB": peak, "bytes": files}))


def tables(db: Path) -> dict[str, float]:
    """Bytes for each fact of what the plan holds before it accepts anything."""
    graph = take(str(db))
    sizes, before = {}, own()
    facts = Facts(graph)
    kept: list[object] = [facts]
    sizes["numbers of facts"] = own() - before
    before = own()
    kept.append(Slots(len(facts.twins)))
    sizes["slots"] = own() - before
    before = own()
    none = [0] * len(facts.twins)
    kept.append(Budget(totals(facts, 2.0, 0), none, none))
    sizes["budgets"] = own() - before
    return {name: round(size / len(graph), 1) for name, size in sizes.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=150_000)
    parser.add_argument("--snapshot", type=Path, help="only take the snapshot of this store")
    args = parser.parse_args()
    if args.snapshot:
        snapshot(args.snapshot)
        return
    with tempfile.TemporaryDirectory() as aside:
        db = synthetic(args.people, Path(aside))
        # in a process of its own: the peak is that of the snapshot
        taken = subprocess.run([sys.executable, __file__, "--snapshot", str(db)], check=True, capture_output=True, text=True)
        found = {"people": args.people, "snapshot": json.loads(taken.stdout), "bytes for a fact": tables(db)}
    RESULT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(RESULT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
