"""What a plan makes when it is compiled: documents, characters and bytes, found by compiling parts of it aside.

What a lesson makes in a stage is counted exactly where it is less than `EXACT` tokens: all its subgraphs are compiled. Of a
larger one so many are that the estimate stays well within 3 %: drawn evenly along its subgraphs in order of form and number of
facts, which decide how long they are. Exact means what `compile` makes, duplicates taken out; but of those only such as the
lessons that are counted exactly have among themselves.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeAlias

from ..compile.measure import characters
from ..compile.picks import FORM_NAMES, Picks
from ..compile.plan import Plan, Planner
from ..compile.planfiles import bucket_of
from ..compile.run import compile_corpus
from ..compile.stage import StagePlan
from ..graph import Graph
from ..uid import digest

if TYPE_CHECKING:
    from ..store.split import Split

EXACT = 1_000_000  # tokens of a lesson in a stage
SAMPLE = 5_000  # subgraphs compiled of a larger one
LEAST = 200  # of each of its forms
ANCHORED = 20_000  # subgraphs from which the size of the files is concluded

Key: TypeAlias = tuple[str, str, str]  # stage, lesson, form


@dataclass(frozen=True)
class Row:
    """What one lesson says in one stage and form; `exact` if it was counted and not estimated."""

    stage: str
    lesson: str
    form: str
    subgraphs: int
    documents: int
    tokens: int
    exact: bool


@dataclass(frozen=True)
class Corpus:
    """The corpus that a plan makes. `text` is in characters; `documents_bytes` and `other_bytes` (plan, ledgers, the rest) are
    those of its files."""

    rows: tuple[Row, ...]
    text: float
    documents_bytes: float
    other_bytes: float

    @property
    def documents(self) -> int:
        return sum(row.documents for row in self.rows)

    @property
    def tokens(self) -> int:
        return sum(row.tokens for row in self.rows)

    @property
    def exact(self) -> bool:
        return all(row.exact for row in self.rows)


def corpus(planner: Planner, plan: Plan, graph: Graph, split: Split, *, exact: int = EXACT, sample: int = SAMPLE) -> Corpus:
    """Compile parts of a plan aside and conclude from them. `split`: as `compile_corpus` takes it."""
    ratio = plan.estimate["chars_per_token"]
    large = {key for key, found in characters(planner, plan).items() if found / ratio >= exact}
    every = [_keys(stage) for stage in plan.stages]
    counts = Counter(key for keys in every for key in keys)
    small = [[i for i, key in enumerate(keys) if key[:2] not in large] for keys in every]
    rows: list[Row] = []
    text = 0.0
    size = (0.0, 0.0)
    if any(small):
        found = _compiled(planner, _part(plan, small), graph, split)
        rows += [Row(*key, counts[key], *found.said.get(key, (0, 0)), True) for key in sorted(counts) if key[:2] not in large]
        text, size = found.characters, (found.documents_bytes, found.other_bytes)
    if large:
        drawn = [_drawn(planner, stage, keys, large, sample) for stage, keys in zip(plan.stages, every, strict=True)]
        found = _compiled(planner, _part(plan, drawn), graph, split)
        taken = Counter(keys[i] for keys, own in zip(every, drawn, strict=True) for i in own)
        scaled = {key: [n * counts[key] / taken[key] for n in found.said.get(key, (0, 0))] for key in taken}
        rows += [Row(*key, counts[key], round(scaled[key][0]), round(scaled[key][1]), False) for key in sorted(scaled)]
        text += sum(tokens for _, tokens in scaled.values()) * ratio
        size = _bytes(planner, plan, graph, split, drawn, text)
    order = {stage.name: number for number, stage in enumerate(plan.stages)}
    rows.sort(key=lambda row: (order[row.stage], row.lesson, row.form))
    return Corpus(tuple(rows), text, *size)


def _bytes(
    planner: Planner, plan: Plan, graph: Graph, split: Split, drawn: Sequence[Sequence[int]], text: float
) -> tuple[float, float]:
    """Bytes of documents and of the rest, from those of all that some anchors have: their facts come as often as in the whole,
    on which the size of a ledger depends. What there is without any document (rows of facts, settings) is not multiplied."""
    total = sum(len(stage.picks) for stage in plan.stages)
    parts = max(1, total // ANCHORED)
    own = [[i for i, anchor in enumerate(stage.picks.anchors) if bucket_of(anchor, parts) == 0] for stage in plan.stages]
    if sum(map(len, own)) < LEAST:  # a few anchors with everything
        own = [list(rows) for rows in drawn]
    one_bucket = plan.curriculum.model_copy(update={"buckets": 1})  # files about as large as those of a bucket
    found = _compiled(planner, replace(_part(plan, own), curriculum=one_bucket), graph, split)
    bare = _compiled(planner, _part(plan, _first(own)), graph, split).other_bytes
    each = max(0.0, found.other_bytes - bare) / max(1, sum(map(len, own)) - 1)
    return found.documents_bytes * text / max(1, found.characters), bare + each * total


def _keys(stage: StagePlan) -> list[Key]:
    """Stage, lesson and form of each subgraph."""
    return [
        (stage.name, stage.lessons[lesson], FORM_NAMES[form])
        for lesson, form in zip(stage.picks.lessons, stage.picks.forms, strict=True)
    ]


def _drawn(planner: Planner, stage: StagePlan, keys: Sequence[Key], large: set[tuple[str, str]], sample: int) -> list[int]:
    """Subgraphs of the large lessons: of each form evenly many along those in order of their number of facts."""
    strata: dict[Key, list[int]] = {}
    for i, key in enumerate(keys):
        if key[:2] in large:
            strata.setdefault(key, []).append(i)
    sizes = Counter(key[:2] for key in keys)
    starts, chosen = stage.picks.starts, []
    for key, own in sorted(strata.items()):
        rng = Random(digest("forecast", str(planner.curriculum.seed), *key))
        rng.shuffle(own)
        own.sort(key=lambda i: starts[i + 1] - starts[i])
        wanted = min(len(own), max(LEAST, sample * len(own) // sizes[key[:2]]))
        step, first = len(own) / wanted, rng.random()
        chosen += [own[int((place + first) * step)] for place in range(wanted)]
    return sorted(chosen)


def _first(drawn: Sequence[Sequence[int]]) -> list[list[int]]:
    """The first subgraph of all, alone."""
    found: list[list[int]] = [[] for _ in drawn]
    stage = next(i for i, own in enumerate(drawn) if own)
    found[stage] = list(drawn[stage][:1])
    return found


def _part(plan: Plan, chosen: Sequence[Sequence[int]]) -> Plan:
    """The plan with only some of the subgraphs of each stage, in the order that they have in it."""
    if all(len(own) == len(stage.picks) for stage, own in zip(plan.stages, chosen, strict=True)):
        return plan
    stages = []
    for stage, own in zip(plan.stages, chosen, strict=True):
        picks, new = Picks(), {i: place for place, i in enumerate(own)}
        for i in own:
            pick = stage.picks[i]
            picks.add(pick.lesson, pick.form, pick.anchor, pick.facts, pick.slots)
        kept = [(new[i], at) for at, i in enumerate(stage.order) if i in new]
        places = array("Q", [stage.places[at] for _, at in kept] if stage.places else [])
        stages.append(StagePlan(stage.name, stage.lessons, picks, array("Q", [i for i, _ in kept]), places))
    return replace(plan, stages=stages)


@dataclass(frozen=True)
class _Compiled:
    said: dict[Key, tuple[int, int]]  # documents and tokens
    characters: int
    documents_bytes: int
    other_bytes: int


def _compiled(planner: Planner, part: Plan, graph: Graph, split: Split) -> _Compiled:
    """Compile a part of a plan into a folder that is thrown away."""
    with TemporaryDirectory(prefix="kg2corpus-plan-") as aside:
        folder = Path(aside) / "corpus"
        manifest: dict[str, Any] = compile_corpus(part.curriculum, graph, split, planner.lexicon, folder, plan=part)
        stages = {stage["folder"] for stage in manifest["stages"]}
        sizes = Counter[bool]()
        for path in folder.rglob("*"):
            if path.is_file():
                sizes[path.relative_to(folder).parts[0] in stages] += path.stat().st_size
    said = {
        (stage["name"], lesson, form): (n["documents"], n["tokens"])
        for stage in manifest["stages"]
        for lesson, forms in stage["lessons"].items()
        for form, n in forms.items()
    }
    return _Compiled(said, manifest["characters"], sizes[True], sizes[False])
