"""Curriculum YAML -> validated, frozen settings.

Unknown keys and wrong values are refused with the file, the path of the key and the nearest match, all of them at once.
`key=value` overrides (`tokens=20M`, `train.rank=64`, `stages.recall.questions=0.5`) are applied before validation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BeforeValidator, Field, model_validator

from . import registry
from .errors import UserError, near
from .settings import M, Settings, overridden, read_yaml, validated
from .types import SHARES
from .uid import digest, show

FALLBACK = "facts"  # the lesson that tops every fact up to its exposures
_SCALE = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000}


def count(value: object) -> object:
    """A count as people write it: 20M, 300k, 1.5B, 20_000. Anything else is left for pydantic to refuse."""
    if isinstance(value, str):
        match = re.fullmatch(r"\s*(\d[\d_]*(?:\.\d+)?(?:[eE]\+?\d\d?)?)\s*([kKmMbB]?)\s*", value)
        if match:
            return round(float(match[1].replace("_", "")) * _SCALE[match[2].lower()])
    return number(value)


def number(value: object) -> object:
    """YAML reads `yes` and `on` as true, which pydantic would take for 1."""
    if isinstance(value, bool):
        raise ValueError("a number is wanted")
    return value


def _names(value: object) -> object:
    """`a,b` on the command line is a list."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _given(value: object) -> object:
    """`test=held_out,valid=unused` on the command line is a mapping."""
    if isinstance(value, str):
        pairs = [part.rpartition("=") for part in value.split(",") if part.strip()]
        return {name.strip(): meaning.strip() for name, _, meaning in pairs}
    return value


def _form(pattern: str, wanted: str) -> BeforeValidator:
    """Text of a form, with words for what is wanted."""

    def matching(value: object) -> object:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError(wanted)
        return value

    return BeforeValidator(matching)


Count = Annotated[int, BeforeValidator(count), Field(ge=1)]
Share = Annotated[float, BeforeValidator(number), Field(ge=0, le=1)]
Name = Annotated[str, _form(r"[A-Za-z0-9][A-Za-z0-9_-]*", "letters, digits, - and _ are wanted")]
Layers = Annotated[str, _form(r"\d+(-\d+)?(,\d+(-\d+)?)*", 'numbers and ranges of layers are wanted, as "12-29" or "0,5-7"')]
Names = Annotated[tuple[str, ...], BeforeValidator(_names)]


def _shares(value: object) -> object:
    """Each key must be the name of a share; `table=1,list=2` on the command line is a mapping."""
    value = _given(value)
    for name in value if isinstance(value, dict) else ():
        if name not in SHARES:
            raise ValueError(f"unknown form '{name}'; {near(str(name), SHARES)}")
    return value


Shares = Annotated[dict[str, Annotated[float, BeforeValidator(number), Field(ge=0)]], BeforeValidator(_shares)]


Positive = Annotated[float, BeforeValidator(number), Field(gt=0)]


class LessonSettings(Settings):
    """How much of its stage a lesson is: `weight`, a share of what remains, relative to the other lessons with a weight; or,
    taken from the stage's budget before that, `exposures` (stated ones per fact, on the average) or `tokens`. `options`:
    keywords of its `pick`."""

    weight: Annotated[float, Field(ge=0)] = 1.0
    exposures: Positive | None = None
    tokens: Count | None = None
    options: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _one_measure(cls, raw: Any) -> Any:
        given = [key for key in ("exposures", "tokens") if isinstance(raw, dict) and raw.get(key) is not None]
        if not given:
            return raw
        if len(given) > 1 or raw.get("weight"):
            raise ValueError("a lesson has either a weight, exposures, or tokens")
        return {**raw, "weight": 0.0}

    @property
    def fixed(self) -> bool:
        """Whether its part is a number of its own, and no share."""
        return self.exposures is not None or self.tokens is not None


