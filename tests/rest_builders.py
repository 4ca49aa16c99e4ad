"""Accounts and calls of the REST API for tests: smallest valid values, and random ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from hypothesis import strategies as st

from schemactl.account.interface import LiveState
from schemactl.account.rest.calls import draft_call
from schemactl.account.rest.planned import (
    CreateFields,
    CreateTag,
    DeleteField,
    DeleteSection,
    DeleteTag,
    FieldUpdate,
    MoveField,
    NewField,
    PlannedRequest,
    RenameTag,
    UpdateFields,
)
from schemactl.account.rest.state import RestState
from schemactl.account.rest.values import RestField, RestSection, RestTag
from schemactl.model.plan import Call
from tests.builders import a_call

EVERY_WORD: Final = (
    *("create_fields", "update_fields", "move_field", "remove_options", "delete_field"),
    *("delete_section", "create_tag", "rename_tag", "delete_tag"),
)


def a_rest_field(
    number: int = 1,
    alias: str = "Lead Status",
    kind: str = "text",
    *options: str,
    required: bool = False,
    unique: bool = False,
    api_name: str = "",
) -> RestField:
    """Return a field called `f1` for number 1, whose options are numbered from 10 up."""
    has_options = kind in {"drop", "list"}
    return RestField(
        id=number + 1000,
        field=api_name or f"f{number}",
        alias=alias,
        type=kind,
        required=required,
        unique=unique,
        editable=True,
        deletable=not api_name,
        options=options if has_options else None,
        option_ids=tuple(range(number * 10, number * 10 + len(options))) if has_options else (),
    )


def a_rest_section(
    name: str = "Sales Pipeline", *fields: RestField, number: int = 1, description: str = ""
) -> RestSection:
    """Return a section with all its fields in its first column."""
    columns = (fields,) if fields else ()
    return RestSection(id=number, name=name, description=description, columns=columns)


def a_rest_state(*sections: RestSection, tags: Sequence[str] = ()) -> RestState:
    """Return an account whose sections and tags are numbered from 1 up."""
    numbered = (replace(one, id=number) for number, one in enumerate(sections, start=1))
    rows = (RestTag(id=number, name=name) for number, name in enumerate(tags, start=1))
    return RestState(sections=tuple(numbered), tags=tuple(rows))


def live_of(state: RestState) -> LiveState:
    """Return the account as a backend would have read it."""
    return LiveState(schema=state.schema, calls=4, backend_state=state)


def as_call(request: PlannedRequest, number: int = 1) -> Call:
    """Return a request as a call of a plan."""
    draft = draft_call(request, serves=["x"])
    return a_call(number, draft.request, draft.arguments, serves=draft.serves)


names = st.sampled_from(("Sales", "sales", "Lead Status", " Fax", "Größe", "")) | st.text(
    max_size=4
)
_labels = st.lists(names, max_size=3).map(tuple)
_maybe_flags = st.none() | st.booleans()
_maybe_names = st.none() | names
_new_fields = st.builds(
    NewField,
    name=names,
    type=st.sampled_from(("text", "drop", "list", "email")),
    options=_labels,
    required=_maybe_flags,
    unique=_maybe_flags,
)


@st.composite
def _field_updates(draw: st.DrawFn, number: int) -> FieldUpdate:
    """An update of the field `f<number>`, or of one without an id."""
    added = draw(_labels)
    return FieldUpdate(
        field=draw(st.sampled_from((f"f{number}", f"f{number}", ""))),
        name=draw(names),
        new_name=draw(_maybe_names),
        type=draw(st.none() | st.just("longtext")),
        required=draw(_maybe_flags),
        unique=draw(_maybe_flags),
        add_options=added,
        remove_options=() if added else draw(_labels),
    )


@st.composite
def _updates_of_sections(draw: st.DrawFn) -> UpdateFields:
    count = draw(st.integers(0, 3))
    return UpdateFields(
        section=draw(names),
        fields=tuple(draw(_field_updates(number)) for number in range(1, count + 1)),
        description=draw(_maybe_names),
        sends_whole=draw(st.booleans()),
    )


_ids = st.integers(0, 10**6)
planned_requests: st.SearchStrategy[PlannedRequest] = st.one_of(
    st.builds(
        CreateFields,
        section=names,
        fields=st.lists(_new_fields, max_size=3).map(tuple),
        description=_maybe_names,
        makes_section=st.booleans(),
    ),
    _updates_of_sections(),
    st.builds(
        MoveField,
        section=names,
        source=names,
        field=st.sampled_from(("f1", "")),
        name=names,
        sends_whole=st.booleans(),
    ),
    st.builds(DeleteField, section=names, field=st.sampled_from(("f1", "")), name=names),
    st.builds(DeleteSection, section=names),
    st.builds(CreateTag, tag=names),
    st.builds(RenameTag, id=_ids, tag=names, new_name=names),
    st.builds(DeleteTag, id=_ids, tag=names),
)
"""Every kind of request, empty names and missing ids among them."""
