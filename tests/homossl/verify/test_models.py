"""Models are found by name, and what is not one is named."""

import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from PIL import Image
from torch import nn
from torchvision import models

from homossl import recipes
from homossl.encoders import CNN
from homossl.train import load_learner, train
from homossl.verify.models import Loaded, load_model
from homossl.verify.pictures import read_folder

FILE = """
from torch import nn

class Made(nn.Conv2d):
    def __init__(self):
        super().__init__(5, 1, 1)

made, number = Made(), 3

def text():
    return "not a module"
"""


@pytest.fixture
def mine(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models_of_mine.py").write_text(FILE)
    yield "models_of_mine"
    sys.modules.pop("models_of_mine", None)


@pytest.mark.parametrize("place", ["", "checkpoint.safetensors"])
def test_a_run_gives_its_encoder(tmp_path, place):
    recipe = replace(recipes.hssl, encoder=CNN(fields=(2,), steps=(1,)), epochs=0)
    train(recipe, tmp_path / "run", show=False)
    loaded = load_model(str(tmp_path / "run" / place))
    encoder = load_learner(tmp_path / "run")[0].encoder
    state = encoder.state_dict()
    assert (loaded.size, loaded.channels, loaded.model.action_in) == (9, 1, encoder.action_in)
    assert all(torch.equal(value, state[name]) for name, value in loaded.model.state_dict().items())


def test_torchvision_draws_its_weights_from_the_seed():
    rng = torch.get_rng_state()
    one, same, other = (load_model("torchvision:squeezenet1_1", seed=seed).model.state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not all(torch.equal(one[name], other[name]) for name in one)
    assert torch.equal(torch.get_rng_state(), rng)


def test_a_file_or_a_module_gives_what_it_makes(mine):
    made = [load_model(text).model for text in (f"{mine}.py:Made", f"{mine}:made", f"{mine}.py:made")]
    assert all(isinstance(model, nn.Conv2d) and not model.training for model in made)
    assert made[1] is made[2] is not made[0]
    assert Loaded(made[0]).channels == 5
    assert Loaded(nn.ReLU()).channels == 3


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("resnet18", ValueError, "expected a run, a checkpoint, torchvision:NAME, .* got 'resnet18'"),
        ("torchvision:resnet19", ValueError, "torchvision has no image classifier 'resnet19', but resnet1"),
        ("torchvision:fcn_resnet50", ValueError, "torchvision has no image classifier 'fcn_resnet50'"),
        ("models_of_mine:number", TypeError, "expected number of models_of_mine to be a torch module .* got 3"),
        ("models_of_mine.py:text", TypeError, "got what makes a str"),
        ("models_of_mine.py:none", TypeError, "got nothing"),
        ("none.py:net", FileNotFoundError, "no file none.py"),
        ("nowhere:net", ImportError, "nowhere"),
    ],
)
def test_what_is_no_model_is_named(mine, text, error, message):
    with pytest.raises(error, match=message):
        load_model(text)


def test_a_missing_timm_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "timm", None)
    with pytest.raises(ImportError, match=r"timm:resnet18 needs timm: pip install 'homossl\[timm\]'"):
        load_model("timm:resnet18")


def test_timm_makes_its_models(monkeypatch):
    """A stand-in: timm itself is not needed for the tests."""

    def create_model(name, pretrained):
        model = nn.Conv2d(3, 1, 1)
        model.default_cfg = {"name": name, "pretrained": pretrained, "mean": (0.5,), "std": (0.25,)}
        return model

    stand_in = SimpleNamespace(list_models=lambda: ["resnet18"], create_model=create_model)
    monkeypatch.setitem(sys.modules, "timm", stand_in)
    random, trained = load_model("timm:resnet18.a1_in1k"), load_model("timm:resnet18", "DEFAULT")
    assert (random.model.default_cfg["name"], random.model.default_cfg["pretrained"]) == ("resnet18.a1_in1k", False)
    assert (trained.model.default_cfg["pretrained"], trained.mean, trained.std) == (True, (0.5,), (0.25,))
    assert trained.normalise(torch.ones(1, 3, 2, 2)).unique().item() == 2
    with pytest.raises(ValueError, match="takes the weights DEFAULT"):
        load_model("timm:resnet18", "IMAGENET1K_V1")
    with pytest.raises(ValueError, match="timm has no image classifier 'resnet19', but resnet18"):
        load_model("timm:resnet19")


def test_trained_weights_are_asked_for_by_name_and_what_fails_is_told(monkeypatch):
    def offline(name, weights):
        raise OSError(f"no network for {weights}")

    monkeypatch.setattr(models, "get_model", offline)
    with pytest.raises(OSError, match="weights of torchvision:resnet18 could not be downloaded: no network"):
        load_model("torchvision:resnet18", "DEFAULT")
    with pytest.raises(ValueError, match="torchvision:resnet18 has the weights IMAGENET1K_V1, DEFAULT, got 'BEST'"):
        load_model("torchvision:resnet18", "BEST")
    with pytest.raises(ValueError, match="weights are for models of torchvision and timm, got 'DEFAULT' for 'run'"):
        load_model("run", "DEFAULT")


def test_trained_weights_come_with_their_normalisation(monkeypatch):
    monkeypatch.setattr(models, "get_model", lambda name, weights: nn.Conv2d(3, 1, 1))
    loaded = load_model("torchvision:resnet18", "DEFAULT")
    assert torch.allclose(loaded.normalise(torch.full((1, 3, 1, 1), 0.406))[0, 2], torch.zeros(()))
    assert load_model("torchvision:resnet18").normalise(torch.ones(1, 3, 1, 1)).unique().item() == 1


def test_any_folder_of_images_is_read(tmp_path):
    for i, place in enumerate(["flat.png", "cats/one.png", "dogs/two.png"]):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        Image.new("RGB", (9, 7), (51 * i, 0, 0)).save(tmp_path / place)
    (tmp_path / "notes.txt").touch()
    x = read_folder(tmp_path, 5, 3, 8)
    assert x.shape == (3, 3, 5, 5)
    assert x[:, 0, 0, 0].sort().values.tolist() == pytest.approx([0, 0.2, 0.4])
    assert read_folder(tmp_path, 5, 1, 2).shape == (2, 1, 5, 5)
    with pytest.raises(FileNotFoundError, match="expected a folder of images"):
        read_folder(tmp_path / "none", 5, 3, 8)
