"""Functions on SO(2) by their Fourier coefficients."""

from __future__ import annotations

import torch
from torch import Tensor

from groups.correlation.fourier import Fourier
from groups.correlation.pieces import Waves
from groups.correlation.spectrum import Grid, Jet, Parts, Spectrum
from groups.element import Element
from groups.lie import wrap
from groups.planar import SO2


class CircleSpectrum(Spectrum):
    """s(a) = Re (c_0 + 2 sum_k c_k e^{i k a}), degrees 0 to K."""

    @property
    def group(self) -> SO2:
        return SO2()

    def basis(self, g: Element) -> Tensor:
        k = torch.arange(self.degree + 1, device=g.device)
        phase = k * g.params.to(self.coefficients.real.dtype)
        return torch.polar((2 - (k == 0).to(phase.dtype)).expand_as(phase), phase)

    def _jet(self, g: Element) -> Jet:
        waves = self.coefficients * self.basis(g)
        k = torch.arange(self.degree + 1, device=g.device)
        value, slope, curvature = (x.sum(-1).real for x in (waves, 1j * k * waves, -k.square() * waves))
        return Jet(value, slope[..., None], curvature[..., None, None])

    def _grid(self, degree: int) -> Grid:
        values = torch.fft.irfft(self.coefficients, degree + 1, norm="forward")
        turns = torch.arange(degree + 1, device=values.device, dtype=values.dtype) / (degree + 1)
        elements = SO2().element(wrap(2 * torch.pi * turns)[:, None])
        return Grid(elements, values, torch.full_like(turns, 1 / (degree + 1)))


def circle_spectrum(parts: Parts, left: Tensor, right: Tensor, pairs: bool) -> CircleSpectrum:
    """The correlation of (b dim) and (c dim), c = b or in pairs.

    On functions of frequency at most K, SO(2) is its subgroup of 2 K + 1 turns.
    """
    highest = max(k for k, _ in parts)
    axes = (2 * highest + 1,)
    fourier = Fourier(axes, tuple(Waves(axes, copies, 2 if k else 1, (k,)) for k, copies in parts))
    product = fourier.multiply(fourier.transform(left), fourier.transform(right), pairs)
    return CircleSpectrum(tuple(range(highest + 1)), product)
