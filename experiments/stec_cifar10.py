"""SimCLR against S-TEC on CIFAR-10, as a pair: `homossl pretrain experiments/stec_cifar10.py:stec`, and `:simclr`.

Source: as `experiments/stec_published.py`, with fewer epochs and smaller batches.
Setting: ResNet-18, batches of 512, 30 epochs, bfloat16, LARS with the published learning rate scaled to the batch.
Expected figure: none; both are far from converged. `homossl compare` sets the two runs side by side.
Cost: sized for one GPU in about 10 minutes for the pair; not measured on a GPU.
"""

from __future__ import annotations

from dataclasses import replace

from experiments.stec_published import cifar10, nt_xent
from homossl.train import LARS, Cosine, Hardware

stec = replace(
    cifar10,
    name="stec-cifar10-30",
    optimiser=LARS(lr=2.0),
    schedule=Cosine(warmup=2),
    hardware=Hardware(precision="bf16-mixed"),
    batch_size=512,
    epochs=30,
)

simclr = replace(stec, name="simclr-cifar10-30", objective=2.0 * nt_xent(0.5, 512, 64))
