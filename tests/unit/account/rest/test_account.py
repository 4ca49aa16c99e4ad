"""account/rest/backend.py: reading an account, the read before each call, and the outcomes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.account.http.exchange import (
    Answered,
    Exchange,
    FailureKind,
    HttpMethod,
    NoAnswer,
    NotSent,
    RefusedByStatus,
    RestRequest,
)
from schemactl.account.interface import FieldsPart, LiveState, NoObjection, TagsPart
from schemactl.account.rest.backend import RestBackend
from schemactl.account.rest.dialect import RestDialect, tag_reads
from schemactl.account.rest.planned import (
    CreateFields,
    CreateTag,
    DeleteField,
    DeleteSection,
    DeleteTag,
    FieldUpdate,
    NewField,
    PlannedRequest,
    RenameTag,
    UpdateFields,
)
from schemactl.account.rest.state import ObjectRef, RestState
from schemactl.account.rest.tag_list import MAX_PAGES
from schemactl.account.rest.values import RestField, RestTag
from schemactl.errors import AccountError, AccountUnreachableError, AnswerError
from schemactl.model.run import Outcome, OutcomeStatus
from tests.fake_rest import FakeRest, RestFault
from tests.rest_builders import (
    a_rest_field,
    a_rest_section,
    a_rest_state,
    as_call,
    live_of,
    planned_requests,
)
from tests.unit.account.http.rest_bodies import body, meta_of

A = a_rest_field(1, "A", required=True)
B = a_rest_field(2, "B", "drop", "x", "y")
C = a_rest_field(3, "C")
STATE = a_rest_state(
    a_rest_section("S", A, B, description="old"), a_rest_section("T", C), tags=["VIP", "Gold"]
)
FIELD_READ = ["fieldeditor_get", "meta_get"]
TAG_READ = ["tags_info", "tags_get"]
DONE = Outcome(status=OutcomeStatus.DONE)

RENAME_A = UpdateFields(
    section="S", fields=(FieldUpdate(field="f1", name="A", new_name="Alpha"),)
)
DELETE_A = DeleteField(section="S", field="f1", name="A")
NEW_D = CreateFields(section="S", fields=(NewField(name="D", type="text"),))
RENAME_VIP = RenameTag(id=1, tag="VIP", new_name="Best")
DELETE_VIP = DeleteTag(id=1, tag="VIP")
ONE_OF_EACH: tuple[PlannedRequest, ...] = (
    NEW_D,
    RENAME_A,
    UpdateFields(
        section="S", fields=(FieldUpdate(field="f2", name="B", remove_options=("x",)),)
    ),
    DELETE_A,
    DeleteSection(section="U"),
    CreateTag(tag="New"),
    RENAME_VIP,
    DELETE_VIP,
)

each_request = pytest.mark.parametrize(
    "request_", ONE_OF_EACH, ids=lambda one: as_call(one).request
)


def perform(request: PlannedRequest, fake: FakeRest) -> Outcome:
    return RestBackend(fake, RestDialect()).perform(as_call(request), NoObjection())


def put_of(request: PlannedRequest, state: RestState = STATE) -> dict[str, Any]:
    """Return the body that is sent for a request."""
    fake = FakeRest(state)
    assert perform(request, fake) == DONE
    (sent,) = fake.sent
    assert isinstance(sent, dict)
    return sent


class Script(FakeRest):
    """An account that answers reading requests as it was set up to."""

    def __init__(self, **answers: bytes) -> None:
        super().__init__(STATE)
        self._answers = answers

    def read(self, request: RestRequest) -> bytes:
        honest = super().read(request)
        return self._answers.get(request.word, honest)


# Reading


def test_reading_gives_names_to_people_and_keeps_ids_beside_them() -> None:
    fake = FakeRest(STATE)
    live = RestBackend(fake, RestDialect()).read()

    assert live == LiveState(schema=STATE.schema, calls=4, backend_state=STATE)
    assert fake.record == [*FIELD_READ, *TAG_READ]
    section = live.schema.sections[0]
    assert (section.name, section.description) == ("S", "old")
    kinds = [(one.name, one.type, one.options) for one in section.fields]
    assert kinds == [("A", "text", None), ("B", "tdrop", ("x", "y"))]


def test_what_the_vendor_made_is_known_by_its_name_in_the_api() -> None:
    own = a_rest_field(7, "E-Mail", "email", api_name="email")
    state = a_rest_state(a_rest_section("S", own, A))
    live = RestBackend(FakeRest(state), RestDialect()).read()
    assert [one.custom for one in live.schema.sections[0].fields] == [False, True]


@pytest.mark.parametrize(("tags", "pages"), [(0, 1), (49, 1), (50, 2), (99, 2), (101, 3)])
def test_tags_are_read_page_by_page(tags: int, pages: int) -> None:
    names = [f"tag {number}" for number in range(tags)]
    fake = FakeRest(a_rest_state(tags=names))
    live = RestBackend(fake, RestDialect()).read()

    assert list(live.schema.tags) == names
    assert fake.record.count("tags_get") == pages
    assert live.calls == len(fake.record) == 3 + pages


def test_tags_of_other_objects_are_counted_and_left_out() -> None:
    tags = (*STATE.tags, RestTag(id=9, name="Hot", object_type=10001))
    live = RestBackend(FakeRest(replace(STATE, tags=tags)), RestDialect()).read()
    assert live.schema.tags == ("VIP", "Gold")


def test_a_count_that_does_not_fit_is_looked_at_once_more() -> None:
    fake = FakeRest(STATE, count_off=(1,))
    live = RestBackend(fake, RestDialect()).read()

    assert live.schema.tags == ("VIP", "Gold")
    assert live.calls == 6


@pytest.mark.parametrize("off", [1, -1])
def test_a_count_that_never_fits_is_no_account_to_plan_on(off: int) -> None:
    fake = FakeRest(STATE, count_off=(off, off))
    with pytest.raises(AnswerError, match=rf"has {2 + off} tags, and returned 2$"):
        RestBackend(fake, RestDialect()).read()
    assert fake.record.count("tags_info") == 2


def test_a_list_of_tags_without_an_end_is_given_up_on() -> None:
    rows = [{"tag_id": str(number), "tag_name": "x"} for number in range(1, 51)]
    endless = body({"count": str(MAX_PAGES * 50 + 1)})
    with pytest.raises(AnswerError, match="does not end"):
        RestBackend(Script(tags_get=body(rows), tags_info=endless), RestDialect()).read()
    assert MAX_PAGES * 50 == 100_000


@pytest.mark.parametrize("count", [0, 2, 50, 99])
def test_more_tags_than_the_count_says_are_not_cut_off_at_it(count: int) -> None:
    tags = tuple(RestTag(id=number, name=f"T{number}") for number in range(1, 121))
    fake = FakeRest(replace(STATE, tags=tags), count_off=(count - 120, count - 120))
    with pytest.raises(AnswerError, match=rf"has {count} tags, and returned"):
        RestBackend(fake, RestDialect()).read()


@pytest.mark.parametrize("tags", [0, 49, 50, 51, 100, 120])
def test_all_pages_of_tags_are_read_by_as_many_requests_as_the_plan_counts(tags: int) -> None:
    rows = tuple(RestTag(id=number, name=f"T{number}") for number in range(1, tags + 1))
    live = RestBackend(FakeRest(replace(STATE, tags=rows)), RestDialect()).read()

    assert live.schema.tags == tuple(tag.name for tag in rows)
    assert live.calls == len(FIELD_READ) + tag_reads(tags)


def create_tags(backend: RestBackend, *names: str) -> LiveState:
    """Create tags, and return the account as it is read to prove them."""
    before = backend.read()
    for name in names:
        call = as_call(CreateTag(tag=name))
        assert backend.perform(call, NoObjection()).status is OutcomeStatus.DONE
    return backend.read_parts({TagsPart()}, before)


@pytest.mark.parametrize(("new", "reads"), [(1, 1), (50, 1), (51, 2)])
def test_new_tags_are_read_by_their_ids(new: int, reads: int) -> None:
    fake = FakeRest(a_rest_state(tags=[f"T{number}" for number in range(120)]))
    names = [f"New {number}" for number in range(new)]
    live = create_tags(RestBackend(fake, RestDialect()), *names)

    assert live.schema.tags == (*(f"T{number}" for number in range(120)), *names)
    assert fake.record[fake.record.index("tag_create") :] == [
        *["tag_create"] * new,
        *["tags_get"] * reads,
    ]
    calls = [as_call(CreateTag(tag=f"New {number}")) for number in range(new)]
    assert RestDialect().count_reads(TagsPart(), tags=120 + new, calls=calls) == reads


def test_where_the_server_does_not_read_by_ids_all_tags_are_read() -> None:
    fake = FakeRest(a_rest_state(tags=[f"T{number}" for number in range(60)]), ignores_ids=True)
    live = create_tags(RestBackend(fake, RestDialect()), "New")

    assert live.schema.tags[-1] == "New"
    assert fake.record[-4:] == ["tags_get", "tags_info", "tags_get", "tags_get"]


@pytest.mark.parametrize("fault", [RestFault.MUMBLES, RestFault.ACTS_SILENTLY])
def test_after_a_tag_without_a_usable_answer_all_tags_are_read(fault: RestFault) -> None:
    fake = FakeRest(STATE, faults={2: fault})
    backend = RestBackend(fake, RestDialect())
    before = backend.read()
    for name in ("One", "Two", "Three"):
        backend.perform(as_call(CreateTag(tag=name)), NoObjection())
    live = backend.read_parts({TagsPart()}, before)

    assert live.schema.tags[-3:] == ("One", "Two", "Three")
    assert fake.record[-2:] == TAG_READ


def test_a_new_tag_that_the_account_lost_again_is_not_shown() -> None:
    fake = FakeRest(STATE, meddling={1: lambda state: replace(state, tags=STATE.tags)})
    live = create_tags(RestBackend(fake, RestDialect()), "New")
    assert live.schema.tags == STATE.schema.tags


@pytest.mark.parametrize("word", [*FIELD_READ, *TAG_READ])
@pytest.mark.parametrize("nonsense", [b"", b"<html>", b"{}", b'{"code":0,"data":7}'], ids=repr)
def test_an_answer_that_makes_no_sense_is_no_empty_account(word: str, nonsense: bytes) -> None:
    with pytest.raises(AccountError):
        RestBackend(Script(**{word: nonsense}), RestDialect()).read()


def test_only_the_parts_that_are_asked_for_are_read_again() -> None:
    fake = FakeRest(replace(STATE, tags=()))
    before = live_of(STATE)
    backend = RestBackend(fake, RestDialect())

    after = backend.read_parts({FieldsPart()}, before)
    assert fake.record == FIELD_READ
    assert after == replace(before, calls=2)

    fake.record.clear()
    after = backend.read_parts({TagsPart()}, before)
    assert fake.record == TAG_READ
    assert (after.schema.sections, after.schema.tags) == (before.schema.sections, ())


# What is sent


def test_an_update_sends_the_whole_section_as_it_is_but_for_the_change() -> None:
    moved = replace(STATE.sections[0], columns=((B,), (), (A,)))
    state = replace(STATE, sections=(moved, STATE.sections[1]))

    assert put_of(RENAME_A, state) == {
        "objectID": 0,
        "name": "S",
        "description": "old",
        "fields": [
            [
                {
                    "id": 1002,
                    "field": "f2",
                    "alias": "B",
                    "type": "drop",
                    "required": 0,
                    "unique": 0,
                }
            ],
            [],
            [
                {
                    "id": 1001,
                    "field": "f1",
                    "alias": "Alpha",
                    "type": "text",
                    "required": 1,
                    "unique": 0,
                }
            ],
        ],
    }


def test_what_somebody_added_since_the_plan_is_sent_along() -> None:
    state = a_rest_state(a_rest_section("S", A, a_rest_field(9, "Surprise"), B))
    (column,) = put_of(RENAME_A, state)["fields"]
    assert [one["alias"] for one in column] == ["Alpha", "Surprise", "B"]


def test_an_update_in_part_sends_the_changed_field_and_the_description() -> None:
    sent = put_of(replace(RENAME_A, sends_whole=False))
    assert sent["description"] == "old"
    assert [[one["alias"] for one in column] for column in sent["fields"]] == [["Alpha"]]


@pytest.mark.parametrize("sends_whole", [True, False])
def test_a_description_alone_is_changed_with_all_fields_of_the_section(
    *, sends_whole: bool
) -> None:
    request = UpdateFields(section="S", description="", sends_whole=sends_whole)
    sent = put_of(request)
    assert sent["description"] == ""
    assert [one["alias"] for one in sent["fields"][0]] == ["A", "B"]


def test_an_empty_section_is_described_without_any_column() -> None:
    state = a_rest_state(a_rest_section("S"))
    assert put_of(UpdateFields(section="S", description="new"), state)["fields"] is None


def test_options_are_shown_for_the_one_field_whose_options_change() -> None:
    update = FieldUpdate(field="f2", name="B", add_options=("z",))
    (column,) = put_of(UpdateFields(section="S", fields=(update,)))["fields"]
    assert [one.get("options") for one in column] == [None, {"add": ["z"]}]


def test_all_that_may_change_of_a_field_does() -> None:
    update = FieldUpdate(
        field="f1", name="A", new_name="a", type="longtext", required=False, unique=True
    )
    (column,) = put_of(UpdateFields(section="S", fields=(update,)))["fields"]
    assert column[0] == {
        "id": 1001,
        "field": "f1",
        "alias": "a",
        "type": "longtext",
        "required": 0,
        "unique": 1,
    }


def test_new_fields_are_sent_with_the_description_that_the_section_has() -> None:
    field = NewField(name="D", type="drop", options=("p",), required=True)
    assert put_of(
        CreateFields(section="S", fields=(field, NewField(name="E", type="sms")))
    ) == {
        "objectID": 0,
        "name": "S",
        "description": "old",
        "fields": [
            [
                {"alias": "D", "type": "drop", "required": 1, "options": {"add": ["p"]}},
                {"alias": "E", "type": "sms"},
            ]
        ],
    }


def test_a_new_section_is_sent_with_its_own_description_or_none() -> None:
    bare = CreateFields(section="New", makes_section=True)
    assert put_of(bare) == {"objectID": 0, "name": "New", "fields": None}
    assert put_of(replace(bare, description="about"))["description"] == "about"


@pytest.mark.parametrize(
    ("request_", "sent"),
    [
        (DELETE_A, {"objectID": "0", "field": "f1"}),
        (DeleteSection(section="U"), {"objectID": "0", "section": "U"}),
        (CreateTag(tag="New"), {"tag_name": "New", "object_type_id": 0}),
        (RENAME_VIP, {"id": 1, "tag_name": "Best"}),
        (DELETE_VIP, {"id": "1"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_other_request_names_one_thing(
    request_: PlannedRequest, sent: dict[str, Any]
) -> None:
    state = a_rest_state(*STATE.sections, a_rest_section("U"), tags=["VIP", "Gold"])
    assert put_of(request_, state) == sent


@each_request
def test_a_call_is_sent_once_after_at_most_one_look(request_: PlannedRequest) -> None:
    state = a_rest_state(*STATE.sections, a_rest_section("U"), tags=["VIP", "Gold"])
    fake = FakeRest(state)
    assert perform(request_, fake) == DONE
    assert len(fake.written) == 1
    assert fake.record[:-1] in (FIELD_READ, [*TAG_READ, "tags_get"], [])


# The look before


def with_section(name: str, *fields: RestField) -> RestState:
    return a_rest_state(*STATE.sections, a_rest_section(name, *fields), tags=["VIP", "Gold"])


def without(*, section: str) -> RestState:
    kept = (one for one in STATE.sections if one.name != section)
    return a_rest_state(*kept, tags=["VIP", "Gold"])


RENAMED = replace(A, alias="Alpha")
OTHER_A = a_rest_field(8, "A")


@pytest.mark.parametrize(
    ("request_", "state", "why"),
    [
        (
            DELETE_A,
            a_rest_state(a_rest_section("S", OTHER_A)),
            'the account no longer has the field f1, which was "A"',
        ),
        (
            DELETE_A,
            a_rest_state(a_rest_section("S", RENAMED, OTHER_A)),
            'f1 is now "Alpha" in section "S", and was "A" in section "S"',
        ),
        (
            DELETE_A,
            a_rest_state(a_rest_section("S"), a_rest_section("T", A)),
            'f1 is now "A" in section "T", and was "A" in section "S"',
        ),
        (
            RENAME_A,
            a_rest_state(a_rest_section("S", B)),
            'the account no longer has the field f1, which was "A"',
        ),
        (
            RENAME_A,
            a_rest_state(a_rest_section("S", RENAMED)),
            'f1 is now "Alpha" in section "S", and was "A" in section "S"',
        ),
        (
            RENAME_A,
            a_rest_state(a_rest_section("S", A, a_rest_field(8, "alpha "))),
            'the section now has "alpha "',
        ),
        (RENAME_A, without(section="S"), 'section "S" no longer exists'),
        (
            RENAME_A,
            with_section("s ", A),
            'the API may now take section "s " for "S"',
        ),
        (RENAME_A, with_section("S"), 'the API may now take section "S" for "S"'),
        (
            UpdateFields(section="S", description="new"),
            without(section="S"),
            'section "S" no longer exists',
        ),
        (
            NEW_D,
            a_rest_state(a_rest_section("S", a_rest_field(8, "d"))),
            'the section now has "d"',
        ),
        (NEW_D, without(section="S"), 'section "S" no longer exists'),
        (
            CreateFields(section="New", makes_section=True),
            with_section("new"),
            'the API may now take section "new" for "New"',
        ),
        (
            DeleteSection(section="T"),
            STATE,
            'section "T" still holds "C"',
        ),
        (
            DeleteSection(section="T"),
            a_rest_state(a_rest_section("T", a_rest_field(8, "")), tags=["VIP"]),
            'section "T" still holds ""',
        ),
        (DeleteSection(section="T"), without(section="T"), 'section "T" no longer exists'),
        (
            DeleteSection(section="U"),
            a_rest_state(a_rest_section("U"), a_rest_section("u", C)),
            'the API may now take section "u" for "U"',
        ),
        (
            RENAME_VIP,
            replace(STATE, tags=STATE.tags[1:]),
            'tag 1 is no tag now, and was "VIP"',
        ),
        (
            DELETE_VIP,
            replace(STATE, tags=(RestTag(id=1, name="vip"), RestTag(id=3, name="VIP"))),
            'tag 1 is "vip" now, and was "VIP"',
        ),
        (
            DELETE_VIP,
            replace(STATE, tags=(RestTag(id=1, name="VIP", object_type=1),)),
            'tag 1 is no tag now, and was "VIP"',
        ),
        (
            replace(DELETE_A, field=""),
            STATE,
            'the account no longer has the field of this id, which was "A"',
        ),
        (replace(DELETE_VIP, id=0), STATE, 'tag 0 is no tag now, and was "VIP"'),
    ],
)
def test_nothing_is_sent_to_an_account_that_is_not_as_planned(
    request_: PlannedRequest, state: RestState, why: str
) -> None:
    fake = FakeRest(state)
    backend = RestBackend(fake, RestDialect())
    # A new section is made by what was read last.
    backend.read()
    outcome = backend.perform(as_call(request_), NoObjection())

    assert outcome == Outcome(
        status=OutcomeStatus.REFUSED, detail=f"not sent: {why}", blocked_locally=True
    )
    assert fake.written == []


def test_a_call_whose_look_fails_is_not_sent() -> None:
    fake = FakeRest(STATE, unreadable_after=0)
    assert perform(DELETE_A, fake) == Outcome(
        status=OutcomeStatus.REFUSED, detail="no answer came", sent=False
    )
    assert fake.written == []


@pytest.mark.parametrize(
    "request_",
    [
        CreateTag(tag="a\x00b"),
        CreateTag(tag=""),
        CreateFields(section="S", fields=(NewField(name="\x01", type="text"),)),
        CreateFields(section="", makes_section=True),
        replace(RENAME_VIP, new_name=""),
    ],
    ids=repr,
)
def test_what_no_request_can_say_is_not_sent(request_: PlannedRequest) -> None:
    fake = FakeRest(STATE)
    outcome = perform(request_, fake)

    assert (outcome.status, outcome.sent) == (OutcomeStatus.REFUSED, True)
    assert outcome.blocked_locally
    assert outcome.detail.startswith("not sent: ")
    assert fake.written == []


def test_a_section_of_four_columns_is_left_alone() -> None:
    section = replace(STATE.sections[0], columns=((A,), (B,), (), ()))
    fake = FakeRest(replace(STATE, sections=(section,)))
    assert "at most 3 columns" in perform(RENAME_A, fake).detail
    assert fake.written == []


# What an answer means


class OneExchange(FakeRest):
    """An account that can be read, and to whose writes always the same happens."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(with_section("U"))
        self._always = exchange

    def write(self, request: RestRequest) -> Exchange:
        self.written.append(request)
        return self._always


