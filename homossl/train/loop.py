"""The training loop: step, log, save."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.pretty import pprint

from homossl.parallel import ProcessLost, is_first
from homossl.train.logs import ANGLE, Bar, Log, Meter, Silence
from homossl.train.processes import agree_on, as_launched
from homossl.train.recipe import Recipe
from homossl.train.runs import CHECKPOINT, Interrupt, Stopped, claim, open_run
from homossl.train.trainer import Trainer

if TYPE_CHECKING:
    from homossl.learner import Learner


def train(recipe: Recipe, run: Path, resume: bool = False, *, tensorboard: bool = False, show: bool = True) -> Learner:
    """Train the learner of `recipe` in the folder `run`, or go on from where a run there stopped.

    Data and draws are functions of (seed, step), so that a resumed run ends where an undisturbed one does. With several
    devices the same script is started again for each but the first, unless torchrun, or SLURM, has started them all.
    Each process encodes a part of every batch; the loss, and what is learned, are those of the whole. With the strategy
    fsdp the learner that is returned holds a part of the encoder's weights; the checkpoint holds all.

    Args:
        recipe: all that the result depends on.
        run: folder for recipe.json, metrics.jsonl and checkpoint.safetensors.
        resume: go on with the run in that folder; start it if there is none.
        tensorboard: write TensorBoard files there too.
        show: print the recipe, and draw a progress bar on a terminal.

    Raises:
        FileExistsError: if `run` holds a run and `resume` is False.
        ValueError: if the run there has another recipe, or its checkpoint does not fit.
        FloatingPointError: if a loss is not finite, naming step and term; the last checkpoint stays.
        Stopped: on Ctrl-C, SIGTERM or SIGUSR1, after the state has been saved; a second Ctrl-C interrupts at once. Of
            several processes all stop, at the next row of the log, when one of them gets the signal.
        ProcessLost: another process ended, or did not answer within ten minutes; the last checkpoint stays.
    """
    run, recipe = Path(run), replace(recipe, hardware=as_launched(recipe.hardware))
    saved, recipe = open_run(run, recipe, resume)
    trainer = Trainer(recipe)  # starts the other processes, which open the run before any of them may write
    if saved:
        trainer.restore(saved)
    agree_on(trainer.done, trainer.device)
    if is_first():
        claim(run, recipe)
    show = show and is_first()
    if show:
        pprint(recipe)
    log = Log(run, trainer.done, tensorboard) if is_first() else Silence()
    with trainer.isolated(), log, Bar(recipe.name, trainer.steps, show) as bar:
        try:
            _run(trainer, run / CHECKPOINT, log, bar)
        except ProcessLost as error:
            raise ProcessLost(f"step {trainer.done + 1} of {trainer.steps}: {error}") from error
    return trainer.learner


def _run(trainer: Trainer, checkpoint: Path, log: Log, bar: Bar) -> None:
    recipe, meter, stopped = trainer.recipe, Meter(trainer.done), False
    with Interrupt() as interrupt:
        while trainer.done < trainer.steps and not stopped:
            with log.paused():
                angles = _angles(trainer)
            meter.add(trainer.step())
            save = trainer.done % recipe.checkpoint_every == 0
            report = trainer.done % recipe.log_every == 0 or trainer.done == trainer.steps or bool(angles)
            losses = meter.read() if save or report else {}
            bar.show(trainer.done, log.write(trainer, losses | angles) if report else None)
            if save:
                trainer.save(checkpoint)
            stopped = trainer.all_stop(interrupt.requested, ask=save or report)
        meter.read()
        trainer.save(checkpoint)
    if trainer.done < trainer.steps:
        raise Stopped(f"stopped after step {trainer.done} of {trainer.steps}, saved in {checkpoint}")


def _angles(trainer: Trainer) -> dict[str, float]:
    """The angles of the step to come, for the log, if it is the first or last one or its number is due."""
    step, every = trainer.done + 1, trainer.recipe.angles_every
    if every is None or (step not in (1, trainer.steps) and step % every):
        return {}
    return {ANGLE + name: degrees for name, degrees in trainer.angles().items()}
