"""Several processes that train one network, each on a part of every batch."""

from homossl.parallel.gather import average, gather
from homossl.parallel.gradients import average_gradients
from homossl.parallel.norm import SynchronisedNorm, synchronise
from homossl.parallel.sharding import cut_like, is_sharded, shard, whole
from homossl.parallel.world import ProcessLost, any_of, is_first, leave, rank, share, size, told_by_first, wait_for_all

__all__ = [
    "ProcessLost",
    "SynchronisedNorm",
    "any_of",
    "average",
    "average_gradients",
    "cut_like",
    "gather",
    "is_first",
    "is_sharded",
    "leave",
    "rank",
    "shard",
    "share",
    "size",
    "synchronise",
    "told_by_first",
    "wait_for_all",
    "whole",
]
