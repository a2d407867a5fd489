"""Pairs and orbits: what belongs to one batch has one length, and is changed together."""

from __future__ import annotations

import pytest
import torch

from groups import Cyclic
from homossl.types import Loss, Orbit, Pairs

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


ORBIT = Orbit(torch.arange(24.0).reshape(4, 3, 2), C4.elements()[:, None].expand(4, 3))


@pytest.mark.parametrize("poses", [C4.identity(3, 3), C4.identity(4), C4.identity(4, 2)])
def test_an_orbit_has_a_pose_for_every_view(poses):
    with pytest.raises(
        ValueError, match=r"an orbit has views \(n b \*event\) and poses \(n b\), n at least 2, got views"
    ):
        Orbit(ORBIT.views, poses)


def test_one_view_is_no_orbit():
    with pytest.raises(ValueError, match="n at least 2"):
        Orbit(ORBIT.views[:1], ORBIT.poses[:1])


def test_every_two_views_of_an_orbit_are_a_pair():
    pairs = ORBIT.pairs()
    assert [pair.motion.params[0].item() for pair in pairs] == [1, 2, 3, 1, 2, 1]  # type: ignore[union-attr]
    assert torch.equal(pairs[3].left, ORBIT.views[1])
    assert torch.equal(pairs[3].right, ORBIT.views[2])
    assert len(ORBIT) == len(pairs[3]) == 3


def test_a_map_sees_all_views_at_once():
    seen = []
    mapped = ORBIT.map(lambda x: seen.append(x.shape) or 2 * x)
    assert seen == [(12, 2)]
    assert torch.equal(mapped.views, 2 * ORBIT.views)


@pytest.mark.parametrize("views", [Pairs(**WHOLE), ORBIT], ids=["pairs", "orbit"])
def test_samples_are_taken_of_all_that_is_held(views):
    fewer = views.each(lambda x, axis: x.narrow(axis, 0, 2))
    assert (len(fewer), fewer.poses.shape[1]) == (2, 2)
    assert len(views) > 2


def test_control_the_first_axis_is_not_that_of_the_samples_everywhere():
    assert len(ORBIT.each(lambda x, axis: x.narrow(0, 0, 2))) == 3
    with pytest.raises(ValueError, match=r"of one number b, got .*poses \(2, 5\)"):
        Pairs(**WHOLE).each(lambda x, axis: x.narrow(0, 0, 2))


def test_the_mean_of_losses_is_that_of_values_and_terms():
    one, other = (Loss(torch.tensor(v), {"a": torch.tensor(2 * v)}) for v in (1.0, 4.0))
    assert (Loss.mean([one, other]).value.item(), Loss.mean([one, other]).terms["a"].item()) == (2.5, 5.0)
