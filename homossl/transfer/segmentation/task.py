"""Semantic segmentation: a class for every pixel, learned by a decoder on the levels of a backbone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

import torch
from torch import Tensor, nn

from homossl.evaluate import frozen
from homossl.evaluate.features import any_weight
from homossl.train.bounds import at_least
from homossl.transfer.backbone import Backbone
from homossl.transfer.segmentation.loss import cross_entropy
from homossl.transfer.segmentation.overlap import confusion, mean_iou, pixel_accuracy
from homossl.transfer.segmentation.segmenter import Segmenter, plain_segmenter, steerable_segmenter
from homossl.transfer.task import Task

if TYPE_CHECKING:
    from homossl.data.scenes import AnyScenes, SceneBatch

Head = Literal["equivariant", "fcn"]


@dataclass(frozen=True, kw_only=True)
class Segmentation(Task):
    """The class of every pixel that is not VOID, class 0 the ground, learned by a `Decoder`.

    head="equivariant" ties the decoder by the group of the backbone, an encoder on C_n or D_n with or without shifts:
    the mask of a turned image is the turned mask, exactly for C_2, C_4, D_2 and D_4 on grids that strides keep centred.
    A plain twin takes this head too, as it claims the same actions; then only the decoder keeps them, and masks do not
    turn with the image. head="fcn" is the same decoder with every weight free, for any backbone. Tied by |H| elements
    the decoder has sqrt |H| times as many channels, about as many weights.

    Raises:
        ValueError: head is neither, or width < 1; the data have no masks; the equivariant head does not fit the
            backbone.
        TypeError: neither do its fibres.
    """

    head: Head = "fcn"
    """Whether the decoder is tied by the group of the backbone."""
    width: int = 16
    """Channels of a free decoder at the finest level; twice as many at each coarser one."""
    balanced: bool = True
    """Whether ground and objects weigh the same in the loss, or all pixels: small objects may then not be found."""
    batch_size: int = 16
    """Scenes in a batch."""
    lr: float = 1e-2
    """Peak learning rate."""

    name: ClassVar[str] = "segmentation"

    def __post_init__(self) -> None:
        super().__post_init__()
        at_least(1, width=self.width)
        if self.head not in get_args(Head):
            raise ValueError(f"Segmentation.head is one of {get_args(Head)}, got {self.head!r}")

    @property
    def headline(self) -> str:
        return "mIoU"

    def build(self, backbone: Backbone, classes: tuple[str, ...], size: int) -> Segmenter:
        made = steerable_segmenter if self.head == "equivariant" else plain_segmenter
        return made(backbone, self.width, 1 + len(classes))

    def loss(self, model: nn.Module, batch: SceneBatch) -> Tensor:
        return cross_entropy(model(batch.x), masks_of(batch), self.balanced)

    def score(self, model: nn.Module, data: AnyScenes) -> dict[str, float]:
        """mIoU and pixel accuracy over all pixels of all images, as `mean_iou` and `pixel_accuracy` define them."""
        k = 1 + len(data.classes)
        counts = torch.stack([confusion(predicted, mask, k) for predicted, mask in self.predicted(model, data)]).sum(0)
        return {"mIoU": mean_iou(counts), "pixel accuracy": pixel_accuracy(counts)}

    def predicted(self, model: nn.Module, data: AnyScenes) -> Iterator[tuple[Tensor, Tensor]]:
        """The likeliest class of every pixel and the true one, (b h w) each, in evaluation mode."""
        like: Any = any_weight(model)
        with frozen(model):  # type: ignore[arg-type]
            for batch in self.read(data, torch.arange(len(data)).split(self.batch_size)):
                predicted = model(batch.x.to(like)).argmax(1)
                yield predicted, masks_of(batch).to(predicted.device)


def masks_of(batch: SceneBatch) -> Tensor:
    """The masks of scenes, (b h w).

    Raises:
        ValueError: they have none.
    """
    if batch.mask is None:
        raise ValueError("segmentation needs scenes with masks, got scenes with none")
    return batch.mask
