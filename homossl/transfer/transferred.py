"""A model that has learned a task, in a folder: its weights, and all that it takes to build it again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save
from torch import nn

from homossl.data import AnySamples
from homossl.train import Recipe, load_learner, write_atomic
from homossl.train.spec_json import decode, encode, parse_json
from homossl.transfer.backbone import Backbone, backbone_of, is_run
from homossl.transfer.task import Task

MODEL, SPEC = "model.safetensors", "transfer.json"


def save_model(folder: Path, model: nn.Module, task: Task, source: str, train: AnySamples) -> None:
    """Write what a task has made of the backbone that `source` names, each file whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: tensor.detach().cpu().contiguous() for name, tensor in model.state_dict().items()}
    spec = {"source": source, "recipe": _recipe(source), "shape": train.shape, "classes": train.classes}
    write_atomic(folder / MODEL, save(state))
    write_atomic(folder / SPEC, json.dumps(spec | {"task": encode(task)}, indent=2) + "\n")


def load_model(folder: str | Path) -> nn.Module:
    """The model that `homossl transfer` has written to a folder, in evaluation mode on the CPU.

    Nothing is downloaded, and no run is needed: an encoder of ours is built from the recipe that was written beside it.

    Raises:
        FileNotFoundError: there is none.
        ValueError: it names classes that are neither ours nor imported already.
    """
    folder = Path(folder)
    if missing := [name for name in (SPEC, MODEL) if not (folder / name).is_file()]:
        raise FileNotFoundError(f"no transferred model in {folder}: {missing[0]} is missing")
    spec: Any = parse_json((folder / SPEC).read_text())
    shape, task = tuple(spec["shape"]), decode(spec["task"], f"{folder / SPEC}: task")
    model = task.build(_backbone(spec, shape), tuple(spec["classes"]), shape[-1])
    model.load_state_dict(load_file(folder / MODEL))
    return model.eval()


def _recipe(source: str) -> str | None:
    return load_learner(Path(source))[1].to_json() if is_run(source) else None


def _backbone(spec: dict[str, Any], shape: tuple[int, ...]) -> Backbone:
    if spec["recipe"] is None:
        return backbone_of(spec["source"], shape)
    return backbone_of(Recipe.from_json(spec["recipe"]).learner(shape).encoder, shape)
