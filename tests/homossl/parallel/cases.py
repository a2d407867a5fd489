"""What several processes and one must agree on: small runs on digits, and spoilt ones which must not agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from groups import Cyclic
from homossl import recipes
from homossl.credit import FeedbackAlignment, GreedyLayerwise, RandomLayerwise
from homossl.data import Digits
from homossl.encoders import CNN
from homossl.objectives import BYOL, MLP, InfoNCE, VICReg
from homossl.parallel import is_sharded, whole
from homossl.targets import EMA
from homossl.train import SGD, Checkpoint, Hardware, Recipe
from homossl.train.trainer import Trainer
from homossl.transforms import Solarize
from homossl.views import FeatureFibre, FullOrbit, InputAugmentation

STEPS = 20
SHARDS = 4

_small = MLP(12, 6)

_base = replace(
    recipes.assl,
    data=Digits(9),
    group=Cyclic(4),
    encoder=CNN(fields=(2, 3), steps=(1, 2)),
    views=InputAugmentation(transforms=(Solarize(p=0.3),)),
    objective=InfoNCE(projector=_small),
    optimiser=SGD(lr=0.1),
    epochs=1,
    batch_size=16,
)

_fibre = replace(_base, views=FeatureFibre())

CASES: dict[str, Recipe] = {
    "A-SSL, InfoNCE": _base,
    "A-SSL, BYOL": replace(_base, objective=BYOL(projector=_small, predictor=_small), target=EMA(0.9)),
    "A-SSL, plain, greedy": replace(_base, encoder=replace(_base.encoder, structure="plain"), credit=GreedyLayerwise()),
    "H-SSL, VICReg": replace(_fibre, objective=VICReg(projector=_small)),
    "H-SSL, full orbits": replace(_base, views=FullOrbit()),
    "H-SSL, local norm, feedback": replace(
        _fibre, encoder=replace(_base.encoder, norm="local"), credit=FeedbackAlignment("same", losses=RandomLayerwise())
    ),
}


alone = replace(
    _base,
    hardware=Hardware(device="cpu", precision="64-true", shards=2),
    checkpoint_every=10,
    log_every=1,
    batch_size=32,
)


@dataclass(frozen=True)
class Spoilt:
    """A run in which something that keeps processes together is missing."""

    module: str
    name: str
    stand_in: Callable[..., Any]


SPOILT = {
    "no gather": Spoilt("homossl.learner", "gather", lambda x, axis=0: x),
    "no shared statistics": Spoilt("homossl.train.processes", "synchronise", lambda module: None),
    "no shared gradients": Spoilt("homossl.train.trainer", "average_gradients", lambda parameters: None),
    "one stream for all parts": Spoilt("homossl.train.shards", "_stream", lambda rng, number: rng.clone_state()),
}


def run(recipe: Recipe, processes: int, steps: int = STEPS, **options: Any) -> dict[str, dict[str, Tensor]]:
    """The losses of all steps, the gradients of the first one, and the last weights and statistics."""
    options = {"shards": SHARDS} | options
    trainer = Trainer(
        replace(recipe, hardware=Hardware(device="cpu", precision="64-true", devices=processes, **options))
    )
    sharded = any(is_sharded(parameter) for parameter in trainer.learner.encoder.parameters())
    assert sharded == (options.get("strategy") == "fsdp" and processes > 1)
    losses = [trainer.step()[0].value]
    grads = {name: whole(p.grad).clone() for name, p in trainer.learner.named_parameters() if p.grad is not None}
    losses += [trainer.step()[0].value for _ in range(steps - 1)]
    weights = {name: whole(tensor) for name, tensor in trainer.learner.state_dict().items()}
    return {"loss": {"": torch.stack(losses)}, "gradient": grads, "weight": weights}


def apart(run: Path, other: Path) -> float:
    """The greatest difference between the last checkpoints of two runs of `alone`."""
    a, b = (Checkpoint.read(folder / "checkpoint.safetensors") for folder in (run, other))
    assert a.tensors.keys() == b.tensors.keys()
    assert a.step == b.step == 40
    return max(float((a.tensors[name].double() - b.tensors[name].double()).abs().max()) for name in a.tensors)
