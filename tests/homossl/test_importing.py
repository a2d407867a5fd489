import sys

import pytest

from homossl.importing import import_file, import_from


def test_a_file_is_a_module_of_its_name_from_then_on(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "importing_mine.py").write_text("number = 3")
    assert import_file(tmp_path / "importing_mine.py").number == 3
    assert import_from("importing_mine", tmp_path) is sys.modules.pop("importing_mine")


def test_a_file_that_another_module_hides_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "json.py").touch()
    with pytest.raises(ImportError, match=r"another module called json is at .*json/__init__.py: rename the file"):
        import_file(tmp_path / "json.py")