def outcome_of(exchange: Exchange, request: PlannedRequest = RENAME_A) -> Outcome:
    fake = OneExchange(exchange)
    outcome = perform(request, fake)
    assert len(fake.written) == 1
    return outcome


@each_request
@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_refusal_by_status_is_reported_in_the_words_of_the_server(
    request_: PlannedRequest, status: int
) -> None:
    exchange = RefusedByStatus(status=status, detail="No")
    assert outcome_of(exchange, request_) == Outcome(
        status=OutcomeStatus.REFUSED, detail=f"No (status {status})"
    )


@pytest.mark.parametrize("kind", [kind for kind in FailureKind if kind != "rate-limit"])
def test_a_lost_answer_leaves_it_unknown(kind: FailureKind) -> None:
    lost = NoAnswer(kind=kind, detail="lost", retry_after_s=12)
    assert outcome_of(lost) == Outcome(status=OutcomeStatus.UNKNOWN, detail="lost")


def test_too_many_calls_leave_it_unknown_and_ask_for_a_pause() -> None:
    lost = NoAnswer(kind=FailureKind.RATE_LIMIT, detail="too many", retry_after_s=12)
    assert outcome_of(lost).retry_after_s == 12


def test_requests_that_were_not_sent_are_distinguished() -> None:
    exchange = NotSent(kind=FailureKind.CONNECTION, detail="no way")
    assert outcome_of(exchange) == Outcome(
        status=OutcomeStatus.REFUSED, detail="no way", sent=False
    )


