"""Views are drawn for a whole batch at once: no loop over samples, and no value that the host waits for."""

from __future__ import annotations

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from groups import Affine2, host, image_action
from homossl.transforms import published
from homossl.types import Batch
from homossl.views import InputAugmentation, RandomResizedCrop

WAITING = ("_local_scalar_dense", "nonzero", "_unique2", "masked_select", "equal")


class Calls(TorchDispatchMode):
    """Counts the operators that run, and those whose result the host waits for."""

    def __init__(self) -> None:
        super().__init__()
        self.total, self.waiting = 0, 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.total += 1
        self.waiting += func.overloadpacket.__name__ in WAITING
        return func(*args, **(kwargs or {}))


def calls(function, n: int) -> tuple[int, int]:
    x, rng = torch.rand(n, 3, 32, 32), torch.Generator().manual_seed(0)
    with Calls() as counted:
        function(x, rng)
    return counted.total, counted.waiting


def crops(x: torch.Tensor, rng: torch.Generator) -> None:
    RandomResizedCrop(32).draw(Affine2(), len(x), rng)


def views(x: torch.Tensor, rng: torch.Generator) -> None:
    action = image_action(Affine2(), 3, padding="border")
    InputAugmentation(action, RandomResizedCrop(32), transforms=published.large(32)).draw(Batch(x), rng)


def one_by_one(x: torch.Tensor, rng: torch.Generator) -> None:
    for image in x:
        image * torch.rand((), generator=rng).item()


@pytest.fixture
def far(monkeypatch):
    """As on a device that the host would have to wait for."""
    monkeypatch.setattr(host, "at_hand", lambda x: False)


@pytest.mark.parametrize("function", [crops, views])
def test_the_work_does_not_grow_with_the_batch_and_waits_for_nothing(function, far):
    (few, waiting), (many, _) = calls(function, 2), calls(function, 32)
    assert few == many
    assert waiting == 0


def test_control_a_loop_over_samples_is_noticed():
    (few, waiting), (many, _) = calls(one_by_one, 2), calls(one_by_one, 32)
    assert few < many
    assert waiting == 2
