"""How far classes are apart, beside how wide they are."""

from __future__ import annotations

from torch import Tensor

from homossl.evaluate.latent.classes import check_latents
from homossl.evaluate.latent.rounding import difference


def fisher_ratio(z: Tensor, y: Tensor) -> float:
    """tr S_b / tr S_w, z: (n d), y: (n), with the class means m_a and the mean m of all latents.

    tr S_b = sum_a n_a |m_a - m|^2 and tr S_w = sum_a sum_{i in a} |z_i - m_a|^2; zero where all classes have one mean,
    infinite where each class is one point, not a number where all latents are one. A scale of all latents does not
    change it, a scale of some features does.

    Source: Fisher 1936, The use of multiple measurements in taxonomic problems; in its form with traces.
    """
    check_latents(z, y)
    z = z.double()
    _, members, counts = y.unique(return_inverse=True, return_counts=True)
    means = z.new_zeros(len(counts), z.shape[1]).index_add_(0, members, z) / counts[:, None]
    between = (counts * difference(means, z.mean(0), z).square().sum(1)).sum()
    return (between / difference(z, means[members], z).square().sum()).item()
