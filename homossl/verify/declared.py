"""What a module says of its own actions."""

from __future__ import annotations

from typing import Any

from groups import O3, SO3, Action
from groups._escnn import enn
from groups.interop import from_e3nn, from_escnn
from homossl.lowering import Lowered


def declared_actions(model: object) -> tuple[Any, Any]:
    """What a model says of itself, by escnn's types, e3nn's irreps, or `action_in` and `action_out`; else None."""
    if types := field_types(model):
        return from_escnn(types[0]), from_escnn(types[1])
    return e3nn_actions(model) or own_actions(model)


def declares_actions(model: object) -> bool:
    """Whether a model says how a group acts on what it takes and on what it gives."""
    return all(isinstance(action, Action) for action in declared_actions(model))


def field_types(model: object) -> tuple[Any, Any] | None:
    """The FieldTypes of a module of escnn, or of one that stands for it."""
    source = model.source if isinstance(model, Lowered) else model
    return (source.in_type, source.out_type) if isinstance(source, enn.EquivariantModule) else None


def own_actions(model: object) -> tuple[Any, Any]:
    """The attributes `action_in` and `action_out`, as those of a Stage; None where there is none."""
    return getattr(model, "action_in", None), getattr(model, "action_out", None)


def e3nn_actions(model: object, group: SO3 | O3 = SO3()) -> tuple[Action, Action] | None:
    """The actions that the attributes `irreps_in` and `irreps_out` name, where there are both."""
    irreps = getattr(model, "irreps_in", None), getattr(model, "irreps_out", None)
    return None if None in irreps else (from_e3nn(irreps[0], group), from_e3nn(irreps[1], group))


def actions_of(model: object, source: Action | None, target: Action | None) -> tuple[Action, Action]:
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
