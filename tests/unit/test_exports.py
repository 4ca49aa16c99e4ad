"""What a module lists as its own can be imported from it, also by a star."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import pytest

import schemactl


def modules_with_a_list() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(schemactl.__path__, "schemactl."):
        if not found.name.endswith("__main__"):
            module = importlib.import_module(found.name)
            if "__all__" in vars(module):
                yield module


@pytest.mark.parametrize(
    "module", tuple(modules_with_a_list()), ids=lambda module: module.__name__
)
def test_every_name_that_a_module_lists_is_there_and_listed_once(module: ModuleType) -> None:
    listed: list[str] = module.__all__
    assert [name for name in listed if name not in vars(module)] == []
    assert sorted(set(listed)) == sorted(listed)
