"""The command `plan`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import terminal, terminal_plan
from .options import Db, Json, With


def plan(
    curriculum: Annotated[str, typer.Argument(help="A curriculum file, or the name of a shipped one.")],
    db: Db = "kg.db",
    sets: Annotated[list[str] | None, typer.Option("--set", help="Override a setting: tokens=20M, train.rank=64.")] = None,
    split: Annotated[Path | None, typer.Option("--split", help="A split file; else one is made by the curriculum.")] = None,
    lexicon: Annotated[list[Path] | None, typer.Option("--lexicon", help="Wordings of your own, or a resolved file.")] = None,
    model: Annotated[
        str | None, typer.Option("--model", help="Measure characters per token with its tokenizer, and size its adapter.")
    ] = None,
    device: Annotated[str | None, typer.Option("--device", help="A device whose rate of training is known.")] = None,
    tokens_per_second: Annotated[
        float | None, typer.Option("--tokens-per-second", help="Your own rate of training, from a short run.")
    ] = None,
    prices: Annotated[Path | None, typer.Option("--prices", help="YAML: an LLM's prices per million tokens.")] = None,
    undirected: Annotated[
        bool, typer.Option("--undirected", help="Coverage: walk facts both ways, not from subject to object only.")
    ] = False,
    with_: With = None,
    json: Json = False,
) -> None:
    """Tell what a curriculum would make of the graph, what it could teach and what it would cost. Nothing is written."""
    from .api_plan import plan as run

    found = run(
        curriculum, db, sets=sets or (), split=split, lexicon=lexicon or (), model=model, device=device,
        tokens_per_second=tokens_per_second, prices=prices, directed=not undirected, extensions=with_ or (),
    )  # fmt: skip
    terminal.as_json(found) if json else terminal_plan.forecast(found)
