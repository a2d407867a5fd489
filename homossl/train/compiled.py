"""Compiled encoders."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

import torch

if TYPE_CHECKING:
    from homossl.encoders import Encoder
    from homossl.learner import Learner


def compile_stages(learner: Learner) -> None:
    """Let every stage run as one compiled graph, forward and backward, those of a teacher too."""
    encoders = cast("Iterable[Encoder]", filter(None, (learner.encoder, learner.teacher.encoder)))
    stages = [stage for encoder in encoders for stage in encoder.stages]
    limits = torch._dynamo.config
    limits.recompile_limit = max(limits.recompile_limit, 8 * len(stages))  # torch counts them all as one function
    for stage in stages:
        stage.compile(fullgraph=True)
