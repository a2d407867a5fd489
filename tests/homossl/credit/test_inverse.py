"""Inverses go back to the grid and the channels they came from, and those of homomorphisms are homomorphisms."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from groups import Cyclic, Dihedral, FieldAction, Irrep, SemidirectProduct, Torus
from groups.laws import equivariance
from groups.strategies import elements
from homossl.credit import ConvInverse
from homossl.credit.spread import Spread, spread
from homossl.encoders import CNN, CONV5, Stage
from homossl.verify import check

ODD, EVEN, FLAT = CNN(fields=(1, 2), steps=(1, 2)), CONV5(width=8), CNN(fields=(1, 2), steps=(1, 1))
SETTINGS: dict[str, Any] = {
    "C4, odd grid": (Cyclic(4), ODD, 9),
    "C4, even grid": (Cyclic(4), EVEN, 16),
    "D4, odd grid": (Dihedral(4), ODD, 9),
    "D4, even grid": (Dihedral(4), EVEN, 16),
    "p4 on a torus": (SemidirectProduct(Torus(5, 5), Cyclic(4)), FLAT, 5),
}


def noise(*shape: int) -> Tensor:
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


@cache
def inverted(setting: str, structure: str, bounded: bool = True) -> tuple[Any, Tensor, Tensor]:
    """The inverse of the second stage of an encoder, with what it takes and what it gives."""
    group, encoder, side = SETTINGS[setting]
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        first, stage = replace(encoder, structure=structure).build(group, 1, side).double().stages[:2]
        x = first(noise(3, 1, side, side))
        z = stage(x)
        inverse = ConvInverse(bounded=bounded).build(stage, x, z).double()
        inverse.body[1].get_parameter(("body." if structure == "steerable" else "") + "bias").normal_()
    return inverse, z, x


def residual(inverse: Any, g: Any, z: Tensor) -> float:
    with torch.no_grad():
        return equivariance(inverse, inverse.action_in, inverse.action_out, g, z).item()


@pytest.mark.parametrize("setting", SETTINGS)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_the_inverse_of_a_homomorphism_is_one(setting, data):
    inverse, z, _ = inverted(setting, "steerable")
    assert residual(inverse, data.draw(elements(inverse.action_in.group, (3,))), z) < 1e-10


@pytest.mark.parametrize("setting", SETTINGS)
def test_control_a_plain_inverse_is_none(setting):
    inverse, z, _ = inverted(setting, "plain")
    g = inverse.action_in.group.sample(3, generator=torch.Generator().manual_seed(1))
    assert residual(inverse, g, z) > 0.1


@pytest.mark.parametrize("setting", [name for name in SETTINGS if "even" in name])
def test_control_zeros_on_every_second_cell_of_an_even_grid_break_turns(setting):
    inverse, z, _ = inverted(setting, "steerable")
    assert inverse.body[0].layout == "blocks"
    published = nn.Sequential(Spread((2, 2), (0, 0), "zeros"), *inverse.body[1:])
    g = inverse.action_in.group.elements()[1:4]
    with torch.no_grad():
        assert equivariance(published, inverse.action_in, inverse.action_out, g, z).item() > 0.1


@pytest.mark.parametrize("setting", SETTINGS)
def test_inverses_can_be_checked_like_stages(setting):
    assert check(inverted(setting, "steerable")[0], x=inverted(setting, "steerable")[1]).passed
    assert not check(inverted(setting, "plain")[0], x=inverted(setting, "plain")[1]).passed


@pytest.mark.parametrize("structure", ["steerable", "plain"])
@pytest.mark.parametrize("setting", SETTINGS)
def test_shapes_are_those_of_the_input_and_tanh_bounds_them(setting, structure):
    bounded, z, x = inverted(setting, structure)
    free, _, _ = inverted(setting, structure, bounded=False)
    assert bounded(z).shape == free(z).shape == x.shape
    assert bounded(9 * z).abs().max() <= 1 < free(9 * z).abs().max()
    torch.testing.assert_close(bounded(z), free(z).tanh())


@pytest.mark.parametrize(("coarse", "fine", "options"), [(8, 16, {"output_padding": 1}), (9, 17, {}), (3, 5, {})])
def test_the_plain_inverse_is_a_transposed_convolution(coarse, fine, options):
    torch.manual_seed(0)
    inverse: Any = ConvInverse().build(nn.Conv2d(3, 5, 3), noise(1, 3, fine, fine), noise(1, 5, coarse, coarse))
    other = nn.ConvTranspose2d(5, 3, 3, stride=2, padding=1, **options)
    with torch.no_grad():
        inverse.body[1].weight.copy_(other.weight.transpose(0, 1).flip(-2, -1))
        inverse.body[1].bias.copy_(other.bias)
    z = torch.randn(2, 5, coarse, coarse)
    torch.testing.assert_close(inverse(z), other(z).tanh())


CELLS = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])


@pytest.mark.parametrize(
    ("fine", "centred", "rows"),
    [
        ((3, 3), True, [[1, 0, 2], [0, 0, 0], [3, 0, 4]]),
        ((4, 4), False, [[1, 0, 2, 0], [0, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]]),
        ((4, 4), True, [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]),
        ((2, 3), True, [[1, 0, 2], [3, 0, 4]]),
    ],
)
def test_cells_on_a_finer_grid(fine, centred, rows):
    assert spread((2, 2), fine, centred)(CELLS).tolist() == [[rows]]


GRIDS = [(coarse, fine) for fine in range(1, 20) for coarse in range(1, fine + 1)]


def laid_out(coarse: int, fine: int, centred: bool) -> Spread | None:
    """None where that is refused."""
    try:
        return spread((coarse, coarse), (fine, fine), centred)
    except ValueError:
        return None


@pytest.mark.parametrize("centred", [False, True])
def test_every_cell_has_a_place_on_every_finer_grid_or_it_is_refused(centred):
    refused = [grids for grids in GRIDS if laid_out(*grids, centred) is None]
    assert bool(refused) == centred
    assert all((fine - coarse) % 2 for coarse, fine in refused), "a grid with the same centre is refused"
    for coarse, fine in set(GRIDS) - set(refused):
        z, layout = 1 + torch.rand(1, 1, coarse, coarse), spread((coarse, coarse), (fine, fine), centred)
        out = layout(z)
        assert out.shape == (1, 1, fine, fine)
        assert set(z.flatten().tolist()) <= set(out.flatten().tolist())
        assert not centred or torch.equal(layout(z.rot90(1, (-2, -1))), out.rot90(1, (-2, -1)))


def test_bad_kernels_and_stages_are_named():
    with pytest.raises(ValueError, match=r"ConvInverse.kernel must be odd, got 4"):
        ConvInverse(kernel=4)
    for kernel in (True, 3.0, -1, "3"):
        with pytest.raises(ValueError, match=f"kernel must be a whole number, at least 1, got {kernel!r}"):
            ConvInverse(kernel=kernel)  # type: ignore[arg-type]
    with pytest.raises(
        ValueError,
        match=r"cannot invert Flatten, give the rule another inverse, such as DenseInverse\(\): .* \(2, 3, 4, 4\) ->",
    ):
        ConvInverse().build(nn.Flatten(), noise(2, 3, 4, 4), noise(2, 48))
    with pytest.raises(ValueError, match=r"cannot invert Upsample.*grid of \(8, 8\) is not to be spread on a smaller"):
        ConvInverse().build(nn.Upsample(scale_factor=2), noise(1, 3, 4, 4), noise(1, 3, 8, 8))
    stage: Any = ODD.build(Cyclic(4), 1, 9).stages[1]
    with pytest.raises(
        ValueError, match=r"cannot invert Stage.*\(5, 5\) has no place about the centre of one of \(6, 6\)"
    ):
        ConvInverse().build(stage, noise(1, 4, 6, 6), noise(1, 8, 5, 5))
    irreps = FieldAction(Cyclic(4), Irrep(Cyclic(4), 1))
    with pytest.raises(ValueError, match="cannot invert Stage, give the rule another inverse"):
        ConvInverse().build(Stage(stage.body, irreps, stage.action_out), noise(1, 2, 9, 9), noise(1, 8, 5, 5))


def test_is_a_value():
    assert ConvInverse() == ConvInverse(3, True) != ConvInverse(5)
