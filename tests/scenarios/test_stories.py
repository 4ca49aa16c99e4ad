"""Every story of this folder is run: its files, its commands, and the text a user sees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.prefork import Prefork
from tests.transcript import run_text

pytestmark = pytest.mark.xdist_group("stories")  # One process to fork from serves them all.
STORIES = sorted(Path(__file__).parent.glob("*.md"))


@pytest.fixture(scope="module")
def prefork(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefork]:
    with Prefork(tmp_path_factory.mktemp("prefork")) as running:
        yield running


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem)
def test_story_is_as_written(story: Path, prefork: Prefork, tmp_path: Path) -> None:
    run_text(story, tmp_path, program=prefork.program)
