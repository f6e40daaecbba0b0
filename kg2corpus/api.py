"""The stages over files, as Python functions: what each command does, without what it prints.

Each takes paths and plain settings and returns plain data (dicts that JSON can hold). The graph half needs the store; `pack`,
`train`, `ask` and `report` need files only. Heavy libraries are imported where they are used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import registry
from .catalogue import catalogue as catalogue
from .errors import UserError
from .splitting import split as split
from .splitting import split_of

if TYPE_CHECKING:
    from .config import Curriculum
    from .graph import Graph
    from .lexicon import Lexicon
    from .store.split import Split

Data = dict[str, Any]
RETENTION_TOKENS = 2048  # of the plain text whose perplexity is measured before and after
PROBES, BEFORE, AFTER, RESULTS = "probes.jsonl", "answers-before.jsonl", "answers-after.jsonl", "results.json"


def extend(files: Sequence[Path]) -> None:
    """Register the files given with `--with`."""
    for path in files:
        registry.add_file(path)


def load(
    sources: Sequence[Path],
    db: str,
    *,
    skip_bad: bool = False,
    permute_labels: int | None = None,
    format: str = "",
    options: Mapping[str, Any] | None = None, max_line: int | None = None,
    filters: Mapping[str, Any] | None = None,
    languages: Sequence[str] = (), properties: Sequence[Path] = (), licence: str = "", replace: bool = False,
    extensions: Sequence[Path] = (),
) -> Data:  # fmt: skip
    """Load files, folders, patterns and standard input (`-`) into the store at `db`. Returns what was loaded and dropped.

    `format`: a reader's name or a suffix, where the file's own does not say it. `options`: keywords of the reader's `read`.
    `filters`: what is kept (`store.filters.Filters`). The rest is as in `store.load.load`.
    """
    from .store.load import Filters
    from .store.load import load as run

    extend(extensions)
    report = run(
        list(sources), db, skip_bad=skip_bad, permute_labels=permute_labels, format=format, options=options, max_line=max_line,
        filters=Filters(**(filters or {})), languages=languages, properties=properties, licence=licence, replace=replace,
    )  # fmt: skip
    return {**report.as_dict(), "lines": report.lines()}


def snapshot(db: str) -> Graph:
    """The graph of a store, as lessons and probes see it."""
    from .snapshot import take

    return take(db)


def look(db: str, entity: str | None = None) -> Data:
    """Sizes and schema of the graph, a relation, or an entity with its facts as they would be said and where they stand."""
    from .lexicon import resolve
    from .look import look as view
    from .look import summary

    graph = snapshot(db)
    if entity is None:
        return summary(graph)
    return _with_statements(view(graph, resolve(graph), entity), db)


def _with_statements(found: Data, db: str) -> Data:
    """Adds to each fact what its statements say about themselves, where they say anything."""
    from dataclasses import asdict

    from . import uid
    from .store import open_db
    from .store.statements import statements

    facts = [fact for side in ("out", "into") for group in found.get(side, ()) for fact in group["facts"]]
    told = statements(open_db(db), (uid.parse(fact["uid"]) for fact in facts))
    for fact in facts:
        fact["statements"] = [asdict(s) for s in told[uid.parse(fact["uid"])] if s.rank or s.graph or s.qualifiers]
    return found


def diff(before: str, after: str, out: Path | None = None) -> Data:
    """What changed between the graphs of two stores; with `out`, written there as files too."""
    from .diff import diff as run

    found = run(snapshot(before), snapshot(after))
    return {**found.as_dict(), "files": [str(path) for path in found.write(out)] if out else []}


def compile(
    curriculum: str | Path,
    db: str,
    out: Path,
    *,
    engine: str = "local",
    workers: int | None = None,
    address: str | None = None,
    sets: Sequence[str] = (),
    split: Path | None = None,
    lexicon: Sequence[Path] = (),
    model: str | None = None,
    limit: int | None = None,
    extensions: Sequence[Path] = (),
) -> Data:
    """Compile a corpus into the folder `out` and return its manifest. Files that would be made the same again are kept.

    `engine`: "local" with `workers` processes (1), or "ray" on the cluster at `address`; `model`: whose tokenizer measures
    characters per token, for budgets in tokens; `limit`: at most so many documents.
    """
    from .api_lexicon import lexicon_of
    from .compile.engines import open_engine
    from .compile.run import compile_corpus
    from .config import load_curriculum
    from .models.bundled import resolve_model
    from .store.split import Split

    extend(extensions)
    settings = load_curriculum(curriculum, sets)
    graph = snapshot(db)
    chosen = Split.load(split) if split is not None else split_of(settings, graph, db)
    tokenizer = Path(resolve_model(model)) if model else None
    words = lexicon_of(graph, lexicon)
    with open_engine(engine, workers=workers, address=address) as say:
        return compile_corpus(settings, graph, chosen, words, out, engine=say, tokenizer=tokenizer, limit=limit)


def parts_of(corpus: Path, db: str, given: Path | None = None) -> tuple[Graph, Split, Lexicon]:
    """The graph, and the split and lexicon that a corpus was compiled with. Raises UserError if they do not fit, or if
    `given`, a split file, is not the corpus' own split."""
    from .lexicon import Lexicon
    from .store.split import NARROWED, Split

    if not (corpus / "manifest.json").is_file():
        raise UserError(f"{corpus} is no corpus: it has no manifest.json", "make one with `kg2corpus compile`")
    graph = snapshot(db)
    split = Split.load(corpus / "split.json")
    split.check(graph)
    if given is not None and (other := Split.load(given)).fingerprint not in (split.fingerprint, split.options.get(NARROWED)):
        other.check(graph)
        raise UserError(
            f"{corpus} was compiled with split {split.fingerprint}, {given} is split {other.fingerprint}",
            f"leave --split out to use {corpus / 'split.json'}, or compile a corpus with `--split {given}`",
        )
    return graph, split, Lexicon.load(corpus / "lexicon.yaml")


