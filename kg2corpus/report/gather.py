"""Reads a run folder: what the report shows, gathered from the files that the stages left."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..ledger import FACTS, read_facts, told
from ..probes.items import lines_of
from ..probes.stats import Row, per_fact, table
from .samples import Sample, samples

BEFORE, AFTER = "answers-before.jsonl", "answers-after.jsonl"
PER_FACT = "per-fact.jsonl"


@dataclass(frozen=True, slots=True)
class Run:
    """All that a report shows. Empty parts are left out of the page."""

    name: str
    counterfactual: str
    rows: Sequence[Row]
    figures: Mapping[str, Any]
    perplexity: tuple[float, float] | None
    facts: Sequence[Row] = ()
    exposures: bool = False  # whether `facts` knows how often each was stated
    samples: Sequence[Sample] = ()
    settings: str = ""
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    skipped: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def gather(run: Path, *, seed: int = 0) -> Run:
    """What there is in a run folder. Raises UserError for one with neither results nor answers, or a damaged file."""
    if not run.is_dir():
        raise UserError(f"no such run folder: {run}", "name the folder that `kg2corpus demo` or `kg2corpus probe` wrote")
    results, asked = _json(run / "results.json"), _json(_first(run, "probes/probes.json", "probes.json"))
    corpus = run / "corpus"
    manifest = _json(corpus / "manifest.json")
    answers = _answers(run)
    rows = results.get("probes") or (table(*answers) if answers else [])
    if not rows:
        raise UserError(f"{run} has neither results.json nor answers", "run `kg2corpus probe` with --out set to this folder")
    facts, exposures = _facts(run, answers, corpus / FACTS)
    perplexity = results.get("perplexity") or {}
    measured = perplexity.get("before") is not None and perplexity.get("after") is not None
    settings = _first(run, "curriculum.yaml", "corpus/settings.yaml")
    return Run(
        name=str(asked.get("graph_name") or manifest.get("domain") or run.resolve().name),
        counterfactual=_sentence(asked.get("counterfactual") or manifest.get("counterfactual") or ""),
        rows=rows,
        figures={k: v for k, v in results.items() if isinstance(v, int | float) and v},
        perplexity=(float(perplexity["before"]), float(perplexity["after"])) if measured else None,
        facts=facts,
        exposures=exposures,
        samples=samples(run, seed=seed) if manifest else [],
        settings=settings.read_text(encoding="utf-8") if settings.is_file() else "",
        fingerprints=_fingerprints(asked, manifest),
        skipped=asked.get("skipped") or {},
    )


def _first(run: Path, *names: str) -> Path:
    return next((run / name for name in names if (run / name).is_file()), run / names[0])


def _json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as e:
        raise UserError(f"{path}: not JSON ({e})", "run the command that wrote it again") from e
    return found if isinstance(found, dict) else {}


def _answers(run: Path) -> tuple[Path, Path] | None:
    for folder in (run / "probes", run):
        if (folder / BEFORE).is_file() and (folder / AFTER).is_file():
            return folder / BEFORE, folder / AFTER
    return None


def _facts(run: Path, answers: tuple[Path, Path] | None, ledger: Path) -> tuple[list[Row], bool]:
    """What became of each fact, and whether its exposures are known."""
    if answers and ledger.is_file():
        return per_fact(*answers, told(read_facts(ledger))), True
    for path in (run / "probes" / PER_FACT, run / PER_FACT):
        if path.is_file():
            return [json.loads(line) for line in lines_of(path, "per-fact file", "probe again")], True
    return (per_fact(*answers, {}) if answers else []), False


def _sentence(counterfactual: str) -> str:
    # the page says the word itself, as a heading
    rest = counterfactual.removeprefix("COUNTERFACTUAL").lstrip(" .:")
    return rest[:1].upper() + rest[1:]


def _fingerprints(*manifests: Mapping[str, Any]) -> dict[str, str]:
    wanted = ("graph", "split", "lexicon", "probes", "corpus", "plan", "package_version")
    found: dict[str, str] = {}
    for manifest in manifests:
        named = {**manifest, **(manifest.get("fingerprints") or {})}
        found |= {k: str(named[k]) for k in wanted if k not in found and isinstance(named.get(k), str | int)}
    return found
