"""`ask`: a question answered with the adapter on and off, side by side."""

from __future__ import annotations

from pathlib import Path

from .errors import UserError
from .models.hf import HfLM, adapter_card, resolve_model
from .models.tokens import QUESTION_FORMAT, split_question


def ask(adapter: Path, question: str, *, model: str | None = None, max_tokens: int = 32) -> dict[str, str]:
    """{"question", "with", "without"}: the answers of the adapted and of the base model.

    `model` names the base model where the one recorded with the adapter is elsewhere on this machine. The base model is asked
    without the domain token, which means nothing to it. Raises UserError for a folder without an adapter of ours.
    """
    if not (adapter / "adapter_config.json").is_file():
        raise UserError(f"{adapter} holds no adapter (no adapter_config.json)", "name the folder that `kg2corpus train` wrote")
    card = adapter_card(adapter)
    base = model or card.get("base_model")
    if not base:
        raise UserError(f"{adapter} does not say which base model it belongs to", "name the base model with --model")
    if not question.strip():
        raise UserError("the question is empty", 'ask as in: kg2corpus ask ADAPTER "What is the capital of Bhutan?"')
    lm = HfLM(resolve_model(str(base)), adapter, chat_template=bool(card.get("chat_template")))
    prompt = question if split_question(question) else QUESTION_FORMAT.format(question=question.strip())
    said = lm.generate([prompt], max_tokens=max_tokens, stop=["\nQuestion:"])[0]
    with lm.adapter_off():
        lm.set_prefix("")
        before = lm.generate([prompt], max_tokens=max_tokens, stop=["\nQuestion:"])[0]
    return {"question": question.strip(), "with": _first_line(said), "without": _first_line(before)}


def _first_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[0].strip() if lines else ""
