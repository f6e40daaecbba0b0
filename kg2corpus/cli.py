"""The commands, a few lines each. Every stage is imported inside its command, so that `--help` answers at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from . import __version__, terminal, terminal_documents
from .cli_curriculum import app as curriculum_app
from .cli_lexicon import app as lexicon_app
from .cli_lexicon import init
from .cli_load import LoadCommand, load
from .cli_plan import plan
from .cli_say import say
from .cli_split import split
from .cli_synth import synth
from .errors import CheckFailed, UserError
from .options import Db, Json, Model, Out, Seed, With

app = typer.Typer(
    name="kg2corpus",
    help="Compiles a knowledge graph into a language model: triples -> SQL -> corpus -> adapter -> probes.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

def _version(value: bool) -> None:
    if value:
        terminal.line(f"kg2corpus {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress bars, no remarks.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Show what the libraries log.")] = False,
) -> None:
    import logging

    from . import progress

    progress.quiet(quiet)
    terminal.err.quiet = quiet
    logging.basicConfig(level=logging.INFO if verbose else logging.ERROR)


@app.command(epilog="Example: kg2corpus demo --out my-demo --minutes 5")
def demo(
    out: Out = Path("kg2corpus-demo"),
    minutes: Annotated[
        int | None, typer.Option("--minutes", help="Chooses facts and tokens from the demo curriculum's table.")
    ] = None,
    real: Annotated[bool, typer.Option("--real", help="Train on the real graph instead of a counterfactual copy.")] = False,
    tasks: Annotated[str | None, typer.Option("--tasks", help="Probe tasks, separated by commas.")] = None,
    model: Model = "smollm2",
    seed: Seed = 0,
) -> None:
    """Walk the whole road on the shipped graph: load, split, compile, pack, train, probe, report."""
    from .demo import demo as run

    run(out, minutes=minutes, real=real, tasks=tasks.split(",") if tasks else None, model=model, seed=seed)


app.command(cls=LoadCommand, epilog="Example: kg2corpus load data/countries --db kg.db")(load)


@app.command("map", epilog="Example: kg2corpus map elements.db --out elements.map.yaml")
def map_(database: Annotated[str, typer.Argument(help="A file of SQLite, or a URL as SQLAlchemy takes it.")], out: Out) -> None:
    """Draft a mapping of a database: what its tables, columns and foreign keys are. Read it, change it, load it."""
    from .readers._sql_draft import write

    terminal.facts_of(write(database, out) | {"next": f"kg2corpus load {out}"})


@app.command(epilog='Example: kg2corpus look "Bhutan" --db kg.db')
def look(
    entity: Annotated[
        str | None, typer.Argument(help="A label, alias, key or uid, or a relation; without it, the whole graph.")
    ] = None,
    db: Db = "kg.db",
    suggest: Annotated[bool, typer.Option("--suggest", help="Only the properties file that the data suggests.")] = False,
    json: Json = False,
) -> None:
    """Show the graph's sizes, relations and types; a relation; or an entity and its facts as they would be said."""
    from . import api

    found = api.look(db, None if suggest else entity)
    if suggest:
        terminal.suggested(found)
    elif json:
        terminal.as_json(found)
    elif entity is None:
        terminal.summary(found)
    elif "characteristics" in found:
        terminal.relation(found)
    else:
        terminal.entity(found)


app.add_typer(lexicon_app, name="lexicon")
app.add_typer(curriculum_app, name="curriculum")
app.command(epilog="Example: kg2corpus init --db kg.db --out mine")(init)
app.command(epilog="Example: kg2corpus split --db kg.db --out split.json --held-out 0.1 --held-out-entities 0.05")(split)


app.command(epilog="Example: kg2corpus say groups.tsv --seed 7")(say)
app.command(epilog="Example: kg2corpus synth --people 1000 --out bio")(synth)


