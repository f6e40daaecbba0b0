"""Errors that the user can act on. A traceback is a bug."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class UserError(Exception):
    """The user's input is at fault: `message` says what and where, `hint` what to do next. Exit code 1."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class CheckFailed(Exception):
    """A check of an artefact did not hold. Exit code 3."""


def near(name: str, known: Iterable[str], *, shown: int = 12) -> str:
    """A hint for an unknown name: the near matches, else what there is, up to `shown` of it."""
    names = sorted(known)
    folded = {n.casefold(): n for n in reversed(names)}
    matches = [folded[m] for m in get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)]
    if matches:
        return "did you mean " + " or ".join(f"'{m}'" for m in matches) + "?"
    some = ", ".join(names[:shown])
    return f"there is: {some}{', ...' if len(names) > shown else ''}" if names else "there is none"


def unknown(kind: str, name: str, known: Iterable[str]) -> UserError:
    return UserError(f"unknown {kind} '{name}'", near(name, known))
