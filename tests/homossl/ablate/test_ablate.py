"""An ablation runs every cell once, goes on where it was stopped, and says what each piece of structure is worth."""

from __future__ import annotations

import json
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
import torch
from rich.console import Console

from homossl import recipes
from homossl.ablate import Ablation, ablate
from homossl.ablate.plan import make_plan
from homossl.data import Digits, Images
from homossl.encoders import CNN
from homossl.objectives import MLP, InfoNCE, MotionPrediction
from homossl.report import paired
from homossl.train import Recipe
from homossl.train.checkpoint import Checkpoint
from homossl.train.trainer import Trainer
from homossl.views import InputAugmentation


class Death(BaseException):
    """The power goes out."""


@dataclass(frozen=True)
class FewDigits(Digits):
    """The first twenty digits of each class."""

    def load(self, split):
        images = super().load(split)
        (batch,) = images.batches([torch.arange(len(images))])
        kept = torch.cat([(batch.y == label).nonzero()[:20, 0] for label in range(10)])
        return Images(batch.x[kept], batch.y[kept], images.classes)


recipe = replace(
    recipes.hssl,
    name="few",
    data=FewDigits(9),
    encoder=CNN(fields=(1, 1), steps=(1, 1)),
    objective=InfoNCE(projector=MLP(8, 8)),
    epochs=2,
    batch_size=20,
)
CELLS = {"frozen", "untied-frozen", "intact", "untied", "broken_order"}


class Here:
    """Workers that are no processes, and die after some tasks."""

    def __init__(self, tasks: float = float("inf")):
        self.left = tasks

    def submit(self, task, *args):
        if self.left < 1:
            raise Death
        self.left -= 1
        done: Future = Future()
        done.set_result(task(*args))
        return done


def run(folder: Path, spec: Recipe = recipe, seeds: int = 2, tasks: float = float("inf")) -> Ablation:
    @contextmanager
    def workers(count):
        yield Here(tasks)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("homossl.ablate.run.workers", workers)
        return ablate(spec, ["broken_order", "untied"], seeds, folder, console=Console(file=StringIO()))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Ablation:
    return run(tmp_path_factory.mktemp("ablation") / "new")


