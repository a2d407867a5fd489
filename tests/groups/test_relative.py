"""Which laws each mode of telling a relative motion obeys, and which it breaks: the published one breaks most."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from groups import SE2, SO3, Affine2, Cyclic, Element, Mode, SemidirectProduct, Torus, plane, relative
from groups.relative import _official
from groups.strategies import elements

MODES: tuple[Mode, ...] = ("official", "world", "body", "allocentric")
SIDE = 32
MARGIN = 0.1
PUBLISHED = json.loads((Path(__file__).parent / "stec_actions.json").read_text())


def window(height: int, width: int, top: int, left: int, h: int, w: int, flip: bool) -> Element:
    """The crop of an image, as the motion of the plane that takes the image's frame to it, in pixels."""
    shift = [left + w / 2 - width / 2, height / 2 - top - h / 2]
    return Affine2().element([(-1) ** flip * w / width, 0, 0, h / height, *shift], dtype=torch.float64)


@st.composite
def crops(draw) -> Element:
    """Windows of a square image, with flips; they shrink toward the whole image."""
    h, w = (SIDE - draw(st.integers(0, SIDE - 4)) for _ in "hw")
    top, left = draw(st.integers(0, SIDE - h)), draw(st.integers(0, SIDE - w))
    return window(SIDE, SIDE, top, left, h, w, draw(st.booleans()))


def published(end: str) -> Element:
    """One window of each published pair."""
    return Affine2().element(torch.stack([window(p["height"], p["width"], *p[end]).params for p in PUBLISHED]))


def shuffled(windows: Element) -> tuple[Element, Element, Element, Element]:
    """Each window with three others."""
    first, second, third, fourth = (windows.params.roll(k, 0) for k in range(4))
    group = windows.group
    return group.element(first), group.element(second), group.element(third), group.element(fourth)


