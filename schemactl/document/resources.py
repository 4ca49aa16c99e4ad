"""Texts that are part of the distribution: JSON Schemas, pages on codes, recipes for CI.

In an installed package they are inside the package; in a checkout they are in the top-level
folders `schemas/`, `docs/codes/` and `ci/`. Nothing here parses them.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_SCHEMA_SUFFIX = ".schema.json"
_PAGE_SUFFIX = ".md"


def schema_names() -> tuple[str, ...]:
    """Return the names for `schema_text`, sorted: `project` is `project.schema.json`."""
    return _names(_schemas_folder(), _SCHEMA_SUFFIX)


def schema_text(name: str) -> str:
    """Return the text of one JSON Schema.

    Raises:
        KeyError: No schema has that name; `schema_names` returns all names.
    """
    return _text(_schemas_folder(), name, _SCHEMA_SUFFIX)


def code_names() -> tuple[str, ...]:
    """Return all codes with a page, sorted: problems, hazards, manual steps and notices."""
    return _names(_codes_folder(), _PAGE_SUFFIX)


def code_page(code: str) -> str:
    """Return the Markdown page on one code.

    Raises:
        KeyError: The code has no page; `code_names` returns all codes.
    """
    return _text(_codes_folder(), code, _PAGE_SUFFIX)


def recipe_text(service: str, name: str) -> str:
    """Return one file of the recipe for a CI service, such as `github` and `workflow.yml`.

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
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return tuple(sorted(name.removesuffix(suffix) for name in names if name.endswith(suffix)))


def _text(folder: Path, name: str, suffix: str) -> str:
    # A name may come from the user, so it is used in a path only if it is a known name.
    if name not in _names(folder, suffix):
        raise KeyError(name)
    return (folder / f"{name}{suffix}").read_text(encoding="utf-8")
