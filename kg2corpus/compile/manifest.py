"""The end of a compilation: what each fact has had, the dataset card, and last the manifest that says that all is whole."""

from __future__ import annotations

import json
import platform
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from .. import ledger
from ..config import Curriculum, resolved
from ..documents import APART, FORMAT, write_lines, write_text
from ..errors import UserError
from ..graph import Graph
from .bucket import Job
from .card import card
from .picks import Facts
from .plan import spread
from .planfiles import read_targets

if TYPE_CHECKING:
    from ..lexicon.model import Lexicon
    from ..store.split import Split

Said = dict[tuple[str, str, str], list[int]]  # (stage, lesson, form) -> documents, characters


def _apart(graph: Graph, split: Split, lexicon: Lexicon) -> Iterator[str]:
    """What no passage of replay may name together, for packing knows no graph: the names of both ends of each held-out fact
    and of each held-out composition, and those of each held-out entity alone."""
    ends = {tuple(sorted(pair)) for pair in split.held_out_pairs(graph)}
    ends |= {(one, other) for one, _, other in split.composition_ends(graph)}
    for together in sorted(ends | {(uid,) for uid in split.held_out_entities}):
        nodes = [graph.node(uid) for uid in together]
        yield json.dumps([sorted({lexicon.name(n), n.name, n.label, *n.aliases}) for n in nodes], ensure_ascii=False)


