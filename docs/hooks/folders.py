"""A folder in the navigation stands for its pages: the index first, the others by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def on_config(config: Any) -> None:
    """Write out the folders of the navigation."""
    config.nav = expanded(config.nav, Path(config.docs_dir))


def expanded(item: Any, root: Path) -> Any:
    """An item of the navigation with "folder/" replaced by the list of its pages."""
    if isinstance(item, list):
        return [expanded(part, root) for part in item]
    if isinstance(item, dict):
        return {title: expanded(part, root) for title, part in item.items()}
    return pages(root / item, root) if item.endswith("/") else item


def pages(folder: Path, root: Path) -> list[str]:
    """The pages of a folder, as the navigation names them."""
    files = sorted(folder.glob("*.md"), key=lambda file: (file.name != "index.md", file.name))
    return [file.relative_to(root).as_posix() for file in files]
