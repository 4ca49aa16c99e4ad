"""account/rest/effects.py: whether a call shows, and what else the account lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemactl.account.interface import LiveState
from schemactl.account.rest.dialect import RestDialect
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
from schemactl.account.rest.state import RestState
from schemactl.account.rest.values import RestField
from tests.builders import a_schema
from tests.rest_builders import a_rest_field, a_rest_section, a_rest_state, as_call, live_of

A = a_rest_field(1, "A")
B = a_rest_field(2, "B", "drop", "x", "y")
C = a_rest_field(3, "C")


def an_account(
    *fields: RestField, description: str = "old", others: tuple[RestField, ...] = (C,)
) -> RestState:
    """Return an account with section S of these fields, section T of others, and two tags."""
    return a_rest_state(
        a_rest_section("S", *(fields or (A, B)), description=description),
        a_rest_section("T", *others),
        tags=["VIP", "Gold"],
    )


BEFORE = an_account()


def update(field: FieldUpdate, *more: FieldUpdate, section: str = "S") -> UpdateFields:
    return UpdateFields(section=section, fields=(field, *more))


def of_a(
    *,
    new_name: str | None = None,
    kind: str | None = None,
    required: bool | None = None,
    unique: bool | None = None,
) -> FieldUpdate:
    return FieldUpdate(
        field="f1", name="A", new_name=new_name, type=kind, required=required, unique=unique
    )


def of_b(*, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> FieldUpdate:
    return FieldUpdate(field="f2", name="B", add_options=add, remove_options=remove)


def shows(request: PlannedRequest, state: RestState) -> bool:
    return RestDialect().shows(as_call(request), live_of(state))


def losses(
    request: PlannedRequest, after: RestState, *, before: RestState = BEFORE
) -> tuple[str, ...]:
    return RestDialect().losses(as_call(request), live_of(before), live_of(after))


NEW_D = NewField(name="D", type="text")
D = a_rest_field(4, "D")
B_MORE = a_rest_field(2, "B", "drop", "x", "y", " z")
B_LESS = replace(B, options=("y",), option_ids=(21,))
BEST = replace(BEFORE, tags=(replace(BEFORE.tags[0], name="Best"), *BEFORE.tags[1:]))
NO_VIP = replace(BEFORE, tags=BEFORE.tags[1:])
NO_T = replace(BEFORE, sections=BEFORE.sections[:1])
"""What section T had is gone with it."""
EMPTY_T = an_account(others=())
NO_EMPTY_T = replace(EMPTY_T, sections=EMPTY_T.sections[:1])

INTENDED: tuple[tuple[PlannedRequest, RestState, RestState], ...] = (
    (CreateFields(section="S", fields=(NEW_D,)), BEFORE, an_account(A, B, D)),
    (CreateFields(section="S"), RestState(tags=BEFORE.tags), BEFORE),
    (
        CreateFields(section="S", fields=(NEW_D,), description="new"),
        BEFORE,
        an_account(A, B, D, description="new"),
    ),
    (update(of_a(new_name="D")), BEFORE, an_account(replace(A, alias="D"), B)),
    (update(of_a(kind="longtext")), BEFORE, an_account(replace(A, type="longtext"), B)),
    (update(of_a(required=True)), BEFORE, an_account(replace(A, required=True), B)),
    (
        update(of_a(unique=False)),
        an_account(replace(A, unique=True), B),
        an_account(replace(A, unique=False), B),
    ),
    (
        UpdateFields(section="S", description="new"),
        BEFORE,
        an_account(description="new"),
    ),
    (UpdateFields(section="S", description=""), BEFORE, an_account(description="")),
    (update(of_b(add=("z",))), BEFORE, an_account(A, B_MORE)),
    (update(of_b(remove=("x ",))), BEFORE, an_account(A, B_LESS)),
    (DeleteField(section="S", field="f1", name="A"), BEFORE, an_account(B)),
    (DeleteSection(section="T"), EMPTY_T, NO_EMPTY_T),
    (CreateTag(tag="Gold"), replace(BEFORE, tags=BEFORE.tags[:1]), BEFORE),
    (RenameTag(id=1, tag="VIP", new_name="Best"), BEFORE, BEST),
    (DeleteTag(id=1, tag="VIP"), BEFORE, NO_VIP),
)


@pytest.mark.parametrize(("request_", "before", "after"), INTENDED)
def test_what_was_asked_for_shows_after_it_and_not_before(
    request_: PlannedRequest, before: RestState, after: RestState
) -> None:
    assert not shows(request_, before)
    assert shows(request_, after)


@pytest.mark.parametrize(("request_", "before", "after"), INTENDED)
def test_what_was_asked_for_is_no_loss_and_neither_is_it_when_ignored(
    request_: PlannedRequest, before: RestState, after: RestState
) -> None:
    assert losses(request_, after, before=before) == ()
    assert losses(request_, before, before=before) == ()


@pytest.mark.parametrize(
    ("request_", "state"),
    [
        (CreateFields(section="S", fields=(NEW_D, NEW_D)), an_account(a_rest_field(4, "d"))),
        (CreateFields(section="U", fields=(NEW_D,)), an_account(A, B, D)),
        (update(of_a(new_name="D")), an_account(A, B, D)),
        (update(of_a(new_name="D")), an_account(B, others=(replace(A, alias="D"),))),
        (update(of_a(new_name="D"), of_b(add=("z",))), an_account(replace(A, alias="D"), B)),
        (update(of_a(kind="longtext", required=True)), an_account(replace(A, required=True))),
        (UpdateFields(section="U", description=""), BEFORE),
        (update(of_b(add=("z",))), an_account(A)),
        (update(of_b(remove=("x", "y"))), an_account(A, B_LESS)),
        (update(replace(of_a(required=False), field="")), BEFORE),
        (RenameTag(id=2, tag="Gold", new_name="Best"), BEST),
        (RenameTag(id=0, tag="VIP", new_name="Best"), BEST),
        (CreateTag(tag="vip"), BEFORE),
    ],
    ids=repr,
)
def test_half_of_it_or_something_like_it_does_not_show(
    request_: PlannedRequest, state: RestState
) -> None:
    assert not shows(request_, state)


@pytest.mark.parametrize(
    "request_",
    [DeleteField(section="S", field="", name="A"), DeleteTag(id=0, tag="VIP")],
    ids=repr,
)
def test_what_never_had_an_id_is_not_taken_for_gone(request_: PlannedRequest) -> None:
    assert not shows(request_, BEFORE)


def test_an_account_without_ids_shows_nothing_of_a_call() -> None:
    call = as_call(update(of_a(new_name="D")))
    live = LiveState(schema=a_schema())
    assert not RestDialect().shows(call, live)
    assert RestDialect().losses(call, live, live) == ()


RENAMED_SECTION = replace(
    BEFORE, sections=(BEFORE.sections[0], replace(BEFORE.sections[1], name="U"))
)


@pytest.mark.parametrize(
    ("after", "answer"),
    [
        (an_account(replace(A, alias="D")), ('field "B" of section "S" is gone',)),
        (NO_T, ('section "T" is gone', 'field "C" of section "T" is gone')),
        (RENAMED_SECTION, ('section "T" is called "U"',)),
        (an_account(description=""), ('the description of section "S" has changed',)),
        (
            an_account(A, others=(B, C)),
            ('field "B" of section "S" has moved to section "T"',),
        ),
        (an_account(A, replace(B, alias="b")), ('field "B" of section "S" is called "b"',)),
        (
            an_account(A, B, others=(replace(C, type="longtext"),)),
            ('field "C" of section "T" is of type "longtext", and was of type "text"',),
        ),
        (
            an_account(A, replace(B, required=True, unique=True)),
            (
                'field "B" of section "S" is required',
                'field "B" of section "S" is unique',
            ),
        ),
        (an_account(A, B_LESS), ('field "B" of section "S" has lost the option "x"',)),
        (
            an_account(A, replace(B, options=None, option_ids=())),
            (
                'field "B" of section "S" has lost the option "x"',
                'field "B" of section "S" has lost the option "y"',
            ),
        ),
        (
            an_account(A, replace(B, option_ids=(30, 21))),
            (
                (
                    'field "B" of section "S" has the option "x" under another id: contacts '
                    "have lost it"
                ),
            ),
        ),
    ],
    ids=lambda value: "; ".join(value) if isinstance(value, tuple) else "",
)
def test_what_went_beside_the_change_is_named(
    after: RestState, answer: tuple[str, ...]
) -> None:
    assert losses(update(of_a(new_name="D")), after) == answer


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (replace(A, required=True), A, "no longer required"),
        (replace(A, unique=True), A, "no longer unique"),
    ],
)
def test_a_setting_that_went_is_named(before: RestField, after: RestField, words: str) -> None:
    request = UpdateFields(section="S", description="old")
    answer = losses(request, an_account(after), before=an_account(before))
    assert answer == (f'field "A" of section "S" is {words}',)


def test_the_changed_field_itself_may_not_lose_what_nobody_asked_to_take() -> None:
    request = update(of_b(remove=("x",)))
    gone = replace(B, options=(), option_ids=(), alias="Beta")
    assert losses(request, an_account(A, gone)) == (
        'field "B" of section "S" is called "Beta"',
        'field "B" of section "S" has lost the option "y"',
    )


def test_a_section_that_takes_its_fields_along_is_reported_field_by_field() -> None:
    assert losses(DeleteSection(section="T"), NO_T) == ('field "C" of section "T" is gone',)


def test_a_tag_that_went_with_another_is_named() -> None:
    request = DeleteTag(id=1, tag="VIP")
    assert losses(request, replace(BEFORE, tags=())) == ('tag "Gold" is gone',)


def test_a_tag_that_got_another_name_than_asked_for_is_named() -> None:
    request = RenameTag(id=1, tag="VIP", new_name="Better")
    assert losses(request, BEST) == ('tag "VIP" is called "Best"',)


def test_what_came_beside_the_change_is_no_loss() -> None:
    after = replace(
        an_account(A, B_MORE, D, others=(C, a_rest_field(9, "E"))),
        tags=(*BEFORE.tags, replace(BEFORE.tags[0], id=9, name="New")),
    )
    assert losses(update(of_a(required=True)), after) == ()


def test_fields_that_change_places_in_their_section_are_no_loss() -> None:
    assert losses(update(of_a(required=True)), an_account(B, A)) == ()


@pytest.mark.parametrize("description", ["a\r\nb", "a \nb\n"])
def test_line_ends_of_a_description_are_the_servers_own(description: str) -> None:
    request = UpdateFields(section="S", description="a\nb")
    after = an_account(description=description)
    assert shows(request, after)
    assert losses(request, after) == ()


TWICE = a_rest_state(
    a_rest_section("S", A, description="old"), a_rest_section("S", C, description="other")
)


def test_sections_of_one_name_keep_what_is_theirs() -> None:
    request = CreateFields(section="T", fields=(NEW_D,))
    assert losses(request, TWICE, before=TWICE) == ()

    first, second = TWICE.sections
    after = replace(TWICE, sections=(first, replace(second, description="")))
    assert losses(request, after, before=TWICE) == (
        'the description of section "S" has changed',
    )
    assert losses(request, replace(TWICE, sections=(first,)), before=TWICE) == (
        'section "S" is gone',
        'field "C" of section "S" is gone',
    )


def test_an_option_that_occurs_twice_is_reported_when_its_id_is_gone() -> None:
    twice = replace(B, options=("x", "y", "x"), option_ids=(20, 21, 22))
    before = an_account(A, twice)
    assert losses(update(of_a(required=True)), before, before=before) == ()

    after = an_account(A, replace(twice, options=("y", "x"), option_ids=(21, 22)))
    (answer,) = losses(update(of_a(required=True)), after, before=before)
    assert 'the option "x" under another id' in answer


def test_options_that_swapped_their_ids_are_reported() -> None:
    after = an_account(A, replace(B, options=("y", "x")))
    assert len(losses(update(of_a(required=True)), after)) == 2


def test_an_option_that_was_to_go_may_come_back_under_another_id() -> None:
    after = an_account(A, replace(B, option_ids=(30, 21)))
    request = update(of_b(remove=("x",)))
    assert losses(request, after) == ()
    assert not shows(request, after)


def test_options_without_ids_are_held_to_their_names_alone() -> None:
    bare = replace(B, option_ids=())
    request = update(of_a(required=True))
    assert losses(request, an_account(A, bare), before=an_account(A, bare)) == ()
    assert losses(request, an_account(A, bare)) == ()
    assert losses(request, an_account(A, replace(bare, options=("y",)))) == (
        'field "B" of section "S" has lost the option "x"',
    )
