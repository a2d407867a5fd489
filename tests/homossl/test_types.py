"""Pairs: what belongs to one batch has one length."""

from __future__ import annotations

import pytest
import torch

from groups import Cyclic
from homossl.types import Pairs

C4 = Cyclic(4)
WHOLE = {
    "left": torch.zeros(5, 3),
    "right": torch.zeros(5, 3),
    "motion": C4.identity(5),
    "poses": C4.identity(2, 5),
    "hidden": torch.zeros(5, dtype=torch.bool),
}


def test_parts_of_one_length_are_taken():
    assert len(Pairs(**WHOLE)) == 5
    assert len(Pairs(WHOLE["left"], WHOLE["right"])) == 5


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({"right": torch.zeros(3, 3)}, r"left \(5, 3\), right \(3, 3\)"),
        ({"motion": C4.identity(3)}, r"motion \(3,\)"),
        ({"motion": C4.identity(2, 5)}, r"motion \(2, 5\)"),
        ({"poses": C4.identity(2, 3)}, r"poses \(2, 3\)"),
        ({"poses": C4.identity(5)}, r"poses \(5,\)"),
        ({"hidden": torch.zeros(3, dtype=torch.bool)}, r"hidden \(3,\)"),
    ],
)
def test_parts_of_other_lengths_are_refused(change, seen):
    with pytest.raises(ValueError, match=rf"pairs have views .* of one number b, got .*{seen}"):
        Pairs(**WHOLE | change)


def test_hidden_is_bool():
    with pytest.raises(ValueError, match=r"Pairs.hidden is bool, got torch.float32"):
        Pairs(**WHOLE | {"hidden": torch.zeros(5)})
