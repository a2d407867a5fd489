"""Folders of point clouds and meshes in every format, and files that are broken."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from homossl.data import ModelNet, PointFolder
from homossl.data.clouds import centred, read_cloud, some, unit
from homossl.data.off import read_off
from homossl.data.ply import read_ply

CLOUD = np.array([[0, 0, 0], [1, 0, 0], [0, 2, 0], [0, 0, 3.5]])
SQUARE = "OFF\n4 1 0\n0 0 0\n1 0 0\n1 1 0\n0 1 0\n4 0 1 2 3\n"


def binary_ply(order: str, short: int = 0) -> bytes:
    names = {"<": "binary_little_endian", ">": "binary_big_endian"}
    head = f"ply\nformat {names[order]} 1.0\ncomment x\nelement vertex 4\nproperty uchar red\n" + "".join(
        f"property float {axis}\n" for axis in "zyx"
    )
    kind = np.dtype([("red", "u1"), ("z", order + "f4"), ("y", order + "f4"), ("x", order + "f4")])
    table = np.zeros(4, kind)
    table["red"] = [1, 2, 3, 255]
    for i, axis in enumerate("xyz"):
        table[axis] = CLOUD[:, i]
    body = table.tobytes()
    return (head + "element face 0\nproperty list uchar int vertex_indices\nend_header\n").encode() + body[
        : len(body) - short
    ]


ASCII_PLY = (
    "ply\nformat ascii 1.0\nelement vertex 4\nproperty double x\nproperty double y\nproperty double z\n"
    "element face 1\nproperty list uchar int vertex_indices\nend_header\n"
    + "".join(f"{x} {y} {z}\n" for x, y, z in CLOUD)
    + "3 0 1 2\n"
)


def save(folder, name: str):
    path = folder / name
    match path.suffix:
        case ".npy":
            np.save(path, CLOUD)
        case ".npz":
            np.savez(path, points=CLOUD, other=np.zeros(2))
        case ".ply":
            path.write_text(ASCII_PLY)
        case _:
            separator = "," if path.suffix == ".csv" else " "
            path.write_text("# x y z\n" + "\n".join(separator.join(map(str, row)) for row in CLOUD.tolist()) + "\n\n")
    return path


@pytest.mark.parametrize("name", ["a.npy", "a.npz", "a.xyz", "a.txt", "a.csv", "a.ply", "A.XYZ"])
def test_every_format_gives_the_same_points(tmp_path, name) -> None:
    assert read_cloud(save(tmp_path, name)).numpy().tolist() == CLOUD.tolist()


@pytest.mark.parametrize("order", ["<", ">"])
def test_binary_ply(tmp_path, order) -> None:
    (tmp_path / "a.ply").write_bytes(binary_ply(order))
    table = read_ply(tmp_path / "a.ply")
    assert table[:, :3].tolist() == CLOUD.tolist()
    assert table[:, 3].tolist() == [1, 2, 3, 255]


@pytest.mark.parametrize(
    "text",
    [
        SQUARE,
        SQUARE.replace("OFF\n4 1 0", "OFF4 1 0"),  # as in ModelNet
        SQUARE.replace("OFF\n4 1 0", "# a square\nOFF 4 1 0\n\n# its corners"),
        SQUARE.replace("4 0 1 2 3", "4 0 1 2 3 255 0 0"),
        SQUARE.replace("4 1 0\n", "4 2 0\n").replace("4 0 1 2 3", "3 0 1 2\n3 0 2 3"),
    ],
)
def test_off(tmp_path, text) -> None:
    (tmp_path / "a.off").write_text(text)
    mesh = read_off(tmp_path / "a.off")
    assert mesh.vertices.shape == (4, 3)
    assert mesh.faces.shape == (2, 3)
    assert mesh.areas.sum() == 1
    points = mesh.sample(500, generator=torch.Generator().manual_seed(0))
    assert points[:, 2].abs().max() == 0
    assert points.mean(0).sub(torch.tensor([0.5, 0.5, 0.0])).abs().max() < 0.05


BROKEN = {
    "cut.off": (SQUARE[:-15], "cut short"),
    "word.off": ("COFF\n" + SQUARE, "its first word is OFF, got 'COFF'"),
    "empty.off": ("", "got 'an empty file'"),
    "bare.off": ("OFF\n", "numbers of its vertices, faces and edges"),
    "faceless.off": ("OFF\n3 0 0\n0 0 0\n1 0 0\n0 1 0\n", "needs faces"),
    "nan.off": (SQUARE.replace("1 1 0\n", "1 nan 0\n"), "NaN"),
    "index.off": (SQUARE.replace("4 0 1 2 3", "4 0 1 2 9"), r"vertices 0\.\.3, got 0\.\.9"),
    "line.off": (SQUARE.replace("4 0 1 2 3", "2 0 1"), "at least 3"),
    "flat.off": (SQUARE.replace("4 0 1 2 3", "3 0 1 1"), "area 0"),
    "words.xyz": ("0 0 zero\n", "could not convert"),
    "ragged.xyz": ("0 0 0\n0 0\n", "inhomogeneous"),
    "none.xyz": ("# x y z\n", r"got an array of shape \(0,\)"),
    "nan.xyz": ("0 0 0\n0 0 nan\n", "got others in 1 of 2 points"),
    "columns.xyz": ("0 0 0 1\n", r"expected 3 columns, x, y, z \(features=0\), got 4"),
    "cut.ply": (ASCII_PLY[:-30], "it has 4 vertices, got 3: cut short"),
    "head.ply": ("ply\nformat ascii 1.0\n", "has an end_header"),
    "list.ply": (ASCII_PLY.replace("property double x", "property list uchar int x"), "of known types"),
    "plane.ply": (ASCII_PLY.replace("property double z\n", ""), "vertices have x, y and z"),
    "new.ply": (ASCII_PLY.replace("ascii 1.0", "binary_middle_endian 1.0"), "got format binary_middle_endian"),
    "text.npy": ("no array", "expected a list of points"),
    "text.npz": ("no arrays", "expected a list of points"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_named(tmp_path, name) -> None:
    text, message = BROKEN[name]
    (tmp_path / "things").mkdir()
    (tmp_path / "things" / name).write_text(text)
    with pytest.raises(ValueError, match=message) as error:
        PointFolder(str(tmp_path), points=4, test_fraction=0.0).load("train")
    assert name in str(error.value)


def test_more_broken_files_are_named(tmp_path) -> None:
    (tmp_path / "cut.ply").write_bytes(binary_ply("<", short=1))
    with pytest.raises(ValueError, match=r"cut\.ply: expected a list of points: it has 4 vertices, got 3"):
        read_cloud(tmp_path / "cut.ply")
    np.savez(tmp_path / "two.npz", a=CLOUD, b=CLOUD)
    with pytest.raises(ValueError, match=r"two\.npz: .*points"):
        read_cloud(tmp_path / "two.npz")
    np.save(tmp_path / "flat.npy", CLOUD[0])
    with pytest.raises(ValueError, match=r"flat\.npy: expected points \(n c\), got an array of shape \(3,\)"):
        read_cloud(tmp_path / "flat.npy")
    np.save(tmp_path / "objects.npy", np.array([{}, None], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match=r"objects\.npy: .*allow_pickle=False"):
        read_cloud(tmp_path / "objects.npy")


@pytest.fixture
def folder(tmp_path):
    """Two classes: four clouds of random points, and four squares."""
    rng = np.random.RandomState(0)
    for name in ("noise", "square"):
        (tmp_path / name).mkdir()
    for i in range(4):
        np.save(tmp_path / "noise" / f"{i}.npy", rng.randn(20, 3) + 5)
        (tmp_path / "square" / f"{i}.off").write_text(SQUARE)
    (tmp_path / "noise" / "notes.md").write_text("left alone")
    return tmp_path


def test_folders_are_classes(folder) -> None:
    data = PointFolder(str(folder), points=16, test_fraction=0.25)
    train, test = data.load("train"), data.load("test")
    assert train.x.shape == (6, 16, 3)
    assert test.x.shape == (2, 16, 3)
    assert train.classes == test.classes == ("noise", "square")
    assert train.y.tolist() == [0, 0, 0, 1, 1, 1]
    assert train.x.equal(data.load("train").x)
    assert not train.x[3].equal(train.x[4])  # drawn anew for each file
    assert PointFolder(str(folder), points=16, per_class=1).load("train").y.tolist() == [0, 1]


def test_clouds_are_centred_and_scaled(folder) -> None:
    x = PointFolder(str(folder), points=16).load("train").x
    assert x.mean(1).abs().max() < 1e-6
    assert x.norm(dim=-1).amax(1).sub(1).abs().max() < 1e-6
    raw = PointFolder(str(folder), points=16, centred=False, unit=False).load("train").x
    assert raw[0].mean(0).sub(5).abs().max() < 1
    assert raw.norm(dim=-1).amax() > 5


def test_features_are_left_alone(tmp_path) -> None:
    (tmp_path / "a").mkdir()
    np.save(tmp_path / "a" / "0.npy", np.concatenate([CLOUD, 7 + np.arange(4.0)[:, None]], axis=1))
    x = PointFolder(str(tmp_path), points=4, features=1, test_fraction=0.0).load("train").x
    assert x.shape == (1, 4, 4)
    assert sorted(x[0, :, 3].tolist()) == [7, 8, 9, 10]
    (tmp_path / "a" / "1.off").write_text(SQUARE)
    with pytest.raises(ValueError, match=r"1\.off: expected 4 columns, x, y, z and 1 features, got 3"):
        PointFolder(str(tmp_path), points=4, features=1, test_fraction=0.0).load("train")


def test_modelnet(tmp_path) -> None:
    for name in ("chair", "desk"):
        for part, count in (("train", 2), ("test", 1)):
            (tmp_path / name / part).mkdir(parents=True)
            for i in range(count):
                (tmp_path / name / part / f"{name}_{i}.off").write_text(SQUARE.replace("OFF\n", "OFF"))
    data = ModelNet(str(tmp_path), points=8)
    assert data.load("train").y.tolist() == [0, 0, 1, 1]
    assert data.load("test").y.tolist() == [0, 1]
    assert data.load("test").classes == ("chair", "desk")
    (tmp_path / "desk" / "test" / "desk_0.off").unlink()
    with pytest.raises(ValueError, match=r"no files \(\.off\) in class folder .*desk.test"):
        data.load("test")


def test_missing_folders_are_named(tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match="absent is not a folder"):
        PointFolder(str(tmp_path / "absent")).load("train")
    with pytest.raises(FileNotFoundError, match="absent is not a folder; expected <root>/<class>/train"):
        ModelNet(str(tmp_path / "absent")).load("train")
    with pytest.raises(FileNotFoundError, match="no class folders with train"):
        ModelNet(str(tmp_path)).load("train")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=r"no files \(\.npy .*\.off\) in class folder"):
        PointFolder(str(tmp_path)).load("train")


def test_wrong_settings_are_named() -> None:
    for wrong in ({"points": 0}, {"features": -1}, {"seed": -1}, {"per_class": 0}):
        ((name, value),) = wrong.items()
        with pytest.raises(ValueError, match=rf"PointFolder\.{name} is at least .*got {value}"):
            PointFolder("data", **wrong)


def test_few_points_are_repeated_and_many_drawn_once() -> None:
    rng = torch.Generator().manual_seed(0)
    assert some(10, 6, rng).unique().numel() == 6
    assert some(4, 10, rng).bincount().sort().values.tolist() == [2, 2, 3, 3]
    same = torch.ones(3, 3)
    assert unit(centred(same)).equal(torch.zeros(3, 3))
