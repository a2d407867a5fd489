"""An audit finds the representation that a layer has, and finds none where there is none."""

import copy
import json

import pytest
import torch
from torch import nn
from torchvision.models import resnet18

from groups import SO2, Cyclic, PointwiseAction, Regular, Torus, Translation, image_action
from groups.representation import direct_sum
from homossl.data import Digits
from homossl.verify.audits.audit import audit
from homossl.verify.audits.layers import layer_names
from homossl.verify.audits.motions import Motions, elements_to_audit
from homossl.verify.audits.readings import InPlace, as_field, reading

C4 = Cyclic(4)
FIELDS = 2


class Lift(nn.Module):
    """Filters in front of every turn of the image, (b 1 h w) -> (b (2 4) h w): regular fields of C_4."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, FIELDS, 3, padding=1)

    def forward(self, x):
        turns = [torch.rot90(self.conv(torch.rot90(x, -k, (-2, -1))), k, (-2, -1)) for k in range(4)]
        return torch.stack(turns, dim=2).flatten(1, 2)


class Untied(nn.Module):
    """As many filters, not tied, and not linear."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4 * FIELDS, 5, padding=2)

    def forward(self, x):
        return self.conv(x).sin()


class Invariant(nn.Module):
    """The mean over space and group, (b (c 4) h w) -> (b c)."""

    def forward(self, x):
        return x.unflatten(1, (-1, 4)).mean((2, 3, 4))


class Constant(nn.Module):
    """The same pattern for every image."""

    def forward(self, x):
        return torch.linspace(-1, 1, x[0].numel(), dtype=x.dtype).reshape(x[0].shape).expand(x.shape) + 1e-9 * x


def mixing():
    """An orthogonal mixture of the channels."""
    conv = nn.Conv2d(4 * FIELDS, 4 * FIELDS, 1, bias=False)
    nn.init.orthogonal_(conv.weight)
    return conv


@pytest.fixture(scope="module", autouse=True)
def _weights():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        yield


@pytest.fixture(scope="module")
def x():
    return Digits(9).load("test").x[:32].double()


def test_the_declared_permutation_is_recovered(x):
    result = audit(nn.Sequential(Lift(), Invariant()).double(), image_action(C4), x)
    lift, head, whole = result.layers
    declared = direct_sum(*[Regular(C4)] * FIELDS).matrix(C4.elements(), dtype=torch.float64)
    torch.testing.assert_close(lift.fit.channels, declared, rtol=0, atol=1e-6)
    assert min(lift.linear.min(), lift.homomorphic.min()) > 1 - 1e-9
    assert lift.latent.multiplicities == {(0,): pytest.approx(2), (1,): pytest.approx(2), (2,): pytest.approx(2)}
    assert lift.shuffled.max() < 0.5
    assert lift.carried[1:].max() < 0.5
    for layer in (head, whole):
        assert min(layer.in_place.min(), layer.pooled.min(), layer.linear.min()) > 1 - 1e-9
    assert result.worst().value < 1e-9


def test_a_mixture_of_its_channels_is_linear_and_homomorphic_too(x):
    lift, mixed, _ = audit(nn.Sequential(Lift(), mixing()).double(), image_action(C4), x).layers
    assert min(mixed.linear.min(), mixed.homomorphic.min()) > 1 - 1e-9
    assert mixed.latent.homomorphism < 1e-6
    assert mixed.latent.multiplicities == {(0,): pytest.approx(2), (1,): pytest.approx(2), (2,): pytest.approx(2)}
    assert (mixed.fit.channels - lift.fit.channels).abs().max() > 0.1
    assert mixed.shuffled.max() < 0.5


def test_a_nonlinear_layer_is_neither(x):
    untied, head, _ = audit(nn.Sequential(Untied(), Invariant()).double(), image_action(C4), x).layers
    assert untied.linear[1:].max() < 0.9
    assert untied.homomorphic.min() < untied.linear.min()
    assert head.pooled[1:].max() < 0.9


