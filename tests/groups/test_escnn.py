"""escnn is imported in silence, even when Python compiles it for the first time."""

from __future__ import annotations

import subprocess
import sys

import pytest

# escnn is compiled anew, in an empty cache; what it needs is not, to save time.
FIRST_IMPORTS = """
import sys
import autograd, groups, joblib, lie_learn, pymanopt, scipy.optimize, torch
for module in ("groups._escnn", "escnn"):
    for name in [name for name in sys.modules if name.startswith(("escnn", "groups"))]:
        del sys.modules[name]
    sys.pycache_prefix = f"{sys.argv[1]}/{module}"
    __import__(module)
    print("---", flush=True)
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> list[str]:
    """All that a new interpreter prints, with every warning on: when it imports ours, and then escnn itself."""
    command = [sys.executable, "-W", "always", "-c", FIRST_IMPORTS, str(tmp_path_factory.mktemp("cache"))]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
    return run.stdout.split("---\n")


def test_ours_is_silent(said: list[str]) -> None:
    assert said[0] == ""


def test_plain_import_warns(said: list[str]) -> None:
    assert "`py3nj` package not found" in said[1]
    assert "invalid escape sequence" in said[1]
