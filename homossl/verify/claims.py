"""Which actions each module of a network claims to intertwine: said by itself, or known from its neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from groups import O3, SO3, Action, Field
from groups.interop import from_escnn
from homossl.layers import LocalNorm
from homossl.verify.declared import e3nn_actions, field_types, own_actions
from homossl.verify.trace import Call, type_of

Claim = tuple[Action, Action]

KEEPS_FIELDS = {
    f"torch.nn.modules.{kind}"
    for kind in ("activation", "batchnorm", "dropout", "instancenorm", "normalization", "pooling", "upsampling")
} | {LocalNorm.__module__}
"""Where modules are from whose channels stay what they were."""


def claims(calls: Sequence[Call], source: Action, target: Action, declared: Mapping[str, Claim]) -> dict[Call, Claim]:
    """The actions on what came in and what went out, of every call for which both are known.

    A module says so by `action_in` and `action_out`, by the escnn types of its tensors, by e3nn's `irreps_in` and
    `irreps_out`, or the caller says it. Between such modules an edge has one action for both of its ends, and norms,
    non-linearities and pooling keep the fibres of their input.
    """
    root = calls[-1]
    grid = Grid(source, root.before)
    edges = Edges(grid)
    said = {call: _said(call, grid, declared) for call in calls}
    said[root] = declared.get("", (source, target))
    for call in calls:
        edges.learn(call, *said[call])
    for call in reversed(calls):
        edges.pull(call)
    for call in calls:
        edges.push(call)
    known = {call: (said[call][0] or edges[call.before], said[call][1] or edges[call.after]) for call in calls}
    whole = {call: (a, b) for call, (a, b) in known.items() if a is not None and b is not None}
    return {call: claim for call, claim in whole.items() if call.takes_one_tensor}


@dataclass(frozen=True, eq=False)
class Grid:
    """The action on images and one of them, by which the strides of later grids are known."""

    source: Action
    image: Tensor

    def carry(self, action: Action, tensor: Tensor) -> Action:
        """The same action on the grid of a tensor; only shifts notice the stride."""
        cells = getattr(self.source, "stride", None)
        if not isinstance(action, Field) or cells is None or tensor.dim() < 3:
            return action
        return action.strided(cells * stride(self.image.shape[-1], tensor.shape[-1]))


def stride(before: int, after: int) -> int:
    """Pixels of a grid of one side between the cells of another: corners on corners, or else blocks of pixels.

    Where both fit, powers of 2 decide: strides are seldom others.

    >>> stride(17, 5), stride(16, 4)
    (4, 4)
    """
    aligned, rest = divmod(before - 1, after - 1) if after > 1 else (0, 1)
    is_power = aligned & (aligned - 1) == 0
    if rest == 0 and aligned and (is_power or before % after):
        return aligned
    return max(1, round(before / after))


@dataclass
class Edges:
    """The action on every tensor that passes between modules, as far as it is known."""

    grid: Grid

    def __post_init__(self) -> None:
        self.actions: dict[int, Action] = {}

    def __getitem__(self, tensor: Tensor) -> Action | None:
        return self.actions.get(id(tensor))

    def learn(self, call: Call, before: Action | None, after: Action | None) -> None:
        """Note what a call says of its two ends; what was said first stays."""
        for tensor, action in ((call.before, before), (call.after, after)):
            if action is not None:
                self.actions.setdefault(id(tensor), action)

    def push(self, call: Call) -> None:
        """From the input of a module that keeps its channels to its output."""
        if _keeps(call) and (known := self[call.before]):
            self.learn(call, None, self.grid.carry(known, call.after))

    def pull(self, call: Call) -> None:
        """From the output of a module that keeps its channels to its input."""
        if _keeps(call) and (known := self[call.after]):
            self.learn(call, self.grid.carry(known, call.before), None)


def _keeps(call: Call) -> bool:
    before, after = call.before, call.after
    same = before.dim() == after.dim() and before.shape[:2] == after.shape[:2]
    return same and type(call.module).__module__ in KEEPS_FIELDS


def _said(call: Call, grid: Grid, declared: Mapping[str, Claim]) -> tuple[Action | None, Action | None]:
    if call.name in declared:
        return declared[call.name]
    own = own_actions(call.module)
    if all(isinstance(action, Action) for action in own):
        return own
    if e3nn_actions(call.module):
        group = grid.source.group
        return (isinstance(group, SO3 | O3) and e3nn_actions(call.module, group)) or (None, None)
    before, after = field_types(call.module) or (type_of(call.args[0]), type_of(call.output))
    return _lifted(before, call.before, grid), _lifted(after, call.after, grid)


def _lifted(kind: Any, tensor: Tensor, grid: Grid) -> Action | None:
    """The action of the whole group on a tensor whose FieldType knows the point group only."""
    source = grid.source
    if kind is None or not isinstance(source, Field):
        return None
    field = source.of_whole(from_escnn(kind))
    return None if field is None else grid.carry(field, tensor)
