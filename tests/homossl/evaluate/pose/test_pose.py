"""What can be read of a motion: all of it from an exact homomorphism, nothing from an invariant or a collapsed one."""

import copy
import json

import pytest
import torch
from torch import nn

from groups import SO2, Affine2, Cyclic, image_action
from homossl.data import Frames, Images, Saccades
from homossl.encoders import CNN
from homossl.evaluate.pose import Perceptron, Ridge, pose_scores
from homossl.evaluate.pose.scores import CONTROLS
from homossl.objectives import Readout
from homossl.views import EfferencePair, FeatureFibre, FromIdentity, InputAugmentation, Near, RandomResizedCrop

QUARTERS = InputAugmentation(image_action(Cyclic(4)))
QUICK = {"regressor": Perceptron(64), "draws": 2, "count": 4}
FLAT = Readout(pool=False)


def images(n, seed):
    """Noise that is brighter above, so that it has a pose."""
    x = torch.rand(n, 1, 9, 9, generator=torch.Generator().manual_seed(seed))
    return Images(0.5 * x + torch.linspace(0.5, 0, 9)[:, None], torch.arange(n) % 2, ("a", "b"))


TRAIN, TEST = images(300, 0), images(150, 1)


@pytest.fixture(scope="module")
def encoder():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return CNN(fields=(2, 4), steps=(1, 2)).build(Cyclic(4), 1, 9)


class Invariant(nn.Module):
    """The mean over the group of an encoder's features: a vector."""

    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder

    def forward(self, x):
        return self.encoder.pose(self.encoder(x)).mean(-1)


class Collapsed(nn.Module):
    """The same vector for all images."""

    def forward(self, x):
        return torch.ones(len(x), 3)


class Pixels(nn.Module):
    """The pixels as they are, as a map (b c h w)."""

    def forward(self, x):
        return x


class Broken(nn.Module):
    """Latents of which a few are no numbers."""

    def forward(self, x):
        return torch.where(x.mean((1, 2, 3)) > 0.52, torch.nan, x.mean((2, 3)).T).T


@pytest.fixture(scope="module")
def scores(encoder):
    return pose_scores(encoder, TRAIN, TEST, QUARTERS, **QUICK)


def test_an_exact_homomorphism_tells_the_motion_and_follows_it(scores):
    measures = scores.measures()
    assert scores.predictor == "declared action"
    assert measures["motion named exactly"]["true"].mean > 0.9
    assert measures["geodesic error"]["true"].mean < 0.2
    assert measures["R², mean over dimensions"]["true"].mean > 0.7
    assert measures["MRR"]["true"].mean == measures["H@1"]["true"].mean == 1


def test_its_controls_are_at_chance(scores):
    measures = scores.measures()
    for measure in ("geodesic error", "motion named exactly", "MRR", "H@1"):
        true, *controls, chance = (measures[measure][name].mean for name in CONTROLS)
        assert all(abs(control - chance) < 0.25 * abs(true - chance) for control in controls)
    assert measures["geodesic error"]["chance"].mean == pytest.approx(torch.pi / 2, abs=0.2)
    assert measures["R², mean over dimensions"]["shuffled"].mean < 0
    assert measures["R², mean over dimensions"]["chance"].mean == pytest.approx(0, abs=0.03)


@pytest.mark.parametrize("kind", [Invariant, Collapsed])
def test_an_invariant_or_collapsed_encoder_tells_nothing(encoder, kind):
    blind = kind(encoder) if kind is Invariant else kind()
    measures = pose_scores(blind, TRAIN, TEST, QUARTERS, **QUICK).measures()
    assert measures["geodesic error"]["true"].mean > 1.2
    assert measures["motion named exactly"]["true"].mean < 0.4
    assert measures["R², mean over dimensions"]["true"].mean < 0.05
    assert measures["MRR"]["true"].mean == pytest.approx(measures["MRR"]["chance"].mean, abs=0.05)


def test_a_linear_map_reads_a_pose_but_no_motion_between_poses():
    ridge = QUICK | {"regressor": Ridge(), "readout": FLAT}
    from_upright = InputAugmentation(image_action(Cyclic(4)), FromIdentity())
    named = [
        pose_scores(Pixels(), TRAIN, TEST, views, **ridge).measures()["motion named exactly"]["true"].mean
        for views in (from_upright, QUARTERS)
    ]
    assert named[0] > 0.9
    assert named[1] < 0.45


def test_where_no_action_is_declared_one_is_fitted(encoder):
    fitted = pose_scores(Pixels(), TRAIN, TEST, QUARTERS, **QUICK, readout=FLAT)
    assert fitted.predictor == "fitted map (Perceptron)"
    mrr = fitted.measures()["MRR"]
    assert mrr["true"].mean > mrr["shuffled"].mean + 0.2
    moved_otherwise = pose_scores(encoder, TRAIN, TEST, InputAugmentation(image_action(SO2())), **QUICK)
    assert moved_otherwise.predictor == "fitted map (Perceptron)"
    assert "motion named exactly" not in moved_otherwise.measures()


def test_crops_are_motions_too():
    crops = InputAugmentation(image_action(Affine2(), padding="border"), RandomResizedCrop(9, scale=(0.5, 1.0)))
    r2 = pose_scores(Pixels(), TRAIN, TEST, crops, **QUICK, readout=FLAT).dimensions()
    assert r2["y"]["true"].mean > 0.2
    assert r2["y"]["shuffled"].mean < 0  # control
    assert "b" not in r2  # it does not vary


