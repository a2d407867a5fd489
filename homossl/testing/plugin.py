"""The pytest plugin that collects laws as tests; it imports no torch, because pytest loads it whenever it starts."""

from __future__ import annotations

import sys
from typing import Any

import pytest

NAMES = {"homossl", "homossl.testing.plugin"}
"""As an entry point, and as a module."""


def pytest_plugin_registered(plugin: object, manager: pytest.PytestPluginManager) -> None:
    """Under one of its names it is there; pluggy would refuse it under the other."""
    if plugin is sys.modules[__name__]:
        for name in NAMES - {manager.get_name(plugin)}:
            manager.set_blocked(name)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: pytest.Collector, name: str, obj: Any) -> LawItem | None:
    """A law is a test."""
    module = sys.modules.get("homossl.testing.law")  # nobody has made a law before this is imported
    if module is None or not isinstance(obj, module.Law):
        return None
    return LawItem.from_parent(collector, name=name, callobj=obj.test(f"{collector.nodeid}::{name}"), law=obj)


class LawItem(pytest.Function):
    """A law as a test; its failure is told without a traceback."""

    def __init__(self, *args: Any, law: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for mark in law.marks if isinstance(law.marks, list | tuple) else [law.marks]:
            self.add_marker(mark)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:  # type: ignore[override]
        broken = sys.modules["homossl.testing.law"].Broken
        if not isinstance(excinfo.value, broken):
            return super().repr_failure(excinfo)
        excinfo.value.__notes__ = []
        return excinfo.getrepr(style="value")