@app.command(epilog="Example: kg2corpus diff kg.db kg.db --out diff")
def diff(
    before: Annotated[str, typer.Argument(help="The store of the old version.")],
    after: Annotated[str, typer.Argument(help="The store of the new version.")],
    out: Annotated[Path | None, typer.Option("--out", help="A folder for the lists; without it, only the table.")] = None,
    json: Json = False,
) -> None:
    """Compare two versions of a graph: facts added, removed and changed, and labels."""
    from . import api

    found = api.diff(before, after, out)
    terminal.as_json(found) if json else terminal.difference(found)


app.command(epilog="Example: kg2corpus plan ladder --db kg.db --set tokens=300k --tokens-per-second 200")(plan)


@app.command("compile", epilog="Example: kg2corpus compile ladder --db kg.db --out corpus --workers 2 --set tokens=300k")
def compile_(
    curriculum: Annotated[str, typer.Argument(help="A curriculum file, or the name of a shipped one.")],
    db: Db = "kg.db",
    out: Out = Path("corpus"),
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes (1); the corpus does not depend on it.")
    ] = None,
    engine: Annotated[str, typer.Option("--engine", help="local, or ray: the same buckets on a Ray cluster.")] = "local",
    address: Annotated[str | None, typer.Option("--address", help="The Ray cluster, HOST:PORT; else this machine's.")] = None,
    sets: Annotated[list[str] | None, typer.Option("--set", help="Override a setting: tokens=20M, train.rank=64.")] = None,
    split: Annotated[Path | None, typer.Option("--split", help="A split file; else one is made by the curriculum.")] = None,
    lexicon: Annotated[list[Path] | None, typer.Option("--lexicon", help="Wordings of your own, or a resolved file.")] = None,
    model: Annotated[str | None, typer.Option("--model", help="Measure characters per token with its tokenizer.")] = None,
    format: Annotated[str | None, typer.Option("--format", help="Of the files: parquet or jsonl (--set format=jsonl).")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many documents, spread over lessons.")] = None,
    preview: Annotated[int | None, typer.Option("--preview", min=1, help="Show so many with facts; write nothing.")] = None,
    with_: With = None,
    json: Json = False,
) -> None:
    """Compile the graph into a corpus: documents with spans that lead back to facts."""
    from . import api

    given = [*(sets or ()), *([f"format={format}"] if format else [])]
    options: dict[str, Any] = {"sets": given, "split": split, "lexicon": lexicon or (), "model": model}
    options["extensions"] = with_ or ()
    if preview:
        from .preview import preview as run

        shown = run(curriculum, db, preview, **options)
        terminal.as_json(shown) if json else terminal_documents.documents(shown)
        return
    manifest = api.compile(curriculum, db, out, engine=engine, workers=workers, address=address, limit=limit, **options)
    terminal.as_json(manifest) if json else terminal.corpus(manifest, out)


