"""The arms all run, at tiny sizes; what comes out can be read; what does not fit is refused."""

import json
import re
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch

from homossl.bench import arms, networks
from homossl.bench.marking import EXPANSION, GROUPS, VIEWS
from homossl.bench.processes import measure_processes
from homossl.bench.profile import profiles
from homossl.bench.run import bench, swept
from homossl.bench.setting import Setting
from homossl.bench.training import Noise
from homossl.cli import main
from homossl.data import Loader

TINY = Setting(device="cpu", order=2, width=4, size=9, batch=4)
FLAGS = [
    "--device",
    "cpu",
    "--order",
    "2",
    "--width",
    "4",
    "--size",
    "9",
    "--batch",
    "4",
    "--rounds",
    "2",
    "--steps",
    "1",
]


@pytest.fixture(scope="module")
def found():
    return bench(arms.chosen(), TINY, rounds=3, steps=1)


def run(folder, *args):
    return main(["bench", "--to", str(folder), *FLAGS, *args])


def test_every_arm_is_measured(found):
    (point,) = found.points
    expected = {arm.name for arm in arms.chosen() if not arm.missing}
    assert {measured.arm.name for measured in point.arms} == expected | {"matmul", "copy"}
    assert set(found.left_out) == {arm.title for arm in arms.ALL if arm.missing}
    assert all(len(measured.ms) == 3 and min(measured.ms) > 0 for measured in point.arms)


def test_compiled_arms_come_when_asked_for():
    def names(*only, **how):
        return [arm.name for arm in arms.chosen(only, **how)]

    assert names("hssl", compiled=True) == ["assl-plain", "hssl", "hssl-compiled"]
    assert names("hssl") == ["assl-plain", "hssl"]
    assert names("lowered-compiled") == ["plain", "lowered-compiled"]
    assert not [name for name in names() if "compiled" in name]
    assert "escnn-compiled" in names(compiled=True)


def test_ratios_are_those_of_the_rounds(found):
    (point,) = found.points
    escnn, plain = point.arm("escnn"), point.arm("plain")
    logs = torch.tensor(escnn.ms).log() - torch.tensor(plain.ms).log()
    assert point.ratio("escnn", "plain").value == pytest.approx(logs.mean().exp().item(), rel=1e-5)
    assert point.ratio("plain", "plain").high == 1
    assert point.ratio("escnn", "nothing") is None


def test_the_three_networks_have_the_same_channels_and_escnn_the_same_weights():
    x = TINY.images()
    plain, escnn, lowered = (networks.network(TINY, name).eval() for name in networks.BUILT)
    assert plain(x).shape == escnn(x).shape == lowered(x).shape
    torch.testing.assert_close(escnn(x), lowered(x))
    assert not torch.allclose(plain(x), lowered(x)), "the control"


def test_hssl_encodes_half_of_what_assl_does(found):
    (point,) = found.points
    assl, hssl = point.arm("assl"), point.arm("hssl")
    assert assl.pairs == hssl.pairs == TINY.batch
    assert assl.flops - hssl.flops == pytest.approx(point.arm("plain").flops, rel=0.02)
    assert hssl.memory <= assl.memory


def test_shares_are_of_the_probes(found):
    (point,) = found.points
    assert point.share_of_matmul(point.arm("matmul")).value == pytest.approx(1)
    assert point.share_of_copy(point.arm("copy")).value == pytest.approx(1)
    assert point.share_of_copy(point.arm("ours")) is None


def test_noise_can_be_loaded():
    images = Noise(8, 5).load("train")
    assert next(Loader(images, 4).epoch(0)).x.shape == (4, 3, 5, 5)
    assert not torch.equal(images.x, Noise(8, 5).load("test").x)


def test_the_profile_knows_what_operators_are_for():
    plain, escnn, lowered = profiles(TINY, rounds=2)
    assert [profile.name for profile in (plain, escnn, lowered)] == ["plain", "escnn", "lowered"]
    assert plain.mean(EXPANSION).mean == 0, "the control: there is no basis"
    assert escnn.mean(EXPANSION).mean > 0
    assert lowered.mean(EXPANSION).mean > 0
    for profile in (plain, escnn, lowered):
        assert set(profile.ms) == set(GROUPS)
        assert profile.mean(VIEWS).mean > 0
        assert profile.mean("rest").mean < 0.5 * profile.total.mean


