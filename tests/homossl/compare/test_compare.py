"""Two runs side by side: the same encoder differs in nothing, a better one in the right direction."""

import json
from dataclasses import replace
from typing import Any

import pytest
import torch

from groups import Affine2, Cyclic, Transform, Translation, image_action
from homossl.compare import compare, motions_of
from homossl.compare.page import page
from homossl.compare.some import some
from homossl.data import Images, Saccades
from homossl.encoders import CNN
from homossl.evaluate.pose import Perceptron, Ridge
from homossl.learner import build
from homossl.objectives import InfoNCE
from homossl.views import EfferencePair, FeatureFibre, InputAugmentation, Near, Window

QUARTERS = InputAugmentation(image_action(Cyclic(4)))


def images(n, seed):
    """A bright bar above, wider in one class; the odd one out is dark."""
    rng = torch.Generator().manual_seed(seed)
    y = torch.arange(n) % 3
    x = 0.4 * torch.rand(n, 1, 9, 9, generator=rng)
    for label in (1, 2):
        x[y == label, :, :3, : 4 * label] += 0.5
    return Images(x, y, ("none", "half", "whole"))


TRAIN, TEST = images(150, 0), images(90, 1)


def encoder(seed=0):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return CNN(fields=(2, 4), steps=(1, 2)).build(Cyclic(4), 1, 9)


class Noisy(torch.nn.Module):
    """An encoder whose features are drowned in noise that is a function of the image, and of the place."""

    def __init__(self, encoder):
        super().__init__()
        self.encoder, self.pose = encoder, encoder.pose

    def forward(self, x):
        z = self.encoder(x)
        return z + 20 * torch.sin(1e4 * z + torch.arange(z[0].numel()).view_as(z[0]))


@pytest.fixture(scope="module")
def comparison():
    encoders: Any = {"good": encoder(), "noisy": Noisy(encoder())}
    return compare(encoders, TRAIN, TEST, QUARTERS, regressor=Perceptron(16), settings={"Data": "bars"})


def rows(comparison):
    return {row.measure: row for section in comparison.sections().values() for row in section}


def test_differences_go_the_right_way(comparison):
    found = rows(comparison)
    for better in ("linear, pose kept", "Fisher ratio", "silhouette (cosine)", "MRR", "motion named exactly"):
        assert found[better].difference.mean < 0
        assert found[better].difference.mean == pytest.approx(found[better].b.mean - found[better].a.mean)
    assert found["geodesic error"].difference.mean > 3 * found["geodesic error"].difference.half


def test_control_an_encoder_does_not_differ_from_itself():
    same = rows(compare({"a": encoder(), "b": encoder()}, TRAIN, TEST, QUARTERS, regressor=Perceptron(16)))
    assert all(row.difference.mean == 0 for row in same.values())


def test_controls_are_beside_the_motion(comparison):
    controls = comparison.controls()
    assert list(controls) == ["shuffled", "identity", "chance"]
    mrr = {name: next(row for row in rows if row.measure == f"MRR, {name}") for name, rows in controls.items()}
    assert all(row.a.mean < rows(comparison)["MRR"].a.mean - 0.1 for row in mrr.values())


def test_table_and_json_hold_both_runs(comparison, tmp_path):
    comparison.save(tmp_path / "new" / "folder")
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == ["comparison.json", "report.html"]
    held = json.loads((tmp_path / "new" / "folder" / "comparison.json").read_text())
    assert held["runs"] == ["good", "noisy"]
    assert held["measured"]["good"]["pose"]["predictor"] == "declared action"
    assert held["measured"]["noisy"]["pose"]["predictor"] == "fitted map (Perceptron)"
    assert len(held["measured"]["good"]["latents"]["similarity"]) == 3
    header, _, *lines = comparison.table().splitlines()
    assert header.split() == ["measure", "good", "noisy", "difference"]
    assert all(any(line.startswith(measure) for line in lines) for measure in rows(comparison))
    for control in ("geodesic error, shuffled", "R², mean over dimensions, identity", "MRR, chance"):
        assert any(line.startswith(control) for line in lines)


