"""The free filters of escnn's convolutions, counted."""

from __future__ import annotations

from contextlib import redirect_stdout
from copy import deepcopy
from io import StringIO
from typing import Any

import torch

from groups import FieldAction, Representation
from groups._escnn import enn
from groups.interop import to_escnn


def free_filters(into: Representation, out: Representation, kernel: int) -> tuple[int, int]:
    """How many weights a convolution of escnn from one kind of fibre to another has, and the rank of their filters."""
    try:
        expansion = _expansion(into, out, kernel)
    except ValueError as error:
        if "basis for the steerable filter is empty" not in str(error):
            raise
        return 0, 0
    count = expansion.dimension()
    filters = torch.stack([expansion(weight) for weight in torch.eye(count, dtype=torch.float64)])
    return count, int(torch.linalg.matrix_rank(filters.flatten(1), rtol=1e-5))


def _expansion(into: Representation, out: Representation, kernel: int) -> Any:
    before, after = (to_escnn(FieldAction(rho.group, rho)) for rho in (into, out))
    with redirect_stdout(StringIO()):  # it prints a warning where two irreps have no filter between them
        expansion = enn.R2Conv(before, after, kernel, bias=False, initialize=False).basisexpansion
    return deepcopy(expansion).double()  # escnn shares bases between networks, some of which may be in float64
