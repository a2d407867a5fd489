"""The groups, and the elements of them, that claims are measured on."""

from __future__ import annotations

import torch

from groups import (
    O2,
    SE2,
    SO2,
    SO3,
    Affine2,
    Cyclic,
    Dihedral,
    DirectProduct,
    Element,
    Group,
    LieGroup,
    SemidirectProduct,
    Similarity2,
    Torus,
    Translation,
)

P4 = SemidirectProduct(Torus(5, 5), Cyclic(4))
P4M = SemidirectProduct(Torus(4, 4), Dihedral(4))
PMM = SemidirectProduct(Torus(2, 3), Dihedral(2))
SEMIDIRECT = {
    "p4 on 5 x 5": P4,
    "p4m on 4 x 4": P4M,
    "pmm on 2 x 3": PMM,
    "T(2) x| D6": SemidirectProduct(Translation(2), Dihedral(6)),
    "T(2) x| O(2)": SemidirectProduct(Translation(2), O2()),
}
FINITE: dict[str, Group] = {
    "C8": Cyclic(8),
    "D5": Dihedral(5),
    "torus 3 x 4": Torus(3, 4),
    "torus 2 x 3 times D3": DirectProduct(Torus(2, 3), Dihedral(3)),
}
LIE: dict[str, LieGroup] = {
    "SO(2)": SO2(),
    "O(2)": O2(),
    "T(2)": Translation(2),
    "SE(2)": SE2(),
    "similarities": Similarity2(),
    "affine maps": Affine2(),
    "SO(3)": SO3(),
}
GROUPS: dict[str, Group] = {**FINITE, **SEMIDIRECT, **LIE, "C3 times SO(2)": DirectProduct(Cyclic(3), SO2())}
MOST = 4096


def sampled(group: Group, *shape: int, seed: int = 0) -> Element:
    """Elements drawn at random, in float64 where their parameters are real."""
    dtype = torch.float64 if group.order is None else None
    return group.sample(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def tuples(group: Group, k: int) -> list[Element]:
    """k batches of elements: every k-tuple of a small finite group, and a thousand drawn ones of the others."""
    if group.order is None or group.order**k > MOST:
        return [sampled(group, 1000, seed=seed) for seed in range(k)]
    every = group.elements()  # type: ignore[attr-defined]
    return [every[i] for i in torch.cartesian_prod(*k * [torch.arange(group.order)]).reshape(-1, k).T]


def noise(*shape: int, seed: int = 0) -> torch.Tensor:
    """Standard normal numbers in float64."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