@each_request
@pytest.mark.parametrize(
    "nonsense", [b"", b"<html>", b"[]", b'{"data":null}', b'{"code":0,"data":[7]}'], ids=repr
)
def test_an_answer_that_makes_no_sense_leaves_it_unknown(
    request_: PlannedRequest, nonsense: bytes
) -> None:
    outcome = outcome_of(Answered(body=nonsense), request_)
    is_vague = isinstance(request_, RenameTag) and nonsense.startswith(b'{"code":0')
    assert outcome.status is (OutcomeStatus.DONE if is_vague else OutcomeStatus.UNKNOWN)
    assert bool(outcome.detail) is not is_vague


@each_request
def test_a_code_that_is_not_0_is_a_refusal(request_: PlannedRequest) -> None:
    answer = json.dumps({"code": 7, "data": "No Secret"}).encode()
    assert outcome_of(Answered(body=answer), request_) == Outcome(
        status=OutcomeStatus.REFUSED, detail="code 7: No ***"
    )


@pytest.mark.parametrize("request_", [NEW_D, RENAME_A], ids=["create_fields", "update_fields"])
@pytest.mark.parametrize(
    ("errors", "detail"),
    [
        ({"A": "Invalid"}, "A: Invalid"),
        ({"A": "Invalid", "B": "In use"}, "A: Invalid; B: In use"),
        ("Invalid Secret", "Invalid ***"),
    ],
)
def test_a_success_with_errors_in_it_is_a_refusal_that_names_them(
    request_: PlannedRequest, errors: object, detail: str
) -> None:
    answer = body({"success": {"f1": "A", "description": "old"}, "error": errors})
    assert outcome_of(Answered(body=answer), request_) == Outcome(
        status=OutcomeStatus.REFUSED, detail=detail
    )


