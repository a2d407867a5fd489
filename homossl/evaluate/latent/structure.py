"""All measures of the structure of latents."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor

from homossl.evaluate.latent.classes import class_similarity, class_sums, silhouette, within_and_between
from homossl.evaluate.latent.histogram import Histogram, cosine_histogram
from homossl.evaluate.latent.scatter import fisher_ratio
from homossl.evaluate.latent.spectrum import effective_rank, singular_values
from homossl.evaluate.latent.sphere import alignment, uniformity
from homossl.report.finite import null_for_infinite
from homossl.report.text import aligned


@dataclass(frozen=True)
class LatentStructure:
    """How latents (n d) of some classes lie to each other."""

    within: float
    """Mean cosine distance of two latents of one class."""
    between: float
    """Mean cosine distance of two latents of different classes."""
    fisher: float
    """tr S_b / tr S_w; infinite where each class is one point, not a number where all latents are."""
    silhouette: float
    """By cosine distance, in [-1, 1]."""
    uniformity: float
    """log mean exp(-2 |u - v|^2) over all pairs."""
    alignment: float | None
    """Mean |u - v|^2 over positive pairs, None where there were none."""
    effective_rank: float
    """exp of the entropy of the normalised singular values of the centred latents."""
    similarity: tuple[tuple[float, ...], ...]
    """Mean cosine of two latents of each pair of classes, in the order of the labels."""
    spectrum: tuple[float, ...]
    """Singular values of the centred latents, largest first."""
    histogram: Histogram
    """Distributions of the cosine distances."""

    def measures(self) -> dict[str, float]:
        """Every number under its name."""
        numbers = {
            "within-class cosine distance": self.within,
            "between-class cosine distance": self.between,
            "Fisher ratio": self.fisher,
            "silhouette (cosine)": self.silhouette,
            "alignment": self.alignment,
            "uniformity": self.uniformity,
            "effective rank": self.effective_rank,
        }
        return {name: number for name, number in numbers.items() if number is not None}

    def table(self) -> str:
        """One measure per line."""
        return aligned(("measure", "value"), [(name, f"{value:.3f}") for name, value in self.measures().items()])

    def to_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON: None where a number is infinite, or is none."""
        return null_for_infinite(asdict(self))


def latent_structure(
    z: Tensor, y: Tensor, *, positives: tuple[Tensor, Tensor] | None = None, seed: int = 0
) -> LatentStructure:
    """Measure latents z: (n d) with labels y: (n); memory grows with n d, never with n^2.

    Args:
        z: the latents.
        y: their classes.
        positives: latents of two views of each image, (m d) and (m d), for the alignment.
        seed: of the latents that are drawn for the histogram where there are many.

    Raises:
        ValueError: z is no matrix of finite numbers, y does not label its rows, or there are fewer than two classes.
    """
    classes, spectrum = class_sums(z, y), singular_values(z)
    within, between = within_and_between(classes)
    return LatentStructure(
        within=within,
        between=between,
        fisher=fisher_ratio(z, y),
        silhouette=silhouette(classes),
        uniformity=uniformity(z),
        alignment=alignment(*positives) if positives else None,
        effective_rank=effective_rank(spectrum),
        similarity=tuple(tuple(row) for row in class_similarity(classes).tolist()),
        spectrum=tuple(spectrum.tolist()),
        histogram=cosine_histogram(classes, torch.Generator().manual_seed(seed)),
    )
