"""Measure how much of an action can be read from the latents of an encoder."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from homossl.data import AnySamples
from homossl.evaluate.features import any_weight
from homossl.evaluate.pose.following import retrieval
from homossl.evaluate.pose.pairs import latent_pairs
from homossl.evaluate.pose.predictors import ByAction, ByMap, Predictor, declared
from homossl.evaluate.pose.reading import read_motion
from homossl.evaluate.pose.regressors import Perceptron, Regressor
from homossl.evaluate.pose.scores import PoseScores
from homossl.objectives import Readout
from homossl.views import InputAugmentation, ViewSource
from homossl.views.base import MovedViews


def pose_scores(
    encoder: nn.Module,
    train: AnySamples,
    test: AnySamples,
    views: ViewSource,
    *,
    regressor: Regressor | None = None,
    readout: Readout = Readout(),
    draws: int = 4,
    count: int = 8,
    seed: int = 0,
) -> PoseScores:
    """How much of the motion between two views the frozen encoder's latents tell, fitted on train, scored on test.

    A regression from [z_l; z_r] to the code of the motion tells the motion itself. And the latent of one view, moved by
    the action that the encoder declares, or else by a regression from [z_l; code of the motion], should be nearest to
    the right one of several views of the same image; that is left out where views are frames, which are two.

    Args:
        encoder: any module from images (b c h w) to latents (b d) or (b c h w); it is left as it was.
        train: images to fit regressions on.
        test: held-out images.
        views: how images are moved, or the frames of each sample and the motion between them; what they leave open is
            filled in by the encoder's own action.
        regressor: what to fit; None: `Perceptron()`.
        readout: what regressions read of a latent; averaged over space by default, the pose in the fibre kept.
        draws: pairs of views of each training image, where views are drawn.
        count: views of each test image to choose from, besides the source.
        seed: of the motions.

    Raises:
        ValueError: draws or count is below 1, the views have no action and the encoder declares none, their group
            moves nothing, latents are infinite or not numbers, or there are too few images for a regression.
        TypeError: the views are not two inputs of each image, or it is not known how to write elements of the group as
            vectors.
    """
    if draws < 1 or count < 1:
        raise ValueError(f"draws and count must be at least 1, got {draws} and {count}")
    regressor, views = regressor or Perceptron(seed=seed), resolved(views, encoder)
    rng = torch.Generator(any_weight(encoder).device).manual_seed(seed)
    drawn = isinstance(views, InputAugmentation)
    pairs = latent_pairs(encoder, train, views, rng, readout, draws if drawn else 1)
    held = latent_pairs(encoder, test, views, rng, readout)
    reading = read_motion(pairs, held, regressor, torch.Generator().manual_seed(seed))
    if not drawn:
        return PoseScores(pairs.motion.group, reading)
    action = declared(encoder, views)
    predictor: Predictor = ByAction(action) if action else ByMap.of(pairs, regressor, readout)
    ranks = retrieval(encoder, test, views, predictor, rng, count)
    return PoseScores(pairs.motion.group, reading, ranks, str(predictor))


def resolved(views: ViewSource, encoder: nn.Module) -> ViewSource:
    """The views with an action, of their own or the encoder's."""
    own: Any = getattr(encoder, "action_in", None)
    if own is None and isinstance(views, MovedViews) and views.action is None:
        raise ValueError(f"{type(encoder).__name__} declares no action on its inputs: give the views one")
    return views if own is None else views.on(own)
