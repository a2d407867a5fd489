"""Without a piece of the structure the claim fails, and with all of it the claim holds to rounding."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
import torch
from hypothesis import given, settings

from groups import Cyclic, Dihedral, Element, Group, SemidirectProduct, Torus
from groups.strategies import elements
from homossl.encoders import CNN, ResNet18
from homossl.learner import Learner, build
from homossl.objectives import MLP, InfoNCE
from homossl.objectives.base import Head, Objective
from homossl.objectives.orbits import pair_by_pair
from homossl.structure import Structure, build_encoder
from homossl.types import Batch, Loss, Pairs
from homossl.verify.check import check
from homossl.views import FeatureFibre, FullOrbit, InputAugmentation, Motion, Window
from proofs_check.laws import equivariance, relative_error, same_step

SIDE = 5
SHAPE = (1, SIDE, SIDE)
GROUPS = {
    "C4": (Cyclic(4), CNN(fields=(1, 2), steps=(1, 2))),
    "p4": (SemidirectProduct(Torus(SIDE, SIDE), Cyclic(4)), CNN(fields=(1, 2), steps=(1, 1))),
}
OF_ENCODER: tuple[Structure, ...] = ("untied", "permuted_base", "random_orthogonal", "broken_order")
OF_MOTION: tuple[Structure, ...] = ("shuffled_motion", "no_motion")


@dataclass(frozen=True)
class Given(Motion):
    """Motions chosen beforehand, (2 b)."""

    g: Element

    def draw(self, group: Group, n: int, rng: torch.Generator) -> Element:
        return self.g[:, :n]


@dataclass(frozen=True)
class Law(Objective):
    """L = |right - motion left| / |motion left|, for whole views: it reads the motion."""

    reads_motion = True

    def build(self, shape, group=None):
        return LawHead()


@dataclass(frozen=True)
class ByPairs(Law):
    """The same, of orbits too."""

    def build(self, shape, group=None):
        return PairsHead()


class LawHead(Head):
    def forward(self, online: Pairs, target: Pairs, teacher: Head | None = None) -> Loss:
        return Loss(relative_error(online.right, online.action(online.motion, online.left)))  # type: ignore


class PairsHead(LawHead):
    forward = pair_by_pair(LawHead.forward)


def learner(group, encoder, structure, views=None, objective=None, seed=0) -> Learner:
    parts = encoder, views or FeatureFibre(), objective or InfoNCE(projector=MLP(8, 8))
    return build(group, *parts, shape=SHAPE, seed=seed, structure=structure).double()


def far_draw(group: Group, batch: int = 4) -> Element:
    """Motions of which neither the members of a pair nor neighbours in the batch are the same."""
    return group.elements()[torch.tensor([[1, 2, 3, 0], [3, 1, 0, 2]])[:, :batch]]  # type: ignore[attr-defined]


def images(n: int = 4) -> torch.Tensor:
    return torch.rand(n, 1, SIDE, SIDE, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


def residual(made: Learner, g: Element) -> float:
    encoder = made.encoder
    return equivariance(encoder, encoder.action_in, encoder.action_out, g, images(len(g))).item()


@pytest.mark.parametrize("name", GROUPS)
def test_intact_claim_holds(name):
    group, encoder = GROUPS[name]
    made = learner(group, encoder, "intact")

    @settings(max_examples=10)
    @given(elements(group, (3,)))
    def check(g):
        assert residual(made, g) < 1e-10

    check()


@pytest.mark.parametrize("structure", OF_ENCODER)
@pytest.mark.parametrize("name", GROUPS)
def test_spoiled_claim_misses(name, structure):
    group, encoder = GROUPS[name]
    assert residual(learner(group, encoder, structure), far_draw(group)[0]) > 1e-2


@pytest.mark.parametrize("structure", ["intact", *OF_ENCODER])
@pytest.mark.parametrize("name", GROUPS)
def test_two_ways_to_make_views_part(name, structure):
    group, encoder = GROUPS[name]
    views = [kind(motion=Given(far_draw(group)), window=Window(3)) for kind in (FeatureFibre, InputAugmentation)]
    one, other = learner(group, encoder, structure, views[0]), learner(group, encoder, "intact", views[1])
    if structure == "untied":
        other = learner(group, encoder, structure, views[1])
    apart = same_step(one, other, Batch(images())).item()
    assert apart < 1e-10 if structure == "intact" else apart > 1e-2


@pytest.mark.parametrize("structure", OF_ENCODER)
def test_verification_finds_the_spoiled_stage(structure):
    group, encoder = GROUPS["C4"]
    x = images(2).float()
    with torch.random.fork_rng():
        torch.manual_seed(0)  # a network this small may be born dead
        sound, spoiled = (build_encoder(encoder, kind, group, SHAPE, seed=0) for kind in ("intact", structure))
    assert not check(sound, x=x).faults
    assert check(spoiled, x=x).faults


@pytest.mark.parametrize("kind", [FeatureFibre, InputAugmentation])
@pytest.mark.parametrize("structure", ["intact", *OF_MOTION])
def test_the_motion_that_is_handed_on(kind, structure):
    group, encoder = GROUPS["C4"]
    made = learner(group, encoder, structure, kind(motion=Given(far_draw(group))), Law())
    apart = made.step(Batch(images()), torch.Generator(), lambda loss: None).value.item()
    assert apart < 1e-10 if structure == "intact" else apart > 1e-2


@pytest.mark.parametrize("structure", OF_MOTION)
def test_views_are_the_same_with_another_motion(structure):
    group, encoder = GROUPS["C4"]
    views = FeatureFibre(motion=Given(far_draw(group)), window=Window(1))
    intact, changed = (learner(group, encoder, s, views, InfoNCE() + 0.0 * Law()) for s in ("intact", structure))
    for made in (intact, changed):
        made.head.heads = made.head.heads[:1]  # type: ignore
        made.head.names = made.head.names[:1]  # type: ignore
    assert same_step(intact, changed, Batch(images())).item() == 0


def test_all_but_untied_start_from_the_same_weights():
    group, encoder = GROUPS["p4"]
    intact, *others = (learner(group, encoder, s) for s in ("intact", *OF_ENCODER) if s != "untied")
    for other in others:
        pairs = zip(intact.parameters(), other.parameters(), strict=True)
        assert all(torch.equal(p, q) for p, q in pairs)


@pytest.mark.parametrize("structure", OF_ENCODER)
def test_random_pieces_are_drawn_from_the_seed(structure):
    group, encoder = GROUPS["p4"]
    x = images()
    g = far_draw(group)[0]

    def moved(seed):
        spoiled = learner(group, encoder, structure, seed=seed).encoder
        with torch.no_grad():
            for p in spoiled.parameters():
                p.fill_(0.1)
        return spoiled.action_out(g, spoiled(x + torch.arange(SIDE)))

    assert torch.equal(moved(1), moved(1))
    assert structure in ("untied", "broken_order") or not torch.equal(moved(1), moved(2))


@pytest.mark.parametrize(
    ("structure", "group", "message"),
    [
        ("broken_order", Cyclic(3), "no order of the elements of Cyclic"),
        ("broken_order", Dihedral(2), "no order of the elements of Dihedral"),
        ("broken_order", Torus(SIDE, SIDE), "no order of the elements of Cyclic"),
        ("random_orthogonal", Torus(SIDE, SIDE), "the point group Cyclic.n=1. does not turn"),
        ("permuted_base", Cyclic(1), "Cyclic.n=1. moves none of 25 points"),
        ("shuffled_motion", Cyclic(4), "InfoNCE does not read the motion"),
        ("no_motion", Cyclic(4), "InfoNCE does not read the motion"),
        ("unravelled", Cyclic(4), "structure is one of intact, untied, .*, got 'unravelled'"),
    ],
)
def test_a_piece_that_would_not_be_missed_is_refused(structure, group, message):
    with pytest.raises(ValueError, match=message):
        learner(group, CNN(fields=(2,), steps=(1,)), structure)


def test_what_is_done_already_or_not_looked_at_is_refused():
    group, encoder = GROUPS["C4"]
    with pytest.raises(ValueError, match=r"encoder\.structure is 'plain' already"):
        learner(group, replace(encoder, structure="plain"), "untied")
    with pytest.raises(ValueError, match="InputAugmentation moves no features"):
        learner(group, encoder, "random_orthogonal", InputAugmentation())


def test_an_orbit_is_handed_on_without_its_motion_and_moves_all_samples_alike():
    group, encoder = GROUPS["C4"]
    apart = [
        learner(group, encoder, structure, FullOrbit(), ByPairs()).step(Batch(images()), torch.Generator()).value.item()
        for structure in ("intact", "no_motion")
    ]
    assert apart[0] < 1e-10
    assert apart[1] > 1e-2
    with pytest.raises(ValueError, match="FullOrbit moves all samples alike"):
        learner(group, encoder, "shuffled_motion", FullOrbit(), ByPairs())


def test_a_batch_of_one_has_no_other_motion():
    group, encoder = GROUPS["C4"]
    views = FeatureFibre(motion=Given(far_draw(group, 1)))
    with pytest.raises(ValueError, match="batches of at least 2 samples"):
        learner(group, encoder, "shuffled_motion", views, Law()).step(Batch(images(1)), torch.Generator())


def test_another_grid_is_refused():
    group, encoder = GROUPS["C4"]
    with pytest.raises(ValueError, match=r"fields"):
        learner(group, encoder, "permuted_base").encoder(torch.rand(1, 1, 9, 9, dtype=torch.float64))


def test_residual_encoders_are_spoiled_too():
    made = build_encoder(ResNet18(width=4), "broken_order", Cyclic(4), (1, 9, 9), seed=0).double()
    g, x = far_draw(Cyclic(4))[0], torch.rand(4, 1, 9, 9, dtype=torch.float64)
    assert equivariance(made, made.action_in, made.action_out, g, x) > 1e-2


def test_sums_read_the_motion_if_a_part_does():
    assert (InfoNCE() + 0.3 * Law()).reads_motion
    assert not (InfoNCE() + 0.3 * InfoNCE()).reads_motion


@pytest.mark.parametrize("structure", ["permuted_base", "broken_order", "random_orthogonal"])
def test_evaluation_reads_every_structure_alike(structure):
    group, encoder = GROUPS["p4"]
    intact, spoiled = (learner(group, encoder, s).encoder for s in ("intact", structure))
    z = spoiled(images())
    assert torch.allclose(spoiled.pose(z), intact.pose(intact(images())), rtol=0, atol=1e-12)
    if structure != "random_orthogonal":
        assert relative_error(intact.pose(z), spoiled.pose(z)) > 1e-2
