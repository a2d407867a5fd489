"""How well predicted masks overlap the true ones: mean intersection over union, and pixel accuracy."""

from __future__ import annotations

from torch import Tensor

from homossl.data.scenes import VOID


def confusion(predicted: Tensor, target: Tensor, k: int) -> Tensor:
    """How many pixels of class t were taken for p, counts: (k k) at [t, p]; pixels that are VOID in the target are not.

    predicted, target: int64 of one shape.

    >>> import torch
    >>> confusion(torch.tensor([0, 1, 1, 0]), torch.tensor([0, 1, 0, VOID]), 2)
    tensor([[1, 1],
            [0, 1]])

    Raises:
        ValueError: the shapes differ, or a class is not one of 0..k-1.
    """
    if predicted.shape != target.shape:
        raise ValueError(f"expected masks of one shape, got {tuple(predicted.shape)} and {tuple(target.shape)}")
    scored = target != VOID
    pairs = [_checked(name, mask[scored], k) for name, mask in (("target", target), ("predicted", predicted))]
    return (k * pairs[0] + pairs[1]).bincount(minlength=k * k).reshape(k, k)


def mean_iou(counts: Tensor) -> float:
    """The mean of |T_c & P_c| / |T_c | P_c| over the classes c that occur in the target or the prediction.

    counts: (k k) of `confusion`, over all images of a set. The ground, class 0, is one of the classes, VOID is none: as
    torchmetrics' JaccardIndex(task="multiclass", average="macro", ignore_index=VOID), and not as its MeanIoU, which is
    a mean over images.

    Raises:
        ValueError: no pixel was scored.
    """
    _check_scored(counts)
    both, either = counts.diagonal(), counts.sum(0) + counts.sum(1) - counts.diagonal()
    occurs = either > 0
    return (both[occurs].double() / either[occurs]).mean().item()


def pixel_accuracy(counts: Tensor) -> float:
    """The share of the scored pixels, the ground's included, whose class was predicted; counts: (k k) of `confusion`.

    Raises:
        ValueError: no pixel was scored.
    """
    _check_scored(counts)
    return (counts.trace() / counts.sum()).item()


def _checked(name: str, classes: Tensor, k: int) -> Tensor:
    if len(classes) and not 0 <= int(classes.min()) <= int(classes.max()) < k:
        seen = f"{int(classes.min())}..{int(classes.max())}"
        raise ValueError(f"{name}: expected classes in 0..{k - 1}, or {VOID} where the target is void, got {seen}")
    return classes.long()


def _check_scored(counts: Tensor) -> None:
    if not counts.any():
        raise ValueError(f"no pixel is scored: every mask holds {VOID} (void) only")
