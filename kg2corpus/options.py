"""The options that mean the same in every command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Db = Annotated[str, typer.Option("--db", help="The store: a path or a database URL.")]
Out = Annotated[Path, typer.Option("--out", help="The folder (or file) to write.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Seed = Annotated[int, typer.Option("--seed", help="Seed of everything that is drawn.")]
With = Annotated[
    list[Path] | None, typer.Option("--with", help="A Python file with a lesson, reader, verbalizer or probe of your own.")
]
Model = Annotated[str, typer.Option("--model", help="A hub id, a folder, or 'smollm2', the bundled model.")]
