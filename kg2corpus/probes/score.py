"""Ask a language model the probes of a file and grade what it says. Needs neither the database nor the graph."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .. import registry
from ..errors import UserError
from ..types import LM, LogProb, Probe
from ..uid import show
from .items import Grade, Said, fingerprint, read_probes, requests, write_aside

Row = dict[str, Any]


def score(probes: Path, lm: LM, out: Path, *, key: str = "") -> Path:
    """Write one answer per probe to the JSON Lines file `out`, in the order of the probe file, and return its path.

    An answer file that is whole, and was made from the same probes by a model of the same name and `key`, is kept as it is
    (`key`: what else tells two models apart, such as the fingerprint of an adapter). Raises UserError for a bad probe file,
    a probe file without probes, or a task that is not known.
    """
    wanted = {"probes": fingerprint_of(probes), "lm": lm.name, "key": key}
    if _is_whole(out, wanted):
        return out
    items = read_probes(probes)
    if not items:
        raise UserError(f"{probes} has no probes", "ask more tasks, or a larger --limit")
    tasks = {name: registry.find("probes", name) for name in sorted({p.task for p in items})}
    said = ask_model(items, {name: task.USES for name, task in tasks.items()}, lm)
    rows = [_row(p, tasks[p.task].grade(p, answer)) for p, answer in zip(items, said, strict=True)]
    out.unlink(missing_ok=True)
    write_aside(out, (json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows))
    sidecar = {**wanted, "answers": fingerprint(out), "count": len(rows)}
    write_aside(_sidecar(out), [json.dumps(sidecar, ensure_ascii=False, sort_keys=True, indent=1)])
    return out


def fingerprint_of(probes: Path) -> str:
    """The fingerprint of a probe file. Raises UserError for a missing one."""
    if not probes.is_file():
        raise UserError(f"no such probe file: {probes}", "write one with `kg2corpus probe`")
    return fingerprint(probes)


def _sidecar(out: Path) -> Path:
    return out.with_suffix(".meta.json")


def _is_whole(out: Path, wanted: dict[str, str]) -> bool:
    sidecar = _sidecar(out)
    if not (out.is_file() and sidecar.is_file()):
        return False
    try:
        found = json.loads(sidecar.read_text(encoding="utf-8"))
        return {k: found.get(k) for k in wanted} == wanted and found.get("answers") == fingerprint(out)
    except (ValueError, AttributeError):
        return False


def _row(probe: Probe, grade: Grade) -> Row:
    row: Row = {
        "id": probe.id, "task": probe.task, "split": probe.split, "wording": probe.wording, "relation": probe.relation,
        "subject": str(probe.data.get("subject", "")), "chance": probe.chance, "level": probe.level,
        "score": round(grade.score, 6), "said": grade.said, "margin": round(grade.margin, 4),
    }  # fmt: skip
    row["facts"] = [show(fact) for fact in probe.facts]
    if grade.detail:
        row["detail"] = dict(grade.detail)
    return row


def ask_model(probes: Sequence[Probe], uses: dict[str, str], lm: LM) -> list[Said]:
    """What the model says to each probe. All likelihoods are asked for in one call, and all texts of one length in one.

    One call lets the model sort by length and share prefixes over everything that is asked.
    """
    said: list[Said] = [""] * len(probes)
    for at, answer in _likelihoods([(i, p) for i, p in enumerate(probes) if uses[p.task] == "logprobs"], lm):
        said[at] = answer
    for at, text in _texts([(i, p) for i, p in enumerate(probes) if uses[p.task] == "generate"], lm):
        said[at] = text
    return said


def _likelihoods(probes: Sequence[tuple[int, Probe]], lm: LM) -> Iterator[tuple[int, list[LogProb]]]:
    # the same pair may belong to several probes: it is asked for once
    wanted: dict[tuple[str, str], int] = {}
    places = []
    for at, probe in probes:
        places.append((at, [wanted.setdefault(pair, len(wanted)) for pair in requests(probe)]))
    answers = lm.logprobs(list(wanted)) if wanted else []
    for at, indexes in places:
        yield at, [answers[i] for i in indexes]


def _texts(probes: Sequence[tuple[int, Probe]], lm: LM) -> Iterator[tuple[int, str]]:
    groups: dict[tuple[int, tuple[str, ...]], list[tuple[int, Probe]]] = {}
    for at, probe in probes:
        settings = int(probe.data.get("max_tokens", 32)), tuple(probe.data.get("stop", ()))
        groups.setdefault(settings, []).append((at, probe))
    for (max_tokens, stop), members in sorted(groups.items()):
        texts = lm.generate([p.prompt for _, p in members], max_tokens=max_tokens, stop=stop)
        yield from zip((at for at, _ in members), texts, strict=True)
