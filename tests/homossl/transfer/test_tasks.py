from __future__ import annotations

import json
from dataclasses import dataclass, replace

import pytest
import torch

from groups import Cyclic
from homossl import cli
from homossl.data import Digits, DigitScenes, Images
from homossl.encoders import CNN
from homossl.evaluate import evaluate
from homossl.recipes import hssl
from homossl.train import train
from homossl.train.spec_json import decode, encode
from homossl.transfer import Classification, Probe, Robustness, Segmentation, load_model
from homossl.views import FeatureFibre

C4 = Cyclic(4)
SCENES = DigitScenes(size=17, count=(1, 1), train=24, test=12)


@dataclass(frozen=True)
class Few:
    """The first images of a split of the digits."""

    count: int = 120

    def load(self, split):
        digits = Digits(9).load(split)
        return Images(digits.x[: self.count], digits.y[: self.count], digits.classes)


@pytest.fixture(scope="module")
def encoder():
    torch.manual_seed(0)
    return CNN(fields=(2, 4), steps=(1, 2)).build(C4, 1, 9)


def test_probes_are_those_of_evaluate(encoder):
    scores = evaluate(encoder, Few().load("train"), Few().load("test"), labels_per_class=(3,), neighbours=(1,), seed=5)
    for readout, expected in (("kept", scores.pose_kept), ("pooled", scores.pooled)):
        measured = Probe(data=Few(), labels=(3,), readout=readout).measure(encoder, seed=5).scores
        assert measured == pytest.approx({name: a.mean for name, a in expected.by_protocol().items()})


def test_a_share_of_labels_is_drawn_of_each_class_alike(encoder):
    scores = Probe(data=Few(), shares=(0.3, 1.0), neighbours=(), repeats=1).measure(encoder).scores
    assert list(scores) == ["linear", "30 % of labels", "100 % of labels"]
    assert scores["100 % of labels"] == pytest.approx(scores["linear"], abs=0.02)  # the same samples in another order


def test_the_headline_is_of_few_labels_first():
    assert Probe(data=Few()).headline == "linear"
    assert Probe(data=Few(), shares=(0.01,)).headline == "1 % of labels"
    assert Probe(data=Few(), shares=(0.01,), labels=(1,)).headline == "1 label per class"


def test_pooled_readings_stand_quarter_turns_and_kept_ones_do_not(encoder):
    curve = (Robustness("turn", (0, 90, 180, 270)),)
    pooled, kept = (
        Probe(data=Few(), readout=r, neighbours=(), curves=curve).measure(encoder) for r in ("pooled", "kept")
    )
    assert {value for _, value in pooled.curves["turn"]} == {pooled.scores["linear"]}
    assert min(value for _, value in kept.curves["turn"]) < 0.7 * kept.scores["linear"]


def test_curves_move_more_and_more():
    data = Few(4)
    x = data.load("test").x
    for motion, values in (("turn", (5.0, 45.0)), ("zoom", (1.05, 1.5)), ("shift", (0.5, 3.0))):
        near, far = (Robustness(motion).moved(data, value).load("test").x for value in values)
        assert 0 < (near - x).abs().mean() < (far - x).abs().mean()
    right = Robustness("shift").moved(data, 2.0).load("test").x
    torch.testing.assert_close(right[..., 2:], x[..., :-2])


def test_a_classifier_learns_and_the_backbone_given_stays(encoder):
    before = {name: t.clone() for name, t in encoder.state_dict().items()}
    head = Classification(data=Few(), epochs=20, batch_size=40, lr=1e-2)
    frozen, tuned = (replace(head, tune=tune).measure(encoder) for tune in ("head", "all"))
    assert min(frozen.scores["accuracy"], tuned.scores["accuracy"]) > 0.2  # twice as often as by chance
    assert all(torch.equal(t, before[name]) for name, t in encoder.state_dict().items())
    moved = [
        not torch.equal(p, q) for p, q in zip(tuned.model.backbone.parameters(), encoder.parameters(), strict=True)
    ]
    assert all(moved)
    still = zip(frozen.model.backbone.body.encoder.state_dict().values(), encoder.state_dict().values(), strict=True)
    assert all(torch.equal(a, b) for a, b in still)


