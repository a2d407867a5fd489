"""Shifts of the gaze: which patches are read, how often, what is told of the motion, and who can learn from them."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import Cyclic, Torus
from homossl.credit import Backprop, FeedbackAlignment, GreedyLayerwise, RandomLayerwise
from homossl.encoders import CNN
from homossl.learner import build
from homossl.objectives import (
    CLAPP,
    MLP,
    ContrastiveHinge,
    GroupCorrelation,
    InfoNCE,
    InverseModel,
    MotionPrediction,
    PerMotion,
    Readout,
)
from homossl.targets import EMA
from homossl.transforms import GaussianBlur, RandomGrayscale, Solarize
from homossl.types import Batch
from homossl.views import GazeShift, Window
from homossl.views.gaze import cut

SMALL = GazeShift(size=9, patch=3, stride=2, ahead=2)  # 4 x 4 patches
NARROW = MLP(8, 8)
OBJECTIVES = [
    CLAPP(),
    CLAPP(readout=Readout(pool=False), projector=NARROW),
    ContrastiveHinge(projector=NARROW),
    InfoNCE(projector=NARROW) + 0.4 * MotionPrediction(hidden=8),
    InfoNCE(projector=None, predictor=PerMotion(), similarity="dot", anchors="left", candidates="other"),
    InverseModel(hidden=8),
]
CREDITS = [Backprop(), GreedyLayerwise(), RandomLayerwise(), FeedbackAlignment()]
GROUPS = {"plain": (Cyclic(1), CNN(structure="plain", fields=(2, 3), steps=(1, 1))),
          "steerable": (Cyclic(4), CNN(fields=(1, 2), steps=(1, 2)))}  # fmt: skip


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def places(n: int, side: int) -> torch.Tensor:
    """Images whose pixels hold their own (row, column), (n 2 side side)."""
    grid = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    return torch.stack(grid).float().expand(n, -1, -1, -1)


@given(st.integers(0, 2**31))
def test_patches_lie_on_the_grid_of_one_crop_in_one_column(seed):
    draw = SMALL.draw(Batch(places(50, 13)), rng(seed))
    left, right = draw.x[:, :, 0, 0].unflatten(0, (2, 50))  # corners (row, column) in the image
    rows = (-draw.g.params[..., 0]) % 4
    assert torch.equal(draw.x - draw.x[:, :, :1, :1], places(100, 3)), "patches are whole"
    assert torch.equal((right - left)[:, 0], 2.0 * (rows[1] - rows[0]))
    assert torch.equal(left[:, 1], right[:, 1])
    assert ((rows[1] - rows[0]) >= 2).all()
    top = left[:, 0] - 2 * rows[0]
    assert 0 <= top.min() <= top.max() <= 4
    assert 0 <= left[:, 1].min() <= left[:, 1].max() <= 10


def test_every_pair_column_and_crop_is_as_likely():
    n = 60_000
    draw = SMALL.draw(Batch(places(n, 10)), rng())
    left, right = draw.x[:, :, 0, 0].int().unflatten(0, (2, n))
    rows = ((-draw.g.params[..., 0]) % 4).tolist()
    assert_uniform(Counter(zip(*rows, strict=True)), {(0, 2), (0, 3), (1, 3)}, n)
    assert_uniform(Counter((left[:, 0] - 2 * torch.tensor(rows[0])).tolist()), {0, 1}, n)
    assert_uniform(Counter((left[:, 1] % 2).tolist()), {0, 1}, n)  # the left side of the crop
    assert_uniform(Counter((left[:, 1] // 2).tolist()), {0, 1, 2, 3}, n)
    assert (right[:, 0] > left[:, 0]).all()
    with pytest.raises(AssertionError):  # control: rows of anchors are not
        assert_uniform(Counter(rows[0]), {0, 1}, n)


def assert_uniform(seen: Counter, values: set, n: int) -> None:
    assert set(seen) == values
    share = 1 / len(values)
    assert all(abs(count / n - share) < 4 * (share * (1 - share) / n) ** 0.5 for count in seen.values())


def test_the_published_grid_and_its_motions():
    views = GazeShift()
    assert views.grid(64, 64) == (7, 7)
    draw = views.draw(Batch(torch.rand(500, 1, 96, 96, generator=rng())), rng())
    pairs = views.pair(torch.zeros(1000, 4, 16, 16), draw, Cyclic1)
    assert draw.x.shape == (1000, 1, 16, 16)
    assert draw.g.group == Torus(7, 1)
    down = pairs.efference("body")
    assert set(down.params[:, 0].tolist()) == {2, 3, 4, 5, 6}
    assert torch.equal(pairs.motion.params, (~down).params)  # type: ignore[union-attr]
    assert not torch.equal(pairs.motion.params, down.params)  # type: ignore[union-attr]  # control
    assert pairs.action is None


Cyclic1 = CNN(structure="plain").build(Cyclic(1), 1, 64).action_out


def test_whole_images_are_crops_that_do_not_move():
    views = GazeShift(size=None, patch=3, stride=2)
    draw = views.draw(Batch(places(200, 9)), rng())
    left = draw.x[:200, :, 0, 0]
    assert (left % 2 == 0).all()
    assert views.grid(9, 9) == SMALL.grid(9, 9) == (4, 4)
    assert not (SMALL.draw(Batch(places(200, 10)), rng()).x[:200, :, 0, 0] % 2 == 0).all()  # control


@given(st.integers(0, 2**31))
def test_cutting_is_slicing(seed):
    x, corner = torch.rand(5, 2, 8, 8, generator=rng(seed)), torch.randint(5, (2, 5, 2), generator=rng(seed))
    seen = cut(x, corner, 4)
    for v, b in product(range(2), range(5)):
        top, left = corner[v, b].tolist()
        assert torch.equal(seen[v, b], x[b, :, top : top + 4, left : left + 4])


def test_transforms_change_the_crop_before_it_is_cut_and_may_hide():
    x = torch.rand(64, 3, 12, 12, generator=rng())
    plain, grey = (GazeShift(9, 3, 2, transforms=t).draw(Batch(x), rng()) for t in ((), (RandomGrayscale(p=1),)))
    assert (grey.x == grey.x[:, :1]).all()
    assert not (plain.x == plain.x[:, :1]).all()
    hidden = GazeShift(9, 3, 2, transforms=(Solarize(p=0.5), GaussianBlur(3))).draw(Batch(x), rng()).hidden
    assert hidden is not None
    assert hidden.shape == (64,)
    assert 0 < hidden.sum() < 64
    assert plain.hidden is None


@pytest.mark.parametrize("name", GROUPS)
@pytest.mark.parametrize("credit", CREDITS, ids=lambda c: type(c).__name__)
@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda o: o.name)
def test_every_objective_and_credit_rule_takes_a_step(objective, credit, name):
    group, encoder = GROUPS[name]
    learner = build(group, encoder, SMALL, objective, credit=credit, shape=(1, 13, 13))
    x = torch.rand(6, 1, 13, 13, generator=rng())
    assert torch.isfinite(learner.step(Batch(x), rng()).value)
    learner.advance(0.5)
    assert learner.encoder.pose(learner.encoder(x)).shape[0] == 6, "evaluation sees whole images"


def test_a_teacher_and_a_window_work():
    window = GazeShift(9, 5, 2, ahead=1, window=Window(3))
    learner = build(Cyclic(4), CNN(fields=(2,), steps=(1,)), window, CLAPP(), EMA(), shape=(1, 13, 13))
    assert torch.isfinite(learner.step(Batch(torch.rand(6, 1, 13, 13, generator=rng())), rng()).value)


def test_what_needs_an_action_is_refused():
    with pytest.raises(ValueError, match="needs pairs with a known action on the views, got action=None"):
        build(Cyclic(4), CNN(fields=(1,), steps=(1,)), SMALL, GroupCorrelation(), shape=(1, 13, 13))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: GazeShift(8, 9), "GazeShift: a patch of 9 pixels does not fit a crop of 8 x 8"),
        (lambda: GazeShift(9, 3, 2, 4), "more than 4 rows of patches, got 4: 3 pixels every 2 of 9"),
        (lambda: GazeShift(0), "GazeShift.size is a whole number, at least 1, got 0"),
        (lambda: GazeShift(patch=2.0), "GazeShift.patch is a whole number, at least 1, got 2.0"),
        (lambda: GazeShift(stride=0), "GazeShift.stride is a whole number, at least 1, got 0"),
        (lambda: GazeShift(ahead=0), "GazeShift.ahead is a whole number, at least 1, got 0"),
        (lambda: on_images(GazeShift(9, 3, 2), 8), r"a crop of 9 pixels does not fit images of shape \(1, 1, 8, 8\)"),
        (lambda: on_images(GazeShift(None, 9, 2), 8), "a patch of 9 pixels does not fit a crop of 8 x 8"),
        (lambda: on_images(GazeShift(None, 8, 2), 11), "more than 2 rows of patches, got 2: 8 pixels every 2 of 11"),
    ],
)
def test_what_does_not_fit_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def on_images(views: GazeShift, side: int) -> None:
    build(Cyclic(1), CNN(fields=(1,), steps=(1,)), views, ContrastiveHinge(), shape=(1, side, side))


@pytest.mark.parametrize("transforms", [[RandomGrayscale()], RandomGrayscale()])
def test_transforms_are_a_tuple(transforms):
    with pytest.raises(TypeError, match=r"GazeShift.transforms is a tuple of Transforms, got .*RandomGrayscale"):
        GazeShift(transforms=transforms)
    with pytest.raises(TypeError, match=r"GazeShift.transforms holds Transforms, got 3"):
        GazeShift(transforms=(3,))  # type: ignore[arg-type]


def test_draws_are_a_function_of_the_generator():
    x, state = Batch(torch.rand(8, 1, 13, 13)), torch.random.get_rng_state()
    one, same, other = (SMALL.draw(x, rng(seed)) for seed in (1, 1, 2))
    assert torch.equal(one.x, same.x)
    assert not torch.equal(one.x, other.x)
    assert torch.equal(torch.random.get_rng_state(), state)