def settings_of(corpus: Path) -> Curriculum:
    """The resolved settings that a corpus was compiled with."""
    from .config import load_curriculum

    return load_curriculum(corpus / "settings.yaml")


def check(
    corpus: Path,
    db: str,
    *,
    blocks: Path | None = None,
    replay: Path | None = None,
    model: str | None = None,
    everything: bool = False,
    seed: int = 0,
    split: Path | None = None,
    faithful: bool = False,
    diversity: bool = False,
) -> Data:
    """Check a corpus (and its blocks) against graph and split. `ok` in the result says whether everything held.

    `replay` is the plain text that was mixed in, where it was not the shipped one; with `model` tokens are read back as text.
    `faithful` only judges texts against the graph, `diversity` only measures how varied they are (in `model`'s tokens).
    """
    from .checks import check as run
    from .checks import check_texts
    from .models.bundled import resolve_model

    graph, chosen, lexicon = parts_of(corpus, db, split)
    tokenizer = resolve_model(model) if model else None
    if faithful or diversity:
        only = {"faithful": faithful, "diversity": diversity, "everything": everything}
        return check_texts(corpus, graph=graph, lexicon=lexicon, seed=seed, tokenizer=tokenizer, **only).as_dict()
    return run(
        corpus, blocks=blocks, graph=graph, split=chosen, lexicon=lexicon, everything=everything, seed=seed, replay=replay,
        tokenizer=tokenizer,
    ).as_dict()  # fmt: skip


def pack(
    corpus: Path, out: Path, *, model: str = "smollm2", sets: Sequence[str] = (), replay: Path | None = None,
    chat_template: bool = False,
) -> Data:  # fmt: skip
    """Pack a corpus into blocks of a model's tokens, with the corpus' own pack settings unless `sets` says otherwise."""
    from .config import PackSettings, override, shipped
    from .models.bundled import resolve_model
    from .pack import pack as run

    curriculum = settings_of(corpus)
    settings: PackSettings = override(curriculum.pack, sets)
    return run(
        corpus, out, tokenizer=resolve_model(model), block=settings.block, replay=replay or shipped("data") / "replay",
        replay_share=settings.replay, lookahead=settings.lookahead, seed=curriculum.seed, domain=curriculum.domain,
        chat_template=chat_template,
    )  # fmt: skip


def train(
    folder: Path, out: Path, *, model: str = "smollm2", sets: Sequence[str] = (), chat_template: bool = False, seed: int = 0
) -> Data:  # fmt: skip
    """Train an adapter on blocks; a corpus folder is packed first, into `<out>-blocks`. Returns what the adapter records.

    The settings are the corpus' own `train` section, where it is known, changed by `sets`. `seed` draws the adapter's first
    weights; the blocks, and their order, stay.
    """
    from .config import TrainSettings, override
    from .train.run import train as run

    settings = TrainSettings()
    if (folder / "manifest.json").is_file():
        settings = settings_of(folder).train
        blocks = out.with_name(out.name + "-blocks")
        pack(folder, blocks, model=model, chat_template=chat_template)
    else:
        blocks = folder
        beside = folder.parent / "corpus"
        if (beside / "settings.yaml").is_file():
            settings = settings_of(beside).train
    settings = override(settings, sets)
    return run(blocks, out, model=model, seed=seed, **settings.model_dump())


def probe(
    corpus: Path,
    db: str,
    out: Path,
    *,
    model: str = "smollm2",
    adapter: Path | None = None,
    tasks: Sequence[str] | None = None,
    limit: int | None = None,
    chat_template: bool = False,
    seed: int = 0,
    split: Path | None = None,
    extensions: Sequence[Path] = (),
) -> Data:
    """Ask the corpus' graph what a model knows: without the adapter, then with it. Returns (and writes) the results.

    Writes `probes.jsonl`, an answers file for before and after, `results.json`, `per-fact.jsonl`. Answers that are there
    already, from the same probes and model, are kept.
    """
    from .probes.stats import table

    extend(extensions)
    write_probes(corpus, db, out, tasks=tasks, limit=limit, seed=seed, split=split)
    before = answer(out, out / BEFORE, model=model, chat_template=chat_template)
    if adapter is None:
        rows = table(out / BEFORE, out / BEFORE, seed=seed)
        return {"probes": [{**row, "after": None, "interval": None} for row in rows], "perplexity": {"before": before}}
    after = answer(out, out / AFTER, model=model, adapter=adapter, chat_template=chat_template)
    done = conclude(corpus, out, adapter, perplexity=(before, after), seed=seed)
    write_json(out / RESULTS, done)
    return done


