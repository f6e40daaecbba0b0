"""Time and money: tokens over a rate, and calls of an LLM at the user's prices."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..config import Curriculum
from ..errors import UserError, near
from ..settings import read_yaml

INSTRUCTIONS = 300  # tokens of what an LLM is told to do, beside each document, where the price file does not say
ROW = "model-name: {input: 0.15, output: 0.6}"


@dataclass(frozen=True)
class Device:
    """A rate of training in tokens per second: of which model, how it was found, and whether it was `measured` by us."""

    rate: float
    model: str
    source: str
    measured: bool


DEVICES = {
    "two-cores": Device(
        119, "SmolLM2-135M, LoRA on layers 12-29, blocks of 64", "34,439 tokens in 289 s on two cores of an AMD EPYC "
        "without bf16 (docs/results/demo)", True,
    ),
    "two-cores-long-blocks": Device(
        195, "SmolLM2-135M, LoRA on layers 12-29, 256 tokens a step", "190 to 200 on the same machine (docs/log.md)", True
    ),
    "h200": Device(
        6600, "SmolLM2-135M, LoRA on all layers, 2,048 tokens a step",
        "6,486 to 6,839 in each of seven runs beside each other on one NVIDIA H200 (docs/results/curricula)", True,
    ),
    "8xh100": Device(
        6090, "Llama-3-8B, all parameters, blocks of 2,048",
        "EntiGraph's authors of their own run (arXiv 2409.07431), not measured here", False,
    ),
}  # fmt: skip


def time(tokens: float, curriculum: Curriculum, device: str | None, rate: float | None) -> dict[str, Any]:
    """Tokens that training reads (replay and epochs with them; padding is not) and the seconds that takes, None without a rate.

    Raises UserError for an unknown device, a rate that is none, and both given.
    """
    trained = round(tokens / (1 - curriculum.pack.replay) * curriculum.train.epochs)
    found: dict[str, Any] = {"tokens": trained, "replay": curriculum.pack.replay, "epochs": curriculum.train.epochs}
    if device is not None and rate is not None:
        raise UserError("a device and a rate are given", "give --device or --tokens-per-second, not both")
    if device is not None:
        if device not in DEVICES:
            raise UserError(f"unknown device '{device}'", f"{near(device, DEVICES)}; or give your own --tokens-per-second")
        chosen = DEVICES[device]
        rate = chosen.rate
        found |= {"device": device, "rate_of": chosen.model, "source": chosen.source, "measured": chosen.measured}
    elif rate is not None:
        if not (rate > 0 and math.isfinite(rate)):
            raise UserError(f"{rate} tokens per second", "give a rate above 0, as a short training run shows it")
        found |= {"device": "", "rate_of": "", "source": "given", "measured": False}
    return {**found, "tokens_per_second": rate, "seconds": None if rate is None else round(trained / rate)}


def llm(documents: float, tokens: float, prices: Path | None) -> dict[str, Any]:
    """Calls of an LLM and what they cost. The corpus is said by templates: none. With a file of prices also what it would cost
    to have each document rewritten once, by each model of the file.

    The file is YAML: by model `input` and `output`, prices of a million tokens; `currency`, and `instructions`, the tokens of a
    prompt beside the document, if they are not dollars and 300.
    """
    found: dict[str, Any] = {"verbalizer": "template", "calls": 0, "cost": 0.0}
    if prices is None:
        return found
    table, currency, instructions = _prices(prices)
    read, written = documents * instructions + tokens, tokens
    found["if_rewritten"] = [
        {
            "model": model,
            "calls": round(documents),
            "input_tokens": round(read),
            "output_tokens": round(written),
            "cost": round((read * price["input"] + written * price["output"]) / 1e6, 2),
        }
        for model, price in table.items()
    ]
    return {**found, "currency": currency, "prices": prices.name}


def _prices(path: Path) -> tuple[dict[str, Mapping[str, float]], str, float]:
    if not path.is_file():
        raise UserError(f"no such file of prices: {path}", f"give the path of a YAML file: {ROW}")
    raw = read_yaml(path)
    if not isinstance(raw, dict):
        raise UserError(f"{path}: no prices by model", f"{ROW}, per million tokens")
    currency, instructions = str(raw.pop("currency", "USD")), raw.pop("instructions", INSTRUCTIONS)
    for name, value in [("instructions", instructions), *((f"{m}.{k}", p.get(k) if isinstance(p, dict) else None)
                        for m, p in raw.items() for k in ("input", "output"))]:  # fmt: skip
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
            raise UserError(f"{path}: {name} is no number of 0 or more (given: {value!r})", "a price of a million tokens")
    for model, price in raw.items():
        if unknown := sorted(set(price) - {"input", "output"}):
            raise UserError(f"{path}: unknown key '{model}.{unknown[0]}'", near(str(unknown[0]), ["input", "output"]))
    if not raw:
        raise UserError(f"{path} names no model", ROW)
    return {str(model): price for model, price in raw.items()}, currency, float(instructions)
