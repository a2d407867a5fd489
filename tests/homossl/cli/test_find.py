import sys
from pathlib import Path

import pytest
import tiny

from homossl import recipes
from homossl.cli.find import find_recipe

FILE = Path(tiny.__file__)


def test_recipes_are_found_by_name_file_and_module():
    assert find_recipe("hssl") is recipes.hssl
    assert find_recipe("homossl.recipes:assl") is recipes.assl
    assert find_recipe(str(FILE)) is find_recipe(f"{FILE}:recipe") is find_recipe("tiny:recipe") is tiny.recipe


def test_modules_of_the_working_folder_are_found(tmp_path, monkeypatch):
    (tmp_path / "found_here.py").write_text("from tiny import recipe as mine")
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.chdir(tmp_path)
    assert find_recipe("found_here:mine") is tiny.recipe


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("hsl", ValueError, "hssl, assl, plain, got 'hsl'"),
        ("homossl.recipes:replace", ValueError, "hssl, assl, plain, got 'replace'"),
        ("none/there.py", FileNotFoundError, "no file none/there.py"),
        ("homossl.nowhere:recipe", ImportError, "homossl.nowhere"),
    ],
)
def test_what_is_not_there_is_named(text, error, message):
    with pytest.raises(error, match=message):
        find_recipe(text)


def test_a_file_with_several_recipes_needs_a_name(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "several.py").write_text("from tiny import recipe as one\nfrom tiny import recipe as two")
    with pytest.raises(ValueError, match="several has the recipes one, two, got 'no name'"):
        find_recipe(str(tmp_path / "several.py"))


def test_recipes_of_a_table_are_found_by_their_key(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "tabled.py").write_text("from tiny import recipe as _base\ntable = {'row 1': _base, 'not one': 3}")
    assert find_recipe(f"{tmp_path / 'tabled.py'}:row 1") is tiny.recipe
    with pytest.raises(ValueError, match="has the recipes row 1, got 'not one'"):
        find_recipe(f"{tmp_path / 'tabled.py'}:not one")
