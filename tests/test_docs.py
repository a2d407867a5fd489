"""The documentation: examples run, links lead somewhere, what is quoted is there, and every choice has its page."""

from __future__ import annotations

import inspect
import pkgutil
import re
import sys
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from markdown.extensions.toc import slugify, unique

import homossl.credit
import homossl.encoders
import homossl.objectives
import homossl.train
import homossl.views
from homossl.cli import COMMANDS
from homossl.credit import Credit
from homossl.encoders import Architecture
from homossl.objectives import Objective, Scaled, Sum
from homossl.views import ViewSource
from proofs_check.library import names as claims

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = {path.relative_to(DOCS).as_posix(): path.read_text(encoding="utf-8") for path in sorted(DOCS.rglob("*.md"))}
NOT_RUN = {
    "needs a folder of your own",
}
"""Why a block of Python is not run here: what may stand in <!-- not run: REASON -->, on the line before it."""

FENCE = re.compile(r"^(?:<!-- not run: (?P<why>.*?) -->\n)?```(?P<language>\w*)[^\n]*\n(?P<code>.*?)^```$", re.M | re.S)
EQUATION = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+(?:\n[^$\n]+)?)\$", re.S)
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
WITHIN = {"angles", "bench", "cli", "demo", "importing", "run_report", "sweep"}
"""What is reached by commands, or from within, and needs no page of names."""
CHOICES = {"objectives": Objective, "views": ViewSource, "credit": Credit}


def hook(name: str) -> Any:
    spec = spec_from_file_location(f"docs_{name}", DOCS / "hooks" / f"{name}.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


folders, source, equations, docstrings = map(hook, ("folders", "source", "equations", "docstrings"))


@dataclass(frozen=True)
class Example:
    code: str
    line: int
    why_not_run: str | None


def examples(page: str) -> list[Example]:
    """The blocks of Python of a page."""
    found = [match for match in FENCE.finditer(page) if match["language"] == "python"]
    return [Example(match["code"], page[: match.start("code")].count("\n"), match["why"]) for match in found]


def run(name: str, page: str, module: ModuleType) -> None:
    """Run the examples of a page in order in one namespace, with the line numbers of the page."""
    for example in examples(page):
        if example.why_not_run is None:
            code = compile("\n" * example.line + example.code, name, "exec", dont_inherit=True)
            exec(code, module.__dict__)


@pytest.fixture
def module(monkeypatch, tmp_path) -> ModuleType:
    monkeypatch.chdir(tmp_path)
    module = ModuleType("a_page_of_the_docs")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if examples(page)])
def test_the_examples_run(name, module):
    run(name, PAGES[name], module)


def test_a_false_example_is_seen_where_it_is(module):
    page = "# A page\n\n```python\nx = 1\n```\n\n```sh\nfalse\n```\n\n```python\nassert x == 2\n```\n"
    with pytest.raises(AssertionError) as raised:
        run("page.md", page, module)
    assert raised.traceback[-1].lineno == page.splitlines().index("assert x == 2")
    run("page.md", page.replace("```python\nassert", "<!-- not run: a reason -->\n```python\nassert"), module)


def test_what_is_not_run_says_why():
    given = {example.why_not_run for page in PAGES.values() for example in examples(page)} - {None}
    assert given <= NOT_RUN, "a reason is listed in NOT_RUN"


def prose(page: str) -> str:
    """A page without its blocks, code and equations."""
    return EQUATION.sub("", re.sub(r"`[^`]*`", "", FENCE.sub("", page)))


def anchors(page: str) -> set[str]:
    """What links into a page can lead to."""
    documented = map(pkgutil.resolve_name, re.findall(r"^::: (\S+)$", page, flags=re.M))
    ids = {f"{one.__name__}.{name}" for one in documented for name in getattr(one, "__all__", [])}
    for heading in re.findall(r"^#+ (.*)$", FENCE.sub("", page), flags=re.M):
        unique(slugify(EQUATION.sub("", heading).replace("`", ""), "-"), ids)
    return ids


def broken_links(name: str, page: str) -> list[str]:
    """The links of a page that lead nowhere."""
    return [link for link in LINK.findall(prose(page)) if not leads_somewhere(DOCS / name, link)]


def leads_somewhere(path: Path, link: str) -> bool:
    if link.startswith(("https://", "http://")):
        return True
    target, _, anchor = link.partition("#")
    there = (path.parent / target).resolve() if target else path
    return there.is_file() and (not anchor or anchor in anchors(there.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name):
    assert broken_links(name, PAGES[name]) == []


def test_broken_links_are_seen():
    page = "[a](nowhere.md) [b](index.md#nothing) [g z](B) `[g z](B)` [c](theory/04-theorem.md#proof)"
    page += " [d](reference/objectives.md#homossl.objectives.BYOL) [e](reference/objectives.md#homossl.objectives.None)"
    gone = ["nowhere.md", "index.md#nothing", "B", "reference/objectives.md#homossl.objectives.None"]
    assert broken_links("index.md", page) == gone


def listed(item: Any) -> list[str]:
    """The pages in a part of the navigation."""
    if isinstance(item, str):
        return [item]
    return [page for part in (item.values() if isinstance(item, dict) else item) for page in listed(part)]


def test_the_navigation_has_every_page_once():
    navigation = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    assert sorted(listed(folders.expanded(navigation, DOCS))) == sorted(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_what_is_quoted_is_there(name):
    for quoted in source.LINE.findall(PAGES[name]):
        path, text = source.definition(quoted)
        assert quoted.split(".")[-1] in text
        assert (ROOT / path).is_file()
    for documented in re.findall(r"^::: (\S+)$", PAGES[name], flags=re.M):
        assert inspect.getdoc(pkgutil.resolve_name(documented))


def test_a_name_that_is_gone_is_seen():
    assert source.definition("homossl.views.fibre.FeatureFibre.pair")[1].startswith("def pair(self")
    for gone in ("homossl.views.fibre.FeatureFibre.gone", "homossl.views.FeatureFibre", "homossl.gone.Thing", "gone.x"):
        with pytest.raises(LookupError):
            source.definition(gone)


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if "$" in FENCE.sub("", page)])
def test_equations_are_understood(name):
    text = re.sub(r"`[^`]*`", "", FENCE.sub("", PAGES[name]))
    for display, inline in EQUATION.findall(text):
        assert "\\" not in equations.convert(display or inline), display or inline


