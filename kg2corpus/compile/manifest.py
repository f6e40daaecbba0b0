"""The end of a compilation: the ledger of all buckets, the dataset card, and last the manifest that says it is whole."""

from __future__ import annotations

import heapq
import json
import platform
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from ..config import Curriculum
from ..documents import APART, write_lines, write_text
from ..errors import UserError
from ..graph import Graph
from ..uid import parse, show
from .bucket import KINDS, Job, read_ledger, row
from .card import card
from .graded import summed
from .picks import Facts
from .plan import spread
from .planfiles import read_targets

if TYPE_CHECKING:
    from ..lexicon.model import Lexicon
    from ..store.split import Split

FORMAT = 1


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
    left_out: list[dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    """Merge the buckets' ledgers and write ledger, card and manifest. Returns the manifest. Zero documents are an error.

    `left_out`: the relations that are not taught, as `relations.taught` gives them.
    """
    from .. import __version__

    heads = [read_ledger(job.ledger(bucket))[0] for bucket in range(curriculum.buckets)]
    said = _said(heads)
    documents = sum(counts[0] for counts in said.values())
    characters = sum(counts[1] for counts in said.values())
    if not documents:
        raise UserError("the corpus has no documents", "widen the split's scope or add lessons to the curriculum")
    facts = Facts(graph.restrict(split.mask(graph)))
    coverage = _ledger(job, curriculum, facts, head["exposures"])
    lost = sum(h["lost"] for h in heads)
    dropped: Counter[str] = Counter()
    for h in heads:
        dropped.update(h["dropped"])
    ratio = head["estimate"]["chars_per_token"]
    warnings = list(head["warnings"])
    if lost:
        warnings.append(f"{lost} exposures were lost to duplicates (entities or values of the same name)")
    write_lines(job.out / APART, _apart(graph, split, lexicon))
    manifest = {
        "format_version": FORMAT,
        "name": curriculum.name,
        "domain": curriculum.domain or graph.name,
        "counterfactual": graph.counterfactual,
        "licences": graph.licences,
        "versions": {"kg2corpus": __version__, "python": platform.python_version()},
        "fingerprints": {
            "graph": graph.fingerprint,
            "split": split.fingerprint,
            "lexicon": lexicon.fingerprint,
            "curriculum": curriculum.fingerprint,
            "plan": head["fingerprint"],
        },
        "buckets": curriculum.buckets,
        "order": curriculum.order,
        "stages": _stages(job, said, ratio),
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
        "difficulty": summed(h["graded"] for h in heads),
        "derived_relations": lexicon.derived,
        "relations_left_out": left_out,
        "warnings": warnings,
    }
    write_text(job.out / "README.md", card(manifest))
    write_text(job.out / "manifest.json", json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    return manifest


def _said(heads: list[dict[str, Any]]) -> dict[tuple[str, str, str], list[int]]:
    """Documents and characters by (stage, lesson, form) over all buckets."""
    said: dict[tuple[str, str, str], list[int]] = {}
    for head in heads:
        for stage, lesson, form, documents, characters in head["said"]:
            counts = said.setdefault((stage, lesson, form), [0, 0])
            counts[0] += documents
            counts[1] += characters
    return said


def _stages(job: Job, said: dict[tuple[str, str, str], list[int]], ratio: float) -> list[dict[str, Any]]:
    stages = []
    for name, folder in job.stages:
        lessons: dict[str, dict[str, dict[str, int]]] = {}
        for (stage, lesson, form), (documents, characters) in sorted(said.items()):
            if stage == name:
                lessons.setdefault(lesson, {})[form] = {"documents": documents, "tokens": round(characters / ratio)}
        counts = [form for forms in lessons.values() for form in forms.values()]
        total = {key: sum(form[key] for form in counts) for key in ("documents", "tokens")}
        stages.append({"name": name, "folder": folder, **total, "lessons": lessons})
    return stages


def _ledger(job: Job, curriculum: Curriculum, facts: Facts, exposures: float) -> dict[str, Any]:
    """Write the ledger, one row for each train fact, said or not. Returns what was reached, by twin, as counted in spans."""
    targets = read_targets(job.plan)
    counts = {kind: [0] * len(facts.twins) for kind in KINDS}
    rows = {show(uid): row for row, uid in enumerate(facts.uids)}

    def lines() -> Iterator[str]:
        files = [read_ledger(job.ledger(bucket))[1] for bucket in range(curriculum.buckets)]
        rest = iter(sorted(rows))
        fact_of_row = itemgetter("fact")
        for fact, parts in groupby(heapq.merge(*files, key=fact_of_row), key=fact_of_row):
            for name in rest:
                if name == fact:
                    break
                yield _row(name, {}, facts, rows, counts, targets)
            yield _row(fact, _sum(list(parts)), facts, rows, counts, targets)
        for name in rest:
            yield _row(name, {}, facts, rows, counts, targets)

    write_lines(job.out / "ledger.jsonl.zst", lines())
    reached = sum(s >= t for s, t in zip(counts["stated"], targets, strict=True))
    return {
        "facts": len(facts),
        "twins": len(facts.twins),
        "target": round(exposures, 4),
        "targets": spread(targets),
        "reached": round(reached / max(1, len(targets)), 6),
        "over": sum(s > t for s, t in zip(counts["stated"], targets, strict=True)),
        "exposures": {kind: spread(values) for kind, values in counts.items()},
    }


def _sum(parts: list[dict[str, Any]]) -> dict[str, Any]:
    total: dict[str, Any] = {kind: sum(part[kind] for part in parts) for kind in KINDS}
    total["documents"] = [document for part in parts for document in part["documents"]]
    return total


def _row(
    fact: str, said: dict[str, Any], facts: Facts, rows: dict[str, int], counts: dict[str, list[int]], targets: list[int]
) -> str:
    twin = facts.twin_of[rows[fact]]
    own = {kind: said.get(kind, 0) for kind in KINDS}
    for kind in KINDS:
        counts[kind][twin] += own[kind]
    return row(fact, own, said.get("documents", ()), f', "target": {targets[twin]}, "twin": "{show(facts.twins[twin])}"')


def fact_of(row: dict[str, Any]) -> int:
    """The uid of a ledger row's fact."""
    return parse(row["fact"])
