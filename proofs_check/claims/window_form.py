"""A window of the features of a moved input is the moved window of the features of the input."""

from __future__ import annotations

from functools import partial
from itertools import product

import torch
from torch import Tensor

from groups import Element, FieldAction, SemidirectProduct
from homossl.views import Window
from proofs_check import base, laws
from proofs_check.claim import Case, Claim
from proofs_check.examples import sampled
from proofs_check.learners import SETTINGS, images, twins

WINDOWS = {
    "1 cell": Window(1),
    "2 x 2 cells": Window(2),
    "3 x 3 cells": Window(3),
    "3 x 3, 1 point": Window(3, fibre=1),
}


@torch.no_grad()
def residual(setting: str, window: Window, keep_in_place: bool = False) -> float:
    """The largest difference, over motions, of f(T_g x)(B), the view that H-SSL reads, and f(x)(g^-1 B)."""
    encoder, x = twins(setting, "InfoNCE")[1].encoder.eval(), images(2).x
    z, action = encoder(x), encoder.action_out
    assert isinstance(action, FieldAction)
    points, errors = base.base(action, z.shape[-1]), []
    for g in sampled(action.group, 8):
        back = points.identity() if keep_in_place else ~base.embed(g, points)
        expected = _values(z, points, back, window)
        moved, read = encoder(encoder.action_in(g, x)), window.read(action, g.expand(1, len(x)), z)[0]
        errors += [laws.relative_error(view, expected) for view in (window.crop(action, moved), read)]
    return torch.stack(errors).amax().item()


def _values(z: Tensor, points: SemidirectProduct, back: Element, window: Window) -> Tensor:
    """z(back B), (b (c fibre) size size)."""
    assert window.size is not None
    return base.read(z, back @ base.window(points, window.size, window.fibre)).flatten(1, 2)


claim = Claim(
    title="a window of a moved input is a moved window",
    statement="f(T_g x)(B) = f(x)(g⁻¹ B) for a window B of base points, and this is the view that FeatureFibre reads.",
    source="Keller, Suau & Zappella (arXiv 2211.08282), fig. 1 (sub-blocks of the feature map); in this form derived "
    "from claim fibre_form, point by point",
    measured="the relative error of f(T_g x)(B) and of the view that is read from f(x), both against f(x)(g⁻¹ B) by "
    "the product of the group, the worst of eight motions",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(
            f"{setting}, {name}", partial(residual, setting, w), partial(residual, setting, w, True), "the window stays"
        )
        for setting, (name, w) in product(SETTINGS, WINDOWS.items())
    ),
)
