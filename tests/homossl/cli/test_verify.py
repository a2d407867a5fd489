import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import small
from PIL import Image

from groups import Cyclic
from homossl.cli import main
from homossl.encoders import CNN
from homossl.train import train
from homossl.views import FeatureFibre, Uniform

MODELS = """
import torch
from torch import nn

class Turned(nn.Module):
    '''The mean over all turns of a filter, which no turn changes.'''

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)

    def forward(self, x):
        return sum(self.conv(torch.rot90(x, k, (-2, -1))).sin().mean((-2, -1)) for k in range(4))

def constant():
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Flatten())
    nn.init.zeros_(model[0].weight)
    return model
"""


DECLARING = """
from e3nn.o3 import Linear
from groups._escnn import enn, gspaces

space = gspaces.rot2dOnR2(4)
image, fields = enn.FieldType(space, [space.trivial_repr]), enn.FieldType(space, [space.regular_repr])

def tied():
    return enn.SequentialModule(enn.R2Conv(image, fields, 3, padding=1), enn.ReLU(fields)).float().eval()

def loose():
    model = tied()
    model[0].filter = model[0].filter.roll(1, -1)
    return model

def vectors():
    return Linear("2x0e + 1x1o", "1x1o")
"""


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.chdir(tmp_path)
    Path("verified.py").write_text(MODELS)
    Path("declaring.py").write_text(DECLARING)
    yield
    for name in ("verified", "declaring"):
        sys.modules.pop(name, None)


def verify(command):
    return main(["verify", *command.split()])


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """An encoder whose weights are tied by its group, and one of the same recipe whose weights are not."""
    folder = tmp_path_factory.mktemp("runs")
    turns = replace(small.recipe, epochs=0, group=Cyclic(4), views=FeatureFibre(motion=Uniform()))
    for structure in ("steerable", "plain"):
        train(replace(turns, encoder=CNN(structure, (1, 2), (1, 2))), folder / structure, show=False)
    return folder


SMALL = "--size 9 --count 16 --group.n 4"


def test_a_model_that_claims_nothing_is_audited(capsys):
    assert verify(f"verified.py:Turned {SMALL} --json audit.json --report audit.html") == 0
    out = capsys.readouterr().out
    assert "report: audit.html" in out
    assert [line.split()[0] for line in out.splitlines()[2:4]] == ["conv", "model"]
    assert "<svg" in Path("audit.html").read_text()
    written = json.loads(Path("audit.json").read_text())
    assert (written["group"], written["settings"]["input"]) == ("Cyclic(n=4)", [16, 1, 9, 9])


def test_the_status_tells_whether_the_error_is_exceeded(capsys):
    linear = f"verified.py:Turned {SMALL} --dtype float64 --max-error"
    Path("verified.py").write_text(MODELS.replace("nn.Conv2d(1, 4, 3, padding=1)", "nn.Identity()"))
    assert verify(f"{linear} 1e-6") == 0
    assert capsys.readouterr().err == ""
    assert verify(f"verified.py:constant {SMALL} --max-error 0.5") == 1
    assert capsys.readouterr().err == (
        "homossl: layer 0 is off linear by 1 - R² = 1 at Cyclic(n=4) [0] (0 degrees), above --max-error 0.5\n"
    )


def test_a_model_that_claims_something_is_checked(runs, capsys):
    assert verify(f"{runs / 'steerable'} --dtype float64 --count 2 --json check.json --max-error 1e-9") == 0
    written = json.loads(Path("check.json").read_text())
    assert (written["passed"], written["settings"]["input"]) == (True, [2, 1, 9, 9])
    assert "<svg" in Path("report.html").read_text()
    assert capsys.readouterr().err == ""


def test_what_it_does_not_hold_is_told_with_layer_element_and_value(runs, capsys):
    """The control: without tied weights the claim is false."""
    assert verify(f"{runs / 'plain'} --count 2") == 1
    assert re.match(r"homossl: stages\.\d\.body\.\d: residual \S+ at Cyclic\(n=4\) \[\d\]", capsys.readouterr().err)
    assert verify(f"{runs / 'plain'} --count 2 --group.n 4") == 1
    assert "Encoder declares its own group: --group and --depth are for an audit" in capsys.readouterr().err


def test_models_of_escnn_and_e3nn_are_checked_as_they_are(capsys):
    assert verify("declaring:tied --size 9 --count 2 --json check.json") == 0
    written = json.loads(Path("check.json").read_text())
    assert (written["group"], written["passed"], written["settings"]["input"]) == ("Cyclic(n=4)", True, [2, 1, 9, 9])
    assert [layer["name"] for layer in written["layers"]] == ["body.0", "body.1", ""]
    assert verify("declaring:vectors --json check.json") == 0
    written = json.loads(Path("check.json").read_text())
    assert (written["group"], written["passed"], written["settings"]["input"]) == ("SO3()", True, [8, 5])
    assert capsys.readouterr().err == ""
    assert verify("declaring:loose --size 9 --count 2") == 1
    assert re.match(r"homossl: body\.0: residual \S+ at Cyclic\(n=4\) \[\d\]", capsys.readouterr().err)


def test_images_may_come_from_any_folder(capsys):
    Path("images").mkdir()
    for i in range(9):
        Image.effect_noise((12, 10), 10 * i).save(f"images/{i}.png")
    assert verify("verified.py:Turned --images images --size 9 --group.n 4 --json audit.json") == 0
    assert json.loads(Path("audit.json").read_text())["settings"]["input"] == [9, 1, 9, 9]


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("--size 9", "expected MODEL first, got --size; see homossl verify --help"),
        ("nothing", "expected a run, a checkpoint, torchvision:NAME, timm:NAME, package.module:callable or"),
        (
            "verified.py:Turned --count 7",
            "an audit fits on half of the images and scores on the others: needs 8",
        ),
        ("verified.py:Turned --count 0", "count must be at least 1, got 0"),
        ("verified.py:Turned --group SO3", "SO3() has no motion of the plane"),
        ("verified.py:Turned --images none", "expected a folder of images"),
        ("declaring:vectors --size 9", "Linear takes vectors: --images, --size and --channels are for models that"),
        ("declaring:tied --depth 2", "SequentialModule declares its own group: --group and --depth are for an audit"),
        ("verified.py:Turned --channels 3 --size 9", "Turned does not take images (64, 3, 9, 9): Given groups=1"),
    ],
)
def test_mistakes_are_one_line_and_nothing_is_written(command, message, capsys):
    assert verify(command) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"homossl: {message}")
    assert error.count("\n") == 1
    assert {path.name for path in Path().iterdir()} - {"__pycache__"} == {"declaring.py", "verified.py"}


def test_help(capsys):
    assert verify("--help") == 0
    assert "usage: homossl verify MODEL" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        verify("verified.py:Turned --help")
    out = capsys.readouterr().out
    assert all(f"--{flag} " in out for flag in ("max-error", "images", "group.n", "depth", "device"))
