"""Nearest neighbours on frozen features."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

CHUNK = 1024


def knn(train_z: Tensor, train_y: Tensor, test_z: Tensor, test_y: Tensor, k: int = 1) -> float:
    """Test accuracy of the majority among the k training features of greatest cosine, z: (n d), y: (n).

    Features are neither centred nor scaled. A tied vote goes to the class of the nearest neighbour among those tied.

    >>> knn(torch.eye(2), torch.tensor([0, 1]), torch.tensor([[3.0, 1.0], [0.1, 0.2]]), torch.tensor([0, 1]))
    1.0

    Raises:
        ValueError: k is not in 1..n.
    """
    if not 1 <= k <= len(train_z):
        raise ValueError(f"k: expected 1..{len(train_z)} neighbours (the training set), got {k}")
    bank = F.normalize(train_z, dim=1).T
    hits = [_vote(F.normalize(z, dim=1) @ bank, train_y, k) == y for z, y in _chunks(test_z, test_y)]
    return torch.cat(hits).double().mean().item()


def _chunks(z: Tensor, y: Tensor) -> zip[tuple[Tensor, Tensor]]:
    return zip(z.split(CHUNK), y.split(CHUNK), strict=True)


def _vote(similarity: Tensor, labels: Tensor, k: int) -> Tensor:
    """One vote each, plus 1/2, 1/4, ... from the nearest on: less than a vote together, enough to break a tie."""
    nearest = labels[similarity.topk(k, dim=1).indices]
    weights = 1 + 0.5 ** torch.arange(1, k + 1, dtype=torch.float64)
    votes = torch.zeros(len(similarity), int(labels.max()) + 1, dtype=torch.float64)
    return votes.scatter_add_(1, nearest, weights.expand(nearest.shape)).argmax(1)
