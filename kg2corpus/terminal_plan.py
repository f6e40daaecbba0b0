"""What `plan` prints for people: what is made, who is told how often, what that can teach, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .terminal import by_kind, line, note, out, table, warn

RELATIONS = 12  # of those with the most bits
UNITS = ("bytes", "kB", "MB", "GB", "TB")
SPANS = ((86400, "days"), (3600, "hours"), (60, "minutes"))


def forecast(found: Mapping[str, Any]) -> None:
    """The forecast, part by part."""
    for text in found["warnings"]:
        warn(text)
    _documents(found)
    _exposures(found)
    _coverage(found["coverage"])
    _bits(found["bits"])
    _capacity(found["capacity"], found["bits"]["total"])
    _costs(found)
    if left_out := found["relations_left_out"]:
        line(f"\nrelations left out, {by_kind(left_out)} (--set relations.include=NAME teaches one)")


def _heading(text: str) -> None:
    out.print(f"\n[bold]{text}[/bold]")


def _documents(found: Mapping[str, Any]) -> None:
    wanted = f", {found['tokens_wanted']:,} wanted" if found["tokens_wanted"] else ""
    about = "" if found["exact"] else "about "
    ratio = found["chars_per_token"]
    how = "counted exactly" if found["exact"] else "lessons of less than a million tokens counted exactly"
    sizes = f"{about}{found['documents']:,} documents, {about}{found['tokens']:,} tokens"
    line(f"{found['name']} on {found['graph']}: {sizes}{wanted}"
         f" ({ratio['value']:g} characters a token, {_given(ratio['from'])}), {how}")  # fmt: skip
    rows = [
        (r["stage"], r["lesson"], r["form"], r["documents"], r["tokens"], "" if r["exact"] else "estimated")
        for r in found["lessons"]
    ]
    table(("stage", "lesson", "form", "documents", "tokens", ""), rows)


def _given(source: str) -> str:
    return source if source.startswith("an ") else f"by {source}"


def _exposures(found: Mapping[str, Any]) -> None:
    told = found["exposures"]
    _heading(f"Exposures of {told['facts']:,} facts, {told['target']:g} stated ones wanted of each")
    names = ("min", "quarter", "median", "three_quarters", "mean", "max")
    rows = [(kind, *(f"{values[name]:,g}" for name in names)) for kind, values in told["kinds"].items()]
    table(("kind", "least", "a quarter up to", "half up to", "three quarters up to", "mean", "most"), rows)
    for row in told["short"]:
        first = row["which"][0]
        line(f"{row['facts']:,} facts fall short: {row['reason']}"
             f" (such as {first['subject']} / {first['relation']} / {first['object']})")  # fmt: skip
    needed = found["needed"]
    if told["target"] < 1:
        line(f"the budget covers {told['target']:.0%} of the facts, each stated once")
    line(f"{needed['once']['tokens']:,} tokens would state each fact once, {needed['capacity_law']['tokens']:,}"
         f" {needed['capacity_law']['exposures']:g} times")  # fmt: skip


def _coverage(found: Mapping[str, Any]) -> None:
    drawn = "all" if found["exact"] else f"from {found['sources']:,}"
    ways = "from subject to object" if found["directed"] else "both ways"
    _heading("Pairs of entities known, if documents were random pairs"
             f" ({drawn} of {found['entities']:,} entities, paths {ways})")  # fmt: skip
    rows = [
        (f"{r['times']:g} x", r["tokens"], r["draws"], _percent(r["share"]), _interval(r, found["exact"]))
        for r in found["curve"]
    ]
    end = found["reachable"]
    rows.append(("no end of", None, None, _percent(end["share"]), _interval(end, found["exact"])))
    what = f"the plan's {found['draws_are']}"
    table((what, "tokens", "documents", "pairs known", "" if found["exact"] else "95 %"), rows)


def _interval(row: Mapping[str, Any], exact: bool) -> str:
    return "" if exact else f"{_percent(row['low'])} to {_percent(row['high'])}"


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%"


def _bits(found: Mapping[str, Any]) -> None:
    total, names, texts = found["total"], found["names"], found["texts"]
    _heading(f"Bits: {total['value']:,} ({_range(total)})")
    first = found["relations"][:RELATIONS]
    rows = [(r["relation"], r["facts"], f"{r['bits_each']:.2f}", round(r["bits"]), _follows(r)) for r in first]
    table(("relation", "facts", "bits each", "bits", ""), rows)
    if (more := len(found["relations"]) - RELATIONS) > 0:
        rest = sum(r["bits"] for r in found["relations"][RELATIONS:])
        line(f"... and {more:,} relations more with {rest:,.0f} bits")
    implied = [r for r in found["relations"][RELATIONS:] if r["implied"]]
    for r in implied[:RELATIONS]:
        line(f"{r['relation']}: {_follows(r)}")
    line(f"facts {found['facts']:,.0f}, texts among their objects {texts['value']:,} ({_range(texts)}), "
         f"names of {names['entities']:,} entities {names['value']:,} ({_range(names)}) if the model knows none")  # fmt: skip


def _follows(row: Mapping[str, Any]) -> str:
    if not row["implied"]:
        return ""
    by = {"by path": " > ", "by object": "", "the same": ""}[row["how"]].join(row["follows_from"])
    return f"{row['implied']:,} follow from {by}"


def _range(value: Mapping[str, float]) -> str:
    return f"{value['low']:,} to {value['high']:,}"


def _capacity(found: Mapping[str, Any], bits: Mapping[str, float]) -> None:
    each, holds = found["bits_per_parameter"], found["bits"]
    _heading(f"Adapter: rank {found['rank']} on layers {found['layers']} of {found['model']},"
             f" {found['parameters']:,} parameters")  # fmt: skip
    line(f"at {found['exposures']:g} exposures a parameter holds {each['value']:.3g} bits"
         f" ({each['low']:.3g} to {each['high']:.3g}), all {holds['value']:,} ({_range(holds)})")  # fmt: skip
    line(f"{_used(found['used'])}; {_rank(found)}")
    note("the law is of models trained from nothing; what an adapter holds was not measured (docs/plan.md)")


def _used(share: float | None) -> str:
    if share is None:
        return "facts that are never told take no capacity"
    return f"the graph takes {share:.0%} of that" if share <= 1 else f"the graph holds {share:,.3g} times that"


def _rank(found: Mapping[str, Any]) -> str:
    if found["rank_wanted"] is not None:
        return f"the smallest rank that holds it at the low end is {found['rank_wanted']}"
    return (f"no rank holds it at the low end: {found['largest_rank']} lacks {found['short']:,} bits"
            " (more exposures, more layers, a larger model, or fewer facts)")  # fmt: skip


def _costs(found: Mapping[str, Any]) -> None:
    _heading("Time, disk, money")
    for text in [*_time(found["time"]), *_disk(found["disk"]), *_llm(found["llm"])]:
        line(text)


def _time(found: Mapping[str, Any]) -> Iterator[str]:
    replay = f", {found['replay']:.0%} of them replay" if found["replay"] else ""
    epochs = f" in {found['epochs']} epochs" if found["epochs"] > 1 else ""
    reads = f"training reads {found['tokens']:,} tokens{epochs}{replay}"
    if found["seconds"] is None:
        from .forecast.costs import DEVICES

        yield f"{reads}: --tokens-per-second or --device says how long that takes"
        yield f"devices: {', '.join(f'{name} ({d.rate:g} tokens/s: {d.model})' for name, d in DEVICES.items())}"
        return
    yield f"{reads}: {_span(found['seconds'])} at {found['tokens_per_second']:g} tokens/s"
    if found["device"]:
        how = "measured" if found["measured"] else "not measured here"
        yield f"{found['device']}: {found['rate_of']}; {how}: {found['source']}"


def _span(seconds: float) -> str:
    for size, unit in SPANS:
        if seconds >= 1.5 * size:
            return f"{seconds / size:,.1f} {unit}"
    return f"{seconds:,.0f} seconds"


def _disk(found: Mapping[str, Any]) -> Iterator[str]:
    yield (f"the corpus takes {_size(found['bytes'])}: {_size(found['documents'])} of documents ({_size(found['text'])} of text"
           f" in them), {_size(found['other'])} of plan and ledger")  # fmt: skip


def _size(value: float) -> str:
    unit = 0
    while value >= 1000 and unit < len(UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:,.0f} {UNITS[unit]}" if not unit else f"{value:,.1f} {UNITS[unit]}"


def _llm(found: Mapping[str, Any]) -> Iterator[str]:
    yield "no calls of an LLM: templates say the documents"
    for row in found.get("if_rewritten", ()):
        yield (f"if {row['model']} rewrote each document once: {row['calls']:,} calls, {row['input_tokens']:,} tokens in,"
               f" {row['output_tokens']:,} out, {row['cost']:,.2f} {found['currency']} ({found['prices']})")  # fmt: skip
