"""Log-likelihoods of continuations with shared contexts, in batches without padding of contexts.

A context is encoded once, its key-value cache is copied to the rows of its continuations, and of each continuation all
tokens but the last are run on top. Contexts are batched by equal length, so no attention mask is needed and the result
is that of scoring every pair alone, up to rounding.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from ..progress import track
from ..types import LogProb

Job = tuple[tuple[int, ...], tuple[int, ...]]  # context ids, continuation ids
# padded tokens worth spending to save one more forward pass (which reads all weights)
SLACK = 24


def score(model: Any, jobs: Sequence[Job], *, batch_tokens: int, what: str = "scoring") -> list[LogProb]:
    """Log-likelihood of each continuation after its (non-empty) context, in the order given."""
    out: list[LogProb | None] = [LogProb(0.0, 0, True) if not job[1] else None for job in jobs]
    waiting: dict[tuple[int, ...], dict[tuple[int, ...], list[int]]] = defaultdict(dict)
    for i, (context, continuation) in enumerate(jobs):
        if continuation:
            waiting[context].setdefault(continuation, []).append(i)
    for batch in track(_batches(sorted(waiting, key=lambda c: (len(c), c)), batch_tokens), what):
        rows = [(r, continuation) for r, context in enumerate(batch) for continuation in waiting[context]]
        for (r, continuation), result in zip(rows, _score_batch(model, batch, rows, batch_tokens), strict=True):
            for i in waiting[batch[r]][continuation]:
                out[i] = result
    return [result for result in out if result is not None]


def _batches(contexts: list[tuple[int, ...]], batch_tokens: int) -> list[list[tuple[int, ...]]]:
    """Contexts of one length together, at most `batch_tokens` tokens a batch."""
    out: list[list[tuple[int, ...]]] = []
    for context in contexts:
        if out and len(out[-1][0]) == len(context) and (len(out[-1]) + 1) * len(context) <= batch_tokens:
            out[-1].append(context)
        else:
            out.append([context])
    return out


def _score_batch(
    model: Any, contexts: list[tuple[int, ...]], rows: list[tuple[int, tuple[int, ...]]], batch_tokens: int
) -> list[LogProb]:
    import torch

    device = model.device
    longest = max(len(c) for _, c in rows)
    with torch.inference_mode():
        ids = torch.tensor(contexts, device=device)
        first = model(input_ids=ids, use_cache=longest > 1, logits_to_keep=1)
        start = torch.log_softmax(first.logits[:, -1].float(), -1)
        best = start.argmax(-1).tolist()
        heads = start[[r for r, _ in rows], [c[0] for _, c in rows]].tolist()
        tails: dict[int, tuple[float, bool]] = {}
        for chunk in _chunks(rows, len(contexts[0]), batch_tokens):
            cache = copy.deepcopy(first.past_key_values)
            cache.batch_select_indices(torch.tensor([rows[i][0] for i in chunk], device=device))
            tails.update(_score_tails(model, cache, chunk, [rows[i][1] for i in chunk]))
    results = []
    for i, (r, continuation) in enumerate(rows):
        value, greedy = tails.get(i, (0.0, True))
        results.append(LogProb(heads[i] + value, len(continuation), greedy and best[r] == continuation[0]))
    return results


def _chunks(rows: list[tuple[int, tuple[int, ...]]], context: int, batch_tokens: int) -> Iterator[list[int]]:
    """Rows that have tokens to run (two or more), of like length together."""
    order = sorted((i for i, (_, c) in enumerate(rows) if len(c) > 1), key=lambda i: (-len(rows[i][1]), i))
    chunk: list[int] = []
    waste = 0
    for i in order:
        if chunk:
            longest = len(rows[chunk[0]][1])
            waste += longest - len(rows[i][1])
            if waste > SLACK or (len(chunk) + 1) * (context + longest) > batch_tokens * 2:
                yield chunk
                chunk, waste = [], 0
        chunk.append(i)
    if chunk:
        yield chunk


def _score_tails(
    model: Any, cache: Any, chunk: list[int], continuations: list[tuple[int, ...]]
) -> dict[int, tuple[float, bool]]:
    """Sum over the second and later tokens. Rows are padded on the right: causal attention keeps that from mattering."""
    import torch

    width = len(continuations[0]) - 1
    device = model.device
    inputs = torch.tensor([[*c[:-1], *[c[-1]] * (width - len(c) + 1)] for c in continuations], device=device)
    targets = torch.tensor([[*c[1:], *[c[-1]] * (width - len(c) + 1)] for c in continuations], device=device)
    counted = torch.tensor([[j < len(c) - 1 for j in range(width)] for c in continuations], device=device)
    logits = model(input_ids=inputs, past_key_values=cache, use_cache=True).logits.float()
    chosen = logits.gather(-1, targets[..., None])[..., 0] - torch.logsumexp(logits, -1)
    values = (chosen * counted).sum(-1).tolist()
    greedy = ((logits.argmax(-1) == targets) | ~counted).all(-1).tolist()
    return {i: (values[j], greedy[j]) for j, i in enumerate(chunk)}


def score_plain(model: Any, jobs: Sequence[Job]) -> list[LogProb]:
    """The same, one pair at a time and without a cache: for models whose cache cannot be copied by row, and to test `score`."""
    import torch

    out = []
    for context, continuation in jobs:
        if not continuation:
            out.append(LogProb(0.0, 0, True))
            continue
        with torch.inference_mode():
            logits = model(input_ids=torch.tensor([[*context, *continuation]], device=model.device)).logits[0].float()
        logp = torch.log_softmax(logits[len(context) - 1 : -1], -1)
        target = torch.tensor(continuation, device=logp.device)
        value = logp.gather(-1, target[:, None]).sum().item()
        out.append(LogProb(value, len(continuation), bool((logp.argmax(-1) == target).all())))
    return out
