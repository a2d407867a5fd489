"""A batch of group elements, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

if TYPE_CHECKING:
    from groups.group import Group


@dataclass(frozen=True, eq=False)
class Element:
    """A batch of elements of one group, params: (*batch param_dim).

    g @ h composes (apply h, then g), ~g inverts, g[i] indexes the batch; batches broadcast.

    >>> from groups import Cyclic
    >>> r = Cyclic(4).element([1])
    >>> (r @ r @ ~r).params.tolist()
    [1]

    Raises:
        ValueError: params do not end in the group's param_dim.
    """

    group: Group
    params: Tensor

    def __post_init__(self) -> None:
        if self.params.dim() == 0 or self.params.shape[-1] != self.group.param_dim:
            raise ValueError(
                f"an element of {self.group} has params (*batch {self.group.param_dim}), got {tuple(self.params.shape)}"
            )

    @property
    def shape(self) -> torch.Size:
        """The batch shape."""
        return self.params.shape[:-1]

    @property
    def device(self) -> torch.device:
        """Where the parameters live."""
        return self.params.device

    @property
    def float_dtype(self) -> torch.dtype:
        """The dtype of the parameters, or torch's default where they are integers."""
        return self.params.dtype if self.params.is_floating_point() else torch.get_default_dtype()

    def __matmul__(self, other: Element) -> Element:
        return self.group.compose(self, other)

    def __invert__(self) -> Element:
        return self.group.inverse(self)

    def __getitem__(self, index: Any) -> Element:
        index = index if isinstance(index, tuple) else (index,)
        rest = () if any(i is Ellipsis for i in index) else (...,)
        return Element(self.group, self.params[(*index, *rest, slice(None))])

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError(f"a single element has no length: {self}")
        return self.shape[0]

    def to(self, *args: Any, **kwargs: Any) -> Element:
        """The same elements on another device or in another floating dtype; integer parameters stay integers."""
        if self.params.is_floating_point():
            return Element(self.group, self.params.to(*args, **kwargs))
        target = torch.empty(0, dtype=torch.float32, device=self.device).to(*args, **kwargs)
        return Element(self.group, self.params.to(target.device))

    def expand(self, *shape: int) -> Element:
        """Broadcast the batch to a shape."""
        return Element(self.group, self.params.expand(*shape, self.group.param_dim))

    def reshape(self, *shape: int) -> Element:
        """Another shape of the same batch."""
        return Element(self.group, self.params.reshape(*shape, self.group.param_dim))