def test_a_collapsed_layer_is_no_success(x):
    result = audit(nn.Sequential(Lift(), Constant(), Invariant()).double(), image_action(C4), x)
    lift, *collapsed = result.layers
    assert not lift.collapsed
    for layer in collapsed:
        assert layer.collapsed
        scores = torch.stack([layer.linear, layer.in_place, layer.pooled, layer.carried, layer.shuffled])
        assert scores.abs().max() == 0
    assert result.worst().value == 1
    assert result.table().count("collapsed") == 3


def test_the_model_is_left_as_it_was(x):
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.Dropout(0.5)).double()
    model[1].eval()
    state, rng = copy.deepcopy(model.state_dict()), torch.get_rng_state()
    one, two = (audit(model, image_action(C4), x).to_json() for _ in range(2))
    assert one == two
    assert [module.training for module in model] == [True, False, True, True]
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())
    assert not any(module._forward_hooks for module in model.modules())
    assert torch.equal(torch.get_rng_state(), rng)


def test_what_a_later_layer_overwrites_is_kept(x):
    _, norm, relu, _ = audit(
        nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True)).double(), image_action(C4), x
    ).layers
    assert not torch.equal(norm.linear, relu.linear)


def test_shifts_move_as_many_cells_as_the_stride_says(x):
    group = Torus(8, 8)
    conv = nn.Conv2d(1, 4, 3, stride=2, padding=1, padding_mode="circular").double()
    by_two, by_one = group.element([[0, 0], [2, 0], [4, 6]]), group.element([[1, 0], [0, 1]])
    images = Digits(8).load("test").x[:32].double()
    assert audit(conv, image_action(group), images, elements=by_two).layers[0].carried.min() > 1 - 1e-9
    assert audit(conv, image_action(group), images, elements=by_one).layers[0].carried.max() < 0.99


