"""The assertion passes a homomorphism, and says of what is none where it misses most."""

from __future__ import annotations

import pytest
import torch

from groups import Cyclic, Dihedral, Trivial, image_action
from homossl.encoders import CNN
from homossl.testing import assert_homomorphism


def nearly(x: torch.Tensor) -> torch.Tensor:
    return x + 0.01 * x.flip(-1)


def rows(x: torch.Tensor) -> torch.Tensor:
    """Left as they are by a mirror, but not by quarter turns."""
    return x.mean(-1).flatten(1)


@pytest.fixture
def images() -> torch.Tensor:
    return torch.rand(4, 1, 9, 9, generator=torch.Generator().manual_seed(0))


def test_a_homomorphism_passes(images) -> None:
    model = CNN(fields=(4, 4), steps=(1, 2)).build(Dihedral(4), 1, 9)  # of one field, it may be born dead
    assert_homomorphism(model, x=images)
    assert_homomorphism(torch.relu, image_action(Cyclic(4)), image_action(Cyclic(4)), images)


def test_the_twin_fails_and_the_worst_is_named(images) -> None:
    model = CNN(fields=(1, 2), steps=(1, 2), structure="plain").build(Cyclic(4), 1, 9)
    with pytest.raises(AssertionError) as failure:
        assert_homomorphism(model, x=images)
    message = str(failure.value)
    assert "At fault: stages." in message
    assert "Cyclic(n=4) [" in message
    assert "degrees)" in message
    assert "above its tolerance of 1e-05" in message


def test_only_these_elements_are_asked(images) -> None:
    source, target = image_action(Dihedral(4)), Trivial(Dihedral(4), 9)
    assert_homomorphism(rows, source, target, images, elements=Dihedral(4).element([[0, 0], [1, 0]]))
    with pytest.raises(AssertionError, match=r"Dihedral\(n=4\) \[0, 1\] \(90 degrees\)"):
        assert_homomorphism(rows, source, target, images, elements=Dihedral(4).element([[0, 0], [0, 1]]))


def test_the_tolerance_is_kept(images) -> None:
    turns = image_action(Cyclic(4))
    assert_homomorphism(nearly, turns, turns, images, 0.1)
    with pytest.raises(AssertionError, match=r"above its tolerance of 0\.001"):
        assert_homomorphism(nearly, turns, turns, images, tolerance=0.001)


def test_actions_are_needed() -> None:
    with pytest.raises(TypeError, match="the source is a group action"):
        assert_homomorphism(torch.relu)
