"""Training: packed blocks in their declared order to a PEFT adapter, with the Hugging Face Trainer, checkpoints and resume."""

from __future__ import annotations

import json
import math
import os
import shutil
import time
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..documents import write_text
from ..errors import UserError
from ..killpoints import reach
from ..models.bundled import resolve_model
from ..models.hf import load_model, pick_device
from ..models.tokens import quiet_transformers
from ..pack import read_pack
from .adapters import add_lora, save_lora, trainable
from .card import base_id, model_card, model_fingerprint, versions
from .data import Blocks

FORMAT_VERSION = 1
CARD = "kg2corpus.json"
LOGGED = 200  # points of the loss curve


@dataclass(frozen=True)
class Settings:
    """What the adapter depends on besides blocks and base model."""

    rank: int
    alpha: float
    layers: str | None
    lr: float
    batch: int
    accumulate: int
    epochs: int
    warmup: float
    schedule: str
    replay_loss: str
    replay_weight: float
    strength: float
    seed: int


def train(
    blocks: Path,
    out: Path,
    *,
    model: str = "smollm2",
    rank: int = 16,
    alpha: float = 32,
    layers: str | None = None,
    lr: float = 3e-3,
    batch: int = 1,
    accumulate: int = 1,
    epochs: int = 1,
    warmup: float = 0.03,
    schedule: str = "linear",
    replay_loss: str = "kl",
    replay_weight: float = 3,
    strength: float = 1.0,
    seed: int = 0,
    save_every: int = 100,
    resume: bool = True,
    device: str | None = None,
    trust_remote_code: bool = False,
) -> dict[str, Any]:
    """Train a LoRA adapter on packed blocks. Returns what `kg2corpus.json` in the adapter folder holds.

    `batch` blocks make a forward pass and `accumulate` passes an optimizer step, on each process. The learning rate warms
    up over the share `warmup` of the steps, then follows `schedule` (linear, cosine, constant). `replay_loss` says whether
    blocks of plain text are held to the base model ("kl", see `train.retention`, times `replay_weight`) or learned like
    the rest ("text"). `strength`, above 0 and up to 1, scales the finished adapter. Every `save_every` steps a checkpoint
    is kept beside `out`; the next call with the same blocks, model and settings goes on from it (`resume`), and one that
    finds the finished adapter returns at once. Raises UserError for unusable blocks, model, device or layers.
    """
    settings = Settings(
        rank, alpha, layers, lr, batch, accumulate, epochs, warmup, schedule, replay_loss, replay_weight, strength, seed
    )
    _check(settings, save_every)
    packed = read_pack(blocks)
    path = resolve_model(model)
    origin = {
        "fingerprints": {
            "blocks": packed["fingerprint"], "corpus": packed["corpus"], "graph": packed.get("graph", ""),
            "split": packed.get("split", ""), "base_model": model_fingerprint(path),
        },
        "base_id": base_id(model, path), "settings": asdict(settings),
    }  # fmt: skip
    done = _finished(out)
    if done is not None and resume and all(done.get(k) == v for k, v in origin.items()):
        return done
    data = Blocks(blocks)
    work = out.with_name(f".{out.name}.part")
    args = _arguments(work / "checkpoints", settings, len(data), save_every, pick_device(device))
    main = _prepare(work, origin, resume)
    started = time.monotonic()
    with warnings.catch_warnings():
        # what transformers and PEFT deprecate in each other is nothing that the user could act on
        warnings.simplefilter("ignore", FutureWarning)
        lora, trainer = _trainer(path, data, args, settings, packed, device, trust_remote_code)
        trainer.train(resume_from_checkpoint=_checkpoint(work / "checkpoints"))
    card = {
        "format_version": FORMAT_VERSION, **origin, "base_model": model, "name": packed.get("name", ""),
        "counterfactual": packed.get("counterfactual", ""), "domain_token": packed["domain_token"],
        "chat_template": packed["settings"]["chat_template"], "tokens": int(data.lengths.sum()) * epochs,
        "steps": trainer.state.global_step, "parameters": trainable(lora), "seconds": round(time.monotonic() - started, 1),
        "loss": [[e["step"], round(e["loss"], 4)] for e in trainer.state.log_history if "loss" in e],
        "processes": args.world_size, "device": str(args.device), "versions": versions(),
    }  # fmt: skip
    if main:
        _write(work, out, lora, card, packed, trainer.state.log_history)
    _wait()
    return card


def _check(settings: Settings, save_every: int) -> None:
    small = {k: v for k, v in asdict(settings).items() if k in ("rank", "batch", "accumulate", "epochs") and v < 1}
    small |= {"save_every": save_every} if save_every < 1 else {}
    for name, value in small.items():
        raise UserError(f"{name} is {value}", "it must be 1 or more")
    if not 0 <= settings.warmup < 1 or settings.lr <= 0:
        raise UserError(f"lr {settings.lr}, warmup {settings.warmup}", "lr must be above 0, warmup a share from 0 to below 1")
    if settings.schedule not in ("linear", "cosine", "constant"):
        raise UserError(f"unknown schedule '{settings.schedule}'", "there is: linear, cosine, constant")
    if not 0 < settings.strength <= 1:
        raise UserError(f"a strength of {settings.strength} is not one", "give a number above 0 and up to 1")
    if settings.replay_weight <= 0:
        raise UserError(f"a replay_weight of {settings.replay_weight} is not one", "give a number above 0")
    if settings.replay_loss not in ("kl", "text"):
        raise UserError(f"unknown replay_loss '{settings.replay_loss}'", "there is: kl, text")


