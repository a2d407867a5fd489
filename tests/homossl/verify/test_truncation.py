"""What a residual is made of: places whose source is known, and the others."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from groups import (
    Cyclic,
    Element,
    Regular,
    Representation,
    Scale,
    ScaleSpace,
    Torus,
    Translation,
    image_action,
    scale_field,
)
from homossl.encoders import ScaleCNN
from homossl.types import Batch
from homossl.verify import truncation, view_truncation
from homossl.views import FeatureFibre, Near

STEP = math.log(2) / 3


def same(x: Tensor) -> Tensor:
    return x


def test_the_whole_axis_is_known_to_the_identity_only() -> None:
    """The identity map, of fields that know two more scales and of fields that are clipped."""
    space, g = ScaleSpace(Scale(), 4, 1, STEP), Scale().element([[0.0], [STEP], [-2 * STEP]], dtype=torch.float64)
    field = scale_field(space)
    x = torch.rand(2, 4, 1, 1, dtype=torch.float64) + 1

    class Known(Representation):
        """What enters the axis from beyond is one, not zero."""

        group, dim = Scale(), 4

        def _matrix(self, g: Element, dtype: torch.dtype) -> Tensor:
            raise NotImplementedError

        @property
        def event_dim(self) -> int:
            return 3

        def act(self, g: Element, x: Tensor) -> Tensor:
            return field(g, x) + ~field.seen(g, (4, 1, 1))

    parts = truncation(same, g[:, None], x, Known(), field)
    assert parts.total[0].tolist() == [0, 0]
    assert (parts.total[1:] > 0.1).all()
    assert parts.seen.abs().max() < 1e-6
    assert parts.share[1:].min() > 1 - 1e-9
    assert parts.unseen[:, 0].tolist() == pytest.approx([0, 0.25, 0.5])


def test_borders_are_truncation_and_a_torus_has_none() -> None:
    x = torch.rand(2, 1, 8, 8, dtype=torch.float64)
    g = Translation(2).element([[1.0, 0.0]], dtype=torch.float64)
    parts = truncation(same, g, x, image_action(Translation(2), padding="circular"), image_action(Translation(2)))
    assert parts.unseen.tolist() == pytest.approx([1 / 8, 1 / 8])
    assert parts.seen.max() < 1e-9
    assert parts.share.min() > 1 - 1e-9
    whole = truncation(same, Torus(8, 8).element([[0, 1]]), x, *2 * [image_action(Torus(8, 8))])
    assert whole.unseen.tolist() == [0, 0]


def test_a_window_leaves_borders_out() -> None:
    """A blur that takes zeros for what lies beyond the border is equivariant but there."""
    blur = torch.nn.Conv2d(1, 1, 3, padding=1, bias=False).double()
    torch.nn.init.ones_(blur.weight)
    x, g = torch.rand(2, 1, 9, 9, dtype=torch.float64), Translation(2).element([[1.0, 0.0]], dtype=torch.float64)
    actions = image_action(Translation(2), padding="circular"), image_action(Translation(2))
    assert (truncation(blur, g, x, *actions).seen > 1e-3).all()
    assert truncation(blur, g, x, *actions, cells=5).total.max() < 1e-9
    with pytest.raises(TypeError, match="no field"):
        truncation(same, Cyclic(4).element([[1]]), x[:, 0, 0, :4], Regular(Cyclic(4)), Regular(Cyclic(4)), cells=3)


def test_a_wrong_map_misses_where_it_is_seen() -> None:
    x = torch.rand(2, 1, 9, 9, dtype=torch.float64)
    parts = truncation(lambda x: x.roll(1, -1), Cyclic(4).element([[1]]), x, *2 * [image_action(Cyclic(4))])
    assert (parts.seen > 0.1).all()
    assert parts.share.abs().max() == 0


def test_feature_fibres_are_told_what_they_clip() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        encoder = ScaleCNN(fields=(2, 2), steps=(1, 1), scales=3).build(Scale(), 1, 33).double()
    side = (torch.arange(33, dtype=torch.float64) - 16) / 16
    x = (-(side[:, None] ** 2 + (side - torch.rand(4, 1, 1, 1, dtype=torch.float64) / 2) ** 2) / 0.05).exp()
    encoder(x)
    views, rng = FeatureFibre(motion=Near(2 * STEP)), torch.Generator().manual_seed(0)
    parts = view_truncation(encoder.eval(), views, Batch(x), rng)
    assert parts.total.shape == (2, 4)
    assert (parts.seen < parts.total).all()
    assert parts.share.mean() > 0.5
    still = view_truncation(encoder, FeatureFibre(motion=Near(0.0)), Batch(x), rng)
    assert still.total.max() < 1e-6
