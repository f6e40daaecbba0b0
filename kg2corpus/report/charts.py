"""The plots of the report, made with Altair and drawn to SVG, so that the page needs neither a network nor scripts.

Colours are of the palette of Okabe and Ito, which people with any kind of colour vision can tell apart; before and after
differ in shape and fill as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..probes.stats import Row, wilson
from .words import in_order, level_name, split_name, task_name

if TYPE_CHECKING:
    import altair as alt

BEFORE, AFTER, CHANCE = "#8c939d", "#0072b2", "#d55e00"
SPLIT_COLOURS = {"train": "#0072b2", "qa_held_out": "#009e73", "held_out": "#cc79a7", "held_out_entity": "#d55e00",
                 "held_out_composition": "#56b4e9"}  # fmt: skip
FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
WIDTH, ROW = 520, 34


def before_after(rows: Sequence[Row]) -> str:
    """SVG: for each task its rows as a line from before to after, with Wilson's 95 % interval of after and the chance."""
    import altair as alt

    tasks = in_order(row["task"] for row in rows)
    parts = [_task(alt, task, [r for r in rows if r["task"] == task], last=task == tasks[-1]) for task in tasks]
    return _svg(alt.vconcat(*parts, spacing=18))


def _task(alt: Any, task: str, rows: Sequence[Row], *, last: bool) -> alt.LayerChart:
    data = [_point(row) for row in rows]
    order = [d["label"] for d in data]
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=300, labelPadding=10, ticks=False, domain=False))
    axis = alt.Axis(format=".0%", tickCount=5, grid=True, title="share right" if last else None)
    x = alt.X("value:Q", scale=alt.Scale(domain=[0, 1]), axis=axis)
    base = alt.Chart(alt.Data(values=data))
    long = [{**d, "value": d[w], "when": w} for d in data for w in ("before", "after")]
    layers = [
        base.mark_tick(color=CHANCE, thickness=2, size=ROW).encode(y=y, x=alt.X("chance:Q", axis=axis)),
        base.mark_rule(color=AFTER, strokeWidth=7, opacity=0.22, strokeCap="round").encode(y=y, x="low:Q", x2="high:Q"),
        base.mark_rule(color=BEFORE, strokeWidth=1.5).encode(y=y, x="before:Q", x2="after:Q"),
        alt.Chart(alt.Data(values=long))
        .mark_point(filled=True, size=110, opacity=1, strokeWidth=2)
        .encode(
            y=y,
            x=x,
            fill=alt.Fill("when:N", scale=alt.Scale(domain=["before", "after"], range=["#ffffff", AFTER]), legend=None),
            stroke=alt.Stroke("when:N", scale=alt.Scale(domain=["before", "after"], range=[BEFORE, AFTER]), legend=None),
        ),
        base.mark_text(align="left", dx=12, dy=-9, fontSize=11, fontWeight="bold", color="#1f2933").encode(
            y=y, x="after:Q", text=alt.Text("after:Q", format=".0%")
        ),
    ]
    level = level_name(rows[0])
    title = alt.TitleParams(task_name(task), subtitle=[level] if level else [], anchor="start", frame="group", offset=8)
    return alt.layer(*layers).properties(width=WIDTH, height=ROW * len(rows), title=title)


def _point(row: Row) -> dict[str, Any]:
    low, high = row.get("after_interval") or wilson(row["after"] * row["n"], row["n"])
    label = f"{split_name(row['split'])}, {row['wording']} (n = {row['n']})"
    return {**{k: row[k] for k in ("before", "after", "chance")}, "label": label, "low": low, "high": high}


