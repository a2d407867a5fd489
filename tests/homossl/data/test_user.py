"""Any map-style Dataset of (image, label) can be read, and what does not fit is named with its index."""

from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import Dataset, IterableDataset
from torchvision.transforms.functional import to_tensor

from homossl.data import FromDataset, Split

CLASSES = ("cat", "dog")
PIXELS = np.random.default_rng(0).integers(256, size=(4, 6, 6, 3), dtype=np.uint8)


class Pets(Dataset):
    """Four images; `form` turns a PIL image into what the Dataset yields."""

    classes = CLASSES

    def __init__(self, form):
        self.form = form

    def __len__(self):
        return 4

    def __getitem__(self, index):
        if index >= 4:
            raise IndexError(index)
        return self.form(Image.fromarray(PIXELS[index])), index % 2


def load(dataset, split: Split = "train", **options) -> Any:
    return FromDataset(dataset, dataset, **{"size": 6, **options}).load(split)


def test_pil_images_stay_bytes():
    images = load(Pets(lambda image: image))
    assert torch.equal(images.x, torch.from_numpy(PIXELS).permute(0, 3, 1, 2))
    assert (images.y.tolist(), images.classes) == ([0, 1, 0, 1], CLASSES)


def test_tensors_stay_floats():
    images = load(Pets(to_tensor), size=13)
    assert images.x.dtype == torch.float32
    assert images.shape == (3, 13, 13)


def test_gray_and_palette_images():
    assert load(Pets(lambda image: image.convert("L"))).shape == (1, 6, 6)
    assert load(Pets(lambda image: image.convert("P"))).shape == (3, 6, 6)


def test_train_and_test_are_different_datasets():
    square = torch.zeros(1, 4, 4)
    data = FromDataset([(square, 0)], [(square + 1, 1), (square, 0)], size=4, classes=CLASSES)
    brightness = [next(iter(data.load(split).batches([torch.tensor([0])]))).x.mean() for split in ("train", "test")]
    assert (len(data.load("train")), len(data.load("test"))) == (1, 2)
    assert brightness == [0, 1]


def test_a_large_dataset_is_streamed_with_the_same_images():
    held, streamed = load(Pets(to_tensor)), load(Pets(to_tensor), memory_limit=4 * 108 * 4 - 1)
    batch = next(streamed.to("cpu").batches([torch.arange(4)]))
    assert type(streamed) is not type(held)
    assert torch.equal(batch.x, held.x)


def test_class_names_are_needed():
    with pytest.raises(ValueError, match=r"list has no attribute `classes`: pass FromDataset\(classes=...\)"):
        load([(torch.zeros(1, 4, 4), 0)])


@pytest.mark.parametrize(
    ("bad", "error", "match"),
    [
        (PIXELS[0], TypeError, "item 1: expected a PIL image or a .* tensor, got ndarray"),
        (torch.zeros(6, 6), TypeError, r"item 1: .* got \(6, 6\) torch.float32"),
        (torch.full((3, 6, 6), -2.0), ValueError, r"item 1: expected floats in \[0, 1\], got \[-2, -2\]"),
        (torch.zeros(1, 6, 6), ValueError, r"item 1: .* of item 0, \(3, torch.float32\), got \(1, torch.float32\)"),
        (torch.zeros(3, 6, 6).byte(), ValueError, r"item 1: .* got \(3, torch.uint8\)"),
    ],
)
def test_an_item_unlike_an_image_is_named(bad, error, match):
    good = torch.zeros(3, 6, 6)
    assert len(load([(good, 0), (good, 1)], classes=CLASSES)) == 2  # control
    with pytest.raises(error, match=match):
        load([(good, 0), (bad, 1)], classes=CLASSES)


def test_labels_outside_the_classes_are_refused():
    with pytest.raises(ValueError, match=r"labels in 0\.\.1, got 2\.\.2"):
        load([(torch.zeros(3, 6, 6), 2)], classes=CLASSES)


def test_what_is_no_dataset_is_refused():
    class Endless(IterableDataset):
        """Has no length."""

        def __iter__(self):
            return iter(())

    with pytest.raises(TypeError, match=r"expected a map-style Dataset .* got Endless"):
        load(Endless(), classes=CLASSES)
    with pytest.raises(ValueError, match="list: expected at least one item, got none"):
        load([], classes=CLASSES)
