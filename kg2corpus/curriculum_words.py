"""What a curriculum means, in sentences: `kg2corpus curriculum show`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from . import registry
from .config import FALLBACK, Curriculum, LessonSettings, StageSettings

ORDERS = {
    "ladder": "Documents come stage by stage.",
    "reversed": "Documents come from the end of the last stage to the beginning of the first.",
    "shuffled": "Documents of all stages are mixed evenly.",
    "easy": "Documents of all stages come from easy to hard.",
    "competence": "Documents of all stages are mixed, and what is hard may come only as competence grows, with the square root "
    "of what has passed.",
}


def sections(c: Curriculum) -> dict[str, list[str]]:
    """By heading, the sentences."""
    return {
        "": list(_whole(c)),
        **{f"Stage {i}, {stage.name}": list(_stage(c, stage, i)) for i, stage in enumerate(c.stages, 1)},
        "What is taught": list(_taught(c)),
        "What is held out": list(_held_out(c)),
        "Packing and training": list(_trained(c)),
        "Probing": list(_probed(c)),
    }


def lessons(c: Curriculum) -> list[dict[str, Any]]:
    """The rows of the stages' lessons: stage, lesson, level, part in words, and what the lesson is."""
    return [
        {"stage": stage.name, "lesson": name, "level": module.LEVEL, "part": _part(stage, number, name, lesson),
         "what": what(module)}
        for number, stage in enumerate(c.stages, 1)
        for name, lesson in stage.lessons.items()
        for module in [registry.find("lessons", name)]
    ]  # fmt: skip


def what(module: Any) -> str:
    """The first sentence of a lesson's docstring, without its level."""
    text = " ".join((module.__doc__ or "").split("\n\n")[0].split())
    text = re.sub(r"^Level \d(?:, \w+)?: ", "", text)
    first = re.split(r"(?<=[.!?])\s+(?=[A-Z])", text)[0]
    return first[:1].upper() + first[1:]


def share(part: float) -> str:
    """0.125 -> 12.5 %"""
    return f"{100 * part:.3g} %"


def listed(names: Sequence[str], word: str = "and") -> str:
    """a, b and c"""
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _plural(n: float, noun: str) -> str:
    return f"{n:,g} {noun}" if n == 1 else f"{n:,g} {noun}s"


def _whole(c: Curriculum) -> Iterator[str]:
    if c.exposures is not None:
        loose = "" if FALLBACK in c.stages[-1].lessons else "at most "
        mean = ", on the average" if c.relations.weights or c.allocation else ""
        yield f"Each fact that is trained is stated {loose}{_plural(c.exposures, 'time')}{mean}, over all stages."
    else:
        yield f"The corpus has about {c.tokens:,} tokens; how often each fact is stated follows from that."
    yield ORDERS[c.order]
    if c.wordings is not None:
        said = "always in the same wording" if c.wordings == 1 else f"in at most {c.wordings} wordings"
        yield f"Each fact is said {said}."
    if c.forms:
        yield f"{_forms(c.forms)} Of these, what suits the facts and may be used for them is drawn."
    yield f"No document is longer than {c.max_chars:,} characters, but for a single longer sentence."
    yield f"Seed {c.seed}; each stage lies in {_plural(c.buckets, 'file')}."


def _forms(forms: dict[str, float]) -> str:
    total = sum(forms.values()) or 1.0
    return f"Forms by weight: {listed([f'{name} ({share(weight / total)})' for name, weight in forms.items() if weight])}."


def _stage(c: Curriculum, stage: StageSettings, number: int) -> Iterator[str]:
    whole = sum(one.exposures for one in c.stages)
    part = stage.exposures / whole
    each = f", {_plural(round(c.exposures * part, 2), 'time')} each fact" if c.exposures is not None else ""
    yield f"{share(part)} of the statements{each}." if len(c.stages) > 1 else "All of the statements."
    if stage.replay_of_earlier and number > 1:
        before = listed([one.name for one in c.stages[: number - 1]])
        yield f"{share(stage.replay_of_earlier)} of it repeats what {before} taught, in other words."
    asked = f"{share(stage.questions)} as often as they are stated"
    if stage.questions:
        yield f"Facts that may be asked about are asked for {'as often as they are stated' if stage.questions == 1 else asked}."
    else:
        yield "Nothing is asked."
    for name, lesson in stage.lessons.items():
        module = registry.find("lessons", name)
        given = listed([f"{key} = {_value(value)}" for key, value in lesson.options.items()])
        options = f" With {given}." if given else ""
        yield f"{name} (level {module.LEVEL}; {_part(stage, number, name, lesson)}): {what(module)}{options}"
    if FALLBACK in stage.lessons:
        yield f"What the other lessons cannot use goes to {FALLBACK}, until every fact has its number."
    else:
        yield "No lesson tops facts up: those that the lessons find nothing for are stated less often."
    if stage.order == "easy":
        yield "Inside the stage documents come from easy to hard."
    if stage.order == "competence":
        yield "Inside the stage what is hard may come only as competence grows."
    if stage.forms is not None:
        yield _forms(stage.forms) if stage.forms else "Only the forms that the lessons pick."


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return listed([str(item) for item in value])
    return f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _part(stage: StageSettings, number: int, name: str, lesson: LessonSettings) -> str:
    if lesson.exposures is not None:
        return f"{_plural(lesson.exposures, 'time')} each fact, on the average"
    if lesson.tokens is not None:
        return f"{lesson.tokens:,} tokens"
    total = sum(one.weight for one in stage.lessons.values()) or 1.0
    apart = any(one.fixed for one in stage.lessons.values()) or (stage.replay_of_earlier and number > 1)
    if not lesson.weight:
        return "what is left over" if name == FALLBACK else "nothing"
    return f"{share(lesson.weight / total)} of {'the rest' if apart else 'the stage'}"


