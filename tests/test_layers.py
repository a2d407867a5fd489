"""Imports go only down the list of layers, and the axes of homossl are strangers to each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.util import resolve_name
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ["groups", "homossl", "proofs_check", "experiments"]  # each may import itself and those before it
AXES = ["homossl.views", "homossl.transforms", "homossl.objectives", "homossl.targets", "homossl.credit"]


def is_within(module: str, packages: list[str]) -> bool:
    """Is it one of these packages, or inside one?"""
    return any(module == package or module.startswith(package + ".") for package in packages)


def allowed(module: str) -> list[str]:
    """The packages of this project that a module may import."""
    if module == "homossl.types":
        return ["groups"]
    if is_within(module, ["homossl.lowering"]):
        return ["groups", "homossl.lowering"]
    if is_within(module, ["homossl.layers"]):
        return ["groups", "homossl.lowering", "homossl.layers"]
    if is_within(module, ["homossl.parallel"]):
        return ["groups", "homossl.lowering", "homossl.layers", "homossl.parallel"]
    for axis in AXES:
        if is_within(module, [axis]):
            return ["groups", "homossl.types", "homossl.lowering", "homossl.layers", axis]
    return LAYERS[: LAYERS.index(module.split(".")[0]) + 1]


def imported(source: str, package: str) -> Iterator[str]:
    """The dotted names that a source imports, relative ones resolved against its package."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), package)
            yield from (f"{base.rstrip('.')}.{alias.name}" for alias in node.names)


def violations(module: str, source: str, package: str) -> list[str]:
    """What a module imports from this project and may not."""
    ours = (name for name in imported(source, package) if is_within(name, LAYERS))
    return [f"{module} imports {name}" for name in ours if not is_within(name, allowed(module))]


def violations_in(path: Path) -> list[str]:
    """The violations of one file of the project."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    package = ".".join(parts[:-1])
    module = package if parts[-1] == "__init__" else ".".join(parts)
    return violations(module, path.read_text(encoding="utf-8"), package)


def test_imports_go_down() -> None:
    files = [path for layer in LAYERS for path in (ROOT / layer).rglob("*.py")]
    assert ROOT / "homossl" / "types.py" in files
    assert [violation for path in files for violation in violations_in(path)] == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("groups.element", "import homossl"),
        ("groups.element", "def f():\n    from homossl.types import Batch"),
        ("groups.element", "import torch, proofs_check.laws"),
        ("homossl.cli", "from proofs_check import laws"),
        ("homossl.cli", "from experiments.digits import recipe"),
        ("homossl.types", "from homossl.learner import Learner"),
        ("homossl.views.fibre", "from homossl.objectives import InfoNCE"),
        ("homossl.views.fibre", "from homossl import learner"),
        ("homossl.layers.kinds", "from homossl.encoders import Stage"),
        ("homossl.views.fibre", "from ..credit import Backprop"),
        ("homossl.views.fibre", "from .. import targets"),
        ("homossl.views.augmentation", "from homossl.transforms import Solarize"),
        ("homossl.parallel.norm", "from homossl.types import Pairs"),
        ("homossl.transforms.blur", "from homossl.views import ViewSource"),
        ("homossl.objectives.byol", "import homossl"),
        ("homossl.targets", "from . import credit"),
        ("proofs_check.laws", "if TYPE_CHECKING:\n    import experiments.digits"),
    ],
)
def test_imports_up_are_reported(module: str, source: str) -> None:
    assert len(violations(module, source, module.rpartition(".")[0])) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("groups.element", "import torch\nfrom groups.group import Group\nfrom . import group"),
        ("homossl.views.fibre", "from homossl.types import Batch\nfrom homossl import types\nfrom . import base"),
        ("homossl.transforms.blur", "from groups import Transform\nfrom homossl.transforms import colour"),
        ("homossl.credit.inverses", "from homossl.layers import Steerable"),
        ("homossl.learner", "from homossl.views import ViewSource\nfrom homossl.credit import Credit"),
        ("proofs_check.laws", "import groups, homossl.learner"),
        ("experiments.digits", "from proofs_check import laws"),
        ("homossl.credit", "import homossl_elsewhere, viewsource"),
    ],
)
def test_imports_down_are_allowed(module: str, source: str) -> None:
    assert violations(module, source, module.rpartition(".")[0]) == []


def packages_under(tests: Path) -> list[Path]:
    """A package tests/groups would shadow `groups`."""
    return list(tests.rglob("__init__.py"))


def test_no_package_under_tests(tmp_path: Path) -> None:
    assert packages_under(ROOT / "tests") == []
    (tmp_path / "groups").mkdir()
    (tmp_path / "groups" / "__init__.py").touch()
    assert len(packages_under(tmp_path)) == 1
