"""NT-Xent is an inverse model: its action is the image that was switched to."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from groups import Cyclic, Element
from homossl.encoders import CNN
from homossl.learner import Learner, build
from homossl.objectives import MLP, InfoNCE
from homossl.views import FeatureFibre
from proofs_check.claim import Case, Claim
from proofs_check.examples import noise
from proofs_check.published import departure, surprise

SIDE = 9
TEMPERATURES = (0.1, 0.5)


def learner(temperature: float) -> Learner:
    """SimCLR on the features of images."""
    objective = InfoNCE(temperature=temperature, projector=MLP(8, 8, norm=False))
    return build(Cyclic(4), CNN(fields=(1, 2), steps=(1, 2)), FeatureFibre(), objective, shape=(1, SIDE, SIDE)).double()


def formula(made: Learner, x: Tensor, g: Element, temperature: float, stay: bool) -> Tensor:
    """The cross-entropy of a classifier of switches, told of every view and its partner which switch was made."""
    views = [
        torch.rot90(image, k, (1, 2)) for row in g.params[..., 0].tolist() for image, k in zip(x, row, strict=True)
    ]
    projector = made.head.get_submodule("projector")
    z = projector(made.encoder(torch.stack(views)).mean((2, 3)))
    z = z / z.norm(dim=1, keepdim=True)
    return torch.stack([_switch(z, i, temperature, stay) for i in range(len(z))]).mean()


def _switch(z: Tensor, seen: int, temperature: float, stay: bool) -> Tensor:
    """-log q(switched to the partner | the view seen), one class for each view that can be switched to."""
    actions = [k for k in range(len(z)) if stay or k != seen]
    classifier = torch.stack([z[k] / temperature for k in actions])
    return surprise(classifier @ z[seen], actions.index((seen + len(z) // 2) % len(z)))


def residual(temperature: float, stay: bool = False) -> float:
    """How far the learner's step is from that of the inverse model."""
    return departure(
        learner(temperature), noise(6, 1, SIDE, SIDE), partial(formula, temperature=temperature, stay=stay)
    )


claim = Claim(
    title="NT-Xent is a categorical inverse model of identity",
    statement=(
        "The action of switching from a view to one of the 2N − 1 others, told by a softmax whose class weights are "
        "their embeddings, q(a | x, x') = softmaxₖ ⟨zᵢ, zₖ⟩ / τ: −1/2N Σᵢ log q(a = partner of i) is NT-Xent, with "
        "its gradients."
    ),
    source="derived; S-TEC (arXiv 2210.09224) has identity as a categorical action; NT-Xent is eq. 1 of SimCLR "
    "(arXiv 2002.05709)",
    measured="the larger of |L − L'| / |L'| and |∇L − ∇L'| / |∇L'|, over encoder and projector",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(f"τ = {t}", partial(residual, t), partial(residual, t, stay=True), "staying is an action too")
        for t in TEMPERATURES
    ),
)
