"""The command `synth`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import terminal
from .options import Json, Out, Seed


def synth(
    people: Annotated[int, typer.Option("--people", min=1, help="How many people are invented.")] = 1000,
    out: Out = Path("bio"),
    relations: Annotated[str | None, typer.Option("--relations", help="Only these relations, separated by commas.")] = None,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Invent a graph of people whose bits are known exactly: to measure what an adapter holds, and to try things out.

    With --out NAME.tsv it is one file of triples, else a folder with labels and types; both load without options.
    """
    from .synth import synth as make

    found = make(people, out, seed=seed, relations=[name.strip() for name in relations.split(",")] if relations else ())
    if json:
        return terminal.as_json(found)
    bits = found["bits"]
    rows = [("(names)", "person", f"{found['possible_names']:,} possible", people, bits["names"])]
    for r in found["relations"]:
        source = f"follows from {r['follows_from'][0]}" if r["follows_from"] else f"{r['pool']:,} values"
        rows.append((r["label"], r["of"], source, r["facts"], r["bits"]))
    shown = [(name, of, source, facts, f"{own / facts:.3f}", f"{own:,.1f}") for name, of, source, facts, own in rows]
    terminal.table(("relation", "of", "drawn from", "facts", "bits each", "bits"), shown)
    terminal.line(f"{found['facts']:,} facts hold {bits['total']:,.1f} bits, {bits['total'] / people:.3f} for each person")
    terminal.note(f"kg2corpus load {out} --db {out.stem}.db")
