"""Progress bars with ETA, silent when not a terminal or with `quiet()`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

T = TypeVar("T")
_quiet = False


def quiet(on: bool = True) -> None:
    """Switch all bars off (`-q`)."""
    global _quiet
    _quiet = on


def shown() -> bool:
    return not _quiet and sys.stderr.isatty()


def track(items: Iterable[T], what: str, total: int | None = None) -> Iterator[T]:
    """Yield the items while a bar on stderr shows how far they are and how long it will take."""
    if not shown():
        yield from items
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    if total is None and isinstance(items, Sized):
        total = len(items)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        for item in items:
            yield item
            bar.advance(task)
