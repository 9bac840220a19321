"""The documents cover what there is, and what they say is there exists."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from reference_pages import commands, out_of_date
from source_tree import PACKAGE, ROOT, constants, functions, is_public, modules

from keruen.cli.commands import app
from keruen.domain import tables
from keruen.i18n.messages import catalogue

STAGES = ("scenario", "demand", "corridor", "terminal", "study", "report")
PAGES = tuple(sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
KEY = re.compile(r"(?:error|problem)\.[a-z][a-z0-9_]*")


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as the usual renderers make them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


def test_generated_pages_are_current() -> None:
    """Every generated reference page says what the source says (`scripts/check --fix`)."""
    assert not list(out_of_date())


def test_every_stage_has_a_concept_page() -> None:
    """Each stage of the flow is explained on a page of its own, with a picture of it."""
    for stage in STAGES:
        assert "```" in page(f"docs/concepts/{stage}.md"), stage


def test_every_command_and_option_is_documented() -> None:
    """Each command and each option stands in the reference, with words about it."""
    reference = page("docs/reference/cli.md")
    for path, command in commands(typer.main.get_command(app)):
        assert f"## {path}\n" in reference
        assert command.help in catalogue("en"), path
        for parameter in command.params:
            assert parameter.help in catalogue("en"), f"{path} {parameter.name}"
            for spelled in parameter.opts:
                assert not spelled.startswith("-") or f"`{spelled}`" in reference, spelled


def test_every_table_and_column_is_documented() -> None:
    """Each table and column stands in the reference."""
    reference = page("docs/reference/tables.md")
    for table in tables.table_names():
        assert f"## {table}\n" in reference
        for column in tables.columns(table):
            assert f"| `{column.name}` |" in reference


def keys_used() -> set[str]:
    """Every error or problem key that the code spells, whole."""
    found: set[str] = set()
    for module in modules():
        found |= {text for text in constants(module.tree) if KEY.fullmatch(text)}
    return found


def test_every_error_has_a_sentence() -> None:
    """A key that the code raises is in the catalogue, and in the reference."""
    words = catalogue("en")
    missing = sorted(key for key in keys_used() if key not in words)
    assert not missing
    reference = page("docs/reference/errors.md")
    assert not [key for key in sorted(keys_used()) if f"`{key}`" not in reference]


def test_no_sentence_of_an_error_is_idle() -> None:
    """A sentence of an error in the catalogue is one that the code can say."""
    spelled = keys_used() | {text for module in modules() for text in constants(module.tree)}
    listed = [key for key in catalogue("en") if key.startswith(("error.", "problem."))]
    bare = {key: key.split(".", 1)[1] for key in listed}
    assert not [key for key in sorted(listed) if key not in spelled and bare[key] not in spelled]


def test_public_functions_are_documented() -> None:
    """Every public function and class has a docstring whose first line is a sentence."""
    wrong = []
    for module in modules():
        classes = [
            (node.name, node) for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)
        ]
        for name, node in [*functions(module.tree), *classes]:
            if not is_public(name) or not is_public(module.name) or _is_inner(name, module.tree):
                continue
            docstring = ast.get_docstring(node) or ""
            if not docstring and not _overrides(name):
                wrong.append(f"{module.shown}: {name}")
    assert not wrong


def _is_inner(name: str, tree: ast.Module) -> bool:
    """The function lives inside another one: a detail of it."""
    outer = {n for n, _ in functions(tree)}
    return any(name.startswith(f"{parent}.") for parent in outer)


def _overrides(name: str) -> bool:
    """A method whose meaning its superclass documents."""
    return name.rsplit(".", 1)[-1] in {"get_field", "format_field", "problems"}


def test_modules_say_what_they_know() -> None:
    """Every module opens with a sentence."""
    assert not [m.shown for m in modules() if len((ast.get_docstring(m.tree) or "").split()) < 3]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    """Every link within the documents leads to a file, and to a heading in it."""
    broken = []
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        goal = (path.parent / name).resolve() if name else path
        if not goal.exists() or (anchor and anchor not in anchors(goal)):
            broken.append(target)
    assert not broken


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_named_files_exist(path: Path) -> None:
    """Every file of the checkout that a document names is there."""
    named = re.findall(
        r"`((?:src|tests|scripts|docs|benchmarks|scenarios)/[\w./-]+)`", path.read_text("utf-8")
    )
    assert not [name for name in named if not (ROOT / name).exists()]


def test_index_lists_every_page() -> None:
    """docs/index.md leads to every page below docs."""
    listed = {
        (ROOT / "docs" / t.split("#")[0]).resolve() for t in LINK.findall(page("docs/index.md"))
    }
    pages = {path for path in (ROOT / "docs").rglob("*.md") if path.name != "index.md"}
    assert not sorted(path.as_posix() for path in pages - listed)


def test_cited_conventions_exist() -> None:
    """A § that code or documents cite is a numbered heading of docs/conventions.md."""
    numbers = set(re.findall(r"^## (\d+) ", page("docs/conventions.md"), re.MULTILINE))
    assert numbers == {str(n) for n in range(1, len(numbers) + 1)}
    cited = {
        number
        for text in [*(module.text for module in modules()), *(p.read_text("utf-8") for p in PAGES)]
        for number in re.findall(r"conventions §(\d+)", text)
    }
    assert cited <= numbers


def dependencies() -> Iterator[str]:
    project = tomllib.loads(page("pyproject.toml"))
    groups = project["dependency-groups"].values()
    lines = [*project["project"]["dependencies"], *(line for group in groups for line in group)]
    yield from (re.split(r"[^\w-]", line)[0] for line in lines if isinstance(line, str))


def test_every_dependency_has_its_reason() -> None:
    """Each dependency stands with one line in the decision about dependencies."""
    decision = page("docs/decisions/0008-dependencies.md")
    assert not [name for name in dependencies() if f"**{name}**" not in decision]


def test_readme_names_the_two_commands_and_a_picture() -> None:
    """A newcomer finds in the README how to run it, how to test it, and what it looks like."""
    readme = page("README.md")
    assert "scripts/run" in readme
    assert "scripts/test" in readme
    assert re.search(r"!\[[^\]]+\]\([^)]+\.svg\)", readme)


def test_the_script_hands_on_every_command() -> None:
    """`scripts/run COMMAND` is `keruen COMMAND` for each there is; anything else is a scenario."""
    (listed,) = re.findall(
        r"^  (.+)\) exec \"\$keruen\" \"\$@\" ;;$", page("scripts/run"), re.MULTILINE
    )
    assert sorted(listed.split(" | ")) == sorted(typer.main.get_command(app).commands)


def test_architecture_states_invariants() -> None:
    """ARCHITECTURE.md names what is deliberately absent."""
    assert page("ARCHITECTURE.md").count("**Invariant:**") >= 8


def test_every_invariant_names_a_test_that_exists() -> None:
    """An invariant of ARCHITECTURE.md ends with the tests that hold it, by their paths."""
    lines = re.findall(r"^- \*\*Invariant:\*\*.*$", page("ARCHITECTURE.md"), re.MULTILINE)
    for line in lines:
        tests = re.findall(r"`([a-z_/0-9]+\.py)`", line.rpartition("(")[2])
        assert tests, line
        assert not [name for name in tests if not (ROOT / "tests" / name).is_file()], line


def test_every_attack_names_its_test() -> None:
    """Each attack on the register has its result and a test that exists; every threat is named."""
    text = page("docs/concepts/register.md")
    named = set()
    for part in text.split("### Attacks tried: forms\n")[1:] + text.split("## Attacks tried\n")[1:]:
        _, _, *attacks = re.match(r"[^|]*((?:\|.*\n)+)", part)[1].splitlines()  # type: ignore[index]
        for attack in attacks:
            _, said, result, tests, _ = re.split(r"(?<!\\) ?\| ?", attack)
            assert said, attack
            assert result, attack
            found = re.findall(r"`([a-z_/0-9]+\.py)`", tests)
            assert found, attack
            named |= set(found)
    assert not [name for name in sorted(named) if not (ROOT / "tests" / name).is_file()]
    threats = {f"threats/{path.name}" for path in (ROOT / "tests" / "threats").glob("test_*.py")}
    assert threats - named == set()


def test_the_map_names_every_room_and_only_files_that_exist() -> None:
    """Every part and every room of two levels is in ARCHITECTURE.md, and no file that is gone."""
    text = page("ARCHITECTURE.md")
    rooms = {
        path.parent.name
        for path in PACKAGE.glob("*/**/__init__.py")
        if len(path.parent.relative_to(PACKAGE).parts) <= 2
    }
    # The command line's room is one group of commands, and has no decision in it.
    unnamed = {
        room for room in rooms - {"registering"} if not re.search(rf"`[^`]*\b{room}\b", text)
    }
    assert not unnamed
    files = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("src/**/*")]
    files += [path.relative_to(ROOT).as_posix() for path in ROOT.glob("tests/**/*.py")]
    for name in re.findall(r"`([a-z_/0-9]+\.(?:py|toml|typ|css))`", text):
        # Made by the program in an installation's folder, not a file of the package.
        if name != "register.toml":
            assert any(f"/{file}".endswith(f"/{name}") for file in files), name
