from __future__ import annotations

import math

import pytest
import torch

from groups import SE2, Cyclic, SemidirectProduct, Torus, Translation
from homossl.encoders import CNN, Encoder
from homossl.report import png, views_as_fields, views_as_pixels
from homossl.report.fields import both_fields, distance, strongest_field
from homossl.report.geometry import copies, describe, move_points, window_corners
from homossl.views import Window

P4 = SemidirectProduct(Translation(2), Cyclic(4))


def encoder(structure) -> Encoder:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return CNN(structure=structure, fields=(2, 2), steps=(1, 2)).build(P4, 1, 9)


def images(n: int) -> torch.Tensor:
    return torch.rand(n, 1, 9, 9, generator=torch.Generator().manual_seed(0))


def test_window_in_pixels() -> None:
    """Two cells of stride 2 in the middle of four: 4 pixels wide, the centre half a cell from the cells."""
    corners = window_corners(Window(2), encoder("plain").action_out, 4, 4)  # type: ignore[arg-type]
    assert corners.tolist() == [[-2, -2], [2, -2], [2, 2], [-2, 2]]


def test_windows_off_centre_are_up_and_left() -> None:
    corners = window_corners(Window(2), encoder("plain").action_out, 5, 5)  # type: ignore[arg-type]
    assert corners.mean(0).tolist() == [-1, 1]


def test_points_move_as_images_do() -> None:
    """The brightest pixel of g x is g of the brightest pixel of x, y up."""
    g = P4.pair(Translation(2).element([2.0, 1.0]), Cyclic(4).element([1]))
    x = torch.zeros(1, 9, 9)
    x[0, 4 - 1, 4 + 2] = 1.0
    moved = encoder("plain").action_in(g, x)[0]
    row, column = divmod(int(moved.argmax()), 9)
    (point,) = move_points(g, torch.tensor([[2.0, 1.0]])).tolist()
    assert point == pytest.approx([column - 4, 4 - row], abs=1e-5)


def test_motions_in_words() -> None:
    assert describe(SE2().element([-math.pi / 4, 1.25, 0.0])) == "−45° (+1.2, +0.0)"


def test_a_torus_takes_the_shortest_way_round() -> None:
    g = SemidirectProduct(Torus(9, 9), Cyclic(4)).element([8, 7, 0])
    assert describe(g) == "0° (−2.0, +1.0)"
    corner = torch.tensor([[4.0, 4.0]])
    assert move_points(g, corner).tolist() == [[2.0, 5.0]]
    assert [2.0, -4.0] in copies(g.group, move_points(g, corner))[:, 0].tolist()
    assert copies(P4, corner).tolist() == [corner.tolist()], "control: the plane has no other side"


def test_pixel_picture() -> None:
    e, x = encoder("steerable"), images(2)
    g = P4.ball((2.0, 2.0), 2, 2, generator=torch.Generator().manual_seed(0))
    figure = views_as_pixels(x, g, e.action_in, window_corners(Window(2), e.action_out, 5, 5))  # type: ignore[arg-type]
    assert len(figure.axes) == 6
    assert "base64" in png(figure, "", dpi=40)


def test_field_picture_and_its_number() -> None:
    (x,), g = images(1), P4.pair(Translation(2).identity(), Cyclic(4).element([1]))
    steerable, plain = encoder("steerable"), encoder("plain")
    assert distance(*both_fields(steerable, x, g)) < 1e-5
    assert distance(*both_fields(plain, x, g)) > 0.1
    figure = views_as_fields({"H-SSL": steerable, "plain": plain}, x, g, Window(2))
    assert len(figure.axes) == 2 * 2 * 4
    assert "base64" in png(figure, "", dpi=40)


def test_strongest_field() -> None:
    encoded = torch.zeros(8, 3, 3)
    encoded[5, 1, 1] = 2.0
    pair = strongest_field(encoded, -encoded, 4)
    assert pair.shape == (2, 4, 3, 3)
    assert pair[:, 1, 1, 1].tolist() == [2.0, -2.0]


def test_fields_need_a_field_action() -> None:
    e = encoder("plain")
    e.stages[-1].action_out = object()  # type: ignore[assignment]
    with pytest.raises(TypeError, match="moved by a FieldAction"):
        views_as_fields({"": e}, images(1)[0], P4.identity(), Window(2))
