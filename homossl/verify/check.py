"""Is a model the homomorphism that it claims to be, and if not, in which layer?"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from groups import Action, Element
from groups._escnn import enn
from groups.interop import from_e3nn, from_escnn
from homossl.evaluate import frozen
from homossl.verify.audits.layers import check_names
from homossl.verify.claims import Claim, claims
from homossl.verify.details import Details, details
from homossl.verify.elements import elements_to_test
from homossl.verify.inputs import settings_of, smooth_input
from homossl.verify.probe import Probe
from homossl.verify.result import Report
from homossl.verify.trace import trace


def check(
    model: nn.Module | Callable[[Tensor], Tensor],
    source: Action | None = None,
    target: Action | None = None,
    x: Tensor | None = None,
    *,
    elements: Element | None = None,
    tolerance: float | None = None,
    layers: Mapping[str, Claim] | None = None,
    seed: int = 0,
    thorough: bool = False,
    resolutions: Sequence[int] = (),
) -> Report:
    """Measure |f(g x) - rho(g) f(x)| / |rho(g) f(x)| for each element g of a group and for each layer of a model f.

    source moves inputs x: (b *event) and target outputs; where they are not given, they are the model's `action_in` and
    `action_out`. Layers say their own actions (`action_in`, `action_out`, escnn's types, e3nn's irreps), or `layers`
    says them: module name -> (action_in, action_out). x is smooth and random where it is not given. The model is
    evaluated in evaluation mode and left as it was found; layers with batch statistics are also run in training mode,
    on copies, with a different element for each sample.

    Where actions interpolate, fields are compared on the cells whose source is on the grid: no more is known.

    Where nothing is interpolated, a layer may miss by rounding, a relative 1e-5 (bfloat16: 0.25) for each of its parts.
    Where the actions interpolate, even a correct layer misses by much, so that only gross faults are told from it: the
    median sample may miss by half, or else by what a wrong element does (another one, or the inverse); and by anything
    where moving there and back loses more than half of its input or output. `tolerance` takes the place of all this.

    A thorough check adds `details`: the irreps of the target's fibres, the Lie derivative for every generator of a Lie
    group, an error budget at the first element that interpolates, and the orbit of one sample. With `resolutions`, such
    as (17, 33, 65), the budget is repeated on grids of these sides, of band-limited fields: what falls with the grid is
    the grid's.

    >>> from groups import Cyclic
    >>> from homossl.encoders import CNN
    >>> check(CNN(fields=(2, 2), steps=(1, 2)).build(Cyclic(4), channels=1, size=9)).passed
    True

    Raises:
        TypeError: the model has no actions of its own, and none are given.
        ValueError: x is not finite, or an action does not fit what it should move, naming the layer.
    """
    _check_tolerance(tolerance)
    network = as_module(model)
    source, target = actions_of(model, source, target)
    check_names(network, list(layers or {}))
    x = _input(network, source, x, seed)
    g = _elements(source, elements, seed).to(x.device)
    with frozen(network):  # type: ignore[arg-type]
        calls = trace(network, x)
        probe = Probe(network, calls, claims(calls, source, target, layers or {}), g, tolerance, seed)
        measured = probe.measure()
    name, settings, more = type(model).__name__, settings_of(x, seed), Details()
    if thorough or resolutions:
        more = details(network, source, target, x, g, ~measured[-1].exact, resolutions)
    return Report(name, source, target, g, measured, probe.unclaimed(), settings, more)


class Bare(nn.Module):
    """A function as a module."""

    def __init__(self, f: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.f = f

    def forward(self, x: Tensor) -> Tensor:
        return self.f(x)


class Typed(nn.Module):
    """A module of escnn as one from tensors to tensors."""

    def __init__(self, body: Any) -> None:
        super().__init__()
        self.body = body

    def forward(self, x: Tensor) -> Tensor:
        return self.body(enn.GeometricTensor(x, self.body.in_type)).tensor


def as_module(model: Any) -> nn.Module:
    """A model as a module from tensors to tensors; scripted ones are functions, as they take no hooks."""
    if isinstance(model, enn.EquivariantModule):
        return Typed(model)
    if isinstance(model, nn.Module) and not isinstance(model, torch.jit.ScriptModule):
        return model
    return Bare(lambda x: model(x))


def actions_of(model: object, source: Action | None, target: Action | None) -> Claim:
    """The actions that are given, or else those that the model declares.

    Raises:
        TypeError: there are none, or they are not actions of one group.
    """
    own = declared_actions(model)
    taken = source if source is not None else own[0]
    given = target if target is not None else own[1]
    for name, action in (("source", taken), ("target", given)):
        if not isinstance(action, Action):
            raise TypeError(f"the {name} is a group action, such as image_action(Cyclic(4)), got {action!r}")
    if taken.group != given.group:
        raise TypeError(f"source and target are actions of one group, got {taken.group} and {given.group}")
    return taken, given


def declared_actions(model: object) -> tuple[Any, Any]:
    """What a model says of itself, by `action_in` and `action_out`, escnn's types or e3nn's irreps; else None."""
    if isinstance(model, enn.EquivariantModule):
        return from_escnn(model.in_type), from_escnn(model.out_type)
    irreps = getattr(model, "irreps_in", None), getattr(model, "irreps_out", None)
    if None not in irreps:
        return from_e3nn(irreps[0]), from_e3nn(irreps[1])
    return getattr(model, "action_in", None), getattr(model, "action_out", None)


def _input(network: nn.Module, source: Action, x: Tensor | None, seed: int) -> Tensor:
    x = smooth_input(source, seed=seed).to(torch.get_default_dtype()) if x is None else x
    if not isinstance(x, Tensor) or x.is_complex():
        raise TypeError(f"x: expected a tensor of real numbers, got {getattr(x, 'dtype', type(x).__name__)}")
    if not x.isfinite().all():
        raise ValueError(f"x: expected finite numbers, got {int((~x.isfinite()).sum())} that are not")
    if not len(x) or (x.dim() != source.event_dim + 1 and source.event_dim == 3):
        raise ValueError(f"x: expected at least one sample in a batch (b c h w), got {tuple(x.shape)}")
    weights = (*network.parameters(), *network.buffers())
    return x.to(next((w for w in weights if w.is_floating_point()), x))


def _elements(source: Action, elements: Element | None, seed: int) -> Element:
    g = elements_to_test(source.group, seed) if elements is None else elements
    g = g if g.shape else g.reshape(1)
    if len(g.shape) != 1 or not len(g):
        raise ValueError(f"elements: expected at least one, of batch shape (n), got {tuple(g.shape)}")
    return g


def _check_tolerance(tolerance: float | None) -> None:
    if tolerance is not None and not (isinstance(tolerance, int | float) and 0 <= tolerance < math.inf):
        raise ValueError(f"tolerance: expected a finite number, not negative, got {tolerance!r}")