class StageSettings(Settings):
    """One stage. `exposures`: its share of all stated exposures, relative to the other stages. `questions`: asked exposures
    per stated one, of facts that may be asked about. `replay_of_earlier`: share of its subgraphs that come again from
    earlier stages, in new words. `order` inside it: each anchor spread evenly ("interleaved"), or from what is easy on
    ("competence", as in the curriculum). `forms`: as in the curriculum, for this stage alone."""

    name: Name
    exposures: Annotated[float, Field(gt=0)] = 1.0
    questions: Annotated[float, Field(ge=0)] = 0.0
    lessons: Annotated[dict[str, LessonSettings], Field(min_length=1)]
    replay_of_earlier: Annotated[float, Field(ge=0, le=0.9)] = 0.0
    order: Literal["interleaved", "competence"] = "interleaved"
    forms: Shares | None = None


class SplitSettings(Settings):
    """What is held out: `held_out` share of facts (null: 0.1, or 0 where a given part is held out), `qa_held_out` share of
    subjects never asked about, `held_out_entities` share of entities that appear nowhere, `held_out_compositions` number of
    chains of two trained facts never brought together; `given`: what parts of the data set are; the scope."""

    seed: int = 0
    held_out: Share | None = None
    qa_held_out: Share = 0.5
    held_out_entities: Share = 0.0
    held_out_compositions: Annotated[int, BeforeValidator(count), Field(ge=0)] = 0
    min_values: Count = 10
    min_degree: Annotated[int, BeforeValidator(count), Field(ge=0)] = 1
    min_facts: Annotated[int, BeforeValidator(count), Field(ge=0)] = 10
    given: Annotated[dict[str, Literal["held_out", "unused"]], BeforeValidator(_given)] = Field(default_factory=dict)
    relations: Names = ()
    subjects: Count | None = None


class RelationSettings(Settings):
    """Which relations are taught. Those marked as identifier, code or coordinate are not, unless `marked` is "include" or the
    split names its relations; `include` (by key, name or label) are taught even so, `exclude` never. `weights`: how often the
    facts of a relation are stated, relative to those of the relations that are not named (1); the total stays what it is."""

    marked: Literal["exclude", "include"] = "exclude"
    include: Names = ()
    exclude: Names = ()
    weights: Annotated[dict[str, Positive], BeforeValidator(_given)] = Field(default_factory=dict)


class AllocationSettings(Settings):
    """Exposures by fact, the total staying what it is: exponents of the rarity and the connectedness of a fact's entities, and
    a file with the surprisal of each fact (`compile.allocation` has the formula). No fact has less than `least` or more than
    `most` times the average."""

    rarity: Annotated[float, BeforeValidator(number), Field(ge=0, le=8)] = 0.0
    degree: Annotated[float, BeforeValidator(number), Field(ge=0, le=8)] = 0.0
    surprisal: str | None = None
    least: Annotated[float, BeforeValidator(number), Field(ge=0, lt=1)] = 0.25
    most: Annotated[float, BeforeValidator(number), Field(gt=1)] = 4.0


class PackSettings(Settings):
    """`block` in tokens; `replay`: share of plain text in the tokens; `lookahead`: documents that packing may reorder."""

    block: Annotated[int, BeforeValidator(count), Field(ge=16)] = 128
    replay: Annotated[float, Field(ge=0, lt=1)] = 0.1
    lookahead: Count = 64


class TrainSettings(Settings):
    """LoRA: `rank`, `alpha`, `layers` ("12-29"; null for all); `batch`: blocks per optimizer step; `warmup`: share of steps;
    `replay_loss`: replay blocks are held to the base model ("kl", times `replay_weight`) or learned like the rest ("text");
    `strength`: what the adapter adds is multiplied by it after training (below 1: less forgotten, a little less known)."""

    rank: Count = 16
    alpha: Annotated[float, Field(gt=0)] = 32
    layers: Layers | None = None
    lr: Annotated[float, Field(gt=0)] = 3e-3
    batch: Count = 1
    schedule: Literal["linear", "cosine", "constant"] = "linear"
    epochs: Count = 1
    warmup: Annotated[float, Field(ge=0, lt=1)] = 0.03
    replay_loss: Literal["kl", "text"] = "kl"
    replay_weight: Annotated[float, Field(gt=0)] = 3
    strength: Annotated[float, Field(gt=0, le=1)] = 1.0


