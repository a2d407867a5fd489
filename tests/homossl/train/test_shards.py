from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tiny import recipe

from groups import Cyclic, Torus, image_action
from homossl.credit import DifferenceTargetPropagation, FeedbackAlignment
from homossl.train import Hardware
from homossl.train.processes import as_launched
from homossl.train.shards import ShardedViews, Shards
from homossl.transforms import Solarize
from homossl.types import Batch
from homossl.views import EfferencePair, FeatureFibre, FullOrbit, InputAugmentation

TURNS = image_action(Cyclic(4))
VIEWS = [
    FeatureFibre(TURNS),
    FullOrbit(TURNS),
    InputAugmentation(TURNS, transforms=(Solarize(p=0.5),)),
    EfferencePair(Torus(5, 5)),
]

dealt = st.tuples(st.integers(1, 4), st.integers(1, 4), st.booleans()).map(
    lambda n: (n[0] * n[1], n[0]) if n[2] else (n[0], n[0] * n[1])
)
"""Numbers of parts and processes, one of which divides the other."""


def batch_of(views, n):
    rng = torch.Generator().manual_seed(1)
    if isinstance(views, EfferencePair):
        return Batch(torch.rand(n, 2, 1, 5, 5, generator=rng), motion=views.group.sample(n, generator=rng))
    return Batch(torch.rand(n, 1, 5, 5, generator=rng), torch.arange(n))


def rng():
    return torch.Generator().manual_seed(7)


def draw(views, shards, batch):
    """What a process draws of the part of a batch that the loader gives it."""
    index, count = shards.part
    own = torch.arange(len(batch)).chunk(count)[index]
    motion = None if batch.motion is None else batch.motion[own]
    return ShardedViews(views, shards).draw(Batch(batch.x[own], motion=motion), rng())


def together(draws):
    """The views of several processes, (v b *event), their motions and what is hidden."""
    x = torch.cat([draw.x.unflatten(0, (-1, draw.g.shape[-1])) for draw in draws], dim=1)
    g = torch.cat([draw.g.params for draw in draws], dim=-2)
    hidden = [] if draws[0].hidden is None else [torch.cat([draw.hidden for draw in draws])]
    return [x, g, *hidden]


@pytest.mark.parametrize("views", VIEWS, ids=lambda views: type(views).__name__)
@given(dealt=dealt)
def test_any_number_of_processes_draws_the_same_views(views, dealt):
    count, processes = dealt
    batch = batch_of(views, 2 * max(dealt))
    one = together([draw(views, Shards(count), batch)])
    several = together([draw(views, Shards(count, processes, rank), batch) for rank in range(processes)])
    assert all(torch.equal(a, b) for a, b in zip(one, several, strict=True))


@pytest.mark.parametrize("views", VIEWS, ids=lambda views: type(views).__name__)
def test_one_part_is_drawn_as_ever(views):
    batch = batch_of(views, 8)
    seen, expected = together([draw(views, Shards(1), batch)]), together([views.draw(batch, rng())])
    assert all(torch.equal(a, b) for a, b in zip(seen, expected, strict=True))


def test_two_parts_are_drawn_apart():
    """The control of the tests above."""
    batch = Batch(torch.rand(1, 1, 5, 5).expand(8, 1, 5, 5))
    views = VIEWS[0]
    left, right = draw(views, Shards(2), batch).g.params.chunk(2, dim=1)
    assert not torch.equal(left, right)
    assert not torch.equal(draw(views, Shards(2), batch).g.params, draw(views, Shards(1), batch).g.params)


@pytest.mark.parametrize(
    ("hardware", "message"),
    [
        ({"devices": 3}, "batch_size: expected a multiple of 3, for 3 shards and 3 processes, got 8"),
        ({"devices": 2, "nodes": 8}, "expected a multiple of 16"),
        ({"shards": 3}, "expected a multiple of 3"),
        ({"devices": 4, "shards": 6}, "the 6 parts of a batch cannot be dealt out evenly to 4 processes"),
    ],
)
def test_batches_that_cannot_be_dealt_out_are_refused(hardware, message):
    with pytest.raises(ValueError, match=message):
        replace(recipe, hardware=Hardware(**hardware))


def test_batches_that_can_are_not():
    assert replace(recipe, hardware=Hardware(devices=4, nodes=2, shards=2)).hardware.processes == 8


def test_a_rule_that_learns_from_whole_batches_is_refused():
    whole = replace(recipe, credit=DifferenceTargetPropagation())
    with pytest.raises(
        ValueError, match="DifferenceTargetPropagation learns from whole batches, in one process, got 2"
    ):
        replace(whole, hardware=Hardware(devices=2))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"credit": FeedbackAlignment()}, "FeedbackAlignment needs whole weights"),
        ({"angles_every": 5}, "angles_every needs"),
    ],
)
def test_weights_that_are_read_are_not_sharded(change, message):
    spread = replace(recipe, hardware=Hardware(devices=2, strategy="fsdp"))
    with pytest.raises(ValueError, match=message):
        replace(spread, **change)
    replace(spread, hardware=Hardware(devices=2), **change)


def test_scaled_gradients_are_not_sharded():
    with pytest.raises(ValueError, match="use bf16-mixed, or ddp"):
        Hardware(strategy="fsdp", precision="16-mixed")
    with pytest.raises(ValueError, match=r"Hardware.strategy must be one of \('ddp', 'fsdp'\), got 'dp'"):
        Hardware(strategy="dp")


def test_one_device_is_not_several():
    with pytest.raises(ValueError, match="device 'cuda:1' is a single one, got devices=2, nodes=1"):
        Hardware(device="cuda:1", devices=2)


@pytest.fixture
def torchrun(monkeypatch):
    started = {"TORCHELASTIC_RUN_ID": "1", "LOCAL_WORLD_SIZE": "4", "GROUP_WORLD_SIZE": "2", "WORLD_SIZE": "8"}
    for name, value in started.items():
        monkeypatch.setenv(name, value)


def test_torchrun_tells_how_many_processes_there_are(torchrun):
    assert as_launched(Hardware()) == as_launched(Hardware(devices=4, nodes=2)) == Hardware(devices=4, nodes=2)
    with pytest.raises(
        ValueError, match=r"torchrun started 4 processes on 2 nodes, but \(devices, nodes\) are \(2, 1\)"
    ):
        as_launched(Hardware(devices=2))


def test_without_it_the_recipe_does():
    assert as_launched(Hardware(devices=2)) == Hardware(devices=2)
