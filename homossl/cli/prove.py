"""`homossl prove`: check every claim numerically, each beside a control that must fail."""

from __future__ import annotations

import importlib

COMMAND = "proofs_check.command"
"""By name: proofs_check lies above homossl in the layers."""


def main(args: list[str]) -> int:
    """Run the command; the exit status."""
    return importlib.import_module(COMMAND).main(args, prog="homossl prove")
