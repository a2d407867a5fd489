import io
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import pytest

from homossl.cli.override import Flags, parse
from homossl.cli.parts import choices, parts, put


@dataclass(frozen=True)
class Shape(ABC):
    @abstractmethod
    def area(self) -> float: ...


@dataclass(frozen=True)
class Disc(Shape):
    radius: float = 1.0
    """Half the width."""

    def area(self):
        return 3.14 * self.radius**2


@dataclass(frozen=True)
class Polygon(Shape):
    corners: int
    """Of which there are sides."""
    sides: tuple[float, ...] = (1.0,)

    def __post_init__(self):
        if self.corners < 3:
            raise ValueError(f"Polygon needs 3 corners or more, got {self.corners}")

    def area(self):
        return float("nan")


@dataclass(frozen=True)
class Hole(Shape):
    inside: Shape
    outside: Shape = Disc(9.0)

    def __post_init__(self):
        if self.area() < 0:
            raise ValueError(f"the inside must be smaller, got {self.inside.radius}")

    def area(self):
        return self.outside.area() - self.inside.area()


@dataclass(frozen=True)
class Ring(Shape):
    beads: tuple[Shape, ...]

    def area(self):
        return sum(bead.area() for bead in self.beads)


@dataclass(frozen=True)
class Stamp(Shape):
    ink: Any

    def area(self):
        return 1.0


@dataclass(frozen=True)
class Paint:
    colour: str = "red"


@dataclass(frozen=True)
class Picture:
    shape: Shape = Disc()
    """What to draw."""
    paint: Paint | None = None
    """In which colour."""
    copies: int = 1
    """How often."""


@dataclass(frozen=True)
class Options:
    fast: bool = False


def read(*args, picture=Picture()):
    return parse(Options(), picture, list(args), "draw", "Draw it.")[1]


def test_no_flags_change_nothing():
    assert read() == Picture()
    assert parse(Options(), Picture(), [], "draw", "")[0] == Options()


def test_fields_are_set_at_any_depth():
    assert read("--copies", "3", "--shape.radius=-2.5") == Picture(Disc(-2.5), copies=3)
    assert read("--shape.outside.radius", "4", picture=Picture(Hole(Disc()))) == Picture(Hole(Disc(), Disc(4.0)))


def test_options_stand_beside_fields():
    assert parse(Options(), Picture(), ["--copies", "2", "--fast"], "draw", "") == (Options(True), Picture(copies=2))


def test_a_part_is_swapped_and_its_own_fields_are_set_whatever_the_order():
    square = Picture(Polygon(4, (2.0, 3.0)))
    flags = ["--shape.corners", "4"], ["--shape", "Polygon"], ["--shape.sides", "2", "3"]
    assert read(*flags[0], *flags[1], *flags[2]) == square
    assert read(*flags[2], *flags[1], *flags[0]) == square


def test_parts_of_a_swapped_part_are_swapped_too():
    swapped = read("--shape=Hole", "--shape.inside=Polygon", "--shape.inside.corners=5", "--shape.outside.radius=2")
    assert swapped == Picture(Hole(Polygon(5), Disc(2.0)))


def test_a_swap_starts_from_the_defaults_and_no_swap_keeps_the_values():
    assert read("--shape", "Disc", picture=Picture(Polygon(3))) == Picture(Disc(1.0))
    assert read("--shape", "Disc", picture=Picture(Disc(7.0))) == Picture(Disc(7.0))


def test_an_optional_part_comes_and_goes():
    assert read("--paint", "Paint", "--paint.colour", "blue") == Picture(paint=Paint("blue"))
    assert read("--paint", "None", picture=Picture(paint=Paint())) == Picture()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ("--shape Circle", "--shape: expected one of Disc, Polygon, Hole, got Circle"),
        ("--shape", "--shape: expected one of Disc, Polygon, Hole, got nothing"),
        ("--shape Hole", "--shape.inside is required: one of Disc, Polygon, Hole"),
        ("--shape Hole --shape.inside Line", "--shape.inside: expected one of Disc, Polygon, Hole, got Line"),
    ],
)
def test_wrong_swaps_are_named(args, message):
    with pytest.raises(ValueError, match=message):
        read(*args.split())


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ("--copies many", r"--copies: .*'many'; --copies INT How often. \(default: 1\)"),
        ("--shape.width 2", "Unrecognized options: --shape.width"),
        ("extra", "Unrecognized options: extra"),
        ("--shape Polygon", r"Missing from draw: --shape.corners INT Of which there are sides. \(required\)"),
        ("--shape Polygon --shape.corners x", "--shape.corners: .*'x'"),
        ("--shape Disc --shape.radius", "Missing value for argument '--shape.radius'"),
        ("--shape Polygon --shape.corners 2", "Polygon needs 3 corners or more, got 2"),
    ],
)
@pytest.mark.parametrize("boxes", [True, False])
def test_wrong_fields_are_one_line(args, message, boxes, monkeypatch):
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), "utf-8" if boxes else "ascii"))
    with pytest.raises(ValueError, match=rf"^[^\n─│╭╯]*{message}[^\n─│╭╯]*; see draw --help$"):
        read(*args.split())


def test_parts_are_checked_when_all_are_known():
    """In between, a part may not fit its neighbours, or lack a value."""
    hole = Picture(Hole(Disc(1.0), Disc(9.0)))
    flags = "--shape.inside.radius 20 --shape.outside Polygon --shape.outside.corners 3"
    assert read(*flags.split(), picture=hole) == Picture(Hole(Disc(20.0), Polygon(3)))
    with pytest.raises(ValueError, match=r"the inside must be smaller, got 20\.0"):
        read("--shape.inside.radius", "20", picture=hole)


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_shows_fields_classes_and_defaults(flag, capsys):
    with pytest.raises(SystemExit):
        read("--paint", "Paint", flag)
    out = capsys.readouterr().out
    for text in (
        "--shape {Disc,Polygon,Hole}",
        "(default: Disc)",
        "--shape.radius",
        "Half the width.",
        "--paint.colour",
    ):
        assert text in out
    with pytest.raises(SystemExit):
        read(flag)
    assert "--paint.colour" not in capsys.readouterr().out


def test_help_shows_fields_that_are_still_missing(capsys):
    with pytest.raises(SystemExit) as stop:
        read("--shape", "Polygon", "--help")
    assert not stop.value.code
    assert "Of which there are sides. (required)" in capsys.readouterr().out


def test_choices_are_the_classes_that_a_command_line_can_build():
    assert choices(Shape | None) == {"Disc": Disc, "Polygon": Polygon, "Hole": Hole, "None": None}
    assert choices(int) == choices(int | None) == {}


def test_choices_of_a_protocol_are_what_its_package_exports():
    from homossl.data import CIFAR10, Data, Digits, Images

    found = choices(Data)
    assert {"Digits": Digits, "CIFAR10": CIFAR10}.items() <= found.items()
    assert Images not in found.values()


def test_parts_are_found_outer_first():
    assert [part.path for part in parts(Picture(Hole(Disc())))] == ["shape", "shape.inside", "shape.outside", "paint"]
    assert put(Picture(Hole(Disc())), "shape.outside.radius", 3.0) == Picture(Hole(Disc(), Disc(3.0)))


def test_flags_are_taken_once():
    flags = Flags(["first", "--a.b", "1", "2", "--big-c=3", "--d"])
    assert (flags.take("a.b"), flags.take("a.b"), flags.take("big_c"), flags.take("d")) == (["1", "2"], None, ["3"], [])
    assert flags.rest() == ["first"]
