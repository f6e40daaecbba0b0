"""LoRA on the linear layers of a model (PEFT), on all of its transformer layers or on some."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ..errors import UserError

RANGE = re.compile(r"(\d+)(?:-(\d+))?")


def parse_layers(text: str, count: int) -> list[int]:
    """Layer numbers of "12-29" or "0,4,8-11" in a model of `count` layers. Raises UserError for any that it does not have."""
    layers: set[int] = set()
    for part in text.split(","):
        match = RANGE.fullmatch(part.strip())
        if not match:
            raise UserError(f"'{text}' names no layers", "write them as 12-29 or 0,4,8-11")
        first, last = int(match[1]), int(match[2] or match[1])
        if first > last or last >= count:
            raise UserError(
                f"layers {part.strip()}: the model has layers 0 to {count - 1}", f"such as {count * 2 // 5}-{count - 1}"
            )
        layers.update(range(first, last + 1))
    return sorted(layers)


def add_lora(model: Any, *, rank: int, alpha: float, layers: str | None) -> Any:
    """The model with a fresh adapter on every linear layer of the chosen transformer layers; all else is frozen.

    What lies below the first adapted layer takes no part in the backward pass: nothing there asks for a gradient.
    """
    from peft import LoraConfig, get_peft_model

    count = int(model.config.get_text_config().num_hidden_layers)
    config = LoraConfig(
        r=rank,
        lora_alpha=alpha,
        lora_dropout=0.0,
        target_modules=_linear_names(model),
        layers_to_transform=parse_layers(layers, count) if layers else None,
        task_type="CAUSAL_LM",
    )
    try:
        return get_peft_model(model, config)
    except ValueError as e:
        raise UserError(
            f"this model takes no adapter: {e}", "adapters need a model with linear layers in numbered blocks"
        ) from e


def _linear_names(model: Any) -> list[str]:
    """Names of the linear modules inside the transformer layers (q_proj, ..., down_proj), without the output head."""
    from torch import nn

    found = {
        name.rsplit(".", 1)[-1]
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear) and re.search(r"\.\d+\.", name)
    }
    if not found:
        raise UserError("this model has no linear layers in numbered blocks", "adapters are trained on such layers only")
    return sorted(found)


def save_lora(lora: Any, folder: Path, *, base: str) -> None:
    """Write the adapter in PEFT's format, with `base` as its base model: PEFT itself would note a path of this machine."""
    lora.peft_config["default"].base_model_name_or_path = base
    # the embeddings are never trained; asked to find that out by itself, PEFT would look for the base model on the hub
    lora.save_pretrained(str(folder), save_embedding_layers=False)


def trainable(model: Any) -> int:
    """Number of parameters that are trained."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