RIGID = SE2().sample(24, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
DRAWN = {"crops": crops(), "rigid motions": elements(SE2())}
GENERIC = {"crops": shuffled(published("i")), "rigid motions": shuffled(RIGID)}


def identity(mode: Mode, i: Element, j: Element, k: Element, m: Element) -> Tensor:
    """e(i, i) = e: a window at rest has not moved."""
    e = relative(i, i, mode)
    return _apart(e, e.group.identity(dtype=torch.float64))


def inverse(mode: Mode, i: Element, j: Element, k: Element, m: Element) -> Tensor:
    """e(i, j) e(j, i) = e: there and back."""
    e = relative(i, j, mode) @ relative(j, i, mode)
    return _apart(e, e.group.identity(dtype=torch.float64))


def steps_in_the_world(mode: Mode, i: Element, j: Element, k: Element, m: Element) -> Tensor:
    """e(j, k) e(i, j) = e(i, k): later steps on the left."""
    return _apart(relative(j, k, mode) @ relative(i, j, mode), relative(i, k, mode))


def steps_of_the_body(mode: Mode, i: Element, j: Element, k: Element, m: Element) -> Tensor:
    """e(i, j) e(j, k) = e(i, k): later steps on the right."""
    return _apart(relative(i, j, mode) @ relative(j, k, mode), relative(i, k, mode))


def egocentric(mode: Mode, i: Element, j: Element, k: Element, m: Element) -> Tensor:
    """e(m i, m j) = e(i, j): both windows may move together."""
    return _apart(relative(m @ i, m @ j, mode), relative(i, j, mode))


def frame_free(mode: Mode, i: Element, j: Element, k: Element, m: Element) -> Tensor:
    """e(i m, j m) = e(i, j): both windows may be framed anew."""
    return _apart(relative(i @ m, j @ m, mode), relative(i, j, mode))


def absolute(mode: Mode, i: Element, j: Element, k: Element, m: Element) -> Tensor:
    """e(i, j) = e(k, j): where the first window is does not matter."""
    return _apart(relative(i, j, mode), relative(k, j, mode))


def recovery(mode: Mode, i: Element, j: Element, k: Element, m: Element) -> Tensor:
    """The first window and e(i, j) give the second."""
    e = relative(i, j, mode)
    if mode == "official":
        return _apart(e @ ~_published_inverse(i), plane(j.group)(j))
    return _apart({"world": e @ i, "body": i @ e, "allocentric": e}[mode], j)


def _published_inverse(i: Element) -> Element:
    """(A^-1, -t) for (A, t): what the official mode takes for the inverse."""
    i = plane(i.group)(i)
    return Affine2().element(torch.cat([(~i).params[..., :4], -i.params[..., 4:]], dim=-1))


def _apart(a: Element, b: Element) -> Tensor:
    """How far each is from the other, in the measure of laws.apart."""
    return a.group.distance(a, b) / (1 + b.group.norm(b))


Law = Callable[[Mode, Element, Element, Element, Element], Tensor]
LAWS: tuple[Law, ...] = (
    identity,
    inverse,
    steps_in_the_world,
    steps_of_the_body,
    egocentric,
    frame_free,
    absolute,
    recovery,
)
HOLDS: dict[Mode, set[Law]] = {
    "official": {recovery},
    "world": {identity, inverse, steps_in_the_world, frame_free, recovery},
    "body": {identity, inverse, steps_of_the_body, egocentric, recovery},
    "allocentric": {absolute, recovery},
}
TABLE = [(mode, law) for mode in MODES for law in LAWS]
HOLDING = [(mode, law) for mode, law in TABLE if law in HOLDS[mode]]
BROKEN = [(mode, law) for mode, law in TABLE if law not in HOLDS[mode]]


def name(value: Any) -> str:
    return getattr(value, "__name__", str(value))


@pytest.mark.parametrize(("mode", "law"), HOLDING, ids=name)
@pytest.mark.parametrize("kind", DRAWN)
@given(data=st.data())
def test_laws_that_hold(mode, law, kind, data) -> None:
    assert law(mode, *data.draw(st.tuples(*4 * [DRAWN[kind]]))) < 1e-10
    assert law(mode, *GENERIC[kind]).max() < 1e-10


@pytest.mark.parametrize(("mode", "law"), BROKEN, ids=name)
@pytest.mark.parametrize("kind", DRAWN)
def test_laws_that_are_broken(mode, law, kind) -> None:
    """On most windows, by far more than rounding."""
    assert law(mode, *GENERIC[kind]).median() > MARGIN


def test_the_published_action_breaks_identity_inverse_and_composition() -> None:
    assert {identity, inverse, steps_in_the_world, steps_of_the_body}.isdisjoint(HOLDS["official"])


def in_units_of_the_image(e: Element) -> Tensor:
    """Motions with their shifts in units where the image is [-1, 1], (n 2 3)."""
    halves = torch.tensor([[p["width"] / 2, p["height"] / 2] for p in PUBLISHED])
    return torch.cat([e.params[:, :4].unflatten(1, (2, 2)), (e.params[:, 4:] / halves)[..., None]], dim=-1)


def test_the_official_mode_is_the_published_action() -> None:
    expected = torch.tensor([p["action"] for p in PUBLISHED], dtype=torch.float64)
    misses = {m: in_units_of_the_image(relative(published("i"), published("j"), m)) - expected for m in MODES}
    assert len(PUBLISHED) == 24
    assert misses.pop("official").abs().max() < 1e-6
    assert min(miss.abs().amax((1, 2)).median() for miss in misses.values()) > 0.05


def test_the_official_mode_moves_the_plane() -> None:
    g, h = (SE2().exp(torch.tensor(v, dtype=torch.float64)) for v in ([0.3, 1.0, 2.0], [-1.0, 0.5, 0.0]))
    assert relative(g, h, "official").params.equal(_official(plane(SE2())(g), plane(SE2())(h)).params)


@given(data=st.data())
def test_motions_of_a_grid(data) -> None:
    """Windows of a finite group: the picture seen through them moves by the inverse."""
    p4 = SemidirectProduct(Torus(5, 5), Cyclic(4))
    left, right = data.draw(elements(p4, (3,))), data.draw(elements(p4, (3,)))
    assert (left @ relative(left, right)).params.equal(right.params)
    assert (relative(left, right, "world") @ left).params.equal(right.params)
    assert (~relative(left, right) @ ~left).params.equal((~right).params)


def test_what_is_refused() -> None:
    g = Affine2().identity()
    with pytest.raises(ValueError, match=r"mode is one of .* got 'egocentric'"):
        relative(g, g, "egocentric")  # type: ignore[arg-type]
    for mode in ("world", "body", "allocentric"):
        with pytest.raises(TypeError, match="expected an element of"):
            relative(Cyclic(3).identity(), Cyclic(4).identity(), mode)
    with pytest.raises(TypeError, match="no motion of the plane"):
        relative(SO3().identity(), SO3().identity(), "official")
