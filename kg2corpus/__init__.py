"""kg2corpus compiles a knowledge graph into a language model.

The functions here are the stages, over files: `load`, `look`, `split`, `compile`, `check`, `pack`, `train`, `probe`, `ask`,
`trace`, `report` (see `kg2corpus.api`). They are imported when they are first used, so that importing the package is cheap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["ask", "check", "compile", "load", "look", "pack", "probe", "report", "split", "trace", "train"]

if TYPE_CHECKING:
    from .api import ask, check, compile, load, look, pack, probe, report, split, trace, train


def __getattr__(name: str) -> Any:
    if name in __all__:
        from . import api

        return getattr(api, name)
    raise AttributeError(f"module 'kg2corpus' has no attribute '{name}'")