def test_the_page_shows_every_row_and_picture_and_fetches_nothing(comparison):
    html = page(comparison).html()
    assert html.count("<svg") == 4
    assert html.count("<tr>") > len(rows(comparison))
    for text in ("Comparison of good and noisy", "H@5, shuffled", "R² (SIE legacy)", "declared action", "bars"):
        assert text in html
    assert "http" not in html
    assert "<script" not in html


def test_only_two_encoders_can_be_compared():
    with pytest.raises(ValueError, match=r"expected two encoders to compare, got \['a'\]"):
        compare({"a": encoder()}, TRAIN, TEST, QUARTERS, regressor=Perceptron(16))


class Noise(Transform):
    """Some noise."""

    def __call__(self, x, generator=None):
        return x + torch.rand(x.shape, generator=generator)


def learner(views):
    return build(Cyclic(4), CNN(fields=(1, 2), steps=(1, 2)), views, InfoNCE(), shape=(1, 9, 9))


def test_inputs_move_as_the_views_of_a_run_do():
    fibre = FeatureFibre(motion=Near(1.6), window=Window(1))
    moved: Any = motions_of(learner(fibre))
    assert moved == InputAugmentation(moved.action, Near(1.6))
    assert moved.action == learner(fibre).encoder.action_in
    crops = InputAugmentation(image_action(Affine2()), Near(0.1), window=Window(1), transforms=(Noise(),))
    assert motions_of(learner(crops)) == replace(crops, window=Window(), transforms=())
    frames = EfferencePair(group=Translation(2), window=Window(1))
    assert motions_of(learner(frames)) == EfferencePair(group=Translation(2))
    assert motions_of(learner(EfferencePair())) == EfferencePair(group=Cyclic(4))  # filled in by the encoder


class Bars:
    """The images above, as a data set."""

    def load(self, split):
        return TRAIN if split == "train" else TEST


def test_frames_are_compared_by_their_own_motions_and_say_what_is_left_out(tmp_path):
    train, test = (Saccades(Bars(), size=7, reach=1.0).load(split) for split in ("train", "test"))
    views, encoders = EfferencePair(group=Translation(2)), {"a": encoder(), "b": encoder(1)}
    saccades = compare(encoders, train, test, views, regressor=Ridge())
    saccades.save(tmp_path)
    html, text = (tmp_path / "report.html").read_text(), (tmp_path / "comparison.json").read_text()
    held = json.loads(text, parse_constant=pytest.fail)
    assert held["measured"]["a"]["pose"]["group"] == "Translation(d=2)"
    assert {row["measure"] for row in held["rows"]["motion"]} == {
        "geodesic error",
        "R², mean over dimensions",
        "R² (SIE legacy)",
    }
    for told in (saccades.table(), html, held["measured"]["a"]["pose"]["left_out"]):
        assert "MRR and H@k are left out" in told
    assert html.count("<svg") == 4
    assert rows(saccades)["geodesic error"].a.mean < 3


def test_some_images_are_those_of_the_split_with_their_motions():
    frames = Saccades(Bars(), size=7, reach=1.0).load("test")
    chosen = some(frames, 20, seed=3)
    assert (len(chosen), chosen.shape, chosen.classes) == (20, (1, 7, 7), TEST.classes)
    ours: Any = next(iter(chosen.to("cpu").batches([torch.tensor([4, 2])])))
    index = torch.randperm(90, generator=torch.Generator().manual_seed(3))[[4, 2]]
    theirs: Any = next(iter(frames.batches([index])))
    assert torch.equal(ours.x, theirs.x)
    assert torch.equal(ours.y, theirs.y)
    assert torch.equal(ours.motion.params, theirs.motion.params)
    assert some(frames, None, 0) is some(frames, 90, 0) is frames


def test_what_is_no_number_is_null_in_json():
    class Constant(Noisy):
        def forward(self, x):
            return torch.zeros_like(self.encoder(x))

    collapsed: Any = {"good": encoder(), "collapsed": Constant(encoder())}
    held = compare(collapsed, TRAIN, TEST, QUARTERS, regressor=Ridge()).to_dict()
    assert json.loads(json.dumps(held, allow_nan=False))["measured"]["collapsed"]["latents"]["fisher"] is None
