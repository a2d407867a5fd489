"""A user's own clouds of points: one folder for each class; and ModelNet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from homossl.data.clouds import READERS, centred, read_points, unit
from homossl.data.folder import class_files, list_split
from homossl.data.samples import Samples
from homossl.data.split import Split, check_split

EXTENSIONS = (*READERS, ".off")


@dataclass(frozen=True)
class PointFolder:
    """Clouds in `<root>/train/<class>/*` and `<root>/test/<class>/*`, or in `<root>/<class>/*`.

    x: (n points 3+features) float32. Files are .npy (n c), .npz with one array or one called points, .xyz, .txt or .csv
    with a point in each line, .ply (its vertices), or .off meshes, from whose surface points are drawn. What is drawn
    depends on the seed and the place of the file in its split only. Without train and test folders, a fixed random
    test_fraction of the files of each class (sorted by name) is the test set.

    Raises:
        ValueError: points or per_class is below 1, or features or the seed below 0.
    """

    root: str
    """Folder of the class folders, or of train and test ones."""
    points: int = 1024
    """Points of each cloud: drawn from those of the file, which are repeated where there are fewer."""
    features: int = 0
    """Columns after x, y and z, such as normals or colours."""
    centred: bool = True
    """Shift each cloud, so that the mean of its points is 0."""
    unit: bool = True
    """Scale each cloud, so that its furthest point is at distance 1 from 0."""
    test_fraction: float = 0.2
    """Share of each class for testing, where there are no train and test folders."""
    per_class: int | None = None
    """Files read of each class and split, the first by name; None reads all."""
    seed: int = 0
    """What points are drawn from."""

    def __post_init__(self) -> None:
        for name, least in (("points", 1), ("features", 0), ("seed", 0)):
            if getattr(self, name) < least:
                raise ValueError(f"{type(self).__name__}.{name} is at least {least}, got {getattr(self, name)}")
        if self.per_class is not None and self.per_class < 1:
            name = type(self).__name__
            raise ValueError(f"{name}.per_class is at least 1, or None for all files, got {self.per_class}")

    def load(self, split: Split) -> Samples:
        """The clouds of one split, classes and files in the order of their names.

        Raises:
            FileNotFoundError: there is no root, no class folder, or no file for the split.
            ValueError: a class folder is empty, train and test classes differ, or a file cannot be read as points.
        """
        check_split(split)
        classes = self._files(Path(self.root).expanduser(), split)
        read = slice(self.per_class)
        paths = [(path, label) for label, files in enumerate(classes.values()) for path in files[read]]
        if not paths:
            raise FileNotFoundError(f"no files for the {split} split of {self.root} with {self.test_fraction=}")
        clouds = [self._cloud(path, [self.seed, split == "test", i]) for i, (path, _) in enumerate(paths)]
        return Samples(torch.stack(clouds), torch.tensor([label for _, label in paths]), tuple(classes))

    def _files(self, root: Path, split: Split) -> dict[str, list[Path]]:
        return list_split(root, split, self.test_fraction, EXTENSIONS)

    def _cloud(self, path: Path, seeds: list[int]) -> Tensor:
        state = np.random.SeedSequence(seeds).generate_state(1, np.uint64)
        generator = torch.Generator().manual_seed(int(state[0]))
        cloud = read_points(path, self.points, 3 + self.features, generator)
        cloud = centred(cloud) if self.centred else cloud
        return (unit(cloud) if self.unit else cloud).float()


@dataclass(frozen=True)
class ModelNet(PointFolder):
    """ModelNet10 or ModelNet40 as it is unpacked: OFF meshes in `<root>/<class>/train/*` and `<root>/<class>/test/*`.

    Source: Wu et al., 3D ShapeNets: A Deep Representation for Volumetric Shapes, CVPR 2015.
    """

    def _files(self, root: Path, split: Split) -> dict[str, list[Path]]:
        layout = "<root>/<class>/train/*.off and <root>/<class>/test/*.off"
        if not root.is_dir():
            raise FileNotFoundError(f"{root.resolve()} is not a folder; expected {layout}")
        folders = sorted(p for p in root.iterdir() if (p / split).is_dir() and not p.name.startswith("."))
        if not folders:
            raise FileNotFoundError(f"no class folders with {split} in {root.resolve()}; expected {layout}")
        return {folder.name: class_files(folder / split, (".off",), layout) for folder in folders}