def test_the_action_is_the_encoders_own_where_none_is_named(encoder, scores):
    assert pose_scores(encoder, TRAIN, TEST, InputAugmentation(), **QUICK).to_dict() == scores.to_dict()
    other = pose_scores(encoder, TRAIN, TEST, InputAugmentation(), **QUICK, seed=1)
    assert other.to_dict() != scores.to_dict()  # control: the draws matter
    with pytest.raises(ValueError, match="Collapsed declares no action on its inputs: give the views one"):
        pose_scores(Collapsed(), TRAIN, TEST, InputAugmentation(), **QUICK)


def test_the_encoder_and_the_global_generator_are_left_as_they_were(encoder):
    encoder.train()
    state, rng = copy.deepcopy(encoder.state_dict()), torch.get_rng_state()
    pose_scores(encoder, TRAIN, TEST, QUARTERS, **QUICK)
    assert encoder.training
    assert all(torch.equal(value, encoder.state_dict()[name]) for name, value in state.items())
    assert all(parameter.grad is None for parameter in encoder.parameters())
    assert torch.equal(torch.get_rng_state(), rng)
    with torch.no_grad():
        encoder(TRAIN.x)
    moved = [name for name, value in state.items() if not torch.equal(value, encoder.state_dict()[name])]
    assert moved  # control: in training mode, its normalisation moves


def test_table_and_dict_hold_every_measure(scores):
    table, held = scores.table(), json.loads(json.dumps(scores.to_dict()))
    assert table.splitlines()[0].split() == ["measure", "true", "shuffled", "identity", "chance"]
    for measure in ("R² (SIE legacy)", "R² of turn = 3", "H@5 (legacy, identity pair kept)"):
        assert measure in table
    assert held["measures"]["MRR"]["true"] == {"mean": 1.0, "half": 0.0}
    assert sum(measure.startswith("R² of turn") for measure in held["measures"]) == 4
    assert held["group"] == "Cyclic(n=4)"


def fixations(images, group=Cyclic(4)):
    """Two fixations of each image, quarter turns of each other."""

    class Source:
        def load(self, split):
            return images

    return Saccades(Source(), size=9, reach=3.2, group=group).load("test")


def test_motions_between_frames_are_read_and_ranks_are_left_out(encoder):
    scores = pose_scores(encoder, fixations(TRAIN), fixations(TEST), EfferencePair(), regressor=Perceptron(64))
    measures = scores.measures()
    assert measures["motion named exactly"]["true"].mean > 0.8
    assert measures["motion named exactly"]["shuffled"].mean < 0.45  # control
    (batch,) = fixations(TEST).batches([torch.arange(len(TEST))])
    still = (batch.motion.params == 0).double().mean().item()  # pyright: ignore[reportOptionalMemberAccess]
    assert measures["motion named exactly"]["identity"].mean == pytest.approx(still)
    assert not any(name.startswith(("MRR", "H@")) for name in measures)
    assert "MRR and H@k are left out: they need several views of one image" in scores.table()
    held = json.loads(json.dumps(scores.to_dict(), allow_nan=False))
    assert held["predictor"] is None
    assert held["left_out"] in scores.table()


def test_nothing_is_left_out_where_views_are_drawn(scores):
    assert scores.left_out is None
    assert "left out" not in scores.table()


def test_frames_without_motions_are_refused(encoder):
    with pytest.raises(ValueError, match="EfferencePair needs batches of two frames and the motion between them"):
        pose_scores(encoder, TRAIN, TEST, EfferencePair(), **QUICK)


@pytest.mark.parametrize("regressor", [Perceptron(8), Ridge()])
def test_latents_that_are_no_numbers_are_refused(regressor):
    with pytest.raises(ValueError, match=r"expected finite latents, got \d+ numbers that are not"):
        pose_scores(Broken(), TRAIN, TEST, QUARTERS, regressor=regressor)


@pytest.mark.parametrize(
    ("views", "data"),
    [
        (InputAugmentation(image_action(Cyclic(1))), TRAIN),
        (
            EfferencePair(group=Cyclic(1)),
            Frames(torch.zeros(20, 2, 1, 9, 9), Cyclic(1).identity(20), torch.zeros(20).long(), ("a",)),
        ),
    ],
)
def test_a_group_that_moves_nothing_is_named(views, data):
    with pytest.raises(ValueError, match=r"a group that moves something, got Cyclic\(n=1\), of one element"):
        pose_scores(Pixels(), data, data, views, **QUICK)


def test_views_that_do_not_move_are_told():
    still = InputAugmentation(image_action(SO2()), Near(0.0))
    with pytest.raises(ValueError, match=r"after different motions, got none from Near\(radius=0.0\)"):
        pose_scores(Pixels(), TRAIN, TEST, still, regressor=Ridge(), count=2)


def test_views_of_one_input_are_refused(encoder):
    with pytest.raises(TypeError, match="views that are two inputs of each image, got 256 of 256 from FeatureFibre"):
        pose_scores(encoder, TRAIN, TEST, FeatureFibre(), **QUICK)


def test_too_few_images_are_told_by_their_number():
    few = images(5, 0)
    with pytest.raises(ValueError, match="Perceptron needs at least 11 samples to fit on, got 10"):
        pose_scores(Pixels(), few, TEST, QUARTERS, **QUICK)


def test_impossible_numbers_of_views_are_refused(encoder):
    for draws, count in ((0, 1), (1, 0)):
        with pytest.raises(ValueError, match=f"draws and count must be at least 1, got {draws} and {count}"):
            pose_scores(encoder, TRAIN, TEST, QUARTERS, draws=draws, count=count)