class ProbeSettings(Settings):
    """`tasks`: names of probes; `limit`: questions per task, split and wording (null for all); `options`: keywords of a task's
    `ask`, by task."""

    tasks: Names = ("true_false", "multiple_choice", "blank_filling")
    limit: Count | None = None
    options: dict[str, dict[str, Any]] = Field(default_factory=dict)


class MinutesRow(Settings):
    """What fits a time: subjects in scope and stated exposures per fact."""

    subjects: Count | None = None
    exposures: Count


class Curriculum(Settings):
    """Lessons, mixture, order, budget: everything that a corpus depends on besides graph, split and lexicon, and the settings
    of the steps after it. Exactly one of `exposures` (stated ones per train fact) and `tokens` (of the corpus) is given.

    `order` of the documents: stage by stage ("ladder"), that from its end to its beginning ("reversed"), without regard to
    stages ("shuffled"), or each drawn from what a growing competence can take ("competence"). The documents are the same.
    `forms`: how often each form is drawn, relative to the others that suit a subgraph and may be used for it; `prose` and
    `question_answer` are what the lessons pick. Empty: those alone. `wordings`: of each fact only so many are used, in
    statements and in questions; null: all. `format` of the files: the documents are the same."""

    name: str
    seed: int = 0
    buckets: Annotated[int, Field(ge=1, le=4096)] = 16
    format: Literal["parquet", "jsonl"] = "parquet"
    domain: str = ""
    exposures: Count | None = None
    tokens: Count | None = None
    max_chars: Annotated[int, BeforeValidator(count), Field(ge=80)] = 1200
    order: Literal["ladder", "reversed", "shuffled", "competence"] = "ladder"
    forms: Shares = Field(default_factory=dict)
    wordings: Count | None = None
    chars_per_token: Annotated[float, Field(gt=0)] | None = None
    split: SplitSettings = SplitSettings()
    relations: RelationSettings = RelationSettings()
    allocation: AllocationSettings | None = None
    stages: Annotated[tuple[StageSettings, ...], Field(min_length=1)]
    pack: PackSettings = PackSettings()
    train: TrainSettings = TrainSettings()
    probe: ProbeSettings = ProbeSettings()
    minutes: dict[int, MinutesRow] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Curriculum:
        if (self.exposures is None) == (self.tokens is None):
            raise ValueError("give either 'exposures' (per train fact) or 'tokens' (of the corpus), not both or none")
        names = [stage.name for stage in self.stages]
        if len(set(names)) < len(names):
            raise ValueError(f"two stages have the same name: {', '.join(names)}")
        return self

    @property
    def fingerprint(self) -> str:
        """16 hex digits of the settings that the corpus depends on. `split` and the choice of `relations` act through the
        split's own; of a file of surprisals the content counts, not the name (`compile.plan`)."""
        apart = {"format", "split", "relations", "pack", "train", "probe", "minutes", "chars_per_token"}
        kept = _without_unused(self.model_dump(mode="json", exclude=apart))
        if self.relations.weights:
            kept["weights"] = dict(self.relations.weights)
        if self.allocation is not None:
            kept["allocation"]["surprisal"] = self.allocation.surprisal is not None
        return show(digest("curriculum", yaml.safe_dump(kept, sort_keys=True), repr(self.chars_per_token)))


def _without_unused(dumped: dict[str, Any]) -> dict[str, Any]:
    """Settings that change nothing where they are not given are then written, and count, as if there were none to give."""
    for key in ("forms", "order", "wordings", "allocation"):
        if dumped[key] in ({}, "ladder", None):
            del dumped[key]
    for stage in dumped["stages"]:
        if stage["forms"] is None:
            del stage["forms"]
        for lesson in stage["lessons"].values():
            for key in [key for key in ("exposures", "tokens") if lesson[key] is None]:
                del lesson[key]
    return dumped