def write_probes(
    corpus: Path,
    db: str,
    out: Path,
    *,
    tasks: Sequence[str] | None = None,
    limit: int | None = None,
    seed: int = 0,
    split: Path | None = None,
) -> Data:
    """Write the probe file of a corpus' graph, split and lexicon into the folder `out` (the graph half of probing)."""
    from .probes.write import ask_all

    settings = settings_of(corpus).probe
    graph, chosen, lexicon = parts_of(corpus, db, split)
    out.mkdir(parents=True, exist_ok=True)
    wanted = tuple(tasks or settings.tasks)
    options = {task: given for task, given in settings.options.items() if task in wanted}
    return ask_all(graph, chosen, lexicon, out, tasks=wanted, seed=seed, limit=limit or settings.limit, options=options)


def conclude(
    corpus: Path, folder: Path, adapter: Path, *, perplexity: tuple[float, float], seconds: float = 0.0, seed: int = 0
) -> Data:
    """The results of a probed run, and its per-fact file. `seconds` is the time of training unless another is given."""
    from .ledger import FACTS
    from .probes.stats import per_fact, results, table

    manifest = read_json(corpus / "manifest.json")
    card = read_json(adapter / "kg2corpus.json")
    rows = per_fact(folder / BEFORE, folder / AFTER, corpus / FACTS)
    write_text(folder / "per-fact.jsonl", "".join(json.dumps(r, ensure_ascii=False, sort_keys=True) + "\n" for r in rows))
    return results(
        table(folder / BEFORE, folder / AFTER, seed=seed),
        facts=manifest["coverage"]["facts"],
        tokens=card["tokens"],
        seconds=seconds or card["seconds"],
        perplexity=perplexity,
        counterfactual=manifest["counterfactual"],
    )


def answer(folder: Path, out: Path, *, model: str, adapter: Path | None = None, chat_template: bool = False) -> float:
    """Answer the probes of `folder` into the file `out`; returns the perplexity of the shipped plain text.

    The base model is asked without the domain token: it has never met it. Whole answers are kept.
    """
    from .config import shipped
    from .models.bundled import resolve_model
    from .models.hf import HfLM, adapter_card, perplexity
    from .probes.score import fingerprint_of, score

    path = resolve_model(model)
    card = adapter_card(adapter) if adapter is not None else {}
    key = json.dumps([card.get("fingerprints"), card.get("settings"), chat_template], sort_keys=True)
    told = out.with_suffix(".perplexity.json")
    wanted = {"probes": fingerprint_of(folder / PROBES), "key": key, "model": Path(path).name}
    known = read_json(told) if told.is_file() and out.is_file() else {}
    if {k: known.get(k) for k in wanted} == wanted:
        return float(known["perplexity"])
    lm = HfLM(path, adapter, chat_template=chat_template)
    lm.merge_adapter()
    score(folder / PROBES, lm, out, key=key)
    text = (shipped("data") / "retention" / "plain.txt").read_text(encoding="utf-8")
    value = round(perplexity(lm, text, max_tokens=RETENTION_TOKENS), 3)
    write_json(told, {**wanted, "perplexity": value})
    return value


def ask(adapter: Path, question: str, *, model: str | None = None) -> Data:
    """The answers to a question with the adapter on and off."""
    from .answer import ask as run

    return dict(run(adapter, question, model=model))


def trace(what: str, corpus: Path, db: str, *, blocks: Path | None = None) -> Data:
    """A document id, fact uid, token position or entity, led back to the source and forward to the documents."""
    from dataclasses import asdict

    from .trace import source_paths
    from .trace import trace as run

    return asdict(run(corpus, snapshot(db), what, blocks=blocks, sources=source_paths(db)))


def report(run: Path, out: Path | None = None) -> list[Path]:
    """Write report.md and report.html for a run folder; returns their paths."""
    from .report import report as write

    return list(write(run, out))


def write_text(path: Path, text: str) -> None:
    """Write aside and rename, so that a file that exists is whole."""
    aside = path.with_name(f".{path.name}.part")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


def read_json(path: Path) -> Any:
    """What a JSON file holds. Raises UserError for a missing or damaged file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as e:
        raise UserError(f"{path} could not be read: {e}", "run the stage that writes it again") from e


def write_json(path: Path, value: Any) -> None:
    write_text(path, json.dumps(value, ensure_ascii=False, indent=1, sort_keys=False) + "\n")
