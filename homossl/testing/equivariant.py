"""The law that a model is a homomorphism between two actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any

import torch
from torch import Tensor

from groups import Action, Element, Group
from homossl.evaluate import frozen
from homossl.testing.assertions import explain
from homossl.testing.family import FamilyLaw, name_of
from homossl.testing.law import Broken
from homossl.verify.check import check
from homossl.verify.declared import actions_of
from homossl.verify.inputs import fitting_input, smooth_input
from homossl.verify.modules import as_module
from homossl.verify.residual import residuals
from homossl.verify.tolerance import rounding
from homossl.verify.trace import tensor_of

VARIES = 1e-6
"""How much outputs differ, relative to their size, where they depend on the input."""


@dataclass(frozen=True, eq=False)
class Equivariant(FamilyLaw):
    """f(g x) = g f(x), for a model f whose output depends on x; where it misses, `homossl.verify` says in which layer.

    The subject is a model or, with `groups`, builds one for each group. The model declares its `action_in` and
    `action_out`, or `source` and `target` say them; with `groups`, these too may be functions of the group.

    >>> from groups import Cyclic, Dihedral
    >>> from homossl.encoders import CNN
    >>> law = Equivariant(lambda group: CNN().build(group, 1, 9), groups=[Cyclic(4), Dihedral(4)], size=9)
    >>> law()

    Raises:
        TypeError: the actions of the model are not known, or `groups` are given with a model instead of a builder.
    """

    source: Action | Callable[[Group], Action] | None = None
    """How a group moves inputs."""
    target: Action | Callable[[Group], Action] | None = None
    """How a group moves outputs."""
    _: KW_ONLY
    size: int | None = None
    """Pixels along each side of the inputs, which are smooth and random; None takes 33."""
    x: Tensor | None = None
    """Inputs (b *event) to take instead."""

    arity = 1

    def own_group(self) -> Group:
        try:
            source, _ = actions_of(self.subject, self.source, self.target)  # type: ignore[arg-type]
        except TypeError as unknown:
            name = name_of(self.subject)
            raise TypeError(f"{name}: {unknown}; if {name} builds a model for each group, give groups") from None
        self._inputs(source)
        return source.group

    def examine(self, *g: Element) -> None:
        model, (source, target) = self.at(g[0].group), self._given(g[0].group)
        source, target = actions_of(model, source, target)
        x = self._inputs(source)
        if holds(model, source, target, g[0], x, self.tolerance):
            return
        report = check(model, source, target, x, elements=with_identity(g[0]), tolerance=self.tolerance)
        if not report.passed:
            raise Broken(explain(report))

    def _given(self, group: Group) -> list[Any]:
        given = self.source, self.target
        return [action if isinstance(action, Action | None) else action(group) for action in given]

    def _inputs(self, source: Action) -> Tensor:
        return smooth_input(source, n=2, size=self.size) if self.x is None else self.x


def with_identity(g: Element) -> Element:
    """The identity and g, (2): a check compares each element with another."""
    e = g.group.identity(dtype=g.params.dtype)
    return Element(g.group, torch.stack([e.params, g.params]))


def holds(f: Any, source: Action, target: Action, g: Element, x: Tensor, tolerance: float | None) -> bool:
    """Whether f(g x) = g f(x) to rounding, or else to a tolerance, and f(x) depends on x: a check takes far longer."""
    network = as_module(f)
    x = fitting_input(network, source, x)
    with frozen(network):  # type: ignore[arg-type]
        moved, kept = (tensor_of(network(inputs)) for inputs in (source(g.to(x.device), x), x))
    if moved is None or kept is None:
        return False
    misses = residuals(moved, target(g.to(x.device), kept)).amax()
    varies = residuals(kept, kept.roll(1, 0)).amax() > VARIES
    return bool(varies and misses <= (rounding(x.dtype) if tolerance is None else tolerance))
