"""What an adapter can hold: the parameters of LoRA on a model, and the bits that a parameter was found to hold.

The law (Physics of Language Models 3.3, arXiv 2404.05405, results 1, 4 to 8) is of models trained from nothing, all parameters
of which learn. What a parameter of LoRA on a pretrained model holds was measured by nobody that we know of, so the forecast
takes the same figures and says so; `kg2corpus synth` makes graphs to measure it with.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..train.adapters import parse_layers
from .bits import Estimate

LAW = "Physics of Language Models 3.3 (arXiv 2404.05405), models trained from nothing"
THOUSAND = Estimate(2.0, 1.8, 2.3, f"bits per parameter at 1,000 exposures: {LAW}, results 1 and 4; full recall below 1.8")
HUNDRED = Estimate(1.0, 0.77, 1.0, f"bits per parameter at 100 exposures: {LAW}, result 4; 1.3 times less with gated MLPs")
INT4 = Estimate(0.7, 0.7, 0.7, f"bits per parameter of 4-bit weights, if an adapter is merged into such: {LAW}")
RANKS = tuple(2**i for i in range(13))
# SmolLM2-135M, the bundled model: (outputs, inputs) of the linear layers of each of its 30 layers
SMOLLM2 = (30, ((576, 576), (192, 576), (192, 576), (576, 576), (1536, 576), (1536, 576), (576, 1536)))
WHERE = re.compile(r"\.(\d+)\.")


@dataclass(frozen=True)
class Linears:
    """The linear layers of a model that an adapter is put on: by transformer layer the (outputs, inputs) of each."""

    name: str
    layers: tuple[tuple[tuple[int, int], ...], ...]

    def parameters(self, rank: int, layers: str | None = None) -> int:
        """The parameters of LoRA of this rank on all layers, or on some ("12-29"). Raises UserError for layers that are not."""
        chosen = parse_layers(layers, len(self.layers)) if layers else range(len(self.layers))
        return rank * sum(sum(shape) for layer in chosen for shape in self.layers[layer])

    def largest_rank(self) -> int:
        """The rank from which on more brings nothing: that of the largest matrix."""
        return max((min(shape) for layer in self.layers for shape in layer), default=0)


def linears(folder: Path | None) -> Linears:
    """The linear layers of a model folder, from the heads of its safetensors files or else from its config.json; None: the
    bundled model's. Raises UserError for a folder that does not say."""
    if folder is None:
        count, shapes = SMOLLM2
        return Linears("smollm2", (shapes,) * count)
    files = sorted(folder.glob("*.safetensors"))
    found = _of_weights(files) if files else _of_config(folder / "config.json")
    if not found:
        raise UserError(f"{folder}: no linear layers in numbered blocks", "name the folder of a causal language model")
    return Linears(folder.name, tuple(tuple(found[layer]) for layer in sorted(found)))


def _of_weights(files: list[Path]) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    for file in files:
        try:
            with open(file, "rb") as f:
                head = json.loads(f.read(int.from_bytes(f.read(8), "little")))
        except (OSError, ValueError, OverflowError, MemoryError) as e:
            raise UserError(f"{file} cannot be read as safetensors ({e})", "fetch the file again") from e
        for name, about in sorted(head.items()):
            if (at := WHERE.search(name)) and name.endswith(".weight") and len(about["shape"]) == 2:
                found.setdefault(int(at[1]), []).append((about["shape"][0], about["shape"][1]))
    return found


def _of_config(path: Path) -> dict[int, list[tuple[int, int]]]:
    """Of an architecture like Llama's: four projections of attention, three of a gated MLP."""
    try:
        c = json.loads(path.read_text(encoding="utf-8"))
        c = c.get("text_config", c)
        hidden, heads = int(c["hidden_size"]), int(c["num_attention_heads"])
        size = int(c.get("head_dim") or hidden // heads)
        own, shared = heads * size, int(c.get("num_key_value_heads") or heads) * size
        wide, count = int(c["intermediate_size"]), int(c["num_hidden_layers"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError) as e:
        hint = "name a folder: shapes are read from *.safetensors there, or from the config.json of a model built like Llama"
        raise UserError(f"{path.parent} does not say how large its layers are ({type(e).__name__}: {e})", hint) from e
    shapes = [(own, hidden), (shared, hidden), (shared, hidden), (hidden, own), (wide, hidden), (wide, hidden), (hidden, wide)]
    return dict.fromkeys(range(count), shapes)


def per_parameter(exposures: float) -> dict[str, float]:
    """Bits that a parameter holds after so many exposures of each fact: value, low and high.

    Between the two figures in proportion to the logarithm of the exposures; above 1,000 as there; below 100, where the law has
    no figure, in proportion to the exposures, which is an assumption.
    """
    if exposures < 100:
        return {end: getattr(HUNDRED, end) * exposures / 100 for end in ("value", "low", "high")}
    part = min(1.0, math.log10(exposures / 100))
    return {end: getattr(HUNDRED, end) * (1 - part) + getattr(THOUSAND, end) * part for end in ("value", "low", "high")}


def capacity(model: Linears, rank: int, layers: str | None, bits: dict[str, float], exposures: float) -> dict[str, Any]:
    """An adapter against the bits of a graph: parameters, bits that it holds, the share of them that is used, and the smallest
    power of two that holds all the bits at the low end (None where no rank does, `short` bits are lacking then)."""
    each = per_parameter(exposures)
    parameters = model.parameters(rank, layers)
    holds = {end: parameters * each[end] for end in each}
    one = model.parameters(1, layers) * each["low"]
    largest = model.largest_rank()
    enough = [r for r in RANKS if r <= largest and r * one >= bits["value"]]
    most = max((r for r in RANKS if r <= largest), default=0)
    return {
        "model": model.name,
        "layers": layers or f"0-{len(model.layers) - 1}",
        "rank": rank,
        "parameters": parameters,
        "exposures": round(exposures, 2),
        "bits_per_parameter": {end: round(value, 4) for end, value in each.items()},
        "bits": {end: round(value) for end, value in holds.items()},
        "used": round(bits["value"] / holds["value"], 4) if holds["value"] else None,
        "rank_wanted": enough[0] if enough else None,
        "largest_rank": most,
        "short": 0 if enough else round(bits["value"] - most * one),
        "constants": [vars(HUNDRED), vars(THOUSAND), vars(INT4)],
    }
