"""A language model and a tokenizer small enough for tests: a random Llama of four layers and a byte-level BPE."""

from __future__ import annotations

from pathlib import Path
from typing import Any

CHAT = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<reponame>", "<filename>")
TEXT = (
    "The capital of Bhutan is Thimphu. Question: What is the capital of France?\nAnswer: Paris. "
    "London lies in the United Kingdom, and Asunción in Paraguay. Its currency is the guaraní."
)


def tokenizer(*, bos: bool = False, special: bool = True, chat: bool = True) -> Any:
    """A byte-level BPE with SmolLM2's control tokens; `bos` makes it open each sequence with one, as Llama's does."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    names = list(SPECIAL) if special else list(SPECIAL[:3])
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=420, special_tokens=names, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    made.train_from_iterator([TEXT] * 4, trainer)
    if bos:
        made.post_processor = processors.TemplateProcessing(
            single="<|im_start|> $A", special_tokens=[("<|im_start|>", made.token_to_id("<|im_start|>"))]
        )
    out = PreTrainedTokenizerFast(
        tokenizer_object=made, bos_token="<|im_start|>", eos_token="<|im_end|>", pad_token="<|im_end|>",
        unk_token="<|endoftext|>",
    )  # fmt: skip
    if chat:
        out.chat_template = CHAT
    return out


def model(vocabulary: int, *, layers: int = 4, seed: int = 0) -> Any:
    """A random Llama with grouped attention and tied embeddings."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=vocabulary, hidden_size=32, intermediate_size=64, num_hidden_layers=layers, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=512, tie_word_embeddings=True, bos_token_id=1, eos_token_id=2,
        pad_token_id=2, initializer_range=0.2,
    )  # fmt: skip
    return LlamaForCausalLM(config).eval()


def save(folder: Path, *, bos: bool = False, special: bool = True, chat: bool = True, layers: int = 4) -> Path:
    """A model folder as transformers saves it. Returns the folder."""
    tokens = tokenizer(bos=bos, special=special, chat=chat)
    tokens.save_pretrained(folder)
    model(len(tokens), layers=layers).save_pretrained(folder)
    return folder
