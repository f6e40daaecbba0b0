"""What the commands print: tables for people, JSON for machines, one line per stage."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def line(text: str) -> None:
    """One plain line on stdout; nothing in it is read as markup."""
    out.print(escape(text))


def note(text: str) -> None:
    """A remark on stderr, so that what stdout holds stays the result."""
    err.print(escape(text), style="dim")


def warn(text: str) -> None:
    err.print(f"[yellow]warning:[/yellow] {escape(text)}")


def stage(number: int, total: int, name: str, text: str, seconds: float) -> None:
    """The line that a stage of the demo leaves behind: what it did and where it lies."""
    out.print(f"[bold]{number}/{total} {escape(name):<8}[/bold] {escape(text)} [dim]({seconds:.0f} s)[/dim]")


def as_json(value: Any) -> None:
    out.print_json(json.dumps(value, ensure_ascii=False)) if out.is_terminal else out.out(
        json.dumps(value, ensure_ascii=False, indent=1), highlight=False
    )


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "") -> None:
    """A table whose number columns stand right."""
    shown = [["" if c is None else f"{c:,}" if isinstance(c, int) else str(c) for c in row] for row in (r := list(rows))]
    view = Table(title=escape(title) if title else None, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for i, name in enumerate(columns):
        numeric = bool(r) and all(isinstance(row[i], int | float) or row[i] is None for row in r)
        view.add_column(escape(name), justify="right" if numeric else "left", overflow="fold")
    for row in shown:
        view.add_row(*(escape(c) for c in row))
    out.print(view)
