"""The axioms of groups, actions and representations as laws."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

import torch
from torch import Tensor

from groups import Action, Element, Group, Representation, laws
from homossl.report.text import listed
from homossl.testing.family import FamilyLaw, name_of
from homossl.testing.law import Broken, Groups, Law
from homossl.verify.inputs import smooth_input
from homossl.verify.words import in_words


@dataclass(frozen=True, eq=False)
class Axioms(Law):
    """Equations about elements, with their residuals in float64."""

    @abstractmethod
    def residuals(self, *g: Element) -> Mapping[str, Tensor]:
        """Equation -> residual."""

    @abstractmethod
    def allowed(self, group: Group) -> float:
        """The residual that is allowed where no tolerance is given."""

    def examine(self, *g: Element) -> None:
        tolerance = self.allowed(g[0].group) if self.tolerance is None else self.tolerance
        for equation, residual in self.residuals(*g).items():
            if not residual <= tolerance:
                elements = {name: in_words(element) for name, element in zip("abc", g, strict=False)}
                compared = f"{residual.item():.3g}, above its tolerance of {tolerance:.3g}"
                raise Broken(listed(f"{equation} does not hold", elements | {"residual": compared}))


@dataclass(frozen=True, eq=False)
class IsGroup(Axioms):
    """e a = a = a e, a^-1 a = e = a a^-1 and (a b) c = a (b c), to 1e-10.

    >>> from groups import SE2
    >>> IsGroup(SE2())()

    Raises:
        TypeError: it is no group.
    """

    groups: Groups
    """One group, several, or a strategy that draws them."""

    arity = 3

    def over(self) -> Groups:
        return self.groups

    def residuals(self, *g: Element) -> Mapping[str, Tensor]:
        a, b, c = g
        return {
            "e a = a = a e": laws.identity(a),
            "a^-1 a = e = a a^-1": laws.inverse(a),
            "(a b) c = a (b c)": laws.associativity(a, b, c),
        }

    def allowed(self, group: Group) -> float:
        return 1e-10


@dataclass(frozen=True, eq=False)
class ActionAxioms(FamilyLaw, Axioms):
    """Axioms of a kind of action, to twice the tolerance that it declares for one move: they compare two with one."""

    kind: ClassVar[type[Action]]
    arity = 2

    def own_group(self) -> Group:
        if not isinstance(self.subject, self.kind):
            kind = self.kind.__name__
            raise TypeError(f"{name_of(self)}: {self.subject!r} is no {kind}, and no groups are given to make one of")
        return self.subject.group

    def allowed(self, group: Group) -> float:
        return 2 * self.at(group).tolerance


@dataclass(frozen=True, eq=False)
class Acts(ActionAxioms):
    """e x = x and (a b) x = a (b x), for an action or, with `groups`, for what makes one of each group.

    >>> from groups import Cyclic, Dihedral, image_action
    >>> Acts(image_action, groups=[Cyclic(4), Dihedral(4)], size=5)()

    Raises:
        TypeError: it is neither, or x is needed.
    """

    _: KW_ONLY
    size: int | None = None
    """Pixels along each side of what is moved, smooth random fields; None takes 33."""
    x: Tensor | None = None
    """What to move instead, (*batch *event)."""

    kind = Action

    def own_group(self) -> Group:
        group = super().own_group()
        self._moved(self.subject)
        return group

    def residuals(self, *g: Element) -> Mapping[str, Tensor]:
        action, (a, b) = self.at(g[0].group), g
        x = self._moved(action)
        return {
            "e x = x": laws.action_identity(action, x),
            "(a b) x = a (b x)": laws.action_composition(action, a, b, x),
        }

    def _moved(self, action: Action) -> Tensor:
        return smooth_input(action, n=2, size=self.size) if self.x is None else self.x


@dataclass(frozen=True, eq=False)
class Represents(ActionAxioms):
    """rho(e) = I, rho(a b) = rho(a) rho(b) and a x = rho(a) x, for a representation or what makes one of each group.

    >>> from groups import Regular
    >>> from homossl.testing.strategies import finite_groups
    >>> Represents(Regular, groups=finite_groups())()

    Raises:
        TypeError: it is neither.
    """

    kind = Representation

    def residuals(self, *g: Element) -> Mapping[str, Tensor]:
        rho, (a, b) = self.at(g[0].group), g
        return {
            "rho(e) = I": laws.representation_identity(rho),
            "rho(a b) = rho(a) rho(b)": laws.representation_homomorphism(rho, a, b, dtype=torch.float64),
            "a x = rho(a) x": laws.matrix_is_action(rho, a, smooth_input(rho, n=2)),
        }
