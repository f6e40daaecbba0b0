"""What a resolved lexicon covers: how each relation is said, from which source, how surely; with sentences of its own facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from ..types import Fact, Relation
from .distinct import distinct
from .entry import Entry, write_entry
from .model import Lexicon
from .phrases import describe

if TYPE_CHECKING:
    from ..graph import Graph

SURE = 0.7  # a derived wording of less confidence is for a person to look at
WANTED = {"user": 1, "curated": 8, "derived": 5}  # distinct wordings that a relation of this source has at least


@dataclass(frozen=True, slots=True)
class Covered:
    """One relation: `source` is user, curated or derived; `wordings` its distinct statements, both directions together."""

    relation: str
    key: str
    facts: int
    source: str
    origin: str
    confidence: float
    wordings: int
    reasons: tuple[str, ...]
    example: str

    @property
    def unsure(self) -> bool:
        """Whether a person should look at it."""
        return self.source == "derived" and self.confidence < SURE

    @property
    def few(self) -> bool:
        """Whether it has fewer distinct wordings than a relation of its source should have."""
        return self.wordings < WANTED[self.source]


def coverage(graph: Graph, lexicon: Lexicon) -> list[Covered]:
    """Every relation of the graph, those that a person should look at first, then by number of facts."""
    found = [_covered(graph, lexicon, relation) for relation in graph.relations()]
    return sorted(found, key=lambda c: (not c.unsure, -c.facts, c.key))


def _covered(graph: Graph, lexicon: Lexicon, relation: Relation) -> Covered:
    entry = lexicon.entry(relation)
    facts = sum(len(graph.out(subject, relation.uid)) for subject in graph.subjects(relation.uid))
    one = next(examples(graph, relation), None)
    example = lexicon.say((one,), "forward", 0) if one is not None and lexicon.wordings(one, "forward") else ""
    said = (source(entry), entry.origin, entry.confidence, wordings(entry), entry.reasons)
    return Covered(relation.name, relation.key, facts, *said, example)


def source(entry: Entry) -> str:
    """Where an entry is from: user, curated or derived."""
    return entry.origin.split(" ")[0]


def wordings(entry: Entry) -> int:
    """How many distinct statements an entry has; of yes and no those of yes."""
    keys = ("true",) if entry.boolean else ("forward", "inverse")
    return distinct(template.text for key in keys for template in entry.lists.get(key, ()))


def examples(graph: Graph, relation: Relation) -> Iterator[Fact]:
    """Facts of a relation that both ends have a name of their own for, spread over its subjects."""
    subjects = graph.subjects(relation.uid)
    for subject in subjects[:: max(1, len(subjects) // 40)]:
        yield from (f for f in graph.out(subject, relation.uid)[:1] if f.subject.label and f.object.label)


def by_source(found: Iterable[Covered]) -> list[dict[str, Any]]:
    """Relations and facts by source; derived ones apart by whether they are sure."""
    relations, facts = Counter[str](), Counter[str]()
    for one in found:
        name = "derived, unsure" if one.unsure else one.source
        relations[name] += 1
        facts[name] += one.facts
    names = ("user", "curated", "derived", "derived, unsure")
    return [{"source": n, "relations": relations[n], "facts": facts[n]} for n in names if relations[n]]


def shown(graph: Graph, lexicon: Lexicon, relation: Relation, *, count: int = 3) -> dict[str, Any]:
    """An entry as data: as YAML would have it, with every wording said of facts of the graph, list by list."""
    entry = lexicon.entry(relation)
    facts = list(islice(examples(graph, relation), count))
    said: dict[str, list[str]] = {}
    for pool in ("forward", "inverse", "question", "question_unseen", "inverse_question", "inverse_question_unseen"):
        for i, fact in enumerate(facts):
            for slot in range(lexicon.wordings(fact, pool)) if i == 0 else range(min(1, lexicon.wordings(fact, pool))):
                said.setdefault(pool, []).append(lexicon.say((fact,), pool, slot))
    for fact in facts[:1]:
        phrases = {"noun": (False, fact.subject), "such": (True, fact.object)}
        for key, (subject, known) in phrases.items():
            if key in entry.phrases:
                name = lexicon.value(fact) if known is fact.object else lexicon.name(known)
                said[key] = [describe(lexicon, fact, subject=subject, known=name)]
    return {
        "relation": relation.name, "key": relation.key, "origin": entry.origin, "wordings": wordings(entry),
        "entry": write_entry(entry), "said": {key: list(dict.fromkeys(texts)) for key, texts in said.items()},
    }  # fmt: skip


def starter(graph: Graph, lexicon: Lexicon) -> str:
    """A lexicon file to edit: the entries of the relations that a person should look at, each with why and an example.

    The relations that are sure stand in it as comments, with an example each. The file is a valid one as it is.
    """
    found = coverage(graph, lexicon)
    unsure = [one for one in found if one.unsure]
    lines = [
        f"# How the facts of {_one_line(graph.name)} are said. Edit it, then: kg2corpus lexicon show RELATION --lexicon FILE",
        "# {S} is the subject, {O} the object; {one|several} chooses by their number. docs/lexicon.md explains every key.",
        f"# {len(found)} relations: " + ", ".join(f"{s['relations']} {s['source']}" for s in by_source(found)) + ".",
        "relations:" if unsure else "relations: {}",
    ]
    for one in unsure:
        lines.append(f"  # {one.facts:,} facts; confidence {one.confidence:.2f}")
        lines += [f"  # {_one_line(reason)}" for reason in one.reasons]
        lines += [f"  # for example: {_one_line(one.example)}"] if one.example else []
        lines += _as_yaml(one.key, lexicon.entries[one.key])
    if sure := [one for one in found if not one.unsure]:
        lines += ["", "# These are said well enough by themselves; `kg2corpus lexicon show` prints one."]
        told = ((one.relation, one.origin, f"{one.facts:,} facts", one.example) for one in sure)
        lines += [f"#   {_one_line(name)} ({origin}, {facts}): {_one_line(said)}" for name, origin, facts, said in told]
    return "\n".join(lines) + "\n"


def _as_yaml(key: str, entry: Entry) -> list[str]:
    import yaml

    data = {k: v for k, v in write_entry(entry).items() if k not in ("origin", "confidence", "reasons", "inverse_of")}
    text = yaml.safe_dump({key: data}, allow_unicode=True, sort_keys=False, width=100_000)
    return [f"  {line}" for line in text.splitlines()]


def _one_line(text: str) -> str:
    return " ".join(text.split())
