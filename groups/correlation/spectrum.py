"""A function on a compact Lie group with finitely many coefficients: exact at any element, and on a quadrature grid."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor

from groups.element import Element
from groups.group import Group

Parts = tuple[tuple[int, int], ...]
"""The degrees of the irreps that a representation is the sum of, each with its copies, in the order of coordinates."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Elements of a group, the values of functions there, and the weights of Haar's measure, which add up to 1."""

    elements: Element
    """Where the values are, (n)."""
    values: Tensor
    """(*batch n)."""
    weights: Tensor
    """All positive, (n)."""


@dataclass(frozen=True, eq=False)
class Jet:
    """A function s and its derivatives at elements g: s(exp(v) g) = value + gradient . v + v . hessian v / 2 + ..."""

    value: Tensor
    """(*batch)."""
    gradient: Tensor
    """(*batch n)."""
    hessian: Tensor
    """(*batch n n)."""


@dataclass(frozen=True, eq=False)
class Spectrum(ABC):
    """s(g) = Re sum_i c_i phi_i(g), the phi being matrix coefficients of the irreps of some degrees."""

    degrees: tuple[int, ...]
    """The degrees of the irreps, ascending."""
    coefficients: Tensor
    """The c, (*batch n)."""

    @property
    @abstractmethod
    def group(self) -> Group:
        """On which it is a function."""

    @property
    def degree(self) -> int:
        """The highest degree."""
        return self.degrees[-1]

    @abstractmethod
    def basis(self, g: Element) -> Tensor:
        """The phi at elements, (*batch n)."""

    @abstractmethod
    def _jet(self, g: Element) -> Jet: ...

    @abstractmethod
    def _grid(self, degree: int) -> Grid: ...

    def at(self, g: Element) -> Tensor:
        """The value at any element, (*batch); the batches broadcast.

        Raises:
            TypeError: it is an element of another group.
        """
        self._check(g)
        with torch.autocast(self.coefficients.device.type, enabled=False):
            return (self.coefficients * self.basis(g)).sum(-1).real

    def jet(self, g: Element) -> Jet:
        """The value and the first two derivatives at any element, exactly; batches and errors as of `at`."""
        self._check(g)
        with torch.autocast(self.coefficients.device.type, enabled=False):
            return self._jet(g)

    def grid(self, degree: int | None = None) -> Grid:
        """The values on a quadrature grid, exact for functions up to a degree: twice its own, unless given.

        Raises:
            ValueError: the degree is less than twice its own.
        """
        least = 2 * self.degree
        degree = least if degree is None else degree
        if degree < least:
            raise ValueError(f"a grid for degree {self.degree} is exact up to {least} or more, got {degree}")
        with torch.autocast(self.coefficients.device.type, enabled=False):
            return self._grid(degree)

    def _check(self, g: Element) -> None:
        if g.group != self.group:
            raise TypeError(f"a function on {self.group} has no value at an element of {g.group}")
