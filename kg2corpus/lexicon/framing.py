"""The words that the engine says by itself, around what the wordings of relations say: a name may be spelled as one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from . import english

FRAMES = Path(__file__).with_name("frames.yaml")
COUNTS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SLOT = re.compile(r"[\[{][^\[\]{}]+[\]}]")
_WORD = re.compile(r"[^\W\d_]+")


@cache
def frames() -> dict[str, Any]:
    """What is said of facts that are brought together, by operator or form."""
    found: dict[str, Any] = yaml.safe_load(FRAMES.read_text(encoding="utf-8"))
    return found


@cache
def engine_words() -> frozenset[str]:
    """The words of frames, connectives, counts and headings, in small letters, without what stands in their slots."""
    said = [lines for name, lines in frames().items() if name != "scales"]  # heads of relations, which say themselves
    texts = [*_texts(said), *english.SO, *english.LINK, *english.TURN, english.QUESTION_FORMAT, *COUNTS]
    return frozenset(word for text in texts for word in _WORD.findall(_SLOT.sub(" ", text).lower()))


def _texts(of: Any) -> Iterator[str]:
    if isinstance(of, str):
        yield of
    else:
        for part in of.values() if isinstance(of, dict) else of:
            yield from _texts(part)
