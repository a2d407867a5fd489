"""Laws in a test module are tests: collected, selected and marked as such, and told in a few lines where they fail."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

import homossl.encoders
import homossl.testing.axioms
import homossl.testing.equivariant
import homossl.testing.strategies  # imported here once, not in each run below

pytest_plugins = ["pytester"]
PLUGIN = ("-p", "homossl.testing.plugin")

MINE = """
from groups import FieldAction, Regular, image_action
from homossl.encoders import CNN, Encoder, Stage
from torch import nn

def build(group):
    return CNN(fields=(1, 2), steps=(1, 2)).build(group, 1, 9)

def untied(group):
    conv = nn.Conv2d(1, group.order, 3, padding=1)
    return Encoder([Stage(conv, image_action(group), FieldAction(group, Regular(group)))])

def inverted(group):  # (f x)_h = x_{h^-1}
    back = group.index(~group.elements())
    return lambda x: x[..., back]

def exploding(group):
    raise RuntimeError("no such weights")
"""
LAW = """
from groups import Cyclic, Dihedral, Regular
from homossl.testing import Acts, Equivariant, IsGroup, Represents
from homossl.testing.strategies import finite_groups, lie_groups
from mine import build, exploding, inverted, untied
TURNS = [Cyclic(1), Cyclic(2), Cyclic(4), Dihedral(4)]
law = {}
"""
LOPSIDED = """
class Lopsided(Cyclic):
    def _compose(self, p, q):
        return (p + 2 * q) % self.n
