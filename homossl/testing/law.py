"""What a law is: a statement about a group and some of its elements, which Hypothesis tries to break."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar

from hypothesis import given
from hypothesis import settings as Settings
from hypothesis import strategies as st

from groups import Element, Group
from groups.strategies import elements

Groups = Group | Sequence[Group] | st.SearchStrategy[Any]
"""One group, some of them from simple to complex, or a strategy that draws them."""


class Broken(AssertionError):
    """A law does not hold; the message says where."""


@dataclass(frozen=True, eq=False)
class Law(ABC):
    """A statement for each of some groups and any few elements of it.

    In a test module the pytest plugin makes it a test of its name; anywhere else, `law()` runs it.
    """

    _: KW_ONLY
    tolerance: float | None = None
    """The residual that is allowed; None asks what the law is about."""
    settings: Settings | None = None
    """Hypothesis' settings; None takes its profile. There is no deadline, because the first example builds a model."""
    marks: Any = ()
    """A mark of pytest, such as `pytest.mark.slow`, or several."""

    arity: ClassVar[int]
    """How many elements it is about."""

    def __post_init__(self) -> None:
        drawn(self.over())

    @abstractmethod
    def over(self) -> Groups:
        """The groups that it is about."""

    @abstractmethod
    def examine(self, *g: Element) -> None:
        """Try the statement on elements g: () of one group.

        Raises:
            Broken: it does not hold.
        """

    def test(self, name: str = "law") -> Callable[[], None]:
        """A Hypothesis test, whose counterexamples are remembered by this name."""

        @given(drawn(self.over()).flatmap(self._elements))
        def holds(g: tuple[Element, ...]) -> None:
            self.examine(*g)

        holds.hypothesis.inner_test._hypothesis_internal_add_digest = name.encode()  # type: ignore[attr-defined]
        return Settings(self.settings or Settings.default, deadline=None)(holds)

    def __call__(self) -> None:
        """Run it."""
        self.test()()

    def _elements(self, group: Group) -> st.SearchStrategy[tuple[Element, ...]]:
        return st.tuples(*[elements(group)] * self.arity)


def drawn(groups: Groups) -> st.SearchStrategy[Any]:
    """The strategy that draws groups; it shrinks toward the first.

    Raises:
        TypeError: they are no groups.
    """
    if isinstance(groups, st.SearchStrategy):
        return groups
    several = [groups] if isinstance(groups, Group) else groups
    if not isinstance(several, Sequence) or not several or not all(isinstance(group, Group) for group in several):
        raise TypeError(
            f"groups: expected a group, some in a list, or a strategy such as finite_groups(), got {groups!r}"
        )
    return st.sampled_from(several)
