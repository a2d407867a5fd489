"""What is done to a network of escnn, which shares its bases with all others, does not reach ours."""

from __future__ import annotations

import torch

from groups import Cyclic
from groups._escnn import enn, gspaces
from homossl.encoders import CNN

SPACE = gspaces.rot2dOnR2(6)
IMAGE, FIELDS = enn.FieldType(SPACE, [SPACE.trivial_repr]), enn.FieldType(SPACE, 2 * [SPACE.regular_repr])


def basis(conv) -> torch.Tensor:
    ((_, block),) = conv.basisexpansion.named_children()
    return block.sampled_basis.double()


def ours() -> torch.Tensor:
    encoder = CNN(fields=(2,), steps=(1,)).build(Cyclic(6), 1, 9)
    return next(buffer for name, buffer in encoder.named_buffers() if "basis" in name).double()


def test_a_rounded_basis_of_another_network_is_not_ours():
    before, theirs = ours(), basis(enn.R2Conv(IMAGE, FIELDS, 3))
    enn.R2Conv(IMAGE, FIELDS, 3).half()
    assert torch.equal(ours(), before)
    assert not torch.equal(basis(enn.R2Conv(IMAGE, FIELDS, 3)), theirs), "control: escnn's own next one is rounded"
