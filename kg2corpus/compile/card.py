"""The dataset card of a corpus: Hugging Face front matter, what it is made of, and COUNTERFACTUAL first where it is so."""

from __future__ import annotations

from typing import Any

import yaml

from .graded import table


def card(manifest: dict[str, Any]) -> str:
    """README.md of a corpus folder, from its manifest."""
    tags = ["synthetic", "knowledge-graph", "kg2corpus"] + (["counterfactual"] if manifest["counterfactual"] else [])
    front: dict[str, Any] = {"language": ["en"], "pretty_name": f"{manifest['domain']} ({manifest['name']})", "tags": tags}
    front["task_categories"] = ["text-generation"]
    front["configs"] = [
        {"config_name": stage["name"], "data_files": f"{stage['folder']}/bucket-*.jsonl.zst"} for stage in manifest["stages"]
    ]
    lines = ["---", yaml.safe_dump(front, sort_keys=False, allow_unicode=True).rstrip(), "---", ""]
    if manifest["counterfactual"]:
        lines += [f"> **{manifest['counterfactual']}**", ""]
    coverage = manifest["coverage"]
    stated, asked = coverage["exposures"]["stated"], coverage["exposures"]["asked"]
    within = "within a stage" if manifest["order"] == "ladder" else f"over all stages ({manifest['order']})"
    lines += [
        f"# {manifest['domain']}",
        "",
        f"A training corpus of {manifest['documents']:,} documents (about {manifest['tokens']:,} tokens), compiled from a "
        f"knowledge graph by kg2corpus {manifest['versions']['kg2corpus']} with the curriculum `{manifest['name']}`. "
        "No language model wrote it.",
        "",
        f"It states {coverage['facts']:,} facts, {stated['mean']} times on average ({stated['min']} to {stated['max']}), and "
        f"asks for them {asked['mean']} times; {coverage['reached']:.1%} reach the target of {coverage['target']}.",
        "",
        "| stage | lesson | form | documents | tokens |",
        "|---|---|---|---:|---:|",
    ]
    for stage in manifest["stages"]:
        for lesson, forms in stage["lessons"].items():
            for form, counts in forms.items():
                lines.append(f"| {stage['name']} | {lesson} | {form} | {counts['documents']:,} | {counts['tokens']:,} |")
    lines += [
        *table(manifest["difficulty"]),
        "",
        "Each line of a bucket file is a document: `id`, `text`, and `metadata` with the uids of its facts and the characters "
        f"that carry each of them. `metadata.order` gives the declared order {within}. `ledger.jsonl.zst` leads from a "
        "fact to its documents, `lexicon.yaml` holds all wordings, `split.json` what was held out.",
        "",
        "The texts state what the graph states: its licence and its errors carry over."
        + "".join(f" {source}: {licence}." for source, licence in sorted(manifest["licences"].items())),
        "",
        "Fingerprints: " + ", ".join(f"{name} `{value}`" for name, value in manifest["fingerprints"].items()) + ".",
        "",
    ]
    return "\n".join(lines)
