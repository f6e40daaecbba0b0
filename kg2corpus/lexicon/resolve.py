"""Finds the wordings for each relation of a graph: the user's files, then the curated ones, then derived from its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UserError, near
from ..types import Relation
from . import files
from .derive import completed, derive, sample
from .entry import Entry
from .model import Lexicon
from .names import Namer, NameRules
from .tagging import tagger

if TYPE_CHECKING:
    from ..snapshot import Graph

__all__ = ["Lexicon", "resolve"]
DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class _File:
    origin: str
    rules: NameRules
    subjects: tuple[str, ...]
    entries: dict[str, Entry]


def resolve(graph: Graph, files: Sequence[Path] = ()) -> Lexicon:
    """The lexicon of a graph. `files` are the user's own; a later one goes before an earlier one and all before ours.

    An entry is matched by a relation's name, label or key (or the entry's `match`). A curated entry also asks that the
    relation's subjects have a type that its file names, so that "capital" of a company is not said as a city.
    Raises UserError for a file with a fault, and for an entry of a user's file that no relation matches.
    """
    from .. import __version__

    shipped = _shipped()
    own = [_read(path, f"user {path.name}") for path in files]
    rules = NameRules()
    for file in (*sorted(shipped, key=lambda f: bool(f.entries)), *own):
        rules = _merge(rules, file.rules)
    _check_matched(graph, files, own)
    namer, by = Namer(rules), tagger()
    entries = {r.key: _entry(graph, r, own, shipped, namer, by) for r in graph.relations()}
    return Lexicon(entries, rules, version=__version__, tagger=by)


_merge = files.merge


@lru_cache(1)
def _shipped() -> tuple[_File, ...]:
    return tuple(_read(path, f"curated {path.name}") for path in sorted(DATA.glob("*.yaml")))


def _read(path: Path, origin: str) -> _File:
    data = files.read_yaml(path)
    subjects = data.get("subjects", [])
    if not isinstance(subjects, list):
        raise UserError(f"{path}: subjects: expected a list of types", "for example [country]")
    return _File(origin, files.read_rules(data, path), tuple(map(str, subjects)), files.read_relations(data, path))


def _fits(relation: Relation, name: str, entry: Entry) -> bool:
    wanted = {name.casefold(), *(m.casefold() for m in entry.match)}
    return not wanted.isdisjoint((relation.name.casefold(), relation.label.casefold(), relation.key.casefold()))


def _check_matched(graph: Graph, paths: Sequence[Path], own: Sequence[_File]) -> None:
    relations = graph.relations()
    names = [r.name for r in relations]
    for path, file in zip(paths, own, strict=True):
        for name, entry in file.entries.items():
            if not any(_fits(r, name, entry) for r in relations):
                raise UserError(f"{path}: relations.{name}: the graph has no such relation", near(name, names))


def _entry(graph: Graph, relation: Relation, own: Sequence[_File], shipped: Sequence[_File], namer: Namer, by: str) -> Entry:
    seen = sample(graph, relation, namer)
    inverse = graph.relation(relation.inverse).key if relation.inverse is not None and relation.inverse != relation.uid else ""
    for file in (*reversed(own), *shipped):
        for name, entry in file.entries.items():
            guard = entry.subjects or file.subjects
            if _fits(relation, name, entry) and (not guard or not seen.subject_types.isdisjoint(guard)):
                unit = entry.value.unit or relation.unit
                return replace(
                    completed(entry, relation, seen, by),
                    value=replace(entry.value, unit=unit),
                    symmetric=entry.symmetric or relation.symmetric,
                    origin=file.origin,
                    inverse_of=inverse,
                    match=(),
                    subjects=(),
                )
    return replace(derive(relation, seen, by), symmetric=relation.symmetric, origin="derived", inverse_of=inverse)
