"""executor over the REST API: every call is read after, and a loss stops all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from schemactl.account.interface import LiveState
from schemactl.account.rest.backend import RestBackend
from schemactl.account.rest.dialect import RestDialect
from schemactl.account.rest.state import RestState
from schemactl.apply import ApplyRequest, execute_plan
from schemactl.diff import diff_schemas
from schemactl.model.desired import Desired
from schemactl.model.plan import Permission, Plan
from schemactl.model.run import Run, RunStatus, VerdictStatus
from schemactl.planner import PlanContext, make_plan
from tests.builders import MADE, a_desired, a_desired_field, a_desired_section, a_field
from tests.fake_rest import FakeRest, Meddling, RestFault
from tests.rest_builders import a_rest_field, a_rest_section, a_rest_state
from tests.unit.apply.test_execution import FakeHost, RecordingJournal, statuses

STATE = a_rest_state(
    a_rest_section(
        "S",
        a_rest_field(1, "Old"),
        a_rest_field(2, "Drop", "drop", "x", "y"),
        a_rest_field(3, "Kept"),
        description="about S",
    ),
    a_rest_section("T", a_rest_field(4, "Gone"), a_rest_field(5, "Other")),
    tags=["VIP", "Gold"],
)
DESIRED = a_desired(
    a_desired_section(
        "S",
        a_desired_field(a_field("New"), was=["Old"]),
        a_field("Drop", "tdrop", ["y", "z"]),
        a_field("Fresh"),
        a_field("Fresher", "email"),
    ),
    tags=["Silver"],
    removed_fields=[("T", "Gone")],
    removed_tags=["Gold"],
)
# Calls: 1 update_fields S, 2 create_fields S, 3 create_tag, 4 remove_options, 5 delete_field,
# 6 delete_tag.
UPDATE, CREATE, TAG, OPTIONS, FIELD, TAG_GONE = range(1, 7)
FIELD_READ = ["fieldeditor_get", "meta_get"]
TAG_READ = ["tags_info", "tags_get"]
REVIEW_READS = len(FIELD_READ) + len(TAG_READ)
APPLIED = VerdictStatus.APPLIED


@dataclass
class Told:
    """What one run did and said."""

    run: Run
    fake: FakeRest
    journal: list[str]
    host: FakeHost

    @property
    def words(self) -> list[str]:
        """The writing requests that were made."""
        return [each.word for each in self.fake.written]

    def unapplied(self) -> dict[str, VerdictStatus]:
        return {
            change: status for change, status in statuses(self.run).items() if status != APPLIED
        }


@dataclass
class Bench:
    """An account, and how it is treated."""

    fake: FakeRest
    desired: Desired = DESIRED
    sends_whole: bool = True
    live: LiveState = field(init=False)
    backend: RestBackend = field(init=False)

    def __post_init__(self) -> None:
        self.backend = RestBackend(self.fake, RestDialect(sends_whole=self.sends_whole))
        self.live = self.backend.read()
        self.fake.record.clear()
        self.fake.reads = 0

    def plan(self) -> Plan:
        return make_plan(
            diff_schemas(desired=self.desired, live=self.live.schema),
            live=self.live,
            dialect=self.backend.dialect,
            context=PlanContext(made=MADE, account="demo", permissions=frozenset(Permission)),
        )

    def count_requests(self) -> int:
        plan = self.plan()
        return plan.budget.requests - plan.size.calls

    def execute(self) -> Told:
        journal: list[str] = []
        host = FakeHost()
        run = execute_plan(
            ApplyRequest(plan=self.plan(), digest="", address="http://a/"),
            run_id="run-1",
            backend=self.backend,
            live=self.live,
            journal=RecordingJournal(journal),
            host=host.host,
        ).run
        return Told(run=run, fake=self.fake, journal=journal, host=host)


def execute(
    state: RestState = STATE,
    *,
    sends_whole: bool = True,
    faults: dict[int, RestFault] | None = None,
    refused: Sequence[str] = (),
    meddling: dict[int, Meddling] | None = None,
) -> Told:
    fake = FakeRest(state, faults=faults or {}, refused=refused, meddling=meddling or {})
    return Bench(fake, sends_whole=sends_whole).execute()


def without_fields(*names: str) -> Meddling:
    """Have somebody delete fields in the browser."""

    def act(state: RestState) -> RestState:
        sections = (
            replace(
                section,
                columns=tuple(
                    tuple(one for one in column if one.alias not in names)
                    for column in section.columns
                ),
            )
            for section in state.sections
        )
        return replace(state, sections=tuple(sections))

    return act


def with_tag_renamed(state: RestState) -> RestState:
    first, *others = state.tags
    return replace(state, tags=(replace(first, name="Other"), *others))


def test_the_plan_is_the_one_that_these_tests_are_about() -> None:
    plan = Bench(FakeRest(STATE)).plan()
    assert not plan.manual_steps
    assert [call.request for call in plan.calls] == [
        *("update_fields", "create_fields", "create_tag"),
        *("remove_options", "delete_field", "delete_tag"),
    ]


@pytest.mark.parametrize("sends_whole", [True, False])
def test_a_read_proves_the_call_before_and_guards_the_call_after(*, sends_whole: bool) -> None:
    reported = execute(sends_whole=sends_whole)

    assert (reported.run.status, reported.run.reason) == (RunStatus.COMPLETED, "")
    assert set(statuses(reported.run).values()) == {APPLIED}
    assert reported.fake.record == [
        *(*FIELD_READ, "fieldeditor_put"),
        *(*FIELD_READ, "fieldeditor_post"),
        "tag_create",
        "tags_get",  # no later read shows the new tag, and nothing goes before all is proved
        *(*FIELD_READ, "fieldeditor_put"),
        *(*FIELD_READ, "fieldeditor_delete"),
        *FIELD_READ,  # a tag goes next, before which no fields are read
        *("tags_get", "tag_delete"),
        *TAG_READ,
    ]


def test_the_price_of_a_plan_is_the_number_of_requests_that_it_makes() -> None:
    bench = Bench(FakeRest(STATE))
    assert bench.count_requests() == REVIEW_READS + len(bench.execute().fake.record) == 24


def test_the_price_is_right_too_where_a_field_is_made_anew_between_removals() -> None:
    desired = a_desired(
        a_desired_section("T", a_field("Other", "price")), removed_fields=[("T", "Gone")]
    )
    bench = Bench(FakeRest(STATE), desired=desired)
    calls = bench.plan().calls
    assert [call.request for call in calls] == ["delete_field", "create_fields", "delete_field"]
    assert bench.count_requests() == len(FIELD_READ) + len(bench.execute().fake.record)


def test_each_call_is_journaled_before_and_after_and_its_proof_too() -> None:
    reported = execute()
    assert reported.journal == [
        *("started 1", "finished 1 done"),
        *("started 2", "finished 2 done", "settled 1 shown"),
        *("started 3", "finished 3 done", "settled 3 shown"),
        *("started 4", "finished 4 done", "settled 2 shown"),
        *("started 5", "finished 5 done", "settled 4 shown", "settled 5 shown"),
        *("started 6", "finished 6 done", "settled 6 shown"),
        "ended completed",
    ]


def test_after_a_run_the_next_plan_is_empty_and_contacts_have_kept_all_else() -> None:
    reported = execute()
    again = Bench(FakeRest(reported.fake.state))
    assert again.plan().is_empty

    fields = reported.fake.state.fields
    assert fields["f1"].field.alias == "New"
    assert fields["f2"].field.options == ("y", "z")
    assert fields["f2"].field.option_ids[0] == 21, "contacts hold the id"
    assert fields["f3"].field.alias == "Kept"
    assert reported.fake.state.sections[0].description == "about S"


def test_fields_that_went_with_an_update_stop_the_run_and_are_named() -> None:
    reported = execute(sends_whole=False, faults={UPDATE: RestFault.KEEPS_NAMED_ONLY})

    assert reported.run.status is RunStatus.STOPPED
    assert reported.run.reason == (
        "call 1 (update_fields) was followed by what nobody asked for: "
        'field "Kept" of section "S" is gone'
    )
    assert reported.words == ["fieldeditor_put"]
    assert reported.run.calls_made == 1
    # What it was about is done for all that, and the rest was not tried.
    assert reported.unapplied() == {
        "change-options/S/Drop": VerdictStatus.ALTERED,
        "add-field/S/Fresh": VerdictStatus.NOT_DONE,
        "add-field/S/Fresher": VerdictStatus.NOT_DONE,
        "add-tag/Silver": VerdictStatus.NOT_DONE,
        "remove-field/T/Gone": VerdictStatus.NOT_DONE,
        "remove-tag/Gold": VerdictStatus.NOT_DONE,
    }


def test_the_whole_section_loses_nothing_where_a_part_would() -> None:
    reported = execute(faults={UPDATE: RestFault.KEEPS_NAMED_ONLY})
    assert reported.run.status is RunStatus.COMPLETED


@pytest.mark.parametrize("number", [UPDATE, CREATE, OPTIONS])
@pytest.mark.parametrize("sends_whole", [True, False])
def test_no_description_is_cleared_by_being_left_out(number: int, *, sends_whole: bool) -> None:
    reported = execute(sends_whole=sends_whole, faults={number: RestFault.CLEARS_DESCRIPTION})
    assert reported.run.status is RunStatus.COMPLETED
    assert reported.fake.state.sections[0].description == "about S"


@pytest.mark.parametrize(
    ("number", "meddling", "words"),
    [
        (UPDATE, without_fields("Other"), 'field "Other" of section "T" is gone'),
        (CREATE, without_fields("Kept"), 'field "Kept" of section "S" is gone'),
        (OPTIONS, without_fields("Drop"), 'field "Drop" of section "S" is gone'),
        (FIELD, without_fields("Other"), 'field "Other" of section "T" is gone'),
        (TAG_GONE, with_tag_renamed, 'tag "VIP" is called "Other"'),
    ],
)
def test_what_went_beside_any_call_stops_the_run(
    number: int, meddling: Meddling, words: str
) -> None:
    reported = execute(meddling={number: meddling})

    assert reported.run.status is RunStatus.STOPPED
    assert words in reported.run.reason
    assert reported.run.reason.startswith(f"call {number} (")
    # A new tag destroys nothing, so no read is made before it.
    assert len(reported.fake.written) == (TAG if number == CREATE else number)


def test_a_loss_beside_new_sections_and_tags_is_found_by_the_last_read() -> None:
    """They are proved together, each part by the calls of that part alone."""
    desired = a_desired(a_desired_section("N", a_field("First")), tags=["Silver"])
    bench = Bench(FakeRest(STATE, meddling={1: without_fields("Kept")}), desired=desired)
    reported = bench.execute()
    assert reported.run.status is RunStatus.STOPPED
    assert 'field "Kept" of section "S" is gone' in reported.run.reason
    assert reported.words == ["fieldeditor_post", "tag_create"]


def test_a_loss_with_a_call_of_unknown_outcome_is_found_beside_an_unproved_one() -> None:
    desired = a_desired(a_desired_section("N", a_field("First")), tags=["Silver"])
    fake = FakeRest(STATE, faults={2: RestFault.SILENT}, meddling={2: with_tag_renamed})
    reported = Bench(fake, desired=desired).execute()
    assert reported.run.status is RunStatus.STOPPED
    assert 'tag "VIP" is called "Other"' in reported.run.reason


def test_a_call_that_was_lost_and_did_harm_stops_the_run_with_the_harm() -> None:
    reported = execute(
        faults={UPDATE: RestFault.SILENT}, meddling={UPDATE: without_fields("Kept")}
    )
    assert reported.run.status is RunStatus.STOPPED
    assert 'field "Kept" of section "S" is gone' in reported.run.reason


def test_many_losses_are_counted_after_the_first_ten() -> None:
    extra = [a_rest_field(number, f"Extra {number}") for number in range(20, 32)]
    state = a_rest_state(*STATE.sections, a_rest_section("U", *extra), tags=["VIP", "Gold"])
    reported = execute(state, meddling={UPDATE: without_fields(*(one.alias for one in extra))})
    assert 'field "Extra 29" of section "U" is gone; and 2 more' in reported.run.reason


def test_a_field_that_is_refused_leaves_the_others_of_its_call_applied() -> None:
    reported = execute(refused=["Fresh"])

    assert reported.run.status is RunStatus.INCOMPLETE
    assert reported.unapplied() == {
        "add-field/S/Fresh": VerdictStatus.REFUSED,
        "change-options/S/Drop": VerdictStatus.NOT_DONE,
    }
    (refused,) = (one for one in reported.run.verdicts if one.status is VerdictStatus.REFUSED)
    assert refused.detail.startswith("was refused: Fresh: Invalid field")
    assert reported.fake.state.places("S", "Fresher")


def test_a_rename_that_is_refused_leaves_the_others_of_its_call_applied() -> None:
    reported = execute(refused=["New"])

    assert reported.run.status is RunStatus.INCOMPLETE
    assert reported.unapplied()["rename-field/S/New"] is VerdictStatus.REFUSED
    assert reported.fake.state.fields["f2"].field.options == ("x", "y", "z")


def test_nothing_is_taken_from_a_section_after_a_part_of_its_call_was_refused() -> None:
    reported = execute(refused=["Fresh"])

    (skipped,) = (line for line in reported.journal if line.startswith("skipped"))
    assert skipped.startswith(f"skipped {OPTIONS}: call 2 (create_fields) failed")
    assert reported.fake.state.fields["f2"].field.options == ("x", "y", "z")


@pytest.mark.parametrize("number", [UPDATE, CREATE, TAG])
def test_a_success_that_is_none_is_seen_at_once_and_nothing_linked_is_removed(
    number: int,
) -> None:
    reported = execute(faults={number: RestFault.LIES})

    assert reported.run.status is RunStatus.INCOMPLETE
    assert VerdictStatus.IGNORED in reported.unapplied().values()
    has_the_option = "x" in (reported.fake.state.fields["f2"].field.options or ())
    assert has_the_option is (number != TAG)
    assert "remove-field/T/Gone" not in reported.unapplied()
    assert reported.host.slept == [1.0, 3.0] * 2


@pytest.mark.parametrize("fault", [RestFault.ACTS_SILENTLY, RestFault.MUMBLES])
@pytest.mark.parametrize("number", range(1, 7))
def test_a_call_that_was_carried_out_whatever_was_answered_goes_on(
    number: int, fault: RestFault
) -> None:
    reported = execute(faults={number: fault})
    assert (reported.run.status, len(reported.fake.written)) == (RunStatus.COMPLETED, 6)


@pytest.mark.parametrize("number", range(1, 7))
def test_a_call_whose_answer_is_lost_and_that_does_not_show_stops_the_run(number: int) -> None:
    reported = execute(faults={number: RestFault.SILENT})
    assert reported.run.status is RunStatus.STOPPED
    assert len(reported.fake.written) == number


@pytest.mark.parametrize("number", range(1, 7))
def test_a_call_too_many_waits_looks_and_is_sent_again(number: int) -> None:
    reported = execute(faults={number: RestFault.LIMITED})
    assert (reported.run.status, len(reported.fake.written)) == (RunStatus.COMPLETED, 7)
    assert reported.host.slept == [23.0]


@pytest.mark.parametrize("number", range(1, 7))
def test_an_account_that_cannot_be_reached_any_more_stops_the_run(number: int) -> None:
    reported = execute(faults={number: RestFault.UNSENT})
    assert reported.run.status is RunStatus.STOPPED
    assert reported.run.calls_made == number - 1


def test_a_refused_removal_does_not_keep_others_from_being_made() -> None:
    reported = execute(faults={FIELD: RestFault.REFUSES})
    assert reported.run.status is RunStatus.INCOMPLETE
    assert reported.unapplied() == {"remove-field/T/Gone": VerdictStatus.REFUSED}


def test_an_id_that_means_another_field_by_now_is_left_alone() -> None:
    def renamed(state: RestState) -> RestState:
        first, second = state.sections
        gone, other = second.columns[0]
        columns = ((replace(gone, alias="Precious"), other),)
        return replace(state, sections=(first, replace(second, columns=columns)))

    reported = execute(meddling={OPTIONS: renamed})
    assert reported.run.status is RunStatus.STOPPED
    assert 'field "Gone" of section "T" is called "Precious"' in reported.run.reason
    assert "fieldeditor_delete" not in reported.words


def test_a_call_that_was_not_sent_is_blamed_for_nothing_and_the_others_go_on() -> None:
    bench = Bench(FakeRest(STATE))
    bench.fake.state = without_fields("Old", "Other")(STATE)
    reported = bench.execute()

    assert reported.run.status is RunStatus.INCOMPLETE
    assert "fieldeditor_post" in reported.words
    (renamed,) = (one for one in reported.run.verdicts if one.change == "rename-field/S/New")
    assert renamed.status is VerdictStatus.OVERTAKEN
    assert renamed.detail.startswith('was not sent: section "S" had "Old"')


def test_what_somebody_removed_before_the_check_of_a_call_is_not_blamed_on_the_call() -> None:
    bench = Bench(FakeRest(STATE))
    bench.fake.state = without_fields("Gone")(STATE)
    reported = bench.execute()

    assert reported.run.status is RunStatus.COMPLETED, "it was gone before the first call"


def test_what_a_person_made_meanwhile_is_no_loss_and_stays() -> None:
    def added(state: RestState) -> RestState:
        first, *others = state.sections
        fields = (*first.columns[0], a_rest_field(50, "Surprise"))
        return replace(state, sections=(replace(first, columns=(fields,)), *others))

    reported = execute(meddling={UPDATE: added})
    assert reported.run.status is RunStatus.COMPLETED
    assert reported.fake.state.places("S", "Surprise")
