"""The texts that travel with the program: JSON Schemas, pages on codes, recipes for CI.

In an installed package they stand inside it, in a checkout in the top-level
folders `schemas/`, `docs/codes/` and `ci/`. What the texts mean is the readers' affair;
nothing here parses one.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_SCHEMA_SUFFIX = ".schema.json"
_PAGE_SUFFIX = ".md"


def schema_names() -> tuple[str, ...]:
    """Names that `schema_text` takes, sorted: `project` stands for `project.schema.json`."""
    return _names(_schemas_folder(), _SCHEMA_SUFFIX)


def schema_text(name: str) -> str:
    """Text of one JSON Schema.

    Raises:
        KeyError: No schema has that name; `schema_names` lists those there are.
    """
    return _text(_schemas_folder(), name, _SCHEMA_SUFFIX)


def code_names() -> tuple[str, ...]:
    """Codes that have a page, sorted: problems, hazards and manual steps alike."""
    return _names(_codes_folder(), _PAGE_SUFFIX)


def code_page(code: str) -> str:
    """Markdown page on one code.

    Raises:
        KeyError: No page is about that code; `code_names` lists those there are.
    """
    return _text(_codes_folder(), code, _PAGE_SUFFIX)


def recipe_text(service: str, name: str) -> str:
    """Text of one file that a CI service needs, such as `github` and `workflow.yml`.

    Raises:
        KeyError: The service has no such file.
    """
    folder = _installed_or_checkout("_ci", "ci") / service
    return _text(folder, name.removesuffix(".yml"), ".yml")


def runtime_requirements() -> str:
    """Return pip's requirements, pinned and with hashes, for running and building schemactl."""
    return _text(_installed_or_checkout("_ci", "ci"), "requirements", ".txt")


def _schemas_folder() -> Path:
    return _installed_or_checkout("_schemas", "schemas")


def _codes_folder() -> Path:
    return _installed_or_checkout("_codes", "docs/codes")


def _installed_or_checkout(installed: str, checkout: str) -> Path:
    inside = _PACKAGE / installed
    return inside if inside.is_dir() else _PACKAGE.parent / checkout


def _names(folder: Path, suffix: str) -> tuple[str, ...]:
    return tuple(sorted(path.name.removesuffix(suffix) for path in folder.glob(f"*{suffix}")))


def _text(folder: Path, name: str, suffix: str) -> str:
    # Looked up among the names, never joined to a path: a name may come from the user.
    if name not in _names(folder, suffix):
        raise KeyError(name)
    return (folder / f"{name}{suffix}").read_text(encoding="utf-8")
