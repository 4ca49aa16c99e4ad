"""CONTRIBUTING and the guide for agents describe the tools and layers as they are."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDES = ("CONTRIBUTING.md", "AGENTS.md")


def words_of(name: str) -> str:
    """Return the text of a file with single spaces."""
    return " ".join((ROOT / name).read_text(encoding="utf-8").split())


def contracted_layers() -> str:
    """Return the layers of the contract, highest first, as the guides write them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    found = [re.sub(r"[()]", "", layer) for layer in layers if layer != "__main__"]
    return " > ".join(found).replace(" | emulator", "")


def make_targets(text: str) -> set[str]:
    return set(re.findall(r"^([a-z]+):", text, re.MULTILINE))


@pytest.mark.parametrize("guide", GUIDES)
def test_the_reported_floors_are_the_checked_ones(guide: str) -> None:
    assert contracted_layers() in words_of(guide)


@pytest.mark.parametrize("guide", GUIDES)
def test_every_make_target_named_exists(guide: str) -> None:
    reported = set(re.findall(r"\bmake ([a-z]+)\b", (ROOT / guide).read_text(encoding="utf-8")))
    assert reported - make_targets((ROOT / "Makefile").read_text(encoding="utf-8")) == set()


def test_every_make_target_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    reported = set(re.findall(r"^([a-z]+):.*## \S", makefile, re.MULTILINE))
    assert make_targets(makefile) == reported


def test_the_guide_for_agents_stays_short() -> None:
    assert len((ROOT / "AGENTS.md").read_text(encoding="utf-8").splitlines()) <= 40
