"""Is a model the homomorphism that it claims to be, and if not, in which layer?"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from torch import Tensor, nn

from groups import Action, Element
from homossl.evaluate import frozen
from homossl.verify.audits.layers import check_names
from homossl.verify.claims import Claim, claims
from homossl.verify.declared import actions_of
from homossl.verify.details import Details, details
from homossl.verify.elements import elements_to_test
from homossl.verify.inputs import fitting_input, settings_of
from homossl.verify.modules import as_module
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
    x = fitting_input(network, source, x, seed)
    g = _elements(source, elements, seed).to(x.device)
    with frozen(network):  # type: ignore[arg-type]
        calls = trace(network, x)
        probe = Probe(network, calls, claims(calls, source, target, layers or {}), g, tolerance, seed)
        measured = probe.measure()
    name, settings, more = type(model).__name__, settings_of(x, seed), Details()
    if thorough or resolutions:
        more = details(network, source, target, x, g, ~measured[-1].exact, resolutions)
    return Report(name, source, target, g, measured, probe.unclaimed(), settings, more)


def _elements(source: Action, elements: Element | None, seed: int) -> Element:
    g = elements_to_test(source.group, seed) if elements is None else elements
    g = g if g.shape else g.reshape(1)
    if len(g.shape) != 1 or not len(g):
        raise ValueError(f"elements: expected at least one, of batch shape (n), got {tuple(g.shape)}")
    return g


def _check_tolerance(tolerance: float | None) -> None:
    if tolerance is not None and not (isinstance(tolerance, int | float) and 0 <= tolerance < math.inf):
        raise ValueError(f"tolerance: expected a finite number, not negative, got {tolerance!r}")
