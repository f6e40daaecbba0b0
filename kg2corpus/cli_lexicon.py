"""The commands `lexicon write`, `lexicon check`, `lexicon show` and `init`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from . import terminal
from .options import Db, Json, Out

app = typer.Typer(no_args_is_help=True, help="How facts are said: write, check and show the lexicon of a graph.")
Files = Annotated[
    list[Path] | None, typer.Option("--lexicon", help="A file with wordings of your own; a later one goes before an earlier.")
]


@app.command()
def write(db: Db = "kg.db", lexicon: Files = None, out: Out = Path("lexicon.yaml"), json: Json = False) -> None:
    """Resolve the lexicon of a graph into one file, which `compile --lexicon` reads.

    kg2corpus lexicon write --db kg.db --lexicon my.yaml --out lexicon.yaml
    """
    from . import api_lexicon as api

    done = api.write(db, out, lexicon or ())
    if json:
        return terminal.as_json(done)
    _coverage(done)
    terminal.line(f"wrote {out}; compile with --lexicon {out}")
    if done["unsure"]:
        terminal.note(f"{done['unsure']} relations are for you to look at: kg2corpus lexicon check --db {db}")


@app.command()
def check(
    db: Db = "kg.db",
    lexicon: Files = None,
    every: Annotated[bool, typer.Option("--all", help="List all relations, not only those to look at.")] = False,
    json: Json = False,
) -> None:
    """Find faults in lexicon files, and the relations whose derived wordings a person should settle.

    kg2corpus lexicon check --db kg.db --lexicon my.yaml
    """
    from . import api_lexicon as api

    found = api.check(db, lexicon or ())
    if json:
        return terminal.as_json(found)
    _coverage(found)
    listed = [r for r in found["relations"] if every or r["unsure"] or r["few"]]
    if not listed:
        terminal.line("every relation is said surely, and in enough ways")
    for one in listed:
        sure = f"confidence {one['confidence']:.2f}, " if one["source"] == "derived" else ""
        terminal.line(f"\n{one['relation']} ({one['origin']}; {sure}{one['wordings']} wordings, {one['facts']:,} facts)")
        for reason in one["reasons"]:
            terminal.line(f"  {reason}")
        if one["example"]:
            terminal.line(f"  for example: {one['example']}")
    if any(r["unsure"] for r in listed):
        terminal.note("settle them in a file of your own: kg2corpus init writes one to begin with")


@app.command()
def show(
    relation: Annotated[str, typer.Argument(help="A relation: its name, label or key.")],
    db: Db = "kg.db",
    lexicon: Files = None,
    json: Json = False,
) -> None:
    """Show how a relation is said: where its wordings are from, and each of them with facts of the graph.

    kg2corpus lexicon show capital --db kg.db --lexicon my.yaml
    """
    from . import api_lexicon as api

    found = api.show(db, relation, lexicon or ())
    if json:
        return terminal.as_json(found)
    terminal.line(f"{found['relation']} ({found['origin']}): {found['wordings']} distinct statements")
    entry = found["entry"]
    for key in ("confidence", "reasons", "category", "subject", "object", "tense", "symmetric", "multi", "value"):
        if key in entry:
            told = entry[key]
            terminal.line(f"  {key}: {'; '.join(told) if isinstance(told, list) else told}")
    for key, texts in found["said"].items():
        terminal.line(f"{key.replace('_', ' ')}")
        for text in texts:
            terminal.line(f"  {text}")


def init(
    db: Db = "kg.db",
    out: Annotated[Path, typer.Option("--out", help="The folder to write into.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
    json: Json = False,
) -> None:
    """Write a starter lexicon and curriculum for a graph, to be edited.

    kg2corpus init --db kg.db --out mine
    """
    from . import api_lexicon as api

    done = api.init(db, out, force=force)
    if json:
        return terminal.as_json(done)
    _coverage(done)
    terminal.line(f"wrote {' and '.join(done['files'])}")
    words, curriculum = done["files"]
    terminal.note(f"next: edit them, then kg2corpus compile {curriculum} --db {db} --lexicon {words}")


def _coverage(found: Mapping[str, Any]) -> None:
    terminal.table(("said by", "relations", "facts"), [(s["source"], s["relations"], s["facts"]) for s in found["coverage"]])
    if by := found.get("tagger"):
        terminal.line(f"words of derived relations were told apart by {by}")
