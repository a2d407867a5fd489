"""Checkpoints: one safetensors file with weights, optimiser state, step and recipe; written whole or not at all.

Nothing is ever unpickled, and nothing is loaded into a learner before all of the file has been found to fit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from homossl.parallel import cut_like, whole
from homossl.train.files import write_atomic

FORMAT = 1
"""Version of the layout; a higher one is refused."""

KEYS = ("homossl_format", "step", "shape", "recipe", "scaler", "keys")
"""What the metadata holds."""


class CheckpointError(ValueError):
    """A file that is not a checkpoint, or not one of this learner."""


@dataclass(frozen=True)
class Checkpoint:
    """What a run needs to go on: tensors named `learner.*` and `optimiser.<parameter>.<state>`, and the rest.

    step counts optimiser steps, shape is that of the samples, recipe is JSON, scaler is that of 16-mixed.
    """

    path: Path
    tensors: dict[str, Tensor]
    step: int
    shape: tuple[int, ...]
    recipe: str
    scaler: dict[str, Any]

    @staticmethod
    def of(path: Path, learner: nn.Module, optimiser: torch.optim.Optimizer, **rest: Any) -> Checkpoint:
        """A copy of the present state, on the CPU; `rest` is all else. Of weights in parts all processes ask for it."""
        tensors = {f"learner.{name}": tensor for name, tensor in learner.state_dict().items()}
        tensors |= dict(_optimiser_tensors(learner, optimiser))
        copies = {name: whole(t.detach()).to("cpu", copy=True).contiguous() for name, t in tensors.items()}
        return Checkpoint(path, copies, **rest)

    def write(self) -> None:
        """Write `path`, atomically.

        Raises:
            FloatingPointError: if a tensor is not finite; the file that is there stays.
        """
        for name, tensor in self.tensors.items():
            if not tensor.isfinite().all():
                raise FloatingPointError(f"{name} is not finite after step {self.step}: {self.path} is left as it was")
        metadata = {
            "homossl_format": str(FORMAT),
            "step": str(self.step),
            "shape": json.dumps(self.shape),
            "recipe": self.recipe,
            "scaler": json.dumps(self.scaler),
            "keys": json.dumps(sorted(self.tensors)),
        }
        write_atomic(self.path, save(self.tensors, metadata))

    @staticmethod
    def read(path: Path) -> Checkpoint:
        """Read `path`.

        Raises:
            FileNotFoundError: if there is none.
            CheckpointError: if it is truncated, no checkpoint of ours, of a later format, or lacks tensors.
        """
        if not path.is_file():
            raise FileNotFoundError(f"no checkpoint at {path}")
        try:
            with safe_open(path, framework="pt") as file:
                metadata = _checked(path, file.metadata() or {})
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except SafetensorError as error:
            raise CheckpointError(f"{path}: expected a whole safetensors file, got: {error}") from None
        try:
            keys, step, shape, scaler = (json.loads(metadata[name]) for name in ("keys", "step", "shape", "scaler"))
            shape = _shape(shape)
        except (ValueError, TypeError) as error:
            raise CheckpointError(f"{path}: expected the metadata of a checkpoint, got damaged ones: {error}") from None
        _same_keys(path, set(keys), set(tensors))
        return Checkpoint(path, tensors, step, shape, metadata["recipe"], scaler)

    def restore(self, learner: nn.Module, optimiser: torch.optim.Optimizer | None = None) -> None:
        """Load the weights and, if given, the state of the optimiser.

        Raises:
            CheckpointError: naming the first tensor that is missing, unexpected, mis-shaped or of another type.
        """
        weights, held = self._under("learner."), learner.state_dict()
        _same_layout(self.path, "learner.", held, weights)
        state = {} if optimiser is None else self._optimiser_state(learner)
        learner.load_state_dict({name: cut_like(held[name], tensor) for name, tensor in weights.items()})
        if optimiser is not None:
            names = [_names(learner)[p] for group in optimiser.param_groups for p in group["params"]]
            indexed = {names.index(name): values for name, values in state.items()}
            optimiser.load_state_dict({"state": indexed, "param_groups": optimiser.state_dict()["param_groups"]})

    def _optimiser_state(self, learner: nn.Module) -> dict[str, dict[str, Tensor]]:
        state: dict[str, dict[str, Tensor]] = {}
        parameters = dict(learner.named_parameters())
        for name, tensor in self._under("optimiser.").items():
            parameter, _, key = name.rpartition(".")
            if parameter not in parameters:
                raise CheckpointError(f"{self.path}: unexpected tensor 'optimiser.{name}', no such parameter")
            _fits(self.path, f"optimiser.{name}", tensor, parameters[parameter])
            state.setdefault(parameter, {})[key] = cut_like(parameters[parameter], tensor) if tensor.dim() else tensor
        return state

    def _under(self, prefix: str) -> dict[str, Tensor]:
        return {name.removeprefix(prefix): t for name, t in self.tensors.items() if name.startswith(prefix)}


def _optimiser_tensors(learner: nn.Module, optimiser: torch.optim.Optimizer) -> Iterator[tuple[str, Tensor]]:
    names = _names(learner)
    for parameter, state in optimiser.state.items():
        for key, value in state.items():
            name = f"optimiser.{names[parameter]}.{key}"
            if not isinstance(value, Tensor):
                raise TypeError(f"a checkpoint holds tensors only, got {name} = {value!r}")
            yield name, value


def _names(learner: nn.Module) -> dict[Tensor, str]:
    return {parameter: name for name, parameter in learner.named_parameters()}


def _checked(path: Path, metadata: dict[str, str]) -> dict[str, str]:
    if missing := [key for key in KEYS if key not in metadata]:
        raise CheckpointError(f"{path}: expected the metadata key '{missing[0]}', got {sorted(metadata)}")
    seen = metadata["homossl_format"]
    if not seen.isdecimal() or int(seen) > FORMAT:
        raise CheckpointError(f"{path}: expected homossl_format at most {FORMAT}, got {seen}: update homossl")
    return metadata


def _shape(sides: object) -> tuple[int, ...]:
    if not isinstance(sides, list) or not sides or not all(type(side) is int and side > 0 for side in sides):
        raise ValueError(f"a shape of {sides!r}")
    return tuple(sides)


def _same_keys(path: Path, expected: set[str], seen: set[str]) -> None:
    if missing := sorted(expected - seen):
        raise CheckpointError(f"{path}: expected {len(expected)} tensors, missing {_first(missing)}")
    if unexpected := sorted(seen - expected):
        raise CheckpointError(f"{path}: expected {len(expected)} tensors, unexpected {_first(unexpected)}")


def _fits(path: Path, name: str, state: Tensor, parameter: Tensor) -> None:
    if state.shape not in (parameter.shape, ()):
        raise CheckpointError(f"{path}: '{name}' expected {tuple(parameter.shape)}, got {tuple(state.shape)}")


def _same_layout(path: Path, prefix: str, expected: dict[str, Tensor], seen: dict[str, Tensor]) -> None:
    _same_keys(path, {prefix + name for name in expected}, {prefix + name for name in seen})
    for name, tensor in expected.items():
        want, got = _layout(tensor), _layout(seen[name])
        if want != got:
            raise CheckpointError(f"{path}: '{prefix}{name}' expected {want}, got {got}")


def _layout(tensor: Tensor) -> str:
    return f"{str(tensor.dtype).removeprefix('torch.')} {tuple(tensor.shape)}"


def _first(names: list[str]) -> str:
    return f"'{names[0]}'" + (f" and {len(names) - 1} more" if len(names) > 1 else "")
