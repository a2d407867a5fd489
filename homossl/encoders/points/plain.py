"""PointNet: perceptrons on each point, and the maximum over the points."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class PerPoint(nn.Module):
    """A perceptron on each point, whose place is handed on: (b n 3+k) -> (b n 3+out)."""

    def __init__(self, columns: int, width: int, out: int) -> None:
        super().__init__()
        self.network = _perceptron(columns, width, out)

    def forward(self, x: Tensor) -> Tensor:
        features = self.network(x.flatten(0, 1)).unflatten(0, x.shape[:2])
        return torch.cat([x[..., :3], features], dim=-1)


class PointNet(nn.Module):
    """A perceptron on each point, the maximum over the points, and a perceptron on that: (b n 3+k) -> (b out)."""

    def __init__(self, columns: int, width: int, out: int) -> None:
        super().__init__()
        self.points = nn.Sequential(_perceptron(columns, width, 2 * width), nn.ReLU(inplace=True))
        self.cloud = _perceptron(2 * width, width, out)

    def forward(self, x: Tensor) -> Tensor:
        return self.cloud(self.points(x.flatten(0, 1)).unflatten(0, x.shape[:2]).amax(1))


def _perceptron(before: int, width: int, after: int) -> nn.Sequential:
    norm = nn.BatchNorm1d(width)
    return nn.Sequential(nn.Linear(before, width, bias=False), norm, nn.ReLU(inplace=True), nn.Linear(width, after))
