"""The Oxford-IIIT Pets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import torch
from torch import Tensor

from homossl.data.scenes.batch import VOID, SceneBatch
from homossl.data.scenes.objects import boxes_of
from homossl.data.scenes.reading import read_mask, require_files
from homossl.data.scenes.real import SceneFiles
from homossl.data.scenes.standard import StandardScenes
from homossl.data.split import Split

Label = Literal["pet", "species", "breed"]


@dataclass(frozen=True)
class OxfordPet(StandardScenes):
    """The Oxford-IIIT Pets: 7,349 photographs of cats and dogs of 37 breeds, with a mask of the pet.

    The border of the pet is VOID in masks; its box is that of the pet with its border, and so is its instance. Source:
    Parkhi et al., Cats and Dogs (CVPR 2012).

    Raises:
        ValueError: there is no such label.
    """

    label: Label = "species"
    """What is told apart: pets from the ground only, cats from dogs, or breeds."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.label not in get_args(Label):
            raise ValueError(f"OxfordPet.label is one of {get_args(Label)}, got {self.label!r}")

    def files(self, split: Split) -> PetFiles:
        part = "trainval" if split == "train" else "test"
        folder = Path(self.root).expanduser() / "oxford-iiit-pet"
        listed = folder / "annotations" / f"{part}.txt"
        if self.download or not listed.is_file():
            self._open("OxfordIIITPet", split=part)
        names, breeds, species = read_pets(listed)
        images = tuple(folder / "images" / f"{name}.jpg" for name in names)
        masks = tuple(folder / "annotations" / "trimaps" / f"{name}.png" for name in names)
        require_files((*images, *masks), f"OxfordPet {part}")
        labels = {"pet": (0,) * len(names), "species": species, "breed": breeds}[self.label]
        return PetFiles(images, self._classes(names, breeds), self.size, self.channels, masks, labels)

    def _classes(self, names: tuple[str, ...], breeds: tuple[int, ...]) -> tuple[str, ...]:
        if self.label == "breed":
            named = {breed: name.rsplit("_", 1)[0] for name, breed in zip(names, breeds, strict=True)}
            return tuple(named[breed] for breed in sorted(named))
        return ("pet",) if self.label == "pet" else ("cat", "dog")


@dataclass(frozen=True)
class PetFiles(SceneFiles):
    """Images of pets with the files of their masks, and their classes."""

    masks: tuple[Path, ...]
    labels: tuple[int, ...]

    def annotated(self, index: int, x: Tensor) -> SceneBatch:
        label, path = self.labels[index], self.masks[index]
        mask = read_mask(path, x, {1: 1 + label, 2: 0, 3: VOID})
        if not (mask == 1 + label).any():
            raise ValueError(f"{path}: expected a mask that shows a pet (1), got none")
        pet = mask > 0
        return SceneBatch(x, mask, (boxes_of(pet),), (torch.tensor([label]),), instances=(pet,))


def read_pets(path: Path) -> tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]:
    """Names, breeds and species of the pets in a list, lines of `name breed species number`, counted from 1.

    Raises:
        ValueError: a line is not like that.
    """
    names, breeds, species = [], [], []
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        try:
            name, breed, kind, _ = line.split()
            names, breeds, species = [*names, name], [*breeds, int(breed) - 1], [*species, int(kind) - 1]
        except ValueError:
            raise ValueError(f"{path}, line {number}: expected `name breed species number`, got {line!r}") from None
    return tuple(names), tuple(breeds), tuple(species)