def test_an_equation_becomes_mathml():
    page = equations.on_page_content(
        '<span class="arithmatex">\\(a &lt; b\\)</span> <div class="arithmatex">\\[x\\]</div>'
    )
    assert page.count("<math") == 2
    assert 'display="block"' in page
    assert "\\" in equations.convert(r"\nosuchcommand"), "control: what is not understood is left as it is"


def test_docstrings_keep_their_look():
    text = "One [g z](B) with z_i*z_j < 1.\n\n>>> f(x)\n[1]\n\nSource: ours,\n    *theirs*."
    told = (
        "One \\[g z\\](B) with z\\_i\\*z\\_j &lt; 1.\n\n```pycon\n>>> f(x)\n[1]\n```\n\n*Source*: ours, \\*theirs\\*."
    )
    assert docstrings.as_markdown(text) == told


def concrete(package: Any, kind: type) -> list[type]:
    """The public subclasses of a kind that can be made, but for sums and multiples."""
    public = [getattr(package, name) for name in package.__all__]
    classes = [one for one in public if inspect.isclass(one) and issubclass(one, kind) and not inspect.isabstract(one)]
    return [one for one in classes if one not in (Sum, Scaled)]


@pytest.mark.parametrize("folder", CHOICES)
def test_every_choice_has_its_page(folder):
    pages = {Path(name).stem.replace("_", ""): page for name, page in PAGES.items() if name.startswith(f"{folder}/")}
    for choice in concrete(getattr(homossl, folder), CHOICES[folder]):
        page = pages[choice.__name__.lower()]
        assert any(re.search(rf"\b{choice.__name__}\b", example.code) for example in examples(page)), "an example of it"
        assert {"Source", "Caveats"} <= set(re.findall(r"Source|Caveats", page)), choice.__name__


def test_every_encoder_has_its_section():
    sections = re.findall(r"^## (\w+)$", PAGES["encoders.md"], flags=re.M)
    assert sections == [architecture.__name__ for architecture in concrete(homossl.encoders, Architecture)]


def test_every_package_has_its_reference():
    packages = {name for _, name, _ in pkgutil.iter_modules(homossl.__path__) if name[0] != "_"} - WITHIN
    assert {f"reference/{name}.md" for name in packages} <= set(PAGES)


def hidden(package: Any) -> list[str]:
    """Where public things are that a module of the same name hides from the reference of their package."""
    places = []
    for name in getattr(package, "__all__", []):
        one = getattr(package, name)
        module = one.__name__ if inspect.ismodule(one) else getattr(one, "__module__", "")
        if f"{package.__name__}.{name}" in sys.modules or module.endswith(f".{name}"):
            places.append(module if inspect.ismodule(one) else f"{module}.{name}")
    return places


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("reference/") and "index" not in name])
def test_the_reference_hides_nothing(name):
    first, *others = re.findall(r"^::: (\S+)$", PAGES[name], flags=re.M)
    assert others == hidden(pkgutil.resolve_name(first))


def test_the_reference_of_training_is_whole():
    public = {name for name, one in vars(homossl.train).items() if name[0] != "_" and not inspect.ismodule(one)}
    listed_by_hand = re.search(r"members: \[(.*)\]", PAGES["reference/train.md"])
    assert listed_by_hand
    assert set(listed_by_hand[1].split(", ")) == public


def unknown(page: str) -> set[str]:
    """The commands of ours and the claims that a page names, and that are not there."""
    blocks = [match["code"] for match in FENCE.finditer(page) if match["language"] != "python"]
    told = " ".join(blocks + re.findall(r"`[^`]*`", FENCE.sub("", page)))
    commands = re.findall(r"\bhomossl ([a-z]+)\b", told)
    asked = " ".join(re.findall(r"\bhomossl prove ([a-z_\s]+?)(?:`|\n|$)", told)).split()
    summed_up = " ".join(re.findall(r"Claims:(.*?)(?:\n\n|\Z)", page, flags=re.S))
    return {*commands} - {*COMMANDS} | {*asked, *re.findall(r"`(\w+)`", summed_up)} - {*claims()}


@pytest.mark.parametrize("name", PAGES)
def test_commands_and_claims_exist(name):
    assert unknown(PAGES[name]) == set()


def test_unknown_commands_and_claims_are_seen():
    page = "```sh\nuv run homossl gone --here\n```\n\n`homossl prove same_step wrong`. Claims: `other`,\n`same_step`.\n"
    assert unknown(page) == {"gone", "wrong", "other"}