def _taught(c: Curriculum) -> Iterator[str]:
    relations, split = c.relations, c.split
    if split.relations:
        yield f"Only the relations {listed(split.relations)}."
    elif relations.marked == "exclude":
        yield "All relations but those marked as identifiers, codes, coordinates or syntax."
    else:
        yield "All relations, identifiers, codes, coordinates and syntax too."
    if relations.include:
        yield f"Whatever their mark, also {listed(relations.include)}."
    if relations.exclude:
        yield f"Never {listed(relations.exclude)}."
    if split.subjects is not None:
        yield f"Only the facts of {_plural(split.subjects, 'subject')}."
    for name, weight in relations.weights.items():
        yield f"Facts of {name} are stated {weight:g} times as often as those of a relation without a weight."
    if (a := c.allocation) is not None:
        found = (("rare", a.rarity), ("well connected", a.degree))
        by = [f"{word} (to the power of {power:g})" for word, power in found if power]
        by += [f"surprising, by {a.surprisal}"] if a.surprisal else []
        bounds = f"no fact less than {a.least:g} or more than {a.most:g} times the average"
        yield f"More often stated is what is {listed(by)}; {bounds}." if by else "Every fact has the same weight."
    if relations.weights or c.allocation:
        yield "The total of statements stays what it is without these weights."


def _held_out(c: Curriculum) -> Iterator[str]:
    s = c.split
    of_facts = s.held_out if s.held_out is not None else 0.0 if "held_out" in s.given.values() else 0.1
    if of_facts:
        yield f"{share(of_facts)} of the facts, which no document states, implies or composes."
    for name, meaning in s.given.items():
        yield f"The facts of the part '{name}' are {'held out' if meaning == 'held_out' else 'not used'}."
    if s.held_out_entities:
        yield f"{share(s.held_out_entities)} of the entities of each type, which appear nowhere."
    if s.held_out_compositions:
        yield f"{_plural(s.held_out_compositions, 'chain')} of two trained facts, which are never brought together."
    if s.qa_held_out:
        yield f"{share(s.qa_held_out)} of the subjects are told but never asked about."
    if not (of_facts or s.given or s.held_out_entities or s.held_out_compositions or s.qa_held_out):
        yield "Nothing."


def _trained(c: Curriculum) -> Iterator[str]:
    pack, train = c.pack, c.train
    opened = f"'{c.domain}'" if c.domain else "the graph's name"
    yield f"Blocks of {pack.block:,} tokens, which no two documents of one anchor or fact share."
    early = f"A document may come up to {pack.lookahead - 1} places early to fill one."
    yield early if pack.lookahead > 1 else "The order is strict."
    yield f"Each document is opened by a domain token, that of {opened}."
    held = f"the model is held there to what it said before (weight {train.replay_weight:g})"
    plain = f"{share(pack.replay)} of the tokens are plain text: {held if train.replay_loss == 'kl' else 'it is learned too'}."
    yield plain if pack.replay else "No plain text is mixed in."
    layers = f"layers {train.layers}" if train.layers else "all layers"
    steps = f"{_plural(train.batch, 'block')} a step, {_plural(train.epochs, 'epoch')}"
    yield f"A LoRA adapter of rank {train.rank} (alpha {train.alpha:g}) on {layers}."
    yield f"Learning rate {train.lr:g}, {train.schedule} with {share(train.warmup)} of warm-up; {steps}."
    if train.strength != 1:
        yield f"After training what it adds is multiplied by {train.strength:g}."


def _probed(c: Curriculum) -> Iterator[str]:
    limit = f", at most {c.probe.limit:,} questions of each split and wording" if c.probe.limit is not None else ""
    yield f"{listed([task.replace('_', ' ') for task in c.probe.tasks]).capitalize()}{limit}."
