from __future__ import annotations

from pathlib import Path

import pytest

from homossl.demo.folder import REPORT, RESULTS, RUNS, claim


def fill(folder: Path) -> None:
    (folder / RUNS / "hssl-0").mkdir(parents=True)
    (folder / RUNS / "hssl-0" / "metrics.jsonl").touch()
    (folder / RESULTS).touch()
    (folder / REPORT).touch()


def test_every_demo_has_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert [str(claim(None)) for _ in range(3)] == ["runs/demo", "runs/demo-2", "runs/demo-3"]


def test_default_can_be_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    fill(claim(None))
    assert str(claim(None, overwrite=True)) == "runs/demo"
    assert list(Path("runs/demo").iterdir()) == []


def test_named_folder_must_be_empty(tmp_path: Path) -> None:
    assert claim(tmp_path / "a") == tmp_path / "a"
    assert claim(tmp_path / "a") == tmp_path / "a"
    fill(tmp_path / "a")
    with pytest.raises(FileExistsError, match="--overwrite"):
        claim(tmp_path / "a")
    assert (tmp_path / "a" / REPORT).exists()


def test_nothing_else_is_ever_removed(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(FileExistsError, match="holds other files"):
        claim(tmp_path, overwrite=True)
    assert (tmp_path / RUNS / "hssl-0" / "metrics.jsonl").exists()
