"""The order of batches is a function of seed and epoch, for images in memory and streamed alike."""

from itertools import chain

import pytest
import torch
from torch.utils.data import DataLoader

from homossl.data import FromDataset, Images, Loader

N = 23

workers = pytest.mark.parametrize(
    "workers",
    [0, pytest.param(1, marks=pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning"))],
)


@pytest.fixture
def images():
    return Images(torch.arange(N, dtype=torch.uint8).reshape(N, 1, 1, 1), torch.arange(N), tuple(map(str, range(N))))


def labels(batches):
    return [batch.y.tolist() for batch in batches]


def test_an_epoch_holds_each_image_at_most_once_and_drops_the_incomplete_batch(images):
    loader = Loader(images, batch_size=5)
    epoch = labels(loader.epoch(0))
    assert [len(batch) for batch in epoch] == [5] * len(loader) == [5] * 4
    assert len({label for batch in epoch for label in batch}) == 20


def test_order_depends_on_seed_and_epoch_only(images):
    first = labels(Loader(images, 5, seed=3).epoch(2))
    torch.manual_seed(99)
    assert labels(Loader(images, 5, seed=3).epoch(2)) == first
    others = [labels(Loader(images, 5, seed=s).epoch(e)) for s, e in [(2, 3), (3, 3), (4, 2), (3, 0)]]
    assert first not in others  # control: another seed or epoch is another order


def test_an_epoch_resumes_at_any_batch(images):
    loader = Loader(images, 5)
    for start in range(len(loader) + 1):
        assert labels(loader.epoch(1, start)) == labels(loader.epoch(1))[start:]
    assert labels(loader.epoch(1, 1)) != labels(loader.epoch(2))[1:]  # control


@pytest.mark.parametrize("count", [1, 2, 3, 6])
def test_parts_of_a_batch_are_the_batch_in_order(images, count):
    whole = labels(Loader(images, 6, seed=1).epoch(2, start=1))
    parts = [labels(Loader(images, 6, seed=1, part=(index, count)).epoch(2, start=1)) for index in range(count)]
    assert [list(chain(*pieces)) for pieces in zip(*parts, strict=True)] == whole
    assert all(len(piece) == 6 // count for pieces in parts for piece in pieces)
    backwards = [list(chain(*pieces)) for pieces in zip(*reversed(parts), strict=True)]
    assert (backwards == whole) == (count == 1)  # control: parts in another order are another batch


@pytest.mark.parametrize("part", [(0, 4), (2, 2), (-1, 2), (0, 0)])
def test_impossible_parts_are_refused(images, part):
    with pytest.raises(ValueError, match=rf"count dividing batch_size 6, got \({part[0]}, {part[1]}\)"):
        Loader(images, 6, part=part)


@workers
def test_streamed_batches_equal_held_batches(images, workers):
    items = list(zip(images.x, images.y, strict=True))
    data = FromDataset(items, items, size=1, classes=images.classes, memory_limit=N - 1, workers=workers)
    streamed = data.load("train")
    assert not isinstance(streamed, Images)
    held, read = Loader(images, 5).epoch(4, start=1), Loader(streamed, 5).epoch(4, start=1)
    for a, b in zip(held, read, strict=True):
        assert torch.equal(a.x, b.x)
        assert a.x.dtype == b.x.dtype == torch.float32
    assert labels(Loader(streamed, 5).epoch(4)) == labels(Loader(images, 5).epoch(4))


def test_the_global_generator_is_left_alone(images):
    items = list(zip(images.x, images.y, strict=True))
    streamed = FromDataset(items, items, 1, images.classes, memory_limit=0).load("train")
    before = torch.get_rng_state()
    list(Loader(images, 5).epoch(0))
    list(Loader(streamed, 5).epoch(0))
    assert torch.equal(torch.get_rng_state(), before)
    list(DataLoader(items))  # control: a plain DataLoader moves it # pyright: ignore[reportArgumentType]
    assert not torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("batch_size", [0, N + 1])
def test_impossible_batch_size_is_refused(images, batch_size):
    with pytest.raises(ValueError, match=f"expected 1..{N} .* got {batch_size}"):
        Loader(images, batch_size)


def test_negative_seed_is_refused(images):
    with pytest.raises(ValueError, match="non-negative integer, got -1"):
        Loader(images, 5, seed=-1)
