"""Each law passes what keeps it and breaks on a control, at the smallest group and the simplest element."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import torch
from hypothesis import settings
from torch import nn

from groups import (
    SO2,
    Action,
    Cyclic,
    Dihedral,
    FieldAction,
    Irrep,
    Regular,
    Translation,
    Trivial,
    hue_action,
    image_action,
)
from groups._escnn import enn, gspaces
from groups.group import FiniteGroup
from homossl.encoders import Encoder, Stage
from homossl.testing import Acts, Broken, Equivariant, IsGroup, Represents
from homossl.testing.strategies import finite_groups, groups, lie_groups

QUICK = settings(max_examples=20, database=None)
SEARCH = settings(max_examples=500, database=None)
TURNS = [Cyclic(1), Cyclic(2), Cyclic(4), Dihedral(4)]


class Lift(nn.Module):
    """One filter in front of every turn of the image, (b 1 h w) -> (b n h w); backwards, it misses where g^2 != e."""

    def __init__(self, n: int, sign: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 1, 3, padding=1)
        self.quarters = [sign * k * 4 // n for k in range(n)]

    def forward(self, x):
        turns = [torch.rot90(self.conv(torch.rot90(x, -k, (-2, -1))), k, (-2, -1)) for k in self.quarters]
        return torch.cat(turns, dim=1)


def lift(group: Cyclic, sign: int = 1) -> Encoder:
    return Encoder([Stage(Lift(group.n, sign), image_action(group), FieldAction(group, Regular(group)))])


def backwards(group: Cyclic) -> Encoder:
    return lift(group, sign=-1)


def inverted(group):
    """(f x)_h = x_{h^-1}."""
    back = group.index(~group.elements())
    return lambda x: x[..., back]


def nearly(x):
    return x + 0.01 * x.flip(-1)


def test_a_model_is_built_for_each_group_and_only_once() -> None:
    built = []
    law = Equivariant(lambda group: built.append(group) or lift(group), groups=TURNS[:3], size=5, settings=QUICK)
    law()
    law()
    assert sorted(group.n for group in built) == [1, 2, 4]


def test_a_fault_is_found_at_the_smallest_group_that_shows_it() -> None:
    with pytest.raises(
        Broken, match=r"Cyclic\(n=4\) \[1\] \(90 degrees\)\n.*layer +stages.0.body\n.*tolerance of 1e-05"
    ):
        Equivariant(backwards, groups=TURNS[:3], size=5, settings=QUICK)()


def test_a_fault_of_elements_of_order_above_two_is_found_at_three() -> None:
    law = Equivariant(inverted, Regular, Regular, groups=finite_groups(), settings=settings(database=None))
    with pytest.raises(Broken, match=r"Cyclic\(n=3\) \[1\] \(120 degrees\)"):
        law()


def test_a_model_with_its_own_actions_or_given_ones() -> None:
    Equivariant(lift(Cyclic(4)), size=5, settings=QUICK)()
    Equivariant(lambda x: x.mean((-2, -1)), image_action(Cyclic(4)), Trivial(Cyclic(4)), size=5, settings=QUICK)()
    with pytest.raises(Broken, match="residual"):
        Equivariant(lambda x: x[..., 0, :], image_action(Cyclic(4)), Trivial(Cyclic(4), 5), size=5, settings=QUICK)()


def test_models_of_escnn_are_taken_as_they_are() -> None:
    space = gspaces.rot2dOnR2(4)
    image, fields = (enn.FieldType(space, [rho]) for rho in (space.trivial_repr, space.regular_repr))
    conv = enn.R2Conv(image, fields, 3, padding=1).float().eval()
    Equivariant(conv, size=5, settings=QUICK)()
    conv.filter = conv.filter.roll(1, -1)
    with pytest.raises(Broken, match=r"layer +body\n"):
        Equivariant(conv, size=5, settings=QUICK)()


def test_a_function_is_given_the_precision_of_its_input() -> None:
    double = 2 * torch.eye(3, dtype=torch.float64)
    Equivariant(lambda x: x @ double, Regular(Cyclic(3)), Regular(Cyclic(3)), settings=QUICK)()
    with pytest.raises(Broken, match="residual"):
        Equivariant(lambda x: x @ double.cumsum(0), Regular(Cyclic(3)), Regular(Cyclic(3)), settings=QUICK)()


def test_an_output_that_ignores_the_input_keeps_no_law() -> None:
    with pytest.raises(Broken, match="the same for every sample"):
        Equivariant(torch.zeros_like, Regular(Cyclic(3)), Regular(Cyclic(3)), settings=QUICK)()


def test_the_tolerance_that_is_given_counts() -> None:
    third = Irrep(Cyclic(3), 1)
    Equivariant(nearly, third, third, tolerance=0.05, settings=QUICK)()
    with pytest.raises(Broken, match=r"above its tolerance of 0\.001"):
        Equivariant(nearly, third, third, tolerance=0.001, settings=QUICK)()


def test_running_a_law_leaves_random_numbers_and_the_model_alone() -> None:
    model, state = lift(Cyclic(4)).train(), torch.get_rng_state()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    Equivariant(model, size=5, settings=QUICK)()
    Equivariant(lift, groups=TURNS[:3], size=5, settings=QUICK)()
    assert torch.get_rng_state().equal(state)
    assert model.training
    assert all(value.equal(before[name]) for name, value in model.state_dict().items())


class Lopsided(Cyclic):
    """a b = a + 2 b is no group law."""

    def _compose(self, p, q):
        return torch.remainder(p + 2 * q, self.n)


@pytest.mark.parametrize("several", [finite_groups(), lie_groups(), groups(), Cyclic(5), TURNS])
def test_groups_are_groups(several) -> None:
    IsGroup(several, settings=QUICK)()


def test_what_is_no_group_breaks_at_two() -> None:
    with pytest.raises(Broken, match=r"e a = a = a e does not hold\n  a +Lopsided\(n=2\) \[1\]"):
        IsGroup([Lopsided(n) for n in range(1, 7)], settings=QUICK)()


@dataclass(frozen=True)
class Forgetful(FiniteGroup):
    """A product that loses the second digit, by which what it confuses lies at distance 0."""

    moduli = (2, 2)

    def _compose(self, p, q):
        return torch.remainder(p + q, 2) * torch.tensor([1, 0])

    def _inverse(self, p):
        return p

    def _norm(self, p):
        return (p != 0).any(-1).double()


def test_a_product_does_not_hide_its_own_slip() -> None:
    with pytest.raises(Broken, match="e a = a = a e does not hold"):
        IsGroup(Forgetful(), settings=QUICK)()


class RightAction(FieldAction):
    """g moves as g^-1 does."""

    def act(self, g, x):
        return super().act(~g, x)


class Gain(Action):
    """Shifts of log-loudness scaling a waveform (*batch t)."""

    group = Translation(1)
    event_dim = 1

    def act(self, g, x):
        return g.params.exp() * x


WAVE = torch.linspace(-1, 1, 7, dtype=torch.float64)[None]


def test_actions_act() -> None:
    Acts(image_action, groups=TURNS, size=5, settings=QUICK)()
    Acts(Gain(), x=WAVE, settings=QUICK)()
    Acts(hue_action(), x=WAVE[..., None, :3, None].expand(2, 3, 3, 1), settings=QUICK)()


def test_a_right_action_breaks_where_elements_do_not_commute() -> None:
    with pytest.raises(Broken, match=r"\(a b\) x = a \(b x\) does not hold\n  a +Dihedral\(n=4\)"):
        Acts(lambda group: RightAction(group, Trivial(group)), groups=TURNS, size=5, settings=SEARCH)()


class Loud(Regular):
    """A matrix that is not what moves vectors."""

    def _matrix(self, g, dtype):
        return 2 * super()._matrix(g, dtype)


def test_representations_represent() -> None:
    Represents(Regular, groups=finite_groups(), settings=QUICK)()
    Represents(Irrep(SO2(), 2), settings=QUICK)()
    with pytest.raises(Broken, match=r"rho\(e\) = I does not hold\n  a +Cyclic\(n=1\)"):
        Represents(Loud, groups=finite_groups(), settings=QUICK)()


@pytest.mark.parametrize("law", [lambda: Acts(Gain()), lambda: Equivariant(torch.relu, Gain(), Gain())])
def test_inputs_of_unknown_shape_are_asked_for(law) -> None:
    with pytest.raises(TypeError, match="x is needed"):
        law()
