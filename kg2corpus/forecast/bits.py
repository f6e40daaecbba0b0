"""How many bits a graph holds, and a model that is to know it: of what the objects of facts are, and of what things are called.

**Facts.** Who always answers with the commonest object of a relation knows nothing of its facts. So a fact is worth what its
object tells beyond the objects of its relation as they are distributed: the entropy of that distribution, for each fact. The
objects that are not among the facts but could have been are allowed for by the estimator of Chao and Shen (Environmental and
Ecological Statistics 10, 2003): the plain entropy of a thousand dates of birth, nearly all different, would be that of
a thousand values, whatever the calendar. An entity is worth no more than the logarithm of the number of entities, a
number or date no more than its digits. The k objects of one subject come in no order: log2 k! less. Inverse and symmetric facts
are counted once, and facts that follow from others (`dependencies`) not at all.

**Names and texts.** An entity's label is worth its characters times `NAME`, less log2 N! for all N of them (a set has no
order); literals that are texts are worth theirs, each different one, and of these a fact then chooses one. Only names that the
base model does not know need to be learned, and which these are is not known here, so they are given apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from ..columns import Ints, ints, whole
from ..graph import Graph
from .dependencies import Dependency, dependencies

DIGIT = math.log2(10)
ENDS = ("value", "low", "high")
TEXTS = ("", "http://www.w3.org/2001/XMLSchema#string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString")
NUMBER = r"^[-+]?[0-9][0-9.,:/ -]*$"  # of a literal without a datatype


@dataclass(frozen=True)
class Estimate:
    """A figure that is taken from elsewhere, the least and the most that it may be, and where it is from."""

    value: float
    low: float
    high: float
    source: str


NAME = Estimate(
    3.5, 1.2, 3.75,
    "bits per character of a name: the surprise of SmolLM2-135M at labels of five graphs, 2.7 to 3.75, the middle one "
    "(docs/results/text/names.json); least: names put together from three short lists, as `synth` does",
)  # fmt: skip
PROSE = Estimate(1.0, 0.6, 1.3, "bits per letter of English prose: Shannon, Bell System Technical Journal 30, 1951")
LONG = 40  # characters on the average, from which a relation's texts are prose and not names


def entropy(counts: Ints) -> float:
    """Bits of one draw from a distribution of which these counts were drawn (Chao and Shen), 0 where none or one was."""
    n = int(counts.sum())
    if n < 2:
        return 0.0
    once = min(int((counts == 1).sum()), n - 1)
    p = (1 - once / n) * counts / n
    return float(-(p * np.log2(p) / -np.expm1(n * np.log1p(-p))).sum()) if len(counts) > 1 else 0.0


def plain_entropy(counts: Ints) -> float:
    """Bits of one draw from the counts as they are."""
    p = counts / max(1, int(counts.sum()))
    return float(-(p * np.log2(p)).sum())


def _of_sets(sizes: npt.NDArray[Any]) -> float:
    """log2 of the product of the factorials: what is gained where order does not matter."""
    kinds, counts = np.unique(sizes, return_counts=True)
    logs = (math.lgamma(k + 1) * count for k, count in zip(kinds.tolist(), counts.tolist(), strict=True))
    return math.fsum(logs) / math.log(2)


@dataclass(frozen=True)
class Facts:
    """The distinct facts of a graph as rows of nodes and relations: those that say the same through an inverse or symmetry
    once, read so that the objects are fewer."""

    subject: Ints
    relation: Ints
    object: Ints


def facts_of(graph: Graph) -> Facts:
    """The facts of a graph or a view."""
    rows = graph.fact_rows()
    subject, relation, object_ = (ints(graph.columns.facts, name)[rows].copy() for name in ("subject", "relation", "object"))
    row_of = {r.uid: row for row, r in enumerate(graph.relations())}
    for row, own in enumerate(graph.relations()):
        readings = [(row_of[uid], turned) for uid, turned in graph.readings(own.uid) if uid in row_of]
        if (row, True) in readings:  # symmetric: the lesser end first
            at = relation == row
            subject[at], object_[at] = np.minimum(subject[at], object_[at]), np.maximum(subject[at], object_[at])
        least, turned = min(readings)
        if least < row:
            at = relation == row
            relation[at] = least
            if turned:
                subject[at], object_[at] = object_[at], subject[at]
    table = np.unique(np.stack([relation, subject, object_]), axis=1)
    relation, subject, object_ = table
    literal = graph.columns.nodes["literal"].to_numpy().astype(bool)
    for row in np.unique(relation).tolist():
        at = np.flatnonzero(relation == row)
        both = any(turned for _, turned in graph.readings(graph.relations()[row].uid))
        if both and not literal[object_[at]].any() and len(np.unique(subject[at])) < len(np.unique(object_[at])):
            subject[at], object_[at] = object_[at], subject[at]
    return Facts(subject, relation, object_)


@dataclass(frozen=True)
class Held:
    """What one relation holds: `bits` of `facts` that do not follow from others, `each` before that, and the `characters` of
    the different texts among its objects, whose bits are not in `bits`."""

    row: int
    facts: int
    implied: int
    each: float
    bits: float
    texts: int
    characters: int
    dependency: Dependency | None


def held(graph: Graph) -> tuple[list[Held], Facts]:
    """The bits of each relation of a graph or a view, and the facts as they were counted."""
    facts = facts_of(graph)
    nodes = graph.columns.nodes
    literal = nodes["literal"].to_numpy().astype(bool)
    length = np.asarray(pc.utf8_length(whole(nodes["label"])), dtype=np.int64)
    text = literal & np.isin(whole(nodes["datatype"]).to_numpy(zero_copy_only=False).astype(str), TEXTS)
    text &= ~np.asarray(pc.match_substring_regex(whole(nodes["label"]), NUMBER), dtype=bool)
    entities = max(2, len(np.union1d(facts.subject, facts.object[~literal[facts.object]])))
    rows = np.unique(facts.relation).tolist()
    each = {row: _each(facts.object[facts.relation == row], literal, text, length, entities) for row in rows}
    found = {one.row: one for one in dependencies(facts.subject, facts.relation, facts.object, each)}
    out = []
    for row in rows:
        at = np.flatnonzero(facts.relation == row)
        dependency = found.get(row)
        told = at if dependency is None else np.setdiff1d(at, dependency.implied, assume_unique=True)
        _, many = np.unique(facts.subject[told], return_counts=True)
        bits = max(0.0, len(told) * each[row] - _of_sets(many))
        texts = np.unique(facts.object[told][text[facts.object[told]]])
        out.append(Held(row, len(at), len(at) - len(told), each[row], bits, len(texts), int(length[texts].sum()), dependency))
    return out, facts


def _each(
    objects: Ints, literal: npt.NDArray[np.bool_], text: npt.NDArray[np.bool_], length: Ints, entities: int
) -> float:
    """Bits of a fact of a relation with these objects."""
    counts = np.unique(objects, return_counts=True)[1]
    if text[objects].mean() > 0.5:
        return plain_entropy(counts)
    most = float(length[objects].mean()) * DIGIT if literal[objects].mean() > 0.5 else math.log2(entities)
    return min(entropy(counts), most)


def spelled(texts: int, characters: int) -> dict[str, float]:
    """Bits of so many different names or texts of so many characters in all: value, low and high."""
    of = PROSE if characters > LONG * texts else NAME
    orders = math.lgamma(texts + 1) / math.log(2)
    return {end: max(0.0, characters * getattr(of, end) - orders) for end in ENDS}


def bits(graph: Graph) -> dict[str, Any]:
    """The bits of a graph or a view as plain data: by relation, of the facts, of names and texts, with ranges."""
    relations, facts = held(graph)
    nodes = graph.columns.nodes
    literal = nodes["literal"].to_numpy().astype(bool)
    length = np.asarray(pc.utf8_length(whole(nodes["label"])), dtype=np.int64)
    named = np.union1d(facts.subject, facts.object[~literal[facts.object]])
    names = [r.name for r in graph.relations()]
    rows = [
        {
            "relation": names[one.row],
            "facts": one.facts,
            "implied": one.implied,
            "follows_from": [names[by] for by in one.dependency.by] if one.dependency else [],
            "how": one.dependency.how if one.dependency else "",
            "bits_each": round(one.each, 4),
            "bits": round(one.bits, 1),
        }
        for one in relations
    ]
    names_ = spelled(len(named), int(length[named].sum()))
    texts = [spelled(one.texts, one.characters) for one in relations if one.texts]
    of_facts = math.fsum(one.bits for one in relations)
    of_texts = {end: math.fsum(one[end] for one in texts) for end in ENDS}
    return {
        "relations": sorted(rows, key=lambda row: -row["bits"]),
        "facts": round(of_facts, 1),
        "texts": {end: round(bits) for end, bits in of_texts.items()},
        "names": {"entities": len(named), **{end: round(bits) for end, bits in names_.items()}},
        "total": {end: round(of_facts + of_texts[end] + names_[end]) for end in ENDS},
        "constants": {"name": vars(NAME), "prose": vars(PROSE)},
    }
