"""Every source x objective x credit rule x structure takes a step, which moves what it should and nothing else."""

from __future__ import annotations

from functools import cache
from itertools import product

import pytest
import torch

from groups import Cyclic, SemidirectProduct, Torus, Translation
from homossl.credit import (
    Backprop,
    DifferenceTargetPropagation,
    FeedbackAlignment,
    GreedyLayerwise,
    RandomLayerwise,
)
from homossl.encoders import CNN, Encoder
from homossl.learner import Learner, build
from homossl.objectives import (
    BYOL,
    MLP,
    BarlowTwins,
    ContrastiveHinge,
    ForwardModel,
    GroupCorrelation,
    InfoNCE,
    InverseModel,
    JointEfference,
    MotionPrediction,
    PerMotion,
    Readout,
    ReLIC,
    SimSiam,
    TanhLinear,
    VICReg,
)
from homossl.structure import Structure, build_encoder
from homossl.targets import EMA, Shared, StopGradient
from homossl.types import Batch
from homossl.views import EfferencePair, FeatureFibre, FullOrbit, GlobalLocal, InputAugmentation, Near, Window

NARROW = MLP(8, 8)
SOURCES = [FeatureFibre, InputAugmentation, EfferencePair, FullOrbit, GlobalLocal]
OBJECTIVES = [
    InfoNCE(projector=NARROW),
    BYOL(projector=NARROW, predictor=NARROW),
    SimSiam(projector=NARROW, predictor=NARROW),
    BarlowTwins(projector=NARROW),
    VICReg(projector=NARROW),
    ReLIC(projector=NARROW),
    ContrastiveHinge(projector=NARROW),
    ContrastiveHinge.target_propagation(projector=TanhLinear(8)),
    InfoNCE(projector=NARROW) + 0.3 * VICReg(projector=NARROW),
    InfoNCE(projector=None, predictor=PerMotion(), similarity="dot", anchors="left", candidates="other"),
    InfoNCE(projector=NARROW) + 0.4 * MotionPrediction(hidden=8),
    InfoNCE(projector=NARROW) + 0.4 * InverseModel(hidden=8),
]
MOVED = [
    GroupCorrelation(),
    GroupCorrelation(readout=Readout(pool=False), chunk=3),
    BYOL(projector=NARROW, predictor=NARROW) + 0.4 * JointEfference(),
    ForwardModel(VICReg(projector=NARROW)),
]
CREDITS = [
    Backprop(),
    GreedyLayerwise(),
    GreedyLayerwise("successive"),
    RandomLayerwise(),
    FeedbackAlignment(),
    DifferenceTargetPropagation(),
]
STRUCTURES = ["steerable", "plain"]
TARGETS = [Shared(), StopGradient(), EMA()]
CELLS = [
    *product(SOURCES, OBJECTIVES, CREDITS, STRUCTURES, TARGETS[:1]),
    *product(SOURCES[:4], MOVED, CREDITS, STRUCTURES, TARGETS[:1]),
    *product(SOURCES[:1], [*OBJECTIVES, *MOVED], CREDITS[:2], STRUCTURES[:1], TARGETS[1:]),
    *product(SOURCES[:1], OBJECTIVES[:2], CREDITS[2:], STRUCTURES[:1], TARGETS[1:]),
]
GROUP = SemidirectProduct(Translation(2), Cyclic(4))
FINITE = SemidirectProduct(Torus(5, 5), Cyclic(4))


def make(
    source=FeatureFibre,
    objective=OBJECTIVES[0],
    credit=CREDITS[0],
    structure="steerable",
    target=None,
    seed=0,
    left: Structure = "intact",
):
    motion = {} if source is EfferencePair else {"motion": Near((2.0, 1.6))}
    views = source(**motion, window=Window() if objective in MOVED else Window(2))
    group, steps, side = (FINITE, (1, 1), 5) if objective.reads_motion else (GROUP, (1, 2), 9)
    encoder = CNN(structure=structure, fields=(1, 2), steps=steps)
    shape = (1, side, side)
    return build(group, encoder, views, objective, target or Shared(), credit, shape=shape, seed=seed, structure=left)


