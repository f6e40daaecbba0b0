"""How relations are said: wordings as YAML that a person can edit, and the rules that turn facts into sentences."""

from __future__ import annotations

from .model import QUESTION_FORMAT, Lexicon
from .resolve import resolve

__all__ = ["QUESTION_FORMAT", "Lexicon", "resolve"]
