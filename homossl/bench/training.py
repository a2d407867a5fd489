"""Whole training steps: H-SSL, A-SSL, S-TEC and SimCLR with one encoder and batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch

from groups import Affine2, image_action
from homossl.bench.networks import plain
from homossl.bench.setting import Setting
from homossl.bench.timing import endless
from homossl.bench.work import TRAINING, Arm, Work
from homossl.credit import Backprop
from homossl.data import Images, Split
from homossl.encoders.architecture import ImageArchitecture
from homossl.objectives import MLP, Bins, InfoNCE, InverseModel, Objective
from homossl.targets import Shared
from homossl.train import AdamW, Cosine, Recipe
from homossl.transforms import published
from homossl.types import Views
from homossl.views import FeatureFibre, FullOrbit, InputAugmentation, RandomResizedCrop, Uniform, ViewSource, Window

BATCHES, CELLS = 4, 5


@dataclass(frozen=True)
class Noise:
    """Images of noise, which cost as much as any others, x: (count 3 size size) uint8."""

    count: int
    """How many."""
    size: int
    """Pixels along each side."""

    def load(self, split: Split) -> Images:
        """The images of one split."""
        rng = torch.Generator().manual_seed(int(split == "test"))
        x = torch.randint(256, (self.count, 3, self.size, self.size), generator=rng, dtype=torch.uint8)
        return Images(x, torch.zeros(self.count, dtype=torch.int64), ("noise",))


def recipe(setting: Setting, name: str, views: ViewSource, objective: Objective, encoder: ImageArchitecture) -> Recipe:
    """What the recipes share."""
    return Recipe(
        name=name,
        data=Noise(BATCHES * setting.batch, setting.size),
        group=setting.group,
        encoder=encoder,
        views=views,
        objective=objective,
        target=Shared(),
        credit=Backprop(),
        optimiser=AdamW(),
        schedule=Cosine(),
        hardware=setting.hardware,
        batch_size=setting.batch,
    )


def contrast() -> InfoNCE:
    """InfoNCE of projections."""
    return InfoNCE(temperature=0.2, projector=MLP(256, 64))


def window(setting: Setting) -> Window:
    """The middle of the feature field."""
    return Window(min(CELLS, setting.cells))


def hssl(setting: Setting, encoder: ImageArchitecture | None = None) -> Recipe:
    """Both views read from one feature field that two elements of C_n turn."""
    views = FeatureFibre(motion=Uniform(), window=window(setting))
    return recipe(setting, "hssl", views, contrast(), encoder or setting.encoder)


def orbit(setting: Setting, encoder: ImageArchitecture | None = None) -> Recipe:
    """All views of one feature field that C_n turns it to, and the loss of all of their pairs."""
    return recipe(setting, "orbit", FullOrbit(window=window(setting)), contrast(), encoder or setting.encoder)


def assl(setting: Setting, encoder: ImageArchitecture | None = None) -> Recipe:
    """The features of two turned inputs, by the same draws."""
    views = InputAugmentation(motion=Uniform(), window=window(setting))
    return recipe(setting, "assl", views, contrast(), encoder or setting.encoder)


def crops(setting: Setting) -> InputAugmentation:
    """Two random resized crops of each image, flipped, jittered and made grey, as published for CIFAR."""
    action = image_action(Affine2(), 3, padding="border")
    motion = RandomResizedCrop(setting.size)
    return InputAugmentation(action, motion, transforms=published.CIFAR, window=window(setting))


def simclr(setting: Setting, encoder: ImageArchitecture | None = None) -> Recipe:
    """InfoNCE of crops."""
    return recipe(setting, "simclr", crops(setting), contrast(), encoder or setting.encoder)


def stec(setting: Setting, encoder: ImageArchitecture | None = None) -> Recipe:
    """InfoNCE of crops, and the published inverse model."""
    inverse = InverseModel(code=Bins.published(setting.size), mode="official")
    return recipe(setting, "stec", crops(setting), 2.0 * contrast() + 1.0 * inverse, encoder or setting.encoder)


def step_of(setting: Setting, of: Callable[..., Recipe], twin: bool = False, compiled: bool = False) -> Work:
    """Steps of a recipe, with the encoder of homossl or its plain twin."""
    eager = of(setting, plain(setting) if twin else None)
    trainer = endless(replace(eager, hardware=replace(eager.hardware, compile=compiled)))
    counting = endless(eager).step if compiled else trainer.step
    return Work(trainer.step, setting.batch, pairs_of(trainer), counting=counting, module=trainer.learner)


def pairs_of(trainer: Any) -> int:
    """How many pairs of views the loss compares in one step."""
    seen: list[Views] = []
    hook = trainer.learner.head.register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    trainer.step()
    hook.remove()
    return sum(len(pairs) for views in seen for pairs in views.pairs())


def _arm(name: str, title: str, of: Callable[..., Recipe], twin: bool = False, compiled: bool = False) -> Arm:
    name, title = name + "-compiled" * compiled, title + ", compiled" * compiled
    return Arm(name, title, TRAINING, partial(step_of, of=of, twin=twin, compiled=compiled))


ARMS = (
    _arm("assl-plain", "A-SSL, plain", assl, twin=True),
    _arm("assl", "A-SSL", assl),
    _arm("hssl", "H-SSL", hssl),
    _arm("orbit", "H-SSL, all pairs of an orbit", orbit),
    _arm("stec", "S-TEC", stec),
    _arm("simclr-plain", "SimCLR, plain", simclr, twin=True),
)
COMPILED = (
    _arm("assl-plain", "A-SSL, plain", assl, twin=True, compiled=True),
    _arm("assl", "A-SSL", assl, compiled=True),
    _arm("hssl", "H-SSL", hssl, compiled=True),
)
