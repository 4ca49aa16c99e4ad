"""`apply PLANFILE`: exactly what was reviewed, or a refusal before the first call."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from schemactl.account.interface import LiveState
from schemactl.account.legacy.dialect import LegacyDialect
from schemactl.errors import ExitCode
from schemactl.model.change import ChangeOptions, ChangeType, RemoveField
from schemactl.model.cleanup import PendingCleanup
from schemactl.model.keep import KeepValues
from schemactl.model.object_state import PreconditionKind
from schemactl.model.plan import Permission, Plan
from schemactl.model.schema import Schema
from schemactl.model.value_work import ValueWork
from schemactl.planner.calls import number_calls
from schemactl.planner.costs import summarise
from schemactl.planner.dependencies import find_dependencies
from schemactl.planner.preconditions import find_preconditions
from schemactl.planner.value_calls import draft_calls
from schemactl.project import SafetyRules
from schemactl.safety import with_hazards
from schemactl.store.plan import plan_text, read_plan
from tests.builders import a_field, a_schema, a_section
from tests.cli.conftest import Copies
from tests.cli.program import Ended, at_terminal, run
from tests.cli.projects import (
    CREDENTIALS,
    PROJECT,
    SALES,
    calls_made,
    edit_account,
    served,
    write_project,
)

READING = {"key", "pull_tag", "search"}
GROWN = SALES.replace("[New, Won]", "[New, Won, Lost]")


def make_grown(folder: Path) -> None:
    write_project(folder)
    assert run("-C", folder, "apply", "--yes", "-q").status == ExitCode.OK
    (folder / "crm/sales.yaml").write_text(GROWN)
    assert run("-C", folder, "plan", "--out", folder / "plan.json").status == ExitCode.OK


@pytest.fixture
def folder(tmp_path: Path, copies: Copies) -> Path:
    """A project whose account is as the files said, which now want one option more."""
    return copies.of(make_grown, tmp_path / "project")


def apply(folder: Path, *more: str) -> Ended:
    return run("-C", folder, "apply", folder / "plan.json", "--yes", *more)


def writes_of(folder: Path, work: Callable[[], Ended]) -> tuple[Ended, list[str]]:
    """Do it, and give the writing calls that it made."""
    before = len(calls_made(folder))
    ended = work()
    return ended, [call for call in calls_made(folder)[before:] if call not in READING]


def assert_refused(folder: Path, *reasons: str) -> None:
    ended, writes = writes_of(folder, lambda: apply(folder))
    assert (ended.status, writes) == (ExitCode.REFUSED, [])
    assert [reason for reason in reasons if reason not in ended.err] == []
    assert "\nhint: " in ended.err


def test_exactly_the_calls_of_the_plan_are_made(folder: Path) -> None:
    planned = json.loads((folder / "plan.json").read_text())["calls"]
    ended, writes = writes_of(folder, lambda: apply(folder))
    assert ended.status == ExitCode.OK, ended.err
    assert writes == [call["request"] for call in planned] == ["add_dropdown"]
    assert run("-C", folder, "plan", "--detailed-exitcode").status == ExitCode.OK


def test_an_object_that_moved_is_shown_with_its_three_sides(folder: Path) -> None:
    edit_account(folder, "add-option Sales Status Hold")
    assert_refused(
        folder,
        "error: stale-plan: 1 object of the account is not as this plan saw it; "
        "nothing was changed\n"
        "  Sales / Status\n"
        "    seen     tdrop: New, Won\n"
        "    now      tdrop: Hold, New, Won\n"
        "    wanted   tdrop: Lost, New, Won\n"
        "hint: plan again and review what is new\n",
    )


def test_changes_elsewhere_do_not_disturb(folder: Path) -> None:
    edit_account(folder, "add-section Other", "add-field Other Fax text", "add-tag loud")
    assert apply(folder).status == ExitCode.OK


def test_a_comment_in_the_files_does_not_disturb(folder: Path) -> None:
    text = f"# reviewed\n\n{GROWN}"
    (folder / "crm/sales.yaml").unlink()
    (folder / "crm/renamed.yaml").write_text(text)
    assert apply(folder).status == ExitCode.OK


def test_files_that_ask_for_something_else_are_reported(folder: Path) -> None:
    (folder / "crm/sales.yaml").write_text(GROWN.replace("price", "numeric"))
    assert_refused(folder, "foreign-plan: the schema files have changed")


def test_a_plan_for_another_account_is_reported(folder: Path) -> None:
    (folder / "schemactl.yaml").write_text(PROJECT.replace("demo:", "live:"))
    words = 'foreign-plan: this plan is for the account "demo"'
    ended = apply(folder)
    assert ended.status == ExitCode.REFUSED
    assert f"{words}, which schemactl.yaml does not have" in ended.err
    named = run("-C", folder, "apply", "-a", "live", folder / "plan.json", "--yes")
    assert named.status == ExitCode.REFUSED
    assert f'{words}, not for "live"; nothing was changed\nhint: omit -a' in named.err


def test_a_plan_knows_its_account(folder: Path) -> None:
    account = PROJECT.partition("  demo:")[2]
    for default in ("", "default_account: live\n"):
        project = f"{PROJECT}  live:{account}{default}"
        (folder / "schemactl.yaml").write_text(project)
        assert apply(folder).status == ExitCode.OK
        assert calls_made(folder)
        assert not (folder / ".schemactl/emulator/live.sqlite").exists()
    ended = run("-C", folder, "apply", "-a", "live", folder / "plan.json", "--yes")
    assert ended.status == ExitCode.REFUSED


def test_a_plan_for_an_account_that_answers_elsewhere_now_is_reported(folder: Path) -> None:
    address = "http://127.0.0.1:9/"
    (folder / "schemactl.yaml").write_text(PROJECT.replace("emulator", address))
    ended = run(
        *("-C", folder, "apply", folder / "plan.json", "--yes"),
        environ={
            "DEMO_APP_ID": "2_1_app",
            "DEMO_API_KEY": "k3y-value",
            "DEMO_HOST": "127.0.0.1",
        },
    )
    assert ended.status == ExitCode.REFUSED
    assert 'was made for "emulator:' in ended.err
    assert 'over legacy, but the account is now "http://localhost:9" over legacy' in ended.err


def test_a_plan_against_a_snapshot_is_reported(folder: Path) -> None:
    run("-C", folder, "snapshot", "--out", folder / "live.json")
    run(
        *("-C", folder, "plan", "--against", folder / "live.json"),
        *("--out", folder / "plan.json"),
    )
    assert_refused(folder, "foreign-plan: this plan was made against a snapshot")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"Lost"', '"Won!"', "edited by hand, or damaged"),
        ('"format_version": 1', '"format_version": 2', "of a newer schemactl"),
        ('"summary"', '"sumary"', "breaks the rules for plans"),
    ],
)
def test_a_file_that_is_no_plan_as_it_was_written_is_reported(
    folder: Path, old: str, new: str, reason: str
) -> None:
    path = folder / "plan.json"
    path.write_text(path.read_text().replace(old, new))
    assert_refused(folder, f"invalid-plan: {path} ", reason)


def test_an_account_that_changes_during_the_question_is_not_changed(folder: Path) -> None:
    with at_terminal("apply", "plan.json", folder=folder) as session:
        session.wait_for("1 call. Type 'yes' to continue:")
        edit_account(folder, "remove-option Sales Status Won")
        session.type("yes\n")
        assert session.end() == ExitCode.REFUSED
    assert "stale-plan: 1 object" in session.shown
    assert calls_made(folder).count("add_dropdown") == 1, "that of the first apply"


def forge(folder: Path, alter: Callable[[Plan], Plan]) -> None:
    """Write a plan file again whose digest fits."""
    path = folder / "plan.json"
    plan = read_plan(path.read_text(encoding="utf-8"), file="plan.json")
    path.write_text(plan_text(alter(plan)), encoding="utf-8")


LIVE = a_schema(
    a_section("Sales", a_field("Status", "tdrop", ["New", "Won"]), a_field("Value", "price")),
    tags=["VIP"],
)


def consistent(plan: Plan, live: Schema = LIVE) -> Plan:
    """Make a forged plan consistent, so that only files and account show that it is forged."""
    by_hand = frozenset(step.change for step in plan.manual_steps)
    seen = find_preconditions(plan.changes, live)
    summary = summarise(plan.changes, by_hand)
    budget = replace(plan.budget, calls=len(plan.calls))
    fitting = replace(plan, seen=seen, summary=summary, budget=budget)
    return with_hazards(fitting, rules=SafetyRules(), managed_count=100)


def with_a_hidden_call(plan: Plan) -> Plan:
    hidden = replace(
        plan.calls[0],
        number=2,
        request="remove_field",
        arguments={"section": "Sales", "field": "Status"},
        needs=(1,),
    )
    return consistent(replace(plan, calls=(*plan.calls, hidden)))


def with_a_change_that_nobody_wants(plan: Plan) -> Plan:
    field = plan.changes[0]
    assert isinstance(field, ChangeOptions)
    removal = RemoveField(section="Sales", before=field.before, explicit=True)
    call = replace(with_a_hidden_call(plan).calls[1], number=1, serves=(removal.id,), needs=())
    permissions = (Permission.REMOVES_FIELD,)
    forged = replace(plan, changes=(removal,), calls=(call,), permissions=permissions)
    return consistent(forged)


def with_a_cleanup_that_nobody_left(plan: Plan) -> Plan:
    cleanup = PendingCleanup(run="run-1", contact="2", tags=("VIP",))
    return replace(plan, pending_cleanups=(cleanup,))


@pytest.mark.parametrize(
    ("alter", "reason"),
    [
        (with_a_hidden_call, "its calls do not follow from its changes"),
        (with_a_change_that_nobody_wants, "no longer lead to remove-field/Sales/Status"),
        (with_a_cleanup_that_nobody_left, "no journal here records that the apply run-1 left"),
    ],
)
def test_a_forged_plan_cannot_do_what_it_does_not_show_or_nobody_asks_for(
    folder: Path, alter: Callable[[Plan], Plan], reason: str
) -> None:
    forge(folder, alter)
    assert_refused(folder, "invalid-plan: ", reason)
    assert run("show", folder / "plan.json").status == ExitCode.OK, "it fits itself"


@pytest.mark.parametrize(
    ("alter", "reason"),
    [
        (
            lambda plan: replace(plan, seen=()),
            "the states that it records are not those of its changes",
        ),
        (lambda plan: replace(plan, hazards=()), "its hazards do not follow from its changes"),
        (
            lambda plan: replace(plan, summary=replace(plan.summary, change=0)),
            "its summary does not count its changes",
        ),
        (
            lambda plan: replace(plan, budget=replace(plan.budget, calls=0)),
            "its budget does not count its calls",
        ),
        (
            lambda plan: replace(plan, calls=(), budget=replace(plan.budget, calls=0)),
            "its calls do not make its changes",
        ),
    ],
)
def test_a_plan_that_contradicts_itself_is_neither_applied_nor_shown(
    folder: Path, alter: Callable[[Plan], Plan], reason: str
) -> None:
    (folder / "crm/sales.yaml").write_text(SALES.replace("[New, Won]", "[New]"))
    saved = run("-C", folder, "plan", "--out", folder / "plan.json")
    assert saved.status == ExitCode.OK
    forge(folder, alter)
    assert_refused(folder, "invalid-plan: this plan contradicts itself", reason)
    shown = run("show", folder / "plan.json")
    assert (shown.status, shown.out) == (ExitCode.REFUSED, "")
    assert reason in shown.err


def without_contents(plan: Plan) -> Plan:
    kept = (entry for entry in plan.seen if entry.kind is not PreconditionKind.SECTION_CONTENTS)
    return replace(plan, seen=tuple(kept))


def test_a_field_that_appeared_unseen_is_not_destroyed_by_a_plan_that_saw_nothing(
    folder: Path,
) -> None:
    """The state that a plan was made on cannot be taken out of it."""
    removed = "version: 1\nsections: []\nremoved: {sections: [Sales]}\n"
    (folder / "crm/sales.yaml").write_text(removed)
    allowed = ("--allow", "removes-field,removes-section,many-removals")
    saved = run("-C", folder, "plan", "--out", folder / "plan.json", *allowed)
    assert saved.status == ExitCode.OK, saved.err
    edit_account(folder, "add-field Sales Secret text")
    forge(folder, without_contents)
    assert_refused(folder, "the states that it records are not those of its changes")


def test_a_plan_that_was_applied_already_says_by_which_run(folder: Path) -> None:
    removed = "version: 1\nsections: []\nremoved: {sections: [Sales]}\n"
    (folder / "crm/sales.yaml").write_text(removed)
    allowed = ("--allow", "removes-field,removes-section,many-removals")
    run("-C", folder, "plan", "--out", folder / "plan.json", *allowed)
    journals = folder / ".schemactl/journal/demo"
    before = set(journals.iterdir())
    assert apply(folder).status == ExitCode.OK
    (journal,) = set(journals.iterdir()) - before
    for _ in range(2):
        ended, writes = writes_of(folder, lambda: apply(folder))
        assert (ended.status, writes) == (ExitCode.OK, [])
        assert ended.out.splitlines()[-1] == (
            f"Nothing to do: the run {journal.stem} already applied this plan."
        )
        assert "No call was made" not in ended.out
        assert "many-removals" not in ended.out + ended.err
    assert set(journals.iterdir()) == {*before, journal}


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        ("remove-field Sales Added", "Sales / Added"),
        ('add-option Sales Status "Won"', "Sales / Status"),
        ("remove-tag Gold", "tag Gold"),
    ],
)
def test_a_plan_is_applied_once_whatever_somebody_undoes_afterwards(
    folder: Path, edit: str, named: str
) -> None:
    text = SALES.replace("[New, Won]", "[New]").replace("[VIP]", "[VIP, Gold]")
    text = text.replace("tags:", "      - {name: Added, type: text}\ntags:")
    (folder / "crm/sales.yaml").write_text(text)
    run("-C", folder, "plan", "--out", folder / "plan.json", "--allow", "removes-option")
    assert apply(folder).status == ExitCode.OK
    edit_account(folder, edit)

    ended, writes = writes_of(folder, lambda: apply(folder))

    assert (ended.status, writes) == (ExitCode.REFUSED, [])
    assert "this plan was already applied by the run" in ended.err
    assert f'"{named}"' in ended.err


def test_the_same_drift_twice_is_two_plans(folder: Path) -> None:
    assert apply(folder).status == ExitCode.OK
    for _ in range(2):
        edit_account(folder, "add-option Sales Status Maybe")
        planned = run(
            "-C", folder, "plan", "--allow", "removes-option", "--out", folder / "plan.json"
        )
        assert planned.status == ExitCode.OK
        ended, writes = writes_of(folder, lambda: apply(folder))
        assert (ended.status, writes) == (ExitCode.OK, ["remove_dropdown"]), ended.err


def test_a_new_plan_is_no_continuation_of_an_equal_one_that_was_not_finished(
    tmp_path: Path,
) -> None:
    """The first removes an option of two; somebody adds it again, and both are reviewed."""
    two = "      - {name: Status, type: tdrop, options: [New]}\n"
    two += "      - {name: Mood, type: tdrop, options: [New]}\n"
    text = f"version: 1\nsections:\n  - name: Sales\n    fields:\n{two}"
    planning = ("plan", "--allow", "removes-option", "--out", str(tmp_path / "plan.json"))
    with served(tmp_path, "remove_dropdown:status-500:skip=1", sales=text) as server:
        server.edit("add-section Sales\nadd-field Sales Status tdrop New Maybe")
        server.edit("add-field Sales Mood tdrop New Maybe")
        for status in (ExitCode.STOPPED, ExitCode.OK):
            run("-C", tmp_path, *planning, environ=CREDENTIALS)
            plan_file = tmp_path / "plan.json"
            ended = run("-C", tmp_path, "apply", plan_file, "--yes", environ=CREDENTIALS)
            assert ended.status == status, ended.out + ended.err
            if status == ExitCode.STOPPED:
                server.edit("add-option Sales Status Maybe")
        again = run("-C", tmp_path, "plan", "--detailed-exitcode", environ=CREDENTIALS)
        assert again.status == ExitCode.OK, again.out


def test_protection_and_manual_steps_cannot_be_forged_away(folder: Path) -> None:
    text = SALES.replace("type: price", "type: numeric")
    assert text != SALES
    (folder / "crm/sales.yaml").write_text(text)
    assert run("-C", folder, "plan", "--out", folder / "plan.json").status == ExitCode.OK

    def without_steps(plan: Plan) -> Plan:
        allowed = replace(plan, permissions=(Permission.REPLACES_FIELD,), manual_steps=())
        live_now, keep = LiveState(schema=Schema()), ValueWork(keep=KeepValues.REQUIRED)
        drafts = draft_calls(plan.changes, live_now, LegacyDialect(), keep)
        calls = number_calls(drafts, find_dependencies(plan.changes))
        (change,) = plan.changes
        assert isinstance(change, ChangeType)
        live = a_schema(a_section("Sales", change.before), tags=["VIP"])
        return consistent(replace(allowed, calls=calls), live)

    forge(folder, without_steps)
    ended = apply(folder)
    assert ended.status == ExitCode.OK, "the permission is the reviewer's to give"

    protected = SALES.replace("type: price", "type: text, protect: true")
    (folder / "crm/sales.yaml").write_text(protected)
    assert run("-C", folder, "plan", "--out", folder / "plan.json").status == ExitCode.OK
    forge(folder, without_steps)
    assert_refused(folder, "only a person can do change-type/Sales/Value")
