from __future__ import annotations

import os
from pathlib import Path

import matplotlib
import pytest
import torch
from browser import requests

from homossl.report import (
    Curve,
    Figure,
    Page,
    Settings,
    Table,
    Text,
    Tiles,
    accuracy_dots,
    machine,
    png,
    svg,
    training_curves,
)
from homossl.report.machine import cpu_model


def curves():
    y = torch.tensor([[3.0, 2.0, 1.0], [3.5, 2.5, 0.5]])
    return training_curves({"loss": [Curve("A", "#0072b2", torch.arange(3.0), y)], "accuracy": []})


@pytest.fixture(scope="module")
def page() -> Page:
    figure = accuracy_dots({"1-NN": {"A": [80.0, 82.0], "B": [70.0, 71.0]}}, {"A": "#0072b2", "B": "#d55e00"})
    blocks = [
        Text("Notes", ["a < b & c"]),
        Tiles({"points": "+7.2 ± 1.1"}),
        Settings("Settings", {"group": "Cyclic(8)"}),
        Table("Numbers", ["arm", "accuracy"], [["A", "80.0"], ["<B>", "70.0"]], "Higher is better.", strong=0),
        Figure("Curves", svg(curves(), "curves"), "Falling."),
        Figure("Dots", png(figure, 'a "dot" plot'), "Apart."),
    ]
    return Page("A <page>", "Its lead.", blocks)


def test_needs_nothing_else(page: Page) -> None:
    html = page.html()
    assert requests(html) == []
    assert "http" not in html
    assert "<svg" in html
    assert "data:image/png;base64," in html


@pytest.mark.parametrize(
    "markup",
    ['<img src="//x/a.png">', "<script>1</script>", '<link href="a.css">', '<p style="background: url(a.png)">'],
)
def test_requests_are_seen(markup: str) -> None:
    """The control: the check above finds what would be fetched."""
    assert requests(Page("", "", [Figure("", markup, "")]).html())


def test_text_is_escaped(page: Page) -> None:
    html = page.html()
    assert "A &lt;page&gt;" in html
    assert "a &lt; b &amp; c" in html
    assert "<td>&lt;B&gt;</td>" in html
    assert 'alt="a &quot;dot&quot; plot"' in html


def test_readable_on_a_phone(page: Page) -> None:
    assert 'name="viewport" content="width=device-width' in page.html()


def test_saved_whole_or_not_at_all(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.html"
    page.save(path)
    assert path.read_text() == page.html()

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        Page("another", "", []).save(path)
    assert path.read_text() == page.html()


def test_ragged_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="rows of 2 cells"):
        Table("", ["arm", "accuracy"], [["A"]], "")


def test_same_figure_same_markup() -> None:
    assert svg(curves(), "") == svg(curves(), "")


def test_global_style_is_left_alone() -> None:
    before = dict(matplotlib.rcParams)
    svg(curves(), "")
    assert dict(matplotlib.rcParams) == before


def test_machine(tmp_path: Path) -> None:
    assert all(machine().values())
    file = tmp_path / "cpuinfo"
    file.write_text("processor\t: 0\nmodel name\t: Some CPU\n")
    assert cpu_model(file) == "Some CPU"
    assert cpu_model(tmp_path / "none")
