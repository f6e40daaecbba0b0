"""The Trainer, held to the declared order, and its bar."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from transformers import Trainer, TrainerCallback

from ..killpoints import reach
from ..progress import track


def sequential_trainer() -> type[Any]:
    """The Trainer class that takes the blocks in their order: step k sees the blocks after those of step k - 1.

    With several processes a step's blocks are dealt to them in turn, so each step still sees the same blocks.
    """
    from torch.utils.data import SequentialSampler

    class SequentialTrainer(Trainer):  # type: ignore[misc]
        def _get_train_sampler(self, train_dataset: Any = None) -> Any:
            return SequentialSampler(self.train_dataset if train_dataset is None else train_dataset)

    return SequentialTrainer


class Progress(TrainerCallback):  # type: ignore[misc]
    """A bar with ETA on the main process, and the mark of a whole checkpoint."""

    def __init__(self) -> None:
        self._bar: Iterator[int] | None = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if state.is_world_process_zero:
            self._bar = iter(track(range(state.global_step, state.max_steps), "training"))
            next(self._bar, None)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if self._bar is not None:
            next(self._bar, None)
        reach(f"train.step.{state.global_step}")

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if state.is_world_process_zero:
            Path(args.output_dir, f"checkpoint-{state.global_step}", "whole").touch()
        reach(f"train.saved.{state.global_step}")

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if self._bar is not None:
            next(self._bar, None)
            self._bar = None