@app.command(epilog="Example: kg2corpus check corpus --db kg.db --faithful --diversity")
def check(
    corpus: Annotated[Path, typer.Argument(help="The corpus folder.")],
    db: Db = "kg.db",
    blocks: Annotated[Path | None, typer.Option("--blocks", help="Packed blocks, to check the packing too.")] = None,
    replay: Annotated[Path | None, typer.Option("--replay", help="The plain text mixed in, if not the shipped one.")] = None,
    model: Annotated[str | None, typer.Option("--model", help="Read the blocks' tokens back with its tokenizer.")] = None,
    split: Annotated[Path | None, typer.Option("--split", help="A copy of the corpus' split; another is refused.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every document, not a seeded sample.")] = False,
    faithful: Annotated[
        bool, typer.Option("--faithful", help="Only judge texts: what is promised is stated, what is stated is in the graph.")
    ] = False,
    diversity: Annotated[
        bool, typer.Option("--diversity", help="Only measure how varied texts are; --model: count its tokens.")
    ] = False,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Check that documents say what they claim, that nothing held out leaks, and the packing. Exit code 3 when not.

    With --faithful or --diversity (or both) only that is checked.
    """
    from . import api

    if (faithful or diversity) and (blocks or replay):
        raise UserError("--faithful and --diversity read documents, not blocks", "leave --blocks and --replay out")
    report = api.check(
        corpus, db, blocks=blocks, replay=replay, model=model, everything=all_, seed=seed, split=split, faithful=faithful,
        diversity=diversity,
    )  # fmt: skip
    terminal.as_json(report) if json else terminal.checks(report)
    if not report["ok"]:
        raise typer.Exit(3)


@app.command(epilog="Example: kg2corpus pack corpus --out blocks --model smollm2 --set block=128")
def pack(
    corpus: Annotated[Path, typer.Argument(help="The corpus folder.")],
    out: Out = Path("blocks"),
    model: Model = "smollm2",
    sets: Annotated[list[str] | None, typer.Option("--set", help="Override a pack setting: block=256, replay=0.1.")] = None,
    replay: Annotated[Path | None, typer.Option("--replay", help="Plain text to mix in; default: the shipped one.")] = None,
    chat_template: Annotated[
        bool, typer.Option("--chat-template", help="Render question documents in the model's chat format.")
    ] = False,
    json: Json = False,
) -> None:
    """Pack the corpus into training blocks, in the declared order."""
    from . import api

    done = api.pack(corpus, out, model=model, sets=sets or (), replay=replay, chat_template=chat_template)
    terminal.as_json(done) if json else terminal.facts_of(done)


@app.command(epilog="Example: kg2corpus train blocks --out adapter --model smollm2 --set layers=12-29")
def train(
    blocks: Annotated[Path, typer.Argument(help="The packed blocks (a corpus folder is packed first, beside the adapter).")],
    out: Out = Path("adapter"),
    model: Model = "smollm2",
    sets: Annotated[list[str] | None, typer.Option("--set", help="Override a train setting: rank=64, lr=1e-3.")] = None,
    chat_template: Annotated[
        bool, typer.Option("--chat-template", help="With a corpus: questions in the model's chat format.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", help="Of the adapter's first weights.")] = 0,
    json: Json = False,
) -> None:
    """Continue the pretraining of a model with a LoRA adapter; a stopped run goes on where it was."""
    from . import api

    done = api.train(blocks, out, model=model, sets=sets or (), chat_template=chat_template, seed=seed)
    terminal.as_json(done) if json else terminal.facts_of(done)


@app.command(epilog="Example: kg2corpus probe corpus --db kg.db --adapter adapter --out probes")
def probe(
    corpus: Annotated[Path, typer.Argument(help="The corpus folder (its split and lexicon say what to ask).")],
    db: Db = "kg.db",
    out: Out = Path("probes"),
    model: Model = "smollm2",
    adapter: Annotated[Path | None, typer.Option("--adapter", help="The adapter; without it only the model is probed.")] = None,
    split: Annotated[Path | None, typer.Option("--split", help="A copy of the corpus' split; another is refused.")] = None,
    tasks: Annotated[str | None, typer.Option("--tasks", help="Task names, separated by commas.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", help="Questions per task, split and wording.")] = None,
    chat_template: Annotated[bool, typer.Option("--chat-template", help="Ask in the model's chat format.")] = False,
    with_: With = None,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Ask what the model knows, before and after, fact by fact."""
    from . import api

    results = api.probe(
        corpus, db, out, model=model, adapter=adapter, tasks=tasks.split(",") if tasks else None, limit=limit,
        chat_template=chat_template, seed=seed, split=split, extensions=with_ or (),
    )  # fmt: skip
    terminal.as_json(results) if json else terminal.results(results)


@app.command(epilog='Example: kg2corpus ask kg2corpus-demo/adapter "What is the capital of Bhutan?"')
def ask(
    adapter: Annotated[Path, typer.Argument(help="The adapter folder.")],
    question: Annotated[str, typer.Argument(help="A question.")],
    model: Annotated[str | None, typer.Option("--model", help="The base model, when it is not where it was.")] = None,
    json: Json = False,
) -> None:
    """Answer a question with the adapter on and off, side by side."""
    from . import api

    answers = api.ask(adapter, question, model=model)
    terminal.as_json(answers) if json else terminal.facts_of(answers)


@app.command(epilog="Example: kg2corpus trace 64f07a8b6c3f2a51 --corpus corpus --db kg.db")
def trace(
    what: Annotated[str, typer.Argument(help="A document id, a fact uid, an entity, or a token position (block:offset).")],
    corpus: Annotated[Path, typer.Option("--corpus", help="The corpus folder.")] = Path("corpus"),
    db: Db = "kg.db",
    blocks: Annotated[Path | None, typer.Option("--blocks", help="Packed blocks, for token positions.")] = None,
    json: Json = False,
) -> None:
    """Lead a document, fact or token back to its place in the source, and a fact forward to its documents."""
    from . import api

    found = api.trace(what, corpus, db, blocks=blocks)
    terminal.as_json(found) if json else terminal.traced(found)


@app.command(epilog="Example: kg2corpus report kg2corpus-demo")
def report(
    run: Annotated[Path, typer.Argument(help="A run folder with corpus, adapter and probes.")],
    out: Annotated[Path | None, typer.Option("--out", help="Where to write; default: the run folder.")] = None,
) -> None:
    """Write the report: a Markdown table and a self-contained HTML page."""
    from . import api

    for path in api.report(run, out):
        terminal.line(str(path))


@app.command("list", epilog="Example: kg2corpus list lessons")
def list_(
    kind: Annotated[str | None, typer.Argument(help="lessons, readers, probes, verbalizers or curricula.")] = None,
    with_: With = None,
    json: Json = False,
) -> None:
    """List what there is: lessons, readers, probes, verbalizers, curricula."""
    from . import api

    rows = api.catalogue(kind, extensions=with_ or ())
    if json:
        terminal.as_json([{"kind": k, "name": n, "what": w} for k, n, w in rows])
    else:
        terminal.table(("kind", "name", "what it is"), rows)


def _fault(error: BaseException) -> str:
    """Our fault: keep what happened in a file, for a report; where none can be written, it is said."""
    import tempfile
    import traceback

    text = "".join(traceback.format_exception(error))
    try:
        with tempfile.NamedTemporaryFile("w", prefix="kg2corpus-fault-", suffix=".txt", delete=False, encoding="utf-8") as f:
            f.write(f"kg2corpus {__version__}\n{' '.join(sys.argv)}\n\n{text}")
    except OSError:
        return f"this:\n{text}"
    return f.name


def main(args: list[str] | None = None) -> Any:
    """Run the command line.

    Exit codes: 0 done, 1 the input is at fault, 2 usage, 3 a check failed, 70 our fault, 130 interrupted.
    """
    try:
        app(args)
    except UserError as e:
        terminal.error(e.message, e.hint)
        sys.exit(1)
    except CheckFailed as e:
        terminal.error(str(e), "")
        sys.exit(3)
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as e:
        import errno

        if e.errno not in (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT):
            terminal.error(f"a fault of kg2corpus: {e!r}", f"please report it with {_fault(e)}")
            sys.exit(70)
        where = e.filename or "where the command writes (its --out or --db) or in the folder for temporary files"
        terminal.error(f"{e.strerror}: {where}", "free some space or choose another folder, then run the same command again")
        sys.exit(1)
    except Exception as e:
        terminal.error(f"a fault of kg2corpus: {type(e).__name__}: {e}", f"please report it with {_fault(e)}")
        sys.exit(70)


if __name__ == "__main__":
    main()
