"""Packed blocks keep what packing promises: who shares a block, what opens and closes a document, and the declared order.

File half: it reads the corpus, `blocks.npy` and the boundaries, and needs neither a database nor a graph.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..documents import read_corpus, read_manifest
from ..errors import UserError
from ..pack import Boundary, read_boundaries, read_pack
from ..pack.pieces import context
from ..types import Document
from ..uid import show
from .result import CheckResult, Tally

PADDING_LIMIT = 0.1
Key = tuple[str, int]  # a document and its part


@dataclass(frozen=True)
class Packed:
    """Blocks with their boundaries, and the documents that they should hold."""

    info: dict[str, Any]
    blocks: npt.NDArray[np.int32]
    lengths: npt.NDArray[np.int32]
    replay: npt.NDArray[np.int32]
    masked: npt.NDArray[np.int32]
    boundaries: tuple[Boundary, ...]
    documents: dict[str, Document]
    head: tuple[int, ...]
    order: str = "ladder"

    @property
    def graph(self) -> list[Boundary]:
        """The boundaries of documents, without those of replay."""
        return [b for b in self.boundaries if not is_replay(b)]


def is_replay(boundary: Boundary) -> bool:
    """Whether the boundary is of replayed text."""
    return boundary.document.startswith("replay:")


def check_packing(corpus: Path, blocks: Path, *, tokenizer: Path | str | None = None) -> list[CheckResult]:
    """All checks of packed blocks. With the tokenizer the tokens are read back as text too.

    Without it each document must open with the same token as all others, and replay counts as not decoded.
    Raises UserError where there are no blocks or no corpus.
    """
    packed = load(corpus, blocks, tokenizer=tokenizer)
    results = [sharing(packed), ends(packed), layout(packed), order(packed), whole(packed), padding(packed)]
    results.append(masked(packed))
    return [*results, decoded(packed, tokenizer)] if tokenizer is not None else results


def load(corpus: Path, blocks: Path, *, tokenizer: Path | str | None = None) -> Packed:
    """Read blocks and corpus. Raises UserError for anything missing or damaged."""
    info = read_pack(blocks)
    try:
        tokens = np.load(blocks / "blocks.npy", mmap_mode="r", allow_pickle=False)
        lengths = np.load(blocks / "lengths.npy", allow_pickle=False)
        replay = np.load(blocks / "replay.npy", allow_pickle=False)
        masked = np.load(blocks / "masked.npy", allow_pickle=False)
    except (OSError, ValueError) as e:
        raise UserError(f"{blocks}: the blocks cannot be read ({e})", "remove the folder and pack again") from e
    boundaries = tuple(read_boundaries(blocks))
    # texts are most of the memory, and needed only to compare them with the tokens
    documents = {d.id: d if tokenizer is not None else replace(d, text="") for d in read_corpus(corpus)}
    declared = str(read_manifest(corpus).get("order", "ladder"))
    head = _head(info, tokens, boundaries, tokenizer)
    return Packed(info, tokens, lengths, replay, masked, boundaries, documents, head, declared)


def _head(
    info: dict[str, Any], tokens: npt.NDArray[np.int32], boundaries: Sequence[Boundary], tokenizer: Path | str | None
) -> tuple[int, ...]:
    """The tokens that open each document; without a tokenizer the one that opens most of them."""
    if tokenizer is not None:
        from ..models.tokens import open_codec

        codec = open_codec(tokenizer)
        return (*codec.opening, *codec.tag(info["domain_token"]))
    first = Counter(int(tokens[b.block, b.start]) for b in boundaries if not is_replay(b) and _inside(tokens, b))
    return (first.most_common(1)[0][0],) if first else ()


def _inside(tokens: npt.NDArray[np.int32], b: Boundary) -> bool:
    return 0 <= b.block < len(tokens) and 0 <= b.start < b.end <= int(tokens.shape[1])


def sharing(packed: Packed) -> CheckResult:
    """No block holds two documents, or two parts of one, that share an anchor or a twin."""
    tally = Tally("no block holds two documents of one anchor or twin", of="blocks")
    for number, group in groupby(packed.boundaries, key=lambda b: b.block):
        seen: dict[int, str] = {}
        faults = []
        for b in group:
            document = packed.documents.get(b.document)
            for key in {document.anchor, *document.twins} if document else ():
                if key in seen:
                    faults.append(f"documents {seen[key]} and {b.document} share {show(key)}")
                seen[key] = b.document
        tally.look(f"block {number}", faults)
    return tally.close()


def ends(packed: Packed) -> CheckResult:
    """The domain token opens each document and EOS closes it, and stands nowhere else in it."""
    tally = Tally("the domain token opens and EOS closes each document")
    eos, head = int(packed.info["eos"]), packed.head
    for b in packed.graph:
        if not _inside(packed.blocks, b):
            tally.look(b.document, [f"tokens {b.start}-{b.end} of block {b.block} do not exist"])
            continue
        row = packed.blocks[b.block, b.start : b.end].tolist()
        faults = []
        if tuple(row[: len(head)]) != head:
            faults.append(f"opens with token {row[0]}, not with the domain token {head}")
        if row[-1] != eos:
            faults.append(f"ends with token {row[-1]}, not with EOS {eos}")
        if eos in row[len(head) : -1] and not packed.info["settings"]["chat_template"]:
            faults.append("holds EOS before its end")
        tally.look(f"{b.document} in block {b.block}", faults)
    return tally.close()


def layout(packed: Packed) -> CheckResult:
    """The boundaries of a block follow each other from its first token on, after the last all is padding, and what training
    takes for replay is replay."""
    tally = Tally("boundaries and padding fill each block", of="blocks")
    by_block: dict[int, list[Boundary]] = {}
    for b in packed.boundaries:
        by_block.setdefault(b.block, []).append(b)
    for number in sorted({*by_block, *range(len(packed.blocks))}):
        faults, reach = [], 0
        for b in by_block.get(number, []):
            if b.start != reach:
                faults.append(f"{b.document} begins at token {b.start}, not at {reach}")
            reach = b.end
        if number >= len(packed.blocks) or number >= len(packed.lengths):
            faults.append("has boundaries but no tokens or length")
        else:
            played = sum(b.end - b.start for b in by_block.get(number, []) if is_replay(b))
            if played != packed.replay[number]:
                faults.append(f"is marked as having {packed.replay[number]} tokens of replay, its boundaries have {played}")
            if reach != packed.lengths[number]:
                faults.append(f"has {packed.lengths[number]} tokens before padding, its boundaries {reach}")
            if (packed.blocks[number, reach:] != packed.info["pad"]).any():
                faults.append(f"has other tokens than padding from token {reach} on")
        tally.look(f"block {number}", faults)
    return tally.close()


def masked(packed: Packed) -> CheckResult:
    """What a document only gives to be read bears no loss, from its first token to that of its first fact; all else does."""
    tally = Tally("only what is there to be read is kept out of the loss")
    found = {(block, start): end for block, start, end in packed.masked.tolist()}
    for b in packed.graph:
        document = packed.documents.get(b.document)
        end = found.pop((b.block, b.start), b.start)
        opens = document is not None and b.part == 0 and context(document) > 0
        due = min((at for _, at, _, _ in b.facts), default=b.end - 1) if opens else b.start
        tally.look(b.document, [f"is kept out of the loss up to token {end}, not up to {due}"] if end != due else [])
    for block, start in found:
        tally.look(f"block {block}", [f"no document begins at token {start}, which is kept out of the loss"])
    return tally.close()


def order(packed: Packed) -> CheckResult:
    """The declared order survives: no piece comes so early that it passes one `lookahead` or more places before it.

    It is that of the corpus' manifest: stage by stage, or over all stages by the documents' own places.
    """
    lookahead = int(packed.info["settings"]["lookahead"])
    tally = Tally("the declared order survives up to the look-ahead", note=f"{packed.order}, look-ahead {lookahead}")
    parts = Counter(b.document for b in packed.graph)
    declared: list[Key] = [(id, part) for id in packed.documents for part in range(parts[id])]
    place = {key: i for i, key in enumerate(declared)}
    laid = [False] * len(declared)
    first = 0
    for b in packed.graph:
        at = place.get((b.document, b.part))
        if at is None:
            tally.look(b.document, [f"part {b.part} in block {b.block} is not of this corpus"])
            continue
        tally.look(b.document, [f"comes {at - first} places early, in block {b.block}"] if at - first >= lookahead else [])
        laid[at] = True
        while first < len(laid) and laid[first]:
            first += 1
    return tally.close()


def whole(packed: Packed) -> CheckResult:
    """Every document is packed exactly once, with all its facts; only a long one in several parts."""
    tally = Tally("every document is packed exactly once")
    places: dict[str, list[Boundary]] = {}
    for b in packed.graph:
        places.setdefault(b.document, []).append(b)
    for id, document in packed.documents.items():
        tally.look(id, _whole(document, places.pop(id, [])))
    for id in places:
        tally.look(id, ["is packed but not in the corpus"])
    return tally.close()


def _whole(document: Document, found: Sequence[Boundary]) -> list[str]:
    if not found:
        return ["is not packed"]
    if sorted(b.part for b in found) != list(range(len(found))):
        return [f"is packed as parts {sorted(b.part for b in found)}"]
    if len(found) > len({(s.start, s.end) for s in document.spans} | set(document.frames)):
        return [f"is split into {len(found)} parts, more than it has sentences"]
    wanted = Counter[tuple[int, str]]((s.fact, s.kind) for s in document.spans)
    packed = Counter[tuple[int, str]]((fact, kind) for b in found for fact, _, _, kind in b.facts)
    faults = [f"fact {show(fact)} is {kind} {wanted[fact, kind]} times, packed {packed[fact, kind]} times"
              for fact, kind in wanted | packed if wanted[fact, kind] != packed[fact, kind]]  # fmt: skip
    for b in found:
        faults += [f"fact {show(fact)} lies at tokens {a}-{z}, outside its document" for fact, a, z, _ in b.facts
                   if not b.start <= a < z <= b.end]  # fmt: skip
    return faults


def padding(packed: Packed) -> CheckResult:
    """The share of padding tokens is at most 10 %."""
    tally = Tally("at most 10 % padding", of="tokens")
    total = int(packed.blocks.size)
    pad = total - int(packed.lengths.sum())
    share = pad / total if total else 0.0
    tally.looked_at = total
    replayed = int(packed.replay.sum()) / total if total else 0.0
    tally.note = f"{share:.1%} padding, {1 - share - replayed:.1%} documents, {replayed:.1%} replay"
    if share > PADDING_LIMIT:
        tally.fail("blocks", f"{share:.1%} of the tokens are padding; pack with another block size or more replay")
    return tally.close()


def decoded(packed: Packed, tokenizer: Path | str) -> CheckResult:
    """The tokens of each document, read back as text, are its text."""
    from ..models.tokens import open_codec

    codec = open_codec(tokenizer)
    tally = Tally("tokens read back as the documents' text")
    if packed.info["settings"]["chat_template"]:
        tally.note = "questions are rendered in the chat format and were not read back"
    parts: dict[str, list[Boundary]] = {}
    for b in packed.graph:
        parts.setdefault(b.document, []).append(b)
    for id, found in parts.items():
        document = packed.documents.get(id)
        if document is None or (packed.info["settings"]["chat_template"] and document.text.startswith("Question:")):
            continue
        text = " ".join(
            codec.tokenizer.decode(packed.blocks[b.block, b.start + len(packed.head) : b.end - 1].tolist())
            for b in sorted(found, key=lambda b: b.part)
        )
        same = "".join(text.split()) == "".join(document.text.split())
        tally.look(id, [] if same else [f"reads {text!r} in block {found[0].block}, not {document.text!r}"])
    return tally.close()
