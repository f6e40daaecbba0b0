"""The command `load`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core

from . import terminal
from .options import Db, Json, Seed, With

WHAT, HOW, KEPT = "Sources", "Reading", "What is kept"


class LoadCommand(typer.core.TyperCommand):
    """`load --help` lists the readers that there are, which it asks for only then."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from .readers._choose import formats

        self.help = f"{self.help}\n\nFormats:\n\n{formats()}"
        super().format_help(ctx, formatter)


def _option(name: str, panel: str, help: str, **more: Any) -> Any:
    return typer.Option(name, help=help, rich_help_panel=panel, **more)


def load(
    sources: Annotated[list[Path], typer.Argument(help="Files, folders, patterns in quotes, or - for standard input.")],
    db: Db = "kg.db",
    replace: Annotated[
        bool, _option("--replace", WHAT, "The sources are new versions: what the old ones said goes, unless others say it too.")
    ] = False,
    properties: Annotated[
        list[Path] | None, _option("--properties", WHAT, "A file that says what relations are (docs/properties.md).")
    ] = None,
    licence: Annotated[str, _option("--licence", WHAT, "The licence of the sources, kept with them.")] = "",
    permute_labels: Annotated[
        int | None,
        _option("--permute-labels", WHAT, "Make a counterfactual copy: labels move within each type.", metavar="SEED"),
    ] = None,
    format: Annotated[
        str, _option("--format", HOW, "The format, where the suffix does not say it: a name below, or nt, ttl, ...")
    ] = "",
    map: Annotated[
        str, _option("--map", HOW, "What a table's columns are: subject=, predicate=, object=", metavar="ROLE=COLUMN,...")
    ] = "",
    option: Annotated[
        list[str] | None, _option("--option", HOW, "An option of the reader; may be given again.", metavar="KEY=VALUE")
    ] = None,
    max_line: Annotated[str, _option("--max-line", HOW, "The longest line that is read.", metavar="BYTES")] = "64M",
    skip_bad: Annotated[bool, _option("--skip-bad", HOW, "Leave malformed lines out, counted and listed.")] = False,
    languages: Annotated[
        str, _option("--languages", KEPT, "Which languages labels are taken from, first the best: en,de. Others come last.")
    ] = "",
    only_languages: Annotated[
        str, _option("--only-languages", KEPT, "Leave texts of other languages out. Texts without a language stay.")
    ] = "",
    relations: Annotated[
        str, _option("--relations", KEPT, "Only these relations: keys, names or labels, separated by commas.")
    ] = "",
    without_relations: Annotated[str, _option("--without-relations", KEPT, "All relations but these.")] = "",
    types: Annotated[str, _option("--types", KEPT, "Only facts whose subject has one of these types.")] = "",
    max_degree: Annotated[int, _option("--max-degree", KEPT, "At most so many facts of a node as subject, and as object.")] = 0,
    sample: Annotated[float, _option("--sample", KEPT, "So many subjects, or (below 1) this share, with all their facts.")] = 0,
    around: Annotated[
        list[str] | None, _option("--around", KEPT, "Only what is near this node: a key, or a label. May be given again.")
    ] = None,
    hops: Annotated[
        int | None, _option("--hops", KEPT, "How near: so many facts away, in either direction (2 unless given).")
    ] = None,
    limit: Annotated[int, _option("--limit", KEPT, "Stop after so many triples.")] = 0,
    seed: Seed = 0,
    with_: With = None,
    json: Json = False,
) -> None:
    """Load a graph into SQL; each file may be packed as .gz, .bz2, .xz or .zst.

    kg2corpus load a.ttl b.nt.gz --db kg.db

    kg2corpus load "dumps/*.nt.gz" --db postgresql+psycopg://me@host/kg

    zcat dump.gz | kg2corpus load - --format nt

    kg2corpus load drugs.csv --map subject=drug,predicate="=treats",object=disease

    kg2corpus load dump.json.gz --around Q42 --hops 2 --languages en,de
    """
    from . import api
    from .readers._choose import parse_options, parse_size

    report = api.load(
        sources, db, skip_bad=skip_bad, permute_labels=permute_labels, format=format, max_line=parse_size(max_line),
        options=parse_options(option or (), map), extensions=with_ or (), languages=_listed(languages),
        properties=properties or (), licence=licence, replace=replace,
        filters={
            "relations": _listed(relations), "without_relations": _listed(without_relations), "types": _listed(types),
            "languages": _listed(only_languages), "max_degree": max_degree, "sample": sample, "around": tuple(around or ()),
            "hops": hops, "limit": limit, "seed": seed,
        },
    )  # fmt: skip
    if json:
        terminal.as_json(report)
    else:
        terminal.load_report(report, db)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
