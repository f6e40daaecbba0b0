"""The demo: the whole road on the shipped graph, offline, with a real pretrained model.

By default it trains on a counterfactual copy of the graph, in which labels have moved, so that nothing of it is known before.
Each stage leaves its files in the output folder; a demo that was stopped goes on where it was when it is run again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import api, terminal
from .errors import CheckFailed, UserError

STAGES = ("load", "split", "compile", "pack", "check", "ask", "train", "answer", "report")
MINUTES = 8


def demo(
    out: Path,
    *,
    minutes: int | None = None,
    real: bool = False,
    tasks: Sequence[str] | None = None,
    model: str = "smollm2",
    seed: int = 0,
) -> dict[str, Any]:
    """Walk the road in the folder `out` and return the results (also in `results.json`).

    `minutes` chooses a row of the demo curriculum's table: facts and tokens depend on it alone, never on a clock.
    Raises UserError for a folder that holds something else, an unknown task, or a number of minutes without a row.
    """
    from .config import at_minutes, load_curriculum, resolved, shipped
    from .models.bundled import resolve_model

    began = time.monotonic()
    planned = MINUTES if minutes is None else minutes
    curriculum = at_minutes(load_curriculum("demo", [f"seed={seed}"]), planned)
    _claim(out)
    copy = "the real graph" if real else "a COUNTERFACTUAL copy: labels have moved, so nothing of it can be known before"
    terminal.line(f"kg2corpus demo in {out}: countries, {copy}; planned: about {planned} minutes on two slow cores")
    resolve_model(model)  # converts the bundled model once, before the clock of the stages
    steps = Steps()
    db, corpus, blocks, probes, adapter = out / "kg.db", out / "corpus", out / "blocks", out / "probes", out / "adapter"

    with steps("load") as say:
        db.unlink(missing_ok=True)
        done = api.load([shipped("data") / "countries"], str(db), permute_labels=None if real else seed)
        say(f"{done['facts_new']:,} facts in SQL, {db}")
    with steps("split") as say:
        settings = curriculum.split
        done = api.split(
            str(db), out / "split.json", held_out=settings.held_out, qa_held_out=settings.qa_held_out,
            relations=settings.relations, subjects=settings.subjects, seed=settings.seed,
        )  # fmt: skip
        held = sum(r["held_out"] for r in done["relations"])
        say(f"{done['train']} facts to train, {held} held out, {done['qa_held_out_subjects']} subjects never asked about")
    with steps("compile") as say:
        api.write_text(out / "curriculum.yaml", resolved(curriculum))
        done = api.compile(out / "curriculum.yaml", str(db), corpus, split=out / "split.json", model=model)
        say(f"{done['documents']:,} documents, every sentence traced, {corpus}")
    with steps("pack") as say:
        done = api.pack(corpus, blocks, model=model)
        size, plain = done["settings"]["block"], done["shares"]["replay"]
        say(f"{done['blocks']:,} blocks of {size} tokens, {plain:.0%} plain text, {blocks}")
    with steps("check") as say:
        done = api.check(corpus, str(db), blocks=blocks, model=model)
        if not done["ok"]:
            terminal.checks(done)
            raise CheckFailed("the corpus does not hold what it promises: see above")
        say(f"{len(done['checks'])} checks hold: what documents claim, nothing held out in them, the packing")
    with steps("ask") as say:
        asked = api.write_probes(corpus, str(db), probes, tasks=tasks, seed=seed)
        before = api.answer(probes, probes / api.BEFORE, model=model)
        say(f"{asked['count']} questions answered by the model as it is, {probes}")
    with steps("train") as say:
        done = api.train(blocks, adapter, model=model)
        say(f"{done['tokens']:,} tokens in {done['steps']} steps, {adapter}")
    with steps("answer") as say:
        after = api.answer(probes, probes / api.AFTER, model=model, adapter=adapter)
        say("the same questions answered with the adapter")
    with steps("report") as say:
        seconds = time.monotonic() - began
        results = api.conclude(corpus, probes, adapter, perplexity=(before, after), seconds=seconds, seed=seed)
        api.write_json(out / api.RESULTS, results)
        pages = api.report(out)
        say(", ".join(str(p) for p in pages))
    terminal.results(results)
    kept = " (what an earlier run left was kept)" if steps.kept else ""
    terminal.line(f"planned: about {planned} minutes, real: {seconds / 60:.1f} minutes{kept}")
    subject = _example(probes)
    terminal.line(f'try: kg2corpus ask {adapter} "{subject}"')
    return results


class Steps:
    """Prints one line per stage with its time; `kept` tells whether a stage took no time because its files were there."""

    def __init__(self) -> None:
        self.number = 0
        self.kept = False

    @contextmanager
    def __call__(self, name: str) -> Iterator[Any]:
        self.number += 1
        said: list[str] = []
        start = time.monotonic()
        yield said.append
        seconds = time.monotonic() - start
        self.kept |= name == "train" and seconds < 5
        terminal.stage(self.number, len(STAGES), name, " ".join(said), seconds)


def _claim(out: Path) -> None:
    """The folder is ours: new, empty, or one that a demo was run in before."""
    marker = out / "curriculum.yaml"
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not marker.is_file() and not (out / "kg.db").is_file())):
        raise UserError(f"{out} is there already and holds something else", "give another --out")
    out.mkdir(parents=True, exist_ok=True)


def _example(probes: Path) -> str:
    """A question that the corpus never asked, of a subject that it never asked about."""
    from .probes.items import read_probes

    for probe in read_probes(probes / api.PROBES):
        if probe.task == "multiple_choice" and probe.split == "qa_held_out":
            return probe.prompt.removeprefix("Question: ").removesuffix("\nAnswer:")
    return "What is the capital of Bhutan?"
