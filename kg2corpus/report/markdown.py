"""The report as Markdown: one table and what stands around it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..probes.stats import Row
from .gather import Run
from .samples import Sample
from .words import SPLIT_NOTES, headline, in_order, interval, minutes, number, percent, split_name, task_name


def markdown(run: Run) -> str:
    """The page. Every text from the graph is escaped, so that none is read as Markdown or HTML."""
    lines = [f"# What the model knows of {escape(run.name)}", ""]
    if run.counterfactual:
        lines += [f"> **COUNTERFACTUAL.** {escape(run.counterfactual)}", ""]
    lines += [escape(headline(run.rows)), "", *table(run.rows), ""]
    lines += [
        "`change` is in points, with its 95 % interval: a paired bootstrap over subjects.",
        "",
        *(f"- *{split_name(s)}*: {SPLIT_NOTES[s]}" for s in SPLIT_NOTES if any(r["split"] == s for r in run.rows)),
        "",
    ]
    if run.perplexity:
        before, after = run.perplexity
        lines += [
            f"Perplexity of plain text: {before:.2f} before, {after:.2f} after ({100 * (after / before - 1):+.1f} %).",
            "",
        ]
    if figures := run.figures:
        told = [f"{k.replace('_', ' ')}: {minutes(float(v)) if k == 'seconds' else number(v)}" for k, v in figures.items()]
        lines += ["; ".join(escape(t) for t in told) + ".", ""]
    if run.samples:
        lines += ["## Documents of the corpus", ""]
        for sample in run.samples:
            lines += document(sample)
    if run.fingerprints:
        lines += ["## Fingerprints", "", *(f"- {k}: `{v}`" for k, v in run.fingerprints.items()), ""]
    return "\n".join(lines)


def table(rows: Sequence[Row]) -> list[str]:
    """The rows as a Markdown table."""
    tasks = in_order(r["task"] for r in rows)
    head = "| task | asked about | wording | before | after | change (95 %) | chance | n |"
    lines = [head, "|---|---|---|--:|--:|--:|--:|--:|"]
    for r in sorted(rows, key=lambda r: tasks.index(r["task"])):
        change = f"{100 * (r['after'] - r['before']):+.0f} ({interval(r)})".replace("-", "−")
        cells = [task_name(r["task"]), split_name(r["split"]), r["wording"], percent(r["before"]), percent(r["after"]), change]
        lines.append("| " + " | ".join([*cells, percent(r["chance"]), str(r["n"])]) + " |")
    return lines


def document(sample: Sample) -> list[str]:
    """A sample document with its facts and where they stand."""
    d = sample.document
    lines = [f"**{escape(d.lesson)}**, level {d.level}, {d.form.replace('_', ' ')}, document `{d.id}`", ""]
    lines += [f"> {escape(line)}" for line in d.text.split("\n")] + [""]
    for f in sample.facts:
        said = f"{f.subject} → {f.relation} → {f.object}" if f.subject else "fact"
        at = f" ({escape(', '.join(f.positions[:3]))})" if f.positions else ""
        lines.append(f"- {escape(said)} `{f.uid}`{at}")
    return [*lines, ""]


def escape(text: str) -> str:
    """Text with nothing in it that Markdown or HTML would read."""
    text = re.sub(r"\s+", " ", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|~])", r"\\\1", text)
