"""The packing itself: which pieces share a block. Pure: sizes, keys and order in, blocks out.

Replay goes first to the ends of blocks that no piece fits (they would be padding), and what is left of its share to whole
blocks, spread evenly. Whole blocks rather than one passage per block: plain text is only learned from in context, and a
passage of a fifth of a block has little; the share is kept over every stretch of the corpus by a running credit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .pieces import Piece

SHORTEST_REPLAY = 8  # tokens: a shorter end is padded, for what follows a few words is noise


@dataclass(slots=True)
class Block:
    """Pieces with the token at which each begins; the rest, if any, is replay (`replay` tokens) and padding."""

    pieces: list[tuple[int, Piece]] = field(default_factory=list)
    used: int = 0
    replay: int = 0

    def add(self, piece: Piece) -> None:
        """Lay a piece after those that are there."""
        self.pieces.append((self.used, piece))
        self.used += len(piece.tokens)


def fill(pieces: Iterable[Piece], *, block: int, lookahead: int, replay_share: float = 0.0) -> Iterator[Block]:
    """Blocks in order. A piece is taken less than `lookahead` places before the first one that still waits."""
    rate = replay_share / (1 - replay_share)
    credit = 0.0
    for made in _greedy(pieces, block, lookahead):
        credit += rate * made.used
        rest = block - made.used
        if SHORTEST_REPLAY <= rest <= credit:
            made.replay = rest
            credit -= rest
        yield made
        while credit >= block:
            credit -= block
            yield Block(replay=block)


def _greedy(pieces: Iterable[Piece], block: int, lookahead: int) -> Iterator[Block]:
    source = enumerate(pieces)
    window: list[tuple[int, Piece]] = []
    ended, seen = False, 0  # pieces taken into the window so far, those that left it included

    def look() -> None:
        """Extend the window to `lookahead` places from the first piece that still waits."""
        nonlocal ended, seen
        while not ended and (not window or seen < window[0][0] + lookahead):
            more = next(source, None)
            if more is None:
                ended = True
            else:
                seen += 1
                window.append(more)

    look()
    while window:
        made = Block()
        keys: set[int] = set()
        at = 0
        while at < len(window):
            piece = window[at][1]
            if made.used + len(piece.tokens) <= block and keys.isdisjoint(piece.keys):
                made.add(piece)
                keys |= piece.keys
                del window[at]
                look()
            else:
                at += 1  # what does not fit now will not fit this block later
        yield made


def padding_share(pieces: list[Piece], *, block: int, lookahead: int) -> float:
    """Share of tokens that would be padding without replay."""
    blocks = list(_greedy(pieces, block, lookahead))
    return 1 - sum(b.used for b in blocks) / (len(blocks) * block) if blocks else 0.0


def better_block(pieces: list[Piece], *, block: int, lookahead: int, limit: float) -> int | None:
    """The size nearest to `block` with which at most `limit` of the tokens would be padding; None if there is none."""
    longest = max((len(p.tokens) for p in pieces), default=0)

    def distance(size: int) -> tuple[float, int]:
        return abs(size - block) / min(size, block), size

    sizes = [*range(16, 128, 8), *range(128, 512, 32), *range(512, 1025, 128)]
    nearest: list[int] = sorted(sizes, key=distance)
    for size in nearest:
        if size != block and size >= longest and padding_share(pieces, block=size, lookahead=lookahead) <= limit:
            return size
    return None
