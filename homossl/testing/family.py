"""Laws of one subject, with a group of its own, or of a family: what a function makes of each group."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import Any

import torch
from torch import nn

from groups import Action, Group
from homossl.testing.law import Groups, Law


@dataclass(frozen=True, eq=False)
class FamilyLaw(Law):
    """A law of a subject or, with `groups`, of what it makes of each of them: group -> subject.

    Raises:
        TypeError: `groups` are given, and the subject makes nothing of a group.
    """

    subject: Any
    """What the law is about, or a function that makes it of a group."""
    _: KW_ONLY
    groups: Groups | None = None
    """The groups to make it of."""

    def __post_init__(self) -> None:
        if self.groups is not None and (isinstance(self.subject, Action | nn.Module) or not callable(self.subject)):
            raise TypeError(f"groups: expected with them a function of a group, got {name_of(self.subject)}")
        super().__post_init__()

    @abstractmethod
    def own_group(self) -> Group:
        """The group of a subject that stands for itself.

        Raises:
            TypeError: it has none.
        """

    def over(self) -> Groups:
        return self.own_group() if self.groups is None else self.groups

    def at(self, group: Group) -> Any:
        """The subject for a group, made once."""
        if self.groups is None:
            return self.subject
        if group not in self._made:
            self._made[group] = reproducible(self.subject, group)
        return self._made[group]

    @cached_property
    def _made(self) -> dict[Group, Any]:
        return {}


def reproducible(make: Any, group: Group) -> Any:
    """make(group) with torch's random numbers as of seed 0, so that a counterexample comes back; then as before."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        return make(group)


def name_of(subject: object) -> str:
    """A function by its name, anything else by its class."""
    return getattr(subject, "__name__", type(subject).__name__)
