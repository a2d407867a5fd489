"""Half of the points of a cloud, by themselves and after a motion."""

from __future__ import annotations

import pytest
import torch

from groups import SO3, PointAction
from homossl.transforms import Subsample
from proofs_check import laws


def clouds() -> torch.Tensor:
    return torch.randn(5, 12, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize(("keep", "left"), [(1.0, 12), (0.5, 6), (0.4, 5), (0.01, 1)])
def test_so_many_points_stay_and_stand_in_for_the_others(keep, left) -> None:
    x = clouds()
    part = Subsample(keep)(x, torch.Generator().manual_seed(1))
    assert part.shape == x.shape
    for cloud, whole in zip(part, x, strict=True):
        places = [(whole == point).all(1).nonzero().item() for point in cloud]
        assert len(set(places)) == left
        assert max(map(places.count, places)) - min(map(places.count, set(places))) <= 1


def test_clouds_are_halved_each_by_itself_and_as_the_generator_says() -> None:
    x = clouds()[:1].expand(5, -1, -1)
    one, same, other = (Subsample()(x, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert one.equal(same)
    assert not one.equal(other)
    assert not one[0].equal(one[1])


def test_rotations_do_not_notice() -> None:
    x, g = clouds(), SO3().sample(5, dtype=torch.float64)
    rotate, halve = PointAction(SO3()), Subsample()
    drawn = halve.draw(x, torch.Generator().manual_seed(0))
    assert laws.relative_error(halve.apply(rotate(g, x), *drawn), rotate(g, halve.apply(x, *drawn))) < 1e-12
    assert halve.photometric


@pytest.mark.parametrize("keep", [0.0, 1.1, float("nan")])
def test_shares_are_shares(keep) -> None:
    with pytest.raises(ValueError, match="keep is a share in"):
        Subsample(keep)
