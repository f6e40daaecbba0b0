"""Where the parts of a run lie: a run folder holds `corpus/`, `blocks/` and what follows; a corpus folder may stand alone."""

from __future__ import annotations

from pathlib import Path

from .errors import UserError, near


def corpus_of(folder: Path) -> Path:
    """The corpus folder that is meant by a run or corpus folder. Raises UserError where there is no whole corpus."""
    for path in (folder, folder / "corpus"):
        if (path / "manifest.json").is_file():
            return path
    if not folder.is_dir():
        beside = [p.name for p in folder.parent.iterdir() if p.is_dir()] if folder.parent.is_dir() else []
        raise UserError(f"no such folder: {folder}", near(folder.name, beside) if beside else "run `kg2corpus compile` first")
    raise UserError(f"{folder} holds no whole corpus (no manifest.json)", "run `kg2corpus compile` with --out set to it")


def blocks_of(folder: Path) -> Path | None:
    """The packed blocks of a run or corpus folder: `blocks` in the one, beside the other. None where there are none."""
    for path in (folder / "blocks", folder.parent / "blocks"):
        if (path / "pack.json").is_file():
            return path
    return None
