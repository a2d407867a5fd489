"""The wheel holds the three packages and nothing else, and works far from its source."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("groups", "homossl", "proofs_check")
WHERE = f"import json, {', '.join(PACKAGES)}; print(json.dumps([m.__file__ for m in ({', '.join(PACKAGES)})]))"


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command away from the source and give what it printed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([*command], cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def build_wheel(folder: Path) -> Path:
    """Build with what is installed, so that nothing is downloaded."""
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(wheel: Path, folder: Path) -> Path:
    """Install a wheel in a clean environment and give its Python; the dependencies are lent by the current one."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python)
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=folder)
    (site_packages,) = folder.glob("lib/python*/site-packages")
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return python


def without(package: str, wheel: Path, folder: Path) -> Path:
    """A copy of a wheel that lacks one package."""
    tampered = folder / wheel.name
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(tampered, "w") as target:
        for name in source.namelist():
            if not name.startswith(f"{package}/"):
                target.writestr(name, source.read(name))
    return tampered


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the current source."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


def test_contents(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == set(PACKAGES)
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(names)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_clean_environment(wheel: Path, tmp_path: Path) -> None:
    python = install(wheel, tmp_path / "clean")
    paths = json.loads(run(python, "-c", WHERE, cwd=tmp_path))
    assert all(Path(path).is_relative_to(tmp_path / "clean") for path in paths)
    version = wheel.name.split("-")[1]
    assert version in run(python.with_name("homossl"), "--version", cwd=tmp_path)


def test_tampered_wheel_fails(wheel: Path, tmp_path: Path) -> None:
    python = install(without("groups", wheel, tmp_path), tmp_path / "clean")
    with pytest.raises(AssertionError, match="No module named 'groups'"):
        run(python, "-c", WHERE, cwd=tmp_path)