def _finished(out: Path) -> dict[str, Any] | None:
    """The card of a finished adapter. Raises UserError where the folder holds something else."""
    if (out / CARD).is_file():
        card: dict[str, Any] = json.loads((out / CARD).read_text(encoding="utf-8"))
        return card
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(f"{out} is there already and holds no adapter of ours", "give another --out, or remove it")
    return None


def _arguments(folder: Path, settings: Settings, count: int, save_every: int, device: str) -> Any:
    from transformers import TrainingArguments

    quiet_transformers()
    world = int(os.environ.get("WORLD_SIZE", "1"))
    passes = math.ceil(count / (settings.batch * world))
    steps = math.ceil(passes / settings.accumulate) * settings.epochs
    log_every = max(1, steps // LOGGED)
    warm = math.ceil(settings.warmup * steps)
    schedule = "constant_with_warmup" if settings.schedule == "constant" else settings.schedule
    return TrainingArguments(
        output_dir=str(folder),
        per_device_train_batch_size=settings.batch,
        gradient_accumulation_steps=settings.accumulate,
        num_train_epochs=settings.epochs,
        learning_rate=settings.lr,
        lr_scheduler_type=schedule,
        warmup_steps=warm,
        weight_decay=0.0,
        seed=settings.seed,
        bf16=device.startswith("cuda"),
        use_cpu=device == "cpu",
        ddp_backend="gloo" if device == "cpu" and world > 1 else None,
        # the loss curve of a resumed run is that of an unbroken one if checkpoints fall on logged steps
        save_steps=math.ceil(save_every / log_every) * log_every,
        save_strategy="steps",
        save_total_limit=2,
        logging_steps=log_every,
        logging_nan_inf_filter=False,
        report_to=[],
        disable_tqdm=True,
        log_level="error",
        log_level_replica="error",
        remove_unused_columns=False,
        dataloader_drop_last=False,
        dataloader_pin_memory=device.startswith("cuda"),
    )


def _prepare(work: Path, origin: dict[str, Any], resume: bool) -> bool:
    """Make the work folder, without checkpoints of another run in it. Returns whether this is the main process."""
    main = int(os.environ.get("RANK", "0")) == 0
    mark = work / "origin.json"
    text = json.dumps(origin, sort_keys=True, indent=1)
    if main:
        if not resume or not mark.is_file() or mark.read_text(encoding="utf-8") != text:
            shutil.rmtree(work, ignore_errors=True)
        shutil.rmtree(work / "adapter", ignore_errors=True)
        write_text(mark, text)
    _wait()
    return main


def _wait() -> None:
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        from accelerate import PartialState

        PartialState().wait_for_everyone()


def _checkpoint(folder: Path) -> str | None:
    """The last whole checkpoint: one whose `whole` mark was set after all of its files were written."""
    whole = [p for p in folder.glob("checkpoint-*") if (p / "whole").is_file()]
    return str(max(whole, key=lambda p: int(p.name.split("-")[1]))) if whole else None


def _trainer(
    path: Path | str,
    data: Blocks,
    args: Any,
    settings: Settings,
    packed: dict[str, Any],
    device: str | None,
    trust_remote_code: bool,
) -> tuple[Any, Any]:
    from transformers import PrinterCallback, set_seed

    from .order import Progress, sequential_trainer
    from .retention import kl_trainer

    model, codec = load_model(path, device=device, trust_remote_code=trust_remote_code)
    if int(data.tokens.max(initial=0)) >= model.get_input_embeddings().num_embeddings or codec.eos != packed["eos"]:
        raise UserError(f"the blocks were not packed with the tokenizer of {path}", "pack the corpus again with this model")
    set_seed(settings.seed)
    lora = add_lora(model, rank=settings.rank, alpha=settings.alpha, layers=settings.layers)
    lora.config.use_cache = False
    lora.train()
    kind = sequential_trainer()
    if settings.replay_loss == "kl":
        kind = kl_trainer(kind, weight=settings.replay_weight)
    data.mark_plain = settings.replay_loss == "kl"
    trainer = kind(model=lora, args=args, train_dataset=data, callbacks=[Progress()])
    trainer.remove_callback(PrinterCallback)
    return lora, trainer


def _write(
    work: Path, out: Path, lora: Any, card: dict[str, Any], packed: dict[str, Any], history: list[dict[str, Any]]
) -> None:
    folder = work / "adapter"
    for config in lora.peft_config.values():
        config.lora_alpha *= card["settings"]["strength"]
    save_lora(lora, folder, base=card["base_id"])
    lines = [json.dumps(entry, sort_keys=True) for entry in history if "loss" in entry]
    write_text(folder / "train-log.jsonl", "".join(line + "\n" for line in lines))
    write_text(folder / "README.md", model_card(card, packed))
    write_text(folder / CARD, json.dumps(card, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    reach("train.written")
    if out.exists():
        shutil.rmtree(out)
    folder.rename(out)
    shutil.rmtree(work)
