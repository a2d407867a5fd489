"""Solids from their equations: on their surfaces, uniform, turned, the same every time."""

from __future__ import annotations

import itertools

import pytest
import torch

from groups import Octahedral
from groups.octahedral import cube_matrix
from homossl.data import Solids
from homossl.data.meshes import Mesh
from homossl.data.shapes import SHAPES, superquadric, torus_knot

EXACT = {"noise": 0.0, "log_scale": 0.0, "turned": False}


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize(
    ("name", "corners", "area"),
    [
        ("tetrahedron", 4, 8 / 3**0.5),
        ("cube", 8, 8.0),
        ("octahedron", 6, 4 * 3**0.5),
        ("dodecahedron", 20, 10.5146),
        ("icosahedron", 12, 9.5745),
    ],
)
def test_platonic_solids_have_their_corners_edges_and_areas(name, corners, area) -> None:
    """Areas of the solids of circumradius 1, from the textbook's formulae."""
    mesh = SHAPES[name]().centred()
    distances = torch.cdist(mesh.vertices, mesh.vertices) + 10 * torch.eye(corners, dtype=torch.float64)
    assert len(mesh.vertices) == corners
    assert mesh.vertices.norm(dim=-1).sub(1).abs().max() < 1e-12
    assert distances.amin(1).std() < 1e-12  # every corner has its neighbours at one distance
    assert mesh.areas.sum() == pytest.approx(area, abs=1e-3)


@pytest.mark.parametrize("name", SHAPES)
def test_meshes_are_centred_and_in_the_unit_ball(name) -> None:
    mesh = SHAPES[name]().centred()
    assert mesh.centroid.norm() < 1e-9
    assert mesh.vertices.norm(dim=-1).amax() == pytest.approx(1)
    points = mesh.sample(4000, generator=rng())
    assert points.mean(0).norm() < 0.05
    assert points.norm(dim=-1).max() <= 1 + 1e-12


def test_points_are_uniform_on_the_surface() -> None:
    sphere = superquadric(1.0, 1.0).sample(20000, generator=rng())
    assert sphere[:, 2].add(1).div(2).sort().values.sub(torch.linspace(0, 1, 20000)).abs().max() < 0.02  # Archimedes
    poles = superquadric(1.0, 1.0).vertices[:, 2].add(1).div(2).sort().values
    assert poles.sub(torch.linspace(0, 1, len(poles))).abs().max() > 0.05  # control: a grid in angles is not


def test_points_of_a_cube_lie_on_its_faces() -> None:
    points = SHAPES["cube"]().sample(5000, generator=rng())
    assert points.abs().amax(-1).sub(1).abs().max() < 1e-12
    face = points.abs().argmax(-1) * 2 + (points.gather(1, points.abs().argmax(-1, keepdim=True))[:, 0] > 0)
    assert face.bincount().div(5000).sub(1 / 6).abs().max() < 0.02
    assert SHAPES["octahedron"]().sample(50, generator=rng()).abs().amax(-1).sub(1).abs().max() > 0.1


@pytest.mark.parametrize(("p", "q"), [(1, 0), (2, 3), (3, 4)])
def test_tubes_stay_at_their_distance_from_the_curve(p, q) -> None:
    t = torch.linspace(0, 2 * torch.pi, 2001, dtype=torch.float64)
    r = 2.0 + 0.9 * (q * t).cos()
    curve = torch.stack([r * (p * t).cos(), r * (p * t).sin(), 0.9 * (q * t).sin()], dim=-1)
    tube = torus_knot(p, q).vertices
    assert torch.cdist(tube, curve).amin(1).sub(0.3).abs().max() < 0.02
    other = curve.roll(1, dims=-1)
    assert torch.cdist(tube, other).amin(1).sub(0.3).abs().max() > 0.1


def test_a_cube_is_what_the_cubes_motions_leave() -> None:
    corners = SHAPES["cube"]().vertices
    moved = corners @ cube_matrix(Octahedral(reflections=True).elements()).mT
    assert all(torch.cdist(part, corners).amin(1).max() < 1e-12 for part in moved)
    dodecahedron = SHAPES["dodecahedron"]().vertices
    turned = dodecahedron @ cube_matrix(Octahedral().elements()).mT
    assert max(torch.cdist(part, dodecahedron).amin(1).max() for part in turned) > 0.1