@pytest.mark.parametrize("data", [{"success": {}, "error": []}, {"success": []}], ids=repr)
def test_a_success_that_names_nothing_is_left_to_the_read_after_it(data: object) -> None:
    assert outcome_of(Answered(body=body(data))) == DONE


def test_faults_of_the_account_are_reported_by_kind() -> None:
    found = {
        fault: perform(RENAME_A, FakeRest(STATE, faults={1: fault})).status
        for fault in RestFault
    }
    unknown = {RestFault.SILENT, RestFault.ACTS_SILENTLY, RestFault.MUMBLES, RestFault.LIMITED}
    refused = {RestFault.REFUSES, RestFault.UNSENT}
    assert {fault for fault in found if found[fault] is OutcomeStatus.UNKNOWN} == unknown
    assert {fault for fault in found if found[fault] is OutcomeStatus.REFUSED} == refused


# Whatever is planned

_NAMES = ("Sales", "sales", "Lead Status", " Fax", "")


@st.composite
def accounts(draw: st.DrawFn) -> RestState:
    """Accounts whose names are those of the requests, so that many calls are sent."""
    names = st.sampled_from(_NAMES)
    pools = iter(range(1, 100))
    sections = [
        a_rest_section(
            name,
            *(a_rest_field(next(pools), draw(names)) for _ in range(draw(st.integers(0, 2)))),
            description=draw(st.sampled_from(("", "old"))),
        )
        for name in draw(st.lists(names, max_size=2))
    ]
    tags = draw(st.lists(st.sampled_from(("VIP", "vip", *_NAMES)), max_size=3))
    return a_rest_state(*sections, tags=tags)


