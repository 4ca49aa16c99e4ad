"""A run that died with its machine is finished on another one that has its journal alone."""

from __future__ import annotations

import shutil

import pytest

from tests.crash.account import Moment
from tests.crash.story import APPLY, Stage


@pytest.mark.group("crash-1")
@pytest.mark.parametrize("moment", [Moment.ACTED, Moment.BEFORE])
def test_a_run_killed_in_one_clone_is_finished_in_another_with_its_journal(
    short_story: Stage, moment: Moment
) -> None:
    """The second clone has another path and another home: only the journal is carried."""
    first = short_story.case()
    call = [*short_story.undisturbed().requests].index("add_tag") + 1
    assert first.kill_at_request(call, Moment.ACTED, *APPLY).status == -9
    assert first.account.tags_on_contacts()
    second = short_story.case(beside=first)
    second.state_home = second.folder.parent / "another-home"
    shutil.copytree(first.folder / ".schemactl/journal", second.folder / ".schemactl/journal")
    if moment is Moment.BEFORE:
        assert second.kill_at_write(1, moment, *APPLY).status == -9

    shown = second.run("plan")
    assert "pending-cleanup" in shown.out, shown.reported
    assert not list(short_story.faults_after(second))
    assert not first.account.tags_on_contacts()
