"""Finds the wordings for each relation of a graph: the user's files, then the curated ones, then derived from its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UserError, near
from ..types import Relation
from . import files
from .derive import completed, derive, sample
from .entry import Entry, read_entry
from .lines import located
from .model import Lexicon
from .names import Namer, NameRules
from .tagging import tagger

if TYPE_CHECKING:
    from ..snapshot import Graph

__all__ = ["Lexicon", "resolve"]
DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class File:
    """A lexicon file: what it says of names, and its entries as they stand in it, each read when it is asked for."""

    path: Path
    origin: str
    rules: NameRules
    subjects: tuple[str, ...]
    raw: Mapping[str, object]
    read: dict[str, Entry] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path, origin: str) -> File:
        """One of ours: faults of an entry show when it is read."""
        data = files.read_yaml(path, ours=True)
        subjects = tuple(map(str, data.get("subjects", ())))
        return cls(path, origin, files.read_rules(data, path), subjects, files.relations_of(data, path))

    @classmethod
    def checked(cls, path: Path) -> File:
        """A user's file. Raises UserError that tells all its faults at once."""
        data = files.read_yaml(path)
        faults: list[UserError] = []
        if data.get("format", files.FORMAT) != files.FORMAT:
            faults.append(UserError(f"{path}: format: this version reads format {files.FORMAT}", "resolve the lexicon again"))
        subjects = data.get("subjects") or []
        if not isinstance(subjects, list):
            faults.append(UserError(f"{path}: subjects: expected a list of types", "for example [country]"))
            subjects = []
        rules = files.read_rules(data, path, faults)
        read = files.read_relations(data, path, faults)
        if faults:
            raise located(faults, path)
        return cls(path, f"user {path.name}", rules, tuple(map(str, subjects)), files.relations_of(data, path), read)

    def entry(self, name: str) -> Entry:
        """The entry of that name."""
        if name not in self.read:
            self.read[name] = read_entry(self.raw[name], f"{self.path}: relations.{name}")
        return self.read[name]

    def names(self) -> Iterator[tuple[str, str]]:
        """(what a relation may be called, name of the entry that then speaks of it), case aside."""
        for name, raw in self.raw.items():
            match = raw.get("match", ()) if isinstance(raw, Mapping) else ()
            for called in dict.fromkeys((name, *(m for m in match if isinstance(m, str)))):
                yield called.casefold(), name


Candidates = Mapping[str, Sequence[tuple[File, str]]]  # what a relation is called -> the entries that speak of it


def resolve(graph: Graph, files: Sequence[Path] = (), *, partial: bool = False, curated: bool = True) -> Lexicon:
    """The lexicon of a graph. `files` are the user's own; a later one goes before an earlier one and all before ours.

    An entry is matched by a relation's key, else by its name or label (or the entry's `match`). A curated entry may ask that
    the relation's subjects have a type that its file names, so that "capital" of a company is not said as a city.
    Raises UserError for a file with a fault, and for an entry of a user's file that no relation matches unless the graph is
    only a part (`partial`) of what the file is for. Without `curated` what the user's files leave out is derived.
    """
    from .. import __version__

    own = [File.checked(path) for path in files]
    rules = NameRules()
    for file in (*sorted(shipped(), key=lambda f: bool(f.raw)), *own):
        rules = _merge(rules, file.rules)
    if not partial:
        _check_matched(graph, own)
    namer, by = Namer(rules), tagger()
    choices = [*(_indexed([file]) for file in reversed(own)), *([_curated()] if curated else [])]
    entries = {r.key: _entry(graph, r, choices, namer, by) for r in graph.relations()}
    return Lexicon(entries, rules, version=__version__, tagger=by)


_merge = files.merge


@lru_cache(1)
def shipped() -> tuple[File, ...]:
    """The curated vocabularies."""
    return tuple(File.open(path, f"curated {path.name}") for path in sorted(DATA.glob("*.yaml")))


@lru_cache(1)
def _curated() -> Candidates:
    return _indexed(shipped())


def _indexed(some: Sequence[File]) -> Candidates:
    found: dict[str, list[tuple[File, str]]] = {}
    for file in some:
        for called, name in file.names():
            found.setdefault(called, []).append((file, name))
    return found


def _called(relation: Relation) -> tuple[str, ...]:
    """What a relation is called, the surest first."""
    return tuple(dict.fromkeys(text.casefold() for text in (relation.key, relation.name, relation.label)))


def _check_matched(graph: Graph, own: Sequence[File]) -> None:
    relations = graph.relations()
    there = {called for r in relations for called in _called(r)}
    for file in own:
        matched = {name for called, name in file.names() if called in there}
        if lacking := [name for name in file.raw if name not in matched]:
            what = (f"{file.path}: relations.{name}: the graph has no such relation" for name in lacking)
            hint = near(lacking[0], [r.name for r in relations])
            raise located([UserError(one, hint) for one in what], file.path)


def _entry(graph: Graph, relation: Relation, choices: Sequence[Candidates], namer: Namer, by: str) -> Entry:
    use = sample(graph, relation, namer)
    inverse = graph.relation(relation.inverse).key if relation.inverse is not None and relation.inverse != relation.uid else ""
    for candidates in choices:
        for file, name in (one for called in _called(relation) for one in candidates.get(called, ())):
            entry = file.entry(name)
            guard = entry.subjects or file.subjects
            if not guard or not use.subject_types.isdisjoint(guard):
                return replace(
                    completed(entry, relation, use, by),
                    value=replace(entry.value, unit=entry.value.unit or relation.unit),
                    symmetric=entry.symmetric or relation.symmetric,
                    origin=file.origin,
                    inverse_of=inverse,
                    match=(),
                    subjects=(),
                )
    return replace(derive(relation, use, by), symmetric=relation.symmetric, origin="derived", inverse_of=inverse)