@given(request_=planned_requests, state=accounts(), sends=st.booleans())
def test_whatever_is_planned_deletes_one_named_thing_at_the_most(
    request_: PlannedRequest, state: RestState, *, sends: bool
) -> None:
    fake = OneExchange(Answered(body=b"")) if sends else FakeRest(state)
    fake.state = state
    perform(request_, fake)

    assert len(fake.written) <= 1
    for sent in fake.written:
        if sent.method is HttpMethod.DELETE:
            assert sent.path in {"Tag", "objects/fieldeditor"}
            assert sent.body is None
            named = [name for name, value in sent.query if value not in {"", "0"}]
            assert named in (["id"], ["field"], ["section"])
            assert len(state.sections) + len(state.tags) > 0


@given(request_=planned_requests, state=accounts())
def test_nothing_without_an_id_is_ever_sent(request_: PlannedRequest, state: RestState) -> None:
    fake = FakeRest(state)
    match request_:
        case UpdateFields() if request_.fields:
            fields = tuple(replace(one, field="") for one in request_.fields)
            bare: PlannedRequest = replace(request_, fields=fields)
        case DeleteField():
            bare = replace(request_, field="")
        case RenameTag() | DeleteTag():
            bare = replace(request_, id=0)
        case _:
            return

    assert perform(bare, fake).detail.startswith("not sent: ")
    assert fake.written == []


