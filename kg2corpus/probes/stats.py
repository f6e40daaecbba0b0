"""Before and after: tables with intervals, and the join of answers to exposures. Needs answer files only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import comb, sqrt
from pathlib import Path
from typing import Any

import numpy as np

from .. import uid
from ..errors import UserError
from ..ledger import KINDS, read_facts, told
from .items import SPLITS, lines_of

Row = dict[str, Any]
RESAMPLES = 10_000
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of an answer file: how a model did on one probe."""

    id: str
    task: str
    split: str
    wording: str
    relation: str
    subject: str
    facts: tuple[str, ...]
    chance: float
    level: int
    score: float
    said: str
    margin: float


def read_answers(path: Path) -> list[Answer]:
    """The answers of a file that `score` wrote. Raises UserError (file and line) for a missing or foreign file."""
    answers = []
    for number, line in enumerate(lines_of(path, "answer file", "score the probes with `kg2corpus probe`"), 1):
        try:
            record = json.loads(line)
            values = {name: record[name] for name in Answer.__dataclass_fields__}
            answers.append(Answer(**{**values, "facts": tuple(values["facts"])}))
        except (ValueError, KeyError, TypeError) as e:
            raise UserError(f"{path}:{number}: not an answer: {e}", "score the probes anew") from e
    return answers


def table(before: Path, after: Path, *, seed: int = 0, resamples: int = RESAMPLES) -> list[Row]:
    """One row per task, split and wording: how the same probes went before and after.

    `before`, `after` and `chance` are mean scores; `interval` is the 95 % interval of the change after - before from a
    paired bootstrap over subjects (the probes of one subject are drawn together, since they are not independent);
    `after_interval` and `before_interval` are Wilson's; `p` is the exact two-sided McNemar test.
    Raises UserError if the two files do not answer the same probes.
    """
    pairs = _paired(before, after)
    groups: dict[tuple[str, str, str], list[tuple[Answer, Answer]]] = {}
    for pair in pairs:
        groups.setdefault((pair[0].task, pair[0].split, pair[0].wording), []).append(pair)
    order = sorted(groups, key=lambda k: (k[0], SPLITS.index(k[1]) if k[1] in SPLITS else len(SPLITS), k[1], k[2]))
    return [_row(key, groups[key], seed, resamples) for key in order]


def _paired(before: Path, after: Path) -> list[tuple[Answer, Answer]]:
    first, second = read_answers(before), {a.id: a for a in read_answers(after)}
    if {a.id for a in first} != second.keys():
        raise UserError(f"{before} and {after} answer different probes", "score the same probe file with both models")
    return [(a, second[a.id]) for a in first]


def _row(key: tuple[str, str, str], pairs: Sequence[tuple[Answer, Answer]], seed: int, resamples: int) -> Row:
    task, split, wording = key
    n = len(pairs)
    old, new = [a.score for a, _ in pairs], [b.score for _, b in pairs]
    change = [y - x for x, y in zip(old, new, strict=True)]
    clusters = [a.subject or a.id for a, _ in pairs]
    name = uid.digest("bootstrap", str(seed), task, split, wording) & uid.MASK
    low, high = bootstrap(change, clusters, seed=name, resamples=resamples)
    return {
        "task": task, "split": split, "wording": wording,
        "before": _round(sum(old) / n), "after": _round(sum(new) / n), "chance": _round(sum(a.chance for a, _ in pairs) / n),
        "n": n, "interval": [_round(low), _round(high)],
        "before_interval": [_round(x) for x in wilson(sum(old), n)],
        "after_interval": [_round(x) for x in wilson(sum(new), n)],
        "p": mcnemar([x >= 0.5 for x in old], [y >= 0.5 for y in new]),
        "level": max(a.level for a, _ in pairs),
    }  # fmt: skip


def _round(value: float) -> float:
    return round(float(value), 4) + 0.0


def bootstrap(
    values: Sequence[float], clusters: Sequence[str], *, seed: int = 0, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """95 % percentile interval of the mean of `values` when whole clusters are drawn with replacement.

    Raises ValueError if there are no values or not one cluster name for each.
    """
    if not values or len(values) != len(clusters):
        raise ValueError("one cluster name per value is needed, and at least one value")
    index = {name: i for i, name in enumerate(sorted(set(clusters)))}
    sums, counts = np.zeros(len(index)), np.zeros(len(index))
    for value, cluster in zip(values, clusters, strict=True):
        sums[index[cluster]] += value
        counts[index[cluster]] += 1
    rng = np.random.default_rng(seed)
    means = []
    step = max(1, 4_000_000 // len(index))  # keeps the matrix of draws under 32 MB
    for start in range(0, resamples, step):
        drawn = rng.multinomial(len(index), np.full(len(index), 1 / len(index)), size=min(step, resamples - start))
        means.append((drawn @ sums) / (drawn @ counts))
    low, high = np.percentile(np.concatenate(means), [2.5, 97.5])
    return float(low), float(high)


def wilson(successes: float, n: int, *, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval of a share (E. B. Wilson, 1927). `successes` may be a sum of partial scores."""
    if n <= 0:
        return 0.0, 1.0
    p, z2 = successes / n, z * z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = z * sqrt(max(0.0, p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def mcnemar(before: Sequence[bool], after: Sequence[bool]) -> float:
    """Exact two-sided p of McNemar's test that gains and losses are equally likely."""
    gained = sum(y and not x for x, y in zip(before, after, strict=True))
    lost = sum(x and not y for x, y in zip(before, after, strict=True))
    n, k = gained + lost, min(gained, lost)
    return min(1.0, 2 * sum(comb(n, i) for i in range(k + 1)) / 2**n) if n else 1.0


def per_fact(before: Path, after: Path, exposed: Mapping[str, Mapping[str, int]] | Path) -> list[Row]:
    """What became of each probed fact, by fact uid: its exposures (as a twin) and its mean score per task before and after.

    `exposed`: exposures by fact, or the corpus' file with them (`facts.parquet`). A fact that it does not name was never
    exposed: its counts are 0.
    """
    exposures = told(read_facts(exposed)) if isinstance(exposed, Path) else exposed
    facts: dict[str, dict[str, list[tuple[Answer, Answer]]]] = {}
    for pair in _paired(before, after):
        for fact in pair[0].facts:
            facts.setdefault(fact, {}).setdefault(pair[0].task, []).append(pair)
    rows = []
    for fact in sorted(facts):
        seen = exposures.get(fact, {})
        first = next(iter(facts[fact].values()))[0][0]
        row: Row = {"fact": fact, "split": first.split, "relation": first.relation}
        row |= {kind: int(seen.get(kind, 0)) for kind in KINDS}
        row["tasks"] = {
            task: {
                "before": _round(sum(a.score for a, _ in pairs) / len(pairs)),
                "after": _round(sum(b.score for _, b in pairs) / len(pairs)),
                "n": len(pairs),
            }
            for task, pairs in sorted(facts[fact].items())
        }
        rows.append(row)
    return rows


def results(
    rows: Iterable[Row], *, facts: int, tokens: int, seconds: float, perplexity: tuple[float, float] | None = None, **extra: Any
) -> Row:
    """The content of `results.json`. `perplexity` is (before, after) on plain text, None where it was not measured."""
    before, after = perplexity if perplexity is not None else (None, None)
    return {
        "facts": facts,
        "tokens": tokens,
        "seconds": round(seconds, 1),
        "probes": list(rows),
        "perplexity": {"before": before, "after": after},
        **extra,
    }
