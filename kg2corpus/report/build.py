"""Writes the report of a run folder."""

from __future__ import annotations

from pathlib import Path

from ..documents import write_text
from .gather import gather
from .markdown import markdown
from .page import page


def report(run: Path, out: Path | None = None, *, seed: int = 0) -> list[Path]:
    """Write `report.md` and `report.html` into `out` (default: the run folder) and return their paths.

    The page needs no network and no scripts: its plots are drawn into it as SVG. What the run folder does not hold is left
    out; `seed` draws the sample documents. Raises UserError if the folder has neither results nor answers.
    """
    gathered = gather(run, seed=seed)
    folder = run if out is None else out
    paths = [folder / "report.md", folder / "report.html"]
    write_text(paths[0], markdown(gathered))
    write_text(paths[1], page(gathered))
    return paths