def test_an_account_that_cannot_be_reached_is_reported_by_whoever_reads() -> None:
    backend: Callable[[], object] = RestBackend(
        FakeRest(STATE, unreadable_after=1), RestDialect()
    ).read
    with pytest.raises(AccountUnreachableError):
        backend()


def test_a_field_that_meta_does_not_list_is_kept_without_options() -> None:
    live = RestBackend(Script(meta_get=meta_of()), RestDialect()).read()
    assert [one.options for one in live.schema.sections[0].fields] == [None, None]


def backend_that_saw(fake: FakeRest, state: RestState) -> RestBackend:
    """Return a backend that has read one state of an account, which is in another one now."""
    now, fake.state = fake.state, state
    backend = RestBackend(fake, RestDialect())
    backend.read()
    fake.state = now
    return backend


def test_no_update_leaves_out_a_field_that_an_earlier_read_has_shown() -> None:
    """A PUT without it could delete it and its values, whether the answers are right or not."""
    fake = FakeRest(a_rest_state(a_rest_section("S", A), a_rest_section("T", C)))
    backend = backend_that_saw(fake, STATE)

    outcome = backend.perform(as_call(RENAME_A), NoObjection())

    assert outcome.blocked_locally
    assert 'section "S" had "B" when it was read before' in outcome.detail
    assert fake.written == []


