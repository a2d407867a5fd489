"""Objectives that learn from motions are values: through JSON, and from the command line."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from homossl.cli.override import parse
from homossl.objectives import (
    MLP,
    Algebra,
    Bins,
    ForwardModel,
    GroupCorrelation,
    InfoNCE,
    InverseModel,
    JointEfference,
    Objective,
    Readout,
    Sum,
)
from homossl.train.spec_json import decode, encode

EACH = [
    InverseModel(),
    InverseModel(code=Bins.published(32), mode="official"),
    InverseModel(code=Algebra(scale=(1.0, 0.5, 8.0, 8.0))),
    GroupCorrelation(readout=Readout(pool=False), temperature=0.2, chunk=64),
    JointEfference(lam=0.5),
    ForwardModel(InfoNCE(projector=MLP(8, 6, norm_out="scale"))),
    2 * InfoNCE(temperature=0.5) + 1.0 * InverseModel(code=Bins.published(32), mode="official"),
]


@dataclass(frozen=True)
class Options:
    fast: bool = False


@dataclass(frozen=True)
class Run:
    objective: Objective = EACH[0]


def read(*args: str, objective: Objective = EACH[0]) -> Objective:
    return parse(Options(), Run(objective), list(args), "run", "Run it.")[1].objective


@pytest.mark.parametrize("objective", EACH, ids=lambda o: o.name)
def test_it_is_read_back_as_it_was(objective):
    assert decode(json.loads(json.dumps(encode(objective), allow_nan=False))) == objective
    assert hash(decode(encode(objective))) == hash(objective)


@pytest.mark.parametrize("norm_out", [False, True])
def test_a_perceptron_written_before_norms_had_scales_is_read(norm_out):
    old = {"class": "homossl.objectives.heads:MLP", "hidden": 8, "out": 6, "layers": 2, "norm": True}
    assert decode(old | {"norm_out": norm_out}) == MLP(8, 6, norm_out=norm_out)


@pytest.mark.parametrize("objective", EACH, ids=lambda o: o.name)
def test_no_flags_change_nothing(objective):
    assert read(objective=objective) == objective


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("--objective.hidden 64 --objective.mode official", InverseModel(hidden=64, mode="official")),
        ("--objective.code.count 12", InverseModel(code=Bins(12))),
        ("--objective.code.low None -8 -8", InverseModel(code=Bins(low=(None, -8.0, -8.0)))),
        ("--objective.code Algebra --objective.code.scale 1 8 8", InverseModel(code=Algebra((1.0, 8.0, 8.0)))),
        ("--objective GroupCorrelation --objective.chunk 64", GroupCorrelation(chunk=64)),
        ("--objective JointEfference --objective.lam 0.5", JointEfference(lam=0.5)),
        ("--objective ForwardModel --objective.part InfoNCE", ForwardModel(InfoNCE())),
        (
            "--objective InfoNCE --objective.projector.norm_out scale",
            InfoNCE(projector=MLP(512, 128, norm_out="scale")),
        ),
        ("--objective InfoNCE --objective.projector.norm_out True", InfoNCE(projector=MLP(512, 128, norm_out=True))),
    ],
)
def test_fields_are_set_from_the_command_line(flags, expected):
    assert read(*flags.split()) == expected


def test_parts_of_a_sum_keep_their_weights():
    stec = EACH[-1]
    assert isinstance(stec, Sum)
    assert [part.name for part in stec.parts] == ["InfoNCE", "InverseModel"]
    assert stec == decode(encode(stec)) != EACH[1] + stec.parts[0]


def test_a_mode_that_is_none_is_refused():
    with pytest.raises(ValueError, match=r"invalid choice 'egocentric' for argument '--objective.mode'"):
        read("--objective.mode", "egocentric")