def files(folder: Path) -> dict[Path, tuple[int, bytes]]:
    """Every file below a folder, which one it is, and what is in it."""
    return {path: (path.stat().st_ino, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


def test_every_structure_is_run_with_every_seed(made):
    assert {path.name for path in (made.folder / "runs").iterdir()} == {f"{c}-{seed}" for c in CELLS for seed in (0, 1)}
    assert [arm.title for arm in made.arms] == ["frozen", "untied, frozen", "intact", "broken order", "untied"]
    for arm in made.arms:
        written = Recipe.from_json((made.folders[arm.name, 1] / "recipe.json").read_text())
        assert replace(written, name="few", seed=0, structure="intact", checkpoint_every=500) == replace(
            recipe, epochs=2 * arm.trained
        )
        assert written.structure == ("intact" if arm.name == "frozen" else arm.name.removesuffix("-frozen"))


def test_checkpoints_are_a_tenth_of_a_run_apart(made):
    assert {arm.recipe.checkpoint_every for arm in made.arms if arm.trained} == {2}


def test_claims_are_kept_by_the_intact_structure_alone(made):
    assert made.residuals["frozen"] < 1e-5
    assert made.residuals["intact"] < 1e-5
    assert all(made.residuals[name] > 1e-2 for name in ("untied", "untied-frozen", "broken_order"))


def test_results(made):
    made.save()
    saved = json.loads((made.folder / "results.json").read_text())
    assert Recipe.from_json(json.dumps(saved["recipe"])) == recipe
    assert (set(saved["arms"]), saved["seeds"], saved["left_out"]) == (CELLS, [0, 1], {})
    few = {
        name: [s["pose kept"]["5 labels per class"]["mean"] for s in saved["arms"][name]["accuracy"]] for name in CELLS
    }
    expected = paired([100 * a for a in few["untied"]], [100 * a for a in few["intact"]])
    assert saved["arms"]["untied"]["percent"]["minus_intact"] == {"mean": expected.mean, "half": expected.half}
    assert json.loads(made.to_json())["arms"] == saved["arms"]


def test_table(made):
    lines = made.table().splitlines()
    assert lines[0].split() == ["structure", "5", "labels", "-", "intact", "-", "frozen", "1-NN", "linear", "claim"]
    assert max(map(len, lines)) <= 80
    untied = next(line for line in lines if line.startswith("untied  ")).split()
    figures = f"{made.mean('untied')}", *[f"{made.gain('untied', over):+.1f}" for over in ("intact", "untied-frozen")]
    assert untied[1:4] == [figure.replace(" ± ", "±") for figure in figures]
    assert "95 % t-interval over 2 seeds" in " ".join(lines)


def test_report(made):
    page = made.save().read_text()
    assert "http" not in page
    assert page.count("<figure>") == page.count("<svg") == 2
    assert all(f"<td>{arm.title}</td><td>{made.mean(arm.name)}</td>" in page for arm in made.arms)


def first_seed(ablation: Ablation) -> dict:
    return {name: scores[:1] for name, scores in ablation.scores.items()}


def test_finished_cells_are_not_run_again(made, tmp_path):
    with pytest.raises(Death):
        run(tmp_path, seeds=1, tasks=2)
    before = files(tmp_path / "runs")
    (tmp_path / ".results.json.tmp").touch()
    assert len(list(tmp_path.rglob("accuracy.json"))) == 2
    assert first_seed(run(tmp_path, seeds=1)) == first_seed(made)
    assert before.items() <= files(tmp_path / "runs").items()


def test_a_cell_in_progress_goes_on_from_its_checkpoint(made, tmp_path, monkeypatch):
    steps, step = [], Trainer.step

    def mortal(self):
        steps.append(self.recipe.name)
        if len(steps) == 26:
            raise Death
        return step(self)

    monkeypatch.setattr(Trainer, "step", mortal)
    with pytest.raises(Death):
        run(tmp_path, seeds=1)
    cut = steps[-1]
    assert Checkpoint.read(tmp_path / "runs" / cut / "checkpoint.safetensors").step == 4
    assert first_seed(run(tmp_path, seeds=1)) == first_seed(made)
    assert steps[26:].count(cut) == 16


def test_more_seeds_are_added(made, tmp_path):
    first_seed_only = ignore_patterns("*-1", "results.json", "report.html")
    copytree(made.folder, tmp_path, dirs_exist_ok=True, ignore=first_seed_only)
    before = files(tmp_path / "runs")
    assert run(tmp_path, seeds=2).scores == made.scores
    assert before.items() <= files(tmp_path / "runs").items()


def test_the_ablation_of_another_recipe_is_refused_and_kept(made):
    before = files(made.folder)
    with pytest.raises(ValueError, match=r"another recipe \(run -> now\): batch_size: 20 -> 25"):
        run(made.folder, replace(recipe, batch_size=25))
    assert files(made.folder) == before


def test_a_folder_of_something_else_is_refused_and_kept(tmp_path):
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(FileExistsError, match=r"is not the folder of an ablation, it holds thesis\.tex"):
        run(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_what_does_not_apply_is_left_out_with_the_reason():
    plan = make_plan(recipe, None, 1)
    assert {arm.name for arm in plan.arms} == CELLS | {"permuted_base", "random_orthogonal"}
    assert set(plan.left_out) == {"shuffled_motion", "no_motion"}
    assert all("InfoNCE does not read the motion" in why for why in plan.left_out.values())
    plan = make_plan(replace(recipe, views=InputAugmentation()), None, 1)
    assert "InputAugmentation moves no features" in plan.left_out["random_orthogonal"]


def test_motions_are_taken_away_where_they_are_read():
    plan = make_plan(replace(recipe, objective=recipe.objective + 0.1 * MotionPrediction()), None, 1)
    assert not plan.left_out
    assert {"shuffled_motion", "no_motion"} < {arm.name for arm in plan.arms}


def test_seeds_start_at_that_of_the_recipe():
    assert list(make_plan(replace(recipe, seed=10), ["untied"], 3).seeds) == [10, 11, 12]


@pytest.mark.parametrize(
    ("change", "structures", "seeds", "message"),
    [
        ({}, ["no_motion"], 1, "structure 'no_motion' would change nothing: InfoNCE does not read the motion"),
        ({}, ["unravelled"], 1, "structure is one of intact, untied, .* got 'unravelled'"),
        ({}, None, 0, "seeds must be at least 1, got 0"),
        ({"epochs": 0}, None, 1, "epochs must be at least 1, got 0"),
        ({"structure": "untied"}, None, 1, "starts from a recipe whose structure is 'intact', got 'untied'"),
        ({"encoder": CNN(fields=(1,), steps=(2,))}, None, 1, "a stride of 2 breaks the shifts of"),
    ],
)
def test_what_cannot_be_run_is_refused_before_anything_is_written(change, structures, seeds, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        ablate(replace(recipe, **change), structures, seeds, tmp_path / "new")
    assert not (tmp_path / "new").exists()
