"""Every option is explained: in the source, by a docstring below each field of a spec, and so in the help."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from homossl import data
from homossl.cli import ablate, evaluate, main, pretrain, report, verify
from homossl.data import Data
from homossl.train import Recipe


@dataclass(frozen=True)
class Documented:
    size: int = 1
    """In pixels."""


@dataclass(frozen=True)
class Inherited(Documented):
    size: int = 2


@dataclass(frozen=True)
class Silent(Documented):
    colour: str = "red"
    size: int = 2
    part: Documented = Documented()
    """The docstring of another field."""


def specs(start: type, seen: set[type]) -> Iterator[type]:
    """The dataclasses that a field of `start` can hold, a field of these, and so on."""
    if start in seen:
        return
    seen.add(start)
    if is_dataclass(start):
        yield start
    hints = get_type_hints(start).values() if is_dataclass(start) else []
    for cls in [*children(start), *(cls for hint in hints for cls in classes(hint))]:
        yield from specs(cls, seen)


def children(cls: type) -> list[type]:
    if cls is Data:
        return [spec for spec in vars(data).values() if is_dataclass(spec) and issubclass(spec, Data)]
    return [child for child in cls.__subclasses__() if ours(cls) and ours(child)]


def ours(cls: type) -> bool:
    return cls.__module__.partition(".")[0] in ("homossl", "groups")


def classes(hint: Any) -> list[type]:
    if isinstance(hint, type):
        return [hint]
    return [] if get_origin(hint) is Callable else [cls for inner in get_args(hint) for cls in classes(inner)]


def undocumented(cls: type) -> list[str]:
    """The fields of a dataclass below which there is no docstring, neither in it nor where it inherits them from."""
    told = {name for base in cls.__mro__ if is_dataclass(base) for name in told_in(base)}
    return [f"{cls.__name__}.{field.name}" for field in fields(cls) if field.init and field.name not in told]


def told_in(cls: type) -> set[str]:
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    assert isinstance(node, ast.ClassDef)
    below = zip(node.body, node.body[1:], strict=False)
    return {a.target.id for a, b in below if isinstance(a, ast.AnnAssign) and is_text(b)}


def is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def every_spec() -> list[type]:
    seen: set[type] = set()
    starts = (
        Recipe,
        pretrain.Options,
        evaluate.Evaluation,
        verify.Options,
        verify.Auditing,
        ablate.Options,
        report.Options,
    )
    return [spec for start in starts for spec in specs(start, seen)]


def test_every_field_of_every_spec_has_a_docstring():
    assert [name for spec in every_spec() for name in undocumented(spec)] == []


def test_every_axis_is_looked_at():
    names = {spec.__name__ for spec in every_spec()}
    axes = {"Dihedral", "SemidirectProduct", "FieldAction", "Regular", "InfoNCE", "Sum", "MLP", "EMA", "Backprop"}
    assert axes | {"Window", "Near", "ImageFolder", "FromDataset", "STL10", "WRN16_8", "LARS", "Cosine"} < names


def test_a_field_without_a_docstring_is_named():
    """The control."""
    assert undocumented(Silent) == ["Silent.colour"]
    assert undocumented(Documented) == undocumented(Inherited) == []


def unexplained(out: str) -> list[str]:
    """The flags in a help text without a sentence and a default."""
    text = " ".join(re.sub(r"[│─╭╮╰╯]|-{3,}", " ", out).split())
    _, *entries = re.split(r" (?=--[a-z])", text.partition("show this help message and exit")[2])
    return [entry for entry in entries if not re.search(r"\. \((default: .+|required|fixed to: .+)\)", entry)]


SWAPS = [
    "",
    "--objective BYOL --target EMA --optimiser LARS",
    "--objective Scaled --objective.part VICReg --encoder WRN16_8 --views InputAugmentation --views.motion Bounded",
    "--data ImageFolder --group Dihedral",
    "--data CIFAR10 --group.first Torus --objective ReLIC --optimiser SGD --views.motion Uniform",
    "--objective MotionPrediction --views GlobalLocal --views.motion FromIdentity --credit GreedyLayerwise",
    "--objective.predictor PerMotion --objective.projector Linear",
]


@pytest.mark.parametrize("swaps", SWAPS)
def test_the_help_explains_every_option(swaps, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["pretrain", "hssl", *swaps.split(), "--help"])
    out = capsys.readouterr().out
    assert not stop.value.code
    assert unexplained(out) == []
    assert all(
        f"--{flag} " in out for flag in ("run", "resume", "epochs", "hardware.threads", "group", "schedule.final")
    )


def test_an_option_without_help_or_default_is_named():
    """The control."""
    assert unexplained("show this help message and exit --size INT (default: 3) --n INT How many. (required)") == [
        "--size INT (default: 3)"
    ]
    assert unexplained("show this help message and exit --size INT How large.") == ["--size INT How large."]
