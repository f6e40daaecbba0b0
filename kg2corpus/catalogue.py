"""What there is: lessons, readers, probes, verbalizers, curricula."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from . import registry
from .config import curriculum_names, load_curriculum
from .errors import unknown


def catalogue(kind: str | None = None, *, extensions: Sequence[Path] = ()) -> list[tuple[str, str, str]]:
    """(kind, name, first line of what it is) of all that there is, or of one kind."""
    for path in extensions:
        registry.add_file(path)
    kinds = [*registry.ENTRY, "curricula"]
    if kind is not None and kind not in kinds:
        raise unknown("kind", kind, kinds)
    rows = []
    for one in [kind] if kind else kinds:
        if one == "curricula":
            rows += [(one, n, "stages: " + ", ".join(s.name for s in load_curriculum(n).stages)) for n in curriculum_names()]
            continue
        for name in registry.names(one):
            module = registry.find(one, name)
            rows.append((one, name, next(iter((module.__doc__ or "").strip().splitlines()), "")))
    return rows
