"""The linear map from the weights of a steerable convolution to its filter, all pairs of field kinds at once."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from groups.precision import full_precision
from homossl.lowering.fields import Fields

Bases = dict[tuple[Hashable, Hashable], Tensor]
"""The sampled kernels of each pair of kinds (out, in), (s o i p), of those pairs that have any."""


@dataclass(frozen=True)
class Block:
    """The filters from the fields of one kind to those of another, which share a basis."""

    out: Hashable
    """The kind of the fields that leave."""
    into: Hashable
    """The kind of the fields that enter."""
    weights: slice
    """Where its weights are, (k_out k_in s)."""
    name: str
    """The child of escnn's expansion that holds its basis."""

    @classmethod
    def of(cls, source: Any, into: str, out: str) -> Block:
        """That of escnn's BlocksBasisExpansion between two representations, by their names."""
        weights = slice(*source._weights_ranges[into, out])
        return cls(out, into, weights, f"block_expansion_{source._escape_pair((into, out))}")


@dataclass(frozen=True)
class Expansion:
    """filter = sum over s of weights_s basis_s, (o i kh kw), as one matmul and one permutation per pair of kinds.

    Rows and columns of channels last filters lie as (o kh kw i) in memory, so that no convolution copies them. Filters
    of voxels have a third axis, (o i kd kh kw).
    """

    rows: Fields
    """The fields that leave."""
    columns: Fields
    """The fields that enter; of one group, where the convolution has groups."""
    blocks: tuple[Block, ...]
    """The pairs of kinds between which there are equivariant kernels."""
    sides: tuple[int, ...]
    """The sides of the filter in pixels."""

    @classmethod
    def of(cls, source: Any, sides: tuple[int, ...]) -> Expansion:
        """That of escnn's BlocksBasisExpansion."""
        rows, columns = (Fields.of((r.name, r.size) for r in reprs) for reprs in (source._out_reprs, source._in_reprs))
        return cls(rows, columns, tuple(Block.of(source, *pair) for pair in source._representations_pairs), sides)

    def bases(self, source: Any) -> Bases:
        """The bases that escnn's expansion holds now."""
        return {(b.out, b.into): source._modules[b.name]._buffers["sampled_basis"] for b in self.blocks}

    def __call__(self, weights: Tensor, bases: Bases, last: bool = False) -> Tensor:
        """The filter (o i kh kw), channels last in memory if asked for."""
        if len(self.rows.sizes) == len(self.columns.sizes) == 1:
            flat = self._expand(self.blocks[0], weights, bases, last)
        else:
            parts = {(b.out, b.into): self._expand(b, weights, bases, last) for b in self.blocks}
            flat = self._assembled(parts, last)
        return self._laid_out(flat, last)

    def adjoint(self, gradient: Tensor, bases: Bases, last: bool = False) -> Tensor:
        """The transposed map, from the gradient of a filter to that of its weights."""
        flat = gradient.movedim(1, -1).flatten(1, -2) if last else gradient.flatten(2)
        rows = self.rows.sorted(flat, dim=0)
        parts = {out: self.columns.sorted(row, dim=2 if last else 1) for out, row in rows.items()}
        return torch.cat([self._contract(b, parts[b.out][b.into], bases, last) for b in self.blocks])

    def _expand(self, block: Block, weights: Tensor, bases: Bases, last: bool) -> Tensor:
        basis = bases[block.out, block.into]
        s, o, i, p = basis.shape
        own = full_precision(weights[block.weights]).view(-1, s)
        filters = own @ basis.reshape(s, -1).to(own.dtype)
        filters = filters.view(self.rows.count(block.out), self.columns.count(block.into), o, i, p)
        ordered = filters.permute(0, 2, 4, 1, 3) if last else filters.permute(0, 2, 1, 3, 4)
        return ordered.reshape(-1, p, filters.shape[1] * i) if last else ordered.reshape(-1, filters.shape[1] * i, p)

    def _contract(self, block: Block, gradient: Tensor, bases: Bases, last: bool) -> Tensor:
        basis = bases[block.out, block.into]
        s, o, i, p = basis.shape
        filters = gradient.unflatten(2 if last else 1, (-1, i)).unflatten(0, (-1, o))
        ordered = filters.permute(0, 3, 1, 4, 2) if last else filters.permute(0, 2, 1, 3, 4)
        return (ordered.reshape(-1, o * i * p) @ basis.reshape(s, -1).to(gradient.dtype).t()).flatten()

    def _assembled(self, parts: Bases, last: bool) -> Tensor:
        like = next(iter(parts.values()))
        whole = {
            (out, into): parts[out, into] if (out, into) in parts else like.new_zeros(self._shape(out, into, last))
            for out in self.rows.sizes
            for into in self.columns.sizes
        }
        rows = {
            out: self.columns.restored({into: whole[out, into] for into in self.columns.sizes}, 2 if last else 1)
            for out in self.rows.sizes
        }
        return self.rows.restored(rows, dim=0)

    def _shape(self, out: Hashable, into: Hashable, last: bool) -> tuple[int, int, int]:
        o, i, p = self.rows.channels(out), self.columns.channels(into), math.prod(self.sides)
        return (o, p, i) if last else (o, i, p)

    def _laid_out(self, flat: Tensor, last: bool) -> Tensor:
        return flat.unflatten(1, self.sides).movedim(-1, 1) if last else flat.unflatten(2, self.sides)
