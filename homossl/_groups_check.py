"""`groups` is a crowded name: is the imported one ours?"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType


def check_groups(groups: ModuleType) -> None:
    """Our `groups` says so by its `__homossl__` attribute.

    Raises:
        ImportError: it is another package; the message says where it came from.
    """
    if getattr(groups, "__homossl__", False):
        return
    found = groups.__file__ or list(groups.__path__)
    ours = Path(__file__).parents[1]
    raise ImportError(
        f"homossl needs the `groups` package that it ships with, in {ours}, but `import groups` found another one: "
        f"{found}. Uninstall or rename that one, or put {ours} before it on sys.path."
    )
