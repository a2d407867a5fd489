"""Backbones: feature maps of any image encoder, from fine to coarse, with the group actions it claims for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from groups import FieldAction
from homossl.encoders import Encoder
from homossl.train import load_learner
from homossl.transfer.levels import Level, Levels, Observed, Staged
from homossl.verify.models import Loaded, load_model

LIBRARIES = ("torchvision", "timm")
"""Whose models are told by a prefix; all other names may be those of files."""


class Backbone(nn.Module):
    """An encoder as tasks see it: x: (b c h w) in [0, 1] -> features (b c_i h_i w_i) of each level, fine to coarse.

    There is a level for each resolution: the last features at it. Where the encoder is one of ours, each has the
    action that the encoder claims; where it is of torchvision or timm it has none.

    >>> from groups import Cyclic
    >>> from homossl.encoders import CNN
    >>> backbone = backbone_of(CNN().build(Cyclic(4), 1, 17), (1, 17, 17))
    >>> [(level.channels, level.stride) for level in backbone.levels]
    [(32, 1), (64, 2), (128, 4)]
    """

    mean: Tensor
    std: Tensor

    def __init__(self, body: Levels, mean: Sequence[float] = (0.0,), std: Sequence[float] = (1.0,)) -> None:
        super().__init__()
        self.body = body
        self.register_buffer("mean", torch.tensor(mean)[:, None, None])
        self.register_buffer("std", torch.tensor(std)[:, None, None])

    @property
    def levels(self) -> tuple[Level, ...]:
        """Its levels, fine to coarse."""
        return self.body.levels

    @property
    def action_in(self) -> FieldAction | None:
        """How the group moves images, where that is known."""
        return self.body.action_in

    def forward(self, x: Tensor) -> list[Tensor]:
        return self.body((x - self.mean) / self.std)

    def readings(self, features: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """What classification reads of features: with the pose kept (b d), and without it (b k).

        Both are the average over space of the last level where nothing is known of an action.
        """
        action, encoder = self.levels[-1].action, getattr(self.body, "encoder", None)
        if encoder is not None and encoder.action_out == action:
            return encoder.readings(features[-1])  # one whose base points are out of place puts them back
        if action:
            return action.readings(features[-1])
        mean = features[-1].mean((-2, -1))
        return mean, mean


def backbone_of(
    source: str | Path | nn.Module, shape: tuple[int, ...], *, weights: str | None = None, seed: int = 0
) -> Backbone:
    """The backbone of images of shape (c h w) that an encoder is, or that the name of a model stands for.

    Names are those of `homossl verify`: a run, a checkpoint, torchvision:NAME, timm:NAME, package.module:callable or
    path/file.py:callable; weights that are not loaded are drawn from the seed.

    Raises:
        ValueError: the name says nothing, the encoder does not fit images of this shape, or has no feature maps.
    """
    if isinstance(source, Backbone):
        return source
    if isinstance(source, nn.Module):
        return _of_module(Loaded(source), shape)
    if is_run(source):
        return _of_run(Path(source), shape)
    return _of_module(load_model(str(source), weights, seed), shape)


def is_run(source: str | Path) -> bool:
    """Whether a name is that of a run or a checkpoint."""
    return str(source).partition(":")[0] not in LIBRARIES and Path(source).exists()


def _of_run(run: Path, shape: tuple[int, ...]) -> Backbone:
    learner, recipe = load_learner(run)
    _check_channels(learner.encoder, shape)
    try:
        recipe.encoder.on(recipe.group, shape)
    except ValueError as error:
        raise ValueError(f"the encoder of {run} does not fit images of shape {shape}: {error}") from error
    return _of_module(Loaded(learner.encoder), shape)


def _of_module(loaded: Loaded, shape: tuple[int, ...]) -> Backbone:
    if isinstance(loaded.model, Encoder):
        _check_channels(loaded.model, shape)
        return Backbone(Staged(loaded.model, shape))
    return Backbone(Observed(loaded.model, shape, loaded.channels), loaded.mean, loaded.std)


def _check_channels(encoder: Encoder, shape: tuple[int, ...]) -> None:
    action = encoder.action_in
    if not isinstance(action, FieldAction):
        raise ValueError(f"transfer is for encoders of images, got one of samples moved by {action}")
    if action.fibre.dim != shape[0]:
        raise ValueError(f"the encoder takes images of {action.fibre.dim} channels, got images of shape {shape}")
