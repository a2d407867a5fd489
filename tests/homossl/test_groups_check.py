"""A foreign package named `groups` stops the import of homossl, and the message says where it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from homossl._groups_check import check_groups


def import_homossl(cwd: Path) -> subprocess.CompletedProcess[str]:
    """`import homossl` in a new interpreter that looks into cwd first."""
    environment = os.environ | {"PYTHONPATH": str(cwd)}
    command = [sys.executable, "-c", "import homossl"]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_our_groups_pass(tmp_path: Path) -> None:
    check_groups()
    assert import_homossl(tmp_path).returncode == 0


def test_another_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportError, match="finds another one"):
        check_groups(tmp_path)


def test_looking_does_not_import_torch() -> None:
    code = "import homossl, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("content", ["", "class Element: ...\n"])
def test_foreign_groups_are_named(tmp_path: Path, content: str) -> None:
    foreign = tmp_path / "groups" / "__init__.py"
    foreign.parent.mkdir()
    foreign.write_text(content)
    run = import_homossl(tmp_path)
    assert run.returncode != 0
    assert "ImportError: homossl needs the `groups` package that it ships with" in run.stderr
    assert str(foreign.parent) in run.stderr
