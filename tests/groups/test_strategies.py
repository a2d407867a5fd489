"""Strategies draw valid values and shrink to the simplest one."""

from __future__ import annotations

import importlib
import sys

import pytest
import torch
from hypothesis import find, given, settings
from hypothesis import strategies as st

from groups import (
    O2,
    SE2,
    SO2,
    SO3,
    Cyclic,
    Dihedral,
    DirectProduct,
    FieldAction,
    LieGroup,
    Regular,
    Trivial,
)
from groups.strategies import elements, fields, finite_groups, groups, lie_groups, representations, vectors
from proofs_check import laws

QUICK = settings(max_examples=200, database=None)


@settings(max_examples=100)
@given(data=st.data())
def test_drawn_values_are_valid(data) -> None:
    group = data.draw(groups())
    g = data.draw(elements(group, (2, 3), torch.float32))
    rho = data.draw(representations(group))
    assert g.shape == (2, 3)
    assert g.group == rho.group == group
    assert g.params.isfinite().all()
    assert g.params.dtype == (torch.int64 if group.order is not None else torch.float32)
    assert laws.inverse(g) < 1e-4
    x = data.draw(fields(rho, (3, 4), (2,), torch.float32))
    assert (x.shape, x.dtype) == ((2, rho.dim, 3, 4), torch.float32)
    assert x.abs().max() <= 1


def test_elements_shrink_to_the_identity(group) -> None:
    e = group.identity(2, dtype=torch.float64 if group.order is None else None)
    assert find(elements(group, (2,)), lambda g: True, settings=QUICK).params.equal(e.params)


def test_what_fails_shrinks_to_the_smallest_failure() -> None:
    turned = find(elements(SE2()), lambda g: bool(g.params[1] > 0.5), settings=QUICK)
    assert turned.params.tolist() == [0.0, 1.0, 0.0]
    flipped = find(elements(Dihedral(7)), lambda g: bool(g.params[0] == 1), settings=QUICK)
    assert flipped.params.tolist() == [1, 0]
    mirrored = find(elements(DirectProduct(O2(), Cyclic(5))), lambda g: bool(g.params[0] == 1), settings=QUICK)
    assert mirrored.params.tolist() == [1.0, 0.0, 0.0]


def test_groups_shrink_to_the_smallest_order() -> None:
    assert find(groups(), lambda g: True, settings=QUICK) == Cyclic(1)
    assert find(finite_groups(), lambda g: g.order > 4, settings=QUICK) == Cyclic(5)
    assert find(groups(), lambda g: g.order is None, settings=QUICK) == SO2()
    assert find(lie_groups(), lambda g: g.param_dim > 1, settings=QUICK) == O2()


def test_representations_and_fields_shrink() -> None:
    assert find(representations(Cyclic(4)), lambda rho: True, settings=QUICK) == Trivial(Cyclic(4))
    assert find(representations(Cyclic(4)), lambda rho: rho.dim > 3, settings=QUICK).dim == 4
    rho = Regular(Cyclic(4))
    assert find(fields(rho, 3), lambda x: True, settings=QUICK).equal(torch.zeros(4, 3, 3, dtype=torch.float64))


def test_a_broken_action_is_found_and_shrunk() -> None:
    group, action = Cyclic(4), FieldAction(Cyclic(4), Regular(Cyclic(4)))

    def broken(case: tuple) -> bool:
        g, x = case
        return laws.relative_error(action(g, x), action(~g, x)).item() > 1e-6

    g, x = find(st.tuples(elements(group), fields(action.fibre, 3)), broken, settings=QUICK)
    assert g.params.tolist() == [1]
    assert x.unique().tolist() == [0.0, 1.0]


@pytest.mark.parametrize("group", [SO3(), SE2(), SO2()], ids=str)
def test_vectors_keep_their_radius(group: LieGroup) -> None:
    @settings(max_examples=20)
    @given(vectors(group, (2,), torch.float32, radius=0.1))
    def check(v) -> None:
        assert v.norm(dim=-1).max() <= 0.1 + 1e-6

    check()


def test_unknown_groups_are_refused() -> None:
    with pytest.raises(TypeError, match="no strategy draws elements of"):
        elements("C4")  # type: ignore[arg-type]


def test_needs_hypothesis(monkeypatch) -> None:
    monkeypatch.delitem(sys.modules, "groups.strategies")
    importlib.import_module("groups.strategies")
    monkeypatch.delitem(sys.modules, "groups.strategies")
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(ImportError, match=r"needs Hypothesis: pip install 'homossl\[testing\]'"):
        importlib.import_module("groups.strategies")
