"""What the operators of a training step are for, told by marks in the record of torch's profiler."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.profiler import record_function

GROUPS = (
    "convolution",
    "basis expansion",
    "normalisation",
    "non-linearity, sums",
    "views",
    "loss",
    "optimiser",
    "rest",
)
"""What operators are for."""
CONVOLUTION, EXPANSION, NORM, POINTWISE, VIEWS, LOSS, OPTIMISER, REST = GROUPS
MARK = "homossl."


@contextmanager
def marked(learner: Any) -> Iterator[None]:
    """Mark what the parts of a learner do in the record of the profiler."""
    views, hooks = learner.views, [hook for part, group in _parts(learner) for hook in _hooks(part, group)]
    learner.views = _MarkedViews(views)
    try:
        yield
    finally:
        learner.views = views
        for hook in hooks:
            hook.remove()


def _parts(learner: Any) -> Iterator[tuple[nn.Module, str]]:
    yield learner.head, LOSS
    for stage in learner.encoder.stages:
        yield stage, POINTWISE
        for module in stage.modules():
            if "Norm" in type(module).__name__:
                yield module, NORM
            elif isinstance(module, nn.Conv2d):
                yield module, CONVOLUTION
            elif type(module).__name__ in ("R2Conv", "LoweredConv"):
                yield module, EXPANSION  # all that is not the convolution itself


def _hooks(module: nn.Module, group: str) -> list[Any]:
    opened: list[Any] = []

    def begin(*_: Any) -> None:
        opened.append(record_function(MARK + group))
        opened[-1].__enter__()

    def end(*_: Any) -> None:
        opened.pop().__exit__(None, None, None)

    return [module.register_forward_pre_hook(begin), module.register_forward_hook(end)]


class _MarkedViews:
    """A source of views, with marks around what it does."""

    def __init__(self, views: Any) -> None:
        self.views = views

    def __getattr__(self, name: str) -> Any:
        return getattr(self.views, name)

    def draw(self, *args: Any) -> Any:
        with record_function(MARK + VIEWS):
            return self.views.draw(*args)

    def pair(self, *args: Any) -> Any:
        with record_function(MARK + VIEWS):
            return self.views.pair(*args)


def by_group(events: Any, device: torch.device) -> Counter:
    """Milliseconds by group: of an operator those that none of the operators inside takes."""
    clock = "self_device_time_total" if device.type == "cuda" else "self_cpu_time_total"
    forward = _forward_operators(events)
    found: Counter = Counter()
    for event in events:
        found[_group_of(event, forward)] += getattr(event, clock) / 1000
    return found


def _forward_operators(events: Any) -> dict[int, Any]:
    """The operator that each number belongs to by which autograd tells it in the backward pass: the last to see it."""
    ordered = sorted(events, key=lambda event: event.time_range.start)
    numbered = [event for event in ordered if event.sequence_nr >= 0]
    return {event.sequence_nr: event for event in numbered if not any(map(_is_backward, _outwards(event)))}


def _of_number(number: int, forward: Mapping[int, Any]) -> Any:
    """The operator of a number, or the last one before it: writing in place takes numbers that no operator sees."""
    return forward.get(max((seen for seen in forward if seen <= number), default=-1))


def _outwards(event: Any) -> Iterator[Any]:
    """An operator, the one that it runs in, and so on."""
    while event is not None:
        yield event
        event = event.cpu_parent


def _is_backward(event: Any) -> bool:
    return event.name.startswith("autograd::engine")


def _group_of(event: Any, forward: Mapping[int, Any]) -> str:
    """The group of an operator: that of the mark around it, in the backward pass that of the operator it belongs to."""
    chain = list(_outwards(event))
    if _is_backward(chain[-1]):
        chain += _outwards(_of_number(chain[-1].sequence_nr, forward))
    if any(link.name.startswith("Optimizer") for link in chain):
        return OPTIMISER
    group = next((link.name.removeprefix(MARK) for link in chain if link.name.startswith(MARK)), REST)
    convolves = group == EXPANSION and any("conv" in link.name.lower() for link in chain)
    return CONVOLUTION if convolves else group
