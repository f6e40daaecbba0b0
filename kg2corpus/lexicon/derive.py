"""Plain wordings for a relation that no file speaks of: from its label or name, and from a look at its facts.

The shape of the phrase decides: "field of work" is a noun, "founded by" and "regulates" are verbs, "part of" and "located in"
go with "is", "is a" names a kind, "in group" a place; a label or description with [X] and [Y] is a sentence already.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
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
Wordings = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Sample:
    """What some of a relation's facts show: types of subjects, whether objects are several, true or false, literals."""

    subject_types: frozenset[str] = frozenset()
    multi: bool = False
    boolean: bool = False
    literal: bool = False


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
    boolean = bool(objects) and all(o.literal and _boolean(o) for o in objects)
    literal = bool(objects) and all(o.literal for o in objects)
    return Sample(frozenset(types), several * 10 > len(chosen), boolean, literal)


def _boolean(node: Node) -> bool:
    return truth(node) is not None and (datatype(node) == "boolean" or node.label.casefold() in ("true", "false", "yes", "no"))


def derive(relation: Relation, seen: Sample) -> Entry:
    """An entry for the relation. Its wordings state that the relation holds and nothing more."""
    phrase = shapes.phrase_of(relation)
    multi = seen.multi
    rule = ValueRule(unit=relation.unit)
    if seen.boolean:
        lists, phrases = shapes.boolean(phrase)
        rule = ValueRule(kind="boolean")
    elif pattern := shapes.pattern_of(relation):
        lists, phrases = shapes.from_pattern(pattern, multi=multi, literal=seen.literal)
    else:
        lists, phrases = shapes.from_phrase(phrase, multi=multi, literal=seen.literal)
    where = f"derived wording of '{relation.key}'"
    return Entry(
        {key: tuple(parse(text, where) for text in dict.fromkeys(texts)) for key, texts in lists.items()},
        {key: parse(text, where) for key, text in phrases.items()},
        rule,
        multi=multi,
    )


def words_of(name: str) -> str:
    """Words of a CamelCase, snake_case or path-like name: "birthPlace" and "/people/person/birth_place" are "birth place"."""
    last = re.split(r"[/#]", name.strip("/#"))[-1] or name
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", last.replace("_", " ").replace(".", " "))
    return " ".join(w if w.isupper() and len(w) > 1 else w[:1].lower() + w[1:] for w in spaced.split())


