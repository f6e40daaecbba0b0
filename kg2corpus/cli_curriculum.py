"""The commands `curriculum show` and `curriculum list`."""

from __future__ import annotations

from typing import Annotated

import typer

from . import terminal
from .options import Json, With

app = typer.Typer(no_args_is_help=True, help="What is taught, how often and in which order: curricula in words.")


@app.command(epilog="Example: kg2corpus curriculum show ladder --set order=shuffled")
def show(
    curriculum: Annotated[str, typer.Argument(help="A curriculum file, or the name of a shipped one.")],
    sets: Annotated[list[str] | None, typer.Option("--set", help="Override a setting: tokens=20M, order=shuffled.")] = None,
    with_: With = None,
    json: Json = False,
) -> None:
    """Say in words what a curriculum means: stages, lessons, shares, order, forms, relations, split, packing, training."""
    from . import api, curriculum_words
    from .config import load_curriculum

    api.extend(with_ or ())
    found = load_curriculum(curriculum, sets or ())
    told = curriculum_words.sections(found)
    if json:
        settings = found.model_dump(mode="json")
        terminal.as_json({"name": found.name, "words": told, "lessons": curriculum_words.lessons(found), "settings": settings})
        return
    terminal.line(f"{found.name} (fingerprint {found.fingerprint})")
    for heading, sentences in told.items():
        if heading:
            terminal.line(f"\n{heading}")
        for sentence in sentences:
            terminal.line(f"  {sentence}")


@app.command("list", epilog="Example: kg2corpus curriculum list")
def list_(json: Json = False) -> None:
    """List the shipped curricula: what each is, its stages and its budget."""
    from .config import curriculum_names, find_curriculum, load_curriculum

    rows = []
    for name in curriculum_names():
        found = load_curriculum(name)
        about = find_curriculum(name).read_text(encoding="utf-8").splitlines()[0]
        budget = f"{found.exposures} exposures" if found.exposures is not None else f"{found.tokens:,} tokens"
        stages = [stage.name for stage in found.stages]
        rows.append({"name": name, "stages": stages, "budget": budget, "what": about.removeprefix("# ")})
    if json:
        return terminal.as_json(rows)
    shown = [(r["name"], r["what"], ", ".join(r["stages"]), r["budget"]) for r in rows]
    terminal.table(("name", "what it is", "stages", "budget"), shown)
