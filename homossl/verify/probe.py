"""The measurements of a check: every layer on its own and from the input on, for every element."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy

import torch
from torch import Tensor, nn

from groups import Action, Element
from homossl.verify.claims import Claim
from homossl.verify.layer import RESIDUALS, LayerResult
from homossl.verify.residual import residuals
from homossl.verify.tolerance import tolerated
from homossl.verify.trace import Call, trace


class Probe:
    """The calls of one forward pass, what they claim, and the elements for which to hold them to it."""

    def __init__(
        self,
        model: nn.Module,
        calls: Sequence[Call],
        claims: Mapping[Call, Claim],
        g: Element,
        tolerance: float | None,
        seed: int,
    ) -> None:
        self.model, self.calls, self.claims, self.g, self.tolerance = model, calls, claims, g, tolerance
        self.another = g[derangement(len(g), seed)]
        self.exact = {call: self.keeps_grids(call) for call in claims}

    def measure(self) -> tuple[LayerResult, ...]:
        """Innermost layers, those that declare their actions, and containers where the fault lies between layers."""
        first = self.results(call for call in self.calls if self.is_layer(call))
        containers = [call for call in self.calls if call in self.claims and call not in first]
        unexplained = unexplained_misses(first)
        between = [call for call in containers if any(call.within(layer) for layer in unexplained)]
        found = first | {call: result for call, result in self.results(between).items() if result.misses}
        return tuple(found[call] for call in self.calls if call in found)

    def results(self, calls: Iterable[Call]) -> dict[Call, LayerResult]:
        """What was measured on each of these calls."""
        judged = list(calls)
        rows: dict[Call, list[Tensor]] = {call: [] for call in judged}
        for i in range(len(self.g)) if judged else ():
            moved = self.moved(self.g[i])
            for call in judged:
                rows[call].append(self.compare(call, i, moved[call.name]))
        return {call: self.result(call, torch.stack(row)) for call, row in rows.items()}

    def moved(self, g: Element) -> dict[str, Tensor]:
        """What every call makes of the model's input moved by g."""
        root = self.calls[-1]
        x = self.claims[root][0](g, root.given)
        return {call.name: call.result for call in trace(self.model, x)}

    def compare(self, call: Call, i: int, moved: Tensor) -> Tensor:
        """The residuals of a call for element i, (7 b), in the order of RESIDUALS."""
        (action_in, action_out), g, another = self.claims[call], self.g[i], self.another[i]
        try:
            made = moved if call is self.calls[-1] else call.again(action_in(g, call.given))
            expected, shuffled, inverted = (action_out(h, call.result) for h in (g, another, ~g))
            other = action_out(g, call.result.roll(1, 0))
        except ValueError as error:
            raise ValueError(f"{call.name or 'model'} ({type(call.module).__name__}): {error}") from None
        mask = 1.0 if self.exact[call][i] else action_out.seen(g, call.result.shape)
        pairs = [(moved, expected), *[(made, one) for one in (expected, call.result, shuffled, inverted, other)]]
        compared = [residuals(two + mask * (one - two), two) for one, two in pairs]
        lost = torch.zeros_like(compared[0]) if self.exact[call][i] else self.resampled(call, g)
        return torch.stack([*compared, lost]).cpu()

    def resampled(self, call: Call, g: Element) -> Tensor:
        """What moving there and back loses of a call's input or output, (b)."""
        ends = zip(self.claims[call], (call.given, call.result), strict=True)
        return torch.stack([residuals(action(~g, action(g, z)), z) for action, z in ends]).amax(0)

    def result(self, call: Call, rows: Tensor) -> LayerResult:
        """The result of a call from its residuals (g 7 b)."""
        exact = self.exact[call]
        parts = max(1, sum(part.within(call) for part in self.claims))
        tolerance = self.tolerance if self.tolerance is not None else tolerated(rows, exact, call.given.dtype, parts)
        kind, training = type(call.module).__name__, self.training(call)
        figures = dict(zip(RESIDUALS, rows.unbind(1), strict=True))
        tolerances = torch.as_tensor(tolerance).expand(len(rows))
        return LayerResult(call.name, kind, **figures, exact=exact, tolerance=tolerances, training=training)

    def keeps_grids(self, call: Call) -> Tensor:
        """For which elements neither action of a call interpolates, (g)."""
        ends = zip(self.claims[call], (call.given, call.result), strict=True)
        return torch.stack([action.keeps_grid(self.g, z.shape[1:]).cpu() for action, z in ends]).all(0)

    def training(self, call: Call) -> float | None:
        """The residual in training mode of a layer with batch statistics, each sample moved by another element."""
        exactly = self.exact[call].nonzero().flatten()
        if not has_statistics(call.module) or self.has_parts(call) or len(exactly) < 2 or not varies(call.given):
            return None
        g = self.g[exactly[torch.arange(len(call.given)) % len(exactly)]]
        action_in, action_out = self.claims[call]
        module = deepcopy(call.module).train()
        made, kept = (call.again(h, module) for h in (action_in(g, call.given), call.given))
        return residuals(made, action_out(g, kept)).amax().item()

    def is_layer(self, call: Call) -> bool:
        """Whether a call is reported: it declares its actions itself, or has claims and no parts that have."""
        declares = isinstance(getattr(call.module, "action_in", None), Action) or call is self.calls[-1]
        return call in self.claims and (declares or not self.has_parts(call))

    def has_parts(self, call: Call) -> bool:
        """Whether calls with claims of their own lie within a call."""
        return any(part.within(call) for part in self.claims)

    def unclaimed(self) -> tuple[str, ...]:
        """Innermost modules of which nothing is known, outside those of which something is."""
        inside = [call for call in self.calls if call in self.claims and not self.has_parts(call) and call.parent]
        foreign = [call for call in self.calls if call not in self.claims and not any(call.within(c) for c in inside)]
        return tuple(call.name for call in foreign if not any(other.within(call) for other in self.calls))


def unexplained_misses(found: Mapping[Call, LayerResult]) -> list[Call]:
    """The layers that miss though none of their parts does."""
    missing = [layer for layer, result in found.items() if result.misses]
    return [layer for layer in missing if not any(part.within(layer) for part in missing)]


def derangement(n: int, seed: int) -> Tensor:
    """A permutation of n without fixed points, where n > 1: a random cycle."""
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    return order[(order.argsort() + 1) % n]


def varies(x: Tensor) -> bool:
    """Whether samples differ by more than rounding, which a norm of what is constant would only amplify."""
    return len(x) > 1 and bool(residuals(x, x.roll(1, 0)).mean() > 1e-3)


def has_statistics(module: nn.Module) -> bool:
    """Whether a module normalises by statistics of the batch when it trains."""
    return any("running" in name for name, _ in module.named_buffers())