def test_a_task_is_a_function_of_its_seed(encoder):
    task = Classification(data=Few(), epochs=2, share=0.5)
    a, b, c = (task.measure(encoder, seed) for seed in (3, 3, 4))
    assert torch.equal(a.model.linear.weight, b.model.linear.weight)
    assert not torch.equal(a.model.linear.weight, c.model.linear.weight)


def test_labels_of_each_class_are_drawn():
    y = Few().load("train").y
    chosen = Classification(data=Few(), labels=2).chosen(Few().load("train"), seed=0)
    assert y[chosen].bincount().tolist() == [2] * 10


def test_a_loss_that_is_not_finite_is_told(encoder):
    @dataclass(frozen=True, kw_only=True)
    class Broken(Classification):
        def loss(self, model, batch):
            return super().loss(model, batch) * torch.nan

    with pytest.raises(FloatingPointError, match="the loss of classification is nan"):
        Broken(data=Few()).measure(encoder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tune": "some"}, "tune is one of"),
        ({"share": 0.0}, "share is in"),
        ({"epochs": 0}, "epochs"),
    ],
)
def test_settings_are_checked(change, message):
    with pytest.raises(ValueError, match=message):
        Classification(data=Few(), **change)


def test_motions_are_checked():
    with pytest.raises(ValueError, match="motion is one of"):
        Robustness("shear")
    with pytest.raises(ValueError, match="zooms are positive"):
        Robustness("zoom", (0.0, 1.0))


def test_a_task_on_scenes_refuses_plain_images(encoder):
    with pytest.raises(ValueError, match="learns from scenes"):
        Segmentation(data=Digits(9)).measure(encoder)


def test_tasks_are_written_and_read():
    task = Probe(data=SCENES, labels=(5,), curves=(Robustness("zoom", (0.5, 1.0)),))
    assert decode(encode(task)) == task


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "run"
    train(
        replace(
            hssl, group=C4, data=Digits(9), encoder=CNN(fields=(2, 2), steps=(1, 2)), views=FeatureFibre(), epochs=0
        ),
        folder,
        show=False,
    )
    return folder


def test_the_command_keeps_scores_and_the_model(run, capsys):
    flags = ["--data.size", "17", "--data.train", "24", "--data.test", "12", "--epochs", "1", "--batch-size", "12"]
    assert (
        cli.main(["transfer", str(run), "segmentation", "--data", "DigitScenes", *flags, "--head", "equivariant"]) == 0
    )
    assert "mIoU" in capsys.readouterr().out
    folder = run / "transfer" / "segmentation"
    (measured,) = json.loads((folder / "scores.json").read_text())
    model = load_model(folder)
    task = decode(json.loads((folder / "transfer.json").read_text())["task"])
    assert task.score(model, task.data.load("test")) == pytest.approx(measured["scores"])
    with pytest.raises(FileNotFoundError, match="no transferred model"):
        load_model(run)


def test_the_command_probes_what_a_run_has_learned_from(run, tmp_path, capsys):
    out = tmp_path / "probe"
    assert cli.main(["transfer", str(run), "probe", "--neighbours", "1", "--seeds", "2", "--out", str(out)]) == 0
    assert "linear" in capsys.readouterr().out
    assert len(json.loads((out / "scores.json").read_text())) == 2


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["torchvision:resnet18", "poetry"], "TASK: expected one of probe, classification, segmentation, detection"),
        (["nothing", "probe"], "expected a run, a checkpoint"),
    ],
)
def test_the_command_names_what_is_wrong(args, message, capsys):
    assert cli.main(["transfer", *args]) == 1
    assert message in capsys.readouterr().err


def test_the_command_tells_how_it_is_used(capsys):
    assert cli.main(["transfer"]) == 0
    assert "segmentation" in capsys.readouterr().out
