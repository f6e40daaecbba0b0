"""What a load did: read, recognised, dropped, and why."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar

from .database import Sql
from .ingest import Ingest
from .permute import Permutation
from .schema import Tables

T = TypeVar("T")
EMPTY = "the store holds no facts, so there is nothing to compile"


class Clock:
    """Where the time of a load goes: seconds by stage."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._start = time.perf_counter()

    def total(self) -> float:
        """Seconds since the clock was made."""
        return time.perf_counter() - self._start

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time that the block takes."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - start  # type: ignore[assignment]

    def each(self, name: str, items: Iterator[T]) -> Iterator[T]:
        """Add the time that it takes to make each of the items."""
        while True:
            with self.stage(name):
                item = next(items, None)
            if item is None:
                return
            yield item


@dataclass(frozen=True)
class SourceReport:
    """One source: its triples and malformed lines, or that the store held its content before (`known`)."""

    name: str
    format: str
    triples: int = 0
    bad: int = 0
    known: bool = False


@dataclass
class LoadReport:
    """Counts of one load. `recognised` are triples kept as labels, types, aliases, descriptions and schema; `dropped` and
    `notes` what was left out, by reason; `warnings` what was kept but looks wrong; `bad` the first 100 of `bad_count` lines.
    """

    db: str
    sources: list[SourceReport]
    triples: int = 0
    facts_new: int = 0
    facts_known: int = 0
    statements: int = 0
    nodes: int = 0
    aliases: int = 0
    recognised: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)
    bad_count: int = 0
    name_like: list[str] = field(default_factory=list)
    licences: dict[str, str] = field(default_factory=dict)
    facts_removed: int = 0
    replaced: list[str] = field(default_factory=list)
    chosen: bool = False  # filters have left facts out, and with them what describes their ends
    names: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    permutation: Permutation | None = None
    counterfactual: str = ""
    created: bool = False

    @property
    def unchanged(self) -> bool:
        """Was everything there before?"""
        return all(s.known for s in self.sources)

    def take(self, ingest: Ingest, counts: Counter[str], sql: Sql, t: Tables, clock: Clock) -> None:
        """Fill in what the load counted."""
        self.triples = ingest.triples
        self.facts_new, self.facts_known = counts["facts_new"], counts["facts_known"]
        self.statements, self.nodes = counts["statements"], counts["nodes"]
        self.recognised, self.dropped = +ingest.described.recognised, +ingest.described.dropped
        self.warnings = ingest.names.warnings

        def count(what: str) -> int:
            return int(sql.one(f"SELECT count(*) FROM {what}"))

        self.aliases = count(str(t.alias))
        found = sorted((key, name) for key, name in sql.run(f"SELECT key, name FROM {t.relation} WHERE name_like"))
        self.name_like = [name for _, name in found]
        self.licences = dict(sql.run(f"SELECT name, licence FROM {t.source} WHERE licence <> ''").fetchall())
        kinds = {0: "made from the key", 1: "in the first language, or without one", 2: "in another language"}
        for named, n in sql.run(f"SELECT named, count(*) FROM {t.node} WHERE kind = 'entity' GROUP BY named"):
            self.names[kinds[named]] = n
        if unnamed := self.names.get(kinds[0], 0):
            self.warnings["entities without a label; theirs was made from the key"] = unnamed
        if other := self.names.get(kinds[2], 0):
            self.warnings["entities with a label in another language only"] = other
        if blank := count(f"{t.node} WHERE kind = 'blank' AND named = 0"):
            self.warnings["blank nodes without a label"] = blank
        if not sql.run(f"SELECT 1 FROM {t.fact} LIMIT 1").fetchone():
            self.warnings[EMPTY] = 1
        self.seconds = {name: round(s, 3) for name, s in clock.seconds.items()}

    def lines(self) -> list[str]:
        """The report for people, one line per matter."""
        if self.unchanged:
            names = ", ".join(s.name for s in self.sources)
            return [f"{names}: loaded before, nothing added to {self.db}"] + (
                [self.counterfactual] if self.counterfactual else []
            )
        out = []
        for s in self.sources:
            bad = f", {_counted(s.bad, 'malformed line')} skipped" if s.bad else ""
            read = f"{s.name} ({s.format}): {_counted(s.triples, 'triple')}{bad}"
            out.append(f"{s.name}: loaded before, nothing added" if s.known else read)
        known = f" ({self.facts_known:,} more known before)" if self.facts_known else ""
        sizes = (_counted(n, what) for n, what in ((self.statements, "statement"), (self.nodes, "node")))
        also = _counted(self.aliases, "alias", "aliases")
        made = "wrote" if self.created else "added to"
        out.append(f"{made} {self.db}: {_counted(self.facts_new, 'fact')}{known}, {', '.join(sizes)}, {also}")
        if self.replaced:
            old = f"{_counted(self.facts_removed, 'fact')} of the old version went out first"
            out.append(f"replaced {', '.join(self.replaced)}: {old}")
        if self.recognised:
            out.append(f"{'read' if self.chosen else 'kept'} as description, not as facts: {_listed(self.recognised)}")
        out += [f"left out: {n:,} x {reason}" for reason, n in sorted((self.dropped + self.notes).items())]
        for reason, n in sorted(self.warnings.items()):
            out.append(f"note: {reason}" if reason == EMPTY else f"note: {n:,} {_one(reason) if n == 1 else reason}")
        named: dict[str, list[str]] = {}
        for name, licence in sorted(self.licences.items()):
            named.setdefault(licence, []).append(name)
        for licence, sources in named.items():
            more = f" and {len(sources) - 3} others" if len(sources) > 3 else ""
            out.append(f"licence of {', '.join(sources[:3])}{more}: {licence}")
        if self.name_like:
            out.append("name-like relations: " + ", ".join(self.name_like))
        out += [f"skipped: {line}" for line in self.bad]
        if self.permutation is not None:
            out.append(
                f"names of {self.permutation.moved:,} entities and {self.permutation.facts_moved:,} name-like facts were moved"
            )
            if self.permutation.alone:
                out.append("alone in their type, so not moved: " + ", ".join(self.permutation.alone[:10]))
        return out + ([self.counterfactual] if self.counterfactual else [])

    def as_dict(self) -> dict[str, Any]:
        """The report for `--json`."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        plain |= {name: dict(sorted(value.items())) for name, value in plain.items() if isinstance(value, Counter)}
        plain["sources"] = [asdict(s) for s in self.sources]
        plain["permutation"] = asdict(self.permutation) if self.permutation else None
        return {**plain, "facts": self.facts_new + self.facts_known, "unchanged": self.unchanged}


def _one(reason: str) -> str:
    """What is said of several, said of one."""
    for several, one in (("entities", "entity"), ("blank nodes", "blank node"), ("literals that are", "literal that is")):
        if reason.startswith(several):
            return reason.replace(several, one, 1).replace("theirs was", "it was").replace("they are", "it is")
    return reason


def _counted(count: int, what: str, several: str = "") -> str:
    return f"{count:,} {what if count == 1 else several or what + 's'}"


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{n:,} {name}" for name, n in sorted(counts.items()))