def test_a_group_that_leaves_the_plane_alone_acts_on_channels():
    """Grey does not change when colours are exchanged; the colours do, linearly."""
    x = torch.rand(32, 3, 4, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    grey = nn.Conv2d(3, 1, 1, bias=False).double()
    nn.init.ones_(grey.weight)
    colours, whole = audit(nn.Sequential(nn.Identity(), grey), PointwiseAction(Regular(Cyclic(3))), x).layers[:2]
    assert whole.in_place.min() > 1 - 1e-9
    assert colours.linear.min() > 1 - 1e-9
    assert colours.in_place[1:].max() < 0.5


def test_angles_between_those_of_the_lattice_are_read_inside_the_grid(x):
    result = audit(nn.Sequential(nn.Conv2d(1, 4, 1, bias=False), nn.AvgPool2d(3)).double(), image_action(Cyclic(8)), x)
    conv, pool, _ = result.layers
    assert conv.form == "4 channels on 9 x 9"
    assert conv.carried.min() > 0.9  # interpolated, but read where no zeros come in
    assert pool.form == "4 channels on 3 x 3"


def read(output, group=C4, size=9):
    x = torch.zeros(32, 1, size, size)
    g = elements_to_audit(group)
    return reading(image_action(group), x, output, g, torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    ("shape", "group", "form", "places"),
    [
        ((2, 5), C4, "5 values", 1),
        ((2, 5, 1, 1), C4, "5 values", 1),
        ((2, 5, 9, 9), C4, "5 channels on 9 x 9", 81),
        ((2, 5, 9, 9), Cyclic(8), "5 channels on 9 x 9", 57),
        ((2, 5, 2, 2), C4, "5 channels on 2 x 2", 4),
        ((2, 5, 2, 2), Cyclic(8), "all 20 values as one vector", 1),
        ((2, 5, 3, 9), C4, "all 135 values as one vector", 1),
        ((2, 9, 5), C4, "5 channels on 3 x 3", 9),
        ((2, 10, 5), C4, "5 channels on 3 x 3", 9),
        ((2, 7, 5), C4, "5 channels of 7 tokens", 7),
        ((2, 5, 2, 2, 2), C4, "40 values", 1),
        ((2, 5, 3, 3), Torus(9, 9), "5 channels on 3 x 3", 9),
        ((2, 5, 4, 4), Torus(9, 9), "all 80 values as one vector", 1),
    ],
)
def test_how_layers_are_read(shape, group, form, places):
    found = read(torch.randn(shape), group)
    assert (found.form, len(found.places)) == (form, places)
    assert isinstance(found.motion, InPlace) == (" on " not in form)


@pytest.mark.parametrize(("padding", "places"), [("zeros", 72), ("border", 72), ("circular", 81)])
def test_places_beyond_the_grid_are_not_read_whatever_lies_there(padding, places):
    images, right = torch.zeros(32, 1, 9, 9), Translation(2).element([[1.0, 0.0]])
    source, generator = image_action(Translation(2), padding=padding), torch.Generator().manual_seed(0)
    assert len(reading(source, images, images[:2], right, generator).places) == places


def test_a_class_token_comes_first():
    tokens = torch.arange(10.0)[None, :, None]
    assert as_field(tokens)[0, 0].tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert as_field(tokens[:, 1:]).shape == (1, 1, 3, 3)


def test_layers_are_the_children_with_containers_opened():
    names = layer_names(resnet18())
    assert names[:6] == ("conv1", "bn1", "relu", "maxpool", "layer1.0", "layer1.1")
    assert names[-3:] == ("avgpool", "fc", "")
    assert "layer1.0.conv1" in layer_names(resnet18(), depth=2)


def test_products_of_elements_that_are_not_closed_are_moved_by_too():
    assert len(elements_to_audit(SO2())) == 16
    assert Motions.of(elements_to_audit(SO2())).everything.shape == (16,)
    few = Motions.of(SO2().element([[0.1], [0.5]]))
    assert (few.everything.shape, few.triples) == ((4,), ((0, 1, 2), (1, 0, 3)))
    assert not few.whole
    assert Motions.of(C4.elements()).whole
    assert not Motions.of(C4.elements()[[0, 2]]).whole


def test_mistakes_are_named(x):
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU()).double()
    with pytest.raises(ValueError, match="needs 8, got 7"):
        audit(model, image_action(C4), x[:7])
    with pytest.raises(ValueError, match=r"Sequential has the modules 0, 1; got \['conv'\]"):
        audit(model, image_action(C4), x, layers=["conv"])
    with pytest.raises(ValueError, match="layer 0 gives features that are not finite"):
        audit(model, image_action(C4), x * torch.nan)


def test_layers_without_features_are_left_out(x):
    class Shape(nn.Module):
        def forward(self, x):
            return tuple(x.shape)

    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.shape, self.relu = Shape(), nn.ReLU()

        def forward(self, x):
            self.shape(x)
            return self.relu(x)

    result = audit(Two(), image_action(C4), x)
    assert [layer.name for layer in result.layers] == ["relu", ""]
    assert result.skipped == ("shape",)


@pytest.mark.parametrize("group", [Cyclic(8), Torus(9, 9)])
def test_everything_is_written(group, x, tmp_path):
    result = audit(nn.Sequential(Lift(), Invariant()).double(), image_action(group), x)
    result.save(tmp_path / "report.html")
    html = (tmp_path / "report.html").read_text()
    assert "<svg" in html
    assert ("Over the angle" in html) == (group == Cyclic(8))
    written = json.loads(result.to_json())
    assert [layer["name"] for layer in written["layers"]] == ["0", "1", ""]
    assert len(written["layers"][0]["linear"]) == len(written["elements"]) == 8
    assert [line.split()[0] for line in result.table().splitlines()[2:5]] == ["0", "1", "model"]
