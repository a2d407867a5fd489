"""`homossl card`: what is known of a run stands in its card, what is not known is said, and its code runs."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import small
import torch

from groups import Cyclic
from homossl.card import card, know, save
from homossl.card.data import UNKNOWN, data, licences
from homossl.card.known import samples
from homossl.card.save import check_free
from homossl.card.training import seconds
from homossl.card.words import objective_rows, sentence, within
from homossl.cli import main
from homossl.data import Digits, ImageFolder, Moved
from homossl.objectives import VICReg
from homossl.train import Hardware, load_learner, train
from homossl.views import Uniform

turns = {"group": Cyclic(4), "views": replace(small.recipe.views, motion=Uniform())}
recipe = replace(small.recipe, hardware=Hardware(device="cpu"), epochs=2, log_every=1, **turns)


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    train(recipe, folder := tmp_path_factory.mktemp("runs") / "small", show=False)
    return folder


@pytest.fixture(scope="module")
def known(run):
    return know(run)


@pytest.fixture(scope="module")
def written(known) -> str:
    return card(known)


def section(text: str, name: str) -> str:
    return re.split(r"^## ", text.partition(f"## {name}\n")[2], flags=re.MULTILINE)[0]


def test_it_says_what_the_run_is(written):
    assert written.startswith("# small\n")
    rows = section(written, "What it is")
    assert all(f"| {part} | `{kind}" in rows for part, kind in [("encoder", "CNN("), ("credit", "Backprop`")])
    assert "CC BY 4.0" in section(written, "Data and licence")
    assert "**steps**: 4, in batches of 600, seed 0" in section(written, "Training")
    block = re.findall(r"```json\n(.*?)```", section(written, "Recipe"), flags=re.DOTALL)
    assert json.loads(block[0]) == json.loads(recipe.to_json())


def test_its_check_is_that_of_the_encoder(known, written):
    assert known.own
    assert "**Encoder " in section(written, "Verification")
    assert "At fault" not in written
    assert "not the homomorphism" not in section(written, "Limits")


def test_a_spoiled_encoder_is_told(tmp_path):
    spoiled = replace(recipe, structure="untied", epochs=0)
    train(spoiled, tmp_path / "spoiled", show=False)
    text = card(know(tmp_path / "spoiled"))
    assert "is not the homomorphism it claims to be" in section(text, "Verification")
    limits = section(text, "Limits")
    assert all(words in limits for words in ("`untied`", "not trained", "It is not the homomorphism"))
    assert "of training" not in section(text, "Training"), "a run of no epochs has no log"


def test_the_code_that_loads_it_runs(known, written):
    (code,) = re.findall(r"```python\n(.*?)```", written, flags=re.DOTALL)
    space: dict = {}
    exec(code, space)
    assert space["recipe"] == recipe
    shapes = [tuple(space[name].shape) for name in ("z", "kept", "pooled")]
    assert f"features {shapes[0]}" in code
    assert f"# {shapes[1][1:]} with the pose kept, {shapes[2][1:]} without" in code
    z, kept, pooled = known.features()
    assert [tuple(part.shape[1:]) for part in (z, kept, pooled)] == [shape[1:] for shape in shapes]


def test_the_time_is_that_of_the_log(known):
    rows = known.logged.rows
    assert [row["step"] for row in rows] == [1, 2, 3, 4]
    assert seconds(known) == pytest.approx(sum(600 / row["images_per_s"] for row in rows))


@pytest.mark.parametrize("file", ["scores.json", "accuracy.json"])
def test_scores_are_shown_where_there_are_some(run, file):
    readouts = {"pooled": {"linear": {"mean": 0.75, "std": None}, "1-NN": {"mean": 0.5, "std": 0.125}}}
    (run / file).write_text(json.dumps({"accuracy": readouts} if file == "scores.json" else readouts))
    text = card(know(run))
    (run / file).unlink()
    assert "| linear | 75.0 |\n| 1-NN | 50.0 ± 12.5 |" in section(text, "Scores")
    assert "not been evaluated" not in text


def test_transfers_are_shown_where_there_are_some(run, known):
    (folder := run / "transfer" / "segmentation").mkdir(parents=True)
    (folder / "scores.json").write_text(json.dumps([{"scores": {"miou": 0.25}}, {"scores": {"miou": 0.25}}]))
    text = card(known)
    (folder / "scores.json").unlink()
    assert "| segmentation | miou | 25.0 ± 0.0 |" in section(text, "Transfer")
    assert "other than its own" not in section(text, "Limits")
    assert "other than its own" in section(card(known), "Limits"), "control: without them"


def test_a_run_without_scores_says_so(written):
    assert "## Scores" not in written
    assert "It has not been evaluated" in section(written, "Limits")


def test_where_the_data_is_gone_smooth_samples_are_checked(known, tmp_path):
    gone = replace(recipe, data=ImageFolder(str(tmp_path / "nowhere"), 9, 1))
    x, own = samples(gone, known.encoder.action_in, known.shape)
    assert (x.shape, own) == ((4, *known.shape), False)
    lost = replace(known, recipe=gone, x=x, own=own)
    assert UNKNOWN in data(lost)
    assert "smooth random samples" in section(card(lost), "Verification")


def test_a_group_of_one_element_claims_nothing(tmp_path):
    plain = replace(recipe, group=Cyclic(1), epochs=0)
    train(plain, tmp_path / "plain", show=False)
    assert "claims nothing" in section(card(know(tmp_path / "plain")), "Verification")


def test_licences_are_those_of_every_source():
    assert "CC BY 4.0" in licences(Digits())[0]
    assert licences(Images()) == [f"Licence of Images: {UNKNOWN}."]
    assert any(isinstance(part, Digits) for part in within(Wrapped(Digits())))
    assert licences(Wrapped(Digits())) == licences(Digits())
    assert Moved.__name__ not in licences(Wrapped(Digits()))[0]


@dataclass(frozen=True)
class Images:
    size: int = 9


@dataclass(frozen=True)
class Wrapped:
    """Something around data."""

    source: Digits


def test_words_are_those_of_the_author():
    assert sentence(Wrapped(Digits())) == "Something around data."
    assert sentence(Images()) == "", "a docstring that dataclasses write says nothing"
    rows = list(objective_rows(recipe.objective + 0.3 * VICReg()))
    assert [name for name, *_ in rows] == ["objective", "objective, × 0.3"]


def test_the_command_writes_it_and_never_replaces_what_was_edited(run, capsys):
    assert main(["card", str(run)]) == 0
    path = run / "MODEL_CARD.md"
    assert capsys.readouterr().out == f"card: {path}\n"
    check_free(path)  # as it was written, it may be replaced
    path.write_text(path.read_text().replace("# small", "# My small one"))
    assert main(["card", str(run)]) == 1
    assert "was edited" in capsys.readouterr().err
    assert "My small one" in path.read_text()
    path.unlink()


@pytest.mark.parametrize(
    ("args", "said"),
    [(["nowhere"], "holds no run"), ([".", "--out", "no/such/card.md"], "no folder no/such"), (["--out"], "RUN first")],
)
def test_mistakes_are_told_in_one_line(args, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["card", *args]) == 1
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_run_without_checkpoint_has_no_card(tmp_path):
    (tmp_path / "recipe.json").write_text(recipe.to_json())
    with pytest.raises(FileNotFoundError):
        save(tmp_path)


def test_the_check_leaves_the_encoder_as_it_was(run, known):
    learner, _ = load_learner(run)
    held, now = learner.encoder.state_dict(), known.encoder.state_dict()
    assert all(torch.equal(held[name], now[name]) for name in held)
