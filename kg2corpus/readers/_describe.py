"""What readers of tables and records share: terms from texts, and labels and types of entities, each said once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import get_args

from ..errors import near
from ..types import Rank, Term, Triple
from . import _vocabulary as v

SEEN = 100_000  # entities whose descriptions are remembered; what is forgotten is said again, which does no harm
RANKS: tuple[Rank, ...] = tuple(r for r in get_args(Rank) if r)


class Faulty(Exception):
    """A record that cannot be used, and why."""


def entity(key: str) -> Term:
    """The term of an entity's key."""
    return Term("blank" if key.startswith("_:") else "iri", key)


def datatype(name: str) -> str:
    """The IRI of a datatype: `integer`, `xsd:integer` and whole IRIs. Raises Faulty for a name that XSD does not have."""
    bare = name.removeprefix("xsd:").removeprefix(v.XSD)
    if ":" in bare:
        return name
    if bare not in v.XSD_NAMES:
        raise Faulty(f"unknown datatype '{name}'; {near(bare, v.XSD_NAMES)}")
    return "" if bare == "string" else v.XSD + bare


def rank(name: str) -> Rank:
    """A rank by its name. Raises Faulty for another word."""
    for known in RANKS:
        if known == name:
            return known
    raise Faulty(f"the rank '{name}' is none; one of {', '.join(RANKS)} is wanted")


@dataclass
class Said:
    """Triples that describe entities, without those that were said just before."""

    seen: set[tuple[str, str, str]] = field(default_factory=set)

    def text(self, key: str, text: str, position: int, predicate: str = v.LABEL, language: str = "") -> Iterator[Triple]:
        """A label (or what else `predicate` says) of an entity; nothing for an empty one."""
        if text.strip() and self._new(key, predicate, text):
            yield Triple(key, predicate, Term("literal", text.strip(), language=language), position)

    def types(self, key: str, names: str, position: int) -> Iterator[Triple]:
        """The types of an entity, joined by `|`. A bare name such as `Drug` becomes the key `type:Drug`, labelled."""
        for name in filter(None, map(str.strip, names.split("|"))):
            kind = name if ":" in name else f"type:{name}"
            if self._new(key, v.TYPE, kind):
                yield Triple(key, v.TYPE, Term("iri", kind), position)
            if kind != name:
                yield from self.text(kind, name, position)

    def _new(self, *said: str) -> bool:
        if len(self.seen) >= SEEN:
            self.seen.clear()
        known = len(self.seen)
        self.seen.add((said[0], said[1], said[2]))
        return len(self.seen) > known
