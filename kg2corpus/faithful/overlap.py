"""How well the words of a sentence fit a relation that no cue of it matches word by word.

The measure is the share of a wording's n-grams (one to three words, the two ends marked) that the sentence has, weighted by
how rare the words are among the relations, as BLEU weighs n-grams and TF-IDF words. The marks carry the direction: in "the
capital of S is O" and "the capital of O is S" the same words stand, but not the same n-grams.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import log

from .cues import Cues

LONGEST = 3
SUBJECT, OBJECT = "qqs", "qqo"
_MARKED = 0.3  # what a mark adds to the weight of an n-gram
_ENDINGS = ("ings", "ing", "ed", "es", "s", "e")


def stem(word: str) -> str:
    """A word without its ending, roughly: "locates", "located" and "locating" are alike."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def grams(words: Sequence[str]) -> set[tuple[str, ...]]:
    """All n-grams of up to three words."""
    return {tuple(words[i : i + n]) for n in range(1, LONGEST + 1) for i in range(len(words) - n + 1)}


class Overlap:
    """Scores of sentences for relations, from the cues of a graph."""

    def __init__(self, cues: Cues) -> None:
        self.cues = cues
        self._having: dict[str, set[int]] = {}
        for relation, words in cues.words.items():
            for word in words:
                self._having.setdefault(stem(word), set()).add(relation)
        self._wordings = lru_cache(4096)(self._weigh)

    def rivals(self, words: Iterable[str]) -> set[int]:
        """The relations with a wording that has a telling word of these."""
        found: set[int] = set()
        for word in words:
            having = self._having.get(stem(word), set())
            if len(having) <= max(3, len(self.cues.words) // 4):
                found |= having
        return found

    def score(self, words: Sequence[str], relation: int) -> float:
        """0 to 1: how well words with `SUBJECT` and `OBJECT` among them fit the wording of the relation that fits best."""
        said = grams([stem(word) for word in words])
        return max((sum(w for gram, w in weights.items() if gram in said) / total
                    for weights, total in self._wordings(relation)), default=0.0)  # fmt: skip

    def _weigh(self, relation: int) -> list[tuple[dict[tuple[str, ...], float], float]]:
        found = []
        for sequence in self.cues.sequences.get(relation, ()):
            weights = {gram: self._weight(gram) for gram in grams([stem(word) for word in sequence])}
            if (total := sum(weights.values())) > 0:
                found.append((weights, total))
        return found

    def _weight(self, gram: tuple[str, ...]) -> float:
        marks = sum(word in (SUBJECT, OBJECT) for word in gram)
        if marks == len(gram):
            return 0.0
        return sum(self._rarity(word) for word in gram) / len(gram) + _MARKED * marks

    def _rarity(self, word: str) -> float:
        if word in (SUBJECT, OBJECT) or not word[:1].isalnum():
            return 0.0
        return log(1 + len(self.cues.words) / (1 + len(self._having.get(word, ()))))

