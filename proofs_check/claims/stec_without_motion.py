"""Without its second term S-TEC is the method that it extends."""

from __future__ import annotations

from functools import partial
from itertools import product

import torch
from torch import Tensor, nn

from groups import Affine2, image_action
from homossl.learner import Learner, build
from homossl.objectives import Bins, InverseModel, Objective
from homossl.views import FeatureFibre, InputAugmentation, RandomResizedCrop, ViewSource
from proofs_check.claim import Case, Claim
from proofs_check.laws import relative_error
from proofs_check.learners import OBJECTIVES, SETTINGS, SHAPE, SIDE, images

CROPS = InputAugmentation(image_action(Affine2(), padding="border"), RandomResizedCrop(SIDE))
VIEWS: dict[str, tuple[ViewSource, InverseModel]] = {
    "crops and flips": (CROPS, InverseModel(hidden=8, code=Bins.published(SIDE), mode="official")),
    "C4 on features": (FeatureFibre(), InverseModel(hidden=8)),
}
NAMES = {"InfoNCE": "SimCLR", "BYOL": "BYOL", "ReLIC": "ReLIC", "SimSiam": "SimSiam"}


def learner(name: str, views: ViewSource, more: Objective | None = None) -> Learner:
    """A method of the family on these views, with one more term."""
    group, encoder = SETTINGS["C4"]
    objective, target = OBJECTIVES[name]
    return build(group, encoder, views, objective + more if more else objective, target, shape=SHAPE).double()


def step(made: Learner, head: nn.Module) -> tuple[Tensor, Tensor]:
    """The loss of a step, and its gradients in the encoder and a head."""
    loss = made.step(images(6), torch.Generator().manual_seed(0))
    gradients = [p.grad for part in (made.encoder, head) for p in part.parameters() if p.grad is not None]
    return loss.value, torch.cat([g.flatten() for g in gradients])


def residual(name: str, views: str, weight: float) -> float:
    """The larger difference in loss and gradients between the method and its extension."""
    source, model = VIEWS[views]
    plain, extended = learner(name, source), learner(name, source, weight * model)
    ours, theirs = step(extended, extended.head.get_submodule("heads.0")), step(plain, plain.head)
    return max(relative_error(a, b).item() for a, b in zip(ours, theirs, strict=True))


claim = Claim(
    title="S-TEC at λ = 0 is what it extends",
    statement="With L = L_method + λ L_manipulation, at λ = 0 the loss and every gradient of the encoder and of the "
    "method's own networks are those of L_method, for the same weights, views and motions.",
    source="derived, from S-TEC (arXiv 2210.09224), which recovers and extends SimCLR, BYOL and ReLIC",
    measured="the larger relative difference of loss and gradients over encoder, projector and predictor",
    bound=1e-12,
    miss=1e-3,
    cases=tuple(
        Case(
            f"{NAMES[name]}, {views}", partial(residual, name, views, 0.0), partial(residual, name, views, 1.0), "λ = 1"
        )
        for name, views in product(NAMES, VIEWS)
    ),
)
