"""The report as one HTML page without scripts or network. Texts of the graph are escaped and keep their own direction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from ..probes.stats import Row
from .charts import against_exposures, before_after
from .gather import Run
from .samples import Sample, segments
from .style import STYLE
from .words import (
    SPLIT_NOTES,
    change,
    headline,
    in_order,
    interval,
    level_name,
    minutes,
    number,
    percent,
    split_name,
    task_name,
)

KINDS = {"stated": "stated", "asked": "asked about", "implied": "implied"}
FIGURES = {"facts": "facts trained", "tokens": "corpus tokens", "seconds": "whole run"}


def page(run: Run) -> str:
    """The whole page."""
    title = f"What the model knows of {escape(run.name)}"
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title><style>{STYLE}</style></head><body><main>",
        f"<header><p class=brand>kg2corpus report</p><h1>{title}</h1>",
        f'<p class=lead dir="auto">{escape(headline(run.rows))}</p></header>',
        banner(run),
        figures(run),
        *plots(run),
        table(run.rows),
        relations(run.facts),
        sample_list(run.samples),
        settings(run),
        "</main></body></html>",
    ]
    return "\n".join(p for p in parts if p) + "\n"


def banner(run: Run) -> str:
    """The counterfactual banner, where it is due."""
    if not run.counterfactual:
        return ""
    return (
        '<aside class=banner role="note"><strong>COUNTERFACTUAL</strong>'
        f'<span dir="auto">{escape(run.counterfactual)}</span></aside>'
    )


def figures(run: Run) -> str:
    """Tiles with the figures of the run."""
    tiles = []
    for key, name in FIGURES.items():
        if (value := run.figures.get(key)) is not None:
            tiles.append((minutes(float(value)) if key == "seconds" else number(value), name))
    if run.perplexity:
        before, after = run.perplexity
        tiles.append((f"{before:.1f} → {after:.1f}", f"perplexity of plain text ({100 * (after / before - 1):+.0f} %)"))
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for value, name in tiles)
    return f"<dl class=figures>{items}</dl>" if tiles else ""


def plots(run: Run) -> Iterable[str]:
    """The before/after plots and their key."""
    key = (
        "<p class=key><span class='dot before'></span>before <span class='dot after'></span>after "
        "<span class=band></span>95 % interval of after <span class=tick></span>chance</p>"
    )
    yield section("Before and after", key + figure(before_after(run.rows), "Share right before and after, by probe"))
    svg = against_exposures(run.facts) if run.exposures else ""
    if svg:
        text = (
            "<p>Each filled mark is a group of facts that the corpus states about equally often: the share right after "
            "training over all tasks, with its 95 % interval and the number of facts. The hollow mark in the same "
            "column is the share before.</p>"
        )
        yield section("Learning against exposures", text + figure(svg, "Share right by how often a fact was stated"))


def section(title: str, content: str) -> str:
    """A section with a heading."""
    return f"<section><h2>{escape(title)}</h2>{content}</section>"


def figure(svg: str, label: str) -> str:
    """A drawing with a label for who cannot see it."""
    return f'<figure role="img" aria-label="{escape(label)}">{svg}</figure>'


def table(rows: Sequence[Row]) -> str:
    """The rows as a table, task by task."""
    body = []
    for task in in_order(r["task"] for r in rows):
        members = [r for r in rows if r["task"] == task]
        for i, r in enumerate(members):
            name = f"{escape(task_name(task))}<small>{escape(level_name(r))}</small>"
            cells = [
                f"<th scope=rowgroup rowspan={len(members)}>{name}</th>" if i == 0 else "",
                f"<td>{escape(split_name(r['split']))}</td><td>{escape(r['wording'])}</td>",
                f"<td class=n>{percent(r['before'])}</td><td class='n strong'>{percent(r['after'])}</td>",
                f"<td class=n>{change(r)} <small>({interval(r)})</small></td>",
                f"<td class=n>{percent(r['chance'])}</td><td class=n>{r['n']}</td>",
            ]
            body.append(f"<tr>{''.join(cells)}</tr>")
    head = "".join(f"<th scope=col>{h}</th>" for h in ("task", "asked about", "wording"))
    head += "".join(f"<th scope=col class=n>{h}</th>" for h in ("before", "after", "change, points", "chance", "n"))
    notes = "".join(
        f"<li><b>{escape(split_name(s))}</b>: {escape(note)}</li>"
        for s, note in SPLIT_NOTES.items()
        if any(r["split"] == s for r in rows)
    )
    text = (
        "<p class=note>Seen wordings of a question occur in the corpus, about other subjects; unseen ones never do. Beside "
        "each change stands its 95 % interval, a paired bootstrap over subjects.</p>"
    )
    whole = f"<div class=wide><table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    return section("All figures", f"{whole}<ul class=note>{notes}</ul>{text}")


def relations(facts: Sequence[Row]) -> str:
    """Share right by relation for facts that were trained, over all tasks."""
    by: dict[str, list[Row]] = {}
    for fact in facts:
        if fact["split"] not in ("held_out", "held_out_entity") and fact["relation"]:
            by.setdefault(fact["relation"], []).append(fact)
    if not by:
        return ""
    body = []
    for name, members in sorted(by.items()):
        pairs = [(t["before"], t["after"]) for f in members for t in f["tasks"].values()]
        old, new = (sum(p[i] for p in pairs) / len(pairs) for i in (0, 1))
        bar = f'<span class=bar><i style="width:{100 * new:.0f}%"></i><b style="left:{100 * old:.0f}%"></b></span>'
        body.append(
            f'<tr><th scope=row dir="auto">{escape(name.replace("_", " "))}</th><td class=n>{percent(old)}</td>'
            f"<td class='n strong'>{percent(new)}</td><td>{bar}</td><td class=n>{len(members)}</td></tr>"
        )
    head = (
        "<th scope=col>relation</th><th scope=col class=n>before</th><th scope=col class=n>after</th>"
        "<th scope=col><span class=hidden>after as a bar, before as a mark</span></th><th scope=col class=n>facts</th>"
    )
    return section(
        "By relation",
        "<p class=note>Trained facts, all tasks. The bar is after, the mark in it before.</p>"
        f"<div class=wide><table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>",
    )


def sample_list(found: Sequence[Sample]) -> str:
    """The sample documents and the key to their marks."""
    if not found:
        return ""
    key = "".join(f"<mark class={kind}>{escape(name)}</mark> " for kind, name in KINDS.items())
    text = f"<p class=note>Marked is the text that carries a fact, with the numbers of its facts: {key}</p>"
    return section("Documents of the corpus", text + "".join(map(sample, found)))


def sample(found: Sample) -> str:
    """One document, its facts marked in its text and listed with their places."""
    d = found.document
    order = list(dict.fromkeys(s.fact for s in d.spans))
    marked = []
    for text, numbers, kind in segments(d, order):
        if numbers:
            sup = ",".join(map(str, numbers))
            marked.append(f"<mark class={escape(kind)}>{escape(text)}<sup>{sup}</sup></mark>")
        else:
            marked.append(escape(text))
    facts = []
    for f in found.facts:
        said = (
            f"<bdi>{escape(f.subject)}</bdi> <i>{escape(f.relation)}</i> <bdi>{escape(f.object)}</bdi>" if f.subject else "fact"
        )
        at = f" <span class=at>{escape(', '.join(f.positions[:3]))}</span>" if f.positions else ""
        facts.append(f"<li>{said}{at} <code>{f.uid}</code></li>")
    return (
        f"<article><h3>{escape(d.lesson)} <small>level {d.level} · {escape(d.form.replace('_', ' '))} · "
        f"stage {escape(d.stage)} · <code>{escape(d.id)}</code></small></h3>"
        f'<p class=text dir="auto">{"".join(marked)}</p><ol>{"".join(facts)}</ol></article>'
    )


def settings(run: Run) -> str:
    """What the run was made with: settings, fingerprints, what could not be asked."""
    parts = []
    if run.skipped:
        rows = [
            f"<tr><td>{escape(task_name(task))}</td><td>{escape(reason)}</td><td class=n>{count:,}</td></tr>"
            for task, reasons in run.skipped.items()
            for reason, count in reasons.items()
        ]
        if rows:
            parts.append(f"<details><summary>What was not asked, and why</summary><table>{''.join(rows)}</table></details>")
    if run.settings:
        parts.append(f"<details><summary>Settings</summary><pre>{escape(run.settings)}</pre></details>")
    if run.fingerprints:
        rows = [f"<tr><td>{escape(k)}</td><td><code>{escape(v)}</code></td></tr>" for k, v in run.fingerprints.items()]
        parts.append(f"<details open><summary>Fingerprints</summary><table>{''.join(rows)}</table></details>")
    return section("How it was made", "".join(parts)) if parts else ""
