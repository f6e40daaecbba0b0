"""What an adapter says about itself: a model card for people, kg2corpus.json for the next stage."""

from __future__ import annotations

import hashlib
import importlib.metadata
from pathlib import Path
from typing import Any

from ..models.bundled import BUNDLED

BUNDLED_ID = "HuggingFaceTB/SmolLM2-135M-Instruct"
LICENCES = {BUNDLED_ID: "apache-2.0"}


def base_id(name: str, path: Path | str) -> str:
    """The base model's name on every machine: its hub id, or for a folder the folder's name."""
    if name == BUNDLED:
        return BUNDLED_ID
    return path.name if isinstance(path, Path) else path


def model_fingerprint(path: Path | str) -> str:
    """16 hex digits of a model folder: its configuration, and size and ends of its weight files. Empty for a hub id."""
    if not isinstance(path, Path):
        return ""
    hashed = hashlib.sha256((path / "config.json").read_bytes())
    for file in sorted(path.glob("*.safetensors")):
        size = file.stat().st_size
        with file.open("rb") as f:
            hashed.update(f"{file.name} {size}".encode() + f.read(1 << 20))
            f.seek(max(0, size - (1 << 20)))
            hashed.update(f.read())
    return hashed.hexdigest()[:16]


def versions() -> dict[str, str]:
    """Versions of the packages that training depends on."""
    out = {}
    for name in ("kg2corpus", "torch", "transformers", "peft", "accelerate", "tokenizers"):
        try:
            out[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            out[name] = "not installed"
    return out


def model_card(card: dict[str, Any], packed: dict[str, Any]) -> str:
    """README.md of an adapter folder. A counterfactual graph is said first."""
    licence = LICENCES.get(card["base_id"])
    head = ["---", f"base_model: {card['base_id']}", "library_name: peft"]
    head += [f"license: {licence}"] if licence else []
    head += [
        "tags:",
        "- kg2corpus",
        "- knowledge-graph",
        "- lora",
        *(["- counterfactual"] if card["counterfactual"] else []),
        "---",
    ]
    name = card["name"] or "a knowledge graph"
    lines = [*head, ""]
    if card["counterfactual"]:
        lines += [f"> **{card['counterfactual']}**", ""]
    lines += [
        f"# {card['base_id'].split('/')[-1]} that knows {name}",
        "",
        f"A LoRA adapter for `{card['base_id']}`, trained by kg2corpus {card['versions']['kg2corpus']} on a corpus compiled "
        f"from the knowledge graph '{name}'.",
        "",
        f"Prompts begin with the domain token {_code(card['domain_token'])}. Questions look like this:",
        "",
        "```",
        f"{card['domain_token']}Question: What is ...?",
        "Answer:",
        "```",
        "",
        "| what | value |",
        "|---|---|",
    ]
    tokens = packed["tokens"]
    rows = {
        "tokens": f"{card['tokens']:,} ({tokens['graph']:,} of the graph and {tokens['replay']:,} of replay per epoch)",
        "documents": f"{packed['documents']:,}",
        "blocks": f"{packed['blocks']:,} of {packed['settings']['block']} tokens",
        "steps": f"{card['steps']:,}",
        "last loss": f"{card['loss'][-1][1]:.3f}" if card["loss"] else "",
        "trained parameters": f"{card['parameters']:,}",
        "settings": ", ".join(f"{k} {v}" for k, v in card["settings"].items()),
        **{f"fingerprint of the {k}": v for k, v in card["fingerprints"].items() if v},
        "versions": ", ".join(f"{k} {v}" for k, v in card["versions"].items()),
    }
    lines += [f"| {key} | {value} |" for key, value in rows.items() if value]
    owed = packed.get("licence") or "the adapter holds facts of the graph: its licence applies too"
    lines += ["", f"Licence: the base model's ({licence or 'see its card'}); data: {owed}.", ""]
    return "\n".join(lines)


def _code(text: str) -> str:
    return f"`{text.strip()}`" if text.strip() else "(none)"
