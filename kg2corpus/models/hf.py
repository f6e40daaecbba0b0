"""`HfLM`: a transformers model, with or without a PEFT adapter, as the `LM` that probes and `ask` see."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..progress import track
from ..types import LogProb
from .bundled import bundled_model, resolve_model
from .scoring import Job, score, score_plain
from .tokens import Codec, chat_prompt, codec_of, first_line, holds_control, quiet_transformers, split_question

__all__ = ["HfLM", "bundled_model", "load_model", "perplexity", "pick_device", "resolve_model"]


def pick_device(device: str | None = None) -> str:
    """The device to compute on: the one named, else a GPU if there is one, else the CPU."""
    import torch

    if device is None:
        return "cuda" if torch.cuda.is_available() else "cpu"
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise UserError(f"device '{device}' was asked for, but torch sees no GPU", "leave --device away to run on the CPU")
    return device


def load_model(path: Path | str, *, device: str | None = None, trust_remote_code: bool = False) -> tuple[Any, Codec]:
    """A causal language model (bfloat16 on a GPU, float32 on a CPU) with its codec. Raises UserError if it cannot be had."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    quiet_transformers()
    where = pick_device(device)
    dtype = torch.bfloat16 if where.startswith("cuda") else torch.float32
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(path), trust_remote_code=trust_remote_code)
        model = AutoModelForCausalLM.from_pretrained(str(path), dtype=dtype, trust_remote_code=trust_remote_code)
    except (OSError, ValueError, ImportError) as e:
        raise UserError(f"the model '{path}' could not be loaded: {first_line(e)}", _load_hint(path, e)) from e
    model.to(where)
    model.eval()
    return model, codec_of(tokenizer)


def _load_hint(path: Path | str, error: Exception) -> str:
    if "trust_remote_code" in str(error):
        return "this model brings its own code; --trust-remote-code runs it, if you trust its authors"
    if Path(path).is_dir():
        return "is the folder whole? It needs config.json, model.safetensors and tokenizer.json"
    return (
        "check the hub id and the network (HF_HUB_OFFLINE=1 uses only what is cached), or take 'smollm2', which needs neither"
    )


