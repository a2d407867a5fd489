"""What a run is for, what it is not for, and how to load it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from homossl.card.known import Known
from homossl.card.markdown import bullets, code
from homossl.card.transfers import transfers

LOADED = """
from pathlib import Path
import torch
{imports}from homossl.train import load_learner

learner, recipe = load_learner(Path("{folder}"))
z = learner.encoder(torch.rand{batch}{double})  # features {features}
kept, pooled = learner.encoder.readings(z)  # {kept} with the pose kept, {pooled} without
"""
SEEDS = "It is one run of one seed: differences of a few points between runs are within what seeds do."
ELSEWHERE = "Nothing was measured on data other than its own."


def loading(known: Known, classes: Sequence[Path] = ()) -> str:
    """Code that loads the run from where it is now."""
    z, kept, pooled = known.features()
    features = {"features": (2, *z.shape[1:]), "kept": tuple(kept.shape[1:]), "pooled": tuple(pooled.shape[1:])}
    double = ".double()" if known.recipe.hardware.precision == "64-true" else ""
    own = "".join(f'import_file(Path("{path}"))\n' for path in classes)
    imports = f"from homossl.importing import import_file\n{own}" if own else ""
    batch = (2, *known.shape)
    text = LOADED.format(folder=known.folder.as_posix(), batch=batch, double=double, imports=imports, **features)
    return code(text, "python")


def intended(known: Known) -> str:
    """What it is for."""
    shape, group = known.shape, known.recipe.group
    facts = [
        f"Features of samples of shape {shape}, frozen or fine-tuned, for a classifier, neighbours or a decoder.",
        "Comparison with other recipes on the same data, by the same protocol, over several seeds.",
    ]
    moved = f"Where an input is moved by g in `{group}`, its features are moved by ρ(g): read them pooled for what"
    facts += [f"{moved} should not depend on g, with the pose kept for what may."] * (group.order != 1)
    return bullets(facts)


def limits(known: Known) -> str:
    """What it is not for, and what is not known of it."""
    return bullets(found_limits(known))


def found_limits(known: Known) -> Iterator[str]:
    """Every limit that shows in what is known of the run."""
    recipe, report = known.recipe, known.report
    if recipe.structure != "intact":
        yield f"Its structure is spoiled on purpose (`{recipe.structure}`): it is a control, not a model to use."
    if recipe.epochs == 0:
        yield "It was not trained: these are its initial weights."
    if known.logged.rows and known.logged.rows[-1]["epoch"] < recipe.epochs:
        yield "Its training has not ended."
    if not report.passed:
        yield "It is not the homomorphism that it claims to be: see above."
    if not report.whole.exact.all():
        yield "Only elements that move the grid onto itself are exact; what the others miss by is partly interpolation."
    if not known.readouts:
        yield f"It has not been evaluated: `homossl evaluate {known.folder}` does."
    yield SEEDS
    if not transfers(known):
        yield ELSEWHERE
