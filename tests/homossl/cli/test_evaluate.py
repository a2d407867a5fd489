import json
from pathlib import Path

import pytest
import small
import tiny

from homossl.cli import main
from homossl.train import train


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    assert main(["pretrain", small.__file__, "--run", str(folder / "small")]) == 0
    return folder / "small"


@pytest.mark.parametrize("place", ["", "checkpoint.safetensors"])
def test_scores_are_printed_and_written_beside_the_weights(run, place, capsys):
    (run / "scores.json").unlink(missing_ok=True)
    before = (run / "checkpoint.safetensors").read_bytes()
    assert main(["evaluate", str(run / place), "--seed", "3"]) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in ("pose kept", "pooled", "5 labels per class", "1-NN"))
    written = json.loads((run / "scores.json").read_text())
    assert 0.15 < written["accuracy"]["pose kept"]["linear"]["mean"] <= 1
    assert (written["on"]["seed"], written["on"]["data"]["size"]) == (3, 9)
    assert (run / "checkpoint.safetensors").read_bytes() == before


def test_it_can_be_scored_on_other_images(run):
    assert main(["evaluate", str(run), "--data.size", "17"]) == 0
    assert json.loads((run / "scores.json").read_text())["on"]["data"]["size"] == 17


def test_every_stage_can_be_scored(run, capsys):
    assert main(["evaluate", str(run)]) == 0
    plain = json.loads((run / "scores.json").read_text())
    capsys.readouterr()
    assert main(["evaluate", str(run), "--layers"]) == 0
    out = capsys.readouterr().out
    staged = json.loads((run / "scores.json").read_text())
    assert all(word in out for word in ("after each stage", "stage", "linear", "1-NN"))
    for number in ("0", "1"):
        readouts = [staged["layers"][number][readout]["linear"]["mean"] for readout in ("pose kept", "pooled")]
        assert f"│ {number}     │ {readouts[0]:.3f}/{readouts[1]:.3f}" in out
    assert staged.pop("layers")["1"] == staged["accuracy"]
    assert staged == plain


def test_classes_of_a_file_are_needed_and_can_be_named(tmp_path, monkeypatch, capsys):
    train(tiny.recipe, tmp_path / "run", show=False)
    modules = {name: module for name, module in __import__("sys").modules.items() if name != "tiny"}
    monkeypatch.setattr("homossl.train.spec_json.sys.modules", modules)
    assert main(["evaluate", str(tmp_path / "run")]) == 1
    assert "class 'tiny:TinyRecipe' is neither in" in capsys.readouterr().err
    monkeypatch.undo()
    with pytest.raises(AttributeError, match="no attribute 'on'"):
        main(["evaluate", str(tmp_path / "run"), "--classes", tiny.__file__])


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["nowhere"], "no checkpoint at nowhere"),
        (["--seed", "1"], "expected RUN first, got --seed; see homossl evaluate --help"),
    ],
)
def test_errors_are_one_line(args, message, capsys):
    assert main(["evaluate", *args]) == 1
    assert capsys.readouterr().err == f"homossl: {message}\n"


def test_help_needs_no_run_but_shows_more_with_one(run, capsys):
    assert main(["evaluate", "--help"]) == 0
    assert "usage: homossl evaluate RUN" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["evaluate", str(run), "--help"])
    assert "--data.size" in capsys.readouterr().out


def test_a_foreign_file_is_refused(tmp_path, capsys):
    Path(tmp_path / "weights.safetensors").write_bytes(b"not one")
    assert main(["evaluate", str(tmp_path / "weights.safetensors")]) == 1
    assert "expected a whole safetensors file" in capsys.readouterr().err
