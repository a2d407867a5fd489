"""Which elements move a grid onto itself, and where a moved field is known."""

from __future__ import annotations

from groups import SO2, Cyclic, Dihedral, Standard, Translation, image_action

C8 = Cyclic(8)


def test_which_elements_need_no_interpolation() -> None:
    assert image_action(C8).keeps_grid(C8.elements(), (1, 9, 9)).tolist() == [True, False] * 4
    assert image_action(Dihedral(3)).keeps_grid(Dihedral(3).elements(), (1, 9, 9)).sum() == 2
    shifts = Translation(2).element([[0.0, 0.0], [1.0, 0.0]])
    assert image_action(Translation(2)).keeps_grid(shifts, (1, 9, 9)).tolist() == [True, False]
    assert image_action(Translation(2), padding="circular").keeps_grid(shifts, (1, 9, 9)).all()
    assert Standard(SO2()).keeps_grid(SO2().element([[0.3]]), (2,)).all()


def test_where_a_moved_field_comes_from_the_grid() -> None:
    right = Translation(2).element([[0.0, 0.0], [1.0, 0.0], [0.5, 0.0]])
    for padding in ("zeros", "border"):
        columns = image_action(Translation(2), padding=padding).seen(right, (1, 2, 3)).all(1)
        assert columns.tolist() == [[True, True, True], [False, True, True], [False, True, True]]
    assert image_action(Translation(2), padding="circular").seen(right, (1, 2, 3)).all()
    assert Standard(SO2()).seen(SO2().element([0.3]), (5, 2)).all()
