"""The command `split`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import terminal
from .options import Db, Json, Out, Seed


def split(
    db: Db = "kg.db",
    out: Out = Path("split.json"),
    held_out: Annotated[
        float | None,
        typer.Option("--held-out", help="Share of facts kept out of training. Default: 0.1, or 0 with --given ...=held_out."),
    ] = None,
    qa_held_out: Annotated[float, typer.Option("--qa-held-out", help="Share of subjects never asked about in training.")] = 0.5,
    held_out_entities: Annotated[
        float, typer.Option("--held-out-entities", help="Share of the entities of each type that appear nowhere.")
    ] = 0.0,
    held_out_compositions: Annotated[
        int,
        typer.Option("--held-out-compositions", min=0, help="How many chains of two trained facts are never brought together."),
    ] = 0,
    given: Annotated[
        str,
        typer.Option("--given", metavar="PART=WHAT,...", help="Parts of the data set's own split that are held_out or unused."),
    ] = "",
    relations: Annotated[str | None, typer.Option("--relations", help="Only these relations, separated by commas.")] = None,
    subjects: Annotated[int | None, typer.Option("--subjects", min=1, help="Only so many subjects.")] = None,
    facts: Annotated[
        Path | None, typer.Option("--facts", help="Only the facts whose uids this file lists, such as the added.tsv of diff.")
    ] = None,
    min_values: Annotated[
        int, typer.Option("--min-values", min=1, help="Distinct objects that a relation needs for its facts to be held out.")
    ] = 10,
    min_degree: Annotated[
        int, typer.Option("--min-degree", min=0, help="Facts that each neighbour of a held-out entity keeps.")
    ] = 1,
    min_facts: Annotated[
        int, typer.Option("--min-facts", min=0, help="Facts that each relation of a held-out entity keeps.")
    ] = 10,
    store: Annotated[bool, typer.Option("--store", help="Write it into the store too, as rows that SQL can ask for.")] = False,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Divide the facts: trained, held out, trained but never asked about; hold out entities and compositions.

    kg2corpus split --held-out-entities 0.05 --held-out-compositions 200

    kg2corpus split --given test=held_out,valid=unused
    """
    from . import api
    from .store.parts import parse_given

    done = api.split(
        db, out, held_out=held_out, qa_held_out=qa_held_out, held_out_entities=held_out_entities,
        held_out_compositions=held_out_compositions, given=parse_given(given),
        relations=relations.split(",") if relations else (), subjects=subjects, facts=facts,
        min_values=min_values, min_degree=min_degree, min_facts=min_facts, seed=seed,
        store=store,
    )  # fmt: skip
    terminal.as_json(done) if json else terminal.split(done, db)
