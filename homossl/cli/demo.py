"""`homossl demo`: the main comparison, on digits, in a few minutes."""

from __future__ import annotations


def main(args: list[str]) -> int:
    """Run the command; the exit status."""
    from homossl.demo import main as demo

    return demo(args)
