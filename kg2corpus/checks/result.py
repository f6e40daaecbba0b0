"""What a check found: how much it looked at, how often it failed, and examples that say which document and why."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

EXAMPLES = 20  # failures that are kept in words; all are counted


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure: the document (or block, or file) and what is wrong with it."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check: `looked_at` things of the kind `of`, of which `failures` failed; the first ones in words."""

    name: str
    of: str
    looked_at: int
    failures: int
    examples: tuple[Failure, ...]
    note: str = ""

    @property
    def ok(self) -> bool:
        return self.failures == 0


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All checks of a corpus, with `figures` for what is measured.

    A check that could not be made is a failure with its reason: gates fail closed.
    """

    results: tuple[CheckResult, ...]
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return all(result.ok for result in self.results)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON: `ok`, each check with its `ok`, and what was measured beside."""
        checks = [{**asdict(result), "ok": result.ok} for result in self.results]
        return {"ok": self.ok, "checks": checks, **self.figures}

    @property
    def failed(self) -> tuple[CheckResult, ...]:
        return tuple(result for result in self.results if not result.ok)


@dataclass(slots=True)
class Tally:
    """A check in the making."""

    name: str
    of: str = "documents"
    looked_at: int = 0
    failures: int = 0
    examples: list[Failure] = field(default_factory=list)
    note: str = ""

    def look(self, where: str, faults: list[str]) -> None:
        """Count one thing looked at, failed if there are faults."""
        self.looked_at += 1
        if faults:
            self.fail(where, "; ".join(faults))

    def fail(self, where: str, what: str) -> None:
        """Count one failure."""
        self.failures += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(Failure(where, what))

    def close(self) -> CheckResult:
        """The result; a check that looked at nothing has failed."""
        if not self.looked_at and not self.failures:
            self.fail("-", f"there are no {self.of} to look at")
        return CheckResult(self.name, self.of, self.looked_at, self.failures, tuple(self.examples), self.note)