def test_what_another_section_no_longer_shows_does_not_prevent_an_update() -> None:
    fake = FakeRest(a_rest_state(a_rest_section("S", A, B), a_rest_section("T")))
    backend = backend_that_saw(fake, STATE)
    assert backend.perform(as_call(RENAME_A), NoObjection()) == DONE


def test_a_field_that_the_plan_itself_deleted_is_not_missed() -> None:
    fake = FakeRest(STATE)
    backend = backend_that_saw(fake, STATE)
    delete = DeleteField(section="S", field=B.field, name=B.alias)
    assert backend.perform(as_call(delete), NoObjection()) == DONE
    assert backend.perform(as_call(RENAME_A), NoObjection()) == DONE


@pytest.mark.parametrize(
    "request_", [RENAME_A, DELETE_A, DeleteSection(section="T")], ids=lambda one: one.word
)
def test_nothing_is_sent_on_two_answers_that_contradict_each_other(
    request_: PlannedRequest,
) -> None:
    """The layout shows a section without the field, and the types still list it."""
    fake = FakeRest(STATE, hidden=["C"])
    outcome = perform(request_, fake)
    assert outcome.blocked_locally
    assert "contradict each other" in outcome.detail
    assert fake.written == []


def test_nothing_is_sent_to_an_object_whose_number_is_anothers_now() -> None:
    fake = FakeRest(STATE)
    outcome = perform(replace(NEW_D, of=ObjectRef(label="Pets", id=10_000)), fake)
    assert outcome.blocked_locally
    assert 'the custom object "Pets" does not exist' in outcome.detail
    assert fake.written == []
