"""What the commands print: tables for people, JSON for machines, one line per stage."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

PART = "urn:kg2corpus:part:"  # a data set's own split, as graphs
SUGGESTED = 20  # lines of a suggested properties file that are shown with the summary

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def line(text: str) -> None:
    """One plain line on stdout; nothing in it is read as markup."""
    out.print(escape(text), soft_wrap=True)


def raw(text: str) -> None:
    """One line on stdout exactly as it is, whatever a terminal would make of it (`line` turns ":cat:" into a picture)."""
    out.out(text, highlight=False)


def note(text: str) -> None:
    """A remark on stderr, so that what stdout holds stays the result."""
    err.print(escape(text), style="dim")


def warn(text: str) -> None:
    err.print(f"[yellow]warning:[/yellow] {escape(text)}")


def stage(number: int, total: int, name: str, text: str, seconds: float) -> None:
    """The line that a stage of the demo leaves behind: what it did and where it lies."""
    out.print(f"[bold]{number}/{total} {escape(name):<8}[/bold] {escape(text)} [dim]({seconds:.0f} s)[/dim]")


def as_json(value: Any) -> None:
    out.print_json(json.dumps(value, ensure_ascii=False)) if out.is_terminal else out.out(
        json.dumps(value, ensure_ascii=False, indent=1), highlight=False
    )


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "") -> None:
    """A table whose number columns stand right."""
    r = list(rows)
    shown = [["" if c is None else f"{c:,}" if isinstance(c, int) else str(c) for c in row] for row in r]
    view = Table(title=escape(title) if title else None, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for i, name in enumerate(columns):
        numeric = bool(r) and all(isinstance(row[i], int | float) or row[i] is None for row in r)
        view.add_column(escape(name), justify="right" if numeric else "left", overflow="fold")
    for row in shown:
        view.add_row(*(escape(c) for c in row))
    out.print(view)


def error(message: str, hint: str) -> None:
    """An error and what to do next; shown even with --quiet."""
    quiet, err.quiet = err.quiet, False
    err.print(f"[bold red]error:[/bold red] {escape(message)}")
    if hint:
        err.print(f"[bold]hint:[/bold] {escape(hint)}")
    err.quiet = quiet


def facts_of(data: Mapping[str, Any]) -> None:
    """The plain entries of a mapping, one a line; what is nested stays for --json."""
    for key, value in data.items():
        if isinstance(value, float):
            value = f"{value:,.4g}"
        elif isinstance(value, int) and not isinstance(value, bool):
            value = f"{value:,}"
        if isinstance(value, str | bool) and value != "":
            out.print(f"[bold]{escape(key.replace('_', ' '))}[/bold]: {escape(str(value))}")


def load_report(report: Mapping[str, Any], db: str) -> None:
    """What a load did, one line per matter."""
    for text in report["lines"]:
        line(text)
    note(f"the store is {db}; next: kg2corpus look --db {db}")


def summary(found: Mapping[str, Any]) -> None:
    """Sizes, relations and types of a graph."""
    if found["counterfactual"]:
        warn(found["counterfactual"])
    line(f"{found['name']}: {found['facts']:,} facts, {found['entities']:,} entities, {found['literals']:,} literals")
    for source, licence in found["licences"].items():
        line(f"licence of {source}: {licence}")
    sizes = ("facts", "subjects", "objects", "cardinality")
    rows = [(_called(r), *(r[size] for size in sizes), *_ends(r), _about(r)) for r in found["relations"]]
    table(("relation", "facts", "subjects", "objects", "", "from", "to", ""), rows)
    note("n-1: many subjects share an object, and a subject has one. 'kg2corpus look RELATION' shows one relation, --json all")
    line("")
    table(("type", "nodes"), [(t["type"], t["nodes"]) for t in found["types"]])
    if marked := [r for r in found["relations"] if r["mark"] and r["mark"]["kind"] != "plain"]:
        line("\nmarked, and so left out by curricula (--set relations.include=NAME teaches one):")
        line(f"  {by_kind({'kind': r['mark']['kind'], **r} for r in marked)}")
    if lines := found["suggested"]:
        line("\nWhat the data suggests, as a properties file. It counts once you have put what is true of it into a file and")
        line("loaded that with --properties:")
        for text in lines[:SUGGESTED]:
            line(f"  {text}")
        if len(lines) > SUGGESTED:
            note(f"  ... and {len(lines) - SUGGESTED} more: kg2corpus look --suggest")


def suggested(found: Mapping[str, Any]) -> None:
    """The properties file that the data suggests, as it can be saved."""
    line("# What the data suggests. Take out what is not true, then load this file with --properties.")
    for text in found["suggested"] or ["# nothing: no strong evidence for anything that is not declared already"]:
        line(text)


def _ends(relation: Mapping[str, Any]) -> tuple[str, str]:
    """What the relation leads from and to: the commonest type of its subjects, and type or datatype of its objects."""
    m = relation["measured"]
    domain, range_ = (m[end][0][0] if m[end] else "" for end in ("domain", "range"))
    return domain, _short(relation["datatype"] or m["datatypes"][0][0]) if relation["literal_share"] > 0.5 else range_


def _called(relation: Mapping[str, Any]) -> str:
    """The name of a relation; where it is a number, as `P26`, with its label."""
    name, label = relation["relation"], relation["label"]
    return f"{name} ({label})" if label != name and 2 * sum(c.isdigit() for c in name) >= len(name) else name


def _short(datatype: str) -> str:
    return datatype.rpartition("#")[2]


def _about(relation: Mapping[str, Any]) -> str:
    """What is declared of a relation or marks it, and what its facts do throughout."""
    names = ("symmetric", "transitive", "functional", "name_like")
    words = [name.replace("_", "-") for name in names if relation.get(name)]
    words += [f"inverse of {relation['inverse']}"] if relation["inverse"] else []
    words += [str(relation["unit"])] if relation["unit"] else []
    mark = relation["mark"]
    words += [mark["kind"]] if mark and mark["kind"] != "plain" else []
    if not relation["symmetric"] and (relation["measured"]["symmetric"] or 0) >= 0.98:
        words.append("both ways")
    return ", ".join(words)


def relation(found: Mapping[str, Any]) -> None:
    """A relation: what is declared, what is measured, and a few of its facts."""
    r = found["characteristics"]
    m = r["measured"]
    label = f" {r['label']}" if r["label"] != r["relation"] else ""
    out.print(f"[bold]{escape(r['relation'])}[/bold]{escape(label)} [dim]{escape(r['key'])}[/dim]")
    if r["description"]:
        line(r["description"])
    line(f"{r['facts']:,} facts, {r['subjects']:,} subjects, {r['objects']:,} objects: {r['cardinality']}")
    declared = [_about({**r, "mark": None, "measured": {"symmetric": 0}}), _short(r["datatype"])]
    if r["mark"] and r["mark"]["declared"]:
        declared.append(r["mark"]["kind"])
    line(f"declared: {', '.join(filter(None, declared)) or 'nothing'}")
    if r["mark"] and not r["mark"]["declared"] and r["mark"]["kind"] != "plain":
        line(f"marked:   {r['mark']['kind']} ({r['mark']['why']}); curricula leave it out unless told otherwise")
    rows = [("subjects with one object", f"{m['functional']:.1%}")]
    rows.append(("objects with one subject", f"{m['inverse_functional']:.1%}"))
    for what, end in (("subjects are", "domain"), ("objects are", "range"), ("values are", "datatypes")):
        rows += [(what, ", ".join(f"{_short(name)} {share:.1%}" for name, share in m[end]))] if m[end] else []
    if m["symmetric"] is not None:
        rows.append(("facts that hold both ways", f"{m['symmetric']:.1%}"))
    if m["transitive"] is not None:
        drawn = ", drawn from more" if m["sampled"] else ""
        rows.append(("paths a-b-c with a-c too", f"{m['transitive']:.1%} of {m['paths']:,}{drawn}"))
    for what, others in (("the other way round in", "inverses"), ("also stand in", "subset_of")):
        for o in m[others]:
            told = f"{o['relation']}: {o['share']:.1%} of these {r['facts']:,}, {o['other_share']:.1%} of its own"
            rows.append((what, told))
    table(("measured", ""), rows)
    line("for example:")
    for example in found["examples"]:
        line(f"  {example['said']}")


def entity(found: Mapping[str, Any]) -> None:
    """An entity and its facts as they would be said; or those among which one must choose."""
    if found["entity"] is None:
        warn("several entities bear this name; say its whole name, its key or its uid")
        rows = [(c["uid"], c["key"], c["name"], ", ".join(c["types"]), c["facts_out"]) for c in found["candidates"]]
        table(("uid", "key", "name", "types", "facts"), rows)
        return
    about = found["entity"]
    kinds = f" ({', '.join(about['types'])})" if about["types"] else ""
    kinds = "" if about["name"].endswith(kinds) else kinds
    out.print(f"[bold]{escape(about['name'])}[/bold]{escape(kinds)} [dim]{about['uid']} {escape(about['key'])}[/dim]")
    if about["description"]:
        line(about["description"])
    for text in found["article"]:
        line(f"\n{text}")
    for group in (*found["out"], *found["into"]):
        for fact in group["facts"]:
            for statement in fact.get("statements", ()):
                if about := _said_about(statement):
                    note(f"  {fact['subject']}, {group['label']}, {fact['object']}: {about}")
    for group in found["out"]:
        if group["total"] > len(group["facts"]):
            note(f"  {group['label']}: {len(group['facts']):,} of {group['total']:,} told")


def split(done: Mapping[str, Any], db: str) -> None:
    """What a split holds, line by line, and a row per relation; entities and compositions in full are in the JSON."""
    line(f"{done['facts']:,} facts: {done['train']:,} to train, {done['held_out']:,} held out, "
         f"{done['out_of_scope']:,} out of scope")  # fmt: skip
    line(f"{done['qa_held_out_subjects']:,} of {done['subjects']:,} subjects never asked about")
    if done["entities"]:
        most = sorted(done["entities"], key=lambda e: -e["facts"])[:3]
        named = ", ".join(f"{e['label']} ({e['facts']:,})" for e in most)
        fall = done["of_held_out_entity"]
        line(f"{done['held_out_entities']:,} entities held out, {fall:,} facts fall with them; with the largest: {named}")
    if done["compositions"]:
        could = sum(c["of"] for c in done["compositions"])
        line(f"{done['held_out_compositions']:,} compositions held out, of {could:,} that could be")
    for what, count in done["counted"].items():
        line(f"{count:,} {what}")
    kinds = [k for k in ("train", "held_out", "of_held_out_entity") if k != "of_held_out_entity" or done["entities"]]
    rows = [(_called(r), *(r[k] for k in kinds)) for r in done["relations"]]
    table(("relation", *(k.replace("_", " ") for k in kinds)), rows)
    if held := [c for c in done["compositions"] if c["held_out"]]:
        table(("composition", "held out", "of"), [(" > ".join(c["relations"]), c["held_out"], c["of"]) for c in held])
    step = f"kg2corpus compile ladder --db {db} --split {done['split']}"
    note(f"the split is {done['split']} ({done['fingerprint']}); next: {step}")


def difference(found: Mapping[str, Any]) -> None:
    """Two versions of a graph: totals, and a row per relation."""
    before, after = found["before"], found["after"]
    line(f"{before['facts']:,} facts before, {after['facts']:,} after")
    totals = [f"{found[what]:,} {what}" for what in ("added", "removed", "changed")]
    line(f"{', '.join(totals)}; {found['labels']:,} labels changed")
    if found["relations"]:
        rows = [(r["relation"], r["added"], r["removed"], r["changed"]) for r in found["relations"]]
        table(("relation", "added", "removed", "changed"), rows)
    for path in found["files"]:
        note(path)


def _said_about(statement: Mapping[str, Any]) -> str:
    """What is said about a statement: its rank where it is not the usual one, its qualifiers, its graph."""
    parts = [f"{relation} {value}" for relation, value in statement["qualifiers"]]
    parts += [statement["rank"]] if statement["rank"] not in ("", "normal") else []
    if statement["graph"] and not statement["graph"].startswith(PART):
        parts.append(f"in graph {statement['graph']}")
    return "; ".join(parts)


def corpus(manifest: Mapping[str, Any], folder: Path) -> None:
    """What was compiled: documents, exposures reached, what was left out and why."""
    if manifest.get("counterfactual"):
        warn(manifest["counterfactual"])
    for text in manifest.get("warnings", ()):
        warn(str(text))
    line(f"{manifest['documents']:,} documents, about {manifest['tokens']:,} tokens, in {folder}")
    coverage = manifest["coverage"]
    line(
        f"{coverage['reached']:.1%} of {coverage['facts']:,} train facts reach {coverage['target']:g} stated exposures"
        f" (from {coverage['exposures']['stated']['min']} to {coverage['exposures']['stated']['max']})"
    )
    rows = [
        (stage["name"], lesson, form, n["documents"], n["tokens"])
        for stage in manifest["stages"]
        for lesson, forms in stage["lessons"].items()
        for form, n in forms.items()
    ]
    table(("stage", "lesson", "form", "documents", "tokens"), rows)
    for stage, reasons in manifest["rejected"].items():
        note(f"not taken in {stage}: " + ", ".join(f"{reason} {count:,}" for reason, count in sorted(reasons.items())))
    for stage, cuts in manifest["cuts"].items():
        told = (f"{lesson} {n['nodes']:,} nodes, {n['edges']:,} edges aside" for lesson, n in sorted(cuts.items()))
        if cuts:
            note(f"drawn from the many edges of hubs in {stage}: " + "; ".join(told))
    if manifest["dropped"]:
        line("left out: " + ", ".join(f"{reason} {count:,}" for reason, count in sorted(manifest["dropped"].items())))
    if left_out := manifest["relations_left_out"]:
        line(f"relations left out, {by_kind(left_out)} (--set relations.include=NAME teaches one)")
    if manifest["derived_relations"]:
        note("relations said in derived words (a lexicon says them better): " + ", ".join(manifest["derived_relations"]))


def by_kind(left_out: Iterable[Mapping[str, Any]]) -> str:
    """Relations that are left out in one line, by what they are."""
    kinds: dict[str, list[str]] = {}
    for row in left_out:
        kinds.setdefault(row["kind"], []).append(f"{row['relation']} ({row['facts']:,} facts)")
    return "; ".join(f"{kind}: {', '.join(names)}" for kind, names in sorted(kinds.items()))


def checks(report: Mapping[str, Any]) -> None:
    """One row per check, then the failures in words."""
    rows = [
        ("ok" if c["ok"] else "FAILED", c["name"], c["looked_at"], c["failures"], c.get("note", "")) for c in report["checks"]
    ]
    table(("", "check", "looked at", "failures", ""), rows)
    for c in report["checks"]:
        for example in c["examples"]:
            line(f"  {example['where']}: {example['what']}")
    if found := report.get("faithful"):
        share = 1 - found["unread"] / max(1, found["words"])
        kept = f"{found['stated']:,} of {found['promised']:,} promises kept, {found['stated_by_a_cue']:,} by a cue word by word"
        line(f"{found['documents']:,} documents judged, {found['failed']:,} failed; {kept}; {share:.1%} of the words read")
    if found := report.get("diversity"):
        _diversity(found)


def _diversity(found: Mapping[str, Any]) -> None:
    """Renderings per fact, known before compiling against found; then the measures of all texts."""
    rows = [(kind, r["facts"], r["exposures"], r["known"], r["due"], r["wordings"], r["texts"]) for kind, r in
            found["renderings"].items()]  # fmt: skip
    table(("a fact is", "facts", "times", "wordings known", "due", "found", "different texts"), rows)
    measures = [(f"distinct-{n} ({found['distinct']['texts']:,} texts)", found["distinct"][n]) for n in ("1", "2", "3")]
    measures += [(f"self-BLEU ({found['self_bleu']['texts']:,} texts)", found["self_bleu"]["score"])]
    near = found["near_duplicates"]
    told = f"{near['share']:.2%}, {near['groups']:,} groups of up to {near['largest']:,}; {near['same_text']:,} word for word"
    measures += [(f"near-duplicates (of {near['compared']:,} documents)", told)]
    measures += [(f"compression ({found['compression']['by']})", found["compression"]["ratio"])]
    for name, shares in found["templates"].items():
        measures += [(f"templates of {name}", shares["different"])]
        measures += [(f"share of {name} whose template occurs again", f"{shares['shared']:.1%}")]
        measures += [(f"share of {name} of the commonest template", f"{shares['largest']:.2%}")]
    table(("measure", ""), measures)
    lengths = found["lengths"]
    rows = [(name if name != "tokens" else f"tokens ({found['tokens']})", *counts.values()) for name, counts in lengths.items()]
    table(("length of a document", *next(iter(lengths.values()))), rows)


def results(found: Mapping[str, Any]) -> None:
    """The before/after tables: one per task, one row per split and wording."""
    for task in dict.fromkeys(r["task"] for r in found["probes"]):
        mine = [r for r in found["probes"] if r["task"] == task]
        rows = []
        for r in mine:
            after, change = "", ""
            if r["after"] is not None:
                after = f"{r['after']:.2f}"
                change = f"{r['after'] - r['before']:+.2f} [{r['interval'][0]:+.2f}, {r['interval'][1]:+.2f}]"
            rows.append((r["split"], r["wording"], f"{r['before']:.2f}", after, change, r["n"]))
        chance = sum(r["chance"] * r["n"] for r in mine) / sum(r["n"] for r in mine)
        table(("split", "wording", "before", "after", "change (95 %)", "n"), rows, title=f"{task}, chance {chance:.2f}")
        line("")
    perplexity = found.get("perplexity")
    if isinstance(perplexity, Mapping) and perplexity.get("before"):
        before, now = float(perplexity["before"]), perplexity.get("after")
        line(f"perplexity of plain text: {before:.1f}" + (f" -> {now:.1f} ({now / before - 1:+.0%})" if now else ""))


def traced(found: Mapping[str, Any]) -> None:
    """The way from a document, fact or token to its sources, and back."""
    if found.get("counterfactual"):
        warn(str(found["counterfactual"]))
    if found.get("document"):
        out.print(f"[bold]document {found['document']}[/bold] [dim]{found['stage']} {found['lesson']} {found['form']}[/dim]")
        line(found.get("text", ""))
    for b in found.get("blocks") or ():
        line(f"  in block {b['block']}, tokens {b['start']} to {b['end']}")
    for fact in found["facts"]:
        out.print(f"[bold]fact {fact['uid']}[/bold] {escape(fact['said'])}")
        for span in fact.get("spans", ()):
            line(f"  {span['kind']} at {span['start']}-{span['end']}: {span['text']}")
        for place in fact["places"]:
            line(f"  {place['place']}" + (f": {place['text']}" if place["text"] else ""))
    if found.get("exposures"):
        line("exposures: " + ", ".join(f"{kind} {n}" for kind, n in found["exposures"].items()))
    if found.get("documents"):
        rows = [(d["document"], d["stage"], d["lesson"], d["form"], d["kind"], d["text"]) for d in found["documents"]]
        table(("document", "stage", "lesson", "form", "kind", "text"), rows)
    if found.get("note"):
        note(str(found["note"]))
