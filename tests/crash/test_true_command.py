"""The command as users start it, with its own Python and full pauses, dies no other way."""

from __future__ import annotations

import pytest

from tests.crash.account import Moment
from tests.crash.processes import start_true_command
from tests.crash.story import Stage

GROUP = pytest.mark.group("crash-2")


@pytest.mark.parametrize(
    ("request_type", "moment"),
    [
        pytest.param("edit_section", Moment.BEFORE, marks=GROUP),
        pytest.param("add_tag", Moment.ACTED, marks=GROUP),
        pytest.param("remove_field", Moment.LATE, marks=GROUP),
        pytest.param("remove_dropdown", Moment.ANSWERED, marks=GROUP),
    ],
)
def test_the_true_command_is_finished_by_the_next(
    long_story: Stage, request_type: str, moment: Moment
) -> None:
    case = long_story.case()
    number = long_story.undisturbed().requests.index(request_type) + 1

    killed = case.kill_at_request(number, moment, *long_story.apply, as_users_do=True)
    resumed = start_true_command(
        *long_story.apply, folder=case.folder, environ=case.environ
    ).end()

    assert killed.status == -9
    assert resumed.status == 0, resumed.reported
    assert not list(long_story.faults_at_end(case))