def step(learner: Learner, seed: int = 0) -> torch.Tensor:
    action, rng = learner.encoder.action_in, torch.Generator().manual_seed(seed)
    side = 5 if action.group == FINITE else 9
    x, motion = torch.rand(4, 1, side, side, generator=rng), None
    if isinstance(learner.views, EfferencePair):
        motion = Near((2.0, 1.6)).draw(action.group, 4, rng)[0]
        x = torch.stack([x, action(motion, x)], dim=1)
    return learner.step(Batch(x, motion=motion), torch.Generator().manual_seed(seed)).value


def weights(learner: torch.nn.Module) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in learner.parameters()])


def named(source, objective, credit, structure, target) -> str:
    rule = f"{type(credit).__name__}{getattr(credit, 'order', '').title()}"
    return "-".join([source.__name__, objective.name, rule, structure, type(target).__name__])


def taught(learner: Learner) -> set[int]:
    """The stages that the rule means to move on the first batch of the second half of training."""
    count = len(learner.encoder.stages)
    match learner.credit:
        case RandomLayerwise():
            return {learner.credit.stage(0, count)}
        case GreedyLayerwise(order="successive"):
            return {count // 2}
        case _:
            return set(range(count))


def owned(learner: Learner) -> dict[str, list[torch.nn.Parameter]]:
    """The weights of every stage, of every head that has any, and of the teacher."""
    heads = learner.head if isinstance(learner.head, torch.nn.ModuleDict) else {"last": learner.head}
    parts = {f"head {k}": head for k, head in heads.items()}
    parts |= {f"stage {k}": stage for k, stage in enumerate(learner.encoder.stages)} | {"teacher": learner.teacher}
    return {name: weights for name, part in parts.items() if (weights := list(part.parameters()))}


def copied(parts: dict[str, list[torch.nn.Parameter]]) -> dict[str, list[torch.Tensor]]:
    return {name: [p.detach().clone() for p in part] for name, part in parts.items()}


def differing(parts: dict[str, list[torch.nn.Parameter]], before: dict[str, list[torch.Tensor]]) -> set[str]:
    return {name for name, part in parts.items() if not all(map(torch.equal, before[name], part))}


@pytest.fixture
def built_once(monkeypatch):
    """Encoders are what takes time to build: cells share them, each as if it were new."""
    monkeypatch.setattr("homossl.learner.build_encoder", as_new)


def as_new(*of) -> Encoder:
    encoder, state = encoder_of(*of)
    encoder.load_state_dict(state)
    encoder.zero_grad()
    return encoder


@cache
def encoder_of(*of) -> tuple[Encoder, dict[str, torch.Tensor]]:
    encoder = build_encoder(*of)
    return encoder, {name: t.clone() for name, t in encoder.state_dict().items()}


@pytest.mark.usefixtures("built_once")
@pytest.mark.parametrize(
    ("source", "objective", "credit", "structure", "target"), [pytest.param(*c, id=named(*c)) for c in CELLS]
)
def test_every_combination_takes_a_step_that_moves_what_it_should(source, objective, credit, structure, target):
    learner = make(source, objective, credit, structure, target)
    learner.advance(0.5)
    stages, parts = taught(learner), owned(learner)
    before = copied(parts)
    assert torch.isfinite(step(learner))
    assert not differing(parts, before), "a step fills gradients and moves no weight"
    meant = {name for name in parts if name[-1] in {"t", *map(str, stages)}}
    for name, part in parts.items():
        assert all((p.grad is not None and p.grad.isfinite().all()) if name in meant else p.grad is None for p in part)
    torch.optim.SGD([p for part in parts.values() for p in part], lr=100).step()
    assert differing(parts, before) == meant


@pytest.mark.parametrize("objective", MOVED, ids=lambda o: o.name)
def test_a_summary_is_moved_by_no_group(objective):
    with pytest.raises(ValueError, match="needs pairs with a known action on the views, got action=None"):
        make(GlobalLocal, objective)


@pytest.mark.parametrize(
    ("group", "objective", "error", "message"),
    [
        (GROUP, GroupCorrelation(readout=Readout(pool=False)), TypeError, "needs latents that are vectors, got fields"),
        (Cyclic(1), BYOL(projector=NARROW) + 0.4 * JointEfference(), ValueError, "needs latents that the group moves"),
    ],
)
def test_what_cannot_take_a_step_is_refused_when_it_is_built(group, objective, error, message):
    with pytest.raises(error, match=message):
        build(group, CNN(fields=(1,), steps=(1,)), FeatureFibre(), objective, shape=(1, 9, 9))


@pytest.mark.parametrize("spoilt", ["shuffled_motion", "no_motion"])
@pytest.mark.parametrize("objective", [o for o in [*OBJECTIVES, *MOVED] if o.reads_motion], ids=lambda o: o.name)
def test_the_motion_that_is_handed_on_is_learned_from(objective, spoilt):
    one, other = (step(make(objective=objective, left=left)) for left in ("intact", spoilt))
    assert not torch.allclose(one, other)


def test_a_step_is_a_function_of_weights_batch_and_seed():
    assert torch.equal(step(make()), step(make()))
    assert not torch.equal(step(make()), step(make(), seed=1))
    assert not torch.equal(step(make()), step(make(seed=1)))


def test_weights_are_a_function_of_the_seed_and_leave_the_global_generator_alone():
    state = torch.random.get_rng_state()
    one, other = make(seed=3), make(seed=3)
    assert torch.equal(weights(one), weights(other))
    assert torch.equal(torch.random.get_rng_state(), state)


def test_gradients_add_up_over_steps():
    learner = make()
    step(learner)
    once = [p.grad.clone() for p in learner.encoder.parameters()]
    step(learner)
    assert all(torch.allclose(p.grad, 2 * g) for p, g in zip(learner.encoder.parameters(), once, strict=True))


def test_only_an_averaged_teacher_follows():
    for credit, (target, moves) in product(CREDITS, [(EMA(momentum=0.5), True), (Shared(), False)]):
        learner = make(objective=OBJECTIVES[1], credit=credit, target=target)
        before = weights(learner.teacher) if moves else None
        with torch.no_grad():
            for p in learner.encoder.parameters():
                p += 1
        learner.advance(0.0)
        assert moves == bool(list(learner.teacher.parameters()))
        assert before is None or not torch.equal(weights(learner.teacher), before)


def test_a_rule_that_supervises_every_stage_has_a_head_for_each():
    single, several = make(), make(credit=GreedyLayerwise())
    names = [name for name, _ in single.head.named_parameters()]
    assert [name for name, _ in several.head.named_parameters()] == [f"{k}.{name}" for k in (0, 1) for name in names]
    assert several.head.get_parameter("0.projector.0.weight").shape == (8, 4)
    assert several.head.get_parameter("1.projector.0.weight").shape == (8, 8)


def test_the_stages_of_a_teacher_run_once_a_step():
    learner = make(credit=GreedyLayerwise(), target=EMA())
    calls = []
    for stage in learner.teacher.get_submodule("encoder.stages").children():
        stage.register_forward_hook(lambda *_: calls.append(1))
    step(learner)
    assert len(calls) == 2


def test_the_teachers_head_of_a_stage_teaches_that_stage_only():
    one, other = (make(objective=OBJECTIVES[1], credit=GreedyLayerwise(), target=EMA()) for _ in range(2))
    with torch.no_grad():
        other.teacher.get_parameter("head.0.projector.0.weight").neg_()
    step(one), step(other)
    trainable = [(name, p) for name, p in one.named_parameters() if p.requires_grad]
    changed = {name for name, p in trainable if not torch.equal(p.grad, other.get_parameter(name).grad)}
    assert changed
    assert all(name.startswith(("encoder.stages.0", "head.0.")) for name in changed)


def test_views_shape_the_head():
    whole, window = (make(objective=InfoNCE(projector=None)).head, make(objective=OBJECTIVES[0]).head)
    assert list(whole.parameters()) == []
    assert window.projector[0].in_features == 2 * 4  # type: ignore[union-attr, index]


def test_images_must_be_square():
    with pytest.raises(ValueError, match="square ones, got 9 x 7"):
        build(GROUP, CNN(), FeatureFibre(), InfoNCE(), shape=(1, 9, 7))
