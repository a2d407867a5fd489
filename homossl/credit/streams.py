"""Random numbers that are functions of a seed and of how many batches came before."""

from __future__ import annotations

import numpy as np
import torch


def stream(seed: int, number: int, device: torch.device | str = "cpu") -> torch.Generator:
    """A generator of its own for each number, so that a resumed run draws what an undisturbed one does."""
    state = np.random.SeedSequence([seed, number]).generate_state(1, np.uint64)
    return torch.Generator(device).manual_seed(int(state[0]))
