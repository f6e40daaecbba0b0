"""The words of vocabulary.yaml, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("vocabulary.yaml")


@cache
def _vocabulary() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return found


def words(key: str) -> frozenset[str]:
    """A set of words."""
    found = _vocabulary()[key]
    return frozenset(found.split() if isinstance(found, str) else found)


def tables(key: str) -> dict[str, dict[str, Any]]:
    """A mapping from word to what holds of it by kind."""
    return dict(_vocabulary()[key])


def pairs(key: str) -> dict[str, str]:
    """A mapping from word to word."""
    return dict(_vocabulary()[key])


def lists(key: str) -> dict[str, list[str]]:
    """A mapping from word to words."""
    return {name: found.split() if isinstance(found, str) else list(found) for name, found in _vocabulary()[key].items()}
