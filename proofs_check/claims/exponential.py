"""The exponential and the logarithm of a Lie group are inverse to each other near the identity."""

from __future__ import annotations

from functools import partial

from groups import LieGroup
from proofs_check import laws
from proofs_check.claim import Case, Claim
from proofs_check.examples import LIE, noise


def residual(group: LieGroup, stretch: float = 1.0) -> float:
    """The worst of both directions, for vectors of length below one, exp v being taken of `stretch` v."""
    v = noise(1000, group.algebra_dim)
    v = v / (1 + v.norm(dim=-1, keepdim=True))
    a = group.exp(v)
    there = (group.log(group.exp(stretch * v)) - v).norm(dim=-1).amax().item()
    return max(there, laws.apart(group.exp(stretch * group.log(a)), a).item())


claim = Claim(
    title="log is the inverse of exp",
    statement="log(exp v) = v for |v| < 1, and exp(log a) = a for the elements a = exp v.",
    source="textbook: Hall, Lie Groups, Lie Algebras, and Representations (2nd ed.), § 2.3",
    measured="the largest |log(exp v) − v| and d(exp(log a), a) / (1 + |a|) over a thousand vectors",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(name, partial(residual, group), partial(residual, group, 1.1), "exp(1.1 v) for exp v")
        for name, group in LIE.items()
    ),
)
