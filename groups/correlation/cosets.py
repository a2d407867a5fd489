"""Correlation by FFT over an abelian normal subgroup N of a finite group G = N H, once for each element of H."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from groups.action import Action
from groups.correlation.fourier import Fourier
from groups.correlation.restriction import NoFourierTransform, axes_of, pieces_of
from groups.element import Element
from groups.finite import Dihedral
from groups.group import FiniteGroup, Group
from groups.products import Product


@dataclass(frozen=True, eq=False)
class Plan:
    """How to correlate the vectors that an action of G moves."""

    rho: Action
    """The action of G."""
    fourier: Fourier
    """The action of N alone."""
    cosets: Element
    """The elements of H, (|H|), the identity first."""
    interleaved: bool
    """Whether H runs faster than N in the order of elements()."""

    def correlate(self, left: Tensor, right: Tensor, pairs: bool = False) -> Tensor:
        """<rho(n h) left, right> = <rho(n) (rho(h) left), right>, for all n at once.

        left: (b *event), right: (c *event) -> (b |G|) where c = b, or in pairs (b c |G|).
        """
        others = self._transform(right)
        spectra = [self.fourier.multiply(self._transform(x), others, pairs) for x in self._moved(left)]
        s = torch.stack([self.fourier.invert(spectrum) for spectrum in spectra], dim=-2)
        return (s.mT if self.interleaved else s).flatten(-2)

    def _moved(self, x: Tensor) -> Iterator[Tensor]:
        yield x
        for h in self.cosets.to(x.device)[1:]:
            yield self.rho(h, x)

    def _transform(self, x: Tensor) -> list[Tensor]:
        return self.fourier.transform(x.flatten(1))


def plan(rho: Action) -> Plan | None:
    """The plan for an action, None where there is no FFT."""
    try:
        axes = axes_of(rho.group)
        fourier = Fourier(axes, pieces_of(rho, axes))
    except NoFourierTransform:
        return None
    return Plan(rho, fourier, _cosets(rho.group), isinstance(rho.group, Product))


def _cosets(group: Group) -> Element:
    if isinstance(group, Product):
        second: FiniteGroup = group.second  # type: ignore[assignment]
        return group.pair(group.first.identity(second.order), second.elements())
    return group.elements()[:: group.n] if isinstance(group, Dihedral) else group.identity(1)
