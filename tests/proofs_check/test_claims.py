"""Every claim holds, on a few of its cases; `homossl prove` measures all of them."""

from __future__ import annotations

import pytest

from proofs_check.claim import Case, Claim
from proofs_check.library import load, names
from proofs_check.measure import measure


def some(count: int) -> list[int]:
    """The first, the last and one in between."""
    return sorted({0, count // 2, count - 1})


@pytest.mark.parametrize("name", names())
def test_claim_holds_and_its_controls_fail(name) -> None:
    claim = load(name)
    measured = {i: measure(name, i) for i in some(len(claim.cases))}
    assert {i: m.error for i, m in measured.items() if m.error} == {}
    assert all(m.residual <= claim.bound for m in measured.values()), measured
    assert all(m.control > claim.miss for m in measured.values()), measured


@pytest.mark.parametrize("name", names())
def test_claim_says_what_it_is(name) -> None:
    claim = load(name)
    texts = [claim.title, claim.statement, claim.source, claim.measured, *[case.broken for case in claim.cases]]
    assert all(text.strip() == text and len(text) > 2 for text in texts)
    assert any(word in claim.source for word in ("textbook", "derived", "arXiv"))


def claim_of(*cases: Case, bound: float = 1e-10, miss: float = 1e-3) -> Claim:
    return Claim("t", "s", "derived", "m", bound, miss, cases)


def test_what_is_no_claim_is_refused() -> None:
    case = Case("C4", lambda: 0.0, lambda: 1.0, "nothing")
    assert claim_of(case).cases == (case,)
    with pytest.raises(ValueError, match="one case or more"):
        claim_of()
    with pytest.raises(ValueError, match=r"a name of its own, got \['C4', 'C4'\]"):
        claim_of(case, case)
    with pytest.raises(ValueError, match=r"miss > bound, got 1e-10 and 1e-10"):
        claim_of(case, miss=1e-10)
