"""Measures of how varied texts are. Each takes texts in and gives numbers out, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import exp, log

Words = Sequence[str]
LEVEL = 3  # of zstd
_SMALL = 0.1  # what stands for no match at all, so that its logarithm exists
ORDERS = 4


def distinct(texts: Iterable[Words], n: int) -> float:
    """Distinct-n (Li et al. 2016, arXiv:1510.03055): the share of n-grams that are different ones. It falls with the amount
    of text: compare samples of one size only."""
    seen: set[int] = set()
    total = 0
    for words in texts:
        for i in range(len(words) - n + 1):
            seen.add(hash(tuple(words[i : i + n])))
            total += 1
    return len(seen) / total if total else 0.0


class Compression:
    """Bytes of all texts over their bytes after zstd, as they pass; the window of zstd bounds what it sees as repeated."""

    def __init__(self) -> None:
        import zstandard

        self._zstd = zstandard.ZstdCompressor(level=LEVEL).compressobj()
        self.plain = self.packed = 0

    def add(self, text: str) -> None:
        """One more text."""
        data = text.encode("utf-8", "surrogatepass") + b"\n"
        self.plain += len(data)
        self.packed += len(self._zstd.compress(data))

    def ratio(self) -> float:
        """How many times smaller the texts get."""
        self.packed += len(self._zstd.flush())
        return self.plain / self.packed if self.plain else 0.0


def self_bleu(texts: Sequence[Words]) -> float:
    """Self-BLEU (Zhu et al. 2018, Texygen, arXiv:1802.01886): the mean BLEU-4 of each text against all others; 1 is all alike.

    BLEU as Papineni et al. 2002 have it: clipped n-gram precisions, their geometric mean, the brevity penalty of the nearest
    length; a precision without a match counts as 0.1 matches (Chen and Cherry 2014, method 1). The largest count of an n-gram
    in the other texts is kept with the second largest, so that the cost grows with the words and not with pairs of texts.
    """
    grams = [[Counter(_ngrams(words, n)) for n in range(1, ORDERS + 1)] for words in texts]
    best: dict[tuple[str, ...], tuple[int, int, int]] = {}  # n-gram -> (largest count, of which text, largest in another)
    for number, counters in enumerate(grams):
        for counter in counters:
            for gram, count in counter.items():
                top, owner, second = best.get(gram, (0, -1, 0))
                best[gram] = (count, number, top) if count > top else (top, owner, max(second, count))
    lengths = sorted(len(words) for words in texts)
    scores = [_bleu(number, words, grams[number], best, lengths) for number, words in enumerate(texts) if words]
    return sum(scores) / len(scores) if len(scores) > 1 else 0.0


def _bleu(
    number: int,
    words: Words,
    counters: Sequence[Counter[tuple[str, ...]]],
    best: dict[tuple[str, ...], tuple[int, int, int]],
    lengths: Sequence[int],
) -> float:
    logs = []
    for counter in counters:
        total = sum(counter.values())
        if not total:
            continue
        matched: float = 0
        for gram, count in counter.items():
            top, owner, second = best[gram]
            matched += min(count, second if owner == number else top)
        logs.append(log((matched or _SMALL) / total))
    nearest = _nearest(len(words), lengths)
    penalty = 1.0 if len(words) >= nearest else exp(1 - nearest / len(words))
    return penalty * exp(sum(logs) / len(logs))


def _nearest(length: int, lengths: Sequence[int]) -> int:
    """The length of another text that is nearest; of two as near the shorter."""
    others = list(lengths)
    others.remove(length)
    return min(others, key=lambda other: (abs(other - length), other), default=length)


def _ngrams(words: Words, n: int) -> Iterable[tuple[str, ...]]:
    return (tuple(words[i : i + n]) for i in range(len(words) - n + 1))


class Shares:
    """How often things occur that are mostly different, in bounded memory: adaptive sampling (Wegman; Flajolet 1990).

    Things are kept by hash; when there are too many, those of every other hash are forgotten, and so on. What is left is a
    sample of the things, each with its true count.
    """

    def __init__(self, most: int = 1 << 18) -> None:
        self.most = most
        self.depth = 0
        self.counts: dict[int, int] = {}

    def add(self, key: int) -> None:
        """One more occurrence of the thing with this 64-bit hash."""
        if key & ((1 << self.depth) - 1):
            return
        self.counts[key] = self.counts.get(key, 0) + 1
        while len(self.counts) > self.most:
            self.depth += 1
            self.counts = {k: n for k, n in self.counts.items() if not k & ((1 << self.depth) - 1)}

    @property
    def things(self) -> int:
        """How many different things there were; an estimate where not all were kept."""
        return len(self.counts) << self.depth

    def shared(self) -> float:
        """The share of occurrences that are of a thing which occurs more than once."""
        total = sum(self.counts.values())
        return sum(n for n in self.counts.values() if n > 1) / total if total else 0.0

    def largest(self) -> float:
        """The share of the occurrences that are of the most frequent thing."""
        total = sum(self.counts.values())
        return max(self.counts.values()) / total if total else 0.0


QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


def quantiles(lengths: Counter[int]) -> dict[str, int]:
    """Least, 5, 25, 50, 75, 95 % and most, from how often each length occurs."""
    total, found, passed = sum(lengths.values()), {}, 0
    todo = list(QUANTILES)
    for length in sorted(lengths):
        passed += lengths[length]
        while todo and passed >= max(1.0, todo[0] * total):
            found[f"{todo.pop(0):.0%}"] = length
    return found
