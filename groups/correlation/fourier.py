"""The correlation theorem on a group of cyclic axes: the coefficients of <rho(g) left, right> by products."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from groups.correlation.pieces import Axes, Piece, half


@dataclass(frozen=True)
class Fourier:
    """The spectra of vectors (b size) that an abelian group moves part by part."""

    axes: Axes
    """The orders of its cyclic axes."""
    pieces: tuple[Piece, ...]
    """The parts of a vector, in order."""

    def transform(self, x: Tensor) -> list[Tensor]:
        """The coefficients of each part, (b size) -> (b copies frequencies)."""
        parts = x.split([piece.size for piece in self.pieces], dim=-1)
        return [piece.coefficients(part) for piece, part in zip(self.pieces, parts, strict=True)]

    def multiply(self, left: Sequence[Tensor], right: Sequence[Tensor], pairs: bool = False) -> Tensor:
        """s^(k) = sum over copies of conj(left^(k)) right^(k): transforms (b), (c) -> the half spectrum (b |k|).

        In pairs every left meets every right, (b c |k|), one matrix product per frequency.
        """
        products = [_contract(x, y, pairs) for x, y in zip(left, right, strict=True)]
        whole = [x for x, piece in zip(products, self.pieces, strict=True) if piece.places is None]
        sparse = [(x, piece.places) for x, piece in zip(products, self.pieces, strict=True) if piece.places is not None]
        total = torch.stack(whole).sum(0) if whole else products[0].new_zeros(())
        return _spread(sparse, math.prod(half(self.axes))) + total if sparse else total

    def invert(self, spectrum: Tensor) -> Tensor:
        """Half a spectrum (*batch |k|) -> the values at the elements in their order, (*batch |N|)."""
        dims = list(range(-len(self.axes), 0))
        values = torch.fft.irfftn(spectrum.unflatten(-1, half(self.axes)), self.axes, dims, norm="forward")
        return values.flatten(-len(self.axes))


def _contract(left: Tensor, right: Tensor, pairs: bool) -> Tensor:
    if pairs:
        return torch.einsum("bmk,cmk->bck", left.conj(), right)
    return (left.conj() * right).sum(-2)


def _spread(parts: list[tuple[Tensor, list[int]]], frequencies: int) -> Tensor:
    values = torch.cat([x for x, _ in parts], dim=-1)
    places = torch.tensor([k for _, places in parts for k in places], device=values.device)
    return values.new_zeros(*values.shape[:-1], frequencies).index_add(-1, places, values)
