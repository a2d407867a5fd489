"""An encoder is a list of stages, each of which claims to be a homomorphism of actions."""

from __future__ import annotations

from collections.abc import Iterable

from einops import rearrange, reduce
from torch import Tensor, nn

from groups import Action, FieldAction


class Stage(nn.Module):
    """A module that claims f(g x) = g f(x), g acting by action_in on x: (b *event) and by action_out on f(x).

    Raises:
        TypeError: one of them is no action.
    """

    def __init__(self, body: nn.Module, action_in: Action, action_out: Action) -> None:
        super().__init__()
        for name, action in (("action_in", action_in), ("action_out", action_out)):
            if not isinstance(action, Action):
                raise TypeError(f"the {name} of a Stage is a group action, got {action!r}")
        self.body = body
        self.action_in, self.action_out = action_in, action_out

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x)


class Encoder(nn.Module):
    """Stages one after the other, f = f_n ... f_1; the claim of the whole follows from those of the parts.

    Raises:
        ValueError: there are no stages.
        TypeError: something is no Stage, or a stage does not take what the one before it gives.
    """

    def __init__(self, stages: Iterable[Stage] | Stage) -> None:
        super().__init__()
        stages = [stages] if isinstance(stages, Stage) else list(stages)
        if foreign := [type(stage).__name__ for stage in stages if not isinstance(stage, Stage)]:
            raise TypeError(f"an Encoder is made of Stages, which declare their actions, got {foreign}")
        self.stages = nn.ModuleList(stages)
        if not len(self.stages):
            raise ValueError("an Encoder needs at least one stage, got none")
        for i, (before, after) in enumerate(zip(self.stages, self.stages[1:], strict=False)):
            if before.action_out != after.action_in:
                raise TypeError(f"stage {i} gives {before.action_out}, but stage {i + 1} takes {after.action_in}")

    @property
    def action_in(self) -> Action:
        """How the group moves inputs."""
        return self.stages[0].action_in  # type: ignore[return-value]

    @property
    def action_out(self) -> Action:
        """How the group moves features."""
        return self.stages[-1].action_out  # type: ignore[return-value]

    def forward(self, x: Tensor) -> Tensor:
        for stage in self.stages:
            x = stage(x)
        return x

    def upto(self, count: int) -> Encoder:
        """The encoder of the first stages, f_count ... f_1, which are the very same modules.

        Raises:
            ValueError: count is not in 1..n, for an encoder of n stages.
        """
        if type(count) is not int or not 1 <= count <= len(self.stages):
            raise ValueError(f"count: expected 1..{len(self.stages)}, the stages of the encoder, got {count!r}")
        return self if count == len(self.stages) else Encoder(self.stages[:count])  # type: ignore[arg-type]

    def readings(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """What evaluation reads of features: all of them but their place, (b d), and what the group leaves, (b k).

        Of regular fields these are the pose (b (c g)) and its mean over the group (b c).
        """
        return self.action_out.readings(z)

    def pose(self, z: Tensor) -> Tensor:
        """Features averaged over space with the pose kept, (b (c g) h w) -> (b c g), g the order of the fibre's group.

        Raises:
            TypeError: the fibres are not copies of a regular representation.
        """
        if not isinstance(self.action_out, FieldAction):
            raise TypeError(f"the pose of a feature is read from a FieldAction, got {self.action_out}")
        return rearrange(reduce(z, "b c h w -> b c", "mean"), "b (c g) -> b c g", g=self.action_out.regular_order)
