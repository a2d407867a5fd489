"""The structure of latents: how classes lie to each other, how the sphere is filled, how many dimensions are used."""

from homossl.evaluate.latent.classes import ClassSums, class_similarity, class_sums, silhouette, within_and_between
from homossl.evaluate.latent.histogram import Histogram, cosine_histogram
from homossl.evaluate.latent.scatter import fisher_ratio
from homossl.evaluate.latent.spectrum import effective_rank, singular_values
from homossl.evaluate.latent.sphere import alignment, uniformity
from homossl.evaluate.latent.structure import LatentStructure, latent_structure

__all__ = [
    "ClassSums",
    "Histogram",
    "LatentStructure",
    "alignment",
    "class_similarity",
    "class_sums",
    "cosine_histogram",
    "effective_rank",
    "fisher_ratio",
    "latent_structure",
    "silhouette",
    "singular_values",
    "uniformity",
    "within_and_between",
]
