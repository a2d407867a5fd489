"""How well one layer that declares no representation has one all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from homossl.verify.audits.fit import Fit, effective_rank, explained, variation
from homossl.verify.audits.motions import Motions, Triple
from homossl.verify.audits.samples import Samples
from homossl.verify.scores import LatentScores, latent_scores


@dataclass(frozen=True, eq=False)
class LayerAudit:
    """R^2 on held-out images of what predicts h(g x)(u) in one layer h, for each element g, (n); 1 is perfect.

    linear: rho(g) h(x)(g^-1 u), with rho(g) fitted on the other images. shuffled is its control, the same fit where
    each image was moved by an element drawn at random. homomorphic: rho(g) rho(g') h(x)((g g')^-1 u) for h(g g' x), one
    for each pair. carried: h(x)(g^-1 u), the channels left as they are. in_place: h(x)(u). pooled: the mean over space
    of h(x), for that of h(g x).
    """

    name: str
    kind: str
    form: str
    """What was read, in words."""
    kept: float
    """Share of the held-out variation over images that the components of the fit hold."""
    varying: float
    """Share of the power of the features that is variation over images."""
    rank: float
    """Effective number of components."""
    linear: Tensor
    shuffled: Tensor
    homomorphic: Tensor
    carried: Tensor
    in_place: Tensor
    pooled: Tensor
    fit: Fit
    latent: LatentScores | None
    """The scores of the fitted matrices, where they are those of a whole group."""

    @property
    def title(self) -> str:
        """The name, or "model" for the whole."""
        return self.name or "model"

    @property
    def collapsed(self) -> bool:
        """Whether the features do not depend on the image, so that there is nothing to explain."""
        return self.varying == 0

    def to_dict(self) -> dict[str, Any]:
        """Everything but the fitted matrices, ready for JSON."""
        components, channels = self.fit.basis.shape
        plain = ("name", "kind", "form", "kept", "varying", "rank", "collapsed")
        lists = ("linear", "shuffled", "homomorphic", "carried", "in_place", "pooled")
        more = {"channels": channels, "components": components, "latent": self.latent and self.latent.to_dict()}
        return {k: getattr(self, k) for k in plain} | {k: getattr(self, k).tolist() for k in lists} | more


def audit_layer(
    samples: Samples, motions: Motions, generator: torch.Generator, name: str, kind: str, form: str
) -> LayerAudit:
    """Fit rho(g) for each element on one half of the images, and score it on the other half.

    Raises:
        ValueError: the features are not finite.
    """
    if not samples.after.isfinite().all():
        raise ValueError(f"layer {name or 'model'} gives features that are not finite")
    n = len(motions.elements)
    train, test = samples.map(Tensor.double).halves()
    fit = fitted(train, n)
    shown = test.map(fit.coordinates)
    varying = variation(test.after).sum()
    return LayerAudit(
        name=name,
        kind=kind,
        form=form,
        kept=_share(variation(shown.after).sum(), varying),
        varying=_share(varying, test.after.square().sum()),
        rank=effective_rank(shown.after.flatten(0, 2)),
        linear=linear(fit, shown, n),
        shuffled=_shuffled(samples, n, generator),
        homomorphic=homomorphic(fit, shown, motions.triples),
        carried=explained(shown.moved[:n], shown.after[:n]),
        in_place=explained(shown.still, shown.after[:n]),
        pooled=explained(shown.pooled_still, shown.pooled[:n]),
        fit=fit,
        latent=latent_scores(fit.matrices, motions.elements.group) if motions.whole else None,  # type: ignore[arg-type]
    )


def fitted(train: Samples, n: int) -> Fit:
    """rho(g) for the first n elements."""
    return Fit.of(train.moved[:n].flatten(1, 2), train.after[:n].flatten(1, 2))


def linear(fit: Fit, z: Samples, n: int) -> Tensor:
    """R^2 of rho(g) h(x)(g^-1 u) for h(g x)(u), (n)."""
    predicted = torch.stack([fit.move(i, z.moved[i]) for i in range(n)])
    return explained(predicted, z.after[:n])


def homomorphic(fit: Fit, z: Samples, triples: Sequence[Triple]) -> Tensor:
    """R^2 of rho(g) rho(g') h(x)((g g')^-1 u) for h(g g' x)(u), (t)."""
    pairs = [(fit.move(i, fit.move(j, z.moved[k])), z.after[k]) for i, j, k in triples]
    return torch.cat([explained(predicted[None], actual[None]) for predicted, actual in pairs])


def _shuffled(samples: Samples, n: int, generator: torch.Generator) -> Tensor:
    train, test = samples.shuffled(n, generator).map(Tensor.double).halves()
    fit = fitted(train, n)
    return linear(fit, test.map(fit.coordinates), n)


def _share(part: Tensor, whole: Tensor) -> float:
    return (part / whole).item() if whole > 0 else 0.0
