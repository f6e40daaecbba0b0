"""Packed blocks as a torch dataset, in their order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import UserError


class Blocks:
    """Blocks of token ids, memory-mapped; the loss leaves padding out (label -100), by length and not by id: many tokenizers
    pad with their EOS, and that a document ends must be learned. It leaves out as well what documents only give to be read
    (`masked`). `plain` marks blocks that are replay from end to end."""

    def __init__(self, folder: Path) -> None:
        import numpy as np

        self.mark_plain = False

        try:
            self.tokens = np.load(folder / "blocks.npy", mmap_mode="r", allow_pickle=False)
            self.lengths = np.load(folder / "lengths.npy", allow_pickle=False)
            self.plain = np.load(folder / "replay.npy", allow_pickle=False) == self.lengths
            self.masked = np.load(folder / "masked.npy", allow_pickle=False)
        except (OSError, ValueError) as e:
            raise UserError(f"the blocks in {folder} cannot be read: {e}", "remove the folder and pack again") from e

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, index: int) -> dict[str, Any]:
        import numpy as np
        import torch

        ids = torch.from_numpy(self.tokens[index].astype(np.int64))
        labels = ids.clone()
        labels[int(self.lengths[index]) :] = -100
        first, last = np.searchsorted(self.masked[:, 0], (index, index + 1))
        for _, start, end in self.masked[first:last].tolist():
            labels[start:end] = -100
        row = {"input_ids": ids, "labels": labels}
        return row | {"plain": torch.tensor(bool(self.plain[index]))} if self.mark_plain else row
