"""The controls of a reading are what they say: another motion, no motion, and the mean of the training motions."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import Cyclic
from groups.strategies import elements, groups
from homossl.evaluate.pose import LatentPairs, Ridge, code, r2, r2_sie_legacy, read_motion


def pairs(motion):
    """Latents that have collapsed."""
    same = torch.ones(len(motion), 3)
    return LatentPairs(same, same, motion)


def read(motion):
    return read_motion(pairs(motion), pairs(motion), Ridge(), torch.Generator().manual_seed(0))


@given(st.data())
def test_the_identity_control_is_the_error_of_saying_that_nothing_moved(data):
    motion = data.draw(elements(data.draw(groups()), (5,))).to(torch.float64)
    reading, still = read(motion), motion.group.identity(5, dtype=motion.params.dtype)
    expected = motion.group.distance(motion, still).double()
    torch.testing.assert_close(reading.errors["identity"], expected, atol=1e-6, rtol=1e-6)
    target, constant = code(motion), code(still)
    torch.testing.assert_close(reading.r2["identity"], r2(target, constant), equal_nan=True)
    assert reading.r2_legacy["identity"] == pytest.approx(r2_sie_legacy(target, constant), nan_ok=True)


def test_each_control_of_a_collapsed_encoder_on_motions_that_are_mostly_none():
    motion = Cyclic(4).element(torch.tensor([[0], [0], [0], [1]]))
    reading = read(motion)
    assert reading.errors["identity"].tolist() == pytest.approx([0, 0, 0, torch.pi / 2])
    assert reading.errors["chance"].tolist() == reading.errors["true"].tolist()
    assert reading.errors["shuffled"].sum().item() == pytest.approx(torch.pi / 2)
    assert reading.r2["chance"][:2].tolist() == pytest.approx([0, 0])
    assert reading.r2["identity"][:2].tolist() == pytest.approx([1 - 1 / 0.75] * 2)
    assert reading.r2["identity"][2:].isnan().all()