def shipped(kind: str) -> Path:
    """The folder of what comes with the package: `curricula`, `data`. In a wheel it is packed inside, in a checkout beside."""
    package = Path(__file__).parent
    for folder in (package / "_shipped" / kind, package.parent / kind):
        if folder.is_dir():
            return folder
    raise UserError(f"the folder '{kind}' that comes with kg2corpus is missing", "install kg2corpus again")


def curriculum_names() -> list[str]:
    """Names of the shipped curricula, sorted."""
    return sorted(path.stem for path in shipped("curricula").glob("*.yaml"))


def find_curriculum(name: str | Path) -> Path:
    """A file, or the shipped curriculum of that name. Raises UserError with near matches."""
    path = Path(name)
    if path.is_file():
        return path
    if path.suffix in (".yaml", ".yml") or len(path.parts) > 1:
        by_name = shipped("curricula") / path.name
        if path.parts[:-1] == ("curricula",) and by_name.is_file():  # `curricula/ladder.yaml` outside of a checkout
            return by_name
        beside = [p.name for p in path.parent.glob("*.y*ml")] if path.parent.is_dir() else []
        raise UserError(f"no such curriculum file: {path}", near(path.name, beside or curriculum_names()))
    if path.name not in curriculum_names():
        raise UserError(f"unknown curriculum '{name}'", near(str(name), curriculum_names()))
    return shipped("curricula") / f"{path.name}.yaml"


def load_curriculum(name: str | Path, sets: Sequence[str] = ()) -> Curriculum:
    """Read, override, validate; lesson options are checked against the lessons' signatures. Raises UserError."""
    path = find_curriculum(name)
    raw = read_yaml(path)
    if not isinstance(raw, dict):
        raise UserError(f"{path}: a curriculum is a mapping of settings", "curricula/ladder.yaml shows every key")
    curriculum = validated(Curriculum, overridden(raw, sets, str(path)), str(path))
    _check_lessons(curriculum, str(path))
    return curriculum


def override(settings: M, sets: Sequence[str], where: str = "--set") -> M:
    """Settings with `key=value` overrides, validated again. Works on a curriculum and on any section of one."""
    changed = validated(type(settings), overridden(settings.model_dump(mode="python"), sets, where), where)
    if isinstance(changed, Curriculum):
        _check_lessons(changed, where)
    return changed


def at_minutes(curriculum: Curriculum, minutes: int | None) -> Curriculum:
    """The curriculum with the largest row of its `minutes` table that fits. None leaves it as it is. Raises UserError."""
    if minutes is None:
        return curriculum
    fitting = [m for m in curriculum.minutes if m <= minutes]
    if not fitting:
        least = f"at least {min(curriculum.minutes)}" if curriculum.minutes else "leave --minutes out: it has no such table"
        raise UserError(f"curriculum '{curriculum.name}' has no row for {minutes} minutes", least)
    row = curriculum.minutes[max(fitting)]
    split = curriculum.split.model_copy(update={"subjects": row.subjects or curriculum.split.subjects})
    return curriculum.model_copy(update={"split": split, "exposures": row.exposures, "tokens": None})


def resolved(curriculum: Curriculum) -> str:
    """All settings, defaults included, as YAML that `load_curriculum` reads back to the same curriculum."""
    dumped = _without_unused(curriculum.model_dump(mode="json"))
    if not dumped["relations"]["weights"]:
        del dumped["relations"]["weights"]
    kept = {k: v for k, v in dumped.items() if not (k in ("exposures", "tokens") and v is None)}
    return yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=128)


def _check_lessons(curriculum: Curriculum, where: str) -> None:
    for stage in curriculum.stages:
        for name, lesson in stage.lessons.items():
            key = f"{where}: stages.{stage.name}.lessons"
            if name not in registry.names("lessons"):
                raise UserError(f"{key}: unknown lesson '{name}'", near(name, registry.names("lessons")))
            if name == FALLBACK and lesson.fixed:
                what = f"{key}.{name}: this lesson tops every fact up to its exposures, so it has no number of its own"
                raise UserError(what, "give it a weight, and exposures or tokens to the other lessons")
            registry.check_options(f"{key}.{name}.options", registry.find("lessons", name).pick, lesson.options)
