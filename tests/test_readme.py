"""The README's Python runs as printed, is as short as promised, and keeps the laws."""

from __future__ import annotations

import re
import sys
from itertools import product
from pathlib import Path
from types import ModuleType

import pytest
import torch

from groups import Cyclic, Element, image_action
from homossl.learner import Learner, build
from homossl.types import Batch
from proofs_check import laws

README = (Path(__file__).parents[1] / "README.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
NAMES = [
    "example",
    "efference",
    "local",
    "fast",
    "points",
    "check",
    "law",
    "transfer",
    "group",
    "action",
    "encoder",
    "view",
    "objective",
]


@pytest.fixture(scope="module")
def space() -> dict:
    """The names that the blocks define, run in order."""
    module = sys.modules["readme"] = ModuleType("readme")
    for block in BLOCKS:
        exec(compile(block, "README.md", "exec", dont_inherit=True), module.__dict__)
    return module.__dict__


def test_there_is_a_block_for_each_promise():
    assert len(BLOCKS) == len(NAMES)


@pytest.mark.parametrize(("name", "block"), list(zip(NAMES, BLOCKS, strict=True)))
def test_blocks_are_short(name, block):
    lines = [line for line in block.splitlines() if line.strip() and not line.startswith(("import", "from", "#"))]
    assert len(lines) < (12 if name == "example" else 30)


def test_the_example_takes_steps(space):
    assert space["step"] == 1297 // 128 - 1
    assert torch.isfinite(space["loss"].value)


@pytest.mark.parametrize("name", ["published", "pose"])
def test_efference_copies_are_learned_from(space, name):
    loss = space[name].step(Batch(torch.rand(4, 1, 9, 9)), torch.Generator().manual_seed(0))
    assert torch.isfinite(loss.value)
    assert all(p.grad is not None for p in space[name].encoder.parameters())


def test_rules_other_than_backpropagation_teach(space):
    for learner in space["local"]:
        loss = learner.step(Batch(torch.rand(4, 1, 9, 9)), torch.Generator().manual_seed(0))
        assert torch.isfinite(loss.value)
        assert any(p.grad is not None for p in learner.encoder.parameters())


def test_the_rotation_between_two_cubes_is_found(space):
    z, g, value = space["z"], space["g"], space["value"]
    rho = space["SphereFunctions"](space["SO3"](), copies=4, degree=2)
    assert torch.allclose((rho(g, z[0]) * z[1]).sum(), value, rtol=1e-4)
    assert value > (z[0] * z[1]).sum(), "control: as they lie they are less alike"


def test_the_check_passes_and_says_why_it_misses_off_the_lattice(space):
    assert space["report"].passed
    assert space["report"].details.budget.explained > 0.5


def test_the_law_holds(space):
    space["law"]()


def test_masks_turn_with_the_image(space):
    (_, upright), (_, turned) = space["found"].curves["turn"]
    assert turned == pytest.approx(upright, abs=1e-3)
    assert 0 < upright < 1


def test_the_group_keeps_the_axioms(space):
    group = space["Permutation3"]()
    everything = group.elements()
    triples = [Element(group, everything.params[list(i)]) for i in zip(*product(range(6), repeat=3), strict=True)]
    assert laws.associativity(*triples) == 0
    assert laws.inverse(everything) == 0
    assert not torch.equal((triples[0] @ triples[1]).params, (triples[1] @ triples[0]).params), "S_3 is not abelian"


def test_the_action_keeps_the_axioms(space):
    action = space["Gain"]()
    g, h = (action.group.element([[r], [-2 * r]], dtype=torch.float64) for r in (0.3, 0.7))
    x = torch.randn(2, 50, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert laws.action_composition(action, g, h, x) < 1e-14
    assert laws.action_identity(action, x) == 0


def test_the_encoder_is_a_homomorphism(space):
    lift = space["lift"].double()
    x = torch.randn(4, 1, 9, 9, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    g = Cyclic(4).elements()
    assert laws.equivariance(lift, lift.action_in, lift.action_out, g, x) < 1e-14
    unmoved = image_action(Cyclic(4), channels=4)
    assert laws.equivariance(lift, lift.action_in, unmoved, g, x) > 1e-2, "control: fibres must turn too"


@pytest.mark.parametrize("part", ["view", "objective"])
def test_the_view_and_the_objective_take_a_step(space, part):
    views = space["OneSided"](motion=space["Near"]((2.0, 1.6))) if part == "view" else space["views"]
    objective = space["Distance"]() if part == "objective" else space["InfoNCE"]()
    learner: Learner = build(space["group"], space["encoder"], views, objective, shape=(1, 9, 9))
    loss = learner.step(Batch(torch.rand(4, 1, 9, 9)), torch.Generator().manual_seed(0))
    assert torch.isfinite(loss.value)
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in learner.encoder.parameters())
