"""What a load did: read, recognised, dropped, and why."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from .ingest import Ingest
from .permute import Permutation


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
    permutation: Permutation | None = None
    counterfactual: str = ""
    created: bool = False

    @property
    def unchanged(self) -> bool:
        """Was everything there before?"""
        return all(s.known for s in self.sources)

    def take(self, ingest: Ingest, counts: dict[str, int], conn: sqlite3.Connection) -> None:
        """Fill in what the load counted."""
        self.triples = ingest.triples
        self.facts_new, self.facts_known = counts["facts_new"], counts["facts_known"]
        self.statements, self.nodes, self.aliases = counts["statements"], counts["nodes"], counts["aliases"]
        self.recognised, self.dropped, self.warnings = ingest.recognised, ingest.dropped, ingest.warnings

        def count(what: str) -> int:
            found: int = conn.execute(f"SELECT count(*) FROM {what}").fetchone()[0]
            return found

        self.name_like = [name for (name,) in conn.execute("SELECT name FROM relation WHERE name_like ORDER BY key")]
        if unnamed := count("node WHERE kind = 'entity' AND NOT named"):
            self.warnings["entities without a label; theirs was made from the key"] = unnamed
        if blank := count("node WHERE kind = 'blank' AND NOT named"):
            self.warnings["blank nodes without a label"] = blank
        if not count("fact"):
            self.warnings["the store holds no facts, so there is nothing to compile"] = 1

    def lines(self) -> list[str]:
        """The report for people, one line per matter."""
        if self.unchanged:
            names = ", ".join(s.name for s in self.sources)
            return [f"{names}: loaded before, nothing added to {self.db}"] + (
                [self.counterfactual] if self.counterfactual else []
            )
        out = []
        for s in self.sources:
            bad = f", {s.bad:,} malformed lines skipped" if s.bad else ""
            out.append(
                f"{s.name}: loaded before, nothing added" if s.known else f"{s.name} ({s.format}): {s.triples:,} triples{bad}"
            )
        known = f", {self.facts_known:,} known before" if self.facts_known else ""
        out.append(
            f"{'wrote' if self.created else 'added to'} {self.db}: {self.facts_new:,} facts{known}, "
            f"{self.statements:,} statements, {self.nodes:,} nodes, {self.aliases:,} aliases"
        )
        if self.recognised:
            out.append("kept as description, not as facts: " + _listed(self.recognised))
        out += [f"left out: {n:,} x {reason}" for reason, n in sorted((self.dropped + self.notes).items())]
        out += [f"note: {n:,} {reason}" if n > 1 else f"note: {reason}" for reason, n in sorted(self.warnings.items())]
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


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{n:,} {name}" for name, n in sorted(counts.items()))
