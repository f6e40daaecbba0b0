"""A plan as files: one line per subgraph in the file of its stage and bucket, all that is needed to say these."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..documents import SUFFIX, read_lines, write_lines, write_text
from ..killpoints import reach
from ..uid import MASK, parse, show
from .plan import FORMAT, Plan

HEAD = "plan.json"
TARGETS = f"targets{SUFFIX}"  # stated exposures of each twin, a line each, by uid
# order in the stage (in the corpus, where stages are mixed), lesson, form, anchor, facts, slots
Row = tuple[int, str, str, int, tuple[int, ...], tuple[int, ...]]


def bucket_of(anchor: int, buckets: int) -> int:
    """The bucket of an anchor: a matter of its uid alone."""
    return (anchor & MASK) % buckets


def path_of(folder: Path, stage: str, bucket: int) -> Path:
    """The rows of a bucket of a stage, which is named as its folder is."""
    return folder / stage / f"bucket-{bucket:04d}{SUFFIX}"


def write(plan: Plan, folder: Path, fingerprint: str, stages: Sequence[str]) -> dict[str, Any]:
    """Write the bucket files of each stage, then the head, whose presence says that the plan is whole. Returns the head.
    `stages`: the names of their folders."""
    buckets = plan.curriculum.buckets
    shown = [show(uid) for uid in plan.facts.uids]
    for stage, name in zip(plan.stages, stages, strict=True):
        lines: list[list[str]] = [[] for _ in range(buckets)]
        for order, i in zip(stage.places or range(len(stage.order)), stage.order, strict=True):
            pick = stage.picks[i]
            facts = [shown[row] for row in pick.facts]
            row = [order, stage.lessons[pick.lesson], pick.form, show(pick.anchor), facts, list(pick.slots)]
            lines[bucket_of(pick.anchor, buckets)].append(json.dumps(row, separators=(",", ":")))
        for bucket, own in enumerate(lines):
            write_lines(path_of(folder, name, bucket), own)
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


def read_bucket(path: Path) -> Iterator[Row]:
    """The subgraphs of a bucket of a stage in their order."""
    decode = json.JSONDecoder().decode
    for line in read_lines(path):
        order, lesson, form, anchor, facts, slots = decode(line)
        yield order, lesson, form, parse(anchor), tuple(map(parse, facts)), tuple(slots)
