"""What the contrastive hinge does to a linear head, as a local rule: Hebbian, gated, without autograd."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from homossl.objectives.contrastive_hinge import ContrastiveHinge


@dataclass(frozen=True)
class LocalHingeRule:
    """The update of a head z' = W h' of the right views against the remembered embeddings z of the left ones.

    dW = -eta 1{d > m1} sign(z' - z) h'^T for partners, dW = +eta w 1{d < m2} sign(z' - z) h'^T for the others,
    d = |z' - z|_1: each pair adds the activity before the synapse times a ternary signal after it, and one gate for
    all synapses.

    >>> from torch import eye, ones, zeros
    >>> LocalHingeRule(ContrastiveHinge(positive_margin=0.0)).update(eye(1), zeros(2, 1), ones(2, 1))  # -1 -1 +1 +1
    tensor([[0.]])

    Raises:
        ValueError: the objective is not one that adds up pairs of a remembered left view and a right one.

    Source: derived, as minus the gradient of ContrastiveHinge with respect to the head's weights.
    """

    objective: ContrastiveHinge = ContrastiveHinge()
    """The hinge that it descends, with its margins and negatives."""

    def __post_init__(self) -> None:
        needed = {"compare": "cross", "reduction": "sum", "gradient_block": True}
        seen = {name: getattr(self.objective, name) for name in needed}
        if seen != needed:
            raise ValueError(f"LocalHingeRule needs a ContrastiveHinge with {needed}, got {seen}")

    @torch.no_grad()
    def update(self, weight: Tensor, memory: Tensor, features: Tensor) -> Tensor:
        """dW / eta, weight: (d c), for a batch of memories z: (b d) and features h' of the right views: (b c).

        >>> weight, memory, features = torch.zeros(4, 6), torch.randn(8, 4), torch.randn(8, 6)
        >>> weight += 0.1 * LocalHingeRule().update(weight, memory, features)

        Raises:
            ValueError: the shapes are not of one b, one c and one d, or the batch has too few samples.
        """
        _check_shapes(weight, memory, features)
        return self.signal(memory, features @ weight.T).T @ features

    @torch.no_grad()
    def signal(self, memory: Tensor, z: Tensor) -> Tensor:
        """What reaches each unit after the synapse, summed over the pairs of each right view z', (b d).

        Raises:
            ValueError: the batch has too few samples, or memory and z are of different shapes.
        """
        signal = self.attract(memory, z)
        for k in range(1, self.objective.count(len(z)) + 1):
            start = 0 if self.objective.wrap else k
            signal[start:] += self.repel(memory.roll(k, 0)[start:], z[start:])
        return signal

    @torch.no_grad()
    def attract(self, memory: Tensor, z: Tensor) -> Tensor:
        """-1{d > m1} sign(z' - z) for each pair of partners, (b d)."""
        gate = _distance(memory, z) > self.objective.positive_margin
        return gate * (memory - z).sign()

    @torch.no_grad()
    def repel(self, memory: Tensor, z: Tensor) -> Tensor:
        """+w 1{d < m2} sign(z' - z) for each pair of different samples, (b d)."""
        gate = _distance(memory, z) < self.objective.negative_margin
        return self.objective.negative_weight * (gate * (z - memory).sign())


def _check_shapes(weight: Tensor, memory: Tensor, features: Tensor) -> None:
    match shapes := [tuple(x.shape) for x in (weight, memory, features)]:
        case (d, c), (b, e), (n, k) if (b, d, c) == (n, e, k):
            return
    raise ValueError(f"LocalHingeRule needs a weight (d c), memories (b d) and features (b c), got {shapes}")


def _distance(memory: Tensor, z: Tensor) -> Tensor:
    if memory.shape != z.shape:
        seen = f"{tuple(memory.shape)} and {tuple(z.shape)}"
        raise ValueError(f"LocalHingeRule needs memories and right views of one shape (b d), got {seen}")
    return (z - memory).abs().sum(1, keepdim=True)
