"""Exposures by fact: weights of relations, and more for what is rare, connected and surprising. The total stays what it is.

The average weight of the facts that can be said is 1. A fact's weight is that of its relation times that of the allocation,

    rarity(e) ** a * connectedness(e) ** b, the geometric mean over the entities e of the fact, times its surprisal

where rarity(e) = ln(1 + F / f(e)), of F trained facts f(e) name e, and connectedness(e) = ln(1 + f(e) + sum of f(n) over its
neighbours n), the facts within two steps. It is the idea of DKPLM (Zhang et al., AAAI 2022, arXiv 2112.01047, "Knowledge-aware
Long-tail Entities Detection"): an entity deserves injection where it is seldom in the text (there a threshold on its
frequency), matters to its sentence (there by sentence representations, here by how surprised the base model is at its facts)
and has many neighbours within some hops. There it chooses entities, and here it weighs facts; frequencies are those of the
graph, since no other text is known.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ..columns import ints
from ..config import AllocationSettings, Curriculum, RelationSettings
from ..errors import UserError
from ..graph import Graph
from ..uid import digest, parse, show
from .picks import Facts

Weights: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]


def weights(curriculum: Curriculum, view: Graph, facts: Facts, unsayable: Collection[int]) -> tuple[Weights, list[str]] | None:
    """The weight of each twin row with 1 on the average, and warnings; None where the curriculum has no weights at all.

    `unsayable` twin rows have weight 1 and take no part in the average. Raises UserError for what `relations.weights` or the
    file of surprisals get wrong.
    """
    settings = curriculum.allocation
    if not curriculum.relations.weights and settings is None:
        return None
    sayable = np.ones(len(facts.twins), dtype=bool)
    sayable[list(unsayable)] = False
    found = np.ones(len(facts.twins))
    warnings: list[str] = []
    if settings is not None and sayable.any():
        scores, warnings = _scores(settings, view, facts, sayable)
        found = _within(scores, sayable, settings.least, settings.most)
    if curriculum.relations.weights and sayable.any():
        by_relation, unknown = _of_relations(curriculum.relations, view, facts)
        found, warnings = found * by_relation, warnings + unknown
        found /= found[sayable].mean()
    found[~sayable] = 1.0
    return found, warnings


def targets(weight: Weights, exposures: float, seed: int, unsayable: Collection[int]) -> list[int]:
    """Stated exposures of each twin: its weight times `exposures`, rounded up or down so that the sum over what can be said is
    what it would be without weights. Which are rounded up is drawn, each as likely as its fraction is large."""
    sayable = np.ones(len(weight), dtype=bool)
    sayable[list(unsayable)] = False
    exact = weight * exposures
    out = np.floor(exact + 1e-9)
    rows = np.flatnonzero(sayable)
    rng = np.random.default_rng(digest("weights", str(seed)) % (1 << 63))
    rows = rows[rng.permutation(len(rows))]
    left = round(exposures * len(rows)) - int(out[rows].sum())
    if left > 0:
        # a comb with `left` teeth laid over the fractions in a drawn order: one more where a tooth falls
        reach = np.cumsum(np.clip(exact[rows] - out[rows], 0.0, None))
        teeth = (np.arange(left) + rng.random()) * (reach[-1] / left)
        more = np.zeros(len(rows), dtype=bool)
        more[np.searchsorted(reach, teeth, side="right").clip(max=len(rows) - 1)] = True
        short = left - int(more.sum())  # two teeth on one fraction, where the sum itself was rounded up
        more[np.argsort(np.where(more, 2.0, out[rows] - exact[rows]), kind="stable")[:short]] = True
        out[rows[more]] += 1
    found: list[int] = out.astype(int).tolist()
    return found


def content(settings: AllocationSettings | None) -> str:
    """What a plan depends on in the file of surprisals; "" where there is none."""
    if settings is None or settings.surprisal is None:
        return ""
    return show(digest("surprisal", _text(Path(settings.surprisal))))


def _row(graph: Graph, name: str) -> int:
    from ..store.split import find_relation

    return graph.relations().index(find_relation(graph, name))


def _of_relations(settings: RelationSettings, view: Graph, facts: Facts) -> tuple[Weights, list[str]]:
    """The weight of each twin by its relation: an inverse says the same, so it has the weight of what is named."""
    relations = view.relations()
    row_of = {relation.uid: row for row, relation in enumerate(relations)}
    given = {_row(view, name): (name, weight) for name, weight in settings.weights.items()}
    by_row = np.ones(len(relations))
    for row, (name, weight) in given.items():
        for other in {row_of[uid] for uid, _ in view.readings(relations[row].uid) if uid in row_of} | {row}:
            if other in given and given[other][1] != weight:
                both = f"'{name}' and '{given[other][0]}' say the same, with weights of {weight:g} and {given[other][1]:g}"
                raise UserError(f"relations.weights: {both}", "weigh one of them, or both alike")
            by_row[other] = weight
    rows = view.fact_rows()
    relation = ints(view.columns.facts, "relation")[rows]
    found = np.ones(len(facts.twins))
    found[facts.twin_of] = by_row[relation]
    taught = set(np.unique(relation).tolist())
    idle = [name for row, (name, _) in given.items() if row not in taught]
    return found, [f"relations.weights: '{name}' has no trained fact" for name in idle]


def _scores(settings: AllocationSettings, view: Graph, facts: Facts, sayable: Mask) -> tuple[Weights, list[str]]:
    rows = view.fact_rows()
    subject, object_ = (ints(view.columns.facts, name)[rows] for name in ("subject", "object"))
    entity = ~view.columns.nodes["literal"].to_numpy().astype(bool)
    _, first = np.unique(np.asarray(facts.twin_of), return_index=True)  # a twin counts once, whichever way it is stated
    s, o = subject[first], object_[first]
    joins = entity[o] & (s != o)
    n = len(entity)
    named = np.bincount(s, minlength=n) + np.bincount(o[joins], minlength=n)
    near = named + np.bincount(s[joins], named[o[joins]], minlength=n) + np.bincount(o[joins], named[s[joins]], minlength=n)
    score = settings.rarity * np.log(np.log1p(len(first) / np.maximum(named, 1)))
    score = score + settings.degree * np.log(np.log1p(near).clip(min=np.log(2)))
    found = np.exp(np.where(joins, (score[s] + score[o]) / 2, score[s]))
    if settings.surprisal is None:
        return found, []
    surprise, warnings = _surprisals(Path(settings.surprisal), facts, sayable)
    return found * surprise, warnings


def _surprisals(path: Path, facts: Facts, sayable: Mask) -> tuple[Weights, list[str]]:
    """By twin the mean of what the file gives for its facts; where it gives none, the mean of all."""
    total, count, strangers = np.zeros(len(facts.twins)), np.zeros(len(facts.twins)), 0
    hint = "a line is the uid of a fact (16 hex digits), a tab, and its surprisal in nats"
    for number, line in enumerate(_text(path).splitlines(), 1):
        cells = line.split("\t")
        if not line.strip() or (number == 1 and cells[0].strip() in ("fact", "uid")):
            continue
        try:
            uid, nats = parse(cells[0].strip()), float(cells[1])
        except (ValueError, IndexError) as e:
            raise UserError(f"{path}:{number}: not a fact and its surprisal: {line[:60]!r}", hint) from e
        if not 0 <= nats < math.inf:
            raise UserError(f"{path}:{number}: a surprisal of {nats} nats", "it is minus the log-likelihood: 0 or more")
        if uid in facts.row:
            twin = facts.twin_of[facts.row[uid]]
            total[twin] += nats
            count[twin] += 1
        else:
            strangers += 1
    if not total.any():
        what = f"{path} gives no trained fact of this graph a surprisal above 0"
        raise UserError(what, f"{hint}; a corpus' ledger has the uids")
    mean = total.sum() / count.sum()
    unknown = int(((count == 0) & sayable).sum())
    said = f"{path.name}: {unknown:,} facts have no surprisal and count as average" if unknown else ""
    other = f"{path.name}: {strangers:,} lines are of facts that are not trained" if strangers else ""
    return np.where(count > 0, total / np.maximum(count, 1), mean), [text for text in (said, other) if text]


def _within(scores: Weights, sayable: Mask, least: float, most: float) -> Weights:
    """Scores scaled and bounded so that their mean over what can be said is 1."""
    own = scores[sayable]
    low, high = 0.0, 1.0
    while np.clip(own * high, least, most).mean() < 1 and high < 1e300:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if np.clip(own * middle, least, most).mean() < 1 else (low, middle)
    found = np.clip(scores * high, least, most)
    scaled: Weights = found / found[sayable].mean()
    return scaled


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as e:
        raise UserError(f"allocation.surprisal: no such file: {path}", "give its path from the folder of the command") from e
    except (OSError, UnicodeDecodeError) as e:
        raise UserError(f"allocation.surprisal: {path} cannot be read ({e})", "it is text in UTF-8") from e
