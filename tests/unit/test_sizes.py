"""Modules and functions of the product stay short enough to be read in one go."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULE_LINES = 400
FUNCTION_LINES = 40
DATA_PATH_LINES = 30


def product_modules() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "schemactl").rglob("*.py")):
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def function_sizes(source: str) -> Iterator[tuple[str, int, int]]:
    """Yield name, first line and count of lines (decorators left out, docstring counted)."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield node.name, node.lineno, node.end_lineno - node.lineno + 1


def test_no_module_is_longer_than_400_lines() -> None:
    sizes = {name: len(source.splitlines()) for name, source in product_modules()}
    assert sizes, "no module was found: the folder has moved"
    assert {name: size for name, size in sizes.items() if size > MODULE_LINES} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    too_long = [
        f"{module}:{line}: {function} has {size} lines"
        for module, source in product_modules()
        for function, line, size in function_sizes(source)
        if size > FUNCTION_LINES
    ]
    assert too_long == []


def test_a_function_is_counted_from_def_to_its_last_line() -> None:
    source = "@decorated\ndef outer() -> None:\n    def inner() -> None:\n        pass\n"
    assert list(function_sizes(source)) == [("outer", 2, 3), ("inner", 3, 2)]


def test_no_function_of_the_data_path_is_longer_than_30_lines() -> None:
    source = (ROOT / "schemactl/pipeline.py").read_text(encoding="utf-8")
    sizes = {name: size for name, _, size in function_sizes(source)}
    assert "plan_account" in sizes
    assert {name: size for name, size in sizes.items() if size > DATA_PATH_LINES} == {}
