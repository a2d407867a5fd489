"""The groups, batch shapes and tolerances that every law is tested with."""

from __future__ import annotations

import pytest
import torch

from groups import (
    O2,
    O3,
    SE2,
    SE3,
    SO2,
    SO3,
    Affine1,
    Affine2,
    Cyclic,
    Dihedral,
    DirectProduct,
    FiniteGroup,
    Group,
    LieGroup,
    Octahedral,
    Scale,
    SemidirectProduct,
    Similarity2,
    Torus,
    Translation,
)

LIE_GROUPS = [
    SO2(),
    O2(),
    Translation(1),
    Translation(2),
    Scale(),
    Affine1(),
    SE2(),
    Similarity2(),
    Affine2(),
    SO3(),
    O3(),
    SE3(),
]
GROUPS = [
    Cyclic(1),
    Cyclic(8),
    Dihedral(1),
    Dihedral(5),
    Torus(3, 4),
    Octahedral(),
    Octahedral(reflections=True),
    *LIE_GROUPS,
    DirectProduct(Cyclic(3), SO2()),
    DirectProduct(Cyclic(8), Scale()),
    DirectProduct(Torus(2, 3), Dihedral(3)),
    SemidirectProduct(Torus(4, 4), Cyclic(4)),
    SemidirectProduct(Torus(5, 5), Dihedral(4)),
    SemidirectProduct(Torus(2, 3), Dihedral(2)),
    SemidirectProduct(Translation(2), Dihedral(6)),
    SemidirectProduct(Translation(2), O2()),
]


@pytest.fixture(scope="session", params=GROUPS, ids=str)
def group(request: pytest.FixtureRequest) -> Group:
    """Each kind of group."""
    return request.param


@pytest.fixture(scope="session", params=LIE_GROUPS, ids=str)
def lie_group(request: pytest.FixtureRequest) -> LieGroup:
    """Each group with exp and log."""
    return request.param


@pytest.fixture(scope="session", params=[g for g in GROUPS if g.order is not None], ids=str)
def finite_group(request: pytest.FixtureRequest) -> FiniteGroup:
    """Each group whose elements can be listed."""
    return request.param


@pytest.fixture(scope="session", params=[g for g in GROUPS if isinstance(g, SemidirectProduct)], ids=str)
def semidirect_product(request: pytest.FixtureRequest) -> SemidirectProduct:
    """Each group of shifts that are turned."""
    return request.param


@pytest.fixture(scope="session", params=[(), (1,), (3, 1, 2)], ids=str)
def shape(request: pytest.FixtureRequest) -> tuple[int, ...]:
    """Each kind of batch."""
    return request.param


@pytest.fixture(scope="session")
def tolerance(dtype: torch.dtype) -> float:
    """What counts as zero: an exact law holds to rounding."""
    return 1e-10 if dtype == torch.float64 else 1e-4
