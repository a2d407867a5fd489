"""What a check reports, on models of every kind, and what it refuses."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest
import torch
from torch import nn

from groups import SE2, SO2, SO3, Cyclic, FieldAction, Irrep, Regular, Trivial, image_action
from groups._escnn import enn, gspaces
from homossl.encoders import CNN, Encoder, Stage
from homossl.verify import check
from homossl.verify.elements import elements_to_test

C4, C8 = Cyclic(4), Cyclic(8)
REGULAR = FieldAction(C4, Regular(C4))


class Lambda(nn.Module):
    """A function as a module that names itself."""

    def __init__(self, f) -> None:
        super().__init__()
        self.f = f

    def forward(self, x):
        return self.f(x)


def some(group):
    """A few elements, the identity among them."""
    return elements_to_test(group)[:6]


def network(group=C4, size: int = 9, **options) -> Encoder:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return CNN(**{"fields": (2, 3), "steps": (1, 2)} | options).build(group, 1, size)


def state(model: nn.Module):
    return deepcopy(model.state_dict()), [module.training for module in model.modules()]


def test_c4_on_an_odd_grid_holds_to_rounding_at_every_layer() -> None:
    encoder = network(fields=(2, 3, 2), steps=(1, 2, 2), size=17).double()
    report = check(encoder, x=torch.randn(8, 1, 17, 17))
    assert report.passed
    assert all(layer.exact.all() for layer in report.layers)
    assert max(layer.own.max().item() for layer in report.layers) < 1e-12
    assert report.whole.total.max() < 1e-12


def test_layers_are_named_and_shaped() -> None:
    report = check(network(), x=torch.randn(5, 1, 9, 9))
    parts = [f"stages.{i}.body.body.{j}" for i in range(2) for j in range(3)]
    assert [layer.name for layer in report.layers] == [*parts[:3], "stages.0", *parts[3:], "stages.1", ""]
    assert {tuple(layer.own.shape) for layer in report.layers} == {(4, 5)}
    assert report.unclaimed == ()


def test_off_the_lattice_a_correct_network_misses_and_passes() -> None:
    report = check(network(C8, size=33))
    assert report.whole.exact.tolist() == [True, False] * 4
    assert report.whole.own[report.whole.exact].max() < 1e-5
    assert report.whole.own[1].min() > 0.01
    assert report.passed


def test_tolerance_replaces_the_default() -> None:
    x = torch.randn(2, 1, 17, 17)
    assert not check(network(C8, size=17), x=x, tolerance=1e-3).passed
    assert check(network(C8, size=17), x=x, tolerance=10.0).passed


def test_elements_can_be_chosen() -> None:
    report = check(network(), x=torch.randn(2, 1, 9, 9), elements=C4.element([[3], [1]]))
    assert report.whole.own.shape == (2, 2)


def test_controls_say_what_a_wrong_element_does() -> None:
    whole = check(network().double(), x=torch.randn(4, 1, 9, 9)).whole
    assert whole.own.max() < 1e-12
    assert whole.unmoved[0].max() < 1e-12
    assert min(whole.unmoved[1:].min(), whole.shuffled.min(), whole.other.min()) > 0.1


def test_the_model_is_left_as_it_was() -> None:
    encoder = network()
    encoder.stages[0].eval()  # type: ignore[union-attr]
    before, modes = state(encoder)
    check(encoder, x=torch.randn(2, 1, 9, 9))
    after, kept = state(encoder)
    assert modes == kept
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in encoder.modules())


def test_json_holds_everything() -> None:
    report = check(network(), x=torch.randn(3, 1, 9, 9))
    read = json.loads(report.to_json())
    assert read["passed"] is True
    assert torch.tensor(read["layers"][-1]["own"]).shape == (4, 3)
    assert read["elements"] == [[0], [1], [2], [3]]


def test_the_page_needs_nothing_else(tmp_path) -> None:
    check(network(), x=torch.randn(3, 1, 9, 9)).save(tmp_path / "report.html")
    html = (tmp_path / "report.html").read_text()
    assert "stages.1.body.body.0" in html
    assert not any(word in html for word in ("http://", "https://", "<script"))


def test_table_names_layers_elements_and_verdict() -> None:
    table = check(network(), x=torch.randn(3, 1, 9, 9)).table()
    assert all(word in table for word in ("stages.0", "InnerBatchNorm", "Cyclic(n=4) [3]", "holds to rounding"))


def test_a_function() -> None:
    pooled = check(lambda x: x.mean((-2, -1)), image_action(C4, 3), Trivial(C4, 3))
    assert pooled.passed
    assert not check(lambda x: x.mean(-2).flatten(1), image_action(C4, 3), Trivial(C4, 99)).passed


def test_a_linear_map_of_vectors() -> None:
    rho = Irrep(SO2(), 1)
    assert check(lambda x: 3 * x, rho, rho).passed
    report = check(lambda x: x * torch.tensor([1.0, 2.0]), rho, rho)
    assert [layer.title for layer in report.faults] == ["model"]


def test_escnn_without_any_wrapper_of_ours() -> None:
    space = gspaces.rot2dOnR2(4)
    image, fields = enn.FieldType(space, [space.trivial_repr]), enn.FieldType(space, 2 * [space.regular_repr])

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = enn.SequentialModule(enn.R2Conv(image, fields, 3, padding=1), enn.ReLU(fields))
            self.pool = nn.AvgPool2d(3, 2, 1)

        def forward(self, x):
            return self.pool(self.body(enn.GeometricTensor(x, image)).tensor)

    model = Network().float()  # escnn shares its bases, and another test may have made them double
    target = FieldAction(C4, 2 * Regular(C4))
    report = check(model, image_action(C4), target, torch.randn(4, 1, 9, 9))
    assert report.passed
    assert [layer.name for layer in report.layers] == ["body.0", "body.1", "pool", ""]
    model.pool = nn.AvgPool2d(2)  # misses the last row and column
    assert [layer.name for layer in check(model, image_action(C4), target).faults] == ["pool"]


def test_e3nn_layers() -> None:
    from e3nn import o3

    model = nn.Sequential(o3.Linear("4x0e + 3x1o", "2x0e + 5x1o"), o3.Linear("2x0e + 5x1o", "2x1o"))
    from groups.interop import from_e3nn

    source, target = from_e3nn("4x0e + 3x1o"), from_e3nn("2x1o")
    report = check(model, source, target)
    assert report.passed
    assert [layer.name for layer in report.layers] == ["0", "1", ""]
    model[1] = nn.Linear(17, 6)
    assert [layer.name for layer in check(model, source, target).faults] == ["1"]
    assert source.group == SO3()


def test_layers_can_be_declared_by_name() -> None:
    model = nn.Sequential(nn.Conv2d(1, 4, 1), nn.Conv2d(4, 4, 1), nn.Flatten(2))
    images = image_action(C4)
    report = check(model[:2], images, image_action(C4, 4), layers={"0": (images, image_action(C4, 4))})
    assert report.passed
    assert [layer.name for layer in report.layers] == ["0", "1", ""]


def test_undeclared_layers_are_named() -> None:
    hidden = nn.Sequential(nn.Conv2d(1, 4, 1), nn.Conv2d(4, 4, 1), nn.Conv2d(4, 1, 1))
    report = check(hidden, image_action(C4), image_action(C4))
    assert report.passed
    assert report.unclaimed == ("0", "1", "2")


def test_a_reused_module_is_checked_each_time() -> None:
    relu = nn.ReLU()
    model = Encoder(Stage(nn.Sequential(relu, relu), image_action(C4), image_action(C4)))
    names = [layer.name for layer in check(model).layers]
    assert names == ["stages.0.body.0", "stages.0.body.0#2", "stages.0", ""]


def test_a_constant_has_collapsed() -> None:
    report = check(lambda x: torch.ones(len(x), 3), image_action(C4), Trivial(C4, 3))
    assert report.whole.own.max() == 0
    assert not report.passed
    assert "same for every sample" in report.verdict()


def test_nothing_known_of_numbers_that_are_not() -> None:
    report = check(lambda x: x.mean((-2, -1)) / 0, image_action(C4, 3), Trivial(C4, 3))
    assert not report.passed


def test_no_actions() -> None:
    with pytest.raises(TypeError, match="the source is a group action, such as"):
        check(nn.Identity())


def test_actions_of_two_groups() -> None:
    with pytest.raises(TypeError, match="of one group, got Cyclic"):
        check(nn.Identity(), image_action(C4), image_action(C8))


def test_an_output_of_another_shape_names_the_layer() -> None:
    with pytest.raises(ValueError, match=r"model \(Conv2d\)"):
        check(nn.Conv2d(1, 3, 1), image_action(C4), REGULAR)


def test_input_that_is_not_finite() -> None:
    x = torch.zeros(1, 1, 9, 9)
    x[0, 0, 0, 3] = torch.nan
    with pytest.raises(ValueError, match="x: expected finite numbers, got 1"):
        check(network(), x=x)


def test_an_image_that_is_no_batch() -> None:
    with pytest.raises(ValueError, match=r"a batch \(b c h w\), got \(1, 9, 9\)"):
        check(network(), x=torch.zeros(1, 9, 9))


def test_an_unknown_layer() -> None:
    with pytest.raises(ValueError, match=r"Encoder has the modules .*; got \['stages\.7'\]"):
        check(network(), layers={"stages.7": (REGULAR, REGULAR)})


@pytest.mark.parametrize("f", [nn.Conv2d(1, 1, 1), nn.Sequential(nn.Sigmoid()), Lambda(torch.cos)], ids=str)
@pytest.mark.parametrize("group", [C8, SO2(), Cyclic(3), SE2()], ids=str)
def test_what_is_beyond_the_border_is_not_held_against_a_pointwise_map(f, group) -> None:
    images = image_action(group)
    assert check(f, images, images, elements=some(group)).passed


def test_control_a_gain_that_is_not_the_same_everywhere_is() -> None:
    images = image_action(SE2())
    gain = Lambda(lambda x: x * torch.linspace(0.7, 1.3, 33))
    assert not check(gain, images, images).passed


def test_raw_models_of_escnn_and_e3nn_say_their_own_actions() -> None:
    from e3nn import o3

    space = gspaces.rot2dOnR2(4)
    image, fields = enn.FieldType(space, [space.trivial_repr]), enn.FieldType(space, [space.regular_repr])
    raw = enn.SequentialModule(enn.R2Conv(image, fields, 3, padding=1), enn.ReLU(fields)).float()
    assert check(raw).passed
    assert check(o3.Linear("2x0e + 1x1o", "1x1o")).passed


def test_a_filter_of_escnn_that_was_changed_by_hand_is_judged_and_left_as_it_is() -> None:
    space = gspaces.rot2dOnR2(4)
    image, fields = enn.FieldType(space, [space.trivial_repr]), enn.FieldType(space, [space.regular_repr])
    conv = enn.R2Conv(image, fields, 3, padding=1).float().eval()
    changed = conv.filter = conv.filter.roll(1, -1)
    assert [[layer.name for layer in check(conv).faults] for _ in range(2)] == [["body"], ["body"]]
    assert torch.equal(conv.filter, changed)


def test_layers_of_several_tensors_are_judged_as_parts_of_the_whole() -> None:
    from e3nn import nn as e3nn_nn
    from e3nn import o3

    from groups.interop import from_e3nn

    irreps = o3.Irreps("4x0e+2x1e")
    assert check(e3nn_nn.NormActivation(irreps, torch.sigmoid), from_e3nn(irreps), from_e3nn(irreps)).passed


class Scaled(nn.Module):
    action_in = action_out = image_action(C4)

    def forward(self, x, scale=1.0):
        return x * scale


def test_keyword_arguments_are_given_again() -> None:
    class Outer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = Scaled()

        def forward(self, x):
            return self.inner(x, scale=3.0)

    assert check(Outer(), image_action(C4), image_action(C4)).passed


def test_a_model_that_gives_two_tensors_is_refused() -> None:
    with pytest.raises(TypeError, match="the model gave a tuple, expected one tensor"):
        check(lambda x: (x, x), image_action(C4), image_action(C4))


@pytest.mark.filterwarnings("ignore:.torch.jit:FutureWarning")
def test_a_scripted_model_is_a_function() -> None:
    scripted = torch.jit.trace(nn.Conv2d(1, 1, 1), torch.zeros(1, 1, 33, 33), check_trace=False)
    assert check(scripted, image_action(C4), image_action(C4)).passed


def test_x_keeps_its_type_where_the_model_has_none() -> None:
    linear, rho = nn.Linear(4, 4).double(), Trivial(C4, 4)
    assert check(lambda x: linear(x), rho, rho, torch.randn(2, 4, dtype=torch.float64)).passed


def test_json_has_null_for_what_is_no_number() -> None:
    report = check(lambda x: x.mean((-2, -1)) / 0, image_action(C4, 3), Trivial(C4, 3))
    assert "NaN" not in report.to_json()


def test_where_all_elements_interpolate_the_verdict_says_so() -> None:
    report = check(network(C8, size=17), x=torch.randn(2, 1, 17, 17), elements=C8.element(torch.tensor([1])))
    assert "cannot be told" in report.verdict()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tolerance": float("nan")}, "tolerance: expected a finite number, not negative, got nan"),
        ({"elements": C4.elements()[:0]}, "elements: expected at least one"),
        ({"x": torch.zeros(0, 1, 9, 9)}, "x: expected at least one sample"),
    ],
)
def test_bad_options_are_named(options, message) -> None:
    with pytest.raises(ValueError, match=message):
        check(network(), **options)
