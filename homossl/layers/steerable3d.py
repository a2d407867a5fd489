"""escnn convolutions of voxels made exact for the motions of the cube."""

from __future__ import annotations

from torch import Tensor, nn

from groups import Regular, Trivial, VolumeAction
from groups._escnn import enn
from groups.interop import to_escnn
from homossl.layers.steerable import rebased


def steerable_conv3d(before: VolumeAction, after: VolumeAction, kernel: int, bias: bool = False) -> nn.Module:
    """escnn's R3Conv to regular fields, striding by the ratio of the fields' strides, He-initialised.

    As in the plane, its bases are projected in float64 onto the kernels that the motions of the cube leave alone.
    """
    conv = enn.R3Conv(
        to_escnn(before),
        to_escnn(after),
        kernel,
        stride=after.stride // before.stride,
        padding=kernel // 2,
        bias=bias,
        recompute=True,
        initialize=False,
    )
    kind = Trivial if isinstance(before.fibre, Trivial) else Regular
    into = VolumeAction(before.group, kind(before.group))
    return rebased(conv, lambda basis: symmetrised3d(basis, into), before.fibre.dim)


def symmetrised3d(basis: Tensor, into: VolumeAction) -> Tensor:
    """The Reynolds projection of kernels to regular fields, (s |H| in (k k k)), over the motions h of the cube.

    Such a kernel is K_h(u) = rho_in(h) K_e(h^-1 u): K_e is the mean of all rows moved back, and the others are copies
    of it, so that the members of every orbit come out bit-identical.

    Raises:
        RuntimeError: the projection moves the basis, so that its conventions are not those of our actions.
    """
    side = round(basis.shape[-1] ** (1 / 3))
    kernels = basis.double().unflatten(-1, (side, side, side))
    motions = into.group.elements()
    mean = into(motions, into(~motions, kernels).mean(dim=1, keepdim=True))
    if (mean - kernels).norm() > 1e-4 * kernels.norm():
        raise RuntimeError(
            f"escnn's kernels of {into.group} are not invariant under our action: the conventions differ"
        )
    return mean.flatten(-3)
