"""What the tables of biologically plausible SSL share: published recipes, and the same on digits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from experiments.local_published import PUBLISHED
from experiments.tables._sizes import ONE_PASS, make_row
from groups import Affine2, image_action
from homossl.data import Digits
from homossl.encoders.pooled import PooledArchitecture
from homossl.experiment import Published, Row, Size
from homossl.train import AdamW, Recipe
from homossl.views import GazeShift, InputAugmentation, RandomAffine

SOURCE = "Tang, Yang & Amit (Front. Comput. Neurosci. 2022, arXiv 2109.15089)"
ENDS = {"bp": "backpropagation", "rf": "random feedback", "dtp": "difference target propagation"}
SAID = {"hinge": "hinge", "simclr": "SimCLR", "clapp": "CLAPP", "few": "5 negatives", **ENDS}


@dataclass(frozen=True)
class Setting:
    """What the rows of one of the two tables share."""

    recipes: Mapping[str, Recipe]
    """As published, by the names of `experiments.local_published`."""
    encoder: PooledArchitecture
    """The network of the small size."""
    data: Digits
    """The digits that it learns from."""
    epochs: int
    """Passes of the small size, for each stage where one is taught at a time."""
    what: str
    """What the figures are."""
    random: str = "random"
    """The row of the encoder that is not trained."""
    prefix: str = ""
    """What published names begin with."""

    @property
    def order(self) -> tuple[str, ...]:
        """The rows, as published."""
        return tuple(self.own(name) for name in self.recipes)

    def own(self, published: str) -> str:
        """The name of the file of a row."""
        return published.removeprefix(self.prefix).replace("-", "_")

    def row(self, name: str) -> Row:
        """A row of the table, by the name of its file."""
        published = self.prefix + name.replace("_", "-")
        return make_row(
            ", ".join(SAID.get(word, word.upper()) for word in name.split("_")) if name != "random" else "random",
            name,
            small=self.small(self.recipes[published]),
            paper=self.recipes[published],
            differs=self.differs(),
            published=Published(PUBLISHED[published], self.what, SOURCE),
            baseline=None if name == "random" else "random",
        )

    def small(self, published: Recipe) -> Recipe:
        """The published objective and rule on digits."""
        gaze = isinstance(published.views, GazeShift)
        affine = InputAugmentation(image_action(Affine2()), RandomAffine(self.data.size))
        return replace(
            published,
            data=self.data,
            encoder=self.encoder,
            views=GazeShift(size=None) if gaze else affine,
            optimiser=AdamW(lr=1e-3, weight_decay=0.0),
            epochs=self.epochs * published.epochs // self.longest,
            batch_size=64,
        )

    @property
    def longest(self) -> int:
        """Epochs of the published rows that teach all stages at once."""
        return min(recipe.epochs for recipe in self.recipes.values() if recipe.epochs)

    def differs(self) -> dict[Size, str]:
        """How each size differs from the paper."""
        toy = (
            f"scikit-learn's 1,297 digits of {self.data.size} x {self.data.size} pixels for pretraining and classes, "
            f"{type(self.encoder).__name__} with a first layer of {self.encoder.width} channels, "
            f"affine views without colours, a learning rate of 1e-3, batches of 64, "
            f"{self.epochs} epochs (for each stage where one is taught at a time)"
        )
        fitted = "initial weights, hue and saturation, and the classifier, a logistic regression fitted to convergence"
        return {"smoke": f"{toy}; {ONE_PASS}", "small": toy, "paper": fitted}
