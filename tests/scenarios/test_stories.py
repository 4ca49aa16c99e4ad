"""Every story of this folder is run: its files, its commands, and the text a user sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.prefork import Prefork
from tests.transcript import run_text

STORIES = sorted(Path(__file__).parent.glob("*.md"))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem)
def test_story_is_as_written(story: Path, prefork: Prefork, tmp_path: Path) -> None:
    run_text(story, tmp_path, program=prefork.program)