def test_splits_and_classes() -> None:
    train, test = (Solids(points=16, train=3, test=2).load(split) for split in ("train", "test"))
    assert train.x.shape == (45, 16, 3)
    assert test.x.shape == (30, 16, 3)
    assert train.x.dtype == torch.float32
    assert train.y.bincount().tolist() == [3] * 15
    assert sorted(train.y[:15].tolist()) == list(range(15))
    assert train.classes == tuple(SHAPES)
    assert not train.x[:30].equal(test.x)


def test_the_same_every_time_whatever_came_before() -> None:
    once = Solids(points=16, train=2).load("train").x
    torch.manual_seed(5)
    assert once.equal(Solids(points=16, train=2).load("train").x)
    assert not once.equal(Solids(points=16, train=2, seed=1).load("train").x)


def test_turning_keeps_distances_and_nothing_else() -> None:
    still, turned = (Solids(points=16, test=2, turned=t).load("test").x for t in (False, True))
    assert torch.cdist(turned, turned).sub(torch.cdist(still, still)).abs().max() < 1e-4
    assert turned.sub(still).norm(dim=-1).amax(1).min() > 1e-2
    matrix = torch.linalg.lstsq(still, turned).solution
    assert matrix.det().sub(1).abs().max() < 1e-2  # rotations, no reflections


def test_noise_and_scale_do_what_they_say() -> None:
    exact = Solids(points=64, test=4, classes=("sphere",), **EXACT).load("test").x.norm(dim=-1)
    assert exact.sub(1).abs().max() < 1e-3
    noisy = Solids(points=64, test=4, classes=("sphere",), **{**EXACT, "noise": 0.1}).load("test").x.norm(dim=-1)
    assert noisy.std() == pytest.approx(0.1, rel=0.2)
    sized = Solids(points=64, test=50, classes=("sphere",), **{**EXACT, "log_scale": 0.5}).load("test").x
    sizes = sized.norm(dim=-1).mean(1).log()
    assert sizes.abs().max() < 0.51
    assert sizes.std() == pytest.approx(0.5 / 3**0.5, rel=0.25)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"points": 0}, "Solids.points: expected at least 1, got 0"),
        ({"noise": -1.0}, "Solids.noise: expected a finite number >= 0, got -1.0"),
        ({"log_scale": float("nan")}, "Solids.log_scale: expected a finite number"),
        ({"classes": ("cube", "cube")}, "each once, got"),
        ({"classes": ("teapot",)}, "expected some of .*teapot"),
        ({"classes": ()}, "expected some of"),
    ],
)
def test_wrong_settings_are_named(wrong, message) -> None:
    with pytest.raises(ValueError, match=message):
        Solids(**wrong)


@pytest.mark.parametrize(
    ("faces", "vertices", "message"),
    [
        ([], [[0, 0, 0]], "needs faces"),
        ([[0, 1, 3]], [[0, 0, 0], [1, 0, 0], [0, 1, 0]], r"vertices 0\.\.2, got 0\.\.3"),
        ([[0, 1, 2]], [[0, 0, 0], [1, 0, 0], [0, float("nan"), 0]], "NaN"),
        ([[0, 1, 1]], [[0, 0, 0], [1, 0, 0]], "faces of area 0"),
    ],
)
def test_meshes_without_a_surface_are_refused(faces, vertices, message) -> None:
    with pytest.raises(ValueError, match=message):
        Mesh(torch.tensor(vertices, dtype=torch.float64), torch.tensor(faces, dtype=torch.int64).reshape(-1, 3))


def test_all_pairs_of_classes_differ() -> None:
    """By the sorted distances of the points from the centre: even blind to turns, no two solids are one."""
    clouds = Solids(points=2000, test=1, **EXACT).load("test").x.norm(dim=-1).sort(dim=-1).values
    assert min((a - b).abs().max() for a, b in itertools.combinations(clouds, 2)) > 0.01
