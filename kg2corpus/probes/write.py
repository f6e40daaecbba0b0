"""Writes the probe file: all tasks asked of one graph, split and lexicon (graph half)."""

from __future__ import annotations

import inspect
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import registry
from ..errors import UserError
from ..progress import track
from ..types import Probe
from .items import fingerprint, to_json, write_aside

if TYPE_CHECKING:
    from ..graph import Graph
    from ..lexicon import Lexicon
    from ..store.split import Split

FORMAT = 1


def ask_all(
    graph: Graph,
    split: Split,
    lexicon: Lexicon,
    out: Path,
    *,
    tasks: Sequence[str] = ("true_false", "multiple_choice", "blank_filling"),
    seed: int = 0,
    limit: int | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Ask the tasks and write `probes.jsonl` and its manifest `probes.json` into the folder `out`; return the manifest.

    `limit` is the most probes per task, split and wording (None for all); `options` gives options by task.
    The same input writes the same bytes. Raises UserError for an unknown task or option, and if nothing can be asked.
    """
    wanted = {name: registry.find("probes", name) for name in dict.fromkeys(tasks)}
    given = options or {}
    for name in given:
        if name not in wanted:
            raise UserError(f"probe options for '{name}', which is not asked", f"asked are: {', '.join(wanted)}")
    probes: list[Probe] = []
    skipped: dict[str, dict[str, int]] = {}
    for name, module in track(wanted.items(), "asking", len(wanted)):
        settings = dict(given.get(name, {}))
        registry.check_options(f"probe {name}", module.ask, settings)
        known = inspect.signature(module.ask).parameters
        counter: Counter[str] = Counter()
        extra: dict[str, Any] = {"seed": seed, "skipped": counter, "limit": limit}
        settings = {k: v for k, v in extra.items() if k in known} | settings
        probes += module.ask(graph, split, lexicon, **settings)
        skipped[name] = dict(sorted(counter.items()))
    _check(probes)
    write_aside(out / "probes.jsonl", (to_json(p) for p in probes))
    manifest = _manifest(graph, split, lexicon, probes, skipped, {"tasks": list(wanted), "seed": seed, "limit": limit})
    manifest["probes"] = fingerprint(out / "probes.jsonl")
    write_aside(out / "probes.json", [json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1)])
    return manifest


def _check(probes: Sequence[Probe]) -> None:
    if not probes:
        raise UserError("the split leaves nothing to ask about", "are there train facts, and relations with several objects?")
    twice = [name for name, count in Counter(p.id for p in probes).items() if count > 1]
    if twice:
        first = next(p for p in probes if p.id == twice[0])
        raise UserError(f"task {first.task} asks the same thing twice: {first.prompt!r}", "make its ask() give each probe once")


def _manifest(
    graph: Graph,
    split: Split,
    lexicon: Lexicon,
    probes: Sequence[Probe],
    skipped: Mapping[str, Mapping[str, int]],
    settings: Mapping[str, Any],
) -> dict[str, Any]:
    from .. import __version__

    asked = Counter((p.task, p.split, p.wording) for p in probes)
    chance = {key: sum(p.chance for p in probes if (p.task, p.split, p.wording) == key) / n for key, n in asked.items()}
    return {
        "format_version": FORMAT,
        "package_version": __version__,
        "graph": graph.fingerprint,
        "graph_name": graph.name,
        "counterfactual": graph.counterfactual,
        "split": split.fingerprint,
        "lexicon": lexicon.fingerprint,
        "settings": dict(settings),
        "count": len(probes),
        "asked": [
            {"task": t, "split": s, "wording": w, "n": n, "chance": round(chance[t, s, w], 4)}
            for (t, s, w), n in sorted(asked.items())
        ],
        "skipped": {task: dict(reasons) for task, reasons in skipped.items()},
    }
