"""`homossl report`: one page for the runs that are named; mistakes are told in one line and change no file."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import small

from homossl.cli import main
from homossl.credit import FeedbackAlignment, RandomLayerwise
from homossl.train import Hardware, train

watched = replace(small.recipe, batch_size=200, epochs=2, log_every=2, angles_every=3, hardware=Hardware(device="cpu"))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    train(small.recipe, folder / "plain", show=False)
    train(replace(watched, name="random", credit=FeedbackAlignment()), folder / "feedback", show=False)
    train(replace(watched, name="turns", credit=RandomLayerwise(), epochs=1), folder / "turns", show=False)
    train(replace(small.recipe, name="frozen", epochs=0), folder / "frozen", show=False)
    return folder


@pytest.fixture
def runs(trained, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return {name: str(trained / name) for name in ("plain", "feedback", "turns")}


def contents(folder):
    return {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def headings(page):
    return re.findall(r"<h2>(.*?)</h2>", page)


def test_one_run_is_reported_in_its_folder(runs, trained, capsys):
    before = contents(trained)
    assert main(["report", runs["feedback"]]) == 0
    path = trained / "feedback" / "report.html"
    assert capsys.readouterr().out == f"report: {path}\n"
    page = path.read_text()
    assert "<title>Training of random</title>" in page
    assert headings(page)[:5] == ["Runs", "Training", "Terms", "Angle to backpropagation", "Angles in degrees"]
    assert "Recipe of random" in headings(page)
    assert re.search(r"<tr><td>head\.layer1</td><td>0\.0 → 0\.0</td></tr>", page)
    assert "FeedbackAlignment(update=fixed, seed=0, losses=Backprop)" in page
    path.unlink()
    assert contents(trained) == before


def test_several_runs_are_reported_here_and_set_side_by_side(runs):
    assert main(["report", *runs.values()]) == 0
    page = Path("runs.html").read_text()
    assert "<title>Training of 3 runs</title>" in page
    header, *rows = re.findall(r"<tr>(.*?)</tr>", page[page.index("What differs") : page.index("Training</h2>")])
    assert all(f"<th>{field}</th>" in header for field in ("credit", "epochs", "batch_size", "angles_every"))
    assert [row.partition("</td>")[0] for row in rows] == ["<td>small", "<td>random", "<td>turns"]
    assert "<th>seed</th>" not in header, "the control: they have that in common"
    assert "<tr><th>layer</th><th>random</th><th>turns</th></tr>" in page, "one run has no angles"
    assert "2 of 2" in page


def test_a_run_without_angles_and_scores_has_no_such_parts(runs, trained):
    assert main(["report", runs["plain"], "--out", "plain.html"]) == 0
    shown = headings(Path("plain.html").read_text())
    assert shown == ["Runs", "Training", "Terms", "Recipe of small", "Machine of this report"]


def test_scores_are_shown_where_there_are_some(runs, trained):
    scored, folder = {"mean": 0.75, "std": None}, trained / "plain"
    readouts = {"pose kept": {"linear": scored, "5 labels per class": {"mean": 0.5, "std": 0.125}}}
    layers = {"1": {"pose kept": {"linear": {"mean": 0.25, "std": None}}}}
    on = {"class": "homossl.cli.evaluate:Evaluation", "seed": 3}
    (folder / "scores.json").write_text(json.dumps({"on": on, "accuracy": readouts, "layers": layers}))
    assert main(["report", runs["plain"], runs["turns"]]) == 0
    (folder / "scores.json").unlink()
    page = Path("runs.html").read_text()
    assert {"Accuracy", "Accuracy by stage", "Evaluated on"} <= set(headings(page))
    assert "<td>pose kept, 5 labels per class</td><td>50.0 ± 12.5</td>" in page
    assert "<td>1, pose kept</td><td>25.0</td>" in page
    assert "Evaluation(seed=3)" in page


def test_a_run_of_no_epochs_is_shown_beside_trained_ones_without_curves(runs, trained):
    frozen, plain = str(trained / "frozen"), runs["plain"]
    shown = {"alone.html": [frozen], "beside.html": [frozen, plain], "control.html": [plain]}
    assert [main(["report", *folders, "--out", out]) for out, folders in shown.items()] == [0, 0, 0]
    alone, beside, control = (Path(out).read_text() for out in shown)
    assert headings(alone) == ["Runs", "Recipe of frozen", "Machine of this report"]
    assert {"Recipe of frozen", "Recipe of small", "What differs"} <= set(headings(beside))
    assert re.search(r"<tr><td>frozen</td><td>Backprop</td><td>InfoNCE</td><td>0 of 0</td><td>0</td>", beside)
    pictures = [re.findall(r"(?s)<svg.*?</svg>", page) for page in (alone, beside, control)]
    assert [len(found) for found in pictures] == [0, 2, 2]


def test_the_report_of_several_runs_leaves_that_of_verify_alone(runs):
    Path("report.html").write_text("<title>Verification of my model</title>")
    assert main(["report", runs["plain"], runs["turns"]]) == 0
    assert Path("report.html").read_text() == "<title>Verification of my model</title>"


def test_a_report_is_replaced_and_nothing_else_is(runs, capsys):
    assert [main(["report", runs["plain"], "--out", "page.html"]) for _ in range(2)] == [0, 0]
    Path("runs.html").write_text("<title>My thesis</title>")
    before = contents(".")
    assert main(["report", *runs.values()]) == 1
    message = "runs.html is there already and is no report of runs: name another file with --out"
    assert capsys.readouterr().err == f"homossl: {message}\n"
    assert contents(".") == before


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["nowhere"], "nowhere holds no run: there is no recipe.json in it"),
        (["{plain}", "{plain}"], "expected different runs, got {plain}, {plain}"),
        (["{plain}", "--out", "no/such/page.html"], "there is no folder no/such to write page.html into"),
        (["{plain}", "--out", "."], ". is there already and is no report of runs: name another file with --out"),
        (["--out", "page.html"], "expected RUN first, got --out; see homossl report --help"),
        (["{plain}", "--colour", "red"], "…--colour…; see homossl report --help"),
    ],
)
def test_mistakes_are_told_in_one_line_and_change_nothing(runs, args, message, capsys):
    before = contents(".")
    assert main(["report", *[arg.format(**runs) for arg in args]]) == 1
    error = capsys.readouterr().err
    expected = f"homossl: {message.format(**runs)}\n".split("…")
    assert re.fullmatch(".*".join(map(re.escape, expected)), error)
    assert contents(".") == before


def test_help_needs_no_runs_but_shows_more_with_one(runs, capsys):
    for args in ([], ["--help"]):
        assert main(["report", *args]) == 0
        assert "usage: homossl report RUN [RUN ...]" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["report", runs["plain"], "--help"])
    assert "--out" in capsys.readouterr().out
