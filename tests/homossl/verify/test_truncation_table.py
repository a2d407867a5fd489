"""A thorough check tells what is cut off from what is missed."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from groups import Torus, Translation, image_action
from homossl.encoders import CNN, Stage
from homossl.verify import check

RIGHT = Translation(2).element([[3.0, 0.0], [0.0, 0.0]], dtype=torch.float64)


def shifted(padding) -> Stage:
    action = image_action(Translation(2), padding=padding)
    return Stage(nn.Identity(), action, action)


def report(padding):
    x = torch.rand(2, 1, 9, 9, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    return check(shifted(padding), x=x, elements=RIGHT, thorough=True)


def test_a_shift_cuts_off_the_columns_that_come_from_beyond():
    cut = report("zeros").details.truncated
    assert len(cut.elements) == 1, "the identity cuts off nothing"
    assert cut.measured.unseen.item() == pytest.approx(3 / 9)
    assert cut.measured.total.item() == 0
    assert "33%" in report("zeros").table()
    assert report("zeros").details.to_dict()["truncation"]["unseen"] == pytest.approx([3 / 9])


def test_control_a_torus_cuts_off_nothing():
    assert report("circular").details.truncated is None
    around = CNN(fields=(1,), steps=(1,)).build(Torus(5, 5), 1, 5)
    assert check(around, thorough=True).details.truncated is None


def test_the_page_has_a_table_of_it(tmp_path):
    report("zeros").save(tmp_path / "report.html")
    assert "Truncation" in (tmp_path / "report.html").read_text()
    report("circular").save(tmp_path / "other.html")
    assert "Truncation" not in (tmp_path / "other.html").read_text()
