"""The claim of a model, asserted."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn

from groups import Action, Element
from homossl.report.text import listed
from homossl.verify.check import check
from homossl.verify.result import Report
from homossl.verify.words import in_words


def assert_homomorphism(
    f: nn.Module | Callable[[Tensor], Tensor],
    source: Action | None = None,
    target: Action | None = None,
    x: Tensor | None = None,
    tolerance: float | None = None,
    *,
    elements: Element | None = None,
) -> None:
    """Assert f(g x) = g f(x), where `source` moves x: (b *event) and `target` f(x), as `homossl.verify` checks it.

    >>> from groups import Cyclic, Trivial, image_action
    >>> assert_homomorphism(lambda x: x.mean((-2, -1)), image_action(Cyclic(4)), Trivial(Cyclic(4)))

    Raises:
        AssertionError: a layer misses; the message names the worst of them and the element, with its residual.
        TypeError: no actions are given, and f declares none.
    """
    __tracebackhide__ = True
    report = check(f, source, target, x, elements=elements, tolerance=tolerance)
    if not report.passed:
        raise AssertionError(explain(report))


def explain(report: Report) -> str:
    """The worst layer and element of a check that failed, and by how much they miss."""
    headline, *_ = report.verdict().splitlines()
    if not report.faults:
        return headline
    worst = report.worst()
    residual = f"{worst.value:.3g}, above its tolerance of {worst.tolerance:.3g}"
    return listed(headline, {"element": in_words(worst.element), "layer": worst.layer, "residual": residual})
