"""What reading a document gives: where it states its facts, and its faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FaultKind = Literal["missing", "unsupported", "extra", "figure", "denied"]


@dataclass(frozen=True, slots=True)
class Said:
    """A fact that words from `start` to `end` state; `composed` where they leave an end unnamed, as a conclusion does."""

    fact: int
    start: int
    end: int
    composed: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: a promised fact that is not stated (`missing`), words that say what the graph does not hold (`unsupported`),
    a name or figure of none of the facts (`extra`, `figure`), a denial (`denied`); with its place in the text."""

    kind: FaultKind
    what: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What reading a document gave: its faults; how many promised facts its words state, `exactly` by a cue word by word;
    and how many of its words were read."""

    faults: tuple[Fault, ...]
    stated: int
    exactly: int
    words: int
    unread: int

    @property
    def ok(self) -> bool:
        return not self.faults
