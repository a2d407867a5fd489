"""`groups` is a crowded name: is the one that Python finds ours?"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[1]


def check_groups(root: Path = ROOT) -> None:
    """Our `groups` lies beside homossl; it is looked up, not imported, so that a bare `import homossl` stays quick.

    Raises:
        ImportError: another package is found first, or none; the message says where it is.
    """
    spec = find_spec("groups")
    places = list(spec.submodule_search_locations or [spec.origin]) if spec else []
    if [Path(str(place)).resolve() for place in places] == [(root / "groups").resolve()]:
        return
    raise ImportError(
        f"homossl needs the `groups` package that it ships with, in {root}, but `import groups` finds another one: "
        f"{places or 'nothing'}. Uninstall or rename that one, or put {root} before it on sys.path."
    )
