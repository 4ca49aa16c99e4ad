"""A read that takes over what has not changed is like one that decodes all of an account."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.account.http.json_body import JSON_DECODER
from schemactl.account.rest.decoder import Layout, decode_fields
from schemactl.account.rest.effects import find_losses
from schemactl.account.rest.planned import (
    CreateFields,
    DeleteField,
    DeleteSection,
    FieldUpdate,
    MoveField,
    PlannedRequest,
    UpdateFields,
)
from schemactl.account.rest.read_memo import ReadMemo
from schemactl.account.rest.sightings import Sightings
from schemactl.account.rest.split_text import (
    NOTHING,
    SplitText,
    UnsplittableError,
    split_text,
)
from schemactl.account.rest.state import RestState
from schemactl.errors import AccountError
from tests.unit.account.http.rest_bodies import body

Account: TypeAlias = dict[str, dict[str, Any]]
"""Sections by their ids; their fields by names in the API."""

SECTION_IDS = st.sampled_from(("1", "2", "3"))
NUMBERS = st.sampled_from(("f1", "f2", "f3", "f4", "email"))
NAMES = st.sampled_from(("A", "B", "é \\", 'q"}{'))
FIELDS = st.fixed_dictionaries(
    {
        "alias": NAMES,
        "type": st.sampled_from(("text", "drop")),
        "required": st.integers(0, 1),
        "options": st.dictionaries(st.sampled_from(("1", "2", "3")), NAMES, max_size=2),
    }
)
ACCOUNTS = st.dictionaries(
    SECTION_IDS,
    st.fixed_dictionaries(
        {"name": NAMES, "fields": st.dictionaries(NUMBERS, FIELDS, max_size=3)}
    ),
    max_size=3,
)
CHANGES = st.one_of(
    st.tuples(st.just("set"), SECTION_IDS, NUMBERS, FIELDS),
    st.tuples(st.just("drop"), SECTION_IDS, NUMBERS, st.none()),
    st.tuples(st.just("name"), SECTION_IDS, NAMES, st.none()),
    st.tuples(st.just("section"), SECTION_IDS, st.none(), st.none()),
    st.tuples(st.just("cut"), SECTION_IDS, st.none(), st.none()),
    st.tuples(st.just("forget"), NUMBERS, st.none(), st.none()),
)
SPOILS = st.tuples(
    st.integers(0, 400),
    st.integers(0, 3),
    st.sampled_from(("", "x", "{", "}", '"', ",", "NaN")),
)


def changed(account: Account, change: tuple[str, Any, Any, Any]) -> tuple[Account, set[str]]:
    """Return an account after a change, and which fields meta does not list of it."""
    kind, where, what, value = change
    account = json.loads(json.dumps(account))
    if kind == "forget":
        return account, {where}
    section = account.setdefault(where, {"name": "New", "fields": {}})
    match kind:
        case "set":
            section["fields"][what] = value
        case "drop":
            section["fields"].pop(what, None)
        case "name":
            section["name"] = what
        case "cut":
            del account[where]
        case _:
            pass
    return account, set()


def bodies(account: Account, unlisted: AbstractSet[str] = frozenset()) -> tuple[bytes, bytes]:
    """Write the two answers about an account."""
    layout = {
        id_: {
            "id": int(id_),
            "name": section["name"],
            "description": None,
            "fields": [
                [
                    {**field, "id": int(name[-1], 36), "field": name, "options": ""}
                    for name, field in section["fields"].items()
                ]
            ],
        }
        for id_, section in account.items()
    }
    fields = {
        name: field
        for section in account.values()
        for name, field in section["fields"].items()
        if name not in unlisted
    }
    return body(layout or []), body({"0": {"name": "Contact", "fields": fields or []}})


def spoiled(answer: bytes, spoil: tuple[int, int, str]) -> bytes:
    """Replace some bytes of an answer."""
    place, length, text = spoil
    return answer[:place] + text.encode() + answer[place + length :]


def decoded(layout: bytes, meta: bytes, memo: ReadMemo | None) -> Layout | str:
    try:
        return decode_fields(layout, meta, object_id=0, memo=memo)
    except AccountError as error:
        return f"{error} {error.hint}"


@given(
    account=ACCOUNTS,
    steps=st.lists(
        st.tuples(CHANGES, st.none() | SPOILS, st.none() | SPOILS), min_size=1, max_size=6
    ),
)
def test_what_is_taken_over_of_a_read_is_what_would_be_decoded(
    account: Account, steps: Sequence[tuple[Any, Any, Any]]
) -> None:
    memo = ReadMemo()
    for change, spoils_layout, spoils_meta in steps:
        decoded(*bodies(account), memo)
        account, unlisted = changed(account, change)
        layout, meta = bodies(account, unlisted)
        if spoils_layout:
            layout = spoiled(layout, spoils_layout)
        if spoils_meta:
            meta = spoiled(meta, spoils_meta)

        assert decoded(layout, meta, memo) == decoded(layout, meta, None)


def test_a_read_decodes_only_the_sections_that_changed() -> None:
    account: Account = {
        str(number): {"name": f"S{number}", "fields": {f"f{number}": a_field("drop")}}
        for number in range(1, 51)
    }
    memo = ReadMemo()
    first = decoded(*bodies(account), memo)
    assert memo.decoded == len(account)

    account["7"]["fields"]["f7"] = a_field("drop", options={"1": "New"})
    del account["9"]
    second = decoded(*bodies(account), memo)

    assert memo.decoded == 50 + len(("7",))
    assert isinstance(first, Layout)
    assert isinstance(second, Layout)
    assert [one is other for one, other in zip(first.sections, second.sections, strict=False)][
        :8
    ] == [number != 7 for number in range(1, 9)]


def a_field(kind: str, **more: object) -> dict[str, object]:
    return {"alias": "A", "type": kind, "required": 0, "options": {}, **more}


VALUES = st.recursive(
    st.none() | st.integers(0, 9) | st.sampled_from(("", "}", "{", '"', "\\", ",", "é", "a")),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=4,
)
MAPS = st.dictionaries(
    st.sampled_from(("a", "b", "c", "d", "é", "\\")),
    st.dictionaries(NAMES, VALUES, max_size=2) | VALUES,
    max_size=5,
)


@given(
    texts=st.lists(
        st.tuples(MAPS, st.booleans(), st.none() | SPOILS, st.sampled_from((None, 1))),
        min_size=2,
        max_size=4,
    )
)
def test_the_parts_of_a_text_are_the_whole_of_it(
    texts: list[tuple[dict[str, object], bool, tuple[int, int, str] | None, int | None]],
) -> None:
    before = NOTHING
    for members, is_first, spoil, indent in texts:
        whole: dict[str, object] = {"data": members, "code": 0}
        if not is_first:
            whole = {"code": 0, "x": {"data": {}}, "data": members}
        text = json.dumps(whole, ensure_ascii=False, indent=indent)
        if spoil:
            text = spoiled(text.encode(), spoil).decode(errors="replace")
        afresh, taken = split_or_none(text, NOTHING), split_or_none(text, before)

        assert taken == afresh
        if taken is not None:
            before = taken
            assert joined(taken) == parsed(text)


def split_or_none(text: str, before: SplitText) -> SplitText | None:
    try:
        return split_text(text, ("data",), before)
    except UnsplittableError:
        return None


def joined(split: SplitText) -> object:
    """Return the value of a text by its parts; None if it is not JSON."""
    rest = parsed(split.rest)
    if isinstance(rest, dict):
        rest["data"] = {name: parsed(text) for name, text in split.members().items()}
    return rest


def parsed(text: str) -> object:
    try:
        return JSON_DECODER.decode(text)
    except ValueError:
        return None


def test_a_map_that_is_not_there_is_not_split() -> None:
    for text in (
        '{"code": 0}',
        '{"data": []}',
        '{"data": {"a": 1}}',
        '{"data": {"a": {}',
        "[]",
    ):
        with pytest.raises(UnsplittableError):
            split_text(text, ("data",))


REQUESTS: st.SearchStrategy[PlannedRequest] = st.one_of(
    st.builds(CreateFields, section=NAMES, fields=st.just(()), makes_section=st.booleans()),
    st.builds(
        UpdateFields,
        section=NAMES,
        fields=st.lists(
            st.builds(
                FieldUpdate,
                field=NUMBERS,
                name=NAMES,
                new_name=st.none() | NAMES,
                type=st.none() | st.just("drop"),
                remove_options=st.lists(NAMES, max_size=1).map(tuple),
            ),
            max_size=2,
            unique_by=lambda update: update.field,
        ).map(tuple),
    ),
    st.builds(
        MoveField,
        section=NAMES,
        source=NAMES,
        field=NUMBERS,
        name=NAMES,
        sends_whole=st.booleans(),
    ),
    st.builds(DeleteField, section=NAMES, field=NUMBERS, name=NAMES),
    st.builds(DeleteSection, section=NAMES),
)


def states(accounts: Iterable[Account], memo: ReadMemo | None) -> list[RestState]:
    found = [decoded(*bodies(account), memo) for account in accounts]
    return [RestState(sections=each.sections) for each in found if isinstance(each, Layout)]


@given(account=ACCOUNTS, changes=st.lists(CHANGES, max_size=3), request=REQUESTS)
def test_losses_are_the_same_whatever_two_reads_share(
    account: Account, changes: list[Any], request: PlannedRequest
) -> None:
    after = account
    for change in changes:
        after, _ = changed(after, change)
    shared, apart = states((account, after), ReadMemo()), states((account, after), None)

    assert find_losses(request, *shared) == find_losses(request, *apart)


@given(account=ACCOUNTS, changes=st.lists(CHANGES, max_size=5), section=NAMES)
def test_sightings_are_the_same_whatever_reads_share(
    account: Account, changes: list[Any], section: str
) -> None:
    accounts = [account]
    for change in changes:
        accounts.append(changed(accounts[-1], change)[0])
    missing = []
    for memo in (ReadMemo(), None):
        sightings, read = Sightings(), states(accounts, memo)
        for state in read:
            sightings.note(state)
        missing.append(list(sightings.missing(RestState(), section)))

    assert missing[0] == missing[1]
