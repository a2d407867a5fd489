"""Motions of images and fields that keep the lattice, and of colours, are left actions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from torch import Tensor

from groups import (
    SO3,
    Action,
    Cyclic,
    Dihedral,
    Element,
    FieldAction,
    Group,
    Homomorphism,
    Irrep,
    PointwiseAction,
    Pullback,
    Regular,
    SemidirectProduct,
    Standard,
    Torus,
    Trivial,
    hue_action,
    image_action,
)
from proofs_check import laws
from proofs_check.claim import Case, Claim
from proofs_check.examples import P4M, PMM, noise, sampled, tuples

C4, D4, P4 = Cyclic(4), Dihedral(4), SemidirectProduct(Torus(4, 4), Cyclic(4))
STRIDE = Homomorphism(Torus(2, 2), Torus(4, 4), lambda g: Torus(4, 4).element(2 * g.params))
SQUARE = {
    **{f"image, {name}": image_action(group) for name, group in {"C4": C4, "D4": D4, "p4": P4, "p4m": P4M}.items()},
    "image, torus": image_action(Torus(4, 4)),
    "image, pulled back along a stride": Pullback(image_action(Torus(4, 4)), STRIDE),
    "field, D4, Regular": FieldAction(D4, Regular(D4)),
    "field, D4, Irrep + Trivial": FieldAction(D4, Irrep(D4, 1, 1) + Trivial(D4)),
    "field, C4, Regular (x) Standard": FieldAction(C4, Regular(C4) * Standard(C4)),
    "field, p4m, 2 Regular": FieldAction(P4M, 2 * Regular(D4), padding="circular"),
    "field, torus, Irrep": FieldAction(Torus(4, 4), Irrep(Torus(4, 4), 1, 2), padding="circular"),
    "hue, SO(2)": hue_action(),
    "pointwise, SO(3), Irrep 1": PointwiseAction(Irrep(SO3(), 1)),
    "pointwise, D4, Regular": PointwiseAction(Regular(D4)),
}
ACTIONS: dict[str, tuple[Action, int, int]] = {
    **{name: (action, 4, 4) for name, action in SQUARE.items()},
    "image, pmm on 2 x 3": (image_action(PMM), 2, 3),
}


@dataclass(frozen=True)
class Shifted(Action):
    """g moves as c g does."""

    inner: Action
    c: Element

    @property
    def group(self) -> Group:
        return self.inner.group

    @property
    def event_dim(self) -> int:
        return self.inner.event_dim

    def act(self, g: Element, x: Tensor) -> Tensor:
        return self.inner(self.c @ g, x)


def residual(action: Action, h: int, w: int) -> float:
    """How far an action on noise of size h x w is from a left action, over pairs of elements."""
    one, other = tuples(action.group, 2)
    x = noise(channels(action), h, w)
    return max(laws.action_identity(action, x).item(), laws.action_composition(action, one, other, x).item())


def broken(action: Action, h: int, w: int) -> float:
    """The residual of an action that misses the identity."""
    candidates, x = sampled(action.group, 16, seed=7), noise(channels(action), h, w)
    moves = (action(candidates, x) - x).flatten(1).norm(dim=1)
    return residual(Shifted(action, candidates[moves.argmax()]), h, w)


def channels(action: Action) -> int:
    """The channels of what is moved."""
    if isinstance(action, FieldAction):
        return action.fibre.dim
    if isinstance(action, PointwiseAction):
        return action.representation.dim
    return channels(action.inner)  # type: ignore[attr-defined]


claim = Claim(
    title="actions that keep the lattice are left actions",
    statement="e x = x and (g h) x = g (h x), for [g f](u) = ρ(g) f(g⁻¹ u) on the pixel lattice and for colours. What "
    "interpolates between pixels is measured in interpolation_order.",
    source="textbook: Serre, Linear Representations of Finite Groups, § 3.3 (induced representations); Cohen & "
    "Welling, Group Equivariant Convolutional Networks (arXiv 1602.07576), § 4",
    measured="the larger of the two relative errors on noise, over all pairs of elements, or a thousand drawn ones",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(name, partial(residual, *on), partial(broken, *on), "c g moves instead of g")
        for name, on in ACTIONS.items()
    ),
)
