"""`homossl card RUN`: the model card of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tyro.conf import Positional

from homossl.card import save
from homossl.cli.opening import import_classes, subject_of
from homossl.cli.override import read

USAGE = """usage: homossl card RUN [--out FILE] [--classes FILE.py ...]

RUN is the folder of a run. Its card says what it is, what it has learned from and under which licence, how it was
trained, how good it is (where `homossl evaluate` has written scores), what a quick check says of its structure, what it
is for, what it is not, and how to load it. It is written to RUN/MODEL_CARD.md."""


@dataclass(frozen=True)
class Options:
    """Write the model card of a run."""

    run: Positional[Path]
    """Folder of the run."""
    out: Path | None = None
    """File of the card; RUN/MODEL_CARD.md if not given."""
    classes: tuple[Path, ...] = ()
    """Python files with classes of your own that the recipe uses; RECIPE itself if it was such a file."""


def main(args: list[str]) -> int:
    """Run the command; the exit status."""
    if subject_of(args, "RUN", "card") is None:
        print(USAGE)
        return 0
    import_classes(args[1:])
    options = read(Options, args, prog="homossl card")
    print(f"card: {save(options.run, options.out, options.classes)}")
    return 0
