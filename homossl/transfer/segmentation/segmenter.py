"""A backbone with a decoder: the class of every pixel of an image."""

from __future__ import annotations

from torch import Tensor, nn

from groups import FieldAction, image_action
from homossl.transfer.backbone import Backbone
from homossl.transfer.segmentation.decoder import Decoder, plain_decoder, steerable_decoder


class Segmenter(nn.Module):
    """Images x: (b c h w) in [0, 1] to logits f(x): (b k h w), of k classes for each pixel.

    A steerable one claims f(g x) = g f(x), g acting by action_in on images and by action_out on logits, which it moves
    as images: the mask of a turned image is the turned mask. The decoder keeps that; the whole does where the backbone
    keeps its own claims, as `homossl.verify.check` tells. A plain one claims nothing, and its actions are None.
    """

    def __init__(self, backbone: Backbone, decoder: Decoder, action_out: FieldAction | None = None) -> None:
        super().__init__()
        self.backbone, self.decoder, self.action_out = backbone, decoder, action_out
        self.action_in = None if action_out is None else backbone.action_in

    def forward(self, x: Tensor) -> Tensor:
        return self.decoder(self.backbone(x), x.shape[-2:])


def steerable_segmenter(backbone: Backbone, width: int, k: int) -> Segmenter:
    """A segmenter whose decoder is tied by the group that moves the levels of the backbone.

    Raises:
        ValueError: it is not known how a group moves them.
        TypeError: their fibres are not copies of the regular representation of a point group C_n or D_n.
    """
    decoder, given = steerable_decoder(backbone.levels, width, k), backbone.action_in
    assert given is not None
    return Segmenter(backbone, decoder, image_action(given.group, k, given.padding))


def plain_segmenter(backbone: Backbone, width: int, k: int) -> Segmenter:
    """A segmenter whose decoder has every weight free."""
    return Segmenter(backbone, plain_decoder(backbone.levels, width, k))
