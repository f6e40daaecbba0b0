"""A corpus folder to a folder of blocks, written aside and renamed when whole; same input, same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..documents import read_corpus, read_lines, read_manifest, write_lines, write_text
from ..errors import UserError
from ..killpoints import reach
from ..models.tokens import choose_domain_token, open_codec
from ..progress import track
from ..train.replay import Replay, ReplayStream, read_apart, read_replay, without
from ..types import Document
from ..uid import parse, show
from .fill import Block, better_block, fill
from .pieces import Format, Piece, pieces

FORMAT_VERSION = 2
PADDING_LIMIT = 0.1
SAMPLE = 20_000  # pieces that a better block size is looked for in


@dataclass(frozen=True, slots=True)
class Boundary:
    """Tokens [start, end) of a block: a document (or its `part`), or replay (`document` is "replay:n").

    `facts`: (fact uid, first token, end, kind) of the spans, in tokens of the block.
    """

    block: int
    start: int
    end: int
    document: str
    part: int
    facts: tuple[tuple[int, int, int, str], ...]


def pack(
    corpus: Path,
    out: Path,
    *,
    tokenizer: Path | str,
    block: int = 128,
    replay: Path | None = None,
    replay_share: float = 0.1,
    lookahead: int = 64,
    seed: int = 0,
    domain: str = "",
    chat_template: bool = False,
) -> dict[str, Any]:
    """Pack a compiled corpus into blocks of `block` tokens. Returns what `pack.json` holds.

    `replay_share` is the share of plain text in all tokens (0 without `replay`). Nothing is done where `out` holds the
    blocks of the same corpus, tokenizer and settings. Raises UserError for an empty corpus or a sentence that no block
    can hold.
    """
    if not 0 <= replay_share < 1:
        raise UserError(f"a replay share of {replay_share} is not a share", "give a number from 0 to below 1, such as 0.1")
    if lookahead < 1:
        raise UserError(f"a look-ahead of {lookahead} documents is too small", "give 1 (strict order) or more")
    manifest = read_manifest(corpus)
    if out.exists() and not (out / "pack.json").is_file() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(f"{out} is there already and holds no packed blocks", "give another folder, or remove this one")
    codec = open_codec(tokenizer)
    text = without(read_replay(replay), read_apart(corpus)) if replay is not None and replay_share > 0 else None
    if text is not None and not text.passages:
        raise UserError("every replay passage names what is held out", "give another text, or a share of 0")
    tag = choose_domain_token(codec.tokenizer, domain or str(manifest.get("domain") or manifest.get("name") or ""))
    settings: dict[str, Any] = {
        "block": block, "lookahead": lookahead, "seed": seed, "chat_template": chat_template,
        "replay_share": replay_share if text else 0.0,
    }  # fmt: skip
    origin = {
        "corpus": _hash_file(corpus / "manifest.json"),
        "tokenizer": _hash_text(codec.tokenizer.backend_tokenizer.to_str() + str(codec.tokenizer.chat_template)),
        "replay": text.fingerprint if text else "",
        "domain_token": tag,
        "settings": settings,
    }
    before = _packed(out)
    if before is not None and all(before.get(key) == value for key, value in origin.items()):
        return before
    form = Format(codec, tuple(codec.tag(tag)), block, chat_template)
    aside = out.with_name(f".{out.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        counted = _write(aside, read_corpus(corpus), form, text, settings)
        if not counted["documents"]:
            raise UserError(f"the corpus {corpus} holds no documents", "its manifest.json says what was dropped, and why")
    except UserError:
        shutil.rmtree(aside)
        raise
    done = {
        "format_version": FORMAT_VERSION, **origin, **counted,
        "eos": codec.eos, "pad": codec.pad, "replay_files": list(text.names) if text else [],
        "replay_dropped": text.dropped if text else 0,
        "name": str(manifest.get("domain") or manifest.get("name") or ""),
        "graph": manifest.get("fingerprints", {}).get("graph", ""),
        "counterfactual": manifest.get("counterfactual", ""), "split": manifest.get("fingerprints", {}).get("split", ""),
    }  # fmt: skip
    write_text(aside / "pack.json", json.dumps(done, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    reach("pack.written")
    _replace_folder(aside, out)
    return done


def read_pack(folder: Path) -> dict[str, Any]:
    """The `pack.json` of a folder of blocks. Raises UserError where there is none."""
    found = _packed(folder)
    if found is None:
        raise UserError(f"{folder} holds no packed blocks (no pack.json)", "run `kg2corpus pack CORPUS --out` with this folder")
    return found


def _packed(folder: Path) -> dict[str, Any] | None:
    path = folder / "pack.json"
    if not path.is_file():
        return None
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as e:
        raise UserError(f"{path}: not JSON ({e})", "remove the folder and pack again") from e
    if found.get("format_version") != FORMAT_VERSION:
        raise UserError(f"{path} was written by another version of kg2corpus", "remove the folder and pack again")
    return found


def _write(
    folder: Path, documents: Iterable[Document], form: Format, text: Replay | None, settings: dict[str, Any]
) -> dict[str, Any]:
    """Write blocks, lengths and boundaries; return the counts."""
    import numpy as np

    stream = ReplayStream(text, form.codec, seed=settings["seed"]) if text else None
    seen = Counter[str]()
    sample: list[Piece] = []
    stages: dict[str, list[int]] = {}
    lengths: list[int] = []
    replays: list[int] = []
    masked: list[tuple[int, int, int]] = []
    pad = form.codec.pad

    def watched() -> Iterator[Piece]:
        for piece in track(pieces(documents, form), "packing documents"):
            seen["documents"] += piece.part == 0
            seen["parts"] += piece.part > 0
            if len(sample) < SAMPLE:
                sample.append(piece)
            yield piece

    def lines(raw: Any) -> Iterator[str]:
        made = fill(watched(), block=form.block, lookahead=settings["lookahead"], replay_share=settings["replay_share"])
        for number, block in enumerate(made):
            tokens = [t for _, piece in block.pieces for t in piece.tokens]
            if block.replay and stream is not None:
                tokens += stream.take(block.replay)
            seen["graph"] += block.used
            seen["replay"] += block.replay
            lengths.append(len(tokens))
            replays.append(block.replay)
            raw.write(np.array([*tokens, *[pad] * (form.block - len(tokens))], dtype="<i4").tobytes())
            masked.extend((number, start, start + piece.masked) for start, piece in block.pieces if piece.masked)
            for _, piece in block.pieces:
                first_last = stages.setdefault(piece.stage, [number, number])
                first_last[1] = number
            yield from _boundary_lines(number, block)

    with open(folder / "blocks.raw", "wb") as raw:
        write_lines(folder / "boundaries.jsonl.zst", lines(raw))
    return _finish(folder, form.block, seen, lengths, replays, masked, stages, stream, sample, settings)


def _finish(
    folder: Path,
    size: int,
    seen: Counter[str],
    lengths: list[int],
    replays: list[int],
    masked: list[tuple[int, int, int]],
    stages: dict[str, list[int]],
    stream: ReplayStream | None,
    sample: list[Piece],
    settings: dict[str, Any],
) -> dict[str, Any]:
    import numpy as np

    total = len(lengths) * size
    if total:
        np.save(folder / "blocks.npy", np.memmap(folder / "blocks.raw", dtype="<i4", mode="r", shape=(len(lengths), size)))
        np.save(folder / "lengths.npy", np.array(lengths, dtype="<i4"))
        np.save(folder / "replay.npy", np.array(replays, dtype="<i4"))
        np.save(folder / "masked.npy", np.array(masked, dtype="<i4").reshape(-1, 3))
    os.remove(folder / "blocks.raw")
    padding = total - seen["graph"] - seen["replay"]
    share = {k: round(v / total, 6) if total else 0.0 for k, v in {**_tokens(seen), "padding": padding}.items()}
    warnings = []
    if share["padding"] > PADDING_LIMIT:
        better = better_block(sample, block=size, lookahead=settings["lookahead"], limit=PADDING_LIMIT)
        remedy = f"blocks of {better} tokens would have less" if better else "more replay or a longer look-ahead would fill it"
        warnings.append(f"{share['padding']:.0%} of the tokens are padding: {remedy}")
    if stream is not None and stream.rounds:
        warnings.append(f"the replay text was used {stream.rounds + 1} times over: a longer one protects better")
    return {
        "documents": seen["documents"], "split_parts": seen["parts"], "blocks": len(lengths),
        "tokens": {**_tokens(seen), "padding": padding}, "masked": sum(end - start for _, start, end in masked),
        "shares": share, "stages": stages, "warnings": warnings,
        "fingerprint": _hash_file(folder / "blocks.npy") if total else "",
    }  # fmt: skip


def _tokens(seen: Counter[str]) -> dict[str, int]:
    return {"graph": seen["graph"], "replay": seen["replay"]}


def _boundary_lines(number: int, block: Block) -> Iterator[str]:
    for start, piece in block.pieces:
        facts = [[show(fact), start + a, start + b, kind] for fact, a, b, kind in piece.facts]
        yield _boundary_line(number, start, start + len(piece.tokens), piece.document, piece.part, facts)
    if block.replay:
        yield _boundary_line(number, block.used, block.used + block.replay, f"replay:{number}", 0, [])


def _boundary_line(block: int, start: int, end: int, document: str, part: int, facts: list[list[Any]]) -> str:
    record = {"block": block, "start": start, "end": end, "document": document, "part": part, "facts": facts}
    return json.dumps(record, sort_keys=True, separators=(",", ":"))


def read_boundaries(folder: Path) -> Iterator[Boundary]:
    """What each block of a folder holds, by block and start. Raises UserError for a missing or damaged file."""
    for line in read_lines(folder / "boundaries.jsonl.zst"):
        r = json.loads(line)
        facts = tuple((parse(f), a, b, kind) for f, a, b, kind in r["facts"])
        yield Boundary(r["block"], r["start"], r["end"], r["document"], r["part"], facts)


def _replace_folder(aside: Path, out: Path) -> None:
    if out.exists():
        # out of the way in one step, so that a kill leaves either the old folder, or none, or the new one
        old = out.with_name(f".{out.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        out.rename(old)
        aside.rename(out)
        shutil.rmtree(old)
        return
    aside.rename(out)


def _hash_file(path: Path) -> str:
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()[:16]


def _hash_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