"""


@pytest.fixture(autouse=True)
def _without_database():
    """The runs below share this process, and so its profile: nothing may be remembered from one to the next."""
    current = settings.get_current_profile_name()
    settings.register_profile("forgetful", settings.get_profile(current), database=None)
    settings.load_profile("forgetful")
    yield
    settings.load_profile(current)


def run(pytester: pytest.Pytester, law: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(mine=MINE, test_mine=LAW.format(law))
    return pytester.runpytest_inprocess(*PLUGIN, *options)


def test_three_lines_are_a_test(pytester) -> None:
    pytester.makepyfile(
        mine=MINE,
        test_mine="""
        from groups import Cyclic, Dihedral
        from homossl.testing import Equivariant
        from mine import build
        law = Equivariant(build, groups=[Cyclic(1), Cyclic(2), Cyclic(4), Dihedral(4)], size=9)
        """,
    )
    result = pytester.runpytest_inprocess(*PLUGIN, "-v")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["test_mine.py::law PASSED*"])


def test_untied_filters_are_told_in_a_few_lines(pytester) -> None:
    result = run(pytester, "Equivariant(untied, groups=TURNS, size=9)")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "Encoder is not the homomorphism it claims to be. At fault: stages.0.body (Conv2d).",
            "  element   Cyclic(n=2) [[]1] (180 degrees)",
            "  layer     stages.0.body",
            "  residual  0.*, above its tolerance of 1e-05",
        ],
        consecutive=True,
    )
    result.stdout.fnmatch_lines(["FAILED test_mine.py::law - *Encoder is not*"])
    for noise in ("*Traceback*", "*.py:[0-9]*", "*reproduce*"):
        result.stdout.no_fnmatch_line(noise)
    assert len(result.outlines) < 25


@pytest.mark.parametrize(
    ("law", "element"),
    [
        ("Equivariant(inverted, Regular, Regular, groups=finite_groups())", "Cyclic(n=3) [[]1] (120 degrees)"),
        ("IsGroup(Lopsided(5))", "Lopsided(n=5) [[]1] (72 degrees)"),
    ],
)
def test_counterexamples_are_the_smallest_group_and_a_generator(pytester, law, element) -> None:
    result = run(pytester, f"None\n{LOPSIDED}law = {law}")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"  *  {element}"])


def test_other_errors_keep_their_traceback(pytester) -> None:
    result = run(pytester, "Equivariant(exploding, groups=TURNS)")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(['*raise RuntimeError("no such weights")', "mine.py:*: RuntimeError"])


def test_nothing_else_is_collected(pytester) -> None:
    pytester.makepyfile(
        mine=MINE + "raise RuntimeError('was imported')", test_mine="from homossl.testing import Acts\nx = 1"
    )
    pytester.runpytest_inprocess(*PLUGIN).assert_outcomes()


def test_laws_are_listed_selected_and_marked(pytester) -> None:
    laws = ["IsGroup(Cyclic(3))", "other = IsGroup(Cyclic(4), marks=pytest.mark.slow)", "import pytest"]
    source = LAW.format("\n".join([laws[0], laws[2], laws[1]]))
    pytester.makeini("[pytest]\nmarkers = slow")
    pytester.makepyfile(mine=MINE, test_mine=source + "class TestMore:\n    third = IsGroup(Cyclic(5))\n")
    listed = pytester.runpytest_inprocess(*PLUGIN, "--collect-only", "-q")
    listed.stdout.fnmatch_lines(["test_mine.py::law", "test_mine.py::other", "test_mine.py::TestMore::third"])
    pytester.runpytest_inprocess(*PLUGIN, "-k", "other or third").assert_outcomes(passed=2, deselected=1)
    pytester.runpytest_inprocess(*PLUGIN, "-m", "not slow").assert_outcomes(passed=2, deselected=1)


@pytest.mark.parametrize(
    ("law", "message"),
    [
        ("Equivariant(build)", "build: *; if build builds a model for each group, give groups"),
        (
            "Equivariant(build(Cyclic(4)), groups=TURNS)",
            "groups: *a function of a group, got Encoder",
        ),
        ("Equivariant(build, groups=['C4'])", "groups: expected a group, some in a list, or a strategy*got [[]'C4']"),
        ("Equivariant(build, groups=[])", "groups: expected a group*got [[]]"),
        ("Acts(Regular)", "Acts: *Regular* is no Action, and no groups are given to make one of"),
        ("Represents(7)", "Represents: 7 is no Representation, and no groups are given to make one of"),
        ("IsGroup(4)", "groups: expected a group*got 4"),
    ],
)
def test_wrong_declarations_are_errors_of_collection(pytester, law, message) -> None:
    result = run(pytester, law)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"E   TypeError: {message}"])


def test_settings_are_kept(pytester) -> None:
    law = "IsGroup(lie_groups(), settings=settings(max_examples=7))"
    result = run(pytester, f"None\nfrom hypothesis import settings\nlaw = {law}", "--hypothesis-show-statistics")
    result.stdout.fnmatch_lines(["*7 passing*", "*Stopped because settings.max_examples=7"])


def test_counterexamples_are_remembered_by_the_name_of_the_law(pytester) -> None:
    source = f"""None
from hypothesis import Phase, settings
from hypothesis.database import DirectoryBasedExampleDatabase
kept = settings(database=DirectoryBasedExampleDatabase("kept"), phases=[Phase.generate])
{LOPSIDED}
{{}} = IsGroup(Lopsided(5), settings=kept)"""
    run(pytester, source.format("law")).assert_outcomes(failed=1)
    replayed = source.replace("Phase.generate", "Phase.reuse")
    run(pytester, replayed.format("law")).assert_outcomes(failed=1)
    run(pytester, replayed.format("other")).assert_outcomes(skipped=1)


@pytest.mark.parametrize("options", [(), PLUGIN])
def test_loading_it_twice_is_loading_it_once(pytester, options) -> None:
    pytester.makeconftest('pytest_plugins = ["homossl.testing.plugin"]')
    pytester.makepyfile(mine=MINE, test_mine=LAW.format("IsGroup(Cyclic(3))"))
    pytester.runpytest_inprocess(*options).assert_outcomes(passed=1)


def test_pytest_does_not_wait_for_torch() -> None:
    heavy = "{'torch', 'numpy', 'hypothesis', 'homossl.verify', 'groups'}"
    program = f"import sys, homossl.testing.plugin; print({heavy} & set(sys.modules))"
    root = Path(homossl.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
