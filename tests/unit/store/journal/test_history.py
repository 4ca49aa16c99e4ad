"""journal.history and journal.shelf: journals beside each other, and what they leave to do."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from schemactl.errors import JournalError, Location
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.change import AddSection
from schemactl.model.cleanup import PendingCleanup
from schemactl.model.difference import NoticeCode
from schemactl.model.plan import Call, JsonObject
from schemactl.model.recorded import RecordedCall, RecordedEnd, RecordedRun
from schemactl.model.run import Outcome, OutcomeStatus, RunStatus, Verdict, VerdictStatus
from schemactl.store.files import LinkedStateError
from schemactl.store.journal.files import MAX_KEPT, file_of_run, forget_oldest, recorded_runs
from schemactl.store.journal.history import History, Scope
from schemactl.store.journal.notices import ignored_notices, left_behind_notices
from schemactl.store.journal.writing import JournalFile
from schemactl.store.state.local import local_folder
from tests.builders import a_call, a_plan, a_run
from tests.unit.store.journal.test_reading import CALLS, Clock, start

AT = "2024-02-29T12:00:00+00:00"
END = RecordedEnd(at=AT, status=RunStatus.COMPLETED, reason="", verdicts=())
SCOPE = Scope(
    account="demo",
    identity=AccountIdentity(address="https://a/"),
    backend="legacy",
    tag_carrier=7,
)
DONE = Outcome(status=OutcomeStatus.DONE)


def a_record(
    name: str = "run-1",
    *calls: Call,
    end: RecordedEnd | None = END,
    address: str = "https://a/",
    backend: str = "legacy",
    resumes: str | None = None,
    settled: tuple[str, ...] = (),
) -> RecordedRun:
    return RecordedRun(
        id=name,
        account="demo",
        address=address,
        backend=backend,
        started_at=AT,
        plan="0a1b",
        resumes=resumes,
        settled=settled,
        calls=tuple(RecordedCall(call=call, started_at=AT, outcome=DONE) for call in calls),
        end=end,
    )


def history(*runs: RecordedRun, scope: Scope = SCOPE) -> History:
    return History.of([(run, local_folder(Path("journals"))) for run in runs], scope)


PUTS_ON = CALLS[1]
LEAVES_VIP = a_record("run-1", PUTS_ON)
VIP = PendingCleanup(run="run-1", contact="7", tags=("VIP",))


def test_runs_of_another_app_id_are_not_earlier_runs_of_this_account() -> None:
    ours, theirs = "0a1b2c3d4e5f", "f" * 12
    run = a_record("run-1", PUTS_ON, end=None, address="https://A./1/")
    here = AccountIdentity(address="https://a", app_id=ours)
    stated = replace(here, same_app_ids=frozenset({ours, theirs}))

    def runs(identity: AccountIdentity, app_id: str) -> int:
        scope = replace(SCOPE, identity=identity)
        return len(history(replace(run, app_id=app_id), scope=scope).runs)

    assert [runs(here, one) for one in (ours, "", theirs)] == [1, 1, 0]
    assert runs(stated, theirs) == 1


def test_a_change_that_the_account_ignored_last_time_is_reported_when_planned_again() -> None:
    change = AddSection(section="S", location=Location("crm.yaml", 3, 5))
    other = AddSection(section="T")
    verdicts = tuple(
        Verdict(change=one.id, status=status)
        for one, status in (
            (change, VerdictStatus.IGNORED),
            (other, VerdictStatus.REFUSED),
        )
    )
    ended = replace(END, verdicts=verdicts)
    ignoring, fine = a_record("run-1", end=ended), a_record("run-2")

    (notice,) = ignored_notices(history(ignoring), (change, other))

    assert (notice.code, notice.about) == (NoticeCode.IGNORED_LAST_TIME, "S")
    assert notice.location == change.location
    assert "in the apply run-1 the account reported success" in notice.message
    assert not list(ignored_notices(history(ignoring, fine), (change,)))
    assert not list(ignored_notices(history(a_record("run-3", end=None)), (change,)))
    assert not list(ignored_notices(history(), (change,)))


def test_tags_left_on_the_carrier_are_pending_until_a_later_run_settles_them() -> None:
    assert history(LEAVES_VIP).pending == (VIP,)
    assert history(LEAVES_VIP, a_record("run-2", resumes="run-1")).pending == (VIP,)
    settled = history(LEAVES_VIP, a_record("run-2", settled=("run-1",)))
    assert (settled.pending, settled.left_behind) == ((), ())
    assert settled.made(VIP)


@pytest.mark.parametrize(
    ("run", "scope", "why"),
    [
        (
            LEAVES_VIP,
            replace(SCOPE, identity=AccountIdentity(address="https://b/")),
            "the account was at https://a/",
        ),
        (
            replace(LEAVES_VIP, app_id="0a1b2c3d4e5f"),
            replace(SCOPE, identity=AccountIdentity(address="https://a/", app_id="f" * 12)),
            "another app id (fingerprint 0a1b2c3d4e5f, now ffffffffffff)",
        ),
        (LEAVES_VIP, replace(SCOPE, tag_carrier=8), "not the tag_carrier of the account"),
        (LEAVES_VIP, replace(SCOPE, tag_carrier=None), "not the tag_carrier of the account"),
        (LEAVES_VIP, replace(SCOPE, backend="rest"), "is now used over rest"),
        (replace(LEAVES_VIP, backend="rest"), SCOPE, "it was made over rest"),
        (replace(LEAVES_VIP, address=""), SCOPE, "does not name the address"),
    ],
)
def test_tags_that_are_none_of_this_accounts_are_reported_and_not_taken_off(
    run: RecordedRun, scope: Scope, why: str
) -> None:
    found = history(run, scope=scope)
    assert found.pending == ()
    (left,) = found.left_behind
    assert left.cleanup == VIP
    assert why in left.why


def test_tags_of_another_app_id_are_sought_in_the_account_that_has_them() -> None:
    ours, theirs = "f" * 12, "0a1b2c3d4e5f"
    run = replace(LEAVES_VIP, app_id=theirs)
    scope = replace(SCOPE, identity=AccountIdentity(address="https://a/", app_id=ours))

    (notice,) = left_behind_notices(history(run, scope=scope))

    there = f"https://a (app id fingerprint {theirs})"
    assert notice.code is NoticeCode.TAGS_LEFT_ON_CONTACT
    assert notice.about == f"contact 7 of {there}"
    assert (
        f'write app_ids: ["{theirs}", "{ours}"] below demo: in schemactl.yaml' in notice.message
    )
    by_hand = (
        f"otherwise take them off by hand in the account {there}, then delete the journal "
    )
    assert by_hand in notice.message
    assert notice.message.endswith("/run-1.jsonl")


def test_tags_at_another_address_are_sought_there() -> None:
    scope = replace(SCOPE, identity=AccountIdentity(address="https://b/"))

    (notice,) = left_behind_notices(history(LEAVES_VIP, scope=scope))

    assert notice.about == "contact 7 of https://a"
    assert ". Take them off by hand in the account https://a, then delete" in notice.message
    assert "app_ids" not in notice.message


def test_tags_on_another_contact_of_this_account_are_taken_off_by_hand_here() -> None:
    (notice,) = left_behind_notices(history(LEAVES_VIP, scope=replace(SCOPE, tag_carrier=8)))

    assert notice.about == "contact 7"
    assert ". Take them off by hand, then delete the journal " in notice.message


@pytest.mark.parametrize(
    "call",
    [
        a_call(1, "delete_field", {"contact": "7", "tags": ("VIP",)}, serves=["add-tag/VIP"]),
        a_call(1, "remove_section", {"section": "S"}, serves=["add-tag/VIP"]),
        a_call(1, "add_tag", {"contact": "7", "tags": ("VIP",)}, serves=["add-tag/Other"]),
        a_call(1, "add_tag", {"contact": 7, "tags": ("VIP",)}, serves=["add-tag/VIP"]),
        a_call(1, "add_tag", {"contact": "7", "tags": "VIP"}, serves=["add-tag/VIP"]),
        a_call(1, "add_tag", {"contact": "", "tags": ("VIP",)}, serves=["add-tag/VIP"]),
        a_call(1, "add_tag", {}, serves=["add-tag/VIP"]),
    ],
)
def test_nothing_but_tags_that_the_run_made_itself_is_ever_left_to_do(call: Call) -> None:
    found = history(a_record("run-1", call))
    assert (found.pending, found.left_behind) == ((), ())


def test_runs_on_another_address_are_not_earlier_runs_of_this_one() -> None:
    cut_off = a_record("run-1", end=None, address="https://b/")
    found = history(cut_off, a_record("run-2"))
    assert [run.id for run in found.runs] == ["run-2"]
    assert found.interrupted is None


def test_the_run_that_was_cut_off_is_found_until_another_takes_it_up() -> None:
    cut_off = a_record("run-1", end=None)
    found = history(cut_off).interrupted
    assert found is cut_off
    assert history(cut_off, a_record("run-2", resumes="run-1")).interrupted is None


def test_a_journal_of_which_something_is_left_to_do_is_not_forgotten() -> None:
    cut_off = a_record("run-3", end=None)
    found = history(LEAVES_VIP, a_record("run-2"), cut_off)
    assert [run.id for run in found.forgettable] == ["run-2"]


class TestShelf:
    """The journals of one account in their folder."""

    def test_no_folder_is_no_run(self, tmp_path: Path) -> None:
        assert recorded_runs(local_folder(tmp_path / "none")) == ()

    def test_only_the_oldest_of_those_that_may_go_are_deleted(self, tmp_path: Path) -> None:
        for number in range(MAX_KEPT + 3):
            name = f"run-{number:04}"
            with start(tmp_path / f"{name}.jsonl", name) as journal:
                journal.run_finished(a_run())
        runs = recorded_runs(local_folder(tmp_path))
        forget_oldest(local_folder(tmp_path), runs[1:])
        kept = [run.id for run in recorded_runs(local_folder(tmp_path))]
        assert len(kept) == MAX_KEPT
        assert kept[:2] == ["run-0000", "run-0004"], "the one that may not go stays"

    def test_no_file_is_deleted_that_the_folder_does_not_list(self, tmp_path: Path) -> None:
        folder, outside = tmp_path / "journal", tmp_path / "precious.jsonl"
        outside.write_text("kept")
        for number in range(MAX_KEPT + 1):
            name = f"run-{number:04}"
            start(folder / f"{name}.jsonl", name).__exit__(None, None, None)
        forget_oldest(local_folder(folder), [a_record("precious"), a_record("run-9999")])
        assert outside.read_text() == "kept"
        assert len(recorded_runs(local_folder(folder))) == MAX_KEPT + 1

    @pytest.mark.parametrize("depth", [0, 1, 2])
    def test_a_folder_that_is_a_link_is_refused(self, tmp_path: Path, depth: int) -> None:
        true, shown = tmp_path / "true", tmp_path / "shown"
        folder = Path("state", "journal", "demo")
        (true / folder).mkdir(parents=True)
        place = [folder.parent.parent, folder.parent, folder][depth]
        (shown / place).parent.mkdir(parents=True)
        (shown / place).symlink_to(true / place)
        with pytest.raises(LinkedStateError, match="is a symbolic link"):
            recorded_runs(local_folder(shown / folder))

    def test_what_is_no_ordinary_file_is_refused_and_not_waited_for(
        self, tmp_path: Path
    ) -> None:
        start(tmp_path / "run-1.jsonl").__exit__(None, None, None)
        for make in (
            lambda path: path.symlink_to(tmp_path / "run-1.jsonl"),
            os.mkfifo,
            Path.mkdir,
        ):
            folder = tmp_path / "folder"
            folder.mkdir(exist_ok=True)
            path = folder / "run-2.jsonl"
            make(path)
            with pytest.raises(JournalError, match="is not a regular file"):
                recorded_runs(local_folder(folder))
            path.rmdir() if path.is_dir() else path.unlink()

    def test_a_file_that_is_named_as_no_run_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "run 1.jsonl").write_text("")
        with pytest.raises(JournalError, match="named as no journal"):
            recorded_runs(local_folder(tmp_path))

    def test_runs_are_sorted_by_the_time_of_their_start(self, tmp_path: Path) -> None:
        clock = Clock()
        for name in ("run-b", "run-a"):
            with JournalFile(file_of_run(local_folder(tmp_path), name), now=clock) as journal:
                journal.run_started(name, a_plan(), address="https://a/", digest="")
        assert [run.id for run in recorded_runs(local_folder(tmp_path))] == ["run-b", "run-a"]


def test_the_journal_of_another_project_gives_no_ownership() -> None:
    own, foreign = a_record("run-1"), a_record("run-2")
    here, elsewhere = map(local_folder, (Path("a/journal/name"), Path("b/journal/name")))
    found = History.of([(own, here), (foreign, elsewhere)], SCOPE)
    assert found.runs == (own, foreign)
    assert found.runs_in(here) == (own,)


def test_only_cleanups_that_a_plan_shows_or_its_own_runs_left_are_made() -> None:
    first = a_record("run-1", PUTS_ON, end=None)
    gold: JsonObject = {"contact": "7", "tags": ("Gold",)}
    second = a_record("run-2", a_call(2, "add_tag", gold, serves=["add-tag/Gold"]), end=None)
    found = history(first, second)
    one, other = found.pending
    assert [one.run, other.run] == ["run-1", "run-2"]

    assert found.reviewed((), ()) == ()
    assert found.reviewed((one,), ()) == (one,)
    assert found.reviewed((), {"run-2"}) == (other,)
    assert found.reviewed((one,), {"run-2"}) == (one, other)
    assert found.reviewed((replace(one, tags=("Gold",)),), ()) == ()
