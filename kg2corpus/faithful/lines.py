"""Reads what is laid out rather than said: "Capital: Thimphu", rows of tables, triples, "1856: Birth", "And its capital?".

A line that begins with the label of a relation is about the title, the name that stands above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from .cues import POSSESSIVE, Cues
from .parse import HOLE, OWNERS, Claim, Clause, Ref, Word

TITLE = -2_000_000  # the name that stands above a line
YES, NO = frozenset({"yes", "true", "correct"}), frozenset({"no", "false", "incorrect"})
_BULLETS = frozenset({"-", "*", "•", "–"})
_BRANCHES = frozenset({("├", "─"), ("└", "─")})
_ASKING = OWNERS | {"and", "about", "know", "-", ":"}  # what stands before a label that is asked about
Columns = tuple[frozenset[int], ...]  # by column of a table, the relations that its head names


class Line(NamedTuple):
    """What a line says, and the columns that hold for the rows below it."""

    clauses: tuple[Clause, ...] = ()
    columns: Columns = ()


def read_line(words: Sequence[Word], cues: Cues, columns: Columns) -> Line:
    """The claims of a line by its layout; none for running text. `columns` are those of the table that it may go on."""
    if "|" in words:
        return _row(words, cues, columns)
    start = 1 if words and words[0] in _BULLETS else 2 if tuple(words[:2]) in _BRANCHES else 0
    if ":" in words:
        at = words.index(":")
        if found := cues.labels.get(_spelled(words[start:at])):
            return Line(_values(words, found, TITLE, at + 1, len(words), start, cues))
        label = cues.labels.get(_spelled(w for w in words[at + 1 :] if w != "."))
        if label and at == start + 1 and not isinstance(words[start], str):
            return Line((Clause(start, len(words), tuple((Claim(r, TITLE, start),) for r in sorted(label))),))
    return Line(_asked(words, cues))


def _row(words: Sequence[Word], cues: Cues, columns: Columns) -> Line:
    bars = [i for i, word in enumerate(words) if word == "|"]
    cells = [(a + 1, b) for a, b in pairwise(bars)]
    if len(bars) == 2 and not columns and (subjects := _names(words, 0, bars[0])):  # a triple: "Bhutan | capital | Thimphu"
        label = cues.labels.get(_spelled(words[bars[0] + 1 : bars[1]]), frozenset())
        return Line(_values(words, label, subjects[0], bars[1] + 1, len(words), 0, cues))
    heads = [cues.labels.get(_spelled(words[a:b]), frozenset()) for a, b in cells]
    if len(cells) == 2 and heads[0] and not columns:
        return Line(_values(words, heads[0], TITLE, *cells[1], cells[0][0], cues))
    if len(cells) > 1 and all(heads[1:]):
        return Line(columns=tuple(heads))
    if not columns or len(cells) != len(columns) or not (names := _names(words, *cells[0])):
        return Line(columns=columns)
    found = [c for cell, head in zip(cells[1:], columns[1:], strict=True) for c in
             _values(words, head, names[0], *cell, cell[0], cues)]  # fmt: skip
    if not found:
        return Line(columns=columns)
    return Line((found[0]._replace(start=cells[0][0]), *found[1:]), columns)


def _values(
    words: Sequence[Word], relations: frozenset[int], subject: Ref, start: int, end: int, opens: int, cues: Cues
) -> tuple[Clause, ...]:
    """A label with what stands beside it: names and values, or yes and no."""
    said, names = set(_spelled(words[start:end])), _names(words, start, end)
    holds = True if said & YES else False if said & NO else None
    readings: list[tuple[Claim, ...]] = []
    for relation in sorted(relations):
        if relation in cues.yes_no and holds is not None:
            readings.append((Claim(relation, subject, None, holds),))
        elif names:
            readings.append((Claim(relation, subject, tuple(names) if len(names) > 1 else names[0]),))
    return (Clause(opens, end, tuple(readings)),) if readings else ()


def _asked(words: Sequence[Word], cues: Cues) -> tuple[Clause, ...]:
    """ "And its capital?", "And Bhutan's capital?", and the front of a card: "Capital of Bhutan"."""
    end = len(words)
    if end and words[-1] == "?":
        for start in range(max(0, end - 1 - cues.longest), end - 1):
            names = _names(words, 0, start)
            owner = start - 2 if start > 1 and words[start - 1] == POSSESSIVE and names == [start - 2] else TITLE
            opens = owner != TITLE or (not names and (start == 0 or words[start - 1] in _ASKING))
            if opens and (found := cues.labels.get(_spelled(words[start : end - 1]))):
                opened = owner if owner != TITLE else max(0, start - 1)
                return (Clause(opened, end, tuple((Claim(r, owner, HOLE),) for r in sorted(found))),)
    elif end > 2 and words[-2] == "of" and not isinstance(words[-1], str):
        for start in range(max(0, end - 2 - cues.longest), end - 2):
            opens = start == 0 or words[start - 1] in (":", *_BULLETS)
            if opens and (found := cues.labels.get(_spelled(words[start : end - 2]))):
                return (Clause(start, end, tuple((Claim(r, end - 1, HOLE),) for r in sorted(found))),)
    return ()


def _names(words: Sequence[Word], start: int, end: int) -> list[int]:
    return [i for i in range(start, end) if not isinstance(words[i], str)]


def _spelled(words: Iterable[Word]) -> tuple[str, ...]:
    return tuple(part for word in words for part in ((word,) if isinstance(word, str) else word))
