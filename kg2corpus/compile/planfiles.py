"""A plan as files: one line per subgraph in the file of its bucket, so that saying a bucket needs nothing but its file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..documents import SUFFIX, read_lines, write_lines, write_text
from ..killpoints import reach
from ..uid import MASK, parse, show
from .plan import FORMAT, Plan

HEAD = "plan.json"
TARGETS = f"targets{SUFFIX}"  # stated exposures of each twin, a line each, by uid
# stage number, order in the stage (in the corpus, where stages are mixed), lesson, form, anchor, facts, slots
Row = tuple[int, int, str, str, int, tuple[int, ...], tuple[int, ...]]


def bucket_of(anchor: int, buckets: int) -> int:
    """The bucket of an anchor: a matter of its uid alone."""
    return (anchor & MASK) % buckets


def path_of(folder: Path, bucket: int) -> Path:
    return folder / f"bucket-{bucket:04d}{SUFFIX}"


def write(plan: Plan, folder: Path, fingerprint: str) -> dict[str, Any]:
    """Write the bucket files, then the head, whose presence says that the plan is whole. Returns the head."""
    buckets = plan.curriculum.buckets
    lines: list[list[str]] = [[] for _ in range(buckets)]
    shown = [show(uid) for uid in plan.facts.uids]
    for number, stage in enumerate(plan.stages):
        for order, i in zip(stage.places or range(len(stage.order)), stage.order, strict=True):
            pick = stage.picks[i]
            facts = [shown[row] for row in pick.facts]
            row = [number, order, stage.lessons[pick.lesson], pick.form, show(pick.anchor), facts, list(pick.slots)]
            lines[bucket_of(pick.anchor, buckets)].append(json.dumps(row, separators=(",", ":")))
    for bucket, own in enumerate(lines):
        write_lines(path_of(folder, bucket), own)
    write_lines(folder / TARGETS, map(str, plan.targets))
    reach("compile.plan")
    head = {
        "format_version": FORMAT,
        "fingerprint": fingerprint,
        "exposures": plan.exposures,
        "estimate": plan.estimate,
        "coverage": plan.coverage(),
        "subgraphs": sum(len(stage.picks) for stage in plan.stages),
        "rejected": {stage.name: dict(sorted(stage.rejected.items())) for stage in plan.stages},
        "warnings": plan.warnings,
    }
    write_text(folder / HEAD, json.dumps(head, indent=1, sort_keys=True) + "\n")
    return head


def read_head(folder: Path) -> dict[str, Any] | None:
    """The head of a whole plan, None where there is none or it cannot be read."""
    try:
        head: dict[str, Any] = json.loads((folder / HEAD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return head if head.get("format_version") == FORMAT else None


def read_targets(folder: Path) -> list[int]:
    """Stated exposures of each twin as planned, in order of uid of the facts that they first come with."""
    return [int(line) for line in read_lines(folder / TARGETS)]


def read_bucket(folder: Path, bucket: int) -> Iterator[Row]:
    """The subgraphs of a bucket, stage by stage in their order."""
    decode = json.JSONDecoder().decode
    for line in read_lines(path_of(folder, bucket)):
        stage, order, lesson, form, anchor, facts, slots = decode(line)
        yield stage, order, lesson, form, parse(anchor), tuple(map(parse, facts)), tuple(slots)
