"""The dataset card of a corpus: Hugging Face front matter by which it loads as it lies, licences, statistics, curriculum; and
COUNTERFACTUAL first where it is so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from ..licences import identifier, share_alike

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10**7, "1M<n<10M"),
         (10**8, "10M<n<100M"), (10**9, "100M<n<1B"))  # fmt: skip
TEXT, WHOLE, REAL = "string", "int64", "float64"
PLACE = [{"name": "start", "dtype": WHOLE}, {"name": "end", "dtype": WHOLE}]
# of JSON Lines, where an empty list says nothing of what would be in it; a Parquet file has its own types
FEATURES = [
    *({"name": name, "dtype": TEXT} for name in ("id", "text")),
    {"name": "facts", "list": TEXT},
    {"name": "spans", "list": [{"name": "fact", "dtype": TEXT}, *PLACE, {"name": "kind", "dtype": TEXT}]},
    {"name": "frames", "list": PLACE},
    {"name": "twins", "list": TEXT},
    *({"name": name, "dtype": TEXT} for name in ("anchor", "stage", "lesson", "form")),
    *({"name": name, "dtype": WHOLE} for name in ("level", "order")),
    {"name": "difficulty", "dtype": REAL},
]


class _Plain(yaml.SafeDumper):
    """YAML without references from one place to another, which `datasets` takes apart."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def card(manifest: dict[str, Any], settings: str) -> str:
    """README.md of a corpus folder, from its manifest and its resolved settings (YAML)."""
    lines = ["---", yaml.dump(_front(manifest), Dumper=_Plain, sort_keys=False, allow_unicode=True).rstrip(), "---", ""]
    if manifest["counterfactual"]:
        lines += [f"> **{manifest['counterfactual']}**", ""]
    coverage = manifest["coverage"]
    stated, asked = coverage["exposures"]["stated"], coverage["exposures"]["asked"]
    lines += [
        f"# {manifest['domain']}",
        "",
        f"A training corpus of {manifest['documents']:,} documents ({manifest['characters']:,} characters, about "
        f"{manifest['tokens']:,} tokens), compiled from a knowledge graph by kg2corpus {manifest['versions']['kg2corpus']} "
        f"with the curriculum `{manifest['name']}`. No language model wrote it.",
        "",
        f"It states {coverage['facts']:,} facts, {stated['mean']} times on average ({stated['min']} to {stated['max']}), and "
        f"asks for them {asked['mean']} times; {coverage['reached']:.1%} reach the target of {coverage['target']}.",
        "",
    ]
    if manifest["limit"]:
        lines += [f"**It was limited to {manifest['limit']:,} documents**, spread over the lessons: it is no whole corpus.", ""]
    return "\n".join([*lines, *_statistics(manifest), *_columns(manifest), *_licences(manifest), *_made(manifest, settings)])


def _front(manifest: dict[str, Any]) -> dict[str, Any]:
    """What a hub and the library `datasets` read: which files are data, and under which licence."""
    from ..documents import SUFFIXES

    tags = ["synthetic", "knowledge-graph", "kg2corpus"] + (["counterfactual"] if manifest["counterfactual"] else [])
    files = {stage["name"]: f"{stage['folder']}/bucket-*{SUFFIXES[manifest['format']]}" for stage in manifest["stages"]}
    # a stage may itself be called "default"
    whole = next(name for name in ("default", "all", "whole-corpus") if name not in files)
    configs = [{"config_name": whole, "data_files": list(files.values()), "default": True}]
    configs += [{"config_name": name, "data_files": pattern} for name, pattern in files.items()]
    front: dict[str, Any] = {"language": ["en"], "pretty_name": f"{manifest['domain']} ({manifest['name']})"}
    front["license"] = _licence(manifest["licences"])
    front["size_categories"] = [next((name for most, name in SIZES if manifest["documents"] < most), "n>1T")]
    front |= {"tags": tags, "task_categories": ["text-generation"], "configs": configs}
    if manifest["format"] == "jsonl":
        front["dataset_info"] = [{"config_name": c["config_name"], "features": FEATURES} for c in configs]
    return front


def _licence(licences: dict[str, str]) -> str | list[str]:
    """Those of the sources that must be kept, else all: one identifier, or several."""
    kept = [text for text in licences.values() if share_alike(text)] or list(licences.values())
    found = sorted({identifier(text) for text in kept})
    return found if len(found) > 1 else found[0] if found else "unknown"


def _statistics(manifest: dict[str, Any]) -> Iterator[str]:
    yield from ("## What is in it", "", "| lesson | documents | tokens | characters | facts | stated | asked | implied |")
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for lesson, counts in manifest["lessons"].items():
        names = ("documents", "tokens", "characters", "facts", "stated", "asked", "implied")
        yield f"| {lesson} | " + " | ".join(f"{counts[name]:,}" for name in names) + " |"
    yield from ("", "By stage, in the order of the corpus:", "", "| stage | lesson | form | documents | tokens |")
    yield "|---|---|---|---:|---:|"
    for stage in manifest["stages"]:
        for lesson, forms in stage["lessons"].items():
            for form, counts in forms.items():
                yield f"| {stage['name']} | {lesson} | {form} | {counts['documents']:,} | {counts['tokens']:,} |"
    yield ""


def _columns(manifest: dict[str, Any]) -> Iterator[str]:
    within = "within a stage" if manifest["order"] == "ladder" else f"over all stages ({manifest['order']})"
    yield from ("## How to read it", "", "```python", "from datasets import load_dataset", "")
    yield 'documents = load_dataset("path/of/this/folder", split="train")  # a second argument: the name of a stage'
    yield from ("```", "")
    yield (
        "Each row is a document: `id`, `text`, `facts` (uids), `spans` (the characters that state, ask for or imply a fact), "
        f"`lesson`, `level`, `form`, `difficulty`. `order` gives the declared order {within}. `ledger/` has one row for each "
        "exposure of a fact, `facts.parquet` one for each fact; `lexicon.yaml` holds all wordings, `split.json` what was held "
        "out."
    )
    yield ""


def _licences(manifest: dict[str, Any]) -> Iterator[str]:
    yield from ("## Sources and licences", "", "The texts state what the graph states: its licence and its errors carry over.")
    licences = sorted(manifest["licences"].items())
    if licences:
        yield from ("", "| source | licence | share-alike |", "|---|---|---|")
        yield from (f"| {source} | {licence} | {'yes' if share_alike(licence) else 'no'} |" for source, licence in licences)
    else:
        yield "No source declares a licence; one can be given with `kg2corpus load --licence`."
    if bound := sorted({licence for _, licence in licences if share_alike(licence)}):
        yield ""
        yield (
            f"**Share-alike:** who makes this corpus public has to do it under the licence of the source ({'; '.join(bound)}), "
            "and has to name the source."
        )
    yield ""


def _made(manifest: dict[str, Any], settings: str) -> Iterator[str]:
    yield from ("## Curriculum", "", "`settings.yaml`, with all defaults, which can be given to `kg2corpus compile`:")
    yield from ("", "```yaml", settings.rstrip(), "```", "")
    yield "Fingerprints: " + ", ".join(f"{name} `{value}`" for name, value in manifest["fingerprints"].items()) + "."
    yield "Versions: " + ", ".join(f"{name} {value}" for name, value in manifest["versions"].items()) + "."
    yield ""
