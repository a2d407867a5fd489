"""`homossl ablate` runs, reports, is stopped and told what is wrong."""

import json
import shlex
from pathlib import Path

import pytest
import small

from homossl.cli import ablate, main
from homossl.cli.find import built_in

FILE = small.__file__


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_an_ablation_from_the_command_line_in_processes(capsys):
    command = ["ablate", FILE, "--structures", "broken_order", "--seeds", "1", "--workers", "1", "--seed", "7"]
    assert main(command) == 0
    told = capsys.readouterr().out
    assert "broken order, seed 7: " in told
    assert told.splitlines()[-1] == f"report: {Path('runs/ablate-small/report.html').resolve()}"
    saved = json.loads(Path("runs/ablate-small/results.json").read_text())
    assert set(saved["arms"]) == {"frozen", "intact", "broken_order"}
    assert all(f"{arm['percent']['5 labels per class']['mean']:.1f}" in told for arm in saved["arms"].values())


def test_ctrl_c_prints_the_command_that_goes_on(monkeypatch, capsys):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(ablate, "ablate", interrupted)
    args = ["ablate", FILE, "--out", "my runs"]
    assert main(args) == 130
    assert capsys.readouterr().out == f"stopped; go on with: {shlex.join(['homossl', *args])}\n"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ["--structures", "unravelled"],
            "invalid choice 'unravelled' for argument '--structures'",
        ),
        (["--structures", "no_motion"], "structure 'no_motion' would change nothing: InfoNCE does not read the motion"),
        (["--epochs", "0"], "epochs must be at least 1, got 0"),
        (["--structure", "untied"], "an ablation starts from a recipe whose structure is 'intact', got 'untied'"),
        (["--workers", "0"], "workers must be at least 1, got 0"),
    ],
)
def test_errors_are_one_line_and_write_nothing(args, message, capsys):
    assert main(["ablate", FILE, *args]) == 1
    error = capsys.readouterr().err
    assert error.startswith("homossl: ")
    assert message in error
    assert error.count("\n") == 1
    assert not Path("runs").exists()


def test_the_recipe_comes_first(capsys):
    assert main(["ablate", "--seeds", "3", "hssl"]) == 1
    assert capsys.readouterr().err == "homossl: expected RECIPE first, got --seeds; see homossl ablate --help\n"


@pytest.mark.parametrize("args", [[], ["--help"]])
def test_help_lists_the_built_in_recipes(args, capsys):
    assert main(["ablate", *args]) == 0
    assert f"RECIPE is one of: {', '.join(built_in())};" in capsys.readouterr().out
    assert built_in().keys() >= {"hssl", "assl", "plain", "turned_solids", "notes"}


def test_help_shows_every_option(capsys):
    with pytest.raises(SystemExit):
        main(["ablate", "hssl", "--help"])
    told = capsys.readouterr().out
    assert all(f"--{flag} " in told for flag in ("structures", "seeds", "out", "workers", "objective.temperature"))