def finish(
    job: Job, curriculum: Curriculum, graph: Graph, split: Split, lexicon: Lexicon, head: dict[str, Any],
    left_out: list[dict[str, Any]], limit: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Add up the ledgers of the buckets and write what each fact has had, card and manifest. Returns the manifest. Zero
    documents are an error.

    `left_out`: the relations that are not taught, as `relations.taught` gives them; `limit`: of the documents.
    """
    from .. import __version__

    each = [(stage, bucket) for stage in range(len(job.stages)) for bucket in range(curriculum.buckets)]
    parts = [(job.stages[stage][0], ledger.about(job.ledger(stage, bucket))) for stage, bucket in each]
    heads = [head for _, head in parts]
    said = _said(parts)
    documents = sum(counts[0] for counts in said.values())
    characters = sum(counts[1] for counts in said.values())
    if not documents:
        raise UserError("the corpus has no documents", "widen the split's scope or add lessons to the curriculum")
    facts = Facts(graph.restrict(split.mask(graph)))
    coverage, exposed = _facts(job, curriculum, facts, head["exposures"])
    lost = sum(h["lost"] for h in heads)
    dropped: Counter[str] = Counter()
    for h in heads:
        dropped.update(h["dropped"])
    ratio = head["estimate"]["chars_per_token"]
    warnings = list(head["warnings"])
    if lost:
        warnings.append(f"{lost} exposures were lost to duplicates (entities or values of the same name)")
    if limit is not None:
        whole = f"the whole corpus has about {head['estimate']['tokens']:,} tokens"
        warnings.append(f"limited to {limit:,} documents: facts stay below their exposures; {whole}")
    write_lines(job.out / APART, _apart(graph, split, lexicon))
    manifest = {
        "format_version": FORMAT,
        "name": curriculum.name,
        "domain": curriculum.domain or graph.name,
        "counterfactual": graph.counterfactual,
        "licences": graph.licences,
        "versions": {
            "kg2corpus": __version__,
            "python": platform.python_version(),
            # on which the bytes of the files depend
            **{name: version(name) for name in ("pyarrow", "zstandard")},
        },
        "fingerprints": {
            "graph": graph.fingerprint,
            "split": split.fingerprint,
            "lexicon": lexicon.fingerprint,
            "curriculum": curriculum.fingerprint,
            "plan": head["fingerprint"],
        },
        "format": curriculum.format,
        "limit": limit,
        "buckets": curriculum.buckets,
        "order": curriculum.order,
        "stages": _stages(job, said, ratio),
        "lessons": _lessons(said, exposed, ratio),
        "documents": documents,
        "characters": characters,
        "tokens": round(characters / ratio),
        "tokens_wanted": curriculum.tokens,
        "tokens_planned": head["estimate"]["tokens"],
        "chars_per_token": {"value": ratio, "from": head["estimate"]["chars_per_token_from"]},
        "exposures": head["exposures"],
        "coverage": {**coverage, "unsayable": head["coverage"]["unsayable"], "lost_to_duplicates": lost},
        "planned": head["coverage"],
        "rejected": head["rejected"],
        "dropped": dict(sorted(dropped.items())),
        "repeats": sum(h["repeats"] for h in heads),
        "derived_relations": lexicon.derived,
        "relations_left_out": left_out,
        "warnings": warnings,
    }
    write_text(job.out / "README.md", card(manifest, resolved(curriculum)))
    write_text(job.out / "manifest.json", json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    return manifest


def _said(parts: list[tuple[str, dict[str, Any]]]) -> Said:
    """Documents and characters by (stage, lesson, form) over all buckets."""
    said: Said = {}
    for stage, head in parts:
        for lesson, form, documents, characters in head["said"]:
            counts = said.setdefault((stage, lesson, form), [0, 0])
            counts[0] += documents
            counts[1] += characters
    return said


def _stages(job: Job, said: Said, ratio: float) -> list[dict[str, Any]]:
    stages = []
    for name, folder in job.stages:
        lessons: dict[str, dict[str, dict[str, int]]] = {}
        for (stage, lesson, form), (documents, characters) in sorted(said.items()):
            if stage == name:
                lessons.setdefault(lesson, {})[form] = {
                    "documents": documents, "tokens": round(characters / ratio), "characters": characters,
                }  # fmt: skip
        counts = [form for forms in lessons.values() for form in forms.values()]
        total = {key: sum(form[key] for form in counts) for key in ("documents", "tokens", "characters")}
        stages.append({"name": name, "folder": folder, **total, "lessons": lessons})
    return stages


def _lessons(said: Said, exposed: Mapping[str, Mapping[str, int]], ratio: float) -> dict[str, dict[str, int]]:
    """By lesson over all stages: what there is of it, how many facts it exposes, and how often by kind."""
    found: dict[str, dict[str, int]] = {}
    for (_, lesson, _), (documents, characters) in sorted(said.items(), key=lambda item: item[0][1]):
        own = found.setdefault(lesson, {"documents": 0, "tokens": 0, "characters": 0, **exposed[lesson]})
        own["documents"] += documents
        own["characters"] += characters
        own["tokens"] = round(own["characters"] / ratio)
    return found


def _facts(
    job: Job, curriculum: Curriculum, facts: Facts, exposures: float
) -> tuple[dict[str, Any], dict[str, dict[str, int]]]:
    """Write what each train fact has had, said or not. Returns what was reached, by twin, as counted in spans; and by lesson
    how many facts it exposes, and how often by kind."""
    import numpy as np

    targets = np.asarray(read_targets(job.plan), dtype=np.int64)
    uids, twin_of = np.asarray(facts.uids, dtype=np.int64), np.asarray(facts.twin_of, dtype=np.int64)
    counts = np.zeros((len(ledger.KINDS), len(uids)), dtype=np.int64)
    of_lesson: dict[str, Any] = {}  # which facts, as a mask, and how often by kind
    for stage in range(len(job.stages)):
        for bucket in range(curriculum.buckets):
            for lesson, found, kinds in ledger.kinds_of_facts(job.ledger(stage, bucket)):
                rows = np.searchsorted(uids, found)
                told, often = of_lesson.setdefault(lesson, (np.zeros(len(uids), dtype=bool), [0] * len(counts)))
                told[rows] = True
                for kind in range(len(counts)):
                    own = rows[kinds == kind]
                    often[kind] += len(own)
                    np.add.at(counts[kind], own, 1)
    by_twin = [np.bincount(twin_of, weights=own, minlength=len(targets)).astype(np.int64) for own in counts]
    order = np.argsort(uids.view(np.uint64), kind="stable")
    of_facts = {"fact": uids, "twin": np.asarray(facts.twins, dtype=np.int64)[twin_of], "target": targets[twin_of]}
    of_facts |= dict(zip(ledger.KINDS, counts, strict=True))
    ledger.write_facts(job.out / ledger.FACTS, {name: column[order] for name, column in of_facts.items()})
    exposed = {
        lesson: {"facts": int(told.sum()), **dict(zip(ledger.KINDS, often, strict=True))}
        for lesson, (told, often) in of_lesson.items()
    }
    stated = by_twin[0]
    return {
        "facts": len(facts),
        "twins": len(facts.twins),
        "target": round(exposures, 4),
        "targets": spread(targets.tolist()),
        "reached": round(int((stated >= targets).sum()) / max(1, len(targets)), 6),
        "over": int((stated > targets).sum()),
        "exposures": {kind: spread(own.tolist()) for kind, own in zip(ledger.KINDS, by_twin, strict=True)},
    }, exposed
