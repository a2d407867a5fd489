"""`homossl compare RUN_A RUN_B`: two runs side by side."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from homossl.cli.evaluate import Evaluation, check_fits
from homossl.cli.opening import import_classes, subject_of
from homossl.cli.override import parse
from homossl.compare import Comparison, compare, motions_of
from homossl.compare.comparison import REPORT
from homossl.compare.some import some
from homossl.train import Hardware, load_learner
from homossl.train.bounds import at_least
from homossl.train.processes import build_fabric
from homossl.views import ViewSource
from homossl.views.base import MovedViews

USAGE = """usage: homossl compare RUN_A RUN_B [--to FOLDER] [--images N] [--data.field value ...] ...

RUN_A and RUN_B are folders of runs, or checkpoint files. Both are scored on the images of RUN_A, moved as its views
are; `comparison.json` and `report.html` are written to the folder.
`homossl compare RUN_A RUN_B --help` shows every option, with its default."""


@dataclass(frozen=True)
class Options:
    """How to compare."""

    to: Path | None = None
    """Folder to write to; runs/compare-A-B if not given."""
    images: int | None = None
    """Images of each split to use, drawn at random; all if not given."""
    device: str = "auto"
    """auto, cpu, cuda, cuda:1, mps, ..."""
    classes: tuple[Path, ...] = ()
    """Python files with classes of your own that the recipes use."""

    def __post_init__(self) -> None:
        at_least(1, images=self.images)
        if self.to is not None and self.to.exists() and not self.to.is_dir():
            raise ValueError(f"--to: expected a folder, got the file {self.to}")


def main(args: list[str]) -> int:
    """Run the command; the exit status."""
    if (runs := runs_of(args)) is None:
        print(USAGE)
        return 0
    import_classes(args[2:])
    loaded = [load_learner(run) for run in runs]
    recipe, prog = loaded[0][1], f"homossl compare {args[0]} {args[1]}"
    options, chosen = parse(Options(), Evaluation(recipe.data), args[2:], prog, "Compare two trained encoders.")
    device = build_fabric(Hardware(device=options.device)).device
    train, test = (some(chosen.data.load(split), options.images, chosen.seed).to(device) for split in ("train", "test"))
    for learner, trained in loaded:
        check_fits(trained, learner, train.shape)
    names = titles(*runs)
    encoders = {title: learner.encoder.to(device) for title, (learner, _) in zip(names, loaded, strict=True)}
    views = motions_of(loaded[0][0])
    told = about(names, runs, views, len(train), len(test), chosen)
    comparison = compare(encoders, train, test, views, seed=chosen.seed, settings=told)
    print(comparison.table())
    write(comparison, options.to or Path("runs", "-".join(["compare", *map(name, runs)])))
    return 0


def runs_of(args: list[str]) -> tuple[Path, Path] | None:
    """The two runs that a command line begins with; None where its help is asked for instead.

    Raises:
        ValueError: there are not two of them.
    """
    first = subject_of(args, "RUN_A", "compare")
    if first is None:
        return None
    if len(args) == 1:
        raise ValueError(f"expected RUN_B after RUN_A, got {first} alone; see homossl compare --help")
    second = subject_of(args[1:], "RUN_B", "compare")
    return None if second is None else (Path(first), Path(second))


def titles(a: Path, b: Path) -> tuple[str, str]:
    """What to call two runs: the names of their folders where these differ, or else all of their paths.

    >>> titles(Path("runs/simclr"), Path("runs/stec")), titles(Path("1/stec"), Path("2/stec"))
    (('simclr', 'stec'), ('1/stec', '2/stec'))

    Raises:
        ValueError: they are one run.
    """
    if a.resolve() == b.resolve():
        raise ValueError(f"expected two runs, got {a} twice")
    return (name(a), name(b)) if name(a) != name(b) else (str(a), str(b))


def name(run: Path) -> str:
    """The name of the folder of a run, or of one of its checkpoints."""
    return (run.parent if run.is_file() else run).resolve().name


def about(
    names: tuple[str, str], runs: tuple[Path, Path], views: ViewSource, train: int, test: int, on: Evaluation
) -> dict[str, str]:
    """What was compared, on what."""
    places = {f"Weights of {title}": str(run) for title, run in zip(names, runs, strict=True)}
    images = {"Data": str(on.data), "Images": f"{train} to fit on, {test} held out", "Seed": str(on.seed)}
    moved = f"{views.action}, {views.motion}" if isinstance(views, MovedViews) else str(views)
    return places | images | {"Images moved by": moved}


def write(comparison: Comparison, folder: Path) -> None:
    """Write the comparison into a folder, and say where."""
    comparison.save(folder)
    print(f"report: {folder / REPORT}")
