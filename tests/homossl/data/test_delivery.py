"""Batches are the same wherever data is held, and are copied one ahead."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from groups import Translation
from homossl.data import Frames, FromDataset, Images, Loader, StreamedImages, delivery
from homossl.data.delivery import delivered, fits, one_ahead
from homossl.types import Batch

N = 12
FORK = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")


def pixels(*shape: int) -> torch.Tensor:
    return torch.randint(256, (N, *shape), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def images() -> Images:
    return Images(pixels(3, 5, 5), torch.arange(N), tuple(map(str, range(N))))


def frames() -> Frames:
    still = images()
    return Frames(pixels(2, 3, 5, 5), Translation(2).element(torch.rand(N, 2)), still.y, still.classes)


@pytest.fixture
def cramped(monkeypatch):
    """A device with less memory than the data takes."""
    monkeypatch.setattr(delivery, "free_memory", lambda device: 2 * N * 75)


@pytest.mark.parametrize("data", [images(), frames()], ids=["images", "frames"])
def test_data_that_does_not_fit_stays_and_gives_the_same_batches(data, cramped):
    moved = data.to("cpu")
    assert moved.device == "cpu"
    assert moved.x is data.x
    for a, b in zip(Loader(data, 4).epoch(1), Loader(moved, 4).epoch(1), strict=True):
        assert torch.equal(a.x, b.x)
        assert a.x.dtype == b.x.dtype == torch.float32
        assert a.y is not None
        assert b.y is not None
        assert torch.equal(a.y, b.y)
        assert (a.motion is None) == (b.motion is None)
        assert a.motion is None or b.motion is None or torch.equal(a.motion.params, b.motion.params)


def test_data_that_fits_is_held_there(monkeypatch):
    data = images()
    need = int((data.x.nbytes + data.y.nbytes) / delivery.SHARE)
    for free, held in ((None, True), (need + 2, True), (need - 2, False)):
        monkeypatch.setattr(delivery, "free_memory", lambda device, free=free: free)
        assert (data.to("cpu").device is None) == held == fits("cpu", data.x, data.y)
    monkeypatch.undo()
    assert replace(data, device="cpu").to("cpu").device is None


def test_pixels_travel_as_they_were_decoded():
    seen = []

    class Watched(torch.Tensor):
        def to(self, *args, **kwargs):
            seen.append(self.dtype)
            return super().to(*args, **kwargs)

    raw = pixels(3, 5, 5).as_subclass(Watched)
    (batch,) = delivered([Batch(raw, torch.arange(N))], "cpu")
    assert seen[0] == torch.uint8
    assert batch.x.dtype == torch.float32
    assert torch.equal(torch.Tensor(batch.x), pixels(3, 5, 5) / 255)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_items_are_begun_one_ahead_and_handed_out_in_order(n):
    begun: list[int] = []
    for place, item in enumerate(one_ahead(iter(range(n)), lambda i: begun.append(i) or i)):
        assert item == place
        assert begun == list(range(min(place + 2, n)))
    assert begun == list(range(n))


def streamed(workers: int):
    still = images()
    items = list(zip(still.x, still.y, strict=True))
    return FromDataset(items, items, 5, still.classes, memory_limit=0, workers=workers).load("train")


def labels(batches) -> list[list[int]]:
    return [batch.y.tolist() for batch in batches]


@FORK
@pytest.mark.parametrize("workers", [0, 1])
def test_readers_are_kept_between_epochs_and_never_shared(workers):
    data, held = streamed(workers), images()
    assert isinstance(data, StreamedImages)
    epochs = [labels(Loader(data, 4).epoch(epoch)) for epoch in range(3)]
    assert epochs == [labels(Loader(held, 4).epoch(epoch)) for epoch in range(3)]
    assert len(data._idle) == 1
    first, second = Loader(data, 4).epoch(0), Loader(data, 4).epoch(1)
    turns = [labels([next(first), next(second)]) for _ in range(3)]
    assert turns == [list(pair) for pair in zip(epochs[0], epochs[1], strict=True)]
    assert epochs[0] != epochs[1]  # control


def test_an_epoch_that_is_left_gives_no_batch_to_the_next():
    data = streamed(0)
    left = Loader(data, 4).epoch(0)
    next(left)
    assert labels(Loader(data, 4).epoch(1)) == labels(Loader(images(), 4).epoch(1))
    assert labels(left) == labels(Loader(images(), 4).epoch(0))[1:]
