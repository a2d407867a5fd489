"""A fourth domain, added in docs/new_domain.md by public names alone, is served like the others."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
import torch

from groups import Cyclic
from homossl.ablate.plan import make_plan
from homossl.credit import (
    DenseInverse,
    DifferenceTargetPropagation,
    FeedbackAlignment,
    GreedyLayerwise,
    RandomLayerwise,
)
from homossl.evaluate import evaluate
from homossl.objectives import BYOL, GroupCorrelation, InfoNCE, InverseModel, JointEfference, VICReg
from homossl.testing import assert_homomorphism
from homossl.train import train
from homossl.types import Batch
from homossl.views import Bounded, FeatureFibre, FullOrbit, GlobalLocal, InputAugmentation, Window
from proofs_check.laws import same_step

PAGE = (Path(__file__).parents[1] / "docs" / "new_domain.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
LINES = 60


@pytest.fixture(scope="module")
def domain() -> dict:
    module = sys.modules["rhythms"] = ModuleType("rhythms")
    for block in BLOCKS:
        exec(compile(block, "new_domain.md", "exec", dont_inherit=True), module.__dict__)
    return module.__dict__


def written(blocks: list[str]) -> list[str]:
    """The lines of code that are no imports."""
    lines = [line for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.strip() and not line.startswith(("import", "from"))]


def test_it_takes_less_than_sixty_lines():
    *domain, use = BLOCKS
    assert len(written(domain)) < LINES
    assert "Recipe(" in use


def test_every_name_is_public():
    imported = [node for block in BLOCKS for node in ast.walk(ast.parse(block)) if isinstance(node, ast.ImportFrom)]
    ours = [node for node in imported if node.module and node.module.split(".")[0] in ("groups", "homossl")]
    for node in ours:
        module = str(node.module)
        assert module.count(".") <= 1, f"{module} lies inside a package"
        assert not [alias.name for alias in node.names if alias.name.startswith("_")]


def spoiled(recipe, structure):
    return replace(recipe, structure=structure).learner((1, 24)).double().encoder


@pytest.fixture
def x(domain) -> torch.Tensor:
    return domain["Rhythms"]().load("test").x[:6].double()


def test_the_check_passes_and_sees_what_is_missing(domain, x):
    assert domain["report"].passed
    assert_homomorphism(spoiled(domain["recipe"], "intact"), x=x)
    with pytest.raises(AssertionError):
        assert_homomorphism(spoiled(domain["recipe"], "untied"), x=x)


@pytest.mark.parametrize("window", [Window(), Window(9), Window(9, mean=True)], ids=["whole", "window", "mean"])
def test_augmented_inputs_and_feature_fibres_are_one(domain, x, window):
    one, other = (
        replace(domain["recipe"], views=views(motion=Bounded(3), window=window)).learner((1, 24)).double()
        for views in (FeatureFibre, InputAugmentation)
    )
    assert same_step(one, other, Batch(x)) < 1e-10
    free = replace(domain["recipe"], structure="untied", views=one.views).learner((1, 24)).double()
    augmented = replace(domain["recipe"], structure="untied", views=other.views).learner((1, 24)).double()
    assert same_step(free, augmented, Batch(x)) > 1e-3


@pytest.mark.parametrize("objective", [InfoNCE(), BYOL(), VICReg(), InverseModel()], ids=lambda o: o.name)
@pytest.mark.parametrize(
    "credit",
    [GreedyLayerwise(), RandomLayerwise(), FeedbackAlignment(), DifferenceTargetPropagation(inverse=DenseInverse())],
    ids=lambda c: type(c).__name__,
)
def test_every_rule_and_objective_takes_a_step(domain, x, objective, credit):
    learner = replace(domain["recipe"], objective=objective, credit=credit).learner((1, 24)).double()
    loss = learner.step(Batch(x), torch.Generator().manual_seed(0))
    assert torch.isfinite(loss.value)
    assert any(p.grad is not None and p.grad.abs().max() > 0 for p in learner.encoder.parameters())


@pytest.mark.parametrize("views", [FullOrbit(), GlobalLocal(), FeatureFibre()], ids=lambda v: type(v).__name__)
def test_every_view_source_serves_it(domain, x, views):
    learner = replace(domain["recipe"], views=views).learner((1, 24)).double()
    assert torch.isfinite(learner.step(Batch(x), torch.Generator().manual_seed(0)).value)


@pytest.mark.parametrize("objective", [GroupCorrelation, JointEfference])
def test_whole_views_tell_their_motion(domain, x, objective):
    efference = objective(readout=replace(objective().readout, pool=False))
    learner = replace(domain["recipe"], objective=efference, views=FeatureFibre()).learner((1, 24)).double()
    loss = learner.step(Batch(x), torch.Generator().manual_seed(0))
    assert loss.terms["accuracy"] > 0.9


def test_the_ablation_knows_what_can_be_removed(domain):
    plan = make_plan(domain["recipe"], None, 1)
    kept = {arm.recipe.structure for arm in plan.arms}
    assert kept == {"intact", "untied", "permuted_base"}
    assert set(plan.left_out) == {"random_orthogonal", "broken_order", "shuffled_motion", "no_motion"}


def test_a_run_trains_saves_and_is_evaluated(domain, tmp_path):
    learner = train(domain["recipe"], tmp_path / "run", show=False)
    data = domain["Rhythms"]()
    scores = evaluate(learner.encoder, data.load("train"), data.load("test"), labels_per_class=(5,))
    assert scores.pooled.linear.mean > 0.5
    assert scores.pose_kept.linear.mean > 0.34
    assert learner.encoder.action_in.group == Cyclic(24)