class HfLM:
    """A transformers model behind the `LM` protocol.

    `prefix` (the domain token) goes before every prompt; None takes the one recorded with the adapter.
    `chat_template` renders prompts in QUESTION_FORMAT by the tokenizer's chat template: the question as the user's turn, the
    continuation as the assistant's. Other prompts (statements to be continued) stay plain, as their documents do in the corpus.
    """

    def __init__(
        self,
        model_path: Path | str,
        adapter: Path | str | None = None,
        prefix: str | None = None,
        device: str | None = None,
        chat_template: bool = False,
        *,
        trust_remote_code: bool = False,
        batch_tokens: int | None = None,
    ) -> None:
        self.model, self.codec = load_model(model_path, device=device, trust_remote_code=trust_remote_code)
        self._name = Path(model_path).name
        if adapter is not None:
            self.model = _with_adapter(self.model, Path(adapter))
            self._name += f"+{Path(adapter).name}"
        if prefix is None:
            prefix = adapter_card(Path(adapter)).get("domain_token", "") if adapter is not None else ""
        self.set_prefix(prefix)
        self.chat_template = chat_template
        self.batch_tokens = batch_tokens or (32768 if self.model.device.type == "cuda" else 1024)

    def set_prefix(self, prefix: str) -> None:
        """Put another domain token (or none) before prompts from now on."""
        self.prefix = prefix
        self._tag = self.codec.tag(prefix)

    @property
    def name(self) -> str:
        return self._name

    @contextmanager
    def adapter_off(self) -> Iterator[None]:
        """Within it, the base model answers."""
        if hasattr(self.model, "disable_adapter"):
            with self.model.disable_adapter():
                yield
        else:
            yield

    def merge_adapter(self) -> None:
        """Fold the adapter into the weights: faster, and it cannot be switched off any more. In bfloat16, where rounding would
        swallow small changes, it is left beside them."""
        import torch

        if hasattr(self.model, "merge_and_unload") and self.model.dtype == torch.float32:
            self.model = self.model.merge_and_unload()

    def encode_prompt(self, prompt: str) -> list[int]:
        """Token ids of a prompt with all that goes before it; never empty."""
        return self._ids(prompt, "")

    def _ids(self, prompt: str, continuation: str) -> list[int]:
        opening = list(self.codec.opening)
        asked = split_question(prompt) if self.chat_template else None
        if asked and not asked[1] and not holds_control(self.codec.tokenizer, prompt + continuation):
            ids = self.codec.encode(chat_prompt(self.codec.tokenizer, asked[0]) + continuation.lstrip(" "), control=True)
            if opening and ids[: len(opening)] == opening:
                ids = ids[len(opening) :]
        else:
            ids = self.codec.encode(prompt + continuation)
        return [*opening, *self._tag, *ids]

    def _job(self, prompt: str, continuation: str) -> Job:
        """Context and continuation ids: the whole text is tokenised, and split where it leaves the tokens of the prompt.

        A prompt's last token that merges with the continuation belongs to the continuation.
        """
        context, whole = self._ids(prompt, ""), self._ids(prompt, continuation)
        n = next((i for i, (a, b) in enumerate(zip(context, whole, strict=False)) if a != b), min(len(context), len(whole)))
        # without any context the first token has no prediction: the end of a document before it stands in
        return (tuple(whole[:n]) or (self.codec.eos,), tuple(whole[n:]))

    def logprobs(self, pairs: Sequence[tuple[str, str]]) -> list[LogProb]:
        """Log-likelihood of each continuation after its prompt (the space between them belongs to the continuation)."""
        jobs = [self._job(prompt, continuation) for prompt, continuation in pairs]
        if not _cache_by_row(self.model):
            return score_plain(self.model, jobs)
        return score(self.model, jobs, batch_tokens=self.batch_tokens)

    def generate(self, prompts: Sequence[str], *, max_tokens: int = 32, stop: Sequence[str] = ()) -> list[str]:
        """Greedy continuations, cut before the first stop string; control tokens are left out."""
        ids = [self._ids(p, "") or [self.codec.eos] for p in prompts]
        order = sorted(range(len(ids)), key=lambda i: (len(ids[i]), i))
        size = max(1, self.batch_tokens // (max(map(len, ids), default=1) + max_tokens))
        out = [""] * len(ids)
        for batch in track([order[i : i + size] for i in range(0, len(order), size)], "generating"):
            for i, text in zip(batch, self._generate([ids[i] for i in batch], max_tokens, stop), strict=True):
                out[i] = text
        return out

    def _generate(self, batch: list[list[int]], max_tokens: int, stop: Sequence[str]) -> list[str]:
        import torch
        from transformers import GenerationConfig, StoppingCriteriaList

        width = max(map(len, batch))
        device = self.model.device
        inputs = torch.tensor([[self.codec.pad] * (width - len(b)) + b for b in batch], device=device)
        mask = torch.tensor([[0] * (width - len(b)) + [1] * len(b) for b in batch], device=device)

        def done(ids: Any, scores: Any, **_: Any) -> Any:
            texts = self.codec.tokenizer.batch_decode(ids[:, width:], skip_special_tokens=True)
            return torch.tensor([any(s in t for s in stop) for t in texts], device=device)

        config = GenerationConfig(
            max_new_tokens=max_tokens, do_sample=False, pad_token_id=self.codec.pad, eos_token_id=self._ends()
        )
        criteria = StoppingCriteriaList([done]) if stop else None
        with torch.inference_mode():
            said = self.model.generate(
                input_ids=inputs, attention_mask=mask, generation_config=config, stopping_criteria=criteria
            )
        texts = self.codec.tokenizer.batch_decode(said[:, width:], skip_special_tokens=True)
        return [_cut(t, stop) for t in texts]

    def _ends(self) -> list[int]:
        own = getattr(self.model.generation_config, "eos_token_id", None)
        more = own if isinstance(own, list) else [own] if own is not None else []
        return sorted({self.codec.eos, *more})


def _cut(text: str, stop: Sequence[str]) -> str:
    return text[: min((text.index(s) for s in stop if s in text), default=len(text))]


def _cache_by_row(model: Any) -> bool:
    # recurrent layers keep a state that a right-padded row would spoil
    kinds = getattr(model.config.get_text_config(), "layer_types", None) or []
    return all("attention" in kind and "linear" not in kind for kind in kinds)


def _with_adapter(model: Any, adapter: Path) -> Any:
    from peft import PeftModel

    if not (adapter / "adapter_config.json").is_file():
        raise UserError(f"{adapter} holds no adapter (no adapter_config.json)", "name the folder that `kg2corpus train` wrote")
    try:
        with warnings.catch_warnings():
            # what transformers and PEFT deprecate in each other is nothing that the user could act on
            warnings.simplefilter("ignore", FutureWarning)
            out = PeftModel.from_pretrained(model, str(adapter))
    except (OSError, ValueError, RuntimeError) as e:
        raise UserError(
            f"the adapter {adapter} does not fit this model: {first_line(e)}", "take the base model named in its README.md"
        ) from e
    out.eval()
    return out


def adapter_card(adapter: Path) -> dict[str, Any]:
    """What `train` recorded with an adapter (kg2corpus.json); empty for an adapter made elsewhere."""
    path = adapter / "kg2corpus.json"
    if not path.is_file():
        return {}
    card = json.loads(path.read_text(encoding="utf-8"))
    return card if isinstance(card, dict) else {}


def perplexity(lm: HfLM, text: str, *, block: int = 256, max_tokens: int | None = None) -> float:
    """Perplexity of plain text: exp of the mean negative log-likelihood (nats) of its tokens, in blocks without overlap.

    No domain token stands before the text. The first token of a block is not counted unless the tokenizer opens sequences
    with a BOS. Raises UserError for a text of less than two tokens.
    """
    import torch

    ids = lm.codec.encode(text)[:max_tokens]
    opening = list(lm.codec.opening)
    step = block - len(opening)
    blocks = [opening + ids[i : i + step] for i in range(0, len(ids), step)]
    total, count = 0.0, 0
    for row in track([b for b in blocks if len(b) > 1], "perplexity"):
        with torch.inference_mode():
            tokens = torch.tensor([row], device=lm.model.device)
            logits = lm.model(input_ids=tokens, use_cache=False).logits[0, :-1].float()
            losses = torch.nn.functional.cross_entropy(logits, tokens[0, 1:], reduction="none")
        counted = losses[max(0, len(opening) - 1) :]
        total += counted.double().sum().item()
        count += counted.numel()
    if count == 0:
        raise UserError("the text for perplexity has less than two tokens", "give a longer plain text")
    return math.exp(total / count)
