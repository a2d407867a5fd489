"""`homossl pretrain RECIPE`: train any recipe, with any of its fields changed."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from pathlib import Path

from homossl.cli.find import built_in, find_recipe
from homossl.cli.opening import subject_of
from homossl.cli.override import parse
from homossl.parallel import ProcessLost, is_first, leave
from homossl.train import Recipe, Stopped, train

USAGE = """usage: homossl pretrain RECIPE [--run DIR] [--resume] [--devices N] [--nodes N] [--field value ...]

RECIPE is one of: {names};
or path/to/file.py[:attribute]; or package.module:attribute.
`homossl pretrain RECIPE --help` shows every field of the recipe, with its default."""


@dataclass(frozen=True)
class Options:
    """How to run a recipe."""

    run: Path | None = None
    """Folder of the run; runs/NAME if not given."""
    resume: bool = False
    """Go on with the run in that folder; start it if there is none."""
    tensorboard: bool = False
    """Write TensorBoard files there too."""
    devices: int | None = None
    """Devices on each node; the recipe's hardware.devices if not given."""
    nodes: int | None = None
    """Nodes, on each of which this command is started; the recipe's hardware.nodes if not given."""

    def placed(self, recipe: Recipe) -> Recipe:
        """The recipe on these devices and nodes."""
        given = {name: value for name in ("devices", "nodes") if (value := getattr(self, name)) is not None}
        return replace(recipe, hardware=replace(recipe.hardware, **given))


def main(args: list[str]) -> int:
    """Run the command; the exit status."""
    if (name := subject_of(args, "RECIPE", "pretrain")) is None:
        print(USAGE.format(names=", ".join(built_in())))
        return 0
    recipe = find_recipe(name)
    options, recipe = parse(Options(), recipe, args[1:], f"homossl pretrain {name}", "Train this recipe.")
    recipe = options.placed(recipe)
    run = options.run or Path("runs", recipe.name)
    try:
        train(recipe, run, options.resume, tensorboard=options.tensorboard)
    except Stopped as stop:
        return _told(f"{stop}\nresume with: {resume_command(args)}", 130)
    except ProcessLost as error:
        raise ProcessLost(f"{error}; go on from the last checkpoint with: {resume_command(args)}") from error
    return _told(f"trained; see its features with: {evaluate_command(name, run)}", 0)


def _told(text: str, status: int) -> int:
    """Say so in the first process, and part; launchers end a run where the status of another process is not 0."""
    first = is_first()
    if first:
        print(text)
    leave()
    return status if first else 0


def evaluate_command(name: str, run: Path) -> str:
    """The command that evaluates a run of the recipe of that name, with the file of the user's own classes.

    >>> evaluate_command("mine.py:small", Path("runs/small"))
    'homossl evaluate runs/small --classes mine.py'
    """
    stem, suffix, _ = name.partition(".py")
    return shlex.join(["homossl", "evaluate", str(run), *(["--classes", stem + suffix] if suffix else [])])


def resume_command(args: list[str]) -> str:
    """The command that goes on with a run started with these arguments.

    >>> resume_command(["digits", "--run", "my runs/1"])
    "homossl pretrain digits --run 'my runs/1' --resume"
    """
    return shlex.join(["homossl", "pretrain", *args, *["--resume"] * ("--resume" not in args)])