def exposure_bins(facts: Sequence[Row], *, most: int = 7) -> list[dict[str, Any]]:
    """Facts by how often the corpus states them: per split and bin the share right before and after, over all tasks.

    The bins hold about equally many facts, at most `most`, and never part facts of equal exposure. `stated` is the range
    of exposures in the bin.
    """
    counts = sorted(f["stated"] for f in facts)
    if not counts:
        return []
    edges = sorted({counts[min(len(counts) - 1, (i + 1) * len(counts) // most)] for i in range(most)})
    place = {c: next(i for i, edge in enumerate(edges) if c <= edge) for c in set(counts)}
    names = {i: _range([c for c in place if place[c] == i]) for i in range(len(edges))}
    groups: dict[tuple[int, str], list[Row]] = {}
    for fact in facts:
        groups.setdefault((place[fact["stated"]], fact["split"]), []).append(fact)
    bins = []
    for (at, split), members in sorted(groups.items()):
        n = len(members)
        after, before = (sum(_mean(f, when) for f in members) for when in ("after", "before"))
        low, high = wilson(after, n)
        row = {"split": split_name(split), "stated": names[at], "n": n, "before": before / n, "after": after / n}
        bins.append({**row, "low": low, "high": high})
    return bins


def _range(counts: Sequence[int]) -> str:
    low, high = min(counts), max(counts)
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"


def _mean(fact: Row, when: str) -> float:
    tasks = fact["tasks"].values()
    return sum(float(t[when]) for t in tasks) / len(tasks)


def against_exposures(facts: Sequence[Row]) -> str:
    """SVG: share right after training against how often a fact was stated; "" where there is nothing to plot."""
    import altair as alt

    bins = exposure_bins(facts)
    if not bins:
        return ""
    shown = {b["split"] for b in bins}
    colours = {name: colour for split, colour in SPLIT_COLOURS.items() if (name := split_name(split)) in shown}
    names = list(colours)
    legend = alt.Legend(title=None, orient="top", offset=24, labelLimit=300, symbolSize=110, symbolOpacity=1)
    colour = alt.Color("split:N", scale=alt.Scale(domain=names, range=list(colours.values())), legend=legend)
    shapes = alt.Scale(domain=names, range=["circle", "square", "triangle-up", "diamond", "cross"])
    shape = alt.Shape("split:N", scale=shapes, legend=legend)
    order = list(dict.fromkeys(b["stated"] for b in bins))
    x = alt.X("stated:N", sort=order, title="times stated in the corpus, per fact", axis=alt.Axis(labelAngle=0))
    y = alt.Y("after:Q", title="share right", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%", tickCount=5))
    base = alt.Chart(alt.Data(values=bins)).encode(x=x, xOffset=alt.XOffset("split:N", scale=alt.Scale(domain=names)))
    size = alt.Size("n:Q", scale=alt.Scale(range=[70, 260]), legend=None)
    layers = (
        base.mark_rule(strokeWidth=6, opacity=0.25, strokeCap="round").encode(y="low:Q", y2="high:Q", color=colour),
        base.mark_point(filled=False, size=60, strokeWidth=1.5).encode(y="before:Q", color=colour, shape=shape),
        base.mark_point(filled=True, opacity=1).encode(y=y, color=colour, size=size, shape=shape),
        base.mark_text(fontSize=10, dy=-14, color="#616e7c").encode(y="high:Q", text=alt.Text("n:Q", format=",")),
    )
    return _svg(alt.layer(*layers).properties(width=WIDTH + 160, height=260))


def _svg(chart: Any) -> str:
    import vl_convert

    themed = (
        chart.configure_view(stroke=None)
        .configure(font=FONT, background="#ffffff", padding=6)
        .configure_axis(
            gridColor="#e6e9ee", labelColor="#3e4c59", titleColor="#3e4c59", titleFontWeight="normal", labelFontSize=12,
            titleFontSize=12, domainColor="#c5ccd6", tickColor="#c5ccd6",
        )
        .configure_title(fontSize=15, subtitleFontSize=12, subtitleColor="#616e7c", color="#1f2933", subtitlePadding=4)
        .configure_legend(labelFontSize=12, labelColor="#3e4c59")
    )  # fmt: skip
    drawn = str(vl_convert.vegalite_to_svg(themed.to_dict(), allowed_base_urls=[]))
    size = re.search(r'width="([\d.]+)" height="([\d.]+)"', drawn)
    # the page sizes the plot: it shrinks on narrow screens and keeps its shape by the viewBox
    return drawn.replace(size.group(0), f'style="width:{size.group(1)}px"', 1) if size else drawn
