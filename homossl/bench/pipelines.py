"""Augmentation pipelines side by side: the same affine crops and photometric changes, by several libraries.

All ask for crops of 0.08..1 of the area with ratios of 3/4..4/3, flips with 1/2, jitter of (0.4, 0.4, 0.4, 0.1) with
0.8 and grey with 0.2. kornia draws one order of the jitter for each batch, homossl and torchvision one for each view;
torchvision draws one set of parameters for each call, so that it is called once for each view.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from groups import Affine2, image_action
from homossl.bench.setting import Setting
from homossl.bench.work import VIEWS, Arm, Work
from homossl.transforms import published
from homossl.types import Batch
from homossl.views import InputAugmentation, RandomResizedCrop

Pipeline = Callable[[Tensor], Tensor]
"""x: (b 3 s s) float in [0, 1] -> two views of each image, (2 b 3 s s)."""


def ours(setting: Setting) -> Pipeline:
    """homossl's: the whole batch at once, one resample."""
    action = image_action(Affine2(), 3, padding="border")
    views = InputAugmentation(action, RandomResizedCrop(setting.size), transforms=published.CIFAR)
    rng = torch.Generator(setting.where).manual_seed(0)
    return lambda x: views.draw(Batch(x), rng).x


def kornia(setting: Setting) -> Pipeline:
    """kornia's: the whole batch at once, crops by one resample."""
    import kornia.augmentation as K  # type: ignore[import-not-found]

    crop = K.RandomResizedCrop((setting.size, setting.size), cropping_mode="resample")
    jitter = K.ColorJiggle(0.4, 0.4, 0.4, 0.1, p=0.8)
    sequence = K.AugmentationSequential(crop, K.RandomHorizontalFlip(), jitter, K.RandomGrayscale(p=0.2))
    return lambda x: sequence(torch.cat([x, x]))


def torchvision(setting: Setting) -> Pipeline:
    """torchvision's v2: image by image."""
    from torchvision.transforms import v2

    jitter = v2.RandomApply([v2.ColorJitter(0.4, 0.4, 0.4, 0.1)], p=0.8)
    crop = v2.RandomResizedCrop(setting.size, antialias=False)
    sequence = v2.Compose([crop, v2.RandomHorizontalFlip(), jitter, v2.RandomGrayscale(0.2)])
    return lambda x: torch.stack([sequence(image) for _ in range(2) for image in x])


def views_of(setting: Setting, of: Callable[[Setting], Pipeline]) -> Work:
    """Two views of every image of a batch on the device."""
    pipeline, x = of(setting), setting.images()
    return Work(lambda: pipeline(x), setting.batch)


ARMS = (
    Arm("ours", "homossl", VIEWS, partial(views_of, of=ours)),
    Arm("kornia", "kornia", VIEWS, partial(views_of, of=kornia), ("kornia",)),
    Arm("torchvision", "torchvision v2", VIEWS, partial(views_of, of=torchvision)),
)