def test_the_command_writes_what_it_says(tmp_path, capsys):
    folder = tmp_path / "new" / "bench"
    assert run(folder, "--only", "hssl", "plain", "--profile") == 0
    said = capsys.readouterr().out
    assert str(folder / "report.html") in said.replace("\n", "")
    assert "ratio to" in said
    results = json.loads((folder / "bench.json").read_text())
    measured = results["points"][0]["arms"]
    assert set(measured) == {"matmul", "copy", "plain", "assl-plain", "hssl"}
    ratio = measured["hssl"]["ratios"]["assl-plain"]
    assert ratio["low"] <= ratio["value"] <= ratio["high"]
    assert {"machine", "rounds", "steps", "profiles"} <= set(results)
    page = (folder / "report.html").read_text()
    assert page.count("<svg") == 2
    assert not re.search(r"<script|https?://", page)


def test_a_sweep_tells_how_arms_grow(tmp_path, capsys):
    assert run(tmp_path, "--only", "plain", "--sweep", "batch", "--values", "4", "16") == 0
    results = json.loads((tmp_path / "bench.json").read_text())
    assert [point["setting"]["batch"] for point in results["points"]] == [4, 16]
    assert "plain" in results["exponents"]
    assert "over batch" in capsys.readouterr().out


def test_the_exponent_is_the_slope():
    found = bench(arms.chosen(["plain"]), TINY, 2, 1, axis="batch", values=(2, 8))
    growing = [
        replace(m, ms=(n**1.5, 3 * n**1.5)) for m, n in ((p.arm("plain"), p.setting.batch) for p in found.points)
    ]
    points = tuple(replace(p, arms=(arm,)) for p, arm in zip(found.points, growing, strict=True))
    assert replace(found, points=points).exponent("plain").mean == pytest.approx(1.5)


def test_a_benchmark_is_replaced_and_nothing_else_is(tmp_path, capsys):
    assert [run(tmp_path, "--only", "views") for _ in range(2)] == [0, 0]
    (tmp_path / "report.html").write_text("<title>My thesis</title>")
    before = (tmp_path / "bench.json").read_bytes()
    capsys.readouterr()
    assert run(tmp_path, "--only", "views") == 1
    assert "is there already and is no benchmark" in capsys.readouterr().err
    assert (tmp_path / "bench.json").read_bytes() == before
    Path(tmp_path, "file").touch()
    assert run(tmp_path / "file") == 1
    assert "expected a folder" in capsys.readouterr().err


@pytest.mark.skipif(bool(find_spec("kornia")), reason="kornia is installed")
def test_what_is_not_installed_is_told(tmp_path, capsys):
    assert run(tmp_path, "--only", "kornia") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "not measured: kornia, needs kornia: pip install 'homossl[bench]'" in said


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--only", "hsll"], "--only: expected arms (plain,"),
        (["--skip", "everything"], "or kinds of them (encoder, training, views), got everything"),
        (["--only", "views", "--skip", "views"], "no arm is left"),
        (["--skip", "plain"], "other arms are compared with plain"),
        (["--size", "8"], "breaks the turns"),
        (["--width", "5"], "width must be a multiple of the order 2, such as 4, got 5"),
        (["--order", "1"], "order must be at least 2"),
        (["--rounds", "1"], "rounds must be at least 2"),
        (["--device", "abacus"], "'abacus'"),
        (["--precision", "8-bit"], "precision"),
        (["--values", "2"], "name what is swept"),
        (["--sweep", "size", "--values", "9", "12"], "breaks the turns"),
        (["--sweep", "order", "--values", "2"], "two different values"),
        (["--sweep", "processes", "--values", "1", "3"], "3 processes share out batches of a multiple of that, got 4"),
        (["--sweep", "processes", "--only", "views"], "none of these arms"),
        (["--sweep", "colour"], "sweep"),
    ],
)
def test_mistakes_are_told_in_one_line(args, message, tmp_path, capsys):
    assert run(tmp_path / "never", *args) == 1
    said = capsys.readouterr().err
    assert message in said
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "never").exists()


def test_values_of_a_sweep_fit_its_setting():
    assert [setting.size for setting in swept(TINY, "size", (17, 9))] == [9, 17]
    assert swept(TINY, None) == [TINY]


@pytest.mark.slow
def test_processes_share_the_batch(found):
    (one,), (two,) = found.points, measure_processes(arms.chosen(["assl"]), [replace(TINY, processes=2)], 2, 1)
    alone, together = one.arm("assl"), two.arm("assl")
    assert len(together.ms) == 2
    assert together.pairs == alone.pairs == TINY.batch, "the loss is that of the whole batch"
    assert together.flops < alone.flops, "each process encodes its part"
