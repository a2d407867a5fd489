import math

import numpy as np
import pytest

from homossl.report.layers import FLOOR, layer_curves
from homossl.report.polar import polar


def test_curves_close_in_the_order_of_their_angles():
    (axis,) = polar({"a": ([math.pi / 2, -math.pi / 2, 0.0], [2.0, 3.0, 1.0]), "b": ([0.0, 1.0], [1.0, 1.0])}).axes
    angles, values = axis.lines[0].get_data()
    assert angles == pytest.approx([0, math.pi / 2, 3 * math.pi / 2, 2 * math.pi])
    assert list(values) == [1, 2, 3, 1]
    assert axis.lines[0].get_color() != axis.lines[1].get_color()
    assert axis.get_ylim()[0] == 0


def test_zero_has_a_place_on_a_logarithmic_axis():
    (depth,) = layer_curves({"own": [0.0, 0.1], "total": [0.0, 0.2]}, ["conv", "norm"], "residual").axes
    assert min(np.asarray(depth.lines[1].get_ydata())) == FLOOR
    assert depth.get_yscale() == "log"
    assert [label.get_text() for label in depth.get_xticklabels()] == ["conv", "norm"]


def test_a_curve_has_a_value_for_each_layer():
    with pytest.raises(ValueError, match="same first dimension"):
        layer_curves({"own": [0.1]}, ["conv", "norm"], "residual")
