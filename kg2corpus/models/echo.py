"""`EchoLM`: a model that knows what it is told, for tests of everything that asks a model."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ..types import LogProb
from ..uid import MASK, digest


class EchoLM:
    """Answers from a dictionary prompt -> continuation; what is not in it gets a fixed arbitrary answer or likelihood.

    A continuation that begins like the known one is certain (0 nats), any other gets between 1 and 9 nats per character,
    decided by the texts alone, so that the same questions give the same answers in any order.
    """

    def __init__(self, known: Mapping[str, str], *, name: str = "echo", otherwise: str = "") -> None:
        self._known = dict(known)
        self._name = name
        self._otherwise = otherwise

    @property
    def name(self) -> str:
        return self._name

    def generate(self, prompts: Sequence[str], *, max_tokens: int = 32, stop: Sequence[str] = ()) -> list[str]:
        """The known continuations, cut before the first stop string and at `max_tokens` words."""
        out = []
        for prompt in prompts:
            text = self._known.get(prompt, self._otherwise)
            text = text[: min((text.index(s) for s in stop if s in text), default=len(text))]
            words = text.split(" ")
            lead = 1 if text.startswith(" ") else 0
            out.append(" ".join(words[: max_tokens + lead]))
        return out

    def logprobs(self, pairs: Sequence[tuple[str, str]]) -> list[LogProb]:
        """0 nats for the known continuation (or a beginning of it), a fixed penalty for others."""
        return [self._logprob(prompt, continuation) for prompt, continuation in pairs]

    def _logprob(self, prompt: str, continuation: str) -> LogProb:
        tokens = len(continuation.split())
        if continuation and self._known.get(prompt, "").startswith(continuation):
            return LogProb(0.0, tokens, True)
        share = (digest("echo", prompt, continuation) & MASK) / MASK
        return LogProb(-math.fsum((1.0, 8.0 * share)) * len(continuation), tokens, not continuation)
