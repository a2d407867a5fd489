"""A table of real recipes that trains in a moment, in a folder that tests may change, run without processes."""

from __future__ import annotations

import importlib
import sys
from concurrent.futures import Future
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from homossl.experiment import conduct, conducting
from homossl.experiment.results import Results

PACKAGE = '''"""What a table is about."""
from homossl.experiment import SIZES, Table
from {name}._task import Weights

seeds = {{"smoke": 1, "small": 2, "paper": 3}}
table = Table("Mini", {{size: (Weights(),) for size in SIZES}}, seeds, order=("frozen",))
'''
TASK = '''from dataclasses import dataclass
from typing import ClassVar

import torch

from homossl.data import Digits
from homossl.train import load_learner
from homossl.transfer import Measured, Robustness, Transfer


@dataclass(frozen=True, kw_only=True)
class Weights(Transfer):
    """Numbers that depend on every weight: no two runs have the same."""

    name: ClassVar[str] = "weights"
    data: Digits = Digits(9)
    curves: tuple = (Robustness("turn", (0.0, 90.0)),)
    power: float = 1.0
    headline: ClassVar[str] = "size"

    def learn(self, backbone, train, seed):
        raise NotImplementedError

    def score(self, model, data):
        raise NotImplementedError

    def measure(self, source, seed=0, device="cpu"):
        learner, _ = load_learner(source)
        total = sum(p.detach().double().abs().sum() for p in learner.parameters())
        size = torch.sigmoid(total / 1000 * self.power).item()
        return Measured({"size": size, "half": size / 2}, {"turn": [(0.0, size), (90.0, size / 2)]})
'''
DATA = '''from dataclasses import dataclass

from homossl.data import Digits


@dataclass(frozen=True)
class Own(Digits):
    """A data set of one's own."""
'''
RECIPE = """from groups import Cyclic, Dihedral
from homossl.credit import Backprop
from homossl.data import Digits
from homossl.encoders import CNN
from homossl.objectives import MLP, InfoNCE
from homossl.targets import Shared
from homossl.train import AdamW, Cosine, Recipe
from homossl.views import FeatureFibre, Uniform, Window

recipe = Recipe(
    name="mini",
    data=Digits(9),
    group=Cyclic(4),
    encoder=CNN(fields=(1,), steps=(1,)),
    views=FeatureFibre(motion=Uniform(), window=Window(3)),
    objective=InfoNCE(projector=MLP(4, 4)),
    target=Shared(),
    credit=Backprop(),
    optimiser=AdamW(),
    schedule=Cosine(),
    epochs=2,
    batch_size=600,
    checkpoint_every=1,
    log_every=1,
)
"""
ROW = '''"""A row.

Source: ours.
Setting: {settings}, on
    two lines.
Expected: nothing.
Cost: a moment.
"""
from dataclasses import replace

from homossl.experiment import Published, Row
from homossl.data import Digits
from {name}._recipe import recipe
{more}
recipe = replace(recipe, {settings})
row = Row({title!r}, recipe, recipe, recipe, {rest})
'''


class Mini:
    """The folder of the table, and another for its runs."""

    def __init__(self, folder: Path, name: str = "mini") -> None:
        self.folder, self.out, self.name = folder / name, folder / "out", name
        self.folder.mkdir(parents=True)
        for file, text in {"__init__": PACKAGE, "_task": TASK, "_data": DATA, "_recipe": RECIPE}.items():
            self.write(file, text.format(name=name) if file == "__init__" else text)
        published = "Published(91.5, 'size', 'Table 1 of nobody')"
        self.row("frozen", "epochs=0")
        self.row("long", "epochs=3", f"{published}, baseline='frozen'")
        self.row("own", "data=Own(9)", "baseline='frozen'", f"from {name}._data import Own")

    def row(self, file: str, settings: str, rest: str = "", more: str = "") -> None:
        """Write a row."""
        self.write(file, ROW.format(name=self.name, title=file.title(), settings=settings, rest=rest, more=more))

    def write(self, file: str, text: str) -> None:
        """Write a module of the table."""
        (self.folder / f"{file}.py").write_text(text)

    def change(self, file: str, old: str, new: str) -> None:
        """Change a module of the table."""
        text = (self.folder / f"{file}.py").read_text()
        assert old in text
        self.write(file, text.replace(old, new))

    def run(self, *rows: str, whole: bool = False, **options: Any) -> Results:
        """Conduct the experiment as a new process would, on a single one; pictures only for the whole."""
        for module in [name for name in sys.modules if name.partition(".")[0] == self.name]:
            del sys.modules[module]
        importlib.invalidate_caches()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(conducting, "slots", here)
            patch.setattr(conducting, "pictures", conducting.pictures if whole else lambda _: {})
            patch.setattr(sys, "dont_write_bytecode", True)
            patch.setattr(sys, "path", list(sys.path))
            return conduct(self.folder, "small", rows, console=Console(file=StringIO()), out=self.out, **options)

    def runs(self) -> dict[Path, tuple[int, bytes]]:
        """Every file of the runs, which one it is, and what is in it."""
        files = [path for path in self.out.glob("*-*/**/*") if path.is_file()]
        return {path: (path.stat().st_ino, path.read_bytes()) for path in files}


class Here:
    """A worker that is no process."""

    def submit(self, task, *args):
        done: Future = Future()
        done.set_result(task(*args))
        return done


@contextmanager
def here(count: int):
    yield [Here()]


def tables(out: Path) -> dict[str, bytes]:
    """What must not depend on how often an experiment was interrupted."""
    files = [*out.glob("table.*"), *out.glob("curves/*")]
    return {path.name: path.read_bytes() for path in files}
