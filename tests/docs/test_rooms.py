"""Guides, pages and docstrings name only folders and modules that exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "schemactl"
MAX_FOLDERS = 15
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md")])
MODULES = sorted(PACKAGE.rglob("*.py"))
ROOMS = sorted(path.parent for path in MODULES if path.name == "__init__.py")
TOP_NAMES = {path.stem for path in PACKAGE.iterdir() if path in ROOMS or path.suffix == ".py"}
TOP_FOLDERS = {"schemactl", "tests", *(room.name for room in ROOMS if room.parent == PACKAGE)}
PLACEHOLDER = re.compile(r"[A-Z]{4,}")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def docstring(module: Path) -> str:
    return ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""


def named_paths(text: str) -> Iterator[str]:
    """Yield paths such as `cli/` and `account/connect.py` of a text, in backticks."""
    for path in re.findall(r"`([\w./-]+)`", text):
        is_file = path.endswith((".py", ".toml"))
        top, slash, _ = path.partition("/")
        is_below = slash and top in TOP_FOLDERS
        if (is_file or is_below) and not PLACEHOLDER.search(path):
            yield path


def exists(path: str) -> bool:
    return any((place / path).exists() for place in (ROOT, PACKAGE, ROOT / "benchmarks"))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_names_only_folders_and_modules_that_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert [path for path in named_paths(text) if not exists(path)] == []


def test_the_guides_name_folders_at_all() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert {"account/embedded.py", "cli/commands/", "report/"} <= set(named_paths(text))
    assert not exists("fleets/")


def dotted_names(text: str) -> Iterator[tuple[str, ...]]:
    """Yield `planner.verification` of a text as its parts, if it starts with a top name."""
    for name in re.findall(r"`([a-z_]+(?:\.[a-z_]+)+)`", text):
        parts = tuple(name.split("."))
        if parts[0] in TOP_NAMES and parts[-1] not in {"py", "yaml", "json"}:
            yield parts


def is_defined(parts: tuple[str, ...]) -> bool:
    """Whether dotted parts are a folder, a module or a name in one."""
    place = PACKAGE.joinpath(*parts)
    if place.is_dir() or place.with_suffix(".py").exists():
        return True
    outer = PACKAGE.joinpath(*parts[:-1])
    module = outer / "__init__.py" if outer.is_dir() else outer.with_suffix(".py")
    source = module.read_text(encoding="utf-8") if module.exists() else ""
    return re.search(rf"\b{parts[-1]}\b", source) is not None


def test_docstrings_name_only_modules_that_exist() -> None:
    named = [
        (name_of(module), parts)
        for module in MODULES
        for parts in dotted_names(module.read_text(encoding="utf-8"))
    ]
    assert named, "docstrings refer to modules in another way now"
    assert [each for each in named if not is_defined(each[1])] == []


@pytest.mark.parametrize("room", ROOMS, ids=name_of)
def test_a_room_starts_with_one_sentence_on_what_is_in_it(room: Path) -> None:
    first = " ".join(docstring(room / "__init__.py").partition("\n\n")[0].split())
    assert re.fullmatch(r"[^.!?]([^.!?]|[.!?](?! ))*\.`?", first), first


@pytest.mark.parametrize("room", ROOMS, ids=name_of)
def test_a_room_lists_only_modules_that_are_in_it(room: Path) -> None:
    listed = set(
        re.findall(r"^    ([a-z_]+) +\S", docstring(room / "__init__.py"), re.MULTILINE)
    )
    there = {path.stem for path in room.glob("*.py")} | {path.name for path in room.glob("*/")}
    assert listed - there == set()


def test_the_top_of_the_package_has_at_most_15_folders() -> None:
    assert len([room for room in ROOMS if room.parent == PACKAGE]) <= MAX_FOLDERS
