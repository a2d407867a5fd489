"""What a thorough check adds."""

from __future__ import annotations

import json

import pytest
import torch

from groups import SO2, Cyclic, Irrep, Regular, Trivial
from homossl.encoders import CNN
from homossl.verify import check
from homossl.verify.details import details, latent


@pytest.fixture(scope="module")
def report():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        encoder = CNN(fields=(1, 2), steps=(1, 1)).build(Cyclic(8), 1, 17)
    return check(encoder, x=torch.randn(2, 1, 17, 17), resolutions=(17, 19))


def test_every_part_is_in_table_json_and_page(report, tmp_path) -> None:
    assert all(part in report.table() for part in ("filter sampling", "irrep (4,)", "rounding:", "halvings"))
    read = json.loads(report.to_json())["details"]
    assert [part["name"] for part in read["budget"]["parts"]] == ["interpolation", "border", "filter sampling", "left"]
    report.save(tmp_path / "report.html")
    html = (tmp_path / "report.html").read_text()
    assert all(
        title in html
        for title in ("Error budget", "Over the angle", "The orbit of one sample", "Irreps", "On finer grids")
    )


def test_the_irreps_are_those_of_one_fibre_of_each_kind() -> None:
    scores = latent(2 * Irrep(Cyclic(4), 1) + Trivial(Cyclic(4)))
    assert scores is not None
    assert scores.multiplicities == pytest.approx({(0,): 1, (1,): 1, (2,): 0})
    assert latent(Irrep(SO2(), 1)) is None


def test_a_lie_group_has_a_derivative_for_every_generator() -> None:
    rho = Irrep(SO2(), 1)
    right = check(lambda x: 3 * x, rho, rho, thorough=True)
    wrong = check(lambda x: x * torch.tensor([1.0, 2.0]), rho, rho, thorough=True)
    assert [len(r.details.lie) for r in (right, wrong)] == [1, 1]
    assert right.details.lie[0].rate.max() < 1e-6 < 0.1 < wrong.details.lie[0].rate.min()
    assert "Lie derivative, generator 0" in wrong.table()


def test_what_does_not_apply_is_empty() -> None:
    rho = Regular(Cyclic(1))
    found = details(torch.nn.Identity(), rho, rho, torch.randn(2, 1), rho.group.elements(), torch.tensor([False]))
    assert (found.latent, found.lie, found.budget, found.by_resolution, found.orbit) == (None, (), None, (), None)
    assert found.tables() == []
