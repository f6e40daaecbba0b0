"""Faults to plant in packed blocks, and in the text that is replayed in them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kg2corpus.documents import APART, read_lines, write_lines
from kg2corpus.types import Document

from .corpora import PLAIN, packed
from .planted import World

Row = dict[str, Any]


def rows(change: Callable[[World, list[Row]], Any]) -> Callable[[World, Path], str]:
    """A fault in the boundaries of blocks: the function changes rows in their place."""

    def plant(w: World, run: Path) -> str:
        path = run / "blocks" / "boundaries.jsonl.zst"
        found = [json.loads(line) for line in read_lines(path)]
        change(w, found)
        write_lines(path, map(json.dumps, found))
        return ""

    return plant


def tokens(change: Callable[[Any], Any]) -> Callable[[World, Path], str]:
    """A fault in the tokens."""

    def plant(w: World, run: Path) -> str:
        array = np.load(run / "blocks" / "blocks.npy")
        change(array)
        np.save(run / "blocks" / "blocks.npy", array)
        return ""

    return plant


def unlearned(w: World, run: Path) -> str:
    """The first tokens of the first block are kept out of the loss, though nothing there is only to be read."""
    np.save(run / "blocks" / "masked.npy", np.array([[0, 0, 5]], dtype="<i4"))
    return ""


def documents(found: list[Row]) -> list[Row]:
    return [row for row in found if not row["document"].startswith("replay:")]


def exchange(a: Row, b: Row) -> None:
    for key in ("document", "part", "facts"):
        a[key], b[key] = b[key], a[key]


def last_first(w: World, found: list[Row]) -> None:
    """The first document and the last change places."""
    exchange(documents(found)[0], documents(found)[-1])


def beside(key: Callable[[Document], set[int]]) -> Callable[[World, list[Row]], None]:
    """Two documents of different blocks that share something come into one."""

    def change(w: World, found: list[Row]) -> None:
        of, own = {d.id: key(d) for d in w.clean}, documents(found)
        pairs = ((a, b) for a in own for b in own if a["block"] != b["block"] and of[a["document"]] & of[b["document"]])
        a, b = next(pairs)
        exchange(next(row for row in own if row["block"] == a["block"] and row is not a), b)

    return change


def lost(w: World, found: list[Row]) -> None:
    next(row for row in found if row["facts"])["facts"].pop()


def moved(w: World, found: list[Row]) -> None:
    found[3]["start"] += 1


def padded(w: World, run: Path) -> str:
    lengths = np.load(run / "blocks" / "lengths.npy")
    np.save(run / "blocks" / "lengths.npy", (lengths * 0.8).astype(lengths.dtype))
    return "blocks"


def no_blocks(w: World, run: Path) -> str:
    shutil.rmtree(run / "blocks")
    return "blocks"


def replayed(text: str) -> Callable[[World, Path], str]:
    """A passage of replay that packing did not leave out, since the corpus does not say what is kept apart."""

    def plant(w: World, run: Path) -> str:
        first, last = w.hop()
        values = {
            "subject": w.held.subject.label, "object": w.held.object.label, "first": first.subject.label,
            "last": w.lexicon.value(last), "entity": w.graph.node(min(w.split.held_out_entities)).label,
        }  # fmt: skip
        (run / "replay.txt").write_text(PLAIN * 40 + f"{'It was late. ' * 100}{text.format(**values)}\n\n", "utf-8")
        write_lines(run / "corpus" / APART, [])
        shutil.rmtree(run / "blocks")
        packed(replace(w, run=run, replay=run / "replay.txt"), run / "corpus", run / "blocks")
        return "passage"

    return plant
