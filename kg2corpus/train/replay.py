"""Replay: plain text mixed in so that the model does not forget. It carries no domain token."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from ..documents import APART, read_lines
from ..errors import UserError
from ..models.tokens import Codec
from ..scripts import words
from ..uid import digest

LONGEST_NAME = 5  # words of a name that are looked for
PASSAGE = 1500  # characters: long enough to have context, short enough that a small share samples the whole text


@dataclass(frozen=True)
class Replay:
    """Plain text as passages of whole paragraphs."""

    passages: tuple[str, ...]
    fingerprint: str
    names: tuple[str, ...]
    dropped: int = 0


def read_replay(path: Path) -> Replay:
    """The replay text of a file, or of all `*.txt` files in a folder. Raises UserError for a missing or empty one."""
    files = sorted(path.glob("*.txt")) if path.is_dir() else [path]
    if not files or not all(f.is_file() for f in files):
        raise UserError(f"no replay text at {path}", "give a text file or a folder of .txt files, or a replay share of 0")
    passages: list[str] = []
    hashed = hashlib.sha256()
    for file in files:
        data = file.read_bytes()
        hashed.update(len(data).to_bytes(8, "little") + data)
        try:
            passages += _passages(data.decode("utf-8"))
        except UnicodeDecodeError as e:
            raise UserError(f"{file}: byte {e.start} is not UTF-8", "convert the replay text to UTF-8") from e
    if not passages:
        raise UserError(f"the replay text at {path} is empty", "give one with text, or a replay share of 0")
    return Replay(tuple(passages), hashed.hexdigest()[:16], tuple(f.name for f in files))


def without(replay: Replay, apart: Iterable[Sequence[Sequence[str]]]) -> Replay:
    """The replay without passages that name what must not be named: `apart` has the names of both ends of each held-out fact
    and composition, and those of each held-out entity. A passage that names all of a row, in any of its names, is left out."""
    places: dict[tuple[str, ...], set[int]] = {}
    for number, passage in enumerate(replay.passages):
        said = words(passage)
        for length in range(1, LONGEST_NAME + 1):
            for at in range(len(said) - length + 1):
                places.setdefault(said[at : at + length], set()).add(number)

    def found(names: Sequence[str]) -> set[int]:
        # of a longer name its beginning is looked for: rather one passage less than a leak
        return set().union(*(places.get(words(name)[:LONGEST_NAME], set()) for name in names if words(name)))

    gone = set().union(*(set.intersection(*map(found, row)) for row in apart)) if places else set()
    kept = tuple(p for number, p in enumerate(replay.passages) if number not in gone)
    return Replay(kept, replay.fingerprint, replay.names, len(gone))


def read_apart(corpus: Path) -> list[list[list[str]]]:
    """The names that a corpus wants kept out of replay, alone or together; none for one that holds nothing out."""
    path = corpus / APART
    return list(map(json.loads, read_lines(path))) if path.is_file() else []


def _passages(text: str) -> list[str]:
    """Consecutive paragraphs (parted by blank lines) together, up to PASSAGE characters."""
    out: list[str] = []
    for paragraph in (" ".join(p.split()) for p in text.split("\n\n")):
        if not paragraph:
            continue
        if out and len(out[-1]) + len(paragraph) < PASSAGE:
            out[-1] += "\n\n" + paragraph
        else:
            out.append(paragraph)
    return out


class ReplayStream:
    """Tokens of the passages, in an order drawn by the seed, each closed by EOS; starts over when it has given all."""

    def __init__(self, replay: Replay, codec: Codec, *, seed: int) -> None:
        self._tokens = self._run(replay, codec, seed)
        self._opening = codec.opening
        self.rounds = 0

    def _run(self, replay: Replay, codec: Codec, seed: int) -> Iterator[int]:
        order = list(range(len(replay.passages)))
        while True:
            Random(digest("replay", str(seed), str(self.rounds))).shuffle(order)
            for i in order:
                yield from codec.encode(replay.passages[i])
                yield codec.eos
            self.rounds += 1

    def take(self, count: int) -> tuple[int, ...]:
        """The next tokens of the stream, `count` with those that open a sequence."""
        head = self._opening[:count]
        return (*head, *(next(self._tokens) for _ in range(count - len(head))))
