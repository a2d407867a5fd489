"""Copies of irreps and their products: laid out as in e3nn, and equivariant to rounding in float64."""

from __future__ import annotations

import pytest
import torch
from e3nn import o3

from groups import O3, SO3
from groups.interop import from_e3nn
from homossl.encoders.points import irreps as module
from homossl.encoders.points.irreps import Copies, Products
from homossl.encoders.points.layers import irreps_of, joined
from proofs_check import laws


def residual(products: Products, group: SO3 | O3) -> float:
    """How far the products of turned vectors are from turned products."""
    kind = Copies(3, products.degree, products.reflections)
    generator = torch.Generator().manual_seed(0)
    x, y = torch.randn(2, 8, kind.dim, generator=generator, dtype=torch.float64)
    g = group.sample(8, generator=generator, dtype=torch.float64)
    before, after = (from_e3nn(name, group) for name in (kind.irreps, irreps_of(kind, products)))

    def made(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return joined(products(kind.by_copy(y)[..., :, None] * kind.by_copy(x)[..., None, :]), products)

    return laws.relative_error(made(before(g, x), before(g, y)), after(g, made(x, y))).item()


@pytest.mark.parametrize("degree", [1, 3])
def test_products_are_equivariant(degree) -> None:
    assert residual(Products(degree, reflections=False), SO3()) < 1e-13
    assert residual(Products(degree, reflections=True), O3()) < 1e-13


def test_wrong_products_are_seen(monkeypatch) -> None:
    exact = module._table
    monkeypatch.setattr(module, "_table", lambda paths, degree: exact(paths, degree).float().double())
    assert (
        residual(Products(2, reflections=False), SO3()) > 1e-10
    )  # coefficients rounded to float32, as e3nn keeps them


def test_paths() -> None:
    assert Products(1, reflections=True).paths == ((0, 0, 0), (1, 1, 0), (0, 1, 1), (1, 0, 1))
    assert (1, 1, 1) in Products(1, reflections=False).paths
    assert len(Products(2, reflections=False).paths) == 15
    assert Products(2, reflections=True).counts() == (3, 4, 4)


def test_copies_are_laid_out_as_in_e3nn() -> None:
    kind, x = Copies(2, 2, True), torch.arange(18.0)
    assert kind.irreps == o3.Irreps("2x0e + 2x1o + 2x2e")
    assert Copies(2, 1, False).irreps == o3.Irreps("2x0e + 2x1e")
    assert kind.by_copy(x)[1].tolist() == [1.0, 5.0, 6.0, 7.0, 13.0, 14.0, 15.0, 16.0, 17.0]
    assert kind.joined(kind.by_copy(x)).equal(x)
    assert kind.dim == kind.irreps.dim == 18
