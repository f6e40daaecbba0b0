"""The command `say`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import terminal
from .options import Seed


def say(
    file: Annotated[str, typer.Argument(help="Lines of subject TAB relation TAB object, or - for standard input.")],
    form: Annotated[
        str, typer.Option("--form", help="How the texts look: profile (prose), table, question, ...; docs/say.md has all.")
    ] = "profile",
    lexicon: Annotated[
        list[Path] | None, typer.Option("--lexicon", help="A lexicon file of your own; may be given again.")
    ] = None,
    seed: Seed = 0,
    json: Annotated[bool, typer.Option("--json", help="A JSON object a line: the text, and where it says each fact.")] = False,
) -> None:
    """Say groups of triples that blank lines part: a paragraph a group, one a line. No store is needed.

    Names are said as they are given. Numbers, dates, yes and no, and what stands in double quotes are literals.

    A line break within a text (a table has them) is written as \\n; with --json it is there.
    """
    from .say import as_json, as_line, say_file

    for said in say_file(file, form=form, seed=seed, lexicon=lexicon or ()):
        terminal.raw(as_json(said, form) if json else as_line(said))
