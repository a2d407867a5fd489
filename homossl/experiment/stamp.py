"""What a result was made of: the spec it follows, and the sources that it depends on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from homossl.experiment.closure import Sources
from homossl.train.spec_json import differences, encode, inits, is_spec


@dataclass(frozen=True)
class Stamp:
    """An encoded spec, and module -> SHA-256 of its source for all modules of ours that it depends on."""

    spec: Any
    code: Mapping[str, str]

    @staticmethod
    def of(spec: Any, sources: Sources, *entrances: str) -> Stamp:
        """The stamp of a spec as things are now, and of the modules that carry it out."""
        return Stamp(encode(spec), sources.digests({*entrances, *modules_of(spec)}))

    def to_dict(self) -> dict[str, Any]:
        """Its fields, ready for JSON."""
        return {"spec": self.spec, "code": dict(self.code)}

    def changes(self, old: Stamp) -> list[str]:
        """What has changed since an old one: fields of the spec, and modules.

        >>> Stamp({"epochs": 2}, {"m": "1"}).changes(Stamp({"epochs": 2}, {"m": "0"}))
        ['code of m']
        """
        code = sorted(name for name in {*self.code, *old.code} if self.code.get(name) != old.code.get(name))
        return differences(old.spec, self.spec) + [f"code of {name}" for name in code]


def modules_of(spec: Any) -> set[str]:
    """The modules that define the classes of a spec, and of the specs in it."""
    return {type(part).__module__ for part in _parts(spec)}


def packages_of(specs: Iterable[Any]) -> set[str]:
    """The top packages of those modules."""
    return {module.partition(".")[0] for spec in specs for module in modules_of(spec)}


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _parts(item)
    elif is_spec(type(value)):
        yield value
        for field in inits(value):
            yield from _parts(getattr(value, field.name))
