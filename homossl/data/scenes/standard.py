"""What standard data sets of scenes have in common: their layout is torchvision's, which downloads them on request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from homossl.data.scenes.real import RealScenes


@dataclass(frozen=True)
class StandardScenes(RealScenes):
    """Scenes that torchvision finds in the folder root; download=True fetches them into it first."""

    root: str = "data"
    """Folder of the files."""
    download: bool = False
    """Fetch the files first, unless they are there."""

    def _open(self, dataset: str, **options: Any) -> Any:
        from torchvision import datasets  # takes seconds to import, and most runs need none of it

        folder = Path(self.root).expanduser()
        try:
            return getattr(datasets, dataset)(folder, download=self.download, **options)
        except RuntimeError as error:
            raise FileNotFoundError(
                f"{type(self).__name__}: looked in {folder.resolve()}: {error}. "
                f"{replace(self, download=True)} downloads it into that folder."
            ) from error
