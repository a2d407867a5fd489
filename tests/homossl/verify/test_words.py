"""Elements are told by what they do."""

from __future__ import annotations

import pytest
import torch

from groups import O2, O3, SE2, SE3, SO2, SO3, Affine2, Cyclic, Dihedral, DirectProduct, Symmetric, Torus, Translation
from homossl.verify.words import in_words


@pytest.mark.parametrize(
    ("group", "params", "meaning"),
    [
        (Cyclic(4), [1], "90 degrees"),
        (Dihedral(4), [1, 1], "a reflection, then 90 degrees"),
        (Torus(5, 5), [1, 2], "1 rows, 2 columns"),
        (SO2(), [torch.pi / 6], "30 degrees"),
        (O2(), [1.0, 0.0], "a reflection, then 0 degrees"),
        (SE2(), [torch.pi, 1.0, -2.0], "180 degrees, 1 right, -2 up"),
        (Translation(2), [1.5, 0.0], "1.5, 0 pixels"),
        (SO3(), [0.0, 1.0, 0.0, 0.0], "180 degrees"),
        (O3(), [1.0, 1.0, 0.0, 0.0, 0.0], "0 degrees, inverted"),
        (SE3(), [0.0, 1.0, 0.0, 0.0, 1.0, -2.0, 0.5], "180 degrees, shifted by 1, -2, 0.5"),
        (Symmetric(4), [1, 0, 2, 3], "2 of 4 points exchanged"),
        (DirectProduct(Cyclic(2), Torus(3, 3)), [1, 0, 1], "180 degrees and 0 rows, 1 columns"),
    ],
)
def test_elements_in_words(group, params, meaning) -> None:
    assert in_words(group.element(params)).endswith(f"] ({meaning})")


def test_what_is_not_known_is_left_out() -> None:
    assert in_words(Affine2().identity()) == "Affine2() [1, 0, 0, 1, 0, 0]"
