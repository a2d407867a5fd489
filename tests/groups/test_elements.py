"""Elements and groups as values, and what they refuse."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
import torch

from groups import (
    O2,
    SE2,
    SO2,
    SO3,
    Affine2,
    ChangeOfBasis,
    Cyclic,
    Dihedral,
    DirectProduct,
    DirectSum,
    Element,
    Irrep,
    Regular,
    SemidirectProduct,
    Similarity2,
    Standard,
    Tensor,
    Torus,
    Translation,
    Trivial,
)
from groups.action import broadcast_batch


def test_groups_are_values() -> None:
    assert Cyclic(4) == Cyclic(4) != Cyclic(5)
    assert SE2() != Similarity2()
    assert len({SO2(), SO2(), O2(), Dihedral(2), Dihedral(2)}) == 3
    with pytest.raises(FrozenInstanceError):
        Cyclic(4).n = 5  # type: ignore[misc]


def test_indexing() -> None:
    g = SE2().sample(2, 3, generator=torch.Generator().manual_seed(0))
    assert (g.shape, g[1].shape, g[..., None].shape, g[:, 1:].shape, g[None].shape) == (
        (2, 3),
        (3,),
        (2, 3, 1),
        (2, 2),
        (1, 2, 3),
    )
    assert g[g.group.norm(g) >= 0].shape == (6,)
    assert g[1, 2].params.equal(g.params[1, 2])
    assert (len(g), len(list(g[0]))) == (2, 3)
    assert g.reshape(6).expand(5, 6).shape == (5, 6)


def test_orders() -> None:
    p4 = SemidirectProduct(Torus(5, 5), Cyclic(4))
    assert [g.order for g in (Cyclic(4), Dihedral(4), p4, DirectProduct(Cyclic(2), SO2()), SO2())] == [
        4,
        8,
        100,
        None,
        None,
    ]
    assert [g.algebra_dim for g in (SO2(), O2(), SE2(), SO3(), Affine2(), Cyclic(4), p4)] == [1, 1, 3, 3, 6, None, None]


def test_moving_elements() -> None:
    g = SE2().element([1.0, 2.0, 3.0]).to(torch.float64)
    assert g.params.dtype == torch.float64
    k = Cyclic(4).elements().to("meta", torch.float64)
    assert (k.device.type, k.params.dtype) == ("meta", torch.int64)


@pytest.mark.parametrize(
    ("error", "message", "call"),
    [
        (ValueError, r"params \(\*batch 3\), got \(2,\)", lambda: SE2().element([1.0, 2.0])),
        (TypeError, r"expected an element of SE2\(\), got one of SO2\(\)", lambda: SE2().identity() @ SO2().identity()),
        (TypeError, "a single element has no length", lambda: len(SO2().identity())),
        (ValueError, "Cyclic needs a whole n >= 1, got 0", lambda: Cyclic(0)),
        (ValueError, "Dihedral needs a whole n >= 1, got -1", lambda: Dihedral(-1)),
        (ValueError, "Torus needs a whole w >= 1, got 0", lambda: Torus(3, 0)),
        (ValueError, "Translation needs d >= 1, got 0", lambda: Translation(0)),
        (ValueError, "algebra of SE2.* has dimension 3, got vectors", lambda: SE2().exp(torch.zeros(2))),
        (ValueError, "a ball of Cyclic.* is one number", lambda: Cyclic(4).ball((1.0, 2.0))),
        (ValueError, "one radius or 3 of them, got", lambda: SE2().ball((1.0, 2.0))),
        (ValueError, "a radius for each of its two factors, got 1.0", lambda: DirectProduct(SO2(), SO2()).ball(1.0)),
        (TypeError, "is infinite: its elements cannot be listed", lambda: DirectProduct(SO2(), Cyclic(2)).elements()),
        (TypeError, "does not turn .*: give the automorphism", lambda: SemidirectProduct(Translation(3), Cyclic(4))),
        (TypeError, r"Cyclic\(n=8\) does not map the grid", lambda: SemidirectProduct(Torus(5, 5), Cyclic(8))),
        (TypeError, "does not map the grid", lambda: SemidirectProduct(Torus(5, 4), Cyclic(4))),
        (ValueError, r"Cyclic\(n=4\) has irreps .*, got frequency \(3,\)", lambda: Irrep(Cyclic(4), 3)),
        (TypeError, "irreps are known for", lambda: Irrep(SE2(), 1)),
        (
            TypeError,
            "wraps around: it has no matrices of motion",
            lambda: Standard(DirectProduct(SO2(), SemidirectProduct(Torus(2, 2), Cyclic(2)))),
        ),
        (TypeError, "needs a finite group, got SO2", lambda: Regular(SO2())),
        (TypeError, "represents Cyclic.*, got an element of SO2", lambda: Regular(Cyclic(4)).matrix(SO2().identity())),
        (ValueError, "dimension 4, got x of shape", lambda: Regular(Cyclic(4))(Cyclic(4).identity(), torch.zeros(3))),
        (TypeError, "not a permutation", lambda: Irrep(SO2(), 1).permutation(SO2().identity())),
        (ValueError, "at least one representation", lambda: DirectSum(())),
        (TypeError, "represent one group", lambda: Trivial(SO2()) + Trivial(O2())),
        (TypeError, "pairs one group", lambda: Tensor(Trivial(SO2()), Trivial(O2()))),
        (ValueError, "invertible matrix of size 2", lambda: ChangeOfBasis(Trivial(SO2(), 2), ((1.0, 1.0), (1.0, 1.0)))),
        (ValueError, "invertible matrix of size 2", lambda: ChangeOfBasis(Trivial(SO2(), 2), ((1.0,),))),
        (ValueError, "do not broadcast", lambda: broadcast_batch(torch.Size([2]), torch.Size([3]))),
    ],
)
def test_errors(error, message, call) -> None:
    with pytest.raises(error, match=message):
        call()


def test_elements_are_checked_at_once() -> None:
    with pytest.raises(ValueError, match=r"params \(\*batch 1\), got \(\)"):
        Element(SO2(), torch.tensor(0.0))
