"""escnn is imported in silence, even when Python compiles it for the first time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# escnn is compiled anew, in an empty cache; what it needs is not, to save time.
FIRST_IMPORT = """
import sys
import autograd, groups, joblib, lie_learn, pymanopt, scipy.optimize, torch
for name in [name for name in sys.modules if name.startswith(("escnn", "groups"))]:
    del sys.modules[name]
sys.pycache_prefix = sys.argv[1]
import {module}
"""


def output_of_first_import(module: str, cache: Path) -> str:
    """All that a new interpreter prints, with every warning on."""
    command = [sys.executable, "-W", "always", "-c", FIRST_IMPORT.format(module=module), str(cache)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return run.stdout + run.stderr


def test_ours_is_silent(tmp_path: Path) -> None:
    assert output_of_first_import("groups._escnn", tmp_path) == ""


def test_plain_import_warns(tmp_path: Path) -> None:
    output = output_of_first_import("escnn", tmp_path)
    assert "`py3nj` package not found" in output
    assert "invalid escape sequence" in output
