"""Words in any script: what stands between blanks, and each character where a script sets none."""

from __future__ import annotations

import re

# scripts whose words are not set apart by spaces, or carry particles (Hangul): every character is a word
CONTINUOUS = (
    "\u0e00-\u0eff\u0f00-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"[{CONTINUOUS}]|[^\W{CONTINUOUS}]+")


def words(text: str) -> tuple[str, ...]:
    """The words of a text, case aside; marks and blanks are none."""
    return tuple(_WORD.findall(text.casefold()))
