"""What depends on a module is what imports it, directly or not, and not what imports another of its package."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from homossl.experiment.closure import Sources

FILES = {
    "pack/__init__.py": "from pack.one import One\nfrom pack.two import Two as Deux, helper\n",
    "pack/one.py": "import math\nfrom . import base\nclass One: pass\n",
    "pack/two.py": "from pack.base import Base\nclass Two: pass\ndef helper():\n    from pack.deep.late import x\n",
    "pack/base.py": "import typing\nif typing.TYPE_CHECKING:\n    from pack.types import T\nclass Base: pass\n",
    "pack/types.py": "T = int\n",
    "pack/deep/__init__.py": "HERE = 1\n",
    "pack/deep/late.py": "from ..round import x\n",
    "pack/round.py": "import pack.deep.late\nx = 1\n",
    "uses_one.py": "from pack import One\n",
    "uses_two.py": "from pack import Deux\n",
    "uses_both.py": "import pack\n",
    "uses_module.py": "from pack import deep\nfrom pack.deep import HERE\n",
    "uses_none.py": "import os, torch.nn\nfrom pack.one_of_another import y\n",
}
CLOSURES = {
    "uses_one": {"pack.one", "pack.base"},
    "uses_two": {"pack.two", "pack.base", "pack.deep.late", "pack.round"},
    "uses_both": {"pack", "pack.one", "pack.two", "pack.base", "pack.deep.late", "pack.round"},
    "uses_module": {"pack.deep"},
    "uses_none": set(),
}


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Iterator[Path]:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for module in [name for name in sys.modules if name.partition(".")[0] == "pack"]:
        del sys.modules[module]


def digests(module: str) -> dict[str, str]:
    return Sources(["pack", module]).digests([module])


@pytest.mark.parametrize("module", CLOSURES)
def test_the_closure_of_a_module(module, folder):
    assert set(digests(module)) == {module, *CLOSURES[module]}


@pytest.mark.parametrize("changed", ["pack.one", "pack.two", "pack.base", "pack.deep.late", "pack.types", "pack"])
def test_a_change_shows_in_the_closures_that_hold_it_and_in_no_other(changed, folder):
    before = {module: digests(module) for module in CLOSURES}
    file = folder / changed.replace(".", "/")
    file = file.with_suffix(".py") if file.with_suffix(".py").exists() else file / "__init__.py"
    file.write_text(file.read_text() + "# changed\n")
    different = {module for module in CLOSURES if digests(module) != before[module]}
    assert different == {module for module, closure in CLOSURES.items() if changed in closure}


def test_packages_of_others_are_not_ours(folder):
    assert Sources().digests(["uses_one", "torch.nn"]) == {}


def test_ours():
    found = Sources().digests(["homossl.objectives.byol", "homossl.train.loop"])
    assert found.keys() >= {"homossl.objectives.byol", "homossl.objectives.base", "homossl.learner", "groups.element"}
    assert "homossl.objectives.vicreg" not in found
    assert not any(name.startswith(("homossl.experiment", "homossl.cli")) for name in found)
