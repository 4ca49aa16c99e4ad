"""A saved plan that died or failed between any two calls is finished by applying it again.

Every place is tried, over both APIs, with a plan that holds every kind of change that takes
more than one call, or shares a call with others. How the account is left is asked of the
emulator's own state: as where nothing went wrong.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from schemactl.emulator.edits import parse_edits
from schemactl.emulator.faults import parse_faults
from schemactl.emulator.server import EmulatorServer
from schemactl.model.call_word import VALUE_CALLS
from schemactl.model.event import CallStarted, Event
from schemactl.model.run import RunStatus
from schemactl.store.plan import plan_text
from tests.contract.live import ALL_PERMISSIONS, Bench, a_bench

BEFORE: Final = """\
add-section Sales
add-field Sales Status tdrop New Maybe
add-field Sales Mood list Good Bad
add-field Sales Value text
add-field Sales Note text
add-field Sales Gone text
add-section Old
add-field Old One text
add-field Old Two text
add-tag VIP
"""
COMMON: Final = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Status, type: tdrop, options: [New, Won, Lost]}
      - {name: Mood, type: list, options: [Good, Fine]}
      - {name: Value, type: price}
"""
GOING: Final = """\
tags: [VIP, Partner]
removed:
  sections: [Old]
  fields: [{section: Sales, name: Gone}]
"""
ADDED: Final = """\
  - name: Support
    fields:
      - {name: Since, type: fulldate}
      - {name: Kind, type: list, options: [Mail]}
"""
RENAMED: Final = COMMON.replace("fields:", "description: What we sell.\n    fields:").replace(
    "{name: Status, type: tdrop,",
    "{name: Stage, was: [Status], type: tdrop, required: true,",
)
WIDENED: Final = "      - {name: Note, type: longtext}\n"
STORIES: Final = {
    "legacy": ("legacy", COMMON + ADDED + GOING),
    "rest": ("rest", RENAMED + WIDENED + ADDED + GOING),
}


class Died(BaseException):
    """Ends an apply between two of its steps, as a killed process would."""


@contextmanager
def planned(story: str) -> Iterator[Bench]:
    """Serve an account with its plan saved; nothing has been applied yet."""
    backend, text = STORIES[story]
    with (
        tempfile.TemporaryDirectory() as folder,
        a_bench(Path(folder), EmulatorServer(), backend=backend) as bench,
    ):
        bench.server.runtime.edit(parse_edits(BEFORE))
        bench.write(text)
        plan = bench.plan(*ALL_PERMISSIONS)
        assert not plan.manual_steps
        (bench.folder / "plan.json").write_text(plan_text(plan), encoding="utf-8")
        yield bench


def apply_saved(bench: Bench) -> RunStatus:
    run = bench.apply(plan_file=bench.folder / "plan.json").run
    assert run is not None
    return run.status


def die_before(bench: Bench, number: int) -> None:
    """Apply the saved plan and die where one of its calls is journaled and not yet sent."""

    def listen(event: Event) -> None:
        if isinstance(event, CallStarted) and event.call.number == number:
            raise Died

    target = bench.target
    bench.target = replace(target, host=replace(target.host, listener=listen))
    with pytest.raises(Died):
        apply_saved(bench)
    bench.target = target


def state(bench: Bench) -> object:
    """Return the account as the emulator has it: fields with options in order, and tags."""
    with bench.server.runtime.account() as account:
        names = {section.id: section.name for section in account.layout.sections()}
        options = account.layout.options()
        fields = [
            (names[one.section_id], one.name, one.type, sorted(options.get(one.id, ())))
            for one in account.layout.fields()
            if one.custom
        ]
        return (
            sorted(names.values()),
            sorted(fields),
            sorted(t.name for t in account.labels.tags()),
        )


def undisturbed(story: str) -> tuple[object, list[str]]:
    """Return how the account is left where nothing goes wrong, and after which requests."""
    with planned(story) as bench:
        assert apply_saved(bench) is RunStatus.COMPLETED
        started = [one for one in bench.events if isinstance(one, CallStarted)]
        return state(bench), [one.call.request for one in started]


@pytest.mark.parametrize("story", STORIES)
def test_a_saved_plan_that_died_between_any_two_calls_is_finished(story: str) -> None:
    wanted, requests = undisturbed(story)
    for number, request in enumerate(requests, start=1):
        with planned(story) as bench:
            die_before(bench, number)
            assert apply_saved(bench) is RunStatus.COMPLETED, request
            assert state(bench) == wanted, request


@pytest.mark.parametrize("story", STORIES)
def test_a_saved_plan_of_which_any_kind_of_call_failed_is_finished(story: str) -> None:
    wanted, requests = undisturbed(story)
    for request in dict.fromkeys(one for one in requests if one not in VALUE_CALLS):
        with planned(story) as bench:
            fail(bench, request)
            assert apply_saved(bench) is not RunStatus.COMPLETED, request
            assert apply_saved(bench) is RunStatus.COMPLETED, request
            assert state(bench) == wanted, request


WORDS: Final = {
    "create_fields": "fieldeditor_post",
    "update_fields": "fieldeditor_put",
    "remove_options": "fieldeditor_put",
    "delete_field": "fieldeditor_delete",
    "delete_section": "fieldeditor_delete",
    "create_tag": "tag_create",
}
"""What the emulator calls the requests of the REST API."""


def fail(bench: Bench, request: str) -> None:
    """Have the server answer the first call of a kind with an error, and not act."""
    word = WORDS.get(request, request)
    skip = 1 if request == "remove_options" else 0  # An update comes before it.
    bench.server.runtime.faults.add(parse_faults(f"{word}:status-500:skip={skip}"))
