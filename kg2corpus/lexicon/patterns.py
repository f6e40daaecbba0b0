"""Fills the families of wordings in patterns.yaml with the words of one relation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FAMILIES = Path(__file__).with_name("patterns.yaml")
Wordings = tuple[dict[str, list[str]], dict[str, str]]
_LINE = re.compile(r"(?:\(([^()]*)\) )?(.*)")
_WORD = re.compile(r"\[([^\[\]]+)\]")


@cache
def families() -> dict[str, Any]:
    """All families, by name: lists of lines, and single phrases under `phrases`."""
    found: dict[str, Any] = yaml.safe_load(FAMILIES.read_text(encoding="utf-8"))
    return found


def fill(family: str, words: Mapping[str, str], flags: frozenset[str]) -> Wordings:
    """Wordings and phrases of a family. A line whose word is missing or empty, or whose condition does not hold, falls away."""
    data = families()[family]
    lists = {key: list(dict.fromkeys(_lines(lines, words, flags))) for key, lines in data.items() if key != "phrases"}
    phrases = {key: text for key, line in data.get("phrases", {}).items() for text in _lines([line], words, flags)}
    return {key: texts for key, texts in lists.items() if texts}, phrases


def _lines(lines: list[str], words: Mapping[str, str], flags: frozenset[str]) -> Iterator[str]:
    for line in lines:
        conditions, text = _LINE.fullmatch(line).groups()  # type: ignore[union-attr]
        wanted = [c.strip() for c in (conditions or "").split(",") if c.strip()]
        if any((c[4:] in flags) if c.startswith("not ") else (c not in flags) for c in wanted):
            continue
        if all(words.get(name) for name in _WORD.findall(text)):
            yield " ".join(_same(_WORD.sub(lambda m: words[m[1]], text)).split())


def _same(text: str) -> str:
    """{x|x} is x: a choice between two equal words is none."""
    return re.sub(r"\{([^{}|]*)\|\1\}", r"\1", text)
