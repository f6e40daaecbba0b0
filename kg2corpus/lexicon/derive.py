"""Plain wordings for a relation that no file speaks of: from its label or name, and from a look at its facts.

The shape of the phrase decides: "field of work" is a noun, "founded by" and "regulates" are verbs, "part of" and "located in"
go with "is", "is a" names a kind, "in group" a place; a label or description with [X] and [Y] is a sentence already.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..types import Node, Relation
from . import shapes
from .entry import Entry
from .templates import parse
from .values import ValueRule, datatype, truth

if TYPE_CHECKING:
    from ..snapshot import Graph

SAMPLE = 60


@dataclass(frozen=True, slots=True)
class Sample:
    """What some of a relation's facts show.

    `truths`: every object reads as yes or no, `boolean`: and says so by its datatype or word; `passages`: the objects are
    sentences; `when`: they are days or years ("day", "year"); `repeats`: the objects' labels begin with the last word of the
    relation's label ("in group": "group 17").
    """

    subject_types: frozenset[str] = frozenset()
    multi: bool = False
    boolean: bool = False
    truths: bool = False
    literal: bool = False
    passages: bool = False
    repeats: bool = False
    when: str = ""


def sample(graph: Graph, relation: Relation) -> Sample:
    """Look at up to 60 subjects of a relation, spread evenly over its uids so that the choice follows content alone."""
    subjects = graph.subjects(relation.uid)
    chosen = subjects[:: max(1, len(subjects) // SAMPLE)][:SAMPLE]
    types: set[str] = set()
    objects: list[Node] = []
    several = 0
    for uid in chosen:
        types.update(graph.node(uid).types)
        facts = graph.out(uid, relation.uid)
        several += len(facts) > 1
        objects += [f.object for f in facts[:3]]
    if not objects:
        return Sample(frozenset(types))
    literal = all(o.literal for o in objects)
    last = relation.label.replace("_", " ").casefold().split(" ")[-1]
    return Sample(
        frozenset(types),
        several * 10 > len(chosen),
        boolean=all(o.literal and _boolean(o) for o in objects),
        truths=literal and all(truth(o) is not None for o in objects),
        literal=literal,
        passages=literal and sum(len(o.label) > 50 and " " in o.label for o in objects) * 4 > len(objects),
        when=_when(objects),
        repeats=bool(last) and sum(o.label.casefold().startswith(f"{last} ") for o in objects) * 2 > len(objects),
    )


def _when(objects: list[Node]) -> str:
    """ "day" where the objects are whole dates, "year" where they are years, else ""."""
    kinds = {datatype(o) if o.literal else "entity" for o in objects}
    if kinds <= {"date", "dateTime"}:
        return "day"
    numbers = {"gYear", "integer", "int", "nonNegativeInteger", "positiveInteger", "short", ""}
    return "year" if kinds <= numbers and all(re.fullmatch(r"[12]\d{3}", o.label) for o in objects) else ""


def _boolean(node: Node) -> bool:
    return truth(node) is not None and (datatype(node) == "boolean" or node.label.casefold() in ("true", "false", "yes", "no"))


def derive(relation: Relation, seen: Sample) -> Entry:
    """An entry for the relation. Its wordings state that the relation holds and nothing more."""
    phrase = shapes.phrase_of(relation)
    rule = ValueRule(unit=relation.unit)
    if seen.boolean or (seen.truths and phrase.split(" ")[0] in ("is", "was", "has")):
        (lists, phrases), rule = shapes.boolean(phrase), ValueRule(kind="boolean")
    elif pattern := shapes.pattern_of(relation):
        lists, phrases = shapes.from_pattern(pattern, multi=seen.multi, literal=seen.literal)
    elif seen.passages:
        (lists, phrases), rule = shapes.passage(phrase), ValueRule(kind="text")
    else:
        look = {"multi": seen.multi, "literal": seen.literal, "repeats": seen.repeats}
        lists, phrases = shapes.from_phrase(phrase, **look, when=seen.when)
    where = f"derived wording of '{relation.key}'"
    return Entry(
        {key: tuple(parse(text, where) for text in dict.fromkeys(texts)) for key, texts in lists.items()},
        {key: parse(text, where) for key, text in phrases.items()},
        rule,
        multi=seen.multi,
    )
