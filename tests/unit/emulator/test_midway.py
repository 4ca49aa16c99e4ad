"""Faults and edits in the middle of one call on several records."""

from __future__ import annotations

from http.client import RemoteDisconnected

import pytest

from schemactl.emulator.errors import EmulatorError
from schemactl.emulator.faults import parse_fault
from tests.unit.emulator.conftest import Start
from tests.unit.emulator.talk import Talk, contact_data

EVERYBODY = "".join(contact_data(one, Title="Dr") for one in (1, 2, 3))


def titles(talk: Talk) -> list[str | None]:
    return [row["title"] for row in talk.rest("GET", "Contacts").data]


def set_fault(talk: Talk, text: str) -> None:
    talk.server.runtime.faults.add((parse_fault(text),))


def test_a_call_that_stops_midway_has_written_the_first_records(talk: Talk) -> None:
    set_fault(talk, "update:cut-after-acting:records=2")
    with pytest.raises(RemoteDisconnected):
        talk.call("update", EVERYBODY)
    assert titles(talk) == ["Dr", "Dr", None]
    assert talk.call("update", EVERYBODY).status == 200
    assert titles(talk) == ["Dr", "Dr", "Dr"]


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("PUT", "objects/tag", {"add_list": "1"}),
        ("PUT", "objects/sequence", {"add_list": "1"}),
        ("DELETE", "objects", {}),
    ],
)
def test_so_does_one_over_rest(
    talk: Talk, method: str, path: str, sent: dict[str, str]
) -> None:
    talk.server.edit("add-tag VIP")
    set_fault(talk, "any:status-500:records=1")
    answer = talk.rest(method, path, {"objectID": 0, "ids": "1,2,3", **sent})

    assert answer.status == 500
    with talk.server.runtime.account() as account:
        ids = account.contacts.ids()
        touched = {
            *(one for one in ids if account.labels.tags_of(one)),
            *(one for one in ids if account.labels.sequences_of(one)),
            *({1, 2, 3} - set(ids)),
        }
    assert touched == {1}


def test_another_user_can_act_between_two_records(start: Start) -> None:
    talk = start("legacy-batch-partial=good-written")
    set_fault(talk, "update:other-user:records=2:edit=delete-contact 1 3")
    answer = talk.call("update", EVERYBODY)

    assert answer.error == "Invalid Contact Ids"
    assert titles(talk) == ["Dr"]
    assert talk.server.runtime.calls()[0].request == "update"


def test_a_place_after_all_records_is_never_reached(talk: Talk) -> None:
    set_fault(talk, "update:other-user:records=4:edit=delete-contact 1")
    assert talk.call("update", EVERYBODY).status == 200
    assert titles(talk) == ["Dr", "Dr", "Dr"]


def test_a_fault_midway_is_written_as_it_was_read() -> None:
    for text in (
        "update:cut-after-acting:skip=0:times=1:records=2",
        "any:other-user:skip=0:times=1:when=before:records=1:edit=add-tag VIP",
    ):
        assert str(parse_fault(text)) == text
    with pytest.raises(EmulatorError, match="records=0 is before all records"):
        parse_fault("update:cut-after-acting:records=0")
