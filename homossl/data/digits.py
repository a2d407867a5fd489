"""The handwritten digits that come with scikit-learn: no download."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import Tensor

from groups import Cyclic, image_action
from homossl.data.images import Images, resize
from homossl.data.split import Split, check_split

TRAIN, TEST = 1297, 500
SPLIT_SEED = 0


@dataclass(frozen=True)
class Digits:
    """1797 digits, 8 x 8 with values 0..16, scaled to [0, 1] and resized to size x size pixels.

    The first 1297 of a fixed permutation (`numpy.random.RandomState(0)`, whose stream NumPy has frozen) are the
    training set and the other 500 the test set; classes are not balanced. 17 = 2^4 + 1 keeps strides of 2 aligned.
    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI 1998 (its test half).

    >>> Digits().load("test").x.shape
    torch.Size([500, 1, 17, 17])
    """

    size: int = 17
    """Pixels along each side."""
    turned: bool = False
    """Turn each image by a random multiple of 90 degrees, the same one every time."""

    def load(self, split: Split) -> Images:
        """The images of one split, x: (n 1 size size) float32."""
        check_split(split)
        pixels, labels = load_digits(return_X_y=True)
        order = np.random.RandomState(SPLIT_SEED).permutation(len(labels))
        index = order[:TRAIN] if split == "train" else order[TRAIN:]
        x = torch.from_numpy(pixels[index] / 16).float().reshape(-1, 1, 8, 8)
        x = quarter_turned(x, index) if self.turned else x
        return Images(resize(x, self.size), torch.from_numpy(labels[index]), tuple("0123456789"))


def quarter_turned(x: Tensor, index: np.ndarray) -> Tensor:
    """Images (n c h w) turned by multiples of 90 degrees that their numbers in the data set, index: (n), determine."""
    draws = torch.randint(4, (TRAIN + TEST,), generator=torch.Generator().manual_seed(SPLIT_SEED))
    turns = Cyclic(4).element(draws[torch.from_numpy(index), None])
    return image_action(Cyclic(4), x.shape[1])(turns, x)
