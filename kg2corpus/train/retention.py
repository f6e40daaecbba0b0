"""What keeps a model from forgetting while it learns: replay blocks are not learned, they are held to the base model.

On a block of plain text the loss is KL(base || adapted), per token, instead of the cross-entropy of the text: the adapted
model shall say there what the base model says, not what the replay text says. At equal replay text this forgets less than
learning it (MoL, arXiv 2505.12043: cross-entropy on domain text, KL to the base model on general text). The base model is the
same model with its adapter switched off, so it costs a forward pass on replay blocks alone. The divergence is small next to
a cross-entropy (tenths of a nat against several), and Adam's steps are scaled by the larger one: without a weight of its own
it would hardly be heard.
"""

from __future__ import annotations

from typing import Any


def kl_trainer(trainer: type[Any], *, weight: float) -> type[Any]:
    """A Trainer class whose loss on the rows that are marked `plain` is `weight` times the divergence from the base model."""
    import torch

    class RetainingTrainer(trainer):  # type: ignore[misc]
        loss_is_scaled_for_ga = None

        def compute_loss(
            self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
        ) -> Any:
            rows = dict(inputs)
            plain = rows.pop("plain").bool()
            if not plain.any():
                return super().compute_loss(model, rows, return_outputs, num_items_in_batch)
            if return_outputs:
                raise ValueError("replay blocks are for training: they have no outputs to evaluate")
            logits = model(input_ids=rows["input_ids"]).logits[:, :-1].float()
            labels = rows["labels"][:, 1:]
            total = weight * self._divergence(model, rows["input_ids"][plain], logits[plain], labels[plain] != -100)
            if not plain.all():
                total = total + torch.nn.functional.cross_entropy(
                    logits[~plain].flatten(0, 1), labels[~plain].flatten(), reduction="sum"
                )
            # normalised as the Trainer normalises the cross-entropy of a batch without replay
            if num_items_in_batch is None:
                return total / (labels != -100).sum().clamp(min=1)
            processes = self.accelerator.num_processes if self.args.average_tokens_across_devices else 1
            return total / num_items_in_batch * processes

        def _divergence(self, model: Any, ids: Any, logits: Any, counted: Any) -> Any:
            """Sum of KL(base || adapted) over the counted positions, in nats."""
            adapted = self.accelerator.unwrap_model(model)
            with torch.no_grad(), adapted.disable_adapter():
                base = adapted(input_ids=ids).logits[:, :-1].float().log_softmax(-1)
            each = torch.nn.functional.kl_div(logits.log_softmax(-1), base, reduction="none", log_target=True).sum(-1)
            return (each * counted).sum()

    return RetainingTrainer
