import ast
import inspect
import sys
from importlib.metadata import version

import pytest

from homossl import cli


@pytest.mark.parametrize("args", [[], ["-h"], ["--help"]])
def test_help_names_every_command(args, capsys):
    assert cli.main(args) == 0
    out = capsys.readouterr().out
    assert all(f"  {name} " in out for name in cli.COMMANDS)


def test_version_is_that_of_what_is_installed(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == ", ".join(f"{p} {version(p)}" for p in ("homossl", "torch", "escnn")) + "\n"


def test_help_and_version_wait_for_no_library():
    imports = [
        node for node in ast.walk(ast.parse(inspect.getsource(cli))) if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    names = {node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in imports}
    assert {str(name).partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_another_command_is_one_line_of_error(capsys):
    assert cli.main(["pretrian"]) == 1
    message = f"homossl: expected one of {', '.join(cli.COMMANDS)}, --version or --help, got 'pretrian'\n"
    assert capsys.readouterr().err == message


def test_errors_are_shown_in_full_when_asked():
    with pytest.raises(ValueError, match="expected one of demo"):
        cli.main(["--traceback", "pretrian"])


def test_our_own_mistakes_are_shown_in_full(monkeypatch):
    monkeypatch.setattr(cli, "_dispatch", lambda args: {}["missing"])
    with pytest.raises(KeyError):
        cli.main([])


def test_ctrl_c_has_the_usual_status(monkeypatch, capsys):
    def interrupted(args):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_dispatch", interrupted)
    assert (cli.main([]), capsys.readouterr().err) == (130, "aborted\n")
