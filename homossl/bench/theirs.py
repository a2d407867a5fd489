"""Whole training steps of other libraries."""

from __future__ import annotations

import torch

from homossl.bench.networks import network
from homossl.bench.setting import Setting
from homossl.bench.training import CELLS, Noise, window
from homossl.bench.work import TRAINING, Arm, Work


def lightly(setting: Setting) -> Work:
    """SimCLR of lightly on the plain twin: its transforms, one image at a time, its projection head and its loss."""
    from lightly.loss import NTXentLoss  # type: ignore[import-not-found]
    from lightly.models.modules import SimCLRProjectionHead  # type: ignore[import-not-found]
    from lightly.transforms import SimCLRTransform  # type: ignore[import-not-found]
    from torchvision.transforms.functional import to_pil_image

    pictures = [to_pil_image(x) for x in Noise(setting.batch, setting.size).load("train").x]
    draw = SimCLRTransform(setting.size, cj_strength=0.5, gaussian_blur=0.0)
    encoder = network(setting, "plain")
    cells, channels = min(CELLS, setting.cells), encoder.action_out.fibre.dim  # type: ignore[attr-defined]
    head = SimCLRProjectionHead(channels * cells**2, 256, 64).to(setting.images())
    model, read, loss = torch.nn.ModuleList([encoder, head]), window(setting), NTXentLoss(temperature=0.2)
    optimiser = torch.optim.AdamW(model.parameters())

    def step() -> None:
        x = torch.cat([torch.stack(views) for views in zip(*map(draw, pictures), strict=True)])
        optimiser.zero_grad(set_to_none=True)
        with setting.fabric.autocast():
            field = read.crop(encoder.action_out, encoder(x.to(setting.images())))
            value = loss(*head(field.flatten(1)).chunk(2))
        value.backward()
        optimiser.step()

    return Work(step, setting.batch, setting.batch, counting=step, module=model)


ARMS = (Arm("lightly", "SimCLR of lightly, plain", TRAINING, lightly, ("lightly",)),)
