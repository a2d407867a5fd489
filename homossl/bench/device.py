"""What the device can do: the rate of a large product of matrices, and the bandwidth of a large copy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from homossl.bench.setting import Setting
from homossl.bench.work import DEVICE, Arm, Work

SIDES = {"cpu": 1024, "cuda": 8192}
BYTES = {"cpu": 2**27, "cuda": 2**30}


def matmul(setting: Setting) -> Work:
    """C = A B, n x n in the format of the arithmetic, 2 n^3 operations."""
    n = SIDES.get(setting.where.type, SIDES["cpu"])
    a, b = (torch.rand(n, n, device=setting.where).to(setting.format) for _ in range(2))
    out = torch.empty_like(a)

    def step() -> None:
        with as_convolutions(setting.where):
            torch.mm(a, b, out=out)

    return Work(step, flops=2 * n**3)


def copy(setting: Setting) -> Work:
    """y <- x, which reads every byte once and writes it once."""
    size = BYTES.get(setting.where.type, BYTES["cpu"])
    source = torch.zeros(size, dtype=torch.uint8, device=setting.where)
    target = torch.empty_like(source).fill_(1)
    return Work(lambda: target.copy_(source), moved=2 * size)


@contextmanager
def as_convolutions(device: torch.device) -> Iterator[None]:
    """On CUDA, products of float32 matrices as cuDNN's convolutions compute them, in TF32."""
    before = torch.get_float32_matmul_precision()
    if device.type == "cuda" and torch.backends.cudnn.allow_tf32:
        torch.set_float32_matmul_precision("high")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


PROBES = Arm("matmul", "matrix product", DEVICE, matmul), Arm("copy", "copy", DEVICE, copy)
"""They take turns with the other arms."""
