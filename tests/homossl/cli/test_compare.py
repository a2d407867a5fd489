"""`homossl compare`: two runs, one table, one report; mistakes are told in one line and change no file."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import small

from groups import Cyclic, Translation
from homossl.cli import compare, main
from homossl.data import Digits, Saccades
from homossl.train import train
from homossl.views import EfferencePair

saccades = replace(
    small.recipe,
    data=Saccades(Digits(17), size=9, reach=4.0),
    group=Cyclic(1),
    views=EfferencePair(group=Translation(2)),
)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    train(small.recipe, folder / "one", show=False)
    train(replace(small.recipe, seed=1), folder / "two", show=False)
    return folder


@pytest.fixture
def runs(trained, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return str(trained / "one"), str(trained / "two")


def contents(folder):
    return {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def test_two_runs_give_a_table_and_a_report(runs, trained, capsys):
    before = contents(trained)
    assert main(["compare", *runs, "--images", "60", "--seed", "3"]) == 0
    out = capsys.readouterr().out
    folder = Path("runs/compare-one-two")
    assert out.splitlines()[0].split() == ["measure", "one", "two", "difference"]
    assert f"report: {folder}/report.html" in out
    held = json.loads((folder / "comparison.json").read_text())
    assert held["runs"] == ["one", "two"]
    assert held["settings"]["Images"] == "60 to fit on, 60 held out"
    assert held["settings"]["Seed"] == "3"
    assert "Comparison of one and two" in (folder / "report.html").read_text()
    assert contents(trained) == before


def test_runs_on_saccades_are_compared_by_these(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for seed, name in enumerate(("plain", "other")):
        train(replace(saccades, seed=seed), Path(name), show=False)
    assert main(["compare", "plain", "other", "--images", "60", "--to", "both"]) == 0
    out = capsys.readouterr().out
    assert "R², mean over dimensions, identity" in out
    assert "MRR and H@k are left out" in out
    held = json.loads(Path("both/comparison.json").read_text())
    assert held["measured"]["plain"]["pose"]["group"] == "Translation(d=2)"
    assert "group=Translation(d=2)" in held["settings"]["Images moved by"]
    assert "MRR and H@k are left out" in Path("both/report.html").read_text()


def test_checkpoints_and_a_folder_can_be_named(runs):
    a, b = (str(Path(run, "checkpoint.safetensors")) for run in runs)
    assert main(["compare", a, b, "--images", "60", "--to", "here/it/is"]) == 0
    assert {path.name for path in Path("here/it/is").iterdir()} == {"comparison.json", "report.html"}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["{a}"], "expected RUN_B after RUN_A, got {a} alone; see homossl compare --help"),
        (["{a}", "--seed", "1"], "expected RUN_B first, got --seed; see homossl compare --help"),
        (["--seed", "1"], "expected RUN_A first, got --seed; see homossl compare --help"),
        (["{a}", "{a}"], "expected two runs, got {a} twice"),
        (["{a}", "nowhere"], "no checkpoint at nowhere"),
        (["{a}", "{b}", "--images", "0"], "…images must be at least 1, got 0…"),
        (["{a}", "{b}", "--to", "taken"], "…--to: expected a folder, got the file taken…"),
        (["{a}", "{b}", "--data.size", "16"], "a stride of 2 on an even grid of 16 x 16 misses its last row…"),
        (["{a}", "{b}", "--device", "abacus"], "device 'abacus' at 32-true is not available: …"),
    ],
)
def test_mistakes_are_told_in_one_line_and_change_nothing(runs, args, message, capsys):
    Path("taken").write_text("a file")
    before, named = contents("."), dict(zip("ab", runs, strict=True))
    assert main(["compare", *[arg.format(**named) for arg in args]]) > 0
    error = capsys.readouterr().err
    expected = f"homossl: {message.format(**named)}\n".split("…")
    assert re.match(".*".join(map(re.escape, expected)), error, re.DOTALL)
    assert error.count("\n") == 1
    assert contents(".") == before


def test_help_needs_no_runs_but_shows_more_with_them(runs, capsys):
    for args in ([], ["--help"], [runs[0], "--help"]):
        assert compare.main(args) == 0
        assert "usage: homossl compare RUN_A RUN_B" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        compare.main([*runs, "--help"])
    assert "--data.size" in capsys.readouterr().out


def test_runs_are_called_by_what_tells_them_apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert compare.titles(Path("x/simclr"), Path("x/stec")) == ("simclr", "stec")
    assert compare.titles(Path("1/stec"), Path("2/stec")) == ("1/stec", "2/stec")
