"""Models by name: runs of ours, torchvision's, timm's, and any module that a Python file makes."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import torch
from torch import Tensor, nn

from groups import FieldAction
from homossl.data import Data
from homossl.importing import import_file, import_from
from homossl.train import load_learner
from homossl.verify.declared import declared_actions

EXPECTED = "a run, a checkpoint, torchvision:NAME, timm:NAME, package.module:callable or path/file.py:callable"
COLOUR = 3


class Loaded(NamedTuple):
    """A model, and what is known of the images it was made for."""

    model: nn.Module
    size: int | None = None
    """Pixels along each side."""
    mean: Sequence[float] = (0.0,)
    """What is subtracted from each channel of images in [0, 1]."""
    std: Sequence[float] = (1.0,)
    """What they are divided by then."""
    data: Data | None = None
    """What a run has learned from."""

    @property
    def channels(self) -> int:
        """Of images: as its action says, as its first convolution takes, or else 3."""
        action, _ = declared_actions(self.model)
        if isinstance(action, FieldAction):
            return action.fibre.dim
        return next((m.in_channels for m in self.model.modules() if isinstance(m, nn.Conv2d)), COLOUR)

    def normalise(self, x: Tensor) -> Tensor:
        """Images (b c h w) in [0, 1] as the weights expect them."""
        mean, std = (x.new_tensor(values)[:, None, None] for values in (self.mean, self.std))
        return (x - mean) / std


def load_model(text: str, weights: str | None = None, seed: int = 0) -> Loaded:
    """The model that a text names, in evaluation mode: the encoder of a run, or what the other kinds of names make.

    Weights that are not loaded are drawn from the seed. `weights` names trained ones of torchvision ("DEFAULT" is its
    best) or is "DEFAULT" for timm's; they are downloaded.

    Raises:
        ValueError: the text names nothing, or weights that there are not.
        ImportError: timm is not installed, or a module cannot be imported.
        TypeError: what was named is no torch module and makes none.
        OSError: a file cannot be read, or weights cannot be downloaded.
    """
    kind, _, name = text.partition(":")
    if weights and kind not in ("torchvision", "timm"):
        raise ValueError(f"weights are for models of torchvision and timm, got {weights!r} for {text!r}")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        loaded = _load(text, kind, name, weights)
    return loaded._replace(model=loaded.model.eval())


def _load(text: str, kind: str, name: str, weights: str | None) -> Loaded:
    match kind, name:
        case "torchvision", str() if name:
            return _torchvision(name, weights)
        case "timm", str() if name:
            return _timm(name, weights)
        case place, str() if name:
            file = place.endswith(".py")
            return Loaded(_made(import_file(Path(place)) if file else import_from(place, Path.cwd()), name))
    if not Path(text).exists():
        raise ValueError(f"expected {EXPECTED}; got {text!r}")
    learner, recipe = load_learner(Path(text))
    return Loaded(learner.encoder, getattr(recipe.data, "size", None), data=recipe.data)


def _torchvision(name: str, weights: str | None) -> Loaded:
    from torchvision import models  # takes a second to import

    _check_known("torchvision", name, models.list_models(module=models))
    if weights is None:
        return Loaded(models.get_model(name, weights=None))
    kinds = models.get_model_weights(name).__members__
    if weights not in kinds:
        raise ValueError(f"torchvision:{name} has the weights {', '.join(kinds)}, got {weights!r}")
    transform = kinds[weights].transforms()
    model = _downloaded(lambda: models.get_model(name, weights=kinds[weights]), f"torchvision:{name}")
    return Loaded(model, None, transform.mean, transform.std)


def _timm(name: str, weights: str | None) -> Loaded:
    try:
        import timm  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise ImportError(f"timm:{name} needs timm: pip install 'homossl[timm]'") from None
    _check_known("timm", name.partition(".")[0], timm.list_models())
    if weights is None:
        return Loaded(timm.create_model(name, pretrained=False))
    if weights != "DEFAULT":
        raise ValueError(f"timm:{name} takes the weights DEFAULT, or NAME.TAG for its name, got {weights!r}")
    model = _downloaded(lambda: timm.create_model(name, pretrained=True), f"timm:{name}")
    return Loaded(model, None, model.default_cfg["mean"], model.default_cfg["std"])  # type: ignore[index]


def _check_known(library: str, name: str, known: Sequence[str]) -> None:
    if name not in known:
        close = ", ".join(difflib.get_close_matches(name, known)) or f"{len(known)} others"
        raise ValueError(f"{library} has no image classifier {name!r}, but {close}")


def _downloaded(create: Callable[[], nn.Module], what: str) -> nn.Module:
    try:
        return create()
    except OSError as error:
        raise OSError(f"the weights of {what} could not be downloaded: {error}") from error


def _made(module: ModuleType, name: str) -> nn.Module:
    named = getattr(module, name, None)
    model = named() if callable(named) and not isinstance(named, nn.Module) else named
    if not isinstance(model, nn.Module):
        got = "nothing" if named is None else f"{named!r}" if model is named else f"what makes a {type(model).__name__}"
        raise TypeError(f"expected {name} of {module.__name__} to be a torch module or to make one, got {got}")
    return model
