"""Two and four processes find the losses, gradients and weights of one."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from unittest.mock import patch

import pytest
import torch
import torch.distributed as dist
from cases import CASES, SPOILT, run
from forked import finish, start

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

BY_FOUR = ("A-SSL, BYOL", "H-SSL, VICReg")


def results(processes: int) -> dict:
    found = {name: run(recipe, processes) for name, recipe in CASES.items() if processes < 4 or name in BY_FOUR}
    found["one shard"] = run(CASES["A-SSL, InfoNCE"], processes, shards=1, steps=5)
    found["fsdp"] = run(CASES["A-SSL, BYOL"], processes, strategy="fsdp")
    for name, spoilt in SPOILT.items() if processes == 2 else ():
        with patch.object(importlib.import_module(spoilt.module), spoilt.name, spoilt.stand_in):
            found[name] = run(CASES["A-SSL, InfoNCE"], processes, steps=2)
    return found


def by_four_and_by_two(folder: Path) -> None:
    rank = int(os.environ["LOCAL_RANK"])
    for processes in (4, 2):
        if rank < processes:
            store = dist.FileStore(str(folder / f"store{processes}"), processes)
            dist.init_process_group("gloo", store=store, rank=rank, world_size=processes)
            torch.save(results(processes), folder / f"{processes}.{rank}")
            dist.destroy_process_group()


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict:
    folder, alone = tmp_path_factory.mktemp("found"), results(1)
    assert finish(start(4, by_four_and_by_two, folder)) == [0] * 4
    ranks = [(processes, rank) for processes in (2, 4) for rank in range(processes)]
    return {(1, 0): alone} | {place: torch.load(folder / "{}.{}".format(*place)) for place in ranks}


def gap(a: dict, b: dict) -> float:
    """The greatest difference in losses, gradients and weights."""
    assert a.keys() == b.keys()
    assert all(a[kind].keys() == b[kind].keys() for kind in a)
    return max(float((a[kind][name] - b[kind][name]).abs().max()) for kind in a for name in a[kind])


@pytest.mark.parametrize(
    ("processes", "case"),
    [(2, case) for case in (*CASES, "one shard", "fsdp")] + [(4, case) for case in (*BY_FOUR, "one shard", "fsdp")],
)
def test_several_processes_are_as_one(found, case, processes):
    assert gap(found[processes, 0][case], found[1, 0][case]) < 1e-10


@pytest.mark.parametrize("case", SPOILT)
def test_what_keeps_them_together_is_needed(found, case):
    """The controls of the test above."""
    spoilt, whole = found[2, 0][case], found[1, 0]["A-SSL, InfoNCE"]
    assert float((spoilt["loss"][""] - whole["loss"][""][:2]).abs().max()) > 0.01


def test_shards_are_streams_of_their_own(found):
    one, four = (found[1, 0][case]["loss"][""][:5] for case in ("one shard", "A-SSL, InfoNCE"))
    assert (one - four).abs().min() > 0.01


@pytest.mark.parametrize("place", [(2, 1), (4, 1), (4, 2), (4, 3)])
def test_all_processes_have_the_same_weights_to_the_bit(found, place):
    assert all(gap(found[place][case], found[place[0], 0][case]) == 0 for case in BY_FOUR)


def test_without_shared_gradients_they_have_not(found):
    """The control of the test above."""
    assert gap(found[2, 1]["no shared gradients"], found[2, 0]["no shared gradients"]) > 0.01
