"""Relations whose label or description is a sentence with [X] and [Y], as probing sets have them."""

from __future__ import annotations

import re
from dataclasses import replace

from ..types import Relation
from . import shapes
from .nominal import mutual
from .nouns import numbers
from .readings import read
from .shapes import Shape, make
from .usage import Use
from .words import PREPOSITIONS, participle


def pattern_of(relation: Relation) -> str:
    """A label or description that is a sentence with [X] and [Y]; empty for none."""
    for text in (relation.label, relation.description):
        flat = " ".join(text.split()).rstrip(".")
        if flat.count("[X]") == flat.count("[Y]") == 1 and not set(flat) & set("{}|") and len(flat) < 200:
            return flat
    return ""


def from_pattern(pattern: str, use: Use, by: str) -> tuple[Shape, str]:
    """The shape of the sentence, and the sentence itself as a wording."""
    own = pattern.replace("[X]'s", "{S's}").replace("[Y]'s", "{O's}").replace("[X]", "{S}").replace("[Y]", "{O}")
    own = own if own.startswith("{") else own[:1].lower() + own[1:]
    return _shape(pattern, own, use, by), own


def _shape(pattern: str, own: str, use: Use, by: str) -> Shape:
    """By the form of the sentence; what fits none is said as it is."""
    the = r"[Tt]he (.+?) (?:of|for|in)(?: the (\w+))? \[X\] (is|was|are) \[Y\]"
    if (found := re.fullmatch(the, pattern)) and "[" not in found[1]:
        return shapes.noun(found[1], use, past=found[3] == "was")
    own_part = re.fullmatch(r"\[X\]'s (\w+) (is|are|was|were) ((?:\w+ly )?\w+) (\w+) \[Y\]", pattern)
    # "[X]'s works were primarily written in [Y]"
    if own_part and participle(own_part[3].split(" ")[-1]) and own_part[4] in PREPOSITIONS:
        shape = shapes.with_(f"{own_part[2]} {own_part[3]}", own_part[4], use, past=own_part[2] in ("was", "were"))
        flags = (shape.flags - {"shared"}) | {"typed"}
        return replace(shape, words={**shape.words, "S": f"{{S's}} {own_part[1]}"}, flags=flags)
    if found := re.fullmatch(r"\[X\]'s (.+) (is|was)( the)? \[Y\]", pattern):
        return _article(shapes.noun(found[1], use, past=found[2] == "was"), object="the " if found[3] else "")
    if found := re.fullmatch(r"\[X\] (has|had) \[Y\] as its (.+)", pattern):
        return shapes.noun(found[2], replace(use, subject=use.subject or "thing"), past=found[1] == "had")
    made = re.fullmatch(r"[Tt]he (\w+) of \[X\] (is|are|was|were) (\w+) by \[Y\]", pattern)
    if made and participle(made[3]):  # "The lyrics of [X] were written by [Y]"
        be = {"be": made[2], "S": f"the {made[1]} of {{S}}"}
        shape = shapes.agent(made[3], replace(use, subject="thing", subject_noun=""), past=made[2] in ("was", "were"))
        return replace(shape, words={**shape.words, **be}, flags=shape.flags - {"work", "shared", "doer"})
    found = re.fullmatch(r"([Tt]he )?\[X\] ([^\[\]]+?)( the)? \[Y\](?: (\w+))?", pattern)
    if found and found[2].split(" ")[0] not in ("and", "or"):
        shape = read(found[2], replace(use, literal=False), by)
        after = f" {found[4]}" if found[4] else ""
        return _article(shape, subject="the " if found[1] else "", object="the " if found[3] else "", after=after)
    if found := re.fullmatch(r"\[Y\] ([^\[\]]+?) \[X\]", pattern):
        turned = replace(
            use, subject=use.object, object=use.subject, subject_noun=use.object_noun, object_noun=use.subject_noun
        )
        return replace(read(found[1], turned, by), turned=True)
    if found := re.fullmatch(r"\[X\] and \[Y\] are (.+)", pattern):
        return mutual(numbers(found[1])[0], use)
    blank = {"no object": re.sub(r"\{O('s)?\}", "____", own), "no subject": re.sub(r"\{S('s)?\}", "____", own), "own": own}
    return make("odd", use, blank, sure=0.7)


def _article(shape: Shape, *, subject: str = "", object: str = "", after: str = "") -> Shape:
    """The shape with articles that the sentence has before its two ends: "the {S} flows into the {O}"."""
    if not (subject or object or after):
        return shape
    return replace(shape, words={**shape.words, "S": subject + "{S}", "O": f"{object}{{O}}{after}"})
