"""escnn's branches, followed as plain slices and one concatenation."""

from __future__ import annotations

from typing import Any

import torch

from groups._escnn import enn


def branch(module: Any, field: Any) -> dict[str, Any]:
    """BranchingModule: the fields of each label, by slices where they lie side by side."""
    if module.reshuffle_layer is not None:
        field = module.reshuffle_layer(field)
    return {
        label: enn.GeometricTensor(_part(module, label, field.tensor), module.out_type[label])
        for label in sorted(module._labels)
    }


def merge(module: Any, fields: dict[str, Any]) -> Any:
    """MergeModule: each part on the fields of its labels, side by side."""
    parts = [getattr(module, f"submodule_{i}")(*(fields[l] for l in labels)) for i, labels in enumerate(module._labels)]
    return enn.GeometricTensor(torch.cat([part.tensor for part in parts], 1), module.out_type)


def _part(module: Any, label: str, x: Any) -> Any:
    name = f"indices_{label}"
    if module._contiguous[label]:
        start, end = module._buffers[name].tolist()
        return x[:, start:end]
    return x.index_select(1, getattr(module, name))


FOLLOWED = {enn.BranchingModule: branch, enn.MergeModule: merge}
"""What is done in place of the forward pass of a module, in a trace."""
