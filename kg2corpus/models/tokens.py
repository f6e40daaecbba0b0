"""Text to tokens, the same way in packing, training and probing.

What stands between documents and tokens is decided here, once: the tokens that open a sequence (a BOS where the tokenizer
puts one), the domain token, how a question looks in the model's chat format, and that markup like `<|im_end|>` inside a
label is text and never a control token.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UserError

QUESTION_FORMAT = "Question: {question}\nAnswer:"
QUESTION, ANSWER = "Question: ", "\nAnswer:"


@dataclass(frozen=True)
class Codec:
    """A tokenizer and the tokens around a text: `opening` starts each sequence, `eos` ends a document, `pad` fills."""

    tokenizer: Any
    opening: tuple[int, ...]
    eos: int
    pad: int

    def encode(self, text: str, *, control: bool = False) -> list[int]:
        """Token ids of a text, nothing around them; `control` reads control tokens in it (a rendered chat)."""
        if not text:
            return []
        ids = self.tokenizer(text, add_special_tokens=False, split_special_tokens=not control)["input_ids"]
        return [int(i) for i in ids]

    def encode_spans(self, text: str, *, control: bool = False) -> tuple[list[int], list[tuple[int, int]]]:
        """Token ids with the characters [start, end) that each stands for."""
        out = self.tokenizer(text, add_special_tokens=False, split_special_tokens=not control, return_offsets_mapping=True)
        return [int(i) for i in out["input_ids"]], [(int(a), int(b)) for a, b in out["offset_mapping"]]

    def tag(self, text: str) -> list[int]:
        """Token ids of a domain token: one control token, or a short text."""
        return self.encode(text, control=text in self.tokenizer.all_special_tokens or text in added_special(self.tokenizer))

    def decode(self, ids: list[int]) -> str:
        return str(self.tokenizer.decode(ids, skip_special_tokens=True))


def open_codec(path: Path | str) -> Codec:
    """The codec of the tokenizer in a folder (or of a hub id). Raises UserError if there is no usable tokenizer."""
    from transformers import AutoTokenizer

    quiet_transformers()
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(path))
    except (OSError, ValueError, ImportError) as e:
        raise UserError(
            f"no tokenizer could be loaded from '{path}': {first_line(e)}", "name the folder or hub id of the base model"
        ) from e
    return codec_of(tokenizer)


def codec_of(tokenizer: Any) -> Codec:
    """The codec of a loaded tokenizer. Raises UserError for one without an end-of-sequence token or without offsets."""
    if not getattr(tokenizer, "is_fast", False):
        raise UserError(
            "the tokenizer has no tokenizer.json, so tokens cannot be traced to characters",
            "save it once with transformers' AutoTokenizer (fast) and name that folder",
        )
    if tokenizer.eos_token_id is None:
        raise UserError("the tokenizer has no end-of-sequence token", "set eos_token in its tokenizer_config.json")
    bare = tokenizer("a", add_special_tokens=False)["input_ids"]
    full = tokenizer("a", add_special_tokens=True)["input_ids"]
    opening = tuple(int(i) for i in full[: _find(full, bare)])
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
    return Codec(tokenizer, opening, int(tokenizer.eos_token_id), int(pad))


def _find(full: list[int], part: list[int]) -> int:
    for i in range(len(full) - len(part) + 1):
        if full[i : i + len(part)] == part:
            return i
    return 0


def added_special(tokenizer: Any) -> list[str]:
    """Control tokens of the tokenizer in the order of their ids."""
    return [t.content for _, t in sorted(tokenizer.added_tokens_decoder.items()) if t.special]


def choose_domain_token(tokenizer: Any, domain: str) -> str:
    """A control token that the model has but does not use in text: not bos, eos, pad, unk or part of the chat template.

    Such a token is one position long and its embedding exists already. Without one, a short text tag stands in.
    (A source tag on useful documents: Physics of Language Models 3.3, results 10 to 12.)
    """
    used = {tokenizer.bos_token, tokenizer.eos_token, tokenizer.pad_token, tokenizer.unk_token}
    template = tokenizer.chat_template if isinstance(tokenizer.chat_template, str) else str(tokenizer.chat_template or "")
    free = [t for t in added_special(tokenizer) if t not in used and t not in template]
    # what names a source reads best; tool, image and fill-in-the-middle markers have a meaning to the model
    for wanted in ("<reponame>", "<repo_name>", "<filename>", "<file_sep>"):
        if wanted in free:
            return wanted
    for token in free:
        if "reserved" in token.casefold() or "unused" in token.casefold():
            return token
    return f"[{' '.join(domain.split())[:24] or 'kg'}]\n"


def split_question(text: str) -> tuple[str, str] | None:
    """(question, answer) of a text in QUESTION_FORMAT, the answer without its leading space; None for any other text."""
    if not text.startswith(QUESTION):
        return None
    question, mark, answer = text[len(QUESTION) :].partition(ANSWER)
    return (question, answer.lstrip(" ")) if mark else None


def chat_prompt(tokenizer: Any, question: str) -> str:
    """The question as the user's turn in the model's chat format, up to where the answer begins. UserError if there is none."""
    if not tokenizer.chat_template:
        raise UserError("this model's tokenizer has no chat template", "leave --chat-template away, or take an instruct model")
    turns = [{"role": "user", "content": question}]
    return str(tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True))


def holds_control(tokenizer: Any, text: str) -> bool:
    """Whether a text spells a control token: it cannot be rendered as chat without being read as one."""
    return any(token in text for token in added_special(tokenizer))


def quiet_transformers() -> None:
    """Keep the libraries' own bars and notices off the terminal: progress is ours to show."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()


def first_line(error: BaseException) -> str:
    """The first line of what an exception says, for a message of our own."""
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
