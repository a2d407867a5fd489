"""Which elements are tested, and which of them move a grid onto itself."""

from __future__ import annotations

import torch

from groups import SO2, Cyclic, Dihedral, Standard, Translation, image_action
from homossl.verify.elements import elements_to_test, keeps_grid, seen

C8 = Cyclic(8)


def test_a_circle_is_walked_evenly() -> None:
    angles = elements_to_test(SO2()).params[:, 0]
    assert len(angles) == 16
    assert torch.allclose(torch.remainder(angles[1:] - angles[:-1], 2 * torch.pi), torch.tensor(torch.pi / 8).double())


def test_large_and_infinite_groups_are_sampled_with_the_identity() -> None:
    for group in (Cyclic(100), Translation(2)):
        g = elements_to_test(group)
        assert len(g) == 32
        assert group.norm(g[0]) == 0


def test_which_elements_need_no_interpolation() -> None:
    assert keeps_grid(image_action(C8), C8.elements(), (1, 9, 9)).tolist() == [True, False] * 4
    assert keeps_grid(image_action(Dihedral(3)), Dihedral(3).elements(), (1, 9, 9)).sum() == 2
    shifts = Translation(2).element([[0.0, 0.0], [1.0, 0.0]])
    assert keeps_grid(image_action(Translation(2)), shifts, (1, 9, 9)).tolist() == [True, False]
    assert keeps_grid(image_action(Translation(2), padding="circular"), shifts, (1, 9, 9)).all()
    assert keeps_grid(Standard(SO2()), SO2().element([[0.3]]), (2,)).all()


def test_where_a_moved_field_comes_from_the_grid() -> None:
    right = Translation(2).element([[0.0, 0.0], [1.0, 0.0], [0.5, 0.0]])
    for padding in ("zeros", "border"):
        columns = seen(image_action(Translation(2), padding=padding), right, (1, 2, 3)).all(1)
        assert columns.tolist() == [[True, True, True], [False, True, True], [False, True, True]]
    assert seen(image_action(Translation(2), padding="circular"), right, (1, 2, 3)).all()
    assert seen(Standard(SO2()), SO2().element([0.3]), (5, 2)).all()
