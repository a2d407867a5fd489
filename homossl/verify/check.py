"""Is a model the homomorphism that it claims to be, and if not, in which layer?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor, nn

from groups import Action, Element
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

    Where nothing is interpolated, a layer may miss by rounding, a relative 1e-5 (bfloat16: 0.25). Where the actions
    interpolate, even a correct layer misses by much, so that only gross faults are told from it: a layer may miss by
    0.1, or else by what a wrong element does (another one, or the inverse); and by anything where moving there and back
    loses more than half of its input or output. `tolerance` takes the place of all this.

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
    network = model if isinstance(model, nn.Module) else Bare(model)
    source, target = actions_of(model, source, target)
    check_names(network, list(layers or {}))
    x = _input(network, source, x, seed)
    g = (elements if elements is not None else elements_to_test(source.group, seed)).to(x.device)
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


def actions_of(model: object, source: Action | None, target: Action | None) -> tuple[Action, Action]:
    """The actions that are given, or else those that the model declares.

    Raises:
        TypeError: there are none, or they are not actions of one group.
    """
    source = source if source is not None else getattr(model, "action_in", None)
    target = target if target is not None else getattr(model, "action_out", None)
    for name, action in (("source", source), ("target", target)):
        if not isinstance(action, Action):
            raise TypeError(f"the {name} is a group action, such as image_action(Cyclic(4)), got {action!r}")
    if source.group != target.group:  # type: ignore[union-attr]
        raise TypeError(f"source and target are actions of one group, got {source.group} and {target.group}")  # type: ignore[union-attr]
    return source, target  # type: ignore[return-value]


def _input(network: nn.Module, source: Action, x: Tensor | None, seed: int) -> Tensor:
    like = next((p for p in network.parameters() if p.is_floating_point()), torch.empty(0))
    x = smooth_input(source, seed=seed) if x is None else x
    if not x.isfinite().all():
        raise ValueError(f"x: expected finite numbers, got {int((~x.isfinite()).sum())} that are not")
    if x.dim() != source.event_dim + 1 and source.event_dim == 3:
        raise ValueError(f"x: expected a batch (b c h w), got {tuple(x.shape)}")
    return x.to(like)
