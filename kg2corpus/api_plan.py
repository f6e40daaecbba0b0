"""`plan` as a function: what a curriculum would make of a store's graph, before anything is compiled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any


def plan(
    curriculum: str | Path,
    db: str,
    *,
    sets: Sequence[str] = (),
    split: Path | None = None,
    lexicon: Sequence[Path] = (),
    model: str | None = None,
    device: str | None = None,
    tokens_per_second: float | None = None,
    prices: Path | None = None,
    directed: bool = True,
    extensions: Sequence[Path] = (),
) -> dict[str, Any]:
    """The forecast of what `api.compile` makes with the same arguments; nothing is written.

    `model`: whose tokenizer measures characters per token, as for `compile`, and whose layers the adapter is put on (if not
    given, the bundled model's). `device` or `tokens_per_second`: how fast training goes. `prices`: a file of an LLM's prices.
    `directed`: whether the coverage model walks facts from subject to object only.
    """
    from .api import extend, snapshot
    from .api_lexicon import lexicon_of
    from .compile.measure import chars_per_token, fitted
    from .compile.plan import Planner
    from .compile.relations import taught
    from .config import load_curriculum
    from .forecast import costs, forecast
    from .forecast.capacity import linears
    from .models.bundled import resolve_model
    from .splitting import split_of
    from .store.split import Split

    extend(extensions)
    settings = load_curriculum(curriculum, sets)
    costs.time(0, settings, device, tokens_per_second)  # what is wrong with the options is said before the work
    costs.llm(0, 0, prices)
    folder = Path(resolve_model(model)) if model else None
    layers = linears(folder)
    layers = layers if model is None else replace(layers, name=model)
    layers.parameters(settings.train.rank, settings.train.layers)
    graph = snapshot(db)
    chosen = Split.load(split) if split is not None else split_of(settings, graph, db)
    chosen.check(graph)
    narrowed, left_out = taught(settings.relations, graph, chosen)
    planner = Planner(settings, graph, narrowed, lexicon_of(graph, lexicon))
    measured = None if folder is None or settings.chars_per_token is not None else chars_per_token(folder, planner)
    made = fitted(planner, measured)
    found = forecast(
        planner, made, graph, chosen, layers, device=device, tokens_per_second=tokens_per_second, prices=prices,
        directed=directed,
    )  # fmt: skip
    return {**found, "relations_left_out": left_out}
